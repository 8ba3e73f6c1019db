"""Chapter 4e: the rules that report what the check list of ``evidence`` lacks."""

from collections.abc import Callable, Iterator

from reimburse.domain.finding import Severity
from rules.evidence import CLAUSES, asks, missing_of
from rules.facts import Facts
from rules.rule import Applies, Hit, Judge, Lacks, Rule, rule


def _applies(code: str, why: str) -> Applies:
    return lambda facts: None if asks(facts, code) else why


def _reports(code: str, doc: str) -> Judge:
    def judge(facts: Facts) -> Iterator[Hit | Lacks]:
        return missing_of(facts, code)

    judge.__doc__ = doc
    return judge


def _evidence(
    code: str, zh: str, en: str, why: str, *, uses: tuple[str, ...] = (), any_remedy: bool = False
) -> Callable[[str], Rule]:
    def made(doc: str) -> Rule:
        decorate = rule(
            code,
            Severity.RETURN,
            zh,
            en,
            clause=CLAUSES[code],
            needs=("attachments",),
            applies=_applies(code, why),
            uses=uses,
            any_remedy=any_remedy,
        )
        return decorate(_reports(code, doc))

    return made


RULES: tuple[Rule, ...] = (
    _evidence(
        "R-58",
        "单笔大额支出须附合同或验收单",
        "A large line needs a contract or an acceptance report",
        "没有超过大额支出线的明细 / no line over the limit",
        uses=("large_spend_over", "large_spend_evidence"),
        any_remedy=True,
    )("A line over the limit (strictly) has a contract or an acceptance report beside it."),
    _evidence(
        "R-59",
        "礼品、咨询费等特殊费用须附佐证",
        "Special expenses need evidence whatever the amount",
        "没有特殊费用明细 / no line of a special category",
        uses=("large_spend_evidence",),
        any_remedy=True,
    )("A gift or consulting line has a contract or an acceptance report, whatever its amount."),
    _evidence(
        "R-82",
        "汇总开票须附盖章清单",
        "A summary invoice needs the seller's sealed list",
        "没有“详见清单”的发票 / no invoice that refers to a list",
    )("An invoice that refers to a list has the seller's sealed list attached."),
    _evidence(
        "R-85",
        "差旅须附行程单、机/车票回单、酒店水单",
        "Travel needs itinerary, ticket receipts, hotel folios",
        "没有差旅明细 / no travel line",
    )("The itinerary once a claim, a folio for each lodging line, a receipt for each transport line."),
    _evidence(
        "R-89",
        "固定资产、低值易耗品须附合同、入库单、验收单",
        "Assets need contract, stock-in receipt, acceptance report",
        "没有资产类明细 / no asset line",
    )("A line for a fixed or low-value asset has all three documents."),
    _evidence(
        "R-91",
        "培训须附通知、议程、签到表",
        "Training needs notice, agenda, sign-in sheet",
        "没有培训费明细 / no training line",
    )("A training line has all three documents."),
    _evidence(
        "R-92",
        "咨询费须附服务成果确认书",
        "Consulting needs the confirmation of its deliverable",
        "没有咨询费明细 / no consulting line",
    )("A consulting line has the confirmation of the service's result."),
    _evidence(
        "R-93",
        "电子发票须附查验截图",
        "E-invoices need the verification screenshot",
        "没有须附查验截图的发票(纸质、铁路、航空、XML 不需要，已有查验记录的免附) / no invoice that needs one",
    )("An e-invoice has the screenshot of its verification, or a verification on record."),
)
