"""Chapter 4b: rates, mixed sales, discounts and the remark."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from reimburse.domain.finding import Resolver, Severity
from reimburse.domain.invoice import InvoiceLine, TaxTreatment
from reimburse.domain.money import ZERO, money_text
from rules.amounts import has_invoice
from rules.facts import Facts, InvoiceFacts
from rules.folding import bare_item, blank, fold
from rules.kinds_and_tax import UNTAXED
from rules.policy import TaxRate
from rules.remedies import do, reissue
from rules.rule import NOTHING, Hit, Lacks, Rule, of_invoice, rule, where

REMARK_CATEGORIES = {
    "construction": ("建筑服务发生地和项目名称", "place and name of the project"),
    "freight": ("起运地、到达地、车种车号、货物", "from, to, vehicle and goods"),
}


@rule(
    "R-30",
    Severity.WARN,
    "兼营免税与应税须分别开票",
    "Exempt and taxable items on separate invoices",
    clause="B-3.3",
    resolver=Resolver.SUPPLIER,
    applies=has_invoice,
)
def exempt_stands_apart(facts: Facts) -> Iterator[Hit | Lacks]:
    """One invoice does not mix exempt and taxed lines.

    同一张发票不混合免税与应税项目。
    """
    for invoice in facts.invoices:
        exempt = [line for line in invoice.invoice.lines if line.treatment in UNTAXED]
        taxed = [line for line in invoice.invoice.lines if line.treatment is None and line.tax_rate] if exempt else []
        if exempt and taxed:
            zh, en = "一张发票同时有免税和应税项目，应分别核算开票。", "The invoice mixes exempt and taxed items."
            rates = ", ".join(sorted({percent(line) for line in taxed}))
            yield Hit(
                of_invoice(invoice), zh, en, "分别开票 / separate invoices", f"免税, {rates}", (reissue("lines"),)
            )


def percent(line: InvoiceLine) -> str:
    """A line's rate as printed, or its treatment."""
    if line.tax_rate is None:
        return line.treatment.value if line.treatment else "?"
    return shown_rate(line.tax_rate)


def shown_rate(rate: Decimal) -> str:
    """A rate in percent.

    >>> shown_rate(Decimal("0.015")), shown_rate(Decimal("0.10"))
    ('1.5%', '10%')
    """
    text = f"{rate * 100:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "%"


@rule(
    "R-31",
    Severity.WARN,
    "混合销售按主业税率",
    "A mixed sale uses the main rate",
    clause="B-3.3",
    resolver=Resolver.FINANCE,
    applies=has_invoice,
)
def mixed_sale_has_one_rate(facts: Facts) -> Iterator[Hit | Lacks]:
    """Goods and their installation on one invoice bear one rate.

    货物与其安装在一张发票上只有一个税率。
    """
    for invoice in facts.invoices:
        lines = invoice.invoice.lines
        installs = sum("安装" in (line.item_name or "") for line in lines) if len(lines) > 1 else 0
        rates = sorted({percent(line) for line in lines if line.tax_rate}) if 0 < installs < len(lines) else ()
        if len(rates) > 1:
            zh = f"货物与安装在一张发票用了 {len(rates)} 个税率（{'、'.join(rates)}），混合销售应按主业税率。"
            en = f"Goods and installation bear {len(rates)} rates ({', '.join(rates)}) on one invoice."
            yield Hit(
                of_invoice(invoice),
                zh,
                en,
                "一个税率 / one rate",
                ", ".join(rates),
                (do("confirm", "tax_rate", "财务确认主业税率", "Finance confirms the main rate"),),
            )


@rule(
    "R-32",
    Severity.WARN,
    "税率须适用",
    "The rate is one that holds",
    clause="B-6.2",
    resolver=Resolver.FINANCE,
    applies=has_invoice,
)
def rate_is_in_force(facts: Facts) -> Iterator[Hit | Lacks]:
    """Every line's rate is in the table of rates on the day of issue.

    每行税率在开票当天的税率表内。
    """
    tables: dict[date | None, frozenset[Decimal | TaxTreatment]] = {}
    for invoice in facts.invoices:
        day = invoice.invoice.issue_date
        if day not in tables:
            tables[day] = rates_on(facts.policy.tax_rates, day)
        wrong = [line for line in invoice.invoice.lines if _unknown(line, tables[day])]
        if wrong:
            found = sorted({percent(line) for line in wrong})
            zh, en = f"税率 {'、'.join(found)} 在 {day} 不适用。", f"The rate {', '.join(found)} did not hold on {day}."
            rates = sorted((rate for rate in tables[day] if isinstance(rate, Decimal)), reverse=True)
            allowed = ", ".join(shown_rate(rate) for rate in rates)
            remedy = do("confirm", "tax_rate", "财务核对税率", "Finance checks the rate")
            yield Hit(of_invoice(invoice), zh, en, allowed or NOTHING, ", ".join(found), (remedy,))


def _unknown(line: InvoiceLine, known: frozenset[Decimal | TaxTreatment]) -> bool:
    """Whether a line states a rate, or a treatment in place of one, that the table does not hold."""
    stated = line.tax_rate if line.tax_rate is not None else line.treatment
    return stated is not None and stated not in known


def rates_on(table: tuple[TaxRate, ...], day: date | None) -> frozenset[Decimal | TaxTreatment]:
    """The rates and treatments in force on a day; all of them where the day is unknown."""
    return frozenset(
        stated
        for entry in table
        if (stated := entry.rate if entry.rate is not None else entry.treatment) is not None
        and (day is None or (entry.valid_from or date.min) <= day <= (entry.valid_to or date.max))
    )


@rule(
    "R-35",
    Severity.RETURN,
    "建筑、运输发票须有备注",
    "Construction and freight invoices need their remark",
    clause="B-6.2",
    resolver=Resolver.SUPPLIER,
    applies=where(
        lambda facts: facts.lines_in(*REMARK_CATEGORIES), "没有建筑、货运明细 / no construction or freight line"
    ),
)
def remark_is_written(facts: Facts) -> Iterator[Hit | Lacks]:
    """The remark of a construction or freight invoice is not empty.

    建筑、货运发票的备注栏不为空。
    """
    seen: set[str] = set()
    for line in facts.lines_in(*REMARK_CATEGORIES):
        for invoice in facts.invoices_of(line):
            if blank(invoice.invoice.remark) and invoice.id not in seen:
                seen.add(invoice.id)
                zh, en = REMARK_CATEGORIES[line.category]
                yield Hit(
                    of_invoice(invoice),
                    f"备注栏为空，须注明{zh}。",
                    f"The remark is empty; it must state {en}.",
                    f"{zh} / {en}",
                    NOTHING,
                    (reissue("remark"),),
                )


@rule(
    "R-36",
    Severity.RETURN,
    "折扣行须与商品行对应",
    "A discount line follows its goods line",
    clause="B-6.2",
    resolver=Resolver.SUPPLIER,
    applies=has_invoice,
)
def discounts_follow_their_goods(facts: Facts) -> Iterator[Hit | Lacks]:
    """On a blue invoice a negative line stands right after the goods line of the same name, and is not larger.

    蓝字发票的负数行紧跟同名商品行，且不大于它。
    """
    for invoice in facts.invoices:
        for place, line in enumerate(invoice.invoice.lines):
            amount = line.amount_excl_tax
            if amount is not None and amount < 0 and not invoice.is_red and not _paired(invoice, place):
                name, value = bare_item(line.item_name or "?"), money_text(amount)
                zh = f"第 {place + 1} 行折扣“{name}”{value} 没有对应的商品行。"
                en = f'Line {place + 1}, discount "{name}" of {value}, does not follow its goods line.'
                yield Hit(
                    of_invoice(invoice),
                    zh,
                    en,
                    "紧跟同名商品行 / after its goods line",
                    f"{name} {value}",
                    (reissue("lines"),),
                )


def _paired(invoice: InvoiceFacts, place: int) -> bool:
    """Whether a discount follows goods of its name; one that is only called a discount, any goods before it."""
    line, before = invoice.invoice.lines[place], invoice.invoice.lines[:place]
    if not before or line.amount_excl_tax is None:
        return False
    named_so = bare_item(line.item_name or "").startswith("折扣")
    goods = before if named_so else before[-1:]
    same = named_so or fold(goods[0].item_name or "") == fold(line.item_name or "")
    left = sum((item.amount_excl_tax or ZERO for item in goods), ZERO)
    positive = (before[-1].amount_excl_tax or ZERO) > 0
    return same and positive and -line.amount_excl_tax <= left


RULES: tuple[Rule, ...] = (
    exempt_stands_apart,
    mixed_sale_has_one_rate,
    rate_is_in_force,
    remark_is_written,
    discounts_follow_their_goods,
)
