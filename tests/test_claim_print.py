"""The printable PDF of a claim: its sheet, its findings and approvals, and every invoice after it."""

import io
from collections.abc import Callable, Iterator

import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from parsers.sandbox import Sandbox
from reimburse.domain.workflow import ClaimState
from reimburse.export.print_pdf import Grid, Paper, Printout, print_pdf
from reimburse.services.invoices import sandboxed
from reimburse.settings import load
from reimburse.store.claims import AttachmentRow, ClaimRow
from reimburse.store.db import now, transaction
from reimburse.store.documents import ReadingRow
from reimburse.store.events import record
from tests.builders import Spent, a_finding, an_answer, claim_in_review, make_claim, make_document

SignIn = Callable[[str], FlaskClient]
ONE, TWO = "26990000000000009501", "26990000000000009502"
RED = (255, 0, 0)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(sandboxed.limits(load(tmp_path_factory.mktemp("reader"), {}))) as sandbox:
        yield sandbox


@pytest.fixture(autouse=True)
def _shared_reader(app: Flask, reader: Sandbox) -> None:
    app.extensions["sandbox"] = reader


def paper(*pages: str) -> bytes:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(595, 397))
    for text in pages:
        canvas.setFillColorRGB(1, 0, 0)
        canvas.rect(40, 40, 500, 300, fill=1)
        canvas.drawString(10, 10, text)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def seen(claim: ClaimRow, number: int, data: bytes, media_type: str = "application/pdf") -> None:
    """The invoice was handed in as this file."""
    with transaction():
        document = make_document(claim.claimant_id, data, f"{number}.pdf", media_type)
        claim.invoices[number].picture_document_id = document.id


def printed(client: FlaskClient, claim_no: str) -> pypdfium2.PdfDocument:
    answer = client.get(f"/claims/{claim_no}/print.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    return pypdfium2.PdfDocument(answer.data)


def text_of(document: pypdfium2.PdfDocument, page: int = 0) -> str:
    return document[page].get_textpage().get_text_bounded()


def test_the_sheet_says_what_was_claimed_found_and_decided(company: dict[str, int], sign_in: SignIn) -> None:
    lines = (Spent("1060.00", (ONE,), "travel_lodging"), Spent("88.00", (TWO,), "entertainment"))
    claim = claim_in_review(company["lin"], *lines, assignee_id=company["zhao"], answer=an_answer(a_finding("R-73")))
    with transaction() as session:
        chain = f"claim:{claim.id}"
        record(session, chain, "pass_check", None, now(), {"round": claim.round})
    text = text_of(printed(sign_in("lin"), claim.claim_no))
    for part in (
        claim.claim_no,
        "差旅住宿费",
        "1,060.00",
        "1,148.00",
        "壹仟壹佰肆拾捌圆整",
        ONE,
        "R-73",
        "发票是去年的",
        "Zhao",
    ):
        assert part in text


def test_every_page_of_every_invoice_follows(company: dict[str, int], sign_in: SignIn) -> None:
    with transaction():
        claim = make_claim(company["lin"], Spent("10.00", (ONE,)), Spent("5.00", (TWO,)))
    seen(claim, 0, paper("one", "two"))
    seen(claim, 1, paper("three"))
    document = printed(sign_in("lin"), claim.claim_no)
    pictures = [
        item for page in range(1, len(document)) for item in document[page].get_objects(max_depth=1) if item.type == 3
    ]
    assert (len(document), len(pictures)) == (3, 3)
    assert [part in text_of(document, 1) for part in (ONE, "第 1 页", "第 2 页")] == [True, True, True]
    assert TWO in text_of(document, 2)
    drawn = document[1].render(scale=1).to_pil()
    assert drawn.getpixel((drawn.width // 2, drawn.height // 4))[:3] == RED


def test_a_file_of_several_invoices_gives_each_its_page(company: dict[str, int], sign_in: SignIn) -> None:
    with transaction() as session:
        claim = make_claim(company["lin"], Spent("10.00", (ONE,)), Spent("5.00", (TWO,)))
        bundle = make_document(company["lin"], paper("first", "second"), "bundle.pdf")
        for place, invoice in enumerate(claim.invoices, start=1):
            session.add(
                ReadingRow(
                    document_id=bundle.id, ordinal=place, page=place, status="parsed", invoice_id=invoice.id, data={}
                )
            )
            invoice.picture_document_id, invoice.picture_page = bundle.id, place
    text = text_of(printed(sign_in("lin"), claim.claim_no), 1)
    assert text.index(ONE) < text.index("第 1 页") < text.index(TWO) < text.index("第 2 页")


def test_what_has_no_page_is_named(company: dict[str, int], sign_in: SignIn) -> None:
    with transaction() as session:
        claim = make_claim(company["lin"], Spent("10.00", (ONE,)))
        proof = make_document(company["lin"], paper("contract"), "合同.pdf")
        session.add(AttachmentRow(claim_id=claim.id, kind="contract", document_id=proof.id, created_at=now()))
    seen(claim, 0, b"<EInvoice/>", "application/xml")
    text = text_of(printed(sign_in("lin"), claim.claim_no), 1)
    assert "没有可打印的页面" in text
    assert "合同" in text


def test_a_file_gone_from_storage_is_named(company: dict[str, int], sign_in: SignIn, tmp_path) -> None:
    with transaction():
        claim = make_claim(company["lin"], Spent("10.00", (ONE,)))
    seen(claim, 0, paper("gone"))
    for file in (tmp_path / "files").rglob("*"):
        if file.is_file():
            file.unlink()
    assert "原件不在存储中" in text_of(printed(sign_in("lin"), claim.claim_no), 1)


@pytest.mark.parametrize(
    ("login", "status"), [("lin", 200), ("zhao", 200), ("sun", 200), ("audit", 200), ("wu", 404), ("admin", 404)]
)
def test_who_may_see_the_claim_may_print_it(company: dict[str, int], sign_in: SignIn, login: str, status: int) -> None:
    with transaction():
        claim = make_claim(company["lin"], Spent("10.00"), state=ClaimState.APPROVED)
    client = sign_in(login)
    assert client.get(f"/claims/{claim.claim_no}/print.pdf").status_code == status
    if status == 200:
        assert f"/claims/{claim.claim_no}/print.pdf" in client.get(f"/claims/{claim.claim_no}").text


def test_in_english_and_the_same_bytes_twice(company: dict[str, int], sign_in: SignIn) -> None:
    with transaction():
        claim = make_claim(company["lin"], Spent("10.00", (ONE,)))
    seen(claim, 0, paper("same"))
    client = sign_in("lin")
    client.post("/language/en")
    once, again = (client.get(f"/claims/{claim.claim_no}/print.pdf").data for _ in range(2))
    assert once == again
    text = text_of(pypdfium2.PdfDocument(once))
    assert "Expense claim" in text
    assert "Office supplies" in text


def test_long_texts_break_and_rare_characters_stand_in_another_font() -> None:
    rows = tuple((str(number), "上海住宿" * 40 + "<b>&龘𠮷") for number in range(60))
    sheet = Printout("单 1", "甲", (("项", "乙"),), (Grid("明细", ("#", "说明"), (0.2, 0.8), frozenset(), rows),))
    picture = io.BytesIO()
    Image.effect_noise((1600, 2200), 90).convert("RGB").save(picture, "PNG")
    target = io.BytesIO()
    print_pdf(sheet, [Paper("照片", picture.getvalue)], target)
    document = pypdfium2.PdfDocument(target.getvalue())
    assert f"1 / {len(document)}" in " ".join(text_of(document).split())
    assert "<b>&龘" in text_of(document)
    assert "□" in text_of(document)
    assert len(target.getvalue()) < len(picture.getvalue()) / 2
