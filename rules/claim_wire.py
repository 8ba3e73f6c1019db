"""The wire form of a claim (CONTRACTS: ``check``): one struct a JSON object, strictly typed."""

from datetime import date
from typing import Literal

import msgspec

from reimburse.domain.invoice import InvoiceKind, Party, TaxTreatment
from rules import claim_parts as parts
from rules.claim_parts import Number, Part, Yuan
from rules.policy import Title

FileFormat = Literal["pdf", "ofd", "xml", "xbrl", "image"]
Document = Literal[
    "hotel_folio", "trip_itinerary", "bank_statement", "bank_receipt", "payment_slip", "sales_list", "other"
]


class ClaimPart(Part, frozen=True):
    """The head of the claim."""

    claim_no: str
    submitted_on: date
    employee: parts.Employee
    purpose: str | None = None
    no_duplicate_pledge: bool | None = None
    resubmission: bool | None = None
    legal_entity: str | None = None
    cost_center: str | None = None
    project: str | None = None


class LinePart(Part, frozen=True):
    """One expense line."""

    id: str
    category: str
    amount: Yuan
    description: str | None = None
    quantity: Number | None = None
    occurred_on: date | None = None
    started_on: date | None = None
    ended_on: date | None = None
    city: str | None = None
    invoice_ids: tuple[str, ...] = ()
    adjustment: Literal["discount", "rounding", "surcharge"] | None = None
    basis: str | None = None
    details: parts.Details | None = None
    request_no: str | None = None
    paid_by: Literal["employee", "company_card", "company_transfer", "advance"] | None = None
    currency: str | None = None
    fx_rate: Number | None = None
    order_no: str | None = None
    trip_id: str | None = None


class InvoiceLinePart(Part, frozen=True):
    """One line of an invoice."""

    item_name: str | None = None
    specification: str | None = None
    unit: str | None = None
    quantity: Number | None = None
    unit_price: Number | None = None
    amount_excl_tax: Yuan | None = None
    tax_rate: Number | None = None
    tax_amount: Yuan | None = None
    treatment: TaxTreatment | None = None


class TravelPart(Part, frozen=True, rename={"origin": "from", "destination": "to"}):
    """The journey on a ticket."""

    passenger: str | None = None
    origin: str | None = None
    destination: str | None = None
    departs_at: str | None = None
    vehicle: str | None = None
    seat: str | None = None


class KeyPart(Part, frozen=True):
    """The key of another invoice."""

    number: str
    code: str | None = None


class ConflictPart(Part, frozen=True):
    """Sources that disagree on a field."""

    field: str
    values: dict[str, str | None] = msgspec.field(default_factory=dict)


class SealPart(Part, frozen=True):
    """What a file's signature says."""

    status: Literal["trusted", "intact", "altered", "unsigned", "unverifiable"]
    altered_parts: tuple[str, ...] | None = None


class InvoicePart(Part, frozen=True):
    """One invoice and what is known of its file."""

    id: str
    kind: InvoiceKind | None = None
    code: str | None = None
    number: str | None = None
    check_code: str | None = None
    machine_number: str | None = None
    issue_date: date | None = None
    buyer: Party | None = None
    seller: Party | None = None
    lines: tuple[InvoiceLinePart, ...] | None = None
    amount_excl_tax: Yuan | None = None
    tax_amount: Yuan | None = None
    total_incl_tax: Yuan | None = None
    total_in_words: str | None = None
    payee: str | None = None
    reviewer: str | None = None
    drawer: str | None = None
    remark: str | None = None
    red_letter: bool | None = None
    red_letter_of: KeyPart | None = None
    travel: TravelPart | None = None
    currency: str | None = None
    format: FileFormat | None = None
    conflicts: tuple[ConflictPart, ...] | None = None
    seal: SealPart | None = None
    qr_readable: bool | None = None
    stamp_legible: bool | None = None
    document: Document | None = None
    verification: parts.Verification | None = None
    legible: bool | None = None
    handwritten: bool | None = None
    altered_by_hand: bool | None = None
    lost: bool | None = None
    voided_on: date | None = None
    near_duplicates: tuple[parts.NearDuplicate, ...] | None = None
    queries: parts.Queries | None = None


class ClaimFile(Part, frozen=True):
    """A claim with all that is known about it."""

    claim: ClaimPart
    lines: tuple[LinePart, ...]
    invoices: tuple[InvoicePart, ...]
    attachments: tuple[parts.Attachment, ...] | None = None
    approvals: tuple[parts.Approval, ...] | None = None
    requests: tuple[parts.Request, ...] | None = None
    advances: tuple[parts.Advance, ...] | None = None
    payments: tuple[parts.Payment, ...] | None = None
    refunds: tuple[parts.Refund, ...] | None = None
    rates: tuple[parts.Rate, ...] | None = None
    trips: tuple[parts.Trip, ...] | None = None
    orders: tuple[parts.Order, ...] | None = None
    goods_receipts: tuple[parts.GoodsReceipt, ...] | None = None
    bills: tuple[parts.Bill, ...] | None = None
    suppliers: tuple[parts.Supplier, ...] | None = None
    registry: tuple[parts.RegistryEntry, ...] | None = None
    titles: tuple[Title, ...] | None = None
