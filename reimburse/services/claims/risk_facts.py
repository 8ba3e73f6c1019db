"""What the rules learn of a claim's invoices and sellers beyond the claim: verification, refunds, files, pictures.

Each half is one query, as a claim is judged anew at every edit.
"""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from reimburse.domain.invoice_json import Json
from reimburse.domain.verification import VerificationStatus
from reimburse.services.deals import deal_facts
from reimburse.services.invoices import verification, verification_counts
from reimburse.services.invoices.near_pictures import near_duplicates
from reimburse.services.matching import payment_facts
from reimburse.services.matching.payment_facts import Paid
from reimburse.services.returns import offsets
from reimburse.services.suppliers import suppliers
from reimburse.services.suppliers.supplier_neighbours import near_invoices, neighbour
from reimburse.store.bills import BillRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import today
from reimburse.store.documents import ReadingRow
from reimburse.store.invoices import InvoiceRow
from reimburse.store.offsets import OffsetRow
from reimburse.store.picture_hashes import PictureHashRow
from reimburse.store.suppliers import SupplierRow
from reimburse.store.verifications import VerificationRow


@dataclass(frozen=True, slots=True)
class Known:
    """An invoice's leading reading, and the contract's ``verification``, ``queries`` and ``near_duplicates``.

    ``bills``: those it is tied to; ``waiting_bill``: the number of one of its seller's that lacks an invoice;
    ``paid``: its payments.
    """

    reading: ReadingRow | None = None
    said: Json = field(default_factory=dict)
    bills: tuple[BillRow, ...] = ()
    paid: Paid = field(default_factory=Paid)
    waiting_bill: str | None = None


def of_claim(session: Session, claim: ClaimRow) -> Json:
    """The contract's lists ``refunds`` and ``suppliers``."""
    refunds: dict[int, Json] = {}
    files: dict[str, Json] = {}
    for owed, supplier, *near in session.execute(_beyond(claim)):
        if owed:
            refunds[owed.id] = offsets.fact_of(owed)
        if supplier:
            files.setdefault(supplier.tax_id, suppliers.fact_of(supplier))
        if near and near[0]:
            beside = neighbour(*near[1:])
            told = files[supplier.tax_id].setdefault("neighbours", [])
            if beside not in told:
                told.append(beside)
    return {
        "refunds": [refunds[key] for key in sorted(refunds)],
        "suppliers": [files[key] for key in sorted(files)],
    }


def of_invoices(session: Session, claim: ClaimRow) -> dict[int, Known]:
    """What is known of each invoice of the claim, by its id."""
    any_result = aliased(VerificationRow)
    of_key = (any_result.code == InvoiceRow.code, any_result.number == InvoiceRow.number)
    newest = select(func.max(any_result.id)).where(*of_key).correlate(InvoiceRow)
    query = (
        select(InvoiceRow.id, ReadingRow, PictureHashRow, VerificationRow, deal_facts.waiting_bill())
        .outerjoin(ReadingRow, ReadingRow.id == InvoiceRow.leading_reading_id)
        .outerjoin(PictureHashRow, PictureHashRow.reading_id == ReadingRow.id)
        .outerjoin(VerificationRow, VerificationRow.id == newest.scalar_subquery())
        .where(InvoiceRow.id.in_([row.id for row in claim.invoices]))
        .options(joinedload(ReadingRow.document))
    )
    rows: dict[int, list[Any]] = {}
    query = payment_facts.with_payments(deal_facts.tied_bill(query), claim)
    for row in session.execute(query) if claim.invoices else ():
        rows.setdefault(row[0], []).append(row)
    known = {key: _known(session, found) for key, found in rows.items()}
    verified = {key: found[0][3] for key, found in rows.items()}
    genuine = {key for key, row in verified.items() if row and row.status == VerificationStatus.NORMAL}
    hashes = {key: found[0][2] for key, found in rows.items() if found[0][2]}
    pictures = near_duplicates(session, claim, hashes, genuine)
    for key, near in pictures.items():
        known[key].said["near_duplicates"] = near
    return known


def _known(session: Session, rows: list[Any]) -> Known:
    """One invoice from its rows, of which there is one for each bill and payment."""
    _, reading, _, verification_row, waiting, *_ = rows[0]
    bills = tuple({row[5].id: row[5] for row in rows if row[5]}.values())
    said = _verified(session, verification_row) if verification_row else {}
    return Known(reading, said, bills, payment_facts.paid(tuple(row[6:9]) for row in rows), waiting)


def payments_of(claim: ClaimRow, known: dict[int, Known]) -> Json:
    """The contract's list ``payments``, absent where it is not known."""
    return payment_facts.of_claim(claim, [known.get(row.id, Known()).paid for row in claim.invoices])


def bills_of(claim: ClaimRow, known: dict[int, Known]) -> list[Json]:
    """The bills of this claim's sellers: those that its invoices are tied to, and one that waits for each."""
    found: dict[tuple[str, str], Json] = {}
    for invoice in claim.invoices:
        of = known.get(invoice.id, Known())
        for row in of.bills:
            fact = found.setdefault((row.party, row.bill_no), deal_facts.bill_fact(row))
            fact["invoices"].append({"id": str(invoice.id), "number": invoice.number})
        if of.waiting_bill:
            key = (invoice.seller_name or "", of.waiting_bill)
            found.setdefault(key, {"bill_no": key[1], "party": key[0], "invoices": []})
    return [found[key] for key in sorted(found)]


def _beyond(claim: ClaimRow) -> Select[Any]:
    """Offsets that the claimant owes, the sellers' files, and invoices beside: few rows of each, multiplied."""
    owed = and_(OffsetRow.claimant_id == ClaimRow.claimant_id, OffsetRow.state == "open")
    sellers = {row.seller_tax_id for row in claim.invoices if row.seller_tax_id}
    near = near_invoices(claim)
    query = (
        select(OffsetRow, SupplierRow, *(near.c if near is not None else ()))
        .select_from(ClaimRow)
        .outerjoin(OffsetRow, or_(owed, OffsetRow.claim_id == ClaimRow.id))
        .outerjoin(SupplierRow, SupplierRow.tax_id.in_(sorted(sellers)))
        .where(ClaimRow.id == claim.id)
    )
    if near is not None:
        query = query.outerjoin(near, near.c.seller_tax_id == SupplierRow.tax_id).order_by(near.c.code, near.c.number)
    return query


def _verified(session: Session, row: VerificationRow) -> Json:
    known: Json = {"verification": {"status": row.status, "checked_at": row.checked_at.isoformat()}}
    if row.status == VerificationStatus.NOT_FOUND:
        counted = verification_counts.counted(session, verification.key_of(row), today())
        known["queries"] = {"today": counted.of_invoice, "budget_left": counted.budget_left}
    return known
