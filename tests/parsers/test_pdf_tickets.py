"""Rail tickets and air itineraries as they are printed, and papers that only support an expense."""

import pytest

from parsers.support_documents import kind_of_text
from reimburse.domain.invoice import InvoiceKind, Travel

from .paper import BUYER, BUYER_ID, NUMBER, Sheet, reading

PAGE = (496.0, 283.0)


def rail():
    """Every value a text object of its own; 站 in smaller type."""
    sheet = Sheet(PAGE).put(150, 24, "电子发票（铁路电子客票）", 14)
    sheet.put(25, 59, "发票号码:").put(70, 59, NUMBER).put(350, 59, "开票日期:").put(396, 59, "2026年03月06日")
    sheet.put(61, 88, "示州北", 17).put(116, 93, "站", 12).put(228, 90, "G9901", 15).put(351, 88, "样城东", 17).put(
        406, 93, "站", 12
    )
    sheet.put(62, 111, "Shizhoubei", 8).put(350, 111, "Yangchengdong", 8)
    sheet.put(25, 127, "2026年03月01日").put(141, 127, "08:15开").put(301, 127, "07车03C号").put(401, 127, "二等座")
    sheet.put(25, 149, "票价:").put(56, 149, "￥").put(67, 149, "134.50")
    sheet.put(25, 175, "9900001990****001X").put(151, 175, "演旅客")
    sheet.put(25, 195, "电子客票号:99901234567890201099001")
    sheet.put(24, 213, f"购买方名称:{BUYER}").put(250, 213, f"统一社会信用代码:{BUYER_ID}")
    return sheet.put(91, 242, "买票请到12306 发货请到95306")


def rail_joined():
    """Labels with their values, stations with their 站."""
    sheet = Sheet(PAGE).put(150, 24, "电子发票（铁路电子客票）", 14)
    sheet.put(25, 59, f"发票号码：{NUMBER}").put(350, 59, "开票日期：2026年03月06日")
    sheet.put(61, 88, "示州北站", 17).put(228, 90, "G9901", 15).put(351, 88, "样城东站", 17)
    sheet.put(25, 127, "2026年03月01日 08:15开").put(301, 127, "07车03C号 二等座")
    sheet.put(25, 149, "票价：￥134.50").put(25, 175, "9900001990****001X 演旅客")
    return sheet.put(24, 213, f"购买方名称：{BUYER}").put(250, 213, f"统一社会信用代码：{BUYER_ID}")


@pytest.mark.parametrize("draw", [rail, rail_joined], ids=lambda draw: draw.__name__)
def test_a_rail_ticket(draw):
    found = reading(draw())
    invoice = found.invoice
    assert (invoice.kind, invoice.number, str(invoice.issue_date)) == (InvoiceKind.RAIL_TICKET, NUMBER, "2026-03-06")
    assert invoice.travel == Travel("演旅客", "示州北", "样城东", "2026-03-01T08:15", "G9901", "二等座")
    assert (str(invoice.total_incl_tax), invoice.tax_amount) == ("134.50", None)
    assert (invoice.buyer.name, invoice.buyer.tax_id) == (BUYER, BUYER_ID)
    assert (found.status.value, found.conflicts, found.missing) == ("parsed", (), ())
    assert "9900001990" not in str(found)


def test_a_rail_ticket_without_a_buyer():
    sheet = rail().without("购买方名称", "统一社会信用代码")
    found = reading(sheet)
    assert (found.status.value, found.invoice.buyer.name) == ("parsed", None)


PRICES = (("票价", "CNY 477.06"), ("燃油附加费", "CNY 45.87"), ("增值税税率", "9%"), ("增值税税额", "CNY 47.07"), ("民航发展基金", "CNY 50.00"), ("其他税费", "CNY 0.00"), ("合计", "CNY 620.00"))  # fmt: skip


def air(shift=20, **changed):
    """``shift`` is how far values stand right of their labels."""
    sheet = Sheet((595.0, 420.0)).put(162, 23, "电子发票（航空运输电子客票行程单）", 15)
    sheet.put(425, 79, "发票号码：").put(470, 79, NUMBER, 8)
    sheet.put(20, 94, "旅客姓名").put(130, 94, "有效身份证件号码").put(24, 114, "演旅客").put(
        134, 114, "990000********1234"
    )
    for x, label, value in (
        (124, "承运人", "样航"),
        (174, "航班号", "CZ8866"),
        (218, "座位等级", "V"),
        (274, "日期", "2026-03-01"),
        (321, "时间", "18:30"),
    ):
        sheet.put(x, 135, label, 8).put(x, 157, value, 8)
    for y, text in ((150, "自:"), (164, "至:")):
        sheet.put(25, y, text, 8)
    sheet.put(40, 150, "示州 SZX", 8).put(40, 164, "样城 YCX", 8)
    for index, (label, value) in enumerate(PRICES):
        sheet.put(20 + 80 * index, 306, label, 8).put(20 + 80 * index + shift, 322, changed.get(label, value), 8)
    sheet.put(20, 362, "填开单位：").put(70, 362, "样州航空股份有限公司").put(430, 362, "填开日期：").put(
        480, 362, "2026-03-06"
    )
    return (
        sheet.put(20, 384, "购买方名称：")
        .put(80, 384, BUYER)
        .put(298, 384, "统一社会信用代码/纳税人识别号：", 8)
        .put(440, 384, BUYER_ID)
    )


@pytest.mark.parametrize("shift", [-8, 0, 20])
def test_an_air_itinerary(shift):
    found = reading(air(shift))
    invoice = found.invoice
    assert (invoice.kind, invoice.number, str(invoice.issue_date)) == (InvoiceKind.AIR_ITINERARY, NUMBER, "2026-03-06")
    assert (str(invoice.total_incl_tax), str(invoice.tax_amount)) == ("620.00", "47.07")
    assert invoice.travel == Travel("演旅客", "示州", "样城", "2026-03-01T18:30", "CZ8866", "V")
    assert (invoice.buyer.name, invoice.buyer.tax_id, invoice.seller.name) == (BUYER, BUYER_ID, "样州航空股份有限公司")
    assert (found.status.value, found.conflicts, found.missing) == ("parsed", (), ())


def test_prices_that_do_not_make_the_total_are_a_conflict():
    (conflict,) = reading(air(合计="CNY 680.00")).conflicts
    assert (conflict.field, dict(conflict.values)) == ("total_incl_tax", {"text": "680.00", "lines": "620.00"})


PAPERS = {
    "hotel_folio": "样州酒店 结账单 客人姓名 演旅客 房号 901 入住日期 2026-02-07 离店日期 2026-02-11 房费 300.00 余额 0.00",
    "trip_itinerary": "演示出行 行程单 上车时间 起点 终点 里程[公里] 金额[元] 共2笔行程",
    "bank_statement": "示例银行 账户交易明细 交易日期 对方户名 支出 收入 余额 起止日期 账号",
    "bank_receipt": "示例银行 电子回单 付款人 收款人 开户行 大写 交易流水号 用途",
    "payment_slip": "支付成功 商户名称 示例店 支付方式 零钱 交易单号 99 支付时间 2026-02-07 支付金额",
    "sales_list": "销售货物或者提供应税劳务、服务清单 序号 货物(劳务)名称 规格型号 数量 单价 税率 税额",
}


@pytest.mark.parametrize(("kind", "text"), PAPERS.items())
def test_supporting_papers_are_named_by_what_they_say(kind, text):
    assert kind_of_text(text).value == kind
    sheet = Sheet((595.0, 842.0))
    for index, word in enumerate(text.split()):
        sheet.put(50 + 130 * (index % 4), 60 + 20 * (index // 4), word)
    found = reading(sheet)
    assert (found.status.value, found.document.value, found.error) == ("not_an_invoice", kind, None)


@pytest.mark.parametrize("text", ["", "会议通知 时间 地点", "采购合同 甲方 乙方 金额 数量 单价", "余额 收入"])
def test_other_papers_are_not_named(text):
    assert kind_of_text(text) is None


def test_a_fiscal_bill():
    sheet = Sheet((595.0, 397.0)).put(200, 23, "示例省医疗门诊收费票据（电子）", 15)
    sheet.put(25, 60, "票据代码：").put(72, 60, "99060122").put(400, 60, "票据号码：").put(446, 60, "0099000017")
    sheet.put(25, 76, "交款人：").put(66, 76, "演旅客").put(400, 76, "开票日期：").put(446, 76, "2026-03-06")
    sheet.put(48, 300, "金额合计（大写）").put(130, 300, "壹佰贰拾圆整").put(412, 300, "（小写）").put(
        450, 300, "120.00"
    )
    sheet.put(25, 340, "收款单位（章）：").put(102, 340, "样州市示例医院").put(300, 340, "复核人：").put(
        340, 340, "演甲"
    )
    found = reading(sheet)
    invoice = found.invoice
    assert (invoice.kind, invoice.code, invoice.number) == (InvoiceKind.FISCAL, "99060122", "0099000017")
    assert (invoice.buyer.name, invoice.seller.name, invoice.reviewer) == ("演旅客", "样州市示例医院", "演甲")
    assert (str(invoice.total_incl_tax), found.status.value, found.conflicts) == ("120.00", "parsed", ())
