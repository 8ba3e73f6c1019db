"""Payments as others need them: those that lack an invoice, and those of an invoice."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from reimburse.domain.payment import PaymentKind
from reimburse.services.matching.match_groups import CONFIRMED
from reimburse.store.db import db
from reimburse.store.invoices import InvoiceRow
from reimburse.store.matches import MatchGroupRow, MatchInvoiceRow, MatchPaymentRow
from reimburse.store.payments import PaymentRow

LACKING = ("open", "proposed")


@dataclass(frozen=True, slots=True)
class Settled:
    """A group that an invoice stands in: its payments, and whether a person has confirmed it."""

    group: MatchGroupRow
    payments: Sequence[PaymentRow]

    @property
    def confirmed(self) -> bool:
        """Whether a person said so; else it is the engine's proposal."""
        return self.group.state == CONFIRMED


def lacking_invoice(*, proposed: bool = True) -> Select[PaymentRow]:
    """Payments without a confirmed invoice that need one; without ``proposed`` those for which none is in sight.

    Refunded, waived and twin rows are left out. What is still owed an invoice is ``amount_fen - refunded_fen``.
    """
    states = LACKING if proposed else LACKING[:1]
    return select(PaymentRow).where(PaymentRow.state.in_(states), PaymentRow.kind == PaymentKind.PAYMENT.value)


def settled(invoice: InvoiceRow) -> Settled | None:
    """The group that an invoice stands in, by its key, with its payments and their accounts."""
    if not invoice.number:
        return None
    member = (MatchInvoiceRow.code == invoice.code) & (MatchInvoiceRow.number == invoice.number)
    query = (
        select(MatchGroupRow, PaymentRow)
        .join(MatchInvoiceRow, MatchInvoiceRow.group_id == MatchGroupRow.id)
        .join(MatchPaymentRow, MatchPaymentRow.group_id == MatchGroupRow.id)
        .join(PaymentRow, PaymentRow.id == MatchPaymentRow.payment_id)
        .where(member)
        .options(joinedload(PaymentRow.account))
        .order_by(PaymentRow.paid_on, PaymentRow.id)
    )
    rows = db.session.execute(query).all()
    return Settled(rows[0][0], [payment for _, payment in rows]) if rows else None
