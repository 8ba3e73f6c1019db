"""Chapter 4a: the buyer's title and tax id (抬头、税号)."""

from collections.abc import Iterator

from reimburse.domain.finding import Resolver, Severity
from rules.buyers import (
    Buyer,
    Standing,
    buyers,
    difference,
    looks_like_company,
    missing_suffix,
    names_the_claimant,
)
from rules.facts import Facts, InvoiceFacts
from rules.folding import fold
from rules.remedies import attach, complete, do, reissue
from rules.rule import NOTHING, Hit, Lacks, Rule, elsewhere, of_invoice, rule, told, where
from rules.tax_id import is_personal

Judged = tuple[tuple[InvoiceFacts, Buyer], ...]
WRONG = frozenset({Standing.UNKNOWN, Standing.MISSING, Standing.FORMER, Standing.OTHER_ENTITY})


def judged(facts: Facts) -> Judged:
    """The invoices whose buyer is judged."""
    return facts.once("judged", _judged)


def _judged(facts: Facts) -> Judged:
    found = ((invoice, buyers(facts)[invoice.id]) for invoice in facts.invoices)
    return tuple((invoice, buyer) for invoice, buyer in found if buyer.standing is not Standing.NOT_JUDGED)


has_buyer = where(judged, "没有须列购买方的发票 / no invoice that names a buyer")


@rule(
    "R-01",
    Severity.RETURN,
    "抬头须与税务登记全称一字不差",
    "Buyer title equals the registered full name",
    clause="B-2.1 B-4.1 B-9.2 A-3",
    needs=("titles",),
    applies=has_buyer,
    yields_to=("R-07",),
    any_remedy=True,
)
def title_is_exact(facts: Facts) -> Iterator[Hit | Lacks]:
    """The buyer's name is a title of the library, to the character.

    购买方名称与抬头库中的名称一字不差。
    """
    for invoice, buyer in judged(facts):
        if buyer.standing in WRONG:
            yield _wrong_title(invoice, buyer)


def _wrong_title(invoice: InvoiceFacts, buyer: Buyer) -> Hit:
    expected = buyer.title.name if buyer.title else "公司登记全称 / the registered full name"
    remedies = [reissue("buyer.name", buyer.title.name if buyer.title else None)]
    if buyer.standing is Standing.MISSING:
        zh, en = "发票没有读出购买方名称。", "The invoice states no buyer's name."
        remedies.insert(0, complete("buyer.name"))
    else:
        zh, en = _title_texts(buyer, expected)
    return Hit(of_invoice(invoice), zh, en, expected, buyer.name or NOTHING, tuple(remedies))


def _title_texts(buyer: Buyer, expected: str) -> tuple[str, str]:
    zh = f"抬头“{buyer.name}”与登记全称“{expected}”不一致"
    en = f'The title "{buyer.name}" is not the registered name "{expected}"'
    if buyer.standing is Standing.FORMER:
        return f"{zh}：这是曾用名。", f"{en}: it is a former name."
    if buyer.standing is Standing.OTHER_ENTITY:
        return f"{zh}：这是另一家主体的抬头。", f"{en}: it belongs to another legal entity."
    if buyer.title is None:
        return f"抬头“{buyer.name}”不在抬头库中。", f'The title "{buyer.name}" is not in the title library.'
    zh_diff, en_diff = difference(fold(buyer.name), fold(expected))
    suffix = missing_suffix(fold(buyer.name), fold(expected))
    if suffix and fold(buyer.name) + suffix == fold(expected):
        zh_diff, en_diff = f"缺后缀“{suffix}”", f'the suffix "{suffix}" is missing'
    elif suffix:
        zh_diff, en_diff = f"{zh_diff}；缺后缀“{suffix}”", f'{en_diff}; the suffix "{suffix}" is missing'
    return f"{zh}：{zh_diff}。", f"{en}: {en_diff}."


@rule(
    "R-03",
    Severity.WARN,
    "个人抬头须为身份证姓名",
    "A personal title is the name on the ID card",
    clause="B-2.1 B-4.1",
    applies=where(
        lambda facts: any(buyer.standing is Standing.PERSONAL for buyer in buyers(facts).values()),
        "没有个人抬头的发票 / no invoice with a personal title",
    ),
    yields_to=("R-07",),
)
def personal_title_is_the_claimants(facts: Facts) -> Iterator[Hit | Lacks]:
    """A personal title is the claimant's own name, or a proof of identity stands beside it.

    个人抬头是报销人本人姓名，否则附身份证明。
    """
    name = facts.claim.employee.name
    if name is None:
        yield Lacks("claim.employee.name")
        return
    proof = any(item.kind == "identity_proof" for item in facts.attachments or ())
    for invoice, buyer in judged(facts):
        if buyer.standing is not Standing.PERSONAL or names_the_claimant(facts, buyer.name):
            continue
        if facts.attachments is None:
            yield Lacks("attachments")
        elif not proof:
            zh = f"个人抬头“{buyer.name}”不是报销人“{name}”的姓名。"
            en = f'The personal title "{buyer.name}" is not the claimant\'s name.'
            yield Hit(of_invoice(invoice), zh, en, name, buyer.name, (attach("identity_proof"),))


@rule(
    "R-07",
    Severity.RETURN,
    "个人与单位抬头不可混淆",
    "Personal and company titles are not confused",
    clause="B-4.1",
    applies=has_buyer,
)
def title_and_id_are_of_one_kind(facts: Facts) -> Iterator[Hit | Lacks]:
    """A person's name does not stand with a company's tax id, nor a company's name with a person's.

    个人姓名不配单位税号，单位名称不配个人证件号。
    """
    for invoice, buyer in judged(facts):
        if not buyer.tax_id or buyer.is_ours:
            continue
        person = buyer.standing is Standing.PERSONAL and not looks_like_company(buyer.name)
        if person and not is_personal(buyer.tax_id):
            zh, en = "个人姓名配了单位税号", "a person's name stands with a company's tax id"
        elif looks_like_company(buyer.name) and is_personal(buyer.tax_id) and len(buyer.tax_id) == 18:
            zh, en = "单位名称配了个人证件号", "a company's name stands with a person's number"
        else:
            continue
        title = buyer.title or buyer.owner_of_id
        yield Hit(
            of_invoice(invoice),
            f"购买方“{buyer.name}”：{zh}（{masked(buyer.tax_id)}）。",
            f'Buyer "{buyer.name}": {en} ({masked(buyer.tax_id)}).',
            title.name if title else "单位全称与其税号 / a company's full name and tax id",
            buyer.name,
            (reissue("buyer.name", title.name if title else None),),
        )


def masked(number: str) -> str:
    """A number that may be a person's, its middle hidden.

    >>> masked("110101199003071234"), masked("12345678")
    ('1101**********1234', '********')
    """
    return number[:4] + "*" * max(0, len(number) - 8) + number[-4:] if len(number) > 8 else "*" * len(number)


@rule(
    "R-14",
    Severity.WARN,
    "抬头、税号不得有空格、换行、特殊符号",
    "No blanks or symbols in title and tax id",
    clause="B-2.3 B-4.3",
    needs=("titles",),
    applies=has_buyer,
)
def title_is_printed_cleanly(facts: Facts) -> Iterator[Hit | Lacks]:
    """A title or tax id that is equal only after white space and brackets are put right is pointed out.

    去掉空格、换行并统一括号后才相同的抬头或税号，予以提示。
    """
    for invoice, buyer in judged(facts):
        raw = invoice.invoice.buyer.tax_id or ""
        title = buyer.title
        if buyer.standing is Standing.FOLDED and title:
            zh, en = (
                f"抬头“{buyer.name}”有多余空格或符号，已按规范化后比对。",
                "The title has blanks or symbols; it was compared without them.",
            )
            yield Hit(
                of_invoice(invoice),
                zh,
                en,
                title.name,
                buyer.name,
                (do("none", "buyer.name", "下次开票请复制开票信息", "Copy the invoicing information next time"),),
            )
        elif buyer.is_ours and title and raw != buyer.tax_id == fold(title.tax_id or ""):
            zh, en = (
                f"税号“{raw}”有多余空格或符号，已按规范化后比对。",
                "The tax id has blanks or symbols; it was compared without them.",
            )
            yield Hit(
                of_invoice(invoice),
                zh,
                en,
                title.tax_id or "",
                raw,
                (do("none", "buyer.tax_id", "下次开票请复制开票信息", "Copy the invoicing information next time"),),
            )


@rule(
    "R-15",
    Severity.RETURN,
    "更名或税号变更后不得再用旧信息",
    "No former title after the change",
    clause="B-2.3 B-4.3",
    resolver=Resolver.FINANCE,
    needs=("titles",),
    applies=has_buyer,
)
def title_was_in_force(facts: Facts) -> Iterator[Hit | Lacks]:
    """Title and tax id were in force on the day the invoice was issued.

    抬头和税号在开票当天有效。
    """
    for invoice, buyer in judged(facts):
        title = buyer.title
        if buyer.standing is not Standing.OUTDATED or not title:
            continue
        renamed = fold(title.name) != fold(buyer.name) or fold(title.tax_id or "") == buyer.tax_id
        field, now, was = (
            ("buyer.name", title.name, buyer.name) if renamed else ("buyer.tax_id", title.tax_id or "", buyer.tax_id)
        )
        day, span = invoice.invoice.issue_date, f"{title.valid_from or '…'} – {title.valid_to or '…'}"
        zh = f"“{was}”在开票日 {day} 不是有效信息（“{now}”有效期 {span}）。"
        en = f'"{was}" was not in force on {day} ("{now}" holds {span}).'
        yield Hit(of_invoice(invoice), zh, en, now, was, (reissue(field, now),))


RULES: tuple[Rule, ...] = (
    title_is_exact,
    told(
        "R-02",
        Severity.RETURN,
        "政府、事业单位用官方全称",
        "Public bodies use their official full name",
        clause="B-2.1",
        by=("R-01",),
    ),
    personal_title_is_the_claimants,
    elsewhere(
        "R-04",
        Severity.RETURN,
        "抬头须与公章、银行账户名一致",
        "Title equals seal and bank-account name",
        clause="B-2.1",
        why="录入抬头库时与公章、账户户名核对 / compared with seal and account when a title enters the library (F-13)",
    ),
    told(
        "R-05",
        Severity.RETURN,
        "抬头错误应作废重开",
        "A wrong title is voided and issued again",
        clause="B-2.1",
        by=("R-01",),
    ),
    told(
        "R-06",
        Severity.RETURN,
        "缺“有限公司”等后缀或旧名",
        "Missing suffix or former name",
        clause="B-4.1",
        by=("R-01",),
    ),
    title_and_id_are_of_one_kind,
    told("R-08", Severity.RETURN, "多字少字逐字比对", "Character-level difference", clause="B-4.1", by=("R-01",)),
    title_is_printed_cleanly,
    title_was_in_force,
)
