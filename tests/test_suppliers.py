"""Credit files of sellers: figures, what finance sets, and what rules read over many claims."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from reimburse.domain.verification import VerificationStatus
from reimburse.domain.workflow import ClaimState
from reimburse.services.claims import checking
from reimburse.services.claims.facts import facts_of
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.services.invoices.composing import recompose
from reimburse.services.invoices.verification import Result, record_result
from reimburse.services.suppliers import supplier_figures, supplier_pages, suppliers
from reimburse.services.suppliers.supplier_pages import Filter
from reimburse.services.suppliers.suppliers import Standing
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, now, today, transaction
from reimburse.store.invoices import InvoiceRow
from reimburse.store.outbox import OutboxRow
from reimburse.store.people import PersonRow
from reimburse.store.suppliers import SupplierNoteRow, SupplierRow
from tests.builders import DAY, SELLER, Spent, a_finding, add_check, an_answer, make_claim, make_invoice
from tests.claim_stories import claim_on, found, good_invoice
from tests.clients import signed_in
from tests.query_count import count_queries

TAX_ID = SELLER.tax_id or ""


def person(company: dict[str, int], login: str) -> PersonRow:
    return db.session.get_one(PersonRow, company[login])


def seen(invoice: InvoiceRow) -> InvoiceRow:
    with transaction() as session:
        suppliers.touch(session, invoice.seller_tax_id, invoice.seller_name)
    return invoice


def verified(invoice: InvoiceRow, *statuses: str, days_ago: int = 0) -> None:
    with transaction() as session:
        row = session.get_one(InvoiceRow, invoice.id)
        for status in statuses:
            at = now() - timedelta(days=days_ago)
            record_result(session, row, Result(VerificationStatus(status), at, "manual"))


def supplier() -> SupplierRow:
    db.session.rollback()
    return db.session.get_one(SupplierRow, TAX_ID)


def summed() -> SupplierRow:
    supplier_figures.summarise_suppliers()
    return supplier()


def test_reading_an_invoice_opens_its_sellers_file(company: dict[str, int]) -> None:
    with transaction() as session:
        invoice = make_invoice(company["lin"], "10.00")
        row = invoice.readings[0]
        row.data = {**row.data, "seen": {}}
        recompose(session, invoice)
    file = supplier()
    assert (file.name, file.level, file.taxpayer, file.stale) == (SELLER.name, "normal", "unknown", True)


def test_a_file_is_marked_stale_by_what_happens(company: dict[str, int]) -> None:
    seen(good_invoice(company["lin"]))
    assert not summed().stale
    seen(good_invoice(company["lin"]))
    assert supplier().stale


def test_an_invoice_in_two_wallets_counts_once(company: dict[str, int]) -> None:
    first = seen(good_invoice(company["lin"]))
    good_invoice(company["wu"], number=first.number)
    good_invoice(company["wu"], "600.00")
    file = summed()
    assert (file.invoices, file.total_fen, file.last_issue_date) == (2, 70000, today())


def test_the_most_frequent_name_leads(company: dict[str, int]) -> None:
    for name in ("示例酒店管理有限公司", "示例酒店管理有限公司", "示例酒店"):
        invoice = seen(good_invoice(company["lin"]))
        with transaction() as session:
            session.get_one(InvoiceRow, invoice.id).seller_name = name
    file = summed()
    assert (file.name, file.other_names) == ("示例酒店管理有限公司", ["示例酒店"])


@pytest.mark.parametrize(
    ("history", "unreported"),
    [
        (("not_found",), 0),
        (("not_found", "not_found"), 1),
        (("not_found", "not_found", "normal"), 0),
        (("out_of_control",), 1),
        (("normal",), 0),
        (("voided",), 0),
    ],
)
def test_unreported_is_what_the_second_query_does_not_find(
    company: dict[str, int], history: tuple[str, ...], unreported: int
) -> None:
    verified(seen(good_invoice(company["lin"])), *history)
    assert summed().unreported == unreported


@pytest.mark.parametrize(("days_ago", "voids"), [(0, 1), (90, 1), (91, 0)])
def test_voids_are_those_of_ninety_days(company: dict[str, int], days_ago: int, voids: int) -> None:
    verified(seen(good_invoice(company["lin"])), "voided", days_ago=days_ago)
    assert summed().voids_90d == voids


def test_a_void_and_its_red_letter_are_one(company: dict[str, int]) -> None:
    blue, red = seen(good_invoice(company["lin"])), good_invoice(company["lin"])
    with transaction() as session:
        row = session.get_one(InvoiceRow, red.id)
        row.red_letter, row.red_of_code, row.red_of_number = True, "", blue.number
    verified(blue, "red_lettered")
    assert summed().voids_90d == 1


def test_old_voids_are_forgotten_though_nothing_else_happens(company: dict[str, int], monkeypatch) -> None:
    verified(seen(good_invoice(company["lin"])), "voided")
    assert summed().voids_90d == 1
    monkeypatch.setattr(supplier_figures, "today", lambda: today() + timedelta(days=91))
    assert summed().voids_90d == 0


def test_returns_count_checks_that_sent_a_claim_back(company: dict[str, int]) -> None:
    with transaction():
        claim = make_claim(company["lin"], Spent("10.00"), Spent("5.00"))
        add_check(claim, an_answer(a_finding("R-54", checking.Severity.RETURN)))
        make_claim(company["lin"], Spent("10.00"))
    seen(claim.invoices[0])
    assert summed().returns == 1


@pytest.mark.parametrize(
    ("kind", "net", "at_limit"),
    [("general_paper", "9900.00", 1), ("general_paper", "9899.99", 0), ("general_digital", "9900.00", 0)],
)
def test_invoices_at_the_face_limit_are_counted(company: dict[str, int], kind: str, net: str, at_limit: int) -> None:
    invoice = seen(good_invoice(company["lin"], amount_excl_tax=net))
    with transaction() as session:
        session.get_one(InvoiceRow, invoice.id).kind = kind
    assert summed().at_limit == at_limit


def test_trouble_is_summed_up_at_once(company: dict[str, int]) -> None:
    verified(seen(good_invoice(company["lin"])), "out_of_control")
    job = db.session.scalars(select(OutboxRow).where(OutboxRow.job == "summarise_supplier")).one()
    supplier_figures.summarise_supplier(*job.args, outbox_id=job.id)
    assert (supplier().unreported, db.session.get_one(OutboxRow, job.id).done_at is not None) == (1, True)


def test_many_files_are_summed_up_page_by_page(company: dict[str, int], monkeypatch) -> None:
    monkeypatch.setattr(supplier_figures, "AT_ONCE", 2)
    with transaction() as session:
        for number in range(5):
            suppliers.touch(session, f"9199000{number}", "示例")
    supplier_figures.summarise_suppliers()
    assert not db.session.scalars(select(SupplierRow).where(SupplierRow.stale)).all()


def test_rules_read_the_file(company: dict[str, int]) -> None:
    invoice = seen(good_invoice(company["lin"]))
    claim_no = claim_on(invoice).claim_no
    assert "X-11" not in {one.rule for one in checking.preview(found(claim_no)).findings}
    file = supplier()
    suppliers.change(person(company, "sun"), TAX_ID, Standing("watch", "small", True), "频繁换名", file.version)
    said = facts_of(db.session(), found(claim_no), today(), 1)["suppliers"]
    assert said == [
        {"tax_id": TAX_ID, "level": "watch", "taxpayer": "small", "related": True, "unreported": 0, "voids_90d": 0}
    ]
    assert {"X-11", "R-114"} <= {one.rule for one in checking.preview(found(claim_no)).findings}


def test_a_change_needs_its_reason_and_keeps_who_and_what(company: dict[str, int]) -> None:
    seen(good_invoice(company["lin"]))
    sun, file = person(company, "sun"), supplier()
    with pytest.raises(Refused, match="reason"):
        suppliers.change(sun, TAX_ID, Standing("watch", "unknown", False), " ", file.version)
    with pytest.raises(Refused, match="level"):
        suppliers.change(sun, TAX_ID, Standing("gold", "unknown", False), "好", file.version)
    with pytest.raises(Stale):
        suppliers.change(sun, TAX_ID, Standing("watch", "unknown", False), "好", file.version + 1)
    with pytest.raises(NotFound):
        suppliers.change(person(company, "lin"), TAX_ID, Standing("watch", "unknown", False), "好", file.version)
    suppliers.change(sun, TAX_ID, Standing("blocked", "general", False), "失联", file.version)
    suppliers.annotate(person(company, "zhou"), TAX_ID, "已电话沟通")
    notes = supplier_pages.file_of(TAX_ID).notes
    assert [(note.by, note.change.en, note.text) for note in notes] == [
        ("Zhou", "", "已电话沟通"),
        ("Sun", "level: normal → blocked, taxpayer: unknown → general taxpayer", "失联"),
    ]


def test_notes_are_never_rewritten(company: dict[str, int]) -> None:
    seen(good_invoice(company["lin"]))
    suppliers.annotate(person(company, "zhou"), TAX_ID, "第一")
    db.session.scalars(select(SupplierNoteRow)).one().text = "第二"
    with pytest.raises(Exception, match="append-only"):
        db.session.commit()


def in_claim(company: dict[str, int], login: str, *numbers: str, total: str = "100.00", **claim: object) -> ClaimRow:
    with transaction():
        spent = [Spent(total, (number,), category=str(claim.get("category", "office_supplies"))) for number in numbers]
        made = make_claim(company[login], *spent, state=claim.get("state", ClaimState.APPROVED))
    for invoice in made.invoices:
        seen(invoice)
    return made


def rules_on(claim: ClaimRow) -> dict[str, str]:
    claim = found(claim.claim_no)
    findings = checking.judge(facts_of(db.session(), claim, DAY, 1), DAY).answer.findings
    return {finding.rule: finding.found for finding in findings}


RUN = [f"2699000000000008000{digit}" for digit in range(10)]


@pytest.mark.parametrize(
    ("theirs", "state", "warned"),
    [
        ((RUN[3], RUN[5]), ClaimState.APPROVED, True),
        ((RUN[2], RUN[3]), ClaimState.PAID, True),
        ((RUN[3],), ClaimState.APPROVED, False),
        ((RUN[2], RUN[6]), ClaimState.APPROVED, False),
        ((RUN[3], RUN[5]), ClaimState.REJECTED, False),
    ],
)
def test_a_run_of_numbers_over_two_peoples_claims_is_seen(
    company: dict[str, int], theirs: tuple[str, ...], state: ClaimState, warned: bool
) -> None:
    other = in_claim(company, "wu", *theirs, state=state)
    mine = in_claim(company, "lin", RUN[4])
    said = rules_on(mine)
    assert (said.get("R-105") == "3") is warned
    assert other.claim_no not in str(said)


def test_a_purchase_split_over_two_claims_is_seen(company: dict[str, int]) -> None:
    in_claim(company, "wu", RUN[0], total="4990.00")
    mine = in_claim(company, "lin", RUN[7], total="4800.00")
    assert rules_on(mine)["X-07"].startswith("4800.00, 4990.00 (T0***")


def test_dinners_split_over_two_claims_are_seen(company: dict[str, int]) -> None:
    in_claim(company, "wu", RUN[0], total="1990.00", category="entertainment")
    assert "X-07" in rules_on(in_claim(company, "lin", RUN[7], total="1980.00", category="entertainment"))
    assert "X-07" not in rules_on(in_claim(company, "lin", RUN[9], total="1970.00"))


@pytest.mark.parametrize(
    ("login", "status"), [("sun", 200), ("zhou", 200), ("audit", 200), ("lin", 403), ("zhao", 403)]
)
def test_who_reads_the_files(app: Flask, company: dict[str, int], login: str, status: int) -> None:
    seen(good_invoice(company["lin"]))
    client = signed_in(app, login)
    for path in ("/suppliers", f"/suppliers/{TAX_ID}"):
        with count_queries() as asked:
            assert client.get(path).status_code == status
        assert len(asked) <= 15, asked


def test_auditors_do_not_write(app: Flask, company: dict[str, int]) -> None:
    seen(good_invoice(company["lin"]))
    client = signed_in(app, "audit")
    assert "等级与属性" not in client.get(f"/suppliers/{TAX_ID}").text
    assert client.post(f"/suppliers/{TAX_ID}/notes", data={"text": "x"}).status_code == 403
    assert client.post(f"/suppliers/{TAX_ID}/standing", data={"level": "watch"}).status_code == 403


def test_finance_changes_the_level_on_the_page(app: Flask, company: dict[str, int]) -> None:
    seen(good_invoice(company["lin"]))
    client = signed_in(app, "sun")
    form = {"level": "watch", "taxpayer": "general", "reason": "多次作废", "version": supplier().version}
    page = client.post(f"/suppliers/{TAX_ID}/standing", data=form, follow_redirects=True).text
    assert "等级：正常 → 关注" in page
    assert TAX_ID in client.get("/suppliers?level=watch").text
    assert TAX_ID not in client.get("/suppliers?level=blocked").text
    assert client.get("/suppliers/91990000NOSUCH").status_code == 404


def test_the_list_is_paged_by_key_and_searched(company: dict[str, int], monkeypatch) -> None:
    with transaction() as session:
        for number, total in enumerate((500, 900, 900, 0, -100)):
            session.add(SupplierRow(tax_id=f"9199000{number}", name=f"示例{number}号店", total_fen=total))
    monkeypatch.setattr(supplier_pages, "PAGE", 2)
    shown, after = [], None
    while True:
        page = supplier_pages.listed(Filter(after=after))
        shown += [row.tax_id[-1] for row in page.rows]
        after = page.after
        if after is None:
            break
    assert shown == ["1", "2", "0", "3", "4"]
    assert [row.tax_id[-1] for row in supplier_pages.listed(Filter("3号")).rows] == ["3"]
    assert [row.tax_id[-1] for row in supplier_pages.listed(Filter("91990004")).rows] == ["4"]
    assert supplier_pages.listed(Filter("%")).rows == []
