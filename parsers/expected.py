"""Which fields each kind of invoice carries, and without which one is not read."""

from functools import cache

from reimburse.domain.invoice import CODELESS_KINDS, SPECIAL_KINDS, Invoice, InvoiceKind, InvoiceLine
from reimburse.domain.invoice_json import invoice_to_json

IDENTITY = frozenset({"number", "issue_date", "total_incl_tax"})
VAT_KINDS = frozenset(
    {
        InvoiceKind.SPECIAL_PAPER,
        InvoiceKind.GENERAL_PAPER,
        InvoiceKind.SPECIAL_ELECTRONIC,
        InvoiceKind.GENERAL_ELECTRONIC,
        InvoiceKind.TOLL,
        InvoiceKind.SPECIAL_DIGITAL,
        InvoiceKind.GENERAL_DIGITAL,
    }
)
CODED_KINDS = VAT_KINDS - CODELESS_KINDS | {InvoiceKind.GENERAL_ROLL, InvoiceKind.FISCAL}
CHECK_CODE_KINDS = frozenset({InvoiceKind.SPECIAL_ELECTRONIC, InvoiceKind.GENERAL_ELECTRONIC, InvoiceKind.TOLL})
VAT_FACE = ("buyer.name", "seller.name", "seller.tax_id", "lines", "amount_excl_tax", "tax_amount")
JOURNEY = ("travel.from", "travel.to", "travel.departs_at", "travel.vehicle")


@cache
def expected(kind: InvoiceKind) -> tuple[str, ...]:
    """The fields that an invoice of this kind shows, in the order of CONTRACTS."""
    fields: list[str] = ["code"] if kind in CODED_KINDS else []
    fields.append("number")
    fields.extend(["check_code"] if kind in CHECK_CODE_KINDS else [])
    fields.append("issue_date")
    fields.extend(VAT_FACE if kind in VAT_KINDS else ())
    fields.extend(["buyer.tax_id"] if kind in SPECIAL_KINDS else [])
    fields.append("total_incl_tax")
    fields.extend(JOURNEY if kind in {InvoiceKind.RAIL_TICKET, InvoiceKind.AIR_ITINERARY} else ())
    return tuple(fields)


def mandatory(kind: InvoiceKind, *, native: bool) -> frozenset[str]:
    """The fields without which an invoice of this kind is incomplete.

    Structured data may leave parts out by its form (a receiver's XBRL has neither buyer nor lines); print may not.
    """
    fields = IDENTITY | ({"code"} if kind in CODED_KINDS else set())
    if kind not in VAT_KINDS:
        return frozenset(fields)
    return frozenset(fields | {"seller.name"} | (set() if native else {"buyer.name", "lines", "amount_excl_tax"}))


def missing(invoice: Invoice, stated: frozenset[str]) -> tuple[str, ...]:
    """The fields that this kind should carry and no source states, the kind itself too; stars count as stated.

    A line with an amount and without a name lacks its name, whatever the kind.
    """
    unknown = ("kind",) if invoice.kind is InvoiceKind.OTHER and "kind" not in stated else ()
    absent = [field for field in expected(invoice.kind) if field not in stated]
    nameless = [f"lines.{index}.item_name" for index, line in enumerate(invoice.lines) if _is_nameless(line)]
    if absent == ["lines"] and invoice.lines:
        return (*unknown, *nameless)
    data = invoice_to_json(invoice) if absent else {}
    return (*unknown, *(field for field in absent if not _holds(data, field)), *nameless)


def _is_nameless(line: InvoiceLine) -> bool:
    return line.amount_excl_tax is not None and not line.item_name


def _holds(data: object, path: str) -> bool:
    for part in path.split("."):
        data = data.get(part) if isinstance(data, dict) else None
    return bool(data)
