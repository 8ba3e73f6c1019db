"""Classes of layouts, each drawn by hand and named for what is odd about it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from reimburse.domain.invoice import InvoiceKind

from .paper import (
    BUYER,
    BUYER_ID,
    NUMBER,
    ORDINARY,
    SELLER,
    SELLER_ID,
    Sheet,
    digital,
    figures,
    header,
    item,
    ordinary,
    reading,
    readings,
    totals,
    whole,
)

OTHER_NUMBER = "26992000000000000025"


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
