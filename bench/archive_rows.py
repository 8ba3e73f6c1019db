"""Scripted rows for the archive's bench: a ledger of so many invoices, and chains of events that state their rows."""

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from reimburse.domain.canonical import canonical
from reimburse.domain.chain import GENESIS
from reimburse.store.archive import ArchiveEntryRow
from reimburse.store.batches import BatchRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, now, transaction
from reimburse.store.events import ROWS, STATED, EventRow, event_hash
from reimburse.store.invoices import InvoiceRow
from reimburse.store.kept_digests import digests_of
from reimburse.store.kept_tables import GROUPS
from reimburse.store.people import DepartmentRow, LegalEntityRow, PersonRow
from reimburse.store.verifications import VerificationRow

AT_ONCE = 5_000
ENTITY_ROWS = 1_000
PER_CLAIM, PER_PERSON, PER_SELLER = 5, 100, 100
"""Invoices a claim, claims a person, invoices a seller."""
DAY = date(2020, 1, 1)
VERIFICATIONS = next(group for group in GROUPS if group.family == "verification")


def ledger_into(rows: int) -> None:
    """A ledger of so many invoices of so many sellers, on a fifth as many claims."""
    people = rows // PER_CLAIM // PER_PERSON + 1
    with transaction() as session:
        _company(session, people)
    for start in range(0, rows, AT_ONCE):
        with transaction() as session:
            some = range(start, min(start + AT_ONCE, rows))
            connection = session.connection()
            connection.execute(insert(InvoiceRow.__table__), [_invoice(at) for at in some])
            connection.execute(insert(ClaimRow.__table__), [_claim(at) for at in some if at % PER_CLAIM == 0])
            connection.execute(insert(ArchiveEntryRow.__table__), [_entry(at) for at in some])
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))


def events_into(rows: int) -> int:
    """So many verification results, each with a chain of two events of which the first states it; how many events."""
    with transaction() as session:
        _company(session, 1)
    for start in range(0, rows, AT_ONCE):
        with transaction() as session:
            ids = range(start + 1, min(start + AT_ONCE, rows) + 1)
            session.connection().execute(insert(VerificationRow.__table__), [_result(one) for one in ids])
            stated = digests_of(session, VERIFICATIONS, list(ids), "sha256")
            events = [event for one in ids for event in _chain(f"verification:{one}", stated[one])]
            session.connection().execute(insert(EventRow.__table__), events)
    return rows * 2


def _chain(chain: str, stated: dict[str, dict[str, str]]) -> Iterator[dict[str, object]]:
    before = GENESIS
    for seq, payload in enumerate(({ROWS: stated}, {"looked_at": chain}), start=1):
        said = {"chain": chain, "seq": seq, "kind": STATED, "actor_id": None, "at": now()}
        said |= {"payload": canonical(payload), "previous_hash": before, "algorithm": "sha256"}
        before = event_hash(EventRow(**said))
        yield {**said, "hash": before}


def _company(session: Session, people: int) -> None:
    session.add(LegalEntityRow(id=1, name="示例云帆科技有限公司", tax_id="91990000MA0DEM0011"))
    session.flush()
    session.add(DepartmentRow(id=1, name="研发部", legal_entity_id=1))
    session.flush()
    session.add_all(
        PersonRow(id=at + 1, login=f"p{at}", employee_no=f"E{at:06}", name=f"员工{at}", department_id=1)
        for at in range(people)
    )
    session.flush()
    session.add(BatchRow(id=1, batch_no="PC202001-0001", legal_entity_id=1, made_by_id=1, made_at=now()))


def _invoice(at: int) -> dict[str, object]:
    return {
        "id": at + 1,
        "holder_id": at // PER_CLAIM // PER_PERSON + 1,
        "number": f"2699{at:016}",
        "kind": "general_digital",
        "issue_date": DAY + timedelta(days=at % 2000),
        "seller_name": f"样例供应商{at // PER_SELLER:06}有限公司",
        "seller_tax_id": "91990000MA0DEM0024",
        "total_fen": 10_000 + at,
        "status": "parsed",
        "data": {"number": f"2699{at:016}", "seller": {"name": f"样例供应商{at // PER_SELLER:06}有限公司"}},
        "created_at": now(),
    }


def _claim(at: int) -> dict[str, object]:
    number = at // PER_CLAIM
    return {
        "id": number + 1,
        "claim_no": f"BX{number:08}",
        "claimant_id": number // PER_PERSON + 1,
        "department_id": 1,
        "legal_entity_id": 1,
        "purpose": "",
        "state": "exported",
        "created_at": now(),
        "updated_at": now(),
    }


def _entry(at: int) -> dict[str, object]:
    on = DAY + timedelta(days=at % 2000)
    said = {"id": at + 1, "invoice_id": at + 1, "claim_id": at // PER_CLAIM + 1, "batch_id": 1}
    return {**said, "kind": "general_digital", "archived_on": on, "retain_until": on.replace(year=on.year + 31, day=1)}


def _result(one: int) -> dict[str, object]:
    said = {"id": one, "number": f"2699{one:016}", "status": "normal", "source": "manual"}
    return {**said, "checked_at": now(), "recorded_at": now(), "said": ""}
