"""From stored file to invoice: merged by key, safe to repeat, and a plain message where a file cannot be read."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import func, select

from parsers.sandbox import Sandbox
from reimburse.services.invoices import intake, sandboxed
from reimburse.services.invoices.reading import read_document
from reimburse.store.db import db
from reimburse.store.documents import DocumentRow, ReadingRow
from reimburse.store.events import EventRow
from reimburse.store.invoices import InvoiceRow
from reimburse.store.outbox import OutboxRow
from tests.clients import signed_in
from tests.parsers.pictures import scan, with_garbled_strips
from tests.wallets import document, invoices, sample, upload, upload_samples, work


@pytest.fixture
def hostile(app: Flask) -> Iterator[None]:
    limits = replace(sandboxed.limits(app.extensions["settings"]), wall_s=1.0)
    with Sandbox(limits, handler="tests.hostile_reader:read") as sandbox:
        app.extensions["sandbox"] = sandbox
        yield


def test_the_child_is_kept_warm(app: Flask, company: dict[str, int]) -> None:
    with sandboxed.sandbox() as sandbox:
        upload_samples(company["lin"], "hotel.pdf")
        first = sandbox.pid
        upload_samples(company["lin"], "inn.pdf")
        assert sandbox.pid == first is not None


def count(row: type) -> int:
    return db.session.scalar(select(func.count()).select_from(row))


def test_an_invoice_file_becomes_an_invoice(app: Flask, company: dict[str, int]) -> None:
    [document_id] = upload_samples(company["lin"], "hotel.pdf")
    [invoice] = invoices(company["lin"])
    assert document(document_id).state == "read"
    assert (invoice.status, invoice.picture_document_id, invoice.missing) == ("parsed", document_id, [])
    assert invoice.number == invoice.data["number"]
    assert invoice.total_fen == int(invoice.data["total_incl_tax"].replace(".", ""))
    assert {seen["source"] for seen in invoice.seen["number"]} >= {"qr", "text"}


def test_reading_twice_changes_nothing(app: Flask, company: dict[str, int]) -> None:
    [document_id] = upload_samples(company["lin"], "hotel.pdf")
    before = (count(ReadingRow), count(InvoiceRow), invoices(company["lin"])[0].version)
    read_document(document_id)
    assert (count(ReadingRow), count(InvoiceRow), invoices(company["lin"])[0].version) == before


def test_the_job_is_done_in_the_transaction_of_its_effect(app: Flask, company: dict[str, int]) -> None:
    upload_samples(company["lin"], "hotel.pdf")
    assert db.session.scalar(select(func.count()).select_from(OutboxRow).where(OutboxRow.done_at.is_(None))) == 0


@pytest.mark.parametrize(
    "order", [("software.pdf", "software.ofd", "software.xml"), ("software.xml", "software.ofd", "software.pdf")]
)
def test_files_of_one_invoice_merge_and_the_better_source_leads(
    app: Flask, company: dict[str, int], order: tuple[str, ...]
) -> None:
    for name in order:
        upload_samples(company["lin"], name)
    [invoice] = invoices(company["lin"])
    leading = db.session.get_one(ReadingRow, invoice.leading_reading_id)
    assert leading.data["format"] == "xml"
    assert len(invoice.readings) == 3
    assert document(invoice.picture_document_id).name == "software.pdf"
    assert invoice.conflicts == []
    assert {seen["source"] for seen in invoice.seen["number"]} >= {"qr", "text", "xml", "ofd"}


def test_the_order_of_files_does_not_change_the_invoice(app: Flask, company: dict[str, int]) -> None:
    upload_samples(company["lin"], "software.pdf", "software.xml")
    upload_samples(company["wu"], "software.xml", "software.pdf")
    [one], [other] = invoices(company["lin"]), invoices(company["wu"])
    assert one.data == other.data
    assert (one.number, one.holder_id != other.holder_id) == (other.number, True)


def test_a_joined_file_is_an_event(app: Flask, company: dict[str, int]) -> None:
    _, second = upload_samples(company["lin"], "software.pdf", "software.xml")
    [event] = db.session.scalars(select(EventRow).where(EventRow.kind == "file_joined"))
    assert event.chain == f"invoice:{invoices(company['lin'])[0].id}"
    assert str(second) in event.payload


def test_two_invoices_in_one_file_are_two_invoices(app: Flask, company: dict[str, int]) -> None:
    upload_samples(company["lin"], "courier-joined.pdf")
    assert len({invoice.number for invoice in invoices(company["lin"])}) == 2
    assert {invoice.picture_page for invoice in invoices(company["lin"])} == {1, 2}


def test_a_photo_is_incomplete_and_says_what_is_missing(app: Flask, company: dict[str, int]) -> None:
    upload_samples(company["lin"], "photographed-hotel.jpg")
    [invoice] = invoices(company["lin"])
    assert invoice.status == "incomplete"
    assert {"seller.name", "buyer.name"} <= set(invoice.missing)


def test_a_supporting_document_is_named_and_is_no_invoice(app: Flask, company: dict[str, int]) -> None:
    [document_id] = upload_samples(company["lin"], "hotel-folio.pdf")
    [reading] = document(document_id).readings
    assert (reading.status, reading.document_kind, reading.invoice_id) == ("not_an_invoice", "hotel_folio", None)
    assert invoices(company["lin"]) == []


def test_a_picture_without_a_readable_code_says_how_to_take_a_better_one(app: Flask, company: dict[str, int]) -> None:
    [document_id] = upload_samples(company["lin"], "verification.png")
    assert document(document_id).state == "read"
    assert "重拍" in document(document_id).error_message


def zipped(*files: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files:
            archive.writestr(name, data)
    return out.getvalue()


def mail(name: str, data: bytes) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "shop@example.com", "lin@example.com", "发票"
    message["Date"] = "Mon, 23 Nov 2026 10:00:00 +0800"
    message.set_content("见附件")
    message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


@pytest.mark.parametrize("name", ["trip.zip", "mail.eml"])
def test_an_archive_or_mail_gives_its_files(app: Flask, company: dict[str, int], name: str) -> None:
    data = {
        "trip.zip": zipped(("行程/hotel.pdf", sample("hotel.pdf"))),
        "mail.eml": mail("hotel.pdf", sample("hotel.pdf")),
    }[name]
    [container_id] = upload(company["lin"], (name, data))
    [inner] = db.session.scalars(select(DocumentRow).where(DocumentRow.container_id == container_id))
    assert (inner.name, inner.state, document(container_id).state) == ("hotel.pdf", "read", "read")
    assert len(invoices(company["lin"])) == 1


def test_one_bad_file_in_an_archive_leaves_the_others(app: Flask, company: dict[str, int]) -> None:
    data = zipped(("a.pdf", b"%PDF-1.7 broken"), ("hotel.pdf", sample("hotel.pdf")))
    upload(company["lin"], ("trip.zip", data))
    states = {row.name: row.state for row in db.session.scalars(select(DocumentRow))}
    assert states == {"trip.zip": "read", "a.pdf": "failed", "hotel.pdf": "read"}


def test_what_is_left_in_an_archive_is_named_beside_it(app: Flask, company: dict[str, int]) -> None:
    data = bytearray(zipped(("大/locked.pdf", b"%PDF-1.7"), ("hotel.pdf", sample("hotel.pdf"))))
    data[data.index(b"PK\x01\x02") + 8] |= 1  # The directory's flag of a member that asks for a password.
    [container_id] = upload(company["lin"], ("trip.zip", bytes(data)))
    container = document(container_id)
    assert (container.state, container.error_code) == ("read", "encrypted")
    assert "大/locked.pdf" in signed_in(app).get(f"/documents/{container_id}/card").text
    assert len(invoices(company["lin"])) == 1


@pytest.mark.usefixtures("hostile")
def test_files_that_hang_in_an_archive_cost_the_others_nothing(app: Flask, company: dict[str, int]) -> None:
    data = zipped(("a.pdf", b"HANG"), ("b.pdf", b"HANG on"), ("hotel.pdf", sample("hotel.pdf")))
    upload(company["lin"], ("trip.zip", data))
    codes = {row.name: row.error_code for row in db.session.scalars(select(DocumentRow))}
    assert codes == {"trip.zip": None, "a.pdf": "timeout", "b.pdf": "timeout", "hotel.pdf": None}
    assert len(invoices(company["lin"])) == 1


def test_a_broken_page_of_a_scan_is_named_on_its_card(app: Flask, company: dict[str, int]) -> None:
    [document_id] = upload(company["lin"], ("scan.tif", with_garbled_strips(scan("tiff_lzw"), 2)))
    row = document(document_id)
    assert (row.state, row.error_code, len(invoices(company["lin"]))) == ("read", "damaged", 3)
    assert "第 2 页没有读取" in signed_in(app).get(f"/documents/{document_id}/card").text


def encrypted_pdf() -> bytes:
    from io import BytesIO

    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    out = BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption("secret", "owner"))
    canvas.drawString(100, 100, "hello")
    canvas.save()
    return out.getvalue()


def bad_files() -> dict[str, tuple[bytes, str]]:
    return {
        "encrypted.pdf": (encrypted_pdf(), "encrypted"),
        "truncated.pdf": (sample("hotel.pdf")[:2000], "damaged"),
        "truncated.ofd": (sample("lunch.ofd")[:3000], "damaged"),
        "text.pdf": (b"this is no pdf", "unsupported"),
        "program.jpg": (b"MZ\x90\x00" + bytes(500), "unsupported"),
        "bomb.xml": (b"<?xml version='1.0'?><!DOCTYPE EInvoice [<!ENTITY b 'c'>]><EInvoice>&b;</EInvoice>", "unsafe"),
        "empty.zip": (zipped(), "no_invoice"),
    }


@pytest.mark.parametrize("name", bad_files())
def test_a_bad_file_ends_in_a_plain_message_and_the_next_goes_on(
    app: Flask, company: dict[str, int], name: str
) -> None:
    data, code = bad_files()[name]
    bad, good = upload(company["lin"], (name, data), ("hotel.pdf", sample("hotel.pdf")))
    row = document(bad)
    assert (row.state, row.error_code) == ("failed", code)
    assert " / " in row.error_message
    assert "Error" not in row.error_message
    assert document(good).state == "read"
    assert len(invoices(company["lin"])) == 1


@pytest.mark.parametrize(("start", "code"), [("HANG", "timeout"), ("CRASH", "damaged"), ("GREEDY", "too_large")])
@pytest.mark.usefixtures("hostile")
def test_a_file_that_breaks_the_reader_is_a_verdict_and_the_next_goes_on(
    app: Flask, company: dict[str, int], start: str, code: str
) -> None:
    bad, good = upload(company["lin"], ("bad.pdf", start.encode()), ("hotel.pdf", sample("hotel.pdf")))
    assert (document(bad).state, document(bad).error_code) == ("failed", code)
    assert document(good).state == "read"


def test_a_file_that_failed_can_be_read_again(app: Flask, company: dict[str, int]) -> None:
    [document_id] = upload(company["lin"], ("bad.pdf", b"%PDF-1.7 broken"))
    intake.retry(company["lin"], document_id)
    assert document(document_id).state == "waiting"
    work()
    assert (document(document_id).state, count(ReadingRow)) == ("failed", 1)


def test_a_wrongly_named_file_is_read_by_its_content(app: Flask, company: dict[str, int]) -> None:
    [document_id] = upload(company["lin"], ("picture.jpg", sample("hotel.pdf")))
    assert document(document_id).stored.media_type == "application/pdf"
    assert len(invoices(company["lin"])) == 1
