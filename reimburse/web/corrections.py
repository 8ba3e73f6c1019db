"""Finance confirms or refuses what people propose to change on invoices."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.domain.workflow import FINANCE
from reimburse.services.invoices import corrections, proposals
from reimburse.web.access import me, needs
from reimburse.web.deeds import done
from reimburse.web.language import t

bp = Blueprint("corrections", __name__, url_prefix="/corrections")


@bp.get("")
@needs(*FINANCE)
def index() -> ResponseReturnValue:
    """Proposals that wait, the oldest first."""
    page = proposals.waiting(request.args.get("after", 0, int))
    return render_template("invoice/corrections.html", page=page)


@bp.post("/<int:correction_id>")
@needs(*FINANCE)
def decide(correction_id: int) -> ResponseReturnValue:
    """Confirm or refuse with one click."""
    confirm = request.form.get("decision") == "confirm"
    words = t("已确认。", "Confirmed.") if confirm else t("未同意，以票面为准。", "Refused: the document holds.")
    return done(
        lambda: corrections.decide(me(), correction_id, confirm=confirm), words, url_for("corrections.index")
    )  # fmt: skip
