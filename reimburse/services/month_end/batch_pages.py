"""What the page of one batch shows. Nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from reimburse.domain.batch import BOOKED, BatchState
from reimburse.domain.finding import Text
from reimburse.services.errors import NotFound
from reimburse.services.month_end import batch_hands, card_lines, periods
from reimburse.services.month_end.batch_books import Reversal, reversals_of
from reimburse.services.month_end.batch_claims import LOADED, Readiness, readiness_of
from reimburse.services.month_end.batch_work import JOB, chain_of
from reimburse.services.month_end.card_lines import Cards
from reimburse.store.batches import BatchClaimRow, BatchRow, BatchWorkRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, today
from reimburse.store.events import EventRow, happened
from reimburse.store.outbox import OutboxRow
from reimburse.store.people import LegalEntityRow, PersonRow

PAGE = 50
STEPS = (
    ("open", Text("制单", "Made")),
    ("frozen", Text("冻结", "Frozen")),
    ("exported", Text("导出", "Exported")),
    ("posted", Text("过账", "Posted")),
)
STEP_OF = {
    BatchState.FREEZING: "open",
    BatchState.EXPORTING: "frozen",
    BatchState.POSTING: "exported",
    BatchState.REVERSING: "posted",
    BatchState.REVERSED: "posted",
}
WORK_WORDS = {
    "collect": Text("正在收单", "Collecting claims"),
    "freeze": Text("正在复核并写出文件", "Checking the claims and writing the files"),
    "export": Text("正在入账", "Booking the invoices"),
    "post": Text("正在过账", "Posting the vouchers"),
    "reverse": Text("正在冲销", "Reversing the claims"),
}


@dataclass(frozen=True, slots=True)
class Happened:
    """An entry of the batch's history."""

    kind: str
    at: datetime
    actor: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """One of the stations of a batch, and who took it there when."""

    name: str
    words: Text
    by: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Progress:
    """What the background does with the batch: of so many claims so many are done. ``stuck``: its job failed."""

    words: Text
    done: int
    wanted: int
    stuck: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One batch on its page; ``claims`` are one page of them, ``checkers`` those who may freeze it."""

    batch: BatchRow
    entity: LegalEntityRow
    claims: Sequence[Readiness]
    count: int
    total_fen: int
    steps: Sequence[Step]
    at_step: str
    progress: Progress | None
    problem: Text | None
    checkers: Sequence[PersonRow]
    history: Sequence[Happened]
    reversals: Sequence[Reversal]
    reversal_of: str | None
    would_post_on: date
    cards: Cards | None
    after: int | None


def batch_of(batch_no: str) -> BatchRow:
    """The batch of this number, or ``NotFound``."""
    batch = db.session.scalar(select(BatchRow).where(BatchRow.batch_no == batch_no))
    if batch is None:
        raise NotFound
    return batch


def shown(batch_no: str, after: int | None = None) -> Shown:
    """One batch with a page of its claims."""
    batch = batch_of(batch_no)
    inside = select(func.count(), func.coalesce(func.sum(BatchClaimRow.total_fen), 0))
    count, total = db.session.execute(inside.where(BatchClaimRow.batch_id == batch.id)).one()
    query = select(ClaimRow).join(BatchClaimRow).where(BatchClaimRow.batch_id == batch.id, ClaimRow.id > (after or 0))
    rows = db.session.scalars(query.options(*LOADED).order_by(ClaimRow.id).limit(PAGE + 1)).all()
    work = db.session.get(BatchWorkRow, batch.id)
    works = work is not None and work.finished_at is None
    return Shown(
        batch=batch,
        entity=db.session.get_one(LegalEntityRow, batch.legal_entity_id),
        claims=readiness_of(db.session(), rows[:PAGE]),
        count=count,
        total_fen=int(total),
        steps=_steps(batch),
        at_step=STEP_OF.get(BatchState(batch.state), batch.state),
        progress=_progress(batch, work) if work and works else None,
        problem=Text(work.problem_zh, work.problem_en or "") if work and work.problem_zh and not works else None,
        checkers=batch_hands.checkers(db.session(), batch) if batch.state == BatchState.OPEN else (),
        history=_history(batch),
        reversals=reversals_of(batch.id) if BatchState(batch.state) in BOOKED else (),
        reversal_of=_number_of(batch.reversal_of_id),
        would_post_on=periods.would_post_on(batch.legal_entity_id, today()),
        cards=card_lines.of_batch(db.session(), batch),
        after=rows[PAGE - 1].id if len(rows) > PAGE else None,
    )


def _number_of(batch_id: int | None) -> str | None:
    return db.session.scalar(select(BatchRow.batch_no).where(BatchRow.id == batch_id)) if batch_id else None


def _steps(batch: BatchRow) -> list[Step]:
    taken = {
        "open": (batch.made_by_id, batch.made_at),
        "frozen": (batch.frozen_by_id, batch.frozen_at),
        "exported": (batch.exported_by_id, batch.exported_at),
        "posted": (batch.posted_by_id, batch.posted_at),
    }
    people = select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_({by for by, _ in taken.values()} - {None}))
    names = {row[0]: row[1] for row in db.session.execute(people)}
    return [Step(name, words, names.get(taken[name][0] or 0), taken[name][1]) for name, words in STEPS]


def _progress(batch: BatchRow, work: BatchWorkRow) -> Progress:
    failed = select(OutboxRow.args).where(
        OutboxRow.job == JOB, OutboxRow.done_at.is_(None), OutboxRow.failed_at.is_not(None)
    )
    stuck = [batch.id] in list(db.session.scalars(failed))
    return Progress(WORK_WORDS[work.kind], work.done, work.wanted, stuck)


def _history(batch: BatchRow) -> list[Happened]:
    rows = select(EventRow.kind, EventRow.at, PersonRow.name).join_from(
        EventRow, PersonRow, PersonRow.id == EventRow.actor_id, isouter=True
    )
    rows = rows.where(happened(chain_of(batch.id))).order_by(EventRow.seq)
    return [Happened(kind, at, actor) for kind, at, actor in db.session.execute(rows)]
