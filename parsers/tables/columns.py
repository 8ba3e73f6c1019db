"""What a table's columns are called and hold, and where its heading stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from parsers.normalise import amount, compact, iso_date, printed, quantity, tax_id
from parsers.tables.periods import Period, period_of
from parsers.tables.sheet import Row
from reimburse.domain.finding import Text

LOOKED_AT = 40
"""A heading stands within so many rows from the top."""
UNITS = ("(元)", "(人民币)", "(cny)", "(含税)", "*", ":")


class Kind(Enum):
    """What the cells of a column hold."""

    TEXT = "text"
    DAY = "day"
    MONEY = "money"
    NUMBER = "number"
    TAX_ID = "tax_id"
    PERIOD = "period"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its field, its name for people, other headings it goes by, split by ``|``, most specific first."""

    field: str
    words: Text
    headings: str = ""
    kind: Kind = Kind.TEXT
    needed: bool = False
    longest: int = 200
    sample: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A kind of table. ``either``: fields of which one suffices, beside those that are needed anyway."""

    kind: str
    words: Text
    columns: tuple[Column, ...]
    either: tuple[tuple[str, ...], ...] = ()

    def column(self, field: str) -> Column:
        """The column of this field."""
        return next(column for column in self.columns if column.field == field)

    def lacking(self, fields: Sequence[str]) -> list[tuple[Column, ...]]:
        """What a table with only these fields lacks: each entry is a choice of columns."""
        wanted = [*((column.field,) for column in self.columns if column.needed), *self.either]
        return [tuple(map(self.column, choice)) for choice in wanted if not set(choice) & set(fields)]


@dataclass(frozen=True, slots=True)
class Heading:
    """Where the heading stands (row 1 is the first) and which column, counted from 0, holds which field."""

    row: int
    places: Mapping[str, int]


Value = str | date | Period


class BadCell(ValueError):
    """A cell that is not what its column holds; ``text`` says so in both languages."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def heading_of(rows: Sequence[Row], table: Table) -> Heading | None:
    """The row among the first that names most of the table's columns, two at least.

    >>> from parsers.tables.kinds import BILLS
    >>> heading_of([("2026 年账单",), ("供应商名称", "账期", "账单金额（元）")], BILLS).places
    {'party': 0, 'period': 1, 'amount': 2}
    """
    found = [Heading(number, _places(row, table)) for number, row in enumerate(rows[:LOOKED_AT], start=1)]
    best = max(found, key=lambda heading: len(heading.places), default=None)
    return best if best and len(best.places) >= 2 else None


def likely_heading(rows: Sequence[Row]) -> Heading:
    """Where a person may look for a heading that is not recognised: the first row with most cells filled."""
    filled = [sum(map(bool, row)) for row in rows[:LOOKED_AT]]
    return Heading(filled.index(max(filled)) + 1, {})


def _places(row: Row, table: Table) -> dict[str, int]:
    names = [plain_heading(cell) for cell in row]
    places: dict[str, int] = {}
    for column in table.columns:
        known = map(plain_heading, (column.words.zh, column.words.en, *column.headings.split("|")))
        place = next((names.index(name) for name in known if name in names), None)
        if place is not None and place not in places.values():
            places[column.field] = place
    return places


def plain_heading(cell: str) -> str:
    """A heading as it is compared.

    >>> plain_heading("账单 金额（元）"), plain_heading("Bill No.")
    ('账单金额', 'billno')
    """
    plain = compact(cell).casefold().translate(dict.fromkeys(map(ord, "._-'")))
    for unit in UNITS:
        plain = plain.removesuffix(unit)
    return plain


def value_of(column: Column, text: str) -> Value | None:
    """What a cell holds; None where it is empty, ``BadCell`` where it is something else."""
    plain = printed(text)
    if plain is None:
        return None
    if column.kind is Kind.TEXT:
        if len(plain) > column.longest:
            raise BadCell(_said(column, f"超过 {column.longest} 字", f"longer than {column.longest} characters"))
        return plain
    found = _typed(column.kind, plain)
    if found is None:
        shown = plain[:40]
        raise BadCell(_said(column, f"“{shown}”不是{WORDS[column.kind].zh}", f'"{shown}" is {WORDS[column.kind].en}'))
    return found


WORDS = {
    Kind.DAY: Text("日期", "no date"),
    Kind.MONEY: Text("两位小数的金额", "no amount of two places"),
    Kind.NUMBER: Text("数字", "no number"),
    Kind.TAX_ID: Text("税号", "no tax id"),
    Kind.PERIOD: Text("账期（如 2026-03）", "no period such as 2026-03"),
}


def _typed(kind: Kind, plain: str) -> Value | None:
    if kind is Kind.DAY:
        day = iso_date(plain)
        return date.fromisoformat(day) if day else None
    if kind is Kind.PERIOD:
        return period_of(plain)
    return {Kind.MONEY: amount, Kind.NUMBER: quantity, Kind.TAX_ID: tax_id}[kind](plain)


def _said(column: Column, zh: str, en: str) -> Text:
    return Text(f"{column.words.zh}：{zh}", f"{column.words.en}: {en}")
