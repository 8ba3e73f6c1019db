"""What the database itself refuses: changes to events, ledgers, posted entries, and whatever is in a frozen batch."""

from sqlalchemy import Connection, event

from reimburse.store.advances import AdvanceEntryRow
from reimburse.store.archive_guards import ARCHIVE, TODAY, TODAYS, unless_erased
from reimburse.store.balances import BalanceEntryRow, RedPostingRow
from reimburse.store.batches import BatchClaimRow, BatchRow
from reimburse.store.certifications import CertificationChangeRow
from reimburse.store.claims import AttachmentRow, CheckRow, ClaimInvoiceRow, ClaimRow, ExpenseLineRow, LineInvoiceRow
from reimburse.store.db import Base
from reimburse.store.events import EventRow
from reimburse.store.input_taxes import LineInputTaxRow
from reimburse.store.money_guards import MONEY, changed, of_batches
from reimburse.store.policies import PolicySnapshotRow, PolicyVersionRow
from reimburse.store.suppliers import SupplierNoteRow
from reimburse.store.verifications import VerificationRow

APPEND_ONLY = (
    EventRow.__tablename__,
    BalanceEntryRow.__tablename__,
    RedPostingRow.__tablename__,
    AdvanceEntryRow.__tablename__,
    VerificationRow.__tablename__,
    SupplierNoteRow.__tablename__,
    PolicySnapshotRow.__tablename__,
    CheckRow.__tablename__,
    CertificationChangeRow.__tablename__,
)
FROZEN = "(SELECT count(*) FROM batches b WHERE b.id = {} AND b.state <> 'open') > 0"
FROZEN_CLAIM = (
    "(SELECT count(*) FROM batch_claims c JOIN batches b ON b.id = c.batch_id"
    " WHERE c.claim_id = {} AND b.state <> 'open') > 0"
)
FROZEN_LINE = FROZEN_CLAIM.format("(SELECT l.claim_id FROM expense_lines l WHERE l.id = {row}.line_id)")
FROZEN_PARTS = {
    BatchClaimRow.__tablename__: FROZEN.format("{row}.batch_id"),
    ExpenseLineRow.__tablename__: FROZEN_CLAIM.format("{row}.claim_id"),
    ClaimInvoiceRow.__tablename__: FROZEN_CLAIM.format("{row}.claim_id"),
    AttachmentRow.__tablename__: FROZEN_CLAIM.format("{row}.claim_id"),
    LineInvoiceRow.__tablename__: FROZEN_LINE,
    LineInputTaxRow.__tablename__: FROZEN_LINE,
}
"""Tables whose rows nobody adds, changes or removes once the batch they belong to is frozen."""
CLAIM_FACTS = (
    "claim_no",
    "claimant_id",
    "department_id",
    "legal_entity_id",
    "cost_center",
    "project",
    "purpose",
    "submitted_on",
    "total_fen",
)


def _refusals(name: str) -> list[tuple[str, str, str]]:
    """(operation, condition, message) of what the table of this name refuses."""
    if name in APPEND_ONLY:
        return [(operation, "1 = 1", f"{name} is append-only") for operation in ("UPDATE", "DELETE")]
    if name == PolicyVersionRow.__tablename__:
        return [
            (operation, "OLD.state = 'published'", "the version is published") for operation in ("UPDATE", "DELETE")
        ]
    if name in MONEY or name in ARCHIVE:
        kept, message = (MONEY | ARCHIVE)[name]
        return [(operation, condition, message) for operation, condition in kept]
    conditions = {
        ClaimRow.__tablename__: _of_claims,
        BatchRow.__tablename__: of_batches,
    }.get(name, lambda: _of_parts(FROZEN_PARTS[name]))()
    return [(operation, condition, "the batch is frozen") for operation, condition in conditions]


def _of_parts(frozen: str) -> list[tuple[str, str]]:
    old, new = frozen.format(row="OLD"), frozen.format(row="NEW")
    return [("INSERT", new), ("UPDATE", f"{old} OR {new}"), ("DELETE", old)]


def _of_claims() -> list[tuple[str, str]]:
    """A claim in a frozen batch moves on from state to state; what it states stays."""
    frozen = FROZEN_CLAIM.format("OLD.id")
    return [("UPDATE", f"{changed(CLAIM_FACTS)} AND {frozen}"), ("DELETE", frozen)]


def _conditions(name: str, dialect: str) -> list[tuple[str, str, str]]:
    """What the table refuses, in this database's words; what is about a person can be erased all the same."""
    return [
        (operation, (unless_erased(name, condition) if operation == "UPDATE" else condition), message)
        for operation, condition, message in _told(name, dialect)
    ]


def _told(name: str, dialect: str) -> list[tuple[str, str, str]]:
    return [(operation, said.replace(TODAY, TODAYS[dialect]), message) for operation, said, message in _refusals(name)]


def sqlite_triggers(name: str) -> list[str]:
    """The statements that guard this table on SQLite."""
    return [
        f"CREATE TRIGGER guard_{name}_{operation.lower()} BEFORE {operation} ON {name} "
        f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{message}'); END"
        for operation, condition, message in _conditions(name, "sqlite")
    ]


def postgresql_triggers(name: str) -> list[str]:
    """The statements that guard this table on PostgreSQL."""
    statements = []
    for operation, condition, message in _conditions(name, "postgresql"):
        function = f"guard_{name}_{operation.lower()}"
        back = "NEW" if operation != "DELETE" else "OLD"
        statements += [
            f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF {condition} THEN RAISE EXCEPTION '{message}'; END IF; RETURN {back}; END $$",
            f"CREATE TRIGGER {function} BEFORE {operation} ON {name} FOR EACH ROW EXECUTE FUNCTION {function}()",
        ]
    return statements


GUARDED = (
    *APPEND_ONLY,
    *FROZEN_PARTS,
    *MONEY,
    *ARCHIVE,
    ClaimRow.__tablename__,
    BatchRow.__tablename__,
    PolicyVersionRow.__tablename__,
)


def create(connection: Connection) -> None:
    """Set every guard. The tables are there and as their rows say."""
    statements = {"sqlite": sqlite_triggers, "postgresql": postgresql_triggers}[connection.dialect.name]
    for name in GUARDED:
        for statement in statements(name):
            connection.exec_driver_sql(statement)


def drop(connection: Connection) -> None:
    """Take every guard away, those of earlier releases too."""
    sqlite = connection.dialect.name == "sqlite"
    for trigger, table in connection.exec_driver_sql(SQLITE_GUARDS if sqlite else POSTGRESQL_GUARDS).all():
        connection.exec_driver_sql(f"DROP TRIGGER {trigger}" if sqlite else f"DROP TRIGGER {trigger} ON {table}")


SQLITE_GUARDS = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name GLOB 'guard_*'"
POSTGRESQL_GUARDS = (
    "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
    " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND t.tgname ^@ 'guard_'"
)


def _guard_created(_target: object, connection: Connection, **_: object) -> None:
    create(connection)


event.listen(Base.metadata, "after_create", _guard_created)
