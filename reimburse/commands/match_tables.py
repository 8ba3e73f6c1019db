"""The two tables that ``reimburse match`` reads: every broken cell is named by line and column."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from parsers.normalise import amount, iso_date
from reimburse.domain.money import to_fen
from reimburse.matching.rows import InvoiceRow, PaymentRow

INVOICE_COLUMNS = ("id", "issue_date", "seller_name", "total_incl_tax")
PAYMENT_COLUMNS = ("id", "paid_on", "payee", "amount", "memo")
MOST_TOLD = 20
MOST_YUAN = Decimal(10) ** 13
MAY_BE_EMPTY = frozenset({"payee", "memo", "number", "seller_name"})

Cells = dict[str, str]


class BadTable(Exception):
    """A table that cannot be matched; one line a broken cell."""

    def __init__(self, problems: Sequence[str]) -> None:
        more = [f"…… 共 {len(problems)} 处 / {len(problems)} in all"] if len(problems) > MOST_TOLD else []
        super().__init__("\n".join([*problems[:MOST_TOLD], *more]))


class BadCell(ValueError):
    """A cell that is not what its column holds."""

    def __init__(self, column: str, zh: str, en: str) -> None:
        super().__init__(f"列 {column}：{zh} / column {column}: {en}")


def read_invoices(data: bytes) -> list[InvoiceRow]:
    r"""The rows of an invoice table in UTF-8 or GBK.

    >>> table = "id,issue_date,seller_name,total_incl_tax\ni1,2026-03-01,样例书店,12.30\n"
    >>> read_invoices(table.encode("gbk"))[0].total_fen
    1230
    """
    return [_invoice(cells) for cells in _checked(data, INVOICE_COLUMNS, "issue_date", "total_incl_tax")]


def read_payments(data: bytes) -> list[PaymentRow]:
    """The rows of a payment table."""
    return [_payment(cells) for cells in _checked(data, PAYMENT_COLUMNS, "paid_on", "amount")]


def _invoice(cells: Cells) -> InvoiceRow:
    total = to_fen(Decimal(cells["total_incl_tax"]))
    issued = date.fromisoformat(cells["issue_date"])
    return InvoiceRow(cells["id"], issued, cells["seller_name"], total, cells.get("number", ""))


def _payment(cells: Cells) -> PaymentRow:
    paid_on = date.fromisoformat(cells["paid_on"])
    return PaymentRow(cells["id"], paid_on, cells["payee"], to_fen(Decimal(cells["amount"])), cells["memo"])


def _checked(data: bytes, columns: Sequence[str], day: str, money: str) -> list[Cells]:
    """The cells of each row by column, days and amounts in one form; all that is wrong is told at once."""
    rows, problems, seen = [], [], dict[str, int]()
    for line, cells in _lines(_text(data), columns):
        for column, value in cells.items():
            try:
                cells[column] = _cell(column, value, day, money)
            except BadCell as problem:
                problems.append(f"第 {line} 行 {problem} (line {line})")
        if cells["id"] in seen:
            first = seen[cells["id"]]
            twice = BadCell("id", f"与第 {first} 行重复：{cells['id']}", f"the same as in line {first}: {cells['id']}")
            problems.append(f"第 {line} 行 {twice} (line {line})")
        seen.setdefault(cells["id"], line)
        rows.append(cells)
    if problems:
        raise BadTable(problems)
    return rows


def _cell(column: str, value: str, day: str, money: str) -> str:
    if not value and column not in MAY_BE_EMPTY:
        raise BadCell(column, "为空", "empty")
    if column == day:
        return _known(iso_date(value), column, f"不是日期：{value}", f"not a date: {value}")
    if column == money:
        yuan = _known(amount(value), column, f"不是两位小数的金额：{value}", f"not an amount with two places: {value}")
        if abs(Decimal(yuan)) >= MOST_YUAN:
            raise BadCell(column, f"金额过大：{value}", f"too great an amount: {value}")
        return yuan
    return value


def _known(value: str | None, column: str, zh: str, en: str) -> str:
    if value is None:
        raise BadCell(column, zh, en)
    return value


def _lines(text: str, columns: Sequence[str]) -> Iterator[tuple[int, Cells]]:
    """Rows by column with the line on which each begins; empty lines are passed over, other columns too."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        heading = [name.strip().lower() for name in next(reader, [])]
        _complete(heading, columns)
        wanted = {name: heading.index(name) for name in (*columns, "number") if name in heading}
        line = reader.line_num + 1
        for fields in reader:
            if any(field.strip() for field in fields):
                _fits(fields, heading, line)
                yield line, {name: fields[place].strip() for name, place in wanted.items()}
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadTable([f"第 {reader.line_num} 行不是 CSV / line {reader.line_num} is not CSV: {error}"]) from None


def _complete(heading: Sequence[str], columns: Sequence[str]) -> None:
    missing = ",".join(name for name in columns if name not in heading)
    if missing:
        raise BadTable([f"第 1 行缺少列 {missing} / line 1 lacks the columns {missing}"])
    twice = ",".join(sorted({name for name in columns if heading.count(name) > 1}))
    if twice:
        raise BadTable([f"第 1 行的列重复 {twice} / line 1 has these columns twice: {twice}"])


def _fits(fields: list[str], heading: Sequence[str], line: int) -> None:
    """A row may leave out empty cells at its end; a row with more cells than columns has lost a quotation mark."""
    if len(fields) > len(heading) and any(field.strip() for field in fields[len(heading) :]):
        told = f"{len(fields)} 个单元格，表头有 {len(heading)} 列 / {len(fields)} cells under {len(heading)} columns"
        raise BadTable([f"第 {line} 行有 {told} (line {line})"])
    fields.extend([""] * (len(heading) - len(fields)))


def _text(data: bytes) -> str:
    """UTF-8 with or without a byte order mark, or GBK."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadTable(["不是 UTF-8 或 GBK 编码的 CSV / neither UTF-8 nor GBK"])
