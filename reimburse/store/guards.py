"""What the database itself refuses: changes to events, to the balance ledger, and to frozen batches."""

from sqlalchemy import Connection, event

from reimburse.store.balances import BalanceEntryRow
from reimburse.store.batches import BatchClaimRow
from reimburse.store.claims import ExpenseLineRow
from reimburse.store.db import Base
from reimburse.store.events import EventRow

FROZEN = "(SELECT count(*) FROM batches b WHERE b.id = {batch} AND b.state <> 'open') > 0"
FROZEN_LINE = (
    "(SELECT count(*) FROM batch_claims c JOIN batches b ON b.id = c.batch_id"
    " WHERE c.claim_id = {claim} AND b.state <> 'open') > 0"
)


def _refusals(name: str) -> list[tuple[str, str, str]]:
    """(operation, condition, message) of what the table of this name refuses."""
    if name in (EventRow.__tablename__, BalanceEntryRow.__tablename__):
        return [(operation, "1 = 1", f"{name} is append-only") for operation in ("UPDATE", "DELETE")]
    column = {
        BatchClaimRow.__tablename__: ("batch_id", FROZEN),
        ExpenseLineRow.__tablename__: ("claim_id", FROZEN_LINE),
    }
    field, test = column[name]
    return [
        (operation, test.format(batch=f"{row}.{field}", claim=f"{row}.{field}"), "the batch is frozen")
        for operation, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD"))
    ]


def sqlite_triggers(name: str) -> list[str]:
    """The statements that guard this table on SQLite."""
    return [
        f"CREATE TRIGGER guard_{name}_{operation.lower()} BEFORE {operation} ON {name} "
        f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{message}'); END"
        for operation, condition, message in _refusals(name)
    ]


def postgresql_triggers(name: str) -> list[str]:
    """The statements that guard this table on PostgreSQL."""
    statements = []
    for operation, condition, message in _refusals(name):
        function = f"guard_{name}_{operation.lower()}"
        back = "NEW" if operation != "DELETE" else "OLD"
        statements += [
            f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF {condition} THEN RAISE EXCEPTION '{message}'; END IF; RETURN {back}; END $$",
            f"CREATE TRIGGER {function} BEFORE {operation} ON {name} FOR EACH ROW EXECUTE FUNCTION {function}()",
        ]
    return statements


GUARDED = tuple(row.__tablename__ for row in (EventRow, BalanceEntryRow, BatchClaimRow, ExpenseLineRow))


def _guard_created(_target: object, connection: Connection, **_: object) -> None:
    statements = {"sqlite": sqlite_triggers, "postgresql": postgresql_triggers}[connection.dialect.name]
    for name in GUARDED:
        for statement in statements(name):
            connection.exec_driver_sql(statement)


event.listen(Base.metadata, "after_create", _guard_created)
