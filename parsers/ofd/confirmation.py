"""The printed face beside structured data: it confirms or contradicts, and rarely adds.

Figures and identifiers are always held against the data. Free text read by position can take in what stands beside
it: it counts where the face as a whole was read without a fault, or where it agrees.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from parsers.agreement import agree
from parsers.pdf.doubt import faults
from parsers.pdf.parts import Part
from parsers.testimony import PlacedLine, Testimony
from parsers.witness import LINE_TEXTS, SHAPES
from reimburse.domain.invoice import InvoiceKind, InvoiceLine
from reimburse.domain.reading import Source

FULL = frozenset({Source.XML, Source.XBRL, Source.OFD})
FIGURES = frozenset(SHAPES) | {"kind", "total_in_words", "red_letter"}
NAMES = frozenset({"buyer.name", "seller.name"})
LIST_ELSEWHERE = "清单"


def beside(data: Sequence[Testimony], parts: Iterable[Part]) -> tuple[Testimony, ...]:
    """What the faces say that may stand beside the data; all of it where the data is no full account."""
    stated: dict[str, set[str]] = {}
    for testimony in data:
        if testimony.source in FULL:
            for field, seen in testimony.fields.items():
                stated.setdefault(field, set()).add(seen.value)
    has_lines = any(testimony.lines for testimony in data)
    said = [testimony for part in parts if part.kind for testimony in _of(part, part.kind, stated, has_lines)]
    tagged = next((testimony.lines for testimony in data if testimony.source is Source.OFD and testimony.lines), ())
    return tuple(replace(testimony, lines=_as_tagged(testimony.lines, tagged)) for testimony in said)


def _as_tagged(lines: Sequence[PlacedLine], tagged: Sequence[PlacedLine]) -> tuple[PlacedLine, ...]:
    """Without the free text that tags group otherwise: they refer to the very objects that print puts into columns."""
    if len(lines) != len(tagged) or not all(placed.is_grouped for placed in tagged):
        return tuple(lines)
    return tuple(replace(one, line=_agreeing(one.line, other.line)) for one, other in zip(lines, tagged, strict=True))


def _agreeing(line: InvoiceLine, tagged: InvoiceLine) -> InvoiceLine:
    pairs = ((name, getattr(line, name) or "", getattr(tagged, name) or "") for name in LINE_TEXTS)
    otherwise = {name: None for name, one, other in pairs if other and not agree(name, one, other)}
    return replace(line, **otherwise) if otherwise else line


def _of(part: Part, kind: InvoiceKind, stated: dict[str, set[str]], has_lines: bool) -> Iterable[Testimony]:
    clean = faults(kind, part.testimonies) == 0
    for testimony in part.testimonies:
        fields = {
            field: seen
            for field, seen in testimony.fields.items()
            if not stated or _counts(field, seen.value, stated.get(field, set()), clean)
        }
        keeps_lines = (clean or not has_lines) and not (has_lines and _points_elsewhere(testimony))
        yield Testimony(testimony.source, fields, testimony.lines if keeps_lines else ())


def _counts(field: str, value: str, stated: set[str], clean: bool) -> bool:
    if field in FIGURES:
        return True
    if not stated:
        return clean and field in NAMES
    return clean or all(agree(field, value, other) for other in stated)


def _points_elsewhere(testimony: Testimony) -> bool:
    """Whether the one line printed only says that the goods are on a list."""
    return any(LIST_ELSEWHERE in (placed.line.item_name or "") for placed in testimony.lines)
