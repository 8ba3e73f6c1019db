"""Matching once more, by trying everything: slow, short, and sharing only the comparison of names with the engine."""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations

from reimburse.matching.memos import stands_in
from reimburse.matching.names import is_blank, likeness
from reimburse.matching.rows import InvoiceRow, PaymentRow

Rows = tuple[int, ...]
SIZES = (
    [(1, many) for many in range(1, 7)] + [(many, 1) for many in range(2, 7)] + [(a, b) for a in (2, 3) for b in (2, 3)]
)


def linked(invoice: InvoiceRow, payment: PaymentRow) -> bool:
    days = abs((invoice.issue_date - payment.paid_on).days)
    if days > 90 or (payment.amount_fen < 0 <= invoice.total_fen):
        return False
    if is_blank(payment.payee) and days <= 7:
        return True
    return bool(likeness(payment.payee, invoice.seller_name)) or stands_in(invoice.number, payment.memo)


def admissible(invoices: Sequence[InvoiceRow], payments: Sequence[PaymentRow]) -> bool:
    difference = sum(row.total_fen for row in invoices) - sum(row.amount_fen for row in payments)
    return (
        (len(invoices), len(payments)) in SIZES
        and abs(difference) <= 1
        and all(linked(invoice, payment) for invoice in invoices for payment in payments)
    )


def worth(invoices: Sequence[InvoiceRow], payments: Sequence[PaymentRow]) -> tuple[int, int, int]:
    gap = sum(abs((invoice.issue_date - payment.paid_on).days) for invoice in invoices for payment in payments)
    return sum(abs(row.total_fen) for row in invoices), 1, -gap


def all_groups(invoices: Sequence[InvoiceRow], payments: Sequence[PaymentRow]) -> Iterator[tuple[Rows, Rows]]:
    near = {(i, p) for i, one in enumerate(invoices) for p, other in enumerate(payments) if linked(one, other)}
    for some, many in SIZES:
        for left in combinations(range(len(invoices)), some):
            reach = [p for p in range(len(payments)) if all((i, p) in near for i in left)]
            total = sum(invoices[i].total_fen for i in left)
            for right in combinations(reach, many):
                if abs(total - sum(payments[p].amount_fen for p in right)) <= 1:
                    yield left, right


def best_answers(
    invoices: Sequence[InvoiceRow], payments: Sequence[PaymentRow]
) -> tuple[tuple[int, int, int], frozenset[tuple[Rows, Rows]]]:
    """The worth of the best partitions, and the groups that all of them have."""
    groups = [
        (
            sum(1 << i for i in left),
            sum(1 << p for p in right),
            worth([invoices[i] for i in left], [payments[p] for p in right]),
            (left, right),
        )
        for left, right in all_groups(invoices, payments)
    ]
    by_first: dict[int, list] = {}
    for group in groups:
        by_first.setdefault(group[3][0][0], []).append(group)

    @cache
    def best(first: int, used: int, paid: int) -> tuple[tuple[int, int, int], frozenset]:
        if first == len(invoices):
            return (0, 0, 0), frozenset()
        value, common = best(first + 1, used, paid)
        if not used >> first & 1:
            for left, right, gain, name in by_first.get(first, ()):
                if not used & left and not paid & right:
                    rest, shared = best(first + 1, used | left, paid | right)
                    total = tuple(a + b for a, b in zip(gain, rest, strict=True))
                    if total > value:
                        value, common = total, shared | {name}
                    elif total == value:
                        common &= shared | {name}
        return value, common

    return best(0, 0, 0)
