"""What finance sees of input VAT: what is not selected yet and until when, one invoice's state, its changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, or_, select, tuple_

from reimburse.domain.bills import CertificationState
from reimburse.domain.finding import Text
from reimburse.domain.workflow import FINANCE
from reimburse.services.access import SEE_ALL
from reimburse.services.invoices.invoices import ENDED
from reimburse.services.missing.certifications import last_day, overdue_before
from reimburse.services.policy import policies
from reimburse.store.certifications import CertificationChangeRow, CertificationRow
from reimburse.store.claims import ClaimRow, ExpenseLineRow, LineInvoiceRow
from reimburse.store.db import db, today
from reimburse.store.invoices import InvoiceRow
from reimburse.store.people import PersonRow

PAGE = 25
STATES = tuple(state.value for state in CertificationState)
OVERDUE, ELSEWHERE = "overdue", "elsewhere"
CHIPS = (OVERDUE, *STATES, ELSEWHERE)
Row = CertificationRow


@dataclass(frozen=True, slots=True)
class Filter:
    """What the list shows: a chip, words in the seller's name or the number; ``after`` is the key of the page."""

    chip: str = CertificationState.UNSELECTED.value
    text: str = ""
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """An invoice key with its last day; ``doubt``: why it may not be deductible by what it was claimed as."""

    row: Row
    last_day: date
    invoice_id: int | None
    doubt: Text | None

    @property
    def days_left(self) -> int:
        """Calendar days until the last one; negative: so many over it."""
        return (self.last_day - today()).days


@dataclass(frozen=True, slots=True)
class Page:
    """The oldest first; ``count`` and ``tax_fen`` are of all pages."""

    items: list[Item]
    after: str | None
    count: int
    tax_fen: int


@dataclass(frozen=True, slots=True)
class Sums:
    """Counts and input VAT in fen: not selected, of that past due, and on the tax office's list but in no wallet."""

    unselected: tuple[int, int]
    overdue: tuple[int, int]
    elsewhere: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Change:
    """A change of state; ``by``: who made it."""

    row: CertificationChangeRow
    by: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One invoice's state for whoever may see it; only finance changes it."""

    item: Item
    changes: list[Change]
    acts: bool


def listed(wanted: Filter) -> Page:
    """A page of the states, for finance and auditors."""
    conditions = _conditions(wanted)
    count, tax = db.session.execute(
        select(func.count(), func.coalesce(func.sum(Row.tax_fen), 0)).where(*conditions)
    ).one()
    query = select(Row).where(*conditions)
    key = _key(wanted.after)
    if key:
        query = query.where(tuple_(Row.issue_date, Row.number, Row.code) > tuple_(*key))
    rows = list(db.session.scalars(query.order_by(Row.issue_date, Row.number, Row.code).limit(PAGE + 1)))
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    after = f"{last.issue_date}.{last.number}.{last.code}" if last else None
    return Page(_items(rows[:PAGE]), after, count, int(tax))


def sums() -> Sums:
    """What is open, in one query."""
    waits = and_(Row.here, Row.state == CertificationState.UNSELECTED.value, Row.tax_fen > 0)
    late = and_(waits, Row.issue_date < overdue_before(today()))
    columns = [
        column
        for condition in (waits, late, ~Row.here)
        for column in (
            func.coalesce(func.sum(case((condition, 1), else_=0)), 0),
            func.coalesce(func.sum(case((condition, Row.tax_fen), else_=0)), 0),
        )
    ]
    of = or_(Row.state == CertificationState.UNSELECTED.value, ~Row.here)
    found = [int(value) for value in db.session.execute(select(*columns).where(of)).one()]
    return Sums((found[0], found[1]), (found[2], found[3]), (found[4], found[5]))


def panel_of(person: PersonRow, invoice: InvoiceRow) -> Panel | None:
    """The state of an invoice that the person may see; None where there is none."""
    if invoice.key is None:
        return None
    changed = and_(CertificationChangeRow.code == Row.code, CertificationChangeRow.number == Row.number)
    query = (
        select(Row, CertificationChangeRow, PersonRow.name)
        .outerjoin(CertificationChangeRow, changed)
        .outerjoin(PersonRow, PersonRow.id == CertificationChangeRow.by_id)
        .where(Row.code == invoice.code, Row.number == invoice.number)
        .order_by(CertificationChangeRow.id.desc())
    )
    rows = db.session.execute(query).all()
    if not rows or not person.roles() & SEE_ALL:
        return None
    item = Item(rows[0][0], last_day(rows[0][0].issue_date), invoice.id, None)
    changes = [Change(change, name) for _, change, name in rows if change]
    return Panel(item, changes, bool(person.roles() & FINANCE))


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    if wanted.chip == ELSEWHERE:
        found: list[ColumnElement[bool]] = [~Row.here]
    elif wanted.chip in (OVERDUE, CertificationState.UNSELECTED):
        found = [Row.here.is_(True), Row.state == CertificationState.UNSELECTED.value, Row.tax_fen > 0]
        if wanted.chip == OVERDUE:
            found.append(Row.issue_date < overdue_before(today()))
    else:
        found = [Row.here.is_(True), Row.state == wanted.chip]
    if wanted.text:
        number, seller = Row.number.startswith(wanted.text, autoescape=True), Row.seller_name.contains(wanted.text)
        found.append(or_(number, seller))
    return found


def _items(rows: Sequence[Row]) -> list[Item]:
    keys = [(row.code, row.number) for row in rows]
    pair = tuple_(InvoiceRow.code, InvoiceRow.number)
    live_category = case((ClaimRow.id.is_not(None), ExpenseLineRow.category))
    query = (
        select(InvoiceRow.code, InvoiceRow.number, func.min(InvoiceRow.id), live_category)
        .outerjoin(LineInvoiceRow, LineInvoiceRow.invoice_id == InvoiceRow.id)
        .outerjoin(ExpenseLineRow, ExpenseLineRow.id == LineInvoiceRow.line_id)
        .outerjoin(ClaimRow, and_(ClaimRow.id == ExpenseLineRow.claim_id, ClaimRow.state.not_in(ENDED)))
        .where(pair.in_(keys))
        .group_by(InvoiceRow.code, InvoiceRow.number, live_category)
    )
    held: dict[tuple[str, str], tuple[int, set[str]]] = {}
    for code, number, invoice_id, category in db.session.execute(query) if keys else ():
        _, categories = held.setdefault((code, number or ""), (invoice_id, set()))
        categories |= {category} if category else set()
    return [_item(row, *held.get((row.code, row.number), (None, set[str]()))) for row in rows]


def _item(row: Row, invoice_id: int | None, categories: set[str]) -> Item:
    forbidden = (
        entry
        for entry in policies.in_force(row.issue_date).not_deductible
        if categories & set(entry.categories) and (entry.valid_from or date.min) <= row.issue_date
    )
    doubt = next((Text(entry.zh, entry.en) for entry in forbidden), None)
    return Item(row, last_day(row.issue_date), invoice_id, doubt)


def _key(after: str | None) -> tuple[date, str, str] | None:
    day, _, rest = (after or "").partition(".")
    number, _, code = rest.partition(".")
    try:
        return date.fromisoformat(day), number, code
    except ValueError:
        return None
