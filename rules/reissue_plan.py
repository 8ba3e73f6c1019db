"""Return and reissue (F-19, R-41 to R-50): which way an invoice goes back, its steps, who takes each, and by when."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from reimburse.domain.finding import Resolver, Text
from reimburse.domain.invoice import PAPER_KINDS, SPECIAL_KINDS, InvoiceKind
from rules.policy import Workdays
from rules.workdays import add_months, add_working_days

REPORT_WITHIN = timedelta(hours=24)
FORM_WORKING_DAYS = 2
"""The tax office looks at the information form within one to two working days (R-45)."""


class Branch(StrEnum):
    """How the old invoice goes out of the world."""

    VOID = "void"
    RED_LETTER = "red_letter"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of the invoice. ``noticed_at``: aware, China Standard Time; ``certified``: for deduction (R-49)."""

    kind: InvoiceKind
    issue_date: date
    noticed_at: datetime
    certified: bool = False
    lost: bool = False

    @property
    def branch(self) -> Branch:
        """A paper invoice of this month is voided, unless it is certified; every other one is reversed (R-41)."""
        if self.lost and self.kind in SPECIAL_KINDS:
            return Branch.LOST
        same_month = (self.noticed_at.year, self.noticed_at.month) == (self.issue_date.year, self.issue_date.month)
        return Branch.VOID if self.kind in PAPER_KINDS and same_month and not self.certified else Branch.RED_LETTER


@dataclass(frozen=True, slots=True)
class Step:
    """A step: who takes it, the last day in time (None until what it hangs on is done), the papers it asks for."""

    code: str
    who: Resolver
    words: Text
    clause: str
    due_on: date | None = None
    papers: tuple[str, ...] = ()
    done_on: date | None = None


def plan(case: Case, done: Mapping[str, date], moved: Workdays) -> tuple[Step, ...]:
    """The steps in order, with the dates that follow from what is done; ``done`` holds days by the step's code."""
    return tuple(
        Step(step.code, step.who, step.words, step.clause, step.due_on, step.papers, done.get(step.code))
        for step in _steps(case, done, moved)
    )


def next_step(steps: tuple[Step, ...]) -> Step | None:
    """The first step that is not done."""
    return next((step for step in steps if step.done_on is None), None)


def month_end(day: date) -> date:
    """The last day of the month.

    >>> month_end(date(2026, 2, 3))
    datetime.date(2026, 2, 28)
    """
    return add_months(day.replace(day=1), 1) - timedelta(days=1)


def _steps(case: Case, done: Mapping[str, date], moved: Workdays) -> Iterator[Step]:
    void_by = month_end(case.issue_date) if case.branch is Branch.VOID else None
    told_by = (case.noticed_at + REPORT_WITHIN).date()
    yield Step("ask", Resolver.EMPLOYEE, ASK, "B-6.3", min(told_by, void_by) if void_by else told_by)
    if case.branch is Branch.LOST:
        yield Step("proof", Resolver.SUPPLIER, PROOF, "B-10.4", None, ("tax_filed_proof",))
    elif case.kind in PAPER_KINDS:
        yield Step("post_back", Resolver.EMPLOYEE, POST_BACK, "B-10.2", void_by, ("mail_slip",))
    if case.branch is Branch.VOID:
        yield Step("void", Resolver.SUPPLIER, VOID, "B-6.3 B-10.3", void_by)
    elif case.branch is Branch.RED_LETTER:
        yield from _red_letter(case, done, moved)
    yield Step("reissue", Resolver.SUPPLIER, REISSUE, "B-10.4", _reissue_by(case, done))


def _red_letter(case: Case, done: Mapping[str, date], moved: Workdays) -> Iterator[Step]:
    if case.kind in SPECIAL_KINDS:
        who, words = (Resolver.FINANCE, FORM_BY_BUYER) if case.certified else (Resolver.SUPPLIER, FORM_BY_SELLER)
        yield Step("form", who, words, "B-10.2 B-10.4", None, ("red_letter_form",))
        asked = done.get("form")
        passed_by = add_working_days(asked, FORM_WORKING_DAYS, moved) if asked else None
        yield Step("form_passed", Resolver.FINANCE, FORM_PASSED, "B-10.2 B-10.3", passed_by)
    yield Step("red_letter", Resolver.SUPPLIER, RED_LETTER, "B-10.3", None)


def _reissue_by(case: Case, done: Mapping[str, date]) -> date | None:
    """The end of the month in which the way was free: form passed and papers back, or void (R-46)."""
    if case.branch is Branch.VOID:
        return month_end(case.issue_date)
    freed = [done[code] for code in ("post_back", "form_passed", "proof", "red_letter") if code in done]
    needed = "proof" if case.branch is Branch.LOST else "form_passed" if case.kind in SPECIAL_KINDS else "red_letter"
    return month_end(max(freed)) if needed in done else None


ASK = Text(
    "告知销售方并发去退票说明和开票信息（发现后 24 小时内）",
    "Tell the seller and send the request with our invoice title, within 24 hours of noticing",
)
POST_BACK = Text("寄回全部联次原件，留快递单号", "Post back every copy and keep the slip's number")
VOID = Text("销售方当月作废原票", "The seller voids it within the month")
FORM_BY_SELLER = Text("销售方填开红字信息表（确认单）", "The seller files the red-letter form")
FORM_BY_BUYER = Text(
    "已认证抵扣：由我方财务填开红字信息表（确认单）",
    "It was certified for deduction: our finance files the red-letter form",
)
FORM_PASSED = Text("税务审核通过信息表（1–2 个工作日）", "The tax office passes the form, in one to two working days")
RED_LETTER = Text("销售方开出红字发票", "The seller issues the red-letter invoice")
PROOF = Text(
    "取得《丢失增值税专用发票已报税证明单》", "Get the proof that the lost special invoice was reported for tax"
)
REISSUE = Text("销售方重开，收到后上传并关联新票", "The seller reissues; upload the new invoice and link it")
