"""Two languages, both written at the place of use, so that none can be missing."""

from typing import Literal

from flask import g, has_request_context, request, session
from flask_login import current_user

from reimburse.domain.finding import Text
from rules.plain_words import plain

Language = Literal["zh", "en"]


def language() -> Language:
    """The reader's language: chosen in this session, else the person's own, else Chinese."""
    if not has_request_context():
        return "zh"
    if "language" not in g:
        own = getattr(current_user, "language", None)
        g.language = session.get("language") or own or request.accept_languages.best_match(["zh", "en"], "zh")
    return "en" if g.language == "en" else "zh"


def t(zh: str, en: str) -> str:
    """The text in the reader's language."""
    return en if language() == "en" else zh


def say(text: Text) -> str:
    """The sentence in the reader's language."""
    return t(text.zh, text.en)


def half(text: str) -> str:
    """The reader's half of a short string of a finding: ``未使用 / not used``, or a code.

    >>> half("未使用 / not used"), half("a / b"), half("none")
    ('未使用', 'a / b', '无')
    """
    return say(plain(text))
