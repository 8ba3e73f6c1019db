"""What a reader saw in a file: values with their places, conflicts, seals, and the verdict about the file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from reimburse.domain.invoice import Invoice

Box = tuple[float, float, float, float]


class Source(StrEnum):
    """Where in a file a value stood (CONTRACTS: ``seen.source``)."""

    QR = "qr"
    TEXT = "text"
    DOCINFO = "docinfo"
    WORDS = "words"
    LINES = "lines"
    XML = "xml"
    OFD = "ofd"
    XBRL = "xbrl"
    OCR = "ocr"
    MANUAL = "manual"


class FileFormat(StrEnum):
    """What a file is, by content."""

    PDF = "pdf"
    OFD = "ofd"
    XML = "xml"
    XBRL = "xbrl"
    IMAGE = "image"


class ReadStatus(StrEnum):
    """The verdict about a file or a page of it."""

    PARSED = "parsed"
    INCOMPLETE = "incomplete"
    NOT_AN_INVOICE = "not_an_invoice"
    REJECTED = "rejected"


class DocumentKind(StrEnum):
    """What a document is that is no invoice."""

    HOTEL_FOLIO = "hotel_folio"
    TRIP_ITINERARY = "trip_itinerary"
    BANK_STATEMENT = "bank_statement"
    BANK_RECEIPT = "bank_receipt"
    PAYMENT_SLIP = "payment_slip"
    SALES_LIST = "sales_list"
    OTHER = "other"


class ErrorCode(StrEnum):
    """Why a file could not be read."""

    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    TOO_LARGE = "too_large"
    UNSAFE = "unsafe"
    UNSUPPORTED = "unsupported"
    TIMEOUT = "timeout"
    NO_INVOICE = "no_invoice"


class SealStatus(StrEnum):
    """What a signature proves: ``intact`` says unchanged, not genuine."""

    TRUSTED = "trusted"
    INTACT = "intact"
    ALTERED = "altered"
    UNSIGNED = "unsigned"
    UNVERIFIABLE = "unverifiable"


class Seen(NamedTuple):
    """One value as one source states it. ``value`` is normalised text; ``box`` in PDF points from the top left."""

    value: str
    source: Source
    page: int | None = None
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Sources that state different values for one field; never resolved silently."""

    field: str
    values: Mapping[Source, str]


@dataclass(frozen=True, slots=True)
class SealResult:
    """What the signatures in a file prove (formats/SEALS)."""

    status: SealStatus = SealStatus.UNSIGNED
    signer: str | None = None
    issuer: str | None = None
    signed_at: str | None = None
    altered_parts: tuple[str, ...] = ()
    unprotected_parts: tuple[str, ...] = ()
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ReadError:
    """Why a file could not be read, in words for the person who must act."""

    code: ErrorCode
    message: str


@dataclass(frozen=True, slots=True)
class Reading:
    """All that one invoice (or one non-invoice) in a file says."""

    file: str
    sha256: str
    format: FileFormat | None
    status: ReadStatus
    page: int = 1
    document: DocumentKind | None = None
    error: ReadError | None = None
    invoice: Invoice | None = None
    seen: Mapping[str, tuple[Seen, ...]] = field(default_factory=lambda: MappingProxyType({}))
    conflicts: tuple[Conflict, ...] = ()
    missing: tuple[str, ...] = ()
    seal: SealResult | None = None
    elapsed_ms: float = 0.0
