"""The wallet, the invoice page and the confirm list: who sees what, what a click does, and how many queries it takes."""

import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from reimburse.domain.workflow import ClaimState
from reimburse.store.db import db, now, transaction
from reimburse.store.documents import DocumentRow
from reimburse.store.invoices import InvoiceRow
from tests.builders import make_invoice
from tests.query_count import count_queries
from tests.wallets import invoices, put_on_claim, sample, upload, upload_samples, work

AJAX = {"X-Requested-With": "XMLHttpRequest"}
SignIn = Callable[[str], FlaskClient]


def send(client: FlaskClient, *files: tuple[str, bytes], headers: dict[str, str] | None = None) -> str:
    data = {"files": [(io.BytesIO(content), name) for name, content in files]}
    return client.post("/invoices/upload", data=data, headers=headers or {}, follow_redirects=True).text


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


def test_a_file_that_cannot_be_read_is_set_aside_and_can_come_back(company: dict[str, int], sign_in: SignIn) -> None:
    client = sign_in("lin")
    send(client, ("bad.pdf", b"%PDF-1.4 cut off"))
    work()
    assert "bad.pdf" in client.get("/invoices").text
    client.post("/documents/1/set-aside")
    assert "bad.pdf" not in client.get("/invoices").text
    aside = client.get("/invoices?state=files").text
    assert "再读一次" in aside
    assert "不再显示" not in aside
    client.post("/documents/1/read")
    work()
    assert "bad.pdf" in client.get("/invoices").text


def test_only_the_owner_sets_a_file_aside(company: dict[str, int], sign_in: SignIn) -> None:
    send(sign_in("lin"), ("bad.pdf", b"%PDF-1.4 cut off"))
    work()
    assert sign_in("wu").post("/documents/1/set-aside").status_code == 404


def test_a_second_file_of_one_invoice_says_that_it_was_merged(company: dict[str, int], sign_in: SignIn) -> None:
    upload_samples(company["lin"], "software.pdf", "software.xml")
    client = sign_in("lin")
    assert "同一张" not in client.get("/documents/1/card").text
    assert "software.xml 与票夹里的发票是同一张" in client.get("/documents/2/card").text
