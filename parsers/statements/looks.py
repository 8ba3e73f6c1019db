"""What a file that is no statement looks like, in words for the person who gave it."""

from parsers import read, safe_xml
from parsers.document import Document
from parsers.safe_zip import is_zip
from parsers.statements.delimited import decoded
from parsers.statements.errors import NotAStatement
from parsers.statements.workbook import is_workbook
from reimburse.domain.finding import Text
from reimburse.domain.reading import DocumentKind, Reading

PICTURES = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG", "PNG"),
    (b"GIF8", "GIF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"\x00\x00\x00\x18ftyp", "HEIC"),
    (b"\x00\x00\x00\x1cftyp", "HEIC"),
    (b"\x00\x00\x00\x24ftyp", "HEIC"),
)
EXPORT = Text(
    "请在网银或钱包里导出 CSV 或 Excel 格式的账单。",
    "Export the statement as CSV or Excel from the bank or wallet.",
)
"""Advice for those who gave a statement in a form that is not read."""


def not_a_statement(document: Document) -> NotAStatement:
    """The error that names what the file looks like instead."""
    if not document.data.strip(b"\x00 \r\n\t"):
        return NotAStatement(Text("一个空文件", "an empty file"))
    if document.data.startswith(b"%PDF-") or b"%PDF-" in document.data[:1024]:
        return _paper(document, "PDF")
    if kind := next((kind for magic, kind in PICTURES if document.data.startswith(magic)), None):
        return NotAStatement(Text(f"一张图片（{kind}）", f"a picture ({kind})"))
    if is_zip(document.data):
        return _packed(document)
    if is_workbook(document.data):
        return NotAStatement(Text("一份没有收付明细的 XLS", "an XLS without a table of payments"))
    return _text(document)


def _paper(document: Document, kind: str) -> NotAStatement:
    readings = read(document)
    if any(reading.invoice for reading in readings):
        return NotAStatement(Text(f"一张发票（{kind}）", f"an invoice {kind}"))
    named = _named(readings)
    if named in {DocumentKind.BANK_STATEMENT, DocumentKind.BANK_RECEIPT}:
        return NotAStatement(Text(f"{kind} 格式的银行对账单或回单", f"a bank statement or receipt as {kind}"), EXPORT)
    if named is not None:
        word = named.value.replace("_", " ")
        return NotAStatement(Text(f"一份{kind} 单据（{word}）", f"a {word} ({kind})"))
    return NotAStatement(Text(f"一份 {kind} 文件", f"a {kind} file"), EXPORT)


def _named(readings: tuple[Reading, ...]) -> DocumentKind | None:
    return next((reading.document for reading in readings if reading.document), None)


def _packed(document: Document) -> NotAStatement:
    head = document.data
    if b"OFD.xml" in head:
        return _paper(document, "OFD")
    for mark, zh, en in (
        (b"xl/workbook", "一份没有收付明细的 XLSX", "an XLSX without a table of payments"),
        (b"word/document.xml", "一份 Word 文档", "a Word document"),
        (b"ppt/presentation.xml", "一份 PowerPoint 文稿", "a PowerPoint file"),
    ):
        if mark in head:
            return NotAStatement(Text(zh, en))
    return NotAStatement(Text("一个没有账单的压缩包", "an archive without a statement"))


def _text(document: Document) -> NotAStatement:
    root = safe_xml.root_name(document.data)
    text = decoded(document.data)
    if text is None:
        return NotAStatement(Text("一个无法识别的二进制文件", "a binary file of an unknown kind"))
    if root and root.lower() == "html":
        return NotAStatement(Text("一个没有收付明细的网页", "a web page without a table of payments"))
    if root:
        is_invoice = any(reading.invoice for reading in read(document))
        kind = Text("一张发票（XML）", "an invoice XML") if is_invoice else Text("一份 XML 文件", "an XML file")
        return NotAStatement(kind)
    return NotAStatement(Text("一份没有收付明细的文本", "a text without a table of payments"))
