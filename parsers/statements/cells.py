"""A row's cells by what their columns hold, and what is known of the table they stand in."""

from collections.abc import Iterator
from dataclasses import dataclass

from parsers.normalise import printed
from parsers.statements.column_names import column_name
from parsers.statements.headers import Header
from parsers.statements.profile import Profile
from parsers.statements.sheets import Row
from parsers.statements.values import Month, is_blank
from reimburse.domain.finding import Text

LONGEST_SHOWN = 40


class BadRow(Exception):
    """This row is no payment that can be read."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.why = Text(zh, en)


@dataclass(frozen=True, slots=True)
class Table:
    """A header with what is known from around it.

    ``minus_is_notation``: a minus in money out means nothing. ``width``: the cells that a row may have at most.
    """

    header: Header
    currency: str
    latest: Month | None
    minus_is_notation: bool
    width: int

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


def shortened(text: str) -> str:
    """A cell's text to show in a message."""
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
