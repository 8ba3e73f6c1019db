"""What the rules learn of a claim's invoices and sellers beyond the claim: verification, refunds, files, pictures."""

from sqlalchemy.orm import Session

from reimburse.domain.invoice_json import Json
from reimburse.domain.verification import VerificationStatus
from reimburse.services import offsets, suppliers, verification, verification_counts
from reimburse.services.near_pictures import near_duplicates
from reimburse.services.supplier_neighbours import neighbours_of
from reimburse.store.claims import ClaimRow
from reimburse.store.db import today
from reimburse.store.verifications import VerificationRow


def of_claim(session: Session, claim: ClaimRow) -> Json:
    """The contract's lists ``refunds`` and ``suppliers``."""
    near = neighbours_of(session, claim)
    files = suppliers.facts_of(session, (row.seller_tax_id for row in claim.invoices))
    return {
        "refunds": offsets.refunds_of(session, claim),
        "suppliers": [
            {**file, "neighbours": near[file["tax_id"]]} if file["tax_id"] in near else file for file in files
        ],
    }


def of_invoices(session: Session, claim: ClaimRow) -> dict[int, Json]:
    """The contract's ``verification``, ``queries`` and ``near_duplicates`` of each invoice, by id."""
    results = verification.latest(session, (row.key for row in claim.invoices if row.key))
    pictures = near_duplicates(session, claim)
    said: dict[int, Json] = {}
    for row in claim.invoices:
        result = results.get(row.key) if row.key else None
        known: Json = {"near_duplicates": pictures[row.id]} if row.id in pictures else {}
        said[row.id] = {**known, **(_verified(session, result) if result else {})}
    return said


def _verified(session: Session, row: VerificationRow) -> Json:
    known: Json = {"verification": {"status": row.status, "checked_at": row.checked_at.isoformat()}}
    if row.status == VerificationStatus.NOT_FOUND:
        asked, left = verification_counts.asked_today(session, verification.key_of(row), today())
        known["queries"] = {"today": asked, "budget_left": left}
    return known
