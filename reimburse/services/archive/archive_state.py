"""How the archive is: its last verification and seal, and how much of its files was read again in time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reimburse.services.archive.archive_fixity import bad_files
from reimburse.services.archive.archive_runs import last_done
from reimburse.services.archive.archive_seals import newest_seal
from reimburse.services.company.accounts import settings
from reimburse.store.archive import ArchiveRunRow, ErasedFileRow, FileCheckRow, FileRoundRow, SealRow
from reimburse.store.db import CHINA, now, today
from reimburse.store.documents import StoredFileRow


@dataclass(frozen=True, slots=True)
class Fixity:
    """The nightly reading: of so many files so many were read within ``days``; ``bad``: what is not as it was.

    ``due``: files older than ``days`` that were not; ``round_began`` None before the first night.
    """

    days: int
    files: int
    read: int
    due: int
    round_began: date | None
    bad: Sequence[FileCheckRow]

    @property
    def percent(self) -> int:
        """The share read, rounded down; all of nothing is all."""
        return 100 * self.read // self.files if self.files else 100


@dataclass(frozen=True, slots=True)
class State:
    """All of it."""

    fixity: Fixity
    verified: ArchiveRunRow | None
    seal: SealRow | None

    @property
    def verified_days_ago(self) -> int | None:
        """Whole days since the last verification; None before the first."""
        done = self.verified.done_at if self.verified else None
        return (today() - done.astimezone(CHINA).date()).days if done else None


def state(session: Session) -> State:
    """How the archive is now."""
    return State(fixity(session), last_done(session), newest_seal(session))


def fixity(session: Session) -> Fixity:
    """The nightly reading as it stands; files whose bytes were erased by law are left out."""
    days = settings().archive_recheck_days
    since = now() - timedelta(days=days)
    erased = session.scalar(select(func.count()).select_from(ErasedFileRow)) or 0
    every = (session.scalar(select(func.count()).select_from(StoredFileRow)) or 0) - erased
    gone = select(ErasedFileRow.sha256).where(ErasedFileRow.sha256 == FileCheckRow.sha256).exists()
    read = select(func.count()).select_from(FileCheckRow).where(FileCheckRow.checked_at >= since, ~gone)
    fresh = select(FileCheckRow.sha256).where(
        FileCheckRow.sha256 == StoredFileRow.sha256, FileCheckRow.checked_at >= since
    )
    without = select(ErasedFileRow.sha256).where(ErasedFileRow.sha256 == StoredFileRow.sha256)
    due = select(func.count()).where(StoredFileRow.stored_at < since, ~fresh.exists(), ~without.exists())
    began = session.scalar(select(FileRoundRow.started_on).order_by(FileRoundRow.id.desc()).limit(1))
    return Fixity(days, every, session.scalar(read) or 0, session.scalar(due) or 0, began, bad_files(session))
