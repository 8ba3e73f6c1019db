"""Invoices against payments: the best partition into admissible groups, with evidence and a certificate."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reimburse.matching.answer import Certificate, Match, Matching
from reimburse.matching.candidates import Candidates
from reimburse.matching.components import components
from reimburse.matching.evidence import evidence_of
from reimburse.matching.groups import Group
from reimburse.matching.habits import Habits
from reimburse.matching.links import Links
from reimburse.matching.rows import InvoiceRow, PaymentRow, Terms
from reimburse.matching.solve import Effort, solve_large, solve_small
from reimburse.matching.worth import Worths

STANDARD = Terms()
MOST_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class _Round:
    matches: list[Match]
    proved: bool


def match(invoices: Sequence[InvoiceRow], payments: Sequence[PaymentRow], terms: Terms = STANDARD) -> Matching:
    """The best partition of these rows; ids are unique on each side, and the order of the rows does not matter.

    A group is admissible when its sums differ by at most 0.01 and each of its invoices is linked with each of its
    payments: days within the window, no refund with a blue-letter invoice, and the payee is the seller's or similar,
    or that invoice's number stands in that payment's memo, or the payee is blank and the days are within seven. Where
    rows are so many and so alike that not all groups can be listed, what is left is looked at again without what is
    matched; nothing of that is said to be optimal or unique.
    """
    free_invoices = sorted(invoices, key=lambda row: (row.issue_date, row.total_fen, row.id))
    free_payments = sorted(payments, key=lambda row: (row.paid_on, row.amount_fen, row.id))
    matches: list[Match] = []
    proved = True
    for _ in range(MOST_ROUNDS):
        found = _round(free_invoices, free_payments, terms, first=not matches)
        matches += found.matches
        proved &= found.proved
        if found.proved or not found.matches:
            break
        invoiced = {row for match in found.matches for row in match.invoices}
        paid = {row for match in found.matches for row in match.payments}
        free_invoices = [row for row in free_invoices if row.id not in invoiced]
        free_payments = [row for row in free_payments if row.id not in paid]
    return _answer(invoices, payments, matches, optimal=proved)


def _round(invoices: Sequence[InvoiceRow], payments: Sequence[PaymentRow], terms: Terms, *, first: bool) -> _Round:
    """All groups that can be listed, solved component by component; ``first`` where nothing was matched before."""
    links = Links(invoices, payments, terms)
    candidates = Candidates(links)
    effort = Effort()
    worths = Worths(links, Habits.of(links, candidates.groups))
    matches: list[Match] = []
    proved = not candidates.open
    for groups in components(candidates.groups):
        few = first and links.are_few(groups[0].invoices[0])
        solved = solve_small(groups) if few else solve_large(groups, effort, worths)
        closed = solved.proved and not any(candidates.open.touch(links, group) for group in groups)
        proved &= solved.proved
        for group in solved.chosen:
            clear = first and group in solved.certain
            matches.append(_match(links, group, unique=clear and closed, clear=clear))
    return _Round(matches, proved)


def _match(links: Links, group: Group, *, unique: bool, clear: bool) -> Match:
    difference = sum(links.totals[row] for row in group.invoices) - sum(links.amounts[row] for row in group.payments)
    return Match(
        tuple(links.invoices[row].id for row in group.invoices),
        tuple(links.payments[row].id for row in group.payments),
        group.amount,
        abs(difference),
        evidence_of(links, group),
        unique,
        clear,
    )


def _answer(
    invoices: Sequence[InvoiceRow], payments: Sequence[PaymentRow], matches: Sequence[Match], *, optimal: bool
) -> Matching:
    """The groups, and the rows of each, in the order in which the rows were given."""
    places = {row.id: place for place, row in enumerate(invoices)}
    paid_places = {row.id: place for place, row in enumerate(payments)}
    ordered = [
        replace(
            match,
            invoices=tuple(sorted(match.invoices, key=places.__getitem__)),
            payments=tuple(sorted(match.payments, key=paid_places.__getitem__)),
        )
        for match in matches
    ]
    ordered.sort(key=lambda match: places[match.invoices[0]])
    invoiced = {row for match in matches for row in match.invoices}
    paid = {row for match in matches for row in match.payments}
    return Matching(
        tuple(ordered),
        tuple(row.id for row in invoices if row.id not in invoiced),
        tuple(row.id for row in payments if row.id not in paid),
        Certificate(sum(match.amount_fen for match in matches), len(matches), optimal),
    )
