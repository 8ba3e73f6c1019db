"""Providers that bill by period: each invoice ties to its bill, and comes after the bill was settled."""

from collections.abc import Iterator, Sequence

from reimburse.domain.finding import Severity
from rules.claim_parts import Bill
from rules.facts import Facts, InvoiceFacts
from rules.parties import same_party
from rules.remedies import do, explain
from rules.rule import NOTHING, Hit, Lacks, Rule, of_invoice, rule, where

NAMED = 3
"""So many bill numbers are named in a finding."""


def billed(facts: Facts) -> list[tuple[InvoiceFacts, list[Bill]]]:
    """The invoices of sellers that bill by period, each with its seller's bills."""
    return facts.once("billed", _billed)


def _billed(facts: Facts) -> list[tuple[InvoiceFacts, list[Bill]]]:
    found = (
        (invoice, [bill for bill in facts.bills or () if same_party(bill.party, invoice.invoice.seller.name)])
        for invoice in facts.invoices
    )
    return [(invoice, bills) for invoice, bills in found if bills and not invoice.invoice.red_letter]


has_bills = where(
    billed,
    "销售方没有登记按期账单 / no bill by period of its seller is on record",
)


def tied_to(invoice: InvoiceFacts, bills: Sequence[Bill]) -> list[Bill]:
    """The bills that a person tied this invoice to."""
    number = invoice.invoice.number
    return [bill for bill in bills if any(one.id == invoice.id or one.number == number for one in bill.invoices)]


@rule(
    "R-68",
    Severity.WARN,
    "发票与账单一一对应",
    "Ties to its bill",
    clause="A-3",
    applies=has_bills,
)
def invoice_ties_to_one_bill(facts: Facts) -> Iterator[Hit | Lacks]:
    """An invoice of a provider that bills by period is tied to one bill, unless its line names an order.

    按期出账的销售方，每张发票对应一张账单，除非明细写了订单。
    """
    for invoice, bills in billed(facts):
        tied = tied_to(invoice, bills)
        if len(tied) == 1 or (not tied and any(line.order_no for line in facts.lines_of(invoice))):
            continue
        remedies = (do("tie", "bill", "在账单页把发票对应到一张账单", "Tie it to one bill on the page of bills"),)
        if tied:
            names = "、".join(bill.bill_no for bill in tied[:NAMED])
            zh, en = f"一张发票对应了 {len(tied)} 张账单：{names}。", f"One invoice for {len(tied)} bills: {names}."
            yield Hit(of_invoice(invoice), zh, en, "一张账单 / one bill", names, remedies)
        else:
            waiting = "、".join([bill.bill_no for bill in bills if not bill.invoices][:NAMED])
            zh = f"“{bills[0].party}”按期出账，发票没有对应的账单。"
            en = f'"{bills[0].party}" bills by period, and the invoice is tied to no bill.'
            yield Hit(of_invoice(invoice), zh, en, waiting or "一张账单 / one bill", NOTHING, remedies)


@rule(
    "R-80",
    Severity.INFO,
    "后付费须账期结束后开票",
    "Postpaid bills are invoiced after settlement",
    clause="A-3",
    applies=has_bills,
)
def invoice_comes_after_settlement(facts: Facts) -> Iterator[Hit | Lacks]:
    """A postpaid invoice is issued once the period is over and the provider has taken its money.

    后付费账单在结算后才开具发票。
    """
    for invoice, bills in billed(facts):
        issued = invoice.invoice.issue_date
        for bill in tied_to(invoice, bills):
            due = bill.settled_on or bill.period_end
            if issued and due and issued < due:
                what = ("扣款", "settled") if bill.settled_on else ("账期结束", "over")
                zh = f"账单 {bill.bill_no} 于 {due} {what[0]}，发票 {issued} 已开。"
                en = f"Bill {bill.bill_no} was {what[1]} on {due}, the invoice issued on {issued}."
                yield Hit(of_invoice(invoice), zh, en, f"from {due}", f"{issued}", (explain(),))


RULES: tuple[Rule, ...] = (invoice_ties_to_one_bill, invoice_comes_after_settlement)
