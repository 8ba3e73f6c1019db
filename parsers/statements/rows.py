"""One row of a table as a payment, or the reason why it is none."""

import re
from datetime import date, datetime
from decimal import Decimal

from parsers.normalise import compact, printed
from parsers.statements.cells import BadRow, Cells, Table, shortened
from parsers.statements.moved import money_moved
from parsers.statements.natures import ordinary, rule_for
from parsers.statements.profile import Names, Profile
from parsers.statements.sheets import Row
from parsers.statements.values import CHINA, Month, amount, clock, currency, day, is_blank, parts_of
from reimburse.domain.statement import Direction, StatementRow

ANY_YEAR = Month(2000, 12)
GLUED = re.compile(r"(.*?[^\d*\s-])?\s*([\d*-]{5,})")


def payment(table: Table, row: Row) -> StatementRow:
    """The payment that this row states, or ``BadRow``."""
    if any(row.cells[table.width :]):
        raise BadRow("单元格多于列数，可能少了引号", "more cells than columns: a quotation mark may be missing")
    cells = Cells(table.header, row)
    profile = table.profile
    paid_on, paid_at = _moment(cells, table.latest)
    direction, money = money_moved(table, cells)
    rule = rule_for(profile.nature, cells.named)
    if money.value == 0 or (rule and not rule.moved):
        direction = Direction.NEUTRAL
    payee, payee_account = _party(profile, cells, direction)
    memo, status = _memo(cells, payee), cells.text("status")
    nature = rule.nature if rule else ordinary(profile.kind, _words(cells, memo, status), payee)
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
        method=_method(cells),
        reference=cells.text("reference"),
    )


def has_day(table: Table, row: Row) -> bool:
    """Whether the row's day can be read."""
    try:
        _moment(Cells(table.header, row), table.latest)
    except BadRow:
        return False
    return True


def _moment(cells: Cells, latest: Month | None) -> tuple[date, datetime | None]:
    text = cells.first("day")
    if not text:
        raise BadRow("没有日期", "no date")
    on, at = parts_of(text)
    found = day(on, latest)
    if found is None and day(on, ANY_YEAR):
        raise BadRow(
            f"日期没有年份，请在文件名里写明年月：{on}", f"a day without a year; name the file after its month: {on}"
        )
    if found is None:
        raise BadRow(f"日期无法识别：{shortened(text)}", f"not a date: {shortened(text)}")
    time = clock(at or cells.first("time"))
    return found, datetime.combine(found, time, CHINA) if time else None


def _party(profile: Profile, cells: Cells, direction: Direction) -> tuple[str | None, str | None]:
    """The other side: a column of its own where money comes in, or the one column for both."""
    comes_in = direction is Direction.IN and profile.columns.payer
    name = cells.text("payer" if comes_in else "payee")
    account = cells.text("payer_account" if comes_in else "payee_account")
    name = _after(profile.payee_after, name) if name else None
    glued = GLUED.fullmatch(name) if profile.glued_account and name else None
    return (glued[1], account or glued[2]) if glued else (name, account)


def _after(words: Names, name: str) -> str | None:
    """The payee without a word that may stand before it; None where nothing else stands there."""
    for word in sorted(words, key=len, reverse=True):
        if compact(name[: len(word)]) == compact(word):
            return name[len(word) :].strip() or None
    return name


def _method(cells: Cells) -> str | None:
    """What it was paid with; a card's last four digits as a number have lost their zeros."""
    text = cells.text("method")
    return text.zfill(4) if text and text.isdecimal() else text


def _memo(cells: Cells, payee: str | None) -> str | None:
    """The columns of the memo, joined; the payee is not said again unless there is nothing else."""
    said = dict.fromkeys(text for part in cells.all("memo") if not is_blank(part) and (text := printed(part)))
    more = [text for text in said if text != payee]
    return "；".join(more or said) or cells.text("category")


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
