"""What the templates of a claim are given: the claim judged, findings at their places, remedies as actions."""

from dataclasses import dataclass

from reimburse.domain.event_words import EVENTS
from reimburse.domain.expense import PAID_BY
from reimburse.domain.finding import CheckAnswer, Finding, Remedy, Severity, Text
from reimburse.domain.invoice_json import plain_number
from reimburse.domain.workflow import EDITABLE, ClaimState
from reimburse.services.claims import checking, claim_mail, evidence
from reimburse.services.claims.checking import to_fix
from reimburse.services.claims.evidence import CheckList
from reimburse.services.claims.to_do import ToDo, to_do
from reimburse.services.policy import policies
from reimburse.store.claims import ClaimRow, ExpenseLineRow
from reimburse.store.invoices import InvoiceRow
from reimburse.web.claim_forms import ADJUSTMENTS
from rules.evidence import Need
from rules.policy import Policy
from rules.vocabulary import ATTACHMENTS

OF_INVOICE = frozenset({"edit_invoice", "verify", "decide"})
FIELDS_BY_CATEGORY = {
    "taxi": ("from", "to", "reason"),
    "travel_transport": ("from", "to"),
    "travel_lodging": ("city", "started_on", "ended_on"),
    "travel_meal": ("city",),
    "entertainment": ("guests", "guest_count", "reason", "attendees", "request_no"),
    "meeting": ("started_on", "ended_on"),
    "training": ("started_on", "ended_on"),
}
MORE_FIELDS = ("quantity", "started_on", "ended_on", "city", "reason", "order_no", "paid_by", "adjustment", "basis")
FIELD_WORDS = {
    "from": Text("起点", "From"),
    "to": Text("终点", "To"),
    "reason": Text("事由", "Reason"),
    "guests": Text("招待对象", "Guests"),
    "guest_count": Text("人数", "Number of people"),
    "attendees": Text("参与人员", "Attendees"),
    "request_no": Text("事前申请单号", "Request no."),
    "quantity": Text("数量", "Quantity"),
    "started_on": Text("开始日期", "Starts on"),
    "ended_on": Text("结束日期", "Ends on"),
    "city": Text("城市", "City"),
    "order_no": Text("订单/合同号", "Order no."),
    "paid_by": Text("付款方式", "Paid by"),
    "adjustment": Text("调整项", "Adjustment"),
    "basis": Text("计算依据", "Basis"),
}


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim with what the rules say of it now."""

    claim: ClaimRow
    answer: CheckAnswer
    policy: Policy
    needs: tuple[Need, ...] = ()

    @property
    def editable(self) -> bool:
        """Whether its claimant may change it."""
        return ClaimState(self.claim.state) in EDITABLE

    @property
    def to_fix(self) -> int:
        """How many findings keep it from the approver."""
        return to_fix(self.answer)

    def line_findings(self, line: ExpenseLineRow) -> list[Finding]:
        """The findings shown at a line: its own, and those of invoices that it is the first to rest on."""
        return [finding for finding in self.answer.findings if self._line_of.get(_place(finding)) == line.id]

    def first_line_of(self, invoice: InvoiceRow) -> int | None:
        """The id of the first line that rests on this invoice."""
        return self._line_of.get(("invoice", str(invoice.id)))

    @property
    def claim_findings(self) -> list[Finding]:
        """The findings shown at the head: those that belong to no line."""
        return [finding for finding in self.answer.findings if _place(finding) not in self._line_of]

    @property
    def _line_of(self) -> dict[tuple[str, str], int]:
        places: dict[tuple[str, str], int] = {}
        for line in self.claim.lines:
            places[("line", str(line.id))] = line.id
            for invoice in line.invoices:
                places.setdefault(("invoice", str(invoice.id)), line.id)
        for attachment in self.claim.attachments:
            if attachment.line_id is not None:
                places[("attachment", str(attachment.id))] = attachment.line_id
        return places

    def line_list(self, line: ExpenseLineRow) -> CheckList:
        """The line's check list of attachments."""
        return evidence.line_list(self.claim, line, self.needs)

    @property
    def to_do(self) -> tuple[ToDo, ...]:
        """The smallest set of changes that makes the claim pass."""
        return to_do(self.claim, self.answer.findings)

    @property
    def claim_list(self) -> CheckList:
        """The check list of the claim as a whole."""
        return evidence.claim_list(self.claim, self.needs)

    @property
    def total_list(self) -> CheckList:
        """Everything asked for, for the meter."""
        return evidence.total_list(self.claim, self.needs)

    @property
    def untied(self) -> list[InvoiceRow]:
        """Invoices of the claim that no line rests on."""
        tied = {invoice.id for line in self.claim.lines for invoice in line.invoices}
        return [invoice for invoice in self.claim.invoices if invoice.id not in tied]

    @property
    def invoices_fen(self) -> int:
        """The totals of all invoices of the claim, in fen."""
        return sum(invoice.total_fen or 0 for invoice in self.claim.invoices)


@dataclass(frozen=True, slots=True)
class Action:
    """A remedy as something to press: ``how`` is link, attach, remove, copy or note."""

    how: str
    words: Text
    href: str = ""
    kind: str = ""
    line_id: str = ""
    invoice_id: str = ""


def judged(claim: ClaimRow, answer: CheckAnswer, needs: tuple[Need, ...] = ()) -> Judged:
    """The claim and its answer, with the policy that it was or would be judged by."""
    return Judged(claim, answer, policies.of_claim(claim) if claim.round else policies.in_force(), needs)


def judged_now(claim: ClaimRow) -> Judged:
    """The claim as the rules see it at this moment."""
    assessment = checking.assess(claim)
    return Judged(claim, assessment.answer, policies.in_force(), assessment.needs)


def action_of(claim: ClaimRow, finding: Finding, remedy: Remedy) -> Action:
    """What pressing a remedy does in the editor."""
    subject, words = finding.subject, Text(remedy.zh, remedy.en)
    line_id = subject.id if subject.kind == "line" else ""
    invoice_id = subject.id if subject.kind == "invoice" else ""
    href = claim_mail.fix_link(claim, finding, remedy)
    if remedy.action in claim_mail.ATTACHING and remedy.what in ATTACHMENTS:
        return Action("attach", words, href, remedy.what, line_id, invoice_id)
    if remedy.action in claim_mail.OF_LINE and (line_id or invoice_id):
        return Action("link", words, href)
    if remedy.action == "remove" and invoice_id:
        return Action("remove", words, invoice_id=invoice_id)
    if remedy.action in OF_INVOICE and invoice_id:
        return Action("link", words, f"/invoices/{invoice_id}#{remedy.what}")
    return Action("copy" if remedy.action == "reissue" else "note", words, invoice_id=invoice_id)


def severities(answer: CheckAnswer) -> dict[Severity, int]:
    """How many findings there are of each severity, gravest first."""
    return {
        severity: number
        for severity in Severity
        if (number := sum(finding.severity is severity for finding in answer.findings))
    }


def words_for_forms() -> dict[str, object]:
    """Names for the editor's selects and fields."""
    return {
        "categories": policies.in_force().categories,
        "attachment_kinds": ATTACHMENTS,
        "paid_by_words": PAID_BY,
        "adjustments": ADJUSTMENTS,
        "fields_by_category": FIELDS_BY_CATEGORY,
        "more_fields": MORE_FIELDS,
        "field_words": FIELD_WORDS,
        "event_words": EVENTS,
        "plain": lambda quantity: plain_number(quantity.normalize()),
        "action_of": action_of,
        "severities": severities,
    }


def _place(finding: Finding) -> tuple[str, str]:
    return finding.subject.kind, finding.subject.id
