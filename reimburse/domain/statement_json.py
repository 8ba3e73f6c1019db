"""The JSON forms of a statement: a row as CONTRACTS has it, and the whole of it for another process."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from reimburse.domain.finding import Text
from reimburse.domain.money import money_text
from reimburse.domain.statement import Direction, Nature, SkippedRow, StatedTotal, Statement, StatementRow

Json = dict[str, Any]


def row_to_json(row: StatementRow) -> Json:
    """A row's fields in the order of CONTRACTS; ``paid_at`` is ISO with +08:00, what is missing null."""
    return {
        "row": row.row,
        "id": row.id,
        "paid_on": row.paid_on.isoformat(),
        "paid_at": row.paid_at.isoformat() if row.paid_at else None,
        "direction": row.direction.value,
        "amount": money_text(row.amount),
        "currency": row.currency,
        "payee": row.payee,
        "payee_account": row.payee_account,
        "memo": row.memo,
        "status": row.status,
        "fee": None if row.fee is None else money_text(row.fee),
    }


def skipped_to_json(skipped: SkippedRow) -> Json:
    """A row left out, with the reason in both languages."""
    return {"row": skipped.row, "why": f"{skipped.why.zh} / {skipped.why.en}"}


def statement_to_json(statement: Statement) -> Json:
    """All of a statement; ``statement_from_json`` reads it back."""
    return {
        "profile": statement.profile,
        "account": statement.account,
        "part": statement.part,
        "rows": [
            {**row_to_json(row), "nature": row.nature.value, "method": row.method, "reference": row.reference}
            for row in statement.rows
        ],
        "skipped": [{"row": left.row, "zh": left.why.zh, "en": left.why.en} for left in statement.skipped],
        "stated": [
            [total.direction.value, total.count, None if total.amount is None else money_text(total.amount)]
            for total in statement.stated
        ],
    }


def statement_from_json(data: Mapping[str, Any]) -> Statement:
    """The statement that ``statement_to_json`` gave."""
    return Statement(
        profile=data["profile"],
        account=data["account"],
        rows=tuple(map(_row, data["rows"])),
        skipped=tuple(SkippedRow(left["row"], Text(left["zh"], left["en"])) for left in data["skipped"]),
        part=data["part"],
        stated=tuple(
            StatedTotal(Direction(way), count, None if amount is None else Decimal(amount))
            for way, count, amount in data["stated"]
        ),
    )


def _row(data: Mapping[str, Any]) -> StatementRow:
    return StatementRow(
        **{
            **data,
            "paid_on": date.fromisoformat(data["paid_on"]),
            "paid_at": data["paid_at"] and datetime.fromisoformat(data["paid_at"]),
            "direction": Direction(data["direction"]),
            "amount": Decimal(data["amount"]),
            "fee": None if data["fee"] is None else Decimal(data["fee"]),
            "nature": Nature(data["nature"]),
        }
    )
