"""What the engine proposes for a pool: each person's rows first, then everybody's, then what refunds leave over."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from reimburse.domain.money import from_fen, money_text
from reimburse.matching.alternatives import Rows, alternatives
from reimburse.matching.answer import Fact, Match
from reimburse.matching.engine import match
from reimburse.matching.rows import InvoiceRow, PaymentRow, Terms
from reimburse.services.matching.match_groups import Draft, Key, Members
from reimburse.services.matching.match_pool import OpenInvoice, OpenPayment, Pool

MOST_DOUBTFUL = 500
"""Doubtful groups of a run for which other possibilities are looked up."""
REFUNDED = "refunded"
"""Evidence beside the engine's: so much of the payment came back."""


@dataclass(slots=True)
class Proposals:
    """The groups to be stored, and whether the engine proved that none are better."""

    drafts: list[Draft] = field(default_factory=list)
    optimal: bool = True


def proposals_for(pool: Pool) -> Proposals:
    """The groups of a pool. Pure: it asks nobody."""
    return _Run(pool).proposals()


class _Run:
    """Invoices stand under ``i`` and their id, payments under ``p`` and theirs."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.invoices = {f"i{row.id}": row for row in pool.invoices.values()}
        self.keys = {name: row.key for name, row in self.invoices.items()}
        self.payments = {f"p{row.id}": row for row in pool.payments}
        self.refunds: dict[int, list[OpenPayment]] = {}
        for row in pool.payments:
            if row.refund_of_id:
                self.refunds.setdefault(row.refund_of_id, []).append(row)
        self.terms = _terms(pool)
        self.split = {Members(frozenset(paid), frozenset(billed)).digest for paid, billed in pool.taught.split}
        self.found = Proposals()

    def proposals(self) -> Proposals:
        for holder_id in sorted({row.holder_id for row in self.pool.payments if row.holder_id}):
            mine = [row for row in self.invoices.values() if holder_id in row.holders]
            self._match([row for row in self.payments.values() if row.holder_id == holder_id], mine)
        self._match(list(self.payments.values()), list(self.invoices.values()))
        self._match(self._less_refunds(), list(self.invoices.values()), refunded=True)
        return self.found

    def _match(
        self, payments: Sequence[OpenPayment], invoices: Sequence[OpenInvoice], *, refunded: bool = False
    ) -> None:
        billed, paid = [_invoice_row(row) for row in invoices], [_payment_row(row) for row in payments]
        if not (billed and paid):
            return
        matching = match(billed, paid, self.terms)
        self.found.optimal &= matching.certificate.optimal
        others = self._others(billed, paid, matching.groups)
        for group in matching.groups:
            rows = self._with_refunds(group) if refunded else [self.payments[row] for row in group.payments]
            draft = self._draft(group, rows, others.get(group.invoices, []))
            if draft.members.digest not in self.split:
                self.found.drafts.append(draft)
                for invoice in group.invoices:
                    del self.invoices[invoice]
                for row in rows:
                    del self.payments[f"p{row.id}"]

    def _others(
        self, billed: Sequence[InvoiceRow], paid: Sequence[PaymentRow], groups: Sequence[Match]
    ) -> dict[tuple[str, ...], list[Rows]]:
        """Other possibilities for the doubtful groups, by their invoices."""
        clear = {row for group in groups if group.clear for row in (*group.invoices, *group.payments)}
        doubtful = [group for group in groups if not group.clear][:MOST_DOUBTFUL]
        left = [row for row in billed if row.id not in clear], [row for row in paid if row.id not in clear]
        found = alternatives(*left, self.terms, doubtful) if doubtful else []
        return {group.invoices: others for group, others in zip(doubtful, found, strict=True)}

    def _less_refunds(self) -> list[OpenPayment]:
        """Payments of which a part came back, less that part, while all of it is free."""
        return [
            replace(row, fen=row.fen - row.refunded_fen)
            for row in self.payments.values()
            if 0 < row.refunded_fen < row.fen
            and sum(-back.fen for back in self.refunds.get(row.id, ())) == row.refunded_fen
            and all(f"p{back.id}" in self.payments for back in self.refunds[row.id])
        ]

    def _with_refunds(self, group: Match) -> list[OpenPayment]:
        """The payments of a group and what came back of them, each a row of its own."""
        rows = [self.payments[row] for row in group.payments]
        return [*rows, *(back for row in rows for back in self.refunds.get(row.id, ()))]

    def _draft(self, group: Match, paid: Sequence[OpenPayment], others: Iterable[Rows]) -> Draft:
        billed = [self.invoices[row] for row in group.invoices]
        return Draft(
            Members(frozenset(row.id for row in paid), frozenset(row.key for row in billed)),
            {row.key: row.id for row in billed},
            group.amount_fen,
            group.difference_fen,
            self._evidence(group, paid),
            [self._told(rows) for rows in others],
            group.clear,
        )

    def _evidence(self, group: Match, paid: Sequence[OpenPayment]) -> list[dict[str, str]]:
        facts = []
        for evidence in group.evidence:
            told = {"fact": evidence.fact.value, "value": evidence.value}
            why = self._why(evidence.value) if evidence.fact is Fact.PAYEE_SIMILAR else None
            facts.append(told | ({"why": why} if why else {}))
        back = sum(-row.fen for row in paid if row.fen < 0 and row.refund_of_id in {one.id for one in paid})
        return [*facts, {"fact": REFUNDED, "value": money_text(from_fen(back))}] if back else facts

    def _why(self, value: str) -> str | None:
        payee, _, seller = value.partition(" ~ ")
        return self.pool.taught.why(payee, seller)

    def _told(self, rows: Rows) -> dict[str, list[int] | list[list[str]]]:
        """A possibility as it is stored: payments by id, invoices by key."""
        billed, paid = rows
        return {
            "payments": sorted(int(row[1:]) for row in paid),
            "invoices": sorted(list(self.keys[row]) for row in billed),
        }


def _terms(pool: Pool) -> Terms:
    known = {key: f"i{row.id}" for key, row in pool.invoices.items()}
    return Terms(
        aliases=pool.taught.aliases,
        never=frozenset((known[key], f"p{payment}") for payment, key in pool.taught.never if key in known),
        split=frozenset(
            (frozenset(known[key] for key in billed), frozenset(f"p{payment}" for payment in paid))
            for paid, billed in pool.taught.split
            if all(key in known for key in billed)
        ),
    )


def _invoice_row(row: OpenInvoice) -> InvoiceRow:
    return InvoiceRow(f"i{row.id}", row.issue_date, row.seller, row.fen, row.key[1])


def _payment_row(row: OpenPayment) -> PaymentRow:
    return PaymentRow(f"p{row.id}", row.paid_on, row.payee, row.fen, row.memo)


def keys_of(told: Iterable[Sequence[str]]) -> list[Key]:
    """Invoice keys out of stored JSON."""
    return [(code, number) for code, number in told]
