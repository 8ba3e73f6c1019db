"""Chapter 4f: patterns in the numbers and amounts of invoices: runs, face limits, splits."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from reimburse.domain.finding import Resolver, Severity
from reimburse.domain.money import money_text
from rules.amounts import has_invoice
from rules.authenticity import TAX_CONTROLLED
from rules.facts import Facts, InvoiceFacts
from rules.folding import fold
from rules.remedies import explain
from rules.rule import Hit, Lacks, Rule, of_invoice, rule

SPLIT_CATEGORY = "entertainment"


def seller_of(invoice: InvoiceFacts) -> str:
    """The seller's identity: its tax id, else its name."""
    return fold(invoice.invoice.seller.tax_id or invoice.invoice.seller.name or "")


@rule(
    "R-105",
    Severity.WARN,
    "连号异常",
    "Consecutive numbers",
    clause="B-8.3",
    resolver=Resolver.FINANCE,
    applies=has_invoice,
    uses=("consecutive_run",),
)
def numbers_do_not_run(facts: Facts) -> Iterator[Hit | Lacks]:
    """No run of consecutive numbers of one seller, as long as the policy's, stands in a claim."""
    by_seller: dict[tuple[str, str], list[tuple[int, InvoiceFacts]]] = defaultdict(list)
    for invoice in facts.invoices:
        number = invoice.invoice.number or ""
        if number.isascii() and number.isdecimal() and seller_of(invoice):
            by_seller[seller_of(invoice), invoice.invoice.code or ""].append((int(number), invoice))
    for numbered in by_seller.values():
        for run in _runs(sorted(numbered, key=lambda item: item[0])):
            if len(run) >= facts.parameters.consecutive_run:
                numbers = ", ".join(invoice.invoice.number or "" for invoice in run)
                zh, en = (
                    f"同一销售方连号 {len(run)} 张：{numbers}。",
                    f"{len(run)} consecutive numbers of one seller: {numbers}.",
                )
                yield Hit(
                    of_invoice(run[0]), zh, en, f"< {facts.parameters.consecutive_run}", str(len(run)), (explain(),)
                )


def _runs(numbered: list[tuple[int, InvoiceFacts]]) -> Iterator[list[InvoiceFacts]]:
    run: list[InvoiceFacts] = []
    last = None
    for number, invoice in numbered:
        if last is not None and number == last:
            continue
        if last is not None and number != last + 1:
            yield run
            run = []
        run.append(invoice)
        last = number
    yield run


@rule(
    "R-106",
    Severity.WARN,
    "顶额开票",
    "At the face limit",
    clause="B-8.3",
    resolver=Resolver.FINANCE,
    applies=has_invoice,
    uses=("face_limits", "face_limit_share"),
)
def amount_is_below_the_face_limit(facts: Facts) -> Iterator[Hit | Lacks]:
    """A tax-controlled invoice does not stand just at a usual face limit, tax excluded."""
    limits = facts.parameters
    for invoice in facts.invoices:
        net = invoice.invoice.amount_excl_tax
        if net is None or invoice.invoice.kind not in TAX_CONTROLLED:
            continue
        at = [limit for limit in limits.face_limits if limit * limits.face_limit_share <= net <= limit]
        if at:
            zh = f"不含税金额 {money_text(net)} 接近单张限额 {at[0]}。"
            en = f"The net amount {money_text(net)} is at the face limit {at[0]}."
            yield Hit(
                of_invoice(invoice),
                zh,
                en,
                f"< {money_text(at[0] * limits.face_limit_share)}",
                money_text(net),
                (explain(),),
            )


@rule(
    "X-07",
    Severity.WARN,
    "疑似拆单",
    "Split just under a threshold",
    clause="X-07",
    applies=has_invoice,
    uses=("split_window_days", "split_under_share", "large_spend_over", "request_over"),
)
def spending_is_not_split(facts: Facts) -> Iterator[Hit | Lacks]:
    """No two invoices of one seller, days apart, each stand just under a threshold."""
    by_seller: dict[str, list[InvoiceFacts]] = defaultdict(list)
    for invoice in facts.invoices:
        if seller_of(invoice) and invoice.invoice.issue_date:
            by_seller[seller_of(invoice)].append(invoice)
    for invoices in by_seller.values():
        for threshold in (facts.parameters.request_over, facts.parameters.large_spend_over):
            near = [item for item in invoices if _just_under(facts, item, threshold)]
            together = _within(sorted(near, key=_issued), facts.parameters.split_window_days)
            if together:
                amounts = ", ".join(money_text(item.invoice.total_incl_tax or Decimal(0)) for item in together)
                zh = f"同一销售方 {len(together)} 张发票（{amounts}）都略低于 {threshold}，疑似拆单。"
                en = f"{len(together)} invoices of one seller ({amounts}) stand just under {threshold}."
                yield Hit(
                    of_invoice(together[0]), zh, en, f"一次合计 / one purchase > {threshold}", amounts, (explain(),)
                )


def _issued(invoice: InvoiceFacts) -> date:
    return invoice.invoice.issue_date or date.min


def _just_under(facts: Facts, invoice: InvoiceFacts, threshold: Decimal) -> bool:
    """Just under: the request limit concerns entertainment only."""
    total, limits = invoice.invoice.total_incl_tax, facts.parameters
    if total is None or not threshold * (1 - limits.split_under_share) <= total <= threshold:
        return False
    categories = {line.category for line in facts.lines_of(invoice)}
    return threshold == limits.large_spend_over or SPLIT_CATEGORY in categories


def _within(invoices: list[InvoiceFacts], days: int) -> list[InvoiceFacts]:
    """The first two or more that lie within the window of each other."""
    for start, first in enumerate(invoices):
        together = [item for item in invoices[start:] if (_issued(item) - _issued(first)).days <= days]
        if len(together) > 1:
            return together
    return []


RULES: tuple[Rule, ...] = (
    numbers_do_not_run,
    amount_is_below_the_face_limit,
    spending_is_not_split,
)
