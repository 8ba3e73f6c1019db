"""The reading child of this process: started when first needed, kept warm, replaced after a fault."""

import logging
from pathlib import Path

from flask import current_app

from parsers.document import Document
from parsers.errors import Unsupported
from parsers.sandbox import Sandbox
from parsers.sandbox_process import Limits
from parsers.statements import Profiles
from parsers.statements.sandboxed import read_statement_in
from parsers.tables.sheet import Sheet
from reimburse.domain.invoice_json import Json
from reimburse.domain.statement import Statement
from reimburse.settings import Settings

CERTIFICATES = frozenset({".pem", ".cer", ".crt", ".der"})
DER = b"\x30\x82"
PEM = b"-----BEGIN CERTIFICATE-----"

log = logging.getLogger(__name__)


def read(document: Document) -> list[Json]:
    """Every reading of the file in JSON form, at least one; of a file that breaks the reader one that says so."""
    return sandbox().read_json(document)


def documents_in(document: Document) -> tuple[Document, ...]:
    """The files in a ZIP or mail, or the file itself; ``ParseError`` where it cannot be opened."""
    return sandbox().documents_in(document)


def statements(
    name: str, content: bytes, profiles: Profiles, *, profile: str | None = None, password: str | None = None
) -> tuple[Statement, ...]:
    """Every statement in the file, as ``parsers.statements.read_statement`` gives them, or its ``StatementError``."""
    return read_statement_in(sandbox(), Document(name, content), profiles, profile=profile, password=password)


def page_picture(document: Document, page: int, dpi: int) -> bytes:
    """A page as PNG; ``ParseError`` where there is none to show."""
    png = sandbox().picture(document, page, dpi)
    if png is None:
        raise Unsupported("这个文件没有可显示的页面。 / This file has no page to show.")
    return png


def sheets(document: Document) -> tuple[Sheet, ...]:
    """The sheets of a CSV or XLSX file as text; ``ParseError`` where it is no table."""
    return sandbox().sheets(document)


def picture_hash(document: Document, page: int) -> str:
    """The perceptual hash of a page; ``ParseError`` where it cannot be drawn."""
    hashed = sandbox().picture_hash(document, page)
    if hashed is None:
        raise Unsupported("这个文件没有可显示的页面。 / This file has no page to show.")
    return hashed


def sandbox() -> Sandbox:
    """The sandbox of this app, made once a process."""
    extensions = current_app.extensions
    if "sandbox" not in extensions:
        settings: Settings = extensions["settings"]
        made = Sandbox(limits(settings), on_fault=_note_fault, trusted=trusted_certificates(settings.data))
        extensions.setdefault("sandbox", made)
    found: Sandbox = extensions["sandbox"]
    return found


def trusted_certificates(data: Path) -> list[bytes]:
    """The certificates in the data folder's ``trust``, PEM or DER: whose signatures the company believes."""
    found = []
    for path in sorted(path for path in (data / "trust").glob("*") if path.suffix.lower() in CERTIFICATES):
        certificate = path.read_bytes()
        if certificate.startswith(DER) or PEM in certificate:
            found.append(certificate)
        else:
            log.error("%s holds no certificate and is passed over", path)
    return found


def limits(settings: Settings) -> Limits:
    """What one file may cost, by the settings."""
    return Limits(
        wall_s=settings.parse_timeout_s,
        cpu_s=settings.parse_timeout_s,
        memory_mib=settings.parse_memory_mib,
        files_per_child=settings.files_per_reader,
    )


def _note_fault(sha256: str, what: str) -> None:
    log.warning("the reader was replaced after file %s: %s", sha256, what)
