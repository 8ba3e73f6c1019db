"""Which payment a refund gives back: by the wallet's numbers, or else by payee and amount where only one fits."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from reimburse.domain.payment import PaymentKind
from reimburse.services.statements.payment_rows import in_chunks, resting_state
from reimburse.store.payments import PaymentRow

DAYS_BACK = 180
"""A refund comes at most so long after the payment."""


def link(session: Session, account_id: int, added: Sequence[PaymentRow]) -> None:
    """Tie refunds of this account that are not tied yet to what they give back. In the caller's transaction."""
    session.flush()
    refunds = _untied(session, account_id, added)
    numbered, alike = _numbered(session, account_id, refunds), _alike(session, account_id, refunds)
    for refund in refunds:
        keys = _keys(refund)
        payment = _fitting(refund, (row for key in keys for row in numbered.get(key, ())), least=0)
        if payment is None and not refund.own_id:
            payment = _fitting(refund, alike.get((refund.amount_fen, refund.payee), ()), least=refund.amount_fen)
        if payment:
            _tie(refund, payment)
    session.flush()


def _untied(session: Session, account_id: int, added: Sequence[PaymentRow]) -> list[PaymentRow]:
    """The new refunds, and older ones that came before what they give back."""
    if not added:
        return []
    first = min(row.paid_on for row in added)
    query = select(PaymentRow).where(
        PaymentRow.account_id == account_id,
        PaymentRow.kind == PaymentKind.REFUND.value,
        PaymentRow.refund_of_id.is_(None),
        PaymentRow.state == "refunded",
        PaymentRow.paid_on >= first,
    )
    return list(session.scalars(query.order_by(PaymentRow.paid_on, PaymentRow.id)))


def _keys(refund: PaymentRow) -> list[str]:
    """Numbers under which the payment may stand: the refund's own, without what the wallet hangs on, the merchant's."""
    own = refund.own_id or ""
    return [key for key in dict.fromkeys((own, own.rpartition("_")[0], own.partition("_")[0], refund.reference)) if key]


def _numbered(session: Session, account_id: int, refunds: Iterable[PaymentRow]) -> dict[str, list[PaymentRow]]:
    found: dict[str, list[PaymentRow]] = defaultdict(list)
    for chunk in in_chunks({key for refund in refunds for key in _keys(refund)}):
        of_account = select(PaymentRow).where(
            PaymentRow.account_id == account_id, PaymentRow.kind == PaymentKind.PAYMENT.value
        )
        named = or_(PaymentRow.own_id.in_(chunk), PaymentRow.reference.in_(chunk))
        for row in session.scalars(of_account.where(named)):
            for key in {row.own_id, row.reference} - {None}:
                found[str(key)].append(row)
    return found


def _alike(session: Session, account_id: int, refunds: Iterable[PaymentRow]) -> dict[tuple[int, str], list[PaymentRow]]:
    found: dict[tuple[int, str], list[PaymentRow]] = defaultdict(list)
    for chunk in in_chunks({refund.amount_fen for refund in refunds if not refund.own_id and refund.payee}):
        query = select(PaymentRow).where(
            PaymentRow.account_id == account_id,
            PaymentRow.kind == PaymentKind.PAYMENT.value,
            PaymentRow.amount_fen.in_(chunk),
        )
        for row in session.scalars(query):
            found[row.amount_fen, row.payee].append(row)
    return found


def _fitting(refund: PaymentRow, rows: Iterable[PaymentRow], least: int) -> PaymentRow | None:
    """The only payment that has this much left to give back, in time, from ``least`` on."""
    fitting = {
        row.id: row
        for row in rows
        if row.currency == refund.currency
        and row.amount_fen - row.refunded_fen >= max(refund.amount_fen, least)
        and timedelta() <= refund.paid_on - row.paid_on <= timedelta(days=DAYS_BACK)
    }
    return next(iter(fitting.values())) if len(fitting) == 1 else None


def _tie(refund: PaymentRow, payment: PaymentRow) -> None:
    refund.refund_of_id = payment.id
    payment.refunded_fen += refund.amount_fen
    if payment.state in {"open", "refunded"}:
        payment.state = resting_state(payment)
