"""Where a group is doubtful: the other groups that its rows could stand in, for a person to choose from."""

from collections.abc import Sequence

from reimburse.matching.answer import Match
from reimburse.matching.candidates import Candidates
from reimburse.matching.groups import Group
from reimburse.matching.links import Links
from reimburse.matching.rows import TOLERANCE_FEN, InvoiceRow, PaymentRow, Terms

MOST_NEAR = 12
"""Rows looked at on each side: those of the same amount first, then the nearest in days."""
MOST_OFFERED = 8

Rows = tuple[tuple[str, ...], tuple[str, ...]]
"""Ids of invoices and of payments."""


def alternatives(
    invoices: Sequence[InvoiceRow], payments: Sequence[PaymentRow], terms: Terms, doubtful: Sequence[Match]
) -> list[list[Rows]]:
    """For each doubtful group the others that share a row with it, the likeliest first; itself is left out.

    ``invoices`` and ``payments`` are those of the doubtful groups and those that were left.
    """
    links = Links(invoices, payments, terms)
    places = {row.id: place for place, row in enumerate(invoices)}
    paid_places = {row.id: place for place, row in enumerate(payments)}
    found = []
    for match in doubtful:
        own = [places[row] for row in match.invoices], [paid_places[row] for row in match.payments]
        found.append(_others(links, *own))
    return found


def _others(links: Links, own: Sequence[int], paid: Sequence[int]) -> list[Rows]:
    near = _near_payments(links, own, paid), _near_invoices(links, own, paid)
    part = Links([links.invoices[row] for row in near[1]], [links.payments[row] for row in near[0]], links.terms)
    mine = {links.invoices[row].id for row in own}, {links.payments[row].id for row in paid}
    ranked: dict[Rows, tuple[int, int]] = {}
    for group in Candidates(part).groups:
        rows = _ids(part, group)
        shares = mine[0] & set(rows[0]) or mine[1] & set(rows[1])
        if shares and (set(rows[0]), set(rows[1])) != mine:
            ranked[rows] = (abs(len(rows[0]) + len(rows[1]) - len(own) - len(paid)), group.gap)
    return sorted(ranked, key=lambda rows: (ranked[rows], rows))[:MOST_OFFERED]


def _ids(links: Links, group: Group) -> Rows:
    invoices = tuple(sorted(links.invoices[row].id for row in group.invoices))
    return invoices, tuple(sorted(links.payments[row].id for row in group.payments))


def _near_payments(links: Links, own: Sequence[int], paid: Sequence[int]) -> list[int]:
    linked = {row for invoice in own for row in links.of_invoice(invoice)}
    return _nearest(links.amounts, links.paid, linked - set(paid), paid, [links.totals[row] for row in own])


def _near_invoices(links: Links, own: Sequence[int], paid: Sequence[int]) -> list[int]:
    linked = {row for payment in paid for row in links.of_payment(payment)}
    return _nearest(links.totals, links.issued, linked - set(own), own, [links.amounts[row] for row in paid])


def _nearest(
    amounts: Sequence[int], days: Sequence[int], linked: set[int], own: Sequence[int], others: Sequence[int]
) -> list[int]:
    """The group's own rows of one side, and beside them the linked ones that are most like what is wanted."""
    day = days[own[0]]
    wanted = {*(amounts[row] for row in own), *others, sum(others)}

    def far(row: int) -> tuple[bool, int, int]:
        alike = any(abs(amounts[row] - amount) <= TOLERANCE_FEN for amount in wanted)
        return not alike, abs(days[row] - day), row

    return [*own, *sorted(linked, key=far)[:MOST_NEAR]]
