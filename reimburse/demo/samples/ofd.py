"""Invoices as OFD (GB/T 33190): a 数电票 with tags and custom data, an old e-invoice with original_invoice.xml."""

import io
import zipfile
from hashlib import md5
from xml.etree.ElementTree import Element, SubElement

from reimburse.demo.samples.digital_sheet import digital_sheet
from reimburse.demo.samples.ofd_pages import OFD_NS, content, document_resources, public_resources, q, qr_png, tag_tree
from reimburse.demo.samples.original_invoice import original_invoice
from reimburse.demo.samples.printed import chinese_date, in_fives, issued, money
from reimburse.demo.samples.sheet import Sheet
from reimburse.demo.samples.tax_controlled_sheet import tax_controlled_sheet
from reimburse.demo.samples.xml_bytes import xml_bytes
from reimburse.domain.invoice import Invoice

EPOCH = (1980, 1, 1, 0, 0, 0)


def digital_ofd(invoice: Invoice) -> bytes:
    """A 数电票: main fields in the document information, all fields as tags on the page, no attachment."""
    return _package(invoice, digital_sheet(invoice), "root", None)


def tax_controlled_ofd(invoice: Invoice) -> bytes:
    """An old e-invoice with its structured data attached."""
    return _package(invoice, tax_controlled_sheet(invoice), "eInvoice", original_invoice(invoice))


def _package(invoice: Invoice, sheet: Sheet, root: str, attachment: bytes | None) -> bytes:
    page, refs = content(sheet, first_id=7001)
    form, _ = content(Sheet(sheet.width, sheet.height, (), sheet.form), first_id=101, page=False)
    parts = {
        "OFD.xml": _entry(invoice),
        "Doc_0/Document.xml": _document(sheet, attachment is not None),
        "Doc_0/PublicRes.xml": public_resources(),
        "Doc_0/DocumentRes.xml": document_resources(),
        "Doc_0/Tpls/Tpl_0/Content.xml": form,
        "Doc_0/Pages/Page_0/Content.xml": page,
        "Doc_0/Tags/CustomTags.xml": _tag_list(root),
        "Doc_0/Tags/CustomTag.xml": tag_tree(root, refs),
        "Doc_0/Res/image_6920.png": qr_png(sheet),
    }
    if attachment is not None:
        parts["Doc_0/Attachs/Attachments.xml"] = _attachment_list(invoice, len(attachment))
        parts["Doc_0/Attachs/original_invoice.xml"] = attachment
    return zipped(parts)


def zipped(parts: dict[str, bytes]) -> bytes:
    """A ZIP with these members, in this order and without a time."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            member = zipfile.ZipInfo(name, EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(member, data)
    return file.getvalue()


def _leaf(parent: Element, name: str, text: str) -> None:
    SubElement(parent, q(name)).text = text


def _entry(invoice: Invoice) -> bytes:
    root = Element(q("OFD"), DocType="OFD", Version="1.0")
    body = SubElement(root, q("DocBody"))
    info = SubElement(body, q("DocInfo"))
    _leaf(info, "DocID", md5(f"{invoice.key}".encode(), usedforsecurity=False).hexdigest())
    _leaf(info, "Author", "China Tax")
    _leaf(info, "CreationDate", issued(invoice).isoformat())
    _leaf(info, "Creator", "Suwell")
    datas = SubElement(info, q("CustomDatas"))
    for name, value in _custom_data(invoice).items():
        SubElement(datas, q("CustomData"), Name=name).text = value
    _leaf(body, "DocRoot", "Doc_0/Document.xml")
    return xml_bytes(root)


def _custom_data(invoice: Invoice) -> dict[str, str]:
    data = {"template-version": "1.0.20.0422"}
    if invoice.code:
        data |= {"发票代码": invoice.code, "校验码": in_fives(invoice.check_code)}
    return data | {
        "发票号码": invoice.number or "",
        "销售方纳税人识别号": invoice.seller.tax_id or "",
        "合计金额": money(invoice.amount_excl_tax),
        "购买方纳税人识别号": invoice.buyer.tax_id or "",
        "合计税额": money(invoice.tax_amount),
        "开票日期": chinese_date(issued(invoice)),
    }


def _document(sheet: Sheet, attached: bool) -> bytes:
    root = Element(q("Document"))
    common = SubElement(root, q("CommonData"))
    _leaf(common, "MaxUnitID", "9000")
    _leaf(SubElement(common, q("PageArea")), "PhysicalBox", f"0 0 {sheet.width:.6g} {sheet.height:.6g}")
    _leaf(common, "PublicRes", "PublicRes.xml")
    SubElement(common, q("TemplatePage"), ID="1", BaseLoc="Tpls/Tpl_0/Content.xml")
    _leaf(common, "DocumentRes", "DocumentRes.xml")
    SubElement(SubElement(root, q("Pages")), q("Page"), ID="61", BaseLoc="Pages/Page_0/Content.xml")
    if attached:
        _leaf(root, "Attachments", "Attachs/Attachments.xml")
    _leaf(root, "CustomTags", "Tags/CustomTags.xml")
    return xml_bytes(root)


def _tag_list(root_name: str) -> bytes:
    root = Element(q("CustomTags"))
    tag = SubElement(root, q("CustomTag"), TypeID=root_name)
    _leaf(tag, "FileLoc", "CustomTag.xml")
    return xml_bytes(root)


def _attachment_list(invoice: Invoice, size: int) -> bytes:
    root = Element(f"{{{OFD_NS}}}Attachments")
    attributes = {
        "ID": "98",
        "Name": "original_invoice",
        "Format": "xml",
        "CreationDate": f"{issued(invoice)}T10:08:05",
        "Size": f"{size / 1024:.4f}",
        "Visible": "false",
    }
    _leaf(SubElement(root, q("Attachment"), attributes), "FileLoc", "original_invoice.xml")
    return xml_bytes(root)
