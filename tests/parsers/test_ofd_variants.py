"""OFD packages that differ from the usual ones in one thing: names of members, vouchers inside, sources left."""

import io
from decimal import Decimal

import pytest
from PIL import Image

import parsers
from parsers.document import Document
from reimburse.demo.samples.qr_picture import qr_picture
from reimburse.domain.reading import DocumentKind
from tests.parsers.ofd_files import (
    NUMBER,
    OFD_NS,
    TAGS,
    TEXTS,
    content,
    document_part,
    entry,
    listing,
    ofd_file,
    parts,
    tag_file,
    text_object,
    zipped,
)

RECEIPT = (
    '<xbrl xmlns="http://www.xbrl.org/2003/instance" xmlns:v="http://xbrl.mof.gov.cn/taxonomy/2023-12-31/{voucher}">'
    "<v:IdentifyingCode>1</v:IdentifyingCode></xbrl>"
)
ROOT = f"<ofd:root {OFD_NS}>"
PICTURE = f'<ofd:Page {OFD_NS}><ofd:Content><ofd:Layer ID="2"/></ofd:Content></ofd:Page>'


def bare(**changed):
    """A package of one page without tags and custom data."""
    document = document_part(extra=changed.pop("extra", "")).replace("Tags/CustomTags.xml", "nowhere.xml")
    return parts(entry=changed.pop("entry", entry({})), document=document, **changed)


def test_members_named_with_backslashes():
    members = {name.replace("/", "\\"): data for name, data in parts().items()}
    (reading,) = parsers.read(Document("a.ofd", zipped(members)))
    assert (reading.invoice.number, reading.conflicts) == (NUMBER, ())


@pytest.mark.parametrize(
    ("voucher", "kind"),
    [
        ("bker", DocumentKind.BANK_RECEIPT),
        ("bkrs", DocumentKind.BANK_STATEMENT),
        ("ctp", DocumentKind.PAYMENT_SLIP),
    ],
)
def test_a_voucher_inside_names_what_is_no_invoice(voucher, kind):
    members = bare(page=PICTURE, extra="<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>")
    members["Doc_0/Attachs/Attachments.xml"] = listing("Attachments", "Attachment", "v.xml")
    members["Doc_0/Attachs/v.xml"] = RECEIPT.format(voucher=voucher)
    (reading,) = parsers.read(ofd_file(members))
    assert (reading.document, reading.invoice, reading.error) == (kind, None, None)


@pytest.mark.parametrize(
    ("code", "kind", "missing"),
    [
        ("099002600111", "general_electronic", False),
        ("099002600113", "special_electronic", False),
        ("099002600112", "toll", False),
        ("099002600199", "other", True),
    ],
)
def test_custom_data_alone_tells_the_kind_by_the_code_or_says_that_nobody_does(code, kind, missing):
    custom = {"发票代码": code, "发票号码": "00000011", "开票日期": "2026年05月02日"}
    (reading,) = parsers.read(ofd_file(bare(page=PICTURE, entry=entry(custom))))
    assert (reading.invoice.kind.value, "kind" in reading.missing) == (kind, missing)


def split_amount():
    """The amount of the second row, 50.00, as ``5``, ``0.`` and ``00``, each an object of its own."""
    texts = {number: placed for number, placed in TEXTS.items() if number != 25}
    pieces = {125: ("5", 143, 66), 126: ("0.", 144.6, 66), 127: ("00", 147.8, 66)}
    return texts | pieces, TAGS | {"Amount": [21, 125, 126, 127]}


def test_an_amount_in_several_objects_is_one_row():
    texts, tags = split_amount()
    (reading,) = parsers.read(ofd_file(parts(page=content(texts), tags=tag_file(tags))))
    amounts = [line.amount_excl_tax for line in reading.invoice.lines]
    assert (amounts, reading.conflicts) == ([Decimal("100.00"), Decimal("50.00")], ())


def test_what_is_drawn_twice_to_look_bold_is_printed_once():
    twice = content().replace(
        "</ofd:Layer>", "".join(text_object(n + 500, *placed) for n, placed in TEXTS.items()) + "</ofd:Layer>"
    )
    members = bare(page=twice)
    (reading,) = parsers.read(ofd_file(members))
    assert (reading.invoice.buyer.name, len(reading.invoice.lines)) == ("示例甲有限公司", 2)
    assert (reading.invoice.total_in_words, reading.conflicts) == ("壹佰伍拾玖圆整", ())


def test_tags_that_group_a_line_are_not_doubted_for_where_print_puts_its_text():
    """A name so long that print takes its last word for the specification."""
    texts = TEXTS | {20: ("*纸制品*A4复印纸", 5, 58), 29: ("70g", 42, 58)}
    lines = [
        {"Item": [20, 29], "Amount": [21], "TaxScheme": [22], "TaxAmount": [23]},
        {"Item": [24, 28], "Amount": [25], "TaxScheme": [26], "TaxAmount": [27]},
    ]
    head = {tag: numbers for tag, numbers in TAGS.items() if tag not in {"Item", "Amount", "TaxScheme", "TaxAmount"}}
    groups = "".join(
        f"<ofd:GoodsInfo>{tag_file(line)[len(ROOT) : -len('</ofd:root>')]}</ofd:GoodsInfo>" for line in lines
    )
    tags = tag_file(head).replace("</ofd:root>", f"{groups}</ofd:root>")
    (reading,) = parsers.read(ofd_file(parts(page=content(texts), tags=tags)))
    assert reading.invoice.lines[0].item_name == "*纸制品*A4复印纸70g"
    assert [conflict for conflict in reading.conflicts if conflict.field.startswith("lines")] == []


def test_an_invoice_merged_behind_another_is_one_of_its_own():
    number = "26992000000000000099"
    document = document_part(("Pages/Page_0/Content.xml", "Pages/Page_1/Content.xml")).replace(
        "Tags/CustomTags.xml", "no.xml"
    )
    members = parts(document=document)
    members["Doc_0/Pages/Page_1/Content.xml"] = content(TEXTS | {11: (number, 170, 12), 13: ("示例丙有限公司", 20, 36)})
    first, second = parsers.read(ofd_file(members))
    assert (first.invoice.number, first.invoice.buyer.name, first.conflicts) == (NUMBER, "示例甲有限公司", ())
    assert (second.invoice.number, second.invoice.buyer.name, second.page) == (number, "示例丙有限公司", 2)


def test_a_first_page_with_another_number_than_its_data_is_a_conflict_and_no_second_invoice():
    page = content(TEXTS | {11: ("26992000000000000099", 170, 12)})
    (reading,) = parsers.read(ofd_file(bare(page=page, entry=entry())))
    assert "number" in {conflict.field for conflict in reading.conflicts}


def test_a_page_that_is_one_picture_tells_by_its_code():
    payload = f"01,32,,{NUMBER},159.00,20260502,,3A9A"
    page, file = Image.new("RGB", (1240, 827), "white"), io.BytesIO()
    page.paste(qr_picture(payload).resize((150, 150)), (900, 120))
    page.save(file, "PNG")
    object_ = '<ofd:ImageObject ID="9" ResourceID="7" Boundary="0 0 210 140" CTM="210 0 0 140 0 0"/>'
    members = bare(page=content({}, object_))
    members["Doc_0/Document.xml"] = members["Doc_0/Document.xml"].replace(
        "<ofd:CommonData>", "<ofd:CommonData><ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>"
    )
    medium = '<ofd:MultiMedia ID="7" Type="Image"><ofd:MediaFile>a.png</ofd:MediaFile></ofd:MultiMedia>'
    members["Doc_0/DocumentRes.xml"] = f"<ofd:Res {OFD_NS}><ofd:MultiMedias>{medium}</ofd:MultiMedias></ofd:Res>"
    members["Doc_0/a.png"] = file.getvalue()
    (reading,) = parsers.read(ofd_file(members))
    assert (reading.invoice.number, reading.invoice.kind.value) == (NUMBER, "general_digital")
    (left, top, right, bottom) = reading.seen["number"][0].box
    assert (left, top) == pytest.approx((900 * 595.28 / 1240, 120 * 396.85 / 827), abs=4)
    assert (right - left, bottom - top) == pytest.approx((72, 72), abs=6)
