"""Invoice numbers that stand in a payment's memo."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence

RUN = re.compile(r"[0-9]+|[a-z]+")


def numbers_in_memos(numbers: Iterable[str], memos: Sequence[str]) -> dict[str, list[int]]:
    """For each number the positions of the memos in which it stands.

    >>> numbers_in_memos(["25990001", "A-17"], ["付发票25990001、25990002", "inv. a-17", "a-171", "125990001"])
    {'25990001': [0], 'A-17': [1]}
    """
    wanted: dict[str, list[str]] = defaultdict(list)
    for number in sorted(set(numbers)):
        if runs := RUN.findall(plain(number)):
            wanted[max(runs, key=len)].append(number)
    found: dict[str, list[int]] = defaultdict(list)
    for position, memo in enumerate(memos):
        text = plain(memo)
        for run in sorted(set(RUN.findall(text))):
            for number in wanted.get(run, ()):
                if stands_in(number, memo):
                    found[number].append(position)
    return dict(found)


def stands_in(number: str, memo: str) -> bool:
    """Whether a number stands in a memo and is not a part of a longer number or word there.

    >>> stands_in("12345678", "发票１２３４５６７８号"), stands_in("12345678", "912345678"), stands_in("A1", "BA1")
    (True, False, False)
    """
    wanted = plain(number)
    if not wanted:
        return False
    pattern = rf"(?<!{_more_of(wanted[0])}){re.escape(wanted)}(?!{_more_of(wanted[-1])})"
    return re.search(pattern, plain(memo)) is not None


def plain(text: str) -> str:
    """NFKC and small letters; blanks stay, for they part numbers."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _more_of(char: str) -> str:
    """What may not stand beside this end of a number."""
    return "[0-9]" if char.isdecimal() else "[a-z]" if char.isalpha() and char.isascii() else "(?!)"
