"""Verifications of the whole archive that somebody asked for: done in the background, kept with what they found."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from reimburse.domain.finding import Text
from reimburse.domain.workflow import Role
from reimburse.services.access import finance_only
from reimburse.services.archive import archive_verify
from reimburse.services.archive.archive_fixity import CHAIN
from reimburse.services.archive.archive_names import Problem
from reimburse.services.errors import NotFound
from reimburse.services.notices import tell
from reimburse.services.outbox import ask as ask_for
from reimburse.services.outbox import mark_done, tell_alive
from reimburse.store.archive import ArchiveRunRow
from reimburse.store.db import db, now, transaction
from reimburse.store.events import record
from reimburse.store.outbox import OutboxRow
from reimburse.store.people import PersonRow, RoleGrantRow

JOB = "verify_archive"
MOST_KEPT = 500
"""So many problems are kept in words; all of them are counted."""
TOLD_EVERY_S = 1.0
PAGE = 20


@dataclass(frozen=True, slots=True)
class Run:
    """A verification and who asked for it; ``stuck``: its job failed and waits for an administrator."""

    row: ArchiveRunRow
    asked_by: str
    stuck: bool = False


def ask(by: PersonRow) -> int:
    """Ask for a verification; the id of its run. While one is not done, asking again leads to that one."""
    finance_only(by)
    with transaction() as session:
        # The person who asks is locked on PostgreSQL, so that a double click makes one run.
        session.get(PersonRow, by.id, with_for_update={"of": PersonRow}, populate_existing=True)
        under_way = select(ArchiveRunRow.id).where(ArchiveRunRow.done_at.is_(None)).order_by(ArchiveRunRow.id)
        if there := session.scalar(under_way.limit(1)):
            return there
        row = ArchiveRunRow(asked_by_id=by.id, asked_at=now())
        session.add(row)
        session.flush()
        ask_for(session, JOB, row.id)
        return row.id


def verify_archive(run_id: int, outbox_id: int | None = None) -> None:
    """The job: verify everything and keep what was found. One that broke off begins anew; a second run does nothing."""
    with transaction() as session:
        row = session.get_one(ArchiveRunRow, run_id)
        done, row.started_at = row.done_at is not None, row.started_at or now()
    if done:
        with transaction() as session:
            mark_done(session, outbox_id)
        return
    counted, number = _Progress(run_id, outbox_id), 0
    found: list[Problem] = []
    for number, problem in enumerate(archive_verify.problems(counted), start=1):  # noqa: B007
        if len(found) < MOST_KEPT:
            found.append(problem)
    with transaction() as session:
        _finish(session, session.get_one(ArchiveRunRow, run_id), counted.latest, found, number)
        mark_done(session, outbox_id)


def listed(before: int | None = None) -> tuple[Sequence[Run], int | None]:
    """Runs, the newest first, and the id that the next page starts below."""
    query = select(ArchiveRunRow, PersonRow.name).join(PersonRow, PersonRow.id == ArchiveRunRow.asked_by_id)
    query = query.where(ArchiveRunRow.id < before) if before is not None else query
    rows = db.session.execute(query.order_by(ArchiveRunRow.id.desc()).limit(PAGE + 1)).all()
    failed = _failed() if any(row.done_at is None for row, _ in rows) else set()
    runs = [Run(row, name, row.id in failed) for row, name in rows[:PAGE]]
    return runs, runs[-1].row.id if len(rows) > PAGE else None


def run_of(run_id: int) -> Run:
    """The run of this id, or ``NotFound``."""
    row = db.session.get(ArchiveRunRow, run_id)
    if row is None:
        raise NotFound
    name = db.session.scalar(select(PersonRow.name).where(PersonRow.id == row.asked_by_id)) or ""
    return Run(row, name, row.done_at is None and row.id in _failed())


def last_done(session: Session) -> ArchiveRunRow | None:
    """The verification that ended last."""
    query = select(ArchiveRunRow).where(ArchiveRunRow.done_at.is_not(None))
    return session.scalar(query.order_by(ArchiveRunRow.id.desc()).limit(1))


class _Progress:
    """Writes down now and then how far the run is, beside what it reads; that tells that its job is alive, too."""

    def __init__(self, run_id: int, outbox_id: int | None) -> None:
        self._run_id, self._outbox_id = run_id, outbox_id
        self._told_at = time.monotonic()
        self.latest: dict[str, int] = {}

    def __call__(self, counted: Counter[str]) -> None:
        if time.monotonic() - self._told_at > TOLD_EVERY_S:
            values = {"counted": dict(counted)}
            with Session(db.engine) as session:
                session.execute(update(ArchiveRunRow).where(ArchiveRunRow.id == self._run_id).values(values))
                session.commit()
            tell_alive(self._outbox_id)
            self._told_at = time.monotonic()
        self.latest = counted


def _finish(
    session: Session, row: ArchiveRunRow, counted: dict[str, int], found: Sequence[Problem], number: int
) -> None:
    row.counted, row.problems, row.done_at = dict(counted), number, now()
    row.found = [{"kind": problem.kind, "zh": problem.text.zh, "en": problem.text.en} for problem in found]
    said = {"run": row.id, "problems": number, "counted": row.counted}
    record(session, CHAIN, "archive_verified", row.asked_by_id, now(), said)
    if number:
        _alarm(session, row)


def _alarm(session: Session, row: ArchiveRunRow) -> None:
    text = Text(f"档案校验发现 {row.problems} 处问题", f"Verifying the archive found {row.problems} problems")
    told = select(PersonRow).join(RoleGrantRow).where(RoleGrantRow.role.in_((Role.ADMIN, Role.FINANCE_HEAD)))
    for person in session.scalars(told.where(PersonRow.active)).unique():
        tell(session, person, "archive_alarm", text, f"/archive/runs/{row.id}", text)


def _failed() -> set[int]:
    query = select(OutboxRow.args).where(
        OutboxRow.job == JOB, OutboxRow.done_at.is_(None), OutboxRow.failed_at.is_not(None)
    )
    return {args[0] for args in db.session.scalars(query)}
