"""Matching: payments, groups and invoices side by side; confirm, choose, split, never, and take back."""

import json

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.domain.workflow import FINANCE, Role
from reimburse.services.errors import NotFound, Refused
from reimburse.services.matching import (
    match_decisions,
    match_hand,
    match_history,
    match_undo,
    matching_pages,
    matching_runs,
)
from reimburse.services.matching.match_groups import Key
from reimburse.services.matching.matching_left import Filter, months
from reimburse.web import match_words
from reimburse.web.access import me, my_roles, needs
from reimburse.web.address import month
from reimburse.web.deeds import done
from reimburse.web.language import t

bp = Blueprint("matching", __name__, url_prefix="/matching")
READERS = FINANCE | {Role.AUDITOR}
AS_PROPOSED = "as proposed"

match_words.register(bp)


@bp.get("")
@needs(*READERS)
def index() -> ResponseReturnValue:
    """What is left on both sides, and the groups between them."""
    first = request.args.get("month", type=month)
    places = {name: request.args.get(name, "") for name in ("state", "after", "payment", "invoice")}
    wanted = Filter(month=f"{first:%Y-%m}" if first else "", **places)
    page = matching_pages.page_of(wanted)
    return render_template("matching/index.html", page=page, wanted=wanted, months=months(), acts=_acts())


@bp.get("/<int:group_id>")
@needs(*READERS)
def show(group_id: int) -> ResponseReturnValue:
    """One group."""
    return render_template("matching/show.html", shown=matching_pages.group_of(group_id), acts=_acts())


@bp.post("/confirm")
@needs(*FINANCE)
def confirm() -> ResponseReturnValue:
    """One group, or all that are shown and not in doubt; each comes as ``id.version``."""
    groups = dict(_pair(text) for text in request.form.getlist("group"))
    learn = bool(request.form.get("learn"))
    return done(
        lambda: match_decisions.confirm(me(), groups, learn=learn),
        t(f"已确认 {len(groups)} 组。", f"{len(groups)} confirmed."),
        _back(),
    )


@bp.post("/<int:group_id>/choose")
@needs(*FINANCE)
def choose(group_id: int) -> ResponseReturnValue:
    """The right one of the ways to draw a doubtful group."""
    option, version = request.form.get("option", ""), request.form.get("version", 0, int)
    learn = bool(request.form.get("learn"))
    words = t("已按您的选择配对。", "Matched as you chose.")
    if option == AS_PROPOSED:
        return done(lambda: match_decisions.confirm(me(), {group_id: version}, learn=learn), words, _back())
    payments, keys = _option(option)
    return done(lambda: match_hand.choose(me(), payments, keys, learn=learn), words, _back())


@bp.post("/pair")
@needs(*FINANCE)
def pair() -> ResponseReturnValue:
    """Payments and invoices that are left, matched by hand."""
    payments = [int(text) for text in request.form.getlist("payment") if text.isdigit()]
    keys = [_key(text) for text in request.form.getlist("invoice")]
    learn = bool(request.form.get("learn"))
    return done(lambda: match_hand.choose(me(), payments, keys, learn=learn), t("已配为一组。", "Matched."), _back())


@bp.post("/<int:group_id>/split")
@needs(*FINANCE)
def split(group_id: int) -> ResponseReturnValue:
    """Take a group apart."""
    version = request.form.get("version", 0, int)
    return done(lambda: match_decisions.split(me(), group_id, version), t("已拆开。", "Split."), _back())


@bp.post("/<int:group_id>/never")
@needs(*FINANCE)
def never(group_id: int) -> ResponseReturnValue:
    """Its rows never belong together."""
    version = request.form.get("version", 0, int)
    words = t("以后不会再把它们配在一起。", "They are never matched again.")
    return done(lambda: match_decisions.never(me(), group_id, version), words, _back())


@bp.post("/payments/<int:payment_id>/waive")
@needs(*FINANCE)
def waive(payment_id: int) -> ResponseReturnValue:
    """A payment that needs no invoice."""
    reason = request.form.get("reason", "")
    words = t("已记为无需发票。", "On record: it needs no invoice.")
    return done(lambda: match_decisions.waive(me(), payment_id, reason), words, _back())


@bp.post("/payments/<int:payment_id>/not-twin")
@needs(*FINANCE)
def not_twin(payment_id: int) -> ResponseReturnValue:
    """Two purchases that were taken for one."""
    words = t("已分开，两笔各自计算。", "Both count by themselves now.")
    return done(lambda: match_decisions.not_twin(me(), payment_id), words, _back())


@bp.post("/run")
@needs(*FINANCE)
def run() -> ResponseReturnValue:
    """Have the engine run."""
    return done(matching_runs.run_now, t("正在重新对账，稍后刷新。", "Matching runs: reload in a moment."), _back())


@bp.get("/decisions")
@needs(*READERS)
def decisions() -> ResponseReturnValue:
    """What people decided."""
    kind = request.args.get("kind", "")
    page = match_history.listed(kind, request.args.get("before", type=int))
    return render_template("matching/decisions.html", page=page, kind=kind, kinds=match_history.KINDS, acts=_acts())


@bp.post("/decisions/<int:decision_id>/undo")
@needs(*FINANCE)
def undo(decision_id: int) -> ResponseReturnValue:
    """Take a decision back."""
    return done(lambda: match_undo.undo(me(), decision_id), t("已撤销。", "Undone."), _back())


def _back() -> str:
    """The page that the form stood on, within this product."""
    back = request.form.get("back", "")
    return back if back.startswith(("/matching", "/statements")) else url_for("matching.index")


def _pair(text: str) -> tuple[int, int]:
    group_id, _, version = text.partition(".")
    try:
        return int(group_id), int(version)
    except ValueError:
        raise NotFound from None


def _option(text: str) -> tuple[list[int], list[Key]]:
    try:
        told = json.loads(text)
        return [int(row) for row in told["payments"]], [(str(code), str(number)) for code, number in told["invoices"]]
    except (ValueError, TypeError, KeyError):
        raise Refused("请先选择一种配对。", "Choose one of the ways first.") from None


def _key(text: str) -> Key:
    code, _, number = text.partition("/")
    return code, number


def _acts() -> bool:
    return bool(my_roles() & FINANCE)
