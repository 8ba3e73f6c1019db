"""Verification: entered by hand, asked of a service within its limits, asked again; and what follows from a result."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from reimburse.domain.verification import VerificationStatus
from reimburse.services.claims import checking
from reimburse.services.claims.facts import facts_of
from reimburse.services.errors import NotFound, Refused
from reimburse.services.invoices import verification, verification_queries
from reimburse.services.invoices.intake import Upload
from reimburse.services.invoices.verification import Entry, Result, record_result
from reimburse.services.invoices.verification_queries import ask_now, verify_invoice
from reimburse.services.invoices.verification_service import made
from reimburse.services.operation import diagnosis
from reimburse.settings import BadSetting, Settings
from reimburse.store.db import db, now, today, transaction
from reimburse.store.invoices import InvoiceRow
from reimburse.store.notices import NoticeRow
from reimburse.store.outbox import OutboxRow
from reimburse.store.people import PersonRow
from reimburse.store.verifications import VerificationAttemptRow, VerificationCountRow, VerificationRow
from tests.claim_stories import claim_on, found, good_invoice, submit
from tests.clients import signed_in
from tests.query_count import count_queries
from tests.verification_server import Platform, refused, serving, verified

BUDGET = 7


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, verification_daily_budget=BUDGET)


@pytest.fixture
def platform(app: Flask) -> Iterator[Platform]:
    """The service of this app, answering "normal" until a test says otherwise."""
    with serving(Platform(verified())) as platform:
        keys = replace(
            app.extensions["settings"],
            verification_api_key="key",
            verification_secret_key="secret",
            verification_url=platform.url,
        )
        app.extensions["verification"] = made(keys)
        yield platform


def person(company: dict[str, int], login: str) -> PersonRow:
    return db.session.get_one(PersonRow, company[login])


def entry(status: str = "normal", days_ago: int = 0, shot: bytes | None = b"\x89PNG\r\n\x1a\n shot") -> Entry:
    upload = Upload("查验.png", io.BytesIO(shot)) if shot is not None else None
    return Entry(status, today() - timedelta(days=days_ago), "平台截图", upload)


def results(invoice: InvoiceRow) -> list[str]:
    db.session.rollback()
    rows = select(VerificationRow).where(VerificationRow.number == invoice.number).order_by(VerificationRow.id)
    return [row.status for row in db.session.scalars(rows)]


def outcomes() -> list[str]:
    db.session.rollback()
    return [
        row.outcome for row in db.session.scalars(select(VerificationAttemptRow).order_by(VerificationAttemptRow.id))
    ]


def asked_again() -> list[OutboxRow]:
    db.session.rollback()
    waiting = select(OutboxRow).where(OutboxRow.job == "verify_invoice", OutboxRow.done_at.is_(None))
    return list(db.session.scalars(waiting.order_by(OutboxRow.id)))


def known(claim_no: str) -> dict:
    claim = found(claim_no)
    return facts_of(db.session(), claim, today(), 1)["invoices"][0]


def test_a_result_by_hand_waives_the_screenshot_and_is_judged(company: dict[str, int]) -> None:
    invoice = good_invoice(company["lin"])
    claim = claim_on(invoice)
    before = {finding.rule for finding in checking.preview(found(claim.claim_no)).findings}
    verification.enter(person(company, "lin"), invoice.id, entry())
    answer = checking.preview(found(claim.claim_no))
    assert "R-93" in before
    assert "R-93" not in {finding.rule for finding in answer.findings}
    assert "R-96" in answer.coverage.ran
    assert known(claim.claim_no)["verification"]["status"] == "normal"


@pytest.mark.parametrize(
    ("status", "rule"),
    [("voided", "R-96"), ("red_lettered", "R-96"), ("out_of_control", "R-99"), ("not_found", "R-96")],
)
def test_a_status_that_is_not_normal_blocks(company: dict[str, int], status: str, rule: str) -> None:
    invoice = good_invoice(company["lin"])
    claim = claim_on(invoice)
    verification.enter(person(company, "sun"), invoice.id, entry(status))
    assert rule in {finding.rule for finding in checking.preview(found(claim.claim_no)).findings}
    notice = db.session.scalars(select(NoticeRow).where(NoticeRow.person_id == company["lin"])).one()
    assert (notice.kind, notice.link) == ("verification", f"/invoices/{invoice.id}")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (entry("fine"), "查验状态"),
        (entry(days_ago=-1), "查验日期"),
        (entry(days_ago=1), "查验日期"),
        (entry(shot=None), "截图"),
        (entry(shot=b""), "空的"),
    ],
)
def test_an_entry_is_whole_or_refused(company: dict[str, int], wrong: Entry, says: str) -> None:
    invoice = good_invoice(company["lin"])
    with pytest.raises(Refused) as why:
        verification.enter(person(company, "lin"), invoice.id, wrong)
    assert says in why.value.text.zh
    assert results(invoice) == []


def test_the_holder_does_not_overrule_finance(company: dict[str, int]) -> None:
    invoice = good_invoice(company["lin"])
    verification.enter(person(company, "sun"), invoice.id, entry("voided"))
    with pytest.raises(Refused):
        verification.enter(person(company, "lin"), invoice.id, entry("normal"))
    verification.enter(person(company, "zhou"), invoice.id, entry("normal"))
    assert results(invoice) == ["voided", "normal"]


@pytest.mark.parametrize("login", ["wu", "zhao", "admin"])
def test_nobody_else_enters_results(company: dict[str, int], login: str) -> None:
    invoice = good_invoice(company["lin"])
    with pytest.raises(NotFound):
        verification.enter(person(company, login), invoice.id, entry())


def test_one_result_holds_for_the_key_in_every_wallet(company: dict[str, int]) -> None:
    lins = good_invoice(company["lin"])
    wus = good_invoice(company["wu"], number=lins.number)
    verification.enter(person(company, "lin"), lins.id, entry())
    assert known(claim_on(wus).claim_no)["verification"]["status"] == "normal"


def test_results_are_never_rewritten(company: dict[str, int]) -> None:
    invoice = good_invoice(company["lin"])
    verification.enter(person(company, "lin"), invoice.id, entry())
    row = db.session.scalars(select(VerificationRow)).one()
    row.status = "voided"
    with pytest.raises(Exception, match="append-only"):
        db.session.commit()


def test_the_service_answers_and_its_reply_is_kept(app: Flask, company: dict[str, int], platform: Platform) -> None:
    invoice = good_invoice(company["lin"])
    verify_invoice(invoice.id, company["lin"])
    row = db.session.scalars(select(VerificationRow)).one()
    assert (row.status, row.source, row.by_id) == ("normal", "baidu", company["lin"])
    assert json.loads(app.extensions["files"].get(row.answer_sha256))["VerifyResult"] == "0001"
    assert platform.queries[0]["invoice_num"] == invoice.number


def test_one_invoice_is_asked_about_five_times_a_day(company: dict[str, int], platform: Platform) -> None:
    invoice = good_invoice(company["lin"])
    for _ in range(6):
        verify_invoice(invoice.id, company["lin"])
    assert len(platform.queries) == 5
    again = asked_again()
    assert len(again) == 1
    assert now() < again[0].due_at <= now() + timedelta(hours=25)
    with pytest.raises(verification_queries.UsedUp, match="5 times"):
        ask_now(person(company, "lin"), invoice.id)


def test_all_of_them_stay_within_the_budget_of_the_day(company: dict[str, int], platform: Platform) -> None:
    invoices = [good_invoice(company["lin"]) for _ in range(BUDGET + 2)]
    for invoice in invoices:
        verify_invoice(invoice.id)
    assert len(platform.queries) == BUDGET
    with pytest.raises(verification_queries.UsedUp):
        ask_now(person(company, "lin"), invoices[-1].id)
    assert [row.args[0] for row in asked_again()] == [invoice.id for invoice in invoices[BUDGET:]]


def test_a_budget_used_up_costs_the_invoice_nothing(company: dict[str, int], platform: Platform) -> None:
    invoice = good_invoice(company["lin"])
    with transaction() as session:
        session.add(VerificationCountRow(on_day=today(), code="", number="", asked=BUDGET))
    verify_invoice(invoice.id)
    db.session.rollback()
    row = db.session.get(VerificationCountRow, (today(), "", invoice.number))
    assert (platform.queries, row.asked if row else 0) == ([], 0)


def test_a_question_that_never_arrived_is_given_back(company: dict[str, int], platform: Platform) -> None:
    platform.replies = [refused(18, "qps")]
    invoice = good_invoice(company["lin"])
    verify_invoice(invoice.id)
    assert outcomes() == ["later"]
    assert db.session.get(VerificationCountRow, (today(), "", invoice.number)).asked == 0
    assert db.session.get(VerificationCountRow, (today(), "", "")).asked == 0


def test_what_was_not_found_is_asked_about_again_after_a_day(company: dict[str, int], platform: Platform) -> None:
    platform.replies = [verified(result="0009")]
    invoice = good_invoice(company["lin"])
    claim = claim_on(invoice)
    verify_invoice(invoice.id)
    [again] = asked_again()
    assert timedelta(hours=23, minutes=59) < again.due_at - now() <= timedelta(hours=24)
    facts = known(claim.claim_no)
    assert facts["verification"]["status"] == "not_found"
    assert facts["queries"] == {"today": 1, "budget_left": BUDGET - 1}
    assert {"R-103", "X-16"} <= {finding.rule for finding in checking.preview(found(claim.claim_no)).findings}


def test_it_is_not_asked_again_for_ever(company: dict[str, int], platform: Platform) -> None:
    platform.replies = [verified(result="0006"), verified(result="1006")]
    invoice = good_invoice(company["lin"])
    verify_invoice(invoice.id)
    assert (outcomes(), asked_again()) == (["mismatch"], [])
    for _ in range(verification_queries.MOST_TRIES):
        with transaction() as session:
            for row in session.scalars(select(VerificationCountRow)):
                row.asked = 0
        verify_invoice(invoice.id)
    assert len(asked_again()) == verification_queries.MOST_TRIES - 2


def test_a_job_run_twice_asks_once(company: dict[str, int], platform: Platform) -> None:
    invoice = good_invoice(company["lin"])
    ask_now(person(company, "lin"), invoice.id)
    [row] = asked_again()
    for _ in range(2):
        verify_invoice(*row.args, outbox_id=row.id)
    assert (len(platform.queries), asked_again()) == (1, [])


def test_a_newly_read_invoice_is_asked_about_once(company: dict[str, int], platform: Platform) -> None:
    invoice = good_invoice(company["lin"])
    with transaction() as session:
        verification_queries.ask_first(session, invoice)
    [row] = asked_again()
    verify_invoice(*row.args, outbox_id=row.id)
    with transaction() as session:
        verification_queries.ask_first(session, session.get_one(InvoiceRow, invoice.id))
    assert (asked_again(), results(invoice)) == ([], ["normal"])


def test_without_keys_nothing_is_asked(app: Flask, company: dict[str, int]) -> None:
    invoice = good_invoice(company["lin"])
    with pytest.raises(Refused, match="No verification service"):
        ask_now(person(company, "lin"), invoice.id)
    with transaction() as session:
        verification_queries.ask_first(session, invoice)
    verification_queries.ask_again_about_reimbursed()
    assert asked_again() == []


def test_what_it_lacks_is_told_before_asking(company: dict[str, int], platform: Platform) -> None:
    invoice = good_invoice(company["lin"], kind="general_paper")
    with transaction() as session:
        row = session.get_one(InvoiceRow, invoice.id)
        row.kind, row.code = "general_paper", "011009900004"
    with pytest.raises(Refused, match="check code"):
        ask_now(person(company, "lin"), invoice.id)
    assert platform.queries == []


def test_an_unknown_service_is_a_wrong_setting(settings: Settings) -> None:
    keys = {"verification_api_key": "key", "verification_secret_key": "secret"}
    with pytest.raises(BadSetting, match="baidu"):
        made(replace(settings, verification_service="other", **keys))


def test_reimbursed_invoices_are_looked_at_again(company: dict[str, int], platform: Platform) -> None:
    invoice = good_invoice(company["lin"])
    claim = claim_on(invoice)
    with transaction() as session:
        row = session.get_one(type(claim), claim.id)
        row.state, row.submitted_on = "exported", today()
    verification_queries.ask_again_about_reimbursed()
    assert [row.args[0] for row in asked_again()] == [invoice.id]
    with transaction() as session:
        old = now() - timedelta(days=1)
        record_result(session, session.get_one(InvoiceRow, invoice.id), Result(VerificationStatus.NORMAL, old, "baidu"))
    verification_queries.ask_again_about_reimbursed()
    assert len(asked_again()) == 1


def test_the_page_records_and_shows_the_result(app: Flask, company: dict[str, int]) -> None:
    invoice = good_invoice(company["lin"])
    client = signed_in(app, "lin")
    page = client.get(f"/invoices/{invoice.id}").text
    assert "登记查验结果" in page
    assert "立即查验" not in page
    form = {"status": "normal", "checked_on": today().isoformat(), "note": "国家平台"}
    file = {"screenshot": (io.BytesIO(b"\x89PNG\r\n\x1a\n page"), "查验.png")}
    answer = client.post(f"/invoices/{invoice.id}/verification", data={**form, **file}, follow_redirects=True)
    assert "查验正常" in answer.text
    assert "国家平台" in answer.text
    again = client.post(f"/invoices/{invoice.id}/verification", data=form)
    assert again.status_code == 422
    assert results(invoice) == ["normal"]


def test_where_keys_are_set_the_page_offers_a_query_and_says_it_is_unproved(
    app: Flask, company: dict[str, int], platform: Platform
) -> None:
    invoice = good_invoice(company["lin"])
    client = signed_in(app, "lin")
    assert "尚未用真实密钥验证过" in client.get(f"/invoices/{invoice.id}").text
    client.post(f"/invoices/{invoice.id}/verification/query")
    [row] = asked_again()
    verify_invoice(*row.args, outbox_id=row.id)
    with count_queries() as asked:
        page = client.get(f"/invoices/{invoice.id}").text
    assert ("查验正常" in page, "尚未用真实密钥验证过" in page) == (True, False)
    assert len(asked) <= 15 + 4, asked


def test_a_screenshot_of_finance_is_not_offered_to_the_claimant(app: Flask, company: dict[str, int]) -> None:
    invoice = good_invoice(company["lin"])
    verification.enter(person(company, "sun"), invoice.id, entry())
    document_id = db.session.scalars(select(VerificationRow.document_id)).one()
    link = f"/documents/{document_id}/original"
    assert (link in signed_in(app, "lin").get(f"/invoices/{invoice.id}").text) is False
    assert (link in signed_in(app, "zhou").get(f"/invoices/{invoice.id}").text) is True


def test_a_verified_claim_passes_without_a_screenshot(company: dict[str, int]) -> None:
    invoice = good_invoice(company["lin"])
    verification.enter(person(company, "lin"), invoice.id, entry())
    claim = submit(claim_on(invoice))
    assert claim.state in ("approved", "in_review"), checking.last_answer(claim)


def test_the_doctor_says_whether_the_service_was_ever_proved(
    app: Flask, company: dict[str, int], platform: Platform
) -> None:
    def part() -> diagnosis.Part:
        return next(part for part in diagnosis.diagnose() if part.name.zh == "查验接口")

    assert (part().well, part().found, part().needed) == (False, "baidu", False)
    verify_invoice(good_invoice(company["lin"]).id)
    assert part().well
    app.extensions["verification"] = None
    assert (part().well, part().found) == (False, "none")
