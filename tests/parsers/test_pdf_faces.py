"""Classes of layouts, each drawn by hand and named for what is odd about it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from reimburse.domain.invoice import InvoiceKind

from .paper import (
    BUYER,
    BUYER_ID,
    HEADER,
    NUMBER,
    SELLER,
    SELLER_ID,
    Sheet,
    column,
    digital,
    header,
    item,
    reading,
    readings,
    totals,
    whole,
    width,
)  # fmt: skip

OTHER_NUMBER = "26992000000000000025"


def ordinary(found):
    invoice = found.invoice
    return (
        invoice.number, str(invoice.issue_date), invoice.buyer.name, invoice.buyer.tax_id, invoice.seller.name,
        invoice.seller.tax_id, str(invoice.amount_excl_tax), str(invoice.tax_amount), str(invoice.total_incl_tax),
        invoice.total_in_words, invoice.drawer, found.conflicts, found.missing,
    )  # fmt: skip


ORDINARY = (
    NUMBER, "2026-03-02", BUYER, BUYER_ID, SELLER, SELLER_ID, "943.40", "56.60", "1000.00", "壹仟圆整", "演丁一", (), (),
)  # fmt: skip


def figures(line):
    return tuple(
        None if value is None else str(value)
        for value in (line.quantity, line.unit_price, line.amount_excl_tax, line.tax_rate, line.tax_amount)
    )


def joined_labels():
    """Label and value are one text object."""
    sheet = digital(parties=False).without("发票号码", "开票日期", "名称", "统一", "开票人", "演丁一", NUMBER, "2026年")
    sheet.put(430, 32, f"发票号码：{NUMBER}").put(430, 49, "开票日期：2026年03月02日")
    sheet.put(32, 96, f"名称：{BUYER}").put(317, 96, f"名称：{SELLER}")
    sheet.put(32, 126, f"统一社会信用代码/纳税人识别号：{BUYER_ID}", 8)
    sheet.put(317, 126, f"统一社会信用代码/纳税人识别号：{SELLER_ID}", 8)
    return totals(item(header(sheet), 162)).put(56, 368, "开票人：演丁一")


def one_run_a_line():
    """Both parties, and words and figures of the total, are one text object each, set apart by blanks."""
    sheet = digital(parties=False).without("名称", "统一")
    sheet.put(32, 96, f"名称：{BUYER}")
    sheet.put(32, 126, f"统一社会信用代码/纳税人识别号：{BUYER_ID}", 8)
    sheet.put(317, 96, f"名称： {SELLER}")
    sheet.put(317, 126, f"统一社会信用代码/纳税人识别号： {SELLER_ID}", 8)
    sheet = totals(item(header(sheet), 162)).without("价税合计", "（小写）", "壹仟", "1000.00")
    sheet.texts = [text for text in sheet.texts if not (text[2] == "¥" and text[1] > 270)]
    return sheet.put(48, 279, "价税合计（大写）    ⊗壹仟圆整                    （小写）¥1000.00")


def spelled():
    """Every character of the values is a text object of its own."""
    plain = whole()
    sheet = Sheet(plain.size)
    for x, y, text, size in plain.texts:
        sheet.spelled(x, y, text, size)
    return sheet


def spaced_labels():
    """Letter-spaced labels, full-width blanks, half-width colons."""
    sheet = whole()
    spaced = {
        "名称：": "名　称:",
        "价税合计（大写）": "价 税 合 计(大 写)",
        "（小写）": "( 小 写 )",
        "开票人：": "开 票 人:",
    }
    sheet.texts = [
        (x - 6, y, spaced[text], size * 0.8) if text in spaced else (x, y, text, size)
        for x, y, text, size in sheet.texts
    ]
    return sheet


def values_first():
    """All values are drawn before all labels."""
    sheet = whole()
    sheet.texts.reverse()
    return sheet


def raised_values():
    """Values stand two points lower than their labels."""
    sheet = whole()
    sheet.texts = [
        (x, y + 2 if text in (BUYER, SELLER, BUYER_ID, SELLER_ID, NUMBER) else y, text, size)
        for x, y, text, size in sheet.texts
    ]
    return sheet


def on_a4():
    """Printed by a browser to the middle of A4, smaller."""
    sheet = whole().moved(40, 60, 0.86)
    return replace(sheet, size=(595.0, 842.0))


def seal_over_title():
    """The seal's words stand among the title's."""
    sheet = whole()
    for index, char in enumerate("全国统一发票监制章"):
        sheet.put(250 + 11 * index, 20 + abs(index - 4) * 4, char, 8)
    return sheet


@pytest.mark.parametrize(
    "draw",
    [
        whole,
        joined_labels,
        one_run_a_line,
        spelled,
        spaced_labels,
        values_first,
        raised_values,
        on_a4,
        seal_over_title,
    ],
    ids=lambda draw: draw.__name__,
)
def test_an_invoice_reads_the_same_however_it_is_drawn(draw):
    found = reading(draw())
    assert ordinary(found) == ORDINARY
    (line,) = found.invoice.lines
    assert (line.item_name, line.unit) == ("*信息技术服务*技术服务", "项")
    assert figures(line) == ("1", "943.396226415094", "943.40", "0.06", "56.60")


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("增值税专用发票", InvoiceKind.SPECIAL_DIGITAL),
        ("普通发票", InvoiceKind.GENERAL_DIGITAL),
        ("机动车销售统一发票", InvoiceKind.MOTOR_VEHICLE),
    ],
)
def test_the_title_tells_the_kind(title, kind):
    assert reading(whole(title)).invoice.kind is kind


def test_a_long_name_wraps_and_is_one():
    long = "示例市示例区示例街道示例园区示例科技信息技术服务咨询"
    sheet = whole().without(BUYER).put(60, 92, long).put(60, 103, "有限责任公司")
    assert reading(sheet).invoice.buyer.name == long + "有限责任公司"


def test_a_private_buyer_has_a_name_and_no_tax_id():
    found = reading(whole("普通发票").without(BUYER_ID, BUYER).put(60, 96, "个人"))
    assert (found.invoice.buyer.name, found.invoice.buyer.tax_id) == ("个人", None)
    assert (found.invoice.seller.tax_id, found.missing) == (SELLER_ID, ())


def test_lines_without_quantity_or_unit():
    found = reading(totals(item(header(digital()), 162, unit="", quantity="", price="")))
    assert figures(found.invoice.lines[0]) == (None, None, "943.40", "0.06", "56.60")


@pytest.mark.parametrize(("quantity", "price"), [("1", ""), ("", "943.40")])
def test_quantity_or_price_alone_keeps_its_column(quantity, price):
    found = reading(totals(item(header(digital()), 162, quantity=quantity, price=price)))
    assert figures(found.invoice.lines[0])[:2] == (quantity or None, price or None)


def test_wrapped_names_and_a_discount_line():
    sheet = header(digital())
    item(
        sheet,
        162,
        name="*文具*会议套装含笔记",
        unit="套",
        quantity="10",
        price="120",
        amount="1200.00",
        rate="13%",
        tax="156.00",
    )
    sheet.put(14, 172, "本和签字笔")
    item(
        sheet,
        182,
        name="*文具*会议套装含笔记",
        unit="",
        quantity="",
        price="",
        amount="-120.00",
        rate="13%",
        tax="-15.60",
    )
    sheet.put(14, 192, "本和签字笔")
    found = reading(totals(sheet, "1080.00", "140.40", "1220.40", "壹仟贰佰贰拾圆肆角"))
    names = [line.item_name for line in found.invoice.lines]
    assert names == ["*文具*会议套装含笔记本和签字笔"] * 2
    assert [line.amount_excl_tax for line in found.invoice.lines] == [Decimal("1200.00"), Decimal("-120.00")]
    assert found.conflicts == ()


def test_names_that_wrap_above_and_below_their_figures():
    sheet = header(digital())
    sheet.put(14, 157, "*文具*会议套装含笔").put(14, 167, "记本和签字笔")
    item(sheet, 162, name="", unit="套", quantity="10", price="120", amount="1200.00", rate="13%", tax="156.00")
    sheet.put(14, 181, "*文具*文件夹加厚双").put(14, 191, "夹")
    item(sheet, 186, name="", unit="个", quantity="1", price="10", amount="10.00", rate="13%", tax="1.30")
    found = reading(totals(sheet, "1210.00", "157.30", "1367.30", "壹仟叁佰陆拾柒圆叁角"))
    assert [line.item_name for line in found.invoice.lines] == [
        "*文具*会议套装含笔记本和签字笔",
        "*文具*文件夹加厚双夹",
    ]


@pytest.mark.parametrize(
    ("rate", "tax", "treatment", "line_tax", "total_tax"),
    [
        ("免税", "***", "exempt", "0.00", "0.00"),
        ("不征税", "***", "not_taxed", "0.00", "0.00"),
        ("***", "***", None, None, None),
        ("0%", "0.00", "zero_rated", "0.00", "0.00"),
    ],
)
def test_a_tax_printed_as_stars(rate, tax, treatment, line_tax, total_tax):
    sheet = item(header(digital("普通发票")), 162, quantity="1", price="57", amount="57.00", rate=rate, tax=tax)
    found = reading(
        totals(sheet, "57.00", "" if tax == "***" else tax, "57.00", "伍拾柒圆整").right(
            582, 262, tax if tax == "***" else ""
        )
    )
    (line,) = found.invoice.lines
    assert (line.treatment and line.treatment.value, line.tax_amount if line_tax is None else str(line.tax_amount)) == (
        treatment,
        line_tax,
    )
    assert (found.invoice.tax_amount if total_tax is None else str(found.invoice.tax_amount)) == total_tax
    assert (found.status.value, found.conflicts, found.missing) == ("parsed", (), ())


FREIGHT = (
    (45, "项目名称"),
    (190, "单 位"),
    (264, "数 量"),
    (333, "单 价"),
    (406, "金 额"),
    (446, "税率/征收率"),
    (550, "税 额"),
)
LEASE = (
    (40, "项目名称"),
    (100, "产权证书/不动产权证号"),
    (215, "面积单位"),
    (270, "数 量"),
    (333, "单 价"),
    (406, "金 额"),
    (446, "税率/征收率"),
    (550, "税 额"),
)
BUILDING = (
    (45, "项目名称"),
    (129, "建筑服务发生地"),
    (263, "建筑项目名称"),
    (406, "金 额"),
    (447, "税率/征收率"),
    (551, "税 额"),
)


def freight():
    sheet = item(header(digital(), FREIGHT), 162, name="*运输服务*货运", unit="次")
    for x, text in (
        (31, "运输工具种类"),
        (120, "运输工具牌号"),
        (220, "起运地"),
        (330, "到达地"),
        (450, "运输货物名称"),
    ):
        sheet.put(x, 200, text)
    for x, text in ((31, "公路运输"), (120, "示A00001"), (220, "示州市"), (330, "样城市"), (450, "纸张 100")):
        sheet.put(x, 212, text)
    return sheet


def lease():
    return (
        item(header(digital(), LEASE), 162, name="*经营租赁*房租", spec="", unit="", quantity="1")
        .put(100, 162, "示(2026)990001号")
        .put(218, 162, "平方米")
    )


def building():
    sheet = item(header(digital(), BUILDING), 162, name="*建筑服务*工程款", unit="", quantity="", price="")
    return (
        sheet.put(122, 162, "示例省样州市湖东区样例街道")
        .put(122, 172, "三样大道990-9号")
        .put(251, 162, "云桥演示园区二期工程")
    )


@pytest.mark.parametrize(
    ("draw", "name", "unit", "quantity"),
    [
        (freight, "*运输服务*货运", "次", "1"),
        (lease, "*经营租赁*房租", "平方米", "1"),
        (building, "*建筑服务*工程款", None, None),
    ],
    ids=["freight", "lease", "building"],
)
def test_the_columns_of_special_businesses(draw, name, unit, quantity):
    found = reading(totals(draw()))
    (line,) = found.invoice.lines
    assert (line.item_name, line.unit, line.quantity and str(line.quantity)) == (name, unit, quantity)
    assert (line.specification, found.conflicts, found.missing) == (None, (), ())


def test_price_before_quantity():
    labels = ((77, "项目名称"), (207, "单 价"), (298, "数 量"), (392, "金 额"), (453, "税率/征收率"), (558, "税 额"))
    sheet = header(digital(), labels).put(14, 162, "*运输服务*客运服务费")
    for x, text in ((204, "471.70"), (307, "2"), (390, "943.40"), (473, "6%"), (558, "56.60")):
        sheet.put(x, 162, text)
    (line,) = reading(totals(sheet)).invoice.lines
    assert figures(line) == ("2", "471.70", "943.40", "0.06", "56.60")


def test_a_red_letter_invoice_names_the_blue_one():
    sheet = item(header(digital()), 162, quantity="-1", amount="-943.40", tax="-56.60")
    sheet = totals(sheet, "-943.40", "-56.60", "-1000.00", "（负数）壹仟圆整")
    sheet.put(33, 300, f"被红冲蓝字数电发票号码：{OTHER_NUMBER} 红字发票信息确认单编号：26992000000000000033")
    invoice = reading(sheet).invoice
    assert invoice.number == NUMBER
    assert (invoice.red_letter, invoice.red_letter_of.number) == (True, OTHER_NUMBER)
    assert (str(invoice.total_incl_tax), invoice.lines[0].quantity) == ("-1000.00", Decimal(-1))


def test_a_remark_keeps_its_lines_and_names_nobody_else():
    sheet = (
        whole()
        .put(33, 298, "购买方地址:示例路1号;    电话:0999-1;")
        .put(33, 307, "收款人:甲;    复核人:乙; 发票号码:12345678")
    )
    found = reading(sheet)
    assert found.invoice.remark.splitlines() == [
        "购买方地址:示例路1号;    电话:0999-1;",
        "收款人:甲;    复核人:乙; 发票号码:12345678",
    ]
    assert (found.invoice.drawer, found.invoice.number) == ("演丁一", NUMBER)


def test_pages_of_one_invoice_are_one():
    first = item(header(digital()), 162, amount="943.40")
    first.put(59, 262, "小").put(103, 262, "计").right(433, 262, "943.40").right(582, 262, "56.60").put(
        501, 67, "共2页 第1页"
    )
    second = item(
        header(digital()),
        162,
        name="*文具*笔",
        unit="支",
        quantity="1",
        price="100",
        amount="100.00",
        rate="13%",
        tax="13.00",
    )
    found = reading(
        first, totals(second, "1043.40", "69.60", "1113.00", "壹仟壹佰壹拾叁圆整").put(501, 67, "共2页 第2页")
    )
    assert [str(line.amount_excl_tax) for line in found.invoice.lines] == ["943.40", "100.00"]
    assert (str(found.invoice.total_incl_tax), found.conflicts, found.missing) == ("1113.00", (), ())


def test_two_invoices_on_two_pages_and_on_one_sheet():
    one, other = whole(), whole("普通发票", OTHER_NUMBER)
    assert [found.invoice.number for found in readings(one, other)] == [NUMBER, OTHER_NUMBER]
    sheet = Sheet((595.0, 842.0), [*one.texts, *other.moved(0, 421).texts])
    upper, lower = readings(sheet)
    assert ordinary(upper) == ORDINARY
    assert ordinary(lower) == (OTHER_NUMBER, *ORDINARY[1:])
    assert lower.invoice.kind is InvoiceKind.GENERAL_DIGITAL


def test_a_total_that_contradicts_its_parts_is_a_conflict():
    found = reading(totals(item(header(digital()), 162), total="1100.00", words="壹仟壹佰圆整"))
    (conflict,) = (conflict for conflict in found.conflicts if conflict.field == "total_incl_tax")
    assert dict(conflict.values) == {"text": "1100.00", "words": "1100.00", "lines": "1000.00"}


def test_what_is_not_there_is_missing_and_not_invented():
    found = reading(whole().without("1000.00", "壹仟圆整", SELLER, "2026年"))
    assert found.status.value == "incomplete"
    assert set(found.missing) == {"issue_date", "seller.name", "total_incl_tax"}
    assert found.invoice.total_incl_tax is None


def old(kind: str = "电子普通发票") -> Sheet:
    """A tax-controlled invoice with the cipher beside the buyer."""
    sheet = Sheet((610.0, 394.0))
    sheet.put(198, 22, f"示例增值税{kind}", 19).put(25, 70, "机器编号:").put(71, 70, "990000001283")
    for y, label, value in (
        (23, "发票代码:", "099001800211"),
        (37, "发票号码:", "33757031"),
        (51, "开票日期:", "2018年09月21日"),
        (66, "校 验 码:", "54049 16432 28739 87227"),
    ):
        sheet.put(433, y, label).put(476, y, value)
    for y, name, tax_id in ((86, BUYER, BUYER_ID), (296, SELLER, SELLER_ID)):
        column(sheet, 28, y + 4, "购买方" if y < 100 else "销售方", 15)
        for index, (label, value) in enumerate(
            (
                ("名　　　　称:", name),
                ("纳税人识别号:", tax_id),
                ("地 址、电 话:", "示例路1号 0999-1"),
                ("开户行及账号:", "示例银行 990"),
            )
        ):
            sheet.put(48, y + 14 * index, label).put(112, y + 14 * index, value)
    column(sheet, 351, 90, "密码区", 15)
    for index, line in enumerate(
        (
            "03866/*3625*-76/-6+9+986949>",
            "->-5+2179>-44/1-/9/<68+927><",
            "/-7*980+30<422><09/53<+>0742",
            "--*-30>8-178**8285184*>>+804",
        )
    ):
        sheet.put(369, 86 + 14 * index, line)
    for x, label in (
        (42, "货物或应税劳务、服务名称"),
        (190, "规格型号"),
        (252, "单位"),
        (293, "数　量"),
        (351, "单　价"),
        (416, "金　额"),
        (483, "税率"),
        (532, "税　额"),
    ):
        sheet.put(x, 148, label)
    sheet.put(25, 161, "*运输服务*客运服务费").put(173, 161, "无").put(256, 161, "次").put(327, 161, "1").put(
        361, 161, "734.59"
    )
    sheet.put(444, 161, "734.59").put(491, 161, "3%").put(567, 161, "22.04").put(74, 259, "合").put(110, 259, "计")
    sheet.put(436, 259, "￥734.59").put(560, 259, "￥22.04").put(61, 276, "价税合计（大写）").put(
        184, 276, "柒佰伍拾陆元陆角叁分"
    )
    sheet.put(470, 276, "（小写）").put(510, 276, "￥756.63").put(351, 305, "备").put(351, 331, "注").put(
        366, 300, "订单号:99"
    )
    sheet.put(32, 354, "收 款 人:").put(80, 354, "演辰").put(198, 354, "复 核:").put(232, 354, "演巳").put(
        319, 354, "开 票 人:"
    )
    return sheet.put(367, 354, "演午").put(442, 353, "销 售 方:（章）")


def old_with_figures_in_the_date_template():
    return (
        old()
        .without("2018年")
        .put(476, 51, "2018")
        .put(498, 51, "年")
        .put(509, 51, "09")
        .put(521, 51, "月")
        .put(531, 51, "21")
        .put(543, 51, "日")
    )


def old_without_the_date_template():
    return old().without("2018年").put(476, 51, "2018 09 21")


def old_spelled():
    plain = old()
    sheet = Sheet(plain.size)
    for x, y, text, size in plain.texts:
        sheet.spelled(x, y, text, size)
    return sheet


@pytest.mark.parametrize(
    "draw",
    [old, old_with_figures_in_the_date_template, old_without_the_date_template, old_spelled],
    ids=lambda draw: draw.__name__,
)
def test_a_tax_controlled_invoice(draw):
    found = reading(draw())
    invoice = found.invoice
    assert (invoice.kind, invoice.code, invoice.number, str(invoice.issue_date)) == (
        InvoiceKind.GENERAL_ELECTRONIC,
        "099001800211",
        "33757031",
        "2018-09-21",
    )
    assert (invoice.check_code, invoice.machine_number) == ("54049164322873987227", "990000001283")
    assert (invoice.buyer.name, invoice.buyer.tax_id, invoice.seller.name, invoice.seller.tax_id) == (
        BUYER,
        BUYER_ID,
        SELLER,
        SELLER_ID,
    )
    assert (invoice.buyer.address_phone, invoice.seller.bank_account) == ("示例路1号 0999-1", "示例银行 990")
    assert (invoice.payee, invoice.reviewer, invoice.drawer, invoice.remark) == ("演辰", "演巳", "演午", "订单号:99")
    assert figures(invoice.lines[0]) == ("1", "734.59", "734.59", "0.03", "22.04")
    assert (str(invoice.total_incl_tax), found.conflicts, found.missing) == ("756.63", (), ())


def test_the_drawing_board_measures_type():
    assert width("示例", 10) == pytest.approx(20, abs=0.5)
    assert HEADER[0][1] == "项目名称"


def list_of_goods():
    sheet = Sheet((610.0, 394.0)).put(180, 22, "销售货物或者提供应税劳务、服务清单", 14)
    sheet.put(25, 50, f"购买方名称：{BUYER}").put(25, 66, "所属增值税电子普通发票代码：099001800211").put(
        300, 66, "号码：33757031"
    )
    for x, label in (
        (25, "序号"),
        (60, "货物(劳务)名称"),
        (190, "规格型号"),
        (293, "数　量"),
        (351, "单　价"),
        (416, "金　额"),
        (483, "税率"),
        (532, "税　额"),
    ):
        sheet.put(x, 90, label)
    return (
        sheet.put(25, 104, "1")
        .put(60, 104, "*文具*笔")
        .put(444, 104, "734.59")
        .put(491, 104, "3%")
        .put(567, 104, "22.04")
    )


def test_the_list_of_goods_behind_an_invoice_is_not_read_as_lines_of_it():
    face = old().without("*运输服务*客运服务费").put(25, 161, "（详见销货清单）")
    found = reading(face, list_of_goods())
    assert [line.item_name for line in found.invoice.lines] == ["（详见销货清单）"]
    assert (found.conflicts, found.missing) == ((), ())


def test_a_list_of_goods_alone_is_named():
    found = reading(list_of_goods())
    assert (found.status.value, found.document.value) == ("not_an_invoice", "sales_list")


def test_a_second_copy_of_a_page_adds_no_lines():
    found = reading(whole(), whole())
    assert ordinary(found) == ORDINARY
    assert len(found.invoice.lines) == 1


def test_words_of_a_side_in_names_and_a_name_in_the_remark_confuse_nobody():
    buyer, seller = "示例市示例示例示例示例示例示例购物销售有限公司", "样州购买销售（样本）有限公司"
    sheet = (
        whole().without(BUYER, SELLER).put(60, 96, buyer).put(344, 96, seller).put(33, 300, "酒店名称:甲酒店; 名称:乙")
    )
    found = reading(sheet)
    assert (found.invoice.buyer.name, found.invoice.seller.name) == (buyer, seller)
    assert (found.invoice.buyer.tax_id, found.invoice.seller.tax_id) == (BUYER_ID, SELLER_ID)
