"""What tests of claims start from: an invoice that no rule minds, a claim on it, the papers it needs."""

from typing import Any

from sqlalchemy import select

from reimburse.services.claims import attachments, checking, claims
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, today, transaction
from reimburse.store.invoices import InvoiceRow
from reimburse.store.outbox import OutboxRow
from tests.builders import make_document, make_invoice

ITEM = {"item_name": "*信息技术服务*云主机", "unit": "月", "quantity": "1", "tax_rate": "0.06"}
STATED = {"100.00": ("94.34", "5.66", "壹佰圆整"), "600.00": ("566.04", "33.96", "陆佰圆整")}


def good_invoice(holder_id: int, total: str = "100.00", number: str | None = None, **stated: Any) -> InvoiceRow:
    """An invoice of today that adds up and names what was bought."""
    net, tax, words = STATED[total]
    with transaction():
        row = make_invoice(holder_id, total, number)
        line = {**ITEM, "amount_excl_tax": net, "tax_amount": tax, "unit_price": net}
        sums = {"amount_excl_tax": net, "tax_amount": tax, "total_in_words": words, "lines": [line]}
        row.issue_date = today()
        row.data = {**row.data, **sums, "issue_date": today().isoformat(), **stated}
    return row


def claim_on(*invoices: InvoiceRow) -> ClaimRow:
    """A draft made of these invoices, its purpose filled in."""
    claim_no = claims.new_from_invoices(invoices[0].holder_id, [invoice.id for invoice in invoices])
    with transaction():
        claim = found(claim_no)
        claim.purpose = "客户拜访"
    return found(claim_no)


def found(claim_no: str) -> ClaimRow:
    """The claim as it stands now."""
    db.session.rollback()
    return db.session.scalars(select(ClaimRow).where(ClaimRow.claim_no == claim_no)).one()


def attach(claim: ClaimRow, kind: str = "verification_screenshot", line_id: int | None = None) -> int:
    """Attach a small file of this kind."""
    with transaction():
        content = f"{kind} of {claim.claim_no}".encode()
        document_id = make_document(claim.claimant_id, content, f"{kind}.png", "image/png").id
    return attachments.attach(claim.claimant_id, claim.claim_no, kind, document_id, line_id)


def submit(claim: ClaimRow) -> ClaimRow:
    """Submit and let the job judge it."""
    checking.submit(claim.claim_no, claim.claimant_id, pledge=True)
    run_checks()
    return found(claim.claim_no)


def run_checks() -> None:
    """Run every check that the outbox asks for, as the worker would."""
    waiting = select(OutboxRow).where(OutboxRow.job == "check_claim", OutboxRow.done_at.is_(None))
    jobs = [(row.args, row.id) for row in db.session.scalars(waiting)]
    db.session.rollback()
    for args, outbox_id in jobs:
        checking.check_claim(*args, outbox_id=outbox_id)
