"""Input VAT of claims (decision 30): what of each line is deducted, by the policy or as finance ruled it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.domain.finding import Text
from reimburse.domain.invoice import InvoiceKey
from reimburse.domain.invoice_json import invoice_from_json
from reimburse.domain.money import cents, from_fen, share, to_fen
from reimburse.domain.workflow import ClaimState
from reimburse.export.rows import TaxShare
from reimburse.services.access import finance_only
from reimburse.services.claims.workflow import chain_of
from reimburse.services.errors import NotFound, Refused
from reimburse.services.month_end.batch_claims import taken_of
from reimburse.services.policy import policies
from reimburse.store.batches import BatchClaimRow, BatchRow
from reimburse.store.claims import ClaimRow, ExpenseLineRow
from reimburse.store.db import now, transaction
from reimburse.store.events import record
from reimburse.store.input_taxes import LineInputTaxRow
from reimburse.store.invoices import InvoiceRow
from reimburse.store.people import PersonRow
from rules.deduction import input_tax
from rules.policy import Policy

Shares = dict[int, tuple[TaxShare, ...]]
CNY = "CNY"
RULED_ON = (ClaimState.IN_REVIEW.value, ClaimState.APPROVED.value, ClaimState.BATCHED.value)
"""States in which finance may rule on a claim's tax; in a batch as long as that is open."""


@dataclass(frozen=True, slots=True)
class _Part:
    """What falls on one line of one invoice's tax, in fen."""

    line: ExpenseLineRow
    invoice: InvoiceRow
    fen: int
    basis: Text


def shares_of(
    claim: ClaimRow, taken: Mapping[InvoiceKey, int], policy: Policy, ruled: Mapping[int, LineInputTaxRow]
) -> Shares:
    """The deductible tax of each line (by its id), invoice by invoice, of what the claim takes of them."""
    by_line: dict[int, list[_Part]] = {}
    for invoice in claim.invoices:
        for part in _parts(claim, invoice, taken, policy):
            by_line.setdefault(part.line.id, []).append(part)
    for line in claim.lines:
        if line.id in ruled and line.invoices:
            by_line[line.id] = _ruled(line, by_line.get(line.id, []), ruled[line.id])
    return {line_id: tuple(_share(part) for part in parts if part.fen) for line_id, parts in by_line.items()}


def rulings_of(session: Session, claim_ids: Sequence[int]) -> dict[int, LineInputTaxRow]:
    """What finance ruled on the lines of these claims, by line."""
    query = select(LineInputTaxRow).join(ExpenseLineRow).where(ExpenseLineRow.claim_id.in_(claim_ids))
    return {row.line_id: row for row in session.scalars(query)}


@dataclass(frozen=True, slots=True)
class LineTax:
    """A line on the page: what of its tax is deducted and why, and what finance ruled."""

    line: ExpenseLineRow
    shares: tuple[TaxShare, ...]
    ruling: LineInputTaxRow | None
    ruled_by: str

    @property
    def tax(self) -> Decimal:
        """The deductible tax of the line."""
        return sum((share.amount for share in self.shares), Decimal("0.00"))

    @property
    def tax_fen(self) -> int:
        """The same in fen."""
        return to_fen(self.tax)


def lines_of(session: Session, claim: ClaimRow) -> list[LineTax]:
    """The claim's lines with their deductible tax as it stands."""
    taken = taken_of(session, [claim.id]).get(claim.id, {})
    ruled = rulings_of(session, [claim.id])
    shares = shares_of(claim, taken, policies.of_claim(claim), ruled)
    names = select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_({row.by_id for row in ruled.values()}))
    by = {row[0]: row[1] for row in session.execute(names)}
    return [
        LineTax(line, shares.get(line.id, ()), held := ruled.get(line.id), by.get(held.by_id, "") if held else "")
        for line in claim.lines
    ]


def rule(by: PersonRow, claim_no: str, position: int, tax: Decimal | None, reason: str) -> None:
    """Say what of a line's tax is deducted, and why; None goes back to what the policy says."""
    finance_only(by)
    with transaction() as session:
        line = _line(session, claim_no, position)
        _refuse_unruly(session, line, tax, reason)
        row = session.get(LineInputTaxRow, line.id)
        if tax is None:
            if row:
                session.delete(row)
        else:
            row = row or LineInputTaxRow(line_id=line.id)
            row.tax_fen, row.reason, row.by_id, row.at = to_fen(tax), reason.strip()[:300], by.id, now()
            session.add(row)
        told = {"line": position, "tax": f"{tax:.2f}" if tax is not None else None, "reason": reason.strip()[:300]}
        record(session, chain_of(line.claim), "input_tax_ruled", by.id, now(), told)


def _refuse_unruly(session: Session, line: ExpenseLineRow, tax: Decimal | None, reason: str) -> None:
    if not reason.strip():
        raise Refused("请写明原因。", "Say why.")
    if tax is not None and (not 0 <= tax <= max(from_fen(line.amount_fen), Decimal(0)) or tax != cents(tax)):
        raise Refused(
            "可抵扣税额应在 0 与该行金额之间，最多两位小数。",
            "The tax lies between nothing and the line's amount, with two decimal places.",
        )
    if tax and not line.invoices:
        raise Refused("该行没有发票，无税可抵。", "The line has no invoice: there is no tax to deduct.")
    batch = select(BatchRow.state).join(BatchClaimRow).where(BatchClaimRow.claim_id == line.claim_id)
    if session.scalar(batch) not in (None, "open"):
        raise Refused("批次已冻结，不能再改。", "The batch is frozen and cannot be changed.")


def _line(session: Session, claim_no: str, position: int) -> ExpenseLineRow:
    query = select(ExpenseLineRow).join(ClaimRow).where(ClaimRow.claim_no == claim_no)
    line = session.scalar(query.where(ExpenseLineRow.position == position, ClaimRow.state.in_(RULED_ON)))
    if line is None:
        raise NotFound
    return line


def _parts(claim: ClaimRow, invoice: InvoiceRow, taken: Mapping[InvoiceKey, int], policy: Policy) -> list[_Part]:
    """The tax of what is taken of the invoice, spread over its lines by their amounts; each line by its category."""
    lines = [line for line in claim.lines if invoice in line.invoices]
    held = taken.get(invoice.key, 0) if invoice.key else 0
    if not lines or not held or not invoice.total_fen or invoice.data.get("currency", CNY) != CNY:
        return []
    stated = invoice_from_json(invoice.data)
    weights = [abs(line.amount_fen) for line in lines]
    parts = []
    for place, line in enumerate(lines):
        tax = input_tax(stated, {line.category}, policy)
        of_taken = cents(tax.amount * min(held, abs(invoice.total_fen)) / abs(invoice.total_fen))
        parts.append(_Part(line, invoice, share(to_fen(of_taken), weights)[place], tax.basis))
    return parts


def _ruled(line: ExpenseLineRow, parts: list[_Part], ruling: LineInputTaxRow) -> list[_Part]:
    """The line's tax as it was ruled, over its invoices as the policy would have it, else equally."""
    by_invoice = {part.invoice.id: part.fen for part in parts}
    weights = [abs(by_invoice.get(invoice.id, 0)) for invoice in line.invoices]
    basis = Text(f"财务核定：{ruling.reason}", f"ruled by finance: {ruling.reason}")
    fens = share(ruling.tax_fen, weights)
    return [_Part(line, invoice, fen, basis) for invoice, fen in zip(line.invoices, fens, strict=True)]


def _share(part: _Part) -> TaxShare:
    invoice = part.invoice
    return TaxShare(
        str(invoice.key),
        from_fen(part.fen),
        invoice.seller_name or "",
        invoice.seller_tax_id or "",
        part.basis.zh,
        part.basis.en,
    )
