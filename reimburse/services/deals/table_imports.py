"""Tables of bills, orders, receipts and deductions: looked at first, then taken in, each file once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from parsers.document import Document
from parsers.errors import ParseError
from parsers.tables.columns import Heading, Table, heading_of, likely_heading
from parsers.tables.kinds import TABLES
from parsers.tables.reading import Taken, read
from parsers.tables.rows import Broken
from parsers.tables.sheet import Row, Sheet
from reimburse.domain.bills import Bill, Order
from reimburse.domain.workflow import FINANCE, Role
from reimburse.services.deals.bill_records import record_bills
from reimburse.services.deals.order_records import record_orders
from reimburse.services.deals.receipt_records import record_receipts
from reimburse.services.deals.recording import Owners, Recorded, Source
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.services.invoices import intake, sandboxed
from reimburse.services.missing.certification_records import record_certifications
from reimburse.store.absent import insert_if_absent
from reimburse.store.bills import TableImportRow
from reimburse.store.db import db, now, transaction
from reimburse.store.events import record
from reimburse.store.people import LegalEntityRow, PersonRow

READERS = FINANCE | {Role.AUDITOR}
SHOWN = 20
RECORDERS: dict[str, Callable[[Session, Any, Source], Recorded]] = {
    "bills": record_bills,
    "orders": record_orders,
    "receipts": record_receipts,
    "certifications": record_certifications,
}


@dataclass(frozen=True, slots=True)
class Preview:
    """A table before or after it was taken in.

    ``heading``: the cells of its heading row; ``taken`` None where columns are still ``lacking``, each a choice of
    fields; ``sample``: the first rows as they are mapped.
    """

    row: TableImportRow
    table: Table
    sheets: tuple[str, ...]
    heading: Row
    lacking: list[str]
    taken: Taken | None
    first_rows: tuple[tuple[int, Row], ...]


def receive(person: PersonRow, kind: str, entity_id: int, name: str, data: bytes) -> int:
    """Look at a file; the id of its import. The same file leads to the import that it had before."""
    _refuse_others(person)
    if kind not in TABLES:
        raise NotFound
    sheets = _sheets(name, data)
    at, heading = _best(sheets, TABLES[kind])
    stored = intake.store(name, data)
    with transaction() as session:
        if session.get(LegalEntityRow, entity_id) is None:
            raise Refused("请选择公司抬头。", "Choose the company.")
        intake.note_file(session, stored)
        values = {
            "kind": kind,
            "sha256": stored.sha256,
            "file_name": stored.name,
            "legal_entity_id": entity_id,
            "state": "preview",
            "sheet": at,
            "heading_row": heading.row,
            "mapping": dict(heading.places),
            "rows": 0,
            "added": 0,
            "completed": 0,
            "known": 0,
            "left_out": [],
            "by_id": person.id,
            "at": now(),
            "version": 1,
        }
        insert_if_absent(session, TableImportRow, values)
        same = select(TableImportRow.id).filter_by(kind=kind, sha256=stored.sha256)
        return session.scalars(same).one()


def shown(person: PersonRow, import_id: int) -> Preview:
    """The table as it is mapped now."""
    _refuse_others(person, READERS)
    row = db.session.get(TableImportRow, import_id)
    if row is None:
        raise NotFound
    sheets = _sheets(row.file_name, intake.files().get(row.sha256))
    sheet, table = sheets[min(row.sheet, len(sheets) - 1)], TABLES[row.kind]
    heading = Heading(row.heading_row, row.mapping)
    lacking = ["/".join(column.field for column in choice) for choice in table.lacking(list(heading.places))]
    first = tuple(enumerate(sheet.rows[heading.row : heading.row + SHOWN], start=heading.row + 1))
    taken = None if lacking else _with_owners(read(table, sheet, heading))
    cells = sheet.rows[heading.row - 1] if heading.row <= len(sheet.rows) else ()
    return Preview(row, table, tuple(one.name for one in sheets), cells, lacking, taken, first)


def expected(preview: Preview) -> Recorded:
    """What would come of taking the table in now, found by doing it and taking it back."""
    row, taken = preview.row, preview.taken
    if taken is None:
        return Recorded()
    kind, source = row.kind, Source(row.legal_entity_id, row.by_id, row.id)
    db.session.rollback()
    with Session(db.engine) as session:
        found = RECORDERS[kind](session, taken.things, source)
        session.rollback()
    found.left_out = sorted([*taken.broken, *found.left_out], key=lambda one: one.row)
    return found


def _with_owners(taken: Taken) -> Taken:
    """What is read, without the things whose owner nobody is: they are told like other rows that are left out."""
    named = {row: thing.owner for row, thing in taken.things if isinstance(thing, Bill | Order)}
    owners = Owners(db.session(), named.values())
    unowned = {row: why for row, owner in named.items() if (why := owners.problem(owner))}
    things = tuple(pair for pair in taken.things if pair[0] not in unowned)
    broken = (*taken.broken, *(Broken(row, why) for row, why in unowned.items()))
    return replace(taken, things=things, broken=tuple(sorted(broken, key=lambda one: one.row)))


def remap(
    person: PersonRow, import_id: int, sheet: int, heading_row: int, mapping: Mapping[str, int | None], version: int
) -> None:
    """Say which sheet it is, where the heading stands and which column holds which field.

    Another sheet or heading row is looked at anew; the mapping given is then forgotten.
    """
    with transaction() as session:
        row = _locked(session, person, import_id, version)
        table = TABLES[row.kind]
        sheets = _sheets(row.file_name, intake.files().get(row.sha256))
        if not 0 <= sheet < len(sheets) or not 1 <= heading_row <= len(sheets[sheet].rows):
            raise Refused("没有这一行表头。", "There is no such heading row.")
        if (sheet, heading_row) != (row.sheet, row.heading_row):
            places = _places(sheets[sheet], table, sheet, heading_row, row)
        else:
            fields = {column.field for column in table.columns}
            places = {field: place for field, place in mapping.items() if field in fields and place is not None}
        if len(set(places.values())) < len(places):
            raise Refused("同一列不能用作两个字段。", "One column cannot be two fields.")
        row.sheet, row.heading_row, row.mapping = sheet, places.pop("", heading_row), places


def _places(sheet: Sheet, table: Table, at: int, heading_row: int, row: TableImportRow) -> dict[str, int]:
    """What is recognised in the chosen heading; another sheet's own heading is found anew (under the key '')."""
    if at != row.sheet:
        found = heading_of(sheet.rows, table) or likely_heading(sheet.rows)
        return {**found.places, "": found.row}
    found = heading_of(sheet.rows[heading_row - 1 : heading_row], table) or Heading(1, {})
    return dict(found.places)


def run(person: PersonRow, import_id: int, version: int) -> Recorded:
    """Take the table in. Once more, it finds everything on record."""
    preview = shown(person, import_id)
    db.session.rollback()
    if preview.taken is None:
        raise Refused("还有必填的列没有对应，请先选择。", "Columns that are needed are not mapped yet.")
    with transaction() as session:
        row = _locked(session, person, import_id, version)
        source = Source(row.legal_entity_id, person.id, row.id)
        done = RECORDERS[row.kind](session, preview.taken.things, source)
        left_out = sorted([*preview.taken.broken, *done.left_out], key=lambda one: one.row)
        row.left_out = [{"row": one.row, "zh": one.why.zh, "en": one.why.en} for one in left_out]
        row.rows, row.added, row.completed, row.known = preview.taken.rows, done.added, done.completed, done.known
        row.state, row.imported_at = "imported", now()
        said = {"added": done.added, "completed": done.completed, "known": done.known, "left_out": len(left_out)}
        record(session, f"table_import:{row.id}", "imported", person.id, now(), said)
    return done


def latest(person: PersonRow, kind: str, limit: int = 5) -> list[TableImportRow]:
    """The latest imports of this kind."""
    _refuse_others(person, READERS)
    query = select(TableImportRow).where(TableImportRow.kind == kind).order_by(TableImportRow.id.desc())
    return list(db.session.scalars(query.limit(limit)))


def _best(sheets: tuple[Sheet, ...], table: Table) -> tuple[int, Heading]:
    """The sheet whose heading names most of the table's columns, the first where none is recognised."""
    found = [(at, heading) for at, sheet in enumerate(sheets) if (heading := heading_of(sheet.rows, table))]
    return max(found, key=lambda one: len(one[1].places), default=(0, likely_heading(sheets[0].rows)))


def _sheets(name: str, data: bytes) -> tuple[Sheet, ...]:
    if not data:
        raise Refused("请选择文件。", "Choose a file.")
    try:
        return sandboxed.sheets(Document(name, data))
    except ParseError as problem:
        zh, _, en = str(problem).partition(" / ")
        raise Refused(zh, en or zh) from None


def _locked(session: Session, person: PersonRow, import_id: int, version: int) -> TableImportRow:
    _refuse_others(person)
    query = select(TableImportRow).where(TableImportRow.id == import_id).with_for_update()
    row = session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFound
    if row.version != version:
        raise Stale
    return row


def _refuse_others(person: PersonRow, roles: frozenset[Role] = FINANCE) -> None:
    if not person.roles() & roles:
        raise NotFound
