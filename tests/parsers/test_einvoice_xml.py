import pytest

from parsers import einvoice_xml
from parsers.document import Document
from parsers.errors import Damaged, NoInvoice, TooLarge, Unsafe
from tests.parsers.told import assert_told, corpus_document, said, truths

HEAD = "<Header><EIid>{eiid}</EIid><InherentLabel>{labels}</InherentLabel></Header>"
BODY = (
    "<EInvoiceData><SellerInformation><SellerName>示例商店</SellerName></SellerInformation>{extra}"
    "<BasicInformation><TotalAmWithoutTax>100.00</TotalAmWithoutTax><TotalTaxAm>6.00</TotalTaxAm>"
    "<TotalTax-includedAmount>{total}</TotalTax-includedAmount><RequestTime>2026-05-01 08:00:00</RequestTime>"
    "</BasicInformation></EInvoiceData>"
)
SUPERVISED = "<TaxSupervisionInfo><InvoiceNumber>{}</InvoiceNumber><IssueTime>2026-05-02 09:00:00</IssueTime></TaxSupervisionInfo>"
NUMBER, OTHER = "26992000000000000011", "26992000000000000012"


def label(name, code="", text=""):
    return f"<{name}><LabelCode>{code}</LabelCode><LabelName>{text}</LabelName></{name}>"


def einvoice(labels="", extra="", total="106.00", supervised=NUMBER, eiid=NUMBER):
    tail = SUPERVISED.format(supervised) if supervised else ""
    body = HEAD.format(eiid=eiid, labels=labels) + BODY.format(extra=extra, total=total) + tail
    return Document("a.xml", f"<EInvoice>{body}</EInvoice>".encode())


@pytest.mark.parametrize("truth", truths("xml"))
def test_every_corpus_file_reads_as_its_truth(truth):
    document = corpus_document(truth["file"])
    assert einvoice_xml.recognises(document)
    (found,) = einvoice_xml.read(document)
    assert_told(found, truth)


@pytest.mark.parametrize(
    ("labels", "kind"),
    [
        (label("GeneralOrSpecialVAT", "01", "增值税专用发票"), {"special_digital"}),
        (label("GeneralOrSpecialVAT", "02", "普通发票"), {"general_digital"}),
        (label("GeneralOrSpecialVAT", "02"), {"general_digital"}),
        (label("GeneralOrSpecialVAT", "", "增值税专用发票"), {"special_digital"}),
        (label("GeneralOrSpecialVAT", "01", "普通发票"), None),
        (label("GeneralOrSpecialVAT"), None),
        (label("EInvoiceType", "01", "电子发票（铁路电子客票）") + label("GeneralOrSpecialVAT", "02"), {"rail_ticket"}),
    ],
)
def test_kind_is_said_only_where_code_and_name_agree(labels, kind):
    (found,) = einvoice_xml.read(einvoice(labels))
    assert said(found).get("kind") == kind


@pytest.mark.parametrize(
    ("supervised", "eiid", "numbers", "date"),
    [
        (NUMBER, NUMBER, {NUMBER}, {"2026-05-02"}),
        ("", NUMBER, {NUMBER}, {"2026-05-01"}),
        (NUMBER, "", {NUMBER}, {"2026-05-02"}),
        (NUMBER, OTHER, {NUMBER, OTHER}, {"2026-05-02"}),
    ],
)
def test_header_steps_in_or_contradicts(supervised, eiid, numbers, date):
    (found,) = einvoice_xml.read(einvoice(supervised=supervised, eiid=eiid))
    assert said(found)["number"] == numbers
    assert said(found)["issue_date"] == date


@pytest.mark.parametrize(
    ("issued", "date"),
    [("20260502080102003", {"2026-05-02"}), ("20260502080102", {"2026-05-02"}), ("am 2. Mai 2026", None)],
)
def test_a_date_of_issue_that_is_not_understood_is_not_replaced_by_that_of_the_request(issued, date):
    data = einvoice().data.replace(b"2026-05-02 09:00:00", issued.encode())
    (found,) = einvoice_xml.read(Document("a.xml", data))
    assert said(found).get("issue_date") == date


@pytest.mark.parametrize(
    ("rate", "tax", "read"),
    [
        ("免税", "***", "0.00"),
        ("不征税", "***", "0.00"),
        ("***", "***", None),
        ("免税", "", None),
        ("免税", "0.00", "0.00"),
    ],
)
def test_a_tax_of_stars_is_nil_where_nothing_is_taxed(rate, tax, read):
    item = f"<IssuItemInformation><Amount>106.00</Amount><TaxRate>{rate}</TaxRate><ComTaxAm>{tax}</ComTaxAm></IssuItemInformation>"
    data = einvoice(extra=item).data.replace(b"<TotalTaxAm>6.00<", b"<TotalTaxAm>***<")
    (found,) = einvoice_xml.read(Document("a.xml", data))
    (testimony, *_) = found.testimonies
    line = testimony.lines[0].line
    assert (line.tax_amount is None, said(found).get("tax_amount")) == (
        read is None,
        {"0.00"} if line.treatment else None,
    )


def test_a_plate_number_before_the_invoice_number_is_never_taken_for_it():
    toll = "<SpecificInformation><Toll><PlateNumber>26992000000000000099</PlateNumber></Toll></SpecificInformation>"
    (found,) = einvoice_xml.read(einvoice(extra=toll))
    assert said(found)["number"] == {NUMBER}


def test_an_element_given_twice_with_two_values_says_nothing():
    twice = einvoice().data.replace(b"<TotalTaxAm>6.00<", b"<TotalTaxAm>7.00</TotalTaxAm><TotalTaxAm>6.00<")
    (found,) = einvoice_xml.read(Document("a.xml", twice))
    assert "tax_amount" not in said(found)


def test_a_red_one_names_the_invoice_it_takes_back():
    red = f"<SpecificInformation><RedEInvoice><CreditNoteNumber>{OTHER}</CreditNoteNumber></RedEInvoice></SpecificInformation>"
    (found,) = einvoice_xml.read(einvoice(label("InIssuType", "N"), red, total="-106.00"))
    assert said(found)["red_letter"] == {"true"}
    assert said(found)["red_letter_of.number"] == {OTHER}


def test_the_remarks_number_counts_before_the_element():
    red = f"<SpecificInformation><RedEInvoice><CreditNoteNumber>{NUMBER}</CreditNoteNumber></RedEInvoice></SpecificInformation>"
    remark = f"<AdditionalInformation><Remark>被红冲蓝字数电发票号码：{OTHER}</Remark></AdditionalInformation>"
    (found,) = einvoice_xml.read(einvoice(extra=red + remark, total="-106.00"))
    assert said(found)["red_letter_of.number"] == {OTHER}


def test_a_fiscal_bill_is_named_so():
    main = "<Main><EInvoiceCode>99010126</EInvoiceCode><EInvoiceNumber>0000000011</EInvoiceNumber></Main>"
    data = f"<EInvoice><Header/><EInvoiceData>{main}</EInvoiceData></EInvoice>".encode()
    (found,) = einvoice_xml.read(Document("a.xml", data))
    assert said(found) == {"kind": {"fiscal"}, "code": {"99010126"}, "number": {"0000000011"}}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_other_encodings(encoding):
    plain = einvoice().data.decode()
    data = f'<?xml version="1.0" encoding="{encoding}"?>{plain}'.encode(encoding)
    document = Document("a.xml", data)
    assert einvoice_xml.recognises(document)
    assert said(einvoice_xml.read(document)[0])["seller.name"] == {"示例商店"}


BOMB = '<!DOCTYPE EInvoice [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><EInvoice>&b;</EInvoice>'
OUTSIDE = (
    '<!DOCTYPE EInvoice [<!ENTITY x SYSTEM "file:///etc/passwd">]><EInvoice><EInvoiceData>&x;</EInvoiceData></EInvoice>'
)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (BOMB.encode(), Unsafe),
        (BOMB.encode("utf-16"), Unsafe),
        (BOMB.encode("utf-16-le"), Unsafe),
        (OUTSIDE.encode(), Unsafe),
        (b'<!DOCTYPE EInvoice SYSTEM "http://127.0.0.1/x.dtd"><EInvoice/>', Unsafe),
        (b"<EInvoice>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</EInvoice>", Unsafe),
        (b"<EInvoice><EInvoiceData>" + b"x" * 17_000_000 + b"</EInvoiceData></EInvoice>", TooLarge),
        (b"<EInvoice><EInvoiceData>", Damaged),
        (b"<EInvoice>\x00</EInvoice>", Damaged),
        (b"<EInvoice><Other/></EInvoice>", NoInvoice),
    ],
    ids=["bomb", "bomb wide", "bomb wide bare", "file", "dtd", "deep", "huge", "cut", "nul", "empty"],
)
def test_hostile_files_are_refused_by_name(data, error):
    document = Document("a.xml", data)
    assert einvoice_xml.recognises(document)
    with pytest.raises(error):
        einvoice_xml.read(document)


@pytest.mark.parametrize("data", [b"", b"<", b"%PDF-1.7", b"<html><EInvoice/></html>", b"\xff\xfe", "<发票/>".encode()])
def test_other_files_are_not_recognised(data):
    assert not einvoice_xml.recognises(Document("a.xml", data))
