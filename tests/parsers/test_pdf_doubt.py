"""Where a figure of the table cannot be read, no line is stated: nobody knows which line is which."""

import pytest

from parsers.normalise import UNREAD
from parsers.pdf.doubt import without_hidden
from parsers.pdf.glyphs import Glyph, Run, run_of
from parsers.pdf.layout import Page
from parsers.testimony import PlacedLine, Testimony
from reimburse.domain.invoice import InvoiceLine
from reimburse.domain.reading import Source

LOST = (300.0, 130.0)


def run(order: int, text: str, x: float, y: float) -> Run:
    glyphs = tuple(Glyph(char, x + 9 * at, x + 9 * at + 9) for at, char in enumerate(text))
    return run_of(glyphs, y, y + 10, order)


def page(number: int, *texts: tuple[str, float, float]) -> Page:
    header = (("项目名称", 20.0, 100.0), ("数量", 200.0, 100.0), ("金额", 300.0, 100.0), ("税额", 400.0, 100.0))
    return Page(number, 595, 397, tuple(run(order, *text) for order, text in enumerate((*header, *texts))))


@pytest.mark.parametrize(("line_page", "stated"), [(2, True), (1, False)])
def test_a_character_that_cannot_be_read_is_looked_for_on_its_own_page(line_page: int, stated: bool) -> None:
    x, y = LOST
    line = PlacedLine(
        InvoiceLine(item_name="*餐饮服务*餐费"), line_page, {"item_name": (x - 20, y - 5, x + 40, y + 20)}
    )
    told = Testimony(Source.TEXT, {}, (line,))
    (kept,) = without_hidden([page(1), page(2, (UNREAD, *LOST))], [told])
    assert bool(kept.lines) is stated
