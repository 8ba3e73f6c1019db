"""What leaves the house: the workbook, the CSV and the package with its manifest."""

import csv
import hashlib
import io
import json
import shutil
import subprocess
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from reimburse.export.cells import neutral
from reimburse.export.csv_file import csv_heading, csv_rows
from reimburse.export.package import AlteredFile, Member, package, safe_name
from reimburse.export.rows import INVOICE_COLUMNS, LINE_COLUMNS, Control, InvoiceUse, LineRow
from reimburse.export.workbook import BatchWorkbook

MADE = datetime(2026, 11, 23, 6, 5, 4, tzinfo=UTC)
CONTROL = Control("B202611-0001", "示例云帆科技有限公司", "91990000MA0DEM0011", (("金额 Amount", Decimal("30.30")),))


HEADINGS = [column.heading for column in LINE_COLUMNS]
AMOUNT, DESCRIPTION = HEADINGS.index("金额 Amount"), HEADINGS.index("说明 Description")


def line(row: int, amount: str = "10.10", description: str = "办公用品") -> LineRow:
    return LineRow(
        row, "C1", row, "E001", "林一", "研发部", "CC-100", None, "办公用品", "6602", description, date(2026, 11, 1),
        Decimal(amount), "employee", ("26990000000000000001",), ("originals/1.pdf",),
    )  # fmt: skip


def invoice(row: int) -> InvoiceUse:
    return InvoiceUse(
        row, "C1", (1, 2), "general_digital", "", "26990000000000000001", date(2026, 11, 1), "示例酒店", None,
        None, None, Decimal("30.30"), Decimal("30.30"), ("originals/1.pdf",), "0" * 64,
    )  # fmt: skip


def workbook(rows: Iterator[LineRow]) -> bytes:
    target = io.BytesIO()
    book = BatchWorkbook(target, MADE)
    for number, row in enumerate(rows):
        book.add_line(row)
        if number == 0:
            book.add_invoice(invoice(1))
    book.close(CONTROL)
    return target.getvalue()


def test_the_workbook_lists_lines_and_their_sum() -> None:
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(workbook(line(n) for n in (1, 2, 3))))
    table = sheets.get_sheet_by_name("明细 Lines").to_python()
    assert [row[AMOUNT] for row in table] == ["金额 Amount", 10.1, 10.1, 10.1, 30.3]
    assert table[4][0] == "合计 Sum"
    assert sheets.get_sheet_by_name("发票 Invoices").to_python()[1][6] == "26990000000000000001"


def test_the_heading_is_frozen_and_the_sum_is_a_formula() -> None:
    with zipfile.ZipFile(io.BytesIO(workbook(line(n) for n in (1, 2)))) as parts:
        sheet = parts.read("xl/worksheets/sheet2.xml").decode()
    assert 'state="frozen"' in sheet
    assert "<f>SUM(O2:O3)</f><v>20.2</v>" in sheet


def test_an_empty_table_adds_up_to_zero() -> None:
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(workbook(iter([]))))
    assert sheets.get_sheet_by_name("明细 Lines").to_python()[1][AMOUNT] == 0


def test_the_same_rows_give_the_same_bytes() -> None:
    assert workbook(iter([line(1)])) == workbook(iter([line(1)]))


def test_text_that_looks_like_a_formula_stays_text_in_the_workbook() -> None:
    with zipfile.ZipFile(io.BytesIO(workbook(iter([line(1, description="=1+1")])))) as parts:
        sheet, styles = parts.read("xl/worksheets/sheet2.xml").decode(), parts.read("xl/styles.xml").decode()
    assert "<f>1+1</f>" not in sheet
    assert 'quotePrefix="1"' in styles


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+86 10", "'+86 10"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1+1", "'  =1+1"),
        ("\t=1", "'\t=1"),
        ("\n=1", "'\n=1"),
        ("\u3000=1", "'\u3000=1"),
        ("酒店 - 北京", "酒店 - 北京"),
        ("2=2", "2=2"),
        ("", ""),
    ],
)
def test_cells_that_could_run_are_neutralised(text: str, expected: str) -> None:
    assert neutral(text) == expected


def test_csv_starts_with_a_bom_and_keeps_negative_amounts_numbers() -> None:
    data = csv_heading(LINE_COLUMNS)
    data += csv_rows(LINE_COLUMNS, [line(1, "-5.00", "=cmd|' /C calc'!A0"), line(2, "7.00", '说"明,\n二')])
    assert data.startswith(b"\xef\xbb\xbf")
    heading, first, second = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert len(heading) == len(LINE_COLUMNS)
    assert (first[DESCRIPTION], first[AMOUNT]) == ("'=cmd|' /C calc'!A0", "-5.00")
    assert second[DESCRIPTION] == '说"明,\n二'
    assert data.count(b"\r\n") == 3


def test_codes_stand_beside_their_words() -> None:
    data = (csv_heading(LINE_COLUMNS) + csv_rows(LINE_COLUMNS, [line(1)])).decode("utf-8-sig")
    row = next(iter(csv.DictReader(io.StringIO(data))))
    assert (row["支付方式 Paid by"], row["支付方式代码 Paid-by code"]) == ("个人垫付 Own pocket", "employee")
    data = (csv_heading(INVOICE_COLUMNS) + csv_rows(INVOICE_COLUMNS, [invoice(1)])).decode("utf-8-sig")
    row = next(iter(csv.DictReader(io.StringIO(data))))
    assert row["票种 Kind"] == "数电票（普通） Fully digital invoice (general)"
    assert row["票种代码 Kind code"] == "general_digital"


def test_csv_of_invoices_names_the_rows_of_their_lines() -> None:
    data = (csv_heading(INVOICE_COLUMNS) + csv_rows(INVOICE_COLUMNS, [invoice(1)])).decode("utf-8-sig")
    assert next(iter(csv.DictReader(io.StringIO(data))))["明细序号 Rows"] == "1;2"


def member(name: str, data: bytes, sha256: str | None = None) -> Member:
    return Member(name, lambda: [data[:3], data[3:]], sha256 or hashlib.sha256(data).hexdigest(), {"rows": [1]})


def test_the_package_holds_every_file_and_its_digest() -> None:
    files = {"originals/0001.pdf": b"%PDF one", "attachments/0001.png": b"\x89PNG two"}
    members = [member(name, data) for name, data in files.items()]
    data = b"".join(package({"batch_no": "B1"}, members, MADE))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        manifest = json.loads(archive.read("manifest.json"))
        read = {name: archive.read(name) for name in files}
    assert read == files
    assert {item["name"]: item["sha256"] for item in manifest["files"]} == {
        name: hashlib.sha256(content).hexdigest() for name, content in files.items()
    }
    assert (manifest["batch_no"], manifest["files"][0]["rows"], manifest["files"][0]["size"]) == ("B1", [1], 8)


def test_the_same_files_give_the_same_package() -> None:
    once, again = (b"".join(package({}, [member("a", b"abcdef")], MADE)) for _ in range(2))
    assert once == again


def test_a_file_that_was_altered_in_the_store_is_noticed() -> None:
    with pytest.raises(AlteredFile, match=r"a\.pdf"):
        b"".join(package({}, [member("a.pdf", b"tampered", "0" * 64)], MADE))


def test_a_large_package_is_never_whole_in_memory() -> None:
    piece = bytes(1 << 20)
    members = [Member(f"{n}.bin", lambda: (piece for _ in range(30)), None, {}) for n in range(3)]
    tracemalloc.start()
    size = sum(len(chunk) for chunk in package({}, members, MADE))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 90 << 20
    assert peak < 8 << 20


@pytest.mark.parametrize(
    ("name", "expected"), [("../../etc/passwd", "etc_passwd"), ("行程 单?.pdf", "行程_单_.pdf"), ("..", "_")]
)
def test_names_inside_a_package_lead_nowhere(name: str, expected: str) -> None:
    assert safe_name(name) == expected


def test_libreoffice_comes_to_the_same_sums(tmp_path) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("LibreOffice is not installed here")
    amounts = [Decimal(number * 137 % 9999).scaleb(-2) for number in range(1, 400)]
    (tmp_path / "batch.xlsx").write_bytes(workbook(line(place, str(amount)) for place, amount in enumerate(amounts, 1)))
    recompute = [
        office,
        "--headless",
        f"-env:UserInstallation=file://{tmp_path}/office",
        "--convert-to",
        "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,2",
    ]
    subprocess.run(
        [*recompute, "--outdir", str(tmp_path), str(tmp_path / "batch.xlsx")],
        check=True,
        timeout=120,
        capture_output=True,
    )
    (made,) = tmp_path.glob("batch*.csv")
    *_, last = csv.reader(io.StringIO(made.read_text("utf-8"), newline=""))
    assert Decimal(last[AMOUNT].replace(",", "")) == sum(amounts)
