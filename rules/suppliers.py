"""Chapter 4f: signs of risk in a seller's file and in the numbers of its invoices."""

from collections.abc import Iterator

from reimburse.domain.finding import Resolver, Severity
from reimburse.domain.invoice import SPECIAL_KINDS
from rules.amounts import has_invoice
from rules.attached import attached_to_invoice
from rules.buyer_block import special
from rules.buyers import Standing, buyers
from rules.claim_parts import Supplier
from rules.facts import Facts, InvoiceFacts
from rules.folding import fold
from rules.remedies import attach, do, explain
from rules.rule import Hit, Lacks, Rule, elsewhere, of_invoice, rule


def filed(facts: Facts) -> list[tuple[InvoiceFacts, Supplier]]:
    """The invoices whose seller has a file."""
    return facts.once("filed", _filed)


def _filed(facts: Facts) -> list[tuple[InvoiceFacts, Supplier]]:
    files = {fold(supplier.tax_id): supplier for supplier in facts.suppliers or ()}
    sellers = ((invoice, fold(invoice.invoice.seller.tax_id or "")) for invoice in facts.invoices)
    return [(invoice, files[seller]) for invoice, seller in sellers if seller in files]


@rule(
    "R-28",
    Severity.WARN,
    "疑似违规开具专票",
    "Suspected false invoicing",
    clause="B-3.3",
    resolver=Resolver.FINANCE,
    needs=("suppliers",),
    applies=special,
)
def seller_may_issue_special(facts: Facts) -> Iterator[Hit | Lacks]:
    """A small-scale seller's special invoice, or one made out to a consumer, is pointed out.

    小规模纳税人开具的专用发票、开给个人的专用发票予以提示。
    """
    views, files = buyers(facts), {invoice.id: supplier for invoice, supplier in filed(facts)}
    for invoice in facts.invoices:
        if invoice.invoice.kind not in SPECIAL_KINDS:
            continue
        small = invoice.id in files and files[invoice.id].taxpayer == "small"
        if small:
            zh, en, found = "小规模纳税人开具了专用发票", "A small-scale taxpayer issued a special invoice", "small"
        elif views[invoice.id].standing is Standing.PERSONAL:
            zh, en, found = "向个人开具了专用发票", "A special invoice was issued to a person", "personal title"
        else:
            continue
        remedies = (explain(), do("confirm", "seller", "财务核实开票资格", "Finance checks the seller's standing"))
        zh, en = f"{zh}，疑似虚开。", f"{en}: suspected false invoicing."
        yield Hit(of_invoice(invoice), zh, en, "general", found, remedies)


@rule(
    "R-104",
    Severity.RETURN,
    "销方连续未上传须附已报税证明",
    "Repeat offender: proof of taxes filed",
    clause="B-8.3",
    resolver=Resolver.SUPPLIER,
    needs=("suppliers",),
    applies=has_invoice,
    uses=("unreported_limit",),
)
def seller_reports_its_invoices(facts: Facts) -> Iterator[Hit | Lacks]:
    """A seller that repeatedly failed to report its invoices proves that taxes were filed.

    多次未上传发票的销售方须提供已报税证明。
    """
    limit = facts.parameters.unreported_limit
    for invoice, supplier in filed(facts):
        if supplier.unreported >= limit and facts.attachments is None:
            yield Lacks("attachments")
        elif supplier.unreported >= limit and "tax_filed_proof" not in attached_to_invoice(facts, invoice):
            zh = f"销售方有 {supplier.unreported} 次未上传发票，须提供《已报税证明》。"
            en = f"The seller failed to report {supplier.unreported} times: attach the proof of taxes filed."
            yield Hit(of_invoice(invoice), zh, en, f"< {limit}", str(supplier.unreported), (attach("tax_filed_proof"),))


@rule(
    "R-113",
    Severity.WARN,
    "频繁作废或冲红须留合理证明",
    "Frequent voids need a reason",
    clause="B-11.4",
    resolver=Resolver.FINANCE,
    needs=("suppliers",),
    applies=has_invoice,
    uses=("voids_limit",),
)
def seller_rarely_voids(facts: Facts) -> Iterator[Hit | Lacks]:
    """A seller that voided often in 90 days is pointed out, unless a sealed statement says why.

    90 天内多次作废、红冲的销售方予以提示，附盖章说明者除外。
    """
    limit = facts.parameters.voids_limit
    for invoice, supplier in filed(facts):
        if supplier.voids_90d >= limit and facts.attachments is None:
            yield Lacks("attachments")
        elif supplier.voids_90d >= limit and "sealed_statement" not in attached_to_invoice(facts, invoice):
            zh = f"销售方 90 天内作废、红冲 {supplier.voids_90d} 次，须留存合理证明。"
            en = f"The seller voided {supplier.voids_90d} times in 90 days."
            yield Hit(of_invoice(invoice), zh, en, f"< {limit}", str(supplier.voids_90d), (attach("sealed_statement"),))


@rule(
    "R-114",
    Severity.WARN,
    "关联方交易定价",
    "Related-party pricing",
    clause="B-11.4",
    resolver=Resolver.FINANCE,
    needs=("suppliers",),
    applies=has_invoice,
)
def related_prices_are_explained(facts: Facts) -> Iterator[Hit | Lacks]:
    """A purchase from a related party has a statement of its pricing.

    向关联方采购附定价说明。
    """
    for invoice, supplier in filed(facts):
        if supplier.related and facts.attachments is None:
            yield Lacks("attachments")
        elif supplier.related and "price_statement" not in attached_to_invoice(facts, invoice):
            zh, en = "销售方是关联方，须附定价说明。", "The seller is a related party: attach the statement of pricing."
            yield Hit(of_invoice(invoice), zh, en, "定价说明 price_statement", "none", (attach("price_statement"),))


@rule(
    "X-11",
    Severity.WARN,
    "销售方在关注名单",
    "Seller on the watch list",
    clause="X-11",
    resolver=Resolver.FINANCE,
    needs=("suppliers",),
    applies=has_invoice,
)
def seller_is_in_good_standing(facts: Facts) -> Iterator[Hit | Lacks]:
    """The seller's file is at the normal level.

    销售方信用档案为正常。
    """
    for invoice, supplier in filed(facts):
        if supplier.level != "normal":
            zh = f"销售方信用档案为“{'关注' if supplier.level == 'watch' else '禁用'}”。"
            en = f"The seller's file says {supplier.level}."
            remedies = (do("check", "seller", "审批人核实交易", "The approver looks into the deal"),)
            yield Hit(of_invoice(invoice), zh, en, "normal", supplier.level, remedies)


RULES: tuple[Rule, ...] = (
    seller_may_issue_special,
    seller_reports_its_invoices,
    elsewhere(
        "R-107",
        Severity.WARN,
        "超期未认证标记",
        "Uncertified past due",
        clause="B-8.3",
        why="每日进项同步标记 / marked by the daily comparison of input data (F-23)",
        uses=("certify_within_days",),
    ),
    seller_rarely_voids,
    related_prices_are_explained,
    seller_is_in_good_standing,
)
