"""How titles and tax ids are compared (decision 17): NFKC, no white space, one kind of bracket; all else is exact."""

import re
import unicodedata
from functools import lru_cache

BRACKETS = str.maketrans("[{<【〔〖「『〈《]}>】〕〗」』〉》", "((((((((((" + "))))))))))")
INVISIBLE = re.compile(r"[\s\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]+")
TAX_CATEGORY = re.compile(r"^\s*[*＊][^*＊]+[*＊]")


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """The text as it is compared.

    >>> fold("示例 科技（北京）有限公司") == fold("示例科技(北京)有限公司")
    True
    """
    return INVISIBLE.sub("", unicodedata.normalize("NFKC", text).translate(BRACKETS))


@lru_cache(maxsize=8192)
def bare_item(name: str) -> str:
    """An item name without the tax category that e-invoices print before it.

    >>> bare_item("*餐饮服务*餐费")
    '餐费'
    """
    return TAX_CATEGORY.sub("", name).strip()


def blank(value: object) -> bool:
    """Whether a text, a list of texts or nothing at all says nothing.

    >>> blank(" "), blank([""]), blank(["Li"])
    (True, True, False)
    """
    if value is None:
        return True
    if isinstance(value, str):
        return not value or value.isspace()
    return isinstance(value, (list, tuple)) and all(blank(item) for item in value)


@lru_cache(maxsize=8192)
def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key under which l2 stands before l10.

    >>> natural("l2") < natural("l10")
    True
    """
    parts = re.findall(r"\d+|\D+", text)
    return tuple((0, int(part), part) if part.isdecimal() else (1, 0, part) for part in parts)
