"""A railway e-ticket: the page, and the XBRL voucher inside the file or alone."""

from datetime import datetime
from xml.sax.saxutils import escape

from reimburse.demo.samples.pdf_writer import Attachment, Paper, pdf
from reimburse.demo.samples.printed import chinese_date, issued, money, qr_payload
from reimburse.demo.samples.seal import seal
from reimburse.demo.samples.sheet import Align, Code, Ink, Mark, Sheet, Stroke, Text, box
from reimburse.domain.invoice import Invoice, Travel

XBRLI = "http://www.xbrl.org/2003/instance"
LINK = "http://www.xbrl.org/2003/linkbase"
XLINK = "http://www.w3.org/1999/xlink"
ISO4217 = "http://www.xbrl.org/2003/iso4217"
NAMESPACE = "http://xbrl.mof.gov.cn/taxonomy/2021-11-30/rai"
PINYIN = {"示例北": "Shilibei", "样城东": "Yangchengdong", "演州": "Yanzhou"}
E_TICKET = "99901234567890201099001"
MASKED_ID = "9900001990****001X"


def rail_ticket(invoice: Invoice, attached: bool = True) -> bytes:
    """The ticket as PDF; its XBRL voucher is the attachment under key ``0`` where ``attached``."""
    name = f"rai_issuer_{issued(invoice):%Y%m%d}_{invoice.number}.xml"
    attachment = Attachment("0", name, rail_xbrl(invoice)) if attached else None
    info = {"Author": "China Tax", "Producer": "Suwell OFD convertor"}
    return pdf([_sheet(invoice)], Paper(info, attachment))


def rail_xbrl(invoice: Invoice) -> bytes:
    """The issuer's voucher of the Ministry of Finance's taxonomy (``rai_issuer``)."""
    travel, departs = _journey(invoice)
    vehicle, seat = travel.vehicle or "", travel.seat or ""
    texts = {
        "TypeOfVoucher": "电子发票（铁路电子客票）",
        "ElectronicInvoiceRailwayETicketNumber": invoice.number or "",
        "DateOfIssue": issued(invoice).isoformat(),
        "IssueParty": "示例铁路局样本单位",
        "IssuePartyCode": "9900",
        "TypeOfBusiness": "售",
        "DepartureStation": travel.origin or "",
        "PhonicsOfDepartureStation": PINYIN[travel.origin or ""],
        "DestinationStation": travel.destination or "",
        "PhonicsOfDestinationStation": PINYIN[travel.destination or ""],
        "TrainNumber": vehicle,
        "TravelDate": f"{departs:%Y-%m-%d}",
        "DepartureTime": f"{departs:%H:%M}",
        "TypeOfRailwayTicket": "",
        "AirConditioningCharacteristics": "新空调",
        "SeatLevel": seat,
        "Carriage": "07",
        "Seat": "03C",
        "DiscountMark": "",
        "Fare": money(invoice.total_incl_tax),
        "AmountRefunded": "",
        "ETicketNumber": E_TICKET,
        "IdNumber": MASKED_ID,
        "Name": travel.passenger or "",
        "TotalAmountExcludingTax": money(invoice.amount_excl_tax),
        "TaxRate": "0.09",
        "TaxAmount": money(invoice.tax_amount),
        "NameOfPurchaser": invoice.buyer.name or "",
        "UnifiedSocialCreditCodeOfPurchaser": invoice.buyer.tax_id or "",
        "NumberOfOriginalInvoice": "",
        "Remarks": "",
    }
    return _instance(issued(invoice).isoformat(), texts).encode()


def _instance(day: str, texts: dict[str, str]) -> str:
    units = {"Fare": "u1", "TotalAmountExcludingTax": "u1", "TaxAmount": "u1", "TaxRate": "u2"}
    facts = []
    for name, value in texts.items():
        unit = f' unitRef="{units[name]}" decimals="2"' if name in units else ""
        facts.append(f'<rai:{name} contextRef="c1"{unit}>{escape(value)}</rai:{name}>')
    spaces = (
        f'xmlns="{XBRLI}" xmlns:link="{LINK}" xmlns:xlink="{XLINK}" xmlns:iso4217="{ISO4217}" xmlns:rai="{NAMESPACE}"'
    )
    entity = f'<entity><identifier scheme="{NAMESPACE}">99000000</identifier></entity>'
    rows = (
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<xbrl {spaces}>",
        f'<link:schemaRef xlink:type="simple" xlink:href="{NAMESPACE}/rai_issuer.xsd"/>',
        f'<context id="c1">{entity}<period><instant>{day}</instant></period></context>',
        '<unit id="u1"><measure>iso4217:CNY</measure></unit><unit id="u2"><measure>pure</measure></unit>',
        *facts,
        "</xbrl>",
    )
    return "\n".join(rows) + "\n"


def _journey(invoice: Invoice) -> tuple[Travel, datetime]:
    if invoice.travel is None or invoice.travel.departs_at is None:
        raise ValueError("a rail ticket without a journey")
    return invoice.travel, datetime.fromisoformat(invoice.travel.departs_at)


def _sheet(invoice: Invoice) -> Sheet:
    form: tuple[Mark, ...] = (
        *box(4.5, 4.5, 170.5, 96, Ink.MAROON),
        Text(87.5, 13, "电子发票（铁路电子客票）", 16, Ink.MAROON, align=Align.CENTRE),
        *seal(87.5, 10),
        Stroke(80.4, 38, 101, 38, Ink.BLACK),
        Stroke(7, 82, 168, 82, Ink.GREY),
        Text(53, 87.7, "买票请到12306 发货请到95306", align=Align.CENTRE),
        Text(53, 92, "中国铁路祝您旅途愉快", align=Align.CENTRE),
    )
    return Sheet(175, 100, form, _ticket_values(invoice))


def _ticket_values(invoice: Invoice) -> tuple[Mark, ...]:
    travel, departs = _journey(invoice)
    origin, destination = travel.origin or "", travel.destination or ""
    return (
        Text(8.5, 23.4, f"发票号码:{invoice.number}", 10),
        Text(123.5, 23.4, f"开票日期:{chinese_date(issued(invoice))}", 10),
        Text(21.2, 36, origin, 18),
        Text(42.2, 36, "站", 12),
        Text(80.4, 35, travel.vehicle or "", 16),
        Text(123.5, 36, destination, 18),
        Text(144.5, 36, "站", 12),
        Text(21.9, 41, PINYIN[origin], 10),
        Text(123.5, 41, PINYIN[destination], 10),
        Text(8.5, 48, chinese_date(departs.date()), 12),
        Text(49.4, 48, f"{departs:%H:%M}开", 12),
        Text(105.8, 48, "07车03C号", 12),
        Text(141.1, 48, travel.seat or "", 12),
        Text(8.5, 55.8, "票价:￥", 12),
        Text(24.3, 55.8, money(invoice.total_incl_tax), 14),
        Text(8.5, 64.2, MASKED_ID, 12),
        Text(54, 64.2, travel.passenger or "", 12),
        Text(8.5, 71.4, f"电子客票号:{E_TICKET}", 10),
        Text(8.5, 77.8, f"购买方名称:{invoice.buyer.name}", 10),
        Text(88.2, 77.8, f"统一社会信用代码:{invoice.buyer.tax_id}", 10),
        Code(142, 51, 22, qr_payload(invoice, "99ee"), marked=False),
    )
