"""The pages of statements and matching: what finance sees and does there; few queries, small pages, two languages."""

import gzip
import io
import json
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from reimburse.services.matching.match_groups import key_of
from reimburse.store.db import db
from reimburse.store.matches import MatchGroupRow
from reimburse.store.payments import PaymentRow, StatementImportRow, StatementProfileRow
from tests.query_count import count_queries
from tests.statement_files import NOVEMBER, bring_in, card, company, match, payments, spend, wallet
from tests.test_matching_service import SELLER, bill, pay
from tests.wallets import READER

People = dict[str, int]
SignIn = Callable[[str], FlaskClient]


@pytest.fixture(autouse=True)
def _november(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    app.extensions["sandbox"] = READER
    for module in ("matching_left",):
        monkeypatch.setattr(f"reimburse.services.matching.{module}.today", lambda: NOVEMBER.replace(day=23))


def text_of(response: TestResponse) -> str:
    """The page's words without tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.get_data(as_text=True)).split())


def send(client: FlaskClient, file: tuple[str, bytes], **fields: str) -> TestResponse:
    name, data = file
    return client.post("/statements", data={"file": (io.BytesIO(data), name), **fields})


def test_a_statement_is_shown_then_imported(app: Flask, company: People, sign_in: SignIn) -> None:
    client = sign_in("sun")
    shown = send(client, wallet(spend(3, "样城书店", "36.00"), spend(4, "样城书店", "9.00")))
    address = shown.headers["Location"]
    page = text_of(client.get(address))
    assert ("微信支付账单" in page, "2 行 · ¥45.00" in page, payments()) == (True, True, [])
    row = db.session.scalars(select(StatementImportRow)).one()
    form = {"version": str(row.version), "name-0": "林晓的微信", "holder-0": "lin"}
    done = client.post(f"{address}/import", data=form, follow_redirects=True)
    assert "已导入 2 行" in text_of(done)
    assert [(item.payee, item.holder_id) for item in payments()] == [("样城书店", company["lin"])] * 2
    again = text_of(client.post(f"{address}/import", data=form, follow_redirects=True))
    assert ("Sun 已于" in again, "导入，没有再做一次" in again, "已导入 2 行" in again) == (True, True, False)
    assert len(payments()) == 2


def test_a_preview_promises_what_comes_in(app: Flask, company: People, sign_in: SignIn) -> None:
    book = spend(3, "样城书店", "36.00", number="4200009900202611031230000001")
    bring_in(company["sun"], wallet(book), "微信")
    client = sign_in("sun")
    name, data = wallet(book, spend(4, "样城书店", "9.00", number="4200009900202611031230000002"))
    twice = data + data.splitlines(keepends=True)[-1]
    address = send(client, (name, twice)).headers["Location"]
    page = text_of(client.get(address))
    assert "将导入 1 行 以前已导入 1" in page
    assert ("未导入 1 行及原因" in page, "相同，只计一次" in page) == (True, True)
    done = client.post(f"{address}/import", data={"version": "1", "account-0": "1"}, follow_redirects=True)
    assert "已导入 1 行" in text_of(done)


def test_a_wrong_account_is_told_and_the_page_stays(app: Flask, company: People, sign_in: SignIn) -> None:
    client = sign_in("sun")
    address = send(client, card(spend(3, "样城书店", "36.00", method="9904"))).headers["Location"]
    said = client.post(f"{address}/import", data={"version": "1", "name-0": "卡", "holder-0": "nobody"})
    assert (said.status_code, "没有工号或账号为 nobody 的人员" in text_of(said)) == (422, True)
    assert payments() == []


def test_unknown_columns_are_mapped_by_hand_and_known_from_then_on(
    app: Flask, company: People, sign_in: SignIn
) -> None:
    client = sign_in("sun")
    rows = "过账日,发生额,往来单位,说明\n2026-11-03,36.00,样城书店,图书\n2026-11-04,12.50,样城书店,图书\n"
    file = ("某某行.csv", rows.encode())
    asked = send(client, file)
    assert (asked.status_code, "指定各列的含义" in text_of(asked)) == (422, True)
    sha256 = re.search(r'name="sha256" value="([0-9a-f]{64})"', asked.get_data(as_text=True))
    assert sha256
    form = {
        "name": file[0],
        "sha256": sha256[1],
        "title": "某某行对公",
        "plus": "out",
        "kind": "bank",
        "header": ["过账日", "发生额", "往来单位", "说明"],
    }
    lacking = client.post("/statements/mapping", data={**form, "field": ["", "amount", "payee", "memo"]})
    assert (lacking.status_code, "哪一列是日期" in text_of(lacking)) == (422, True)
    mapped = client.post("/statements/mapping", data={**form, "field": ["day", "amount", "payee", "memo"]})
    assert "2 行 · ¥48.50" in text_of(client.get(mapped.headers["Location"]))
    assert send(client, file).status_code == 302
    assert [row.title for row in db.session.scalars(select(StatementProfileRow))] == ["某某行对公"]


def test_a_file_that_is_no_statement(app: Flask, company: People, sign_in: SignIn) -> None:
    said = send(sign_in("sun"), ("发票.pdf", b"%PDF-1.7\n%%EOF"))
    assert (said.status_code, "看起来是" in text_of(said)) == (422, True)


def test_the_three_columns_and_their_sums(app: Flask, company: People, sign_in: SignIn) -> None:
    bill(company["lin"], "4800.00")
    bill(company["wu"], "35.00", seller="样城书店")
    pay(company["sun"], (7, SELLER, "4800.00"), (9, "税务局", "500.00"))
    match()
    page = text_of(sign_in("sun").get("/matching"))
    assert ("1 笔 · ¥500.00" in page, "1 张 · ¥35.00" in page) == (True, True)
    assert all(words in page for words in ("金额一致 4800.00", "相差 2 天", f"收款方即销售方 {SELLER}"))


def test_english(app: Flask, company: People, sign_in: SignIn) -> None:
    bill(company["lin"], "4800.00")
    pay(company["sun"], (7, SELLER, "4800.00"))
    match()
    client = sign_in("sun")
    client.post("/language/en", data={"back": "/"})
    page = text_of(client.get("/matching"))
    assert "amount equal 4800.00" in page
    assert "Payments without an invoice" in page


def test_confirm_all_then_undo(app: Flask, company: People, sign_in: SignIn) -> None:
    for total in ("4800.00", "120.00"):
        bill(company["lin"], total)
    pay(company["sun"], (7, SELLER, "4800.00"), (7, SELLER, "120.00"))
    match()
    client = sign_in("sun")
    groups = re.findall(r'name="group" value="(\d+\.\d+)"', client.get("/matching?state=clear").get_data(as_text=True))
    client.post("/matching/confirm", data={"group": groups})
    assert [row.state for row in payments()] == ["matched", "matched"]
    page = client.get("/matching/decisions").get_data(as_text=True)
    for address in re.findall(r'action="(/matching/decisions/\d+/undo)"', page):
        client.post(address)
    assert [row.state for row in payments()] == ["proposed", "proposed"]


def test_an_ambiguous_group_asks(app: Flask, company: People, sign_in: SignIn) -> None:
    bill(company["lin"], "100.00", day=6)
    far = bill(company["wu"], "100.00", day=8)
    paid = pay(company["sun"], (7, SELLER, "100.00"))[0]
    match()
    client = sign_in("sun")
    page = client.get("/matching?state=ask").get_data(as_text=True)
    assert "需要您选择" in page
    group = db.session.scalars(select(MatchGroupRow)).one()
    option = json.dumps({"payments": [paid.id], "invoices": [key_of(far)]})
    client.post(f"/matching/{group.id}/choose", data={"option": option, "version": group.version})
    assert [row.state for row in payments()] == ["matched"]
    assert "财务已确认" in text_of(client.get(f"/invoices/{far.id}"))


def test_rows_are_matched_by_hand_and_the_name_is_learned(app: Flask, company: People, sign_in: SignIn) -> None:
    invoice = bill(company["lin"], "100.00")
    paid = pay(company["sun"], (7, "城西便利", "100.00"))[0]
    form = {"payment": str(paid.id), "invoice": f"/{invoice.number}", "learn": "1"}
    said = text_of(sign_in("sun").post("/matching/pair", data=form, follow_redirects=True))
    assert "已配为一组" in said
    assert "收款方是销售方的别名" in text_of(sign_in("sun").get("/matching?state=confirmed"))


def test_what_others_may_not(app: Flask, company: People, sign_in: SignIn) -> None:
    bill(company["lin"], "100.00")
    pay(company["sun"], (7, SELLER, "100.00"))
    match()
    group = db.session.scalars(select(MatchGroupRow)).one()
    assert [sign_in(login).get("/matching").status_code for login in ("lin", "zhao", "audit")] == [403, 403, 200]
    assert sign_in("audit").post(f"/matching/{group.id}/split", data={"version": 1}).status_code == 403
    assert "确认本页" not in text_of(sign_in("audit").get("/matching?state=clear"))


@pytest.mark.parametrize("login", ["sun", "audit"])
def test_few_queries_and_small_pages_whatever_the_rows(
    app: Flask, company: People, sign_in: SignIn, login: str
) -> None:
    for number in range(12):
        for holder in ("lin", "wu"):
            bill(company[holder], f"{100 + number}.00", day=3)
        bill(company["lin"], f"{700 + number}.00", day=4)
        bill(company["lin"], f"{900 + number}.00", day=4, seller="样城书店")
    spends = [spend(5, SELLER, f"{100 + number}.00") for number in range(12)]
    spends += [spend(6, SELLER, f"{700 + number}.00") for number in range(12)]
    spends += [spend(7, "税务局", f"{50 + number}.00") for number in range(30)]
    bring_in(company["sun"], company_file(*spends), "基本户")
    match()
    db.session.scalars(select(PaymentRow)).all()
    client = sign_in(login)
    send(sign_in("sun"), wallet(*spends))
    for address in (
        "/matching", "/matching?state=ask", "/matching?state=confirmed", "/statements", "/statements/1",
        "/statements/2", "/matching/decisions",
    ):  # fmt: skip
        with count_queries() as asked:
            page = client.get(address)
        assert page.status_code == 200, address
        assert len(asked) <= 15, (address, "\n".join(asked))
        assert len(gzip.compress(page.get_data())) < 200_000


def company_file(*spends: object) -> tuple[str, bytes]:
    return company(*spends)  # type: ignore[arg-type]


def test_the_next_page_begins_where_this_one_ends(app: Flask, company: People, sign_in: SignIn) -> None:
    bring_in(company["sun"], company_file(*(spend(1 + n % 20, f"商户{n}", f"{n + 1}.00") for n in range(40))), "基本户")
    client, seen, address = sign_in("sun"), set[str](), "/matching"
    for _ in range(5):
        page = client.get(address).get_data(as_text=True)
        names = set(re.findall(r'title="(商户\d+)"', page))
        assert not names & seen
        seen |= names
        further = re.search(r'href="(/matching\?[^"]*payment=[^"]+)"', page)
        if not further:
            break
        address = further[1].replace("&amp;", "&")
    assert len(seen) == 40
