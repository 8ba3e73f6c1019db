"""Taking files in: stored once, refused in words, never half."""

import io
import socket
import zipfile
from typing import BinaryIO

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.serving import make_server

from reimburse.services.invoices import intake
from reimburse.services.invoices.intake import Receipt, Upload
from reimburse.services.invoices.media_types import media_type
from reimburse.store.db import db
from reimburse.store.documents import DocumentRow, StoredFileRow
from reimburse.store.outbox import OutboxRow
from tests.conftest import PASSWORD

PDF = b"%PDF-1.7 a file"


def take(owner_id: int, *files: tuple[str, bytes]) -> list[Receipt]:
    return intake.receive(owner_id, [Upload(name, io.BytesIO(data)) for name, data in files])


def count(row: type) -> int:
    return db.session.scalar(select(func.count()).select_from(row))


def test_a_file_is_stored_and_asked_to_be_read(app: Flask, company: dict[str, int]) -> None:
    [receipt] = take(company["lin"], ("发票.pdf", PDF))
    document = db.session.get(DocumentRow, receipt.document_id)
    assert (document.name, document.state, document.stored.media_type) == ("发票.pdf", "waiting", "application/pdf")
    assert intake.files().get(document.sha256) == PDF
    [job] = db.session.scalars(select(OutboxRow))
    assert (job.job, job.args, job.done_at) == ("read_document", [document.id], None)


def test_the_same_bytes_of_one_person_are_one_file_whatever_the_name(app: Flask, company: dict[str, int]) -> None:
    [first] = take(company["lin"], ("a.pdf", PDF))
    [second] = take(company["lin"], ("下载 (2).pdf", PDF))
    assert (second.again, second.document_id) == (True, first.document_id)
    assert (count(DocumentRow), count(OutboxRow)) == (1, 1)


def test_the_same_bytes_twice_in_one_upload_are_one_file(app: Flask, company: dict[str, int]) -> None:
    first, second = take(company["lin"], ("a.pdf", PDF), ("b.pdf", PDF))
    assert (first.again, second.again) == (False, True)
    assert count(DocumentRow) == 1


def test_another_person_has_a_document_of_their_own_on_the_same_bytes(app: Flask, company: dict[str, int]) -> None:
    [mine] = take(company["lin"], ("a.pdf", PDF))
    [theirs] = take(company["wu"], ("b.pdf", PDF))
    assert mine.document_id != theirs.document_id
    assert not theirs.again
    assert (count(DocumentRow), count(StoredFileRow)) == (2, 1)


def test_a_file_that_could_not_be_read_is_read_again_when_it_comes_again(app: Flask, company: dict[str, int]) -> None:
    [first] = take(company["lin"], ("a.pdf", PDF))
    db.session.get(DocumentRow, first.document_id).state = "failed"
    db.session.commit()
    take(company["lin"], ("a.pdf", PDF))
    assert db.session.get(DocumentRow, first.document_id).state == "waiting"
    assert count(OutboxRow) == 2


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [("empty.pdf", b"", "empty"), ("big.pdf", b"%PDF-" + bytes(1024 * 1024), "over 1 MB")],
)
def test_an_empty_or_oversized_file_is_refused_and_the_others_go_on(
    app: Flask, company: dict[str, int], name: str, data: bytes, says: str
) -> None:
    object.__setattr__(app.extensions["settings"], "max_upload_mib", 1)
    bad, good = take(company["lin"], (name, data), ("good.pdf", PDF))
    assert bad.document_id is None
    assert says in bad.refusal.en
    assert bad.refusal.zh
    assert good.document_id
    assert count(StoredFileRow) == 1


def test_a_file_of_exactly_the_limit_is_taken(app: Flask, company: dict[str, int]) -> None:
    object.__setattr__(app.extensions["settings"], "max_upload_mib", 1)
    [receipt] = take(company["lin"], ("a.pdf", b"%PDF-".ljust(1024 * 1024)))
    assert receipt.refusal is None


class BreaksOff(io.RawIOBase):
    """A connection that is lost while the file comes in."""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        raise ConnectionResetError


def test_a_connection_that_breaks_leaves_no_row(app: Flask, company: dict[str, int]) -> None:
    broken: BinaryIO = BreaksOff()
    with pytest.raises(ConnectionResetError):
        intake.receive(company["lin"], [Upload("a.pdf", io.BytesIO(PDF)), Upload("b.pdf", broken)])
    assert (count(DocumentRow), count(StoredFileRow), count(OutboxRow)) == (0, 0, 0)
    assert take(company["lin"], ("a.pdf", PDF))[0].document_id


@pytest.mark.parametrize(("tail", "rows"), [(b"\r\n--b--\r\n", 1), (b"", 0)])
def test_half_an_upload_over_a_real_connection_stores_nothing(
    app: Flask, company: dict[str, int], tail: bytes, rows: int
) -> None:
    client = app.test_client()
    client.post("/sign-in", data={"login": "lin", "password": PASSWORD})
    db.session.remove()
    server = make_server("127.0.0.1", 0, app, threaded=False)
    body = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n' + PDF
    with socket.create_connection(server.server_address) as connection:
        head = f"POST /invoices/upload HTTP/1.1\r\nHost: x\r\nCookie: session={client.get_cookie('session').value}\r\n"
        head += f"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {len(body) + 9}\r\n\r\n"
        connection.sendall(head.encode() + body + tail)
    server.handle_request()
    server.server_close()
    assert (count(DocumentRow), count(StoredFileRow), count(OutboxRow)) == (rows, rows, rows)


def zipped(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\n\n%PDF-1.4", "application/pdf"),
        (zipped("OFD.xml"), "application/ofd"),
        (zipped("a.pdf"), "application/zip"),
        (zipped("folder/OFD.xml"), "application/zip"),
        (b"PK\x03\x04 cut off", "application/zip"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", "application/xml"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x00\x00\x00\x18ftypheic", "image/heic"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"From: a@b.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n\r\n", "message/rfc822"),
        (b"<html><script>", "application/octet-stream"),
        (b"MZ\x90\x00", "application/octet-stream"),
    ],
)
def test_the_type_is_that_of_the_content(data: bytes, kind: str) -> None:
    assert media_type(data) == kind
