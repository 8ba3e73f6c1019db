"""Chapter 4e: the rules that report what the check list of ``evidence`` lacks."""

from collections.abc import Callable, Iterator

from reimburse.domain.finding import Severity
from rules.amounts import has_invoice
from rules.evidence import CLAUSES, asks, may_need_screenshot, missing_of
from rules.facts import Facts
from rules.rule import Applies, Hit, Judge, Lacks, Rule, rule, where


def _reports(code: str, doc: str) -> Judge:
    def judge(facts: Facts) -> Iterator[Hit | Lacks]:
        if facts.attachments is None and asks(facts, code):
            return iter((Lacks("attachments"),))
        return missing_of(facts, code)

    judge.__doc__ = doc
    return judge


def _evidence(
    code: str,
    zh: str,
    en: str,
    why: str = "",
    *,
    applies: Applies | None = None,
    uses: tuple[str, ...] = (),
    any_remedy: bool = False,
) -> Callable[[str], Rule]:
    """A rule of the check list; with ``why`` it applies only where something is asked for."""
    asked = where(lambda facts: asks(facts, code), why) if why else applies

    def made(doc: str) -> Rule:
        clause = CLAUSES[code]
        decorate = rule(code, Severity.RETURN, zh, en, clause=clause, applies=asked, uses=uses, any_remedy=any_remedy)
        return decorate(_reports(code, doc))

    return made


e_invoices = where(
    lambda facts: any(may_need_screenshot(invoice) for invoice in facts.invoices),
    "没有须附查验截图的发票(纸质、铁路、航空、XML 不需要) / no invoice that needs one",
)

RULES: tuple[Rule, ...] = (
    _evidence(
        "R-58",
        "单笔大额支出须附合同或验收单",
        "A large line needs a contract or an acceptance report",
        uses=("large_spend_over", "large_spend_evidence"),
        any_remedy=True,
    )(
        "A line over the limit (strictly) has a contract or an acceptance report beside it.\n\n"
        "超过大额线（不含本数）的明细附合同或验收单。"
    ),
    _evidence(
        "R-59",
        "礼品、咨询费等特殊费用须附佐证",
        "Special expenses need evidence whatever the amount",
        "没有特殊费用明细 / no line of a special category",
        uses=("large_spend_evidence",),
        any_remedy=True,
    )(
        "A gift or consulting line has a contract or an acceptance report, whatever its amount.\n\n"
        "礼品、咨询费明细不论金额附合同或验收单。"
    ),
    _evidence(
        "R-82",
        "汇总开票须附盖章清单",
        "A summary invoice needs the seller's sealed list",
        applies=has_invoice,
    )(
        "An invoice that refers to a list has the seller's sealed list attached.\n\n"
        "写“详见清单”的发票附销售方盖章清单。"
    ),
    _evidence(
        "R-85",
        "差旅须附行程单、机/车票回单、酒店水单",
        "Travel needs itinerary, ticket receipts, hotel folios",
        "没有差旅明细 / no travel line",
    )(
        "The itinerary once a claim, a folio for each lodging line, a receipt for each transport line.\n\n"
        "行程单每单一份，住宿每条附水单，交通每条附回单。"
    ),
    _evidence(
        "R-89",
        "固定资产、低值易耗品须附合同、入库单、验收单",
        "Assets need contract, stock-in receipt, acceptance report",
        "没有资产类明细 / no asset line",
    )(
        "A line for a fixed or low-value asset has all three documents.\n\n"
        "固定资产、低值易耗品明细附齐合同、入库单、验收单。"
    ),
    _evidence(
        "R-91",
        "培训须附通知、议程、签到表",
        "Training needs notice, agenda, sign-in sheet",
        "没有培训费明细 / no training line",
    )("A training line has all three documents.\n\n培训明细附齐通知、议程、签到表。"),
    _evidence(
        "R-92",
        "咨询费须附服务成果确认书",
        "Consulting needs the confirmation of its deliverable",
        "没有咨询费明细 / no consulting line",
    )("A consulting line has the confirmation of the service's result.\n\n咨询明细附服务成果确认书。"),
    _evidence(
        "R-93",
        "电子发票须附查验截图",
        "E-invoices need the verification screenshot",
        applies=e_invoices,
        any_remedy=True,
    )(
        "An e-invoice has the screenshot of its verification, or a verification on record.\n\n"
        "电子发票附查验截图，或已有查验记录。"
    ),
)
