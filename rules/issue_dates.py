"""Chapter 4d: the date of issue against the dates of the deed."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from reimburse.domain.finding import Severity
from rules.amounts import has_invoice
from rules.attached import attached_to_invoice
from rules.evidence import TICKETS
from rules.facts import Facts, InvoiceFacts, LineFacts
from rules.remedies import complete, edit_line, explain, reissue
from rules.rule import Hit, Lacks, Rule, of_invoice, of_line, rule
from rules.workdays import add_days, add_months

Dated = tuple[LineFacts, InvoiceFacts, date, date]


class Dates(NamedTuple):
    """Every line with each of its invoices whose dates are known, and what is missing of the others."""

    known: tuple[Dated, ...]
    missing: tuple[tuple[LineFacts, str], ...]


@rule(
    "R-53",
    Severity.WARN,
    "消费后应及时申请开票",
    "Invoices are asked for soon after the purchase",
    clause="A-3 A-5",
    applies=has_invoice,
    uses=("invoicing_within_months",),
    yields_to=("R-71",),
)
def invoice_was_asked_for_in_time(facts: Facts) -> Iterator[Hit | Lacks]:
    """The invoice was issued within the usual window after the deed.

    业务完成后在常用时限内取得发票。
    """
    yield from lacking(facts)
    for line, invoice, day, issued in late(facts):
        last_day = add_months(day, facts.parameters_of(line).invoicing_within_months)
        if issued > last_day:
            zh = f"业务在 {day}，发票到 {issued} 才开具，超过开票时效。"
            en = f"The deed was on {day}, the invoice only on {issued}."
            yield Hit(of_invoice(invoice), zh, en, f"by {last_day}", f"{issued}", (explain(),))


def dates(facts: Facts) -> Dates:
    """The dates of deeds and of their invoices."""
    return facts.once("dates", _dates)


def late(facts: Facts) -> list[Dated]:
    """Those whose invoice was issued after the deed."""
    return facts.once("late", lambda facts: [item for item in dates(facts).known if item[3] > item[2]])


def early(facts: Facts) -> list[Dated]:
    """Those whose invoice was issued before the deed."""
    return facts.once("early", lambda facts: [item for item in dates(facts).known if item[3] < item[2]])


def lacking(facts: Facts, *, periodic: bool | None = None) -> Iterator[Lacks]:
    """Which date is missing, of the lines of periodic categories, of the others, or of all."""
    for line, what in dates(facts).missing:
        if periodic is None or is_periodic(facts, line) is periodic:
            yield Lacks(what)


def _dates(facts: Facts) -> Dates:
    known: list[Dated] = []
    missing: list[tuple[LineFacts, str]] = []
    for line in facts.lines:
        if line.adjustment or not line.invoice_ids:
            continue
        day = line.ended_on or line.occurred_on
        if day is None:
            missing.append((line, "lines.occurred_on"))
        for invoice in facts.invoices_of(line):
            issued = invoice.invoice.issue_date
            if issued is None:
                missing.append((line, "invoices.issue_date"))
            elif day is not None:
                known.append((line, invoice, day, issued))
    return Dates(tuple(known), tuple(missing))


@rule(
    "R-71",
    Severity.RETURN,
    "开具日期与业务时间逻辑一致",
    "The issue date fits the business dates",
    clause="B-9.3 B-11.3",
    applies=has_invoice,
    uses=("issued_within_days",),
    any_remedy=True,
)
def issue_date_fits_business(facts: Facts) -> Iterator[Hit | Lacks]:
    """The deed does not end before it starts, and its invoice comes within the policy's days after it.

    活动不早于开始日期结束，发票在政策规定的天数内开具。
    """
    yield from lacking(facts)
    for line in facts.lines:
        if line.started_on and line.ended_on and line.started_on > line.ended_on:
            zh = f"结束日期 {line.ended_on} 早于开始日期 {line.started_on}。"
            en = f"It ends on {line.ended_on}, before it starts on {line.started_on}."
            remedies = (edit_line("ended_on"), edit_line("started_on"))
            yield Hit(of_line(line), zh, en, f"on or after {line.started_on}", f"{line.ended_on}", remedies)
    for line, invoice, day, issued in late(facts):
        last_day = add_days(day, facts.parameters_of(line).issued_within_days)
        if issued > last_day and facts.attachments is None:
            yield Lacks("attachments")
        elif issued > last_day and "special_explanation" not in attached_to_invoice(facts, invoice):
            zh = f"业务在 {day}，发票 {issued} 开具，相隔 {(issued - day).days} 天。"
            en = f"The deed was on {day}, the invoice is of {issued}: {(issued - day).days} days later."
            yield Hit(of_invoice(invoice), zh, en, f"by {last_day}", f"{issued}", (explain(), reissue("issue_date")))


@rule(
    "R-76",
    Severity.RETURN,
    "全部业务须在开票前完成",
    "All deeds are done before the invoice",
    clause="B-9.3",
    applies=has_invoice,
    any_remedy=True,
)
def deeds_are_done_before_issue(facts: Facts) -> Iterator[Hit | Lacks]:
    """No deed on an invoice is later than its issue date; periodic categories are R-77's.

    发票上的业务都不晚于开票日；周期性费用见 R-77。
    """
    yield from _issued_early(facts, periodic=False)


@rule(
    "R-77",
    Severity.RETURN,
    "会议差旅等活动结束前不得开票",
    "No invoice before the event's end",
    clause="B-9.3",
    applies=has_invoice,
    any_remedy=True,
)
def event_is_over_before_issue(facts: Facts) -> Iterator[Hit | Lacks]:
    """For travel, meetings and training the invoice is not older than the end of the event.

    差旅、会议、培训的发票不早于活动结束日。
    """
    yield from _issued_early(facts, periodic=True)


def _issued_early(facts: Facts, *, periodic: bool) -> Iterator[Hit | Lacks]:
    yield from lacking(facts, periodic=periodic)
    last: dict[str, tuple[InvoiceFacts, date, date]] = {}
    for line, invoice, day, issued in early(facts):
        if is_periodic(facts, line) is not periodic or _is_sold_ahead(facts, line, invoice):
            continue
        if invoice.id not in last or last[invoice.id][1] < day:
            last[invoice.id] = (invoice, day, issued)
    what = ("活动结束", "the event ended") if periodic else ("业务完成", "the last deed was done")
    for invoice, day, issued in last.values():
        zh = f"发票 {issued} 开具，{what[0]}是 {day}，属提前开票。"
        en = f"The invoice is of {issued}, but {what[1]} on {day}."
        remedies = (reissue("issue_date"), complete("issue_date"))
        yield Hit(of_invoice(invoice), zh, en, f"on or after {day}", f"{issued}", remedies)


def is_periodic(facts: Facts, line: LineFacts) -> bool:
    """Whether the category is one of events that last: travel, meetings, training."""
    category = facts.category(line)
    return bool(category and category.periodic)


def _is_sold_ahead(facts: Facts, line: LineFacts, invoice: InvoiceFacts) -> bool:
    """A ticket, or a period paid in advance in a category that is billed ahead."""
    if invoice.invoice.kind in TICKETS:
        return True
    category = facts.category(line)
    return bool(category and category.billed_ahead and line.started_on and line.ended_on)


@rule(
    "R-78",
    Severity.WARN,
    "活动结束后应及时取票",
    "The invoice is fetched soon after the event",
    clause="B-9.3",
    applies=has_invoice,
    uses=("long_after_end_days",),
    yields_to=("R-71", "R-53"),
)
def invoice_follows_the_event_soon(facts: Facts) -> Iterator[Hit | Lacks]:
    """For travel, meetings and training the invoice is not issued many days after the end.

    差旅、会议、培训结束后不久即开具发票。
    """
    yield from lacking(facts, periodic=True)
    for line, invoice, day, issued in late(facts):
        last_day = add_days(day, facts.parameters_of(line).long_after_end_days)
        if is_periodic(facts, line) and issued > last_day:
            zh = f"活动 {day} 结束，发票 {issued} 才开具。"
            en = f"The event ended on {day}, the invoice is only of {issued}."
            yield Hit(of_invoice(invoice), zh, en, f"by {last_day}", f"{issued}", (explain(),))


RULES: tuple[Rule, ...] = (
    invoice_was_asked_for_in_time,
    issue_date_fits_business,
    deeds_are_done_before_issue,
    event_is_over_before_issue,
    invoice_follows_the_event_soon,
)
