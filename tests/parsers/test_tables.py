"""Tables of bills, orders, receipts and deductions: headings found, cells typed, broken rows told."""

import doctest
import io
from datetime import date, datetime
from decimal import Decimal

import pytest
import xlsxwriter

from parsers.document import Document
from parsers.errors import ParseError, Unsupported
from parsers.sandbox import Sandbox
from parsers.tables import columns, periods
from parsers.tables.columns import heading_of
from parsers.tables.kinds import TABLES
from parsers.tables.reading import Taken, read, stated
from parsers.tables.rows import BadRow
from parsers.tables.sheets import sheets_of
from reimburse.domain.bills import Bill, Certification, CertificationState, GoodsReceipt, Order, ReceiptKind

BILLS_ZH = "某云平台账单\n\n供应商名称,账期,账单金额（元）,账单编号,扣款日期,备注\n"


def taken(kind: str, text: str, encoding: str = "utf-8") -> Taken:
    sheet = sheets_of(Document("t.csv", text.encode(encoding)))[0]
    heading = heading_of(sheet.rows, TABLES[kind])
    assert heading is not None
    return read(TABLES[kind], sheet, heading)


def workbook(*rows: list[object]) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet, day = book.add_worksheet("账单"), book.add_format({"num_format": "yyyy-mm-dd"})
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            if isinstance(cell, datetime):
                sheet.write_datetime(number, place, cell, day)
            else:
                sheet.write(number, place, cell)
    book.close()
    return buffer.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_bills_below_a_preamble(encoding: str) -> None:
    found = taken("bills", BILLS_ZH + '样例云计算有限公司,2026-03,"1,280.50",B-1,2026/4/3,云服务器\n', encoding)
    bill = Bill(
        "样例云计算有限公司",
        "B-1",
        date(2026, 3, 1),
        date(2026, 3, 31),
        Decimal("1280.50"),
        settled_on=date(2026, 4, 3),
        memo="云服务器",
    )
    assert found == Taken(((4, bill),), (), 1)
    assert bill.counts_from == date(2026, 4, 3)


def test_english_headings_and_tabs() -> None:
    found = taken("bills", "Vendor\tPeriod start\tPeriod end\tTotal\nSample Cloud\t2026-03-01\t2026-03-31\t99\n")
    assert found.things[0][1] == Bill(
        "Sample Cloud", "2026-03-01/2026-03-31", date(2026, 3, 1), date(2026, 3, 31), Decimal("99.00")
    )


BROKEN = [
    ("样例云,2026-13,5,x,,", "账期：“2026-13”不是账期（如 2026-03）"),
    ("样例云,2026-03,5.005,x,,", "账单金额：“5.005”不是两位小数的金额"),
    ("样例云,2026-03,,x,,", "账单金额为空"),
    (",2026-03,5,x,,", "供应商为空"),
    ("样例云,2026-03,0.00,x,,", "金额为零"),
    ("样例云,2026-03,5,x,4月3日,", "扣款日期：“4月3日”不是日期"),
    (",2026-13,,x,,", "账期：“2026-13”不是账期（如 2026-03）；供应商为空；账单金额为空"),
    ("合计,,5,,,", "合计行，不是明细"),
]


@pytest.mark.parametrize(("row", "why"), BROKEN)
def test_a_broken_row_is_left_out_with_all_its_reasons(row: str, why: str) -> None:
    found = taken("bills", BILLS_ZH + row + "\n样例云,2026-03,6,x,,\n")
    assert [(broken.row, broken.why.zh) for broken in found.broken] == [(4, why)]
    assert [number for number, _ in found.things] == [5]
    assert found.rows == 2


def test_a_spreadsheet_keeps_days_numbers_and_long_ids() -> None:
    data = workbook(
        ["账单编号", "服务商", "账单周期", "应付金额", "支付日期"],
        [20260300000012.0, "样例云计算有限公司", "2026年3月", 1280.5, datetime(2026, 4, 3)],
    )
    sheet = sheets_of(Document("b.xlsx", data))[0]
    heading = heading_of(sheet.rows, TABLES["bills"])
    assert heading is not None
    bill = read(TABLES["bills"], sheet, heading).things[0][1]
    assert isinstance(bill, Bill)
    assert (bill.bill_no, bill.amount, bill.settled_on) == ("20260300000012", Decimal("1280.50"), date(2026, 4, 3))


ORDERS = "采购订单号,供应商,下单日期,订单金额,品名,单位,数量,单价\n"


def test_an_order_of_several_rows_with_merged_cells() -> None:
    found = taken("orders", ORDERS + "PO-1,样例五金,2026-03-02,1130,螺丝,盒,10,50\n,,,,螺母,盒,5,100\n")
    order = found.things[0][1]
    assert isinstance(order, Order)
    assert (order.order_no, order.party, order.amount) == ("PO-1", "样例五金", Decimal("1130.00"))
    assert [(item.item_name, item.quantity) for item in order.items] == [("螺丝", Decimal(10)), ("螺母", Decimal(5))]


def test_an_order_is_left_out_whole_where_a_row_of_it_is_broken() -> None:
    rows = "PO-1,样例五金,2026-03-02,1130,螺丝,盒,十,50\nPO-1,样例五金,,1130,螺母,盒,5,100\nPO-2,样例五金,,80,钉子,,,\n合计,,,1210,,,,\n"
    found = taken("orders", ORDERS + rows)
    assert [thing.order_no for _, thing in found.things if isinstance(thing, Order)] == ["PO-2"]
    assert [(broken.row, broken.why.zh) for broken in found.broken] == [
        (2, "数量：“十”不是数字"),
        (3, "同一单据的第 2 行有误，整单未导入"),
        (5, "合计行，不是明细"),
    ]


def test_the_rows_of_an_order_that_disagree_are_left_out() -> None:
    found = taken("orders", ORDERS + "PO-1,样例五金,,1130,螺丝,,,\nPO-1,样例五金,,1131,螺母,,,\n")
    assert found.things == ()
    assert {broken.why.zh for broken in found.broken} == {"同一订单的订单总额不一致：1130.00、1131.00"}


def test_line_totals_add_up_to_an_order_without_a_total() -> None:
    found = taken("orders", "订单号,供应商,品名,行金额\nPO-1,样例五金,螺丝,565\nPO-1,样例五金,螺母,0.13\n")
    assert [thing.amount for _, thing in found.things if isinstance(thing, Order)] == [Decimal("565.13")]


def test_receipts_and_acceptances() -> None:
    found = taken(
        "receipts",
        "订单号,入库单号,类型,收货日期,品名,数量,金额\nPO-1,RK-1,入库单,2026-03-12,螺丝,6,\nPO-1,RK-1,入库单,2026-03-12,螺母,5,\n"
        "PO-1,,验收,2026-03-20,,,1130\nPO-1,RK-9,退货,2026-03-20,,,\n",
    )
    first, second = (thing for _, thing in found.things if isinstance(thing, GoodsReceipt))
    assert (first.receipt_no, first.kind, first.amount, len(first.items)) == ("RK-1", ReceiptKind.RECEIPT, None, 2)
    assert (second.receipt_no, second.kind, second.amount) == ("2026-03-20", ReceiptKind.ACCEPTANCE, Decimal("1130.00"))
    assert [broken.why.zh for broken in found.broken] == ["类型“退货”不是收货或验收"]


DEDUCTIONS = "数电票号码,发票代码,发票号码,有效抵扣税额,勾选状态,税款所属期,勾选时间\n"


@pytest.mark.parametrize(
    ("row", "state", "key"),
    [
        ("26990000000000000001,,,13.00,已勾选,202604,2026-04-10 09:30:00", "selected", ("", "26990000000000000001")),
        (",011009900211,00000001,13.00,已认证,2026-04,", "certified", ("011009900211", "00000001")),
        ("26990000000000000001,,,13.00,否,,", "unselected", ("", "26990000000000000001")),
        ("26990000000000000001,,,13.00,,2026年4月,", "selected", ("", "26990000000000000001")),
        ("26990000000000000001,,,13.00,不抵扣,,", "not_deductible", ("", "26990000000000000001")),
    ],
)
def test_states_of_deduction(row: str, state: str, key: tuple[str, str]) -> None:
    thing = taken("certifications", DEDUCTIONS + row + "\n").things[0][1]
    assert isinstance(thing, Certification)
    assert (thing.state, (thing.code, thing.number)) == (CertificationState(state), key)
    assert thing.period == ("2026-04" if state in {"selected", "certified"} else None)


def test_a_state_that_nobody_knows_is_told() -> None:
    found = taken("certifications", DEDUCTIONS + "1,,,13.00,待定,,\n,,,13.00,已勾选,,\n")
    assert [broken.why.zh for broken in found.broken] == ["看不懂的勾选状态“待定”", "数电票号码或发票号码为空"]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"%PDF-1.7", Unsupported),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), Unsupported),
        (b"", Unsupported),
        (b"\n\n\n", Unsupported),
        (b"PK\x03\x04 cut off", Unsupported),
    ],
)
def test_what_is_no_table_is_refused(data: bytes, problem: type[ParseError]) -> None:
    with pytest.raises(problem):
        sheets_of(Document("t.csv", data))


def test_the_child_process_reads_tables_and_survives_what_is_none() -> None:
    good = workbook(["供应商", "账期", "账单金额"], ["样例云", "2026-03", 5])
    with Sandbox() as sandbox:
        with pytest.raises(ParseError):
            sandbox.sheets(Document("b.xlsx", good[: len(good) // 2]))
        assert sandbox.sheets(Document("b.xlsx", good)) == sheets_of(Document("b.xlsx", good))


def test_a_form_states_the_same_as_a_row() -> None:
    row = {"party": "样例云", "period": "2026-03", "amount": "5", "bill_no": "x"}
    assert stated(TABLES["bills"], [row]) == taken("bills", BILLS_ZH + "样例云,2026-03,5,x,,\n").things[0][1]
    with pytest.raises(BadRow, match="Period: "):
        stated(TABLES["bills"], [{**row, "period": "soon"}])


@pytest.mark.parametrize("module", [columns, periods])
def test_the_docstrings_run(module: object) -> None:
    assert doctest.testmod(module).failed == 0
