"""Chapter 4a, second half: the buyer's tax id and the four items of special VAT invoices."""

import re
from collections.abc import Iterator

from reimburse.domain.finding import Resolver, Severity
from reimburse.domain.invoice import SPECIAL_KINDS, InvoiceKind, Party
from rules.buyers import Buyer, Standing, buyers, must_name_a_buyer
from rules.facts import Facts, InvoiceFacts
from rules.folding import blank, fold
from rules.remedies import complete, do, reissue
from rules.rule import NOTHING, Hit, Lacks, Rule, elsewhere, of_invoice, rule, where
from rules.tax_id import CONFUSED, faults, has_valid_check
from rules.titles import has_buyer, judged
from rules.vocabulary import FIELDS, listed

FOUR_ITEM_KINDS = frozenset({InvoiceKind.SPECIAL_PAPER, InvoiceKind.SPECIAL_ELECTRONIC})
BRANCH = re.compile(r"支行|分行|营业部|营业室|分理处|储蓄所|信用社|财务公司|branch", re.IGNORECASE)
special = where(
    lambda facts: any(invoice.invoice.kind in SPECIAL_KINDS for invoice in facts.invoices),
    "没有专用发票 / no special VAT invoice",
)


def company_ids(facts: Facts) -> Iterator[tuple[InvoiceFacts, Buyer]]:
    """The invoices made out to a company."""
    for invoice, buyer in judged(facts):
        if buyer.standing is not Standing.PERSONAL:
            yield invoice, buyer


@rule(
    "R-09",
    Severity.RETURN,
    "企业抬头必须有税号",
    "A company's tax id is mandatory",
    clause="B-2.2",
    applies=has_buyer,
)
def tax_id_is_stated(facts: Facts) -> Iterator[Hit | Lacks]:
    """An invoice made out to a company states its tax id."""
    for invoice, buyer in company_ids(facts):
        if not buyer.tax_id and must_name_a_buyer(invoice):
            expected = (buyer.title.tax_id if buyer.title else None) or "15 或 18 位税号 / 15 or 18 characters"
            remedies = (complete("buyer.tax_id"), reissue("buyer.tax_id", buyer.title.tax_id if buyer.title else None))
            zh, en = "购买方没有税号，企业抬头必须填写。", "The buyer's tax id is missing; a company must state it."
            yield Hit(of_invoice(invoice), zh, en, expected, NOTHING, remedies)


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
    """A company's tax id has 18 characters (or 15, R-11) and never I, O, Z, S or V; the library is trusted."""
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
    """A 15-character id warns until the policy's cut-off day, and returns from then on."""
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
            yield Hit(of_invoice(invoice), zh, en, "18 位统一社会信用代码", buyer.tax_id, remedies, severity)


@rule(
    "R-12",
    Severity.WARN,
    "税号校验位",
    "Check character of the tax id",
    clause="B-2.2",
    resolver=Resolver.FINANCE,
    applies=has_buyer,
    yields_to=("R-10", "R-07"),
)
def tax_id_checks(facts: Facts) -> Iterator[Hit | Lacks]:
    """A failed GB 32100 check character warns; an id of the title library is trusted as it stands."""
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
    """Name and tax id are those of one title; an id that no title has is returned too."""
    for invoice, buyer in company_ids(facts):
        if not buyer.tax_id or buyer.standing is Standing.OUTDATED or _pair_holds(buyer):
            continue
        title = buyer.title
        owner = next((item.name for item in buyer.library if fold(item.tax_id or "") == buyer.tax_id), None)
        whose = (
            (f"属于“{owner}”", f"belongs to {owner}") if owner else ("不在抬头库中", "is in no title of the library")
        )
        zh = f"税号“{buyer.tax_id}”与抬头“{buyer.name}”不匹配：{whose[0]}。"
        en = f'The tax id {buyer.tax_id} does not go with "{buyer.name}": it {whose[1]}.'
        expected = (title.tax_id if title else None) or "抬头库中的税号 / a tax id of the library"
        remedies = (reissue("buyer.tax_id", title.tax_id if title else None),)
        yield Hit(of_invoice(invoice), zh, en, expected, buyer.tax_id, remedies)


def _pair_holds(buyer: Buyer) -> bool:
    """A known name wants its own id; under an unknown name any id of the library is left to R-01."""
    if not buyer.is_ours:
        return buyer.id_is_in_library
    known = [fold(title.tax_id) for title in buyer.library if title.tax_id and fold(title.name) == fold(buyer.name)]
    if buyer.title and buyer.title.tax_id:
        known.append(fold(buyer.title.tax_id))
    return not known or buyer.tax_id in known


@rule(
    "R-16",
    Severity.RETURN,
    "专票购买方四项须齐全",
    "Special VAT invoices state the buyer's four items",
    clause="B-1.3 B-2.3 B-9.2",
    applies=where(
        lambda facts: any(invoice.invoice.kind in FOUR_ITEM_KINDS for invoice in facts.invoices),
        "没有税控专用发票；数电专票四项可不填 / no tax-controlled special invoice",
    ),
)
def four_items_are_stated(facts: Facts) -> Iterator[Hit | Lacks]:
    """Address, phone, bank and account of the buyer stand on tax-controlled special invoices."""
    for invoice in facts.invoices:
        missing = four_items_missing(invoice.invoice.buyer) if invoice.invoice.kind in FOUR_ITEM_KINDS else ()
        if missing:
            names = listed(FIELDS, missing)
            field = "buyer.address_phone" if missing[0] in {"address", "phone"} else "buyer.bank_account"
            yield Hit(
                of_invoice(invoice),
                f"专用发票购买方缺：{names.zh}。",
                f"The special invoice lacks the buyer's {names.en}.",
                "地址、电话、开户行、账号 / address, phone, bank, account",
                f"缺 {names.zh} / lacks {names.en}",
                (complete(field), reissue(field)),
            )


def four_items_missing(buyer: Party) -> tuple[str, ...]:
    """Which of the four items a buyer block lacks.

    >>> four_items_missing(Party(address_phone="北京市示例路1号 010-12345678", bank_account="示例银行"))
    ('account',)
    """
    address, phone = _split(buyer.address_phone, r"[0-9][0-9 ()\-转]{5,}[0-9]$")
    bank, account = _split(buyer.bank_account, r"[0-9][0-9 \-]{6,}[0-9]$")
    items = {"address": address, "phone": phone, "bank": bank, "account": account}
    return tuple(name for name, there in items.items() if not there)


def _split(text: str | None, number: str) -> tuple[bool, bool]:
    """Whether a block has words, and whether it ends in a number of this form."""
    plain = (text or "").strip()
    found = re.search(number, plain)
    return not blank(plain[: found.start()] if found else plain), bool(found)


@rule(
    "R-17",
    Severity.WARN,
    "开户行精确到支行",
    "The bank is named down to its branch",
    clause="B-2.3",
    resolver=Resolver.FINANCE,
    applies=special,
    needs=("titles",),
)
def bank_names_its_branch(facts: Facts) -> Iterator[Hit | Lacks]:
    """The buyer's bank names its branch; where the library has the record, R-123 compares it instead."""
    views = buyers(facts)
    for invoice in facts.invoices:
        stated, title = invoice.invoice.buyer.bank_account, views[invoice.id].title
        on_record = title is not None and not blank(title.bank_account)
        if invoice.invoice.kind in SPECIAL_KINDS and stated and not on_record and not BRANCH.search(stated):
            zh, en = "购买方开户行没有写到支行。", "The buyer's bank is not named down to its branch."
            remedy = do("confirm", "buyer.bank_account", "财务补全抬头库", "Finance completes the title library")
            yield Hit(of_invoice(invoice), zh, en, "××银行××支行", stated, (remedy,))


@rule(
    "R-19",
    Severity.RETURN,
    "专票购销双方信息须对应",
    "Buyer's and seller's data agree on special VAT invoices",
    clause="B-2.2",
    applies=special,
)
def parties_of_special_agree(facts: Facts) -> Iterator[Hit | Lacks]:
    """A special invoice names a seller with a well-formed tax id beside its name, as it does the buyer."""
    for invoice in facts.invoices:
        seller = invoice.invoice.seller
        wrong = faults(fold(seller.tax_id)) if seller.tax_id else ()
        if invoice.invoice.kind in SPECIAL_KINDS and wrong:
            zh = f"专用发票销售方税号“{seller.tax_id}”位数或字符不对。"
            en = f"The seller's tax id {seller.tax_id} on this special invoice is malformed."
            remedies = (complete("seller.tax_id"), reissue("seller.tax_id"))
            yield Hit(of_invoice(invoice), zh, en, "18 位税号 / 18 characters", seller.tax_id or NOTHING, remedies)


@rule(
    "R-123",
    Severity.RETURN,
    "购买方信息须与备案一致",
    "The buyer block equals the record on file",
    clause="B-6.2 B-2.3",
    needs=("titles",),
    applies=has_buyer,
)
def buyer_block_equals_record(facts: Facts) -> Iterator[Hit | Lacks]:
    """What the invoice states of address, phone, bank and account is what the title library holds."""
    for invoice, buyer in judged(facts):
        if not buyer.is_ours or not buyer.title:
            continue
        for field in ("address_phone", "bank_account"):
            stated, record = getattr(invoice.invoice.buyer, field), getattr(buyer.title, field)
            if not blank(stated) and not blank(record) and fold(stated) != fold(record):
                names = FIELDS[f"buyer.{field}"]
                zh = f"{names.zh}“{stated}”与备案“{record}”不一致。"
                en = f'The {names.en} "{stated}" is not the record "{record}".'
                remedies = (reissue(f"buyer.{field}", record),)
                yield Hit(of_invoice(invoice), zh, en, record, stated, remedies)


RULES: tuple[Rule, ...] = (
    tax_id_is_stated,
    tax_id_is_well_formed,
    tax_id_is_upgraded,
    tax_id_checks,
    tax_id_belongs_to_title,
    four_items_are_stated,
    bank_names_its_branch,
    elsewhere(
        "R-18",
        Severity.INFO,
        "普票四项非强制",
        "The four items are optional on ordinary invoices",
        clause="B-2.3",
        why="普票和数电票四项可不填 / optional: nothing to return for ordinary and digital invoices",
    ),
    parties_of_special_agree,
    buyer_block_equals_record,
)
