"""Groups in the database: made, taken apart, and the states of the payments that stand in them."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, select, tuple_, update
from sqlalchemy.orm import Session

from reimburse.services.statements.payment_rows import in_chunks, resting_state
from reimburse.store.db import now
from reimburse.store.invoices import InvoiceRow
from reimburse.store.matches import MatchGroupRow, MatchInvoiceRow, MatchPaymentRow
from reimburse.store.payments import PaymentRow

Key = tuple[str, str]
"""An invoice's code, '' where it has none, and its number."""
PROPOSED, CONFIRMED = "proposed", "confirmed"


@dataclass(frozen=True, slots=True)
class Members:
    """The rows of a group: payments by id, invoices by key."""

    payments: frozenset[int]
    invoices: frozenset[Key]

    @property
    def digest(self) -> str:
        """SHA-256 over the rows, whatever their order."""
        told = [*(f"p{payment}" for payment in self.payments), *(f"i{code}/{number}" for code, number in self.invoices)]
        return hashlib.sha256("\n".join(sorted(told)).encode()).hexdigest()

    def said(self) -> dict[str, Any]:
        """The rows for an event or a decision."""
        return {"payments": sorted(self.payments), "invoices": sorted(map(list, self.invoices))}


@dataclass(frozen=True, slots=True)
class Draft:
    """A group to be stored; ``invoice_ids``: by key, one invoice in a wallet."""

    members: Members
    invoice_ids: Mapping[Key, int]
    amount_fen: int
    difference_fen: int
    evidence: list[dict[str, str]] = field(default_factory=list)
    alternatives: list[dict[str, Any]] = field(default_factory=list)
    is_unique: bool = True


def add(
    session: Session, draft: Draft, payments: Sequence[PaymentRow], decision_id: int | None = None
) -> MatchGroupRow:
    """A group of free rows; with a decision it is confirmed. ``payments`` are those of the draft."""
    group = MatchGroupRow(
        state=CONFIRMED if decision_id else PROPOSED,
        decision_id=decision_id,
        is_unique=draft.is_unique,
        amount_fen=draft.amount_fen,
        difference_fen=draft.difference_fen,
        first_on=min(row.paid_on for row in payments),
        evidence=draft.evidence,
        alternatives=draft.alternatives,
        made_at=now(),
    )
    session.add(group)
    session.flush()
    session.add_all(MatchPaymentRow(payment_id=row.id, group_id=group.id) for row in payments)
    session.add_all(
        MatchInvoiceRow(code=code, number=number, invoice_id=draft.invoice_ids[code, number], group_id=group.id)
        for code, number in sorted(draft.members.invoices)
    )
    for row in payments:
        row.state = "matched" if decision_id else PROPOSED
    session.flush()
    return group


def members_of(session: Session, group_ids: Iterable[int]) -> dict[int, Members]:
    """The rows of these groups, by group."""
    payments: dict[int, set[int]] = {}
    invoices: dict[int, set[Key]] = {}
    for chunk in in_chunks(sorted(group_ids)):
        paid = select(MatchPaymentRow.group_id, MatchPaymentRow.payment_id)
        for group_id, payment_id in session.execute(paid.where(MatchPaymentRow.group_id.in_(chunk))):
            payments.setdefault(group_id, set()).add(payment_id)
        billed = select(MatchInvoiceRow.group_id, MatchInvoiceRow.code, MatchInvoiceRow.number)
        for group_id, code, number in session.execute(billed.where(MatchInvoiceRow.group_id.in_(chunk))):
            invoices.setdefault(group_id, set()).add((code, number))
    return {
        group_id: Members(frozenset(payments.get(group_id, ())), frozenset(invoices.get(group_id, ())))
        for group_id in payments.keys() | invoices.keys()
    }


def take_apart(session: Session, group_ids: Iterable[int]) -> None:
    """Delete these groups; their rows are free again."""
    for chunk in in_chunks(sorted(group_ids)):
        inside = select(MatchPaymentRow.payment_id).where(MatchPaymentRow.group_id.in_(chunk))
        rows = list(session.scalars(select(PaymentRow).where(PaymentRow.id.in_(inside))))
        for of in (MatchPaymentRow, MatchInvoiceRow):
            session.execute(delete(of).where(of.group_id.in_(chunk)).execution_options(synchronize_session="fetch"))
        session.execute(delete(MatchGroupRow).where(MatchGroupRow.id.in_(chunk)))
        for row in rows:
            row.state = resting_state(row)
        session.flush()


def release(session: Session, payments: Iterable[PaymentRow], invoices: Iterable[Key] = ()) -> None:
    """Take apart the proposed groups that hold any of these rows."""
    touched: set[int] = set()
    for chunk in in_chunks(row.id for row in payments):
        of = select(MatchPaymentRow.group_id).join(MatchGroupRow).where(MatchPaymentRow.payment_id.in_(chunk))
        touched.update(session.scalars(of.where(MatchGroupRow.state == PROPOSED)))
    for keys in in_chunks(invoices):
        key = tuple_(MatchInvoiceRow.code, MatchInvoiceRow.number)
        held = select(MatchInvoiceRow.group_id).join(MatchGroupRow).where(key.in_(keys))
        touched.update(session.scalars(held.where(MatchGroupRow.state == PROPOSED)))
    take_apart(session, touched)


def moved(session: Session, gone_id: int, kept_id: int) -> None:
    """Two invoices of one wallet became one: groups name the one that is left. In the caller's transaction."""
    session.execute(update(MatchInvoiceRow).where(MatchInvoiceRow.invoice_id == gone_id).values(invoice_id=kept_id))


def key_of(invoice: InvoiceRow) -> Key:
    """The key under which an invoice stands in a group."""
    return invoice.code, invoice.number or ""
