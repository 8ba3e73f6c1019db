"""Read a file in the background: its readings stored, its invoices made or merged with the ones already held."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete
from sqlalchemy.orm import Session

from parsers.document import Document
from parsers.errors import NoInvoice, ParseError
from reimburse.domain.composition import compose
from reimburse.domain.invoice import InvoiceKey
from reimburse.domain.invoice_json import Json
from reimburse.domain.reading import ErrorCode, ReadStatus
from reimburse.domain.told import Told
from reimburse.services.invoices import intake, near_pictures, sandboxed, verification_queries
from reimburse.services.invoices.composing import recompose
from reimburse.services.invoices.invoice_merge import chain_of, held
from reimburse.services.invoices.media_types import CONTAINERS
from reimburse.services.matching import matching_runs
from reimburse.services.outbox import mark_done
from reimburse.services.returns import offsets
from reimburse.services.suppliers import suppliers
from reimburse.store.db import now, today, transaction
from reimburse.store.documents import DocumentRow, ReadingRow
from reimburse.store.events import record
from reimburse.store.invoices import InvoiceRow

MOST_TOLD = 10
"""Pages that a file's card speaks of one by one."""


def read_document(document_id: int, outbox_id: int | None = None) -> None:
    """Read a file and store what it says; a second run changes nothing."""
    with transaction() as session:
        row = session.get_one(DocumentRow, document_id)
        if row.state != "waiting":
            mark_done(session, outbox_id)
            return
        name, sha256, kind = row.name, row.sha256, row.stored.media_type
    document = Document(name, intake.files().get(sha256))
    try:
        inner = sandboxed.documents_in(document) if kind in CONTAINERS else (document,)
        if any(item.sha256 != sha256 for item in inner) or not inner:
            _unpack(document_id, inner, outbox_id)
        else:
            readings = sandboxed.read(document)
            _store(document_id, readings, near_pictures.hashes_of(document, readings), outbox_id)
    except ParseError as refused:
        _fail(document_id, refused, outbox_id)


def _unpack(document_id: int, inner: tuple[Document, ...], outbox_id: int | None) -> None:
    """Make a document of each file inside, to be read on its own."""
    if not inner:
        raise NoInvoice("压缩包或邮件里没有文件。 / The archive or mail holds no file.")
    stored = [intake.store(document.name, document.data) for document in inner if not document.refused]
    refused = [(document.name, document.refused) for document in inner if document.refused]
    with transaction() as session:
        row = _locked(session, document_id)
        if row.state == "waiting":
            for item in stored:
                intake.add(session, row.owner_id, item, container_id=row.id)
            row.state, row.read_at = "read", now()
            if refused:
                row.error_code, row.error_message = refused[0][1].value, _left_inside(refused)
        mark_done(session, outbox_id)


def _left_inside(refused: Sequence[tuple[str, ErrorCode]]) -> str:
    names = ", ".join(name.partition("/")[2] for name, _ in refused)
    return f"其余文件已读取；这些没有读取：{names} / The other files were read, these were not: {names}"


def _store(document_id: int, readings: Sequence[Json], hashes: Mapping[int, str], outbox_id: int | None) -> None:
    with transaction() as session:
        row = _locked(session, document_id)
        if row.state == "waiting":
            # A file that failed and is read again leaves its former verdict behind.
            session.execute(delete(ReadingRow).where(ReadingRow.document_id == row.id))
            for ordinal, reading in enumerate(readings):
                added = _add(session, row, ordinal, reading)
                near_pictures.keep(session, added, hashes.get(added.page))
            _conclude(row, readings)
        mark_done(session, outbox_id)


def _conclude(row: DocumentRow, readings: Sequence[Json]) -> None:
    """A file is read unless nothing in it could be; it keeps the reader's advice on pages that are not, or on all."""
    rejected = [reading for reading in readings if reading["status"] == ReadStatus.REJECTED]
    row.state = "failed" if len(rejected) == len(readings) else "read"
    row.read_at = now()
    errors = [reading["error"] for reading in rejected or readings if reading["error"]]
    if errors:
        row.error_code, row.error_message = errors[0]["code"], _together([error["message"] for error in errors])


def _together(messages: Sequence[str]) -> str:
    """What is said of several pages, in each language in turn."""
    told = [message.split(" / ", 1) for message in dict.fromkeys(messages)][:MOST_TOLD]
    return " / ".join(" ".join(words) for words in zip(*told, strict=False))


def _fail(document_id: int, refused: ParseError, outbox_id: int | None) -> None:
    with transaction() as session:
        row = _locked(session, document_id)
        if row.state == "waiting":
            row.state, row.read_at = "failed", now()
            row.error_code, row.error_message = refused.code.value, str(refused)
        mark_done(session, outbox_id)


def _locked(session: Session, document_id: int) -> DocumentRow:
    return session.get_one(DocumentRow, document_id, with_for_update={"of": DocumentRow}, populate_existing=True)


def _add(session: Session, document: DocumentRow, ordinal: int, reading: Json) -> ReadingRow:
    row = ReadingRow(
        document_id=document.id,
        ordinal=ordinal,
        page=reading["page"],
        status=reading["status"],
        document_kind=reading["document"],
        data=reading,
    )
    session.add(row)
    session.flush()
    if reading["invoice"] is not None:
        _join_invoice(session, document, row)
    return row


def _join_invoice(session: Session, document: DocumentRow, reading: ReadingRow) -> None:
    """Tie the reading to the holder's invoice of the same key, or to a new one."""
    stated = reading.data["invoice"]
    invoice = held(session, document.owner_id, stated.get("code") or "", stated.get("number"))
    if invoice is None:
        told = Told(reading.id, document.id, reading.data)
        data = compose([told]).data
        invoice = InvoiceRow(
            holder_id=document.owner_id,
            code=data.get("code") or "",
            number=data.get("number"),
            kind=data["kind"],
            status=reading.status,
            data=data,
            created_at=now(),
        )
        session.add(invoice)
        session.flush()
    else:
        record(session, chain_of(invoice.id), "file_joined", None, now(), {"document": document.id})
    reading.invoice_id = invoice.id
    recompose(session, invoice)
    verification_queries.ask_first(session, invoice)
    matching_runs.invoice_came(session)
    if invoice.red_letter and invoice.red_of_number:
        blue = InvoiceKey(invoice.red_of_code or "", invoice.red_of_number)
        offsets.open_for(session, blue, "red_lettered", today())
        suppliers.ask_for_figures(session, invoice.seller_tax_id)
