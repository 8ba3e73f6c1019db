"""An invoice as its page shows it: each field with its witnesses, its conflicts, and what may be done about it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from parsers.expected import VAT_KINDS
from reimburse.domain.finding import Text
from reimburse.domain.invoice import InvoiceKind
from reimburse.domain.invoice_fields import is_missing, same, value_at
from reimburse.domain.invoice_words import FIELDS, SEALS
from reimburse.domain.reading import SealStatus
from reimburse.services.invoices.composing import told_by
from reimburse.services.invoices.corrections import may_be_filled_in, proved_values
from reimburse.store.db import db
from reimburse.store.documents import DocumentRow
from reimburse.store.invoices import FieldCorrectionRow, InvoiceRow
from reimburse.store.people import PersonRow

MONEY = frozenset({"amount_excl_tax", "tax_amount", "total_incl_tax"})
MAY_BE_PRINTED = (
    "buyer.tax_id",
    "buyer.address_phone",
    "buyer.bank_account",
    "seller.address_phone",
    "seller.bank_account",
    "remark",
)
"""Fields that a VAT invoice need not carry: where none was read, a person may add what is printed."""
NOT_SHOWN_ALONE = frozenset({"kind", "lines", "red_letter"})


@dataclass(frozen=True, slots=True)
class Witness:
    """One source that states a value, with the place where it stands. ``agrees``: with the value that holds."""

    source: str
    value: str
    agrees: bool
    document_id: int | None = None
    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    by: str | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values that sources in conflict state, with who states it."""

    value: str
    witnesses: list[Witness]

    @property
    def placed(self) -> Witness | None:
        """A witness whose place in the document can be shown: what a person can read, before a QR code."""
        shown = [witness for witness in self.witnesses if witness.box and witness.document_id]
        return next((witness for witness in shown if witness.source != "qr"), shown[0] if shown else None)


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field on the page."""

    name: str
    value: str | None
    witnesses: list[Witness]
    missing: bool = False
    choices: list[Choice] = field(default_factory=list)
    proposed: FieldCorrectionRow | None = None
    by_hand: bool = False
    proved: bool = False
    """Native data or an intact seal states it: not to be changed by hand."""
    open: bool = False
    """Nothing was read and nothing need be there: a person may add it."""


@dataclass(frozen=True, slots=True)
class FileView:
    """A file of the invoice, and what the signatures in it prove in plain words."""

    document: DocumentRow
    seal: Mapping[str, Any] | None

    @property
    def seal_words(self) -> Text:
        """What the seal's verdict means."""
        return SEALS[SealStatus(self.seal["status"])] if self.seal else Text("", "")


@dataclass(frozen=True, slots=True)
class Box:
    """A box to draw on the page's picture."""

    field: str
    box: tuple[float, float, float, float]
    label: str
    tone: str


def fields_of(invoice: InvoiceRow) -> list[FieldView]:
    """The fields that hold something, are missing, or are in conflict, in the order of the page."""
    names = _names(invoice)
    proposed = {row.field: row for row in invoice.corrections if row.state == "proposed"}
    conflicts = {conflict["field"]: conflict["values"] for conflict in invoice.conflicts}
    if "total_incl_tax" in conflicts:
        conflicts.pop("total_in_words", None)  # Who decides the total decides its words.
    views = []
    for name in (*FIELDS, *(name for name in dict.fromkeys((*conflicts, *invoice.missing)) if name not in FIELDS)):
        value = value_at(invoice.data, name)
        missing = name in invoice.missing
        if name in NOT_SHOWN_ALONE and name not in conflicts and not missing:
            continue
        if missing or name in conflicts or not is_missing(value):
            shown = None if is_missing(value) or isinstance(value, list) else str(value)
            views.append(_view(invoice, name, shown, names, conflicts.get(name), proposed.get(name)))
        elif _may_be_printed(invoice, name):
            views.append(FieldView(name, None, [], by_hand=True, open=True))
    return views


def _may_be_printed(invoice: InvoiceRow, name: str) -> bool:
    return name in MAY_BE_PRINTED and invoice.picture_document_id is not None and InvoiceKind(invoice.kind) in VAT_KINDS


def boxes_of(invoice: InvoiceRow, label: Callable[[str, object], str]) -> list[Box]:
    """The places of all fields on the page that the invoice is shown by; ``label`` puts field and value into words."""
    conflicts = {conflict["field"] for conflict in invoice.conflicts}
    return [
        Box(
            name,
            _box(seen["box"]),
            label(name, seen["value"]),
            "conflict" if name in conflicts else "",
        )
        for name, witnesses in invoice.seen.items()
        for seen in witnesses
        if seen["box"]
        and seen.get("document_id") == invoice.picture_document_id
        and (seen["page"] or 1) == invoice.picture_page
    ]


def files_of(invoice: InvoiceRow) -> list[FileView]:
    """The files of the invoice, the oldest first."""
    seals = {reading.document_id: reading.data.get("seal") for reading in invoice.readings}
    rows = db.session.scalars(select(DocumentRow).where(DocumentRow.id.in_(seals)).order_by(DocumentRow.id))
    return [FileView(row, seals[row.id]) for row in rows]


def choices_of(invoice: InvoiceRow, name: str, names: Mapping[int, str] | None = None) -> list[Choice]:
    """The values that are stated for a field, each with its witnesses, the one that holds first."""
    held = value_at(invoice.data, name)
    choices: list[Choice] = []
    for witness in _witnesses(invoice, name, held, names or {}):
        known = next((choice for choice in choices if same(choice.value, witness.value)), None)
        if known:
            known.witnesses.append(witness)
        else:
            choices.append(Choice(witness.value, [witness]))
    return sorted(choices, key=lambda choice: not same(choice.value, held))


def _view(
    invoice: InvoiceRow,
    name: str,
    value: str | None,
    names: Mapping[int, str],
    conflict: Mapping[str, str] | None,
    proposed: FieldCorrectionRow | None,
) -> FieldView:
    choices = choices_of(invoice, name, names) if conflict else []
    for source, stated in (conflict or {}).items():
        if source != "manual" and not any(same(choice.value, stated) for choice in choices):
            choices.append(Choice(stated, [Witness(source, stated, same(stated, value))]))
    # Several files of one format say the same: one tick for it is enough.
    witnesses = {(seen.source, seen.agrees, seen.by): seen for seen in _witnesses(invoice, name, value, names)}
    proved = bool(proved_values(told_by(invoice), name))
    return FieldView(
        name,
        value,
        list(witnesses.values()),
        name in invoice.missing,
        choices,
        proposed,
        may_be_filled_in(invoice, name),
        proved,
    )


def _witnesses(invoice: InvoiceRow, name: str, held: Any, names: Mapping[int, str]) -> Iterable[Witness]:
    for seen in invoice.seen.get(name, ()):
        yield Witness(
            source=seen["source"],
            value=str(seen["value"]),
            agrees=same(seen["value"], held),
            document_id=seen.get("document_id"),
            page=seen["page"],
            box=_box(seen["box"]) if seen["box"] else None,
            by=names.get(seen.get("by", 0)),
            at=seen.get("at"),
        )


def _box(edges: list[float]) -> tuple[float, float, float, float]:
    return edges[0], edges[1], edges[2], edges[3]


def _names(invoice: InvoiceRow) -> dict[int, str]:
    ids: set[int] = {seen["by"] for witnesses in invoice.seen.values() for seen in witnesses if seen.get("by")}
    ids |= {row.by_id for row in invoice.corrections}
    rows = db.session.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(ids))).all() if ids else ()
    return {row.id: row.name for row in rows}
