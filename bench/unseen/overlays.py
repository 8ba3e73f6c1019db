"""Invoices with something put over them: watermarks of security software, stamps, a printer's footer."""

import io
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pypdfium2
from reportlab.pdfgen.canvas import Canvas

from bench.unseen.forms import EMBEDDED
from bench.unseen.judging import Drawn

TEXTS = ("仅供报销使用", "示例云帆科技有限公司 内部资料", "已报销", "张演示 2026-01-05", "复印无效 123456")
GREY, RED = (0.8, 0.8, 0.8), (0.9, 0.1, 0.1)
Paint = Callable[[Canvas, float, float], None]


def drawn(seed: int, form: Callable[[int], Drawn]) -> Drawn:
    """One of the invoices that ``form`` draws, with something over it."""
    rng = random.Random(f"overlay {seed}")
    way = rng.choice(list(WAYS))
    one = form(seed)
    return replace(one, data=overlaid(one.data, WAYS[way](rng)), how=f"{way}: {one.how}")


def overlaid(data: bytes, paint: Paint) -> bytes:
    """The file with the same painted over every page."""
    pdf = pypdfium2.PdfDocument(data)
    for page in pdf:
        width, height = page.get_size()
        buffer = io.BytesIO()
        canvas = Canvas(buffer, pagesize=(width, height))
        paint(canvas, width, height)
        canvas.save()
        layer = pypdfium2.PdfDocument(buffer.getvalue()).page_as_xobject(0, pdf)
        page.insert_obj(layer.as_pageobject())
        page.gen_content()
    saved = io.BytesIO()
    pdf.save(saved)
    return saved.getvalue()


@contextmanager
def _moved(canvas: Canvas, x: float, y: float, angle: float) -> Iterator[None]:
    canvas.saveState()
    canvas.translate(x, y)
    canvas.rotate(angle)
    yield
    canvas.restoreState()


def one_watermark(text: str, size: float, angle: float, ink: tuple[float, float, float] = GREY) -> Paint:
    """One line of text through the middle of the page."""

    def paint(canvas: Canvas, width: float, height: float) -> None:
        canvas.setFont(EMBEDDED, size)
        canvas.setFillColorRGB(*ink)
        with _moved(canvas, width / 2, height / 2, angle):
            canvas.drawCentredString(0, 0, text)

    return paint


def tiles(text: str, size: float, angle: float, ink: tuple[float, float, float] = GREY) -> Paint:
    """The same text all over the page."""

    def paint(canvas: Canvas, width: float, height: float) -> None:
        canvas.setFont(EMBEDDED, size)
        canvas.setFillColorRGB(*ink)
        for x in range(0, int(width), 160):
            for y in range(0, int(height), 90):
                with _moved(canvas, x, y, angle):
                    canvas.drawString(0, 0, text)

    return paint


def stamp(across: float, up: float, angle: float) -> Paint:
    """A red stamp with a day; its place in shares of the page."""

    def paint(canvas: Canvas, width: float, height: float) -> None:
        canvas.setFillColorRGB(*RED)
        with _moved(canvas, across * width, up * height, angle):
            canvas.setFont(EMBEDDED, 16)
            canvas.drawString(0, 0, "已报销")
            canvas.setFont(EMBEDDED, 9)
            canvas.drawString(0, -12, "2026-01-05")

    return paint


def _footer(canvas: Canvas, _width: float, _height: float) -> None:
    canvas.setFont(EMBEDDED, 8)
    canvas.drawString(20, 6, "第1页 共1页    打印时间：2026-01-05 10:22:33")


def _aslant(rng: random.Random) -> tuple[str, float, float]:
    return rng.choice(TEXTS), rng.choice((14, 20, 36, 48)), rng.choice((30, 45, -30, 60, rng.uniform(10, 80)))


WAYS: dict[str, Callable[[random.Random], Paint]] = {
    "watermark": lambda rng: one_watermark(*_aslant(rng), (rng.choice((0.0, 0.5, 0.8)),) * 3),
    "tiles": lambda rng: tiles(*_aslant(rng), (rng.choice((0.0, 0.5, 0.8)),) * 3),
    "level tiles": lambda rng: tiles(rng.choice(TEXTS), rng.choice((14, 20)), 0),
    "stamp": lambda rng: stamp(rng.uniform(0.05, 0.85), rng.uniform(0.05, 0.8), rng.uniform(-12, 12)),
    "level stamp": lambda rng: stamp(rng.uniform(0.05, 0.85), rng.uniform(0.05, 0.8), 0),
    "footer": lambda _: _footer,
}
