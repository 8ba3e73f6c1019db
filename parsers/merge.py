"""Testimonies compared: agreement, the one source there is, or a conflict that is never resolved in silence.

The invoice holds the best witness's value: structured data before the QR code, the QR code before print.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from parsers.agreement import agree, narrower
from parsers.building import build
from parsers.crosscheck import (
    FIGURES,
    figures_that_fit,
    lines_in_doubt,
    lines_taxed_otherwise,
    lines_that_break_the_sum,
    lines_that_do_not_multiply,
    price_and_tax,
    price_or_tax,
    sums_of_lines,
    total_from_words,
)
from parsers.document import Document
from parsers.errors import NoInvoice
from parsers.expected import mandatory, missing
from parsers.testimony import Found, PlacedLine, Testimony
from reimburse.domain.amount_words import to_words
from reimburse.domain.invoice import InvoiceKind
from reimburse.domain.invoice_json import plain_number
from reimburse.domain.reading import Conflict, FileFormat, ReadError, Reading, ReadStatus, Seen, Source

RANK = {
    source: rank
    for rank, source in enumerate(
        (
            Source.MANUAL,
            Source.XML,
            Source.XBRL,
            Source.OFD,
            Source.QR,
            Source.TEXT,
            Source.DOCINFO,
            Source.WORDS,
            Source.LINES,
            Source.OCR,
        )
    )
}
LINE_TEXTS = ("item_name", "specification", "unit")
LINE_NUMBERS = ("quantity", "unit_price", "amount_excl_tax", "tax_rate", "tax_amount")
SAYS_MORE = frozenset({"kind", "remark", "travel.departs_at"})
Witnesses = dict[str, list[Seen]]


def merge(found: Found, document: Document, file_format: FileFormat) -> Reading:
    """The reading of one invoice, of one document that is none, or of a page that cannot be read."""
    if found.document or not found.testimonies:
        return _no_invoice(found, document, file_format)
    testimonies = sorted(found.testimonies, key=lambda testimony: RANK[testimony.source])
    source, lines = _lines(testimonies)
    seen = _seen(testimonies, lines)
    best = {field: _best(field, witnesses) for field, witnesses in seen.items()}
    kind = InvoiceKind(best["kind"].value) if "kind" in best else InvoiceKind.OTHER
    conflicts = [conflict for field, witnesses in seen.items() if (conflict := _conflict(field, witnesses))]
    if set(FIGURES) & {conflict.field for conflict in conflicts}:
        best |= figures_that_fit(seen, best, RANK)
    conflicts.extend(_words_against_figures(best))
    conflicts.extend(_line_counts(testimonies))
    conflicts.extend(lines_that_do_not_multiply(source, lines))
    conflicts.extend(lines_in_doubt(source, lines))
    unadded = [conflict.field for conflict in conflicts if Source.LINES in conflict.values]
    remark = best["remark"].value if "remark" in best else ""
    conflicts.extend(lines_that_break_the_sum(source, lines, unadded))
    conflicts.extend(lines_taxed_otherwise(source, lines, kind, remark))
    if not set(FIGURES) & {conflict.field for conflict in conflicts}:
        conflicts.extend(_sum_of_parts(kind, best, seen))
    values = {field: witness.value for field, witness in best.items()}
    invoice = build(kind, values, [placed.line for placed in lines])
    absent = missing(invoice, frozenset(values))
    complete = not mandatory(kind, native=found.native) & set(absent)
    return Reading(
        file=document.name,
        sha256=document.sha256,
        format=file_format,
        status=ReadStatus.PARSED if complete else ReadStatus.INCOMPLETE,
        page=found.page,
        invoice=invoice,
        seen={field: tuple(witnesses) for field, witnesses in seen.items()},
        conflicts=tuple(conflicts),
        missing=absent,
    )


def _no_invoice(found: Found, document: Document, file_format: FileFormat) -> Reading:
    problem = found.problem or (None if found.document else NoInvoice())
    return Reading(
        file=document.name,
        sha256=document.sha256,
        format=file_format,
        status=ReadStatus.REJECTED if found.problem else ReadStatus.NOT_AN_INVOICE,
        page=found.page,
        document=found.document,
        error=ReadError(problem.code, str(problem)) if problem else None,
    )


def _lines(testimonies: Iterable[Testimony]) -> tuple[Source, Sequence[PlacedLine]]:
    """The best witness that lists any lines, and its lines."""
    listing = (testimony for testimony in testimonies if testimony.lines)
    return next(((testimony.source, testimony.lines) for testimony in listing), (Source.LINES, ()))


def _seen(testimonies: Sequence[Testimony], lines: Sequence[PlacedLine]) -> Witnesses:
    """Every value with its places, best witness first; what words and lines state is a witness too."""
    seen: Witnesses = {}
    for testimony in testimonies:
        for field, value in testimony.fields.items():
            seen.setdefault(field, []).append(value)
    for value in total_from_words(testimonies):
        seen.setdefault("total_incl_tax", []).append(value)
    stated = {field: witnesses[0].value for field, witnesses in seen.items()}
    for field, value in sums_of_lines(lines, stated).items():
        if field in stated:
            seen[field].append(value)
    for testimony in testimonies:
        for index, placed in enumerate(testimony.lines):
            for field, value in _line_fields(testimony.source, index, placed):
                seen.setdefault(field, []).append(value)
    return seen


def _line_fields(source: Source, index: int, placed: PlacedLine) -> Iterable[tuple[str, Seen]]:
    for name in (*LINE_TEXTS, *LINE_NUMBERS):
        value = getattr(placed.line, name)
        if value is not None:
            text = str(value) if name in LINE_TEXTS else plain_number(value)
            yield f"lines.{index}.{name}", Seen(text or "", source, placed.page, placed.boxes.get(name))


def _best(field: str, witnesses: Sequence[Seen]) -> Seen:
    """The first witness, or one that agrees with it and says more."""
    best = witnesses[0]
    for other in witnesses[1:] if field in SAYS_MORE else ():
        if agree(field, best.value, other.value) and _says_more(field, best.value, other.value):
            best = other
    return best


def _says_more(field: str, one: str, other: str) -> bool:
    return narrower(one, other) == other if field == "kind" else len(other) > len(one)


def _conflict(field: str, witnesses: Sequence[Seen]) -> Conflict | None:
    first = witnesses[0].value
    others = [witness.value for witness in witnesses if witness.value != first]
    if all(agree(field, first, other) for other in others):
        return None
    values: dict[Source, str] = {}
    for witness in witnesses:
        said = values.get(witness.source)
        if said is None:
            values[witness.source] = witness.value
        elif not agree(field, said, witness.value):
            values[witness.source] = f"{said} / {witness.value}"
    return Conflict(field, values)


def _words_against_figures(best: Mapping[str, Seen]) -> Iterable[Conflict]:
    """The amount in words, where it is not the total."""
    words, total = best.get("total_in_words"), best.get("total_incl_tax")
    if words and total and not agree("total_in_words", words.value, to_words(Decimal(total.value))):
        told = to_words(Decimal(total.value))
        same = words.source is total.source
        yield Conflict("total_in_words", {words.source: words.value, Source.LINES if same else total.source: told})


def _sum_of_parts(kind: InvoiceKind, best: Mapping[str, Seen], seen: Witnesses) -> Iterable[Conflict]:
    if wrong := price_and_tax(kind, best):
        yield wrong
        yield from price_or_tax(best, seen)


def _line_counts(testimonies: Iterable[Testimony]) -> Iterable[Conflict]:
    counts: Mapping[Source, str] = {
        testimony.source: str(len(testimony.lines)) for testimony in testimonies if testimony.lines
    }
    if len(set(counts.values())) > 1:
        yield Conflict("lines", counts)
