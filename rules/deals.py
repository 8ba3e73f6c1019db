"""Is there a real deal behind the invoice: order, goods, payment, and a second pair of eyes."""

from collections.abc import Iterator

from reimburse.domain.finding import Resolver, Severity
from reimburse.domain.money import ZERO, money_text
from rules.amounts import has_invoice
from rules.attached import attached_to_invoice
from rules.dates import undated
from rules.facts import Facts, InvoiceFacts
from rules.parties import paid_elsewhere, paid_to_seller, same_party
from rules.remedies import approve, attach, do, explain
from rules.rule import NOTHING, Hit, Lacks, Rule, of_invoice, rule

DEAL_PAPERS = frozenset(
    {"contract", "order", "acceptance_report", "stock_in_receipt", "payment_proof", "deliverable_confirmation"}
)


@rule(
    "R-29",
    Severity.WARN,
    "三流一致：发票、资金、货物",
    "Three flows agree: invoice, payment, goods",
    clause="B-3.3 B-11.4",
    resolver=Resolver.FINANCE,
    needs=("payments", "goods_receipts"),
    applies=has_invoice,
    uses=("three_flows_approval_over",),
    any_remedy=True,
)
def three_flows_agree(facts: Facts) -> Iterator[Hit | Lacks]:
    """Who was paid and who delivered is the seller; over the limit a difference needs approval.

    收款方、交货方都是销售方；超过金额线的不一致须特批。
    """
    for invoice in facts.invoices:
        seller = invoice.invoice.seller.name
        other = paid_elsewhere(facts, invoice) or _delivered_by(facts, invoice)
        if other and seller:
            total = invoice.invoice.total_incl_tax or ZERO
            grave = abs(total) > facts.parameters.three_flows_approval_over
            if grave and _looked_at(facts):
                continue
            zh = f"销售方“{seller}”与收款方或交货方“{other}”不一致。"
            en = f'The seller "{seller}" is not the payee or deliverer "{other}".'
            remedies = (*((approve("finance_reviewer"),) if grave else ()), attach("contract"), explain())
            yield Hit(of_invoice(invoice), zh, en, seller, other, remedies, Severity.APPROVAL if grave else None)


def _looked_at(facts: Facts) -> bool:
    return any(item.role in {"finance_reviewer", "finance_head"} for item in facts.approvals or ())


def _delivered_by(facts: Facts, invoice: InvoiceFacts) -> str | None:
    """The party of a goods receipt for an order of this invoice, if it is not the seller."""
    if not facts.goods_receipts:
        return None
    orders = {line.order_no for line in facts.lines_of(invoice) if line.order_no}
    for receipt in facts.goods_receipts:
        if receipt.order_no in orders and receipt.party and not same_party(receipt.party, invoice.invoice.seller.name):
            return receipt.party
    return None


@rule(
    "R-66",
    Severity.WARN,
    "大额或跨月发票须人工再次核对",
    "Large or earlier-month invoices get a second look",
    clause="B-6.2",
    resolver=Resolver.FINANCE,
    applies=has_invoice,
    uses=("second_look_over",),
)
def second_look_is_taken(facts: Facts) -> Iterator[Hit | Lacks]:
    """An invoice over the limit needs the finance reviewer; one of an earlier month warns, of another year R-73.

    超过复核线的发票须财务复核；往月发票提示，往年见 R-73。
    """
    if any(item.role == "finance_reviewer" for item in facts.approvals or ()):
        return
    month = facts.claim.submitted_on.replace(day=1)
    yield from undated(facts)
    for invoice in facts.invoices:
        total, issued = invoice.invoice.total_incl_tax, invoice.invoice.issue_date
        limit = facts.parameters.second_look_over
        if total is not None and abs(total) > limit:
            if facts.approvals is None:
                yield Lacks("approvals")
            zh = f"发票 {money_text(total)} 超过 {limit}，须财务复核。"
            en = f"The invoice of {money_text(total)} is over {limit}: finance looks again."
            remedies = (approve("finance_reviewer"),)
            yield Hit(of_invoice(invoice), zh, en, f"≤ {limit}", money_text(total), remedies, Severity.APPROVAL)
        elif issued and issued < month and issued.year == month.year:
            zh, en = (
                f"跨月发票（{issued:%Y-%m}），请再次核对。",
                f"An invoice of an earlier month ({issued:%Y-%m}): look again.",
            )
            remedies = (do("check", "invoice", "审批人再次核对票面", "The approver looks at it again"),)
            yield Hit(of_invoice(invoice), zh, en, f"{month:%Y-%m}", f"{issued:%Y-%m}", remedies)


@rule(
    "R-112",
    Severity.WARN,
    "大额发票须有实际业务支撑",
    "A large invoice has a deal behind it",
    clause="B-11.4",
    resolver=Resolver.FINANCE,
    applies=has_invoice,
    uses=("unsupported_over", "unsupported_approval_over"),
    any_remedy=True,
)
def large_invoice_has_a_deal(facts: Facts) -> Iterator[Hit | Lacks]:
    """A large invoice has a contract, an order, goods or a payment beside it; R-58 asks for it line by line first.

    大额发票有合同、订单、收货或付款佐证；单条大额先由 R-58 要求。
    """
    limits = facts.parameters
    for invoice in facts.invoices:
        total = abs(invoice.invoice.total_incl_tax or ZERO)
        if total <= limits.unsupported_over or _has_deal(facts, invoice) or _asked_by_line(facts, invoice):
            continue
        if facts.attachments is None:
            yield Lacks("attachments")
            continue
        grave = total > limits.unsupported_approval_over
        zh = f"发票 {money_text(total)} 没有合同、订单、收货或付款佐证。"
        en = f"The invoice of {money_text(total)} has no contract, order, goods receipt or payment beside it."
        remedies = (attach("contract"), attach("payment_proof"))
        severity = Severity.APPROVAL if grave else None
        yield Hit(
            of_invoice(invoice),
            zh,
            en,
            "合同、订单或付款凭证 / contract, order or payment",
            NOTHING,
            remedies,
            severity,
        )


def _has_deal(facts: Facts, invoice: InvoiceFacts) -> bool:
    papers = attached_to_invoice(facts, invoice) & DEAL_PAPERS
    orders = {line.order_no for line in facts.lines_of(invoice) if line.order_no}
    on_record = {order.order_no for order in facts.orders or ()} | {
        item.order_no for item in facts.goods_receipts or ()
    }
    return bool(papers or orders & on_record or paid_to_seller(facts, invoice))


def _asked_by_line(facts: Facts, invoice: InvoiceFacts) -> bool:
    lines = facts.lines_of(invoice)
    return any((line.yuan or line.amount) > facts.parameters_of(line).large_spend_over for line in lines)


@rule(
    "X-13",
    Severity.WARN,
    "须有付款凭证且付给销售方",
    "Paid, and paid to the seller",
    clause="X-13",
    needs=("payments",),
    applies=has_invoice,
    uses=("payment_evidence_over",),
    yields_to=("R-29",),
)
def seller_was_paid(facts: Facts) -> Iterator[Hit | Lacks]:
    """An invoice over the limit has a payment to its seller, or a proof of payment attached.

    超过金额线的发票有付给销售方的付款，或附付款凭证。
    """
    for invoice in facts.invoices:
        total, seller = invoice.invoice.total_incl_tax or ZERO, invoice.invoice.seller.name
        if total <= facts.parameters.payment_evidence_over or paid_to_seller(facts, invoice):
            continue
        other = paid_elsewhere(facts, invoice)
        if other is None and "payment_proof" in attached_to_invoice(facts, invoice):
            continue
        zh = (
            f"{money_text(total)} 付给了“{other}”，不是销售方“{seller}”。" if other else f"没有向“{seller}”付款的凭证。"
        )
        en = f'{money_text(total)} was paid to "{other}", not to "{seller}".' if other else f'No payment to "{seller}".'
        yield Hit(of_invoice(invoice), zh, en, seller or NOTHING, other or NOTHING, (attach("payment_proof"),))


RULES: tuple[Rule, ...] = (
    three_flows_agree,
    second_look_is_taken,
    large_invoice_has_a_deal,
    seller_was_paid,
)
