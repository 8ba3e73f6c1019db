"""The short strings of a finding, found and expected, as people read them: codes become words in both languages."""

import re

from reimburse.domain.finding import Text
from reimburse.domain.invoice_words import DOCUMENT_KINDS, KINDS, SOURCES
from rules.rule import NOTHING
from rules.vocabulary import ATTACHMENTS, ROLES, STATUSES

WORDS: dict[str, Text] = {
    NOTHING: Text("无", "none"),
    "intact": Text("完好", "intact"),
    "altered": Text("被改动", "altered"),
    "invoice": Text("发票", "an invoice"),
    "adjustment": Text("调整行", "an adjustment"),
    **{str(kind): text for kind, text in (*KINDS.items(), *DOCUMENT_KINDS.items())},
    **STATUSES,
    **ROLES,
    **ATTACHMENTS,
}
NAMES = {str(source): text for source, text in SOURCES.items()}
BOUND = re.compile(r"(by|on or after) (\d{4}-\d\d-\d\d)")


def plain(text: str) -> Text:
    """What ``found`` or ``expected`` says, in each language; what is no code speaks for itself.

    >>> plain("none").zh, plain("未使用 / not used").en, plain("26990000").zh
    ('无', 'not used', '26990000')
    >>> plain("行程单 itinerary").zh, plain("lodging_folio, itinerary").en
    ('行程单', 'hotel folio, itinerary')
    >>> plain("by 2026-11-19").zh, plain("lacking special_explanation, finance_head").zh
    ('不晚于 2026-11-19', '缺专项说明、财务负责人')
    >>> plain("qr=106.00, text=1060.00").zh
    '二维码 106.00、票面文字 1060.00'
    """
    zh, parted, en = text.partition(" / ")
    if parted and not zh.isascii() and en.isascii():
        return Text(zh, en)
    if bound := BOUND.fullmatch(text):
        return Text(f"{'不晚于' if bound[1] == 'by' else '不早于'} {bound[2]}", text)
    lacking = text.startswith("lacking ")
    words = [_word(part) for part in text.removeprefix("lacking ").split(", ")]
    if any(word is None for word in words):
        return Text(text, text)
    known = [word for word in words if word]
    zh, en = "、".join(word.zh for word in known), ", ".join(word.en for word in known)
    return Text(f"缺{zh}", f"lacking {en}") if lacking else Text(zh, en)


def _word(part: str) -> Text | None:
    """The words for a code, alone or after its Chinese name (``行程单 itinerary``), or for what a source states."""
    source, states, value = part.partition("=")
    if states and source in NAMES:
        return Text(f"{NAMES[source].zh} {value}", f"{NAMES[source].en} {value}")
    name, _, code = part.rpartition(" ")
    found = WORDS.get(code)
    return found if found and (not name or not name.isascii()) else None
