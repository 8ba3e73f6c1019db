"""From the lines of claims to balanced entries: expenses net of input VAT, the VAT, and who is owed or paid."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reimburse.domain.ledger import Account, Auxiliaries, LedgerEntry, Posting, Purpose, Side
from reimburse.domain.money import ZERO
from reimburse.export.chart import Chart
from reimburse.export.rows import LineRow, TaxShare

PLACEHOLDER = re.compile(r"\{(\w+)\}")
CREDITED: tuple[Purpose, ...] = (
    Purpose.EMPLOYEE,
    Purpose.COMPANY_CARD,
    Purpose.COMPANY_TRANSFER,
    Purpose.ADVANCE,
)
"""What may be credited, by ``paid_by`` of the line, in the order of the postings."""


@dataclass(frozen=True, slots=True)
class ClaimToBook:
    """A claim as it is booked: its lines, and how many files stand behind it."""

    claim_no: str
    lines: tuple[LineRow, ...]
    attachments: int


class Vouchers:
    """Makes entries of claims as they come: one a claim, or one of all at the end, as the chart says."""

    def __init__(self, chart: Chart, made_on: date, batch_no: str) -> None:
        self._chart, self._made_on, self._batch_no = chart, made_on, batch_no
        self._number = 0
        self._postings: list[Posting] = []
        self._attachments = 0

    def add(self, claim: ClaimToBook) -> LedgerEntry | None:
        """The claim's entry; None where all its lines are zero, or where there is one for the whole batch."""
        postings = list(postings_of(claim, self._chart))
        if self._chart.one_voucher_per == "batch":
            self._postings += postings
            self._attachments += claim.attachments
            return None
        return self._entry(claim.claim_no, postings, claim.attachments)

    def finish(self) -> LedgerEntry | None:
        """The entry of the whole batch, where there is one."""
        return self._entry(self._batch_no, self._postings, self._attachments)

    def _entry(self, source: str, postings: list[Posting], attachments: int) -> LedgerEntry | None:
        if not postings:
            return None
        self._number += 1
        return LedgerEntry(
            self._number, self._chart.voucher_word, self._made_on, source, attachments, tuple(postings)
        )  # fmt: skip


def postings_of(claim: ClaimToBook, chart: Chart) -> Iterator[Posting]:
    """Debits first, then credits; what adds up to nothing is left out."""
    every = [*_expenses(claim, chart), *_taxes(claim, chart), *_credits(claim, chart)]
    yield from (posting for posting in every if posting.amount)


def account_of_line(line: LineRow, chart: Chart) -> Account:
    """The account of the line's category, or that of its adjustment where the chart gives it one."""
    own = next((text for kind, text in chart.adjustments.items() if kind == line.adjustment), None)
    return own.account() if own else Account(line.account, line.account_name)


def _expenses(claim: ClaimToBook, chart: Chart) -> Iterator[Posting]:
    for line in claim.lines:
        purpose, account = Purpose.ADJUSTMENT if line.adjustment else Purpose.EXPENSE, account_of_line(line, chart)
        digest = _digest(chart, line, line.description, "、".join(line.invoices))
        yield Posting(
            Side.DEBIT, account, line.net, digest, purpose, _of_line(line), line.claim_no, line.position,
            line.invoices[0] if line.invoices else "",
        )  # fmt: skip


def _taxes(claim: ClaimToBook, chart: Chart) -> Iterator[Posting]:
    """One debit an invoice, with its seller."""
    shares: dict[str, tuple[LineRow, TaxShare, Decimal]] = {}
    for line in claim.lines:
        for share in line.taxes:
            first, named, sum_before = shares.get(share.invoice, (line, share, ZERO))
            shares[share.invoice] = first, named, sum_before + share.amount
    for invoice, (line, share, amount) in shares.items():
        kept_by = Auxiliaries(line.legal_entity, supplier_tax_id=share.supplier_tax_id, supplier=share.supplier)
        digest = _digest(chart, line, f"进项税额 {invoice}", invoice)
        account = chart.account_of(Purpose.INPUT_VAT)
        yield Posting(
            Side.DEBIT, account, amount, digest, Purpose.INPUT_VAT, kept_by, claim.claim_no, 0, invoice
        )  # fmt: skip


def _credits(claim: ClaimToBook, chart: Chart) -> Iterator[Posting]:
    """One credit for each way in which the claim was paid; transfers by supplier, since the bank paid each of them."""
    for purpose in CREDITED:
        paid: dict[tuple[str, str], list[LineRow]] = {}
        for line in claim.lines:
            if line.paid_by == purpose.value:
                payee = (line.supplier, line.supplier_tax_id) if purpose is Purpose.COMPANY_TRANSFER else ("", "")
                paid.setdefault(payee, []).append(line)
        for lines in paid.values():
            digest = _digest(chart, lines[0], claim.claim_no, "")
            amount = sum((line.amount for line in lines), ZERO)
            account = chart.account_of(purpose)
            yield Posting(
                Side.CREDIT, account, amount, digest, purpose, _of_line(lines[0]), claim.claim_no
            )  # fmt: skip


def _of_line(line: LineRow) -> Auxiliaries:
    return Auxiliaries(
        legal_entity=line.legal_entity,
        department=line.department,
        cost_center=line.cost_center,
        project=line.project or "",
        person_no=line.employee_no,
        person=line.employee,
        supplier_tax_id=line.supplier_tax_id,
        supplier=line.supplier,
    )


def _digest(chart: Chart, line: LineRow, description: str, invoice: str) -> str:
    """The digest by the chart's pattern, on one line, cut where it is longer than the chart allows."""
    known = {
        "person": line.employee,
        "category": line.category_name or line.category,
        "description": description,
        "claim_no": line.claim_no,
        "department": line.department,
        "invoice": invoice,
    }
    text = " ".join(PLACEHOLDER.sub(lambda found: known.get(found[1], found[0]), chart.digest).split())
    return text if len(text) <= chart.digest_max else f"{text[: chart.digest_max - 1]}…"
