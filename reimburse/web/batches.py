"""Batches: what waits, what is open, frozen, exported, and its downloads."""

from datetime import date
from uuid import uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.domain.event_words import EVENTS
from reimburse.domain.expense import PAID_BY
from reimburse.domain.workflow import FINANCE, Role
from reimburse.services.month_end import batch_downloads, batch_files, batch_lists, batch_pages, batches
from reimburse.services.month_end.batch_filling import Sieve
from reimburse.services.policy import policies
from reimburse.store.db import db, today
from reimburse.web.access import me, my_roles, needs
from reimburse.web.deeds import done
from reimburse.web.downloads import attached
from reimburse.web.language import t

bp = Blueprint("batches", __name__)
READERS = FINANCE | {Role.AUDITOR}
STATES = ("open", "frozen", "exported", "posted", "reversed")


@bp.get("/batches")
@needs(*READERS)
def index() -> ResponseReturnValue:
    """Approved claims that wait, and the batches."""
    args = request.args
    state, entity_id = args.get("state", ""), args.get("entity", type=int)
    rows, before = batch_lists.listed(state if state in STATES else None, entity_id, args.get("before", type=int))
    until = args.get("until", "", type=day_text)
    sieve = Sieve(entity_id or 0, args.get("cost_center", ""), args.get("project", ""), until)
    waiting = batch_lists.waiting(sieve, args.get("after", type=int))
    return render_template(
        "batches/index.html",
        rows=rows,
        before=before,
        waiting=waiting,
        counts=batch_lists.counts(),
        open_batches=batch_lists.open_batches(waiting.entity.id) if waiting.entity else [],
        state=state,
        states=STATES,
        key=uuid4().hex,
        acts=may_act(),
    )


@bp.post("/batches")
@needs(*FINANCE)
def collect() -> ResponseReturnValue:
    """Put the chosen claims into a new batch, or into an open one."""
    chosen, batch_no = request.form.getlist("claim"), request.form.get("batch", "")
    if batch_no:
        batches.add(me().id, batch_no, chosen)
    else:
        batch_no = batches.collect(me().id, chosen, request.form.get("key"))
    flash(t(f"已收入批次 {batch_no}。", f"They are in batch {batch_no} now."), "success")
    return redirect(url_for("batches.show", batch_no=batch_no))


@bp.get("/batches/<batch_no>")
@needs(*READERS)
def show(batch_no: str) -> ResponseReturnValue:
    """One batch: its claims, its control totals, what to do next."""
    shown = batch_pages.shown(batch_no, request.args.get("after", type=int))
    downloads = batch_downloads.of(shown.batch)
    return render_template(
        "batches/show.html",
        shown=shown,
        downloads=downloads,
        paid_by=PAID_BY,
        categories={f"{one.zh} {one.en}": one for one in policies.in_force().categories.values()},
        event_words=EVENTS,
        acts=may_act(),
        today=today(),
    )


@bp.post("/batches/<batch_no>/claims/<claim_no>/remove")
@needs(*FINANCE)
def remove(batch_no: str, claim_no: str) -> ResponseReturnValue:
    """Take a claim out of an open batch."""
    still_there = batches.remove(me().id, batch_no, claim_no)
    flash(t(f"{claim_no} 已移出批次。", f"{claim_no} is out of the batch."), "success")
    return redirect(url_for("batches.show", batch_no=batch_no) if still_there else url_for("batches.index"))


@bp.post("/batches/<batch_no>/freeze")
@needs(*FINANCE)
def freeze(batch_no: str) -> ResponseReturnValue:
    """Freeze the batch as it was shown."""
    words = t("内容已锁定，正在写出文件。", "Nothing in it can change now; its files are being written.")
    version = request.form.get("version", 0, int)
    return done(lambda: batches.freeze(me().id, batch_no, version), words, url_for("batches.show", batch_no=batch_no))


@bp.post("/batches/<batch_no>/export")
@needs(*FINANCE)
def export(batch_no: str) -> ResponseReturnValue:
    """Book the invoices and hand the batch over."""
    words = t("正在入账。", "Its invoices are being booked.")
    return done(lambda: batches.export(me().id, batch_no), words, url_for("batches.show", batch_no=batch_no))


@bp.get("/batches/<batch_no>/files/<name>")
@needs(*READERS)
def download(batch_no: str, name: str) -> ResponseReturnValue:
    """A table of a frozen batch."""
    pieces, media_type = batch_files.stream(batch_pages.batch_of(batch_no), name)
    return attached(pieces, f"{batch_no}-{name}" if name != "batch.xlsx" else f"{batch_no}.xlsx", media_type)


@bp.get("/batches/<batch_no>/package.zip")
@needs(*READERS)
def package(batch_no: str) -> ResponseReturnValue:
    """The originals of a frozen batch with its tables and a manifest of digests."""
    pieces = batch_files.stream_package(db.session(), batch_pages.batch_of(batch_no))
    return attached(pieces, f"{batch_no}.zip", "application/zip")


def may_act() -> bool:
    """Whether the person who asks may change batches; auditors only look."""
    return bool(my_roles() & FINANCE)


def day_text(text: str) -> str:
    """A day in ISO form; ``ValueError`` where it is none."""
    return date.fromisoformat(text).isoformat()
