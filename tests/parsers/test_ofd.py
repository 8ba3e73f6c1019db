import base64
import contextlib
import io
import re
import zipfile

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from parsers import ofd
from parsers.document import Document
from parsers.errors import Damaged, Encrypted, NoInvoice, ParseError, TooLarge, Unsafe
from parsers.ofd.package import Package
from parsers.ofd.page import page_of
from reimburse.domain.reading import Source
from tests.parsers.ofd_files import (
    CUSTOM,
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
    zipped,
)
from tests.parsers.told import assert_told, corpus_document, said, truths


def read(members):
    (found,) = ofd.read(ofd_file(members))
    return found


def from_source(found, source):
    return next(testimony for testimony in found.testimonies if testimony.source is source)


@pytest.mark.parametrize("truth", truths("ofd"))
def test_every_corpus_file_reads_as_its_truth(truth):
    document = corpus_document(truth["file"])
    assert ofd.recognises(document)
    (found,) = ofd.read(document)
    assert_told(found, truth)
    if truth.get("total_in_words"):
        assert said(found)["total_in_words"] == {truth["total_in_words"]}


@pytest.mark.parametrize("truth", truths("ofd"))
def test_the_box_of_each_field_holds_its_text(truth):
    document = corpus_document(truth["file"])
    (found,) = ofd.read(document)
    body = Package(document.data).bodies[0]
    pages = [page_of(body, number) for number in range(1, len(body.pages) + 1)]
    for testimony in found.testimonies:
        for name, seen in testimony.fields.items():
            if seen.box and name not in {"kind", "issue_date"} and testimony.source is not Source.QR:
                assert characters(seen.value) == characters(text_in(pages[seen.page - 1], seen.box)), name


def text_in(page, box):
    inside = (glyph for run in page.runs for glyph in run.glyphs if holds(box, glyph.box))
    return "".join(glyph.char for glyph in inside)


def holds(box, inner):
    middle = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return box[0] - 0.1 <= middle[0] <= box[2] + 0.1 and box[1] - 0.1 <= middle[1] <= box[3] + 0.1


def characters(text):
    """All but signs; some print values over the colon of their label."""
    return sorted(re.sub(r"[\s¥￥ⓧ⊗：:]", "", text))


def test_a_plain_invoice():
    found = read(parts())
    values = said(found)
    assert values["kind"] == {"general_digital"}
    assert values["number"] == {NUMBER}
    assert values["amount_excl_tax"] == {"150.00"}
    assert values["total_in_words"] == {"壹佰伍拾玖圆整"}
    tagged = from_source(found, Source.OFD)
    lines = [placed.line for placed in tagged.lines]
    assert [(line.item_name, str(line.amount_excl_tax)) for line in lines] == [
        ("*餐饮服务*餐费套餐", "100.00"),
        ("*餐饮服务*饮料", "50.00"),
    ]


@pytest.mark.parametrize("changed", ["page", "entry"])
def test_sources_that_differ_both_testify(changed):
    altered = {
        "page": content({**TEXTS, 31: ("950.00", 143, 92)}),
        "entry": entry({**CUSTOM, "合计金额": "950.00"}),
    }
    assert said(read(parts(**{changed: altered[changed]})))["amount_excl_tax"] == {"150.00", "950.00"}


@pytest.mark.parametrize(
    ("x", "y", "extra"),
    [(143, 400, ""), (400, 92, ""), (143, 92, 'Visible="false"')],
    ids=["below", "beside", "hidden"],
)
def test_text_that_nobody_sees_is_no_witness(x, y, extra):
    texts = {number: placed for number, placed in TEXTS.items() if number != 31}
    hidden = f'<ofd:TextObject ID="31" Boundary="{x} {y} 30 5" Size="3" {extra}><ofd:TextCode X="0" Y="3">950.00</ofd:TextCode></ofd:TextObject>'
    assert said(read(parts(page=content(texts, hidden))))["amount_excl_tax"] == {"150.00"}


def test_a_hidden_layer_is_not_read():
    page = content().replace('<ofd:Layer ID="2">', '<ofd:Layer ID="2" Visible="false">')
    found = read(parts(page=page))
    assert {testimony.source for testimony in found.testimonies} == {Source.DOCINFO}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"InvoiceNo": [11, 12]}, "number"),
        ({"InvoiceNo": [99]}, "number"),
        ({"SellerName": []}, "seller.name"),
    ],
    ids=["two in one", "missing object", "no reference"],
)
def test_a_tag_that_leads_nowhere_says_nothing(change, field):
    tagged = from_source(read(parts(tags=tag_file({**TAGS, **change}))), Source.OFD)
    assert field not in tagged.fields


def test_a_tag_given_twice_with_two_values_says_nothing():
    twice = tag_file().replace(
        "</ofd:root>", '<ofd:SellerName><ofd:ObjectRef PageRef="1">13</ofd:ObjectRef></ofd:SellerName></ofd:root>'
    )
    assert "seller.name" not in from_source(read(parts(tags=twice)), Source.OFD).fields


def test_a_name_that_begins_above_its_amount_is_left_open():
    texts = {**TEXTS, 20: ("*餐饮服务*", 5, 52)}
    lines = from_source(read(parts(page=content(texts))), Source.OFD).lines
    assert [placed.line.item_name for placed in lines] == [None, None]
    assert [str(placed.line.amount_excl_tax) for placed in lines] == ["100.00", "50.00"]


def test_a_name_that_begins_above_its_figures_is_not_given_to_the_row_before():
    texts = {**TEXTS, 24: ("*餐饮服务*", 5, 63.5), 28: ("饮料", 5, 68.5)}
    lines = from_source(read(parts(page=content(texts))), Source.OFD).lines
    assert [placed.line.item_name for placed in lines] == [None, None]


@pytest.mark.parametrize(("second", "number"), [(NUMBER, NUMBER), ("26992000000000000012", None)])
def test_a_field_printed_on_each_page_is_one_field(second, number):
    refs = '<ofd:ObjectRef PageRef="1">11</ofd:ObjectRef>'
    tags = tag_file().replace(refs, refs + '<ofd:ObjectRef PageRef="2">71</ofd:ObjectRef>')
    members = parts(tags=tags, document=document_part(("Pages/Page_0/Content.xml", "Pages/Page_1/Content.xml")))
    members["Doc_0/Pages/Page_1/Content.xml"] = content({71: (second, 170, 12)})
    tagged = from_source(read(members), Source.OFD)
    assert (tagged.fields["number"].value if "number" in tagged.fields else None) == number


@pytest.mark.parametrize(
    ("root", "page"),
    [
        ("/Doc_0/Document.xml", "/Doc_0/Pages/Page_0/Content.xml"),
        ("doc_0/DOCUMENT.xml", "PAGES/page_0/Content.xml"),
        ("./Doc_0/../Doc_0/Document.xml", "Doc_0/Pages/Page_0/Content.xml"),
        ("\\Doc_0\\Document.xml", "Pages\\Page_0\\Content.xml"),
    ],
    ids=["absolute", "letter case", "dots", "backslashes"],
)
def test_references_as_real_files_write_them(root, page):
    members = parts(entry=entry(root=root), document=document_part((page,)))
    assert said(read(members))["seller.name"] == {"样例乙商店"}


def test_prefixes_that_were_never_declared():
    loose = tag_file().replace(f"ofd:root {OFD_NS}", ':eInvoice xmlns:=""').replace("/ofd:root", "/:eInvoice")
    assert said(read(parts(tags=loose)))["seller.name"] == {"样例乙商店"}


ORIGINAL = (
    '<eInvoice xmlns:fp="http://www.edrm.org.cn/schema/e-invoice/2019"><fp:InvoiceCode>099002600111</fp:InvoiceCode>'
    "<fp:InvoiceNo>20000011</fp:InvoiceNo><fp:TaxTotalAmount>{tax}</fp:TaxTotalAmount>{graph}<fp:GoodsInfos><fp:GoodsInfo>"
    "<fp:Item>*餐饮服务*餐费</fp:Item><fp:Amount>57.00</fp:Amount><fp:TaxScheme>{scheme}</fp:TaxScheme>"
    "<fp:TaxAmount>{tax}</fp:TaxAmount></fp:GoodsInfo></fp:GoodsInfos></eInvoice>"
)


def attached(data, name="original_invoice.xml"):
    members = parts(document=document_part(extra="<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>"))
    members["Doc_0/Attachs/Attachments.xml"] = listing("Attachments", "Attachment", name)
    members[f"Doc_0/Attachs/{name}"] = data
    return members


@pytest.mark.parametrize(
    ("scheme", "tax", "total", "line"),
    [
        ("免税", "***", "0.00", "0.00"),
        ("不征税", "***", "0.00", "0.00"),
        ("***", "***", None, None),
        ("3%", "1.71", "1.71", "1.71"),
    ],
)
def test_stars_are_zero_only_where_nothing_is_taxed(scheme, tax, total, line):
    found = read(attached(ORIGINAL.format(scheme=scheme, tax=tax, graph="")))
    original = from_source(found, Source.XML)
    assert (original.fields["tax_amount"].value if "tax_amount" in original.fields else None) == total
    amount = original.lines[0].line.tax_amount
    assert (str(amount) if amount is not None else None) == line


def test_an_attachment_that_is_no_invoice_is_passed_over():
    assert said(read(attached("<notes>26992000000000000099</notes>")))["number"] == {NUMBER}


@pytest.mark.parametrize("data", ["<eInvoice><cut", "<EInvoice><Header/></EInvoice>", "<xbrl/>", "<xbrl", "", "\x00"])
def test_a_broken_attachment_takes_nothing_from_the_rest(data):
    assert said(read(attached(data)))["number"] == {NUMBER}


def test_an_unsafe_attachment_condemns_the_file():
    with pytest.raises(Unsafe):
        read(attached('<!DOCTYPE e [<!ENTITY a "b">]><eInvoice>&a;</eInvoice>'))


def test_an_archive_that_holds_an_ofd_is_none():
    holder = Document("a.zip", zipped({"invoice.ofd": ofd_file().data}, zipfile.ZIP_STORED))
    assert b"OFD.xml" in holder.data
    assert not ofd.recognises(holder)


def test_several_documents_in_one_package():
    members = parts()
    second = {name.replace("Doc_0", "Doc_1"): data for name, data in members.items() if name.startswith("Doc_0")}
    body = re.search("<ofd:DocBody>.*</ofd:DocBody>", members["OFD.xml"])[0]
    members["OFD.xml"] = members["OFD.xml"].replace(body, body + body.replace("Doc_0", "Doc_1"))
    assert len(ofd.read(ofd_file(members | second))) == 2


CYCLE = '<ofd:TemplatePage ID="1" BaseLoc="Pages/Page_0/Content.xml"/>'


@pytest.mark.parametrize(
    ("members", "error"),
    [
        ({"OFD.xml": "<ofd:OFD"}, Damaged),
        ({"OFD.xml": f"<ofd:OFD {OFD_NS}/>"}, Damaged),
        ({"OFD.xml": entry(root="../../etc/passwd")}, Damaged),
        ({"Other.xml": "OFD.xml"}, Damaged),
        (parts() | {"Doc_0/Document.xml": '<!DOCTYPE d [<!ENTITY a "b">]><d>&a;</d>'}, Unsafe),
        (parts() | {"Doc_0/Pages/Page_0/Content.xml": "<a>" * 3000 + "</a>" * 3000}, Unsafe),
        (parts(entry=entry({}), document=document_part(())), NoInvoice),
        (parts(document=document_part(("Pages/Page_0/Content.xml",) * 400)), TooLarge),
        (parts() | {"Doc_0/Pages/Page_0/Content.xml": "<a>" + " " * 40_000_000 + "</a>"}, TooLarge),
        (parts() | {"Doc_0/Pages/Page_0/Content.xml": "<a>" + " " * 10_000_000 + "</a>"}, Unsafe),
        (parts() | {"Encryptions.xml": "<a/>"}, Encrypted),
        (parts() | {f"x/{number}": "" for number in range(2500)}, TooLarge),
    ],
    ids=[
        "cut",
        "no body",
        "path",
        "no entry",
        "entity",
        "deep",
        "no pages",
        "pages",
        "size",
        "ratio",
        "encrypted",
        "members",
    ],
)
def test_hostile_packages_are_refused_by_name(members, error):
    with pytest.raises(error):
        ofd.read(ofd_file(members))


@pytest.mark.parametrize(
    "document",
    [
        document_part(("Pages/Page_9/Content.xml",)),
        document_part(common=CYCLE),
        document_part(extra="<ofd:Attachments>Attachs/None.xml</ofd:Attachments>"),
        document_part(extra="<ofd:Attachments>Document.xml</ofd:Attachments>"),
    ],
    ids=["page missing", "template is the page", "attachments missing", "list is itself"],
)
def test_broken_references_leave_the_rest_readable(document):
    assert said(read(parts(document=document)))["number"] == {NUMBER}


def test_a_page_that_is_its_own_template_ends():
    page = content().replace("<ofd:Content>", '<ofd:Template TemplateID="1"/><ofd:Content>')
    assert said(read(parts(page=page, document=document_part(common=CYCLE))))["number"] == {NUMBER}


def test_a_name_that_occurs_twice_is_refused():
    data = zipped(parts() | {"Doc_0/Document.xmX": "<a/>"}).replace(b"Doc_0/Document.xmX", b"Doc_0/Document.xml")
    with pytest.raises(Unsafe):
        ofd.read(Document("a.ofd", data))


def test_an_encrypted_member_is_named():
    data = bytearray(zipped(parts()))
    for at in (match.start() for match in re.finditer(b"PK\x01\x02", bytes(data))):
        data[at + 8] |= 1
    with pytest.raises(Encrypted):
        ofd.read(Document("a.ofd", bytes(data)))


def test_every_cut_is_a_verdict():
    whole = ofd_file().data
    for end in range(0, len(whole), 97):
        with pytest.raises(ParseError):
            ofd.read(Document("a.ofd", whole[:end]))


def test_every_flipped_byte_reads_or_is_a_verdict():
    whole = zipped(parts(), zipfile.ZIP_STORED)
    for at in range(0, len(whole), 211):
        flipped = Document("a.ofd", whole[:at] + bytes([whole[at] ^ 0x5A]) + whole[at + 1 :])
        with contextlib.suppress(ParseError):
            assert ofd.read(flipped)


def test_a_face_without_any_data_is_read_by_position():
    bare = {name: data for name, data in parts(entry=entry({})).items() if "Tags" not in name}
    (found,) = ofd.read(ofd_file(bare))
    assert not found.native
    values = said(found)
    assert (values["number"], values["buyer.name"], values["total_incl_tax"]) == (
        {NUMBER},
        {"示例甲有限公司"},
        {"159.00"},
    )
    assert [placed.line.item_name for placed in from_source(found, Source.TEXT).lines] == [
        "*餐饮服务*餐费套餐",
        "*餐饮服务*饮料",
    ]


@pytest.mark.parametrize(
    ("field", "number", "printed"),
    [
        ("total_incl_tax", 33, ("959.00", 160, 98)),
        ("number", 11, ("26992000000000000012", 170, 12)),
        ("seller.tax_id", 16, ("91990000MA0DEM0037", 154, 45)),
        ("issue_date", 12, ("2026年06月02日", 170, 18)),
        ("seller.name", 15, ("别的商店", 120, 36)),
    ],
)
def test_a_face_that_differs_from_the_attachment_testifies_against_it(field, number, printed):
    members = attached(ORIGINAL.format(scheme="6%", tax="9.00", graph=FULL_HEAD))
    del members["Doc_0/Tags/CustomTag.xml"]
    before = said(read(members))[field]
    after = said(read(members | {"Doc_0/Pages/Page_0/Content.xml": content({**TEXTS, number: printed})}))[field]
    assert len(after - before) == 1


FULL_HEAD = (
    "<fp:IssueDate>2026年05月02日</fp:IssueDate><fp:Seller><fp:SellerName>样例乙商店</fp:SellerName>"
    "<fp:SellerTaxID>91990000MA0DEM0024</fp:SellerTaxID></fp:Seller>"
    "<fp:TaxInclusiveTotalAmount>159.00</fp:TaxInclusiveTotalAmount>"
)


def png_of(text):
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    image = Image.fromarray(np.asarray(zxingcpp.write_barcode_to_image(code, scale=4)))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


PAYLOAD = "01,10,099002600111,20000011,57.00,20260502,06000000000004870000,8935,"
RESOURCES = f'<ofd:Res {OFD_NS} BaseLoc="Res"><ofd:MultiMedias><ofd:MultiMedia ID="9"><ofd:MediaFile>qr.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias></ofd:Res>'
SHOWN = '<ofd:ImageObject ID="8" CTM="20 0 0 20 0 0" Boundary="6 6 20 20" ResourceID="9"/>'


def test_the_code_on_the_page_is_read_with_its_place():
    members = parts(
        page=content(None, SHOWN), document=document_part(common="<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>")
    )
    code = from_source(
        read(members | {"Doc_0/DocumentRes.xml": RESOURCES, "Doc_0/Res/qr.png": png_of(PAYLOAD)}), Source.QR
    )
    assert code.fields["check_code"].value == "06000000000004870000"
    assert [round(edge) for edge in code.fields["number"].box] == [17, 17, 74, 74]


@pytest.mark.parametrize("graph", [PAYLOAD, base64.b64encode(png_of(PAYLOAD)).decode()], ids=["text", "picture"])
def test_the_code_in_the_attachment(graph):
    found = read(attached(ORIGINAL.format(scheme="3%", tax="1.71", graph=f"<fp:GraphCode>{graph}</fp:GraphCode>")))
    assert from_source(found, Source.QR).fields["check_code"].value == "06000000000004870000"


@pytest.mark.parametrize(
    "picture", [b"", b"\x89PNG\r\n\x1a\n cut", b"\x97JB2\r\n\x1a\n\x01\0\0\0\x01", b"GIF89a", b"x" * 1000]
)
def test_a_broken_picture_says_nothing(picture):
    members = parts(
        page=content(None, SHOWN), document=document_part(common="<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>")
    )
    found = read(members | {"Doc_0/DocumentRes.xml": RESOURCES, "Doc_0/Res/qr.png": picture})
    assert Source.QR not in {testimony.source for testimony in found.testimonies}


@pytest.mark.parametrize(
    "name", ["2020_catering", "2020_tax_free_no_pages_folder", "2020_five_pages", "2020_signed_v4"]
)
def test_codes_of_the_corpus(name):
    (found,) = ofd.read(corpus_document(f"ofd/general_electronic_{name}.ofd"))
    codes = [testimony for testimony in found.testimonies if testimony.source is Source.QR]
    assert len(codes) == 1
    assert codes[0].fields["number"].box
