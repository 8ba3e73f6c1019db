"""A frozen batch and its files: vouchers that agree with the control totals, layouts, booking data, JSON."""

import hashlib
import io
import json
import random
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from reimburse.domain.invoice import InvoiceKind
from reimburse.domain.ledger import Purpose, Side, total_of
from reimburse.domain.money import from_fen
from reimburse.services.archive import archive_roots
from reimburse.services.errors import NotFound, Refused
from reimburse.services.month_end import batch_files, batch_vouchers, export_layouts
from reimburse.services.month_end.batch_vouchers import unwritten_of
from reimburse.settings import Settings
from reimburse.store.batches import BatchRow
from reimburse.store.certifications import CertificationRow
from reimburse.store.db import db, now, transaction
from reimburse.store.documents import StoredFileRow
from tests.batch_stories import approved
from tests.builders import Spent
from tests.taxed_batches import frozen, taxed

ONE, TWO = "26990000000000009301", "26990000000000009302"


def read(batch: BatchRow, name: str) -> bytes:
    return b"".join(batch_files.stream(batch, name)[0])


def hotel(company: dict[str, int]) -> BatchRow:
    claim = approved(company, Spent("1060.00", (ONE,), "travel_lodging"), Spent("88.00", (TWO,), "entertainment"))
    taxed(claim.invoices[0], "60.00")
    taxed(claim.invoices[1], "4.98", item="*餐饮服务*餐费")
    return frozen(company, claim)


def test_a_frozen_batch_keeps_its_entries_as_facts(company: dict[str, int]) -> None:
    batch = hotel(company)
    (entry,) = batch_vouchers.entries_of(batch)
    assert [(p.account.code, str(p.amount), p.purpose.value) for p in entry.postings] == [
        ("6602.01", "1000.00", "expense"),
        ("6602.03", "88.00", "expense"),
        ("2221.01.01", "60.00", "input_vat"),
        ("2241.01", "1148.00", "employee"),
    ]
    assert (entry.attachments, entry.postings[3].auxiliaries.person_no) == (2, "E001")
    control = batch.control
    assert (control["debit_fen"], control["credit_fen"], control["input_vat_fen"]) == (114800, 114800, 6000)
    assert (control["vouchers_count"], control["payees_count"], control["payout_fen"]) == (1, 1, 114800)


def test_every_file_is_stored_under_its_digest(company: dict[str, int]) -> None:
    batch = hotel(company)
    files = batch.control["files"]
    assert set(files) == {*batch_files.KEPT, "vouchers-u8_text.txt", "vouchers-small_business.xlsx"}
    for name, about in files.items():
        data = read(batch, name)
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (about["sha256"], about["size"])
        assert db.session.get(StoredFileRow, about["sha256"]).media_type == about["media_type"]
    assert batch.control["unwritten"] == {}


@pytest.mark.parametrize("name", ["u8_text", "k3_xlsx", "kis_dbf", "tplus_json"])
def test_any_layout_is_written_from_the_same_facts(company: dict[str, int], name: str) -> None:
    batch = hotel(company)
    once, again = (batch_vouchers.written(db.session(), batch, name) for _ in range(2))
    assert once.name.startswith(f"{batch.batch_no}-{name}.")
    assert (data := b"".join(once.pieces)) == b"".join(again.pieces)
    if name == "u8_text":
        assert data == read(batch, "vouchers-u8_text.txt")


def test_an_unknown_layout_is_not_found(company: dict[str, int]) -> None:
    with pytest.raises(NotFound):
        batch_vouchers.written(db.session(), hotel(company), "sap")


def test_a_layout_that_cannot_hold_the_batch_is_told_and_the_rest_is_frozen(company: dict[str, int]) -> None:
    claim = approved(company)
    with transaction():
        claim.department.name = "研发𠮷部"
    batch = frozen(company, claim)
    assert batch.state == "frozen"
    assert "“𠮷”不能用 GBK 编码" in unwritten_of(batch.control)["u8_text"].zh
    assert "vouchers-u8_text.txt" not in batch.control["files"]
    with pytest.raises(Refused, match="cannot be written in GBK"):
        batch_vouchers.written(db.session(), batch, "u8_text")


def test_the_company_own_accounts_and_layouts_take_the_place_of_the_shipped(
    company: dict[str, int], settings: Settings
) -> None:
    own = settings.data / "vouchers"
    own.mkdir()
    shipped = export_layouts.data_folder("config") / "vouchers"
    text = (shipped / "accounts.toml").read_text("utf-8").replace("2241.01", "2241.77").replace('"u8_text", ', "")
    (own / "accounts.toml").write_text(text, "utf-8")
    (own / "u8_text.toml").write_text((shipped / "u8_text.toml").read_text("utf-8").replace("gbk", "utf-8"), "utf-8")
    batch = hotel(company)
    assert "vouchers-u8_text.txt" not in batch.control["files"]
    assert b",224177," in b"".join(batch_vouchers.written(db.session(), batch, "u8_text").pieces)


def test_posted_vouchers_bear_the_day_on_which_they_were_posted(company: dict[str, int]) -> None:
    batch = hotel(company)
    batch.posted_on = date(2031, 1, 2)
    try:
        assert {entry.made_on for entry in batch_vouchers.entries_of(batch)} == {date(2031, 1, 2)}
    finally:
        db.session.rollback()


def test_an_open_batch_has_no_entries(company: dict[str, int]) -> None:
    with pytest.raises(NotFound):
        list(batch_vouchers.entries_of(BatchRow(control={})))


def test_booking_data_is_bound_to_invoice_and_original(company: dict[str, int]) -> None:
    claim = approved(company, Spent("1060.00", (ONE,), "travel_lodging"), Spent("20.00", (TWO,), "taxi"))
    taxed(claim.invoices[0], "60.00")
    with transaction() as session:
        claim.invoices[1].kind = InvoiceKind.TAXI.value
        chosen = CertificationRow(code="", number=ONE, issue_date=date(2026, 11, 1), tax_fen=6000, at=now())
        chosen.state, chosen.period = "selected", "2026-11"
        session.add(chosen)
    batch = frozen(company, claim)
    with zipfile.ZipFile(io.BytesIO(read(batch, batch_files.BOOKING))) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        (told,) = manifest["files"]
        data = archive.read(told["name"])
    assert told["name"] == f"00001_{claim.claim_no}_einv_spcl_receiver_{ONE}.xml"
    assert (told["invoice"], told["form"]) == (ONE, "einv_spcl_receiver")
    assert told["sha256"] == hashlib.sha256(data).hexdigest()
    assert told["original_sha256"] == claim.invoices[0].readings[0].document.sha256
    assert "<einv:PeriodOfUsageConfirmation" in data.decode()
    assert manifest["unverified"]


def test_json_says_the_same_as_the_tables(company: dict[str, int]) -> None:
    batch = hotel(company)
    told = json.loads(read(batch, "batch.json"))
    (claim,) = told["claims"]
    assert sum(Decimal(line["amount"]) for line in claim["lines"]) == from_fen(told["control"]["total_fen"])
    assert [line["tax"] for line in claim["lines"]] == ["60.00", "0.00"]
    assert (claim["lines"][0]["category"], claim["lines"][0]["category_name"]) == ("travel_lodging", "差旅住宿费")
    assert claim["invoices"][0]["kind_words"].startswith("数电票（专用）")


KINDS = [InvoiceKind.SPECIAL_DIGITAL, InvoiceKind.GENERAL_DIGITAL, InvoiceKind.TOLL]
CATEGORIES = ["travel_lodging", "entertainment", "office_supplies", "meeting", "other"]
PAID = ["employee", "company_card", "company_transfer", "advance"]


@pytest.mark.parametrize("seed", range(6))
def test_control_totals_and_vouchers_agree_for_any_batch(company: dict[str, int], seed: int) -> None:
    rolls = random.Random(seed)
    claims = []
    for _ in range(rolls.randint(1, 4)):
        shared = f"2699{rolls.randrange(10**15):016}"
        lines = [_spent(rolls, shared) for _ in range(rolls.randint(1, 4))]
        claims.append(approved(company, *lines, claimant=rolls.choice(["lin", "wu", "zhao"])))
        for invoice in claims[-1].invoices:
            total = Decimal(invoice.data["total_incl_tax"])
            taxed(invoice, f"{total * Decimal('0.06') / Decimal('1.06'):.2f}", rolls.choice(KINDS))
    batch = frozen(company, *claims)
    control = batch.control
    postings = [posting for entry in batch_vouchers.entries_of(batch) for posting in entry.postings]
    assert total_of(postings, Side.DEBIT) == total_of(postings, Side.CREDIT) == from_fen(control["total_fen"])
    assert total_of(postings, Side.DEBIT, Purpose.INPUT_VAT) == from_fen(control["input_vat_fen"])
    paid = {name: total_of(postings, Side.CREDIT, Purpose(name)) for name in PAID}
    assert paid == {name: from_fen(control["by_paid_by_fen"].get(name, 0)) for name in PAID}


def _spent(rolls: random.Random, shared: str) -> Spent:
    if rolls.random() < 0.2:
        fields = {"adjustment": "discount", "paid_by": rolls.choice(PAID)}
        return Spent(f"-{rolls.randint(1, 300) / 100:.2f}", (), "other", fields)
    numbers = (shared,) if rolls.random() < 0.3 else None
    amount = f"{rolls.randint(500, 500_000) / 100:.2f}"
    return Spent(amount, numbers, rolls.choice(CATEGORIES), {"paid_by": rolls.choice(PAID)})


def test_what_is_owed_counts_each_person_once(company: dict[str, int]) -> None:
    first, second = (
        approved(company, Spent("10.00")),
        approved(company, Spent("5.00"), Spent("-1.00", (), fields={"adjustment": "discount"})),
    )
    third = approved(company, Spent("7.00", fields={"paid_by": "company_card"}), claimant="wu")
    control = frozen(company, first, second, third).control
    assert (control["payees_count"], control["payout_fen"]) == (1, 1400)


def test_the_page_offers_every_layout_and_says_what_is_unverified(
    company: dict[str, int], sign_in: Callable[[str], FlaskClient]
) -> None:
    batch = hotel(company)
    page = sign_in("sun").get(f"/batches/{batch.batch_no}").text
    for name in export_layouts.voucher_layouts():
        assert f"/batches/{batch.batch_no}/vouchers/{name}" in page
    assert "未证实" in page
    assert "业务员" in page


@pytest.mark.parametrize(("login", "status"), [("sun", 200), ("audit", 200), ("lin", 403), ("zhao", 403)])
def test_who_downloads_vouchers(
    company: dict[str, int], sign_in: Callable[[str], FlaskClient], login: str, status: int
) -> None:
    batch_no = hotel(company).batch_no
    answer = sign_in(login).get(f"/batches/{batch_no}/vouchers/kis_dbf")
    assert answer.status_code == status
    if status == 200:
        assert answer.headers["Content-Disposition"] == f"attachment; filename={batch_no}-kis_dbf.dbf"
        assert answer.data[0] == 3


def test_what_is_kept_is_what_is_sent(company: dict[str, int], sign_in: Callable[[str], FlaskClient]) -> None:
    batch = hotel(company)
    sent = sign_in("sun").get(f"/batches/{batch.batch_no}/vouchers/u8_text").data
    assert hashlib.sha256(sent).hexdigest() == batch.control["files"]["vouchers-u8_text.txt"]["sha256"]


def test_writing_a_frozen_batch_again_gives_the_same_bytes(company: dict[str, int]) -> None:
    batch = hotel(company)
    again = batch_files.write(db.session(), batch, batch.frozen_at, lambda _: None)
    assert archive_roots.rooted(again) == batch.control
    assert archive_roots.computed_root(batch) == batch.control["merkle"]["root"]
