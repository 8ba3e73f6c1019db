"""A sheet's header rows and what stands under each: payments, rows left out and why, the bank's own words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from parsers.normalise import folded
from parsers.statements.cells import BadRow, Cells, Table
from parsers.statements.headers import Header
from parsers.statements.moved import has_amount, minus_is_notation, totals_of
from parsers.statements.natures import fits
from parsers.statements.preamble import account_in, currency_in, month_in, totals_in
from parsers.statements.rows import has_day, payment
from parsers.statements.sheets import MOST_COLUMNS, Row, Sheet
from reimburse.domain.finding import Text
from reimburse.domain.statement import SkippedRow, StatedTotal, Statement, StatementRow

TOTAL = re.compile(
    r"^.{0,8}(?:合计|小计|总计|累计|汇总|总额|总笔数|总收入|总支出|期初余额|期末余额|上期余额|承前页|过次页)|^第\s?\d+\s?页|^共\s?\d+"
    r"|^(?:sub)?total\b",
    re.IGNORECASE,
)
GRAND_TOTAL = re.compile(r"^.{0,5}(?:合计|总计)")
LABEL = re.compile(r"^[^\d:]{1,30}:")
NOTE = re.compile(r"^(?:注|备注|说明|提示|温馨|特别|声明|以上|本|打印|导出|[*※#]|\d{1,2}\s?[.、)])|[。;]$")
WIDEST_NOTE = 4
NEITHER = Text("没有日期也没有金额", "neither a date nor an amount")


@dataclass(slots=True)
class _Part:
    """What is read of one account so far."""

    header: Header
    account: str | None
    rows: list[StatementRow] = field(default_factory=list)
    skipped: list[SkippedRow] = field(default_factory=list)
    stated: list[StatedTotal] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Block:
    """The rows under one header; ``words`` are those below the last payment that are none."""

    payments: list[tuple[str | None, StatementRow]]
    skipped: list[SkippedRow]
    words: list[Row]


def statements_in(sheet: Sheet, headers: Sequence[Header], name: str) -> list[Statement]:
    """One statement an account, in the sheet's order; a header repeated for the same account goes on with it."""
    parts: list[_Part] = []
    above = list(sheet.rows[: headers[0].at]) if headers else []
    for index, header in enumerate(headers):
        is_last = index == len(headers) - 1
        rows = sheet.rows[header.at + 1 : None if is_last else headers[index + 1].at]
        width = len(sheet.rows[header.at].cells) if sheet.is_text else MOST_COLUMNS
        table = _table(header, rows, above, name, width)
        block = _block(table, rows, is_last=is_last)
        _add(parts, header, block, account_in(above))
        parts[-1].stated.extend(totals_in([*above, *(block.words if is_last else [])]))
        parts[-1].stated.extend(_of_columns(table, block.words))
        above = block.words
    return [_statement(part, sheet.part) for part in parts]


def _table(header: Header, rows: Sequence[Row], above: Sequence[Row], name: str, width: int) -> Table:
    usual = currency_in(above) or header.profile.currency
    return Table(header, usual, month_in(above, name), minus_is_notation(header, rows), width)


def _add(parts: list[_Part], header: Header, block: _Block, above: str | None) -> None:
    usual = above or next((own for own, _ in block.payments if own), None)
    accounts = list(dict.fromkeys(own or usual for own, _ in block.payments)) or [usual]
    for account in accounts:
        part = _part(parts, header, account)
        part.rows.extend(row for own, row in block.payments if (own or usual) == account)
    _part(parts, header, accounts[0]).skipped.extend(block.skipped)


def _part(parts: list[_Part], header: Header, account: str | None) -> _Part:
    """The part of this account, or a new one; a table that names none belongs to the one before it."""
    for part in reversed(parts):
        if part.header.profile is header.profile and account in {part.account, None}:
            return part
    parts.append(_Part(header, account))
    return parts[-1]


def _statement(part: _Part, name: str | None) -> Statement:
    profile = part.header.profile.name
    return Statement(profile, part.account, tuple(part.rows), tuple(part.skipped), name, tuple(part.stated))


def _block(table: Table, rows: Sequence[Row], *, is_last: bool) -> _Block:
    payments: list[tuple[str | None, StatementRow]] = []
    failed: list[tuple[int, Row, BadRow]] = []
    last = -1
    for index, row in enumerate(rows):
        if not any(row.cells):
            continue
        try:
            found = payment(table, row)
        except BadRow as problem:
            if not table.header.is_repeated_by(row):
                failed.append((index, row, problem))
        else:
            payments.append((Cells(table.header, row).text("account"), found))
            last = index
    words = [row for index, row, _ in failed if _is_words(table, row, below=index > last, is_last=is_last)]
    skipped = [_skipped(table, row, problem) for _, row, problem in failed if row not in words]
    return _Block(payments, skipped, words)


def _skipped(table: Table, row: Row, problem: BadRow) -> SkippedRow:
    is_something = has_day(table, row) or has_amount(table, row)
    return SkippedRow(row.number, problem.why if is_something else NEITHER)


def _is_words(table: Table, row: Row, *, below: bool, is_last: bool) -> bool:
    """Whether a row that is no payment is the bank's: totals and rules anywhere, notes below the last payment.

    A row with a day is a payment that broke. What stands between two tables is the second one's heading.
    """
    texts = [folded(text) for text in row.cells if text]
    first = texts[0]
    is_label = below and LABEL.search(first) is not None
    if has_day(table, row) and not is_label:
        return False
    if any(fits(pattern, first) for pattern in table.profile.notes) or TOTAL.search(first) or _is_rule(first):
        return True
    if not below or has_amount(table, row):
        return False
    return is_label or not is_last or (len(texts) <= WIDEST_NOTE and NOTE.search(first) is not None)


def _of_columns(table: Table, words: Sequence[Row]) -> list[StatedTotal]:
    rows = [row for row in words if GRAND_TOTAL.search(next(filter(None, row.cells)))]
    return [total for row in rows for total in totals_of(table, row)]


def _is_rule(text: str) -> bool:
    """A line of dashes, with words in its middle or without."""
    return len(text) >= 4 and text[:4] in {"----", "====", "____", "****", "————", "####", "#---"}
