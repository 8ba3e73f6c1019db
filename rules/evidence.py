"""Chapter 4e: the documents that an expense needs. They add up, and each is asked for once (decisions 11, 21).

``required_attachments`` is the one check list; the evidence rules report what of it is missing.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from reimburse.domain.finding import Remedy, Subject, Text
from reimburse.domain.invoice import InvoiceKind
from rules.attached import attached_at_all, attached_to_invoice, attached_to_line
from rules.facts import Facts, InvoiceFacts, LineFacts
from rules.folding import bare_item
from rules.remedies import attach, verify
from rules.rule import NOTHING, Hit, Lacks, of_claim, of_invoice, of_line
from rules.vocabulary import ATTACHMENTS, word

TICKETS = frozenset({InvoiceKind.RAIL_TICKET, InvoiceKind.AIR_ITINERARY})
SCREENSHOT_KINDS = frozenset(
    {
        InvoiceKind.SPECIAL_ELECTRONIC,
        InvoiceKind.GENERAL_ELECTRONIC,
        InvoiceKind.SPECIAL_DIGITAL,
        InvoiceKind.GENERAL_DIGITAL,
        InvoiceKind.TOLL,
        InvoiceKind.BLOCKCHAIN,
    }
)
NATIVE_DATA = frozenset({"xml", "xbrl"})
KNOWN = frozenset(ATTACHMENTS)
UNVERIFIED = Text("电子发票须附查验截图或查验记录", "An e-invoice needs its verification screenshot or a record of it")
LISTED = Text("发票写“详见清单”", "The invoice refers to a list")


Key = tuple[Subject, tuple[str, ...]]
"""What makes two needs the same: the subject and the kinds."""


class Need(NamedTuple):
    """One document, or one of several kinds, that a line, an invoice or the claim must have.

    ``rules`` holds the rule that asks, then those whose need is the same; ``present`` is None while the attachments
    are unknown.
    """

    rules: tuple[str, ...]
    subject: Subject
    kinds: tuple[str, ...]
    clause: str
    present: bool | None
    why: Text


def required_attachments(facts: Facts) -> tuple[Need, ...]:
    """Every document that this claim needs, each kind once for its line, invoice or claim, in a stable order."""
    return facts.once("needs", _required)


def missing_of(facts: Facts, code: str) -> Iterator[Hit | Lacks]:
    """What one rule of the check list reports: a hit for each subject, listing all that it lacks."""
    for subject, needs in facts.once("lacking", _lacking).get(code, {}).items():
        yield _hit(facts, subject, needs)


def _lacking(facts: Facts) -> dict[str, dict[Subject, list[Need]]]:
    """By the rule that reports it and its subject, what is not there."""
    found: dict[str, dict[Subject, list[Need]]] = {}
    for need in required_attachments(facts):
        if not need.present:
            found.setdefault(need.rules[0], {}).setdefault(need.subject, []).append(need)
    return found


def asks(facts: Facts, code: str) -> bool:
    """Whether a rule of the check list asks for anything in this claim."""
    return code in facts.once("asking", _asking)


def _asking(facts: Facts) -> frozenset[str]:
    return frozenset(code for need in required_attachments(facts) for code in need.rules)


def _hit(facts: Facts, subject: Subject, needs: list[Need]) -> Hit:
    said = _said(tuple([need[2:4] for need in needs]), needs[0].why)
    have = _attached(facts, subject)
    found = ", ".join(sorted(have & KNOWN)) if have else ""
    return Hit(subject, said.zh, said.en, said.expected, found or NOTHING, said.remedies, clauses=said.clauses)


class Said(NamedTuple):
    """What a finding says of documents that are missing."""

    zh: str
    en: str
    expected: str
    remedies: tuple[Remedy, ...]
    clauses: str


@lru_cache(maxsize=256)
def _said(needs: tuple[tuple[tuple[str, ...], str], ...], why: Text) -> Said:
    """What is said where these kinds are missing, each choice of kinds with its clause."""
    choices = [kinds for kinds, _ in needs]
    kinds = tuple(dict.fromkeys(kind for choice in choices for kind in choice))
    remedies = tuple(attach(kind) for kind in kinds)
    zh = "；".join(f"缺{_one_of(choice, 'zh')}" for choice in choices)
    en = "; ".join(f"{_one_of(choice, 'en')} missing" for choice in choices)
    return Said(
        f"{why.zh}：{zh}。",
        f"{why.en}: {en}.",
        ", ".join(f"{word(ATTACHMENTS, kind).zh} {kind}" for kind in kinds),
        (*remedies, verify()) if kinds == ("verification_screenshot",) else remedies,
        " ".join(clause for _, clause in needs),
    )


def _one_of(kinds: tuple[str, ...], language: str) -> str:
    joint = "或" if language == "zh" else " or "
    words = joint.join(getattr(word(ATTACHMENTS, kind), language) for kind in kinds)
    return f"“{words}”" if language == "zh" else words


def _attached(facts: Facts, subject: Subject) -> frozenset[str]:
    if subject.kind == "line":
        return attached_to_line(facts, facts.line_by_id[subject.id])
    if subject.kind == "invoice":
        return attached_to_invoice(facts, facts.by_id[subject.id])
    return attached_at_all(facts)


def _required(facts: Facts) -> tuple[Need, ...]:
    needs: dict[Key, Need] = {}
    for need in _asked(facts):
        key = need[1:3]
        needs[key] = _joined(needs[key], need) if key in needs else need
    if any(len(kinds) > 1 for _, kinds in needs):
        needs = _without_weaker(needs)
    return tuple(needs.values())


def _asked(facts: Facts) -> Iterator[Need]:
    """Every need as its rule states it, lines first."""
    for line in facts.lines:
        if not line.adjustment:
            yield from _of_line(facts, line)
    yield from _of_travel(facts)
    for invoice in facts.invoices:
        if needs_screenshot(invoice) or points_to_list(facts, invoice):
            yield from _of_invoice(facts, invoice)


def _joined(first: Need, second: Need) -> Need:
    clauses = dict.fromkeys(f"{first.clause} {second.clause}".split())
    return first._replace(rules=tuple(dict.fromkeys(first.rules + second.rules)), clause=" ".join(clauses))


def _without_weaker(needs: dict[Key, Need]) -> dict[Key, Need]:
    """A choice of kinds is dropped where one of them is asked for anyway; its rule and clause join that need."""
    kept: dict[Key, Need] = {}
    for key, need in needs.items():
        choices = need.kinds if len(need.kinds) > 1 and not need.present else ()
        strong = next((known for kind in choices if (known := (need.subject, (kind,))) in kept), None)
        if strong:
            kept[strong] = _joined(kept[strong], need)
        else:
            kept[key] = need
    return kept


def _of_line(facts: Facts, line: LineFacts) -> Iterator[Need]:
    """By category (R-59, R-85, R-89, R-91, R-92), then by amount (R-58)."""
    category = facts.category(line)
    limits = facts.parameters_of(line)
    large = (line.yuan or line.amount) > limits.large_spend_over
    if not large and not (category and (category.evidence or category.special)):
        return
    have = attached_to_line(facts, line) if facts.attachments is not None else None
    if category:
        why = _of_category(category.zh, category.en)
        for kind in category.evidence:
            if not _is_own_evidence(facts, line, kind):
                yield _need(category.evidence_rule, of_line(line), (kind,), have, why)
    if category and category.special:
        why = _of_special(category.zh, category.en)
        yield _need("R-59", of_line(line), limits.large_spend_evidence, have, why)
    if large:
        why = Text(f"单笔超过 {limits.large_spend_over}", f"The line is over {limits.large_spend_over}")
        yield _need("R-58", of_line(line), limits.large_spend_evidence, have, why)


@lru_cache(maxsize=256)
def _of_category(zh: str, en: str) -> Text:
    return Text(f"{zh}须附佐证", f"{en} needs evidence")


@lru_cache(maxsize=256)
def _of_special(zh: str, en: str) -> Text:
    return Text(f"{zh}属特殊费用，不论金额须附佐证", f"{en} is a special expense: evidence whatever the amount")


def _is_own_evidence(facts: Facts, line: LineFacts, kind: str) -> bool:
    """A rail or air e-ticket is its own ticket receipt."""
    tickets = [invoice for invoice in facts.invoices_of(line) if invoice.invoice.kind in TICKETS]
    return kind == "ticket_receipt" and bool(tickets)


def _of_travel(facts: Facts) -> Iterator[Need]:
    """The itinerary, once for a claim that has a travel line."""
    if any((category := facts.category(line)) and category.travel and not line.adjustment for line in facts.lines):
        have = None if facts.attachments is None else attached_at_all(facts)
        why = Text("差旅费报销须附行程单", "A claim with travel needs the itinerary")
        yield _need("R-85", of_claim(facts), ("itinerary",), have, why)


def _of_invoice(facts: Facts, invoice: InvoiceFacts) -> Iterator[Need]:
    """The verification screenshot (R-93) and the sealed list (R-82)."""
    have = attached_to_invoice(facts, invoice) if facts.attachments is not None else None
    if needs_screenshot(invoice):
        yield _need("R-93", of_invoice(invoice), ("verification_screenshot",), have, UNVERIFIED)
    if points_to_list(facts, invoice):
        yield _need("R-82", of_invoice(invoice), ("sealed_item_list",), have, LISTED)


def may_need_screenshot(invoice: InvoiceFacts) -> bool:
    """An e-invoice that is no native XML or XBRL (decision 25)."""
    return invoice.invoice.kind in SCREENSHOT_KINDS and invoice.format not in NATIVE_DATA


def needs_screenshot(invoice: InvoiceFacts) -> bool:
    """One of those without a verification result on record (decision 4)."""
    return may_need_screenshot(invoice) and invoice.verification is None


def points_to_list(facts: Facts, invoice: InvoiceFacts) -> bool:
    """Whether an item name, or the remark, says no more than "see the list"."""
    return invoice.id in facts.once("pointing", _pointing)


def _pointing(facts: Facts) -> frozenset[str]:
    words = facts.policy.vague_items.list_words
    return frozenset(item.id for item in facts.invoices if any(word in text for text in _texts(item) for word in words))


def _texts(invoice: InvoiceFacts) -> Iterator[str]:
    yield from (bare_item(line.item_name) for line in invoice.invoice.lines if line.item_name)
    if invoice.invoice.remark:
        yield invoice.invoice.remark


CLAUSES = {
    "R-58": "B-5.3",
    "R-59": "B-5.3",
    "R-82": "B-9.2",
    "R-85": "B-9.4",
    "R-89": "B-9.4",
    "R-91": "B-9.4",
    "R-92": "B-9.4",
    "R-93": "B-9.4",
}


def _need(code: str, subject: Subject, kinds: tuple[str, ...], have: frozenset[str] | None, why: Text) -> Need:
    present = None if have is None else bool(have & set(kinds))
    return Need((code,), subject, kinds, CLAUSES.get(code, "B-9.4"), present, why)
