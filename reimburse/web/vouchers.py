"""Vouchers of a batch, or of the money of a month, in the layout that the ledger takes."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from reimburse.domain.workflow import FINANCE, Role
from reimburse.services.month_end import batch_downloads, batch_pages
from reimburse.services.payouts import money_vouchers
from reimburse.store.db import db
from reimburse.web.access import needs
from reimburse.web.downloads import attached

bp = Blueprint("vouchers", __name__)


@bp.get("/batches/<batch_no>/vouchers/<layout>")
@needs(*FINANCE, Role.AUDITOR)
def download(batch_no: str, layout: str) -> ResponseReturnValue:
    """The vouchers of a frozen batch; a layout that cannot hold them says why."""
    written = batch_downloads.vouchers(db.session(), batch_pages.batch_of(batch_no), layout)
    return attached(written.pieces, written.name, written.media_type)


@bp.get("/periods/<int:entity_id>/<month>/vouchers/<layout>")
@needs(*FINANCE, Role.AUDITOR)
def of_money(entity_id: int, month: str, layout: str) -> ResponseReturnValue:
    """The vouchers of what was paid and came back in a month."""
    written = money_vouchers.written(db.session(), entity_id, month, layout)
    return attached(written.pieces, written.name, written.media_type)
