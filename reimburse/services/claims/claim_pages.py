"""What the pages of a claim show: lists by key, the editor's surroundings, the history of rounds. Only reads."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select, tuple_
from sqlalchemy.orm import joinedload, lazyload, selectinload

from reimburse.domain.finding import CheckAnswer
from reimburse.domain.invoice import InvoiceKey
from reimburse.domain.workflow import ClaimState
from reimburse.services.approval.request_pages import Offer, offers
from reimburse.services.claims.checking import answer_of
from reimburse.services.claims.claim_access import may_see
from reimburse.services.claims.facts import LOADED
from reimburse.services.claims.workflow import chain_of
from reimburse.services.errors import NotFound
from reimburse.services.invoices.invoices import ENDED
from reimburse.services.payouts import advances
from reimburse.services.payouts.advance_ledger import left_of
from reimburse.store.approvals import ApprovalStepRow
from reimburse.store.claims import AttachmentRow, CheckRow, ClaimInvoiceRow, ClaimRow
from reimburse.store.db import db
from reimburse.store.documents import DocumentRow, ReadingRow
from reimburse.store.events import EventRow, happened
from reimburse.store.invoices import InvoiceRow
from reimburse.store.people import LegalEntityRow, PersonRow

PAGE = 20
WALLET_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Page:
    """Claims of one page, newest first, and the id that the next page starts below."""

    claims: Sequence[ClaimRow]
    next_before: int | None


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of a claim's history. ``answer`` is what the check of that round said."""

    kind: str
    at: datetime
    actor: PersonRow | None
    payload: dict[str, Any]
    answer: CheckAnswer | None = None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another claim that uses the same invoice key; ``claim_no`` only where it is the person's own."""

    state: ClaimState
    claim_no: str | None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around a claim in its editor: the wallet's free invoices and papers, other uses by invoice key.

    ``requests``: what entertainment lines may name. ``advance_fen``: what lines may be set against. ``entities``: the
    legal entities to choose from, where there are several.
    """

    free: Sequence[InvoiceRow]
    papers: Sequence[DocumentRow]
    elsewhere: dict[InvoiceKey, list[Elsewhere]]
    requests: Sequence[Offer] = ()
    advance_fen: int = 0
    entities: Sequence[LegalEntityRow] = ()


def page_of(by_id: int, states: Sequence[str], before: int | None, size: int = PAGE) -> Page:
    """The person's own claims in these states (all but deleted ones where none is named)."""
    query = select(ClaimRow).where(ClaimRow.claimant_id == by_id)
    query = query.where(ClaimRow.state.in_(states) if states else ClaimRow.state != ClaimState.DELETED.value)
    if before is not None:
        query = query.where(ClaimRow.id < before)
    rows = db.session.scalars(query.order_by(ClaimRow.id.desc()).limit(size + 1)).all()
    return Page(rows[:size], rows[size - 1].id if len(rows) > size else None)


def counts_of(by_id: int) -> dict[str, int]:
    """How many claims of the person are in each state."""
    query = select(ClaimRow.state, func.count()).where(ClaimRow.claimant_id == by_id).group_by(ClaimRow.state)
    return {row[0]: row[1] for row in db.session.execute(query)}


def claim_for(person: PersonRow, claim_no: str) -> ClaimRow:
    """The claim with all its parts loaded, or ``NotFound`` where this person may not see it."""
    attachments = selectinload(ClaimRow.attachments).joinedload(AttachmentRow.document)
    query = select(ClaimRow).where(ClaimRow.claim_no == claim_no).options(*LOADED, attachments)
    claim = db.session.scalar(query)
    if claim is None or not may_see(db.session(), person, claim):
        raise NotFound
    return claim


def surroundings(claim: ClaimRow) -> Surroundings:
    """The wallet's free invoices, and where this claim's invoices stand besides."""
    used = exists().where(
        ClaimInvoiceRow.invoice_id == InvoiceRow.id,
        ClaimInvoiceRow.claim_id == ClaimRow.id,
        ClaimRow.state.not_in(ENDED),
    )
    query = select(InvoiceRow).where(InvoiceRow.holder_id == claim.claimant_id, ~used)
    free = db.session.scalars(query.order_by(InvoiceRow.id.desc()).limit(WALLET_SHOWN)).all()
    entertains = any(line.category == "entertainment" for line in claim.lines)
    requests = offers(claim.claimant_id) if entertains else ()
    entities = advances.by_entity(db.session(), claim.claimant_id)
    left = sum(left_of(balance) for _, balance in entities.get(claim.legal_entity, ()))
    choice = list(entities) if len(entities) > 1 else ()
    return Surroundings(free, _papers(claim.claimant_id), _elsewhere(claim), requests, left, choice)


def follow_ups_of(claim: ClaimRow) -> Sequence[ClaimRow]:
    """The claims that took over lines of this one."""
    query = select(ClaimRow).where(ClaimRow.follow_up_of_id == claim.id)
    return db.session.scalars(query.order_by(ClaimRow.id)).all()


def steps_of(claim: ClaimRow) -> Sequence[ApprovalStepRow]:
    """The approval steps of every round, in order, with the people who hold them."""
    query = select(ApprovalStepRow).where(ApprovalStepRow.claim_id == claim.id)
    held_by = joinedload(ApprovalStepRow.assignee).lazyload(PersonRow.grants)
    decided_by = joinedload(ApprovalStepRow.decided_by).lazyload(PersonRow.grants)
    in_order = query.order_by(ApprovalStepRow.round, ApprovalStepRow.position)
    return db.session.scalars(in_order.options(held_by, decided_by)).all()


def history_of(claim: ClaimRow) -> list[Happening]:
    """What happened to the claim, oldest first, each round's answer beside the event that came of it."""
    events = db.session.scalars(select(EventRow).where(happened(chain_of(claim))).order_by(EventRow.seq)).all()
    actors = {event.actor_id for event in events if event.actor_id}
    known = select(PersonRow).where(PersonRow.id.in_(actors)).options(lazyload(PersonRow.grants))
    people = {row.id: row for row in db.session.scalars(known)}
    checks = {row.round: answer_of(row) for row in db.session.scalars(_checks(claim))}
    return [_happening(event, people, checks) for event in events]


def _happening(event: EventRow, people: dict[int, PersonRow], checks: dict[int, CheckAnswer]) -> Happening:
    payload = json.loads(event.payload)
    judged = event.actor_id is None and "round" in payload
    answer = checks.get(payload["round"]) if judged else None
    return Happening(event.kind, event.at, people.get(event.actor_id or 0), payload, answer)


def _checks(claim: ClaimRow) -> Any:
    return select(CheckRow).where(CheckRow.claim_id == claim.id).order_by(CheckRow.round)


def _papers(owner_id: int) -> Sequence[DocumentRow]:
    """The latest documents of the wallet that hold no invoice: folios, itineraries, contracts."""
    invoice = exists().where(ReadingRow.document_id == DocumentRow.id, ReadingRow.invoice_id.is_not(None))
    query = select(DocumentRow).where(DocumentRow.owner_id == owner_id, ~invoice, DocumentRow.container_id.is_(None))
    return db.session.scalars(query.order_by(DocumentRow.id.desc()).limit(WALLET_SHOWN)).all()


def _elsewhere(claim: ClaimRow) -> dict[InvoiceKey, list[Elsewhere]]:
    keys = [(invoice.code, invoice.number) for invoice in claim.invoices if invoice.number]
    root = claim.follow_up_of_id or claim.id
    query = (
        select(InvoiceRow.code, InvoiceRow.number, ClaimRow.state, ClaimRow.claim_no, ClaimRow.claimant_id)
        .join(ClaimInvoiceRow, ClaimInvoiceRow.invoice_id == InvoiceRow.id)
        .join(ClaimRow, ClaimRow.id == ClaimInvoiceRow.claim_id)
        .where(tuple_(InvoiceRow.code, InvoiceRow.number).in_(keys))
        .where(ClaimRow.state.not_in(ENDED), func.coalesce(ClaimRow.follow_up_of_id, ClaimRow.id) != root)
        .order_by(ClaimRow.id)
    )
    found: dict[InvoiceKey, list[Elsewhere]] = {}
    for code, number, state, claim_no, claimant_id in db.session.execute(query).all() if keys else ():
        shown = claim_no if claimant_id == claim.claimant_id else None
        found.setdefault(InvoiceKey(code, str(number)), []).append(Elsewhere(ClaimState(state), shown))
    return found
