"""What of an archived claim may be erased, and whether it may be yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, String, cast, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from reimburse.domain.workflow import ClaimState
from reimburse.services.archive.retention import last_day
from reimburse.services.errors import Refused
from reimburse.services.policy.policies import parameters_of
from reimburse.store.archive import ArchiveEntryRow, ErasedFileRow, ErasureRow, LegalHoldRow
from reimburse.store.batches import BatchClaimRow, BatchRow
from reimburse.store.claims import AttachmentRow, ClaimInvoiceRow, ClaimRow
from reimburse.store.db import CHINA
from reimburse.store.documents import DocumentRow, ReadingRow
from reimburse.store.ledger import LedgerEntryRow, LedgerPostingRow
from reimburse.store.payouts import PayoutClaimRow


@dataclass(frozen=True, slots=True)
class Target:
    """What goes: everything about people on these chains, of some ``only`` the rows named by (table, key).

    ``files``: digests of files whose bytes go, by the chain that tells of it.
    """

    chains: Sequence[str]
    only: Mapping[str, frozenset[tuple[str, str]]] = field(default_factory=dict)
    files: Mapping[str, Sequence[str]] = field(default_factory=dict)


def refuse_kept(session: Session, claim: ClaimRow, on: date) -> None:
    """``Refused`` where the claim is not archived, its days are not over, or something of it is held."""
    until = kept_until(session, claim)
    if until is None:
        raise Refused(f"{claim.claim_no} 尚未归档。", f"{claim.claim_no} is not archived.")
    if until >= on:
        raise Refused(
            f"{claim.claim_no} 须保存至 {until}（R-116），期满前不能删除。",
            f"{claim.claim_no} has to be kept until {until} (R-116): nothing of it is erased before.",
        )
    held = select(LegalHoldRow.reason).where(LegalHoldRow.lifted_at.is_(None), _holds(claim.id)).limit(1)
    if (why := session.scalar(held)) is not None:
        raise Refused(
            f"{claim.claim_no} 处于法律保全（{why}），解除前不能删除。",
            f"{claim.claim_no} is under a legal hold ({why}): nothing of it is erased until that is lifted.",
        )


def kept_until(session: Session, claim: ClaimRow) -> date | None:
    """The last day that the claim has to be kept; None where it was never exported."""
    last = select(func.max(ArchiveEntryRow.retain_until)).where(ArchiveEntryRow.claim_id == claim.id)
    if (until := session.scalar(last)) is not None:
        return until
    exported = select(BatchRow.exported_at).join(BatchClaimRow).where(BatchClaimRow.claim_id == claim.id)
    at = session.scalar(exported)
    return last_day(at.astimezone(CHINA).date(), parameters_of(claim).archive_years) if at else None


def target_of(session: Session, claim: ClaimRow) -> Target:
    """Everything that is this claim's alone, or shared only with claims that were erased before."""
    invoices = _alone(session, ClaimInvoiceRow.invoice_id, ClaimInvoiceRow.claim_id, claim.id)
    documents = _documents(session, claim.id, invoices)
    payouts = _alone(session, PayoutClaimRow.payout_id, PayoutClaimRow.claim_id, claim.id)
    postings = _postings(session, claim)
    owners = (("invoice", invoices), ("document", [row.id for row in documents]), ("payout", payouts))
    chains = [f"claim:{claim.id}", *(f"{family}:{owner_id}" for family, ids in owners for owner_id in ids), *postings]
    return Target(chains, postings, _files(session, claim.id, documents))


def _holds(claim_id: int) -> ColumnElement[bool]:
    invoices = select(ClaimInvoiceRow.invoice_id).where(ClaimInvoiceRow.claim_id == claim_id)
    batches = select(BatchClaimRow.batch_id).where(BatchClaimRow.claim_id == claim_id)
    return or_(
        LegalHoldRow.claim_id == claim_id,
        LegalHoldRow.invoice_id.in_(invoices),
        LegalHoldRow.batch_id.in_(batches),
    )


def _living(column: InstrumentedAttribute[int], claim_id: int) -> ColumnElement[bool]:
    """The column names another claim that was neither deleted nor erased."""
    erased = select(ErasureRow.claim_id)
    deleted = select(ClaimRow.id).where(ClaimRow.state == ClaimState.DELETED.value)
    return (column != claim_id) & column.not_in(erased) & column.not_in(deleted)


def _alone(
    session: Session, thing: InstrumentedAttribute[int], claim: InstrumentedAttribute[int], claim_id: int
) -> list[int]:
    """The things of this claim that no living claim shares."""
    ids = set(session.scalars(select(thing).where(claim == claim_id)))
    shared = set(session.scalars(select(thing).where(thing.in_(ids), _living(claim, claim_id))))
    return sorted(ids - shared)


def _documents(session: Session, claim_id: int, invoices: Sequence[int]) -> list[DocumentRow]:
    """The files of these invoices and the claim's attachments, but none that something else needs."""
    read = select(ReadingRow.document_id).where(ReadingRow.invoice_id.in_(invoices))
    elsewhere = select(ReadingRow.document_id).where(
        ReadingRow.invoice_id.is_not(None), ReadingRow.invoice_id.not_in(invoices)
    )
    attached = select(AttachmentRow.document_id).where(AttachmentRow.claim_id == claim_id)
    needed = select(AttachmentRow.document_id).where(_living(AttachmentRow.claim_id, claim_id))
    wanted = or_(DocumentRow.id.in_(read), DocumentRow.id.in_(attached))
    query = select(DocumentRow).where(wanted, DocumentRow.id.not_in(needed), DocumentRow.id.not_in(elsewhere))
    return list(session.scalars(query.order_by(DocumentRow.id)))


def _postings(session: Session, claim: ClaimRow) -> dict[str, frozenset[tuple[str, str]]]:
    """The claim's lines in the books, by the chain of their entry."""
    query = (
        select(LedgerPostingRow.entry_id, LedgerPostingRow.position)
        .join(LedgerEntryRow, LedgerEntryRow.id == LedgerPostingRow.entry_id)
        .where(LedgerPostingRow.claim_no == claim.claim_no, LedgerEntryRow.state == "posted")
    )
    found: dict[str, set[tuple[str, str]]] = {}
    for entry_id, position in session.execute(query):
        found.setdefault(f"entry:{entry_id}", set()).add((LedgerPostingRow.__tablename__, f"{entry_id}/{position}"))
    return {chain: frozenset(keys) for chain, keys in found.items()}


def _files(session: Session, claim_id: int, documents: Sequence[DocumentRow]) -> dict[str, list[str]]:
    """The bytes that go: of these files, unless somebody else has the same; of the batch with its last claim."""
    ids = [row.id for row in documents]
    digests = {row.sha256: f"document:{row.id}" for row in documents}
    others = select(DocumentRow.sha256).where(DocumentRow.sha256.in_(digests), DocumentRow.id.not_in(ids))
    gone = set(session.scalars(select(ErasedFileRow.sha256).where(ErasedFileRow.sha256.in_(digests))))
    found: dict[str, list[str]] = {}
    for sha256, chain in sorted(digests.items()):
        if sha256 not in gone and sha256 not in set(session.scalars(others)):
            found.setdefault(chain, []).append(sha256)
    return found | _batch_files(session, claim_id)


def _batch_files(session: Session, claim_id: int) -> dict[str, list[str]]:
    """The tables of the claim's batch, which name people, once all its claims are erased."""
    batch = session.scalar(select(BatchRow).join(BatchClaimRow).where(BatchClaimRow.claim_id == claim_id))
    if batch is None or _alone(session, BatchClaimRow.batch_id, BatchClaimRow.claim_id, claim_id) != [batch.id]:
        return {}
    digests = {about["sha256"] for about in batch.control.get("files", {}).values()}
    gone = set(session.scalars(select(ErasedFileRow.sha256).where(ErasedFileRow.sha256.in_(digests))))
    mine = sorted(sha256 for sha256 in digests - gone if not _of_another(session, batch.id, sha256))
    return {f"batch:{batch.id}": mine} if mine else {}


def _of_another(session: Session, batch_id: int, sha256: str) -> bool:
    """Whether a table of another batch has the same bytes, as empty ones have."""
    said = cast(BatchRow.control, String).contains(sha256)
    return session.scalar(select(BatchRow.id).where(BatchRow.id != batch_id, said).limit(1)) is not None
