"""Collect everything that waits, or what a filter leaves of it, into one batch: in the background, piece by piece."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from reimburse.domain.batch import BatchState
from reimburse.domain.finding import Text
from reimburse.domain.workflow import ClaimState, Role
from reimburse.services.errors import Refused
from reimburse.services.idempotency import remember, result_of
from reimburse.services.month_end.batch_claims import LOADED, readiness_of
from reimburse.services.month_end.batch_hands import finance_role
from reimburse.services.month_end.batch_work import finish, locked, start, work_on
from reimburse.services.month_end.batches import MOST_CLAIMS, opened, put
from reimburse.services.outbox import mark_done
from reimburse.store.batches import BatchWorkRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import transaction

CLAIMS_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Sieve:
    """Which of the approved claims of a legal entity: those of a cost centre, a project, handed in by a day."""

    entity_id: int
    cost_center: str = ""
    project: str = ""
    until: str = ""

    def narrowed(self, query: Select[ClaimRow]) -> Select[ClaimRow]:
        """The query with what it asks for."""
        query = query.where(ClaimRow.state == ClaimState.APPROVED.value, ClaimRow.legal_entity_id == self.entity_id)
        if self.cost_center:
            query = query.where(ClaimRow.cost_center == self.cost_center)
        if self.project:
            query = query.where(ClaimRow.project == self.project)
        return query.where(ClaimRow.submitted_on <= date.fromisoformat(self.until)) if self.until else query


def sieve_of(asked: Mapping[str, str]) -> Sieve:
    """The sieve that a piece of work was given."""
    return Sieve(int(asked["entity_id"]), asked["cost_center"], asked["project"], asked["until"])


def collect_all(by_id: int, sieve: Sieve, key: str | None = None) -> str:
    """Open a batch and collect into it, in the background, all that waits and is ready; its number."""
    with transaction() as session:
        before = result_of(session, by_id, key)
        if before:
            return before
        finance_role(session, by_id)
        waiting = sieve.narrowed(select(ClaimRow)).with_only_columns(func.count()).order_by(None)
        number = session.scalar(waiting) or 0
        if not number:
            raise Refused("没有待入批的报销单。", "No claim waits for a batch.")
        batch = opened(session, sieve.entity_id, by_id)
        asked = {name: str(value) for name, value in asdict(sieve).items()}
        start(session, batch, "collect", by_id, min(number, MOST_CLAIMS), after="0", **asked)
        remember(session, by_id, key, batch.batch_no)
        return batch.batch_no


def fill_batch(batch_id: int, outbox_id: int | None = None) -> None:
    """The job. Claims that are not ready stay where they are; a second run goes on where the first one ended."""
    while _took_some(batch_id):
        pass
    with transaction() as session:
        batch, work = locked(session, batch_id), work_on(session, batch_id)
        taken = work.done
        if work.finished_at:
            mark_done(session, outbox_id)
            return
        finish(session, batch, outbox_id)
        left = work.wanted - taken
        work.wanted = work.done = taken
        if left > 0:
            said = Text(
                f"{left} 张尚不能入批，留在待入批中。", f"{left} claims are not ready and stay where they were."
            )
            work.problem_zh, work.problem_en = said.zh, said.en


def _took_some(batch_id: int) -> bool:
    with transaction() as session:
        batch, work = locked(session, batch_id), work_on(session, batch_id)
        if work.finished_at or batch.state != BatchState.OPEN or work.done >= MOST_CLAIMS:
            return False
        claims = _next(session, work)
        if not claims:
            return False
        ready = [found.claim for found in readiness_of(session, claims) if found.ready][: MOST_CLAIMS - work.done]
        if ready:
            put(session, batch, ready, work.by_id, Role.FINANCE_REVIEWER)
        work.asked = {**work.asked, "after": str(claims[-1].id)}
        work.done += len(ready)
        return True


def _next(session: Session, work: BatchWorkRow) -> list[ClaimRow]:
    query = sieve_of(work.asked).narrowed(select(ClaimRow)).where(ClaimRow.id > int(work.asked["after"]))
    query = query.options(*LOADED).order_by(ClaimRow.id).limit(CLAIMS_AT_ONCE)
    locking = query.with_for_update(of=ClaimRow).execution_options(populate_existing=True)
    return list(session.scalars(locking))
