"""Bank, card and wallet statements: a file's tables, the profile that knows their columns, the payments in them."""

from collections.abc import Iterator
from dataclasses import replace

from parsers.document import Document
from parsers.safe_zip import is_zip
from parsers.statements import xbrl
from parsers.statements.archive import is_archive, members
from parsers.statements.delimited import decoded, text_tables
from parsers.statements.errors import (
    AmbiguousLayout,
    Broken,
    Locked,
    MissingColumns,
    NotAStatement,
    OverLimit,
    PasswordNeeded,
    Refused,
    StatementError,
    UnknownColumns,
    WrongPassword,
)
from parsers.statements.headers import headers, missing_columns
from parsers.statements.looks import not_a_statement
from parsers.statements.mapping import Mapped, profile_from_mapping, profile_text
from parsers.statements.markup import is_html, is_spreadsheet_xml, read_html, read_spreadsheet_xml
from parsers.statements.profile import Profile, Profiles
from parsers.statements.profile_files import BadProfile, load_profiles, profile_of, profiles_of
from parsers.statements.sheets import Sheet
from parsers.statements.tables import statements_in
from parsers.statements.unknown import unknown_columns
from parsers.statements.workbook import is_workbook, read_workbook
from reimburse.domain.finding import Text
from reimburse.domain.statement import Statement

__all__ = [
    "AmbiguousLayout",
    "BadProfile",
    "Broken",
    "Locked",
    "Mapped",
    "MissingColumns",
    "NotAStatement",
    "OverLimit",
    "PasswordNeeded",
    "Profile",
    "Profiles",
    "Refused",
    "StatementError",
    "UnknownColumns",
    "WrongPassword",
    "load_profiles",
    "profile_from_mapping",
    "profile_of",
    "profile_text",
    "profiles_of",
    "read_statement",
]

MOST_BYTES = 64 * 1024 * 1024


def read_statement(
    name: str, content: bytes, profiles: Profiles, *, profile: str | None = None, password: str | None = None
) -> tuple[Statement, ...]:
    """Every statement in the file, one an account, at least one; ``StatementError`` says why there is none.

    The layout is found by the file's columns; ``profile`` names one that must be used (KeyError where it is unknown).
    ``name`` is the file's, asked only for the year of days without one. ``password`` opens a wallet's archive.
    """
    known = Profiles([profiles.named(profile)]) if profile else profiles
    document = Document(name, content)
    if len(content) > MOST_BYTES:
        raise OverLimit
    if not is_archive(content):
        return _read(document, known, profile)
    return _first_that_fits(document, known, profile, password)


def _first_that_fits(
    document: Document, profiles: Profiles, profile: str | None, password: str | None
) -> tuple[Statement, ...]:
    """All statements among an archive's files; without any, what the likeliest file has to say."""
    found: list[Statement] = []
    problems: list[StatementError] = []
    for member in members(document, password):
        try:
            found += (_in_member(statement, member.name) for statement in _read(member, profiles, profile))
        except StatementError as problem:
            problems.append(problem)
    if found:
        return _once(found)
    telling = [problem for problem in problems if type(problem) is not NotAStatement]
    raise next(iter(telling), None) or not_a_statement(document)


def _once(statements: list[Statement]) -> tuple[Statement, ...]:
    """Without a second copy of one bill in another form, as CSV and workbook in one archive."""
    kept: dict[object, Statement] = {}
    for statement in statements:
        rows = tuple((row.id, row.paid_at or row.paid_on, row.direction, row.amount) for row in statement.rows)
        kept.setdefault((statement.profile, rows or statement.part), statement)
    return tuple(kept.values())


def _in_member(statement: Statement, name: str) -> Statement:
    return replace(statement, part=f"{name}/{statement.part}" if statement.part else name)


def _read(document: Document, profiles: Profiles, profile: str | None) -> tuple[Statement, ...]:
    if xbrl.is_instance(document.data):
        return xbrl.read(document)
    seen: list[Sheet] = []
    for group in _sheets(document):
        seen.extend(group)
        found = [statement for sheet in group for statement in _of_sheet(sheet, profiles, document.name)]
        if found:
            return tuple(found)
    if profile:
        lacking = "、".join(missing_columns(seen, profiles.named(profile)))
        raise MissingColumns(
            Text(
                f"没有符合样式 {profile} 的表头，缺少列：{lacking}。",
                f"No row is the header of the layout {profile}; missing columns: {lacking}.",
            )
        )
    raise unknown_columns(seen) or not_a_statement(document)


def _of_sheet(sheet: Sheet, profiles: Profiles, name: str) -> list[Statement]:
    return statements_in(sheet, list(headers(sheet, profiles)), name)


def _sheets(document: Document) -> Iterator[tuple[Sheet, ...]]:
    """The file's tables: all sheets of a workbook, or one text split in one way after another."""
    data = document.data
    if is_workbook(data):
        yield read_workbook(data)
    elif is_spreadsheet_xml(data):
        yield read_spreadsheet_xml(data)
    elif not is_zip(data) and not data.startswith(b"%PDF-") and (text := decoded(data)) is not None:
        if is_html(text):
            yield read_html(text)
        else:
            yield from ((sheet,) for sheet in text_tables(text))
