"""Seals that say what they are: examples."""

from reimburse.demo.samples.sheet import Align, Ink, Mark, Ring, Text


def seal(x: float, y: float, words: tuple[str, ...] = ("示例印章", "仅供测试")) -> tuple[Mark, ...]:
    """An oval seal around ``x``, ``y``."""
    rows = tuple(Text(x, y + 1.8 + 4 * row, word, 7, Ink.RED, align=Align.CENTRE) for row, word in enumerate(words))
    return (Ring(x, y, 15, 10), Ring(x, y, 14, 9, width=0.2), *rows)


def seal_of_single_characters(x: float, y: float) -> tuple[Mark, ...]:
    """A seal whose words are set character by character along the ring, as one producer does."""
    arc = ((-11, 4.5, "全"), (-9.5, 1.6, "国"), (-6, -1, "统"), (-2.8, -2.4, "一"), (0.8, -2.6, "发"), (4, -2, "票"))
    rest = ((7, -0.8, "监"), (9.6, 1.4, "制"), (11, 4.5, "章"))
    single = tuple(Text(x + dx, y + dy, char, 7, Ink.RED, align=Align.CENTRE) for dx, dy, char in arc + rest)
    words = (
        Text(x, y + 4, "国家税务总局", 6, Ink.RED, align=Align.CENTRE),
        Text(x, y + 7.6, "示例局", 6, Ink.RED, align=Align.CENTRE),
    )
    return (Ring(x, y + 2.5, 15, 10), Ring(x, y + 2.5, 14, 9, width=0.2), *single, *words)
