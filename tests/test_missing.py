"""What lacks an invoice: exact sums, deadlines, who sees it, reminders once a day, requests with the title block."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from reimburse.services.deals import ties
from reimburse.services.errors import NotFound, Refused
from reimburse.services.matching import match_decisions, unpaid_invoices
from reimburse.services.missing import chasing, missing
from reimburse.services.missing.missing import Filter
from reimburse.store.chasing import ReminderRow
from reimburse.store.db import db, transaction
from reimburse.store.matches import MatchGroupRow
from reimburse.store.notices import MailRow, NoticeRow
from tests.builders import Spent, make_claim
from tests.deal_stories import CLOUD, a_bill, an_invoice
from tests.query_count import count_queries
from tests.statement_files import bring_in, match, person, spend
from tests.statement_files import company as statement

People = dict[str, int]
SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def owed(app: Flask, company: People) -> People:
    """Lin's card paid 30.00 and 12.00, the company 500.00; lin has a bill of 600.00 to get, nobody one of 70.00."""
    bring_in(
        company["sun"],
        statement(spend(3, "示例书店", "30.00"), spend(4, "样城地铁", "12.00")),
        "林晓的卡",
        company["lin"],
    )
    bring_in(company["sun"], statement(spend(5, CLOUD, "500.00"), account="9900000000000000029"), "基本户")
    a_bill(company["sun"], owner="E001")
    a_bill(company["sun"], "70.00", "B-9")
    return company


def seen(company: People, login: str, **wanted: object) -> tuple[int, int, list[int]]:
    db.session.rollback()
    page = missing.listed(person(company[login]), Filter(**wanted))  # type: ignore[arg-type]
    return page.count, page.sum_fen, sorted(item.fen for item in page.items)


def test_payments_and_bills_to_the_cent(owed: People) -> None:
    assert seen(owed, "sun") == (5, 121200, [1200, 3000, 7000, 50000, 60000])
    assert seen(owed, "lin") == (3, 64200, [1200, 3000, 60000])
    assert seen(owed, "wu") == (0, 0, [])
    assert seen(owed, "sun", chip="bill") == (2, 67000, [7000, 60000])
    assert seen(owed, "audit", person_id=0) == (2, 57000, [7000, 50000])
    assert seen(owed, "sun", party=CLOUD)[0] == 3


def test_by_person_and_by_supplier(owed: People) -> None:
    people, _ = missing.sums(person(owed["sun"]), "person", None)
    assert [(one.name, one.count, one.fen) for one in people] == [("", 2, 57000), ("Lin", 3, 64200)]
    suppliers, _ = missing.sums(person(owed["lin"]), "supplier", None)
    assert sum(one.fen for one in suppliers) == 64200
    assert {one.name: one.count for one in suppliers}[CLOUD] == 1


def test_a_tied_part_is_lacking_no_more(owed: People) -> None:
    invoice = an_invoice(owed["lin"], "250.00", CLOUD)
    bill = missing.listed(person(owed["lin"]), Filter("bill")).items[0]
    ties.tie_bill(person(owed["sun"]), bill.id, invoice.number or "")
    assert seen(owed, "lin", chip="bill") == (1, 35000, [35000])


def test_a_bill_and_the_payment_that_settled_it_lack_one_invoice(owed: People) -> None:
    """A second payment of the same sum is of something else; one before the bill's period too."""

    def paid(on: date, amount: str = "600.00", account: str = "9900000000000000037") -> None:
        spent = replace(spend(8, CLOUD, amount), on=on)
        bring_in(owed["sun"], statement(spent, account=account), f"户{account[-2:]}")

    paid(date(2026, 11, 8))
    assert seen(owed, "sun") == (5, 121200, [1200, 3000, 7000, 50000, 60000])
    paid(date(2026, 9, 30), account="9900000000000000045")
    assert seen(owed, "sun")[0] == 5 + 1
    paid(date(2026, 11, 9), account="9900000000000000053")
    assert seen(owed, "sun")[:2] == (5 + 2, 121200 + 2 * 60000)
    bill = next(item for item in missing.listed(person(owed["sun"]), Filter("bill")).items if item.fen == 60000)
    ties.tie_bill(person(owed["sun"]), bill.id, an_invoice(owed["lin"], "600.00", CLOUD).number or "")
    assert seen(owed, "sun", chip="payment", party=CLOUD)[2].count(60000) == 3


def test_several_invoices_are_tied_at_once_or_none(owed: People, sign_in: SignIn) -> None:
    parts = [an_invoice(owed["lin"], amount, CLOUD).number or "" for amount in ("250.00", "350.00")]
    bill = next(item for item in missing.listed(person(owed["sun"]), Filter("bill")).items if item.fen == 60000)
    client = sign_in("sun")
    client.post(f"/bills/{bill.id}/tie", data={"number": f"{parts[0]} 404"})
    assert seen(owed, "lin", chip="bill")[1] == 60000
    client.post(f"/bills/{bill.id}/tie", data={"number": f"{parts[0]}，{parts[1]}"})
    assert seen(owed, "lin", chip="bill") == (0, 0, [])


def test_the_deadline_is_six_months_after_it_counts(owed: People) -> None:
    [bill] = missing.listed(person(owed["lin"]), Filter("bill")).items
    assert (bill.counts_from, bill.last_day, bill.settled) == (date(2026, 10, 31), date(2027, 4, 30), False)


def test_a_reminder_goes_out_once_a_day(owed: People) -> None:
    [bill] = missing.listed(person(owed["lin"]), Filter("bill")).items
    chasing.remind(person(owed["sun"]), "bill", bill.id)
    with pytest.raises(Refused):
        chasing.remind(person(owed["zhou"]), "bill", bill.id)
    with pytest.raises(NotFound):
        chasing.remind(person(owed["lin"]), "bill", bill.id)
    notices = db.session.scalars(select(NoticeRow).where(NoticeRow.kind == "missing")).all()
    assert [(row.person_id, "600.00" in row.zh) for row in notices] == [(owed["lin"], True)]
    assert db.session.scalar(select(func.count()).select_from(MailRow).where(MailRow.person_id == owed["lin"])) == 1


def test_nobody_in_particular_is_not_reminded(owed: People) -> None:
    bill = next(item for item in missing.listed(person(owed["sun"]), Filter("bill")).items if item.fen == 7000)
    with pytest.raises(Refused):
        chasing.remind(person(owed["sun"]), "bill", bill.id)


def test_the_daily_job_sends_one_digest_and_is_safe_to_run_twice(owed: People, monkeypatch: pytest.MonkeyPatch) -> None:
    def told() -> int:
        db.session.rollback()
        return db.session.scalar(select(func.count()).select_from(NoticeRow).where(NoticeRow.kind == "missing")) or 0

    for on, expected in (
        (date(2027, 3, 30), 0),
        (date(2027, 4, 12), 1),
        (date(2027, 4, 12), 1),
        (date(2027, 4, 18), 1),
        (date(2027, 4, 19), 2),
    ):
        for module in (chasing, missing):
            monkeypatch.setattr(module, "today", lambda on=on: on)
        chasing.chase()
        assert (on, told()) == (on, expected)
    assert db.session.scalar(select(func.count()).select_from(ReminderRow)) == 6


def test_the_pages(owed: People, sign_in: SignIn) -> None:
    client = sign_in("sun")
    for path in ("/missing", "/missing?by=person", "/missing?by=supplier", "/missing?state=overdue", "/bills"):
        with count_queries() as asked:
            assert client.get(path).status_code == 200
        assert len(asked) <= 15, (path, asked)
    page = client.get("/missing").text
    assert ("共 5 笔" in page, "¥1,212.00" in page) == (True, True)
    bill = missing.listed(person(owed["lin"]), Filter("bill")).items[0]
    letter = client.get(f"/missing/bill/{bill.id}?special=1&paper=1").text
    for exact in (
        "名称：示例云帆科技有限公司",
        "纳税人识别号：91990000MA0DEM0011",
        "纸质增值税专用发票",
        "开票信息表",
        "扣款完成后",
    ):
        assert exact in letter
    assert sign_in("wu").get(f"/missing/bill/{bill.id}").status_code == 404
    assert sign_in("lin").get(f"/missing/bill/{bill.id}").status_code == 200
    assert sign_in("lin").post(f"/missing/bill/{bill.id}/remind").status_code == 404


def test_invoices_without_a_payment(owed: People, sign_in: SignIn) -> None:
    """Confirmed, claimed as paid out of the own pocket, or red: not lacking. One key in two wallets counts once."""
    paid, free = an_invoice(owed["lin"], "500.00", CLOUD), an_invoice(owed["lin"], "77.00")
    an_invoice(owed["wu"], "77.00", number=free.number)
    an_invoice(owed["wu"], "-5.00", red_letter=True)
    with transaction():
        make_claim(owed["wu"], Spent("40.00"))
        make_claim(owed["wu"], Spent("41.00", fields={"paid_by": "company_card"}))
    match()
    groups = {row.id: row.version for row in db.session.scalars(select(MatchGroupRow))}
    page = unpaid_invoices.listed(person(owed["sun"]))
    assert (page.count, page.sum_fen) == (3, 61800)
    assert {one.number: one.proposed for one in page.items}[paid.number] is True
    match_decisions.confirm(person(owed["sun"]), groups)
    page = unpaid_invoices.listed(person(owed["sun"]))
    assert sorted(one.fen for one in page.items) == [4100, 7700]
    assert [one.fen for one in unpaid_invoices.listed(person(owed["lin"])).items] == [7700]
    client = sign_in("sun")
    with count_queries() as asked:
        assert "¥118.00" in client.get("/missing/unpaid").text
    assert len(asked) <= 15
