"""What one claim adds to the reports: its spending by each dimension, its way through the house, what sent it back."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reimburse.domain.money import share, to_fen
from reimburse.domain.workflow import ClaimState
from reimburse.services.claims.workflow import chain_of
from reimburse.store.claims import CheckRow, ClaimInvoiceRow, ClaimRow, ExpenseLineRow
from reimburse.store.documents import DocumentRow, ReadingRow
from reimburse.store.events import EventRow

S = ClaimState
SPENT = frozenset({S.APPROVED, S.BATCHED, S.EXPORTED, S.PAID, S.REVERSED})
"""States in which the money counts as spent. A reversed claim stays; the claim that mirrors it takes it off again."""
DUPLICATES = frozenset({"X-03", "X-04", "X-05"})
SENT_BACK = frozenset({"return", "block"})
PACES = ((1, "1"), (3, "3"), (7, "7"), (30, "30"))
"""Days from upload to paid, each with the value under which it is counted; what took longer is ``more``."""
STAGES = (("prepare", "upload", "submit"), ("decide", "submit", "approve"), ("book", "approve", "export"))
LAST_STAGES = (("pay", "export", "pay"), ("whole", "upload", "pay"))
STEPS = {
    "submit": "submit",
    "approve": "approve",
    "approve_automatically": "approve",
    "export": "export",
    "pay": "pay",
}


@dataclass(slots=True)
class Amounts:
    """What is added to one figure: how many, how much in fen, how long in minutes."""

    number: int = 0
    fen: int = 0
    minutes: int = 0


Figures = dict[tuple[str, str], Amounts]
"""By dimension and value."""


def figures_of(session: Session, claim: ClaimRow) -> Figures:
    """Everything that this claim adds, as it stands now."""
    found: Figures = defaultdict(Amounts)
    if claim.submitted_on is None or claim.state == S.DELETED:
        return found
    if claim.reversal_of_id:
        _add_spending(found, claim, session.get_one(ClaimRow, claim.reversal_of_id))
        return found
    moves = list(session.scalars(select(EventRow).where(EventRow.chain == chain_of(claim)).order_by(EventRow.seq)))
    if claim.state in SPENT:
        _add_spending(found, claim, claim)
        _add_cycle(found, _instants(session, claim, moves))
    _add_first_pass(found, claim, moves)
    _add_checks(found, session.scalars(select(CheckRow).where(CheckRow.claim_id == claim.id)))
    return found


def _add_spending(found: Figures, claim: ClaimRow, named: ClaimRow) -> None:
    """What the claim spends; ``named`` is the claim whose lines name the invoices: of a mirror, what it mirrors."""
    sign = 1 if named is claim else -1
    _add(found, "spend", "", claim.total_fen)
    _add(found, "entity", str(claim.legal_entity_id), claim.total_fen)
    _add(found, "project", claim.project or "", claim.total_fen)
    _add(found, "cost_center", claim.cost_center, claim.total_fen)
    by_category: dict[str, int] = defaultdict(int)
    by_supplier: dict[str, int] = defaultdict(int)
    for line in claim.lines:
        by_category[line.category] += line.amount_fen
    for line in named.lines:
        for seller, fen in _by_seller(line):
            by_supplier[seller] += sign * fen
    for dimension, sums in (("category", by_category), ("supplier", by_supplier)):
        for value, fen in sums.items():
            _add(found, dimension, value, fen)


def _by_seller(line: ExpenseLineRow) -> Iterator[tuple[str, int]]:
    """The line's amount over its invoices' sellers, in proportion to the invoices; '' where none is named."""
    if not line.invoices:
        yield "", line.amount_fen
        return
    parts = share(line.amount_fen, [abs(invoice.total_fen or 0) for invoice in line.invoices])
    yield from ((invoice.seller_tax_id or "", fen) for invoice, fen in zip(line.invoices, parts, strict=True))


def _instants(session: Session, claim: ClaimRow, moves: Iterable[EventRow]) -> dict[str, datetime]:
    """When each step was taken: the first submission, and the last time of everything after it."""
    instants: dict[str, datetime] = {}
    for move in moves:
        if move.kind == "bank_return":
            instants.pop("pay", None)
        step = STEPS.get(move.kind)
        if step and not (step == "submit" and step in instants):
            instants[step] = move.at
    uploaded = (
        select(func.min(DocumentRow.uploaded_at))
        .join(ReadingRow, ReadingRow.document_id == DocumentRow.id)
        .join(ClaimInvoiceRow, ClaimInvoiceRow.invoice_id == ReadingRow.invoice_id)
        .where(ClaimInvoiceRow.claim_id == claim.id)
    )
    first = session.scalar(uploaded)
    return {**instants, "upload": first} if first else instants


def _add_cycle(found: Figures, instants: dict[str, datetime]) -> None:
    for stage, begin, end in (*STAGES, *LAST_STAGES):
        if begin in instants and end in instants:
            minutes = max(int((instants[end] - instants[begin]).total_seconds() // 60), 0)
            found["cycle", stage] = Amounts(1, 0, minutes)
            if stage == "whole":
                found["pace", _pace(minutes)] = Amounts(1, 0, minutes)


def _pace(minutes: int) -> str:
    return next((value for days, value in PACES if minutes <= days * 24 * 60), "more")


def _add_first_pass(found: Figures, claim: ClaimRow, moves: Iterable[EventRow]) -> None:
    if any(move.kind == "return" for move in moves):
        _add(found, "first_pass", "again", claim.total_fen)
    elif claim.state in SPENT:
        _add(found, "first_pass", "first", claim.total_fen)


def _add_checks(found: Figures, checks: Iterable[CheckRow]) -> None:
    caught: dict[tuple[str, str], int] = {}
    for check in checks:
        findings = json.loads(check.answer).get("findings", [])
        if check.verdict in SENT_BACK:
            for rule in {finding["rule"] for finding in findings if finding["severity"] in SENT_BACK}:
                found["return_rule", rule].number += 1
        duplicates = [finding for finding in findings if finding["rule"] in DUPLICATES]
        totals = _totals(check) if duplicates else {}
        for finding in duplicates:
            invoice = str(finding["subject"].get("invoice", ""))
            caught[finding["rule"], invoice] = totals.get(invoice, 0)
    for (rule, _), fen in caught.items():
        _add(found, "duplicate", rule, fen)


def _totals(check: CheckRow) -> dict[str, int]:
    """The totals in fen of the invoices that the check was given."""
    given = json.loads(check.facts).get("invoices", [])
    return {
        str(invoice["id"]): to_fen(Decimal(invoice["total_incl_tax"]))
        for invoice in given
        if invoice.get("total_incl_tax")
    }


def _add(found: Figures, dimension: str, value: str, fen: int) -> None:
    amounts = found[dimension, value[:100]]
    amounts.number += 1
    amounts.fen += fen
