"""An invoice is used once: the same key elsewhere, twice here, or over its face value (decision 15)."""

from collections.abc import Iterator
from decimal import Decimal

from reimburse.domain.finding import Severity
from reimburse.domain.money import ZERO, money_text
from rules.amounts import has_invoice
from rules.claim_parts import RegistryEntry
from rules.facts import Facts, InvoiceFacts
from rules.remedies import do, edit_line, remove
from rules.rule import Hit, Lacks, Rule, of_invoice, rule
from rules.sums import of_one_claim

TAKE_OUT = remove("invoice", "从报销单移除这张发票", "Take this invoice out of the claim")


def entries_of(facts: Facts, invoice: InvoiceFacts) -> list[RegistryEntry]:
    """Where this invoice's key stands in the registry, this very claim aside."""
    if not facts.registry or invoice.key is None:
        return []
    return [entry for entry in facts.registered.get(invoice.key, ()) if entry.claim_no != facts.claim.claim_no]


def claim_name(facts: Facts, entry: RegistryEntry) -> str:
    """Another claim's number: in full if it is the claimant's own, else masked.

    The mask keeps the first two characters and the last, so that finance can tell two claims apart.
    """
    number = entry.claim_no
    if entry.employee_id is not None and entry.employee_id == facts.claim.employee.id:
        return number
    return number[:2] + "***" + number[-1:] if len(number) > 4 else "***"


@rule(
    "X-03",
    Severity.BLOCK,
    "发票已在其他报销单使用",
    "The invoice stands in another claim",
    clause="X-03 B-7.4",
    needs=("registry",),
    applies=lambda facts: _whole_claims_only(facts) or has_invoice(facts),
    uses=("allow_partial_claims",),
)
def invoice_is_in_no_other_claim(facts: Facts) -> Iterator[Hit | Lacks]:
    """The invoice's key stands in no other claim of anyone, any year; other people's claims are masked.

    该发票不在任何人、任何年份的其他报销单上；他人单号打码。
    """
    for invoice in facts.invoices:
        others = [item for item in entries_of(facts, invoice) if not of_one_claim(facts, item)]
        if invoice.invoice.number is None:
            yield Lacks("invoices.number")
        elif others:
            names = "、".join(dict.fromkeys(claim_name(facts, entry) for entry in others))
            own = all(entry.employee_id == facts.claim.employee.id for entry in others)
            whose = ("您的", "your claim") if own else ("他人的", "somebody else's claim")
            zh = f"发票 {invoice.key} 已用于{whose[0]}报销单 {names}。"
            en = f"Invoice {invoice.key} is already used in {whose[1]} {names}."
            yield Hit(of_invoice(invoice), zh, en, "未使用 / not used", names, (TAKE_OUT,))


def _whole_claims_only(facts: Facts) -> str | None:
    return (
        "政策允许一票分次报销，由 X-05 控制 / parts may be claimed: X-05 keeps the balance"
        if facts.parameters.allow_partial_claims
        else None
    )


@rule(
    "R-95",
    Severity.BLOCK,
    "同一发票在本单只能出现一次",
    "One invoice stands once in a claim",
    clause="B-7.4",
    applies=has_invoice,
)
def invoice_stands_once(facts: Facts) -> Iterator[Hit | Lacks]:
    """Two files of one invoice do not stand in one claim; several lines may share an invoice.

    同一张发票的两个文件不在一张报销单上；多条明细可以共用一张发票。
    """
    seen: dict[str, InvoiceFacts] = {}
    for invoice in facts.invoices:
        key = invoice.key
        if key is None:
            yield Lacks("invoices.number")
        elif key in seen:
            files = " + ".join(str(item.format or "?").upper() for item in (seen[key], invoice))
            zh = f"发票 {key} 在本单出现两次（{files}）。"
            en = f"Invoice {key} stands twice in this claim ({files})."
            yield Hit(of_invoice(invoice), zh, en, "一次 / once", "两次 / twice", (TAKE_OUT,))
        else:
            seen[key] = invoice


@rule(
    "X-05",
    Severity.BLOCK,
    "累计报销不得超过票面",
    "Claimed over the invoice's life within its face value",
    clause="X-05 B-7.4",
    needs=("registry",),
    applies=has_invoice,
    uses=("amount_tolerance", "allow_partial_claims"),
    yields_to=("X-03",),
)
def balance_holds(facts: Facts) -> Iterator[Hit | Lacks]:
    """What all claims ask for on an invoice is at most its face value, within the tolerance.

    历次报销之和不超过票面，容差以内除外。
    """
    for invoice in facts.invoices:
        face, entries = invoice.invoice.total_incl_tax, entries_of(facts, invoice)
        if invoice.invoice.number is None or face is None:
            yield Lacks("invoices.number" if invoice.invoice.number is None else "invoices.total_incl_tax")
        elif entries:
            earlier = sum((entry.claimed_amount or ZERO for entry in entries), ZERO)
            now = facts.claimed(invoice)
            if abs(earlier + now) - abs(face) > facts.parameters.amount_tolerance:
                yield _over(invoice, face, earlier, now)


def _over(invoice: InvoiceFacts, face: Decimal, earlier: Decimal, now: Decimal) -> Hit:
    left = money_text(face - earlier)
    zh = f"票面 {money_text(face)}，此前已报 {money_text(earlier)}，本单 {money_text(now)}，超过余额 {left}。"
    before = money_text(earlier)
    en = f"Face value {money_text(face)}, claimed before {before}, now {money_text(now)}: only {left} is left."
    remedies = (edit_line("amount", left) if face > earlier else TAKE_OUT,)
    return Hit(of_invoice(invoice), zh, en, f"≤ {left}", money_text(now), remedies)


@rule(
    "X-04",
    Severity.WARN,
    "与已用票据图片近似",
    "Near-duplicate picture of a document already used",
    clause="X-04",
    applies=lambda facts: has_invoice(facts) or (None if _pictures(facts) else "没有图片文件 / no picture"),
    uses=("near_picture_distance",),
    yields_to=("X-03", "R-95"),
)
def picture_is_new(facts: Facts) -> Iterator[Hit | Lacks]:
    """No picture already used looks like this one, by perceptual hash.

    没有已用过的票据图片与它近似。
    """
    for invoice in _pictures(facts):
        if invoice.near_duplicates is None:
            yield Lacks("invoices.near_duplicates")
            continue
        for near in invoice.near_duplicates:
            if near.distance <= facts.parameters.near_picture_distance:
                entry = RegistryEntry("", near.claim_no, employee_id=near.employee_id)
                name = claim_name(facts, entry)
                zh, en = f"图片与报销单 {name} 的票据近似。", f"The picture looks like one in claim {name}."
                remedies = (do("compare", "picture", "审批人对照两张图片", "The approver compares both pictures"),)
                yield Hit(of_invoice(invoice), zh, en, "新图片 / a new picture", name, remedies)


def _pictures(facts: Facts) -> list[InvoiceFacts]:
    return [invoice for invoice in facts.invoices if invoice.format == "image" or invoice.near_duplicates is not None]


RULES: tuple[Rule, ...] = (invoice_stands_once, invoice_is_in_no_other_claim, picture_is_new, balance_holds)
