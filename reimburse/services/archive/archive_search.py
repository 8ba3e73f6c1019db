"""The archive's ledger searched (R-120): by number, seller, amount, claim, person, day and kind; each by an index.

What narrows most leads: the others are compared on what it leaves. Pages follow one another by the key of their last
row. Nothing is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select, tuple_
from sqlalchemy.orm import defer

from reimburse.store.archive import ArchiveEntryRow
from reimburse.store.batches import BatchRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db
from reimburse.store.invoices import InvoiceRow
from reimburse.store.people import PersonRow

PAGE = 50
Rows = Select[*tuple[Any, ...]]
MOST_PEOPLE = 50
DAYS = {"issued": InvoiceRow.issue_date, "archived": ArchiveEntryRow.archived_on}
"""What the days of a search may be days of."""
ORDERS: dict[str, tuple[Any, ...]] = {
    "issued": (InvoiceRow.issue_date, InvoiceRow.id, ArchiveEntryRow.id),
    "archived": (ArchiveEntryRow.archived_on, ArchiveEntryRow.id),
}
"""By days the rows come in the order of the days, so that the index that finds them puts them in order too."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; empty fields look for nothing. ``fen``: the invoice's total; ``person``: name or number.

    ``days`` says what ``since`` and ``until`` (both inclusive) are days of: issued, archived.
    """

    number: str = ""
    seller: str = ""
    fen: int | None = None
    claim: str = ""
    person: str = ""
    kind: str = ""
    days: str = "issued"
    since: date | None = None
    until: date | None = None

    @property
    def any(self) -> bool:
        """Whether anything is looked for."""
        return self.narrow or bool(self.kind or self.since or self.until)

    @property
    def narrow(self) -> bool:
        """Whether it names something of which there are few: these are found first, and put in order afterwards."""
        return bool(self.number or self.seller or self.claim or self.person or self.fen is not None)

    @property
    def order(self) -> tuple[Any, ...]:
        """The columns that the rows come in the order of, the newest first."""
        dated = not self.narrow and (self.since or self.until)
        return ORDERS[self.days] if dated else (ArchiveEntryRow.id,)


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry of the ledger with what it is about."""

    entry: ArchiveEntryRow
    invoice: InvoiceRow
    claim_no: str
    person: str
    employee_no: str
    batch_no: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, the newest first; ``before``: where the next page starts, empty on the last one."""

    hits: Sequence[Hit]
    before: str


def found(wanted: Wanted, before: str = "") -> Page:
    """A page of the entries that are looked for."""
    people = _people(wanted.person) if wanted.person else []
    rows = db.session.execute(narrowed(joined(), wanted, people, before).limit(PAGE + 1)).all()
    hits = [Hit(*row) for row in rows]
    return Page(hits[:PAGE], _key(wanted, hits[PAGE - 1]) if len(hits) > PAGE else "")


def joined() -> Rows:
    """All entries, each with what it is about."""
    query = select(
        ArchiveEntryRow, InvoiceRow, ClaimRow.claim_no, PersonRow.name, PersonRow.employee_no, BatchRow.batch_no
    )
    return (
        query.select_from(ArchiveEntryRow)
        .join(InvoiceRow, InvoiceRow.id == ArchiveEntryRow.invoice_id)
        .join(ClaimRow, ClaimRow.id == ArchiveEntryRow.claim_id)
        .join(PersonRow, PersonRow.id == ClaimRow.claimant_id)
        .join(BatchRow, BatchRow.id == ArchiveEntryRow.batch_id)
        .options(defer(InvoiceRow.data), defer(InvoiceRow.seen), defer(InvoiceRow.conflicts))
    )


def narrowed(query: Rows, wanted: Wanted, people: Sequence[int], before: str) -> Rows:
    """The query with its conditions and order; ``people`` are the ids of those the search names."""
    query = query.where(*_conditions(wanted, people))
    # The sum keeps both databases from walking the whole ledger in the order of its ids instead of the narrow index.
    order = (ArchiveEntryRow.id + 0,) if wanted.narrow else wanted.order
    if (key := _values(wanted, before)) is not None:
        query = query.where(tuple_(*order) < tuple_(*key) if len(order) > 1 else order[0] < key[0])
    return query.order_by(*(column.desc() for column in order))


def _conditions(wanted: Wanted, people: Sequence[int]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.number:
        conditions.append(InvoiceRow.number == wanted.number)
    if wanted.claim:
        conditions.append(ClaimRow.claim_no == wanted.claim)
    if wanted.fen is not None:
        conditions.append(InvoiceRow.total_fen == wanted.fen)
    if wanted.person:
        conditions.append(ClaimRow.claimant_id.in_(people))
    if wanted.seller:
        conditions.append(_begins(wanted.seller))
    if wanted.kind:
        conditions.append(ArchiveEntryRow.kind == wanted.kind)
    day = DAYS[wanted.days]
    conditions += [day >= wanted.since] if wanted.since else []
    return conditions + ([day <= wanted.until] if wanted.until else [])


def _begins(words: str) -> ColumnElement[bool]:
    """Sellers whose name begins like this; SQLite's LIKE knows no index, so there it is a range."""
    if db.engine.dialect.name == "sqlite":
        return InvoiceRow.seller_name.between(words, words + "\U0010ffff")
    return InvoiceRow.seller_name.startswith(words, autoescape=True)


def _people(words: str) -> list[int]:
    """The people of this name, or with this number."""
    named = or_(PersonRow.employee_no == words, PersonRow.name == words)
    return list(db.session.scalars(select(PersonRow.id).where(named).order_by(PersonRow.id).limit(MOST_PEOPLE)))


def _key(wanted: Wanted, last: Hit) -> str:
    of = {InvoiceRow: last.invoice, ArchiveEntryRow: last.entry}
    return "_".join(str(getattr(of[column.class_], column.key)) for column in wanted.order)


def _values(wanted: Wanted, before: str) -> tuple[Any, ...] | None:
    """The key in a page's address; None where it is none of this order."""
    texts, columns = before.split("_"), wanted.order
    try:
        values = [_value(column, text) for column, text in zip(columns, texts, strict=True)]
    except ValueError:
        return None
    return tuple(values)


def _value(column: Any, text: str) -> date | int:
    return date.fromisoformat(text) if column.key in ("issue_date", "archived_on") else int(text)
