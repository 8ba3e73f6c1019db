"""One fictional invoice for each way an invoice can be wrong, named by the rule that says so."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from reimburse.demo.samples import parties
from reimburse.demo.samples.invoice_builder import Pad, item
from reimburse.demo.samples.invoice_case import InvoiceCase, recent
from reimburse.demo.samples.invoice_data import BUYER_REMARK, GENERAL, SPECIAL, with_buyer
from reimburse.domain.amount_words import to_words
from reimburse.domain.finding import Text
from reimburse.domain.invoice import Invoice, InvoiceKey, InvoiceKind, InvoiceLine, Party
from reimburse.domain.money import ZERO


def wrong_cases(pad: Pad, today: date) -> tuple[InvoiceCase, ...]:
    """Every invoice that a rule finds wrong on its face."""
    return (*_titles(pad, today), *_amounts(pad, today), *_contents(pad, today), *_dates(pad, today))


def _titles(pad: Pad, today: date) -> tuple[InvoiceCase, ...]:
    def bought(slug: str, change: Callable[[Invoice], Invoice], wrong: str, zh: str, en: str) -> InvoiceCase:
        sound = pad.invoice(
            slug, GENERAL, recent(today, 10), parties.STATIONER, item("*文具*白板笔", "90.40", "0.13", "20", "支")
        )
        return InvoiceCase(slug, change(sound), "office_supplies", Text(zh, en), wrong)

    def title(**fields: str | None) -> Callable[[Invoice], Invoice]:
        return lambda invoice: with_buyer(invoice, **fields)

    other = parties.OTHER_COMPANY
    return (
        bought("title-wrong", title(name=other.name), "R-01", "抬头是别的公司", "another company's title"),
        bought("title-short", title(name="示例云帆科技"), "R-01", "抬头用了简称", "a short title"),
        bought("title-one-character", title(name="示例云帆科学有限公司"), "R-01", "科技写成科学", "one character off"),
        bought("title-personal", title(name="个人", tax_id=None), "R-01", "抬头为个人", "made out to a person"),
        bought("tax-id-missing", title(tax_id=None), "R-09", "没有税号", "no tax id"),
        bought("tax-id-letter-o", title(tax_id="91990000MA0DEMOO11"), "R-10", "税号把 0 写成 O", "O for 0"),
        bought("tax-id-short", title(tax_id="91990000MA0DEM001"), "R-10", "税号少一位", "a tax id one short"),
        bought("tax-id-of-another", title(tax_id=other.tax_id), "R-13", "税号是别的公司的", "another company's tax id"),
        _buyer_items_missing(pad, today, "buyer-items-missing", InvoiceKind.SPECIAL_ELECTRONIC),
        _buyer_items_missing(pad, today, "paper-buyer-items-missing", InvoiceKind.SPECIAL_PAPER),
    )


def _buyer_items_missing(pad: Pad, today: date, slug: str, kind: InvoiceKind) -> InvoiceCase:
    invoice = pad.invoice(
        slug,
        kind,
        recent(today, 10),
        parties.ELECTRONICS_SHOP,
        item("*计算机配套产品*扩展坞", "339.00", "0.13", "1", "个"),
        buyer=Party(parties.COMPANY.name, parties.COMPANY.tax_id),
    )
    about = Text("专票缺购买方地址电话、开户行账号", "a special invoice without the buyer's address and bank")
    return InvoiceCase(slug, invoice, "low_value_asset", about, "R-16")


def _amounts(pad: Pad, today: date) -> tuple[InvoiceCase, ...]:
    def serviced(slug: str, wrong: str, zh: str, en: str, **fields: object) -> InvoiceCase:
        line = item("*信息技术服务*技术服务费", "1060.00", quantity="1", unit="项")
        sound = pad.invoice(slug, SPECIAL, recent(today, 9), parties.SOFTWARE_HOUSE, line, remark=BUYER_REMARK)
        changed = replace(sound, **fields)  # type: ignore[arg-type]
        return InvoiceCase(slug, changed, "software_service", Text(zh, en), wrong)

    taxed = _overtaxed()
    total, more = Decimal("1066.00"), Decimal("1080.00")
    return (
        serviced(
            "tax-arithmetic",
            "R-33",
            "税额不等于金额乘税率",
            "tax is not amount times rate",
            lines=(taxed,),
            tax_amount=Decimal("66.00"),
            total_incl_tax=total,
            total_in_words=to_words(total),
        ),
        serviced(
            "sum-arithmetic",
            "R-34",
            "金额加税额不等于价税合计",
            "net and tax are not the total",
            total_incl_tax=more,
            total_in_words=to_words(more),
        ),
        serviced("words-differ", "R-69", "大写与小写不一致", "words and figures differ", total_in_words="捌佰圆整"),
        serviced("qr-differs", "X-01", "二维码金额与票面不一致", "the QR code states another amount"),
        serviced("docinfo-differs", "X-01", "文件属性金额与票面不一致", "the file's properties state another amount"),
        _red(pad, today),
    )


def _overtaxed() -> InvoiceLine:
    net = Decimal("1000.00")
    return InvoiceLine("*信息技术服务*技术服务费", None, "项", Decimal(1), net, net, Decimal("0.06"), Decimal("66.00"))


def _red(pad: Pad, today: date) -> InvoiceCase:
    blue = pad.invoice("red-letter/blue", SPECIAL, recent(today, 30), parties.SOFTWARE_HOUSE)
    sound = item("*信息技术服务*技术服务费", "1000.00", quantity="1", unit="项")
    minus = replace(
        sound,
        quantity=Decimal(-1),
        amount_excl_tax=-(sound.amount_excl_tax or ZERO),
        tax_amount=-(sound.tax_amount or ZERO),
    )
    remark = f"被红冲蓝字数电发票号码：{blue.number} 红字发票信息确认单编号：{blue.number}"
    red = pad.invoice("red-letter", SPECIAL, recent(today, 4), parties.SOFTWARE_HOUSE, minus, remark=remark)
    red = replace(red, red_letter_of=InvoiceKey("", blue.number or ""))
    about = Text("红字发票，原蓝字票不在库中", "a red-letter invoice whose blue one is unknown")
    return InvoiceCase("red-letter", red, "software_service", about, "R-37")


def _contents(pad: Pad, today: date) -> tuple[InvoiceCase, ...]:
    def sold(slug: str, seller: Party, line: InvoiceLine, category: str, wrong: str, zh: str, en: str) -> InvoiceCase:
        invoice = pad.invoice(slug, GENERAL, recent(today, 8), seller, line)
        return InvoiceCase(slug, invoice, category, Text(zh, en), wrong)

    shop, gifts, company = parties.STATIONER, parties.GIFT_SHOP, parties.COMPANY
    vague = item("*文具*办公用品", "565.00", "0.13", "1", "批")
    gift = item("*日用杂品*礼品", "904.00", "0.13", "1", "批")
    listed = item("*文具*文具一批（详见销货清单）", "1130.00", "0.13", None)
    laptop = item("*电子计算机*笔记本电脑", "7999.00", "0.13", "1", "台", "NB-14")
    own = item("*信息技术服务*技术服务费", "500.00", unit="项")
    return (
        sold("vague-item", shop, vague, "office_supplies", "R-81", "品名只写办公用品", "a vague item name"),
        sold("vague-gift", gifts, gift, "gift", "R-81", "品名只写礼品", "an item called gift"),
        sold(
            "list-missing", shop, listed, "office_supplies", "R-82", "详见清单但没有清单", "refers to a list not there"
        ),
        sold(
            "over-5000", parties.ELECTRONICS_SHOP, laptop, "fixed_asset", "R-58", "超过 5,000 元未附合同", "over 5,000"
        ),
        sold("own-invoice", company, own, "software_service", "X-14", "购销双方为同一公司", "buyer is the seller"),
    )


def _dates(pad: Pad, today: date) -> tuple[InvoiceCase, ...]:
    def eaten(slug: str, on: date, wrong: str, zh: str, en: str) -> InvoiceCase:
        invoice = pad.invoice(slug, GENERAL, on, parties.RESTAURANT, item("*餐饮服务*餐费", "156.00"))
        return InvoiceCase(slug, invoice, "travel_meal", Text(zh, en), wrong)

    return (
        eaten("too-old", today - timedelta(days=125), "R-72", "超过三个月", "older than three months"),
        eaten("last-year", date(today.year - 1, 12, 20), "R-73", "跨年发票", "an invoice of last year"),
        eaten("future-date", today + timedelta(days=7), "X-15", "开票日期在将来", "dated in the future"),
    )
