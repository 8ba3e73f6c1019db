"""Chapter 4f: is the document genuine, whole, and what the tax office knows."""

from collections.abc import Iterator, Mapping

from reimburse.domain.finding import Remedy, Resolver, Severity
from reimburse.domain.invoice import InvoiceKind
from rules.amounts import has_invoice
from rules.arithmetic import stated_in_words
from rules.evidence import NATIVE_DATA
from rules.facts import Facts, InvoiceFacts
from rules.plain_words import plain
from rules.remedies import do, reissue, remove, verify
from rules.rule import NOTHING, Hit, Lacks, Rule, elsewhere, of_claim, of_invoice, rule, told
from rules.vocabulary import FIELDS, STATUSES, word

TAX_CONTROLLED = frozenset(
    {
        InvoiceKind.SPECIAL_PAPER,
        InvoiceKind.GENERAL_PAPER,
        InvoiceKind.SPECIAL_ELECTRONIC,
        InvoiceKind.GENERAL_ELECTRONIC,
        InvoiceKind.GENERAL_ROLL,
    }
)
WITHOUT_QR = frozenset({InvoiceKind.TAXI, InvoiceKind.FIXED_AMOUNT, InvoiceKind.OTHER})
SIGNED_FORMATS = frozenset({"pdf", "ofd", "xml", "xbrl"})


@rule(
    "X-01",
    Severity.RETURN,
    "同一字段各来源须一致",
    "The sources agree on every field",
    clause="X-01",
    applies=has_invoice,
    any_remedy=True,
)
def sources_agree(facts: Facts) -> Iterator[Hit | Lacks]:
    """QR, text, XML, OCR and hand give one value for each field; words against figures are R-69's.

    二维码、票面文字、XML、识别结果和人工填写对同一字段说法一致；大小写不符见 R-69。
    """
    for invoice in facts.invoices:
        if invoice.conflicts is None:
            yield Lacks("invoices.conflicts")
            continue
        for field, values in sorted(invoice.conflicts, key=lambda item: item[0]):
            if not _only_words_differ(invoice, field, values):
                yield _conflict(invoice, field, values)


def _only_words_differ(invoice: InvoiceFacts, field: str, values: Mapping[str, str | None]) -> bool:
    words, total = invoice.invoice.total_in_words, invoice.invoice.total_incl_tax
    rest = {value for source, value in values.items() if source != "words"}
    reported = words is not None and total is not None and stated_in_words(words) != total
    return field == "total_incl_tax" and "words" in values and len(rest) == 1 and reported


def _conflict(invoice: InvoiceFacts, field: str, values: Mapping[str, str | None]) -> Hit:
    name = word(FIELDS, field)
    said = ", ".join(f"{source}={value}" for source, value in sorted(values.items())) or NOTHING
    remedies = (
        do(
            "decide",
            field,
            "在发票页选定正确值，由财务确认",
            "Choose the right value on the invoice's page; finance confirms",
        ),
        do("upload", "original", "上传原始电子文件(OFD/XML)", "Upload the original file (OFD, XML)"),
    )
    told = plain(said)
    zh, en = f"{name.zh}各来源不一致：{told.zh}。", f"The sources disagree on the {name.en}: {told.en}."
    return Hit(of_invoice(invoice), zh, en, "各来源相同 / one value", said, remedies, clauses="B-8.1")


@rule(
    "X-02",
    Severity.BLOCK,
    "签名须证明文件未被改动",
    "The signature does not say that the file was altered",
    clause="X-02",
    applies=lambda facts: None if _signed(facts) else "没有可带签名的电子文件 / no file that can bear a signature",
)
def file_is_unaltered(facts: Facts) -> Iterator[Hit | Lacks]:
    """No signature or digest says that the file was changed after it was signed.

    没有签名或摘要显示文件在签名后被改动。
    """
    for invoice in _signed(facts):
        if invoice.seal is None:
            yield Lacks("invoices.seal")
        elif invoice.seal == "altered":
            parts = ", ".join(invoice.altered_parts)
            zh = f"电子签章显示文件在签名后被改动{f'（{parts}）' if parts else ''}。"
            en = f"The signature says that the file was altered after it was signed{f' ({parts})' if parts else ''}."
            remedies = (
                do(
                    "upload",
                    "original",
                    "从官方渠道重新下载原文件",
                    "Download the original again from the official site",
                ),
            )
            yield Hit(of_invoice(invoice), zh, en, "intact", "altered", remedies)


def _signed(facts: Facts) -> list[InvoiceFacts]:
    return [invoice for invoice in facts.invoices if invoice.format in SIGNED_FORMATS or invoice.seal]


@rule(
    "R-94",
    Severity.BLOCK,
    "提交时须承诺未重复报销",
    "The no-duplicate pledge is given",
    clause="B-9.4",
)
def pledge_is_given(facts: Facts) -> Iterator[Hit | Lacks]:
    """The claimant has pledged that nothing was reimbursed before.

    报销人承诺没有重复报销。
    """
    if not facts.claim.no_duplicate_pledge:
        zh, en = "没有勾选“未重复报销”承诺。", "The pledge that nothing is claimed twice was not given."
        remedies = (do("pledge", "no_duplicate_pledge", "勾选承诺后重新提交", "Give the pledge and submit again"),)
        yield Hit(of_claim(facts), zh, en, "承诺 / the pledge", NOTHING, remedies)


@rule(
    "R-96",
    Severity.BLOCK,
    "查验状态须为正常",
    "The verified status is normal",
    clause="B-8.1",
    resolver=Resolver.FINANCE,
    applies=has_invoice,
    yields_to=("R-99", "X-17"),
    any_remedy=True,
)
def status_is_normal(facts: Facts) -> Iterator[Hit | Lacks]:
    """The tax office's platform knows the invoice as normal.

    查验平台显示该发票正常。
    """
    for invoice in facts.invoices:
        if invoice.verification is None:
            yield Lacks("invoices.verification")
        elif invoice.verification.status != "normal":
            status = invoice.verification.status
            name = word(STATUSES, status)
            zh, en = f"查验状态为“{name.zh}”，不能报销。", f"The verified status is {name.en}: it cannot be reimbursed."
            yield Hit(of_invoice(invoice), zh, en, "normal", status, _status_remedies(status))


def _status_remedies(status: str) -> tuple[Remedy, ...]:
    if status == "not_found":
        return (
            verify(),
            do(
                "upload",
                "photo",
                "核对代码、密码区，必要时上传发票照片",
                "Check code and cipher area; upload a photo where asked",
            ),
        )
    return (
        reissue("number"),
        remove("invoice", "或从报销单移除这张发票", "Or take the invoice out of the claim"),
    )


@rule(
    "R-99",
    Severity.BLOCK,
    "失控发票须联系开票方并留沟通记录",
    "An out-of-control invoice: contact the seller",
    clause="B-8.2",
    resolver=Resolver.FINANCE,
    applies=has_invoice,
    any_remedy=True,
)
def invoice_is_under_control(facts: Facts) -> Iterator[Hit | Lacks]:
    """No invoice is out of control; if its seller cannot be reached its input tax is transferred out (R-100).

    没有失控发票；联系不上销售方的，转出进项税（R-100）。
    """
    for invoice in facts.invoices:
        if invoice.verification is None:
            yield Lacks("invoices.verification")
        elif invoice.verification.status == "out_of_control":
            zh = "查验状态为“失控”：立即联系开票方确认是否未申报或注销，留存沟通记录。"
            en = "The invoice is out of control: ask the seller why, and keep the record."
            remedies = (
                do("contact", "seller", "联系开票方并留存沟通记录", "Contact the seller and keep the record"),
                do(
                    "transfer_out",
                    "input_vat",
                    "开票方失联时作异常凭证转出，附情况说明",
                    "If it cannot be reached, transfer the input tax out with a statement",
                ),
            )
            yield Hit(of_invoice(invoice), zh, en, "normal", "out_of_control", remedies)


@rule(
    "R-84",
    Severity.RETURN,
    "二维码须可扫描",
    "The QR code can be scanned",
    clause="B-9.2",
    applies=lambda facts: (
        None if _with_qr(facts) else "没有须扫描二维码的文件(XML、XBRL、OFD 免) / no file whose QR code is read"
    ),
)
def qr_code_is_readable(facts: Facts) -> Iterator[Hit | Lacks]:
    """The QR code of a PDF or picture can be read; native XML, XBRL and OFD need none (decision 25).

    PDF 或图片上的二维码可以识别；XML、XBRL、OFD 免。
    """
    for invoice in _with_qr(facts):
        if invoice.qr_readable is None:
            yield Lacks("invoices.qr_readable")
        elif not invoice.qr_readable:
            zh, en = "二维码无法识别。", "The QR code cannot be read."
            remedies = (
                do(
                    "upload",
                    "clear_picture",
                    "重拍清晰照片，或上传 OFD、XML",
                    "Take a clearer picture, or upload OFD or XML",
                ),
            )
            yield Hit(of_invoice(invoice), zh, en, "可扫描的二维码 / a readable QR code", NOTHING, remedies)


def _with_qr(facts: Facts) -> list[InvoiceFacts]:
    exempt = NATIVE_DATA | {"ofd"}
    return [
        invoice for invoice in facts.invoices if invoice.format not in exempt and invoice.invoice.kind not in WITHOUT_QR
    ]


RULES: tuple[Rule, ...] = (
    sources_agree,
    file_is_unaltered,
    pledge_is_given,
    status_is_normal,
    told(
        "R-97", Severity.RETURN, "纸票票面与录入一致", "The entry equals the paper face", clause="B-8.1", by=("X-01",)
    ),
    elsewhere(
        "R-98",
        Severity.INFO,
        "跨省发票切换查验省份",
        "The right province",
        clause="B-8.1",
        why="全国查验平台不分省份 / the national platform covers all provinces",
    ),
    invoice_is_under_control,
    told(
        "R-100",
        Severity.BLOCK,
        "失控且失联须转出进项税",
        "Out of control and out of reach: transfer out",
        clause="B-8.2",
        by=("R-99",),
    ),
    told(
        "R-102",
        Severity.RETURN,
        "查无此票须核密码区或传照片",
        "Not found: cipher area, photo",
        clause="B-8.2",
        by=("R-96",),
    ),
    qr_code_is_readable,
)
