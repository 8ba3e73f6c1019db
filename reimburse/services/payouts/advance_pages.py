"""What the pages of advances show: one's own, everybody's, those to decide, one with its ledger. Only reads."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from reimburse.services.access import SEE_ALL
from reimburse.services.approval.approvers import ADVANCES, waits_for
from reimburse.services.approval.cases import AskingStep, may_see, step_waiting_for
from reimburse.services.errors import NotFound
from reimburse.services.payouts import ledger_proofs, money_vouchers
from reimburse.services.payouts.advance_ledger import OPEN, left_of
from reimburse.services.payouts.ledger_proofs import Proof
from reimburse.services.payouts.money_vouchers import Voucher
from reimburse.store.advances import AdvanceBalanceRow, AdvanceEntryRow, AdvanceRow, AdvanceStepRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, today
from reimburse.store.payouts import PayoutRow
from reimburse.store.people import PersonRow

PAGE = 25


@dataclass(frozen=True, slots=True)
class Listed:
    """An advance and its sums; None before it was paid out."""

    row: AdvanceRow
    balance: AdvanceBalanceRow | None

    @property
    def open_fen(self) -> int:
        """What is out: neither offset nor returned."""
        return left_of(self.balance) + self.balance.reserved_fen if self.balance else 0

    @property
    def days_left(self) -> int | None:
        """Days until the last one to settle it; negative: so many over it. None where nothing is out."""
        return (self.row.due_on - today()).days if self.row.state == OPEN else None


@dataclass(frozen=True, slots=True)
class Page:
    """Advances, newest first, the id that the next page starts below, and what is out over all pages."""

    rows: Sequence[Listed]
    before: int | None
    open_fen: int


@dataclass(frozen=True, slots=True)
class Shown:
    """One advance. ``mine``: the open step if the reader may decide it; ``others_fen``: what else is out.

    ``proof``: that the books hold what its claimant's advances of the legal entity come to, once money went out.
    """

    listed: Listed
    mine: AskingStep | None
    entries: Sequence[tuple[AdvanceEntryRow, str | None]]
    payout: PayoutRow | None
    others_fen: int
    proof: Proof | None
    vouchers: Sequence[Voucher]


def page(person: PersonRow, *, everyone: bool, state: str = "", before: int | None = None) -> Page:
    """The person's own advances, or everybody's for who may see them."""
    of_whom = [] if everyone and person.roles() & SEE_ALL else [AdvanceRow.claimant_id == person.id]
    query = _listed().where(*of_whom)
    if state == "overdue":
        query = query.where(AdvanceRow.state == OPEN, AdvanceRow.due_on < today())
    elif state:
        query = query.where(AdvanceRow.state == state)
    if before is not None:
        query = query.where(AdvanceRow.id < before)
    rows = [Listed(*row) for row in db.session.execute(query.order_by(AdvanceRow.id.desc()).limit(PAGE + 1))]
    return Page(rows[:PAGE], rows[PAGE - 1].row.id if len(rows) > PAGE else None, _open_fen(*of_whom))


def waiting(person: PersonRow) -> list[Listed]:
    """Those whose open step the person may decide, the longest waiting first."""
    query = _listed().join(AdvanceRow.steps).where(waits_for(person, ADVANCES))
    rows = db.session.execute(query.order_by(AdvanceRow.submitted_at, AdvanceRow.id).limit(PAGE))
    return [Listed(*row) for row in rows]


def show(person: PersonRow, advance_no: str) -> Shown:
    """One advance with its steps and its ledger; ``NotFound`` where this person may not see it."""
    steps = selectinload(AdvanceRow.steps)
    query = _listed().where(AdvanceRow.advance_no == advance_no)
    found = db.session.execute(
        query.options(
            steps.joinedload(AdvanceStepRow.assignee).lazyload(PersonRow.grants),
            steps.joinedload(AdvanceStepRow.decided_by).lazyload(PersonRow.grants),
        )
    ).first()
    if found is None:
        raise NotFound
    listed = Listed(*found)
    mine = step_waiting_for(person, listed.row)
    if not (mine or may_see(person, listed.row)):
        raise NotFound
    others = _open_fen(AdvanceRow.claimant_id == listed.row.claimant_id, AdvanceRow.id != listed.row.id)
    payout = db.session.scalar(select(PayoutRow).where(PayoutRow.advance_id == listed.row.id))
    proof, vouchers = _proof(listed), money_vouchers.of_advance(listed.row) if listed.balance else []
    return Shown(listed, mine, _entries(listed.row.id), payout, others, proof, vouchers)


def _listed() -> Select[AdvanceRow, AdvanceBalanceRow | None]:
    return (
        select(AdvanceRow, AdvanceBalanceRow)
        .outerjoin(AdvanceBalanceRow, AdvanceBalanceRow.advance_id == AdvanceRow.id)
        .options(
            joinedload(AdvanceRow.claimant).lazyload(PersonRow.grants),
            joinedload(AdvanceRow.department),
            joinedload(AdvanceRow.legal_entity),
        )
    )


def _left() -> ColumnElement[int]:
    balance = AdvanceBalanceRow
    return balance.paid_fen - balance.offset_fen - balance.returned_fen - balance.reserved_fen


def _open_fen(*which: ColumnElement[bool]) -> int:
    return _sum_of(_left() + AdvanceBalanceRow.reserved_fen, *which, AdvanceRow.state == OPEN)


def _sum_of(what: ColumnElement[int], *which: ColumnElement[bool]) -> int:
    query = select(func.coalesce(func.sum(what), 0)).join(AdvanceRow, AdvanceRow.id == AdvanceBalanceRow.advance_id)
    return int(db.session.scalar(query.where(*which)) or 0)


def _entries(advance_id: int) -> list[tuple[AdvanceEntryRow, str | None]]:
    query = select(AdvanceEntryRow, ClaimRow.claim_no).outerjoin(ClaimRow, ClaimRow.id == AdvanceEntryRow.claim_id)
    rows = db.session.execute(query.where(AdvanceEntryRow.advance_id == advance_id).order_by(AdvanceEntryRow.id))
    return [(row[0], row[1]) for row in rows]


def _proof(listed: Listed) -> Proof | None:
    row = listed.row
    return ledger_proofs.of_advances(db.session(), row.claimant, row.legal_entity_id) if listed.balance else None
