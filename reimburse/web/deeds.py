"""What a form asks for, done: told in words when it went well, told why when it was refused, and back to the page."""

from collections.abc import Callable
from datetime import date

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from reimburse.domain.finding import Text
from reimburse.services.errors import NotFound, Refused
from reimburse.web.claim_forms import Unreadable, amount_fen
from reimburse.web.language import say

PAGES_OF_THEIR_OWN: tuple[type[Refused], ...] = (NotFound,)
"""Refusals that are not told on the page one came from."""
DAY_LACKING = Text("请填写日期，如 2026-11-23", "A date as 2026-11-23")


def told(deed: Callable[[], object], words: str, beyond: tuple[type[Refused], ...] = PAGES_OF_THEIR_OWN) -> bool:
    """Do it and say so, or say why not; whether it was done. ``beyond``: refusals that get an error page."""
    try:
        deed()
    except beyond:
        raise
    except Refused as refused:
        flash(say(refused.text), "danger")
        return False
    flash(words, "success")
    return True


def done(
    deed: Callable[[], object], words: str, back: str, beyond: tuple[type[Refused], ...] = PAGES_OF_THEIR_OWN
) -> ResponseReturnValue:
    """Do it, say so or say why not, and go back."""
    told(deed, words, beyond)
    return redirect(back)


def posted_version() -> int:
    """The version of the row that the form showed."""
    return request.form.get("version", 0, int)


def posted_day(name: str, lacking: Text = DAY_LACKING) -> date:
    """The day that was typed into this field; ``Refused`` with these words where there is none."""
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        raise Refused(lacking.zh, lacking.en) from None


def posted_fen(name: str) -> int:
    """The sum that was typed into this field, in fen; ``Refused`` where there is none to be read."""
    try:
        return amount_fen(request.form.get(name, ""))
    except Unreadable as unreadable:
        raise Refused(unreadable.text.zh, unreadable.text.en) from None


def local(path: str, otherwise: str) -> str:
    r"""A path of this product; anything else is not gone to.

    >>> local("/claims", "/"), local("//evil.example", "/"), local("/\\evil.example", "/"), local("x:", "/")
    ('/claims', '/', '/', '/')
    """
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else otherwise
