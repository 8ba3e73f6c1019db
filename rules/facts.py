"""What the rules judge: one claim with all that is known about it, frozen. A list that is ``None`` is unknown."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeVar

from reimburse.domain.invoice import Invoice, InvoiceKind
from reimburse.domain.money import ZERO, cents, money_text
from rules.claim_parts import (
    Advance,
    Approval,
    Attachment,
    Bill,
    Details,
    Employee,
    GoodsReceipt,
    NearDuplicate,
    Order,
    Payment,
    Queries,
    Rate,
    Refund,
    RegistryEntry,
    Request,
    Supplier,
    Trip,
    Verification,
)
from rules.folding import natural
from rules.parameters import Parameters
from rules.policy import Category, Policy, Scope, Title

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """The head of the claim. ``no_duplicate_pledge`` is None where nobody was asked."""

    claim_no: str
    submitted_on: date
    employee: Employee
    purpose: str | None = None
    no_duplicate_pledge: bool | None = None
    resubmission: bool = False
    legal_entity: str | None = None


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One expense line. ``amount`` in ``currency``; ``fx_rate`` is CNY for one unit of it."""

    id: str
    category: str
    amount: Decimal
    description: str | None = None
    quantity: Decimal | None = None
    occurred_on: date | None = None
    started_on: date | None = None
    ended_on: date | None = None
    city: str | None = None
    invoice_ids: tuple[str, ...] = ()
    adjustment: str | None = None
    basis: str | None = None
    details: Details = field(default_factory=Details)
    request_no: str | None = None
    paid_by: str = "employee"
    currency: str = "CNY"
    fx_rate: Decimal | None = None
    order_no: str | None = None
    trip_id: str | None = None

    @property
    def yuan(self) -> Decimal | None:
        """The amount in CNY, to the fen; None for a foreign currency without a rate, zero or less being none."""
        if self.currency == "CNY":
            return self.amount
        return cents(self.amount * self.fx_rate) if self.fx_rate is not None and self.fx_rate > 0 else None

    @property
    def last_day(self) -> date | None:
        """The day on which the deed was done: its end, else the day it took place (decision 23)."""
        return self.ended_on or self.occurred_on


@dataclass(frozen=True, slots=True)
class InvoiceFacts:
    """One invoice of the claim, its key as text, and what is known about the file it came in."""

    id: str
    invoice: Invoice
    key: str | None = None
    format: str | None = None
    conflicts: tuple[tuple[str, Mapping[str, str | None]], ...] | None = None
    seal: str | None = None
    altered_parts: tuple[str, ...] = ()
    qr_readable: bool | None = None
    stamp_legible: bool | None = None
    document: str | None = None
    verification: Verification | None = None
    legible: bool | None = None
    handwritten: bool | None = None
    altered_by_hand: bool | None = None
    lost: bool = False
    voided_on: date | None = None
    near_duplicates: tuple[NearDuplicate, ...] | None = None
    queries: Queries | None = None

    @property
    def called(self) -> str:
        """What people call it: its number, else its seller and total."""
        total = self.invoice.total_incl_tax
        words = (self.invoice.seller.name, money_text(total) if total is not None else None)
        return self.invoice.number or " ".join(word for word in words if word) or "无号码 / no number"

    @property
    def is_red(self) -> bool:
        """Whether it is a red letter: marked as such, or with a negative total."""
        return self.invoice.red_letter or (self.invoice.total_incl_tax or ZERO) < 0


@dataclass(frozen=True)
class Facts:
    """Everything a check may look at. Lists stand in a fixed order, whatever order they came in."""

    as_of: date
    policy: Policy
    claim: ClaimFacts
    lines: tuple[LineFacts, ...]
    invoices: tuple[InvoiceFacts, ...]
    documents: tuple[InvoiceFacts, ...] = ()
    attachments: tuple[Attachment, ...] | None = None
    approvals: tuple[Approval, ...] | None = None
    requests: tuple[Request, ...] | None = None
    advances: tuple[Advance, ...] | None = None
    payments: tuple[Payment, ...] | None = None
    refunds: tuple[Refund, ...] | None = None
    rates: tuple[Rate, ...] | None = None
    trips: tuple[Trip, ...] | None = None
    orders: tuple[Order, ...] | None = None
    goods_receipts: tuple[GoodsReceipt, ...] | None = None
    bills: tuple[Bill, ...] | None = None
    suppliers: tuple[Supplier, ...] | None = None
    registry: tuple[RegistryEntry, ...] | None = None
    titles: tuple[Title, ...] | None = None
    memo: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def indexed(self) -> "Facts":
        """These facts, with what the rules look things up in made now."""
        for index in INDICES:
            getattr(self, index)
        return self

    def once(self, key: str, make: Callable[["Facts"], T]) -> T:
        """A view of the facts that several rules share, made once."""
        if key not in self.memo:
            self.memo[key] = make(self)
        found: T = self.memo[key]
        return found

    @cached_property
    def scope(self) -> Scope:
        """Whose claim it is."""
        employee = self.claim.employee
        grade = None if employee.grade is None else str(employee.grade)
        return Scope(self.claim.legal_entity, employee.department, grade)

    @cached_property
    def parameters(self) -> Parameters:
        """The parameters in force for this claim."""
        return self.policy.parameters_for(self.scope, None)

    @cached_property
    def _by_category(self) -> dict[str, Parameters]:
        names = {line.category for line in self.lines}
        return {name: self.policy.parameters_for(self.scope, name) for name in names}

    def parameters_of(self, line: LineFacts) -> Parameters:
        """The parameters in force for a line of this category."""
        return self._by_category[line.category]

    def category(self, line: LineFacts) -> Category | None:
        """The line's category, or None where the policy knows no such one."""
        return self.policy.categories.get(line.category)

    def lines_in(self, *categories: str) -> tuple[LineFacts, ...]:
        """The lines of these categories, adjustments aside."""
        found = [line for name in categories for line in self._lines_by_category.get(name, ())]
        return tuple(found if len(categories) == 1 else sorted(found, key=lambda line: natural(line.id)))

    @cached_property
    def _lines_by_category(self) -> dict[str, list[LineFacts]]:
        found: dict[str, list[LineFacts]] = {}
        for line in self.lines:
            if not line.adjustment:
                found.setdefault(line.category, []).append(line)
        return found

    @cached_property
    def kinds(self) -> frozenset[InvoiceKind]:
        """The kinds of the claim's invoices."""
        return frozenset(invoice.invoice.kind for invoice in self.invoices)

    @cached_property
    def by_id(self) -> dict[str, InvoiceFacts]:
        """Invoices by their id in the claim."""
        return {invoice.id: invoice for invoice in self.invoices}

    @cached_property
    def line_by_id(self) -> dict[str, LineFacts]:
        """Lines by their id in the claim."""
        return {line.id: line for line in self.lines}

    @cached_property
    def registered(self) -> dict[str, list[RegistryEntry]]:
        """Where invoices stand in claims, by invoice key."""
        found: dict[str, list[RegistryEntry]] = {}
        for entry in self.registry or ():
            found.setdefault(entry.key, []).append(entry)
        return found

    @cached_property
    def _lines_by_invoice(self) -> dict[str, tuple[LineFacts, ...]]:
        found: dict[str, list[LineFacts]] = {}
        for line in self.lines:
            for identity in dict.fromkeys(line.invoice_ids):
                found.setdefault(identity, []).append(line)
        return {identity: tuple(lines) for identity, lines in found.items()}

    def lines_of(self, invoice: InvoiceFacts) -> tuple[LineFacts, ...]:
        """The lines that name an invoice."""
        return self._lines_by_invoice.get(invoice.id, ())

    def invoices_of(self, line: LineFacts) -> tuple[InvoiceFacts, ...]:
        """The invoices that a line names."""
        return self._invoices_by_line[line.id]

    @cached_property
    def _invoices_by_line(self) -> dict[str, tuple[InvoiceFacts, ...]]:
        known = self.by_id
        return {
            line.id: tuple(known[name] for name in dict.fromkeys(line.invoice_ids) if name in known)
            for line in self.lines
        }

    def claimed(self, invoice: InvoiceFacts) -> Decimal:
        """What the lines of this claim ask for on an invoice, in the invoice's currency."""
        return sum((worth(line, invoice.invoice.currency) for line in self.lines_of(invoice)), ZERO)


INDICES = tuple(name for name, value in vars(Facts).items() if isinstance(value, cached_property))


def worth(line: LineFacts, currency: str) -> Decimal:
    """A line's amount in an invoice's currency; without a rate the amount as it stands."""
    if line.currency == currency or line.yuan is None:
        return line.amount
    return line.yuan


def any_of(invoices: Iterable[InvoiceFacts], test: Callable[[InvoiceFacts], bool]) -> bool:
    """Whether an invoice passes a test."""
    return any(test(invoice) for invoice in invoices)
