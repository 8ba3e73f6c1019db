"""Statements come in: read and shown first, imported once a person says so; nothing comes twice."""

import json
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from parsers.statements import Profiles
from reimburse.domain.money import cents, to_fen
from reimburse.domain.payment import KnownRow, PaymentKind, known_rows
from reimburse.domain.statement import SkippedRow, Statement
from reimburse.domain.statement_json import statement_from_json, statement_to_json
from reimburse.services.access import finance_only
from reimburse.services.claims.facts import canonical
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.services.invoices import intake
from reimburse.services.matching import matching_runs
from reimburse.services.statements import refund_links, statement_reading, twin_links
from reimburse.services.statements.payment_accounts import AccountChoice, chosen
from reimburse.services.statements.payment_rows import add_new
from reimburse.services.statements.statement_profiles import ByHand, keep, profile_by_hand
from reimburse.store.db import now, transaction
from reimburse.store.events import record
from reimburse.store.payments import PaymentAccountRow, PaymentRow, StatementImportRow, StatementPartRow
from reimburse.store.people import PersonRow

OUT = frozenset({PaymentKind.PAYMENT, PaymentKind.FEE})
BACK = frozenset({PaymentKind.INCOME, PaymentKind.REFUND})
Told = list[int | str]
"""A row that does not come in: its number, and why in Chinese and English."""


def chain_of(import_id: int) -> str:
    """The event chain of an import."""
    return f"statement:{import_id}"


def preview(by: PersonRow, name: str, data: bytes, *, profile: str | None = None, password: str | None = None) -> int:
    """Read a statement file and keep it to be looked at; the id of the import. Its password is not kept."""
    finance_only(by)
    return _keep(by, name, data, statement_reading.read(name, data, profile=profile, password=password))


def preview_by_hand(by: PersonRow, name: str, data: bytes, said: ByHand, *, password: str | None = None) -> int:
    """The same of a table that no layout knows, by the columns as a person maps them; the layout is kept."""
    finance_only(by)
    profile = profile_by_hand(said)
    statements = statement_reading.read_with(Profiles([profile]), name, data, profile=profile.name, password=password)
    with transaction() as session:
        keep(session, by, profile)
    return _keep(by, name, data, statements)


def _keep(by: PersonRow, name: str, data: bytes, statements: Sequence[Statement]) -> int:
    stored = intake.store(name, data)
    readings = [intake.store("reading.json", canonical(statement_to_json(one)).encode()) for one in statements]
    kinds = statement_reading.kinds()
    with transaction() as session:
        for kept in (stored, *readings):
            intake.note_file(session, kept)
        row = _open_preview(session, by.id, stored.sha256) or StatementImportRow(
            sha256=stored.sha256, file_name=stored.name, by_id=by.id, at=now()
        )
        row.parts = [
            _part(ordinal, statement, kept.sha256, kinds.get(statement.profile, "bank"))
            for ordinal, (statement, kept) in enumerate(zip(statements, readings, strict=True))
        ]
        session.add(row)
        session.flush()
        return row.id


def confirm(by: PersonRow, import_id: int, choices: Mapping[int, AccountChoice], version: int) -> StatementImportRow:
    """Import what was looked at, each part into its account (by the part's ordinal). A second call changes nothing."""
    finance_only(by)
    with transaction() as session:
        matching_runs.hold(session)
        row = _locked(session, import_id)
        if row.state == "imported":
            return row
        if row.version != version or row.state != "preview":
            raise Stale
        for part in row.parts:
            account = chosen(session, by, part, choices.get(part.ordinal, AccountChoice()))
            _import(session, part, account)
        row.state, row.imported_by_id, row.imported_at = "imported", by.id, now()
        session.flush()
        told = [{"account": part.account_id, "added": part.added, "known": part.known} for part in row.parts]
        record(session, chain_of(row.id), "statement_imported", by.id, now(), {"sha256": row.sha256, "parts": told})
        matching_runs.ask_in(session)
        return row


def drop(by: PersonRow, import_id: int, version: int) -> None:
    """A preview that is not to be imported."""
    finance_only(by)
    with transaction() as session:
        row = _locked(session, import_id)
        if row.state == "imported":
            raise Refused("这份流水已导入。", "This statement is imported already.")
        if row.version != version:
            raise Stale
        row.state = "dropped"


def statement_of(part: StatementPartRow) -> Statement:
    """The rows of a part as they were read."""
    return statement_from_json(json.loads(intake.files().get(part.reading_sha256)))


def told(part: StatementPartRow, doubled: Iterable[SkippedRow]) -> list[Told]:
    """The rows of a part that do not come in, in the file's order: those not understood, and those that stand twice."""
    return sorted([*part.left_out, *map(_told, doubled)])


def _import(session: Session, part: StatementPartRow, account: PaymentAccountRow) -> list[PaymentRow]:
    known, doubled = known_rows(statement_of(part).rows)
    added = add_new(session, account, part, known)
    part.account_id = account.id
    part.added = sum(row.fee_of_id is None for row in added)
    part.known = len(known) - part.added
    part.left_out = told(part, doubled)
    refund_links.link(session, account.id, added)
    twin_links.link(session, added)
    return added


def _part(ordinal: int, statement: Statement, blob: str, kind: str) -> StatementPartRow:
    known, _ = known_rows(statement.rows)
    days = [row.paid_on for row in statement.rows]
    return StatementPartRow(
        ordinal=ordinal,
        label=(statement.part or "")[:200],
        profile=statement.profile,
        kind=kind,
        printed_account=(statement.account or "")[:100] or None,
        reading_sha256=blob,
        rows=len(statement.rows),
        first_on=min(days, default=None),
        last_on=max(days, default=None),
        out_fen=_sum(known, OUT),
        in_fen=_sum(known, BACK),
        left_out=[_told(item) for item in statement.skipped],
    )


def _sum(known: Iterable[KnownRow], kinds: frozenset[PaymentKind]) -> int:
    """What the rows of these kinds in yuan add up to, in fen."""
    return sum(to_fen(cents(item.row.amount)) for item in known if item.kind in kinds and item.row.currency == "CNY")


def _told(skipped: SkippedRow) -> Told:
    return [skipped.row, skipped.why.zh, skipped.why.en]


def _open_preview(session: Session, by_id: int, sha256: str) -> StatementImportRow | None:
    """The same person's preview of the same file, which is shown anew."""
    mine = select(StatementImportRow).where(
        StatementImportRow.by_id == by_id, StatementImportRow.sha256 == sha256, StatementImportRow.state == "preview"
    )
    row = session.scalars(mine.limit(1)).first()
    if row:
        row.parts = []
        session.flush()
    return row


def _locked(session: Session, import_id: int) -> StatementImportRow:
    query = select(StatementImportRow).where(StatementImportRow.id == import_id)
    row = session.scalar(query.with_for_update(of=StatementImportRow).execution_options(populate_existing=True))
    if row is None:
        raise NotFound
    return row
