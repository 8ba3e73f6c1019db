"""Chapter 4a, second half: the buyer's tax id and the four items of special VAT invoices."""

from collections.abc import Iterator

from reimburse.domain.finding import Resolver, Severity
from rules.buyers import Standing, must_name_a_buyer
from rules.facts import Facts
from rules.remedies import complete, do, reissue
from rules.rule import NOTHING, Hit, Lacks, Rule, elsewhere, of_invoice, rule
from rules.tax_id import CONFUSED, faults, has_valid_check
from rules.titles import Judged, has_buyer, judged


def company_ids(facts: Facts) -> Judged:
    """The invoices made out to a company."""
    return facts.once("company_ids", _company_ids)


def _company_ids(facts: Facts) -> Judged:
    return tuple((invoice, buyer) for invoice, buyer in judged(facts) if buyer.standing is not Standing.PERSONAL)


@rule(
    "R-09",
    Severity.RETURN,
    "企业抬头必须有税号",
    "A company's tax id is mandatory",
    clause="B-2.2",
    applies=has_buyer,
    any_remedy=True,
)
def tax_id_is_stated(facts: Facts) -> Iterator[Hit | Lacks]:
    """An invoice made out to a company states its tax id.

    开给企业的发票写明购买方税号。
    """
    for invoice, buyer in company_ids(facts):
        if not buyer.tax_id and must_name_a_buyer(invoice):
            expected = (buyer.title.tax_id if buyer.title else None) or "15 或 18 位税号 / 15 or 18 characters"
            remedies = (complete("buyer.tax_id"), reissue("buyer.tax_id", buyer.title.tax_id if buyer.title else None))
            zh, en = "购买方没有税号，企业抬头必须填写。", "The buyer's tax id is missing; a company must state it."
            yield Hit(of_invoice(invoice), zh, en, expected, NOTHING, remedies, clauses="B-8.3")


@rule(
    "R-10",
    Severity.RETURN,
    "税号位数与字符",
    "Length and characters of the tax id",
    clause="B-4.2",
    applies=has_buyer,
    yields_to=("R-07",),
)
def tax_id_is_well_formed(facts: Facts) -> Iterator[Hit | Lacks]:
    """A company's tax id has 18 characters (or 15, R-11) and never I, O, Z, S or V; the library is trusted.

    企业税号 18 位（15 位见 R-11），不含 I、O、Z、S、V；抬头库中的税号以库为准。
    """
    for invoice, buyer in company_ids(facts):
        wrong = faults(buyer.tax_id) if buyer.tax_id and not buyer.id_is_in_library else ()
        if wrong:
            expected = (buyer.title.tax_id if buyer.title else None) or "18 位数字或大写字母(不含 I O Z S V)"
            zh, en = _fault_texts(buyer.tax_id, wrong)
            remedies = (reissue("buyer.tax_id", buyer.title.tax_id if buyer.title else None),)
            yield Hit(of_invoice(invoice), zh, en, expected, buyer.tax_id, remedies)


def _fault_texts(tax_id: str, wrong: tuple[str, ...]) -> tuple[str, str]:
    if wrong[0].isdecimal():
        return (
            f"税号“{tax_id}”有 {wrong[0]} 位，应为 18 位。",
            f"The tax id {tax_id} has {wrong[0]} characters, not 18.",
        )
    places = [tuple(item.split("@")) for item in wrong]
    zh = "、".join(f"第{place}位“{char}”" for char, place in places)
    en = ", ".join(f"{char} in place {place}" for char, place in places)
    hint = (
        ("，可能是数字 0、1、2、5 之误", "; probably a digit 0, 1, 2 or 5")
        if {c for c, _ in places} & CONFUSED
        else ("", "")
    )
    return (
        f"税号“{tax_id}”有不允许的字符：{zh}{hint[0]}。",
        f"The tax id {tax_id} has characters that no code has: {en}{hint[1]}.",
    )


@rule(
    "R-11",
    Severity.WARN,
    "15位旧税号须确认已换18位",
    "An old 15-character tax id must be upgraded",
    clause="B-4.2",
    resolver=Resolver.FINANCE,
    applies=has_buyer,
    uses=("tax_id_15_cutoff",),
    yields_to=("R-10",),
)
def tax_id_is_upgraded(facts: Facts) -> Iterator[Hit | Lacks]:
    """A 15-character id warns until the policy's cut-off day, and returns from then on.

    15 位税号在停用日之前提示，之后退回。
    """
    cutoff = facts.parameters.tax_id_15_cutoff
    for invoice, buyer in company_ids(facts):
        if len(buyer.tax_id) == 15:
            day = invoice.invoice.issue_date or facts.claim.submitted_on
            late = cutoff is not None and day >= cutoff
            zh = f"税号“{buyer.tax_id}”是 15 位旧税号，请确认是否已换发 18 位。"
            en = f"The tax id {buyer.tax_id} is an old one of 15 characters: has it been replaced?"
            severity = Severity.RETURN if late else None
            remedies = (
                (reissue("buyer.tax_id"),)
                if late
                else (
                    do(
                        "confirm",
                        "buyer.tax_id",
                        "财务确认并更新抬头库",
                        "Finance confirms and updates the title library",
                    ),
                )
            )
            yield Hit(
                of_invoice(invoice),
                zh,
                en,
                "18 位统一社会信用代码 / a code of 18 characters",
                buyer.tax_id,
                remedies,
                severity,
            )


@rule(
    "R-12",
    Severity.WARN,
    "税号校验位",
    "Check character of the tax id",
    clause="B-2.2",
    applies=has_buyer,
    yields_to=("R-10", "R-07"),
)
def tax_id_checks(facts: Facts) -> Iterator[Hit | Lacks]:
    """A failed GB 32100 check character warns; an id of the title library is trusted as it stands.

    税号校验位不符时提示；抬头库中的税号以库为准。
    """
    for invoice, buyer in company_ids(facts):
        if len(buyer.tax_id) == 18 and not buyer.id_is_in_library and not has_valid_check(buyer.tax_id):
            zh = f"税号“{buyer.tax_id}”的校验位不符，可能录入有误。"
            en = f"The check character of tax id {buyer.tax_id} does not fit; it may be mistyped."
            remedies = (
                do("confirm", "buyer.tax_id", "对照营业执照核对税号", "Compare the tax id with the business licence"),
            )
            yield Hit(of_invoice(invoice), zh, en, "校验位相符 / a check character that fits", buyer.tax_id, remedies)


@rule(
    "R-13",
    Severity.RETURN,
    "税号须与抬头一户一码",
    "The tax id belongs to the title",
    clause="B-1.4 B-2.2 B-4.2 B-9.2",
    needs=("titles",),
    applies=has_buyer,
    yields_to=("R-10", "R-07", "R-15"),
)
def tax_id_belongs_to_title(facts: Facts) -> Iterator[Hit | Lacks]:
    """Name and tax id are those of one title; an id that no title has is returned too.

    名称与税号属于同一抬头；不在抬头库中的税号也退回。
    """
    for invoice, buyer in company_ids(facts):
        if not buyer.tax_id or buyer.standing is Standing.OUTDATED or buyer.pair_holds:
            continue
        title = buyer.title
        owner = buyer.owner_of_id
        whose = ("不在抬头库中", "is in no title of the library")
        if owner:
            whose = (f"属于“{owner.name}”", f"belongs to {owner.name}")
        zh = f"税号“{buyer.tax_id}”与抬头“{buyer.name}”不匹配：{whose[0]}。"
        en = f'The tax id {buyer.tax_id} does not go with "{buyer.name}": it {whose[1]}.'
        expected = (title.tax_id if title else None) or "抬头库中的税号 / a tax id of the library"
        remedies = (reissue("buyer.tax_id", title.tax_id if title else None),)
        yield Hit(of_invoice(invoice), zh, en, expected, buyer.tax_id, remedies)


RULES: tuple[Rule, ...] = (
    tax_id_is_stated,
    tax_id_is_well_formed,
    tax_id_is_upgraded,
    tax_id_checks,
    tax_id_belongs_to_title,
    elsewhere(
        "R-18",
        Severity.INFO,
        "普票四项非强制",
        "The four items are optional on ordinary invoices",
        clause="B-2.3",
        why="普票和数电票四项可不填 / optional: nothing to return for ordinary and digital invoices",
    ),
)
