"""What was put over an invoice changes nothing that is read of it."""

from functools import cache

import pytest

import parsers
from bench.unseen.families import drawn
from bench.unseen.overlays import Paint, one_watermark, overlaid, stamp, tiles
from parsers.document import Document
from reimburse.domain.invoice import Invoice

BLACK, MIDDLE = (0.0, 0.0, 0.0), (0.5, 0.5, 0.5)
PAINTED = {
    "a watermark aslant": one_watermark("仅供报销使用", 36, 30),
    "a watermark aslant, black": one_watermark("复印无效 123456", 20, -30, BLACK),
    "tiles aslant": tiles("张演示 2026-01-05", 14, 45, MIDDLE),
    "tiles nearly upright": tiles("示例云帆科技有限公司 内部资料", 14, 70, BLACK),
    "level tiles, faint": tiles("内部资料 2026", 14, 0),
    "a stamp over the words": stamp(0.42, 0.275, 0),
    "a stamp over the items": stamp(0.2, 0.5, 8),
    "a stamp beside the sums": stamp(0.3, 0.33, 0),
    "a stamp beside the name of who issued it": stamp(0.2, 0.05, 0),
}
FORMS = 18008, 18013


@cache
def plain(seed: int) -> Invoice | None:
    return read(drawn(seed).data)


def read(data: bytes) -> Invoice | None:
    (reading,) = parsers.read(Document("a.pdf", data))
    return reading.invoice


@pytest.mark.parametrize("seed", FORMS)
@pytest.mark.parametrize("paint", PAINTED.values(), ids=PAINTED)
def test_an_invoice_is_read_below_what_was_put_over_it(seed: int, paint: Paint) -> None:
    form = drawn(seed)
    assert read(overlaid(form.data, paint)) == plain(seed)


def test_text_that_nobody_sees_is_not_read() -> None:
    white = tiles("（小写）¥9999.00", 9, 0, (1.0, 1.0, 1.0))
    form = drawn(FORMS[0])
    invoice = read(overlaid(form.data, white))
    assert invoice
    assert form.told
    assert invoice.total_incl_tax == form.told.total_incl_tax
