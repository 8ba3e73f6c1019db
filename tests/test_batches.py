"""From approved claims to an exported batch: collected once, frozen by a second person, booked, provable."""

import csv
import hashlib
import io
import json
import zipfile

import pytest
from flask import Flask
from sqlalchemy import delete, select

from reimburse.domain.workflow import ClaimState, Role
from reimburse.services.claims import balances
from reimburse.services.claims.follow_ups import move_lines
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.services.month_end import batch_files, batch_pages, batches
from reimburse.settings import Settings
from reimburse.store.balances import InvoiceBalanceRow
from reimburse.store.batches import BatchClaimRow, BatchRow
from reimburse.store.claims import AttachmentRow, ClaimRow
from reimburse.store.db import db, now, transaction
from reimburse.store.documents import StoredFileRow
from reimburse.store.events import EventRow, happened
from reimburse.store.people import LegalEntityRow, RoleGrantRow
from tests.batch_work import work
from tests.builders import Spent, make_claim, make_document, make_invoice, plain_policy
from tests.clients import signed_in
from tests.query_count import count_queries

ONE, SHARED = "26990000000000009101", "26990000000000009102"
MOST_QUERIES = 15


@pytest.fixture(autouse=True)
def _policy(settings: Settings) -> None:
    plain_policy(settings)


def approved(company: dict[str, int], *lines: Spent, claimant: str = "lin", **fields) -> ClaimRow:
    with transaction():
        return make_claim(company[claimant], *(lines or (Spent("10.00"),)), state=ClaimState.APPROVED, **fields)


def collected(company: dict[str, int], *claims: ClaimRow) -> BatchRow:
    return batch_pages.batch_of(batches.collect(company["sun"], [claim.claim_no for claim in claims]))


def frozen(company: dict[str, int], *claims: ClaimRow) -> BatchRow:
    batch = collected(company, *claims)
    batches.freeze(company["zhou"], batch.batch_no, batch.version)
    work()
    return batch


def test_a_batch_goes_its_way_and_books_the_invoices(company: dict[str, int]) -> None:
    claim = approved(company, Spent("10.00", (ONE,)))
    batch = collected(company, claim)
    assert (batch.state, claim.state) == ("open", "batched")
    batches.freeze(company["zhou"], batch.batch_no, batch.version)
    work()
    assert (batch.state, claim.state) == ("frozen", "batched")
    batches.export(company["sun"], batch.batch_no)
    work()
    assert (batch.state, claim.state) == ("exported", "exported")
    row = db.session.get(InvoiceBalanceRow, ("", ONE))
    assert (row.reserved_fen, row.booked_fen) == (0, 1000)


def test_every_step_twice_is_once(company: dict[str, int]) -> None:
    claim = approved(company, Spent("10.00", (ONE,)))
    numbers = {batches.collect(company["sun"], [claim.claim_no], key="click") for _ in range(2)}
    batch = batch_pages.batch_of(numbers.pop())
    version = batch.version
    for _ in range(2):
        batches.freeze(company["zhou"], batch.batch_no, version)
        work()
    for _ in range(2):
        batches.export(company["sun"], batch.batch_no)
        work()
    assert (numbers, len(db.session.scalars(select(BatchRow)).all())) == (set(), 1)
    chain = select(EventRow.kind).where(happened(batches.chain_of(batch.id))).order_by(EventRow.seq)
    assert list(db.session.scalars(chain)) == ["open", "collect", "freeze", "export"]
    assert db.session.get(InvoiceBalanceRow, ("", ONE)).booked_fen == 1000


def test_a_claim_is_in_one_batch_only(company: dict[str, int]) -> None:
    claim = approved(company)
    collected(company, claim)
    with pytest.raises(Stale):
        batches.collect(company["zhou"], [claim.claim_no])


@pytest.mark.parametrize("state", [ClaimState.IN_REVIEW, ClaimState.RETURNED, ClaimState.REJECTED, ClaimState.PAID])
def test_only_approved_claims_are_collected(company: dict[str, int], state: ClaimState) -> None:
    with transaction():
        claim = make_claim(company["lin"], Spent("10.00"), state=state)
    with pytest.raises(Refused):
        batches.collect(company["sun"], [claim.claim_no])


def test_a_line_without_invoice_keeps_its_claim_out(company: dict[str, int]) -> None:
    claim = approved(company, Spent("10.00"), Spent("2.00", ()))
    with pytest.raises(Refused, match="line 2 has no invoice"):
        batches.collect(company["sun"], [claim.claim_no])


def test_a_category_without_account_keeps_its_claim_out_and_says_what_to_do(company: dict[str, int]) -> None:
    claim = approved(company, Spent("10.00"), Spent("2.00", category="no_such_category"))
    with pytest.raises(Refused, match='"no_such_category" of line 2 has no account: add it with its account'):
        batches.collect(company["sun"], [claim.claim_no])


def test_an_adjustment_needs_no_invoice_and_explains_the_difference(company: dict[str, int]) -> None:
    claim = approved(company, Spent("10.00"), Spent("-0.50", (), fields={"adjustment": "rounding"}))
    (readiness,) = batch_pages.shown(collected(company, claim).batch_no).claims
    assert (readiness.ready, readiness.taken_fen, readiness.difference_fen) == (True, 1000, -50)


def test_an_invoice_that_is_not_reserved_keeps_its_claim_out(company: dict[str, int]) -> None:
    claim = approved(company, Spent("10.00", (ONE,)))
    with transaction() as session:
        balances.release(session, claim)
    with pytest.raises(Refused, match="not reserved"):
        batches.collect(company["sun"], [claim.claim_no])


def test_one_batch_one_legal_entity(company: dict[str, int]) -> None:
    with transaction() as session:
        other = LegalEntityRow(name="示例云帆（二）有限公司", tax_id="91990000MA0DEM0037")
        session.add(other)
        session.flush()
        other_id = other.id
    claims = [approved(company), approved(company)]
    with transaction():
        claims[1].legal_entity_id = other_id
    with pytest.raises(Refused, match="one legal entity"):
        collected(company, *claims)
    assert [claim.state for claim in claims] == ["approved", "approved"]


@pytest.mark.parametrize("login", ["lin", "zhao", "qian", "audit", "admin"])
def test_only_finance_makes_batches(company: dict[str, int], login: str) -> None:
    claim = approved(company)
    with pytest.raises(NotFound):
        batches.collect(company[login], [claim.claim_no])


def test_the_maker_does_not_freeze(company: dict[str, int]) -> None:
    batch = collected(company, approved(company))
    with pytest.raises(Refused, match="does not freeze"):
        batches.freeze(company["sun"], batch.batch_no, batch.version)


def test_whoever_put_claims_into_it_does_not_freeze_it_either(company: dict[str, int]) -> None:
    batch = collected(company, approved(company))
    batches.add(company["zhou"], batch.batch_no, [approved(company).claim_no])
    with pytest.raises(Refused, match="nobody yet"):
        batches.freeze(company["zhou"], batch.batch_no, batch.version)


def test_a_lone_person_in_finance_is_told_to_have_a_second_one_appointed(company: dict[str, int]) -> None:
    with transaction() as session:
        session.execute(delete(RoleGrantRow).where(RoleGrantRow.role == Role.FINANCE_HEAD))
    batch = collected(company, approved(company))
    with pytest.raises(Refused, match="second person in finance"):
        batches.freeze(company["sun"], batch.batch_no, batch.version)


def test_a_batch_that_grew_meanwhile_is_not_frozen_unseen(company: dict[str, int]) -> None:
    first, second = approved(company), approved(company)
    batch = collected(company, first)
    version = batch.version
    batches.add(company["sun"], batch.batch_no, [second.claim_no])
    with pytest.raises(Stale):
        batches.freeze(company["zhou"], batch.batch_no, version)


def test_adding_again_changes_nothing(company: dict[str, int]) -> None:
    claim = approved(company)
    batch = collected(company, claim)
    with pytest.raises(Stale):
        batches.collect(company["sun"], [claim.claim_no])
    batches.add(company["sun"], batch.batch_no, [claim.claim_no])
    assert db.session.scalars(select(BatchClaimRow)).one().claim_id == claim.id


def test_what_is_taken_out_is_approved_again_and_an_empty_batch_is_gone(company: dict[str, int]) -> None:
    first, second = approved(company), approved(company)
    batch = collected(company, first, second)
    assert batches.remove(company["sun"], batch.batch_no, first.claim_no)
    assert first.state == "approved"
    assert not batches.remove(company["sun"], batch.batch_no, second.claim_no)
    assert db.session.scalars(select(BatchRow)).all() == []


@pytest.mark.parametrize("act", ["add", "remove"])
def test_a_frozen_batch_takes_and_gives_nothing(company: dict[str, int], act: str) -> None:
    claim, other = approved(company), approved(company)
    batch = frozen(company, claim)
    change = {
        "add": lambda: batches.add(company["sun"], batch.batch_no, [other.claim_no]),
        "remove": lambda: batches.remove(company["sun"], batch.batch_no, claim.claim_no),
    }
    with pytest.raises(Stale):
        change[act]()


def test_an_open_batch_is_not_exported(company: dict[str, int]) -> None:
    batch = collected(company, approved(company))
    with pytest.raises(Refused, match="Freeze"):
        batches.export(company["sun"], batch.batch_no)


def test_control_totals_are_taken_when_frozen(company: dict[str, int]) -> None:
    card = {"paid_by": "company_card"}
    batch = frozen(
        company, approved(company, Spent("10.00"), Spent("5.50", fields=card)), approved(company, Spent("1.00"))
    )
    control = batch.control
    assert (control["claims_count"], control["lines_count"], control["invoices_count"]) == (2, 3, 3)
    assert (control["total_fen"], control["taken_fen"], control["difference_fen"]) == (1650, 1650, 0)
    assert control["by_paid_by_fen"] == {"company_card": 550, "employee": 1100}


def read_package(batch: BatchRow) -> tuple[dict, dict[str, bytes]]:
    data = b"".join(batch_files.stream_package(db.session(), batch))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return json.loads(files.pop("manifest.json")), files


def test_the_package_ties_every_original_to_its_rows(company: dict[str, int]) -> None:
    claim = approved(company, Spent("10.00", (SHARED,)), Spent("5.00", (SHARED,)), Spent("1.00"))
    with transaction() as session:
        paper = make_document(company["lin"], b"%PDF a contract", "合同 (1).pdf")
        session.add(
            AttachmentRow(
                claim_id=claim.id, line_id=claim.lines[2].id, kind="contract", document_id=paper.id, created_at=now()
            )
        )
    batch = frozen(company, claim)
    manifest, files = read_package(batch)
    listed = {item["name"]: item for item in manifest["files"]}
    assert set(listed) == set(files)
    assert all(hashlib.sha256(files[name]).hexdigest() == item["sha256"] for name, item in listed.items())
    lines = list(csv.DictReader(io.StringIO(files["lines.csv"].decode("utf-8-sig"))))
    assert [row["序号 Row"] for row in lines] == ["1", "2", "3"]
    assert lines[0]["原件 Files"] == lines[1]["原件 Files"]
    for row in lines:
        assert int(row["序号 Row"]) in listed[row["原件 Files"]]["rows"]
    contract = next(item for name, item in listed.items() if name.startswith("attachments/00003_"))
    assert (contract["rows"], contract["kind"], contract["handed_in_as"]) == ([3], "contract", "合同 (1).pdf")
    assert manifest["control"]["total_fen"] == 1600


def test_evidence_stands_under_each_claim_that_it_proves(company: dict[str, int]) -> None:
    first, second = approved(company, Spent("10.00")), approved(company, Spent("5.00"), Spent("1.00"))
    with transaction() as session:
        paper = make_document(company["lin"], b"%PDF one itinerary", "行程单.pdf")
        for claim, kind in ((first, "itinerary"), (second, "itinerary"), (second, "contract")):
            session.add(AttachmentRow(claim_id=claim.id, kind=kind, document_id=paper.id, created_at=now()))
    manifest, files = read_package(frozen(company, first, second))
    told = [(item["claim_no"], item["kind"], item["rows"]) for item in manifest["files"] if "kind" in item]
    assert told == [
        (first.claim_no, "itinerary", [1]),
        (second.claim_no, "itinerary", [2, 3]),
        (second.claim_no, "contract", [2, 3]),
    ]
    assert manifest["control"]["files_count"] == len([name for name in files if "/" in name])


def test_a_split_invoice_appears_with_each_share_and_one_file(company: dict[str, int]) -> None:
    claim = approved(company, Spent("10.00", (SHARED,)), Spent("5.00", (SHARED,)))
    with transaction() as session:
        follow_up = move_lines(session, claim, [claim.lines[1].id], company["zhao"])
    batch = frozen(company, claim, follow_up)
    _, files = read_package(batch)
    rows = list(csv.DictReader(io.StringIO(files["invoices.csv"].decode("utf-8-sig"))))
    assert [(row["报销单号 Claim"], row["本批占用 Taken"]) for row in rows] == [
        (claim.claim_no, "10.00"),
        (follow_up.claim_no, "5.00"),
    ]
    assert len({row["原件 Files"] for row in rows}) == 1


def test_every_file_of_an_invoice_is_in_the_package_the_leading_one_first(company: dict[str, int]) -> None:
    with transaction() as session:
        claim = make_claim(company["lin"], Spent("10.00", (ONE,)), state=ClaimState.APPROVED)
        native = make_invoice(company["lin"], "10.00", content=b"<EInvoice/>", media_type="application/xml")
        reading = native.readings[0]
        reading.invoice_id = claim.invoices[0].id
        session.flush()
        claim.invoices[0].leading_reading_id = reading.id
    batch = frozen(company, claim)
    _, files = read_package(batch)
    row = next(csv.DictReader(io.StringIO(files["invoices.csv"].decode("utf-8-sig"))))
    assert [name.rpartition(".")[2] for name in row["原件 Files"].split(";")] == ["xml", "pdf"]
    assert row["SHA-256"] == hashlib.sha256(b"<EInvoice/>").hexdigest()


def test_downloads_stay_what_they_were_when_frozen(company: dict[str, int]) -> None:
    claim = approved(company)
    batch = frozen(company, claim)
    before = {name: b"".join(batch_files.stream(batch, name)[0]) for name in batch_files.KEPT}
    zipped = b"".join(batch_files.stream_package(db.session(), batch))
    with transaction():
        claim.claimant.name = "改名"
        claim.invoices[0].seller_name = "改名"
    batches.export(company["sun"], batch.batch_no)
    work()
    assert {name: b"".join(batch_files.stream(batch, name)[0]) for name in batch_files.KEPT} == before
    assert b"".join(batch_files.stream_package(db.session(), batch)) == zipped
    digests = {hashlib.sha256(data).hexdigest() for data in before.values()}
    assert digests <= set(db.session.scalars(select(StoredFileRow.sha256)))


def test_the_chain_of_a_batch_holds_the_digests_of_its_files(company: dict[str, int]) -> None:
    batch = frozen(company, approved(company))
    event = db.session.scalars(select(EventRow).where(EventRow.kind == "freeze")).one()
    assert json.loads(event.payload)["files"] == batch.control["files"]


@pytest.mark.parametrize(
    ("login", "looks", "acts"),
    [
        ("sun", 200, 302),
        ("zhou", 200, 302),
        ("audit", 200, 403),
        ("zhao", 403, 403),
        ("lin", 403, 403),
        ("admin", 403, 403),
    ],
)
def test_who_sees_and_who_acts(app: Flask, company: dict[str, int], login: str, looks: int, acts: int) -> None:
    batch, other = frozen(company, approved(company)), approved(company)
    client = signed_in(app, login)
    paths = ["/batches", f"/batches/{batch.batch_no}", f"/batches/{batch.batch_no}/package.zip"]
    paths += [f"/batches/{batch.batch_no}/files/{name}" for name in batch_files.KEPT]
    assert {client.get(path).status_code for path in paths} == {looks}
    assert client.post("/batches", data={"claim": other.claim_no, "key": "k"}).status_code == acts
    assert client.post(f"/batches/{batch.batch_no}/export").status_code == acts


def test_downloads_carry_their_names(app: Flask, company: dict[str, int]) -> None:
    batch = frozen(company, approved(company))
    client = signed_in(app, "sun")
    answer = client.get(f"/batches/{batch.batch_no}/files/batch.xlsx")
    assert answer.headers["Content-Disposition"] == f"attachment; filename={batch.batch_no}.xlsx"
    assert answer.data[:2] == b"PK"
    assert client.get(f"/batches/{batch.batch_no}/files/files.jsonl").status_code == 200
    assert client.get(f"/batches/{batch.batch_no}/files/other.csv").status_code == 404


def test_an_open_batch_has_no_downloads(app: Flask, company: dict[str, int]) -> None:
    batch = collected(company, approved(company))
    client = signed_in(app, "sun")
    assert client.get(f"/batches/{batch.batch_no}/package.zip").status_code == 404
    assert client.get(f"/batches/{batch.batch_no}/files/lines.csv").status_code == 404


def test_collect_freeze_export_by_form(app: Flask, company: dict[str, int]) -> None:
    claim = approved(company)
    sun, zhou = signed_in(app, "sun"), signed_in(app, "zhou")
    where = sun.post("/batches", data={"claim": claim.claim_no, "key": "k"}).headers["Location"]
    assert sun.post("/batches", data={"claim": claim.claim_no, "key": "k"}).headers["Location"] == where
    batch = db.session.scalars(select(BatchRow)).one()
    assert "可复核并冻结的同事：<strong>Zhou</strong>" in sun.get(where).text
    assert "复核并冻结</button>" not in sun.get(where).text
    assert "复核并冻结" in zhou.get(where).text
    assert zhou.post(f"{where}/freeze", data={"version": batch.version}).status_code == 302
    assert "data-working" in zhou.get(where).text
    work()
    assert sun.post(f"{where}/export").status_code == 302
    work()
    db.session.expire_all()
    assert (batch.state, claim.state) == ("exported", "exported")


@pytest.mark.parametrize("path", ["/batches", "/batches/{}"])
def test_pages_need_few_queries_whatever_the_number_of_rows(app: Flask, company: dict[str, int], path: str) -> None:
    inside = [approved(company, Spent("1.00"), Spent("2.00"), claimant=login) for login in ("lin", "wu") * 4]
    for login in ("lin", "wu", "lin"):
        approved(company, Spent("1.00"), claimant=login)
    client, path = signed_in(app, "sun"), path.format(frozen(company, *inside).batch_no)
    db.session.remove()
    with count_queries() as statements:
        assert client.get(path).status_code == 200
    assert len(statements) <= MOST_QUERIES, "\n\n".join(statements)
