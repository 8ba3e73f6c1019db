"""Text cells that a spreadsheet must not run."""

STARTERS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is a formula to spreadsheet programs (leading blanks do not save it)."""


def runs(text: str) -> bool:
    """Whether a spreadsheet program could take this text for a formula.

    >>> runs("=1+1"), runs("  @SUM(A1)"), runs("酒店")
    (True, True, False)
    """
    return text.lstrip(" \u3000\ufeff\u00a0\n").startswith(STARTERS) or text.startswith(STARTERS)


def neutral(text: str) -> str:
    """The text with an apostrophe in front where it could run; spreadsheet programs then show it as text.

    >>> neutral("=HYPERLINK(1)")
    "'=HYPERLINK(1)"
    >>> neutral("2-3 月")
    '2-3 月'
    """
    return f"'{text}" if runs(text) else text


def one_line(text: str) -> str:
    r"""The text without control characters and line breaks.

    >>> one_line("上海\n两晚\x00 ")
    '上海 两晚'
    """
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
