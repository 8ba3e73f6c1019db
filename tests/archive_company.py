"""A company whose archive holds a row of nearly every kind, all of them written by the services that the pages use."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

from sqlalchemy import select

from reimburse.domain.bills import Bill, CertificationState, GoodsReceipt, Order, OrderItem, ReceiptItem
from reimburse.domain.invoice import InvoiceKey
from reimburse.services.approval import delegations, requests, samplings
from reimburse.services.archive import archive_adoption, archive_holds
from reimburse.services.deals import ties
from reimburse.services.deals.bill_records import record_bills
from reimburse.services.deals.order_records import record_orders
from reimburse.services.deals.receipt_records import record_receipts
from reimburse.services.deals.recording import Source
from reimburse.services.invoices import corrections, verification
from reimburse.services.invoices.intake import Upload
from reimburse.services.matching import match_decisions, matching_runs
from reimburse.services.missing import certifications
from reimburse.services.month_end import batch_pages, batches, input_taxes, periods, reversals
from reimburse.services.payouts import advances, payout_files, payout_settling
from reimburse.services.payouts.payout_results import import_result
from reimburse.services.returns import offsets, red_postings, reissues
from reimburse.services.statements import statement_imports
from reimburse.services.statements.payment_accounts import AccountChoice
from reimburse.services.suppliers import suppliers
from reimburse.store.advances import AdvanceRow
from reimburse.store.certifications import CertificationRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, now, today, transaction
from reimburse.store.matches import MatchGroupRow
from reimburse.store.payments import StatementImportRow
from reimburse.store.payouts import PayoutAttemptRow, PayoutRow
from reimburse.store.people import PersonRow
from reimburse.store.reissues import ReissueRow
from reimburse.store.requests import RequestRow
from reimburse.store.samplings import SampledClaimRow
from reimburse.store.suppliers import SupplierRow
from tests.archive_stories import approved
from tests.batch_work import work
from tests.builders import SELLER, make_invoice
from tests.policy_stories import parameters, published
from tests.statement_files import company as company_statement
from tests.statement_files import spend

People = Mapping[str, PersonRow]
RESULT = "业务参考号,收款账号,金额,状态,失败原因,交易日期,流水号"


def furnish(company: dict[str, int]) -> str:
    """Play every story in this company; the number of the batch that was posted and paid."""
    archive_adoption.adopt()
    people = {login: db.session.get_one(PersonRow, person_id) for login, person_id in company.items()}
    _before_month_end(people)
    batch_no = _month_end(company, people)
    _reversed(company)
    _lent(people)
    _deals(people)
    _statement(people)
    _returned(people)
    _of_finance(company, people)
    db.session.rollback()
    return batch_no


def _before_month_end(people: People) -> None:
    asked = requests.Asked(50_000, today() + timedelta(days=2), "接待样例客户", "2 位客户", "entertainment")
    number = requests.create(people["lin"], asked, submit=True)
    step = db.session.scalars(select(RequestRow).where(RequestRow.request_no == number)).one().steps[0]
    requests.decide(people["zhao"], number, step.id, approve=True)
    delegations.create(
        people["zhao"],
        delegations.Wanted(people["zhao"].id, people["qian"].id, today(), today() + timedelta(days=3)),
    )


def _month_end(company: dict[str, int], people: People) -> str:
    claim_no = approved(company).claim_no
    input_taxes.rule(people["sun"], claim_no, 1, Decimal("1.00"), "按用途拆分")
    batch_no = batches.collect(company["sun"], [claim_no])
    batches.freeze(company["zhou"], batch_no, batch_pages.batch_of(batch_no).version)
    work()
    batches.export(company["sun"], batch_no)
    work()
    batches.post(company["sun"], batch_no)
    work()
    batch_id = batch_pages.batch_of(batch_no).id
    payout = db.session.scalars(select(PayoutRow).where(PayoutRow.batch_id == batch_id)).one()
    payout_files.make_file(people["sun"], [payout.id], "generic")
    ordered = db.session.scalars(select(PayoutAttemptRow)).one()
    said = f"{ordered.reference},{ordered.account['account']},{ordered.amount_fen / 100:.2f},成功,,{today()},N1"
    import_result(people["sun"], "结果.csv", f"{RESULT}\n{said}\n".encode())
    work()
    claim = db.session.scalars(select(ClaimRow).where(ClaimRow.claim_no == claim_no)).one()
    offsets.register_refund(people["sun"], claim.invoices[0].number or "", today(), "酒店退款")
    archive_holds.hold(people["zhou"], "claim", claim.id, "税务检查")
    return batch_no


def _reversed(company: dict[str, int]) -> None:
    batch_no = batches.collect(company["sun"], [approved(company).claim_no])
    batches.freeze(company["zhou"], batch_no, batch_pages.batch_of(batch_no).version)
    work()
    batches.export(company["sun"], batch_no)
    work()
    batches.post(company["sun"], batch_no)
    work()
    reversals.confirm(company["zhou"], reversals.ask(company["sun"], batch_no, "开错抬头"))
    work()


def _lent(people: People) -> None:
    asked = advances.Asked(200_000, today(), "备用金", people["wu"].department.cost_center)
    number = advances.create(people["wu"], asked, submit=True)
    row = db.session.scalars(select(AdvanceRow).where(AdvanceRow.advance_no == number)).one()
    advances.decide(people["zhao"], number, row.steps[0].id, approve=True)
    payout = db.session.scalars(select(PayoutRow).where(PayoutRow.advance_id == row.id)).one()
    payout_settling.mark_paid(people["sun"], [payout.id], today(), "N2")
    advances.record_return(people["sun"], number, 5_000, "N3", today())


def _deals(people: People) -> None:
    source, on = Source(1, people["sun"].id), today()
    bill = Bill(SELLER.name or "", "B-1", on.replace(day=1), on, Decimal("300.00"), settled_on=on, owner="Lin")
    order = Order(
        "PO-1",
        SELLER.name or "",
        Decimal("300.00"),
        ordered_on=on,
        owner="Lin",
        items=(OrderItem("打印机", unit="台", quantity=Decimal(1)),),
    )
    received = GoodsReceipt("PO-1", "R-1", on, items=(ReceiptItem("打印机", Decimal(1), "台"),), party=SELLER.name)
    with transaction() as session:
        record_bills(session, [(1, bill)], source)
        record_orders(session, [(1, order)], source)
        record_receipts(session, [(1, received)], source)
    with transaction():
        number = make_invoice(people["lin"].id, "300.00").number or ""
    ties.tie_bill(people["sun"], 1, number)


def _statement(people: People) -> None:
    with transaction():
        paid = make_invoice(people["wu"].id, "77.00")
        seller = paid.seller_name or ""
    name, data = company_statement(spend(23, seller, "77.00"), spend(20, "样城云服务有限公司", "1280.00"))
    import_id = statement_imports.preview(people["sun"], name, data)
    row = db.session.get_one(StatementImportRow, import_id)
    choices = {part.ordinal: AccountChoice(name="公司基本户 0011", holder="") for part in row.parts}
    statement_imports.confirm(people["sun"], import_id, choices, row.version)
    matching_runs.match_payments()
    groups = db.session.scalars(select(MatchGroupRow)).all()
    match_decisions.confirm(people["sun"], {group.id: group.version for group in groups})


def _returned(people: People) -> None:
    with transaction() as session:
        blue = make_invoice(people["lin"].id, "100.00")
        red = make_invoice(people["lin"].id, "-40.00")
        red.red_letter, red.red_of_code, red.red_of_number = True, blue.code, blue.number
        session.flush()
        red_postings.post(session, red)
    task = reissues.open_task(people["lin"], blue.id, "抬头少了两个字")
    reissues.take_step(people["lin"], task, reissues.Deed("ask", today()), _version(ReissueRow, task))


def _of_finance(company: dict[str, int], people: People) -> None:
    with transaction() as session:
        invoice = make_invoice(people["lin"].id, "200.00")
        stated = {"issue_date": invoice.issue_date or today(), "tax_fen": 1132, "at": now()}
        row = CertificationRow(code="", number=invoice.number, **stated)
        session.add(row)
    key = InvoiceKey("", invoice.number or "")
    certifications.set_state(people["sun"], key, CertificationState.SELECTED, "2026-11", "", row.version)
    shot = Upload("截图.png", BytesIO(b"\x89PNG\r\n\x1a\n a screenshot"))
    verification.enter(people["sun"], invoice.id, verification.Entry("normal", today(), "平台显示正常", shot))
    corrections.correct(people["lin"], invoice.id, "check_code", "12345678901234567890")
    sampling = samplings.draw(people["audit"], samplings.Wish(date(2026, 1, 1), today(), 1, "random", "7"))
    drawn = select(ClaimRow.claim_no).join(SampledClaimRow).where(SampledClaimRow.sampling_id == sampling)
    claim_no = db.session.scalars(drawn).one()
    samplings.note(people["audit"], sampling, claim_no, samplings.Noted("fine", "无异常"), 1)
    with transaction() as session:
        suppliers.touch(session, SELLER.tax_id, SELLER.name)
    version = db.session.get_one(SupplierRow, SELLER.tax_id or "").version
    suppliers.change(people["sun"], SELLER.tax_id or "", suppliers.Standing("watch", "general", False), "抽查", version)
    published(company, parameters(claim_within_months=4))
    periods.close(people["zhou"], 1, f"{today():%Y-%m}", "月结")


def _version(row: type[ReissueRow], row_id: int) -> int:
    db.session.rollback()
    return db.session.get_one(row, row_id).version
