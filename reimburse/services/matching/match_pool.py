"""What a run of the engine is given: payments that are open, and the invoices that may belong to them, by index."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from reimburse.domain.payment import MATCHED_KINDS, PaymentKind
from reimburse.matching.name_index import similar_names
from reimburse.matching.names import is_blank
from reimburse.matching.rows import Terms
from reimburse.services.matching.match_groups import CONFIRMED, Key
from reimburse.services.matching.match_terms import Taught, taught
from reimburse.services.statements.payment_rows import in_chunks
from reimburse.store.invoices import InvoiceRow
from reimburse.store.matches import MatchGroupRow, MatchInvoiceRow
from reimburse.store.payments import PaymentRow

MOST_PAYMENTS = 10_000
"""Open payments in one run, the newest; a month of a large company."""
MOST_INVOICES = 50_000
POOLED = ("open", "proposed", "refunded")
NUMBER = re.compile(r"[0-9]{8,20}")
WINDOW = Terms().window_days
NEAR_BLANK = Terms().blank_payee_days


@dataclass(frozen=True, slots=True)
class OpenPayment:
    """A payment as the engine needs it; ``fen`` is negative for what came back, ``refunded_fen`` came back of it."""

    id: int
    paid_on: date
    payee: str
    fen: int
    memo: str
    holder_id: int | None
    refunded_fen: int
    refund_of_id: int | None


@dataclass(slots=True)
class OpenInvoice:
    """An invoice key with one of the invoices that have it, and everybody in whose wallet it is."""

    id: int
    key: Key
    issue_date: date
    seller: str
    fen: int
    holders: set[int]


@dataclass(slots=True)
class Pool:
    """The rows of a run, by id and by key, and what people have taught."""

    payments: list[OpenPayment]
    taught: Taught
    invoices: dict[Key, OpenInvoice] = field(default_factory=dict)

    @property
    def is_full(self) -> bool:
        """Whether more rows may be open than were taken."""
        return len(self.payments) >= MOST_PAYMENTS or len(self.invoices) >= MOST_INVOICES


def pool_of(session: Session) -> Pool:
    """What is open now. Only looks."""
    payments = _payments(session)
    pool = Pool(payments, taught(session, [row.id for row in payments], {row.payee for row in payments}))
    if payments:
        first, last = min(row.paid_on for row in payments), max(row.paid_on for row in payments)
        window = InvoiceRow.issue_date.between(first - timedelta(days=WINDOW), last + timedelta(days=WINDOW))
        for wanted in _wanted(session, pool):
            _take(session, pool, window, wanted)
    return pool


def _payments(session: Session) -> list[OpenPayment]:
    columns = (PaymentRow.id, PaymentRow.paid_on, PaymentRow.payee, PaymentRow.amount_fen, PaymentRow.kind)
    more = (PaymentRow.memo, PaymentRow.reference, PaymentRow.holder_id, PaymentRow.refunded_fen)
    query = (
        select(*columns, *more, PaymentRow.refund_of_id)
        .where(PaymentRow.state.in_(POOLED), PaymentRow.currency == "CNY")
        .where(PaymentRow.kind.in_(sorted(MATCHED_KINDS)), PaymentRow.amount_fen > 0)
        .order_by(PaymentRow.paid_on.desc(), PaymentRow.id.desc())
        .limit(MOST_PAYMENTS)
    )
    return [
        OpenPayment(
            row.id,
            row.paid_on,
            row.payee,
            -row.amount_fen if row.kind == PaymentKind.REFUND else row.amount_fen,
            f"{row.memo} {row.reference or ''}",
            row.holder_id,
            row.refunded_fen,
            row.refund_of_id,
        )
        for row in session.execute(query)
    ]


def _wanted(session: Session, pool: Pool) -> Iterable[ColumnElement[bool]]:
    """Conditions under which invoices may belong to these payments, each an index look-up."""
    payees = {row.payee for row in pool.payments if not is_blank(row.payee)}
    pairs = similar_names(payees, _sellers(session), pool.taught.aliases)
    for sellers in in_chunks(sorted({seller for _, seller in pairs})):
        yield InvoiceRow.seller_name.in_(sellers)
    numbers = {number for row in pool.payments for number in NUMBER.findall(row.memo)}
    for chunk in in_chunks(sorted(numbers)):
        yield InvoiceRow.number.in_(chunk)
    blanks = [row for row in pool.payments if is_blank(row.payee)]
    for some in in_chunks(sorted({fen for row in blanks for fen in (row.fen - 1, row.fen, row.fen + 1)})):
        yield InvoiceRow.total_fen.in_(some)


def _sellers(session: Session) -> list[str]:
    """Every seller's name once, from one place of the index to the next."""
    least = select(func.min(InvoiceRow.seller_name).label("name")).cte("names", recursive=True)
    following = select(func.min(InvoiceRow.seller_name)).where(InvoiceRow.seller_name > least.c.name).scalar_subquery()
    names = least.union_all(select(following).where(least.c.name.is_not(None)))
    return [name for name in session.scalars(select(names.c.name)) if name]


def _take(session: Session, pool: Pool, window: ColumnElement[bool], wanted: ColumnElement[bool]) -> None:
    for row in session.execute(_open_invoices().where(window, wanted).limit(MOST_INVOICES - len(pool.invoices))):
        key = (row.code, row.number)
        known = pool.invoices.get(key)
        if known:
            known.holders.add(row.holder_id)
            continue
        fen = -abs(row.total_fen) if row.red_letter else row.total_fen
        pool.invoices[key] = OpenInvoice(row.id, key, row.issue_date, row.seller_name or "", fen, {row.holder_id})


def _open_invoices() -> Select[int, str, str | None, date | None, str | None, int | None, bool, int]:
    """Invoices that can be matched and that no person has tied to a payment yet."""
    columns = (InvoiceRow.id, InvoiceRow.code, InvoiceRow.number, InvoiceRow.issue_date, InvoiceRow.seller_name)
    query = select(*columns, InvoiceRow.total_fen, InvoiceRow.red_letter, InvoiceRow.holder_id)
    return (
        query.where(
            InvoiceRow.number.is_not(None), InvoiceRow.total_fen.is_not(None), InvoiceRow.issue_date.is_not(None)
        )
        .where(~is_confirmed())
        .order_by(InvoiceRow.issue_date.desc(), InvoiceRow.id)
    )


def is_confirmed() -> ColumnElement[bool]:
    """The condition that the invoice, in whatever wallet, stands in a group that a person has confirmed."""
    return _stands(MatchGroupRow.state == CONFIRMED)


def is_grouped() -> ColumnElement[bool]:
    """The condition that it stands in any group."""
    return _stands(literal(value=True))


def _stands(state: ColumnElement[bool]) -> ColumnElement[bool]:
    same = (MatchInvoiceRow.code == InvoiceRow.code) & (MatchInvoiceRow.number == InvoiceRow.number)
    inside = select(MatchInvoiceRow.group_id).join(MatchGroupRow, MatchGroupRow.id == MatchInvoiceRow.group_id)
    return or_(
        exists(inside.where(same, state).correlate(InvoiceRow)),
        exists(inside.where(MatchInvoiceRow.invoice_id == InvoiceRow.id, state).correlate(InvoiceRow)),
    )
