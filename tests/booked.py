"""Lines of claims as they are booked, for the tests of vouchers and payment files, and a reader of dBASE tables."""

import struct
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from reimburse.domain.ledger import LedgerEntry
from reimburse.export.chart import Chart, load_chart
from reimburse.export.rows import LineRow, TaxShare
from reimburse.export.voucher import ClaimToBook, Vouchers
from reimburse.export.voucher_rows import VoucherHead

CONFIG = Path(__file__).resolve().parent.parent / "config"
DAY = date(2026, 11, 30)
MADE = datetime(2026, 11, 30, 2, 3, 4, tzinfo=UTC)
BATCH_NO = "PC202611-0001"
HEAD = VoucherHead(BATCH_NO, "示例云帆科技有限公司", "91990000MA0DEM0011", "孙六")
HOTEL, HOTEL_ID = "示例酒店管理有限公司", "91990000MA0DEM0024"


def chart(**changes: Any) -> Chart:
    return msgspec.structs.replace(load_chart(CONFIG / "vouchers"), **changes)


def line(amount: str, position: int = 1, tax: str | None = None, **fields: Any) -> LineRow:
    invoice = f"2699000000000000{position:04}"
    known: dict[str, Any] = {
        "row": position, "claim_no": "BX-1", "position": position, "employee_no": "E001", "employee": "林一",
        "department": "研发部", "cost_center": "CC-100", "project": "P-7", "category": "travel_lodging",
        "account": "6602.01", "description": "上海住宿, 两晚", "occurred_on": DAY, "amount": Decimal(amount),
        "paid_by": "employee", "invoices": (invoice,), "files": (), "category_name": "差旅住宿费",
        "category_en": "Travel, lodging", "account_name": "管理费用-差旅费", "supplier": HOTEL,
        "supplier_tax_id": HOTEL_ID, "legal_entity": HEAD.legal_entity,
    }  # fmt: skip
    if tax is not None:
        known["taxes"] = (TaxShare(invoice, Decimal(tax), HOTEL, HOTEL_ID, "票面税额"),)
    return LineRow(**{**known, **fields})


def claim(*lines: LineRow, claim_no: str = "BX-1", attachments: int = 2) -> ClaimToBook:
    return ClaimToBook(claim_no, lines, attachments)


def two_claims() -> list[ClaimToBook]:
    first = claim(line("1060.00", 1, "60.00"), line("-0.50", 2, adjustment="rounding", invoices=(), description="抹零"))
    second = claim(
        line("88.00", 1, claim_no="BX-2", employee_no="E002", employee="吴二", project=None, category="entertainment",
             category_name="业务招待费", account="6602.03", account_name="管理费用-业务招待费", description="=客户晚餐"),
        line("300.00", 2, "17.00", claim_no="BX-2", employee_no="E002", employee="吴二", paid_by="company_card"),
        line("50.00", 3, claim_no="BX-2", employee_no="E002", employee="吴二", paid_by="advance"),
        line("40.00", 4, claim_no="BX-2", employee_no="E002", employee="吴二", paid_by="company_transfer"),
        claim_no="BX-2",
    )  # fmt: skip
    return [first, second]


def entries(claims: Iterable[ClaimToBook], chart: Chart, made_on: date, batch_no: str) -> Iterator[LedgerEntry]:
    """The balanced entries of these claims."""
    vouchers = Vouchers(chart, made_on, batch_no)
    made = (vouchers.add(claim) for claim in claims)
    yield from (entry for entry in made if entry)
    if last := vouchers.finish():
        yield last


def booked(**changes: Any) -> list[LedgerEntry]:
    return list(entries(two_claims(), chart(**changes), DAY, BATCH_NO))


def read_dbf(data: bytes, encoding: str = "gbk") -> Iterator[dict[str, str]]:
    count, head, size = struct.unpack_from("<IHH", data, 4)
    fields = []
    for place in range(32, head - 1, 32):
        name, kind, width = struct.unpack_from("<11sc4xB", data, place)
        fields.append((name.rstrip(b"\0").decode(), kind, width))
    assert data[head - 1 : head] == b"\r"
    assert size == 1 + sum(width for _, _, width in fields)
    assert data[head + count * size :] == b"\x1a"
    for number in range(count):
        at = head + number * size + 1
        row = {}
        for name, _, width in fields:
            row[name] = data[at : at + width].decode(encoding).strip()
            at += width
        yield row
