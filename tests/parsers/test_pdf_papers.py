"""What is no invoice though it speaks of one, and invoices though they speak of something else."""

import pytest

from parsers.support_documents import kind_of_text
from reimburse.domain.invoice import InvoiceKind

from .paper import NUMBER, Sheet, readings, totals, whole
from .test_pdf_tax_controlled import old

A4 = (595.0, 842.0)
INVOICES = ("增值税专用发票", "电子发票（普通发票）", "电子发票（铁路电子客票）", "增值税电子普通发票", "财政电子票据")


def claim_form(kind: str, size: float) -> Sheet:
    sheet = Sheet(A4).put(250, 40, "费用报销单", size).put(40, 80, "发票类型：").put(100, 80, kind)
    sheet.put(40, 98, "发票号码：").put(90, 98, NUMBER).put(300, 98, "开票日期：2026年03月02日")
    return (
        sheet.put(40, 116, "合计（大写）：壹仟圆整").put(300, 116, "（小写）：¥1000.00").put(40, 134, "纳税人识别号：")
    )


@pytest.mark.parametrize("size", [10.5, 20])
@pytest.mark.parametrize("kind", INVOICES)
def test_a_form_that_names_an_invoice_is_none(kind, size):
    (found,) = readings(claim_form(kind, size))
    assert (found.status.value, found.invoice, found.document) == ("not_an_invoice", None, None)


def test_a_contract_that_speaks_of_invoices_is_none():
    sheet = Sheet(A4).put(220, 40, "技术服务合同", 16).put(40, 90, "甲方应凭乙方开具的增值税专用发票付款，")
    sheet.put(40, 110, f"发票号码：{NUMBER}，开票日期：2026年03月02日。").put(40, 130, "金额（小写）：¥1000.00")
    assert [found.invoice for found in readings(sheet)] == [None]


@pytest.mark.parametrize("remark", ["对应电子发票（铁路电子客票）3张", "附销货清单一份", "原增值税电子普通发票已作废"])
def test_an_invoice_is_of_the_kind_of_its_title(remark):
    (found,) = readings(whole().put(33, 300, remark))
    assert (found.invoice.kind, found.invoice.remark) == (InvoiceKind.SPECIAL_DIGITAL, remark)


def test_a_title_below_a_larger_stamp_counts_where_the_face_bears_it_out():
    (found,) = readings(whole().put(20, 5, "仅供预览", 40))
    assert (found.invoice.kind, found.invoice.number) == (InvoiceKind.SPECIAL_DIGITAL, NUMBER)


def test_letters_of_a_title_between_other_large_type():
    sheet = whole().without("电子发票").spelled(165, 23, "电子发票（增值税专用发票）", 18).put(205, 60, "成品油", 17)
    assert [found.invoice.kind for found in readings(sheet)] == [InvoiceKind.SPECIAL_DIGITAL]


def goods_list(title: str, *, words: str = "") -> Sheet:
    """The list behind a tax-controlled invoice, with its code and number and a line of its own."""
    sheet = Sheet(A4).put(200, 30, title, 15).put(30, 56, "购买方名称：示例买方有限公司")
    sheet.put(30, 90, "发票代码：099001800211").put(290, 90, "发票号码：33757031").put(480, 90, "共 1 页 第 1 页")
    for x, label, value in (
        (30, "序号", "1"), (60, "货物（劳务）名称", "*运输服务*客运服务费"), (190, "规格型号", ""), (250, "单位", "次"),
        (280, "数量", "1"), (340, "单价", "734.59"), (400, "金额", "734.59"), (476, "税率", "3%"), (510, "税额", "22.04"),
    ):  # fmt: skip
        sheet.put(x, 112, label).put(x, 126, value)
    sheet.put(60, 140, "小计").put(400, 140, "¥734.59").put(510, 140, "¥22.04").put(60, 156, words)
    return sheet.put(30, 190, "销售方（章）：").put(400, 190, "填开日期：2018年09月21日")


@pytest.mark.parametrize("title", ["销售货物或者提供应税劳务清单", "销货清单", "示例增值税电子普通发票（清单）"])
def test_a_list_of_goods_adds_nothing_to_its_invoice(title):
    (found,) = readings(old(), goods_list(title))
    assert (found.invoice.number, len(found.invoice.lines), found.conflicts) == ("33757031", 1, ())


def test_a_list_of_goods_alone():
    assert [found.document.value for found in readings(goods_list("销货清单"))] == ["sales_list"]


def test_totals_do_not_make_an_invoice_of_a_quotation():
    sheet = totals(Sheet(A4).put(250, 40, "报价单", 16).put(40, 90, "报价日期：2026年03月02日"))
    assert [found.invoice for found in readings(sheet)] == [None]


@pytest.mark.parametrize(
    "text",
    [
        "报价单 客户名称 序号 名称 规格型号 单位 数量 单价 金额 税率 13%",
        "付款申请书 付款人 收款人 金额（大写） 开户行 账号 用途 交易流水号",
    ],
)
def test_papers_with_the_columns_of_others_get_no_name(text):
    assert kind_of_text(text) is None


@pytest.mark.parametrize("title", ["网上银行电子回执", "国内支付业务付款回单", "入账通知", "境内汇款凭证"])
def test_receipts_of_banks_by_any_name(title):
    assert kind_of_text(f"{title} 付款人 收款人 金额（大写） 开户行 账号 用途").value == "bank_receipt"
