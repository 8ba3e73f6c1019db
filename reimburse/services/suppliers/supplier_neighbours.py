"""What other claims hold of a seller's invoices, next to those of a claim in number or in time (R-105, X-07)."""

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Subquery, and_, exists, or_, select, tuple_

from reimburse.domain.invoice_json import Json
from reimburse.domain.money import from_fen, money_text, to_fen
from reimburse.domain.workflow import ClaimState
from reimburse.services.policy import policies
from reimburse.store.claims import ClaimInvoiceRow, ClaimRow, ExpenseLineRow, LineInvoiceRow
from reimburse.store.invoices import InvoiceRow
from reimburse.store.people import PersonRow
from rules.parameters import Parameters
from rules.patterns import SPLIT_CATEGORY

MOST = 100
NOT_USED = (ClaimState.DELETED.value, ClaimState.REJECTED.value, ClaimState.REVERSED.value)


def near_invoices(claim: ClaimRow) -> Subquery | None:
    """Invoices in submitted claims of anyone beside those of this claim, each by an index; None: nothing to look for.

    The columns after ``seller_tax_id`` are the arguments of ``neighbour``.
    """
    parameters = policies.parameters_of(claim)
    near = [condition for row in claim.invoices for condition in _near(row, parameters)]
    if not near:
        return None
    own = [(row.code, row.number) for row in claim.invoices if row.number]
    entertaining = (
        select(ExpenseLineRow.id)
        .join(LineInvoiceRow, LineInvoiceRow.line_id == ExpenseLineRow.id)
        .where(LineInvoiceRow.invoice_id == InvoiceRow.id, ExpenseLineRow.claim_id == ClaimRow.id)
        .where(ExpenseLineRow.category == SPLIT_CATEGORY)
    )
    columns = (InvoiceRow.seller_tax_id, InvoiceRow.code, InvoiceRow.number, InvoiceRow.issue_date)
    return (
        select(
            *columns,
            InvoiceRow.total_fen,
            ClaimRow.claim_no,
            PersonRow.employee_no,
            exists(entertaining).label("dined"),
        )
        .join(ClaimInvoiceRow, ClaimInvoiceRow.invoice_id == InvoiceRow.id)
        .join(ClaimRow, ClaimRow.id == ClaimInvoiceRow.claim_id)
        .join(PersonRow, PersonRow.id == ClaimRow.claimant_id)
        .where(or_(*near), tuple_(InvoiceRow.code, InvoiceRow.number).not_in(own))
        .where(ClaimRow.id != claim.id, ClaimRow.round > 0, ClaimRow.state.not_in(NOT_USED))
        .order_by(ClaimRow.id, InvoiceRow.id)
        .limit(MOST)
        .subquery("near")
    )


def neighbour(
    code: str, number: str, issued: date | None, total_fen: int | None, claim_no: str, by: str, dined: bool
) -> Json:
    """An entry of ``suppliers.neighbours``."""
    return {
        "number": number,
        "claim_no": claim_no,
        "code": code or None,
        "employee_id": by,
        "issue_date": issued.isoformat() if issued else None,
        "total_incl_tax": None if total_fen is None else money_text(from_fen(total_fen)),
        "entertainment": bool(dined),
    }


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
