"""The JSON form of a reading (CONTRACTS: one object a line of ``parse --json``), both ways."""

from collections.abc import Mapping
from typing import Any

from reimburse.domain.invoice_json import Json, invoice_from_json, invoice_to_json
from reimburse.domain.reading import (
    Conflict,
    DocumentKind,
    ErrorCode,
    FileFormat,
    ReadError,
    Reading,
    ReadStatus,
    SealResult,
    SealStatus,
    Seen,
    Source,
)


def reading_to_json(reading: Reading) -> Json:
    """One line of ``parse --json``."""
    return {
        "file": reading.file,
        "sha256": reading.sha256,
        "page": reading.page,
        "format": reading.format.value if reading.format else None,
        "status": reading.status.value,
        "document": reading.document.value if reading.document else None,
        "error": {"code": reading.error.code.value, "message": reading.error.message} if reading.error else None,
        "invoice": invoice_to_json(reading.invoice) if reading.invoice else None,
        "seen": {name: [_seen_to_json(seen) for seen in witnesses] for name, witnesses in reading.seen.items()},
        "conflicts": [conflict_to_json(conflict) for conflict in reading.conflicts],
        "missing": list(reading.missing),
        "seal": seal_to_json(reading.seal) if reading.seal else None,
        "elapsed_ms": round(reading.elapsed_ms, 1),
    }


def reading_from_json(data: Mapping[str, Any]) -> Reading:
    """The reading that this JSON states."""
    return Reading(
        file=data["file"],
        sha256=data["sha256"],
        page=data["page"],
        format=FileFormat(data["format"]) if data["format"] else None,
        status=ReadStatus(data["status"]),
        document=DocumentKind(data["document"]) if data["document"] else None,
        error=ReadError(ErrorCode(data["error"]["code"]), data["error"]["message"]) if data["error"] else None,
        invoice=invoice_from_json(data["invoice"]) if data["invoice"] else None,
        seen={name: tuple(_seen_from_json(item) for item in items) for name, items in data["seen"].items()},
        conflicts=tuple(conflict_from_json(item) for item in data["conflicts"]),
        missing=tuple(data["missing"]),
        seal=seal_from_json(data["seal"]) if data["seal"] else None,
        elapsed_ms=data["elapsed_ms"],
    )


def conflict_to_json(conflict: Conflict) -> Json:
    """``{"field", "values": {source: value}}``."""
    return {"field": conflict.field, "values": {source.value: value for source, value in conflict.values.items()}}


def conflict_from_json(data: Mapping[str, Any]) -> Conflict:
    """The conflict that this JSON states."""
    return Conflict(data["field"], {Source(source): value for source, value in data["values"].items()})


def seal_to_json(seal: SealResult) -> Json:
    """The seal's verdict as in CONTRACTS."""
    return {
        "status": seal.status.value,
        "signer": seal.signer,
        "issuer": seal.issuer,
        "signed_at": seal.signed_at,
        "altered_parts": list(seal.altered_parts),
        "unprotected_parts": list(seal.unprotected_parts),
        "detail": seal.detail,
    }


def seal_from_json(data: Mapping[str, Any]) -> SealResult:
    """The seal result that this JSON states."""
    return SealResult(
        SealStatus(data["status"]),
        data.get("signer"),
        data.get("issuer"),
        data.get("signed_at"),
        tuple(data.get("altered_parts") or ()),
        tuple(data.get("unprotected_parts") or ()),
        data.get("detail") or "",
    )


def _seen_to_json(seen: Seen) -> Json:
    return {
        "source": seen.source.value,
        "value": seen.value,
        "page": seen.page,
        "box": [(10 * edge + 0.5) // 1 / 10 for edge in seen.box] if seen.box else None,
    }


def _seen_from_json(data: Mapping[str, Any]) -> Seen:
    box = data.get("box")
    return Seen(
        data["value"], Source(data["source"]), data.get("page"), (box[0], box[1], box[2], box[3]) if box else None
    )
