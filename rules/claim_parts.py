"""The parts of a claim's JSON that the rules read as they stand (CONTRACTS: ``check``), strictly typed."""

import re
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Literal

import msgspec

from reimburse.domain.invoice import key_of

CHINA = timezone(timedelta(hours=8))
AMOUNT = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,2})?")
NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?")

Role = Literal["approver", "department_director", "finance_reviewer", "finance_head"]
Status = Literal["normal", "voided", "red_lettered", "out_of_control", "not_found"]
AttachmentKind = Literal[
    "contract",
    "acceptance_report",
    "stock_in_receipt",
    "order",
    "itinerary",
    "ticket_receipt",
    "lodging_folio",
    "attendee_list",
    "entertainment_request",
    "training_notice",
    "training_agenda",
    "sign_in_sheet",
    "deliverable_confirmation",
    "verification_screenshot",
    "sealed_item_list",
    "sealed_statement",
    "calculation_basis",
    "special_explanation",
    "refund_proof",
    "red_letter_form",
    "tax_filed_proof",
    "payment_proof",
    "price_statement",
    "identity_proof",
    "other",
]


class Yuan(Decimal):
    """An amount: a decimal string of at most two places."""


class Number(Decimal):
    """A quantity, price, rate: a decimal string, unrounded."""


class Moment:
    """A date, or an instant, as an ISO string; ``day`` is the day in China."""

    __slots__ = ("at", "day")

    def __init__(self, text: str) -> None:
        self.at = None if len(text) == 10 else datetime.fromisoformat(text)
        self.day = date.fromisoformat(text) if self.at is None else self._in_china(self.at)

    @staticmethod
    def _in_china(at: datetime) -> date:
        try:
            return at.astimezone(CHINA).date() if at.tzinfo else at.date()
        except OverflowError:
            raise ValueError(f"{at.isoformat()} is out of range") from None


def from_text(kind: type, value: Any) -> Any:
    """Our own types from the strings that state them; msgspec calls it and adds the path to its errors."""
    if not isinstance(value, str):
        raise TypeError(f"Expected a string, got `{type(value).__name__}`")
    if kind is Moment:
        return Moment(value)
    if not (AMOUNT if kind is Yuan else NUMBER).fullmatch(value):
        places = "of at most two places " if kind is Yuan else ""
        raise ValueError(f"Expected a decimal string {places}such as `1250.00`, got `{value[:40]}`")
    return kind(value)


class Part(msgspec.Struct, frozen=True):
    """A part of the claim."""


class Employee(Part, frozen=True):
    """Who claims."""

    id: str
    name: str | None = None
    department: str | None = None
    grade: str | int | None = None


class Details(Part, frozen=True, rename={"origin": "from", "destination": "to"}):
    """What a taxi ride or an entertainment states besides its amount."""

    origin: str | None = None
    destination: str | None = None
    reason: str | None = None
    guests: str | list[str] | None = None
    guest_count: int | str | None = None
    attendees: str | list[str] | None = None


class Attachment(Part, frozen=True):
    """A supporting document; without ``line_id`` and ``invoice_id`` it serves the whole claim (decision 21)."""

    id: str
    kind: AttachmentKind
    line_id: str | None = None
    invoice_id: str | None = None


class Approval(Part, frozen=True):
    """An approval that was given; ``by`` is an employee id, ``on_behalf_of`` that of whom a delegate decided for."""

    role: Role
    by: str
    on: Moment | None = None
    on_behalf_of: str | None = None


class Request(Part, frozen=True):
    """A request made beforehand; ``taken_elsewhere`` is what other claims take of its amount."""

    request_no: str
    kind: str
    amount: Yuan | None = None
    approved: bool = False
    approved_on: Moment | None = None
    taken_elsewhere: Yuan | None = None


class Advance(Part, frozen=True):
    """An advance of the claimant's that is out: until when it may be, and what no claim has taken yet."""

    advance_no: str
    due_on: date
    left: Yuan


class Payment(Part, frozen=True):
    """A payment that went out."""

    payee: str | None = None
    amount: Yuan | None = None
    paid_on: date | None = None


class Refund(Part, frozen=True):
    """Money that came back on a reimbursed invoice."""

    invoice_id: str
    refunded_on: date
    offset_submitted_on: date | None = None


class Rate(Part, frozen=True):
    """A reference rate: CNY for one unit."""

    currency: str
    on: date
    rate: Number


class Trip(Part, frozen=True):
    """A business trip."""

    id: str
    starts_on: date
    ends_on: date
    from_city: str | None = None
    to_city: str | None = None


class OrderLine(Part, frozen=True):
    """What was ordered."""

    item_name: str
    unit: str | None = None
    quantity: Number | None = None
    unit_price: Number | None = None


class Order(Part, frozen=True):
    """An order or contract."""

    order_no: str
    party: str | None = None
    amount: Yuan | None = None
    lines: tuple[OrderLine, ...] = ()


class GoodsReceipt(Part, frozen=True):
    """Goods that arrived on an order."""

    order_no: str
    party: str | None = None
    on: date | None = None


class BillInvoice(Part, frozen=True):
    """An invoice that is tied to a bill; ``id`` None where it is none of this claim."""

    number: str
    id: str | None = None


class Bill(Part, frozen=True):
    """What a provider asked for a period, and when it took its money."""

    bill_no: str
    party: str
    amount: Yuan | None = None
    period_end: date | None = None
    settled_on: date | None = None
    invoices: tuple[BillInvoice, ...] = ()


class Neighbour(Part, frozen=True):
    """An invoice of the same seller in another claim, near in number or in time. ``entertainment``: spent on that."""

    number: str
    claim_no: str
    code: str | None = None
    employee_id: str | None = None
    issue_date: date | None = None
    total_incl_tax: Yuan | None = None
    entertainment: bool = False


class Supplier(Part, frozen=True):
    """A seller's credit file, and what other claims hold of its invoices next to those of this claim."""

    tax_id: str
    level: Literal["normal", "watch", "blocked"] = "normal"
    taxpayer: Literal["general", "small"] | None = None
    related: bool = False
    unreported: int = 0
    voids_90d: int = 0
    neighbours: tuple[Neighbour, ...] = ()


class RegistryEntry(Part, frozen=True):
    """An invoice as it stands in a claim of anyone, any year. ``follow_up``: in one taken out of the same claim."""

    number: str
    claim_no: str
    code: str | None = None
    employee_id: str | None = None
    claimed_amount: Yuan | None = None
    total_incl_tax: Yuan | None = None
    follow_up: bool = False

    @property
    def key(self) -> str:
        """The invoice's key as text."""
        return str(key_of(self.code, self.number))


class Verification(Part, frozen=True):
    """What the tax office's platform said about an invoice."""

    status: Status
    checked_at: Moment | None = None


class NearDuplicate(Part, frozen=True):
    """A picture already used that looks like this one; ``distance`` in bits of a 64-bit perceptual hash."""

    claim_no: str
    distance: int
    employee_id: str | None = None


class Queries(Part, frozen=True):
    """How often the platform was asked about an invoice today."""

    today: int = 0
    budget_left: int | None = None
