"""The objects on a PDF page and pdfium's functions for them, called without ctypes' conversions."""

import ctypes
from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium_c

from parsers.ink import Ink

OPAQUE = 255
FORM = pdfium_c.FPDF_PAGEOBJ_FORM
MOST_NESTED = 4
MOST_HELD = 60_000
Matrix = tuple[float, float, float, float, float, float]


class Placed(NamedTuple):
    """The address of an object, and where it comes in the order in which the page is drawn.

    ``matrix`` says how the form that holds it lies on the page; None where the page itself holds it.
    """

    item: int
    order: int
    matrix: Matrix | None = None


def objects_of(page: Any, wanted: int) -> list[Placed]:
    """The page's objects of one type, those inside of its forms too, as where a page was put on another sheet."""
    handle = ctypes.cast(page.raw, ctypes.c_void_p).value
    count = pdfium_c.FPDFPage_CountObjects(page.raw)
    found = list(map(bare("FPDFPage_GetObject", ctypes.c_void_p, 2), [handle] * count, range(count)))
    kinds = list(map(bare("FPDFPageObj_GetType", ctypes.c_int, 1), found))
    there = [
        Placed(item, order)
        for order, (item, kind) in enumerate(zip(found, kinds, strict=True))
        if item and kind == wanted
    ]
    if FORM in kinds:
        forms = [(order, item) for order, (item, kind) in enumerate(zip(found, kinds, strict=True)) if kind == FORM]
        held = (one for order, form in forms for one in _held(Placed(form, order), wanted, MOST_NESTED))
        there += islice(held, MOST_HELD)
    return there


def _held(form: Placed, wanted: int, depth: int) -> Iterator[Placed]:
    address = ctypes.cast(form.item, pdfium_c.FPDF_PAGEOBJECT)
    outer, order = form.matrix, form.order
    matrix = _matrix(address, outer)
    for index in range(min(pdfium_c.FPDFFormObj_CountObjects(address), MOST_HELD)):
        item = ctypes.cast(pdfium_c.FPDFFormObj_GetObject(address, index), ctypes.c_void_p).value
        kind = pdfium_c.FPDFPageObj_GetType(ctypes.cast(item, pdfium_c.FPDF_PAGEOBJECT)) if item else None
        if item and kind == wanted:
            yield Placed(item, order, matrix)
        elif item and kind == FORM and depth:
            yield from _held(Placed(item, order, matrix), wanted, depth - 1)


def _matrix(form: Any, outer: Matrix | None) -> Matrix:
    """How the content of a form lies on the page."""
    found = pdfium_c.FS_MATRIX()
    pdfium_c.FPDFPageObj_GetMatrix(form, found)
    own = (found.a, found.b, found.c, found.d, found.e, found.f)
    if outer is None:
        return own
    (a, b), (c, d), (e, f) = ((_moved(outer, *pair)) for pair in ((own[0], own[1]), (own[2], own[3]), (own[4], own[5])))
    return (a - outer[4], b - outer[5], c - outer[4], d - outer[5], e, f)


def _moved(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def place_of(placed: Placed) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of an object, in the file's coordinates."""
    edges = (ctypes.c_float * 4)()
    start, step = ctypes.addressof(edges), ctypes.sizeof(ctypes.c_float)
    bounds = bare("FPDFPageObj_GetBounds", ctypes.c_int, 5)
    bounds(placed.item, start, start + step, start + 2 * step, start + 3 * step)
    left, bottom, right, top = edges
    if placed.matrix is None:
        return left, top, right, bottom
    corners = [_moved(placed.matrix, x, y) for x in (left, right) for y in (bottom, top)]
    across, up = zip(*corners, strict=True)
    return min(across), max(up), max(across), min(up)


def ink_of(item: int) -> Ink:
    """The colour that the object at this address is filled with."""
    levels = (ctypes.c_uint * 4)()
    start, step = ctypes.addressof(levels), ctypes.sizeof(ctypes.c_uint)
    colour = bare("FPDFPageObj_GetFillColor", ctypes.c_int, 5)
    if not colour(item, start, start + step, start + 2 * step, start + 3 * step):
        return ()
    red, green, blue, alpha = levels
    if alpha == OPAQUE:
        return red, green, blue
    return tuple(OPAQUE - (OPAQUE - level) * alpha / OPAQUE for level in (red, green, blue))


@cache
def bare(name: str, answer: Any, arguments: int) -> Callable[..., Any]:
    """A pdfium function without ctypes' conversions: handles are plain addresses, an index is the second argument."""
    second = ctypes.c_int if arguments <= 3 else ctypes.c_void_p
    kinds = (ctypes.c_void_p, second, *([ctypes.c_void_p] * 3))[:arguments]
    address = ctypes.cast(getattr(pdfium_c, name), ctypes.c_void_p).value
    return ctypes.PYFUNCTYPE(answer, *kinds)(address or 0)
