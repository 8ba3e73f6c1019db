"""Which invoice may stand in one group with which payment: window, sign, and payee, number or blank payee."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from reimburse.matching.memos import numbers_in_memos
from reimburse.matching.name_index import similar_names
from reimburse.matching.names import Likeness, is_blank
from reimburse.matching.rows import InvoiceRow, PaymentRow, Terms, signs_agree

BLANK = ""
MOST_LINKS = 256
"""A row with more links than this is looked up by amount only."""


@dataclass(slots=True)
class Shelf:
    """Rows of one name and sign in the order of their days."""

    days: list[int] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)

    def within(self, day: int, window: int) -> tuple[int, int]:
        """The slice of rows at most ``window`` days away."""
        return bisect_left(self.days, day - window), bisect_right(self.days, day + window)


MOST_BLANKS = 32

Shelves = dict[tuple[str, bool], Shelf]


class Links:
    """The links between invoices and payments, by position, looked up and not listed: there may be very many."""

    def __init__(self, invoices: Sequence[InvoiceRow], payments: Sequence[PaymentRow], terms: Terms) -> None:
        self.invoices, self.payments, self.terms = invoices, payments, terms
        self.payees = [BLANK if is_blank(row.payee) else row.payee for row in payments]
        self.issued = [row.issue_date.toordinal() for row in invoices]
        self.paid = [row.paid_on.toordinal() for row in payments]
        self.totals = [row.total_fen for row in invoices]
        self.amounts = [row.amount_fen for row in payments]
        self.likeness = similar_names(self.payees, (row.seller_name for row in invoices), terms.aliases)
        self.payees_of, self.sellers_of = _both_ways(self.likeness)
        self.numbers_of_invoice, self.numbers_of_payment = self._numbers()
        self._never = self._declared_apart()
        self._invoice_shelves = _shelves([row.seller_name for row in invoices], self.totals, self.issued)
        self._payment_shelves = _shelves(self.payees, self.amounts, self.paid)
        self._all_invoices = _shelves([BLANK] * len(invoices), self.totals, self.issued)
        self._of_invoice: list[tuple[int, ...] | None] = [None] * len(invoices)
        self._few: dict[int, bool] = {}
        self._many: dict[int, bool] = {}
        self._of_payment: list[tuple[int, ...] | None] = [None] * len(payments)

    def of_invoice(self, invoice: int) -> tuple[int, ...]:
        """The payments linked with an invoice, in order."""
        known = self._of_invoice[invoice]
        if known is None:
            slices = [shelf.rows[low:high] for shelf, low, high in self._slices_of_invoice(invoice)]
            near = {row for part in slices for row in part} | set(self.numbers_of_invoice.get(invoice, ()))
            known = tuple(sorted(row for row in near if (invoice, row) not in self._never))
            self._of_invoice[invoice] = known
        return known

    def of_payment(self, payment: int) -> tuple[int, ...]:
        """The invoices linked with a payment, in order."""
        known = self._of_payment[payment]
        if known is None:
            slices = [shelf.rows[low:high] for shelf, low, high in self._slices_of_payment(payment)]
            near = {row for part in slices for row in part} | set(self.numbers_of_payment.get(payment, ()))
            known = tuple(sorted(row for row in near if (row, payment) not in self._never))
            self._of_payment[payment] = known
        return known

    def many_of_invoice(self, invoice: int) -> bool:
        """Whether an invoice has more links than are worth listing."""
        if invoice not in self._many:
            self._many[invoice] = sum(high - low for _, low, high in self._slices_of_invoice(invoice)) > MOST_LINKS
        return self._many[invoice]

    def many_of_payment(self, payment: int) -> bool:
        """Whether a payment has more links than are worth listing."""
        return sum(high - low for _, low, high in self._slices_of_payment(payment)) > MOST_LINKS

    def leaves_out_blanks(self, invoice: int) -> bool:
        """Whether so many payments without a payee are near an invoice that only the amount can tell which is meant."""
        day = self.issued[invoice]
        slices = [
            part
            for sign in (False, True)
            for part in _slice(self._payment_shelves, (BLANK, sign), day, self.blank_days)
        ]
        return any(high - low > MOST_BLANKS for _, low, high in slices)

    def are_few(self, invoice: int) -> bool:
        """Whether the rows linked with an invoice, near and far, are few enough to be solved exactly."""
        if invoice not in self._few:
            reached = self._reached(invoice)
            few = len(reached) <= self.terms.exact_rows
            self._few |= {row: few for is_invoice, row in reached if is_invoice} if few else {invoice: False}
        return self._few[invoice]

    def _reached(self, invoice: int) -> set[tuple[bool, int]]:
        """The rows linked with an invoice through any number of links, as soon as they are too many to be few."""
        reached = {(True, invoice)}
        waiting = list(reached)
        while waiting and len(reached) <= self.terms.exact_rows:
            is_invoice, row = waiting.pop()
            near = self.of_invoice(row) if is_invoice else self.of_payment(row)
            fresh = {(not is_invoice, other) for other in near} - reached
            reached |= fresh
            waiting += fresh
        return reached

    def apart(self, invoice: int, payment: int) -> bool:
        """Whether a person has declared these two apart."""
        return (invoice, payment) in self._never

    def gap(self, invoice: int, payment: int) -> int:
        """The days between the two."""
        return abs(self.issued[invoice] - self.paid[payment])

    def _slices_of_invoice(self, invoice: int) -> Iterator[tuple[Shelf, int, int]]:
        day, total = self.issued[invoice], self.totals[invoice]
        names = self.payees_of.get(self.invoices[invoice].seller_name, ())
        for negative in (False, True) if total < 0 else (False,):
            for name in names:
                yield from _slice(self._payment_shelves, (name, negative), day, self.terms.window_days)
            for shelf, low, high in _slice(self._payment_shelves, (BLANK, negative), day, self.blank_days):
                if high - low <= MOST_BLANKS:
                    yield shelf, low, high

    def _slices_of_payment(self, payment: int) -> Iterator[tuple[Shelf, int, int]]:
        day, payee = self.paid[payment], self.payees[payment]
        for negative in (True,) if self.amounts[payment] < 0 else (False, True):
            if payee == BLANK:
                yield from _slice(self._all_invoices, (BLANK, negative), day, self.blank_days)
            for name in self.sellers_of.get(payee, ()):
                yield from _slice(self._invoice_shelves, (name, negative), day, self.terms.window_days)

    @property
    def blank_days(self) -> int:
        """The window where the payee is blank."""
        return min(self.terms.blank_payee_days, self.terms.window_days)

    def _numbers(self) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
        found = numbers_in_memos((row.number for row in self.invoices), [row.memo for row in self.payments])
        of_invoice: dict[int, list[int]] = defaultdict(list)
        of_payment: dict[int, list[int]] = defaultdict(list)
        for invoice, row in enumerate(self.invoices):
            for payment in found.get(row.number, ()):
                in_time = self.gap(invoice, payment) <= self.terms.window_days
                if in_time and signs_agree(row.total_fen, self.amounts[payment]):
                    of_invoice[invoice].append(payment)
                    of_payment[payment].append(invoice)
        return of_invoice, of_payment

    def _declared_apart(self) -> set[tuple[int, int]]:
        invoices = {row.id: position for position, row in enumerate(self.invoices)}
        payments = {row.id: position for position, row in enumerate(self.payments)}
        return {(invoices[i], payments[p]) for i, p in self.terms.never if i in invoices and p in payments}


def _both_ways(likeness: dict[tuple[str, str], Likeness]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    payees_of: dict[str, list[str]] = defaultdict(list)
    sellers_of: dict[str, list[str]] = defaultdict(list)
    for payee, seller in sorted(likeness):
        payees_of[seller].append(payee)
        sellers_of[payee].append(seller)
    return payees_of, sellers_of


def _shelves(names: Sequence[str], amounts: Sequence[int], days: Sequence[int]) -> Shelves:
    shelves: Shelves = defaultdict(Shelf)
    for row in sorted(range(len(names)), key=lambda row: (days[row], row)):
        shelf = shelves[names[row], amounts[row] < 0]
        shelf.days.append(days[row])
        shelf.rows.append(row)
    return dict(shelves)


def _slice(shelves: Shelves, key: tuple[str, bool], day: int, window: int) -> Iterator[tuple[Shelf, int, int]]:
    if shelf := shelves.get(key):
        low, high = shelf.within(day, window)
        if low < high:
            yield shelf, low, high
