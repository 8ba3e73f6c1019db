"""The pages of month end: who sees them, that they render in both languages, and how few queries they ask."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from reimburse.services.errors import Refused, Stale
from reimburse.services.month_end import reversals
from reimburse.services.payouts import advances, payout_accounts, payout_files, payout_returns, payout_settling
from reimburse.services.payouts.payout_accounts import Account
from reimburse.settings import Settings
from reimburse.store.batches import BatchRow
from reimburse.store.db import db, today, transaction
from reimburse.store.payouts import PayoutAccountRow, PayoutRow
from reimburse.store.people import PersonRow
from tests.batch_stories import approved, batch_at, person
from tests.batch_work import work
from tests.builders import Spent, plain_policy
from tests.laid_out import played_once
from tests.query_count import count_queries
from tests.test_advances import paid as advance_paid

SignIn = Callable[[str], FlaskClient]
MOST_QUERIES = 15
NEW = Account("6222 9999 0000 0001", "示例银行", "滨江支行", "")


@pytest.fixture(autouse=True)
def _policy(settings: Settings) -> None:
    plain_policy(settings)


@pytest.fixture
def story(app: Flask, company: dict[str, int]) -> dict[str, str]:
    return played_once(app, told)


def told() -> dict[str, str]:
    """A posted batch with a reversal asked for, a failed payment, an advance under review: what pages show."""
    company = {row.login: row.id for row in db.session.execute(select(PersonRow.login, PersonRow.id))}
    claims = [approved(company, Spent("10.00"), claimant=who) for who in ("lin", "wu", "zhao", "lin")]
    batch = batch_at(company, "posted", *claims)
    first, second, _ = db.session.scalars(select(PayoutRow).order_by(PayoutRow.id)).all()
    file_no = payout_files.make_file(person("sun"), [first.id, second.id], "generic")
    payout_settling.mark_failed(person("sun"), first.id, "账号户名不符")
    reversals.ask(company["sun"], batch.batch_no, "开错抬头", claims[2].claim_no)
    advance_no = advances.create(person("lin"), advances.Asked(80000, today(), "样城出差"), submit=True)
    payout_settling.mark_paid(person("sun"), [second.id], today(), "N1")
    payout_returns.record_bank_return(person("sun"), second.id, "户名不符", today())
    out_no = advance_paid("wu")
    paid_out = db.session.scalars(select(PayoutRow.id).where(PayoutRow.state == "paid")).one()
    approved(company)
    payout_accounts.propose(person("lin"), company["lin"], NEW)
    return {"batch": batch.batch_no, "payout": str(first.id), "file": file_no, "advance": advance_no} | {
        "back": str(second.id),
        "paid": str(paid_out),
        "out": out_no,
    }


PATHS = (
    "/batches",
    "/batches?state=posted&cost_center=CC-100",
    "/batches/{batch}",
    "/batches/{batch}/books",
    "/periods",
    "/payouts",
    "/payouts?state=failed",
    "/payouts?state=all",
    "/payouts/files",
    "/payouts/{payout}",
    "/payouts/{back}",
    "/payouts/{paid}",
    "/payout-account",
    "/payout-accounts",
    "/advances",
    "/advances?of=all&state=in_review",
    "/advances/new",
    "/advances/{advance}",
    "/advances/{out}",
)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", PATHS)
def test_pages_render_and_ask_few_queries(story: dict[str, str], sign_in: SignIn, path: str, language: str) -> None:
    with transaction():
        person("sun").language = language
    client = sign_in("sun")
    with count_queries() as statements:
        answer = client.get(path.format(**story))
    assert answer.status_code == 200
    assert len(statements) <= MOST_QUERIES, "\n\n".join(statements)
    assert "6222000000000" not in answer.text


@pytest.mark.parametrize(("login", "seen"), [("audit", 200), ("lin", 403), ("zhao", 403), ("admin", 403)])
def test_who_sees_the_pages_of_finance(story: dict[str, str], sign_in: SignIn, login: str, seen: int) -> None:
    client = sign_in(login)
    paths = ("/batches/{batch}/books", "/periods", "/payouts", "/payouts/files", "/payout-accounts")
    assert {client.get(path.format(**story)).status_code for path in paths} == {seen}
    assert client.get(f"/payouts/files/{story['file']}").status_code == 403


def test_a_payout_is_its_persons_and_finances(story: dict[str, str], sign_in: SignIn) -> None:
    path = f"/payouts/{story['payout']}"
    assert {login: sign_in(login).get(path).status_code for login in ("lin", "sun", "wu")} == {
        "lin": 200,
        "sun": 200,
        "wu": 404,
    }
    assert sign_in("lin").post(f"{path}/report", data={"words": "账号换了"}).status_code == 302
    assert sign_in("wu").post(f"{path}/report", data={"words": "x"}).status_code == 404


def test_collect_all_that_a_filter_leaves(company: dict[str, int], sign_in: SignIn) -> None:
    wanted = [approved(company, project="P1") for _ in range(3)]
    other, unfit = approved(company, project="P2"), approved(company, Spent("1.00", ()), project="P1")
    form = {"entity": person("lin").department.legal_entity_id, "project": "P1", "key": "k"}
    for _ in range(2):
        assert sign_in("sun").post("/batches/all", data=form).status_code == 302
    work()
    db.session.expire_all()
    batch = db.session.scalars(select(BatchRow)).one()
    assert [claim.state for claim in (*wanted, other, unfit)] == ["batched"] * 3 + ["approved"] * 2
    assert "1 张尚不能入批" in sign_in("zhou").get(f"/batches/{batch.batch_no}").text


def test_post_reverse_and_confirm_by_form(company: dict[str, int], sign_in: SignIn) -> None:
    batch = batch_at(company, "exported", approved(company))
    path, sun, zhou = f"/batches/{batch.batch_no}", sign_in("sun"), sign_in("zhou")
    assert "过账" in sun.get(path).text
    sun.post(f"{path}/post", data={"on": today().isoformat()})
    work()
    sun.post(f"{path}/reverse", data={"reason": "开错抬头"})
    assert "确认冲销" not in sun.get(path).text
    assert "确认冲销" in zhou.get(path).text
    zhou.post(f"{path}/reversals/1/confirm")
    work()
    db.session.expire_all()
    assert db.session.get_one(BatchRow, batch.id).state == "reversed"
    assert "已冲销" in sun.get(path).text
    assert sun.get(f"{path}/books").status_code == 200


def test_a_new_account_is_paid_only_after_somebody_else_looked(company: dict[str, int]) -> None:
    before = person("sun").payout_account
    assert payout_accounts.propose(person("sun"), company["sun"], NEW)
    (change,) = payout_accounts.waiting()
    with pytest.raises(Refused, match="Another person"):
        payout_accounts.decide(person("sun"), change.id, confirm=True)
    assert person("sun").payout_account == before
    payout_accounts.decide(person("zhou"), change.id, confirm=True)
    assert person("sun").payout_account == "6222999900000001"
    with pytest.raises(Stale):
        payout_accounts.decide(person("zhou"), change.id, confirm=False, note="x")


@pytest.mark.parametrize("account", ["", "123", "6" * 35, "6222 账号 0001", "62220000<b>"])
def test_what_is_no_account(company: dict[str, int], account: str) -> None:
    with pytest.raises(Refused, match="8 to 34"):
        payout_accounts.propose(person("lin"), company["lin"], Account(account))


def test_a_later_proposal_takes_the_place_of_an_earlier_one(company: dict[str, int]) -> None:
    for number in ("6222999900000001", "6222999900000002"):
        payout_accounts.propose(person("lin"), company["lin"], Account(number))
    rows = db.session.scalars(select(PayoutAccountRow.state).order_by(PayoutAccountRow.id)).all()
    assert rows == ["withdrawn", "proposed"]


def test_an_administrators_change_of_an_account_waits_too(company: dict[str, int], sign_in: SignIn) -> None:
    lin = person("lin")
    form = {"login": "lin", "employee_no": lin.employee_no, "name": lin.name, "department": lin.department.name}
    answer = sign_in("admin").post(f"/people/{lin.id}", data={**form, "payout_account": "6222999900000009"})
    assert answer.status_code == 302
    db.session.expire_all()
    assert db.session.get_one(PersonRow, lin.id).payout_account != "6222999900000009"
    assert [change.stated["payout_account"] for change in payout_accounts.waiting()] == ["6222999900000009"]


def test_the_bank_gives_a_payment_back_by_hand(company: dict[str, int], sign_in: SignIn) -> None:
    claim = approved(company)
    batch_at(company, "posted", claim)
    payout_id = db.session.scalars(select(PayoutRow.id)).one()
    payout_settling.mark_paid(person("sun"), [payout_id], today(), "N1")
    client, form = sign_in("sun"), {"why": "户名不符", "on": today().isoformat()}
    assert "登记退汇" in client.get(f"/payouts/{payout_id}").text
    client.post(f"/payouts/{payout_id}/returned", data=form)
    page = client.get(f"/payouts/{payout_id}").text
    assert f"银行于 {today()} 退汇：" in page
    assert "冲销凭证" in page
    assert sign_in("lin").post(f"/payouts/{payout_id}/returned", data=form).status_code == 403


@pytest.mark.parametrize(("login", "status"), [("sun", 200), ("audit", 200), ("lin", 403)])
def test_the_vouchers_of_a_months_money_in_the_ledgers_layout(
    company: dict[str, int], sign_in: SignIn, login: str, status: int
) -> None:
    claim = approved(company)
    batch = batch_at(company, "posted", claim)
    payout_settling.mark_paid(person("sun"), [db.session.scalars(select(PayoutRow.id)).one()], today(), "N1")
    where = f"/periods/{batch.legal_entity_id}/{today():%Y-%m}/vouchers"
    client = sign_in(login)
    answer = client.get(f"{where}/u8_text")
    data = answer.data
    assert answer.status_code == status
    if status == 200:
        assert data == client.get(f"{where}/u8_text").data
        lines = data.decode("gbk").splitlines()
        assert [line.split(",")[5:8] for line in lines[1:]] == [["224101", "10.00", "0"], ["1002", "0", "10.00"]]
        assert client.get(f"{where}/sap").status_code == 404
        assert client.get(f"/periods/{batch.legal_entity_id}/2020-01/vouchers/u8_text").status_code == 404
