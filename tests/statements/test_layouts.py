"""Every layout of the table of formats, on a file of its own: one case a file in ``cases/``."""

import io
import re
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from parsers.statements import read_statement
from reimburse.domain.statement import Statement, StatementRow
from tests.statements.biff import xls
from tests.statements.shipped import PROFILES

FOLDER = Path(__file__).parent / "cases"
CASES = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))}
FIELDS = {"way": "direction", "on": "paid_on", "at": "paid_at"}


def content(case: dict[str, Any]) -> bytes:
    if "sheets" in case:
        return xlsx(case["sheets"], case.get("dimension")) if case["form"] == "xlsx" else xls(case["sheets"])
    text = case["text"].removeprefix("\n")
    return (text.replace("\n", "\r\n") if case.get("crlf") else text).encode(case["encoding"])


def xlsx(sheets: dict[str, list[list[Any]]], dimension: str | None = None) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([None if value == "" else value for value in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue() if dimension is None else redimensioned(buffer.getvalue(), dimension)


def redimensioned(data: bytes, dimension: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(name, re.sub(rb'(<dimension ref=)"[^"]*"', rb'\1"%s"' % dimension.encode(), old.read(name)))
    return buffer.getvalue()


def stated_of(row: StatementRow, field: str) -> str | int:
    value = getattr(row, FIELDS.get(field, field))
    if field == "row":
        return value
    return "" if value is None else value.isoformat() if field in {"on", "at"} else f"{value}"


def read(case: dict[str, Any]) -> tuple[Statement, ...]:
    return read_statement("a.xls", content(case), PROFILES)


@pytest.mark.parametrize("name", CASES)
def test_every_row(name: str) -> None:
    case = CASES[name]
    rows = [row for statement in read(case) for row in statement.rows]
    found = [{field: stated_of(row, field) for field in told} for row, told in zip(rows, case["row"], strict=True)]
    assert found == case["row"]


@pytest.mark.parametrize("name", CASES)
def test_what_stands_around_the_rows(name: str) -> None:
    case = CASES[name]
    statements = read(case)
    assert {statement.profile for statement in statements} == {case["profile"]}
    assert len(statements) == case.get("statements", 1)
    skipped = [[left.row, left.why.zh] for statement in statements for left in statement.skipped]
    assert skipped == case.get("skipped", [])
    if accounts := case.get("accounts", [case["account"]] if "account" in case else None):
        assert [statement.account for statement in statements] == accounts
    if told := case.get("stated"):
        stated = [total for statement in statements for total in statement.stated]
        shown = [[t.direction.value, "" if t.count is None else t.count, f"{t.amount}"] for t in stated]
        assert shown == told


def test_every_shipped_layout_has_a_case() -> None:
    assert {case["profile"] for case in CASES.values()} == set(PROFILES.names)
