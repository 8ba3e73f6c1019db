"""The invoice page, its pictures and the confirm list: who sees what, what a click does, how many queries it takes."""

import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from reimburse.domain.workflow import ClaimState
from reimburse.services.invoices import corrections, invoice_view
from reimburse.store.db import db, transaction
from reimburse.store.invoices import FieldCorrectionRow, InvoiceRow
from reimburse.store.people import PersonRow
from tests.parsers.paper import digital, header, item, pdf, totals
from tests.query_count import count_queries
from tests.wallets import invoices, put_on_claim, upload, upload_samples

AJAX = {"X-Requested-With": "XMLHttpRequest"}
SignIn = Callable[[str], FlaskClient]


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


def test_a_printed_field_that_nothing_asks_for_can_be_filled_in(company: dict[str, int], sign_in: SignIn) -> None:
    upload_samples(company["lin"], "photographed-meal.jpg")
    client = sign_in("lin")
    assert "buyer.tax_id" not in invoices(company["lin"])[0].missing
    assert 'name="field:buyer.tax_id"' in client.get("/invoices/1").text
    client.post("/invoices/1/fields", data={"field:buyer.tax_id": "91990000MA0DEM0011"})
    db.session.expire_all()
    assert invoices(company["lin"])[0].data["buyer"]["tax_id"] == "91990000MA0DEM0011"


def test_the_name_of_a_line_that_was_read_without_one_is_asked_for(company: dict[str, int], sign_in: SignIn) -> None:
    nameless = pdf(totals(item(header(digital()), 162, name="")))
    upload(company["lin"], ("nameless.pdf", nameless))
    client = sign_in("lin")
    assert invoices(company["lin"])[0].missing == ["lines.0.item_name"]
    for name in ("*住宿服务*房费", "*住宿服务*住宿费"):
        client.post("/invoices/1/fields", data={"field:lines.0.item_name": name})
    db.session.expire_all()
    [invoice] = invoices(company["lin"])
    assert (invoice.data["lines"][0]["item_name"], invoice.missing) == ("*住宿服务*住宿费", [])
    assert client.post("/invoices/1/fields", data={"field:lines.0.unit": "间"}).status_code == 422


def test_the_page_shows_which_line_has_no_name(company: dict[str, int], sign_in: SignIn) -> None:
    upload(company["lin"], ("nameless.pdf", pdf(totals(item(header(digital()), 162, name="")))))
    page = sign_in("lin").get("/invoices/1").text
    row = page[page.index('id="lines.0.item_name"') :][:1500]
    assert "明细 1 名称" in row
    assert "没有读到" in row
    assert 'name="field:lines.0.item_name"' in row


def test_nobody_else_is_asked_for_what_was_not_read(company: dict[str, int], sign_in: SignIn) -> None:
    upload_samples(company["lin"], "photographed-meal.jpg")
    assert "field:" not in sign_in("sun").get("/invoices/1").text


def test_a_choice_shows_what_a_person_can_read_before_a_qr_code(company: dict[str, int]) -> None:
    upload_samples(company["lin"], "words-differ.pdf")
    [printed, words] = invoice_view.choices_of(invoices(company["lin"])[0], "total_incl_tax")
    assert [choice.placed.source for choice in (printed, words) if choice.placed] == ["text", "words"]


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
