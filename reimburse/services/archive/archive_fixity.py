"""Stored files are read again, a share every night, all of them within the days that the settings give.

The nights go through the files in the order of their digests: each night as far as the share of days that are over.
What is not as it was raises an alarm: a notice, the doctor, and the archive's page.
"""

from datetime import date
from time import monotonic

from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.domain.finding import Text
from reimburse.domain.workflow import Role
from reimburse.services.archive.archive_files import state_of
from reimburse.services.company.accounts import settings
from reimburse.services.invoices.intake import files
from reimburse.services.notices import tell
from reimburse.services.outbox import ask, mark_done
from reimburse.store.archive import ErasedFileRow, FileCheckRow, FileRoundRow
from reimburse.store.db import now, reading, today, transaction
from reimburse.store.documents import StoredFileRow
from reimburse.store.events import record
from reimburse.store.people import PersonRow, RoleGrantRow

JOB = "check_files"
CHAIN = "archive:1"
"""The chain of what happens to the archive as a whole."""
SPARE_DAYS = 5
"""So many nights may fail before a file waits too long."""
SLICE_S = 20.0
AT_ONCE = 100
SPACE = 1 << 256


def check_files(outbox_id: int | None = None) -> int:
    """Read tonight's share of the files; how many. A long one hands over to the next job; run again, it goes on."""
    began, checked = monotonic(), 0
    on = today()
    with transaction() as session:
        _round(session, on)
    while rows := _next(on):
        states = {sha256: state_of(files(), sha256, size) for sha256, size in rows}
        with transaction() as session:
            _note(session, states)
            checked += len(states)
            if monotonic() - began > SLICE_S:
                ask(session, JOB)
                break
    with transaction() as session:
        _end_round(session, on)
        mark_done(session, outbox_id)
    return checked


def reach(started_on: date, on: date, days: int) -> str:
    """The last digest that a round which started on one day has reached on another, when it may take so many days.

    >>> reach(date(2026, 1, 1), date(2026, 1, 1), 7)[:4], reach(date(2026, 1, 1), date(2026, 1, 2), 7)[:4]
    ('7fff', 'ffff')
    """
    nights = max(days - SPARE_DAYS, 1)
    gone = min((on - started_on).days + 1, nights)
    return f"{SPACE * gone // nights - 1:064x}"


def bad_files(session: Session) -> list[FileCheckRow]:
    """Files that were not as they were when they were last read."""
    query = select(FileCheckRow).where(FileCheckRow.state.in_(("altered", "gone"))).order_by(FileCheckRow.sha256)
    return list(session.scalars(query.limit(AT_ONCE)))


def _round(session: Session, on: date) -> FileRoundRow:
    """The round that is on; a new one where the last one is over."""
    last = session.scalar(select(FileRoundRow).order_by(FileRoundRow.id.desc()).limit(1))
    if last is None or (last.finished_on is not None and last.finished_on < on):
        last = FileRoundRow(started_on=on, cursor="")
        session.add(last)
        session.flush()
    return last


def _next(on: date) -> list[tuple[str, int]]:
    with reading() as session:
        row = _round(session, on)
        until = reach(row.started_on, on, settings().archive_recheck_days)
        query = select(StoredFileRow.sha256, StoredFileRow.size).where(StoredFileRow.sha256 > row.cursor)
        erased = select(ErasedFileRow.sha256).where(ErasedFileRow.sha256 == StoredFileRow.sha256)
        query = (
            query.where(StoredFileRow.sha256 <= until, ~erased.exists()).order_by(StoredFileRow.sha256).limit(AT_ONCE)
        )
        return [(found.sha256, found.size) for found in session.execute(query)]


def _end_round(session: Session, on: date) -> None:
    row = _round(session, on)
    last = reach(row.started_on, on, settings().archive_recheck_days)
    behind = select(StoredFileRow.sha256).where(StoredFileRow.sha256 > row.cursor).limit(1)
    if last.strip("f") == "" and row.finished_on is None and session.scalar(behind) is None:
        row.finished_on = on


def _note(session: Session, states: dict[str, str]) -> None:
    row = _round(session, today())
    row.cursor, row.checked = max(states), row.checked + len(states)
    known = {
        check.sha256: check for check in session.scalars(select(FileCheckRow).where(FileCheckRow.sha256.in_(states)))
    }
    for sha256, state in states.items():
        check = known.get(sha256) or FileCheckRow(sha256=sha256, state="well")
        before, check.state, check.checked_at = check.state, state, now()
        session.add(check)
        if before != state:
            record(
                session, CHAIN, "file_mended" if state == "well" else f"file_{state}", None, now(), {"sha256": sha256}
            )
            _alarm(session, sha256, state)


def _alarm(session: Session, sha256: str, state: str) -> None:
    words = {
        "gone": Text(
            f"存档文件丢失：{sha256[:16]}…，请从备份恢复", f"An archived file is gone: {sha256[:16]}…, restore it"
        ),
        "altered": Text(
            f"存档文件被改动：{sha256[:16]}…，请从备份恢复", f"An archived file was changed: {sha256[:16]}…, restore it"
        ),
        "well": Text(f"存档文件已恢复：{sha256[:16]}…", f"An archived file is as it was again: {sha256[:16]}…"),
    }
    told = select(PersonRow).join(RoleGrantRow).where(RoleGrantRow.role.in_((Role.ADMIN, Role.FINANCE_HEAD)))
    for person in session.scalars(told.where(PersonRow.active)).unique():
        tell(
            session,
            person,
            "archive_alarm",
            words[state],
            "/archive/verify#files",
            words[state],
        )
