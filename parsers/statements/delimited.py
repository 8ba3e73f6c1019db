"""Text as rows of cells: the encoding found by trying, the separator by what makes columns, quotes taken leniently."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from parsers.statements.errors import OverLimit
from parsers.statements.sheets import MOST_COLUMNS, MOST_ROWS, Row, Sheet, cell

SEPARATORS = (",", "\t", "|", ";")
SNIFFED_LINES = 400
MOST_JOINED = 20
MOST_BROKEN = 0.15
MOST_ODD = 0.01
"""The share of control characters at the beginning beyond which this is no text."""
WIDE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def decoded(data: bytes) -> str | None:
    r"""The text in UTF-8, UTF-16 or GB18030, a few broken bytes allowed; None where this is no text.

    >>> decoded("\ufeff交易".encode()), decoded("交易".encode("gbk")), decoded("交易".encode("utf-16"))
    ('交易', '交易', '交易')
    >>> decoded("交易对方，金额".encode()[:-1]), decoded("交易对方，金额".encode("gbk")[:-1])
    ('交易对方，金�', '交易对方，金�')
    """
    if wide := _wide(data):
        return _plain(data.decode(wide, "replace"))
    loose = data.decode("utf-8", "replace")
    if _broken(loose) > MOST_BROKEN:
        loose = data.decode("gb18030", "replace")
    return _plain(loose) if _broken(loose) <= MOST_BROKEN else None


def _broken(text: str) -> float:
    """The share of the characters beyond ASCII that could not be read: small in the right encoding alone."""
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    return text.count("\ufffd") / max(beyond, len(text) / 50, 1)


def _wide(data: bytes) -> str | None:
    if wide := WIDE.get(data[:2]):
        return wide
    head = data[:2000]
    if head.count(0) <= len(head) // 4:
        return None
    return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"


def _plain(text: str) -> str | None:
    head = text[:4000]
    odd = sum(char < " " and char not in "\t\r\n\f" for char in head)
    return None if odd > len(head) * MOST_ODD else text.removeprefix("\ufeff")


def text_tables(text: str) -> Iterator[Sheet]:
    """The text split by each separator that makes columns of it, likeliest first."""
    lines = re.split(r"\r\n|\n|\r", text)
    if len(lines) > MOST_ROWS:
        raise OverLimit
    for separator in _separators(lines):
        yield Sheet(None, tuple(_rows(lines, separator)), is_text=True)


def _separators(lines: Sequence[str]) -> list[str]:
    """Those that stand in the text, the one that makes the most cells first."""
    sample = [line for line in lines if line.strip()][:SNIFFED_LINES]
    standing = {mark: [line.count(mark) for line in sample if mark in line] for mark in SEPARATORS}
    found = [mark for mark, counts in standing.items() if counts]
    return sorted(found, key=lambda mark: (-sum(standing[mark]), SEPARATORS.index(mark)))


def _rows(lines: Sequence[str], separator: str) -> Iterator[Row]:
    split = _Splitter(separator)
    width = _usual_width(lines, split)
    number = 0
    while number < len(lines):
        fields, taken = _record(lines, number, split, width)
        yield Row(number + 1, tuple(map(cell, fields[:MOST_COLUMNS])))
        number += taken


def _usual_width(lines: Sequence[str], split: "_Splitter") -> int:
    widths = Counter(len(fields) for line in islice(lines, SNIFFED_LINES) if (fields := split.closed(line)))
    widths.pop(1, None)
    return widths.most_common(1)[0][0] if widths else 1


def _record(lines: Sequence[str], at: int, split: "_Splitter", width: int) -> tuple[list[str], int]:
    """The cells of the record that begins on this line, and how many lines it takes.

    A quoted cell may go over several lines. A stray quote that would swallow separators is a plain sign.
    """
    line = lines[at]
    fields = split.closed(line)
    literal = [field.strip().strip('"') for field in line.split(split.separator)]
    if len(literal) == width and (fields is None or any('"' in text and split.separator in text for text in fields)):
        return literal, 1
    if fields is not None:
        return fields, 1
    for taken in range(2, min(MOST_JOINED, len(lines) - at) + 1):
        line = f"{line}\n{lines[at + taken - 1]}"
        joined = split.closed(line)
        if joined is not None and len(joined) == width:
            return joined, taken
    return literal, 1


class _Splitter:
    """Splits a line at a separator. A quote opens a cell only at its beginning and closes it only at its end."""

    def __init__(self, separator: str) -> None:
        self.separator = separator
        mark = re.escape(separator)
        blanks = " *+" if separator == "\t" else "[ \t]*+"
        end = f"{blanks}(?:{mark}|$)"
        self._quoted = re.compile(rf'{blanks}=?"((?:[^"]|""|"(?!{end}))*+)"{end}')
        self._plain = re.compile(rf"({blanks}(?!\")[^{mark}]*){mark}?")

    def closed(self, line: str) -> list[str] | None:
        """The cells, or None where a quoted cell is not closed on this line."""
        if '"' not in line:
            return line.split(self.separator)
        fields: list[str] = []
        at = 0
        while at < len(line):
            if found := self._quoted.match(line, at):
                fields.append(found[1].replace('""', '"'))
            elif found := self._plain.match(line, at):
                fields.append(found[1])
            else:
                return None
            at = found.end()
        return [*fields, ""] if line.endswith(self.separator) else fields
