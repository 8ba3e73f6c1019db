"""The archive: its ledger searched, one archived invoice, its chains, and legal holds. Auditors only look."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.domain.archive_words import said_words
from reimburse.domain.invoice import InvoiceKind
from reimburse.domain.money import to_fen
from reimburse.domain.workflow import FINANCE, Role
from reimburse.services.archive import archive_holds, archive_item, archive_search, archive_timeline, paper_places
from reimburse.services.archive.archive_search import DAYS, Wanted
from reimburse.web.access import me, my_roles, needs
from reimburse.web.deeds import done, local
from reimburse.web.language import t
from rules.vocabulary import ATTACHMENTS

bp = Blueprint("archive", __name__, url_prefix="/archive")
READERS = FINANCE | {Role.AUDITOR}
FIELDS = ("number", "seller", "amount", "claim", "person", "kind", "days", "since", "until")
KINDS = tuple(kind.value for kind in InvoiceKind)


@bp.get("")
@needs(*READERS)
def index() -> ResponseReturnValue:
    """The ledger, searched."""
    asked = {name: request.args.get(name, "").strip()[:200] for name in FIELDS}
    wanted, unread = _wanted(asked), _unread(asked)
    return render_template(
        "archive/index.html",
        page=archive_search.found(wanted, request.args.get("before", "")),
        wanted=wanted,
        asked=asked,
        unreadable=unread,
        kinds=KINDS,
        address=_address,
    )


@bp.get("/items/<int:entry_id>")
@needs(*READERS)
def show(entry_id: int) -> ResponseReturnValue:
    """One archived invoice: facts, files, retention, holds, and the chain of its claim."""
    item = archive_item.item(entry_id)
    return render_template(
        "archive/show.html", item=item, acts=may_act(), attachments=ATTACHMENTS, said_words=said_words
    )


@bp.post("/items/<int:entry_id>/paper")
@needs(*FINANCE)
def note_place(entry_id: int) -> ResponseReturnValue:
    """Note where the paper lies."""
    place, back = request.form.get("place", ""), url_for("archive.show", entry_id=entry_id)
    return done(lambda: paper_places.note_place(me(), entry_id, place), t("存放地点已登记。", "Noted."), back)


@bp.get("/chains/<chain>")
@needs(*READERS)
def chain(chain: str) -> ResponseReturnValue:
    """A chain of events from its first to its last."""
    found = archive_timeline.timeline(chain, request.args.get("after", 0, int))
    return render_template("archive/chain.html", line=found, said_words=said_words)


@bp.post("/holds")
@needs(*FINANCE)
def hold() -> ResponseReturnValue:
    """Hold an invoice, a claim or a batch."""
    thing, _, thing_id = request.form.get("thing", "").partition(":")
    known = thing if thing in archive_holds.THINGS else "invoice"
    number = int(thing_id) if thing_id.isdigit() else 0
    reason = request.form.get("reason", "")
    words = t("已设置保全：解除前不能删除。", "It is held: nothing of it can be deleted until the hold is lifted.")
    return done(lambda: archive_holds.hold(me(), known, number, reason), words, _back())


@bp.post("/holds/<int:hold_id>/lift")
@needs(*FINANCE)
def lift(hold_id: int) -> ResponseReturnValue:
    """End a hold."""
    reason, words = request.form.get("reason", ""), t("保全已解除。", "The hold is lifted.")
    return done(lambda: archive_holds.lift(me(), hold_id, reason), words, _back())


def may_act() -> bool:
    """Whether the person who asks may change anything here."""
    return bool(my_roles() & FINANCE)


def _wanted(asked: dict[str, str]) -> Wanted:
    """What the form asks for; what cannot be read as such asks for nothing."""
    return Wanted(
        number=asked["number"],
        seller=asked["seller"],
        fen=_fen(asked["amount"]),
        claim=asked["claim"].upper(),
        person=asked["person"],
        kind=asked["kind"] if asked["kind"] in KINDS else "",
        days=asked["days"] if asked["days"] in DAYS else "issued",
        since=_day(asked["since"]),
        until=_day(asked["until"]),
    )


def _unread(asked: dict[str, str]) -> list[str]:
    """The fields that hold something that is no amount or no day."""
    read = {"amount": _fen, "since": _day, "until": _day}
    return [name for name, reader in read.items() if asked[name] and reader(asked[name]) is None]


def _address(asked: dict[str, str], **more: str) -> str:
    """The address of this search with something changed; what is empty is left out."""
    query = urlencode({name: value for name, value in (asked | more).items() if value})
    return url_for("archive.index") + (f"?{query}" if query else "")


def _fen(text: str) -> int | None:
    """An amount in yuan as typed, in fen; None where it is none.

    >>> _fen("¥1,060.00"), _fen("-12.5"), _fen("about ten"), _fen("1.005")
    (106000, -1250, None, None)
    """
    try:
        return to_fen(Decimal(re.sub(r"[¥￥,，\s]", "", text)))
    except (InvalidOperation, ValueError):
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _back() -> str:
    return local(request.form.get("back", ""), url_for("archive.index"))
