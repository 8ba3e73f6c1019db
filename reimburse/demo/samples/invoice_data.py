"""The catalogue of sound fictional invoices: what people of the demo company bought lately."""

from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal

from reimburse.demo.samples import parties
from reimburse.demo.samples.invoice_builder import Pad, digits, discount, exempt, item
from reimburse.demo.samples.invoice_case import InvoiceCase, recent
from reimburse.domain.finding import Text
from reimburse.domain.invoice import Invoice, InvoiceKind, Party, Travel
from reimburse.domain.money import cents

SPECIAL, GENERAL = InvoiceKind.SPECIAL_DIGITAL, InvoiceKind.GENERAL_DIGITAL
OLD = InvoiceKind.GENERAL_ELECTRONIC
BUYER_REMARK = (
    "购买方地址:示例市滨江区样例路1号;    电话:0990-5550100;\n"
    "购方开户银行:示例银行滨江支行;    银行账号:9900000000000000011;"
)


def sound_cases(pad: Pad, today: date) -> tuple[InvoiceCase, ...]:
    """Every invoice that breaks no rule, once its evidence is attached."""
    makers = (_travel, _office, _bills, _services, _pictures)
    return tuple(case for make in makers for case in make(pad, today))


def _travel(pad: Pad, today: date) -> tuple[InvoiceCase, ...]:
    hotel = pad.invoice(
        "hotel",
        SPECIAL,
        recent(today, 18),
        parties.HOTEL,
        item("*住宿服务*住宿费", "1200.00", quantity="3", unit="天"),
        remark=f"{BUYER_REMARK}\n{stay(today, 21, 18)}",
    )
    inn = pad.invoice(
        "inn", GENERAL, recent(today, 9), parties.INN, item("*住宿服务*住宿费", "480.00", "0.01", "2", "间")
    )
    taxi = pad.invoice(
        "taxi",
        GENERAL,
        recent(today, 15),
        parties.RIDES,
        item("*运输服务*客运服务费", "86.53", "0.03"),
        discount("*运输服务*客运服务费", "9.60", "0.03"),
    )
    lunch = pad.invoice("lunch", OLD, recent(today, 19), parties.RESTAURANT, item("*餐饮服务*餐费", "126.00"))
    return (
        InvoiceCase("hotel", hotel, "travel_lodging", Text("出差住宿三晚", "three nights on a business trip")),
        InvoiceCase("inn", inn, "travel_lodging", Text("出差住宿，征收率 1%", "lodging at the 1 % levy rate")),
        InvoiceCase("rail-out", _rail(pad, "rail-out", today, 21), "travel_transport", Text("去程火车票", "train out")),
        InvoiceCase(
            "rail-back", _rail(pad, "rail-back", today, 18), "travel_transport", Text("返程火车票", "train back")
        ),
        InvoiceCase("taxi", taxi, "taxi", Text("网约车，带折扣行", "ride hailing with a discount line")),
        InvoiceCase("lunch", lunch, "travel_meal", Text("出差工作餐，旧版电子发票", "meal on a trip, older e-invoice")),
    )


def stay(today: date, arrival: int, departure: int) -> str:
    """The remark of a hotel: the days of stay, so many days ago."""
    first, last = recent(today, arrival), recent(today, departure)
    return f"入离日期:{first.month}-{first.day}至{last.month}-{last.day}"


def _rail(pad: Pad, name: str, today: date, days: int) -> Invoice:
    fare = Decimal("134.50")
    net = cents(fare / Decimal("1.09"))
    stations = ("示例北", "样城东") if name == "rail-out" else ("样城东", "示例北")
    departs = datetime.combine(recent(today, days), time(8, 15))
    issued = recent(today, days - 3)
    return Invoice(
        kind=InvoiceKind.RAIL_TICKET,
        number=f"{issued:%y}992{digits(pad.seed, name, 15)}",
        issue_date=issued,
        buyer=Party(parties.COMPANY.name, parties.COMPANY.tax_id),
        amount_excl_tax=net,
        tax_amount=fare - net,
        total_incl_tax=fare,
        travel=Travel("演旅客", *stations, departs.isoformat(timespec="minutes"), "G9901", "二等座"),
    )


def _office(pad: Pad, today: date) -> tuple[InvoiceCase, ...]:
    stationery = pad.invoice(
        "stationery",
        GENERAL,
        recent(today, 12),
        parties.STATIONER,
        item("*文具*中性笔", "113.00", "0.13", "50", "支", "0.5mm 黑"),
        item("*纸制品*A4 复印纸", "226.00", "0.13", "2", "箱", "70g 5包/箱"),
        discount("*纸制品*A4 复印纸", "22.60", "0.13"),
        item("*文具*文件夹", "56.50", "0.13", "10", "个", "A4 双夹"),
    )
    printer = pad.invoice(
        "printer",
        SPECIAL,
        recent(today, 25),
        parties.ELECTRONICS_SHOP,
        item("*计算机外部设备*激光打印机", "1899.00", "0.13", "1", "台", "LP-990dn"),
        remark=BUYER_REMARK,
    )
    return (
        InvoiceCase("stationery", stationery, "office_supplies", Text("具体品名的文具，带折扣", "named stationery")),
        InvoiceCase("printer", printer, "low_value_asset", Text("打印机一台", "one printer")),
    )


def _bills(pad: Pad, today: date) -> tuple[InvoiceCase, ...]:
    courier = pad.invoice(
        "courier",
        GENERAL,
        recent(today, 6),
        parties.EXPRESS,
        item("*物流辅助服务*收派服务费", "63.60", quantity="4", unit="次"),
    )
    phone = pad.invoice(
        "phone-bill",
        GENERAL,
        recent(today, 5),
        parties.TELECOM,
        item("*电信服务*基础电信服务", "109.00", "0.09", None),
        item("*电信服务*增值电信服务", "53.00", "0.06", None),
        remark="账期:上月",
    )
    books = pad.invoice(
        "books",
        GENERAL,
        recent(today, 8),
        parties.TRAINER,
        exempt("*图书*行业法规汇编", "120.00", "册"),
        remark="免税图书",
    )
    fuel = pad.invoice(
        "fuel",
        GENERAL,
        recent(today, 17),
        parties.FILLING_STATION,
        item("*汽油*95号车用汽油", "339.00", "0.13", "42.1", "升", "VIB"),
    )
    return (
        InvoiceCase("courier", courier, "communication", Text("快递费", "courier")),
        InvoiceCase("phone-bill", phone, "communication", Text("话费，两种税率", "phone bill with two rates")),
        InvoiceCase("books", books, "other", Text("免税图书", "books free of tax")),
        InvoiceCase("fuel", fuel, "travel_transport", Text("出差自驾加油，成品油", "fuel on a trip by car")),
    )


def _services(pad: Pad, today: date) -> tuple[InvoiceCase, ...]:
    software = pad.invoice(
        "software",
        SPECIAL,
        recent(today, 14),
        parties.SOFTWARE_HOUSE,
        item("*信息技术服务*软件维护费", "4500.00", quantity="1", unit="年"),
        item("*信息技术服务*数据接口费", "300.00", quantity=None),
        remark="合同编号:DEMO-0099",
    )
    consulting = pad.invoice(
        "consulting",
        SPECIAL,
        recent(today, 16),
        parties.CONSULTANT,
        item("*鉴证咨询服务*流程优化咨询费", "8000.00", quantity="1", unit="项"),
        remark="合同编号:DEMO-0100",
    )
    training = pad.invoice(
        "training",
        GENERAL,
        recent(today, 11),
        parties.TRAINER,
        item("*非学历教育服务*财务合规培训费", "1500.00", "0.03", "5", "人"),
    )
    conference = pad.invoice(
        "conference",
        GENERAL,
        recent(today, 10),
        parties.CONFERENCE_CENTRE,
        item("*会展服务*会议服务费", "3600.00", quantity="1", unit="场"),
        remark=BUYER_REMARK,
    )
    dinner = pad.invoice(
        "dinner", OLD, recent(today, 7), parties.RESTAURANT, item("*餐饮服务*餐饮服务", "398.00"), remark="客户接待"
    )
    return (
        InvoiceCase("software", software, "software_service", Text("软件维护，三种格式", "software in three formats")),
        InvoiceCase(
            "consulting", consulting, "consulting", Text("咨询费，附合同与成果", "consulting with its contract")
        ),
        InvoiceCase("training", training, "training", Text("培训费，XML", "training, as XML")),
        InvoiceCase("conference", conference, "meeting", Text("会议服务", "conference")),
        InvoiceCase("dinner", dinner, "entertainment", Text("客户招待，附名单", "entertaining guests, with a list")),
    )


def _pictures(pad: Pad, today: date) -> tuple[InvoiceCase, ...]:
    night = pad.invoice(
        "photographed-hotel", SPECIAL, recent(today, 13), parties.HOTEL, item("*住宿服务*住宿费", "400.00")
    )
    meal = pad.invoice("photographed-meal", OLD, recent(today, 13), parties.RESTAURANT, item("*餐饮服务*餐费", "88.00"))
    ride = pad.invoice(
        "scanned-taxi", GENERAL, recent(today, 12), parties.RIDES, item("*运输服务*客运服务费", "42.00", "0.03")
    )
    return (
        InvoiceCase(
            "photographed-hotel", night, "travel_lodging", Text("手机拍的住宿发票", "a photo of a hotel invoice")
        ),
        InvoiceCase("photographed-meal", meal, "travel_meal", Text("手机拍的餐饮发票", "a photo of a meal invoice")),
        InvoiceCase("scanned-taxi", ride, "taxi", Text("扫描的打车发票", "a scan of a ride invoice")),
    )


def couriers(pad: Pad, today: date) -> tuple[Invoice, ...]:
    """Two invoices of one courier that came as one file."""
    return tuple(
        pad.invoice(
            f"courier-joined/{number}",
            GENERAL,
            recent(today, 10 - number),
            parties.EXPRESS,
            item("*物流辅助服务*收派服务费", gross, unit="次"),
        )
        for number, gross in enumerate(("21.20", "31.80"))
    )


def with_buyer(invoice: Invoice, **fields: str | None) -> Invoice:
    """The invoice with other buyer fields."""
    return replace(invoice, buyer=replace(invoice.buyer, **fields))
