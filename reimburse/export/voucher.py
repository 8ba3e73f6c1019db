"""From the lines of claims to balanced entries: expenses net of input VAT, the VAT, and who is owed or paid."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

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


def entries(
    claims: Iterable[ClaimToBook], chart: Chart, made_on: date, batch_no: str, first: int = 1
) -> Iterator[LedgerEntry]:
    """Balanced entries, one a claim or one for all as the chart says, numbered from ``first``.

    A claim of lines that are all zero makes none.
    """
    entry = partial(LedgerEntry, word=chart.voucher_word, made_on=made_on)
    if chart.one_voucher_per == "batch":
        every = list(claims)
        postings = tuple(posting for claim in every for posting in postings_of(claim, chart))
        if postings:
            files = sum(claim.attachments for claim in every)
            yield entry(number=first, source=batch_no, attachments=files, postings=postings)
        return
    number = first
    for claim in claims:
        if postings := tuple(postings_of(claim, chart)):
            yield entry(number=number, source=claim.claim_no, attachments=claim.attachments, postings=postings)
            number += 1


def postings_of(claim: ClaimToBook, chart: Chart) -> Iterator[Posting]:
    """Debits first, then credits; what adds up to nothing is left out."""
    every = [*_expenses(claim, chart), *_taxes(claim, chart), *_credits(claim, chart)]
    yield from (posting for posting in every if posting.amount)


def _expenses(claim: ClaimToBook, chart: Chart) -> Iterator[Posting]:
    for line in claim.lines:
        account = Account(line.account, line.account_name)
        purpose = Purpose.EXPENSE
        if line.adjustment:
            purpose = Purpose.ADJUSTMENT
            own = next((text for kind, text in chart.adjustments.items() if kind == line.adjustment), None)
            account = own.account() if own else account
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
