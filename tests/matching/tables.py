"""Rows as tables, and the comparison of names that tests lend to the checker."""

from datetime import date

from reimburse.domain.money import from_fen
from reimburse.matching.memos import stands_in
from reimburse.matching.names import is_blank, likeness
from reimburse.matching.rows import InvoiceRow, PaymentRow

FIRST_DAY = date(2026, 3, 1).toordinal()


def invoice(row_id: str, day: int, seller: str, fen: int, number: str = "") -> InvoiceRow:
    return InvoiceRow(row_id, date.fromordinal(FIRST_DAY + day), seller, fen, number)


def payment(row_id: str, day: int, payee: str, fen: int, memo: str = "") -> PaymentRow:
    return PaymentRow(row_id, date.fromordinal(FIRST_DAY + day), payee, fen, memo)


def invoice_cells(row: InvoiceRow) -> dict[str, str]:
    return {
        "id": row.id,
        "issue_date": f"{row.issue_date}",
        "seller_name": row.seller_name,
        "total_incl_tax": f"{from_fen(row.total_fen)}",
        "number": row.number,
    }


def payment_cells(row: PaymentRow) -> dict[str, str]:
    return {
        "id": row.id,
        "paid_on": f"{row.paid_on}",
        "payee": row.payee,
        "amount": f"{from_fen(row.amount_fen)}",
        "memo": row.memo,
    }


def tied(one: dict[str, str], other: dict[str, str]) -> bool:
    days = abs((date.fromisoformat(one["issue_date"]) - date.fromisoformat(other["paid_on"])).days)
    return (
        likeness(other["payee"], one["seller_name"]) is not None
        or stands_in(one["number"], other["memo"])
        or (is_blank(other["payee"]) and days <= 7)
    )
