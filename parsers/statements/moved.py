"""How much money a row moved, and which way."""

from collections.abc import Iterator, Sequence

from parsers.statements.cells import BadRow, Cells, Table, shortened
from parsers.statements.headers import Header
from parsers.statements.natures import fits
from parsers.statements.profile import Minus, Patterns, Plus, Profile
from parsers.statements.sheets import Row
from parsers.statements.values import Amount, amount, is_blank
from reimburse.domain.statement import Direction, StatedTotal

OTHER_WAY = {Direction.IN: Direction.OUT, Direction.OUT: Direction.IN, Direction.NEUTRAL: Direction.NEUTRAL}


def money_moved(table: Table, cells: Cells) -> tuple[Direction, Amount]:
    """The direction and the amount as printed, or ``BadRow``."""
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
    if money.value == 0:
        return Direction.NEUTRAL, money
    said = _said(profile, cells)
    if profile.plus is Plus.NONE or (profile.plus is Plus.PRINTED and not money.has_sign):
        if said is None:
            word = shortened(cells.raw("direction"))
            raise BadRow(f"收支方向无法识别：{word}", f"neither in nor out: {word}")
        return OTHER_WAY[said] if money.value < 0 and profile.minus is Minus.REVERSAL else said, money
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
    """Whether a pattern fits; a dash is as good as an empty cell."""
    return any(fits(pattern, text) for pattern in patterns) or ("" in patterns and is_blank(text))


def _amount(text: str) -> Amount:
    found = amount(text)
    if found is None:
        raise BadRow(f"金额无法识别：{shortened(text)}", f"not an amount: {shortened(text)}")
    return found


def has_amount(table: Table, row: Row) -> bool:
    """Whether any amount of the row can be read."""
    cells = Cells(table.header, row)
    return any(amount(text) for field in ("amount", "money_in", "money_out") for text in cells.all(field))


def totals_of(table: Table, row: Row) -> Iterator[StatedTotal]:
    """What a row of totals under two columns of amounts says."""
    cells = Cells(table.header, row)
    for way, field in ((Direction.IN, "money_in"), (Direction.OUT, "money_out")):
        if money := amount(cells.first(field)):
            yield StatedTotal(way, None, abs(money.value))


def minus_is_notation(header: Header, rows: Sequence[Row]) -> bool:
    """Whether a minus in the column of money out is mere notation: the profile says so, or no amount there lacks it."""
    minus = header.profile.minus
    if minus is not Minus.AUTO:
        return minus is Minus.NOTATION
    found = (amount(Cells(header, row).first("money_out")) for row in rows)
    return not any(money and money.value > 0 for money in found)
