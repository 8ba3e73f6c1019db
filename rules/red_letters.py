"""Chapter 4b: red letters, voids, lost and returned invoices."""

import re
from collections.abc import Iterator
from decimal import Decimal

from reimburse.domain.finding import Resolver, Severity
from reimburse.domain.invoice import CODELESS_KINDS, SPECIAL_KINDS, InvoiceKey
from reimburse.domain.money import ZERO, money_text
from rules.attached import attached_to_invoice
from rules.facts import Facts, InvoiceFacts
from rules.remedies import attach, complete, do, reissue
from rules.rule import NOTHING, Hit, Lacks, Rule, elsewhere, of_invoice, rule, told, where

NOTICE = re.compile(r"(?:信息表|通知单|确认单)[^0-9]{0,12}([0-9]{10,20})")
REASON = re.compile(r"退回|退货|折让|中止|终止|有误|错误|原因|未抵扣|拒收|误开")


def reds(facts: Facts) -> list[InvoiceFacts]:
    """The red-letter invoices of the claim."""
    return [invoice for invoice in facts.invoices if invoice.is_red]


has_red = where(reds, "没有红字发票 / no red-letter invoice")


def blue_of(facts: Facts, red: InvoiceFacts) -> tuple[bool | None, InvoiceFacts | None, Decimal | None]:
    """Whether the original is known (None: nobody can say), the original itself if it is here, and its total."""
    cited = red.invoice.red_letter_of
    for invoice in facts.invoices:
        if cited and invoice.invoice.key == cited and not invoice.is_red:
            return True, invoice, invoice.invoice.total_incl_tax
    if cited is None or facts.registry is None:
        return (False if cited is None else None), None, None
    entries = [entry for entry in facts.registry if entry.key == str(cited)]
    total = next((entry.total_incl_tax for entry in entries if entry.total_incl_tax is not None), None)
    return bool(entries), None, total


@rule(
    "R-37",
    Severity.BLOCK,
    "红字须核对原蓝字代码号码",
    "A red letter cites its original",
    clause="B-6.2 B-8.2",
    resolver=Resolver.FINANCE,
    applies=has_red,
    any_remedy=True,
)
def red_cites_its_original(facts: Facts) -> Iterator[Hit | Lacks]:
    """A red-letter invoice names the blue one, and that one is on record.

    红字发票写明原蓝字发票，且该发票已登记。
    """
    for red in reds(facts):
        cited, (known, _, _) = red.invoice.red_letter_of, blue_of(facts, red)
        if known is None:
            yield Lacks("registry")
        elif not known:
            named = str(cited) if cited else NOTHING
            zh = f"红字发票引用的蓝字发票 {cited} 查无记录。" if cited else "红字发票没有注明原蓝字发票。"
            en = f"The blue invoice {cited} that it cites is not on record." if cited else "It cites no blue invoice."
            remedies = (
                complete("remark"),
                do("link", "red_letter_of", "财务关联原蓝字发票", "Finance links the original"),
            )
            yield Hit(of_invoice(red), zh, en, "已登记的原蓝字发票 / its original on record", named, remedies)


@rule(
    "R-38",
    Severity.BLOCK,
    "红字金额须等于蓝字取负",
    "Red amounts are the blue ones negated",
    clause="B-10.3",
    resolver=Resolver.FINANCE,
    applies=has_red,
    uses=("allow_partial_red",),
    yields_to=("R-37",),
)
def red_mirrors_blue(facts: Facts) -> Iterator[Hit | Lacks]:
    """Amount, tax and total are the blue ones negated, to the fen, once; parts of them only where the policy allows.

    红字的金额、税额、合计等于蓝字取负，分毫不差且只冲一次；政策允许时可部分红冲。
    """
    taken: dict[InvoiceKey | None, Decimal] = {}
    for red in reds(facts):
        known, blue, total = blue_of(facts, red)
        stated, cited = red.invoice.total_incl_tax, red.invoice.red_letter_of
        if known is None or (known and total is None) or stated is None:
            yield Lacks("registry" if known is None else "registry.total_incl_tax")
        elif known and total is not None:
            left = total + taken.get(cited, ZERO)
            wrong = _unequal(facts, red, blue, left)
            taken[cited] = taken.get(cited, ZERO) + stated
            if wrong:
                yield _not_mirrored(red, *wrong)


def _unequal(
    facts: Facts, red: InvoiceFacts, blue: InvoiceFacts | None, left: Decimal
) -> tuple[str, Decimal, Decimal] | None:
    """The first amount of the red letter that is not the blue one negated, or not within what is left of it."""
    stated = red.invoice.total_incl_tax or ZERO
    if facts.parameters.allow_partial_red:
        return None if -left <= stated < 0 else ("total_incl_tax", stated, left)
    pairs = [("total_incl_tax", stated, left)]
    if blue:
        pairs.append(("tax_amount", red.invoice.tax_amount or ZERO, blue.invoice.tax_amount or ZERO))
        pairs.append(("amount_excl_tax", red.invoice.amount_excl_tax or ZERO, blue.invoice.amount_excl_tax or ZERO))
    return next((pair for pair in pairs if pair[1] != -pair[2]), None)


def _not_mirrored(red: InvoiceFacts, field: str, found: Decimal, original: Decimal) -> Hit:
    zh = f"红字金额 {money_text(found)}，原蓝字 {money_text(original)}，应互为相反数。"
    en = f"The red letter says {money_text(found)}, the blue one {money_text(original)}."
    expected = money_text(-original)
    return Hit(of_invoice(red), zh, en, expected, money_text(found), (reissue(field, expected),))


@rule(
    "R-39",
    Severity.RETURN,
    "红字备注须有原代码、号码、退回原因",
    "The red remark states code, number and reason",
    clause="B-10.3",
    resolver=Resolver.SUPPLIER,
    applies=has_red,
    yields_to=("R-37",),
)
def red_remark_is_complete(facts: Facts) -> Iterator[Hit | Lacks]:
    """The remark of a red letter names the original's code and number, and why; a confirmation number tells why too.

    红字备注写明原代码、号码和退回原因；有确认单编号的视为已说明原因。
    """
    for red in reds(facts):
        remark, cited = red.invoice.remark or "", red.invoice.red_letter_of
        coded = red.invoice.kind not in CODELESS_KINDS
        missing: list[tuple[str, str]] = []
        if coded and not (cited.code and cited.code in remark if cited else re.search(r"[0-9]{10,12}", remark)):
            missing.append(("原代码", "code"))
        if not (cited.number in remark if cited else re.search(r"[0-9]{8}", remark)):
            missing.append(("原号码", "number"))
        if not REASON.search(remark) and (coded or not NOTICE.search(remark)):
            missing.append(("退回原因", "reason"))
        if missing:
            zh = f"红字发票备注缺：{'、'.join(zh for zh, _ in missing)}。"
            en = f"The remark of the red letter lacks: {', '.join(en for _, en in missing)}."
            wanted = "原代码、号码、退回原因 / code, number, reason"
            yield Hit(of_invoice(red), zh, en, wanted, remark or NOTHING, (reissue("remark"),))


@rule(
    "R-40",
    Severity.BLOCK,
    "红冲须核对信息表编号",
    "The red letter's form number is checked",
    clause="B-8.2 B-10.2",
    resolver=Resolver.FINANCE,
    needs=("attachments",),
    applies=where(
        lambda facts: any(red.invoice.kind in SPECIAL_KINDS for red in reds(facts)),
        "没有红字专用发票 / no red-letter special invoice",
    ),
)
def red_form_is_checked(facts: Facts) -> Iterator[Hit | Lacks]:
    """A red special invoice states its form's number, the form is attached, and no other red letter uses it.

    红字专用发票写明信息表编号、附信息表，且编号未被另一张红字使用。
    """
    used: dict[str, str] = {}
    for red in reds(facts):
        if red.invoice.kind not in SPECIAL_KINDS:
            continue
        stated = NOTICE.search(red.invoice.remark or "")
        number = stated.group(1) if stated else None
        attached = "red_letter_form" in attached_to_invoice(facts, red)
        if number and attached and number not in used:
            used[number] = red.id
            continue
        twice = number is not None and number in used
        zh = f"红字信息表编号 {number} 已被另一张红字发票使用。" if twice else "没有可核对的红字信息表及编号。"
        en = (
            f"Form {number} serves another red letter already."
            if twice
            else "There is no form with a number to check against."
        )
        remedies = [complete("remark")] if number is None else [reissue("remark")] if twice else []
        remedies += [] if attached else [attach("red_letter_form")]
        yield Hit(of_invoice(red), zh, en, "信息表编号相符 / form and number agree", number or NOTHING, tuple(remedies))


def _is_voided(invoice: InvoiceFacts) -> bool:
    known = invoice.verification
    return invoice.voided_on is not None or (known is not None and known.status == "voided")


@rule(
    "R-41",
    Severity.BLOCK,
    "跨月不得作废，只能红冲",
    "Voids only in the month of issue",
    clause="B-6.3 B-10.3",
    resolver=Resolver.SUPPLIER,
    applies=where(lambda facts: any(map(_is_voided, facts.invoices)), "没有作废的发票 / no void on record"),
)
def void_is_of_the_same_month(facts: Facts) -> Iterator[Hit | Lacks]:
    """An invoice is voided only in the month it was issued in; later it is reversed by a red letter.

    发票只在开具当月作废，跨月用红字冲销。
    """
    for invoice in facts.invoices:
        issued, voided = invoice.invoice.issue_date, invoice.voided_on
        if _is_voided(invoice) and not (issued and voided):
            yield Lacks("invoices.voided_on" if issued else "invoices.issue_date")
        elif issued and voided and (issued.year, issued.month) != (voided.year, voided.month):
            zh = f"发票 {issued} 开具、{voided} 作废，跨月须开红字发票冲销。"
            en = f"Issued on {issued}, voided on {voided}: in another month only a red letter reverses it."
            remedies = (do("red_letter", "invoice", "请销售方开具红字发票", "Ask the seller for a red letter"),)
            yield Hit(of_invoice(invoice), zh, en, f"{issued:%Y-%m}", f"{voided:%Y-%m}", remedies)


FLOW = "退回重开流程 / carried by the return and reissue flow (F-19)"
RULES: tuple[Rule, ...] = (
    red_cites_its_original,
    red_mirrors_blue,
    red_remark_is_complete,
    red_form_is_checked,
    void_is_of_the_same_month,
    elsewhere(
        "R-42",
        Severity.WARN,
        "提交后发现错误须24小时内处理",
        "Correct within 24 hours",
        clause="B-6.3",
        why="更正时限由提醒计时 / a clock of the correction reminder (F-18)",
    ),
    elsewhere("R-43", Severity.INFO, "发票退回适用情形", "When an invoice may be returned", clause="B-10.2", why=FLOW),
    elsewhere("R-44", Severity.WARN, "退回须全联次原件", "Return all copies", clause="B-10.2", why=FLOW),
    elsewhere(
        "R-45", Severity.INFO, "红字信息表申请与审核", "The red-letter form's way", clause="B-10.2 B-10.3", why=FLOW
    ),
    elsewhere("R-46", Severity.WARN, "重开须当月完成", "Reissue within the month", clause="B-10.4", why=FLOW),
    told(
        "R-47",
        Severity.BLOCK,
        "重开发票关联原蓝票",
        "A reissue is linked to its original",
        clause="B-10.4",
        by=("X-03", "R-37"),
    ),
    elsewhere(
        "R-48",
        Severity.RETURN,
        "重开后重新核对",
        "A reissue is verified again",
        clause="B-10.4",
        why="重开的发票按全部规则重新检查 / a reissue is judged by all rules anew",
    ),
    elsewhere(
        "R-49",
        Severity.INFO,
        "已认证须购买方开信息表",
        "If certified the buyer files the form",
        clause="B-10.4",
        why=FLOW,
    ),
    told(
        "R-52",
        Severity.RETURN,
        "遗失纸票须挂失或取电子备份",
        "A lost paper invoice is reported",
        clause="B-7.4",
        by=("R-51",),
    ),
)
