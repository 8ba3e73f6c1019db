"""One row of a table as a payment, or the reason why it is none."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from parsers.normalise import compact, printed
from parsers.statements.headers import Header, column_name
from parsers.statements.natures import fits, ordinary, rule_for
from parsers.statements.profile import Minus, Patterns, Plus, Profile
from parsers.statements.sheets import Row
from parsers.statements.values import CHINA, Amount, Month, amount, clock, currency, day, is_blank, parts_of
from reimburse.domain.finding import Text
from reimburse.domain.statement import Direction, StatementRow

GLUED = re.compile(r"(.*?[^\d*\s-])?\s*([\d*-]{5,})")
LONGEST_SHOWN = 40
OTHER_WAY = {Direction.IN: Direction.OUT, Direction.OUT: Direction.IN, Direction.NEUTRAL: Direction.NEUTRAL}


class BadRow(Exception):
    """This row is no payment that can be read."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.why = Text(zh, en)


@dataclass(frozen=True, slots=True)
class Table:
    """A header with what is known from around it; ``minus_is_notation``: a minus in money out means nothing."""

    header: Header
    currency: str
    latest: Month | None
    minus_is_notation: bool

    @property
    def profile(self) -> Profile:
        """The layout."""
        return self.header.profile


class Cells:
    """A row's cells by field and by column."""

    def __init__(self, header: Header, row: Row) -> None:
        self._header = header
        self._cells = row.cells

    def all(self, field: str) -> Iterator[str]:
        """The cells of a field's columns, empty ones too."""
        return (self._at(place) for place in self._header.fields[field])

    def first(self, field: str) -> str:
        """The first cell of the field that holds something."""
        return next((text for text in self.all(field) if not is_blank(text)), "")

    def raw(self, field: str) -> str:
        """The first cell of the field that is not empty; a mark such as ``/`` counts."""
        return next(filter(None, self.all(field)), "")

    def text(self, field: str) -> str | None:
        """The field's text to keep."""
        return printed(self.first(field))

    def named(self, column: str) -> str | None:
        """The cell of a column by its name; None where there is no such column."""
        place = self._header.columns.get(column_name(column))
        return None if place is None else self._at(place)

    def _at(self, place: int) -> str:
        return self._cells[place] if place < len(self._cells) else ""


def payment(table: Table, row: Row) -> StatementRow:
    """The payment that this row states, or ``BadRow``."""
    cells = Cells(table.header, row)
    profile = table.profile
    paid_on, paid_at = _moment(cells, table.latest)
    direction, money = _money(table, cells)
    rule = rule_for(profile.nature, cells.named)
    if money.value == 0 or (rule and not rule.moved):
        direction = Direction.NEUTRAL
    payee, payee_account = _party(profile, cells, direction)
    memo, status = _memo(cells), cells.text("status")
    nature = rule.nature if rule else ordinary(profile.kind, _words(cells, memo, status))
    return StatementRow(
        row=row.number,
        id=cells.text("id"),
        paid_on=paid_on,
        paid_at=paid_at,
        direction=direction,
        amount=abs(money.value),
        currency=currency(cells.first("currency")) or money.currency or table.currency,
        payee=payee,
        payee_account=payee_account,
        memo=memo,
        status=status,
        fee=_fee(profile, cells),
        nature=nature,
        method=cells.text("method"),
        reference=cells.text("reference"),
    )


def has_day(table: Table, row: Row) -> bool:
    """Whether the row's day can be read."""
    try:
        _moment(Cells(table.header, row), table.latest)
    except BadRow:
        return False
    return True


def has_amount(table: Table, row: Row) -> bool:
    """Whether any amount of the row can be read."""
    cells = Cells(table.header, row)
    return any(amount(text) for field in ("amount", "money_in", "money_out") for text in cells.all(field))


def _moment(cells: Cells, latest: Month | None) -> tuple[date, datetime | None]:
    text = cells.first("day")
    if not text:
        raise BadRow("没有日期", "no date")
    on, at = parts_of(text)
    found = day(on, latest)
    if found is None:
        raise BadRow(f"日期无法识别：{_short(text)}", f"not a date: {_short(text)}")
    time = clock(at or cells.first("time"))
    return found, datetime.combine(found, time, CHINA) if time else None


def _money(table: Table, cells: Cells) -> tuple[Direction, Amount]:
    return _split(table, cells) if table.profile.is_split else _signed(table.profile, cells)


def _split(table: Table, cells: Cells) -> tuple[Direction, Amount]:
    """Money in and money out in two columns; an empty cell and 0 both mean none."""
    sides = [
        (direction, _amount(text))
        for direction, field in ((Direction.IN, "money_in"), (Direction.OUT, "money_out"))
        if (text := cells.first(field))
    ]
    moved = [(direction, money) for direction, money in sides if money.value]
    if len(moved) > 1:
        raise BadRow("收入和支出两列都有金额", "an amount in both columns, in and out")
    if not sides:
        raise BadRow("没有金额", "no amount")
    direction, money = (moved or sides)[0]
    notation = direction is Direction.OUT and table.minus_is_notation
    return OTHER_WAY[direction] if money.value < 0 and not notation else direction, money


def _signed(profile: Profile, cells: Cells) -> tuple[Direction, Amount]:
    text = cells.first("amount")
    if not text:
        raise BadRow("没有金额", "no amount")
    money = _amount(text)
    said = _said(profile, cells)
    if profile.plus is Plus.NONE or (profile.plus is Plus.PRINTED and not money.has_sign):
        if said is None:
            word = _short(cells.raw("direction"))
            raise BadRow(f"收支方向无法识别：{word}", f"neither in nor out: {word}")
        return said, money
    usual = Direction.OUT if profile.plus is Plus.OUT else Direction.IN
    if profile.plus is not Plus.PRINTED and said not in {None, usual}:
        return said or usual, money
    return OTHER_WAY[usual] if money.value < 0 else usual, money


def _said(profile: Profile, cells: Cells) -> Direction | None:
    """What the direction column says; None where its word is unknown."""
    words = profile.direction
    if words is None:
        return None
    text = cells.raw("direction")
    ways = ((Direction.IN, words.money_in), (Direction.OUT, words.money_out), (Direction.NEUTRAL, words.neutral))
    return next((way for way, patterns in ways if _any(patterns, text)), None)


def _any(patterns: Patterns, text: str) -> bool:
    return any(fits(pattern, text) for pattern in patterns)


def _amount(text: str) -> Amount:
    found = amount(text)
    if found is None:
        raise BadRow(f"金额无法识别：{_short(text)}", f"not an amount: {_short(text)}")
    return found


def _party(profile: Profile, cells: Cells, direction: Direction) -> tuple[str | None, str | None]:
    """The other side: a column of its own where money comes in, or the one column for both."""
    comes_in = direction is Direction.IN and profile.columns.payer
    name = cells.text("payer" if comes_in else "payee")
    account = cells.text("payer_account" if comes_in else "payee_account")
    glued = GLUED.fullmatch(name) if profile.glued_account and name else None
    return (glued[1], account or glued[2]) if glued else (name, account)


def _memo(cells: Cells) -> str | None:
    said = dict.fromkeys(text for part in cells.all("memo") if not is_blank(part) and (text := printed(part)))
    return "；".join(said) or cells.text("category")


def _words(cells: Cells, memo: str | None, status: str | None) -> tuple[str, ...]:
    return tuple(filter(None, (*(memo or "").split("；"), status, *cells.all("category"))))


def _fee(profile: Profile, cells: Cells) -> Decimal | None:
    if text := cells.first("fee"):
        found = amount(text)
        return abs(found.value) if found else None
    for part in cells.all("memo") if profile.fee_after else ():
        _, word, after = compact(part).partition(compact(profile.fee_after or ""))
        if word and (found := amount(after)):
            return abs(found.value)
    return None


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def minus_is_notation(header: Header, rows: list[Row]) -> bool:
    """Whether a minus in the column of money out is mere notation: the profile says so, or no row there lacks it."""
    minus = header.profile.minus
    if minus is not Minus.AUTO:
        return minus is Minus.NOTATION
    found = (amount(Cells(header, row).first("money_out")) for row in rows)
    return not any(money and money.value > 0 for money in found)
