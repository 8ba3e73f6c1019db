"""``CustomDatas`` in ``OFD.xml``: fields under Chinese keys, written by the issuing software."""

from parsers import normalise, safe_xml
from parsers.original_invoice import say_kind
from parsers.safe_xml import Element
from parsers.testimony import Testimony
from parsers.witness import Witness, shaped
from reimburse.domain.reading import Source

KEYS = {
    "发票代码": "code",
    "发票号码": "number",
    "开票日期": "issue_date",
    "校验码": "check_code",
    "合计金额": "amount_excl_tax",
    "合计税额": "tax_amount",
    "价税合计": "total_incl_tax",
    "购买方名称": "buyer.name",
    "购买方纳税人识别号": "buyer.tax_id",
    "销售方名称": "seller.name",
    "销售方纳税人识别号": "seller.tax_id",
    "销售方地址、电话": "seller.address_phone",
    "开票人": "drawer",
}


def testimony(entry: Element) -> Testimony:
    """What the entry of one document in ``OFD.xml`` says; a key given twice with two values says nothing."""
    witness = Witness(Source.DOCINFO, 1)
    given: dict[str, set[str]] = {}
    for element in safe_xml.children(entry, "DocInfo", "CustomDatas", "CustomData"):
        field = KEYS.get(normalise.compact(element.get("Name") or ""))
        value = safe_xml.text(element)
        if field and value:
            given.setdefault(field, set()).add(value)
    for field, values in given.items():
        if len(values) == 1:
            witness.say(field, shaped(field, values.pop()))
    say_kind(witness)
    return witness.testimony()
