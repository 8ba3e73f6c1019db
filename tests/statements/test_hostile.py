"""Files that are broken, hostile, or no statement at all: each ends with a reason in both languages, never a crash."""

import io
import struct
import zipfile
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parsers.document import Document
from parsers.sandbox import Sandbox
from parsers.statements import Broken, Locked, NotAStatement, OverLimit, StatementError, UnknownColumns, read_statement
from parsers.statements.sandboxed import read_statement_in
from reimburse.demo.samples import digital_pdf
from reimburse.demo.samples.einvoice_xml import einvoice_xml
from reimburse.demo.samples.invoice_builder import Pad
from reimburse.demo.samples.invoice_data import sound_cases
from reimburse.demo.samples.ofd import digital_ofd
from reimburse.demo.samples.support import letter
from reimburse.domain.statement import Direction
from tests.parsers.pictures import DIGITAL, saved, sheet
from tests.statements.biff import xls
from tests.statements.shipped import PROFILES
from tests.statements.test_layouts import CASES, content, xlsx

INVOICE = sound_cases(Pad(1), date(2026, 3, 31))[0].invoice
MINUTES = [["议题", "负责人", "意见"], ["预算", "林示例", "同意"]]


def word() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "looks_like"),
    [
        (digital_pdf.quartz(INVOICE), "an invoice PDF"),
        (letter("会议纪要", ["没有金额"]), "a PDF file"),
        (digital_ofd(INVOICE), "an invoice OFD"),
        (einvoice_xml(INVOICE), "an invoice XML"),
        (saved(sheet(DIGITAL), "JPEG"), "a picture (JPEG)"),
        (xlsx({"纪要": MINUTES}), "an XLSX without a table of payments"),
        (xls({"纪要": MINUTES}), "an XLS without a table of payments"),
        (word(), "a Word document"),
        (b"<html><body><p>sign in</p></body></html>", "a web page without a table of payments"),
        (b"<config><a>1</a></config>", "an XML file"),
        ("会议纪要\n没有金额".encode("gb18030"), "a text without a table of payments"),
        (bytes(range(256)) * 40, "a binary file of an unknown kind"),
        (b"", "an empty file"),
        (b"\r\n \r\n", "an empty file"),
    ],
)
def test_it_says_what_the_file_looks_like(data: bytes, looks_like: str) -> None:
    with pytest.raises(NotAStatement) as told:
        read_statement("a.csv", data, PROFILES)
    assert told.value.looks_like.en == looks_like
    assert looks_like in str(told.value)
    assert told.value.looks_like.zh in str(told.value)


def test_unknown_columns_come_with_the_header_and_rows_for_mapping() -> None:
    table = "示例信用社\n\n记帐,用处,进,出\n2026-03-01,书,,12.50\n2026-03-02,工资,100.00,\n"
    with pytest.raises(UnknownColumns) as told:
        read_statement("a.csv", table.encode("gb18030"), PROFILES)
    assert (told.value.row, told.value.header) == (3, ("记帐", "用处", "进", "出"))
    assert told.value.samples[:2] == (("2026-03-01", "书", "", "12.50"), ("2026-03-02", "工资", "100.00", ""))


def test_cells_strewn_over_a_sheet_do_not_fill_the_memory() -> None:
    data = xlsx({"a": [["x"]]})
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
            new.writestr(name, old.read(name).replace(b"</sheetData>", far))
    with pytest.raises(OverLimit):
        read_statement("a.xlsx", buffer.getvalue(), PROFILES)


@pytest.mark.parametrize("table", [struct.pack("<128I", *[0] * 128), struct.pack("<128I", *range(1, 12), *[3] * 117)])
def test_sectors_that_lead_in_a_circle_are_refused(table: bytes) -> None:
    data = content(CASES["ccb_debit"])
    first = struct.unpack_from("<I", data, 76)[0]
    at = 512 * (first + 1)
    with pytest.raises(Broken):
        read_statement("a.xls", data[:at] + table + data[at + 512 :], PROFILES)


def test_a_member_without_a_name_is_no_crash() -> None:
    archive = zipped_member("a.csv", b"x").replace(b"a.csv", b"\0.csv")
    with pytest.raises(StatementError):
        read_statement("a.zip", archive, PROFILES)


def test_an_old_workbook_with_cells_far_apart_is_refused() -> None:
    table = xls({"a": [["x"], [*[""] * 255, "y"]]})
    far = table.replace(
        struct.pack("<HHHHHB", 0x204, 11, 1, 255, 0, 1)[:8], struct.pack("<HHHH", 0x204, 11, 65535, 255)
    )
    assert far != table
    with pytest.raises(OverLimit):
        read_statement("a.xls", far, PROFILES)


def test_cells_that_are_only_formatted_count_for_nothing() -> None:
    data = xlsx(CASES["wechat_xlsx"]["sheets"])
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            empty = b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
            new.writestr(name, old.read(name).replace(b"</sheetData>", empty))
    assert len(read_statement("a.xlsx", buffer.getvalue(), PROFILES)[0].rows) == 2


def test_a_workbook_with_a_password_of_its_own() -> None:
    data = xls({"a": [["x"]]}) + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(Locked):
        read_statement("a.xlsx", data, PROFILES)


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("name", ["ccb_debit", "cmb_company", "false_xls_xml", "boc_company", "wechat_csv"])
def test_a_file_that_is_cut_off_ends_with_rows_or_a_reason(name: str, cut: float) -> None:
    data = content(CASES[name])
    try:
        found = read_statement("a", data[: int(len(data) * cut)], PROFILES)
    except StatementError as problem:
        told = [problem.text.zh, problem.text.en]
    else:
        told = [statement.profile for statement in found]
    assert all(told)
    assert told


def test_entities_are_refused() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><xbrl xmlns="http://www.xbrl.org/2003/instance">&a;</xbrl>'
    with pytest.raises(StatementError, match="不安全"):
        read_statement("a.xml", bomb, PROFILES)


def test_too_many_rows_are_refused() -> None:
    with pytest.raises(OverLimit):
        read_statement("a.csv", b"1,2\n" * 300_001, PROFILES)


def test_quotes_that_never_close_take_no_time() -> None:
    table = content(CASES["cmb_debit"]) + b'"","",""""""""""""""' * 20_000 + b'\n"' * 2000
    (found,) = read_statement("a.csv", table, PROFILES)
    assert [f"{row.amount}" for row in found.rows] == ["1234.00", "1000.00", "5.00"]


TEXTS = [content(case) for case in CASES.values() if "text" in case]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(TEXTS), st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6)), max_size=8))
def test_bytes_written_over_a_statement_never_crash_it(data: bytes, strokes: list[tuple[float, bytes]]) -> None:
    changed = bytearray(data)
    for place, stroke in strokes:
        at = int(place * len(changed))
        changed[at : at + len(stroke)] = stroke
    try:
        found = read_statement("a", bytes(changed), PROFILES)
    except StatementError:
        return
    rows = [row for statement in found for row in statement.rows]
    assert all(row.amount >= 0 and (row.amount > 0 or row.direction is Direction.NEUTRAL) for row in rows)
    numbers = {row.row for row in rows}
    assert not any(left.row in numbers for statement in found if len(found) == 1 for left in statement.skipped)


def test_in_the_sandbox_the_answer_is_the_same() -> None:
    with Sandbox() as sandbox:
        for name in ("boc_company", "citic_credit", "broken_rows", "wechat_csv"):
            data = content(CASES[name])
            assert read_statement_in(sandbox, Document("a", data), PROFILES) == read_statement("a", data, PROFILES)
        for data in (b"", b"a,b,c\n2026-03-01,x,1.00\n", zipped_bomb()):
            with pytest.raises(StatementError) as here:
                read_statement("a", data, PROFILES)
            with pytest.raises(type(here.value)) as there:
                read_statement_in(sandbox, Document("a", data), PROFILES)
            assert str(there.value) == str(here.value)


def zipped_bomb() -> bytes:
    return zipped_member("a.csv", bytes(20 * 1024 * 1024))


def zipped_member(name: str, data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return buffer.getvalue()
