"""Selection for deduction: followed from the invoice, set by hand, taken from the tax office's list."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from reimburse.domain.bills import CertificationState as State
from reimburse.domain.invoice import InvoiceKey
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.services.missing import (
    certification_pages,
    certification_records,
    certification_reminders,
    certifications,
)
from reimburse.services.missing.certification_pages import Filter
from reimburse.store.certifications import CertificationChangeRow, CertificationRow
from reimburse.store.daily import DailyRunRow
from reimburse.store.db import db, today, transaction
from reimburse.store.invoices import InvoiceRow
from reimburse.store.notices import NoticeRow
from reimburse.store.people import PersonRow
from tests.builders import Spent, make_claim, make_invoice
from tests.query_count import count_queries
from tests.wallets import READER

People = dict[str, int]
SignIn = Callable[[str], FlaskClient]
HEAD = "数电票号码,有效抵扣税额,勾选状态,税款所属期,开票日期,销售方名称\n"


@pytest.fixture(autouse=True)
def _one_reader(app: Flask) -> None:
    app.extensions["sandbox"] = READER


def special(holder_id: int, tax: str = "13.00", age: int = 10, number: str | None = None, **said: Any) -> InvoiceRow:
    """A special invoice so many days old, its state followed as reading does."""
    with transaction() as session:
        row = make_invoice(holder_id, "113.00", number)
        row.kind, row.issue_date = said.pop("kind", "special_digital"), today() - timedelta(days=age)
        stated = {"kind": row.kind, "tax_amount": tax, "issue_date": row.issue_date.isoformat(), **said}
        row.data = {**row.data, **stated}
        certifications.follow(session, row)
    return row


def state_of(invoice: InvoiceRow) -> CertificationRow | None:
    db.session.rollback()
    return db.session.get(CertificationRow, (invoice.code, invoice.number), populate_existing=True)


def person(company: People, login: str) -> PersonRow:
    return db.session.get_one(PersonRow, company[login])


def set_to(company: People, invoice: InvoiceRow, state: State, period: str = "", reason: str = "") -> None:
    row = state_of(invoice)
    assert row is not None
    key = InvoiceKey(row.code, row.number)
    certifications.set_state(person(company, "sun"), key, state, period, reason, row.version)


def test_a_special_invoice_waits_to_be_selected(company: People) -> None:
    row = state_of(special(company["lin"]))
    assert row is not None
    assert (row.state, row.tax_fen, row.here) == ("unselected", 1300, True)


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "general_digital"},
        {"tax": "0.00"},
        {"lines": [{"item_name": "*餐饮服务*餐费"}]},
        {"tax_amount": None},
    ],
)
def test_what_has_no_input_vat_to_select_is_left_alone(company: People, said: dict[str, Any]) -> None:
    assert state_of(special(company["lin"], **said)) is None


def test_a_corrected_tax_is_followed_and_a_corrected_number_too(company: People) -> None:
    invoice = special(company["lin"])
    old = InvoiceKey(invoice.code, invoice.number or "")
    with transaction() as session:
        row = session.get_one(InvoiceRow, invoice.id)
        row.data = {**row.data, "tax_amount": "12.00"}
        certifications.follow(session, row, old)
    assert (state_of(invoice) or invoice).tax_fen == 1200
    with transaction() as session:
        row = session.get_one(InvoiceRow, invoice.id)
        row.number = "26990000000000009999"
        certifications.follow(session, row, old)
    gone = db.session.get_one(CertificationRow, (old.code, old.number), populate_existing=True)
    assert (gone.here, (state_of(invoice) or gone).here) == (False, True)


def test_one_key_in_two_wallets_counts_once(company: People) -> None:
    first = special(company["lin"])
    special(company["wu"], number=first.number)
    assert certification_pages.sums().unselected == (1, 1300)


def test_set_by_hand_with_its_period_and_history(company: People) -> None:
    invoice = special(company["lin"])
    with pytest.raises(Refused):
        set_to(company, invoice, State.SELECTED, "2026-13")
    with pytest.raises(Refused):
        set_to(company, invoice, State.NOT_DEDUCTIBLE)
    set_to(company, invoice, State.SELECTED, "2026-11")
    set_to(company, invoice, State.CERTIFIED, "2026-11")
    with pytest.raises(Refused):
        set_to(company, invoice, State.UNSELECTED)
    set_to(company, invoice, State.NOT_DEDUCTIBLE, reason="用于职工福利")
    row = state_of(invoice)
    assert row is not None
    assert (row.state, row.period, row.reason, row.state_on) == ("not_deductible", None, "用于职工福利", today())
    changes = db.session.scalars(select(CertificationChangeRow).order_by(CertificationChangeRow.id))
    assert [(one.before, one.after) for one in changes] == [
        ("unselected", "selected"),
        ("selected", "certified"),
        ("certified", "not_deductible"),
    ]


def test_two_people_at_once_and_others(company: People) -> None:
    invoice = special(company["lin"])
    key = InvoiceKey(invoice.code, invoice.number or "")
    set_to(company, invoice, State.SELECTED, "2026-11")
    with pytest.raises(Stale):
        certifications.set_state(person(company, "zhou"), key, State.CERTIFIED, "2026-11", "", 1)
    for login in ("lin", "audit", "zhao", "admin"):
        with pytest.raises(NotFound):
            certifications.set_state(person(company, login), key, State.CERTIFIED, "2026-11", "", 2)


def test_history_is_not_rewritten(company: People) -> None:
    invoice = special(company["lin"])
    set_to(company, invoice, State.SELECTED, "2026-11")
    with pytest.raises(DBAPIError), transaction() as session:
        session.scalars(select(CertificationChangeRow)).one().after = "certified"


def test_the_tax_offices_list(company: People, sign_in: SignIn) -> None:
    mine, other, certified = (special(company["lin"]) for _ in range(3))
    set_to(company, certified, State.CERTIFIED, "2026-10")
    rows = [
        f"{mine.number},13.00,已勾选,2026-11,,",
        f"{other.number},12.00,已勾选,2026-11,,",
        f"{certified.number},13.00,已勾选,2026-10,,",
        "26990000000000077777,26.00,未勾选,,2026-11-02,样例云计算有限公司",
        "26990000000000088888,26.00,未勾选,,,",
        f"{mine.number},13.00,已勾选,,,",
    ]
    client = sign_in("sun")
    file = (io.BytesIO((HEAD + "\n".join(rows)).encode()), "抵扣清单.csv")
    answer = client.post("/tables/certifications", data={"file": file, "entity": "1"})
    done = client.post(answer.location + "/run", data={"version": "1"}, follow_redirects=True).text
    assert "新增 1，补全 1，已有 1" in done
    assert "税额不一致：票面 13.00，清单 12.00" in done
    assert "系统里没有发票 26990000000000088888" in done
    assert "没有税款所属期" in done
    states = [(state_of(one) or mine).state for one in (mine, other, certified)]
    assert states == ["selected", "unselected", "certified"]
    sums = certification_pages.sums()
    assert (sums.unselected, sums.elsewhere) == ((1, 1300), (1, 2600))
    again = client.post(answer.location + "/run", data={"version": "2"}, follow_redirects=True).text
    assert "新增 0，补全 0，已有 3" in again
    special(company["wu"], "26.00", number="26990000000000077777")
    assert certification_pages.sums().elsewhere == (0, 0)


def test_past_due_counts_from_the_issue_date(company: People) -> None:
    special(company["lin"], age=180)
    late = special(company["lin"], age=181)
    sums = certification_pages.sums()
    assert (sums.unselected, sums.overdue) == ((2, 2600), (1, 1300))
    page = certification_pages.listed(Filter("overdue"))
    assert [(item.row.number, item.days_left) for item in page.items] == [(late.number, -1)]


def test_what_it_was_claimed_as_raises_a_doubt(company: People) -> None:
    with transaction() as session:
        claim = make_claim(company["lin"], Spent("113.00", category="entertainment"))
        row = claim.invoices[0]
        row.kind, row.data = "special_digital", {**row.data, "kind": "special_digital", "tax_amount": "13.00"}
        certifications.follow(session, row)
    doubt = certification_pages.listed(Filter()).items[0].doubt
    assert doubt is not None
    assert "个人消费" in doubt.zh
    with transaction():
        claim.state = "deleted"
    assert certification_pages.listed(Filter()).items[0].doubt is None


def test_the_daily_job_catches_up_with_older_invoices(company: People, monkeypatch: pytest.MonkeyPatch) -> None:
    invoices = [special(company["lin"]) for _ in range(3)]
    with transaction() as session:
        for row in session.scalars(select(CertificationRow)):
            session.delete(row)
    monkeypatch.setattr(certification_records, "AT_ONCE", 2)
    certification_records.follow_all()
    assert [state_of(one) is not None for one in invoices] == [True, True, False]
    certification_records.follow_all()
    certification_records.follow_all()
    assert [state_of(one) is not None for one in invoices] == [True, True, True]
    assert db.session.get_one(DailyRunRow, certification_records.JOB).up_to == invoices[-1].id


@pytest.mark.parametrize(("login", "status"), [("sun", 200), ("audit", 200), ("lin", 403), ("admin", 403)])
def test_who_opens_the_list(company: People, sign_in: SignIn, login: str, status: int) -> None:
    assert sign_in(login).get("/deductions").status_code == status


def test_the_page_selects_several_and_asks_few_questions(company: People, sign_in: SignIn) -> None:
    invoices = [special(company["lin"]) for _ in range(27)]
    client = sign_in("sun")
    with count_queries() as asked:
        page = client.get("/deductions").text
    assert len(asked) <= 15, asked
    assert ("共 27 张" in page, "¥351.00" in page, page.count('name="key"')) == (True, True, 25)
    keys = [f"|{row.number}|1" for row in invoices[:2]]
    done = client.post("/deductions/select", data={"key": keys, "period": "2026-11"}, follow_redirects=True).text
    assert "已勾选 2 张" in done
    assert "共 25 张" in done
    with count_queries() as asked:
        own = client.get(f"/invoices/{invoices[0].id}").text
    assert len(asked) <= 15, asked
    assert 'id="deduction"' in own
    assert 'id="deduction"' not in sign_in("lin").get(f"/invoices/{invoices[0].id}").text


def test_finance_hears_once_a_week_of_what_is_past_due(company: People, monkeypatch: pytest.MonkeyPatch) -> None:
    special(company["lin"], "13.00", age=400)
    special(company["lin"], "26.00", age=10)
    for day, expected in ((date(2026, 11, 23), 1), (date(2026, 11, 24), 1), (date(2026, 11, 30), 2)):
        monkeypatch.setattr(certification_reminders, "today", lambda day=day: day)
        with transaction() as session:
            certification_reminders.remind_of_certifications(session)
        query = select(NoticeRow).where(NoticeRow.kind == "certification", NoticeRow.person_id == company["sun"])
        told = db.session.scalars(query).all()
        assert len(told) == expected
        assert all("1 张" in notice.zh and "13.00" in notice.zh for notice in told)
