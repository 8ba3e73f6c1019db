"""The vouchers of money that moved: of one payout or advance on its page, of a month in the ledger's layout."""

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, selectinload

from reimburse.domain.ledger import LedgerEntry
from reimburse.export.voucher_rows import VoucherHead
from reimburse.services.errors import NotFound
from reimburse.services.month_end import batch_vouchers
from reimburse.services.month_end.batch_vouchers import Written
from reimburse.services.month_end.ledger_rows import entry_from
from reimburse.store.advances import AdvanceRow
from reimburse.store.db import db
from reimburse.store.ledger import LedgerEntryRow, LedgerPostingRow
from reimburse.store.payouts import PayoutRow
from reimburse.store.people import LegalEntityRow

AT_ONCE = 200
Voucher = tuple[LedgerEntryRow, int]
"""A voucher and its debits in fen."""


def of_payout(payout_id: int) -> list[Voucher]:
    """The vouchers of a payout, in their order."""
    return _listed(LedgerEntryRow.payout_id == payout_id)


def of_advance(advance: AdvanceRow) -> list[Voucher]:
    """The vouchers of an advance: paid out, back from the bank, returned."""
    paid_out = select(PayoutRow.id).where(PayoutRow.advance_id == advance.id)
    return _listed(or_(LedgerEntryRow.advance_id == advance.id, LedgerEntryRow.payout_id.in_(paid_out)))


def counted(entity_id: int) -> dict[str, int]:
    """How many vouchers of money each month has."""
    query = _of(entity_id).with_only_columns(LedgerEntryRow.month, func.count()).group_by(LedgerEntryRow.month)
    return {row[0]: row[1] for row in db.session.execute(query)}


def written(session: Session, entity_id: int, month: str, layout_name: str) -> Written:
    """The vouchers of money of a month in this layout, by their numbers in the books; ``Refused`` where it cannot."""
    entity = session.get(LegalEntityRow, entity_id)
    last = session.scalar(
        _of(entity_id).with_only_columns(func.max(LedgerEntryRow.made_at)).where(LedgerEntryRow.month == month)
    )
    if entity is None or last is None:
        raise NotFound
    stem = f"FK{month.replace('-', '')}"
    head = VoucherHead(stem, entity.name, entity.tax_id, "")
    return batch_vouchers.in_layout(layout_name, head, lambda: _entries(session, entity_id, month), last, stem)


def _of(entity_id: int) -> Select[LedgerEntryRow]:
    row = LedgerEntryRow
    return select(row).where(row.legal_entity_id == entity_id, row.batch_id.is_(None), row.state == "posted")


def _entries(session: Session, entity_id: int, month: str) -> Iterator[LedgerEntry]:
    number, query = (
        0,
        _of(entity_id).where(LedgerEntryRow.month == month).options(selectinload(LedgerEntryRow.postings)),
    )
    while rows := session.scalars(
        query.where(LedgerEntryRow.voucher_no > number).order_by(LedgerEntryRow.voucher_no).limit(AT_ONCE)
    ).all():
        yield from (replace(entry_from(row, row.postings), number=row.voucher_no) for row in rows)
        number = rows[-1].voucher_no


def _listed(which: ColumnElement[bool]) -> list[Voucher]:
    fen = func.sum(LedgerPostingRow.amount_fen)
    query = (
        select(LedgerEntryRow, fen)
        .join(LedgerPostingRow, LedgerPostingRow.entry_id == LedgerEntryRow.id)
        .where(which, LedgerPostingRow.side == "debit")
        .group_by(LedgerEntryRow.id)
        .order_by(LedgerEntryRow.id)
    )
    return [(row[0], int(row[1])) for row in db.session.execute(query)]
