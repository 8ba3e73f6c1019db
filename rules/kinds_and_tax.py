"""Chapter 4b: the kind of the invoice, its rates and its remark."""

import re
from collections.abc import Iterator

from reimburse.domain.finding import Resolver, Severity
from reimburse.domain.invoice import SPECIAL_KINDS, InvoiceKind, TaxTreatment
from reimburse.domain.money import ZERO, money_text
from rules.arithmetic import MARGIN, margins
from rules.attached import attached_to_line
from rules.buyer_block import special
from rules.buyers import Standing, buyers
from rules.deduction import why_not_deductible
from rules.facts import Facts
from rules.folding import bare_item, fold
from rules.places import is_in
from rules.remedies import attach, do, reissue
from rules.rule import NOTHING, Hit, Lacks, Rule, elsewhere, of_invoice, of_line, rule, where

ORDINARY = frozenset(
    {
        InvoiceKind.GENERAL_PAPER,
        InvoiceKind.GENERAL_ELECTRONIC,
        InvoiceKind.GENERAL_DIGITAL,
        InvoiceKind.GENERAL_ROLL,
    }
)
UNTAXED = frozenset({TaxTreatment.EXEMPT})
AMOUNT_IN_REMARK = re.compile(
    r"(差额|扣除)(征税|征收|开票|扣除|金额|额|为|共计|人民币|CNY|[:：,，;；()¥￥])*[0-9][0-9,]*(\.[0-9]{1,2})?"
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
    """A special invoice whose tax can never be deducted is pointed out; all others carry their deductible mark.

    永远不得抵扣的专用发票予以标记，其余带抵扣标记。
    """
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
    applies=where(lambda facts: facts.lines_in("construction"), "没有建筑服务明细 / no construction line"),
)
def cross_region_construction_prepaid(facts: Facts) -> Iterator[Hit | Lacks]:
    """Where the works are in another city than the seller the VAT prepayment form stands beside the invoice.

    工程与销售方不在同一城市时，附增值税预缴税款表。
    """
    for line in facts.lines_in("construction"):
        if line.city is None:
            yield Lacks("lines.city")
            continue
        for invoice in facts.invoices_of(line):
            seller = invoice.invoice.seller
            local = is_in(line.city, seller.name, seller.address_phone, facts)
            if local is None:
                yield Lacks("invoices.seller.address_phone")
            elif not local and facts.attachments is None:
                yield Lacks("attachments")
            elif not local and "tax_filed_proof" not in attached_to_line(facts, line):
                zh = f"工程在“{line.city}”，销售方“{seller.name}”不在当地，跨区须有《增值税预缴税款表》。"
                en = f'The works are in "{line.city}", the seller is not: the VAT prepayment form is needed.'
                yield Hit(
                    of_line(line),
                    zh,
                    en,
                    "增值税预缴税款表 / the VAT prepayment form",
                    NOTHING,
                    (attach("tax_filed_proof"),),
                )


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
    """A company that buys real estate takes a special invoice to deduct it, a person an ordinary one.

    企业购买或租用不动产取得专用发票，个人取得普通发票。
    """
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
    """A special invoice has no exempt line.

    专用发票没有免税项目。
    """
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
    applies=where(margins, "没有差额征税发票 / no invoice under the margin scheme"),
)
def margin_states_its_deduction(facts: Facts) -> Iterator[Hit | Lacks]:
    """An invoice under the margin scheme states the amount deducted in its remark.

    差额征税发票在备注栏写明扣除额。
    """
    for invoice in facts.invoices:
        remark = invoice.invoice.remark or ""
        if invoice.id in margins(facts) and not AMOUNT_IN_REMARK.search(fold(remark)):
            zh, en = (
                "差额征税发票的备注栏没有注明扣除额。",
                "The remark does not state the deduction of the margin scheme.",
            )
            yield Hit(
                of_invoice(invoice),
                zh,
                en,
                f"{MARGIN}：扣除额 / the margin scheme and its deduction",
                remark or NOTHING,
                (reissue("remark"),),
            )


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
)
