"""OFD packages that differ from the usual ones in one thing: names of members, vouchers inside, sources left."""

import pytest

import parsers
from parsers.document import Document
from reimburse.domain.reading import DocumentKind
from tests.parsers.ofd_files import NUMBER, OFD_NS, document_part, entry, listing, ofd_file, parts, zipped

RECEIPT = (
    '<xbrl xmlns="http://www.xbrl.org/2003/instance" xmlns:v="http://xbrl.mof.gov.cn/taxonomy/2023-12-31/{voucher}">'
    "<v:IdentifyingCode>1</v:IdentifyingCode></xbrl>"
)
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
