"""Chapter 4a: address, phone, bank and account of the buyer, and the parties of special VAT invoices."""

import re
from collections.abc import Iterator

from reimburse.domain.finding import Resolver, Severity
from reimburse.domain.invoice import SPECIAL_KINDS, InvoiceKind, Party
from rules.buyers import buyers
from rules.facts import Facts
from rules.folding import blank, fold
from rules.remedies import complete, do, reissue
from rules.rule import NOTHING, Hit, Lacks, Rule, of_invoice, rule, where
from rules.tax_id import faults
from rules.titles import has_buyer, judged
from rules.vocabulary import FIELDS, listed

FOUR_ITEM_KINDS = frozenset({InvoiceKind.SPECIAL_PAPER, InvoiceKind.SPECIAL_ELECTRONIC})
BLOCKS = {"address": "address_phone", "phone": "address_phone", "bank": "bank_account", "account": "bank_account"}
BRANCH = re.compile(r"支行|分行|营业部|营业室|分理处|储蓄所|信用社|财务公司|branch", re.IGNORECASE)
LABELS = re.compile(r"开户银?行|[账帐]号|地址|(联系)?电话|[及和、,;:：()/-]")
special = where(lambda facts: facts.kinds & SPECIAL_KINDS, "没有专用发票 / no special VAT invoice")


@rule(
    "R-16",
    Severity.RETURN,
    "专票购买方四项须齐全",
    "Special VAT invoices state the buyer's four items",
    clause="B-1.3 B-2.3 B-9.2",
    applies=where(
        lambda facts: facts.kinds & FOUR_ITEM_KINDS,
        "没有税控专用发票；数电专票四项可不填 / no tax-controlled special invoice",
    ),
    any_remedy=True,
)
def four_items_are_stated(facts: Facts) -> Iterator[Hit | Lacks]:
    """Address, phone, bank and account of the buyer stand on tax-controlled special invoices.

    税控专用发票写明购买方地址、电话、开户行、账号。
    """
    for invoice in facts.invoices:
        missing = four_items_missing(invoice.invoice.buyer) if invoice.invoice.kind in FOUR_ITEM_KINDS else ()
        if missing:
            names = listed(FIELDS, missing)
            fields = tuple(dict.fromkeys(f"buyer.{BLOCKS[item]}" for item in missing))
            yield Hit(
                of_invoice(invoice),
                f"专用发票购买方缺：{names.zh}。",
                f"The special invoice lacks the buyer's {names.en}.",
                "地址、电话、开户行、账号 / address, phone, bank, account",
                f"缺 {names.zh} / lacks {names.en}",
                (*(complete(field) for field in fields), reissue(fields[0])),
                clauses="B-8.3",
            )


def four_items_missing(buyer: Party) -> tuple[str, ...]:
    """Which of the four items a buyer block lacks.

    >>> four_items_missing(Party(address_phone="北京市示例路1号 010-12345678", bank_account="示例银行"))
    ('account',)
    """
    address, phone = _split(buyer.address_phone, r"[0-9][0-9 ()\-转]{5,}[0-9]")
    bank, account = _split(buyer.bank_account, r"[0-9][0-9 \-]{6,}[0-9]")
    items = {"address": address, "phone": phone, "bank": bank, "account": account}
    return tuple(name for name, there in items.items() if not there)


def _split(text: str | None, number: str) -> tuple[bool, bool]:
    """Whether a block has words besides its labels, and whether it has a number of this form."""
    words, count = re.subn(number, "", fold(text or ""))
    return not blank(LABELS.sub("", words)), bool(count)


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
    """The buyer's bank names its branch; where the library has the record, R-123 compares it instead.

    购买方开户行写到支行；抬头库有备案的由 R-123 比对。
    """
    views = buyers(facts)
    for invoice in facts.invoices:
        stated, title = invoice.invoice.buyer.bank_account, views[invoice.id].title
        on_record = title is not None and not blank(title.bank_account)
        if invoice.invoice.kind in SPECIAL_KINDS and stated and not on_record and not BRANCH.search(stated):
            zh, en = "购买方开户行没有写到支行。", "The buyer's bank is not named down to its branch."
            remedy = do("confirm", "buyer.bank_account", "财务补全抬头库", "Finance completes the title library")
            yield Hit(of_invoice(invoice), zh, en, "××银行××支行 / the bank and its branch", stated, (remedy,))


@rule(
    "R-19",
    Severity.RETURN,
    "专票购销双方信息须对应",
    "Buyer's and seller's data agree on special VAT invoices",
    clause="B-2.2",
    applies=special,
    any_remedy=True,
)
def parties_of_special_agree(facts: Facts) -> Iterator[Hit | Lacks]:
    """A special invoice names a seller with a well-formed tax id beside its name, as it does the buyer.

    专用发票的销售方税号位数和字符正确。
    """
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
    """What the invoice states of address, phone, bank and account is on record so; half an item is R-16's.

    发票所列地址、电话、开户行、账号与抬头库一致；不完整的见 R-16。
    """
    for invoice, buyer in judged(facts):
        if not buyer.is_ours or not buyer.title:
            continue
        halves = four_items_missing(invoice.invoice.buyer) if invoice.invoice.kind in FOUR_ITEM_KINDS else ()
        for field, items in (("address_phone", ("address", "phone")), ("bank_account", ("bank", "account"))):
            stated, record = getattr(invoice.invoice.buyer, field), getattr(buyer.title, field)
            whole = not blank(stated) and not blank(record) and not set(items) & set(halves)
            if whole and fold(stated) != fold(record):
                names = FIELDS[f"buyer.{field}"]
                zh = f"{names.zh}“{stated}”与备案“{record}”不一致。"
                en = f'The {names.en} "{stated}" is not the record "{record}".'
                remedies = (reissue(f"buyer.{field}", record),)
                yield Hit(of_invoice(invoice), zh, en, record, stated, remedies)


RULES: tuple[Rule, ...] = (
    four_items_are_stated,
    bank_names_its_branch,
    parties_of_special_agree,
    buyer_block_equals_record,
)
