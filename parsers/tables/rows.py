"""The rows of a table under its heading, cell by cell; what is wrong with a row is told, all of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from parsers.normalise import compact
from parsers.tables.columns import BadCell, Heading, Table, Value, value_of
from parsers.tables.sheet import Sheet
from reimburse.domain.finding import Text

MOST_FEN = Decimal(10) ** 13
TOTALS = ("合计", "总计", "小计", "总额合计", "total", "subtotal", "grandtotal", "sum")
IS_A_TOTAL = Text("合计行，不是明细", "a row of totals")


class BadRow(ValueError):
    """A row that cannot be taken; ``texts`` are the reasons."""

    def __init__(self, *texts: Text) -> None:
        super().__init__("; ".join(text.en for text in texts))
        self.texts = texts


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that was left out (1 is the file's first) and why."""

    row: int
    why: Text


@dataclass(frozen=True, slots=True)
class Values:
    """The typed cells of one row, or of a form, by field."""

    of: Mapping[str, Value]

    def text(self, field: str) -> str | None:
        """A text, a tax id."""
        found = self.of.get(field)
        return found if isinstance(found, str) else None

    def day(self, field: str) -> date | None:
        """A day."""
        found = self.of.get(field)
        return found if isinstance(found, date) else None

    def number(self, field: str) -> Decimal | None:
        """An amount in yuan, a quantity, a price."""
        found = self.of.get(field)
        return Decimal(found) if isinstance(found, str) else None


def cells_under(sheet: Sheet, heading: Heading) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows that hold anything in a mapped column, by field, with their numbers."""
    for number, row in enumerate(sheet.rows[heading.row :], start=heading.row + 1):
        cells = {field: row[place] for field, place in heading.places.items() if place < len(row) and row[place]}
        if cells:
            yield number, cells


def values_of(table: Table, cells: Mapping[str, str]) -> Values:
    """The cells as values; ``BadRow`` with every reason where one is broken, or one that is needed is empty."""
    problems: list[Text] = []
    values = _typed(table, cells, problems)
    problems += _missing(table, [*values, *cells])
    if problems:
        raise BadRow(*problems)
    return Values(values)


def part_of(table: Table, cells: Mapping[str, str]) -> Values:
    """The same for one row of several that make up a thing, of which any may state what is needed."""
    problems: list[Text] = []
    values = _typed(table, cells, problems)
    if problems:
        raise BadRow(*problems)
    return Values(values)


def whole(table: Table, rows: Sequence[Values]) -> Sequence[Values]:
    """Rows that together state all that is needed; ``BadRow`` where they do not."""
    if problems := _missing(table, [field for row in rows for field in row.of]):
        raise BadRow(*problems)
    return rows


def _typed(table: Table, cells: Mapping[str, str], problems: list[Text]) -> dict[str, Value]:
    if any(compact(cell).casefold().rstrip(":") in TOTALS for cell in cells.values()):
        raise BadRow(IS_A_TOTAL)
    values: dict[str, Value] = {}
    for column in table.columns:
        try:
            value = value_of(column, cells.get(column.field, ""))
        except BadCell as problem:
            problems.append(problem.text)
        else:
            values |= {column.field: value} if value is not None else {}
    return values


def _missing(table: Table, fields: Sequence[str]) -> list[Text]:
    names = ([one.words for one in choice] for choice in table.lacking(fields))
    both = (("或".join(one.zh for one in words), " or ".join(one.en for one in words)) for words in names)
    return [Text(f"{zh}为空", f"{en} is empty") for zh, en in both]


def told(row: int, problem: BadRow) -> Broken:
    """A broken row with its reasons in one sentence."""
    return Broken(row, Text("；".join(text.zh for text in problem.texts), "; ".join(text.en for text in problem.texts)))
