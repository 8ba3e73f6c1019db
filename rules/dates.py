"""Chapter 4d: time and the logic of business."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from reimburse.domain.finding import Remedy, Resolver, Severity, Text
from rules.amounts import has_invoice
from rules.attached import attached_to_invoice
from rules.facts import Facts, InvoiceFacts, LineFacts
from rules.remedies import approve, attach, complete, reissue, remove
from rules.rule import NOTHING, Hit, Lacks, Rule, elsewhere, of_claim, of_invoice, of_line, rule, where
from rules.workdays import add_days, add_months

ASKED_OF_YEAR = "专项说明 + 部门总监 + 财务负责人 / special explanation, department director, finance head"
TAKE_OUT = remove("line", "从报销单移除这条明细", "Take the line out of the claim")
SETTLE = Remedy(
    "settle",
    "advance",
    "把本单相应明细的支付方式改为“借款冲抵”，或退回剩余借款",
    "set lines of this claim against the advance, or return the remainder",
)


@rule(
    "R-72",
    Severity.RETURN,
    "费用发生后三个月内报销",
    "An expense is claimed in time",
    clause="B-9.3",
    uses=("claim_within_months",),
)
def claimed_in_time(facts: Facts) -> Iterator[Hit | Lacks]:
    """An expense is claimed within the policy's number of calendar months, counted by date and inclusive.

    费用发生后在政策规定的月数内提交，按日期计、含当日。
    """
    for line in facts.lines:
        if line.adjustment and _adjusts_another(facts, line):
            continue
        day = incurred_on(facts, line)
        if day is None:
            yield Lacks("lines.occurred_on")
            continue
        last_day = add_months(day, facts.parameters_of(line).claim_within_months)
        if facts.claim.submitted_on > last_day:
            spent, due, done = day.isoformat(), last_day.isoformat(), facts.claim.submitted_on.isoformat()
            zh = f"费用发生于 {spent}，最迟 {due} 提交，实际 {done}。"
            en = f"Spent on {spent}, due by {due}, submitted on {done}."
            yield Hit(of_line(line), zh, en, f"by {due}", done, (TAKE_OUT,))


def _adjusts_another(facts: Facts, line: LineFacts) -> bool:
    """Whether the expense itself stands on another line of the same invoice."""
    beside = (other for invoice in facts.invoices_of(line) for other in facts.lines_of(invoice))
    return any(not other.adjustment for other in beside)


def incurred_on(facts: Facts, line: LineFacts) -> date | None:
    """The day a line is counted from: it took place, else it ended, else its earliest invoice (decision 23)."""
    stated = line.occurred_on or line.ended_on
    if stated:
        return stated
    return min((day for invoice in facts.invoices_of(line) if (day := invoice.invoice.issue_date)), default=None)


def cross_year(facts: Facts) -> list[tuple[InvoiceFacts, int]]:
    """The invoices issued in another year than that of submission, with their year (decision 29)."""
    year = facts.claim.submitted_on.year
    issued = [(invoice, invoice.invoice.issue_date) for invoice in facts.invoices]
    return [(invoice, day.year) for invoice, day in issued if day and day.year != year]


def undated(facts: Facts) -> Iterator[Lacks]:
    """What is lacking where an invoice states no date of issue."""
    if facts.once("undated", lambda facts: any(item.invoice.issue_date is None for item in facts.invoices)):
        yield Lacks("invoices.issue_date")


@rule(
    "R-73",
    Severity.APPROVAL,
    "跨年发票须专项说明并经总监与财务负责人批准",
    "Cross-year invoices need an explanation and two approvals",
    clause="B-9.3 B-11.3",
    resolver=Resolver.APPROVER,
    applies=has_invoice,
)
def cross_year_is_approved(facts: Facts) -> Iterator[Hit | Lacks]:
    """An invoice of another year has the special explanation and the approval of two people in the two roles.

    往年发票附专项说明，并经总监与财务负责人两人批准。
    """
    yield from undated(facts)
    late = cross_year(facts)
    unknown = [name for name in ("approvals", "attachments") if getattr(facts, name) is None]
    if late and unknown:
        yield from (Lacks(name) for name in unknown)
        return
    approvals = tuple(approve(role) for role in _roles_left(facts)) if late else ()
    for invoice, year in late:
        papers = () if _explained(facts, invoice) else (attach("special_explanation"),)
        if papers or approvals:
            yield _cross_year(facts, invoice, year, papers + approvals)


def _cross_year(facts: Facts, invoice: InvoiceFacts, year: int, remedies: tuple[Remedy, ...]) -> Hit:
    said, lacking = _of_year(year, facts.claim.submitted_on.year, remedies)
    return Hit(of_invoice(invoice), said.zh, said.en, ASKED_OF_YEAR, lacking, remedies, clauses="B-6.2")


@lru_cache(maxsize=256)
def _of_year(year: int, claimed: int, remedies: tuple[Remedy, ...]) -> tuple[Text, str]:
    """What is said of an invoice of this year that is claimed in that one, and what it still lacks."""
    lacking = ", ".join(remedy.what for remedy in remedies)
    todo, wants = "、".join(remedy.zh for remedy in remedies), "; ".join(remedy.en for remedy in remedies)
    zh = f"{year} 年的发票在 {claimed} 年报销，还缺：{todo}。"
    return Text(zh, f"An invoice of {year} is claimed in {claimed}; still to do: {wants}."), f"lacking {lacking}"


def _explained(facts: Facts, invoice: InvoiceFacts) -> bool:
    return "special_explanation" in attached_to_invoice(facts, invoice)


def _roles_left(facts: Facts) -> list[str]:
    """Which of the two roles are still to approve; one person in both roles leaves the second open."""
    by = {
        role: {item.by for item in facts.approvals or () if item.role == role}
        for role in ("department_director", "finance_head")
    }
    left = [role for role, people in by.items() if not people]
    if not left and len(by["department_director"] | by["finance_head"]) < 2:
        return ["finance_head"]
    return left


@rule(
    "R-74",
    Severity.WARN,
    "跨年发票确认税前扣除条件",
    "Cross-year invoices: deductible before tax?",
    clause="B-11.3",
    resolver=Resolver.FINANCE,
    applies=has_invoice,
    yields_to=("R-73",),
)
def cross_year_is_deductible(facts: Facts) -> Iterator[Hit | Lacks]:
    """The finance reviewer confirms that an invoice of another year may be deducted.

    往年发票由财务复核人确认可以税前扣除。
    """
    yield from undated(facts)
    confirmed = any(item.role == "finance_reviewer" for item in facts.approvals or ())
    for invoice, year in () if confirmed else cross_year(facts):
        zh, en = (
            f"{year} 年的发票，请确认是否符合税前扣除条件。",
            f"An invoice of {year}: confirm that it may be deducted.",
        )
        expected, remedies = str(facts.claim.submitted_on.year), (approve("finance_reviewer"),)
        yield Hit(of_invoice(invoice), zh, en, expected, str(year), remedies, clauses="B-6.2")


@rule(
    "R-75",
    Severity.WARN,
    "预付款业务完成后及时取票冲销",
    "Prepayments are cleared by an invoice",
    clause="B-9.3",
    applies=where(
        lambda facts: facts.lines_in("prepayment") or facts.advances,
        "没有预付款明细或未结清借款 / no prepayment line, no advance that is out",
    ),
    uses=("advance_open_days",),
)
def prepayment_is_cleared(facts: Facts) -> Iterator[Hit | Lacks]:
    """A prepayment whose deed is done has its invoice, and an advance is settled, within the policy's number of days.

    预付业务完成后，在政策规定的天数内取得发票；借款在规定天数内报销冲抵或退回。
    """
    yield from _overdue_advances(facts)
    for line in facts.lines_in("prepayment"):
        day = line.last_day
        last_day = add_days(day, facts.parameters_of(line).advance_open_days) if day else None
        if last_day is None and not line.invoice_ids:
            yield Lacks("lines.occurred_on")
        if last_day and facts.as_of > last_day and not line.invoice_ids:
            zh = f"预付款业务 {day} 完成，至 {facts.as_of} 仍未取得发票冲销。"
            en = f"The prepaid deed was done on {day}; by {facts.as_of} there is no invoice."
            yield Hit(of_line(line), zh, en, f"by {last_day}", NOTHING, (attach("payment_proof"),))


def _overdue_advances(facts: Facts) -> Iterator[Hit]:
    for advance in facts.advances or ():
        if facts.as_of > advance.due_on and advance.left > 0:
            zh = f"借款 {advance.advance_no} 应在 {advance.due_on} 前结清，仍有 {advance.left:,.2f} 元未冲抵或退回。"
            en = f"Advance {advance.advance_no} was due by {advance.due_on}; {advance.left:,.2f} yuan are still out."
            yield Hit(of_claim(facts), zh, en, f"by {advance.due_on}", f"{advance.left:,.2f}", (SETTLE,))


@rule(
    "X-15",
    Severity.RETURN,
    "开票日期不得在未来",
    "The issue date is not in the future",
    clause="X-15",
    applies=has_invoice,
    any_remedy=True,
)
def issue_date_is_not_in_the_future(facts: Facts) -> Iterator[Hit | Lacks]:
    """An invoice is not issued later than the day of the check.

    开票日期不晚于检查当天。
    """
    yield from undated(facts)
    for invoice in facts.invoices:
        issued = invoice.invoice.issue_date
        if issued and issued > facts.as_of:
            zh, en = (
                f"开票日期 {issued} 晚于今天 {facts.as_of}。",
                f"The issue date {issued} is later than today, {facts.as_of}.",
            )
            remedies = (complete("issue_date"), reissue("issue_date"))
            yield Hit(of_invoice(invoice), zh, en, f"by {facts.as_of}", f"{issued}", remedies)


RULES: tuple[Rule, ...] = (
    claimed_in_time,
    cross_year_is_approved,
    cross_year_is_deductible,
    prepayment_is_cleared,
    elsewhere(
        "R-79",
        Severity.INFO,
        "避开月末季末开票",
        "Avoid month and quarter ends",
        clause="A-3",
        why="帮助页提示 / a hint of the help page: nothing on one invoice can break it",
        uses=("invoice_lead_working_days",),
    ),
    issue_date_is_not_in_the_future,
)
