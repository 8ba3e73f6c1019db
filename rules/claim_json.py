"""A claim as JSON (CONTRACTS: ``check``): read strictly, then turned into facts."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar

import msgspec

from reimburse.domain.invoice import Invoice, InvoiceKind, InvoiceLine, Party, Travel, key_of
from reimburse.domain.money import cents
from rules import claim_parts as parts
from rules.claim_parts import Moment
from rules.claim_wire import ClaimFile, ClaimPart, InvoiceLinePart, InvoicePart, LinePart
from rules.facts import ClaimFacts, Facts, InvoiceFacts, LineFacts
from rules.folding import natural
from rules.policy import Policy

T = TypeVar("T")


class BadClaim(ValueError):
    """The claim cannot be read: the path of the field, and why."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path, self.why = path, why


DECODER = msgspec.json.Decoder(ClaimFile, dec_hook=parts.from_text)
LISTS = (
    "attachments",
    "approvals",
    "requests",
    "advances",
    "payments",
    "refunds",
    "rates",
    "trips",
    "orders",
    "goods_receipts",
    "bills",
    "suppliers",
    "registry",
)


def decode(data: object) -> ClaimFile:
    """The claim that JSON bytes, or Python data of the same form, state; ``BadClaim`` names the field."""
    try:
        if isinstance(data, (bytes, bytearray)):
            claim_file = DECODER.decode(bytes(data).removeprefix(b"\xef\xbb\xbf"))
        else:
            claim_file = msgspec.convert(data, ClaimFile, dec_hook=parts.from_text)
    except msgspec.ValidationError as error:
        raise _located(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadClaim("$", f"not JSON: {error}") from None
    _identities(claim_file)
    return claim_file


def facts_of(claim_file: ClaimFile, policy: Policy, as_of: date) -> Facts:
    """The facts that a claim states, lists in a fixed order; titles default to those of the policy."""
    invoices = tuple(_invoice(part) for part in sorted(claim_file.invoices, key=lambda part: natural(part.id)))
    titles = claim_file.titles if claim_file.titles is not None else policy.titles or None
    lists: dict[str, Any] = {name: _ordered(getattr(claim_file, name)) for name in LISTS}
    return Facts(
        as_of=as_of,
        policy=policy,
        claim=_claim(claim_file.claim),
        lines=tuple(_line(part) for part in sorted(claim_file.lines, key=lambda part: natural(part.id))),
        invoices=tuple(invoice for invoice in invoices if invoice.document is None),
        documents=tuple(invoice for invoice in invoices if invoice.document is not None),
        titles=_ordered(titles),
        **lists,
    ).indexed()


def _located(text: str) -> BadClaim:
    """The field's path from msgspec's message.

    >>> _located("Object missing required field `amount` - at `$.lines[0]`").path
    'lines[0].amount'
    """
    why, _, place = text.partition(" - at `$")
    path = place.rstrip("`").lstrip(".")
    missing = re.search(r"missing required field `([^`]+)`", why)
    if missing:
        path = f"{path}.{missing.group(1)}".lstrip(".")
    return BadClaim(path or "$", why)


def _identities(claim_file: ClaimFile) -> None:
    """Ids are unique, and a line names only invoices of the claim."""
    named: tuple[tuple[str, tuple[LinePart | InvoicePart, ...]], ...] = (
        ("lines", claim_file.lines),
        ("invoices", claim_file.invoices),
    )
    for name, items in named:
        counted = Counter(item.id for item in items)
        for index, item in enumerate(items):
            if counted[item.id] > 1:
                raise BadClaim(f"{name}[{index}].id", f"`{item.id}` stands {counted[item.id]} times")
    for index, invoice in enumerate(claim_file.invoices):
        if invoice.kind is None and invoice.document is None:
            raise BadClaim(f"invoices[{index}].kind", "an invoice has a kind; only a document may have none")
    known = {invoice.id for invoice in claim_file.invoices}
    for index, line in enumerate(claim_file.lines):
        for place, identity in enumerate(line.invoice_ids):
            if identity not in known:
                raise BadClaim(f"lines[{index}].invoice_ids[{place}]", f"no invoice `{identity}` in this claim")


def check_references(claim_file: ClaimFile) -> None:
    """Attachments and trips have ids of their own, and an attachment serves only what stands in the claim."""
    for name in ("attachments", "trips"):
        items = getattr(claim_file, name) or ()
        counted = Counter(item.id for item in items)
        for index, item in enumerate(items):
            if counted[item.id] > 1:
                raise BadClaim(f"{name}[{index}].id", f"`{item.id}` stands {counted[item.id]} times")
    known = {"line_id": {line.id for line in claim_file.lines}, "invoice_id": {item.id for item in claim_file.invoices}}
    for index, item in enumerate(claim_file.attachments or ()):
        for field, ids in known.items():
            named = getattr(item, field)
            if named is not None and named not in ids:
                raise BadClaim(
                    f"attachments[{index}].{field}", f"no {field.removesuffix('_id')} `{named}` in this claim"
                )


def _ordered(items: Iterable[T] | None) -> tuple[T, ...] | None:
    """The items in an order that does not depend on how they came; None stays unknown."""
    return None if items is None else tuple(sorted(items, key=_sort_key))


def _sort_key(item: object) -> bytes:
    return msgspec.json.encode(item, enc_hook=_moment_text)


def _moment_text(value: object) -> str:
    if isinstance(value, Moment):
        return value.at.isoformat() if value.at else value.day.isoformat()
    return str(value)


def _claim(part: ClaimPart) -> ClaimFacts:
    return ClaimFacts(
        part.claim_no,
        part.submitted_on,
        part.employee,
        part.purpose,
        part.no_duplicate_pledge,
        bool(part.resubmission),
        part.legal_entity,
    )


def _line(part: LinePart) -> LineFacts:
    return LineFacts(
        id=part.id,
        category=part.category,
        amount=cents(part.amount),
        description=part.description,
        quantity=part.quantity,
        occurred_on=part.occurred_on,
        started_on=part.started_on,
        ended_on=part.ended_on,
        city=part.city,
        invoice_ids=part.invoice_ids,
        adjustment=part.adjustment,
        basis=part.basis,
        details=part.details or parts.Details(),
        request_no=part.request_no,
        paid_by=part.paid_by or "employee",
        currency=part.currency or "CNY",
        fx_rate=part.fx_rate,
        order_no=part.order_no,
        trip_id=part.trip_id,
    )


def _invoice(part: InvoicePart) -> InvoiceFacts:
    conflicts = None if part.conflicts is None else tuple((item.field, item.values) for item in part.conflicts)
    stated = _as_stated(part)
    return InvoiceFacts(
        id=part.id,
        invoice=stated,
        key=str(stated.key) if stated.key else None,
        format=part.format,
        conflicts=conflicts,
        seal=part.seal.status if part.seal else None,
        altered_parts=part.seal.altered_parts or () if part.seal else (),
        qr_readable=part.qr_readable,
        stamp_legible=part.stamp_legible,
        document=part.document,
        verification=part.verification,
        legible=part.legible,
        handwritten=part.handwritten,
        altered_by_hand=part.altered_by_hand,
        lost=bool(part.lost),
        voided_on=part.voided_on,
        near_duplicates=part.near_duplicates,
        queries=part.queries,
    )


def _as_stated(part: InvoicePart) -> Invoice:
    travel = part.travel
    return Invoice(
        kind=part.kind or InvoiceKind.OTHER,
        number=part.number or None,
        code=part.code or None,
        check_code=part.check_code,
        machine_number=part.machine_number,
        issue_date=part.issue_date,
        buyer=part.buyer or Party(),
        seller=part.seller or Party(),
        lines=tuple(_invoice_line(line) for line in part.lines or ()),
        amount_excl_tax=part.amount_excl_tax,
        tax_amount=part.tax_amount,
        total_incl_tax=part.total_incl_tax,
        total_in_words=part.total_in_words,
        payee=part.payee,
        reviewer=part.reviewer,
        drawer=part.drawer,
        remark=part.remark,
        red_letter=bool(part.red_letter),
        red_letter_of=key_of(part.red_letter_of.code, part.red_letter_of.number) if part.red_letter_of else None,
        travel=Travel(**{name: getattr(travel, name) for name in travel.__struct_fields__}) if travel else None,
        currency=part.currency or "CNY",
    )


def _invoice_line(part: InvoiceLinePart) -> InvoiceLine:
    return InvoiceLine(
        part.item_name,
        part.specification,
        part.unit,
        part.quantity,
        part.unit_price,
        part.amount_excl_tax,
        part.tax_rate,
        part.tax_amount,
        part.treatment,
    )
