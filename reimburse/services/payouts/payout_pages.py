"""What the pages of payouts show: what is due, in a file, paid or failed; files, results. Nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from reimburse.domain.workflow import ClaimState
from reimburse.services.access import SEE_ALL
from reimburse.services.errors import NotFound
from reimburse.services.payouts.payout_settling import LOOKED_INTO_WITHIN
from reimburse.services.payouts.payouts import chain_of
from reimburse.store.advances import AdvanceRow
from reimburse.store.batches import BatchRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, now
from reimburse.store.events import EventRow, happened
from reimburse.store.payouts import (
    PayoutAttemptRow,
    PayoutClaimRow,
    PayoutFileRow,
    PayoutLeftOutRow,
    PayoutResultRow,
    PayoutRow,
)
from reimburse.store.people import LegalEntityRow, PersonRow

PAGE = 50
STATES = ("due", "ordered", "failed", "paid", "cancelled")


@dataclass(frozen=True, slots=True)
class Listed:
    """A payout, and the batch or advance that it comes from."""

    payout: PayoutRow
    batch_no: str | None
    advance_no: str | None

    @property
    def look_by(self) -> datetime | None:
        """Until when finance looks into a failure (F-38); None where it has, or there is none."""
        row = self.payout
        waits = row.state == "failed" and row.looked_at is None and row.failed_at is not None
        return row.failed_at + LOOKED_INTO_WITHIN if waits and row.failed_at else None

    @property
    def late(self) -> bool:
        """Whether that moment is past."""
        return self.look_by is not None and self.look_by < now()


@dataclass(frozen=True, slots=True)
class Page:
    """Payouts of one page, newest first, and the id that the next page starts below."""

    rows: Sequence[Listed]
    before: int | None
    counts: dict[str, int]
    entities: Sequence[LegalEntityRow]


@dataclass(frozen=True, slots=True)
class Shown:
    """One payout: its claims with what each adds, its attempts with their files, and what happened."""

    listed: Listed
    claims: Sequence[tuple[str, str, int]]
    attempts: Sequence[tuple[PayoutAttemptRow, PayoutFileRow]]
    history: Sequence[tuple[str, datetime, str | None]]


def page(state: str | None, entity_id: int | None, before: int | None = None) -> Page:
    """Payouts in this state, of a legal entity where one is named."""
    of_entity: list[ColumnElement[bool]] = [PayoutRow.legal_entity_id == entity_id] if entity_id else []
    query = _listed().where(*of_entity)
    if state:
        query = query.where(PayoutRow.state == state)
    if before is not None:
        query = query.where(PayoutRow.id < before)
    rows = [Listed(*row) for row in db.session.execute(query.order_by(PayoutRow.id.desc()).limit(PAGE + 1))]
    counted = select(PayoutRow.state, func.count()).where(*of_entity).group_by(PayoutRow.state)
    counts = {row[0]: row[1] for row in db.session.execute(counted)}
    entities = db.session.scalars(select(LegalEntityRow).order_by(LegalEntityRow.id)).all()
    return Page(rows[:PAGE], rows[PAGE - 1].payout.id if len(rows) > PAGE else None, counts, entities)


def of_batch(batch_id: int) -> list[Listed]:
    """What a batch owes, by person; two hundred at the most."""
    query = _listed().where(PayoutRow.batch_id == batch_id).order_by(PayoutRow.id).limit(200)
    return [Listed(*row) for row in db.session.execute(query)]


def show(person: PersonRow, payout_id: int) -> Shown:
    """One payout, for its person and for finance; ``NotFound`` for others."""
    found = db.session.execute(_listed().where(PayoutRow.id == payout_id)).first()
    if found is None or not (found[0].person_id == person.id or person.roles() & SEE_ALL):
        raise NotFound
    claims = (
        select(ClaimRow.claim_no, ClaimRow.state, PayoutClaimRow.amount_fen)
        .join(PayoutClaimRow, PayoutClaimRow.claim_id == ClaimRow.id)
        .where(PayoutClaimRow.payout_id == payout_id)
        .order_by(ClaimRow.id)
    )
    attempts = (
        select(PayoutAttemptRow, PayoutFileRow)
        .join(PayoutFileRow, PayoutFileRow.id == PayoutAttemptRow.file_id)
        .where(PayoutAttemptRow.payout_id == payout_id)
        .order_by(PayoutAttemptRow.id)
    )
    events = (
        select(EventRow.kind, EventRow.at, PersonRow.name)
        .join_from(EventRow, PersonRow, PersonRow.id == EventRow.actor_id, isouter=True)
        .where(happened(chain_of(payout_id)))
        .order_by(EventRow.seq)
    )
    return Shown(
        listed=Listed(*found),
        claims=[(row[0], row[1], row[2]) for row in db.session.execute(claims)],
        attempts=[(row[0], row[1]) for row in db.session.execute(attempts)],
        history=[(row[0], row[1], row[2]) for row in db.session.execute(events)],
    )


def files(limit: int = 20) -> list[tuple[PayoutFileRow, str]]:
    """The latest files for the bank, each with who made it."""
    query = select(PayoutFileRow, PersonRow.name).join(PersonRow, PersonRow.id == PayoutFileRow.made_by_id)
    return [(row[0], row[1]) for row in db.session.execute(query.order_by(PayoutFileRow.id.desc()).limit(limit))]


def results(limit: int = 20) -> list[tuple[PayoutResultRow, str]]:
    """The latest results of the bank, each with who imported it."""
    query = select(PayoutResultRow, PersonRow.name).join(PersonRow, PersonRow.id == PayoutResultRow.by_id)
    return [(row[0], row[1]) for row in db.session.execute(query.order_by(PayoutResultRow.id.desc()).limit(limit))]


def result(result_id: int, after: int = 0) -> tuple[PayoutResultRow, Sequence[PayoutLeftOutRow], int | None]:
    """An imported result, a page of the lines that were left out, and the row that the next page starts after."""
    row = db.session.get(PayoutResultRow, result_id)
    if row is None:
        raise NotFound
    query = select(PayoutLeftOutRow).where(PayoutLeftOutRow.result_id == result_id, PayoutLeftOutRow.row > after)
    left = db.session.scalars(query.order_by(PayoutLeftOutRow.row).limit(PAGE + 1)).all()
    return row, left[:PAGE], left[PAGE - 1].row if len(left) > PAGE else None


def unreadable(result_id: int) -> int:
    """How many rows of the bank's file could not be read as a result; they stand among those that were left out."""
    left = PayoutLeftOutRow
    query = select(func.count()).where(left.result_id == result_id, left.amount_fen.is_(None))
    return db.session.scalar(query) or 0


def without_result(result_id: int) -> tuple[int, int]:
    """Of the files that a result is about: payments on which the bank has not said a word yet, and their fen."""
    files_of_it = select(PayoutAttemptRow.file_id).where(
        (PayoutAttemptRow.result_id == result_id) | (PayoutAttemptRow.return_id == result_id)
    )
    query = select(func.count(), func.coalesce(func.sum(PayoutAttemptRow.amount_fen), 0))
    number, fen = db.session.execute(
        query.where(PayoutAttemptRow.file_id.in_(files_of_it), PayoutAttemptRow.state == "ordered")
    ).one()
    return int(number), int(fen)


def owed_back() -> list[tuple[ClaimRow, str, int]]:
    """Mirrors of reversed claims whose money has not come back yet, the claimant, and how many fen."""
    query = (
        select(ClaimRow, PersonRow.name, PayoutClaimRow.amount_fen)
        .join(PersonRow, PersonRow.id == ClaimRow.claimant_id)
        .join(PayoutClaimRow, PayoutClaimRow.claim_id == ClaimRow.reversal_of_id)
        .where(ClaimRow.state == ClaimState.EXPORTED.value, ClaimRow.reversal_of_id.is_not(None))
        .order_by(ClaimRow.id)
        .limit(PAGE)
    )
    return [(row[0], row[1], row[2]) for row in db.session.execute(query)]


def _listed() -> Select[PayoutRow, str | None, str | None]:
    return (
        select(PayoutRow, BatchRow.batch_no, AdvanceRow.advance_no)
        .join(PayoutRow.person)
        .outerjoin(BatchRow, BatchRow.id == PayoutRow.batch_id)
        .outerjoin(AdvanceRow, AdvanceRow.id == PayoutRow.advance_id)
        .options(contains_eager(PayoutRow.person).options(joinedload(PersonRow.department)))
    )
