"""Tickets that are not the plainest: refunded, changed, without a seat, of several flights, drawn piece by piece."""

import pytest

from .paper import BUYER_ID, Sheet, reading
from .test_pdf_tickets import air, rail

LONG = "示例省样州市湖东区星湖湾物流供应链管理（样本）有限责任公司"


def journey(sheet: Sheet) -> tuple[str | None, ...]:
    travel = reading(sheet).invoice.travel
    return travel.passenger, travel.origin, travel.destination, travel.departs_at, travel.vehicle, travel.seat


@pytest.mark.parametrize(
    ("carriage", "printed", "seat"),
    [
        ("07车无座", "新空调硬座", "新空调硬座"),
        ("加02车无座", "二等座", "二等座"),
        ("07车无座", "", "无座"),
        ("12车05号下铺", "新空调硬卧代硬座", "新空调硬卧代硬座"),
    ],
)
def test_the_class_of_a_ticket(carriage, printed, seat):
    sheet = rail().without("07车", "二等座").put(301, 127, carriage).put(401, 127, printed)
    assert reading(sheet).invoice.travel.seat == seat


@pytest.mark.parametrize("fee", ["退票费", "改签费", "差额退票费", "变更到站费"])
def test_a_fee_is_the_total_and_not_the_fare_beside_it(fee):
    sheet = (
        rail().without("票价").put(25, 136, "原票价:￥520.00").put(25, 149, f"{fee}:").put(120, 149, "票价:￥520.00")
    )
    assert str(reading(sheet.without("￥", "134.50").put(70, 149, "￥26.00")).invoice.total_incl_tax) == "26.00"


@pytest.mark.parametrize("name", ["MARIA/GARCIA", "JOHN SMITH", "阿依努尔·示例"])
def test_a_passenger_of_any_name(name):
    assert reading(rail().without("演旅客").put(151, 175, name)).invoice.travel.passenger == name


def test_a_long_name_of_a_buyer_goes_on_below():
    sheet = rail().without("购买方名称").put(24, 213, f"购买方名称:{LONG[:18]}").put(74, 223, LONG[18:])
    invoice = reading(sheet).invoice
    assert (invoice.buyer.name, invoice.buyer.tax_id) == (LONG, BUYER_ID)


def test_a_label_that_lost_its_colon():
    sheet = rail().without("购买方名称", "统一社会").put(24, 213, "购买方名称").put(72, 213, LONG[:9])
    invoice = reading(sheet.put(250, 213, "统一社会信用代码").put(330, 213, BUYER_ID)).invoice
    assert (invoice.buyer.name, invoice.buyer.tax_id) == (LONG[:9], BUYER_ID)


def test_flights_that_change_and_lines_that_are_void():
    sheet = (
        air().put(25, 178, "自:", 8).put(40, 178, "样城 YCX", 8).put(25, 192, "至:", 8).put(40, 192, "样西T3 YXT", 8)
    )
    for x, text in ((124, "样航"), (174, "CZ9901"), (218, "Y"), (274, "2026-03-02"), (321, "07:05")):
        sheet.put(x, 185, text, 8)
    sheet.put(25, 206, "至:", 8).put(40, 206, "VOID", 8)
    assert journey(sheet) == ("演旅客", "示州", "样西T3", "2026-03-01T18:30", "CZ8866", "V")


def test_an_open_flight_has_no_number_of_another():
    sheet = air().without("CZ8866").put(174, 157, "OPEN", 8).put(174, 185, "CZ9901", 8).put(124, 185, "样航", 8)
    assert journey(sheet)[4:] == (None, "V")


def test_a_time_without_a_colon():
    assert journey(air().without("18:30").put(321, 157, "1830", 8))[3] == "2026-03-01T18:30"


@pytest.mark.parametrize("name", ["JOHN SMITH", "ZHANG/SAN MR", "演旅客"])
def test_values_drawn_character_by_character(name):
    sheet = air().without("演旅客", "CNY", "示州 SZX", "2026-03-01").spelled(24, 114, name)
    sheet.spelled(40, 150, "示州 SZX", 8).spelled(274, 157, "2026-03-01", 8)
    for index, price in enumerate(("477.06", "45.87", "47.07", "50.00", "0.00", "620.00")):
        sheet.spelled(40 + 80 * (index + (index > 1)), 322, f"CNY {price}", 8)
    found = reading(sheet)
    assert (str(found.invoice.total_incl_tax), str(found.invoice.tax_amount)) == ("620.00", "47.07")
    assert (found.invoice.travel.passenger, found.invoice.travel.origin) == (name, "示州")
    assert (found.invoice.travel.departs_at, found.conflicts, found.missing) == ("2026-03-01T18:30", (), ())


def test_a_narrow_colon_is_no_part_of_the_name():
    sheet = air().without("填开单位", "样州航空").put(20, 362, "填开单位:样州航空股份有限公司", 4)
    assert reading(sheet).invoice.seller.name == "样州航空股份有限公司"
