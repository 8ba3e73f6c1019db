"""What the database refuses of the archive, as SQL conditions: deletion before its day, and every change of a proof.

What is about a person may be blanked in rows that are otherwise fixed, once its salt was erased; all else stays.
"""

from reimburse.store.archive import (
    ArchiveEntryRow,
    ErasedFileRow,
    ErasureRow,
    LegalHoldRow,
    PersonalSaltRow,
    SealLeafRow,
    SealRow,
)
from reimburse.store.documents import DocumentRow, ReadingRow, StoredFileRow
from reimburse.store.invoices import InvoiceRow
from reimburse.store.kept_tables import GROUPS
from reimburse.store.money_guards import changed

TODAY = ":today:"
"""Replaced by each database's word for the present day in China."""
TODAYS = {"sqlite": "date('now', '+8 hours')", "postgresql": "CAST(now() AT TIME ZONE 'Asia/Shanghai' AS date)"}
HELD = (
    "(SELECT count(*) FROM legal_holds h WHERE h.lifted_at IS NULL AND"
    " (h.invoice_id = e.invoice_id OR h.claim_id = e.claim_id OR h.batch_id = e.batch_id)) > 0"
)
KEPT = f"(e.retain_until >= {TODAY} OR {HELD})"
OF_INVOICE = f"(SELECT count(*) FROM archive_entries e WHERE e.invoice_id = {{}} AND {KEPT}) > 0"
HELD_INVOICE = "(SELECT count(*) FROM legal_holds h WHERE h.lifted_at IS NULL AND h.invoice_id = OLD.id) > 0"
OF_DOCUMENT = (
    "((SELECT count(*) FROM readings r JOIN archive_entries e ON e.invoice_id = r.invoice_id"
    f" WHERE r.document_id = OLD.id AND {KEPT}) > 0"
    " OR (SELECT count(*) FROM attachments a JOIN archive_entries e ON e.claim_id = a.claim_id"
    f" WHERE a.document_id = OLD.id AND {KEPT}) > 0)"
)
OF_CHAIN = (
    "CASE WHEN substr(OLD.chain, 1, 6) = 'claim:' THEN (SELECT count(*) FROM archive_entries e"
    f" WHERE e.claim_id = CAST(substr(OLD.chain, 7) AS bigint) AND {KEPT})"
    " WHEN substr(OLD.chain, 1, 8) = 'invoice:' THEN (SELECT count(*) FROM archive_entries e"
    f" WHERE e.invoice_id = CAST(substr(OLD.chain, 9) AS bigint) AND {KEPT})"
    " WHEN substr(OLD.chain, 1, 9) = 'document:' THEN (SELECT count(*) FROM readings r"
    " JOIN archive_entries e ON e.invoice_id = r.invoice_id"
    f" WHERE r.document_id = CAST(substr(OLD.chain, 10) AS bigint) AND {KEPT})"
    " ELSE 0 END > 0"
)
"""What the chain is named after has to be kept: what it says of people is not erased before its day either."""
UNDOCUMENTED = "(SELECT count(*) FROM documents d WHERE d.sha256 = OLD.sha256) = 0"
LIFTING = "OLD.lifted_at IS NULL AND NEW.lifted_at IS NOT NULL AND NOT " + changed(
    ("invoice_id", "claim_id", "batch_id", "reason", "set_by_id", "set_at")
)
NO_CHANGE = [("UPDATE", "1 = 1"), ("DELETE", "1 = 1")]
KEPT_BY_LAW = "the archive keeps it until its day"
ARCHIVE: dict[str, tuple[list[tuple[str, str]], str]] = {
    SealRow.__tablename__: (NO_CHANGE, "a seal stays as it is"),
    SealLeafRow.__tablename__: (NO_CHANGE, "a seal stays as it is"),
    ArchiveEntryRow.__tablename__: (
        [("UPDATE", "1 = 1"), ("DELETE", KEPT.replace("e.", "OLD."))],
        KEPT_BY_LAW,
    ),
    LegalHoldRow.__tablename__: (
        [("UPDATE", f"NOT ({LIFTING})"), ("DELETE", "1 = 1")],
        "a hold is lifted, never rewritten",
    ),
    PersonalSaltRow.__tablename__: (
        [
            (
                "UPDATE",
                f"OLD.erased_at IS NOT NULL OR {changed(('chain', 'table_name', 'row_key'))}"
                f" OR (NEW.erased_at IS NOT NULL AND {OF_CHAIN})",
            ),
            ("DELETE", "1 = 1"),
        ],
        "the chain rests on it",
    ),
    ErasureRow.__tablename__: (NO_CHANGE, "an erasure stays on record"),
    ErasedFileRow.__tablename__: (NO_CHANGE, "an erasure stays on record"),
    StoredFileRow.__tablename__: ([("UPDATE", "1 = 1"), ("DELETE", UNDOCUMENTED)], "a stored file stays as it is"),
    DocumentRow.__tablename__: (
        [
            ("UPDATE", f"{changed(('owner_id', 'sha256', 'uploaded_at'))} AND {OF_DOCUMENT}"),
            ("DELETE", OF_DOCUMENT),
        ],
        KEPT_BY_LAW,
    ),
    ReadingRow.__tablename__: ([("DELETE", OF_INVOICE.format("OLD.invoice_id"))], KEPT_BY_LAW),
    InvoiceRow.__tablename__: ([("DELETE", f"{OF_INVOICE.format('OLD.id')} OR {HELD_INVOICE}")], KEPT_BY_LAW),
}
"""(operation, condition) and the message, by table."""


def unless_erased(name: str, refused: str) -> str:
    """The condition under which a change of this table is refused, with room for blanking what is about a person."""
    kept = next((kept for group in GROUPS for kept in group.tables if kept.name == name and kept.personal), None)
    if kept is None:
        return refused
    public = tuple(column for column in kept.columns if column not in kept.personal)
    key = " || '/' || ".join(f"CAST(OLD.{column.name} AS text)" for column in kept.table.primary_key.columns)
    erased = (
        f"(SELECT count(*) FROM personal_salts s WHERE s.table_name = '{name}' AND s.row_key = {key}"
        " AND s.erased_at IS NOT NULL) > 0"
    )
    return f"({refused}) AND NOT ({erased} AND NOT {changed(public)})"
