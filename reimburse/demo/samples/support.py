"""Papers that go with an invoice: hotel folio, itinerary, contract, attendee list, screenshots; none is an invoice."""

import io
from collections.abc import Sequence

from reimburse.demo.samples.pdf_writer import Paper, pdf
from reimburse.demo.samples.photo import page_picture
from reimburse.demo.samples.seal import seal
from reimburse.demo.samples.sheet import Align, Ink, Mark, Sheet, Stroke, Text, box, wrapped

A4 = (210.0, 297.0)
SCREEN = (160.0, 100.0)
Row = Sequence[str]


def letter(title: str, paragraphs: Sequence[str], table: Sequence[Row] = (), signer: str = "") -> bytes:
    """An A4 page with a title, paragraphs, a table whose first row is its head, and a seal over the signer."""
    marks: list[Mark] = [Text(105, 32, title, 18, align=Align.CENTRE)]
    y = 46.0
    for paragraph in paragraphs:
        for row in wrapped(paragraph, 11, 165):
            marks.append(Text(22, y, row, 11))
            y += 6.5
    marks += _table(table, y + 3)
    if signer:
        foot = y + 3 + 8 * len(table) + 20
        marks += [*seal(170, foot), Text(188, foot - 3, signer, 11, align=Align.RIGHT)]
    return pdf([Sheet(*A4, tuple(marks))], Paper({"Title": title}))


def screen(title: str, rows: Sequence[tuple[str, str]], verdict: str) -> bytes:
    """A PNG as cut from a screen: a title bar, label and value pairs, a verdict."""
    marks: list[Mark] = [*box(2, 2, 158, 98, Ink.GREY), Stroke(2, 14, 158, 14, Ink.GREY), Text(6, 10.5, title, 13)]
    for row, (label, value) in enumerate(rows):
        y = 24 + 8 * row
        marks += [Text(10, y, label, 10, Ink.GREY), Text(55, y, value, 10)]
    marks.append(Text(10, 92, verdict, 12, Ink.RED))
    file = io.BytesIO()
    page_picture(pdf([Sheet(*SCREEN, tuple(marks))], Paper()), 2).save(file, "PNG")
    return file.getvalue()


def _table(rows: Sequence[Row], top: float) -> list[Mark]:
    marks: list[Mark] = []
    for number, row in enumerate(rows):
        y = top + 8 * number
        width = 166 / len(row)
        marks.append(Stroke(22, y - 5.5, 188, y - 5.5, Ink.BLACK, 0.4 if number < 2 else 0.15))
        marks += [Text(23 + width * column, y, cell, 10) for column, cell in enumerate(row)]
    if rows:
        y = top + 8 * len(rows) - 5.5
        marks.append(Stroke(22, y, 188, y, Ink.BLACK, 0.4))
    return marks
