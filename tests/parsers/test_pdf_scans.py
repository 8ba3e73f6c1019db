"""Text that a scanner's software hid on a scan is a guess: what it says wrong is never taken for print."""

import io

import pypdfium2
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

import parsers
from bench.unseen.families import drawn
from bench.unseen.forms import EMBEDDED
from bench.unseen.overlays import overlaid
from parsers.document import Document
from reimburse.demo.samples.qr_picture import qr_picture
from reimburse.domain.reading import Reading, Source

PRINTED, INVISIBLE = 0, 3
NUMBER = "25997000000000006425"
PAYLOAD = f"01,32,,{NUMBER},742.93,2025-12-29,,"
GUESSED = ("电子发票（普通发票）", "发票号码：25997000000000006426", "开票日期：2025年12月28日", "（小写）¥142.93")


def scan(*, mode: int, behind: bool, share: float = 1.0, code: bool = True) -> bytes:
    """A picture of a sheet with its code, and what software made of it."""
    width, height = 595.0, 397.0
    with pypdfium2.PdfDocument(drawn(18013).data) as pdf:
        picture = pdf[0].render(scale=1.5).to_pil().convert("L")
    if code:
        picture.paste(qr_picture(PAYLOAD).convert("L").resize((120, 120)), (20, 20))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(width, height))
    if not behind:
        canvas.drawImage(ImageReader(picture), 0, 0, share * width, share * height)
    for line, text in enumerate(GUESSED):
        guess = canvas.beginText(300 if line else 200, 360 - 30 * line)
        guess.setFont(EMBEDDED, 10 if line else 18)
        guess.setTextRenderMode(mode)
        guess.textOut(text)
        canvas.drawText(guess)
    if behind:
        canvas.drawImage(ImageReader(picture), 0, 0, share * width, share * height)
    canvas.save()
    return buffer.getvalue()


def read(data: bytes) -> Reading:
    (reading,) = parsers.read(Document("scan.pdf", data))
    return reading


@pytest.mark.parametrize(("mode", "behind"), [(INVISIBLE, False), (PRINTED, True), (INVISIBLE, True)])
def test_a_scan_is_read_by_its_code_alone(mode: int, behind: bool) -> None:
    reading = read(scan(mode=mode, behind=behind))
    assert reading.invoice
    assert (reading.invoice.number, str(reading.invoice.total_incl_tax)) == (NUMBER, "742.93")
    assert {seen.source for witnesses in reading.seen.values() for seen in witnesses} == {Source.QR}


@pytest.mark.parametrize(("mode", "behind"), [(INVISIBLE, False), (PRINTED, True)])
def test_a_scan_without_a_code_states_nothing(mode: int, behind: bool) -> None:
    assert read(scan(mode=mode, behind=behind, code=False)).invoice is None


@pytest.mark.parametrize(("mode", "share"), [(PRINTED, 1.0), (INVISIBLE, 0.5)])
def test_print_over_a_picture_is_print(mode: int, share: float) -> None:
    reading = read(scan(mode=mode, behind=False, share=share))
    assert any(seen.source is Source.TEXT for seen in reading.seen["number"])


@pytest.mark.parametrize("alpha", [0, 40])
def test_print_below_a_watermark_that_is_a_picture_is_print(alpha: int) -> None:
    form = drawn(18013)
    mark = Image.new("RGBA", (600, 400), (120, 120, 120, alpha))

    def paint(canvas: Canvas, width: float, height: float) -> None:
        canvas.drawImage(ImageReader(mark), 0, 0, width, height, mask="auto")

    (plain,) = parsers.read(Document("a.pdf", form.data))
    assert read(overlaid(form.data, paint)).invoice == plain.invoice
