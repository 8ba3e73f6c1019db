"""Invoices drawn by hand: text at places, as each producer would put it."""

import io
from dataclasses import dataclass, field

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from parsers import read
from parsers.document import Document
from reimburse.domain.fonts import cjk_font_path
from reimburse.domain.reading import Reading

NAME = "paper"
pdfmetrics.registerFont(TTFont(NAME, str(cjk_font_path())))
BUYER, BUYER_ID = "示例买方有限公司", "91990000MA0DEM0011"
SELLER, SELLER_ID = "示例卖方（样本）有限公司", "91990000MA0DEM0024"
NUMBER = "26992000000000000017"


def width(text: str, size: float) -> float:
    return pdfmetrics.stringWidth(text, NAME, size)


@dataclass
class Sheet:
    """A page being drawn: ``put`` places text by its left side and the top of its line."""

    size: tuple[float, float] = (595.0, 397.0)
    texts: list[tuple[float, float, str, float]] = field(default_factory=list)

    def put(self, x: float, y: float, text: str, size: float = 9.0) -> "Sheet":
        self.texts.append((x, y, text, size))
        return self

    def right(self, x: float, y: float, text: str, size: float = 9.0) -> "Sheet":
        return self.put(x - width(text, size), y, text, size)

    def spelled(self, x: float, y: float, text: str, size: float = 9.0) -> "Sheet":
        for char in text:
            self.put(x, y, char, size)
            x += width(char, size)
        return self

    def without(self, *starts: str) -> "Sheet":
        self.texts = [item for item in self.texts if not item[2].startswith(starts)]
        return self

    def moved(self, dx: float, dy: float, scale: float = 1.0) -> "Sheet":
        moved = [(x * scale + dx, y * scale + dy, text, size * scale) for x, y, text, size in self.texts]
        return Sheet(self.size, moved)


def pdf(*sheets: Sheet, info: dict[str, str] | None = None, encrypt: str | None = None) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=sheets[0].size, invariant=1, encrypt=encrypt)
    for sheet in sheets:
        canvas.setPageSize(sheet.size)
        for x, y, text, size in sheet.texts:
            canvas.setFont(NAME, size)
            canvas.drawString(x, sheet.size[1] - y - 0.85 * size, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def readings(*sheets: Sheet) -> tuple[Reading, ...]:
    return read(Document("drawn.pdf", pdf(*sheets)))


def reading(*sheets: Sheet) -> Reading:
    (only,) = readings(*sheets)
    return only


def column(sheet: Sheet, x: float, y: float, text: str, step: float = 10.0) -> Sheet:
    for char in text:
        sheet.put(x, y, char, 8)
        y += step
    return sheet


def digital(kind: str = "增值税专用发票", number: str = NUMBER, *, parties: bool = True) -> Sheet:
    """The tax bureau's template without items and totals."""
    sheet = Sheet()
    sheet.put(165, 23, f"电子发票（{kind}）", 18)
    sheet.put(439, 32, "发票号码：").put(482, 32, number, 8)
    sheet.put(439, 49, "开票日期：").put(482, 49, "2026年03月02日")
    column(sheet, 17, 93, "购买方信息")
    column(sheet, 302, 93, "销售方信息")
    sheet.put(32, 96, "名称：").put(317, 96, "名称：")
    for x in (32, 317):
        sheet.put(x, 126, "统一社会信用代码/纳税人识别号：", 8)
    if parties:
        sheet.put(60, 96, BUYER).put(344, 96, SELLER)
        sheet.put(164, 126, BUYER_ID).put(449, 126, SELLER_ID)
    sheet.put(17, 310, "备", 8).put(17, 327, "注", 8)
    return sheet.put(56, 368, "开票人：").put(92, 368, "演丁一")


HEADER = (
    (45, "项目名称"), (119, "规格型号"), (190, "单 位"), (264, "数 量"), (333, "单 价"), (406, "金 额"),
    (446, "税率/征收率"), (550, "税 额"),
)  # fmt: skip


def header(sheet: Sheet, labels=HEADER, y: float = 152) -> Sheet:
    for x, label in labels:
        sheet.put(x, y, label, 8.5)
    return sheet


def item(sheet: Sheet, y: float, name="*信息技术服务*技术服务", spec="", unit="项", quantity="1", price="943.396226415094",
         amount="943.40", rate="6%", tax="56.60") -> Sheet:  # fmt: skip
    """One line of goods: text from the left, figures to the right sides of their columns."""
    sheet.put(14, y, name)
    if spec:
        sheet.put(119, y, spec)
    if unit:
        sheet.put(199, y, unit)
    for side, text in ((290, quantity), (361, price), (433, amount), (582, tax)):
        if text:
            sheet.right(side, y, text)
    return sheet.put(467, y, rate)


def totals(sheet: Sheet, net="943.40", tax="56.60", total="1000.00", words="壹仟圆整", y: float = 262) -> Sheet:
    sheet.put(59, y, "合").put(103, y, "计")
    for side, text in ((433, net), (582, tax)):
        if text:
            sheet.right(side, y, text).put(side - width(text, 9) - 8, y, "¥")
    sheet.put(48, y + 17, "价税合计（大写）").put(182, y + 17, words)
    return sheet.put(412, y + 17, "（小写）").put(447, y + 17, "¥").put(454, y + 17, total)


def whole(kind: str = "增值税专用发票", number: str = NUMBER) -> Sheet:
    """A complete, ordinary invoice."""
    return totals(item(header(digital(kind, number)), 162))


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
