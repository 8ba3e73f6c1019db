"""What the review pages show: the queue, and one claim with its evidence. Nothing is written."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select, tuple_
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from reimburse.domain.finding import CheckAnswer, Finding, Severity
from reimburse.domain.finding_json import answer_from_json
from reimburse.domain.workflow import ClaimState
from reimburse.services.access import SEE_ALL
from reimburse.services.approval.approvers import waits_for
from reimburse.services.claims.follow_ups import findings_on, follow_ups_of
from reimburse.services.claims.workflow import chain_of
from reimburse.services.errors import NotFound
from reimburse.store.approvals import ApprovalStepRow, LineDecisionRow
from reimburse.store.claims import AttachmentRow, CheckRow, ClaimRow, ExpenseLineRow
from reimburse.store.db import db
from reimburse.store.events import EventRow, happened
from reimburse.store.invoices import FieldCorrectionRow
from reimburse.store.people import PersonRow

PAGE = 25
PAST = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """A claim in the queue, its open step, what is flagged on it, and whether the reader may decide it."""

    claim: ClaimRow
    step: ApprovalStepRow
    findings: tuple[Finding, ...]
    mine: bool


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of the queue; ``after`` is where the next page starts, None on the last."""

    entries: Sequence[Entry]
    after: str | None


@dataclass(frozen=True, slots=True)
class Happened:
    """An entry of the claim's history; ``actor`` None is the system."""

    kind: str
    at: datetime
    actor: str | None


@dataclass(frozen=True, slots=True)
class Review:
    """One claim as its reviewer sees it. ``mine``: the open step if the reader may decide it."""

    claim: ClaimRow
    mine: ApprovalStepRow | None
    steps: Sequence[ApprovalStepRow]
    findings: tuple[Finding, ...]
    by_hand: Sequence[FieldCorrectionRow]
    history: Sequence[Happened]
    past: Sequence[ClaimRow]
    family: Sequence[ClaimRow]


def queue(person: PersonRow, *, everyone: bool = False, flagged: bool | None = None, after: str | None = None) -> Queue:
    """Claims in review, flagged first, then the one submitted longest ago.

    ``everyone``: not only those whose step the person holds; for finance and auditors.
    """
    query = _open(person, everyone=everyone and sees_all(person))
    if flagged is not None:
        query = query.where(ClaimRow.flagged.is_(flagged))
    if after:
        query = query.where(_behind(after))
    query = query.order_by(ClaimRow.flagged.desc(), ClaimRow.submitted_at, ClaimRow.id).limit(PAGE + 1)
    steps = list(db.session.scalars(query).unique())
    shown = steps[:PAGE]
    return Queue(_entries(person, shown), _key(shown[-1].claim) if len(steps) > PAGE else None)


def next_for(person: PersonRow) -> str | None:
    """The number of the claim that the person should decide next."""
    step = db.session.scalars(
        _open(person, everyone=False).order_by(ClaimRow.flagged.desc(), ClaimRow.submitted_at, ClaimRow.id).limit(1)
    ).first()
    return step.claim.claim_no if step else None


def for_reviewer(person: PersonRow, claim_no: str) -> Review:
    """The claim with its evidence; ``NotFound`` for its claimant and for whoever has or had no part in deciding it."""
    claim = db.session.scalar(_whole(claim_no))
    if claim is None or claim.claimant_id == person.id:
        raise NotFound
    steps, mine = _steps(person, claim)
    decided = any(step.decided_by_id == person.id for step in steps)
    if not (mine or decided or sees_all(person)):
        raise NotFound
    answer = _answers([claim]).get(claim.id)
    return Review(
        claim=claim,
        mine=mine,
        steps=steps,
        findings=findings_on(claim, answer) if answer else (),
        by_hand=_by_hand(claim),
        history=_history(claim),
        past=_past(claim),
        family=follow_ups_of(db.session(), claim),
    )


def decisions_on(claim: ClaimRow) -> dict[int, LineDecisionRow]:
    """What was decided last in this round on each line of the claim, by line id, wherever the line stood then."""
    lines = [line.id for line in claim.lines]
    rows = (
        select(LineDecisionRow)
        .join(ApprovalStepRow, ApprovalStepRow.id == LineDecisionRow.step_id)
        .where(LineDecisionRow.line_id.in_(lines), ApprovalStepRow.round == claim.round)
        .order_by(ApprovalStepRow.round, ApprovalStepRow.position)
    )
    return {row.line_id: row for row in db.session.scalars(rows)}


def sees_all(person: PersonRow) -> bool:
    """Whether the person sees claims beyond their own steps."""
    return bool(person.roles() & SEE_ALL)


def _open(person: PersonRow, *, everyone: bool) -> Select[ApprovalStepRow]:
    query = select(ApprovalStepRow).join(ApprovalStepRow.claim).join(ClaimRow.claimant)
    query = query.options(
        contains_eager(ApprovalStepRow.claim).contains_eager(ClaimRow.claimant).lazyload(PersonRow.grants)
    )
    query = query.options(joinedload(ApprovalStepRow.assignee).lazyload(PersonRow.grants))
    if not everyone:
        return query.where(waits_for(person))
    in_review = ClaimRow.state == ClaimState.IN_REVIEW.value
    return query.where(ApprovalStepRow.state == "open", ApprovalStepRow.round == ClaimRow.round, in_review)


def _whole(claim_no: str) -> Select[ClaimRow]:
    return (
        select(ClaimRow)
        .where(ClaimRow.claim_no == claim_no, ClaimRow.round > 0)
        .options(
            selectinload(ClaimRow.lines).selectinload(ExpenseLineRow.invoices),
            selectinload(ClaimRow.invoices),
            selectinload(ClaimRow.attachments).joinedload(AttachmentRow.document),
            joinedload(ClaimRow.claimant).lazyload(PersonRow.grants),
            joinedload(ClaimRow.department),
            joinedload(ClaimRow.legal_entity),
        )
    )


def _steps(person: PersonRow, claim: ClaimRow) -> tuple[list[ApprovalStepRow], ApprovalStepRow | None]:
    """The steps of the present round, and the open one if this person may decide it."""
    query = (
        select(ApprovalStepRow, waits_for(person))
        .join(ApprovalStepRow.claim)
        .where(ClaimRow.id == claim.id, ApprovalStepRow.round == ClaimRow.round)
        .options(joinedload(ApprovalStepRow.assignee).lazyload(PersonRow.grants))
        .options(joinedload(ApprovalStepRow.decided_by).lazyload(PersonRow.grants))
        .order_by(ApprovalStepRow.position)
    )
    rows = db.session.execute(query).all()
    return [step for step, _ in rows], next((step for step, held in rows if held), None)


def _history(claim: ClaimRow) -> list[Happened]:
    rows = select(EventRow.kind, EventRow.at, PersonRow.name).join_from(
        EventRow, PersonRow, PersonRow.id == EventRow.actor_id, isouter=True
    )
    rows = rows.where(happened(chain_of(claim))).order_by(EventRow.seq)
    return [Happened(kind, at, actor) for kind, at, actor in db.session.execute(rows)]


def _entries(person: PersonRow, steps: Sequence[ApprovalStepRow]) -> list[Entry]:
    answers = _answers([step.claim for step in steps])
    ids = [step.id for step in steps]
    held = set(
        db.session.scalars(
            select(ApprovalStepRow.id).join(ClaimRow).where(ApprovalStepRow.id.in_(ids), waits_for(person))
        )
    )
    return [Entry(step.claim, step, _flags(step.claim, answers), step.id in held) for step in steps]


def _flags(claim: ClaimRow, answers: dict[int, CheckAnswer]) -> tuple[Finding, ...]:
    answer = answers.get(claim.id)
    return tuple(finding for finding in answer.findings if finding.severity is not Severity.INFO) if answer else ()


def _answers(claims: Iterable[ClaimRow]) -> dict[int, CheckAnswer]:
    rounds = [(claim.id, claim.round) for claim in claims]
    rows = db.session.scalars(select(CheckRow).where(tuple_(CheckRow.claim_id, CheckRow.round).in_(rounds)))
    return {row.claim_id: answer_from_json(json.loads(row.answer)) for row in rows} if rounds else {}


def _by_hand(claim: ClaimRow) -> list[FieldCorrectionRow]:
    ids = [invoice.id for invoice in claim.invoices]
    standing = FieldCorrectionRow.state.in_(("accepted", "confirmed", "proposed"))
    rows = select(FieldCorrectionRow).where(FieldCorrectionRow.invoice_id.in_(ids), standing)
    return list(db.session.scalars(rows.order_by(FieldCorrectionRow.id)))


def _past(claim: ClaimRow) -> list[ClaimRow]:
    rows = select(ClaimRow).where(
        ClaimRow.claimant_id == claim.claimant_id, ClaimRow.id != claim.id, ClaimRow.round > 0
    )
    return list(db.session.scalars(rows.order_by(ClaimRow.id.desc()).limit(PAST)))


def _key(claim: ClaimRow) -> str:
    at = claim.submitted_at.isoformat() if claim.submitted_at else ""
    return f"{int(claim.flagged)}|{at}|{claim.id}"


def _behind(key: str) -> ColumnElement[bool]:
    try:
        flag, instant, identity = key.split("|")
        at, claim_id = datetime.fromisoformat(instant), int(identity)
    except ValueError:
        raise NotFound from None
    later = or_(ClaimRow.submitted_at > at, and_(ClaimRow.submitted_at == at, ClaimRow.id > claim_id))
    if flag == "1":
        return or_(ClaimRow.flagged.is_(False), and_(ClaimRow.flagged.is_(True), later))
    return and_(ClaimRow.flagged.is_(False), later)
