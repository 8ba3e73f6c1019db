"""The wallet: a person's invoices and files, with what each is used for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased, defer, selectinload

from reimburse.domain.workflow import ClaimState
from reimburse.services.errors import NotFound
from reimburse.services.invoices.media_types import CONTAINERS
from reimburse.store.balances import InvoiceBalanceRow
from reimburse.store.claims import ClaimInvoiceRow, ClaimRow
from reimburse.store.db import db, now
from reimburse.store.documents import DocumentRow, ReadingRow
from reimburse.store.invoices import InvoiceRow

PAGE = 30
SLOW = timedelta(minutes=2)
LIVE = (
    ClaimState.DRAFT,
    ClaimState.CHECKING,
    ClaimState.RETURNED,
    ClaimState.IN_REVIEW,
    ClaimState.APPROVED,
    ClaimState.BATCHED,
)
DONE = (ClaimState.EXPORTED, ClaimState.PAID)
HEAVY = (defer(InvoiceRow.data), defer(InvoiceRow.seen))


class InvoiceState(StrEnum):
    """What can be done with an invoice."""

    FREE = "free"
    CLAIMED = "claimed"
    REIMBURSED = "reimbursed"
    RED_LETTERED = "red_lettered"


@dataclass(frozen=True, slots=True)
class Filter:
    """What the list shows. ``state``: an InvoiceState, ``look`` (needs one) or None for all; ``before``: page key."""

    state: str | None = None
    text: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """An invoice of the wallet: its state and the own claim that uses it."""

    invoice: InvoiceRow
    state: InvoiceState
    claim_no: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; ``before`` is the key of the next one, None at the end."""

    items: list[Held]
    before: int | None


@dataclass(frozen=True, slots=True)
class FileCard:
    """A file and what came of it; ``inner``: what a ZIP or mail held."""

    document: DocumentRow
    invoices: list[Held] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    inner: list[DocumentRow] = field(default_factory=list)
    merged: frozenset[int] = frozenset()
    """Of its invoices those that an earlier file brought."""

    @property
    def slow(self) -> bool:
        """Whether it has waited longer than reading ever takes: the background work stands still."""
        row = self.document
        return row.state == "waiting" and row.read_at is None and now() - row.uploaded_at > SLOW


def page_of(holder_id: int, wanted: Filter) -> Page:
    """The newest invoices first, a page at a time."""
    state = _state()
    query = select(InvoiceRow, state).where(InvoiceRow.holder_id == holder_id, *_conditions(wanted, state))
    rows = db.session.execute(query.options(*HEAVY).order_by(InvoiceRow.id.desc()).limit(PAGE + 1)).all()
    shown = [(invoice, InvoiceState(word)) for invoice, word in rows[:PAGE]]
    return Page(_with_claims(shown), shown[-1][0].id if len(rows) > PAGE else None)


def held(holder_id: int, invoice_ids: Sequence[int]) -> list[Held]:
    """These invoices of the wallet with their state."""
    if not invoice_ids:
        return []
    query = select(InvoiceRow, _state()).where(InvoiceRow.holder_id == holder_id, InvoiceRow.id.in_(invoice_ids))
    rows = db.session.execute(query.options(*HEAVY).order_by(InvoiceRow.id)).all()
    return _with_claims([(invoice, InvoiceState(word)) for invoice, word in rows])


def state_of(invoice: InvoiceRow) -> InvoiceState:
    """What can be done with this invoice."""
    return InvoiceState(db.session.scalars(select(_state()).where(InvoiceRow.id == invoice.id)).one())


def file_cards(owner_id: int, document_ids: Sequence[int]) -> list[FileCard]:
    """A card for each of these files of the owner, in the order asked for."""
    mine = select(DocumentRow).where(DocumentRow.owner_id == owner_id, DocumentRow.id.in_(document_ids))
    documents = {row.id: row for row in db.session.scalars(mine.options(_light_readings()))}
    inner = _inner(owner_id, [key for key, row in documents.items() if row.stored.media_type in CONTAINERS])
    ids = {reading.invoice_id for row in documents.values() for reading in row.readings if reading.invoice_id}
    invoices = {item.invoice.id: item for item in held(owner_id, sorted(ids))}
    first = _first_files(ids)
    return [_card(documents[key], invoices, inner.get(key, []), first) for key in document_ids if key in documents]


def file_card(owner_id: int, document_id: int) -> FileCard:
    """The card of this file, or ``NotFound``."""
    for card in file_cards(owner_id, [document_id]):
        return card
    raise NotFound


def unfinished(owner_id: int, limit: int = 20) -> list[FileCard]:
    """Files that wait to be read or could not be, newest first."""
    query = select(DocumentRow.id).where(DocumentRow.owner_id == owner_id, DocumentRow.state.in_(("waiting", "failed")))
    return file_cards(owner_id, list(db.session.scalars(query.order_by(DocumentRow.id.desc()).limit(limit))))


def other_files(owner_id: int, before: int | None = None) -> tuple[list[FileCard], int | None]:
    """Files that hold no invoice, newest first, and the key of the next page."""
    with_invoice = select(ReadingRow.id).where(
        ReadingRow.document_id == DocumentRow.id, ReadingRow.invoice_id.is_not(None)
    )
    query = select(DocumentRow.id).where(DocumentRow.owner_id == owner_id, ~exists(with_invoice))
    if before is not None:
        query = query.where(DocumentRow.id < before)
    ids = list(db.session.scalars(query.order_by(DocumentRow.id.desc()).limit(PAGE + 1)))
    return file_cards(owner_id, ids[:PAGE]), ids[PAGE - 1] if len(ids) > PAGE else None


def _first_files(invoice_ids: set[int]) -> dict[int, int]:
    """The file that first brought each of these invoices."""
    query = select(ReadingRow.invoice_id, func.min(ReadingRow.document_id)).group_by(ReadingRow.invoice_id)
    rows = db.session.execute(query.where(ReadingRow.invoice_id.in_(invoice_ids))) if invoice_ids else ()
    return {invoice_id: document_id for invoice_id, document_id in rows if invoice_id is not None}


def _card(
    document: DocumentRow, invoices: dict[int, Held], inner: list[DocumentRow], first: dict[int, int]
) -> FileCard:
    found = dict.fromkeys(reading.invoice_id for reading in document.readings if reading.invoice_id)
    kinds = [reading.document_kind or "other" for reading in document.readings if reading.status == "not_an_invoice"]
    merged = frozenset(key for key in found if first.get(key, document.id) != document.id)
    return FileCard(document, [invoices[key] for key in found if key in invoices], kinds, inner, merged)


def _inner(owner_id: int, container_ids: list[int]) -> dict[int, list[DocumentRow]]:
    inside: dict[int, list[DocumentRow]] = {}
    query = select(DocumentRow).where(DocumentRow.owner_id == owner_id, DocumentRow.container_id.in_(container_ids))
    for row in db.session.scalars(query.order_by(DocumentRow.id)) if container_ids else ():
        inside.setdefault(row.container_id or 0, []).append(row)
    return inside


def _light_readings() -> Any:
    return selectinload(DocumentRow.readings).defer(ReadingRow.data)


def _conditions(wanted: Filter, state: ColumnElement[str]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.state == "look":
        conditions.append(or_(InvoiceRow.status == "incomplete", InvoiceRow.has_conflicts))
    elif wanted.state:
        conditions.append(state == wanted.state)
    if wanted.text:
        text = wanted.text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
        conditions.append(
            or_(
                InvoiceRow.number.startswith(wanted.text, autoescape=True),
                InvoiceRow.seller_name.like(f"%{text}%", escape="\\"),
            )
        )
    if wanted.since:
        conditions.append(InvoiceRow.issue_date >= wanted.since)
    if wanted.until:
        conditions.append(InvoiceRow.issue_date <= wanted.until)
    if wanted.before is not None:
        conditions.append(InvoiceRow.id < wanted.before)
    return conditions


def _state() -> ColumnElement[str]:
    """The state as an expression; a colleague's claim on the same key counts too, by the balance ledger."""
    red = aliased(InvoiceRow)
    reversed_by = and_(red.red_of_number == InvoiceRow.number, red.red_of_code == InvoiceRow.code)
    return case(
        (or_(InvoiceRow.red_letter, exists(select(red.id).where(reversed_by))), InvoiceState.RED_LETTERED.value),
        (or_(_on_claim(DONE), _on_ledger(InvoiceBalanceRow.booked_fen > 0)), InvoiceState.REIMBURSED.value),
        (or_(_on_claim(LIVE), _on_ledger(InvoiceBalanceRow.reserved_fen > 0)), InvoiceState.CLAIMED.value),
        else_=InvoiceState.FREE.value,
    )


def _on_claim(states: Sequence[ClaimState]) -> ColumnElement[bool]:
    query = select(ClaimInvoiceRow.claim_id).join(ClaimRow)
    return exists(query.where(ClaimInvoiceRow.invoice_id == InvoiceRow.id, ClaimRow.state.in_(states)))


def _on_ledger(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    on_key = and_(InvoiceBalanceRow.code == InvoiceRow.code, InvoiceBalanceRow.number == InvoiceRow.number)
    return exists(select(InvoiceBalanceRow.number).where(on_key, condition))


def _with_claims(rows: Sequence[tuple[InvoiceRow, InvoiceState]]) -> list[Held]:
    ids = [invoice.id for invoice, state in rows if state is not InvoiceState.FREE]
    numbers: dict[int, str] = {}
    if ids:
        query = (
            select(ClaimInvoiceRow.invoice_id, ClaimRow.claim_no)
            .join(ClaimRow)
            .where(ClaimInvoiceRow.invoice_id.in_(ids), ClaimRow.state.in_((*LIVE, *DONE)))
        )
        found = db.session.execute(query.order_by(ClaimRow.id)).all()
        numbers = {row.invoice_id: row.claim_no for row in found}
    return [Held(invoice, state, numbers.get(invoice.id)) for invoice, state in rows]
