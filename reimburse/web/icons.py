"""Icons, drawn into the page."""

from functools import cache
from pathlib import Path

from markupsafe import Markup

FOLDER = Path(__file__).parent / "static" / "vendor" / "icons"


@cache
def icon(name: str, css: str = "icon") -> Markup:
    """The SVG of this icon; ``KeyError`` where there is none of this name."""
    path = FOLDER / f"{name}.svg"
    if not path.is_file():
        raise KeyError(f"no icon {name!r}")
    svg = " ".join(path.read_text("utf-8").split())
    start = svg.index('class="')
    end = svg.index('"', start + 7)
    return Markup(svg[:start] + f'class="{css}" aria-hidden="true"' + svg[end + 1 :])  # noqa: S704
