"""What a phone or a scanner makes of an invoice: a picture with perspective, shade and noise; a page without text."""

import io
from typing import Any

import numpy as np
import pypdfium2
from PIL import Image, ImageFilter
from PIL.ExifTags import Base
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

Corner = tuple[float, float]
UPRIGHT, TURNED_RIGHT = 1, 6
"""EXIF orientations."""
DESK = (176, 158, 134)


def page_picture(pdf: bytes, scale: float = 2.5) -> Image.Image:
    """The first page as a picture; ``scale`` 1 is 72 pixels an inch."""
    with pypdfium2.PdfDocument(pdf) as document:
        picture: Image.Image = document[0].render(scale=scale).to_pil().convert("RGB")
    return picture


def photo(pdf: bytes, seed: int, blur: float = 0.6, slant: float = 0.04, sideways: bool = False) -> bytes:
    """A JPEG of the first page on a desk; ``blur`` is a radius in pixels, ``slant`` the share the corners move.

    ``sideways``: the phone was held upright, so the picture is stored turned and EXIF says how to turn it back.
    """
    page = page_picture(pdf)
    dice = np.random.default_rng(seed)
    width, height = int(page.width * 1.15), int(page.height * 1.25)
    shift = dice.uniform(-slant, slant, (4, 2)) * (page.width, page.height)
    edge_x, edge_y = (width - page.width) / 2, (height - page.height) / 2
    square = ((0, 0), (page.width, 0), (page.width, page.height), (0, page.height))
    corners = [(x + edge_x + dx, y + edge_y + dy) for (x, y), (dx, dy) in zip(square, shift, strict=True)]
    picture = _laid_down(page, (width, height), corners).filter(ImageFilter.GaussianBlur(blur))
    shaded = _shaded(picture, dice)
    return _jpeg(shaded.rotate(90, expand=True), TURNED_RIGHT) if sideways else _jpeg(shaded)


def scan_pdf(pdf: bytes) -> bytes:
    """A PDF whose only page is a grey picture: no text layer."""
    page = page_picture(pdf).convert("L").filter(ImageFilter.GaussianBlur(0.5)).rotate(0.4, fillcolor=255)
    picture = Image.open(io.BytesIO(_jpeg(page)))
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(595, 842), invariant=1)
    canvas.drawImage(ImageReader(picture), 0, 842 - 595 * page.height / page.width, 595, 595 * page.height / page.width)
    canvas.save()
    return file.getvalue()


def _laid_down(page: Image.Image, size: tuple[int, int], corners: list[Corner]) -> Image.Image:
    square = ((0, 0), (page.width, 0), (page.width, page.height), (0, page.height))
    matrix = _perspective(corners, square)
    desk = Image.new("RGB", size, DESK)
    laid = page.transform(size, Image.Transform.PERSPECTIVE, matrix, Image.Resampling.BICUBIC)
    mask = Image.new("L", page.size, 255).transform(size, Image.Transform.PERSPECTIVE, matrix)
    desk.paste(laid, mask=mask)
    return desk


def _perspective(outer: list[Corner], inner: tuple[Corner, ...]) -> list[float]:
    """The eight coefficients that take each outer corner to its inner one."""
    rows, goals = [], []
    for (x, y), (u, v) in zip(outer, inner, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        goals += [u, v]
    solved: list[float] = np.linalg.solve(np.array(rows), np.array(goals)).tolist()
    return solved


def _shaded(picture: Image.Image, dice: Any) -> Image.Image:
    pixels = np.asarray(picture, dtype=np.float32)
    shade = np.linspace(1.0, 0.78, picture.width, dtype=np.float32)[None, :, None]
    noise = dice.normal(0, 5, pixels.shape).astype(np.float32)
    return Image.fromarray(np.clip(pixels * shade + noise, 0, 255).astype(np.uint8))


def _jpeg(picture: Image.Image, orientation: int = UPRIGHT) -> bytes:
    exif = Image.Exif()
    exif[Base.Orientation] = orientation
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=80, exif=exif)
    return file.getvalue()
