"""Requests made beforehand (R-88): written, submitted, decided step by step by the engine that decides claims."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from reimburse.domain.finding import Text
from reimburse.domain.invoice_json import Json
from reimburse.domain.money import cents, from_fen, money_text, to_fen
from reimburse.services.approval import cases
from reimburse.services.approval.case_steps import beginning, decide_step, opened, submit_steps, withdrawn
from reimburse.services.errors import Refused
from reimburse.store.claims import ClaimRow, ExpenseLineRow
from reimburse.store.db import CHINA, today, transaction
from reimburse.store.people import PersonRow
from reimburse.store.requests import RequestRow

KINDS = {"entertainment": Text("业务招待", "Entertainment")}
OPEN = ("draft", "in_review")
FREED = ("rejected", "deleted", "reversed")
"""Claims in these states take nothing of a request."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request states: the sum in fen, the day it is for, why, and for whom."""

    amount_fen: int
    planned_on: date
    reason: str
    people: str
    kind: str = "entertainment"


def create(by: PersonRow, asked: Asked, *, submit: bool = False) -> str:
    """Write a draft, and ask for its decision at once where wanted; its number."""
    _refuse_incomplete(asked)
    with transaction() as session:
        row = RequestRow(**beginning(by))
        _write(row, asked)
        request_no = opened(session, by, row, "SQ")
        if submit:
            _submit(session, row)
        return request_no


def change(by: PersonRow, request_no: str, asked: Asked, version: int, *, submit: bool = False) -> None:
    """Change one's own draft, and ask for its decision where wanted."""
    _refuse_incomplete(asked)
    with transaction() as session:
        row = cases.own(by, _locked(session, request_no), version, ("draft",))
        _write(row, asked)
        if submit:
            _submit(session, row)


def withdraw(by: PersonRow, request_no: str, version: int) -> None:
    """Take one's own request back; it stays on record."""
    with transaction() as session:
        row = cases.own(by, _locked(session, request_no), version, OPEN)
        withdrawn(session, by, row)


def decide(by: PersonRow, request_no: str, step_id: int, *, approve: bool, reason: str = "") -> None:
    """Decide the open step, as its holder or for the person one stands in for."""
    with transaction() as session:
        decide_step(session, by, _locked(session, request_no), step_id, approve=approve, reason=reason)


def facts_for(session: Session, claim: ClaimRow) -> list[Json]:
    """The contract's ``requests``: those of the claimant that lines of this claim name, and what others took."""
    named = {line.request_no for line in claim.lines if line.request_no}
    if not named:
        return []
    mine = and_(RequestRow.claimant_id == claim.claimant_id, RequestRow.request_no.in_(named))
    return [_fact(row, taken) for row, taken in with_taken(session, mine, but_claim_id=claim.id)]


def with_taken(session: Session, which: ColumnElement[bool], but_claim_id: int = 0) -> list[tuple[RequestRow, int]]:
    """These requests, newest first, and what their claimant's lines on other claims take of each, in fen of CNY.

    One query. A claim that was rejected, deleted or reversed takes nothing.
    """
    counted = select(ClaimRow.id).where(
        ClaimRow.claimant_id == RequestRow.claimant_id, ClaimRow.state.not_in(FREED), ClaimRow.id != but_claim_id
    )
    takes = and_(
        ExpenseLineRow.request_no == RequestRow.request_no,
        ExpenseLineRow.category == "entertainment",
        ExpenseLineRow.claim_id.in_(counted.correlate(RequestRow)),
    )
    query = select(RequestRow, ExpenseLineRow.amount_fen, ExpenseLineRow.currency, ExpenseLineRow.fx_rate)
    rows = session.execute(query.outerjoin(ExpenseLineRow, takes).where(which).order_by(RequestRow.id.desc()))
    found: dict[RequestRow, int] = {}
    for row, fen, currency, rate in rows:
        abroad = rate if fen is not None and currency != "CNY" else None
        found[row] = found.get(row, 0) + (to_fen(cents(from_fen(fen) * abroad)) if abroad else fen or 0)
    return list(found.items())


def _fact(row: RequestRow, taken: int) -> Json:
    approved_at = row.decided_at if row.state == "approved" else None
    return {
        "request_no": row.request_no,
        "kind": row.kind,
        "amount": money_text(from_fen(row.amount_fen)),
        "approved": row.state == "approved",
        "approved_on": approved_at.astimezone(CHINA).date().isoformat() if approved_at else None,
        "taken_elsewhere": money_text(from_fen(taken)),
    }


def _submit(session: Session, row: RequestRow) -> None:
    if row.planned_on < today():
        raise Refused("招待日期已过，须在招待之前申请。", "The day is past: a request is made beforehand.")
    submit_steps(session, row)


def _write(row: RequestRow, asked: Asked) -> None:
    row.kind, row.amount_fen, row.planned_on = asked.kind, asked.amount_fen, asked.planned_on
    row.reason, row.people = asked.reason.strip()[:500], asked.people.strip()[:500]


def _refuse_incomplete(asked: Asked) -> None:
    if asked.kind not in KINDS:
        raise Refused("请选择申请种类。", "Choose what it is for.")
    cases.refuse_nothing(asked.amount_fen)
    if not asked.reason.strip() or not asked.people.strip():
        raise Refused("请填写事由和招待对象。", "Give the reason and the people.")


def _locked(session: Session, request_no: str) -> RequestRow:
    return cases.locked(session, select(RequestRow).where(RequestRow.request_no == request_no))
