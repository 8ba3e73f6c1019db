"""What is written for a package out of the database: the ledger by kind, what was read, chains, rows and seals."""

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import IO, Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from reimburse.domain.canonical import canonical
from reimburse.domain.money import from_fen
from reimburse.export.csv_file import csv_heading, csv_rows
from reimburse.export.ledger_rows import LEDGER_COLUMNS, LedgerRow
from reimburse.export.verifier_contents import CHAINS, SEALS
from reimburse.services.archive.archive_chains import Told, told_by
from reimburse.services.archive.archive_proofs import Proofs
from reimburse.services.archive.archive_rows import stated_texts
from reimburse.store.archive import ArchiveEntryRow
from reimburse.store.balances import BalanceEntryRow
from reimburse.store.batches import BatchClaimRow, BatchRow
from reimburse.store.claims import AttachmentRow, ClaimInvoiceRow, ClaimRow
from reimburse.store.documents import DocumentRow, ReadingRow
from reimburse.store.events import EventRow
from reimburse.store.invoices import InvoiceRow
from reimburse.store.kept_digests import salts_of
from reimburse.store.kept_tables import GROUPS
from reimburse.store.ledger import LedgerEntryRow
from reimburse.store.payouts import PayoutRow
from reimburse.store.people import PersonRow
from reimburse.store.verifications import VerificationRow

Opened = Callable[..., IO[bytes]]
AT_ONCE = 50
READINGS = next(kept for group in GROUPS for kept in group.tables if kept.row is ReadingRow)


def kinds_of(session: Session, batch_id: int) -> dict[str, str]:
    """The kind of invoice in each original of a batch, by digest (R-117)."""
    query = (
        select(DocumentRow.sha256, InvoiceRow.kind)
        .join(ReadingRow, ReadingRow.document_id == DocumentRow.id)
        .join(InvoiceRow, InvoiceRow.id == ReadingRow.invoice_id)
        .join(ClaimInvoiceRow, ClaimInvoiceRow.invoice_id == InvoiceRow.id)
        .join(BatchClaimRow, BatchClaimRow.claim_id == ClaimInvoiceRow.claim_id)
        .where(BatchClaimRow.batch_id == batch_id)
        .order_by(InvoiceRow.id.desc())
    )
    return {row[0]: row[1] for row in session.execute(query)}


def write_ledgers(session: Session, batch_ids: Sequence[int], opened: Opened) -> None:
    """One table of the ledger a kind of invoice."""
    entry = (ArchiveEntryRow.claim_id == ClaimRow.id) & (ArchiveEntryRow.invoice_id == InvoiceRow.id)
    query = (
        select(InvoiceRow, ClaimRow.claim_no, PersonRow.employee_no, PersonRow.name, BatchRow.batch_no, ArchiveEntryRow)
        .select_from(BatchClaimRow)
        .join(BatchRow, BatchRow.id == BatchClaimRow.batch_id)
        .join(ClaimRow, ClaimRow.id == BatchClaimRow.claim_id)
        .join(PersonRow, PersonRow.id == ClaimRow.claimant_id)
        .join(ClaimInvoiceRow, ClaimInvoiceRow.claim_id == ClaimRow.id)
        .join(InvoiceRow, InvoiceRow.id == ClaimInvoiceRow.invoice_id)
        .join(ArchiveEntryRow, entry, isouter=True)
        .where(BatchClaimRow.batch_id.in_(batch_ids))
        .order_by(InvoiceRow.kind, BatchRow.batch_no, ClaimRow.claim_no, InvoiceRow.id)
        .execution_options(yield_per=500)
    )
    for kind, rows in groupby((_ledger_row(*row) for row in session.execute(query)), lambda row: row.kind):
        file = opened(f"ledger/{kind}.csv")
        file.write(csv_heading(LEDGER_COLUMNS))
        for row in rows:
            file.write(csv_rows(LEDGER_COLUMNS, [row]))


def write_readings(session: Session, batch_ids: Sequence[int], opened: Opened) -> None:
    """What was read in each file of the batches' invoices, one file a reading, with the salt that proves it."""
    documents = _documents(session, batch_ids)
    for start in range(0, len(documents), AT_ONCE):
        some = documents[start : start + AT_ONCE]
        rows = session.scalars(select(ReadingRow).where(ReadingRow.document_id.in_(some)).order_by(ReadingRow.id)).all()
        salts = salts_of(session, READINGS, [str(row.id) for row in rows])
        for row in rows:
            salt = salts.get(str(row.id))
            about = {name: getattr(row, name) for name in READINGS.columns}
            said = {"row": about, "salt": salt.salt if salt else None, "hidden": salt.digest if salt else None}
            file = opened(f"readings/{row.document_id:08}-{row.ordinal:03}.json", reading=str(row.id))
            file.write(json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n")


def write_chains(session: Session, batch_ids: Sequence[int], opened: Opened) -> None:
    """The chains of everything in the batches, one a line, with the rows that they state; and the seals over them."""
    proofs = Proofs(session)
    file, chains = opened(CHAINS), list(dict.fromkeys(_chains(session, batch_ids)))
    for start in range(0, len(chains), AT_ONCE):
        some = chains[start : start + AT_ONCE]
        found = told_by(session, some, lambda _: None)
        events, rows = _events(session, some), _rows(session, found)
        for told in found:
            said = {"chain": told.chain, "events": events[told.chain], "rows": rows.get(told.chain, [])}
            file.write(canonical({**said, "proof": proofs.of(told.chain)}).encode() + b"\n")
    seals = opened(SEALS)
    for line in proofs.seals():
        seals.write(line)


def _ledger_row(
    invoice: InvoiceRow, claim_no: str, employee_no: str, name: str, batch_no: str, entry: ArchiveEntryRow | None
) -> LedgerRow:
    return LedgerRow(
        kind=entry.kind if entry else invoice.kind,
        code=invoice.code,
        number=invoice.number or "",
        issue_date=invoice.issue_date,
        seller_name=invoice.seller_name,
        seller_tax_id=invoice.seller_tax_id,
        total_incl_tax=from_fen(invoice.total_fen) if invoice.total_fen is not None else None,
        claim_no=claim_no,
        employee_no=employee_no,
        employee=name,
        batch_no=batch_no,
        archived_on=entry.archived_on if entry else None,
        retain_until=entry.retain_until if entry else None,
    )


def _chains(session: Session, batch_ids: Sequence[int]) -> Iterator[str]:
    """The chains of batches, claims, invoices, files, verifications, vouchers and payouts, in this order."""
    claims = select(BatchClaimRow.claim_id).where(BatchClaimRow.batch_id.in_(batch_ids))
    invoices = select(ClaimInvoiceRow.invoice_id).where(ClaimInvoiceRow.claim_id.in_(claims))
    numbers = select(BalanceEntryRow.number).where(BalanceEntryRow.claim_id.in_(claims))
    payouts = select(PayoutRow.id).where(PayoutRow.batch_id.in_(batch_ids))
    booked = LedgerEntryRow.batch_id.in_(batch_ids) | LedgerEntryRow.payout_id.in_(payouts)
    known: tuple[tuple[str, Select[Any]], ...] = (
        ("batch", select(BatchRow.id).where(BatchRow.id.in_(batch_ids)).order_by(BatchRow.batch_no)),
        ("claim", select(ClaimRow.id).where(ClaimRow.id.in_(claims)).order_by(ClaimRow.claim_no)),
        ("invoice", invoices.order_by(ClaimInvoiceRow.invoice_id)),
        (
            "verification",
            select(VerificationRow.id).where(VerificationRow.number.in_(numbers)).order_by(VerificationRow.id),
        ),
        ("entry", select(LedgerEntryRow.id).where(booked).order_by(LedgerEntryRow.id)),
        ("payout", payouts.order_by(PayoutRow.id)),
    )
    for family, query in known:
        yield from (f"{family}:{owner_id}" for owner_id in session.scalars(query))
    attached = select(AttachmentRow.document_id).where(AttachmentRow.claim_id.in_(claims))
    documents = {*_documents(session, batch_ids), *session.scalars(attached)}
    yield from (f"document:{document_id}" for document_id in sorted(documents))


def _documents(session: Session, batch_ids: Sequence[int]) -> list[int]:
    """The files of the batches' invoices."""
    claims = select(BatchClaimRow.claim_id).where(BatchClaimRow.batch_id.in_(batch_ids))
    invoices = select(ClaimInvoiceRow.invoice_id).where(ClaimInvoiceRow.claim_id.in_(claims))
    query = select(ReadingRow.document_id).where(ReadingRow.invoice_id.in_(invoices)).distinct()
    return list(session.scalars(query.order_by(ReadingRow.document_id)))


def _events(session: Session, chains: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    query = select(EventRow).where(EventRow.chain.in_(chains)).order_by(EventRow.chain, EventRow.seq)
    for event in session.scalars(query):
        said = {"seq": event.seq, "kind": event.kind, "actor": event.actor_id, "at": event.at.isoformat()}
        said |= {"payload": event.payload, "previous": event.previous_hash, "hash": event.hash}
        found.setdefault(event.chain, []).append({**said, "algorithm": event.algorithm})
    return found


def _rows(session: Session, chains: Sequence[Told]) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for group in GROUPS:
        stated = {told.owner: told for told in chains if told.family == group.family and told.owner is not None}
        for owner, table, key, text, _ in stated_texts(session, group, stated) if stated else ():
            if table in stated[owner].rows:
                found.setdefault(stated[owner].chain, []).append({"table": table, "key": key, "text": text})
    return found
