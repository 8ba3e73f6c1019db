"""Attachments of a draft or returned claim: a document of the wallet that proves something."""

from reimburse.services.claims.claim_access import own_editable
from reimburse.services.claims.claim_lines import line_of
from reimburse.services.claims.claims import touched
from reimburse.services.errors import NotFound, Refused
from reimburse.store.claims import AttachmentRow
from reimburse.store.db import now, transaction
from reimburse.store.documents import DocumentRow
from rules.vocabulary import ATTACHMENTS

LOOKED_AT = frozenset({"application/pdf", "application/ofd", "application/xml", "message/rfc822"})


def attach(
    by_id: int,
    claim_no: str,
    kind: str,
    document_id: int,
    line_id: int | None = None,
    invoice_id: int | None = None,
    version: int | None = None,
) -> int:
    """Attach a document of the person's own wallet to a line, an invoice or the whole claim; the attachment's id.

    The same document attached again for the same purpose is one attachment.
    """
    if kind not in ATTACHMENTS:
        raise Refused("请选择附件种类。", "Choose what kind of attachment it is.")
    with transaction() as session:
        claim = own_editable(session, claim_no, by_id, version)
        document = session.get(DocumentRow, document_id)
        if document is None or document.owner_id != by_id:
            raise NotFound
        if not _can_be_looked_at(document.stored.media_type):
            raise Refused(
                f"{document.name}：附件须能直接查看，请转成 PDF 或图片再附。",
                f"{document.name}: reviewers have to see it; make it a PDF or a picture.",
            )
        if line_id is not None:
            line_of(claim, line_id)
        if invoice_id is not None and invoice_id not in {invoice.id for invoice in claim.invoices}:
            raise NotFound
        for there in claim.attachments:
            if (there.kind, there.document_id, there.line_id, there.invoice_id) == (
                kind,
                document_id,
                line_id,
                invoice_id,
            ):
                return there.id
        row = AttachmentRow(
            kind=kind, document_id=document_id, line_id=line_id, invoice_id=invoice_id, created_at=now()
        )
        claim.attachments.append(row)
        touched(session, claim, [line_id] if line_id is not None else ())
        return row.id


def _can_be_looked_at(media_type: str) -> bool:
    return media_type in LOOKED_AT or media_type.startswith("image/")


def detach(by_id: int, claim_no: str, attachment_id: int, version: int | None = None) -> None:
    """Take an attachment off the claim; its document stays in the wallet."""
    with transaction() as session:
        claim = own_editable(session, claim_no, by_id, version)
        for row in claim.attachments:
            if row.id == attachment_id:
                claim.attachments.remove(row)
                touched(session, claim, [row.line_id] if row.line_id is not None else ())
                return
        raise NotFound
