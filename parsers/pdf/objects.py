"""The objects on a PDF page and pdfium's functions for them, called without ctypes' conversions."""

import ctypes
from collections.abc import Callable
from functools import cache
from typing import Any

import pypdfium2.raw as pdfium_c

LEAST_RED, MOST_OTHER = 180, 90


def objects_of(page: Any, wanted: int) -> list[int]:
    """The addresses of the page's objects of one type."""
    handle = ctypes.cast(page.raw, ctypes.c_void_p).value
    count = pdfium_c.FPDFPage_CountObjects(page.raw)
    found = list(map(bare("FPDFPage_GetObject", ctypes.c_void_p, 2), [handle] * count, range(count)))
    kinds = map(bare("FPDFPageObj_GetType", ctypes.c_int, 1), found)
    return [item for item, kind in zip(found, kinds, strict=True) if item and kind == wanted]


def place_of(item: int) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of a page object, in the file's coordinates."""
    edges = (ctypes.c_float * 4)()
    start, step = ctypes.addressof(edges), ctypes.sizeof(ctypes.c_float)
    bounds = bare("FPDFPageObj_GetBounds", ctypes.c_int, 5)
    bounds(item, start, start + step, start + 2 * step, start + 3 * step)
    left, bottom, right, top = edges
    return left, top, right, bottom


def is_red(item: int) -> bool:
    """Whether the object is filled with red, as seals are; the brown and maroon of printed forms are none."""
    levels = (ctypes.c_uint * 4)()
    start, step = ctypes.addressof(levels), ctypes.sizeof(ctypes.c_uint)
    colour = bare("FPDFPageObj_GetFillColor", ctypes.c_int, 5)
    if not colour(item, start, start + step, start + 2 * step, start + 3 * step):
        return False
    red, green, blue, _ = levels
    return red >= LEAST_RED and green <= MOST_OTHER and blue <= MOST_OTHER


@cache
def bare(name: str, answer: Any, arguments: int) -> Callable[..., Any]:
    """A pdfium function without ctypes' conversions: handles are plain addresses, an index is the second argument."""
    second = ctypes.c_int if arguments <= 3 else ctypes.c_void_p
    kinds = (ctypes.c_void_p, second, *([ctypes.c_void_p] * 3))[:arguments]
    address = ctypes.cast(getattr(pdfium_c, name), ctypes.c_void_p).value
    return ctypes.PYFUNCTYPE(answer, *kinds)(address or 0)
