"""A batch as one JSON document, written claim by claim: amounts as decimal strings, codes beside their words."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO

from reimburse.domain.money import money_text
from reimburse.export.rows import InvoiceUse, LineRow, kind_words, paid_by_words


class BatchJson:
    """``{"batch_no", "legal_entity", "tax_id", "claims": [{"claim_no", "lines", "invoices"}], "control"}``."""

    def __init__(self, target: BinaryIO, batch_no: str, legal_entity: str, tax_id: str) -> None:
        self._target, self._separator = target, ""
        head = {"batch_no": batch_no, "legal_entity": legal_entity, "tax_id": tax_id}
        self._write(f'{_text(head)[:-1]},"claims":[')

    def add(self, lines: Sequence[LineRow], invoices: Sequence[InvoiceUse]) -> None:
        """The next claim."""
        claim = {
            "claim_no": lines[0].claim_no,
            "lines": [_line(line) for line in lines],
            "invoices": [_invoice(invoice) for invoice in invoices],
        }
        self._write(f"{self._separator}\n{_text(claim)}")
        self._separator = ","

    def close(self, control: Mapping[str, Any]) -> None:
        """The control totals, in fen, end the document."""
        self._write(f'\n],"control":{_text(control)}}}\n')

    def _write(self, text: str) -> None:
        self._target.write(text.encode())


def _line(line: LineRow) -> dict[str, Any]:
    words = {"paid_by_words": paid_by_words(line.paid_by), "tax": line.tax, "net": line.net}
    return {**asdict(line), **words}


def _invoice(invoice: InvoiceUse) -> dict[str, Any]:
    return {**asdict(invoice), "kind_words": kind_words(invoice.kind)}


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return money_text(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"not for JSON: {value!r}")
