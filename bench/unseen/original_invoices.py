"""``original_invoice.xml`` as different programs write it (FORMATS, section 5), in its OFD or alone."""

import base64
import io
import random
from dataclasses import replace

from bench.unseen import figures
from bench.unseen.forms import payload
from bench.unseen.judging import CERTAIN, Drawn
from bench.unseen.markup import ENCODINGS, Node, hand, prefixed, written
from bench.unseen.values import Taste, invoice, rate_text
from reimburse.demo.samples.qr_picture import qr_picture
from reimburse.domain.invoice import Invoice, InvoiceKey, InvoiceKind, InvoiceLine, Party

KINDS = (InvoiceKind.GENERAL_ELECTRONIC, InvoiceKind.SPECIAL_ELECTRONIC, InvoiceKind.TOLL)
QR_TYPES = {InvoiceKind.SPECIAL_ELECTRONIC: "08"}
DAYS = ("{0:%Y年%m月%d日}", "{0:%Y年%m月%d日}", "{0:%Y-%m-%d}", "{0:%Y%m%d}")
SPACE = "http://www.edrm.org.cn/schema/e-invoice/2019"


def drawn(seed: int) -> Drawn:
    """The file of this seed, taken out of its OFD."""
    rng = random.Random(f"original {seed}")
    told = figures.varied(rng, invoice(rng, Taste(rng.choice(KINDS), rng.choice((1, 2, 8, 100)))))
    data, told, how = original(rng, told)
    return Drawn(f"{seed}.xml", data, told, how, unjudged=CERTAIN)


def original(rng: random.Random, told: Invoice) -> tuple[bytes, Invoice, str]:
    """The attachment of this invoice, the invoice as it is told then, and how it was written."""
    lines, told = _goods(rng, told)
    told, taken_back = _taken_back(rng, told)
    worded = rng.random() < 0.6
    if not worded:
        told = replace(told, total_in_words=None)
    untaxed = all(figures.is_untaxed(line) for line in told.lines)
    texts = {
        "DocID": "01",
        "AreaCode": "9900",
        "TypeCode": "0",
        "InvoiceCode": told.code,
        "InvoiceNo": told.number,
        "IssueDate": figures.day_text(rng, told.issue_date, DAYS) if told.issue_date else "",
        "InvoiceCheckCode": told.check_code,
        "MachineNo": told.machine_number,
        "GraphCode": _graph_code(rng, told),
        "TaxControlCode": "0092--9<+4-+/8+>-0<1<>157731\n<+/82/>8*//1+>75",
        "TaxInclusiveTotalAmount": figures.money(told.total_incl_tax, "{0:.2f}"),
        "TaxExclusiveTotalAmount": figures.money(told.amount_excl_tax, "{0:.2f}"),
        "TaxTotalAmount": rng.choice(("***", "0.00")) if untaxed else figures.money(told.tax_amount, "{0:.2f}"),
        "Note": told.remark,
        "InvoiceClerk": told.drawer,
        "Payee": told.payee,
        "Checker": told.reviewer,
        "Signature": "MIIB" * 60,
        **({"TaxInclusiveTotalAmountWithWords": told.total_in_words} if worded else {}),
        **taken_back,
    }
    nodes = [Node(name, text or "") for name, text in texts.items()]
    nodes += [_party("Buyer", told.buyer), _party("Seller", told.seller), Node("GoodsInfos", None, lines)]
    nodes = rng.sample(nodes, len(nodes)) if rng.random() < 0.4 else nodes
    ink = hand(rng, (*ENCODINGS[:5], "utf-8"))
    shape = rng.choice(("usual", "usual", "usual", "root too", "default"))
    return written(_dressed(nodes, shape), ink, rng), told, f"original {shape} {ink.told}"


def _dressed(nodes: list[Node], shape: str) -> Node:
    if shape == "default":
        return Node("eInvoice", None, nodes, {"xmlns": SPACE, "Version": "1.0"})
    inside = [prefixed(node, "fp") for node in nodes]
    inside.append(Node("DeductibleAmount", ""))
    return Node(
        "fp:eInvoice" if shape == "root too" else "eInvoice", None, inside, {"xmlns:fp": SPACE, "Version": "1.0"}
    )


def _party(side: str, party: Party) -> Node:
    node = Node(side)
    for name, text in (
        ("Name", party.name),
        ("TaxID", party.tax_id),
        ("AddrTel", party.address_phone),
        ("FinancialAccount", party.bank_account),
    ):
        node.add(side + name, text or "")
    return node


def _goods(rng: random.Random, told: Invoice) -> tuple[list[Node], Invoice]:
    nil = rng.choice(("***", "***", "0.00", "0"))
    return [_line(line, nil, at) for at, line in enumerate(told.lines, 1)], told


def _line(line: InvoiceLine, nil: str, at: int) -> Node:
    rate = rate_text(line) if line.tax_rate is not None or figures.is_untaxed(line) else ""
    texts = {
        "LineNo": str(at),
        "LineNature": "1" if (line.amount_excl_tax or 0) < 0 else "0",
        "Item": line.item_name,
        "Code": "1010101010000000000",
        "Specification": line.specification,
        "MeasurementDimension": line.unit,
        "Price": "" if line.unit_price is None else f"{line.unit_price:f}",
        "Quantity": figures.plain(line.quantity),
        "Amount": figures.money(line.amount_excl_tax, "{0:.2f}"),
        "TaxScheme": rate or ("0%" if line.treatment else "***"),
        "TaxAmount": figures.tax_text(line, nil, "{0:.2f}"),
    }
    return Node("GoodsInfo", None, [Node(name, text or "") for name, text in texts.items()])


def _taken_back(rng: random.Random, told: Invoice) -> tuple[Invoice, dict[str, str]]:
    if not told.red_letter or rng.random() < 0.3:
        return told, {"OriginalInvoiceCode": "", "OriginalInvoiceNo": ""}
    code, number = f"0990{rng.randrange(10**8):08}", f"{rng.randrange(10**8):08}"
    told = replace(told, red_letter_of=InvoiceKey(code, number))
    if rng.random() < 0.5:
        return replace(told, remark=f"对应正数发票代码:{code}号码:{number}"), {}
    return told, {"OriginalInvoiceCode": code, "OriginalInvoiceNo": number}


def _graph_code(rng: random.Random, told: Invoice) -> str:
    text = payload(told, told.number or "", QR_TYPES.get(told.kind, "10"))
    form = rng.choice(("text", "text", "", "picture", "wrapped"))
    if form in {"text", ""}:
        return text if form else ""
    file = io.BytesIO()
    qr_picture(text, marked=False).save(file, "PNG")
    encoded = base64.b64encode(file.getvalue()).decode()
    return "\n".join(encoded[at : at + 76] for at in range(0, len(encoded), 76)) if form == "wrapped" else encoded
