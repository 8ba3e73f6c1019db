"""From the concepts of one voucher to a testimony, voucher by voucher."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from parsers import normalise
from parsers.original_invoice import is_starred, say_kind, say_untaxed, untaxed_line
from parsers.red_letters import say_red
from parsers.safe_xml import Element
from parsers.testimony import PlacedLine, Testimony
from parsers.witness import Witness, shaped
from parsers.xbrl.concepts import (
    AIR_TUPLE,
    FIELDS,
    GOODS_LINE,
    GOODS_TUPLE,
    RED_MARKS,
    SPECIAL_ONLY,
    TOLL_LINE,
    TOLL_TUPLE,
)
from parsers.xbrl.instance import Instance, fact_below, fact_in
from reimburse.domain.invoice import InvoiceKind
from reimburse.domain.reading import Source

KINDS_BY_NAME = {
    "通行费": InvoiceKind.TOLL,
    "电子专用发票": InvoiceKind.SPECIAL_ELECTRONIC,
    "电子普通发票": InvoiceKind.GENERAL_ELECTRONIC,
}
UNIQUE_CODE = "UniqueCodeOfInvoice"


def testimonies(instance: Instance) -> tuple[Testimony, ...]:
    """What the instance says; a second testimony where its joint number says otherwise than its parts."""
    witness = Witness(Source.XBRL, 1)
    for field, concept in FIELDS[instance.voucher].items():
        witness.say(field, shaped(field, instance.fact(concept)))
    others = COMPLETIONS[instance.voucher](instance, witness)
    _say_red(instance, witness)
    return (witness.testimony(), *others)


def _complete_inv(instance: Instance, witness: Witness) -> tuple[Testimony, ...]:
    witness.lines.extend(_lines(instance, GOODS_TUPLE, GOODS_LINE))
    witness.lines.extend(_lines(instance, TOLL_TUPLE, TOLL_LINE))
    if is_starred(printed := instance.fact("TotalTaxAmount")):
        say_untaxed(witness, printed)
    others = _joint_number(instance, witness)
    name = normalise.compact(instance.fact("TypeOfInvoice") or "")
    kind = next((kind for part, kind in KINDS_BY_NAME.items() if part in name), None)
    if kind:
        witness.say("kind", kind.value)
    else:
        say_kind(witness)
    return others


def _complete_einv(instance: Instance, witness: Witness) -> tuple[Testimony, ...]:
    special = bool(instance.names() & SPECIAL_ONLY)
    witness.say("kind", (InvoiceKind.SPECIAL_DIGITAL if special else InvoiceKind.GENERAL_DIGITAL).value)
    return ()


def _complete_rai(instance: Instance, witness: Witness) -> tuple[Testimony, ...]:
    witness.say("kind", InvoiceKind.RAIL_TICKET.value)
    witness.say("travel.departs_at", _moment(instance.fact("TravelDate"), instance.fact("DepartureTime")))
    _say_original(witness, instance.fact("NumberOfOriginalInvoice"))
    return ()


def _complete_atr(instance: Instance, witness: Witness) -> tuple[Testimony, ...]:
    witness.say("kind", InvoiceKind.AIR_ITINERARY.value)
    _say_original(witness, instance.fact("OriginalElectronicInvoiceAirTransportReceiptNumber"))
    if segments := instance.tuples(AIR_TUPLE):
        _say_flight(witness, segments[0], segments[-1])
    return ()


def _say_flight(witness: Witness, first: Element, last: Element) -> None:
    witness.say("travel.from", normalise.printed(fact_in(first, "DepartureStation")))
    witness.say("travel.to", normalise.printed(fact_in(last, "DestinationStation")))
    witness.say("travel.vehicle", normalise.printed(fact_below(first, "Flight")))
    witness.say("travel.seat", normalise.printed(fact_below(first, "Class")))
    witness.say("travel.departs_at", _moment(fact_below(first, "CarrierDate"), fact_below(first, "DepartureTime")))


def _complete_efi(instance: Instance, witness: Witness) -> tuple[Testimony, ...]:
    """The bill's identity is its code of 8 digits and its number of 10 in one."""
    witness.say("kind", InvoiceKind.FISCAL.value)
    joint = normalise.compact(instance.fact("EInvoiceID") or "").replace("-", "")
    if normalise.digits(joint, 18):
        witness.say("code", joint[:8])
        witness.say("number", joint[8:])
    else:
        witness.say("number", normalise.printed(instance.fact("EInvoiceID")))
    return ()


COMPLETIONS: Mapping[str, Callable[[Instance, Witness], tuple[Testimony, ...]]] = {
    "inv": _complete_inv,
    "einv": _complete_einv,
    "rai": _complete_rai,
    "atr": _complete_atr,
    "efi": _complete_efi,
}


def _joint_number(instance: Instance, witness: Witness) -> tuple[Testimony, ...]:
    """Code and number from ``UniqueCodeOfInvoice``, which is both in one: 12 and 8 digits, or 10 and 8."""
    joint = normalise.digits(instance.fact(UNIQUE_CODE), 18, 20)
    if joint is None or (len(joint) == 20 and not joint.startswith(("0", "1"))):
        return ()
    stated = {"code": joint[:-8], "number": joint[-8:]}
    contradicted = any(witness.says(field) not in {None, value} for field, value in stated.items())
    other = Witness(Source.DOCINFO, 1) if contradicted else witness
    for field, value in stated.items():
        other.say(field, value)
    return (other.testimony(),) if contradicted else ()


def _say_original(witness: Witness, number: str | None) -> None:
    if Decimal(witness.says("total_incl_tax") or 0) < 0:
        witness.say("red_letter_of.number", shaped("red_letter_of.number", number))


def _say_red(instance: Instance, witness: Witness) -> None:
    if any((instance.fact(mark) or "").lower() in {"true", "1", "是"} for mark in RED_MARKS):
        witness.say("red_letter", "true")
    say_red(witness)


def _lines(instance: Instance, group: str, concepts: Mapping[str, str]) -> list[PlacedLine]:
    return [
        PlacedLine(untaxed_line({field: fact_in(item, concept) for field, concept in concepts.items()}), 1)
        for item in instance.tuples(group)
    ]


def _moment(day: str | None, time: str | None) -> str | None:
    date, clock = normalise.iso_date(day), normalise.clock_time(time)
    return f"{date}T{clock}" if date and clock else date
