"""``EInvoice`` XML of every version as different systems write it (FORMATS, section 6)."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bench.unseen import figures
from bench.unseen.einvoice_envelope import header, shaken, signature, supervision
from bench.unseen.judging import CERTAIN, Drawn
from bench.unseen.markup import CODECS, ENCODINGS, Node, hand, prefixed, written
from bench.unseen.values import Taste, invoice
from reimburse.domain.amount_words import to_words
from reimburse.domain.invoice import Invoice, InvoiceKey, InvoiceKind, InvoiceLine, Party

BRANDS = ("A&B", "样本<示例>", '"引号"', "O'Dem", "㈱样例", "", "", "", "", "", "")
BUSINESSES = {
    "": {},
    "PassengerTransportationServices": {
        "Traveler": "演旅客",
        "ValidDocumentNumber": "9900**********001X",
        "TravelDate": "2025-12-20",
        "Origin": "示州北站",
        "Destination": "样城东站",
        "Amount": "12.00",
    },
    "ConstructionServices": {
        "ConstructionSite": "示例省样州市湖东区",
        "ItemName": "云桥演示园区机电安装工程",
        "CrossCityFlag": "否",
        "InvoiceNumber": "99000000000000000000",
    },
    "RealEstateLease": {"RealEstateAddress": "样北路9号", "TitleNumber": "0099001", "Quantity": "90", "UnPrice": "3.5"},
    "FreightTransportation": {
        "PlateNumber": "示A00001",
        "Origin": "示州",
        "Destination": "样城",
        "Remark": "样品 120 箱",
    },
    "Toll": {
        "PlateNumber": "示A99001",
        "VehicleType": "客车",
        "StartDatesOfPassage": "20250926080102003",
        "EndDatesOfPassage": "20250926090102003",
        "InvoiceNumber": "示A99001",
    },
    "RefinedOil": {"OilType": "92号", "Quantity": "36.1188271604938", "TaxRate": "0.13"},
}
PLANTED = {"total_incl_tax": frozenset({"total_incl_tax", "total_in_words"})}
HEAD_FORMS = ("full", "full", "full", "code", "name", "empty", "absent")


def drawn(seed: int) -> Drawn:
    """The file of this seed."""
    rng = random.Random(f"einvoice {seed}")
    told, address = _told(rng)
    labels = rng.choice(HEAD_FORMS)
    if labels in {"empty", "absent"}:
        told = replace(told, kind=InvoiceKind.OTHER)
    fields = ("total_incl_tax", "amount_excl_tax", *(() if labels == "absent" else ("number",)))
    planted = rng.choice(fields) if rng.random() < 0.06 else ""
    root, told = _tree(rng, told, labels, address, planted)
    text = repr(root)
    how = hand(rng, [name for name in ENCODINGS if _fits(text, CODECS.get(name, "utf-8"))])
    style = rng.choice(("plain", "plain", "plain", "prefix", "namespace", "noise"))
    root = _dressed(root, style)
    described = f"{told.kind.value} {labels} {style} {how.told}"
    return Drawn(
        f"{seed}.xml",
        written(root, how, rng),
        told,
        described,
        planted=PLANTED.get(planted, frozenset({planted} if planted else ())),
        unjudged=CERTAIN,
    )


def attached(rng: random.Random, told: Invoice) -> tuple[bytes, Invoice]:
    """The XML of this invoice for another file, and the invoice as it is told then."""
    nobody = ("", "", "", "")
    root, told = _tree(rng, told, "full", {"Seller": nobody, "Buyer": nobody})
    return written(root, hand(rng, ("UTF-8",)), rng), told


def _fits(text: str, codec: str) -> bool:
    try:
        text.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def _told(rng: random.Random) -> tuple[Invoice, dict[str, tuple[str, str, str, str]]]:
    """An invoice, and address, phone, bank and account of both sides apart."""
    kind = rng.choice((InvoiceKind.SPECIAL_DIGITAL, InvoiceKind.GENERAL_DIGITAL))
    told = figures.varied(rng, invoice(rng, Taste(kind, rng.choice((2, 4, 8, 40)))))
    parts = {side: tuple(rng.choice((text, text, "")) for text in _contact(rng)) for side in ("Seller", "Buyer")}
    told = replace(
        told,
        seller=_party(rng, told.seller, parts["Seller"]),
        buyer=_party(rng, told.buyer, parts["Buyer"]),
        lines=tuple(replace(line, item_name=f"{line.item_name}{rng.choice(BRANDS)}") for line in told.lines),
        drawer=rng.choice((told.drawer, None)),
    )
    return told, {side: (a, b, c, d) for side, (a, b, c, d) in parts.items()}


def _contact(rng: random.Random) -> tuple[str, str, str, str]:
    return (
        f"示例市样北路{rng.randrange(999)}号（住所申报）",
        f"0999-6000{rng.randrange(10**4):04}",
        "示例银行股份有限公司样东支行",
        f"{rng.randrange(10**18):019}",
    )


def _party(rng: random.Random, party: Party, contact: Sequence[str]) -> Party:
    address, bank = (" ".join(part for part in pair if part) or None for pair in (contact[:2], contact[2:]))
    return Party(f"{party.name}{rng.choice(BRANDS)}", party.tax_id, address, bank)


def _tree(
    rng: random.Random, told: Invoice, labels: str, contact: dict[str, tuple[str, str, str, str]], planted: str = ""
) -> tuple[Node, Invoice]:
    root, data = Node("EInvoice"), Node("EInvoiceData")
    form = figures.money_form(rng)
    supervised = rng.random() < 0.75 or planted == "number" or labels == "absent"
    sections = [
        _side("Seller", told.seller, contact["Seller"], rng),
        _side("Buyer", told.buyer, contact["Buyer"], rng),
        _basic(rng, told, form, supervised, planted),
    ]
    items, told = _items(rng, told, form)
    sections += shaken(rng, [_specific(rng), _additional(rng, told)])
    told = _red(rng, told, sections)
    data.children = _mixed(rng, sections, items)
    heads = [header(rng, told, labels, planted)] if labels != "absent" else []
    tail = [Node("SellerAuthentication", children=[Node("AuthenticationMethods", "02")])]
    tail += [supervision(rng, told)] if supervised else rng.choice(([], [Node("TaxSupervisionInfo", "")]))
    tail += [signature()] if rng.random() < 0.5 else []
    root.children = [*heads, data, *tail] if rng.random() < 0.7 else shaken(rng, [*heads, data, *tail])
    return root, told


def _mixed(rng: random.Random, sections: list[Node], items: list[Node]) -> list[Node]:
    at = rng.randrange(len(sections) + 1)
    return [*sections[:at], *items, *sections[at:]]


def _side(side: str, party: Party, contact: Sequence[str], rng: random.Random) -> Node:
    texts = {"IdNum": party.tax_id, "Name": party.name}
    texts |= dict(zip(("Addr", "TelNum", "BankName", "BankAccNum"), contact, strict=True))
    leaves = [Node(side + name, text or "") for name, text in texts.items()]
    leaves += [Node("BuyerHandlingName", "")] if side == "Buyer" else []
    return Node(f"{side}Information", children=shaken(rng, leaves))


def _basic(rng: random.Random, told: Invoice, form: str, supervised: bool, planted: str) -> Node:
    day = told.issue_date
    assert day
    requested = day - timedelta(days=rng.choice((0, 0, 1, 3))) if supervised else day
    total, net = told.total_incl_tax, told.amount_excl_tax
    words = to_words(figures.other_amount(rng, total)) if planted == "total_incl_tax" else told.total_in_words
    net = figures.other_amount(rng, net) if planted == "amount_excl_tax" else net
    untaxed = all(figures.is_untaxed(line) for line in told.lines)
    tax = rng.choice(("0.00", "0", "***")) if untaxed else figures.money(told.tax_amount, form)
    leaves = [
        Node("TotalAmWithoutTax", figures.money(net, form)),
        Node("TotalTaxAm", tax),
        Node("TotalTax-includedAmount", figures.money(total, form)),
        Node("TotalTax-includedAmountInChinese", words),
        Node("Drawer", told.drawer or ""),
        Node("RequestTime", figures.day_text(rng, requested)),
    ]
    return Node("BasicInformation", children=shaken(rng, leaves))


def _items(rng: random.Random, told: Invoice, form: str) -> tuple[list[Node], Invoice]:
    """The items, and the invoice without what they leave out."""
    nil = rng.choice(figures.NIL)
    forms = rng.choice((("six",), ("fraction",), ("fraction", "six"), ("percent",)))
    lines = [replace(line, tax_amount=None) if figures.is_untaxed(line) and not nil else line for line in told.lines]
    nodes = [_item(rng, line, form, nil, forms) for line in told.lines]
    return nodes, replace(told, lines=tuple(lines))


def _item(rng: random.Random, line: InvoiceLine, form: str, nil: str, forms: Sequence[str]) -> Node:
    gross = (line.amount_excl_tax or 0) + (line.tax_amount or 0)
    texts = {
        "ItemName": line.item_name,
        "SpecMod": line.specification,
        "MeaUnits": line.unit,
        "Quantity": figures.quantity(rng, line.quantity),
        "UnPrice": figures.quantity(rng, line.unit_price),
        "Amount": figures.money(line.amount_excl_tax, form),
        "TaxRate": figures.rate(rng, line, forms),
        "ComTaxAm": figures.tax_text(line, nil, form),
        "TotaltaxIncludedAmount": f"{gross:.6f}",
        "TaxClassificationCode": "3040803010000000000",
    }
    return Node("IssuItemInformation", children=shaken(rng, [Node(name, text or "") for name, text in texts.items()]))


def _specific(rng: random.Random) -> Node:
    name = rng.choice(sorted(BUSINESSES))
    node = Node("SpecificInformation", "" if not name else None)
    for _ in range(rng.choice((1, 1, 3)) if name else 0):
        node.add(name).children = [Node(leaf, text) for leaf, text in BUSINESSES[name].items()]
    return node


def _additional(rng: random.Random, told: Invoice) -> Node:
    node = Node("AdditionalInformation")
    node.add("Remark", told.remark or "")
    if rng.random() < 0.2:
        node.add("AdditionalElement").add("ElementName", "经办部门")
    return node


def _red(rng: random.Random, told: Invoice, sections: list[Node]) -> Invoice:
    """A red one says in the remark, in the element or in both which invoice it takes back; some say nothing."""
    if not told.red_letter or rng.random() < 0.2:
        return told
    number, form = f"25992000{rng.randrange(10**12):012}", rng.choice(("remark", "element", "both"))
    if form != "element":
        remark = rng.choice(
            (
                f"被红冲蓝字数电发票号码：{number} 红字发票信息确认单编号：26992000000918587932",
                f"被红冲蓝字数电票号码：{number}\n红字发票信息确认单编号：26992000000918587932",
                f"对应蓝字发票号码:{number}",
            )
        )
        told = replace(told, remark="\n".join(filter(None, (told.remark, remark))))
        next(node for node in sections if node.name == "AdditionalInformation").children[0].text = told.remark
    if form != "remark":
        specific = next(node for node in sections if node.name == "SpecificInformation")
        red = specific.add("RedEInvoice")
        red.add("OriginalInvoiceCode", "")
        red.add("CreditNoteNumber", number)
    return replace(told, red_letter_of=InvoiceKey("", number))


def _dressed(root: Node, style: str) -> Node:
    if style == "prefix":
        root = prefixed(root, "ei")
        root.attributes = {"xmlns:ei": "http://www.chinatax.gov.cn/einvoice"}
    elif style == "namespace":
        root.attributes = {"xmlns": "urn:einvoice", "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance"}
    elif style == "noise":
        root.attributes = {"version": "1.0", "id": "a<b", "schemaVersion": "0.33"}
    return root
