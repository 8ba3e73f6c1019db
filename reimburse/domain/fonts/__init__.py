"""The Chinese font that previews and printable PDFs embed, so that they look the same on every machine."""

from pathlib import Path


def cjk_font_path() -> Path:
    """A TrueType font with GB 2312 level 1, common name characters, ASCII and punctuation (README beside it)."""
    return Path(__file__).with_name("noto-sans-sc-subset.ttf")
