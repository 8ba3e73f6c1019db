"""What the pages of imports show: the list, and one file with its parts, sums, rows, and what was left out."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from reimburse.domain.finding import Text
from reimburse.domain.payment import KnownRow, PaymentKind, known_rows
from reimburse.domain.statement import StatedTotal
from reimburse.services.errors import NotFound
from reimburse.services.idempotency import DoneBefore, done_before
from reimburse.services.statements import statement_reading, twin_links
from reimburse.services.statements.payment_accounts import kinds_of, known_by_number
from reimburse.services.statements.payment_rows import known_identities
from reimburse.services.statements.statement_imports import statement_of, told
from reimburse.store.db import db
from reimburse.store.payments import PaymentAccountRow, PaymentRow, StatementImportRow, StatementPartRow
from reimburse.store.people import PersonRow

PAGE = 25
ROWS = 50
STATES = ("preview", "imported", "dropped")
IMPORTED = Text("导入", "It was imported")


@dataclass(frozen=True, slots=True)
class Page:
    """The newest imports; ``before`` is where the next page starts."""

    rows: Sequence[StatementImportRow]
    before: int | None


@dataclass(frozen=True, slots=True)
class Kinds:
    """How many rows of a kind there are, and their sum in fen of yuan."""

    kind: PaymentKind
    rows: int
    fen: int


@dataclass(frozen=True, slots=True)
class Part:
    """A part before it is imported: the account it may be of, what it holds, and what would come of it.

    ``rows`` are counted once each; ``known`` came before; ``left_out`` do not come in, each with its reason.
    """

    row: StatementPartRow
    title: tuple[str, str]
    account: PaymentAccountRow | None
    kinds: Sequence[Kinds]
    rows: int
    first: Sequence[KnownRow]
    known: AbstractSet[str]
    left_out: Sequence[Sequence[int | str]]
    account_kinds: Sequence[str]
    twins: int
    stated: Sequence[StatedTotal]


@dataclass(frozen=True, slots=True)
class Imported:
    """Rows of an import, some at a time; ``followers``: the rows that follow one of these, by it."""

    rows: Sequence[PaymentRow]
    after: int | None
    followers: dict[int, PaymentRow]


def listed(state: str | None, before: int | None = None) -> Page:
    """The imports, those in this state only."""
    query = select(StatementImportRow).order_by(StatementImportRow.id.desc()).limit(PAGE + 1)
    if state in STATES:
        query = query.where(StatementImportRow.state == state)
    if before:
        query = query.where(StatementImportRow.id < before)
    loaded = (
        selectinload(StatementImportRow.parts).joinedload(StatementPartRow.account),
        joinedload(StatementImportRow.by).lazyload(PersonRow.grants),
    )
    rows = list(db.session.scalars(query.options(*loaded)))
    return Page(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


def shown(import_id: int) -> StatementImportRow:
    """One import with its parts."""
    loaded = (
        selectinload(StatementImportRow.parts).joinedload(StatementPartRow.account),
        joinedload(StatementImportRow.by).lazyload(PersonRow.grants),
    )
    row = db.session.get(StatementImportRow, import_id, options=loaded)
    if row is None:
        raise NotFound
    return row


def imported_before(row: StatementImportRow) -> DoneBefore | None:
    """Who imported it and when; nothing where nobody did."""
    if row.state != "imported":
        return None
    return done_before(db.session(), IMPORTED, row.imported_by_id, row.imported_at)


def previewed(row: StatementImportRow) -> list[Part]:
    """The parts of a file that is looked at."""
    titles = {profile.name: (profile.title.zh, profile.title.en) for profile in statement_reading.profiles()}
    return [_part(part, titles) for part in row.parts]


def imported(row: StatementImportRow, after: int = 0) -> Imported:
    """The rows that came with this file, in its order."""
    parts = [part.id for part in row.parts]
    query = select(PaymentRow).where(PaymentRow.part_id.in_(parts), PaymentRow.id > after).order_by(PaymentRow.id)
    rows = list(db.session.scalars(query.options(joinedload(PaymentRow.account)).limit(ROWS + 1)))
    shown_rows = rows[:ROWS]
    return Imported(shown_rows, rows[ROWS - 1].id if len(rows) > ROWS else None, followers_of(shown_rows))


def followers_of(rows: Sequence[PaymentRow]) -> dict[int, PaymentRow]:
    """The rows of other statements that are the same purchase, by the row that counts."""
    query = select(PaymentRow).where(PaymentRow.twin_of_id.in_([row.id for row in rows]))
    found = db.session.scalars(query.options(joinedload(PaymentRow.account))) if rows else ()
    return {int(row.twin_of_id or 0): row for row in found}


def _part(part: StatementPartRow, titles: dict[str, tuple[str, str]]) -> Part:
    statement = statement_of(part)
    rows, doubled = known_rows(statement.rows)
    account = known_by_number(db.session(), part) or _last_of(part)
    before = known_identities(db.session(), account.id, (row.identity for row in rows)) if account else set()
    fresh = [row for row in rows if row.identity not in before]
    return Part(
        part,
        titles.get(part.profile, (part.profile, part.profile)),
        account,
        _kinds(rows),
        len(rows),
        rows[:ROWS],
        before,
        told(part, doubled),
        kinds_of(part.kind),
        twin_links.expected(db.session(), part, account, titles.get(part.profile, ("", ""))[0], fresh),
        statement.stated,
    )


def _last_of(part: StatementPartRow) -> PaymentAccountRow | None:
    """The account of the last import of this layout, where the statement prints no number of its own."""
    if part.printed_account:
        return None
    of_layout = (
        select(PaymentAccountRow)
        .join(StatementPartRow, StatementPartRow.account_id == PaymentAccountRow.id)
        .where(StatementPartRow.profile == part.profile, PaymentAccountRow.kind.in_(kinds_of(part.kind)))
    )
    several = select(func.count(func.distinct(StatementPartRow.account_id))).where(
        StatementPartRow.profile == part.profile, StatementPartRow.account_id.is_not(None)
    )
    return db.session.scalars(of_layout.limit(1)).first() if db.session.scalar(several) == 1 else None


def _kinds(rows: Sequence[KnownRow]) -> list[Kinds]:
    found = []
    for kind in PaymentKind:
        of_kind = [item.row for item in rows if item.kind is kind]
        yuan = sum(int(row.amount * 100) for row in of_kind if row.currency == "CNY")
        if of_kind:
            found.append(Kinds(kind, len(of_kind), yuan))
    return found
