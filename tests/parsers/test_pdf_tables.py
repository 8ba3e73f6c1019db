"""The lines of the item table: columns, wrapped names, discounts, taxes printed as stars."""

from decimal import Decimal

import pytest

from .paper import digital, figures, header, item, reading, totals, width


def test_lines_without_quantity_or_unit():
    found = reading(totals(item(header(digital()), 162, unit="", quantity="", price="")))
    assert figures(found.invoice.lines[0]) == (None, None, "943.40", "0.06", "56.60")


def test_a_line_without_a_name_is_missing_one():
    sheet = item(header(digital()), 162, name="", amount="900.00", quantity="", price="", tax="54.00")
    item(sheet, 182, amount="43.40", quantity="", price="", tax="2.60")
    found = reading(totals(sheet))
    assert (found.missing, found.status.value) == (("lines.0.item_name",), "parsed")


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


UNRULED = (
    (45, "项目名称"), (134, "规格型号"), (196, "单 位"), (250, "数 量"), (320, "单 价"), (392, "金 额"), (448, "税率/征收率"),
    (536, "税 额"),
)  # fmt: skip


def test_a_figure_that_touches_its_unit_is_the_quantity():
    sheet = item(
        header(digital(), UNRULED), 162, unit="", quantity="", price="12.5", amount="587.50", rate="6%", tax="35.25"
    )
    sheet.put(197, 162, "平方米").put(226, 162, "47")
    found = reading(totals(sheet, "587.50", "35.25", "622.75", "陆佰贰拾贰圆柒角伍分"))
    assert (found.invoice.lines[0].unit, str(found.invoice.lines[0].quantity)) == ("平方米", "47")
    assert found.conflicts == ()


def test_a_name_that_fills_its_cell_ends_where_it_was_drawn():
    """No rules, and the specification begins within a point of it, too short to reach its header."""
    sheet = item(header(digital(), UNRULED), 162, name="*信息技术服务*技术服务费用", unit="")
    sheet.put(15 + width("*信息技术服务*技术服务费用", 9), 162, "无")
    line = reading(totals(sheet)).invoice.lines[0]
    assert (line.item_name, line.specification) == ("*信息技术服务*技术服务费用", "无")


def test_a_name_drawn_in_pieces_beside_a_specification_is_doubted():
    """Whether the piece goes on with the name or is the next cell, nobody can tell."""
    sheet = item(header(digital(), UNRULED), 162, name="", unit="")
    x = 14.0
    for piece in ("*", "信息技术服务", "*", "技术服务费用"):
        sheet.put(x, 162, piece)
        x += width(piece, 9)
    sheet.put(x + 1, 162, "A4")
    found = reading(totals(sheet))
    assert "lines.0.item_name" in {conflict.field for conflict in found.conflicts}


def test_a_hyphen_at_the_end_of_a_line_is_kept():
    """pdfium takes it for the mark of a broken word."""
    sheet = item(header(digital()), 162, name="*计算机配件*Type-")
    sheet.put(14, 172, "C充电线")
    assert reading(totals(sheet)).invoice.lines[0].item_name == "*计算机配件*Type-C充电线"


def test_smaller_type_beside_larger_stands_on_its_line():
    sheet = item(header(digital(), UNRULED), 162, name="*信息技术服务*(甲)", unit="")
    sheet.put(120, 160.6, "V3.0企业版永久授权", 5.2)
    line = reading(totals(sheet)).invoice.lines[0]
    assert (line.item_name, line.specification) == ("*信息技术服务*(甲)", "V3.0企业版永久授权")


@pytest.mark.parametrize(
    ("quantity", "price", "field", "told"),
    [("", "943.40", "lines.0.quantity", "1"), ("2", "", "lines.0.unit_price", "471.7")],
)
def test_a_price_without_a_quantity_is_a_conflict(quantity, price, field, told):
    found = reading(totals(item(header(digital()), 162, quantity=quantity, price=price)))
    assert [(conflict.field, list(conflict.values.values())) for conflict in found.conflicts] == [(field, [told])]
