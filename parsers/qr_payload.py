"""What the text of an invoice's QR code states, by the grammar of its kind.

Comma payloads are positional; empty fields count: version ``01``, type, code, number, amount, date, check code, CRC.
The amount is without tax on tax-controlled invoices and the price-tax total on fully digitalized ones and tickets.
Where the meaning of a part is not known for a type, that part is left out.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

from parsers.testimony import Testimony
from reimburse.domain.invoice import InvoiceKind
from reimburse.domain.money import from_fen, money_text
from reimburse.domain.reading import Box, Seen, Source

CHECK_CODE = re.compile(r"\d{20}")
AMOUNT = re.compile(r"-?\d{1,13}(?:\.\d{1,2})?")
DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)")
LOCAL_TOLL = re.compile(r"(\d{12}),(\d{8}),(-?\d{1,13}\.\d\d),(\d{4}-\d\d-\d\d),([^,]+)")
FISCAL = re.compile(r"/page/(\d{8,12})/(\d{8,12})/\d{6}/?")
BLOCKCHAIN_HOST = "bcfp.shenzhen.chinatax.gov.cn"
FISCAL_HOST = "einvoice.jsczt.cn"
LONGEST = 512

WITHOUT_TAX = "amount_excl_tax"
WITH_TAX = "total_incl_tax"


@dataclass(frozen=True, slots=True)
class Grammar:
    """How a comma payload of one type is read; ``amount`` is None where its meaning is not known."""

    kind: InvoiceKind
    code: re.Pattern[str]
    number: re.Pattern[str]
    amount: str | None


OLD = (re.compile(r"\d{12}"), re.compile(r"\d{8}"))
PAPER = (re.compile(r"\d{10}|\d{12}"), re.compile(r"\d{8}"))
DIGITAL = (re.compile(r""), re.compile(r"\d{20}"))
AIR = (re.compile(r""), re.compile(r"\d{19,20}"))
GRAMMARS: Mapping[str, Grammar] = {
    "01": Grammar(InvoiceKind.SPECIAL_PAPER, *PAPER, WITHOUT_TAX),
    "03": Grammar(InvoiceKind.MOTOR_VEHICLE, *PAPER, None),
    "04": Grammar(InvoiceKind.GENERAL_PAPER, *PAPER, WITHOUT_TAX),
    "08": Grammar(InvoiceKind.SPECIAL_ELECTRONIC, *OLD, WITHOUT_TAX),
    "10": Grammar(InvoiceKind.GENERAL_ELECTRONIC, *OLD, WITHOUT_TAX),
    "11": Grammar(InvoiceKind.GENERAL_ROLL, *PAPER, None),
    "14": Grammar(InvoiceKind.TOLL, *OLD, None),
    "31": Grammar(InvoiceKind.SPECIAL_DIGITAL, *DIGITAL, WITH_TAX),
    "32": Grammar(InvoiceKind.GENERAL_DIGITAL, *DIGITAL, WITH_TAX),
    "51": Grammar(InvoiceKind.RAIL_TICKET, *DIGITAL, WITH_TAX),
    "61": Grammar(InvoiceKind.AIR_ITINERARY, *AIR, WITH_TAX),
}

TYPE_10_MAY_BE = frozenset({InvoiceKind.GENERAL_ELECTRONIC, InvoiceKind.TOLL})
"""Type 10 is printed on toll invoices too: a text that says toll does not contradict it."""


def testimony(text: str, page: int, box: Box | None) -> Testimony | None:
    """What a QR payload states, or None where it is no invoice's. ``box`` is where the code stands on the page.

    >>> said = testimony("01,10,099001700112,20000543,6.2,20180323,06000000000004870000,8935,", 1, None)
    >>> said.fields["amount_excl_tax"].value, said.fields["issue_date"].value, said.fields["kind"].value
    ('6.20', '2018-03-23', 'general_electronic')
    >>> testimony("https://example.com/menu", 1, None) is None
    True
    """
    fields = _fields(text)
    if fields is None:
        return None
    return Testimony(Source.QR, {name: Seen(value, Source.QR, page, box) for name, value in fields.items()})


def _fields(text: str) -> dict[str, str] | None:
    if len(text) > LONGEST:
        return None
    plain = unicodedata.normalize("NFKC", text).strip().lstrip("\ufeff")
    if plain.startswith("01,"):
        return _comma_fields(plain.split(","))
    if plain.startswith(("http://", "https://")):
        return _url_fields(plain)
    return _local_toll_fields(plain)


def _comma_fields(parts: list[str]) -> dict[str, str] | None:
    grammar = GRAMMARS.get(parts[1].strip())
    if grammar is None or not 6 <= len(parts) <= 9:
        return None
    _, _, code, number, amount, issued, check_code, *_ = (*(part.strip() for part in parts), "")
    if not grammar.code.fullmatch(code) or not grammar.number.fullmatch(number):
        return None
    stated = {"kind": grammar.kind.value, "code": code, "number": number, "issue_date": _day(issued) or ""}
    if grammar.amount and AMOUNT.fullmatch(amount):
        stated[grammar.amount] = money_text(Decimal(amount))
    if CHECK_CODE.fullmatch(check_code):
        stated["check_code"] = check_code
    return {name: value for name, value in stated.items() if value}


def _url_fields(text: str) -> dict[str, str] | None:
    try:
        url = urlsplit(text)
    except ValueError:
        return None
    if url.hostname == BLOCKCHAIN_HOST and url.path == "/verify/scan":
        return _blockchain_fields(parse_qs(url.query))
    fiscal = FISCAL.fullmatch(url.path)
    if url.hostname == FISCAL_HOST and fiscal:
        return {"kind": InvoiceKind.FISCAL.value, "code": fiscal[1], "number": fiscal[2]}
    return None


def _blockchain_fields(query: Mapping[str, list[str]]) -> dict[str, str] | None:
    number, fen = query.get("bill_num", []), query.get("total_amount", [])
    if len(number) != 1 or not re.fullmatch(r"\d{8}", number[0]):
        return None
    stated = {"kind": InvoiceKind.BLOCKCHAIN.value, "number": number[0]}
    if len(fen) == 1 and re.fullmatch(r"-?\d{1,15}", fen[0]):
        stated[WITH_TAX] = money_text(from_fen(int(fen[0])))
    return stated


def _local_toll_fields(text: str) -> dict[str, str] | None:
    found = LOCAL_TOLL.fullmatch(text)
    issued = _day(found[4]) if found else None
    if not found or not issued:
        return None
    return {
        "kind": InvoiceKind.TOLL.value,
        "code": found[1],
        "number": found[2],
        WITH_TAX: money_text(Decimal(found[3])),
        "issue_date": issued,
        "buyer.name": found[5].strip(),
    }


def _day(text: str) -> str | None:
    found = DATE.fullmatch(text)
    if not found:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3])).isoformat()
    except ValueError:
        return None
