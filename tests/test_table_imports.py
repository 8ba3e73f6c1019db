"""Tables of bills, orders and receipts: looked at, taken in once, the rest told."""

from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import func, select

from reimburse.services.deals import table_imports
from reimburse.services.errors import NotFound, Refused
from reimburse.store.bills import BillRow, GoodsReceiptRow, OrderRow, TableImportRow
from reimburse.store.db import db
from reimburse.store.people import LegalEntityRow, PersonRow
from tests.wallets import READER

HEAD = "供应商,账期,账单金额,账单编号,扣款日期,负责人\n"
CLOUD = "样例云计算有限公司,2026-03,1280.50,B-3,,E001\n"


@pytest.fixture(autouse=True)
def _one_reader(app: Flask) -> None:
    app.extensions["sandbox"] = READER


def person(company: dict[str, int], login: str) -> PersonRow:
    return db.session.get_one(PersonRow, company[login])


def take(company: dict[str, int], kind: str, text: str, login: str = "sun") -> TableImportRow:
    """Receive and run one table; the import as it stands then."""
    by = person(company, login)
    entity = db.session.scalars(select(LegalEntityRow.id)).first() or 0
    import_id = table_imports.receive(by, kind, entity, f"{kind}.csv", text.encode())
    row = table_imports.shown(by, import_id).row
    table_imports.run(by, import_id, row.version)
    return db.session.get_one(TableImportRow, import_id, populate_existing=True)


def counted(row: TableImportRow) -> tuple[int, int, int, list[tuple[int, str]]]:
    return row.added, row.completed, row.known, [(one["row"], one["zh"]) for one in row.left_out]


def test_a_table_is_taken_in_and_what_is_broken_is_told(company: dict[str, int]) -> None:
    broken = "样例云计算有限公司,2026-04,十元,B-4,,\n样例云计算有限公司,2026-05,5,B-5,,没有这人\n合计,,1285.50,,,\n"
    row = take(company, "bills", HEAD + CLOUD + broken)
    told = [(3, "账单金额：“十元”不是两位小数的金额"), (4, "找不到负责人“没有这人”"), (5, "合计行，不是明细")]
    assert (row.rows, *counted(row)) == (4, 1, 0, 0, told)
    bill = db.session.scalars(select(BillRow)).one()
    assert (bill.amount_fen, bill.owner_id, bill.counts_from) == (128050, company["lin"], date(2026, 3, 31))


def test_the_same_file_again_adds_nothing(company: dict[str, int]) -> None:
    first = take(company, "bills", HEAD + CLOUD)
    again = take(company, "bills", HEAD + CLOUD)
    assert (again.id, counted(again)) == (first.id, (0, 0, 1, []))
    assert db.session.scalar(select(func.count()).select_from(BillRow)) == 1


def test_a_later_table_completes_what_was_blank_and_overwrites_nothing(company: dict[str, int]) -> None:
    take(company, "bills", HEAD + CLOUD)
    settled = take(company, "bills", HEAD + "样例云计算有限公司,2026-03,1280.50,B-3,2026-04-03,\n")
    assert counted(settled) == (0, 1, 0, [])
    bill = db.session.scalars(select(BillRow)).one()
    assert (bill.settled_on, bill.counts_from, bill.owner_id) == (date(2026, 4, 3), date(2026, 4, 3), company["lin"])
    other = take(company, "bills", HEAD + "样例云计算有限公司,2026-03,1280.51,B-3,2026-04-03,\n")
    assert counted(other)[3] == [(2, "已有记录，内容不同：金额 1280.50 → 1280.51")]


def test_a_bill_twice_in_one_table_counts_once(company: dict[str, int]) -> None:
    row = take(company, "bills", HEAD + CLOUD + CLOUD + CLOUD.replace("1280.50", "9.00"))
    assert counted(row) == (1, 0, 1, [(4, "与第 2 行重复，内容不同")])


def test_brackets_do_not_make_another_supplier(company: dict[str, int]) -> None:
    take(company, "bills", HEAD + "样例云（北京）有限公司,2026-03,5,B-1,,\n")
    row = take(company, "bills", HEAD + "样例云(北京)有限公司,2026-03,5,B-1,,\n")
    assert counted(row)[:3] == (0, 0, 1)


def test_orders_with_lines_and_their_receipts(company: dict[str, int]) -> None:
    orders = "订单号,供应商,订单总额,品名,单位,数量,不含税单价\nPO-1,样例五金有限公司,1130,螺丝,盒,10,50\nPO-1,样例五金有限公司,1130,螺母,盒,5,100\n"
    assert counted(take(company, "orders", orders)) == (1, 0, 0, [])
    assert counted(take(company, "orders", orders + "\n\n")) == (0, 0, 1, [])
    other = take(company, "orders", orders.replace("盒,10", "盒,11"))
    assert counted(other)[3] == [(2, "已有记录，明细不同")]
    receipts = "订单号,单据号,日期,品名,数量\nPO-1,RK-1,2026-03-12,螺丝,10\nPO-1,RK-1,2026-03-12,螺母,5\nPO-9,RK-2,2026-03-12,钉子,1\n"
    row = take(company, "receipts", receipts)
    assert counted(row) == (1, 0, 0, [(4, "没有写明交货方，订单 PO-9 也不在库中")])
    receipt = db.session.scalars(select(GoodsReceiptRow)).one()
    assert (receipt.party, [(line.item_name, line.quantity) for line in receipt.lines]) == (
        "样例五金有限公司",
        [("螺丝", Decimal(10)), ("螺母", Decimal(5))],
    )
    assert len(db.session.scalars(select(OrderRow)).one().lines) == 2


ORDERS = "订单号,供应商,订单总额,品名,单位,数量,不含税单价\nPO-1,样例五金有限公司,1130,螺丝,盒,10,50\n"
RECEIPTS = "订单号,单据号,日期,品名,数量\nPO-9,RK-2,2026-03-12,钉子,1\n"
TWICE = HEAD + CLOUD + CLOUD + CLOUD.replace("1280.50", "9.00") + CLOUD.replace("B-3", "B-4")


@pytest.mark.parametrize(
    ("kind", "on_record", "text", "comes"),
    [
        ("bills", HEAD + CLOUD, TWICE, (1, 0, 2, [4])),
        ("bills", HEAD + "样例云计算有限公司,2026-03,9.00,B-3,,\n", TWICE, (1, 0, 1, [2, 3])),
        ("bills", HEAD + CLOUD, HEAD + CLOUD.replace("B-3,", "B-3,2026-04-03"), (0, 1, 0, [])),
        ("orders", ORDERS, ORDERS.replace("盒,10", "盒,11"), (0, 0, 0, [2])),
        ("receipts", "", RECEIPTS, (0, 0, 0, [2])),
    ],
)
def test_a_preview_promises_what_comes_in(
    company: dict[str, int], kind: str, on_record: str, text: str, comes: tuple[int, int, int, list[int]]
) -> None:
    if on_record:
        take(company, kind, on_record)
    by, entity = person(company, "sun"), db.session.scalars(select(LegalEntityRow.id)).one()
    import_id = table_imports.receive(by, kind, entity, f"{kind}.csv", text.encode())
    expected = table_imports.expected(table_imports.shown(by, import_id))
    numbers = (expected.added, expected.completed, expected.known)
    assert (*numbers, [one.row for one in expected.left_out]) == comes
    row = db.session.get_one(TableImportRow, import_id)
    assert (row.state, row.left_out) == ("preview", [])
    table_imports.run(by, import_id, row.version)
    db.session.refresh(row)
    assert counted(row) == (*numbers, [(one.row, one.why.zh) for one in expected.left_out])


def test_columns_that_are_not_recognised_are_mapped_by_hand(company: dict[str, int]) -> None:
    by = person(company, "sun")
    entity = db.session.scalars(select(LegalEntityRow.id)).first() or 0
    text = "云厂商,哪个月,要付多少\n样例云,2026-03,7\n"
    import_id = table_imports.receive(by, "bills", entity, "b.csv", text.encode())
    preview = table_imports.shown(by, import_id)
    assert (preview.taken, preview.lacking) == (None, ["party", "amount", "period/period_end"])
    with pytest.raises(Refused):
        table_imports.run(by, import_id, preview.row.version)
    with pytest.raises(Refused):
        table_imports.remap(by, import_id, 0, 1, {"party": 0, "memo": 0}, preview.row.version)
    table_imports.remap(by, import_id, 0, 1, {"party": 0, "period": 1, "amount": 2}, preview.row.version)
    version = table_imports.shown(by, import_id).row.version
    assert table_imports.run(by, import_id, version).added == 1


def test_only_finance_takes_tables_in(company: dict[str, int]) -> None:
    for login in ("lin", "zhao", "audit", "admin"):
        with pytest.raises(NotFound):
            take(company, "bills", HEAD + CLOUD, login)
    assert db.session.scalar(select(func.count()).select_from(TableImportRow)) == 0
