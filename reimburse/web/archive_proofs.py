"""What proves the archive: verifications, the nightly reading, seals, and packages that prove themselves."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from reimburse.domain.archive_words import counted_words
from reimburse.domain.workflow import FINANCE, Role
from reimburse.services.archive import archive_packages, archive_runs, archive_seals, archive_state
from reimburse.services.archive.archive_package import Scope
from reimburse.store.db import db, today
from reimburse.store.people import LegalEntityRow
from reimburse.web.access import me, needs
from reimburse.web.archive import may_act
from reimburse.web.deeds import done, local, posted_day
from reimburse.web.downloads import attached
from reimburse.web.language import t

bp = Blueprint("archive_proofs", __name__, url_prefix="/archive")
READERS = FINANCE | {Role.AUDITOR}


@bp.get("/verify")
@needs(*READERS)
def verify() -> ResponseReturnValue:
    """How the archive is: verifications with what they found, the nightly reading, the newest seal."""
    runs, before = archive_runs.listed(request.args.get("before", type=int))
    state = archive_state.state(db.session())
    return render_template("archive/verify.html", runs=runs, before=before, state=state, acts=may_act())


@bp.post("/verify")
@needs(*FINANCE)
def start() -> ResponseReturnValue:
    """Verify the whole archive."""
    return redirect(url_for("archive_proofs.run", run_id=archive_runs.ask(me())))


@bp.get("/runs/<int:run_id>")
@needs(*READERS)
def run(run_id: int) -> ResponseReturnValue:
    """One verification: what was looked at, and each problem named."""
    found = archive_runs.run_of(run_id)
    return render_template("archive/run.html", run=found, kept=archive_runs.MOST_KEPT, counted_words=counted_words)


@bp.get("/seals")
@needs(*READERS)
def seals() -> ResponseReturnValue:
    """The seals, the newest first, with their Merkle roots."""
    rows, before = archive_seals.listed(db.session(), request.args.get("before", type=int))
    return render_template("archive/seals.html", seals=rows, before=before)


@bp.get("/packages")
@needs(*READERS)
def packages() -> ResponseReturnValue:
    """Packages that were made, and a form for the next."""
    rows, before = archive_packages.listed(request.args.get("before", type=int))
    entities = db.session.scalars(select(LegalEntityRow).order_by(LegalEntityRow.id)).all()
    return render_template(
        "archive/packages.html",
        packages=rows,
        before=before,
        entities=entities,
        acts=may_act(),
        today=today(),
        kept_days=archive_packages.KEPT_DAYS,
    )


@bp.post("/packages")
@needs(*FINANCE)
def pack() -> ResponseReturnValue:
    """Have the package of a batch or a period made."""
    words = t("正在生成档案包，完成后可在此下载。", "The package is being made; it can be downloaded here then.")
    back = local(request.form.get("back", ""), url_for("archive_proofs.packages"))
    return done(lambda: archive_packages.ask(me(), _scope()), words, back)


@bp.get("/packages/<int:package_id>/download")
@needs(*READERS)
def download(package_id: int) -> ResponseReturnValue:
    """A package."""
    pieces, name = archive_packages.download(package_id)
    return attached(pieces, name, "application/zip")


def _scope() -> Scope:
    """What the form asks for: a batch, or a period of a legal entity."""
    form = request.form
    if batch_no := form.get("batch", "").strip():
        return Scope(batch_no)
    lacking = archive_packages.NO_PERIOD
    return Scope(None, posted_day("since", lacking), posted_day("until", lacking), form.get("entity", type=int) or None)
