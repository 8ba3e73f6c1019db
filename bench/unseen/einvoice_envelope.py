"""What stands around the data of an ``EInvoice``: header, supervision and signature (FORMATS, section 6)."""

import random

from bench.unseen import figures
from bench.unseen.markup import Node
from reimburse.domain.invoice import Invoice, InvoiceKind

LABELS = {
    InvoiceKind.SPECIAL_DIGITAL: ("01", "增值税专用发票"),
    InvoiceKind.GENERAL_DIGITAL: ("02", "普通发票"),
}


def shaken(rng: random.Random, nodes: list[Node]) -> list[Node]:
    """The elements in this order or another."""
    return rng.sample(nodes, len(nodes)) if rng.random() < 0.5 else nodes


def header(rng: random.Random, told: Invoice, labels: str, planted: str) -> Node:
    """Number, version and labels, as far as ``labels`` says; another number where that is planted."""
    number = f"27992000{rng.randrange(10**12):012}" if planted == "number" else told.number
    node = Node("Header")
    node.add("EIid", number)
    node.add("EInvoiceTag", rng.choice(("SWEI9900", "SWEI16100", "SWEI3200", "")))
    node.add("Version", rng.choice(("0.2", "0.32", "0.33", "0.36")))
    inherent = node.add("InherentLabel")
    _label(inherent, "InIssuType", "N" if told.red_letter else "Y", "是否蓝字发票标志", labels)
    _label(inherent, "EInvoiceType", "01", "电子发票", labels)
    code, name = LABELS.get(told.kind, ("", ""))
    _label(inherent, "GeneralOrSpecialVAT", code, name, labels)
    _label(inherent, "TaxpayerType", "1", "一般纳税人", labels)
    undefined = node.add("UndefinedLabel", "" if rng.random() < 0.5 else None)
    if undefined.text is None:
        _label(undefined, "Label", "1", "普通发票查验", "full")
    node.children = shaken(rng, node.children)
    return node


def _label(parent: Node, name: str, code: str, text: str, labels: str) -> None:
    node = parent.add(name)
    if labels in {"full", "code", "empty"}:
        node.add("LabelCode", "" if labels == "empty" else code)
    if labels in {"full", "name", "empty"}:
        node.add("LabelName", "" if labels == "empty" else text)


def supervision(rng: random.Random, told: Invoice) -> Node:
    """What the tax bureau states: number and time of issue."""
    assert told.issue_date
    leaves = [
        Node("InvoiceNumber", told.number),
        Node("IssueTime", figures.day_text(rng, told.issue_date)),
        Node("TaxBureauCode", "19900000000"),
        Node("TaxBureauName", "示例税务局"),
    ]
    return Node("TaxSupervisionInfo", children=shaken(rng, leaves))


def signature() -> Node:
    """The bureau's signature, a value that nobody can check."""
    node = Node("TaxBureauSignature")
    node.add("Reference", None, URI="/Einvoice/Header|/Einvoice/EinvoiceData")
    node.add("SignatureAlgorithm", "1.2.156.10197.1.501")
    node.add("SignatureTime", "2026-02-13 10:08:55")
    node.add("SignatureValue", "MIIB" * 300)
    node.add("KeyInfo", "")
    return node
