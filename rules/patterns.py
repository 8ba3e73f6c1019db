"""Chapter 4f: patterns in the numbers and amounts of invoices: runs, face limits, splits."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from reimburse.domain.finding import Resolver, Severity
from reimburse.domain.money import money_text
from rules.amounts import has_invoice
from rules.authenticity import TAX_CONTROLLED
from rules.claim_parts import Neighbour, RegistryEntry
from rules.facts import Facts, InvoiceFacts
from rules.folding import fold
from rules.parameters import Parameters
from rules.remedies import explain
from rules.reuse import claim_name
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
    """No run of consecutive numbers of one seller, as long as the policy's, stands in this claim and its neighbours.

    同一销售方的连号达到政策张数时提示，本单与其他报销单一并计算。
    """
    limit = facts.parameters.consecutive_run
    for numbered in _numbered(facts).values():
        for run in _runs(sorted(numbered)) if len(numbered) >= limit else ():
            borne = [numbered[number] for number in run]
            own = [item for item in borne if isinstance(item, InvoiceFacts)]
            if len(run) >= limit and own:
                numbers = ", ".join(_called(facts, item) for item in borne)
                zh = f"同一销售方连号 {len(run)} 张：{numbers}。"
                en = f"{len(run)} consecutive numbers of one seller: {numbers}."
                yield Hit(of_invoice(own[0]), zh, en, f"< {limit}", str(len(run)), (explain(),))


Numbered = dict[int, InvoiceFacts | Neighbour]


def _numbered(facts: Facts) -> dict[tuple[str, str], Numbered]:
    """By seller and code, what bears each number; an invoice of this claim goes before one elsewhere."""
    by_seller: dict[tuple[str, str], Numbered] = defaultdict(dict)
    for invoice in facts.invoices:
        number, seller = invoice.invoice.number or "", seller_of(invoice)
        if number.isascii() and number.isdecimal() and seller:
            by_seller[seller, invoice.invoice.code or ""].setdefault(int(number), invoice)
    for seller, near in neighbours(facts):
        if near.number.isascii() and near.number.isdecimal() and (seller, near.code or "") in by_seller:
            by_seller[seller, near.code or ""].setdefault(int(near.number), near)
    return by_seller


def neighbours(facts: Facts) -> Iterator[tuple[str, Neighbour]]:
    """Each seller's identity with its invoices in other claims."""
    for supplier in facts.suppliers or ():
        for near in supplier.neighbours:
            yield fold(supplier.tax_id), near


def _called(facts: Facts, item: InvoiceFacts | Neighbour) -> str:
    if isinstance(item, InvoiceFacts):
        return item.invoice.number or ""
    claim = claim_name(facts, RegistryEntry(item.number, item.claim_no, employee_id=item.employee_id))
    return f"{item.number} ({claim})"


def _runs(numbers: list[int]) -> Iterator[list[int]]:
    run: list[int] = []
    for number in numbers:
        if run and number != run[-1] + 1:
            yield run
            run = []
        run.append(number)
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
    """A tax-controlled invoice does not stand just at a usual face limit, by its net amount or its total.

    税控发票的金额接近单张限额时提示。
    """
    limits = facts.parameters
    for invoice in facts.invoices:
        if invoice.invoice.kind not in TAX_CONTROLLED:
            continue
        stated = [
            item for item in (invoice.invoice.amount_excl_tax, invoice.invoice.total_incl_tax) if item is not None
        ]
        amount = next((item for item in stated if at_face_limit(item, limits) is not None), None)
        if not stated:
            yield Lacks("invoices.total_incl_tax")
        elif amount is not None and (at := at_face_limit(amount, limits)) is not None:
            zh = f"金额 {money_text(amount)} 接近单张限额 {at}。"
            en = f"The amount {money_text(amount)} is at the face limit {at}."
            below = f"< {money_text(at * limits.face_limit_share)}"
            yield Hit(of_invoice(invoice), zh, en, below, money_text(amount), (explain(),))


def at_face_limit(amount: Decimal, limits: Parameters) -> Decimal | None:
    """The usual face limit that an amount stands just at."""
    return next((limit for limit in limits.face_limits if limit * limits.face_limit_share <= amount <= limit), None)


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
    """No two invoices of one seller, days apart, each stand just under a threshold, in this claim or its neighbours.

    同一销售方几天内没有两张都略低于金额线的发票，含其他报销单。
    """
    limits = facts.parameters
    for threshold in (limits.request_over, limits.large_spend_over):
        for spent in _just_under(facts, threshold).values():
            together = _within(sorted(spent, key=lambda item: item.on), limits.split_window_days)
            own = next((item.own for item in together if item.own), None)
            if own:
                amounts = ", ".join(item.called for item in together)
                zh = f"同一销售方 {len(together)} 张发票（{amounts}）都略低于 {threshold}，疑似拆单。"
                en = f"{len(together)} invoices of one seller ({amounts}) stand just under {threshold}."
                yield Hit(of_invoice(own), zh, en, f"一次合计 / one purchase > {threshold}", amounts, (explain(),))


class Spent(NamedTuple):
    """An invoice's day and total, and where it stands: here, or in a claim of this name."""

    on: date
    total: Decimal
    own: InvoiceFacts | None
    claim: str = ""

    @property
    def called(self) -> str:
        """Its total, and where it stands if not here."""
        return f"{money_text(self.total)} ({self.claim})" if self.claim else money_text(self.total)


def _just_under(facts: Facts, threshold: Decimal) -> dict[str, list[Spent]]:
    """By seller, what stands just under a threshold; the request limit concerns entertainment only."""
    least = threshold * (1 - facts.parameters.split_under_share)
    whatever = threshold == facts.parameters.large_spend_over
    by_seller: dict[str, list[Spent]] = defaultdict(list)
    for invoice in facts.invoices:
        on, total = invoice.invoice.issue_date, invoice.invoice.total_incl_tax
        if total is None or on is None or not least <= total <= threshold or not seller_of(invoice):
            continue
        if whatever or any(line.category == SPLIT_CATEGORY for line in facts.lines_of(invoice)):
            by_seller[seller_of(invoice)].append(Spent(on, total, invoice))
    for seller, near in neighbours(facts) if by_seller else ():
        total = near.total_incl_tax
        if near.issue_date and total is not None and seller in by_seller and least <= total <= threshold:
            claim = claim_name(facts, RegistryEntry(near.number, near.claim_no, employee_id=near.employee_id))
            if whatever or near.entertainment:
                by_seller[seller].append(Spent(near.issue_date, total, None, claim))
    return by_seller


def _within(spent: list[Spent], days: int) -> list[Spent]:
    """The first two or more that lie within the window of each other, one of this claim among them."""
    for start, first in enumerate(spent):
        together = [item for item in spent[start:] if (item.on - first.on).days <= days]
        if len(together) > 1 and any(item.own for item in together):
            return together
    return []


RULES: tuple[Rule, ...] = (
    numbers_do_not_run,
    amount_is_below_the_face_limit,
    spending_is_not_split,
)
