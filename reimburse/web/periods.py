"""Accounting periods: which months are open, and closing and reopening them."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.domain.workflow import FINANCE, Role
from reimburse.services.month_end import periods
from reimburse.services.month_end.export_layouts import voucher_layouts
from reimburse.services.payouts import money_vouchers
from reimburse.web.access import me, needs
from reimburse.web.language import t

bp = Blueprint("periods", __name__, url_prefix="/periods")


@bp.get("")
@needs(*FINANCE, Role.AUDITOR)
def index() -> ResponseReturnValue:
    """The months of a legal entity's books."""
    entities = periods.entities()
    entity = next((one for one in entities if one.id == request.args.get("entity", type=int)), entities[0])
    months = periods.listed(entity.id, me())
    return render_template(
        "periods/index.html",
        entities=entities,
        entity=entity,
        months=months,
        money=money_vouchers.counted(entity.id),
        layouts=voucher_layouts(),
    )


@bp.post("/<int:entity_id>/<month>/close")
@needs(Role.FINANCE_HEAD)
def close(entity_id: int, month: str) -> ResponseReturnValue:
    """Close a month."""
    periods.close(me(), entity_id, month, request.form.get("reason", ""))
    flash(t(f"{month} 已关账。", f"{month} is closed."), "success")
    return redirect(url_for("periods.index", entity=entity_id))


@bp.post("/<int:entity_id>/<month>/reopen")
@needs(Role.FINANCE_HEAD)
def reopen(entity_id: int, month: str) -> ResponseReturnValue:
    """Open a month once more."""
    periods.reopen(me(), entity_id, month, request.form.get("reason", ""))
    flash(t(f"{month} 已重开。", f"{month} is open again."), "success")
    return redirect(url_for("periods.index", entity=entity_id))
