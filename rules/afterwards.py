"""What happens to an invoice later: refunds, second queries, voids of what was reimbursed, the archive."""

from collections.abc import Iterator
from datetime import date, timedelta

from reimburse.domain.finding import Resolver, Severity, Subject
from rules.amounts import has_invoice
from rules.facts import Facts
from rules.remedies import attach, do, verify
from rules.rule import NOTHING, Hit, Lacks, Rule, elsewhere, of_claim, of_invoice, rule, where
from rules.sums import same_claim
from rules.vocabulary import STATUSES
from rules.workdays import add_days, add_working_days


@rule(
    "R-63",
    Severity.RETURN,
    "已报销退换须3个工作日内冲销",
    "A refund is offset within 3 working days",
    clause="B-5.4",
    needs=("refunds",),
    uses=("offset_within_working_days",),
)
def refund_is_offset_in_time(facts: Facts) -> Iterator[Hit | Lacks]:
    """The offset is handed in by the third working day after the refund, whose own day does not count.

    退款后第三个工作日之前（退款当日不算）提交冲销。
    """
    for refund in facts.refunds or ():
        days = facts.parameters.offset_within_working_days
        due = add_working_days(refund.refunded_on, days, facts.policy.workdays)
        done = refund.offset_submitted_on
        if (done or facts.as_of) > due:
            zh = f"{refund.refunded_on} 退款，应在 {due} 前提交冲销，" + (
                f"实际 {done}，按违规记录。" if done else "至今未提交，按违规记录。"
            )
            en = f"Refunded on {refund.refunded_on}, to be offset by {due}; " + (
                f"done on {done}." if done else "not done."
            )
            here = refund.invoice_id in facts.by_id
            subject = Subject("invoice", refund.invoice_id) if here else of_claim(facts)
            remedies = (do("offset", refund.invoice_id, "提交冲销申请", "Hand in the offset"), attach("refund_proof"))
            yield Hit(subject, zh, en, f"by {due}", f"{done}" if done else NOTHING, remedies)


@rule(
    "R-103",
    Severity.WARN,
    "查无此票须间隔24小时二次查询",
    "Not found: query again after 24 hours",
    clause="B-8.2",
    resolver=Resolver.SYSTEM,
    applies=has_invoice,
    uses=("requery_after_hours",),
)
def second_query_is_due(facts: Facts) -> Iterator[Hit | Lacks]:
    """An invoice that the platform does not know yet is queried again after the interval.

    查无此票的发票，间隔规定时间后再次查询。
    """
    for invoice in facts.invoices:
        verification = invoice.verification
        if verification is None:
            yield Lacks("invoices.verification")
        elif verification.status == "not_found" and verification.checked_at is None:
            yield Lacks("invoices.verification.checked_at")
        elif verification.status == "not_found" and verification.checked_at:
            hours = facts.parameters.requery_after_hours
            at, day = verification.checked_at.at, verification.checked_at.day
            later = add_days(day, hours // 24)
            due = f"{at + timedelta(hours=hours):%Y-%m-%d %H:%M}" if at and later < date.max else f"{later}"
            zh, en = f"查无此票可能是数据延迟，{due} 后二次查询。", f"The data may lag: query again after {due}."
            yield Hit(of_invoice(invoice), zh, en, STATUSES["normal"].en, "not_found", (verify(),))


@rule(
    "X-16",
    Severity.INFO,
    "二次查询未到时或查询次数用完",
    "Second query not due, or queries used up",
    clause="X-16",
    resolver=Resolver.SYSTEM,
    applies=where(
        lambda facts: any(item.verification and item.verification.status == "not_found" for item in facts.invoices),
        "没有待二次查询的发票 / no invoice awaits a second query",
    ),
    uses=("queries_per_day", "requery_after_hours"),
)
def query_is_possible(facts: Facts) -> Iterator[Hit | Lacks]:
    """Another query of the day is possible: the interval has passed and the budget is not used up.

    当天还可以再查：间隔已到，次数未用完。
    """
    for invoice in facts.invoices:
        verification, queries = invoice.verification, invoice.queries
        if verification is None or verification.status != "not_found":
            continue
        waiting = verification.checked_at and facts.as_of <= verification.checked_at.day
        if queries is None and not waiting:
            yield Lacks("invoices.queries")
        used_up = queries and (queries.today >= facts.parameters.queries_per_day or queries.budget_left == 0)
        if waiting or used_up:
            zh = "今日查询次数已用完。" if used_up else "距上次查验不足 24 小时，尚不能二次查询。"
            en = "The day's queries are used up." if used_up else "The second query is not due yet."
            found = str(queries.today) if queries else "1"
            yield Hit(of_invoice(invoice), zh, en, f"≤ {facts.parameters.queries_per_day}", found, (verify(),))


@rule(
    "X-17",
    Severity.BLOCK,
    "已报销发票后来作废或红冲",
    "A reimbursed invoice was later voided or reversed",
    clause="X-17 B-5.4",
    resolver=Resolver.FINANCE,
    needs=("registry",),
    applies=has_invoice,
    uses=("offset_within_working_days",),
)
def reimbursed_invoice_still_holds(facts: Facts) -> Iterator[Hit | Lacks]:
    """An invoice already reimbursed in this very claim is still normal; else its offset is due.

    本单已报销的发票仍然正常，否则须冲销。
    """
    used = {entry.key for entry in facts.registry or () if same_claim(entry.claim_no, facts.claim.claim_no)}
    for invoice in facts.invoices:
        verification = invoice.verification
        if not verification or invoice.key not in used:
            continue
        if verification.status in {"voided", "red_lettered"}:
            day = verification.checked_at.day if verification.checked_at else facts.as_of
            due = add_working_days(day, facts.parameters.offset_within_working_days, facts.policy.workdays)
            name = STATUSES[verification.status]
            zh, en = (
                f"已报销的发票已{name.zh}，须在 {due} 前冲销。",
                f"The reimbursed invoice is {name.en}: offset it by {due}.",
            )
            remedies = (do("offset", invoice.id, "发起冲销", "Open the offset"),)
            yield Hit(of_invoice(invoice), zh, en, "normal", verification.status, remedies)


BY_THE_ARCHIVE = "归档时执行 / done by the archive"
RULES: tuple[Rule, ...] = (
    refund_is_offset_in_time,
    second_query_is_due,
    elsewhere(
        "R-116",
        Severity.BLOCK,
        "存档不少于5年",
        "Kept for 5 years at least",
        clause="B-11.2",
        why="归档时执行：期满前拒绝删除 / done by the archive: deletion before then is refused",
        uses=("archive_years",),
    ),
    elsewhere("R-117", Severity.INFO, "按票种分别装订", "Grouped by kind", clause="B-11.2", why=BY_THE_ARCHIVE),
    elsewhere(
        "R-118",
        Severity.BLOCK,
        "电子票备份并定期检查完整性",
        "Backup and fixity check",
        clause="B-11.2",
        why="归档时执行：reimburse archive verify / done by the archive: reimburse archive verify",
    ),
    elsewhere(
        "R-119",
        Severity.INFO,
        "纸票防火防潮",
        "Paper stored safely",
        clause="B-11.2",
        why="纸票存放地点登记 / the archive records where paper lies",
    ),
    elsewhere(
        "R-120",
        Severity.BLOCK,
        "存档台账",
        "Archive ledger",
        clause="B-11.2",
        why="归档时执行：存档台账 / done by the archive: its ledger",
    ),
    elsewhere(
        "R-121",
        Severity.WARN,
        "佐证妥善保管、链路可追溯",
        "Supporting documents kept linked",
        clause="B-11.4 A-4",
        why="归档时执行：附件随单归档 / done by the archive: attachments are archived with their claim",
    ),
    elsewhere(
        "R-122",
        Severity.BLOCK,
        "操作记录留存",
        "Operation log kept",
        clause="B-6.3",
        why="事件链只增不改 / events form an append-only chain",
    ),
    query_is_possible,
    reimbursed_invoice_still_holds,
)
