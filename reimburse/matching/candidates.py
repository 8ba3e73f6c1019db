"""Every admissible group of a set of rows, as far as they can be listed, and the rows for which they could not."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from reimburse.matching.groups import Group, group_of
from reimburse.matching.links import BLANK, Links
from reimburse.matching.pairs import EqualAmounts
from reimburse.matching.several import Pair, several_with
from reimburse.matching.sums import ALL, subsets_with_sum

MOST_GROUPS_OF_A_ROW = 100
"""Kept for a row where many rows are linked: the smallest first, then the nearest."""


@dataclass(slots=True)
class OpenRows:
    """Rows that may stand in groups that were not listed: nothing is proved of them."""

    invoices: set[int] = field(default_factory=set)
    payments: set[int] = field(default_factory=set)
    sellers: set[str] = field(default_factory=set)
    payees: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.invoices or self.payments or self.sellers or self.payees)

    def touch(self, links: Links, group: Group) -> bool:
        """Whether a row of the group is open."""
        return any(
            invoice in self.invoices or links.invoices[invoice].seller_name in self.sellers
            for invoice in group.invoices
        ) or any(payment in self.payments or links.payees[payment] in self.payees for payment in group.payments)


class Candidates:
    """The groups found, and what was left open."""

    def __init__(self, links: Links) -> None:
        self.links = links
        self.open = OpenRows()
        self.groups: list[Group] = []
        self._equal = EqualAmounts(links)
        for invoice in range(len(links.invoices)):
            self._pairs(invoice)
            self._one_invoice(invoice)
        for payment in range(len(links.payments)):
            self._one_payment(payment)
        if links.terms.split:
            self.groups = [group for group in self.groups if not self._was_split(group)]

    def _was_split(self, group: Group) -> bool:
        """Whether a person has taken this very group apart."""
        invoices = frozenset(self.links.invoices[row].id for row in group.invoices)
        return (invoices, frozenset(self.links.payments[row].id for row in group.payments)) in self.links.terms.split

    def _pairs(self, invoice: int) -> None:
        payments, complete = self._equal.of(invoice)
        self.groups += [group_of(self.links, (invoice,), (payment,)) for payment in payments]
        if not complete:
            self._open_invoice(invoice)

    def _one_invoice(self, invoice: int) -> None:
        if self.links.many_of_invoice(invoice):
            self._open_invoice(invoice)
            return
        if self.links.leaves_out_blanks(invoice):
            self._open_invoice(invoice)
        linked = self.links.of_invoice(invoice)
        subsets, complete = _subsets(linked, self.links.amounts, self.links.totals[invoice], self._most(invoice))
        self._keep([((invoice,), subset) for subset in subsets], complete, lambda: self._open_invoice(invoice))

    def _one_payment(self, payment: int) -> None:
        if self.links.many_of_payment(payment):
            self._open_payment(payment)
            return
        linked = self.links.of_payment(payment)
        if len(linked) < 2:
            return
        most = self._most(linked[0])
        subsets, complete = _subsets(linked, self.links.totals, self.links.amounts[payment], most)
        self._keep([(subset, (payment,)) for subset in subsets], complete, lambda: self._open_payment(payment))
        pairs, complete = several_with(self.links, payment, most)
        self._keep(pairs, complete, lambda: self._open_payment(payment))

    def _most(self, invoice: int) -> int:
        return ALL if self.links.are_few(invoice) else MOST_GROUPS_OF_A_ROW

    def _keep(self, pairs: list[Pair], complete: bool, leave_open: Callable[[], None]) -> None:
        """Takes all groups of a row, or the best of very many where its component is large."""
        groups = [group_of(self.links, invoices, payments) for invoices, payments in pairs]
        if len(groups) > MOST_GROUPS_OF_A_ROW and not self.links.are_few(groups[0].invoices[0]):
            groups.sort(key=lambda group: (len(group.invoices) + len(group.payments), group.gap))
            del groups[MOST_GROUPS_OF_A_ROW:]
            complete = False
        self.groups += groups
        if not complete:
            leave_open()

    def _open_invoice(self, invoice: int) -> None:
        if invoice in self.open.invoices:
            return
        links, seller = self.links, self.links.invoices[invoice].seller_name
        self.open.invoices.add(invoice)
        if links.leaves_out_blanks(invoice):
            self.open.payees.add(BLANK)
        if links.many_of_invoice(invoice):
            self.open.sellers.add(seller)
            self.open.payees.update(links.payees_of.get(seller, ()))
            self.open.payments.update(links.numbers_of_invoice.get(invoice, ()))
        else:
            self.open.payments.update(links.of_invoice(invoice))

    def _open_payment(self, payment: int) -> None:
        links, payee = self.links, self.links.payees[payment]
        self.open.payments.add(payment)
        if links.many_of_payment(payment) and payee != BLANK:
            sellers = links.sellers_of.get(payee, ())
            self.open.sellers.update(sellers)
            self.open.payees.update(name for seller in sellers for name in links.payees_of.get(seller, ()))
            for invoice in links.numbers_of_payment.get(payment, ()):
                self._open_invoice(invoice)
            return
        for invoice in links.of_payment(payment):
            self._open_invoice(invoice)


def _subsets(
    rows: Sequence[int], amounts: Sequence[int], target: int, most: int
) -> tuple[Iterator[tuple[int, ...]], bool]:
    found, complete = subsets_with_sum([amounts[row] for row in rows], target, most)
    return (tuple(rows[position] for position in subset) for subset in found), complete
