"""Tax-controlled invoices with the cipher beside the buyer, and lists of goods."""

import pytest

from reimburse.domain.invoice import InvoiceKind

from .paper import BUYER, BUYER_ID, SELLER, SELLER_ID, Sheet, column, figures, reading


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
