"""What the background does with a batch, and how far it is: started with the batch's move, finished with the next."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from reimburse.domain.batch import BatchAction, BatchState, next_batch_state
from reimburse.domain.finding import Text
from reimburse.services.errors import NotFound
from reimburse.services.outbox import ask, mark_done
from reimburse.store.batches import BatchRow, BatchWorkRow
from reimburse.store.db import db, now
from reimburse.store.outbox import OutboxRow

JOB = "work_on_batch"
SLICE_S = 20.0
"""Seconds after which a job hands over to the next one, so that a batch of thousands leaves the worker to others."""


def chain_of(batch_id: int) -> str:
    """The event chain of a batch."""
    return f"batch:{batch_id}"


def move(batch: BatchRow, action: BatchAction) -> None:
    """Move the batch by the table of transitions; ``IllegalTransition`` where it has no such move."""
    batch.state = next_batch_state(BatchState(batch.state), action).value


def locked(session: Session, batch_id: int) -> BatchRow:
    """The batch as it is now, held until the transaction ends."""
    query = select(BatchRow).where(BatchRow.id == batch_id).with_for_update()
    batch = session.scalar(query.execution_options(populate_existing=True))
    if batch is None:
        raise NotFound
    return batch


def start(session: Session, batch: BatchRow, kind: str, by_id: int, wanted: int, **asked: str) -> None:
    """Note what is to be done with the batch and ask for it. In the caller's transaction."""
    row = session.get(BatchWorkRow, batch.id) or BatchWorkRow(batch_id=batch.id)
    row.kind, row.by_id, row.asked, row.done, row.wanted = kind, by_id, dict(asked), 0, wanted
    row.started_at, row.finished_at, row.problem_zh, row.problem_en = now(), None, None, None
    session.add(row)
    session.flush()
    ask(session, JOB, batch.id)


def work_on(session: Session, batch_id: int) -> BatchWorkRow:
    """What is being done with the batch."""
    return session.get_one(BatchWorkRow, batch_id, populate_existing=True)


def finish(session: Session, batch: BatchRow, outbox_id: int | None) -> None:
    """The work is done. In the transaction of its effect."""
    work = work_on(session, batch.id)
    work.done, work.finished_at = work.wanted, now()
    mark_done(session, outbox_id)


def give_up(session: Session, batch: BatchRow, why: Text, outbox_id: int | None) -> None:
    """The work cannot be done, for a reason that a person has to mend; the batch goes back to where it was."""
    work = work_on(session, batch.id)
    work.finished_at, work.problem_zh, work.problem_en = now(), why.zh, why.en
    move(batch, BatchAction.GIVE_UP)
    mark_done(session, outbox_id)


def go_on_later(session: Session, batch_id: int, outbox_id: int | None) -> None:
    """Ask for the rest of the work and end this job."""
    ask(session, JOB, batch_id)
    mark_done(session, outbox_id)


def note_progress(batch_id: int, done: int, outbox_id: int | None) -> None:
    """Write down how far the work is, beside a transaction that only reads; and that the job is alive."""
    with Session(db.engine) as session:
        session.execute(update(BatchWorkRow).where(BatchWorkRow.batch_id == batch_id).values(done=done))
        if outbox_id is not None:
            session.execute(update(OutboxRow).where(OutboxRow.id == outbox_id).values(sent_at=now()))
        session.commit()
