"""Rolls, vehicles, taxis and fixed amounts: values by their labels, and nothing that the form means otherwise."""

import pytest

from reimburse.domain.invoice import InvoiceKind

from .paper import BUYER, BUYER_ID, NUMBER, SELLER, SELLER_ID, Sheet, reading

CODE, SHORT, CHECK = "099000000107", "12345678", "54049164322873987227"


def under(sheet: Sheet, facts: tuple[tuple[str, str], ...], top: float = 50) -> Sheet:
    for index, (label, value) in enumerate(facts):
        sheet.put(8, top + 13 * index, label, 8).put(90, top + 13 * index, value, 8)
    return sheet


def roll() -> Sheet:
    sheet = Sheet((230.0, 500.0)).put(40, 20, "示例增值税普通发票（卷票）", 12)
    under(sheet, (
        ("发票代码：", CODE), ("发票号码：", SHORT), ("机打号码：", SHORT), ("机器编号：", "990000001283"), ("销售方名称：", SELLER),
        ("纳税人识别号：", SELLER_ID), ("开票日期：", "2019-05-08"), ("收款员：", "演甲"), ("购买方名称：", BUYER),
        ("纳税人识别号：", BUYER_ID),
    ))  # fmt: skip
    for x, label, value in (
        (8, "项目", "*餐饮服务*餐费"),
        (90, "单价", "106.00"),
        (130, "数量", "1"),
        (170, "金额", "106.00"),
    ):
        sheet.put(x, 190, label, 8).put(x, 203, value, 8)
    totals = (("合计金额（小写）：", "￥106.00"), ("合计金额（大写）：", "壹佰零陆圆整"), ("校验码：", CHECK))
    return under(sheet, totals, 225)


def test_a_roll():
    found = reading(roll())
    invoice = found.invoice
    assert (invoice.kind, invoice.code, invoice.number) == (InvoiceKind.GENERAL_ROLL, CODE, SHORT)
    assert (invoice.buyer.name, invoice.buyer.tax_id) == (BUYER, BUYER_ID)
    assert (invoice.seller.name, invoice.seller.tax_id, invoice.payee) == (SELLER, SELLER_ID, "演甲")
    assert (str(invoice.total_incl_tax), invoice.total_in_words, invoice.check_code) == (
        "106.00",
        "壹佰零陆圆整",
        CHECK,
    )
    assert (invoice.lines, invoice.amount_excl_tax, found.conflicts, found.missing) == ((), None, (), ())


def test_a_roll_whose_buyer_has_no_number_keeps_the_sellers():
    invoice = reading(roll().without(BUYER_ID, BUYER).put(90, 154, "个人", 8)).invoice
    assert (invoice.buyer.name, invoice.buyer.tax_id, invoice.seller.tax_id) == ("个人", None, SELLER_ID)


def vehicle(tax_id: str = BUYER_ID) -> Sheet:
    sheet = Sheet().put(160, 22, "电子发票（机动车销售统一发票）", 18)
    sheet.put(430, 44, f"发票号码：{NUMBER}", 8).put(430, 58, "开票日期：2026年03月02日", 8)
    cells = (
        (30, 82, "购买方名称", BUYER), (280, 82, "统一社会信用代码/纳税人识别号/身份证明号码", tax_id),
        (30, 106, "车辆类型", "轿车"), (220, 106, "厂牌型号", "样牌"), (30, 130, "价税合计", "⊗壹拾壹万叁仟圆整"),
        (400, 130, "小写", "¥113000.00"), (30, 154, "销货单位名称", SELLER), (400, 154, "电话", "0999-1"),
        (30, 178, "纳税人识别号", SELLER_ID), (400, 178, "账号", "990000000101"), (30, 202, "增值税税额", "¥13000.00"),
        (30, 226, "不含税价", "¥100000.00"), (220, 226, "完税凭证号码", "99"), (30, 250, "开票人", "演乙"), (300, 250, "备注", ""),
    )  # fmt: skip
    for x, y, label, value in cells:
        sheet.put(x, y, label, 8).put(x + 8.5 * len(label), y, value, 8)
    return sheet


def test_a_vehicle():
    found = reading(vehicle())
    invoice = found.invoice
    assert (invoice.kind, invoice.number, str(invoice.issue_date)) == (InvoiceKind.MOTOR_VEHICLE, NUMBER, "2026-03-02")
    assert (invoice.buyer.name, invoice.buyer.tax_id) == (BUYER, BUYER_ID)
    assert (invoice.seller.name, invoice.seller.tax_id, invoice.drawer) == (SELLER, SELLER_ID, "演乙")
    figures = (invoice.amount_excl_tax, invoice.tax_amount, invoice.total_incl_tax)
    assert tuple(map(str, figures)) == ("100000.00", "13000.00", "113000.00")
    assert (invoice.total_in_words, invoice.remark, found.conflicts) == ("壹拾壹万叁仟圆整", None, ())


def test_a_persons_identity_number_is_not_kept():
    found = reading(vehicle("99000019900101001X"))
    assert (found.invoice.buyer.tax_id, found.invoice.seller.tax_id) == (None, SELLER_ID)
    assert "99000019900101001X" not in str(found)


@pytest.mark.parametrize("title", ["示例市出租汽车专用发票", "示州市出租车发票"])
def test_a_taxi(title):
    sheet = under(Sheet((200.0, 420.0)).put(30, 20, title, 12), (
        ("发票代码：", CODE), ("发票号码：", SHORT), ("日期：", "2026-03-02"), ("上车：", "08:10"), ("下车：", "08:42"),
        ("单价：", "2.40元"), ("里程：", "9.9km"), ("金额：", "￥36.50"),
    ))  # fmt: skip
    invoice = reading(sheet).invoice
    assert (invoice.kind, invoice.code, invoice.number) == (InvoiceKind.TAXI, CODE, SHORT)
    assert (str(invoice.issue_date), str(invoice.total_incl_tax)) == ("2026-03-02", "36.50")


def test_a_fixed_amount_larger_than_its_title():
    sheet = Sheet((240.0, 160.0)).put(60, 18, "示例省通用定额发票", 11).put(70, 84, "伍拾元整", 18)
    found = reading(sheet.put(20, 44, f"发票代码：{CODE}").put(20, 58, f"发票号码：{SHORT}"))
    invoice = found.invoice
    assert (invoice.kind, invoice.code, invoice.number) == (InvoiceKind.FIXED_AMOUNT, CODE, SHORT)
    assert (str(invoice.total_incl_tax), found.missing) == ("50.00", ("issue_date",))


@pytest.mark.parametrize("title", ["示例省非税收入通用票据（电子）", "示例省公益事业捐赠统一票据（电子）"])
def test_fiscal_bills_of_other_names(title):
    sheet = Sheet().put(180, 20, title, 15).put(25, 56, "票据代码：99061234").put(400, 56, "票据号码：0099000017")
    assert reading(sheet.put(400, 88, "开票日期：2026-03-06")).invoice.kind is InvoiceKind.FISCAL
