"""Pages of bills, orders and receipts: who sees what, forms, imports, ties, few queries."""

import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from reimburse.store.bills import BillRow, GoodsReceiptRow, InvoiceTieRow, OrderRow, TableImportRow
from reimburse.store.db import db, transaction
from tests.deal_stories import CLOUD, DAY, a_bill, a_receipt, an_invoice, an_order
from tests.query_count import count_queries
from tests.wallets import READER

People = dict[str, int]
SignIn = Callable[[str], FlaskClient]
HEAD = "供应商,账期,账单金额,账单编号\n"


@pytest.fixture(autouse=True)
def _one_reader(app: Flask) -> None:
    app.extensions["sandbox"] = READER


def upload(client: FlaskClient, text: str, kind: str = "bills") -> TestResponse:
    file = (io.BytesIO(text.encode()), "账单.csv")
    return client.post(f"/tables/{kind}", data={"file": file, "entity": "1"}, follow_redirects=True)


def test_a_table_is_looked_at_and_taken_in(company: People, sign_in: SignIn) -> None:
    client = sign_in("sun")
    page = upload(client, HEAD + f"{CLOUD},2026-10,600,B-1\n{CLOUD},十月,600,B-2\n").text
    assert "账期：“十月”不是账期" in page
    assert "可导入 1 笔" in page
    assert db.session.scalar(select(func.count()).select_from(BillRow)) == 0
    row = db.session.scalars(select(TableImportRow)).one()
    done = client.post(f"/imports/{row.id}/run", data={"version": row.version}, follow_redirects=True).text
    assert "新增 1，补全 0，已有 0" in done
    assert "第 3 行" in done
    assert CLOUD in client.get("/bills").text
    bill = db.session.scalars(select(BillRow)).one()
    assert (
        "/tie" in client.get(f"/bills/{bill.id}").text,
        "/tie" in sign_in("audit").get(f"/bills/{bill.id}").text,
    ) == (
        True,
        False,
    )


def test_whoever_is_nobody_is_told_before_it_is_taken_in(company: People, sign_in: SignIn) -> None:
    page = upload(
        sign_in("sun"), "供应商,账期,账单金额,负责人\n" + f"{CLOUD},2026-10,600,E999\n{CLOUD},2026-11,7,E001\n"
    )
    assert "找不到负责人“E999”" in page.text
    assert "可导入 1 笔" in page.text


def test_a_file_that_is_no_table_says_so(company: People, sign_in: SignIn) -> None:
    file = (io.BytesIO(b"%PDF-1.7"), "账单.pdf")
    answer = sign_in("sun").post("/tables/bills", data={"file": file, "entity": "1"})
    assert (answer.status_code, "这不是表格文件" in answer.text) == (422, True)


@pytest.mark.parametrize("kind", ["bills", "orders", "receipts", "certifications"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_template_comes_back_in_as_it_went_out(company: People, sign_in: SignIn, kind: str, ending: str) -> None:
    client = sign_in("sun")
    data = client.get(f"/tables/{kind}/template.{ending}").data
    page = client.post(
        f"/tables/{kind}", data={"file": (io.BytesIO(data), f"t.{ending}"), "entity": "1"}, follow_redirects=True
    )
    assert "可导入 1 笔" in page.text
    assert "还缺" not in page.text


def test_by_hand(company: People, sign_in: SignIn) -> None:
    client = sign_in("sun")
    bill = {"party": CLOUD, "period": "2026-10", "amount": "600", "entity": "1"}
    assert "已登记" in client.post("/records/bills/new", data=bill, follow_redirects=True).text
    assert "没有重复登记" in client.post("/records/bills/new", data=bill, follow_redirects=True).text
    assert client.post("/records/bills/new", data={**bill, "amount": "0"}).status_code == 422
    order = {"order_no": "PO-1", "party": CLOUD, "amount": "1130", "owner": "E001", "entity": "1"}
    lines = {"item_name-0": "螺丝", "quantity-0": "10", "unit_price-0": "50", "item_name-2": "螺母", "quantity-2": "5"}
    assert client.post("/records/orders/new", data={**order, **lines}).status_code == 302
    assert [line.item_name for line in db.session.scalars(select(OrderRow)).one().lines] == ["螺丝", "螺母"]
    receipt = {"order_no": "PO-1", "received_on": "2026-11-05", "kind": "验收", "amount": "1130", "entity": "1"}
    assert sign_in("wu").post("/records/receipts/new", data=receipt).status_code == 404
    assert sign_in("lin").post("/records/receipts/new", data=receipt).status_code == 302
    row = db.session.scalars(select(GoodsReceiptRow)).one()
    assert (row.kind, row.party, row.created_by_id) == ("acceptance", CLOUD, company["lin"])


def test_an_invoice_is_proposed_tied_refused_and_untied(company: People, sign_in: SignIn) -> None:
    right = an_invoice(company["lin"], "600.00", CLOUD)
    bill = a_bill(company["sun"])
    client, path = sign_in("sun"), f"/bills/{bill.id}"
    page = client.get(path).text
    assert right.number in page
    assert "金额一致 600.00" in page
    client.post(f"{path}/never", data={"number": right.number})
    assert "就是它" not in client.get(path).text
    tie = db.session.scalars(select(InvoiceTieRow)).one()
    client.post(f"/bills/ties/{tie.id}/undo", data={"back": path})
    assert "就是它" in client.get(path).text
    client.post(f"{path}/tie", data={"number": right.number})
    assert db.session.get_one(BillRow, bill.id, populate_existing=True).state == "tied"
    assert (
        "请先解除" in client.post(f"{path}/void", data={"reason": "重复", "version": "2"}, follow_redirects=True).text
    )
    tie = db.session.scalars(select(InvoiceTieRow)).one()
    client.post(f"/bills/ties/{tie.id}/undo", data={"back": "https://example.com/"})
    assert db.session.get_one(BillRow, bill.id, populate_existing=True).state == "open"


def test_two_invoices_make_up_a_bill(company: People, sign_in: SignIn) -> None:
    one, other = an_invoice(company["lin"], "250.00", CLOUD), an_invoice(company["wu"], "350.00", CLOUD)
    bill = a_bill(company["sun"])
    client = sign_in("sun")
    assert all((row.number or "") in client.get(f"/bills/{bill.id}").text for row in (one, other))
    client.post(f"/bills/{bill.id}/tie", data={"number": one.number})
    assert db.session.get_one(BillRow, bill.id, populate_existing=True).state == "open"
    client.post(f"/bills/{bill.id}/tie", data={"number": other.number})
    assert db.session.get_one(BillRow, bill.id, populate_existing=True).state == "tied"


@pytest.mark.parametrize(
    ("login", "statuses"),
    [
        ("sun", (200, 200, 200, 200)),
        ("audit", (200, 200, 200, 200)),
        ("lin", (200, 200, 403, 403)),
        ("wu", (404, 404, 403, 403)),
        ("admin", (404, 404, 403, 403)),
    ],
)
def test_who_sees_papers(company: People, sign_in: SignIn, login: str, statuses: tuple[int, ...]) -> None:
    bill = a_bill(company["sun"], owner="E001")
    an_order(company["sun"], owner="E001")
    order = db.session.scalars(select(OrderRow)).one()
    client = sign_in(login)
    paths = (f"/bills/{bill.id}", f"/orders/{order.id}", "/receipts", "/tables/bills")
    assert tuple(client.get(path).status_code for path in paths) == statuses
    assert client.get("/bills").status_code == client.get("/orders").status_code == 200


@pytest.mark.parametrize("deed", ["settle", "void"])
@pytest.mark.parametrize("login", ["lin", "audit"])
def test_only_finance_changes_a_bill(company: People, sign_in: SignIn, login: str, deed: str) -> None:
    bill = a_bill(company["sun"], owner="E001")
    answer = sign_in(login).post(f"/bills/{bill.id}/{deed}", data={"version": "1", "reason": "x"})
    assert (answer.status_code, db.session.get_one(BillRow, bill.id, populate_existing=True).state) == (404, "open")


def test_settling_moves_the_deadline(company: People, sign_in: SignIn) -> None:
    bill = a_bill(company["sun"])
    data = {"settled_on": "2026-11-08", "owner": "E002", "version": "1"}
    assert "2027-05-08" in sign_in("sun").post(f"/bills/{bill.id}/settle", data=data, follow_redirects=True).text
    assert db.session.get_one(BillRow, bill.id, populate_existing=True).owner_id == company["wu"]


def test_a_bill_is_void_and_then_gone_from_the_list(company: People, sign_in: SignIn) -> None:
    bill = a_bill(company["sun"])
    client = sign_in("sun")
    client.post(f"/bills/{bill.id}/void", data={"reason": "", "version": "1"})
    assert bill.bill_no in client.get("/bills").text
    client.post(f"/bills/{bill.id}/void", data={"reason": "供应商重出", "version": "1"})
    assert bill.bill_no not in client.get("/bills").text
    assert bill.bill_no in client.get("/bills?state=void").text


def test_a_page_of_many_is_followed_by_the_next_and_asks_few_questions(company: People, sign_in: SignIn) -> None:
    for number in range(30):
        a_bill(company["sun"], f"{number + 1}.00", f"B-{number:02}", owner="E001")
    for number in range(4):
        an_invoice(company["lin"], f"{number + 1}.00", CLOUD, DAY)
    with transaction():
        for number in range(3):
            an_order(company["sun"], f"PO-{number}")
            a_receipt(company["sun"], "RK", f"PO-{number}")
    client = sign_in("sun")
    with count_queries() as asked:
        page = client.get("/bills").text
    assert len(asked) <= 15, asked
    assert ("共 30 笔" in page, "¥465.00" in page) == (True, True)
    following = re.search(r'href="(/bills\?before=[^"]+)"', page)
    assert following
    assert client.get(following[1]).text.count("/bills/") >= 5
    for path in ("/orders", "/receipts", "/orders/1", "/bills/1", "/tables/bills", "/records/orders/new"):
        with count_queries() as asked:
            assert client.get(path).status_code == 200
        assert len(asked) <= 15, (path, asked)
