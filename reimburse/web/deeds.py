"""What a form asks for, done: told in words when it went well; a refusal is told where the form stood."""

from collections.abc import Callable
from datetime import date

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from reimburse.domain.finding import Text
from reimburse.services.errors import Refused
from reimburse.services.idempotency import DoneBefore
from reimburse.web.claim_forms import Unreadable, amount_fen
from reimburse.web.frame import moment
from reimburse.web.language import t
from reimburse.web.refused_forms import back_to

DAY_LACKING = Text("请填写日期，如 2026-11-23", "A date as 2026-11-23")


def done(deed: Callable[[], object], words: str, where: str, back: str = "") -> ResponseReturnValue:
    """Do it, say so, and go there; refused, it is told on the page of the form (``back``, else ``where``)."""
    back_to(back or where)
    tell(deed(), words)
    return redirect(where)


def tell(answer: object, words: str) -> None:
    """Say on the next page that it was done, or that it had been done before."""
    if isinstance(answer, DoneBefore):
        flash(said_before(answer), "info")
    else:
        flash(words, "success")


def said_before(before: DoneBefore) -> str:
    """Who did it and when, and that nothing happened again."""
    at = moment(before.at)
    zh = f"{before.by} 已于 {at} {before.what.zh}，没有再做一次。"
    return t(zh, f"{before.what.en} by {before.by} on {at}; nothing was done again.")


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
