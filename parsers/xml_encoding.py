"""XML from strangers as UTF-8: encoded otherwise, saying another encoding than it has, or saying none.

Programs that save a text anew leave its declaration as it was, and Chinese systems call GBK by its elder's name.
"""

import re

MARK = b"\xef\xbb\xbf"
WIDE_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"<\x00": "utf-16-le", b"\x00<": "utf-16-be"}
DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([\w.-]{1,40})["']""")
ENCODING = re.compile(r"""^(\s*<\?xml[^>]*?)\sencoding\s*=\s*["'][^"']*["']""")
HAN = re.compile("[\u4e00-\u9fff]")
CHINESE = "gb18030"
CHINESE_NAMES = frozenset({b"gb18030", b"gbk", b"gb2312", b"gb_2312-80", b"cp936", b"x-gbk", b"ms936"})
UTF8_NAMES = frozenset({b"utf-8", b"utf8"})
STRAY = 4
"""One character in so many may look like UTF-8 by chance."""


def as_utf8(data: bytes) -> bytes:
    """The same document in UTF-8 where its encoding is known; unchanged where the parser can tell by itself."""
    if wide := WIDE_MARKS.get(data[:2]):
        return _undeclared(data.decode(wide, "replace"))
    plain = data if data[:1] == b"<" else data.removeprefix(MARK).lstrip()
    declared = DECLARED.match(plain)
    name = declared[1].lower() if declared else b"utf-8"
    if name in UTF8_NAMES:
        return plain
    return _by_content(plain, name)


def as_chinese(data: bytes) -> bytes | None:
    """What claims to be UTF-8 and is GBK; None where it is not that either."""
    try:
        text = data.decode(CHINESE)
    except UnicodeDecodeError:
        return None
    mistaken = len(HAN.findall(data.decode("utf-8", "ignore")))
    return _undeclared(text) if len(HAN.findall(text)) > STRAY * mistaken else None


def _by_content(data: bytes, name: bytes) -> bytes:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        if HAN.search(text) or name.startswith((b"utf-16", b"unicode")):
            return _undeclared(text)
    if name not in CHINESE_NAMES:
        return data
    try:
        return _undeclared(data.decode(CHINESE))
    except UnicodeDecodeError:
        return data


def _undeclared(text: str) -> bytes:
    return ENCODING.sub(r"\1", text).encode("utf-8", "replace")
