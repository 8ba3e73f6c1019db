"""Pages that lie on their side, pages cut out of larger ones, and type drawn twice to look bold."""

import io

import pypdfium2
import pytest
from reportlab.pdfgen.canvas import Canvas

from parsers import read
from parsers.document import Document
from reimburse.domain.reading import Source

from .paper import BUYER, NAME, ORDINARY, Sheet, ordinary, pdf, reading, whole

SIZE = (595.0, 397.0)


def sideways(quarters: int) -> bytes:
    """The sheet drawn turned by quarters on a page that is shown as it lies."""
    buffer = io.BytesIO()
    turned = quarters % 2 == 1
    size = SIZE[::-1] if turned else SIZE
    canvas = Canvas(buffer, pagesize=size, invariant=1)
    canvas.translate(*((0, 0), (size[0], 0), size, (0, size[1]))[quarters])
    canvas.rotate(90 * quarters)
    for x, y, text, height in whole().texts:
        canvas.setFont(NAME, height)
        canvas.drawString(x, SIZE[1] - y - 0.85 * height, text)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def changed(data: bytes, rotation: int, box: tuple[float, float, float, float] | None = None) -> bytes:
    document = pypdfium2.PdfDocument(data)
    page = document[0]
    page.set_rotation(rotation)
    if box:
        page.set_mediabox(*box)
        page.set_cropbox(*box)
    buffer = io.BytesIO()
    document.save(buffer)
    page.close()
    document.close()
    return buffer.getvalue()


def only(data: bytes):
    (found,) = read(Document("turned.pdf", data))
    return found


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_page_reads_whichever_way_it_lies(quarters, rotation):
    assert ordinary(only(changed(sideways(quarters), rotation))) == ORDINARY


@pytest.mark.parametrize(
    ("quarters", "rotation"), [(0, 0), (1, 0), (2, 0), (3, 0), (0, 90), (0, 180), (0, 270), (1, 90)]
)
def test_boxes_are_where_the_page_shows_the_text(quarters, rotation):
    data = changed(sideways(quarters), rotation)
    (seen,) = (seen for seen in only(data).seen["buyer.name"] if seen.source is Source.TEXT)
    document = pypdfium2.PdfDocument(data)
    page = document[0]
    picture = page.render(scale=2, grayscale=True).to_pil()
    page.close()
    document.close()
    inside = picture.crop(tuple(2 * edge for edge in seen.box))
    dark = sum(inside.histogram()[:128]) / (inside.width * inside.height)
    assert dark > 0.08
    assert max(inside.size) > 6 * min(inside.size) > 0
    assert len(BUYER) == 8


def test_a_page_whose_origin_is_elsewhere():
    assert ordinary(only(changed(pdf(whole()), 0, (-20, -30, 610, 420)))) == ORDINARY


@pytest.mark.parametrize("shift", [0.0, 0.3])
@pytest.mark.parametrize("at_once", [True, False])
def test_type_drawn_twice_is_read_once(shift, at_once):
    plain = whole().texts
    again = [(x + shift, y, text, size) for x, y, text, size in plain]
    texts = [text for pair in zip(plain, again, strict=True) for text in pair] if at_once else [*plain, *again]
    assert ordinary(reading(Sheet(SIZE, texts))) == ORDINARY


def test_a_mark_across_the_page_is_no_part_of_it():
    assert ordinary(reading(whole().put(100, 190, "仅供报销使用", 40))) == ORDINARY
