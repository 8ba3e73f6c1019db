"""Chinese text in printed PDFs: the embedded font, and a standard one for the few characters that it lacks."""

from functools import cache
from itertools import groupby
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

from reimburse.domain.fonts import cjk_font_path
from reimburse.export.cells import one_line

FONT, RARE = "NotoSansSC", "STSong-Light"
LAST_OF_PLANE = 0xFFFF
MISSING = "□"


@cache
def covered() -> frozenset[int]:
    """Registers both fonts; the characters that the embedded one has."""
    font = TTFont(FONT, str(cjk_font_path()))
    pdfmetrics.registerFont(font)
    pdfmetrics.registerFont(UnicodeCIDFont(RARE))
    return frozenset(font.face.charToGlyph)


def marked(text: str) -> str:
    """The text as paragraph markup: what the embedded font lacks stands in the standard font of every viewer.

    >>> marked("A<b")
    'A&lt;b'
    >>> marked("龘")
    '<font name="STSong-Light">龘</font>'
    """
    known = covered()
    text = "".join(sign if ord(sign) <= LAST_OF_PLANE or ord(sign) in known else MISSING for sign in one_line(text))
    parts = []
    for here, signs in groupby(text, key=lambda sign: ord(sign) in known):
        part = escape("".join(signs))
        parts.append(part if here else f'<font name="{RARE}">{part}</font>')
    return "".join(parts)
