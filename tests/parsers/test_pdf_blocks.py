"""What stands around the items and is none of them: blocks of special businesses, days, plates, other invoices' names."""

import pypdfium2
import pytest

from parsers.pdf.opening import page_of
from parsers.pdf.parts import read_part
from reimburse.domain.invoice import InvoiceKind, TaxTreatment

from .paper import Sheet, digital, header, item, pdf, reading, totals, whole

PASSAGE = (
    (45, "项目名称"), (140, "车牌号"), (205, "类型"), (245, "通行日期起"), (305, "通行日期止"), (406, "金 额"),
    (446, "税率/征收率"), (550, "税 额"),
)  # fmt: skip


def toll(plate: float = 119) -> Sheet:
    """Figures at the left sides of their columns, nearer to the day's header than to their own."""
    sheet = header(digital("普通发票"), PASSAGE).put(14, 162, "*经营租赁*通行费")
    for x, text in ((205, "客车"), (247, "20260212"), (307, "--"), (364, "36.92"), (467, "3%"), (506, "1.11")):
        sheet.put(x, 162, text)
    return totals(sheet.put(plate, 162, "示A00001"), "36.92", "1.11", "38.03", "叁拾捌圆零叁分")


@pytest.mark.parametrize("plate", [119, 90])
def test_a_day_is_no_amount_and_a_plate_no_part_of_the_name(plate):
    found = reading(toll(plate))
    (line,) = found.invoice.lines
    assert (line.item_name, str(line.amount_excl_tax), str(line.tax_amount)) == ("*经营租赁*通行费", "36.92", "1.11")
    assert (line.specification, line.quantity, found.conflicts) == (None, None, ())


def test_stars_that_touch_a_rate():
    sheet = item(header(digital("普通发票")), 162, rate="", tax="", quantity="", price="")
    sheet = sheet.without("*信息").spelled(14, 162, "*信息技术服务*技术服务")
    sheet = sheet.put(480, 162, "不征税").put(508.5, 162, "***")
    document = pypdfium2.PdfDocument(pdf(totals(sheet, tax="***", total="943.40", words="玖佰肆拾叁圆肆角整")))
    (face,) = read_part(InvoiceKind.GENERAL_DIGITAL, [page_of(document[0], 1)])
    line = face.lines[0].line
    assert (line.treatment, str(line.tax_amount)) == (TaxTreatment.NOT_TAXED, "0.00")


BLOCKS = {
    "words unheard of, right below": (173, ((30, "样例要素"), (213, "作业区段"), (400, "检验类别"))),
    "words unheard of, further down": (226, ((30, "样例要素"), (120, "作业区段"))),
    "a block that is known": (173, ((30, "保险单号"), (120, "税款所属期"))),
}


@pytest.mark.parametrize(("y", "names"), BLOCKS.values(), ids=BLOCKS)
def test_a_block_below_the_items_is_no_part_of_them(y, names):
    sheet = whole()
    for x, name in names:
        sheet.put(x, y, name).put(x, y + 11, "0099-1")
    (line,) = reading(sheet).invoice.lines
    assert (line.item_name, line.specification, line.unit) == ("*信息技术服务*技术服务", None, "项")


def test_a_name_still_goes_on_over_three_lines():
    sheet = whole().put(14, 173, "含样例数据").put(14, 184, "处理费").put(119, 173, "V3.0")
    (line,) = reading(sheet).invoice.lines
    assert (line.item_name, line.specification) == ("*信息技术服务*技术服务含样例数据处理费", "V3.0")


CODE, OLD, BLUE = "099000000211", "12345678", "25992000000000004453"


@pytest.mark.parametrize(
    ("remark", "code", "number"),
    [
        (f"被红冲蓝字数电票号码：{BLUE} 红字发票信息确认单编号：9900260300000000000001", "", BLUE),
        (f"被红冲蓝字数电发票号码：{BLUE}", "", BLUE),
        (f"对应蓝字发票号码：{BLUE} 红字确认单编号：9900260300000000000001", "", BLUE),
        (f"被红冲蓝字税控发票代码：{CODE} 号码：{OLD}", CODE, OLD),
        (f"被红冲蓝字发票代码：{CODE} 被红冲蓝字发票号码：{OLD}", CODE, OLD),
        (f"对应正数发票代码:{CODE} 号码:{OLD}", CODE, OLD),
    ],
)
def test_the_invoice_that_is_taken_back_is_not_this_one(remark, code, number):
    sheet = item(header(digital()), 162, quantity="-1", amount="-943.40", tax="-56.60").put(33, 300, remark)
    invoice = reading(totals(sheet, "-943.40", "-56.60", "-1000.00", "（负数）壹仟圆整")).invoice
    assert (invoice.red_letter_of.code, invoice.red_letter_of.number, invoice.code) == (code, number, None)
