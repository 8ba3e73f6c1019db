"""Advances (借款): asked for, decided by the engine of claims, paid out, offset by claims, the remainder returned."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from reimburse.domain.finding import Text
from reimburse.domain.invoice_json import Json
from reimburse.domain.money import from_fen, money_text
from reimburse.services.access import finance_only
from reimburse.services.approval import asking, cases
from reimburse.services.approval.case_steps import beginning, decide_step, limits_of, opened, submit_steps, withdrawn
from reimburse.services.errors import Refused, Stale
from reimburse.services.notices import tell
from reimburse.services.payouts import advance_ledger, money_postings, payouts
from reimburse.services.payouts.advance_ledger import OPEN, left_of
from reimburse.store.advances import AdvanceBalanceRow, AdvanceRow
from reimburse.store.db import now, today, transaction
from reimburse.store.events import record
from reimburse.store.people import LegalEntityRow, PersonRow

Out = tuple[AdvanceRow, AdvanceBalanceRow]
"""An advance that is out, with its sums."""
WITHDRAWABLE = ("draft", "in_review", "approved")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: the sum in fen, the day it is needed, why, and what it is kept by."""

    amount_fen: int
    needed_on: date
    reason: str
    cost_center: str = ""
    project: str = ""


def create(by: PersonRow, asked: Asked, *, submit: bool = False) -> str:
    """Write a draft, and ask for its decision at once where wanted; its number."""
    _refuse_incomplete(asked)
    with transaction() as session:
        row = AdvanceRow(cost_center=by.department.cost_center, **beginning(by))
        _write(row, asked)
        advance_no = opened(session, by, row, "JK")
        if submit:
            _submit(session, row)
        return advance_no


def change(by: PersonRow, advance_no: str, asked: Asked, version: int, *, submit: bool = False) -> None:
    """Change one's own draft, and ask for its decision where wanted."""
    _refuse_incomplete(asked)
    with transaction() as session:
        row = cases.own(by, locked(session, advance_no), version, ("draft",))
        _write(row, asked)
        if submit:
            _submit(session, row)


def withdraw(by: PersonRow, advance_no: str, version: int) -> None:
    """Take one's own advance back before the money is on its way; it stays on record."""
    with transaction() as session:
        row = cases.own(by, locked(session, advance_no), version, WITHDRAWABLE)
        payouts.cancel_for_advance(session, row)
        withdrawn(session, by, row)


def decide(by: PersonRow, advance_no: str, step_id: int, *, approve: bool, reason: str = "") -> None:
    """Decide the open step; once all are approved, finance pays it out."""
    with transaction() as session:
        row = locked(session, advance_no)
        if decide_step(session, by, row, step_id, approve=approve, reason=reason) and row.state == "approved":
            payouts.open_for_advance(session, row)


def record_return(by: PersonRow, advance_no: str, fen: int, reference: str, on: date) -> None:
    """Finance has seen money come back; the reference is the bank's. Nobody records their own."""
    finance_only(by)
    if not reference.strip():
        raise Refused("请填写收款凭据号。", "Give the reference of the money that came back.")
    if on > today():
        raise Refused("退回日期不能在未来。", "The money cannot have come back in the future.")
    with transaction() as session:
        row = locked(session, advance_no)
        if row.claimant_id == by.id:
            raise Refused("自己的借款请由另一位财务登记。", "A colleague in finance records your own.")
        if row.state != OPEN:
            raise Stale
        advance_ledger.give_back(session, row, fen, reference.strip()[:100], on, by.id)
        money_postings.advance_given_back(session, row, fen, on)
        said = {"fen": fen, "reference": reference.strip()[:100]}
        record(session, asking.chain_of(row), "returned", by.id, now(), said)
        text = Text(
            f"借款 {row.advance_no} 已登记退回 {from_fen(fen):,.2f} 元",
            f"{from_fen(fen):,.2f} yuan of advance {row.advance_no} came back",
        )
        tell(session, row.claimant, "advance", text, asking.page_of(row))


def by_entity(session: Session, claimant_id: int) -> Mapping[LegalEntityRow, list[Out]]:
    """Every legal entity, in order, with the advances of this person that are out in it. One query."""
    mine = and_(
        AdvanceRow.legal_entity_id == LegalEntityRow.id,
        AdvanceRow.claimant_id == claimant_id,
        AdvanceRow.state == OPEN,
    )
    query = (
        select(LegalEntityRow, AdvanceRow, AdvanceBalanceRow)
        .outerjoin(AdvanceRow, mine)
        .outerjoin(AdvanceBalanceRow, AdvanceBalanceRow.advance_id == AdvanceRow.id)
        .order_by(LegalEntityRow.id, AdvanceRow.id)
    )
    found: dict[LegalEntityRow, list[Out]] = {}
    for entity, row, balance in session.execute(query):
        found.setdefault(entity, []).extend([(row, balance)] if row and balance else [])
    return found


def facts_of(out: Iterable[Out]) -> list[Json]:
    """The claimant's advances that are out, for R-75."""
    return [_fact(row, balance) for row, balance in out]


def due_day(row: AdvanceRow, paid_on: date) -> date:
    """The last day on which an advance that went out on this day may stand open (R-75)."""
    return paid_on + timedelta(days=limits_of(row).advance_open_days)


def locked(session: Session, advance_no: str) -> AdvanceRow:
    """The advance, held until the transaction ends."""
    return cases.locked(session, select(AdvanceRow).where(AdvanceRow.advance_no == advance_no))


def _fact(row: AdvanceRow, balance: AdvanceBalanceRow) -> Json:
    left = money_text(from_fen(left_of(balance)))
    return {"advance_no": row.advance_no, "due_on": row.due_on.isoformat(), "left": left}


def _submit(session: Session, row: AdvanceRow) -> None:
    if row.needed_on < today():
        raise Refused("用款日期已过。", "The day it is needed is past.")
    session.flush()
    session.refresh(row, ["claimant", "department", "legal_entity"])
    submit_steps(session, row)


def _write(row: AdvanceRow, asked: Asked) -> None:
    row.amount_fen, row.needed_on = asked.amount_fen, asked.needed_on
    row.due_on = asked.needed_on
    row.reason = asked.reason.strip()[:500]
    row.cost_center = asked.cost_center.strip()[:50] or row.cost_center
    row.project = asked.project.strip()[:100] or None


def _refuse_incomplete(asked: Asked) -> None:
    cases.refuse_nothing(asked.amount_fen)
    if not asked.reason.strip():
        raise Refused("请填写事由。", "Give the reason.")
