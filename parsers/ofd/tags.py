"""``CustomTags``: which text on the page is which field, by references to text objects."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

from parsers import safe_xml
from parsers.errors import ParseError
from parsers.ofd.geometry import around
from parsers.ofd.package import Body
from parsers.ofd.page import Page, Run
from parsers.original_invoice import FIELDS, LINE_FIELDS, say_kind, say_untaxed, untaxed_line
from parsers.red_letters import say_red
from parsers.safe_xml import Element
from parsers.testimony import PlacedLine, Testimony
from parsers.witness import Witness, shaped
from reimburse.domain.reading import Box, Source

HEAD_TAGS = {path[-1]: field for field, path in FIELDS.items()}
LINE_TAGS = {tag: field for field, tag in LINE_FIELDS.items()}
GROUP = "GoodsInfo"
ROW_TOLERANCE = 5.0
"""How far, in points, the parts of one row may stand from each other's base line."""

TWO_NAMES = re.compile(r"\*[^*]+\*[^*]+\*[^*]+\*")

Runs = Mapping[tuple[str, str], Run]
Elements = Mapping[str, Sequence[Element]]


class Cell(NamedTuple):
    """The text objects that one tag refers to, in reading order."""

    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """All in one."""
        return "".join(run.text for run in self.runs)

    @property
    def paragraphs(self) -> str:
        """One line of text for each base line."""
        rows: list[list[Run]] = []
        for run in self.runs:
            if rows and _same_row(rows[-1][-1], run):
                rows[-1].append(run)
            else:
                rows.append([run])
        return "\n".join("".join(run.text for run in row) for row in rows)

    @property
    def place(self) -> tuple[int, Box]:
        """Page and box of the inked part on the first page."""
        page = self.runs[0].page
        if len(self.runs) == 1:
            return page, self.runs[0].box
        boxes = [run.box for run in self.runs if run.page == page and run.text.strip()] or [self.runs[0].box]
        return page, around(boxes)


def files_of(body: Body) -> tuple[str, ...]:
    """The names of the document's tag files."""
    return tuple(dict.fromkeys(name for _, name in body.listed("CustomTags", "CustomTag")))


def testimonies(body: Body, files: Sequence[str], pages: Iterable[Page]) -> tuple[Testimony, ...]:
    """What each of the tag files says; one that cannot be parsed says nothing."""
    said = []
    runs = _by_reference(pages) if files else {}
    for name in files:
        try:
            root = body.package.loose_xml(name)
        except ParseError:
            continue
        said.append(_testimony(root, runs))
    return tuple(testimony for testimony in said if testimony.fields or testimony.lines)


def _by_reference(pages: Iterable[Page]) -> dict[tuple[str, str], Run]:
    """Text objects by page and object identifier; a tag may leave the page out."""
    runs: dict[tuple[str, str], Run] = {}
    named: dict[tuple[str, str], Run] = {}
    for page in pages:
        for run in page.runs:
            runs["", run.identifier] = named[page.identifier, run.identifier] = run
    return runs | named


def _testimony(root: Element, runs: Runs) -> Testimony:
    witness = Witness(Source.OFD)
    named = _by_name(root)
    grouped = {element for group in named.get(GROUP, ()) for element in group.iter("*")}
    cells = {
        tag: [cell for element in named.get(tag, ()) if element not in grouped for cell in _cells(element, runs)]
        for tag in HEAD_TAGS
    }
    for tag, field in HEAD_TAGS.items():
        _say(witness, field, cells[tag])
    for group in named.get(GROUP, ()):
        lines = _lines(_by_name(group), runs)
        witness.lines.extend(lines if len(lines) != 1 else [replace(lines[0], is_grouped=True)])
    if GROUP not in named:
        witness.lines.extend(_lines(named, runs))
    tax = cells[FIELDS["tax_amount"][-1]]
    say_untaxed(witness, tax[0].text if tax else None)
    say_kind(witness)
    say_red(witness)
    return witness.testimony()


def _by_name(root: Element) -> Elements:
    """All elements inside that hold others by their local names, in the file's order."""
    named: dict[str, list[Element]] = {}
    for element in root.iter("*"):
        if len(element):
            named.setdefault(safe_xml.local(element), []).append(element)
    return named


def _say(witness: Witness, field: str, cells: list[Cell]) -> None:
    values = {shaped(field, cell.paragraphs if field == "remark" else cell.text) for cell in cells}
    if len(values) == 1:
        page, box = cells[0].place
        witness.say(field, values.pop(), page, box)


def _cells(element: Element, runs: Runs) -> list[Cell]:
    """The text that an element refers to, a cell a page: a field that is printed on every page is not one long text."""
    referred = _referred(element, runs)
    if len(referred) == 1:
        return [Cell(referred)]
    return [Cell(tuple(group)) for _, group in groupby(referred, key=lambda run: run.page)]


def _referred(element: Element, runs: Runs) -> tuple[Run, ...]:
    found = []
    for reference in element.iterchildren("{*}ObjectRef"):
        run = runs.get((reference.get("PageRef") or "", (reference.text or "").strip()))
        if run and run.is_on_page:
            found.append(run)
    return _in_reading_order(found)


def _in_reading_order(runs: list[Run]) -> tuple[Run, ...]:
    if len(runs) < 2:
        return tuple(runs)
    rows: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: (run.page, run.baseline)):
        if rows and _same_row(rows[-1][0], run):
            rows[-1].append(run)
        else:
            rows.append([run])
    return tuple(run for row in rows for run in sorted(row, key=lambda run: run.box[0]))


def _same_row(one: Run, other: Run) -> bool:
    return one.page == other.page and abs(one.baseline - other.baseline) <= ROW_TOLERANCE


def _lines(elements: Elements, runs: Runs) -> list[PlacedLine]:
    columns = {
        field: tuple(run for element in elements.get(tag, ()) for run in _referred(element, runs))
        for tag, field in LINE_TAGS.items()
    }
    tops = _tops(columns["amount_excl_tax"])
    if len(tops) <= 1:
        return [_line(columns)] if any(columns.values()) else []
    return [_line(row) for row in _rows(columns, tops)]


def _tops(amounts: tuple[Run, ...]) -> list[tuple[int, float]]:
    """Page and base line of each amount; one amount may be several text objects."""
    tops: list[Run] = []
    for run in _in_reading_order(list(amounts)):
        if not tops or not _same_row(tops[-1], run):
            tops.append(run)
    return [(run.page, run.baseline) for run in tops]


def _rows(columns: Mapping[str, tuple[Run, ...]], tops: list[tuple[int, float]]) -> list[dict[str, tuple[Run, ...]]]:
    """Each row begins at its amount; what stands below continues it. A column that begins above is not told apart."""
    rows: list[dict[str, tuple[Run, ...]]] = [{} for _ in tops]
    for field, runs in columns.items():
        places = [_row_index(run, tops) for run in runs]
        if None in places:
            continue
        held: dict[int | None, list[Run]] = {}
        for run, place in zip(runs, places, strict=True):
            held.setdefault(place, []).append(run)
        for index in range(len(tops)):
            rows[index][field] = tuple(held.get(index, ()))
    if _names_are_mixed([Cell(_in_reading_order(list(row.get("item_name", ())))).text for row in rows]):
        return [{field: runs for field, runs in row.items() if field != "item_name"} for row in rows]
    return rows


def _names_are_mixed(names: list[str]) -> bool:
    """Whether one row seems to hold the beginnings of two names while another lacks its own."""
    return any(TWO_NAMES.search(name) for name in names) and not all(name.startswith("*") for name in names)


def _row_index(run: Run, tops: list[tuple[int, float]]) -> int | None:
    """The last row that begins above the run, on the run's page."""
    place = (run.page, run.baseline + ROW_TOLERANCE)
    last = next((index for index in range(len(tops) - 1, -1, -1) if tops[index] <= place), None)
    return last if last is not None and tops[last][0] == run.page else None


def _line(columns: Mapping[str, Iterable[Run]]) -> PlacedLine:
    cells = {field: Cell(_in_reading_order(list(runs))) for field, runs in columns.items()}
    cells = {field: cell for field, cell in cells.items() if cell.runs}
    line = untaxed_line({field: cell.text for field, cell in cells.items()})
    page = next(iter(cells.values())).place[0] if cells else None
    return PlacedLine(line, page, {field: cell.place[1] for field, cell in cells.items()})
