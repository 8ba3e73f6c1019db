"""Chapter 4b: lost invoices."""

from collections.abc import Iterator

from reimburse.domain.finding import Severity
from reimburse.domain.invoice import SPECIAL_KINDS
from rules.attached import attached_to_invoice
from rules.facts import Facts
from rules.remedies import attach
from rules.rule import NOTHING, Hit, Lacks, Rule, of_invoice, rule, where
from rules.vocabulary import ATTACHMENTS

lost = where(lambda facts: any(invoice.lost for invoice in facts.invoices), "没有报失的发票 / no invoice reported lost")


@rule(
    "R-50",
    Severity.RETURN,
    "丢失专票凭已报税证明单",
    "A lost special invoice needs the tax-filed proof",
    clause="B-10.4",
    needs=("attachments",),
    applies=lost,
)
def lost_special_is_proved(facts: Facts) -> Iterator[Hit | Lacks]:
    """A lost special invoice has the proof of taxes filed.

    报失的专用发票附已报税证明。
    """
    yield from _lost(facts, special=True, kind="tax_filed_proof")


@rule(
    "R-51",
    Severity.RETURN,
    "丢失发票凭盖章说明函",
    "A lost invoice needs a sealed letter",
    clause="A-5 B-7.4",
    needs=("attachments",),
    applies=lost,
)
def lost_invoice_is_explained(facts: Facts) -> Iterator[Hit | Lacks]:
    """A lost invoice has the company's sealed letter, for a reprint or a copy of the bookkeeping sheet.

    报失的发票附盖章说明函。
    """
    yield from _lost(facts, special=False, kind="sealed_statement")


def _lost(facts: Facts, *, special: bool, kind: str) -> Iterator[Hit]:
    name = ATTACHMENTS[kind]
    for invoice in facts.invoices:
        concerned = invoice.lost and (invoice.invoice.kind in SPECIAL_KINDS) is special
        if concerned and kind not in attached_to_invoice(facts, invoice):
            zh, en = f"发票报失，须附{name.zh}。", f"The invoice is lost: attach the {name.en}."
            yield Hit(of_invoice(invoice), zh, en, f"{name.zh} {kind}", NOTHING, (attach(kind),))


RULES: tuple[Rule, ...] = (
    lost_special_is_proved,
    lost_invoice_is_explained,
)
