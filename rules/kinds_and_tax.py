"""Chapter 4b: the kind of the invoice, its rates and its remark."""

import re
from collections.abc import Iterator

from reimburse.domain.finding import Resolver, Severity
from reimburse.domain.invoice import SPECIAL_KINDS, Invoice, InvoiceKind, InvoiceLine, TaxTreatment
from reimburse.domain.money import ZERO, money_text
from rules.amounts import has_invoice
from rules.arithmetic import MARGIN, is_margin
from rules.buyers import Standing, buyers
from rules.deduction import why_not_deductible
from rules.evidence import attached_to_line
from rules.facts import Facts, InvoiceFacts
from rules.folding import bare_item, blank, fold
from rules.policy import TaxRate
from rules.remedies import attach, do, reissue
from rules.rule import NOTHING, Hit, Lacks, Rule, elsewhere, of_invoice, of_line, rule, where
from rules.tax_ids import special

ORDINARY = frozenset(
    {
        InvoiceKind.GENERAL_PAPER,
        InvoiceKind.GENERAL_ELECTRONIC,
        InvoiceKind.GENERAL_DIGITAL,
        InvoiceKind.GENERAL_ROLL,
    }
)
REMARK_CATEGORIES = {
    "construction": ("建筑服务发生地和项目名称", "place and name of the project"),
    "freight": ("起运地、到达地、车种车号、货物", "from, to, vehicle and goods"),
}
UNTAXED = frozenset({TaxTreatment.EXEMPT})
AMOUNT_IN_REMARK = re.compile(
    r"差额[^0-9]{0,12}[0-9][0-9,]*(\.[0-9]{1,2})?|扣除额?[^0-9]{0,6}[0-9][0-9,]*(\.[0-9]{1,2})?"
)


@rule(
    "R-21",
    Severity.INFO,
    "专票抵扣标记",
    "Deductible mark of special VAT invoices",
    clause="B-3.1 A-2",
    resolver=Resolver.FINANCE,
    applies=special,
)
def special_is_deductible(facts: Facts) -> Iterator[Hit | Lacks]:
    """A special invoice whose tax can never be deducted is pointed out; all others carry their deductible mark."""
    for invoice in facts.invoices:
        if invoice.invoice.kind not in SPECIAL_KINDS:
            continue
        why = why_not_deductible(invoice.invoice, {line.category for line in facts.lines_of(invoice)}, facts.policy)
        if why:
            tax = money_text(invoice.invoice.tax_amount or ZERO)
            zh, en = (
                f"专用发票税额 {tax} 不得抵扣：{why.zh}（{why.source}）。",
                f"The tax of {tax} is not deductible: {why.en}.",
            )
            remedies = (do("mark", "not_deductible", "按不可抵扣入账", "Book it as not deductible"),)
            yield Hit(of_invoice(invoice), zh, en, "可抵扣 / deductible", why.zh, remedies)


@rule(
    "R-23",
    Severity.WARN,
    "跨区建筑服务须预缴税款表",
    "Cross-region construction: the prepayment form",
    clause="B-3.2",
    resolver=Resolver.FINANCE,
    needs=("attachments",),
    applies=where(lambda facts: facts.lines_in("construction"), "没有建筑服务明细 / no construction line"),
)
def cross_region_construction_prepaid(facts: Facts) -> Iterator[Hit | Lacks]:
    """Where the works are in another city than the seller the VAT prepayment form stands beside the invoice."""
    for line in facts.lines_in("construction"):
        if line.city is None:
            yield Lacks("lines.city")
            continue
        for invoice in facts.invoices_of(line):
            seller = invoice.invoice.seller
            local = fold(line.city).removesuffix("市") in fold(f"{seller.name}{seller.address_phone}")
            if not local and "tax_filed_proof" not in attached_to_line(facts, line):
                zh = f"工程在“{line.city}”，销售方“{seller.name}”不在当地，跨区须有《增值税预缴税款表》。"
                en = f'The works are in "{line.city}", the seller is not: the VAT prepayment form is needed.'
                yield Hit(of_line(line), zh, en, "增值税预缴税款表", NOTHING, (attach("tax_filed_proof"),))


@rule(
    "R-24",
    Severity.WARN,
    "不动产：个人开普票，企业开专票",
    "Real estate: ordinary for persons, special for companies",
    clause="B-3.2",
    resolver=Resolver.FINANCE,
    applies=where(lambda facts: facts.lines_in("real_estate"), "没有不动产明细 / no real-estate line"),
)
def real_estate_kind_fits_buyer(facts: Facts) -> Iterator[Hit | Lacks]:
    """A company that buys real estate takes a special invoice to deduct it, a person an ordinary one."""
    views = buyers(facts)
    for line in facts.lines_in("real_estate"):
        for invoice in facts.invoices_of(line):
            person = views[invoice.id].standing is Standing.PERSONAL
            wrong = SPECIAL_KINDS if person else ORDINARY
            if invoice.invoice.kind in wrong:
                who = ("个人", "A person") if person else ("企业", "A company")
                want = ("普通发票", "an ordinary invoice") if person else ("专用发票", "a special invoice")
                zh, en = f"{who[0]}购买或租用不动产宜取得{want[0]}。", f"{who[1]} takes {want[1]} for real estate."
                yield Hit(
                    of_invoice(invoice),
                    zh,
                    en,
                    f"{want[0]} / {want[1]}",
                    invoice.invoice.kind.value,
                    (reissue("kind"),),
                )


@rule(
    "R-25",
    Severity.RETURN,
    "免税业务不得开专票",
    "Exempt supplies take no special invoice",
    clause="B-3.2",
    resolver=Resolver.SUPPLIER,
    applies=special,
)
def exempt_is_not_special(facts: Facts) -> Iterator[Hit | Lacks]:
    """A special invoice has no exempt line."""
    for invoice in facts.invoices:
        exempt = [bare_item(line.item_name or "") for line in invoice.invoice.lines if line.treatment in UNTAXED]
        if invoice.invoice.kind in SPECIAL_KINDS and exempt:
            zh, en = (
                f"免税项目“{'、'.join(exempt)}”不得开具专用发票。",
                "A special invoice was issued for an exempt item.",
            )
            yield Hit(
                of_invoice(invoice),
                zh,
                en,
                "免税普通发票 / an ordinary invoice",
                invoice.invoice.kind.value,
                (reissue("kind"),),
            )


@rule(
    "R-26",
    Severity.RETURN,
    "差额征税须备注扣除额",
    "The margin scheme states its deduction in the remark",
    clause="B-3.2",
    resolver=Resolver.SUPPLIER,
    applies=where(
        lambda facts: any(is_margin(invoice.invoice) for invoice in facts.invoices),
        "没有差额征税发票 / no invoice under the margin scheme",
    ),
)
def margin_states_its_deduction(facts: Facts) -> Iterator[Hit | Lacks]:
    """An invoice under the margin scheme states the amount deducted in its remark."""
    for invoice in facts.invoices:
        remark = invoice.invoice.remark or ""
        if is_margin(invoice.invoice) and not AMOUNT_IN_REMARK.search(remark):
            zh, en = (
                "差额征税发票的备注栏没有注明扣除额。",
                "The remark does not state the deduction of the margin scheme.",
            )
            yield Hit(of_invoice(invoice), zh, en, f"{MARGIN}：扣除额", remark or NOTHING, (reissue("remark"),))


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
    """One invoice does not mix exempt and taxed lines."""
    for invoice in facts.invoices:
        exempt = [line for line in invoice.invoice.lines if line.treatment in UNTAXED]
        taxed = [line for line in invoice.invoice.lines if line.treatment is None and line.tax_rate]
        if exempt and taxed:
            zh, en = "一张发票同时有免税和应税项目，应分别核算开票。", "The invoice mixes exempt and taxed items."
            rates = ", ".join(sorted({percent(line) for line in taxed}))
            yield Hit(
                of_invoice(invoice), zh, en, "分别开票 / separate invoices", f"免税, {rates}", (reissue("lines"),)
            )


def percent(line: InvoiceLine) -> str:
    """A line's rate as printed.

    >>> from decimal import Decimal
    >>> percent(InvoiceLine(tax_rate=Decimal("0.015"))), percent(InvoiceLine(tax_rate=Decimal("0.10")))
    ('1.5%', '10%')
    """
    if line.tax_rate is None:
        return line.treatment.value if line.treatment else "?"
    text = f"{line.tax_rate * 100:f}"
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
    """Goods and their installation on one invoice bear one rate."""
    for invoice in facts.invoices:
        rates = sorted({percent(line) for line in invoice.invoice.lines if line.tax_rate})
        installs = [line for line in invoice.invoice.lines if "安装" in (line.item_name or "")]
        if len(rates) > 1 and installs and len(installs) < len(invoice.invoice.lines):
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
    """Every line's rate is in the table of rates on the day of issue."""
    for invoice in facts.invoices:
        table = [rate for rate in facts.policy.tax_rates if _held(rate, invoice.invoice)]
        known = {rate.rate for rate in table if rate.rate is not None}
        wrong = sorted(
            {
                percent(line)
                for line in invoice.invoice.lines
                if line.tax_rate is not None and line.tax_rate not in known
            }
        )
        if wrong:
            allowed = ", ".join(percent(InvoiceLine(tax_rate=rate)) for rate in sorted(known, reverse=True))
            zh = f"税率 {'、'.join(wrong)} 在 {invoice.invoice.issue_date} 不适用。"
            en = f"The rate {', '.join(wrong)} did not hold on {invoice.invoice.issue_date}."
            yield Hit(
                of_invoice(invoice),
                zh,
                en,
                allowed,
                ", ".join(wrong),
                (do("confirm", "tax_rate", "财务核对税率", "Finance checks the rate"),),
            )


def _held(rate: TaxRate, invoice: Invoice) -> bool:
    day = invoice.issue_date
    return day is None or (
        (rate.valid_from is None or rate.valid_from <= day) and (rate.valid_to is None or day <= rate.valid_to)
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
    """The remark of a construction or freight invoice is not empty."""
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
    """On a blue invoice a negative line stands right after the goods line of the same name, and is not larger."""
    for invoice in facts.invoices:
        for place, line in enumerate(invoice.invoice.lines):
            amount = line.amount_excl_tax
            if amount is not None and amount < 0 and not invoice.invoice.red_letter and not _paired(invoice, place):
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
    line, before = invoice.invoice.lines[place], invoice.invoice.lines[place - 1] if place else None
    if before is None or before.amount_excl_tax is None or line.amount_excl_tax is None:
        return False
    same = fold(before.item_name or "") == fold(line.item_name or "")
    return same and before.amount_excl_tax > 0 and -line.amount_excl_tax <= before.amount_excl_tax


RULES: tuple[Rule, ...] = (
    special_is_deductible,
    elsewhere(
        "R-22",
        Severity.WARN,
        "出口退税、免税等须特定票种",
        "Special scenes need specific kinds",
        clause="B-3.1",
        why="报销单没有出口、退税场景 / an expense claim has no export or refund scene; exempt supplies are R-25",
    ),
    cross_region_construction_prepaid,
    real_estate_kind_fits_buyer,
    exempt_is_not_special,
    margin_states_its_deduction,
    elsewhere(
        "R-27",
        Severity.INFO,
        "电子专票与纸质专票同等效力",
        "Electronic equals paper special invoices",
        clause="B-3.2",
        why="两者适用同样的规则 / both are judged by the same rules: nothing to return",
    ),
    exempt_stands_apart,
    mixed_sale_has_one_rate,
    rate_is_in_force,
    remark_is_written,
    discounts_follow_their_goods,
)
