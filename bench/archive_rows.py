"""Scripted rows for the archive's bench: a ledger of so many invoices, and chains of events that state their rows."""

from collections.abc import Iterator

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from reimburse.domain.canonical import canonical
from reimburse.domain.chain import GENESIS
from reimburse.store.batches import BatchRow
from reimburse.store.db import db, now, transaction
from reimburse.store.events import ROWS, STATED, EventRow, event_hash
from reimburse.store.kept_digests import digests_of
from reimburse.store.kept_tables import GROUPS
from reimburse.store.people import DepartmentRow, LegalEntityRow, PersonRow
from reimburse.store.verifications import VerificationRow

AT_ONCE = 5_000
ENTITY_ROWS = 1_000
PER_CLAIM, PER_PERSON, PER_SELLER = 5, 100, 100
"""Invoices a claim, claims a person, invoices a seller."""
COUNTED = "numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < :last)"
WORDS = {
    "sqlite": {"day": "date('2020-01-01', (n % 2000) || ' days')", "at": "'2026-01-01 00:00:00'", "no": "0"},
    "postgresql": {"day": "date '2020-01-01' + n % 2000", "at": "timestamptz '2026-01-01 00:00:00+00'", "no": "false"},
}
"""The same in the words of each database."""
INVOICES = f"""
INSERT INTO invoices (id, holder_id, code, number, kind, issue_date, seller_name, seller_tax_id, total_fen, status,
    red_letter, picture_page, data, seen, conflicts, has_conflicts, missing, created_at, version)
SELECT n + 1, n / {PER_CLAIM * PER_PERSON} + 1, '', '2699' || (1000000000000000 + n), 'general_digital', {{day}},
    '样例供应商' || (100000 + n / {PER_SELLER}) || '有限公司', '91990000MA0DEM0024', 10000 + n, 'parsed',
    {{no}}, 1, '{{{{}}}}', '{{{{}}}}', '[]', {{no}}, '[]', {{at}}, 1 FROM numbers"""
CLAIMS = f"""
INSERT INTO claims (id, claim_no, claimant_id, department_id, legal_entity_id, cost_center, purpose, state, round,
    total_fen, created_at, updated_at, open_findings, flagged, no_duplicate_pledge, version)
SELECT n / {PER_CLAIM} + 1, 'BX' || (10000000 + n / {PER_CLAIM}), n / {PER_CLAIM * PER_PERSON} + 1, 1, 1, '', '',
    'exported', 1, 0, {{at}}, {{at}}, 0, {{no}}, {{no}}, 1 FROM numbers WHERE n % {PER_CLAIM} = 0"""
ENTRIES = f"""
INSERT INTO archive_entries (id, invoice_id, claim_id, batch_id, kind, archived_on, retain_until)
SELECT n + 1, n + 1, n / {PER_CLAIM} + 1, 1, 'general_digital', {{day}}, '2056-12-31' FROM numbers"""
VERIFICATIONS = next(group for group in GROUPS if group.family == "verification")


def ledger_into(rows: int) -> None:
    """A ledger of so many invoices of so many sellers, on a fifth as many claims; made within the database."""
    with transaction() as session:
        _company(session, rows // PER_CLAIM // PER_PERSON + 1)
    words = WORDS[db.engine.dialect.name]
    with transaction() as session:
        for statement in (INVOICES, CLAIMS, ENTRIES):
            session.execute(text(f"WITH RECURSIVE {COUNTED} {statement.format(**words)}"), {"last": rows - 1})
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
        PersonRow(id=at + 1, login=f"p{at}", employee_no=f"E{100000 + at}", name=f"员工{at}", department_id=1)
        for at in range(people)
    )
    session.flush()
    session.add(BatchRow(id=1, batch_no="PC202001-0001", legal_entity_id=1, made_by_id=1, made_at=now()))


def _result(one: int) -> dict[str, object]:
    said = {"id": one, "number": f"2699{one:016}", "status": "normal", "source": "manual"}
    return {**said, "checked_at": now(), "recorded_at": now(), "said": ""}
