"""Small OFD packages made by script: fictional invoices, and any part replaced."""

import io
import zipfile

from parsers.document import Document

OFD_NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'
NUMBER = "26992000000000000011"
FIXED_DATE = (2026, 1, 2, 3, 4, 6)
SIZE = 3.175

LABELS = {
    50: ("发票号码：", 154, 12),
    51: ("开票日期：", 154, 18),
    52: ("名称：", 11, 36),
    53: ("统一社会信用代码/纳税人识别号：", 5, 45),
    54: ("名称：", 111, 36),
    55: ("统一社会信用代码/纳税人识别号：", 105, 45),
    56: ("项目名称", 15, 53),
    57: ("规格型号", 41, 53),
    58: ("单 位", 66, 53),
    59: ("数 量", 92, 53),
    60: ("单 价", 117, 53),
    61: ("金 额", 143, 53),
    62: ("税率/征收率", 157, 53),
    63: ("税 额", 194, 53),
    64: ("合", 20, 92),
    65: ("计", 36, 92),
    66: ("价税合计（大写）", 16, 98),
    67: ("（小写）", 143, 98),
}
TEXTS = {
    10: ("电子发票（普通发票）", 60, 10),
    11: (NUMBER, 170, 12),
    12: ("2026年05月02日", 170, 18),
    13: ("示例甲有限公司", 20, 36),
    14: ("91990000MA0DEM0011", 54, 45),
    15: ("样例乙商店", 120, 36),
    16: ("91990000MA0DEM0024", 154, 45),
    20: ("*餐饮服务*餐费", 5, 58),
    21: ("100.00", 143, 58),
    22: ("6%", 165, 58),
    23: ("6.00", 195, 58),
    24: ("*餐饮服务*饮料", 5, 66),
    25: ("50.00", 143, 66),
    26: ("6%", 165, 66),
    27: ("3.00", 195, 66),
    28: ("套餐", 5, 61.5),
    30: ("¥", 141, 92),
    31: ("150.00", 143, 92),
    32: ("9.00", 195, 92),
    33: ("159.00", 160, 98),
    34: ("壹佰伍拾玖圆整", 63, 98),
} | LABELS
TAGS = {
    "InvoiceNo": [11],
    "IssueDate": [12],
    "BuyerName": [13],
    "BuyerTaxID": [14],
    "SellerName": [15],
    "SellerTaxID": [16],
    "Item": [20, 24, 28],
    "Amount": [21, 25],
    "TaxScheme": [22, 26],
    "TaxAmount": [23, 27],
    "TaxExclusiveTotalAmount": [31, 30],
    "TaxTotalAmount": [32],
    "TaxInclusiveTotalAmount": [33],
}
CUSTOM = {"发票号码": NUMBER, "开票日期": "2026年05月02日", "合计金额": "150.00", "合计税额": "9.00"}


def text_object(identifier, text, x, y, extra=""):
    """One text object with its upper left corner at x, y millimetres."""
    return (
        f'<ofd:TextObject ID="{identifier}" Boundary="{x} {y} 60 5" Font="1" Size="{SIZE}" {extra}>'
        f'<ofd:TextCode X="0" Y="3.2">{text}</ofd:TextCode></ofd:TextObject>'
    )


def content(texts=None, extra=""):
    """A page part."""
    objects = "".join(text_object(number, *placed) for number, placed in (TEXTS if texts is None else texts).items())
    area = "<ofd:Area><ofd:PhysicalBox>0 0 210 140</ofd:PhysicalBox></ofd:Area>"
    return (
        f'<ofd:Page {OFD_NS}>{area}<ofd:Content><ofd:Layer ID="2">{objects}{extra}</ofd:Layer></ofd:Content></ofd:Page>'
    )


def tag_file(tags=None):
    """A tag file with references to the first page."""
    entries = "".join(
        f"<ofd:{tag}>"
        + "".join(f'<ofd:ObjectRef PageRef="1">{number}</ofd:ObjectRef>' for number in numbers)
        + f"</ofd:{tag}>"
        for tag, numbers in (TAGS if tags is None else tags).items()
    )
    return f"<ofd:root {OFD_NS}>{entries}</ofd:root>"


def entry(custom=None, signatures="", root="Doc_0/Document.xml"):
    """The package's ``OFD.xml``."""
    datas = "".join(
        f'<ofd:CustomData Name="{name}">{value}</ofd:CustomData>'
        for name, value in (CUSTOM if custom is None else custom).items()
    )
    info = f"<ofd:DocInfo><ofd:DocID>0</ofd:DocID><ofd:CustomDatas>{datas}</ofd:CustomDatas></ofd:DocInfo>"
    signed = f"<ofd:Signatures>{signatures}</ofd:Signatures>" if signatures else ""
    return f'<ofd:OFD {OFD_NS} DocType="OFD" Version="1.1"><ofd:DocBody>{info}<ofd:DocRoot>{root}</ofd:DocRoot>{signed}</ofd:DocBody></ofd:OFD>'


def document_part(pages=("Pages/Page_0/Content.xml",), extra="", common=""):
    """``Document.xml`` with its pages numbered from 1."""
    listed = "".join(f'<ofd:Page ID="{number}" BaseLoc="{name}"/>' for number, name in enumerate(pages, 1))
    return (
        f"<ofd:Document {OFD_NS}><ofd:CommonData>{common}</ofd:CommonData><ofd:Pages>{listed}</ofd:Pages>"
        f"<ofd:CustomTags>Tags/CustomTags.xml</ofd:CustomTags>{extra}</ofd:Document>"
    )


def listing(kind, entry_name, *names):
    """A list part: ``CustomTags`` or ``Attachments``."""
    entries = "".join(
        f'<ofd:{entry_name} TypeID="r"><ofd:FileLoc>{name}</ofd:FileLoc></ofd:{entry_name}>' for name in names
    )
    return f"<ofd:{kind} {OFD_NS}>{entries}</ofd:{kind}>"


def parts(**changed):
    """The parts of a plain invoice by name; keyword ``entry``, ``document``, ``page``, ``tags`` replace one."""
    return {
        "OFD.xml": changed.get("entry", entry()),
        "Doc_0/Document.xml": changed.get("document", document_part()),
        "Doc_0/Pages/Page_0/Content.xml": changed.get("page", content()),
        "Doc_0/Tags/CustomTags.xml": listing("CustomTags", "CustomTag", "CustomTag.xml"),
        "Doc_0/Tags/CustomTag.xml": changed.get("tags", tag_file()),
    }


def zipped(members, compression=zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these parts, byte for byte the same each time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, FIXED_DATE), data, compression)
    return buffer.getvalue()


def ofd_file(members=None) -> Document:
    """A package as a document."""
    return Document("a.ofd", zipped(parts() if members is None else members))
