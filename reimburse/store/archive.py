"""The archive beside the rows themselves: salts, seals, the ledger of what is archived, holds, fixity, checks."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reimburse.store.db import Base, Key


class PersonalSaltRow(Base):
    """The salt that hides what a stored row says about a person within the row's digest.

    Once that was erased from the row, the salt is gone too, and ``digest`` keeps what the chain rests on.
    """

    __tablename__ = "personal_salts"
    __table_args__ = (UniqueConstraint("table_name", "row_key"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    chain: Mapped[str] = mapped_column(String(60), index=True)
    table_name: Mapped[str] = mapped_column(String(40))
    row_key: Mapped[str] = mapped_column(String(60))
    salt: Mapped[str | None] = mapped_column(String(32))
    digest: Mapped[str | None] = mapped_column(String(64))
    erased_at: Mapped[datetime | None]


class SealRow(Base):
    """One seal over the heads of all chains that moved since the seal before; append-only, a chain of its own.

    ``root`` is the Merkle root over its leaves in the order of the chains' names. ``last_event_id``: the newest event
    there was. ``made_by_id`` None is the scheduler.
    """

    __tablename__ = "seals"

    number: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    algorithm: Mapped[str] = mapped_column(String(10))
    leaves: Mapped[int]
    last_event_id: Mapped[int] = mapped_column(BigInteger)
    root: Mapped[str] = mapped_column(String(64))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class SealLeafRow(Base):
    """Where one chain stood when it was sealed; append-only."""

    __tablename__ = "seal_leaves"
    __table_args__ = (Index("ix_seal_leaves_chain_seq", "chain", "seq"),)

    seal_number: Mapped[int] = mapped_column(ForeignKey("seals.number"), primary_key=True)
    chain: Mapped[str] = mapped_column(String(60), primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class ArchiveEntryRow(Base):
    """An invoice of an exported claim in the archive's ledger (台账); never changed, not deleted before its day.

    ``kind`` keeps the kinds apart (R-117); ``retain_until`` is the last day that it has to be kept.
    """

    __tablename__ = "archive_entries"
    __table_args__ = (
        UniqueConstraint("invoice_id", "claim_id"),
        Index("ix_archive_entries_batch_id_kind_id", "batch_id", "kind", "id"),
        Index("ix_archive_entries_archived_on_kind_id", "archived_on", "kind", "id"),
        Index("ix_archive_entries_archived_on_id", "archived_on", "id"),
        Index("ix_archive_entries_kind_id", "kind", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoices.id"))
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"), index=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"))
    kind: Mapped[str] = mapped_column(String(30))
    archived_on: Mapped[date]
    retain_until: Mapped[date]


class LegalHoldRow(Base):
    """What nobody deletes or erases while it is held, whatever its age: an invoice, a claim or a batch."""

    __tablename__ = "legal_holds"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN invoice_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN claim_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN batch_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="holds_one_thing",
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("invoices.id"), index=True)
    claim_id: Mapped[int | None] = mapped_column(ForeignKey("claims.id"), index=True)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batches.id"), index=True)
    reason: Mapped[str] = mapped_column(String(500))
    set_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    set_at: Mapped[datetime]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    lifted_at: Mapped[datetime | None]
    lift_reason: Mapped[str] = mapped_column(String(500), default="")


class FileCheckRow(Base):
    """When a stored file was last read again, and what came of it. ``state``: well, altered, gone."""

    __tablename__ = "file_checks"
    __table_args__ = (Index("ix_file_checks_checked_at", "checked_at"), Index("ix_file_checks_state", "state"))

    sha256: Mapped[str] = mapped_column(ForeignKey("stored_files.sha256"), primary_key=True)
    checked_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10))


class FileRoundRow(Base):
    """One round through all stored files in the order of their digests; ``cursor`` is the last one that was read."""

    __tablename__ = "file_rounds"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    started_on: Mapped[date]
    finished_on: Mapped[date | None]
    cursor: Mapped[str] = mapped_column(String(64), default="")
    checked: Mapped[int] = mapped_column(default=0)


class ArchiveRunRow(Base):
    """One verification of the whole archive that somebody asked for, its progress and what it found.

    ``found`` holds the first problems as ``{"zh", "en"}``; ``problems`` counts them all. ``failure``: why it broke off.
    """

    __tablename__ = "archive_runs"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    counted: Mapped[dict[str, Any]] = mapped_column(default=dict)
    problems: Mapped[int] = mapped_column(default=0)
    found: Mapped[list[Any]] = mapped_column(default=list)
    failure: Mapped[str | None] = mapped_column(Text)


class ArchivePackageRow(Base):
    """A package that somebody asked for: of a batch, or of the batches exported in a period. Kept for some days.

    ``sha256`` is its place in the file store; ``removed_at`` set once it was cleared. ``problem_*``: why there is none.
    """

    __tablename__ = "archive_packages"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batches.id"), index=True)
    since: Mapped[date | None]
    until: Mapped[date | None]
    legal_entity_id: Mapped[int | None] = mapped_column(ForeignKey("legal_entities.id"))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    done_at: Mapped[datetime | None] = mapped_column(index=True)
    removed_at: Mapped[datetime | None]
    name: Mapped[str] = mapped_column(String(100))
    sha256: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int | None] = mapped_column(BigInteger)
    problem_zh: Mapped[str | None] = mapped_column(Text)
    problem_en: Mapped[str | None] = mapped_column(Text)


class ErasureRow(Base):
    """The personal data of an archived claim was erased, by whom and why; append-only.

    ``counted`` says how many rows of which table were blanked.
    """

    __tablename__ = "erasures"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"), unique=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(500))
    counted: Mapped[dict[str, Any]] = mapped_column(default=dict)


class ErasedFileRow(Base):
    """A stored file whose bytes went with an erasure; its digest and size stay in ``stored_files``."""

    __tablename__ = "erased_files"

    sha256: Mapped[str] = mapped_column(ForeignKey("stored_files.sha256"), primary_key=True)
    erasure_id: Mapped[int] = mapped_column(ForeignKey("erasures.id"), index=True)
    chain: Mapped[str] = mapped_column(String(60))


class AdoptionRow(Base):
    """How far the rows of an earlier release were taken into the archive as they were found.

    ``family`` names what owns them; ids up to ``until_id`` are older than the archive, up to ``done_id`` taken in.
    """

    __tablename__ = "archive_adoptions"

    family: Mapped[str] = mapped_column(String(20), primary_key=True)
    until_id: Mapped[int] = mapped_column(BigInteger)
    done_id: Mapped[int] = mapped_column(BigInteger, default=0)
