"""Rows of a statement as payments in the database: what each starts as, and that none comes twice."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.domain.money import cents, to_fen
from reimburse.domain.payment import MATCHED_KINDS, KnownRow, PaymentKind
from reimburse.domain.statement import Direction
from reimburse.store.payments import PaymentAccountRow, PaymentRow, StatementPartRow

T = TypeVar("T")
AT_ONCE = 500
"""Values in one query."""


def in_chunks(items: Iterable[T], size: int = AT_ONCE) -> Iterator[list[T]]:
    """The items, so many at a time."""
    left = iter(items)
    while chunk := list(islice(left, size)):
        yield chunk


def known_identities(session: Session, account_id: int, identities: Iterable[str]) -> set[str]:
    """Those of the rows that came before."""
    found: set[str] = set()
    for chunk in in_chunks(identities):
        query = select(PaymentRow.identity).where(PaymentRow.account_id == account_id, PaymentRow.identity.in_(chunk))
        found.update(session.scalars(query))
    return found


def add_new(
    session: Session, account: PaymentAccountRow, part: StatementPartRow, rows: Sequence[KnownRow]
) -> list[PaymentRow]:
    """The rows that had not come before, stored. The account is locked, so that no other import adds them meanwhile."""
    before = known_identities(session, account.id, (row.identity for row in rows))
    added = [draft(account, part, row) for row in rows if row.identity not in before]
    session.add_all(added)
    session.flush()
    fees = [fee for row, stored in _with_fee(rows, added) if (fee := _fee(stored, row))]
    session.add_all(fees)
    session.flush()
    return [*added, *fees]


def resting_state(row: PaymentRow) -> str:
    """What a row is while it stands in no group and nobody has decided about it."""
    if row.twin_of_id is not None:
        return "twin"
    if row.kind not in MATCHED_KINDS:
        return "aside"
    gone = row.kind == PaymentKind.REFUND or row.refunded_fen >= row.amount_fen
    return "refunded" if gone else "open"


def _with_fee(rows: Sequence[KnownRow], added: Sequence[PaymentRow]) -> Iterator[tuple[KnownRow, PaymentRow]]:
    stated = {row.identity: row for row in rows if row.row.fee and row.kind is PaymentKind.PAYMENT}
    return ((stated[stored.identity], stored) for stored in added if stored.identity in stated)


def draft(account: PaymentAccountRow, part: StatementPartRow, known: KnownRow) -> PaymentRow:
    """A row as it is stored; nothing is added to the session."""
    row = known.row
    made = PaymentRow(
        account_id=account.id,
        holder_id=account.holder_id,
        part_id=part.id,
        line=row.row,
        identity=known.identity,
        own_id=_cut(row.id, 100) or None,
        reference=_cut(row.reference, 100) or None,
        paid_on=row.paid_on,
        paid_at=row.paid_at,
        direction=(Direction.IN if known.kind is PaymentKind.REFUND else row.direction).value,
        kind=known.kind.value,
        amount_fen=to_fen(cents(row.amount)),
        refunded_fen=0,
        currency=row.currency,
        payee=_cut(row.payee, 200),
        payee_account=_cut(row.payee_account, 100),
        memo=_cut(row.memo, 500),
        status=_cut(row.status, 100),
        method=_cut(row.method, 100),
    )
    made.state = resting_state(made)
    return made


def _fee(of: PaymentRow, known: KnownRow) -> PaymentRow | None:
    """A fee beside an amount is a row of its own, never hidden in a tolerance."""
    fen = to_fen(cents(known.row.fee)) if known.row.fee else 0
    if not fen:
        return None
    return PaymentRow(
        account_id=of.account_id,
        holder_id=of.holder_id,
        part_id=of.part_id,
        line=of.line,
        identity=f"fee:{of.identity[:60]}",
        paid_on=of.paid_on,
        paid_at=of.paid_at,
        direction=Direction.OUT.value,
        kind=PaymentKind.FEE.value,
        amount_fen=fen,
        refunded_fen=0,
        currency=of.currency,
        payee=of.payee,
        payee_account=of.payee_account,
        memo="手续费 / fee",
        status="",
        method="",
        state="open",
        fee_of_id=of.id,
    )


def _cut(text: str | None, most: int) -> str:
    return (text or "").replace("\x00", "")[:most]
