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
    """No run of consecutive numbers of one seller, as long as the policy's, stands in this claim and its neighbours."""
    limit = facts.parameters.consecutive_run
    for numbered in _numbered(facts).values():
        for run in _runs(sorted(numbered, key=lambda item: (item.number, item.own is None))):
            own = [item.own for item in run if item.own]
            if len(run) >= limit and own:
                numbers = ", ".join(item.name for item in run)
                zh = f"同一销售方连号 {len(run)} 张：{numbers}。"
                en = f"{len(run)} consecutive numbers of one seller: {numbers}."
                yield Hit(of_invoice(own[0]), zh, en, f"< {limit}", str(len(run)), (explain(),))


class Numbered(NamedTuple):
    """An invoice number, what it is called, and the invoice where it stands in this very claim."""

    number: int
    name: str
    own: InvoiceFacts | None


def _numbered(facts: Facts) -> dict[tuple[str, str], list[Numbered]]:
    by_seller: dict[tuple[str, str], list[Numbered]] = defaultdict(list)
    for invoice in facts.invoices:
        number = invoice.invoice.number or ""
        if number.isascii() and number.isdecimal() and seller_of(invoice):
            key = seller_of(invoice), invoice.invoice.code or ""
            by_seller[key].append(Numbered(int(number), number, invoice))
    for seller, near in neighbours(facts):
        if near.number.isascii() and near.number.isdecimal() and (seller, near.code or "") in by_seller:
            by_seller[seller, near.code or ""].append(Numbered(int(near.number), _elsewhere(facts, near), None))
    return by_seller


def neighbours(facts: Facts) -> Iterator[tuple[str, Neighbour]]:
    """Each seller's identity with its invoices in other claims."""
    for supplier in facts.suppliers or ():
        for near in supplier.neighbours:
            yield fold(supplier.tax_id), near


def _elsewhere(facts: Facts, near: Neighbour) -> str:
    claim = claim_name(facts, RegistryEntry(near.number, near.claim_no, employee_id=near.employee_id))
    return f"{near.number} ({claim})"


def _runs(numbered: list[Numbered]) -> Iterator[list[Numbered]]:
    run: list[Numbered] = []
    for item in numbered:
        if run and item.number == run[-1].number:
            continue
        if run and item.number != run[-1].number + 1:
            yield run
            run = []
        run.append(item)
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
    """A tax-controlled invoice does not stand just at a usual face limit, by its net amount or its total."""
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
    """No two invoices of one seller, days apart, each stand just under a threshold, in this claim or its neighbours."""
    for spent in _spent(facts).values():
        for threshold in (facts.parameters.request_over, facts.parameters.large_spend_over):
            near = [item for item in spent if _just_under(facts, item, threshold)]
            together = _within(sorted(near, key=lambda item: item.on), facts.parameters.split_window_days)
            own = next((item.own for item in together if item.own), None)
            if own:
                amounts = ", ".join(item.name for item in together)
                zh = f"同一销售方 {len(together)} 张发票（{amounts}）都略低于 {threshold}，疑似拆单。"
                en = f"{len(together)} invoices of one seller ({amounts}) stand just under {threshold}."
                yield Hit(of_invoice(own), zh, en, f"一次合计 / one purchase > {threshold}", amounts, (explain(),))


class Spent(NamedTuple):
    """An invoice's day and total, what it is called, whether it was for entertainment; and whether it stands here."""

    on: date
    total: Decimal
    name: str
    entertainment: bool
    own: InvoiceFacts | None


def _spent(facts: Facts) -> dict[str, list[Spent]]:
    by_seller: dict[str, list[Spent]] = defaultdict(list)
    for invoice in facts.invoices:
        on, total = invoice.invoice.issue_date, invoice.invoice.total_incl_tax
        if seller_of(invoice) and on and total is not None:
            entertaining = any(line.category == SPLIT_CATEGORY for line in facts.lines_of(invoice))
            by_seller[seller_of(invoice)].append(Spent(on, total, money_text(total), entertaining, invoice))
    for seller, near in neighbours(facts):
        if near.issue_date and near.total_incl_tax is not None and seller in by_seller:
            claim = claim_name(facts, RegistryEntry(near.number, near.claim_no, employee_id=near.employee_id))
            name = f"{money_text(near.total_incl_tax)} ({claim})"
            by_seller[seller].append(Spent(near.issue_date, near.total_incl_tax, name, near.entertainment, None))
    return by_seller


def _just_under(facts: Facts, spent: Spent, threshold: Decimal) -> bool:
    """Just under: the request limit concerns entertainment only."""
    limits = facts.parameters
    if not threshold * (1 - limits.split_under_share) <= spent.total <= threshold:
        return False
    return threshold == limits.large_spend_over or spent.entertainment


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
