"""One purchase in a wallet's statement and in the card's counts once: the second row follows the first."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, joinedload

from reimburse.domain.payment import KnownRow, PaymentKind
from reimburse.matching.twins import DAYS_BACK_TO_CARD, Slip, Twin, twins
from reimburse.services.matching.match_groups import release
from reimburse.services.statements.payment_accounts import CARD, kinds_of
from reimburse.services.statements.payment_rows import draft, in_chunks
from reimburse.store.matches import MatchGroupRow, MatchPaymentRow, NotTwinRow
from reimburse.store.payments import PaymentAccountRow, PaymentRow, StatementPartRow

WALLET = "wallet"
MOVED = tuple(
    kind.value for kind in (PaymentKind.PAYMENT, PaymentKind.REFUND, PaymentKind.TRANSFER, PaymentKind.CLOSED)
)
"""Rows of a wallet that may stand in a card's statement too: one that was closed went out and came back.

On the card what comes back may look like any income.
"""
OF_CARD = (PaymentKind.PAYMENT.value, PaymentKind.REFUND.value, PaymentKind.INCOME.value)


def link(session: Session, added: Sequence[PaymentRow]) -> int:
    """Let one row of each purchase that now stands in two statements follow the other; how many. In the transaction."""
    session.flush()
    ids = {row.id for row in added}
    rows = {row.id: row for row in (*_loaded(session, ids), *_across(session, added))}
    found = [twin for twin in _pairs(session, rows) if ids & {twin.wallet, twin.card}]
    decided = _decided(session, rows)
    linked = [twin for twin in found if _follow(session, rows[twin.wallet], rows[twin.card], twin, decided)]
    session.flush()
    return len(linked)


def expected(
    session: Session, part: StatementPartRow, account: PaymentAccountRow | None, title: str, rows: Sequence[KnownRow]
) -> int:
    """How many of these rows, not imported yet, would be purchases that stand in another statement already."""
    of = account or PaymentAccountRow(name=title, kind=part.kind, number=part.printed_account or "")
    drafts = [draft(of, part, row) for row in rows]
    for place, row in enumerate(drafts):
        row.id = -1 - place
    others = [row for row in _across(session, drafts) if (row.account.kind == WALLET) != (of.kind == WALLET)]
    wallet, cards = _sides([*((row, of) for row in drafts), *((row, row.account) for row in others)])
    return len(twins(wallet, cards, frozenset()))


def slip_of(row: PaymentRow, account: PaymentAccountRow) -> Slip:
    """A row as far as its twin is looked for."""
    return Slip(
        row.id,
        row.paid_on,
        row.amount_fen,
        row.kind in {PaymentKind.REFUND, PaymentKind.INCOME},
        row.payee,
        row.memo,
        row.method,
        account.name,
        account.number,
        None if account.kind == WALLET else account.kind in kinds_of(CARD),
    )


def _pairs(session: Session, rows: Mapping[int, PaymentRow]) -> list[Twin]:
    wallet, cards = _sides([(row, row.account) for row in rows.values()])
    apart: set[tuple[int, int]] = set()
    for chunk in in_chunks(slip.id for slip in wallet):
        told = select(NotTwinRow).where(NotTwinRow.wallet_payment_id.in_(chunk))
        apart.update((row.wallet_payment_id, row.card_payment_id) for row in session.scalars(told))
    return twins(wallet, cards, frozenset(apart))


def _sides(rows: Sequence[tuple[PaymentRow, PaymentAccountRow]]) -> tuple[list[Slip], list[Slip]]:
    """Rows of wallets, and of banks and cards, that may be one purchase, in the order of time."""
    ordered = sorted(rows, key=lambda item: _in_time(item[0]))
    wallet = [slip_of(row, of) for row, of in ordered if of.kind == WALLET and _may_have_twin(row)]
    return wallet, [slip_of(row, of) for row, of in ordered if of.kind != WALLET and row.kind in OF_CARD]


def _may_have_twin(row: PaymentRow) -> bool:
    """A row that was closed without a means of payment never moved any money."""
    return row.kind in MOVED and (row.kind != PaymentKind.CLOSED or bool(row.method))


def _in_time(row: PaymentRow) -> tuple[str, str, int]:
    return row.paid_on.isoformat(), row.paid_at.isoformat() if row.paid_at else "", row.id


def _loaded(session: Session, ids: Iterable[int]) -> list[PaymentRow]:
    found: list[PaymentRow] = []
    for chunk in in_chunks(sorted(ids)):
        query = select(PaymentRow).where(PaymentRow.id.in_(chunk), PaymentRow.state != "twin")
        found += session.scalars(query.options(joinedload(PaymentRow.account)))
    return found


def _across(session: Session, added: Sequence[PaymentRow]) -> list[PaymentRow]:
    """Rows of the other kind of statement with one of these amounts, that have no twin yet, about these days."""
    if not added:
        return []
    days = timedelta(days=DAYS_BACK_TO_CARD)
    first, last = min(row.paid_on for row in added) - days, max(row.paid_on for row in added) + days
    follower = aliased(PaymentRow)
    led = select(follower.id).where(follower.twin_of_id == PaymentRow.id)
    found: list[PaymentRow] = []
    for chunk in in_chunks(sorted({row.amount_fen for row in added if row.kind in (*MOVED, *OF_CARD)})):
        query = select(PaymentRow).where(
            PaymentRow.amount_fen.in_(chunk),
            PaymentRow.paid_on.between(first, last),
            PaymentRow.state != "twin",
            PaymentRow.kind.in_({*MOVED, *OF_CARD}),
            ~led.exists(),
        )
        found += session.scalars(query.options(joinedload(PaymentRow.account)))
    return found


def _decided(session: Session, rows: Mapping[int, PaymentRow]) -> frozenset[int]:
    """The rows about which a person has decided."""
    confirmed = {row.id for row in rows.values() if row.state == "waived"}
    for chunk in in_chunks(rows):
        query = select(MatchPaymentRow.payment_id).join(MatchGroupRow)
        confirmed.update(
            session.scalars(query.where(MatchPaymentRow.payment_id.in_(chunk), MatchGroupRow.state == "confirmed"))
        )
    return frozenset(confirmed)


def _follow(session: Session, wallet: PaymentRow, card: PaymentRow, twin: Twin, decided: frozenset[int]) -> bool:
    """The card's row follows the wallet's, which knows the merchant, unless a person has decided about the card's."""
    lead, follower = (card, wallet) if card.id in decided else (wallet, card)
    if follower.id in decided:
        return False
    release(session, [follower])
    follower.twin_of_id, follower.twin_why, follower.state = lead.id, [twin.why.zh, twin.why.en], "twin"
    return True
