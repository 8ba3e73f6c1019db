"""The face of the document: legible, unaltered, sealed, numbered, complete."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from operator import attrgetter

from reimburse.domain.finding import Severity
from reimburse.domain.invoice import CODELESS_KINDS, PAPER_KINDS, Invoice, InvoiceKind
from rules.amounts import has_invoice
from rules.authenticity import TAX_CONTROLLED
from rules.evidence import NATIVE_DATA
from rules.facts import Facts, InvoiceFacts
from rules.folding import blank
from rules.plain_words import plain
from rules.remedies import complete, do, reissue
from rules.rule import NOTHING, Applies, Hit, Lacks, Rule, elsewhere, of_invoice, rule
from rules.vocabulary import FIELDS, listed

COUNTED = TAX_CONTROLLED | {
    InvoiceKind.TOLL,
    InvoiceKind.MOTOR_VEHICLE,
    InvoiceKind.BLOCKCHAIN,
    InvoiceKind.SPECIAL_DIGITAL,
    InvoiceKind.GENERAL_DIGITAL,
}
RETAKE = do("upload", "clear_picture", "重拍清晰照片，或上传 OFD、XML", "Take a clearer picture, or upload OFD or XML")


def papers(facts: Facts) -> list[InvoiceFacts]:
    """Invoices on paper, or photographed."""
    return [item for item in facts.invoices if item.invoice.kind in PAPER_KINDS or item.format == "image"]


def handwritten(facts: Facts) -> list[InvoiceFacts]:
    """Invoices on paper that were written by hand, or of which nobody said."""
    return [item for item in papers(facts) if item.handwritten is not False]


def _some(find: Callable[[Facts], list[InvoiceFacts]], why: str) -> Applies:
    return lambda facts: None if find(facts) else why


@rule(
    "R-20",
    Severity.RETURN,
    "手写票须清晰并加盖公章",
    "Handwritten invoices are legible and sealed",
    clause="B-4.3",
    applies=_some(handwritten, "没有手写发票 / no handwritten invoice"),
)
def handwritten_is_sealed(facts: Facts) -> Iterator[Hit | Lacks]:
    """A handwritten invoice bears a legible seal.

    手写发票盖有清晰的公章。
    """
    for invoice in handwritten(facts):
        if invoice.handwritten is None:
            yield Lacks("invoices.handwritten")
        elif invoice.stamp_legible is None:
            yield Lacks("invoices.stamp_legible")
        elif not invoice.stamp_legible:
            zh, en = "手写发票须工整清晰并加盖公章。", "A handwritten invoice must be legible and bear the seal."
            yield Hit(of_invoice(invoice), zh, en, "清晰公章 / a legible seal", NOTHING, (reissue("kind"),))


@rule(
    "R-70",
    Severity.BLOCK,
    "涂改的发票直接作废",
    "An altered invoice is void",
    clause="B-9.2",
    applies=_some(papers, "没有纸质或拍照发票 / no paper invoice or photo"),
)
def face_is_unaltered(facts: Facts) -> Iterator[Hit | Lacks]:
    """Nothing on the paper was altered by hand.

    纸质票面没有涂改。
    """
    for invoice in papers(facts):
        if invoice.altered_by_hand is None:
            yield Lacks("invoices.altered_by_hand")
        elif invoice.altered_by_hand:
            zh, en = "票面有涂改，发票作废。", "The face was altered by hand: the invoice is void."
            yield Hit(of_invoice(invoice), zh, en, "无涂改 / unaltered", "涂改 / altered", (reissue("lines"),))


@rule(
    "R-83",
    Severity.RETURN,
    "票面须清晰无褶皱污损",
    "The face is legible",
    clause="B-9.2 B-7.3",
    applies=_some(papers, "没有纸质或拍照发票 / no paper invoice or photo"),
)
def face_is_legible(facts: Facts) -> Iterator[Hit | Lacks]:
    """The picture of a paper invoice can be read.

    纸质发票的图片可以辨认。
    """
    for invoice in papers(facts):
        if invoice.legible is None:
            yield Lacks("invoices.legible")
        elif not invoice.legible:
            zh, en = "票面模糊、褶皱或污损，无法辨认。", "The face is blurred, creased or stained."
            yield Hit(of_invoice(invoice), zh, en, "清晰 / legible", "模糊 / illegible", (RETAKE,))


def sealed(facts: Facts) -> list[InvoiceFacts]:
    """Invoices of the tax-controlled kinds, which bear the seal, tolls with a code too; native data shows none."""
    return [item for item in facts.invoices if _bears_seal(item.invoice) and item.format not in NATIVE_DATA]


def _bears_seal(invoice: Invoice) -> bool:
    if invoice.kind is InvoiceKind.TOLL:
        return invoice.code is not None
    return invoice.kind in TAX_CONTROLLED or invoice.kind is InvoiceKind.MOTOR_VEHICLE


@rule(
    "R-108",
    Severity.RETURN,
    "发票专用章须清晰",
    "The seal is legible",
    clause="B-7.3 B-11.3",
    applies=_some(sealed, "没有税控发票；数电票无发票专用章 / no tax-controlled invoice: digital ones bear no seal"),
    any_remedy=True,
)
def seal_is_legible(facts: Facts) -> Iterator[Hit | Lacks]:
    """A tax-controlled invoice bears a legible 发票专用章 (decision 7).

    税控发票盖有清晰的发票专用章。
    """
    for invoice in sealed(facts):
        if invoice.stamp_legible is None:
            yield Lacks("invoices.stamp_legible")
        elif not invoice.stamp_legible:
            zh, en = "发票专用章缺失或不清晰。", "The invoice seal is missing or illegible."
            yield Hit(
                of_invoice(invoice), zh, en, "清晰的发票专用章 / a legible seal", NOTHING, (RETAKE, reissue("kind"))
            )


@rule(
    "R-101",
    Severity.RETURN,
    "发票代码、号码位数",
    "Length of code and number",
    clause="B-8.2",
    applies=has_invoice,
    any_remedy=True,
)
def code_and_number_have_their_length(facts: Facts) -> Iterator[Hit | Lacks]:
    """A code has 10 or 12 digits and its number 8; 数电票 and e-tickets have 20 digits and no code (decision 5).

    发票代码 10 或 12 位、号码 8 位；数电票和电子客票号码 20 位、没有代码。
    """
    for invoice in facts.invoices:
        stated = invoice.invoice
        fault = _length_fault(stated) if stated.kind in COUNTED else None
        if fault:
            field, expected, found = fault
            names = FIELDS[field]
            wanted = plain(expected)
            zh, en = f"{names.zh}“{found}”不对，应为{wanted.zh}。", f"The {names.en} {found} is not right: {wanted.en}."
            yield Hit(of_invoice(invoice), zh, en, expected, found, (complete(field), reissue(field)))


def _length_fault(invoice: Invoice) -> tuple[str, str, str] | None:
    code, number = invoice.code, invoice.number
    digital = invoice.kind in CODELESS_KINDS or (code is None and len(number or "") == 20)
    if digital and number and not re.fullmatch(r"[0-9]{20}", number):
        return "number", "20 位数字 / 20 digits", number
    if digital:
        return ("code", "没有代码 / no code", code) if code else None
    if code and not re.fullmatch(r"[0-9]{10}|[0-9]{12}", code):
        return "code", "10 或 12 位数字 / 10 or 12 digits", code
    if number and not re.fullmatch(r"[0-9]{8}", number):
        return "number", "8 位数字 / 8 digits", number
    return None


@rule(
    "R-124",
    Severity.RETURN,
    "关键字段须齐全",
    "Mandatory key fields are present",
    clause="B-8.3",
    applies=has_invoice,
    any_remedy=True,
)
def key_fields_are_present(facts: Facts) -> Iterator[Hit | Lacks]:
    """Every field that the policy's table asks of this kind is stated; the buyer's are R-01, R-09 and R-16.

    政策要求该票种填写的字段都有；购买方字段见 R-01、R-09、R-16。
    """
    table = facts.policy.required_fields
    for invoice in facts.invoices:
        wanted = table.get(invoice.invoice.kind.value, table.get("default", ()))
        stated = zip(wanted, _getter(wanted)(invoice.invoice), strict=True)
        missing = [field for field, value in stated if value is None or blank(value)]
        if "code" in missing and len(invoice.invoice.number or "") == 20:
            missing.remove("code")
        if missing:
            names = listed(FIELDS, missing)
            zh, en = f"发票缺关键字段：{names.zh}。", f"The invoice lacks: {names.en}."
            remedies = (*(complete(field) for field in missing), reissue(missing[0]))
            yield Hit(of_invoice(invoice), zh, en, f"{names.zh} / {names.en}", NOTHING, remedies)


@lru_cache(maxsize=64)
def _getter(fields: tuple[str, ...]) -> Callable[[Invoice], tuple[object, ...]]:
    """What an invoice states in these fields; a single one makes a tuple too."""
    if len(fields) > 1:
        return attrgetter(*fields)
    getters = [attrgetter(field) for field in fields]
    return lambda invoice: tuple(get(invoice) for get in getters)


@rule(
    "R-109",
    Severity.INFO,
    "电子票须打印盖章",
    "E-invoices are printed and sealed",
    clause="B-7.4",
    applies=lambda facts: (
        None if facts.parameters.print_and_seal else "政策不要求打印盖章 / the policy does not ask for it"
    ),
    uses=("print_and_seal",),
)
def e_invoice_is_printed(facts: Facts) -> Iterator[Hit | Lacks]:
    """Where the company wants it, an e-invoice is printed and sealed besides.

    政策要求时，电子发票另行打印盖章。
    """
    for invoice in facts.invoices:
        if invoice.invoice.kind not in PAPER_KINDS:
            zh, en = "电子发票须打印并加盖公章。", "Print this e-invoice and have it sealed."
            remedies = (do("print", "invoice", "打印并加盖公章", "Print and seal it"),)
            yield Hit(of_invoice(invoice), zh, en, "打印盖章件 / a sealed print", NOTHING, remedies)


RULES: tuple[Rule, ...] = (
    handwritten_is_sealed,
    face_is_unaltered,
    face_is_legible,
    seal_is_legible,
    code_and_number_have_their_length,
    key_fields_are_present,
    e_invoice_is_printed,
    elsewhere(
        "R-110",
        Severity.WARN,
        "仅正规渠道，防钓鱼链接",
        "Official channels only",
        clause="B-7.4",
        why="系统只收文件，不打开链接 / files only: no link is ever followed",
    ),
    elsewhere(
        "R-111",
        Severity.WARN,
        "下载即核对抬头金额",
        "Checked on receipt",
        clause="B-7.2",
        why="上传后立即按同一规则检查 / every upload is judged at once by the same rules",
    ),
    elsewhere(
        "R-115",
        Severity.RETURN,
        "发现异常及时重开或退回",
        "Act on every anomaly",
        clause="B-11.3",
        why="每条结果都带处理办法和责任人 / every finding carries its remedy and resolver",
    ),
)
