"""A claim's checks judged again: the same bytes, or what differs. For finance and auditors."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from reimburse.domain.workflow import FINANCE, Role
from reimburse.services.claims import replays
from reimburse.services.claims.claim_access import visible
from reimburse.store.db import db
from reimburse.web.access import me, needs

bp = Blueprint("replays", __name__)


@bp.get("/claims/<claim_no>/replay")
@needs(*FINANCE, Role.AUDITOR)
def show(claim_no: str) -> ResponseReturnValue:
    """Every round, judged again by its own facts and policy. Nothing is written."""
    claim = visible(db.session(), claim_no, me())
    return render_template("replays/show.html", claim=claim, rounds=replays.replay_claim(claim))
