"""Finds the header row by its columns, never by its place, and the profile that knows them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from parsers.normalise import compact
from parsers.statements.column_names import column_name, in_two_rows
from parsers.statements.errors import AmbiguousLayout
from parsers.statements.profile import Columns, Name, Names, Profile
from parsers.statements.sheets import Row, Sheet
from reimburse.domain.finding import Text

YEAR = re.compile(r"\d{4}")
"""A row that holds four digits on end is no header, and most rows do."""
MOST_NAMES = 100
FIELDS = Columns.__struct_fields__


@dataclass(frozen=True, slots=True)
class Header:
    """A header row: the profile that knows it, and where each field's columns stand. ``at``: its place in the sheet."""

    profile: Profile
    at: int
    fields: Mapping[str, tuple[int, ...]]
    columns: Mapping[str, int]

    def is_repeated_by(self, row: Row) -> bool:
        """Whether a row says the same as the header, as at the top of a page."""
        cells = {column_name(text) for text in row.cells if text}
        return len(cells) > 2 and cells <= self.columns.keys()


@dataclass(frozen=True, slots=True)
class _Layout:
    """A profile with its columns' names folded once."""

    profile: Profile
    key: tuple[frozenset[str], ...]
    without: frozenset[str]
    known: frozenset[str]
    above: tuple[str, ...]

    def fits(self, cells: frozenset[str]) -> bool:
        return not self.without & cells and all(alternatives & cells for alternatives in self.key)

    def score(self, cells: frozenset[str], above: str) -> tuple[bool, int, bool]:
        """Greater is likelier: an own layout before a fallback, then by columns known, then by the words above."""
        said = any(words in above for words in self.above)
        return not self.profile.fallback, len(cells & self.known), said


def headers(sheet: Sheet, profiles: Iterable[Profile]) -> Iterator[Header]:
    """Every header row of the sheet, in order."""
    layouts = [_layout(profile) for profile in profiles]
    some = {name for layout in layouts for alternatives in layout.key for name in alternatives}
    known = frozenset(name for layout in layouts for name in layout.known)
    for at, row in enumerate(sheet.rows):
        if len(row.cells) < 2 or YEAR.search("\n".join(row.cells)):
            continue
        below = sheet.rows[at + 1].cells if at + 1 < len(sheet.rows) else ()
        for last, texts in ((at + 1, in_two_rows(row.cells, below, known)), (at, row.cells)):
            cells = frozenset(column_name(text) for text in texts if text and len(text) < 120)
            if len(cells & some) < 2:
                continue
            if layout := _best([layout for layout in layouts if layout.fits(cells)], cells, _above(sheet, at)):
                yield _header(layout.profile, last, texts)
                break


def missing_columns(sheets: Iterable[Sheet], profile: Profile) -> tuple[str, ...]:
    """The key columns that the likeliest header row lacks; of alternatives the first."""
    key = [((part,) if isinstance(part, str) else part, _alternatives(part)) for part in profile.key]
    lacking = [
        tuple(names[0] for names, folded in key if not folded & cells)
        for sheet in sheets
        for row in sheet.rows
        if (cells := frozenset(map(column_name, filter(None, row.cells[:MOST_NAMES]))))
    ]
    return min(lacking, key=len, default=tuple(names[0] for names, _ in key))


def _best(layouts: Sequence[_Layout], cells: frozenset[str], above: str) -> _Layout | None:
    if not layouts:
        return None
    best = max(layout.score(cells, above) for layout in layouts)
    equals = [layout for layout in layouts if layout.score(cells, above) == best]
    if len(equals) > 1:
        names = ", ".join(layout.profile.name for layout in equals)
        raise AmbiguousLayout(
            Text(
                f"有几种账单样式同样符合：{names}。请指定一种。",
                f"Several layouts fit equally well: {names}. Name one.",
            )
        )
    return equals[0]


def _above(sheet: Sheet, at: int) -> str:
    rows = sheet.rows[max(0, at - 40) : at]
    return compact("".join(text for row in rows for text in row.cells))


def _header(profile: Profile, at: int, cells: Sequence[str]) -> Header:
    columns: dict[str, int] = {}
    for index, text in enumerate(cells):
        if text:
            columns.setdefault(column_name(text), index)
    fields = {field: _places(columns, getattr(profile.columns, field)) for field in FIELDS}
    return Header(profile, at, fields, columns)


def _places(columns: Mapping[str, int], names: Names) -> tuple[int, ...]:
    return tuple(columns[name] for name in map(column_name, names) if name in columns)


def _layout(profile: Profile) -> _Layout:
    columns = (name for field in FIELDS for name in getattr(profile.columns, field))
    return _Layout(
        profile,
        tuple(_alternatives(part) for part in profile.key),
        _folded(profile.without),
        _folded((*profile.header, *columns)),
        tuple(map(compact, profile.above)),
    )


def _alternatives(part: Name | Names) -> frozenset[str]:
    return _folded((part,) if isinstance(part, str) else part)


def _folded(names: Iterable[str]) -> frozenset[str]:
    return frozenset(map(column_name, names))
