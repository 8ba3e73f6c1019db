"""The wallet, the invoice page and the confirm list: who sees what, what a click does, and how many queries it takes."""

import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from reimburse.domain.workflow import ClaimState
from reimburse.services import corrections
from reimburse.store.claims import ClaimInvoiceRow, ClaimRow
from reimburse.store.db import db, now, transaction
from reimburse.store.documents import DocumentRow
from reimburse.store.invoices import FieldCorrectionRow, InvoiceRow
from reimburse.store.people import PersonRow
from tests.builders import make_invoice
from tests.conftest import PASSWORD
from tests.query_count import count_queries
from tests.wallets import invoices, sample, upload, upload_samples, work

AJAX = {"X-Requested-With": "XMLHttpRequest"}
SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def sign_in(app: Flask, company: dict[str, int]) -> SignIn:
    def signed_in(login: str) -> FlaskClient:
        client = app.test_client()
        client.post("/sign-in", data={"login": login, "password": PASSWORD})
        return client

    return signed_in


def send(client: FlaskClient, *files: tuple[str, bytes], headers: dict[str, str] | None = None) -> str:
    data = {"files": [(io.BytesIO(content), name) for name, content in files]}
    return client.post("/invoices/upload", data=data, headers=headers or {}, follow_redirects=True).text


def put_on_claim(invoice: InvoiceRow, claim_no: str, state: ClaimState) -> ClaimRow:
    with transaction() as session:
        holder = session.get_one(PersonRow, invoice.holder_id)
        claim = ClaimRow(
            claim_no=claim_no,
            claimant=holder,
            department=holder.department,
            legal_entity_id=holder.department.legal_entity_id,
            state=state.value,
            round=0 if state is ClaimState.DRAFT else 1,
            created_at=now(),
            updated_at=now(),
        )
        session.add(claim)
        session.flush()
        session.add(ClaimInvoiceRow(claim_id=claim.id, invoice_id=invoice.id))
        return claim


def test_an_upload_answers_at_once_with_a_card_that_fills_itself_in(company: dict[str, int], sign_in: SignIn) -> None:
    client = sign_in("lin")
    card = send(client, ("发票.pdf", sample("hotel.pdf")), headers=AJAX)
    address = re.search(r'hx-get="([^"]+)"', card).group(1)
    assert "正在读取" in card
    assert "正在读取" in client.get(address).text
    work()
    filled = client.get(address).text
    assert "hx-get" not in filled
    assert "¥1,200.00" in filled


def test_a_card_asks_less_often_the_longer_it_waits(company: dict[str, int], sign_in: SignIn) -> None:
    client = sign_in("lin")
    send(client, ("a.pdf", sample("hotel.pdf")))
    delays = [
        re.search(r"delay:(\d+)s", client.get(f"/documents/1/card?asked={asked}").text).group(1) for asked in (0, 8, 90)
    ]
    assert delays == ["1", "4", "8"]


def test_a_file_that_waits_too_long_says_so(company: dict[str, int], sign_in: SignIn) -> None:
    client = sign_in("lin")
    send(client, ("a.pdf", sample("hotel.pdf")))
    assert "比平时久" not in client.get("/documents/1/card").text
    with transaction() as session:
        session.get_one(DocumentRow, 1).uploaded_at = now() - timedelta(minutes=3)
    assert "比平时久" in client.get("/documents/1/card").text


def test_each_file_of_an_upload_has_its_card_and_a_refused_one_its_reason(
    company: dict[str, int], sign_in: SignIn
) -> None:
    page = send(sign_in("lin"), ("空.pdf", b""), ("a.pdf", sample("hotel.pdf")), headers=AJAX)
    assert page.count("file-card") == 2
    assert "文件是空的" in page


def test_without_a_script_the_wallet_shows_what_came_in(company: dict[str, int], sign_in: SignIn) -> None:
    page = send(sign_in("lin"), ("空.pdf", b""), ("a.pdf", sample("hotel.pdf")))
    assert "已收到 1 个文件" in page
    assert "空.pdf: 文件是空的" in page
    assert '<meta http-equiv="refresh"' in page


def test_a_file_uploaded_again_says_where_it_already_is(company: dict[str, int], sign_in: SignIn) -> None:
    upload_samples(company["lin"], "hotel.pdf")
    put_on_claim(invoices(company["lin"])[0], "BX-7", ClaimState.DRAFT)
    card = send(sign_in("lin"), ("换个名字.pdf", sample("hotel.pdf")), headers=AJAX)
    assert "同一个文件您已在" in card
    assert "BX-7" in card
    assert "/invoices/1" in card
    plain = send(sign_in("lin"), ("换个名字.pdf", sample("hotel.pdf")))
    assert f"发票 {invoices(company['lin'])[0].number}，报销单 BX-7" in plain


def test_a_bad_file_shows_its_message_and_can_be_read_again(company: dict[str, int], sign_in: SignIn) -> None:
    [document_id] = upload(company["lin"], ("坏.pdf", b"%PDF-1.7 broken"))
    client = sign_in("lin")
    assert "文件不完整或已损坏" in client.get("/invoices").text
    client.post(f"/documents/{document_id}/read")
    assert db.session.get_one(DocumentRow, document_id).state == "waiting"


def test_a_stranger_cannot_have_a_file_read_again(company: dict[str, int], sign_in: SignIn) -> None:
    [document_id] = upload(company["lin"], ("坏.pdf", b"%PDF-1.7 broken"))
    assert sign_in("wu").post(f"/documents/{document_id}/read").status_code == 404


def test_papers_that_are_no_invoice_stand_among_other_files(company: dict[str, int], sign_in: SignIn) -> None:
    upload_samples(company["lin"], "hotel-folio.pdf", "hotel.pdf")
    page = sign_in("lin").get("/invoices?state=files").text
    assert "酒店结账单" in page
    assert "hotel-folio.pdf" in page
    assert 'title="hotel.pdf"' not in page


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("free", "free"),
        ("claimed", "claimed"),
        ("reimbursed", "reimbursed"),
        ("red_lettered", "red"),
        ("look", "photo"),
    ],
)
def test_the_list_is_filtered_by_state(company: dict[str, int], sign_in: SignIn, state: str, shown: str) -> None:
    holder = company["lin"]
    names = ("inn.pdf", "hotel.pdf", "taxi.pdf", "red-letter.pdf", "photographed-hotel.jpg")
    rows = {}
    for word, name in zip(("free", "claimed", "reimbursed", "red", "photo"), names, strict=True):
        upload_samples(holder, name)
        rows[word] = invoices(holder)[-1].id
    put_on_claim(db.session.get_one(InvoiceRow, rows["claimed"]), "BX-1", ClaimState.DRAFT)
    put_on_claim(db.session.get_one(InvoiceRow, rows["reimbursed"]), "BX-2", ClaimState.PAID)
    page = sign_in("lin").get(f"/invoices?state={state}").text
    listed = set(map(int, re.findall(r'data-invoice="(\d+)"', page)))
    assert listed == ({rows["free"], rows["photo"]} if state == "free" else {rows[shown]})


def test_a_blue_invoice_is_red_lettered_once_its_red_one_is_known(company: dict[str, int], sign_in: SignIn) -> None:
    with transaction() as session:
        blue = make_invoice(company["lin"], "100.00", "26990000000000000777")
        red = make_invoice(company["wu"], "-100.00")
        red.red_letter, red.red_of_code, red.red_of_number = True, "", blue.number
        session.flush()
    page = sign_in("lin").get("/invoices?state=red_lettered").text
    assert f'data-invoice="{blue.id}"' in page
    shown = sign_in("lin").get(f"/invoices/{blue.id}").text
    assert red.number in shown
    assert f'href="/invoices/{red.id}"' not in shown


def test_a_number_or_seller_is_found(company: dict[str, int], sign_in: SignIn) -> None:
    with transaction():
        first, _ = make_invoice(company["lin"], "1.00", "26990000000000000555"), make_invoice(company["lin"], "2.00")
    client = sign_in("lin")
    for words, found in (("26990000000000000555", 1), ("示例酒店", 2), ("%", 0), ("没有", 0)):
        assert len(re.findall("data-invoice=", client.get("/invoices", query_string={"q": words}).text)) == found
    assert first.id


def test_the_list_goes_on_by_key(company: dict[str, int], sign_in: SignIn) -> None:
    with transaction():
        ids = [make_invoice(company["lin"], "1.00").id for _ in range(35)]
    client = sign_in("lin")
    seen: list[int] = []
    page = client.get("/invoices").text
    while True:
        seen += map(int, re.findall(r'data-invoice="(\d+)"', page))
        following = re.search(r'href="([^"]*before=\d+[^"]*)"', page)
        if not following:
            break
        page = client.get(following.group(1).replace("&amp;", "&")).text
    assert seen == ids[::-1]


def test_the_wallet_holds_nobody_elses_invoices(company: dict[str, int], sign_in: SignIn) -> None:
    upload_samples(company["wu"], "hotel.pdf")
    assert "data-invoice" not in sign_in("lin").get("/invoices").text


@pytest.mark.parametrize(
    ("login", "before", "after"),
    [
        ("lin", 200, 200),
        ("wu", 404, 404),
        ("admin", 404, 404),
        ("zhao", 404, 200),
        ("qian", 404, 200),
        ("sun", 200, 200),
        ("audit", 200, 200),
    ],
)
def test_who_sees_an_invoice_before_and_after_it_is_submitted(
    company: dict[str, int], sign_in: SignIn, login: str, before: int, after: int
) -> None:
    upload_samples(company["lin"], "hotel.pdf")
    client = sign_in(login)
    addresses = ("/invoices/1", "/documents/1/original", "/documents/1/pages/1.png?dpi=36")
    assert {client.get(address).status_code for address in addresses} == {before}
    put_on_claim(invoices(company["lin"])[0], "BX-1", ClaimState.IN_REVIEW)
    assert {client.get(address).status_code for address in addresses} == {after}


def test_a_colleagues_claim_on_the_same_invoice_is_masked(company: dict[str, int], sign_in: SignIn) -> None:
    upload_samples(company["lin"], "hotel.pdf")
    upload_samples(company["wu"], "hotel.pdf")
    put_on_claim(invoices(company["wu"])[0], "BX-SECRET", ClaimState.IN_REVIEW)
    mine = invoices(company["lin"])[0].id
    page = sign_in("lin").get(f"/invoices/{mine}").text
    assert "另一位同事的报销单" in page
    assert "BX-SECRET" not in page
    assert "BX-SECRET" in sign_in("sun").get(f"/invoices/{mine}").text


def test_the_page_shows_fields_with_witnesses_and_boxes(company: dict[str, int], sign_in: SignIn) -> None:
    upload_samples(company["lin"], "hotel.pdf")
    page = sign_in("lin").get("/invoices/1").text
    row = page[page.index('id="total_incl_tax"') :][:1500]
    assert "¥1,200.00" in row
    assert {"二维码 ✓", "票面文字 ✓"} <= set(re.findall(r">([^<>]* ✓)", row))
    assert '<rect class="" data-field="total_incl_tax"' in page


def test_what_native_data_proves_is_locked_and_each_source_ticks_once(company: dict[str, int], sign_in: SignIn) -> None:
    upload_samples(company["lin"], "software.xml", "software.pdf", "software.ofd")
    page = sign_in("lin").get("/invoices/1").text
    row = page[page.index('id="number"') : page.index('id="issue_date"')]
    assert row.count("票面文字 ✓") == 1
    assert "不能手工更改" in row
    assert 'name="field:number"' not in page
    assert 'name="field:remark"' in page


def test_intact_is_not_called_genuine(company: dict[str, int], sign_in: SignIn) -> None:
    upload_samples(company["lin"], "hotel.pdf")
    with transaction() as session:
        reading = session.get_one(InvoiceRow, 1).readings[0]
        reading.data = {**reading.data, "seal": {"status": "intact", "signer": "示例签章"}}
    assert "这不等于发票是真的" in sign_in("lin").get("/invoices/1").text


def test_several_missing_fields_are_filled_in_at_once_and_a_wrong_one_is_told_beside_it(
    company: dict[str, int], sign_in: SignIn
) -> None:
    upload_samples(company["lin"], "photographed-hotel.jpg")
    form = {"field:seller.name": "示例酒店", "field:buyer.name": "", "field:amount_excl_tax": "很多"}
    answer = sign_in("lin").post("/invoices/1/fields", data=form)
    assert answer.status_code == 422
    row = answer.text[answer.text.index('id="amount_excl_tax"') :][:1500]
    assert "“很多”不是有效的金额" in row
    assert 'value="很多"' in row
    [invoice] = invoices(company["lin"])
    assert (invoice.seller_name, invoice.buyer_name) == ("示例酒店", None)


def test_a_stranger_corrects_nothing(company: dict[str, int], sign_in: SignIn) -> None:
    upload_samples(company["lin"], "photographed-hotel.jpg")
    for login in ("wu", "sun"):
        answer = sign_in(login).post("/invoices/1/fields", data={"field:seller.name": "x"})
        assert answer.status_code == 404
    assert invoices(company["lin"])[0].seller_name is None


def test_finance_confirms_with_one_click(company: dict[str, int], sign_in: SignIn) -> None:
    upload_samples(company["lin"], "qr-differs.pdf")
    page = sign_in("lin").get("/invoices/1").text
    assert page.count("以此为准") == 2
    assert page.count('class="crop"') == 2
    sign_in("lin").post("/invoices/1/fields", data={"field:total_incl_tax": "1060.00"})
    client = sign_in("sun")
    assert client.get("/corrections").text.count('class="crop"') == 2
    client.post("/corrections/1", data={"decision": "confirm"})
    assert invoices(company["lin"])[0].total_fen == 106000
    assert "没有待确认的更改" in client.get("/corrections").text


@pytest.mark.parametrize("login", ["lin", "zhao", "audit", "admin"])
def test_others_have_no_confirm_list(company: dict[str, int], sign_in: SignIn, login: str) -> None:
    assert sign_in(login).get("/corrections").status_code == 403


def test_the_original_is_a_download_that_no_browser_runs(company: dict[str, int], sign_in: SignIn) -> None:
    [document_id] = upload(company["lin"], ("页.html", b"<script>alert(1)</script>"))
    answer = sign_in("lin").get(f"/documents/{document_id}/original")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.mimetype == "application/octet-stream"
    assert answer.data == b"<script>alert(1)</script>"


def test_a_page_is_drawn_once_and_a_crop_cut_out_of_it(app: Flask, company: dict[str, int], sign_in: SignIn) -> None:
    from PIL import Image

    upload_samples(company["lin"], "hotel.pdf")
    client = sign_in("lin")
    page = Image.open(io.BytesIO(client.get("/documents/1/pages/1.png?dpi=72").data))
    kept = list((app.extensions["settings"].data / "cache" / "pages").rglob("*.png"))
    crop = Image.open(io.BytesIO(client.get("/documents/1/pages/1.png?dpi=72&box=10,20,110,60").data))
    assert (page.width > 590, crop.size) == (True, (108, 48))
    assert list((app.extensions["settings"].data / "cache" / "pages").rglob("*.png")) == kept


@pytest.mark.parametrize(
    "address", ["/documents/1/pages/9.png", "/documents/1/pages/1.png?dpi=5000", "/documents/99/pages/1.png"]
)
def test_a_picture_that_there_is_not_is_not_found(company: dict[str, int], sign_in: SignIn, address: str) -> None:
    upload_samples(company["lin"], "hotel.pdf")
    assert sign_in("lin").get(address).status_code == 404


@pytest.mark.parametrize("rows", [3, 40])
def test_the_wallet_asks_few_queries_however_long_it_is(company: dict[str, int], sign_in: SignIn, rows: int) -> None:
    with transaction():
        for _ in range(rows):
            put = make_invoice(company["lin"], "1.00")
    put_on_claim(put, "BX-1", ClaimState.DRAFT)
    upload(company["lin"], *((f"{number}.pdf", b"%%PDF-1.7 broken %d" % number) for number in range(rows)))
    client = sign_in("lin")
    for address in ("/invoices", "/invoices?state=files"):
        with count_queries() as asked:
            assert client.get(address).status_code == 200
        assert len(asked) <= 15, asked


def test_the_invoice_page_and_the_confirm_list_ask_few_queries(company: dict[str, int], sign_in: SignIn) -> None:
    upload_samples(
        company["lin"], "software.pdf", "software.ofd", "qr-differs.pdf", "photographed-hotel.jpg", "words-differ.pdf"
    )
    lin = db.session.get_one(PersonRow, company["lin"])
    for invoice in invoices(company["lin"]):
        put_on_claim(invoice, f"BX-{invoice.id}", ClaimState.DRAFT)
        for field in ("remark", "drawer"):
            corrections.correct(lin, invoice.id, field, "示例")
    waiting = len(db.session.scalars(select(FieldCorrectionRow).where(FieldCorrectionRow.state == "proposed")).all())
    assert waiting > 3
    for login, address in (("lin", "/invoices/1"), ("zhao", "/invoices/1"), ("sun", "/corrections")):
        client = sign_in(login)
        with count_queries() as asked:
            client.get(address)
        assert len(asked) <= 15, asked
