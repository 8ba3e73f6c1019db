import re

import pytest

from parsers import xbrl
from parsers.document import Document
from parsers.errors import Damaged, NoInvoice, Unsafe
from reimburse.domain.reading import DocumentKind
from tests.parsers.told import CORPUS, assert_told, corpus_document, said, truths

INSTANCE = "http://www.xbrl.org/2003/instance"
TAXONOMY = "http://xbrl.mof.gov.cn/taxonomy/{date}/{voucher}"


def instance(voucher, facts, date="2023-12-31", root="xbrli:xbrl"):
    """An instance with these facts; a list of dicts is a tuple that repeats."""
    prefix = f'xmlns:xbrli="{INSTANCE}"' if ":" in root else f'xmlns="{INSTANCE}"'
    body = "".join(fact(voucher, name, value) for name, value in facts)
    namespace = TAXONOMY.format(date=date, voucher=voucher)
    return Document("v.xml", f'<{root} {prefix} xmlns:{voucher}="{namespace}">{body}</{root}>'.encode())


def fact(voucher, name, value):
    if isinstance(value, list):
        return f"<{voucher}:{name}>" + "".join(fact(voucher, *pair) for pair in value) + f"</{voucher}:{name}>"
    return f'<{voucher}:{name} contextRef="c1">{value}</{voucher}:{name}>'


@pytest.mark.parametrize("truth", truths("xbrl"))
def test_every_corpus_file_reads_as_its_truth(truth):
    document = corpus_document(truth["file"])
    assert xbrl.recognises(document)
    (found,) = xbrl.read(document)
    if truth["expect"] == "not_an_invoice":
        assert found.document
        assert not found.testimonies
    else:
        assert_told(found, truth)


SAMPLES = {
    "Number": "99.50",
    "Date": "2026-03-01",
    "UniqueCodeOfInvoice": "09900260021100004328",
    "EInvoiceID": "990101260000000011",
    "InvoiceNumber": "26992000000000000011",
    "ElectronicInvoiceRailwayETicketNumber": "26992000000000000012",
    "ElectronicInvoiceAirTransportReceiptNumber": "26992000000000000013",
    "SellerIdNum": "91990000MA0DEM0011",
    "TaxRate": "0.09",
}
EXPECTED = {
    "atr_issuer": {"kind": "air_itinerary", "number": "26992000000000000013", "total_incl_tax": "99.50"},
    "atr_receiver": {"kind": "air_itinerary", "number": "26992000000000000013"},
    "bker_issuer": DocumentKind.BANK_RECEIPT,
    "bker_receiver": DocumentKind.BANK_RECEIPT,
    "bkrs": DocumentKind.BANK_STATEMENT,
    "ctp": DocumentKind.PAYMENT_SLIP,
    "efi": {"kind": "fiscal", "code": "99010126", "number": "0000000011", "total_incl_tax": "99.50"},
    "einv_ord_receiver": {"kind": "general_digital", "number": "26992000000000000011", "total_incl_tax": "99.50"},
    "einv_spcl_receiver": {"kind": "special_digital", "number": "26992000000000000011", "tax_amount": "99.50"},
    "inv_ord_issuer": {"code": "099002600211", "number": "00004328", "total_incl_tax": "99.50"},
    "inv_ord_receiver": {"code": "099002600211", "number": "00004328", "amount_excl_tax": "99.50"},
    "inv_receiver": {"code": "099002600211", "number": "00004328"},
    "inv_spcl_issuer": {"code": "099002600211", "number": "00004328"},
    "inv_spcl_receiver": {"code": "099002600211", "number": "00004328", "issue_date": "2026-03-01"},
    "inv_tlf_issuer": {"code": "099002600211", "number": "00004328"},
    "inv_tlf_receiver": {"code": "099002600211", "number": "00004328"},
    "ntrev_gpm_issuer": DocumentKind.PAYMENT_SLIP,
    "ntrev_gpm_receiver": DocumentKind.PAYMENT_SLIP,
    "rai_issuer": {"kind": "rail_ticket", "number": "26992000000000000012", "total_incl_tax": "99.50"},
    "rai_receiver": {"kind": "rail_ticket", "number": "26992000000000000012", "tax_amount": "99.50"},
}


@pytest.mark.parametrize("config", sorted(EXPECTED))
def test_every_voucher_of_the_toolkit(config):
    """An instance made of the toolkit's own element list, each element with a value of its type."""
    document = made_from(config)
    assert xbrl.recognises(document)
    (found,) = xbrl.read(document)
    expected = EXPECTED[config]
    if isinstance(expected, DocumentKind):
        assert (found.document, found.testimonies) == (expected, ())
    else:
        values = said(found)
        assert {name: values.get(name) for name in expected} == {name: {value} for name, value in expected.items()}


def made_from(config):
    text = corpus_document(f"xbrl/mof_configs/{config}.xml").data.decode()
    voucher = config.split("_")[0]
    elements = re.findall(r'elementName="([^"]+)"[^>]*elementValueType="(\w+)"', text)
    facts = [(name, sample(name, kind)) for name, kind in elements if kind != "tuple"]
    return instance(voucher, facts)


def sample(name, kind):
    known = {"number": SAMPLES["Number"], "date": SAMPLES["Date"]}.get(kind, "")
    return SAMPLES.get(name, known) if name in SAMPLES or known else ""


def test_all_configs_are_tested():
    if not CORPUS.is_dir():
        pytest.skip("the shared corpus is not here")
    assert {path.stem for path in (CORPUS / "xbrl" / "mof_configs").glob("*.xml")} == set(EXPECTED)


@pytest.mark.parametrize("date", ["2021-09-30", "2099-01-01"])
@pytest.mark.parametrize("root", ["xbrl", "xbrli:xbrl"])
def test_date_of_the_taxonomy_and_prefix_of_the_root_are_free(date, root):
    (found,) = xbrl.read(instance("einv", [("InvoiceNumber", "26992000000000000011")], date, root))
    assert said(found)["number"] == {"26992000000000000011"}


@pytest.mark.parametrize(
    ("facts", "codes", "numbers"),
    [
        ([("UniqueCodeOfInvoice", "09900260021100004328")], {"099002600211"}, {"00004328"}),
        ([("UniqueCodeOfInvoice", "990026002100004328")], {"9900260021"}, {"00004328"}),
        ([("UniqueCodeOfInvoice", "26992000000000000011")], None, None),
        (
            [("UniqueCodeOfInvoice", "09900260021100004328"), ("NumberOfInvoice", "00004328")],
            {"099002600211"},
            {"00004328"},
        ),
        (
            [("UniqueCodeOfInvoice", "09900260021100004328"), ("NumberOfInvoice", "00004329")],
            {"099002600211"},
            {"00004328", "00004329"},
        ),
    ],
)
def test_joint_number_is_taken_apart_and_never_overrules(facts, codes, numbers):
    (found,) = xbrl.read(instance("inv", facts))
    assert said(found).get("code") == codes
    assert said(found).get("number") == numbers


@pytest.mark.parametrize(
    ("name", "code", "kind"),
    [
        ("增值税电子普通发票", "", {"general_electronic"}),
        ("增值税电子专用发票", "", {"special_electronic"}),
        ("收费公路通行费增值税电子普通发票", "", {"toll"}),
        ("", "099002600113", {"special_electronic"}),
        ("", "099002600112", {"toll"}),
        ("", "099002600199", None),
    ],
)
def test_kind_of_a_tax_controlled_invoice(name, code, kind):
    (found,) = xbrl.read(instance("inv", [("TypeOfInvoice", name), ("CodeOfInvoice", code)]))
    assert said(found).get("kind") == kind


def test_toll_lines():
    line = [
        ("NameOfTollFeeItems", "*经营租赁*通行费"),
        ("AmountExcludingTax", "36.92"),
        ("TaxRate", "3.00%"),
        ("TaxAmount", "1.11"),
    ]
    (found,) = xbrl.read(instance("inv", [("InformationOfTollFeeDetailItemsTuple", line)]))
    (placed,) = found.testimonies[0].lines
    assert (placed.line.item_name, str(placed.line.tax_rate)) == ("*经营租赁*通行费", "0.03")


def test_flight_from_the_first_segment_to_the_last():
    first = [
        ("DepartureStation", "示州"),
        ("DestinationStation", "样城"),
        ("Flight", "ZZ9901"),
        ("CarrierDate", "2026-03-01"),
    ]
    last = [("DepartureStation", "样城"), ("DestinationStation", "例港"), ("Flight", "ZZ9902")]
    tuples = [("DetailInformationOfAirTicketTuple", segment) for segment in (first, last)]
    (found,) = xbrl.read(instance("atr", tuples))
    values = said(found)
    assert (values["travel.from"], values["travel.to"]) == ({"示州"}, {"例港"})
    assert (values["travel.vehicle"], values["travel.departs_at"]) == ({"ZZ9901"}, {"2026-03-01"})


@pytest.mark.parametrize("mark", ["true", "1", "是"])
def test_red_marks(mark):
    (found,) = xbrl.read(instance("einv", [("WhetherEinvoiceIsRedEinvoice", mark)]))
    assert said(found)["red_letter"] == {"true"}


def test_identity_numbers_are_never_kept():
    (found,) = xbrl.read(instance("rai", [("Name", "演旅客"), ("IdNumber", "99000019900101001X")]))
    assert "99000019900101001X" not in str(found)


def test_a_fact_given_twice_with_two_values_says_nothing():
    (found,) = xbrl.read(
        instance("einv", [("InvoiceNumber", "26992000000000000011"), ("InvoiceNumber", "26992000000000000012")])
    )
    assert "number" not in said(found)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (instance("other", [("A", "1")]).data, NoInvoice),
        (b'<xbrl xmlns="http://www.xbrl.org/2003/instance"/>', NoInvoice),
        (b"<xbrl><cut", Damaged),
        (b'<!DOCTYPE xbrl [<!ENTITY a "b">]><xbrl>&a;</xbrl>', Unsafe),
    ],
)
def test_refused_by_name(data, error):
    with pytest.raises(error):
        xbrl.read(Document("v.xml", data))
