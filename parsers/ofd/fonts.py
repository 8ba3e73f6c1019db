"""Fonts for previews: the shipped one, and for the rare character that it lacks one of the machine's own."""

from functools import lru_cache
from io import BytesIO

from PIL import ImageFont

from reimburse.domain.fonts import cjk_font_path

COMMON_FONTS = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansSC-Regular.otf",
    "SourceHanSansSC-Regular.otf",
    "wqy-zenhei.ttc",
    "wqy-microhei.ttc",
    "DroidSansFallbackFull.ttf",
)
"""Chinese fonts as systems name their files; with none of them a rare character shows as an empty box."""
PROBE_SIZE = 24
NEVER_A_CHARACTER = "\uffff"


def font_for(char: str, pixels: int) -> ImageFont.FreeTypeFont:
    """The font that has this character, at this size."""
    if has(char):
        return _shipped(pixels)
    return _other(pixels) or _shipped(pixels)


@lru_cache(maxsize=8192)
def has(char: str) -> bool:
    """Whether the shipped font has a shape for the character."""
    return char.isspace() or _mask(char) != _mask(NEVER_A_CHARACTER)


def _mask(char: str) -> bytes:
    return bytes(_shipped(PROBE_SIZE).getmask(char))


@lru_cache(maxsize=1)
def _font_bytes() -> bytes:
    return cjk_font_path().read_bytes()


@lru_cache(maxsize=64)
def _shipped(pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(BytesIO(_font_bytes()), pixels)


@lru_cache(maxsize=16)
def _other(pixels: int) -> ImageFont.FreeTypeFont | None:
    for name in COMMON_FONTS:
        try:
            return ImageFont.truetype(name, pixels)
        except OSError:
            continue
    return None
