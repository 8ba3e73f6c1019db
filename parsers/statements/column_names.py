"""Names of columns: folded for comparing, and put together where a heading spans several of them."""

import re
from collections.abc import Container, Sequence
from functools import lru_cache

from parsers.normalise import compact

IN_TWO_LANGUAGES = re.compile(r"\[[^\]]*\]")
DIGIT = re.compile(r"\d")


@lru_cache(maxsize=8192)
def column_name(text: str) -> str:
    """A column's name for comparing: case, widths and blanks folded, a translation in square brackets left out.

    >>> column_name("日 志 号"), column_name("金额（元）"), column_name("收款人名称[ Payee's Name ]")
    ('日志号', '金额(元)', '收款人名称')
    """
    plain = compact(text).lower()
    return (IN_TWO_LANGUAGES.sub("", plain) or plain).rstrip(":*")


def in_two_rows(upper: Sequence[str], lower: Sequence[str], known: Container[str]) -> tuple[str, ...]:
    """The names of columns under headings that span several, or none where the second row is no part of the first.

    >>> in_two_rows(["日期", "发生额", "", "对方", ""], ["", "借方", "贷方", "户名", "账号"], {"对方户名", "对方账号"})
    ('日期', '借方', '贷方', '对方户名', '对方账号')
    >>> in_two_rows(["日期", "金额", "对方"], ["2026-01-05", "10.00", "样例"], set())
    ()
    """
    width = max(len(upper), len(lower))
    tops = [*upper, *[""] * (width - len(upper))]
    parts = [*lower, *[""] * (width - len(lower))]
    is_second = any(top and not part for top, part in zip(tops, parts, strict=True))
    if not is_second or min(sum(map(bool, tops)), sum(map(bool, parts))) < 2 or any(map(DIGIT.search, parts)):
        return ()
    found, over, spans = [], "", False
    for top, part in zip(tops, parts, strict=True):
        spans |= bool(part and not top and over)
        over = top or (over if part else "")
        whole = f"{over}{part}"
        found.append(top if not part else whole if column_name(whole) in known else part)
    return tuple(found) if spans else ()
