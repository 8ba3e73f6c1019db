"""Hostile XML: attributes, names, depths and encodings that a parser may choke on."""

from collections.abc import Callable, Mapping

HEAD, TAIL = b"<EInvoice><EInvoiceData>", b"</EInvoiceData></EInvoice>"
XBRL = b'<xbrl xmlns="http://www.xbrl.org/2003/instance" xmlns:inv="http://xbrl.mof.gov.cn/taxonomy/2023-05-15/inv">'
LAUGHS = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">{}]><EInvoice>&j;</EInvoice>'


def attributes_by_the_million() -> bytes:
    return HEAD + b"<a " + b" ".join(b'a%d=""' % n for n in range(1_000_000)) + b"/>" + TAIL


def namespaces_by_the_hundred_thousand() -> bytes:
    return HEAD + b"<a " + b" ".join(b'xmlns:a%d="u%d"' % (n, n) for n in range(400_000)) + b"/>" + TAIL


def attributes_in_namespaces() -> bytes:
    names = b" ".join(b'xmlns:a%d="u"' % n for n in range(20_000))
    return HEAD + b"<a " + names + b" " + b" ".join(b'a%d:b%d=""' % (n, n) for n in range(20_000)) + b"/>" + TAIL


def namespaces_level_by_level() -> bytes:
    levels = [b'<a%d xmlns:n%d="u%d" n%d:x="">' % (n, n, n, n) for n in range(250)]
    inner = b"<n0:a/>" * 1_500_000
    return (
        b"<EInvoice>"
        + b"".join(levels)
        + inner
        + b"".join(b"</a%d>" % n for n in reversed(range(250)))
        + b"</EInvoice>"
    )


def deep() -> bytes:
    return HEAD + b"<a>" * 1_000_000 + b"</a>" * 1_000_000 + TAIL


def elements_by_the_million() -> bytes:
    return HEAD + b"<a/>" * 3_900_000 + TAIL


def names_by_the_million() -> bytes:
    """No two alike: the parser keeps every name."""
    return HEAD + b"".join(b"<a%x/>" % n for n in range(1_600_000)) + TAIL


def lines_by_the_hundred_thousand() -> bytes:
    line = (
        b"<IssuItemInformation><ItemName>a</ItemName><Amount>1.00</Amount><TaxRate>0.06</TaxRate></IssuItemInformation>"
    )
    return HEAD + line * 140_000 + TAIL


def one_long_text() -> bytes:
    return HEAD + b"<AdditionalInformation><Remark>" + b"1" * 15_900_000 + b"</Remark></AdditionalInformation>" + TAIL


def long_number() -> bytes:
    figure = b"<BasicInformation><TotalTaxAm>" + b"9" * 9_000_000 + b".00</TotalTaxAm></BasicInformation>"
    return HEAD + figure + TAIL


def number_to_a_power() -> bytes:
    figure = b"<BasicInformation><TotalTaxAm>1E+999999999</TotalTaxAm></BasicInformation>"
    line = b"<IssuItemInformation><Amount>1E+99999999</Amount><Quantity>1E-99999999</Quantity></IssuItemInformation>"
    return HEAD + figure + line + TAIL


def laughs() -> bytes:
    entities = "".join(
        f'<!ENTITY {one} "{f"&{other};" * 10}">' for other, one in zip("abcdefghi", "bcdefghij", strict=True)
    )
    return LAUGHS.format(entities).encode()


def laughs_in(encoding: str) -> Callable[[], bytes]:
    return lambda: f'<?xml version="1.0" encoding="{encoding}"?>{laughs().decode()}'.encode(encoding)


def laughs_in_utf_7() -> bytes:
    text = laughs().decode().replace("<!", "+ADwAIQ-")
    return f'<?xml version="1.0" encoding="UTF-7"?>{text}'.encode()


def concepts_by_the_hundred_thousand() -> bytes:
    return XBRL + b"<inv:InvoiceNumber>1</inv:InvoiceNumber>" * 400_000 + b"</xbrl>"


def tuples_in_tuples() -> bytes:
    tuples = b"<inv:GoodsInformationTuple>" * 240
    return XBRL + (tuples + b"</inv:GoodsInformationTuple>" * 240) * 1200 + b"</xbrl>"


def prolog_without_end() -> bytes:
    return b"<?a?>" * 3_000_000 + HEAD + TAIL


MARKUP: Mapping[str, Callable[[], bytes]] = {
    "attributes by the million": attributes_by_the_million,
    "namespaces by the hundred thousand": namespaces_by_the_hundred_thousand,
    "attributes in namespaces": attributes_in_namespaces,
    "namespaces level by level": namespaces_level_by_level,
    "a million deep": deep,
    "elements by the million": elements_by_the_million,
    "names by the million": names_by_the_million,
    "lines by the hundred thousand": lines_by_the_hundred_thousand,
    "one long text": one_long_text,
    "a number of nine million digits": long_number,
    "a number to a power": number_to_a_power,
    "laughs": laughs,
    "laughs in UTF-16": laughs_in("utf-16"),
    "laughs in UTF-32": laughs_in("utf-32"),
    "laughs in EBCDIC": laughs_in("cp037"),
    "laughs in UTF-7": laughs_in_utf_7,
    "concepts by the hundred thousand": concepts_by_the_hundred_thousand,
    "tuples in tuples": tuples_in_tuples,
    "a prolog without end": prolog_without_end,
}
