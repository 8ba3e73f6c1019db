"""Archive packages that somebody asked for: made in the background, kept for some days, downloaded."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from tempfile import TemporaryFile

from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.domain.finding import Text
from reimburse.export.package import AlteredFile
from reimburse.services.access import finance_only
from reimburse.services.archive import archive_package
from reimburse.services.archive.archive_package import Scope
from reimburse.services.errors import NotFound, Refused
from reimburse.services.invoices.intake import files
from reimburse.services.outbox import ask as ask_for
from reimburse.services.outbox import mark_done, tell_alive
from reimburse.store.archive import ArchivePackageRow
from reimburse.store.batches import BatchRow
from reimburse.store.db import db, now, reading, transaction
from reimburse.store.documents import StoredFileRow
from reimburse.store.people import PersonRow

JOB = "make_package"
KEPT_DAYS = 7
"""So long a package can be downloaded: it holds personal data, and can be made again."""
PAGE = 20
TOLD_EVERY_S = 5.0
NO_PERIOD = Text("请给出期间的起止日期。", "Say from which day to which day.")
LOST = Text(
    "有原件已不在存储中（可能已依法删除），请先校验档案。",
    "An original is no longer stored (it may have been erased by law): verify the archive first.",
)
ALTERED = Text("有文件与冻结时不符，请先校验档案。", "A file is not what it was when frozen: verify the archive first.")


@dataclass(frozen=True, slots=True)
class Asked:
    """A package and who asked for it; ``batch_no`` where it is of one batch."""

    row: ArchivePackageRow
    asked_by: str
    batch_no: str | None


def ask(by: PersonRow, scope: Scope) -> int:
    """Ask for a package; its id. While the same is being made, asking again leads to that one."""
    finance_only(by)
    if scope.batch_no is None and not (scope.since and scope.until and scope.since <= scope.until):
        raise Refused(NO_PERIOD.zh, NO_PERIOD.en)
    with transaction() as session:
        session.get(PersonRow, by.id, with_for_update={"of": PersonRow}, populate_existing=True)
        batches = archive_package.batches_in(session, scope)
        row = ArchivePackageRow(
            batch_id=batches[0].id if scope.batch_no else None,
            since=scope.since,
            until=scope.until,
            legal_entity_id=scope.legal_entity_id,
            asked_by_id=by.id,
            asked_at=now(),
            name=scope.name,
        )
        if there := _under_way(session, row):
            return there
        session.add(row)
        session.flush()
        ask_for(session, JOB, row.id)
        return row.id


def make_package(package_id: int, outbox_id: int | None = None) -> None:
    """The job: write the package and keep it. A second run does nothing."""
    with reading() as session:
        row = session.get_one(ArchivePackageRow, package_id)
        scope = None if row.done_at else _scope(session, row)
    made = _made(scope, outbox_id) if scope else None
    with transaction() as session:
        row = session.get_one(ArchivePackageRow, package_id)
        if made is not None and row.done_at is None:
            row.done_at = now()
            if isinstance(made, Text):
                row.problem_zh, row.problem_en = made.zh, made.en
            else:
                row.sha256, row.size = made
        mark_done(session, outbox_id)


def download(package_id: int) -> tuple[Iterator[bytes], str]:
    """The package in pieces, and its name; ``NotFound`` where there is none, or none any more."""
    row = db.session.get(ArchivePackageRow, package_id)
    if row is None or row.sha256 is None or row.removed_at is not None:
        raise NotFound
    return files().pieces(row.sha256), row.name


def listed(before: int | None = None) -> tuple[Sequence[Asked], int | None]:
    """Packages, the newest first, and the id that the next page starts below."""
    query = (
        select(ArchivePackageRow, PersonRow.name, BatchRow.batch_no)
        .join(PersonRow, PersonRow.id == ArchivePackageRow.asked_by_id)
        .join(BatchRow, BatchRow.id == ArchivePackageRow.batch_id, isouter=True)
    )
    query = query.where(ArchivePackageRow.id < before) if before is not None else query
    rows = [
        Asked(*row) for row in db.session.execute(query.order_by(ArchivePackageRow.id.desc()).limit(PAGE + 1)).all()
    ]
    return rows[:PAGE], rows[PAGE - 1].row.id if len(rows) > PAGE else None


def clear_packages(outbox_id: int | None = None) -> int:
    """The daily job: packages that were kept long enough go; how many."""
    old = (ArchivePackageRow.done_at < now() - timedelta(days=KEPT_DAYS), ArchivePackageRow.removed_at.is_(None))
    with transaction() as session:
        rows = session.scalars(select(ArchivePackageRow).where(*old)).all()
        gone = [row.sha256 for row in rows if row.sha256 and session.get(StoredFileRow, row.sha256) is None]
        for row in rows:
            row.removed_at = now()
        mark_done(session, outbox_id)
    for sha256 in gone:
        files().remove(sha256)
    return len(rows)


def _under_way(session: Session, wanted: ArchivePackageRow) -> int | None:
    same = [
        getattr(ArchivePackageRow, name).is_not_distinct_from(getattr(wanted, name))
        for name in ("batch_id", "since", "until", "legal_entity_id")
    ]
    return session.scalar(select(ArchivePackageRow.id).where(*same, ArchivePackageRow.done_at.is_(None)).limit(1))


def _scope(session: Session, row: ArchivePackageRow) -> Scope:
    number = select(BatchRow.batch_no).where(BatchRow.id == row.batch_id)
    return Scope(session.scalar(number) if row.batch_id else None, row.since, row.until, row.legal_entity_id)


def _made(scope: Scope, outbox_id: int | None) -> tuple[str, int] | Text:
    """The package's place in the file store and its size; or why it could not be made."""
    with TemporaryFile() as file:
        try:
            with reading() as session:
                pieces = archive_package.package(session, scope)
            told_at = time.monotonic()
            for piece in pieces:
                file.write(piece)
                if time.monotonic() - told_at > TOLD_EVERY_S:
                    tell_alive(outbox_id)
                    told_at = time.monotonic()
        except Refused as refused:
            return refused.text
        except FileNotFoundError:
            return LOST
        except AlteredFile:
            return ALTERED
        return files().put_file(file)
