"""Chapter 4f: signs of risk in a seller's file and in the numbers of its invoices."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from reimburse.domain.finding import Resolver, Severity
from reimburse.domain.invoice import SPECIAL_KINDS
from reimburse.domain.money import money_text
from rules.amounts import has_invoice
from rules.authenticity import TAX_CONTROLLED
from rules.buyers import Standing, buyers
from rules.claim_parts import Supplier
from rules.evidence import attached_to_invoice
from rules.facts import Facts, InvoiceFacts
from rules.folding import fold
from rules.remedies import attach, do, explain
from rules.rule import Hit, Lacks, Rule, elsewhere, of_invoice, rule

SPLIT_CATEGORY = "entertainment"


def filed(facts: Facts) -> Iterator[tuple[InvoiceFacts, Supplier]]:
    """The invoices whose seller has a file."""
    files = {fold(supplier.tax_id): supplier for supplier in facts.suppliers or ()}
    for invoice in facts.invoices:
        supplier = files.get(fold(invoice.invoice.seller.tax_id or ""))
        if supplier:
            yield invoice, supplier


def seller_of(invoice: InvoiceFacts) -> str:
    """The seller's identity: its tax id, else its name."""
    return fold(invoice.invoice.seller.tax_id or invoice.invoice.seller.name or "")


@rule(
    "R-28",
    Severity.WARN,
    "疑似违规开具专票",
    "Suspected false invoicing",
    clause="B-3.3",
    resolver=Resolver.FINANCE,
    needs=("suppliers",),
    applies=has_invoice,
)
def seller_may_issue_special(facts: Facts) -> Iterator[Hit | Lacks]:
    """A small-scale seller's special invoice, or one made out to a consumer, is pointed out."""
    views = buyers(facts)
    for invoice, supplier in filed(facts):
        if invoice.invoice.kind not in SPECIAL_KINDS:
            continue
        consumer = views[invoice.id].standing is Standing.PERSONAL
        if supplier.taxpayer == "small" or (supplier.taxpayer == "general" and consumer):
            small = supplier.taxpayer == "small"
            zh = "小规模纳税人开具了专用发票" if small else "一般纳税人向个人开具了专用发票"
            en = (
                "A small-scale taxpayer issued a special invoice"
                if small
                else "A special invoice was issued to a person"
            )
            remedies = (explain(), do("confirm", "seller", "财务核实开票资格", "Finance checks the seller's standing"))
            found = "small" if small else "personal title"
            yield Hit(
                of_invoice(invoice),
                f"{zh}，疑似虚开。",
                f"{en}: suspected false invoicing.",
                "general",
                found,
                remedies,
            )


@rule(
    "R-104",
    Severity.RETURN,
    "销方连续未上传须附已报税证明",
    "Repeat offender: proof of taxes filed",
    clause="B-8.3",
    resolver=Resolver.SUPPLIER,
    needs=("suppliers", "attachments"),
    applies=has_invoice,
    uses=("unreported_limit",),
)
def seller_reports_its_invoices(facts: Facts) -> Iterator[Hit | Lacks]:
    """A seller that repeatedly failed to report its invoices proves that taxes were filed."""
    limit = facts.parameters.unreported_limit
    for invoice, supplier in filed(facts):
        if supplier.unreported >= limit and "tax_filed_proof" not in attached_to_invoice(facts, invoice):
            zh = f"销售方有 {supplier.unreported} 次未上传发票，须提供《已报税证明》。"
            en = f"The seller failed to report {supplier.unreported} times: attach the proof of taxes filed."
            yield Hit(of_invoice(invoice), zh, en, f"< {limit}", str(supplier.unreported), (attach("tax_filed_proof"),))


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
    """A seller that voided often in 90 days is pointed out, unless a sealed statement says why."""
    limit = facts.parameters.voids_limit
    for invoice, supplier in filed(facts):
        if supplier.voids_90d >= limit and "sealed_statement" not in attached_to_invoice(facts, invoice):
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
    needs=("suppliers", "attachments"),
    applies=has_invoice,
)
def related_prices_are_explained(facts: Facts) -> Iterator[Hit | Lacks]:
    """A purchase from a related party has a statement of its pricing."""
    for invoice, supplier in filed(facts):
        if supplier.related and "price_statement" not in attached_to_invoice(facts, invoice):
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
    """The seller's file is at the normal level."""
    for invoice, supplier in filed(facts):
        if supplier.level != "normal":
            zh = f"销售方信用档案为“{'关注' if supplier.level == 'watch' else '禁用'}”。"
            en = f"The seller's file says {supplier.level}."
            remedies = (do("check", "seller", "审批人核实交易", "The approver looks into the deal"),)
            yield Hit(of_invoice(invoice), zh, en, "normal", supplier.level, remedies)


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
    seller_may_issue_special,
    seller_reports_its_invoices,
    numbers_do_not_run,
    amount_is_below_the_face_limit,
    elsewhere(
        "R-107",
        Severity.WARN,
        "超期未认证标记",
        "Uncertified past due",
        clause="B-8.3",
        why="每日进项同步标记 / marked by the daily comparison of input data (F-23)",
    ),
    seller_rarely_voids,
    related_prices_are_explained,
    spending_is_not_split,
    seller_is_in_good_standing,
)
