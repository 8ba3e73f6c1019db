"""What other claims hold of a seller's invoices, next to those of a claim in number or in time (R-105, X-07)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from reimburse.domain.invoice_json import Json
from reimburse.domain.money import from_fen, money_text, to_fen
from reimburse.domain.workflow import ClaimState
from reimburse.services import policies
from reimburse.store.claims import ClaimInvoiceRow, ClaimRow, ExpenseLineRow, LineInvoiceRow
from reimburse.store.invoices import InvoiceRow
from reimburse.store.people import PersonRow
from rules.parameters import Parameters
from rules.patterns import SPLIT_CATEGORY

MOST = 100
NOT_USED = (ClaimState.DELETED.value, ClaimState.REJECTED.value, ClaimState.REVERSED.value)


def neighbours_of(session: Session, claim: ClaimRow) -> dict[str, list[Json]]:
    """By the seller's tax id, in the form that the rules read; submitted claims only, each an index look-up."""
    parameters = policies.parameters_of(claim)
    near = [condition for row in claim.invoices for condition in _near(row, parameters)]
    if not near:
        return {}
    own = {(row.code, row.number) for row in claim.invoices}
    found: dict[str, dict[tuple[str, str], Json]] = {}
    for row in session.execute(_query(claim, or_(*near))):
        if (row.code, row.number) not in own:
            found.setdefault(row.seller_tax_id, {}).setdefault((row.code, row.number), _neighbour(row))
    return {tax_id: [near[key] for key in sorted(near)] for tax_id, near in found.items()}


def _query(claim: ClaimRow, near: ColumnElement[bool]) -> Any:
    entertaining = (
        select(ExpenseLineRow.id)
        .join(LineInvoiceRow, LineInvoiceRow.line_id == ExpenseLineRow.id)
        .where(LineInvoiceRow.invoice_id == InvoiceRow.id, ExpenseLineRow.claim_id == ClaimRow.id)
        .where(ExpenseLineRow.category == SPLIT_CATEGORY)
    )
    return (
        select(
            InvoiceRow.code,
            InvoiceRow.number,
            InvoiceRow.seller_tax_id,
            InvoiceRow.issue_date,
            InvoiceRow.total_fen,
            ClaimRow.claim_no,
            PersonRow.employee_no,
            exists(entertaining).label("entertainment"),
        )
        .join(ClaimInvoiceRow, ClaimInvoiceRow.invoice_id == InvoiceRow.id)
        .join(ClaimRow, ClaimRow.id == ClaimInvoiceRow.claim_id)
        .join(PersonRow, PersonRow.id == ClaimRow.claimant_id)
        .where(near, ClaimRow.id != claim.id, ClaimRow.round > 0, ClaimRow.state.not_in(NOT_USED))
        .order_by(ClaimRow.id, InvoiceRow.id)
        .limit(MOST)
    )


def _near(row: InvoiceRow, parameters: Parameters) -> Iterator[ColumnElement[bool]]:
    """Consecutive numbers; and where the total stands just under a threshold, those of the same days that do too."""
    if not row.seller_tax_id or not row.number:
        return
    of_seller = InvoiceRow.seller_tax_id == row.seller_tax_id
    beside = numbers_beside(row.number, parameters.consecutive_run - 1)
    if beside:
        yield and_(InvoiceRow.code == row.code, InvoiceRow.number.in_(beside), of_seller)
    share = parameters.split_under_share
    for threshold in (parameters.request_over, parameters.large_spend_over):
        least, most = to_fen(threshold * (1 - share)), to_fen(threshold)
        if row.issue_date and row.total_fen is not None and least <= row.total_fen <= most:
            window = timedelta(days=parameters.split_window_days)
            days = InvoiceRow.issue_date.between(row.issue_date - window, row.issue_date + window)
            yield and_(of_seller, days, InvoiceRow.total_fen.between(least, most))


def numbers_beside(number: str, reach: int) -> list[str]:
    """The numbers before and after, as many digits long.

    >>> numbers_beside("0009", 2)
    ['0007', '0008', '0010', '0011']
    """
    if not (number.isascii() and number.isdecimal()):
        return []
    near = (int(number) + step for step in range(-reach, reach + 1) if step)
    return [f"{value:0{len(number)}}" for value in near if 0 <= value < 10 ** len(number)]


def _neighbour(row: Any) -> Json:
    return {
        "number": row.number,
        "claim_no": row.claim_no,
        "code": row.code or None,
        "employee_id": row.employee_no,
        "issue_date": row.issue_date.isoformat() if row.issue_date else None,
        "total_incl_tax": None if row.total_fen is None else money_text(from_fen(row.total_fen)),
        "entertainment": bool(row.entertainment),
    }
