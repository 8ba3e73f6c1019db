"""The figures of sellers' credit files, computed in the background by index look-ups on one seller at a time."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from reimburse.domain.finding import Verdict
from reimburse.domain.verification import TAKEN_BACK, TROUBLE, VerificationStatus
from reimburse.services.outbox import mark_done
from reimburse.services.policy import policies
from reimburse.store.claims import CheckRow, ClaimInvoiceRow
from reimburse.store.db import CHINA, now, today, transaction
from reimburse.store.invoices import InvoiceRow
from reimburse.store.suppliers import SupplierRow
from reimburse.store.verifications import VerificationRow
from rules.authenticity import TAX_CONTROLLED
from rules.patterns import at_face_limit

AT_ONCE = 50
"""Sellers in one transaction."""
VOID_DAYS = 90
NAMES = 5

Verified = Mapping[tuple[str, str], Sequence[VerificationRow]]


def summarise_supplier(tax_id: str, outbox_id: int | None = None) -> None:
    """Compute one seller's figures anew; a second run gives the same."""
    with transaction() as session:
        row = session.get(SupplierRow, tax_id, with_for_update=True, populate_existing=True)
        if row:
            _summarise(session, row)
        mark_done(session, outbox_id)


def summarise_suppliers(outbox_id: int | None = None) -> None:
    """The daily job: every seller something happened to, and those whose voids may have grown old."""
    after = ""
    while True:
        with transaction() as session:
            changed = select(SupplierRow).where(or_(SupplierRow.stale, SupplierRow.voids_90d > 0))
            page = changed.where(SupplierRow.tax_id > after).order_by(SupplierRow.tax_id).limit(AT_ONCE)
            rows = list(session.scalars(page.with_for_update(skip_locked=True)))
            for row in rows:
                _summarise(session, row)
            if not rows:
                mark_done(session, outbox_id)
                return
            after = rows[-1].tax_id


def _summarise(session: Session, row: SupplierRow) -> None:
    verified = _verified(session, row.tax_id)
    row.invoices, row.total_fen, row.last_issue_date = _volume(session, row.tax_id)
    _name(session, row)
    row.returns = _returns(session, row.tax_id)
    row.voids_90d = _voids(session, row.tax_id, verified, today() - timedelta(days=VOID_DAYS))
    row.unreported = sum(_unreported(results) for results in verified.values())
    row.at_limit = _at_limit(session, row.tax_id)
    row.stale, row.summarised_at = False, now()
    session.flush()


def _volume(session: Session, tax_id: str) -> tuple[int, int, date | None]:
    """Invoices, their sum in fen, the last issue date; one in several wallets counts once."""
    first = select(func.min(InvoiceRow.id)).where(InvoiceRow.seller_tax_id == tax_id)
    keyed = first.where(InvoiceRow.number.is_not(None)).group_by(InvoiceRow.code, InvoiceRow.number)
    figures = select(func.count(), func.sum(InvoiceRow.total_fen), func.max(InvoiceRow.issue_date))
    count, total, last = session.execute(figures.where(InvoiceRow.id.in_(keyed))).one()
    return count, int(total or 0), last


def _name(session: Session, row: SupplierRow) -> None:
    """The name on most invoices; the others stand beside it."""
    named = select(InvoiceRow.seller_name, func.count()).where(
        InvoiceRow.seller_tax_id == row.tax_id, InvoiceRow.seller_name.is_not(None)
    )
    often = named.group_by(InvoiceRow.seller_name).order_by(func.count().desc(), InvoiceRow.seller_name).limit(NAMES)
    names = [name for name, _ in session.execute(often) if name]
    row.name, row.other_names = (names[0], names[1:]) if names else (row.name, [])


def _returns(session: Session, tax_id: str) -> int:
    claims = (
        select(ClaimInvoiceRow.claim_id)
        .join(InvoiceRow, InvoiceRow.id == ClaimInvoiceRow.invoice_id)
        .where(InvoiceRow.seller_tax_id == tax_id)
    )
    sent_back = (Verdict.RETURN.value, Verdict.BLOCK.value)
    returned = select(func.count(CheckRow.id)).where(CheckRow.claim_id.in_(claims), CheckRow.verdict.in_(sent_back))
    return session.scalar(returned) or 0


def _verified(session: Session, tax_id: str) -> Verified:
    """All results of the seller's invoices by key, oldest first."""
    found: dict[tuple[str, str], list[VerificationRow]] = {}
    rows = session.scalars(
        select(VerificationRow).where(VerificationRow.seller_tax_id == tax_id).order_by(VerificationRow.id)
    )
    for row in rows:
        found.setdefault((row.code, row.number), []).append(row)
    return found


def _voids(session: Session, tax_id: str, verified: Verified, since: date) -> int:
    """Invoices that the seller voided or reversed since this day, by verification or by a red-letter invoice."""
    keys = {
        key
        for key, results in verified.items()
        if results[-1].status in TAKEN_BACK and results[-1].checked_at.astimezone(CHINA).date() >= since
    }
    red = select(InvoiceRow.red_of_code, InvoiceRow.red_of_number, InvoiceRow.code, InvoiceRow.number).where(
        InvoiceRow.seller_tax_id == tax_id, InvoiceRow.red_letter, InvoiceRow.issue_date >= since
    )
    for blue_code, blue_number, code, number in session.execute(red):
        keys.add((blue_code or "", blue_number) if blue_number else (code, number or ""))
    return len(keys)


def _unreported(results: Sequence[VerificationRow]) -> bool:
    """Whether the tax office still does not know the invoice at the second query, or lost control of it (R-104)."""
    statuses = [VerificationStatus(row.status) for row in results]
    if statuses[-1] is VerificationStatus.NOT_FOUND:
        return statuses.count(VerificationStatus.NOT_FOUND) > 1
    return statuses[-1] in TROUBLE


def _at_limit(session: Session, tax_id: str) -> int:
    """Invoices that stand just at a face limit (R-106)."""
    limits = policies.in_force().parameters
    net: Any = InvoiceRow.data["amount_excl_tax"].as_string()
    kinds = [kind.value for kind in TAX_CONTROLLED]
    of_seller = select(InvoiceRow.code, InvoiceRow.number, net).where(InvoiceRow.seller_tax_id == tax_id)
    rows = session.execute(of_seller.where(InvoiceRow.kind.in_(kinds), net.is_not(None)).distinct())
    return sum(at_face_limit(Decimal(amount), limits) is not None for _, _, amount in rows)
