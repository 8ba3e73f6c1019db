"""One archived invoice as its page shows it: facts, files, how long it is kept and why, what holds it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.domain.finding import Text
from reimburse.domain.invoice import PAPER_KINDS
from reimburse.services.archive.archive_holds import Held, holds_on
from reimburse.services.archive.archive_timeline import Timeline, timeline
from reimburse.services.archive.paper_places import place_of
from reimburse.services.company.accounts import settings
from reimburse.services.errors import NotFound
from reimburse.store.archive import ArchiveEntryRow, ErasedFileRow, ErasureRow, FileCheckRow
from reimburse.store.batches import BatchRow
from reimburse.store.claims import AttachmentRow, ClaimRow
from reimburse.store.db import db, today
from reimburse.store.documents import DocumentRow, ReadingRow
from reimburse.store.invoices import InvoiceRow
from reimburse.store.people import PersonRow


@dataclass(frozen=True, slots=True)
class File:
    """A file of the item: the invoice's own, or (``attachment`` names its kind) one that goes with its claim.

    ``check`` is its last reading by the nightly job, None before the first; ``erased``: its bytes are gone by law.
    """

    document: DocumentRow
    attachment: str | None
    check: FileCheckRow | None
    erased: bool


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of the ledger with everything that hangs on it; ``kept``: deletion and erasure are refused now."""

    entry: ArchiveEntryRow
    invoice: InvoiceRow
    claim: ClaimRow
    claimant: str
    batch: BatchRow
    files: Sequence[File]
    holds: Sequence[Held]
    years: int
    why: Text
    kept: bool
    erasure: ErasureRow | None
    history: Timeline
    paper_place: str | None

    @property
    def is_paper(self) -> bool:
        """Whether the invoice itself is a piece of paper (R-119)."""
        return self.entry.kind in PAPER_KINDS

    @property
    def held(self) -> bool:
        """Whether a hold is on it now."""
        return any(held.row.lifted_at is None for held in self.holds)


def item(entry_id: int) -> Item:
    """The entry of this id, or ``NotFound``."""
    session = db.session()
    query = (
        select(ArchiveEntryRow, InvoiceRow, ClaimRow, PersonRow.name, BatchRow)
        .join(InvoiceRow, InvoiceRow.id == ArchiveEntryRow.invoice_id)
        .join(ClaimRow, ClaimRow.id == ArchiveEntryRow.claim_id)
        .join(PersonRow, PersonRow.id == ClaimRow.claimant_id)
        .join(BatchRow, BatchRow.id == ArchiveEntryRow.batch_id)
    )
    row = session.execute(query.where(ArchiveEntryRow.id == entry_id)).one_or_none()
    if row is None:
        raise NotFound
    entry, invoice, claim, claimant, batch = row
    holds = holds_on(entry.invoice_id, [entry.claim_id], [entry.batch_id])
    held = any(found.row.lifted_at is None for found in holds)
    return Item(
        entry=entry,
        invoice=invoice,
        claim=claim,
        claimant=claimant,
        batch=batch,
        files=_files(session, entry),
        holds=holds,
        years=entry.retain_until.year - entry.archived_on.year,
        why=_why(entry),
        kept=held or entry.retain_until >= today(),
        erasure=session.scalar(select(ErasureRow).where(ErasureRow.claim_id == entry.claim_id)),
        history=timeline(f"claim:{entry.claim_id}"),
        paper_place=place_of(entry.invoice_id) if entry.kind in PAPER_KINDS else None,
    )


def _why(entry: ArchiveEntryRow) -> Text:
    """What set the time it is kept."""
    years = entry.retain_until.year - entry.archived_on.year
    if settings().retention_years.get(entry.kind) == years:
        return Text(
            f"设置 retention_years 为该票种规定 {years} 年",
            f"the setting retention_years asks for {years} years of this kind",
        )
    return Text(
        f"R-116：政策规定保管 {years} 年，自归档当年年末起算",
        f"R-116: the policy asks for {years} years from the end of the year it was archived in",
    )


def _files(session: Session, entry: ArchiveEntryRow) -> list[File]:
    own = select(ReadingRow.document_id).where(ReadingRow.invoice_id == entry.invoice_id)
    attached = select(AttachmentRow.document_id, AttachmentRow.kind).where(AttachmentRow.claim_id == entry.claim_id)
    kinds: dict[int, str] = {row[0]: row[1] for row in session.execute(attached)}
    query = (
        select(DocumentRow, FileCheckRow, ErasedFileRow.sha256)
        .join(FileCheckRow, FileCheckRow.sha256 == DocumentRow.sha256, isouter=True)
        .join(ErasedFileRow, ErasedFileRow.sha256 == DocumentRow.sha256, isouter=True)
        .where(DocumentRow.id.in_(own) | DocumentRow.id.in_(kinds))
    )
    return [
        File(document, kinds.get(document.id), check, erased is not None)
        for document, check, erased in session.execute(query.order_by(DocumentRow.id))
    ]
