"""Railway e-tickets and air itineraries as vouchers of the Ministry of Finance's standard."""

import random
from datetime import date, timedelta
from decimal import Decimal

from bench.unseen import figures
from bench.unseen.instances import Facts
from bench.unseen.values import PEOPLE
from reimburse.domain.invoice import Invoice, InvoiceKey, InvoiceKind, Party, Travel
from reimburse.domain.money import CENT
from reimburse.domain.reading import DocumentKind

STATIONS = ("示州北", "样城东", "演海", "示津西", "站前")
AIRPORTS = ("示州机场T2", "样城 YAN", "演海国际机场", "示津")
DAYS = ("{0:%Y-%m-%d}", "{0:%Y-%m-%d}", "{0:%Y-%m-%d}+08:00", "{0:%Y-%m-%d}T00:00:00", "{0:%Y%m%d}")
Voucher = tuple[str, Invoice | None, Facts, DocumentKind | None]


def day_text(rng: random.Random, day: date | None) -> str:
    """A day as instances write it."""
    return figures.day_text(rng, day or date(2026, 3, 1), DAYS)


def rail(rng: random.Random) -> Voucher:
    """A railway e-ticket."""
    total = Decimal(rng.randrange(500, 200000)).scaleb(-2) * rng.choice((1, 1, 1, 1, -1))
    net = (total / Decimal("1.09")).quantize(CENT)
    left = date(2025, 1, 1) + timedelta(days=rng.randrange(500))
    clock = rng.choice(("08:15", "8:15", "08:15开", "08：15", None))
    origin, destination = rng.sample(STATIONS, 2)
    moment = f"{left}T08:15" if clock else f"{left}"
    travel = Travel(rng.choice((*PEOPLE, None)), origin, destination, moment, "G9901", rng.choice(("二等座", "硬卧")))
    number = f"26992000{rng.randrange(10**12):012}"
    original = f"25992000{rng.randrange(10**12):012}" if total < 0 else None
    told = Invoice(
        InvoiceKind.RAIL_TICKET,
        number,
        issue_date=left + timedelta(days=rng.randrange(30)),
        buyer=Party("示州云桥演示信息技术有限公司", "91990000MA0DEM0011") if rng.random() < 0.8 else Party(),
        amount_excl_tax=net,
        tax_amount=total - net,
        total_incl_tax=total,
        red_letter=total < 0,
        red_letter_of=InvoiceKey("", original) if original else None,
        travel=travel,
    )
    return "rai", told, _rail_facts(rng, told, travel, clock, original), None


def _rail_facts(rng: random.Random, told: Invoice, travel: Travel, clock: str | None, original: str | None) -> Facts:
    return {
        "TypeOfVoucher": "电子发票（铁路电子客票）",
        "ElectronicInvoiceRailwayETicketNumber": told.number,
        "DateOfIssue": day_text(rng, told.issue_date),
        "IssueParty": rng.choice((None, "示例铁路局样本单位")),
        "TypeOfBusiness": "售",
        "DepartureStation": travel.origin,
        "PhonicsOfDepartureStation": "Shizhoubei",
        "DestinationStation": travel.destination,
        "TrainNumber": travel.vehicle,
        "TravelDate": day_text(rng, date.fromisoformat((travel.departs_at or "")[:10])),
        "DepartureTime": clock,
        "SeatLevel": travel.seat,
        "Carriage": "07",
        "Seat": "03C",
        "Fare": figures.money(told.total_incl_tax, "{0:.2f}"),
        "AmountRefunded": None,
        "FareOfOriginalRailwayTicket": rng.choice((None, "999.00")),
        "ETicketNumber": "99901234567890201099001",
        "IdNumber": "9900001990****001X",
        "Name": travel.passenger,
        "TotalAmountExcludingTax": figures.money(told.amount_excl_tax, "{0:.2f}"),
        "TaxRate": rng.choice(("0.09", "9%", "9.00%")),
        "TaxAmount": figures.money(told.tax_amount, "{0:.2f}"),
        "NameOfPurchaser": told.buyer.name,
        "UnifiedSocialCreditCodeOfPurchaser": told.buyer.tax_id,
        "NumberOfOriginalInvoice": original,
    }


def air(rng: random.Random) -> Voucher:
    """An itinerary of one or more flights."""
    count = rng.choice((1, 1, 2, 3))
    left = date(2025, 1, 1) + timedelta(days=rng.randrange(500))
    stops = [rng.choice(AIRPORTS) for _ in range(count + 1)]
    parts = [Decimal(rng.randrange(0, 99999)).scaleb(-2) for _ in range(4)]
    seller = Party(rng.choice(("示例航空股份有限公司", None)))
    told = Invoice(
        InvoiceKind.AIR_ITINERARY,
        f"26992000{rng.randrange(10**12):012}",
        issue_date=left,
        buyer=rng.choice((Party("示州云桥演示信息技术有限公司", "91990000MA0DEM0011"), Party("演甲"))),
        seller=seller,
        tax_amount=parts[2],
        total_incl_tax=sum(parts, Decimal(0)),
        travel=Travel("演甲", stops[0], stops[-1], f"{left}T07:30", "ZZ9901", "Y"),
    )
    segments = [_segment(rng, stops[at], stops[at + 1], left + timedelta(days=at), at) for at in range(count)]
    facts: Facts = {
        "MarkingOfDomesticOrInternational": "国内",
        "NumberOfGpOrder": rng.choice((None, "GP0001")),
        "ElectronicInvoiceAirTransportReceiptNumber": told.number,
        "PassengerName": "演甲",
        "ValidIdNumber": "9900**********001X",
        "DetailInformationOfAirTicketTuple": segments,
        **dict(
            zip(("Fare", "FuelSurcharge", "VatTaxAmount", "CivilAviationDevelopmentFund"), map(str, parts), strict=True)
        ),
        "VatRate": rng.choice(("0.09", "9%", None)),
        "OtherTaxes": rng.choice((None, "0.00")),
        "TotalAmount": f"{told.total_incl_tax}",
        "ETicketNumber": "9990000000001",
        "IssueParty": "示例票务有限公司",
        "IssueDate": day_text(rng, told.issue_date),
        "NameOfSeller": seller.name,
        "NameOfPurchaser": told.buyer.name,
        "UnifiedSocialCreditCodeOfPurchaser": told.buyer.tax_id,
    }
    return "atr", told, facts, None


def _segment(rng: random.Random, origin: str, destination: str, day: date, at: int) -> dict[str, str | None]:
    return {
        "DepartureStation": origin,
        "DestinationStation": destination,
        "FlightSegment": str(at + 1),
        "Carrier": "示例航",
        "Flight": f"ZZ990{at + 1}",
        "Class": "Y",
        "CarrierDate": day_text(rng, day),
        "DepartureTime": rng.choice(("07:30", "07:30:00", "7:30")),
    }
