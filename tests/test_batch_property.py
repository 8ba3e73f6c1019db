"""Whatever is claimed: the control totals, the tables, the vouchers and every layout of them say the same, twice."""

import csv
import io
import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from reimburse.domain.invoice import InvoiceKind
from reimburse.domain.ledger import Side, total_of
from reimburse.domain.money import from_fen
from reimburse.services.archive import archive_roots
from reimburse.services.month_end import batch_files, batch_vouchers
from reimburse.store.batches import BatchRow
from reimburse.store.db import db
from tests.batch_stories import approved
from tests.booked import DAY, chart, claim, entries, line
from tests.builders import Spent
from tests.taxed_batches import frozen, taxed
from tests.test_voucher_layouts import LAYOUTS, READ_BACK, written

PAID_BY = st.sampled_from(["employee", "company_card", "company_transfer", "advance"])
CATEGORY = st.sampled_from(["travel_lodging", "entertainment", "office_supplies", "meeting", "other"])
KIND = st.sampled_from([InvoiceKind.SPECIAL_DIGITAL, InvoiceKind.GENERAL_DIGITAL, InvoiceKind.TOLL])
FEN = st.integers(1, 90_000_000)
LINES = st.lists(st.tuples(FEN, CATEGORY, PAID_BY, KIND, st.booleans()), min_size=1, max_size=4)
CLAIMS = st.lists(st.tuples(st.sampled_from(["lin", "wu", "zhao"]), LINES), min_size=1, max_size=3)
TEXT = st.text(st.sampled_from("上海住宿两晚=+-@,;|\"'<&>\n\t AZ09"), max_size=70)
BOOKED = st.lists(st.tuples(FEN, st.booleans(), PAID_BY, TEXT), min_size=1, max_size=5)


def text_of(fen: int) -> str:
    return f"{from_fen(fen):.2f}"


def frozen_of(company: dict[str, int], drawn: list[Any]) -> BatchRow:
    claims = []
    for login, lines in drawn:
        spent = [Spent(text_of(fen), None, category, {"paid_by": by}) for fen, category, by, _, _ in lines]
        spent += [
            Spent(text_of(-fen % -300 - 1), (), category, {"paid_by": by, "adjustment": "discount"})
            for fen, category, by, _, discounted in lines
            if discounted
        ]
        claims.append(approved(company, *spent, claimant=login))
        for invoice, (fen, _, _, kind, _) in zip(claims[-1].invoices, lines, strict=False):
            taxed(invoice, text_of(fen * 6 // 106), kind)
    return frozen(company, *claims)


def read(batch: BatchRow, name: str) -> bytes:
    return b"".join(batch_files.stream(batch, name)[0])


def sums_of(batch: BatchRow) -> set[Decimal]:
    """The sum of all lines as each of the tables says it."""
    table = list(csv.reader(io.StringIO(read(batch, "lines.csv").decode("utf-8-sig"))))
    place = next(place for place, words in enumerate(table[0]) if words.startswith("金额"))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(read(batch, "batch.xlsx"))).get_sheet_by_index(1).to_python()
    at = next(
        (row, cell) for row, cells in enumerate(sheet) for cell, text in enumerate(cells) if text == table[0][place]
    )
    told = json.loads(read(batch, "batch.json"))
    in_sheet = [row[at[1]] for row in sheet[at[0] + 1 : at[0] + len(table)]]
    return {
        sum((Decimal(row[place]) for row in table[1:]), Decimal(0)),
        sum((Decimal(one["amount"]) for claim in told["claims"] for one in claim["lines"]), Decimal(0)),
        sum((Decimal(str(value)) for value in in_sheet), Decimal(0)),
    }


@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CLAIMS)
def test_everything_written_of_a_batch_says_the_same(company: dict[str, int], drawn: list[Any]) -> None:
    batch = frozen_of(company, drawn)
    control, total = batch.control, from_fen(batch.control["total_fen"])
    postings = [posting for entry in batch_vouchers.entries_of(batch) for posting in entry.postings]
    assert {total_of(postings, Side.DEBIT), total_of(postings, Side.CREDIT)} == {total}
    assert sums_of(batch) == {total}
    assert sum(control["by_paid_by_fen"].values()) == sum(control["by_category_fen"].values()) == control["total_fen"]
    again = batch_files.write(db.session(), batch, batch.frozen_at, lambda _: None)
    assert archive_roots.rooted(again) == control


@pytest.mark.parametrize("name", sorted(LAYOUTS))
@settings(max_examples=25, deadline=None, derandomize=True)
@given(BOOKED, st.sampled_from(["claim", "batch"]))
def test_a_layout_adds_up_whatever_is_booked(name: str, drawn: list[Any], per: str) -> None:
    lines = [
        line(
            text_of(fen), place, text_of(fen * 6 // 106) if taxed_ and fen > 20 else None, paid_by=by, description=words
        )
        for place, (fen, taxed_, by, words) in enumerate(drawn, start=1)
    ]
    made = list(entries([claim(*lines)], chart(one_voucher_per=per), date(DAY.year, DAY.month, 1), "PC202611-0001"))
    total = sum((one.amount for one in lines), Decimal(0))
    data = written(LAYOUTS[name], made)
    assert READ_BACK[name](data) == (total, total)
    assert data == written(LAYOUTS[name], made)
