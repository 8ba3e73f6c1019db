"""An invoice as a document states it: kinds, parties, lines, key."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum


class InvoiceKind(StrEnum):
    """The kind of an invoice (CONTRACTS: ``invoice.kind``)."""

    SPECIAL_PAPER = "special_paper"
    GENERAL_PAPER = "general_paper"
    SPECIAL_ELECTRONIC = "special_electronic"
    GENERAL_ELECTRONIC = "general_electronic"
    GENERAL_ROLL = "general_roll"
    TOLL = "toll"
    SPECIAL_DIGITAL = "special_digital"
    GENERAL_DIGITAL = "general_digital"
    RAIL_TICKET = "rail_ticket"
    AIR_ITINERARY = "air_itinerary"
    MOTOR_VEHICLE = "motor_vehicle"
    FISCAL = "fiscal"
    TAXI = "taxi"
    BLOCKCHAIN = "blockchain"
    FIXED_AMOUNT = "fixed_amount"
    OTHER = "other"

    __hash__ = str.__hash__


SPECIAL_KINDS = frozenset({InvoiceKind.SPECIAL_PAPER, InvoiceKind.SPECIAL_ELECTRONIC, InvoiceKind.SPECIAL_DIGITAL})
CODELESS_KINDS = frozenset(
    {InvoiceKind.SPECIAL_DIGITAL, InvoiceKind.GENERAL_DIGITAL, InvoiceKind.RAIL_TICKET, InvoiceKind.AIR_ITINERARY}
)
PAPER_KINDS = frozenset(
    {
        InvoiceKind.SPECIAL_PAPER,
        InvoiceKind.GENERAL_PAPER,
        InvoiceKind.GENERAL_ROLL,
        InvoiceKind.TAXI,
        InvoiceKind.FIXED_AMOUNT,
    }
)


class TaxTreatment(StrEnum):
    """Why a line has no tax rate: 免税, 不征税, 零税率."""

    EXEMPT = "exempt"
    NOT_TAXED = "not_taxed"
    ZERO_RATED = "zero_rated"


@dataclass(frozen=True, slots=True)
class Party:
    """Buyer or seller. ``None`` where the document does not carry the field."""

    name: str | None = None
    tax_id: str | None = None
    address_phone: str | None = None
    bank_account: str | None = None


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One line of goods or services. Amounts in yuan; ``tax_rate`` is a fraction (``Decimal("0.06")``)."""

    item_name: str | None = None
    specification: str | None = None
    unit: str | None = None
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    amount_excl_tax: Decimal | None = None
    tax_rate: Decimal | None = None
    tax_amount: Decimal | None = None
    treatment: TaxTreatment | None = None


@dataclass(frozen=True, slots=True)
class Travel:
    """The journey on a rail ticket or air itinerary. ``departs_at`` is ISO date or date-time, China Standard Time."""

    passenger: str | None = None
    origin: str | None = None
    destination: str | None = None
    departs_at: str | None = None
    vehicle: str | None = None
    seat: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class InvoiceKey:
    """Identity of an invoice across all files and formats. A kind without code has ``code == ""``."""

    code: str
    number: str

    def __str__(self) -> str:
        return f"{self.code}-{self.number}" if self.code else self.number


DIGITAL_LENGTH = 20


def key_of(code: str | None, number: str) -> InvoiceKey:
    """The key of what is stated: a number of 20 digits stands for itself, whatever code is written beside it.

    Source: CATALOGUE, decision 5.

    >>> str(key_of("011002600111", "12345678")), str(key_of("011002600111", "26992000000000000001"))
    ('011002600111-12345678', '26992000000000000001')
    """
    return InvoiceKey("" if len(number) == DIGITAL_LENGTH else code or "", number)


@dataclass(frozen=True, slots=True)
class Invoice:
    """What a document states. ``None`` where it states nothing; amounts in yuan with two places."""

    kind: InvoiceKind
    number: str | None = None
    code: str | None = None
    check_code: str | None = None
    machine_number: str | None = None
    issue_date: date | None = None
    buyer: Party = field(default_factory=Party)
    seller: Party = field(default_factory=Party)
    lines: tuple[InvoiceLine, ...] = ()
    amount_excl_tax: Decimal | None = None
    tax_amount: Decimal | None = None
    total_incl_tax: Decimal | None = None
    total_in_words: str | None = None
    payee: str | None = None
    reviewer: str | None = None
    drawer: str | None = None
    remark: str | None = None
    red_letter: bool = False
    red_letter_of: InvoiceKey | None = None
    travel: Travel | None = None
    currency: str = "CNY"

    @property
    def key(self) -> InvoiceKey | None:
        """The invoice key, or None while the number is unknown."""
        return key_of(self.code, self.number) if self.number else None
