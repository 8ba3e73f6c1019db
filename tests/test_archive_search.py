"""The archive's ledger searched: what each field finds, page after page, and by which index, on both databases."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from reimburse.services.archive import archive_search
from reimburse.services.archive.archive_search import Wanted, found, narrowed
from reimburse.store.archive import ArchiveEntryRow
from reimburse.store.batches import BatchRow
from reimburse.store.db import db, transaction
from reimburse.store.invoices import InvoiceRow
from tests.archive_stories import archived, shipped_policy
from tests.builders import make_invoice
from tests.databases import server, settings

__all__ = ["server", "settings", "shipped_policy"]
INDEXED = {
    "nothing": (Wanted(), ""),
    "number": (Wanted(number="26990000000000000001"), r"invoices_(code_)?number"),
    "seller": (Wanted(seller="示例"), r"invoices_seller_name"),
    "amount": (Wanted(fen=60000), r"invoices_total_fen"),
    "claim": (Wanted(claim="BX2026-000001"), r"claim_no|claim_id"),
    "person": (Wanted(person="Lin"), r"claims_claimant_id|archive_entries_claim_id"),
    "issued": (Wanted(since=date(2026, 1, 1), until=date(2026, 2, 1)), r"invoices_issue_date"),
    "archived": (Wanted(days="archived", since=date(2026, 1, 1)), r"archive_entries_archived_on"),
    "kind": (Wanted(kind="rail_ticket"), r"archive_entries_kind_id"),
}


def ledger_of(number: int, company: dict[str, int]) -> list[ArchiveEntryRow]:
    """So many entries, a day apart, upon one real one."""
    batch = archived(company)
    claim_id = db.session.scalars(select(ArchiveEntryRow.claim_id)).one()
    with transaction() as session:
        for place in range(number):
            day = date(2026, 1, 1) + timedelta(days=place)
            invoice = make_invoice(company["lin"], f"{place + 1}.00", f"269900000000001{place:05}")
            invoice.issue_date = day
            entry = ArchiveEntryRow(invoice_id=invoice.id, claim_id=claim_id, batch_id=batch.id, kind="toll")
            entry.archived_on, entry.retain_until = day, date(2056, 12, 31)
            session.add(entry)
    return list(db.session.scalars(select(ArchiveEntryRow).order_by(ArchiveEntryRow.id)))


def numbers(wanted: Wanted, before: str = "") -> list[str | None]:
    return [hit.invoice.number for hit in found(wanted, before).hits]


def test_each_field_finds_and_nothing_else_does(company: dict[str, int]) -> None:
    entries = ledger_of(3, company)
    first = db.session.get_one(InvoiceRow, entries[0].invoice_id)
    hit = found(Wanted(number=first.number or "")).hits[0]
    every = [first.number, *(f"269900000000001{place:05}" for place in range(3))][::-1]
    batch = db.session.scalars(select(BatchRow)).one()
    assert (hit.person, hit.employee_no, hit.batch_no) == ("Lin", "E001", batch.batch_no)
    assert numbers(Wanted()) == every
    assert numbers(Wanted(seller=(first.seller_name or "")[:2], fen=60000)) == [first.number]
    assert numbers(Wanted(fen=200)) == ["26990000000000100001"]
    assert numbers(Wanted(claim=hit.claim_no, kind="toll")) == every[:3]
    assert numbers(Wanted(person="E001")) == numbers(Wanted(person="Lin")) == every
    assert numbers(Wanted(since=date(2026, 1, 2), until=date(2026, 1, 2))) == ["26990000000000100001"]
    assert numbers(Wanted(days="archived", until=date(2026, 1, 2))) == every[1:3]
    for nothing in (Wanted(number="1"), Wanted(person="Nobody"), Wanted(seller="%"), Wanted(claim="BX"), Wanted(fen=1)):
        assert numbers(nothing) == []


def test_pages_follow_one_another_without_a_gap(company: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_search, "PAGE", 5)
    ledger_of(12, company)
    days = {"since": date(2026, 1, 1)}
    for wanted in (
        Wanted(),
        Wanted(kind="toll"),
        Wanted(**days),
        Wanted(days="archived", **days),
        Wanted(person="Lin"),
    ):
        pages, before = [], ""
        while not pages or before:
            page = found(wanted, before)
            pages.append([hit.entry.id for hit in page.hits])
            before = page.before
        ids = [entry_id for page in pages for entry_id in page]
        assert [len(page) for page in pages[:2]] == [5, 5], wanted
        assert len(ids) == len(set(ids)) >= 12, wanted
        assert numbers(wanted, "no key") == numbers(wanted)


def plan_of(wanted: Wanted, person_id: int) -> str:
    """How the database would go about it; PostgreSQL may not read a small table whole instead."""
    query = narrowed(archive_search.joined(), wanted, [person_id], "").limit(archive_search.PAGE + 1)
    sql = str(query.compile(db.engine, compile_kwargs={"literal_binds": True}))
    if db.engine.dialect.name == "sqlite":
        return "\n".join(row[3] for row in db.session.execute(text("EXPLAIN QUERY PLAN " + sql)))
    db.session.execute(text("SET LOCAL enable_seqscan = off"))
    return "\n".join(row[0] for row in db.session.execute(text("EXPLAIN " + sql)))


def test_each_search_goes_through_an_index(company: dict[str, int]) -> None:
    ledger_of(30, company)
    for name, (wanted, index) in INDEXED.items():
        plan = plan_of(wanted, company["lin"])
        assert re.search(index, plan), (name, plan)
        assert "Seq Scan" not in plan, (name, plan)
        scanned = set(re.findall(r"SCAN (\w+)$", plan, re.MULTILINE))
        assert scanned <= ({"archive_entries"} if name == "nothing" else set()), (name, plan)
        assert "TEMP B-TREE FOR ORDER" not in plan or wanted.narrow, (name, plan)
