"""Chapters 4b and 4c: the arithmetic that an invoice prints."""

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from reimburse.domain.amount_words import NotAnAmount, from_words, to_words
from reimburse.domain.finding import Resolver, Severity
from reimburse.domain.invoice import Invoice, InvoiceKind, InvoiceLine
from reimburse.domain.money import ZERO, cents, money_text
from rules.amounts import has_invoice
from rules.facts import Facts, InvoiceFacts
from rules.remedies import complete, reissue
from rules.rule import Hit, Lacks, Rule, of_invoice, rule

WITHOUT_TAX_BLOCK = frozenset({InvoiceKind.TAXI, InvoiceKind.FIXED_AMOUNT, InvoiceKind.FISCAL, InvoiceKind.OTHER})
WITHOUT_NET = WITHOUT_TAX_BLOCK | {InvoiceKind.AIR_ITINERARY, InvoiceKind.RAIL_TICKET, InvoiceKind.GENERAL_ROLL}
PRINTS_WORDS = frozenset(InvoiceKind) - WITHOUT_TAX_BLOCK - {InvoiceKind.RAIL_TICKET, InvoiceKind.AIR_ITINERARY}
MARGIN = "差额征税"


@rule(
    "R-33",
    Severity.RETURN,
    "税额等于不含税金额乘税率",
    "Tax equals net times rate",
    clause="B-6.2",
    resolver=Resolver.SUPPLIER,
    applies=has_invoice,
    uses=("amount_tolerance",),
    any_remedy=True,
)
def tax_is_net_times_rate(facts: Facts) -> Iterator[Hit | Lacks]:
    """On every line tax = net x rate within the tolerance; exempt lines bear none. Margin-scheme invoices aside.

    每行税额等于金额乘税率，差额在容差内；免税行无税额；差额征税除外。
    """
    tolerance = facts.parameters.amount_tolerance
    for invoice in facts.invoices:
        stated = invoice.invoice
        if stated.kind is InvoiceKind.AIR_ITINERARY or invoice.id in margins(facts):
            continue
        judged = False
        for place, line in enumerate(stated.lines, 1):
            tax, due = line.tax_amount, _tax_due(line)
            if tax is None or due is None:
                continue
            judged = True
            if abs(tax - due) > tolerance:
                yield _wrong_tax(invoice, place, line, due)
        if not judged and stated.kind not in WITHOUT_NET:
            yield Lacks("invoices.lines")


def margins(facts: Facts) -> frozenset[str]:
    """The invoices under the margin scheme, by id."""
    return facts.once("margins", lambda facts: frozenset(item.id for item in facts.invoices if is_margin(item.invoice)))


def is_margin(invoice: Invoice) -> bool:
    """Whether the invoice is under the margin scheme (差额征税), whose tax is not net times rate."""
    if invoice.remark and MARGIN in invoice.remark:
        return True
    return any(MARGIN in f"{line.item_name}\n{line.specification}" for line in invoice.lines)


def _tax_due(line: InvoiceLine) -> Decimal | None:
    if line.treatment is not None:
        return ZERO
    if line.tax_rate is None or line.amount_excl_tax is None:
        return None
    return cents(line.amount_excl_tax * line.tax_rate)


def _wrong_tax(invoice: InvoiceFacts, place: int, line: InvoiceLine, due: Decimal) -> Hit:
    rate = "0" if line.tax_rate is None else f"{line.tax_rate * 100:f}".rstrip("0").rstrip(".")
    net, tax = money_text(line.amount_excl_tax or ZERO), money_text(line.tax_amount or ZERO)
    zh = f"第 {place} 行税额 {tax}，按 {net} × {rate or '0'}% 应为 {money_text(due)}。"
    en = f"Line {place} bears {tax} of tax; {net} x {rate or '0'} % is {money_text(due)}."
    return Hit(
        of_invoice(invoice),
        zh,
        en,
        money_text(due),
        tax,
        (complete("tax_amount"), reissue("tax_amount", money_text(due))),
    )


@rule(
    "R-34",
    Severity.RETURN,
    "不含税金额加税额等于价税合计",
    "Net plus tax equals the total",
    clause="B-6.2",
    resolver=Resolver.SUPPLIER,
    applies=has_invoice,
    uses=("amount_tolerance",),
    any_remedy=True,
)
def net_and_tax_make_the_total(facts: Facts) -> Iterator[Hit | Lacks]:
    """Net + tax = total within the tolerance; an air itinerary by the sum of its parts (decision 18).

    不含税金额加税额等于价税合计，差额在容差内；航空行程单按各项之和。
    """
    for invoice in facts.invoices:
        total, parts = invoice.invoice.total_incl_tax, _parts(invoice.invoice)
        if parts is None or total is None:
            if invoice.invoice.kind is InvoiceKind.AIR_ITINERARY:
                yield Lacks("invoices.lines")
            elif invoice.invoice.kind not in WITHOUT_NET:
                yield Lacks("invoices.total_incl_tax" if total is None else "invoices.amount_excl_tax")
        elif abs(parts - total) > facts.parameters.amount_tolerance:
            zh = f"不含税金额加税额为 {money_text(parts)}，价税合计却是 {money_text(total)}。"
            en = f"Net and tax make {money_text(parts)}, the total says {money_text(total)}."
            remedies = (complete("total_incl_tax"), reissue("total_incl_tax", money_text(parts)))
            yield Hit(of_invoice(invoice), zh, en, money_text(parts), money_text(total), remedies)


def _parts(invoice: Invoice) -> Decimal | None:
    """What should make the total; None where the document does not carry the parts."""
    if invoice.kind is InvoiceKind.AIR_ITINERARY:
        nets = [line.amount_excl_tax for line in invoice.lines if line.amount_excl_tax is not None]
        return sum(nets, ZERO) + (invoice.tax_amount or ZERO) if len(nets) > 1 else None
    if invoice.amount_excl_tax is None:
        return None
    if invoice.tax_amount is None:
        untaxed = bool(invoice.lines) and all(line.treatment is not None for line in invoice.lines)
        return invoice.amount_excl_tax if untaxed else None
    return invoice.amount_excl_tax + invoice.tax_amount


@rule(
    "R-69",
    Severity.RETURN,
    "金额大小写须一致",
    "Amount in words equals the figures",
    clause="B-9.2",
    resolver=Resolver.SUPPLIER,
    applies=has_invoice,
    any_remedy=True,
)
def words_equal_figures(facts: Facts) -> Iterator[Hit | Lacks]:
    """The total in words is the total in figures, to the fen.

    大写合计与小写合计分毫不差。
    """
    for invoice in facts.invoices:
        total, words = invoice.invoice.total_incl_tax, invoice.invoice.total_in_words or None
        if words is None or total is None:
            if invoice.invoice.kind in PRINTS_WORDS:
                yield Lacks("invoices.total_in_words" if words is None else "invoices.total_incl_tax")
        elif stated_in_words(words) != total:
            zh = f"大写“{words}”与小写 {money_text(total)} 不一致。"
            en = f'The words "{words}" do not say {money_text(total)}.'
            remedies = (complete("total_in_words"), reissue("total_in_words", to_words(total)))
            yield Hit(of_invoice(invoice), zh, en, to_words(total), words, remedies)


@lru_cache(maxsize=8192)
def stated_in_words(words: str) -> Decimal | None:
    """The amount that the words state; None where they are no amount.

    >>> stated_in_words("壹佰圆整")
    Decimal('100.00')
    """
    try:
        return from_words(words)
    except NotAnAmount:
        return None


RULES: tuple[Rule, ...] = (tax_is_net_times_rate, net_and_tax_make_the_total, words_equal_figures)
