"""``reimburse parse`` answers for every file as CONTRACTS says, whatever the file."""

import io
import json
import os
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas
from rich.cells import cell_len
from rich.console import Console

from reimburse.cli import main
from reimburse.commands import files
from reimburse.commands.reading_table import table_of

from .parsers.pictures import DIGITAL, OLD, png_that_claims, saved, sheet

PHOTO = saved(sheet(DIGITAL), "JPEG")
KEYS = {
    "file", "sha256", "page", "format", "status", "document", "error", "invoice", "seen", "conflicts", "missing", "seal",
    "elapsed_ms",
}  # fmt: skip


def pdf(encryption: StandardEncryption | None = None) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, encrypt=encryption)
    canvas.drawString(72, 720, "Minutes of a meeting that has nothing to do with invoices")
    canvas.save()
    return buffer.getvalue()


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def mail() -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.com", "b@example.com", "invoice"
    message["Date"] = "Mon, 2 Mar 2026 10:00:00 +0800"
    message.set_content("attached")
    message.add_attachment(PHOTO, maintype="image", subtype="jpeg", filename="photo.jpg")
    return message.as_bytes()


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(main, ["parse", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    assert "Traceback" not in result.output
    return result


def lines(result: Result) -> list[dict]:
    return [json.loads(line) for line in result.stdout.splitlines()]


HOSTILE = {
    "empty.pdf": (b"", "rejected", "damaged"),
    "truncated.pdf": (pdf()[:400], "rejected", "damaged"),
    "truncated.jpg": (PHOTO[:5000], "rejected", "damaged"),
    "text-named-pdf.pdf": (b"dear colleague", "rejected", "unsupported"),
    "password.pdf": (pdf(StandardEncryption("secret", "owner")), "rejected", "encrypted"),
    "bomb.png": (png_that_claims(60_000, 60_000), "rejected", "too_large"),
    "not-an-invoice.pdf": (pdf(), "not_an_invoice", "no_invoice"),
    "no-code.jpg": (saved(sheet(), "JPEG"), "not_an_invoice", "no_invoice"),
    "empty.zip": (zipped(), "not_an_invoice", "no_invoice"),
    "entities.xml": (
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><EInvoice>&b;</EInvoice>',
        "rejected",
        "unsafe",
    ),
    "broken.xml": (b"<EInvoice><Header>", "rejected", "damaged"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_in_one_plain_line(tmp_path: Path, name: str):
    data, status, code = HOSTILE[name]
    (tmp_path / name).write_bytes(data)
    result = run(tmp_path / name, "--json")
    (line,) = lines(result)
    assert result.exit_code == 3
    assert (line["status"], (line["error"] or {}).get("code")) == (status, code)
    assert line["error"]["message"]
    assert line["file"] == str(tmp_path / name)


def test_a_wrongly_named_file_is_read_for_what_it_is(tmp_path: Path):
    (tmp_path / "photo.pdf").write_bytes(PHOTO)
    result = run(tmp_path / "photo.pdf", "--json")
    (line,) = lines(result)
    assert result.exit_code == 0
    assert set(line) == KEYS
    assert (line["format"], line["status"], line["invoice"]["number"]) == (
        "image",
        "incomplete",
        "25990000000000004453",
    )
    assert line["seen"]["number"][0]["source"] == "qr"


def test_a_folder_is_read_in_the_order_of_names_whatever_the_jobs(tmp_path: Path):
    (tmp_path / "inner").mkdir()
    (tmp_path / ".hidden").write_bytes(PHOTO)
    for name in ("b.jpg", "a.jpg", "c.pdf", "inner/d.jpg"):
        (tmp_path / name).write_bytes(PHOTO)
    read = [Path(line["file"]).name for line in lines(run(tmp_path, "--json", "--jobs", 3))]
    assert read == ["a.jpg", "b.jpg", "c.pdf", "d.jpg"]


@pytest.mark.parametrize(("name", "data"), [("trip.zip", zipped(**{"车票/photo.jpg": PHOTO})), ("trip.eml", mail())])
def test_a_container_gives_the_files_in_it(tmp_path: Path, name: str, data: bytes):
    (tmp_path / name).write_bytes(data)
    result = run(tmp_path / name, "--json")
    (line,) = lines(result)
    assert result.exit_code == 0
    assert line["file"].startswith(f"{tmp_path / name}/")
    assert line["file"].endswith("photo.jpg")


def test_a_file_left_in_its_container_is_a_line_of_its_own(tmp_path: Path):
    (tmp_path / "trip.zip").write_bytes(zipped(**{"big.bin": b"\0" * 40_000_000, "photo.jpg": PHOTO}))
    left, read = lines(run(tmp_path / "trip.zip", "--json"))
    assert (Path(left["file"]).name, left["status"], left["error"]["code"]) == ("big.bin", "rejected", "too_large")
    assert (left["sha256"], set(left)) == (None, KEYS)
    assert read["invoice"]["number"]


def test_two_invoices_on_one_picture_are_two_lines(tmp_path: Path):
    (tmp_path / "two.png").write_bytes(saved(sheet(DIGITAL, OLD), "PNG"))
    assert len(lines(run(tmp_path, "--json"))) == 2


def test_one_file_that_is_none_makes_the_status_three_and_the_others_are_read(tmp_path: Path):
    (tmp_path / "a.txt").write_text("hello")
    (tmp_path / "b.jpg").write_bytes(PHOTO)
    result = run(tmp_path, "--json")
    assert result.exit_code == 3
    assert [line["status"] for line in lines(result)] == ["rejected", "incomplete"]


def test_the_table_shows_what_a_person_wants_to_know(tmp_path: Path):
    (tmp_path / "photo.jpg").write_bytes(PHOTO)
    (tmp_path / "\x1b[31mred.txt").write_text("hello")
    result = run(tmp_path)
    for shown in ("photo.jpg", "数电专票", "25990000000000004453", "600.00", "incomplete", "buyer.name", "unsupported"):
        assert shown in result.stdout
    assert "\x1b" not in result.stdout
    assert "2/2" in result.stderr


def test_the_table_fits_a_narrow_terminal_without_cutting_words_apart() -> None:
    invoice = {
        "kind": "special_digital",
        "number": "26992000000000000017",
        "seller": {"name": "示例卖方（样本）有限公司"},
    }
    reading = {
        "file": "trip/special-digital-march.pdf", "page": 1, "status": "incomplete", "document": None, "error": None,
        "invoice": {**invoice, "total_incl_tax": "1000.00"}, "conflicts": [], "missing": ["buyer.name"],
    }  # fmt: skip
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(table_of([reading], console.width))
    lines = console.export_text().splitlines()
    assert max(map(cell_len, lines)) <= 80
    for words in (reading["file"], "数电专票", invoice["number"], invoice["seller"]["name"], "1000.00", "incomplete"):
        assert any(words in line for line in lines), words


@pytest.mark.parametrize("arguments", [(), ("no-such-file.pdf",), (".", "--jobs", "0"), (".", "--jobs", "many")])
def test_wrong_usage_is_status_two(arguments: tuple[str, ...]):
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")


def test_a_file_that_cannot_be_opened_has_its_line(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    result = run(tmp_path, "--json")
    assert [(line["error"]["code"], line["sha256"]) for line in lines(result)] == [("unsupported", None)] * 2


def test_an_oversized_file_is_not_read_into_memory(tmp_path: Path):
    with (tmp_path / "big.pdf").open("wb") as big:
        big.truncate(files.MOST_BYTES + 1)
    result = run(tmp_path, "--json")
    assert [line["error"]["code"] for line in lines(result)] == ["too_large"]


def test_an_empty_folder_is_said_to_be_empty(tmp_path: Path):
    result = run(tmp_path, "--json")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "no files" in result.stderr
