"""Prepayments (R-75): money that went out before its invoice came, until the invoice clears it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, contains_eager, joinedload, lazyload

from reimburse.domain.invoice import InvoiceKey
from reimburse.domain.workflow import FINANCE, ClaimState
from reimburse.services.access import SEE_ALL, answers_for
from reimburse.services.claims import balances
from reimburse.services.claims.workflow import chain_of
from reimburse.services.errors import NotFound, Refused
from reimburse.services.invoices.invoice_merge import chain_of as chain_of_invoice
from reimburse.services.month_end.batch_claims import PREPAYMENT
from reimburse.services.policy import policies
from reimburse.store.claims import ClaimRow, ExpenseLineRow, LineInvoiceRow
from reimburse.store.db import db, now, today, transaction
from reimburse.store.events import record
from reimburse.store.invoices import InvoiceRow
from reimburse.store.people import PersonRow
from reimburse.store.prepayments import PrepaymentClearingRow

PAGE = 25
PAID = (ClaimState.EXPORTED.value, ClaimState.PAID.value)
GRANTED = (ClaimState.APPROVED.value, ClaimState.BATCHED.value, *PAID)


@dataclass(frozen=True, slots=True)
class Outstanding:
    """A prepaid line without an invoice: until when the policy lets it stand, and whether it can be cleared yet."""

    line: ExpenseLineRow
    last_day: date
    paid: bool

    @property
    def days_left(self) -> int:
        """Calendar days until the last one; negative: so many over it."""
        return (self.last_day - today()).days


@dataclass(frozen=True, slots=True)
class Page:
    """The oldest first; ``after`` is where the next page starts."""

    items: list[Outstanding]
    after: int | None


def sees_all(person: PersonRow) -> bool:
    """Whether the person sees everybody's prepayments."""
    return bool(person.roles() & SEE_ALL)


def listed(person: PersonRow, after: int = 0) -> Page:
    """What is outstanding of everybody, or of this person."""
    query = outstanding().where(ExpenseLineRow.id > after)
    if not sees_all(person):
        query = query.where(ClaimRow.claimant_id == person.id)
    rows = list(db.session.scalars(query.limit(PAGE + 1)))
    return Page([_item(line) for line in rows[:PAGE]], rows[PAGE - 1].id if len(rows) > PAGE else None)


def outstanding() -> Select[ExpenseLineRow]:
    """Prepaid lines of granted claims that no invoice has cleared, in the order they were made."""
    tied = select(LineInvoiceRow.line_id).where(LineInvoiceRow.line_id == ExpenseLineRow.id)
    cleared = select(PrepaymentClearingRow.line_id).where(PrepaymentClearingRow.line_id == ExpenseLineRow.id)
    whose = contains_eager(ExpenseLineRow.claim)
    return (
        select(ExpenseLineRow)
        .join(ClaimRow, ClaimRow.id == ExpenseLineRow.claim_id)
        .where(ExpenseLineRow.category == PREPAYMENT, ExpenseLineRow.adjustment.is_(None))
        .where(ClaimRow.state.in_(GRANTED), ClaimRow.reversal_of_id.is_(None), ~exists(tied), ~exists(cleared))
        .options(
            whose.options(joinedload(ClaimRow.claimant).lazyload(PersonRow.grants), lazyload(ClaimRow.department)),
        )
        .order_by(ExpenseLineRow.id)
    )


def clear(person: PersonRow, line_id: int, number: str, note: str) -> None:
    """The invoice has come: it is booked on the claim, so that nobody claims on it again.

    Without an invoice finance closes it with a note, such as where the money came back.
    """
    with transaction() as session:
        line = _locked(session, line_id)
        _refuse_strangers(person, line)
        if line.claim.state not in PAID:
            raise Refused(
                "这笔预付款还没有导出付款，暂不能核销。", "This prepayment has not been paid out yet: clear it later."
            )
        invoice = _invoice(session, line.claim, number.strip()) if number.strip() else None
        if invoice is None and not (person.roles() & FINANCE and line.claim.claimant_id != person.id and note.strip()):
            raise Refused(
                "请填写发票号码；没有发票时由财务写明原因后核销。",
                "Give the invoice's number; without one finance clears it and says why.",
            )
        if invoice:
            balances.book_later(session, line.claim, invoice, line.amount_fen)
        session.add(
            PrepaymentClearingRow(
                line_id=line.id,
                invoice_id=invoice.id if invoice else None,
                note=note.strip()[:300],
                by_id=person.id,
                at=now(),
            )
        )
        session.flush()
        _note(session, line, invoice, person.id)


def overdue_by_claimant(session: Session) -> Mapping[int, list[Outstanding]]:
    """What is outstanding, by claimant's id."""
    found: dict[int, list[Outstanding]] = {}
    for line in session.scalars(outstanding().execution_options(yield_per=500)):
        found.setdefault(line.claim.claimant_id, []).append(_item(line))
    return found


def _item(line: ExpenseLineRow) -> Outstanding:
    days = timedelta(days=policies.in_force().parameters.advance_open_days)
    deed = line.ended_on or line.occurred_on or line.claim.submitted_on or today()
    return Outstanding(line, deed + days, line.claim.state in PAID)


def _locked(session: Session, line_id: int) -> ExpenseLineRow:
    query = outstanding().where(ExpenseLineRow.id == line_id).with_for_update(of=ExpenseLineRow)
    line = session.scalar(query)
    if line is None:
        raise NotFound
    return line


def _refuse_strangers(person: PersonRow, line: ExpenseLineRow) -> None:
    if not answers_for(person, line.claim.claimant_id):
        raise NotFound


def _invoice(session: Session, claim: ClaimRow, number: str) -> InvoiceRow:
    """The claimant's invoice of this number."""
    held = select(InvoiceRow).where(InvoiceRow.holder_id == claim.claimant_id, InvoiceRow.number == number)
    rows = list(session.scalars(held.order_by(InvoiceRow.id)))
    if len(rows) != 1:
        raise Refused(
            f"申请人的票夹里没有（或有多张）号码为 {number} 的发票。",
            f"The claimant's wallet holds none, or several, of number {number}.",
        )
    return rows[0]


def _note(session: Session, line: ExpenseLineRow, invoice: InvoiceRow | None, by_id: int) -> None:
    key = str(InvoiceKey(invoice.code, invoice.number or "")) if invoice else None
    said = {"line": line.id, "invoice": key}
    record(session, chain_of(line.claim), "prepayment_cleared", by_id, now(), said)
    if invoice:
        record(session, chain_of_invoice(invoice.id), "clears_prepayment", by_id, now(), {"line": line.id})
