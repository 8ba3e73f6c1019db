"""Signatures in PDF files: ``adbe.pkcs7.detached`` and ``adbe.x509.rsa_sha1``, their byte ranges, later updates."""

import re
from binascii import Error as NotHex
from binascii import unhexlify
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives import hashes
from pdfminer.pdftypes import resolve1

from parsers.seal import certificate, cms, der, remarks
from parsers.seal.certificate import Certificate, UnknownKey
from parsers.seal.der import Malformed
from parsers.seal.digests import UnknownDigest, digest, is_weak
from parsers.seal.findings import Checked, result
from parsers.seal.pdf_fields import literal, signature_fields, text
from parsers.seal.trust import TrustStore
from reimburse.domain.finding import Text
from reimburse.domain.reading import SealResult

MARKS = re.compile(rb"/ByteRange|/SigFlags|/FT\s*/Sig")
RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")
OBJECT = re.compile(rb"(?:^|[\r\n ])(\d{1,8})\s+(\d{1,5})\s+obj\b")
DETACHED = frozenset({"adbe.pkcs7.detached", "ETSI.CAdES.detached"})
DIGEST_INSIDE = "adbe.pkcs7.sha1"
BARE_RSA = "adbe.x509.rsa_sha1"
MAX_SIGNATURES = 50
MAX_NAMED = 50
ROOT_FIELD = "AcroForm"


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature dictionary with the bytes it is over and the place where they end."""

    field: str
    form: str
    ranges: tuple[int, int, int, int]
    message: bytes
    contents: bytes
    certificates: tuple[bytes, ...]
    said_at: str

    @property
    def end(self) -> int:
        """Where the signed revision ends."""
        return self.ranges[2] + self.ranges[3]


class BadRange(ValueError):
    """The byte range leaves out more than the signature itself."""


class BrokenRange(ValueError):
    """The byte range does not frame the signature: the file was cut or written anew after signing."""


def judge_pdf(data: bytes, trust: TrustStore) -> SealResult:
    """The verdict on a PDF file."""
    if not MARKS.search(data):
        return SealResult(detail=remarks.detail([remarks.UNSIGNED]))
    fields = list(signature_fields(data))
    dictionaries = [(name, value) for name, value in fields if value is not None][:MAX_SIGNATURES]
    checked = [_checked(data, name, value, trust) for name, value in dictionaries]
    ends = [end for _, end in checked]
    removed = [] if dictionaries else _left_over(data)
    if removed:
        stripped = Checked()
        stripped.blame(ROOT_FIELD, remarks.LIST_REMOVED)
        return result([stripped], (), ())
    if not checked:
        note = remarks.EMPTY_FIELD if fields else remarks.UNSIGNED
        return SealResult(detail=remarks.detail([note]))
    unprotected, notes = _additions(data, max(ends))
    return result([one for one, _ in checked], unprotected, notes)


def _checked(data: bytes, name: str, value: Mapping[str, Any], trust: TrustStore) -> tuple[Checked, int]:
    """The signature checked, and where what it proves ends: at nothing where it proves nothing."""
    checked = Checked()
    try:
        signed = _signed(data, name, value)
    except BadRange:
        checked.doubts.append(remarks.COVERS_PART)
        return checked, 0
    except BrokenRange:
        checked.blame(name or ROOT_FIELD, remarks.CONTENT)
        return checked, 0
    try:
        between = _check(checked, signed)
    except Malformed:
        checked.doubts.append(remarks.UNREADABLE)
    except (UnknownKey, UnknownDigest):
        checked.doubts.append(remarks.UNKNOWN_METHOD)
    else:
        checked.judge_time()
        checked.judge_origin(trust, between)
    return checked, signed.end if checked.is_good else 0


def _check(checked: Checked, signed: Signed) -> tuple[Certificate, ...]:
    if signed.form == BARE_RSA:
        return _check_bare(checked, signed)
    if signed.form in DETACHED | {DIGEST_INSIDE}:
        return _check_message(checked, signed)
    raise Malformed(signed.form)


def _check_message(checked: Checked, signed: Signed) -> tuple[Certificate, ...]:
    message = cms.parse(der.definite(signed.contents))
    checked.signer = message.signer
    checked.signed_at = message.signed_at or _said_at(signed)
    if message.signer is None:
        checked.doubts.append(remarks.NO_CERTIFICATE)
        return ()
    data = signed.message
    if signed.form == DIGEST_INSIDE:
        data = message.content or b""
        if data != digest("sha1", signed.message):
            checked.blame(_part(signed), remarks.CONTENT)
    if not message.digests_match(data):
        checked.blame(_part(signed), remarks.CONTENT)
    elif not message.is_signed(data):
        checked.blame(_part(signed), remarks.BAD_SIGNATURE)
    if is_weak(message.digest_name) or message.signer.has_weak_key:
        checked.notes.append(remarks.WEAK)
    return message.certificates


def _check_bare(checked: Checked, signed: Signed) -> tuple[Certificate, ...]:
    """A PKCS#1 signature with SHA-1 over the bytes, the certificates beside it in ``/Cert``, the signer's first."""
    value = der.parse(der.definite(signed.contents)).octets()
    certificates = tuple(certificate.read(der.definite(raw)) for raw in signed.certificates)
    checked.signed_at = _said_at(signed)
    if not certificates:
        checked.doubts.append(remarks.NO_CERTIFICATE)
        return ()
    checked.signer = certificates[0]
    if not certificates[0].signed(signed.message, value, hashes.SHA1):
        checked.blame(_part(signed), remarks.CONTENT)
    checked.notes.append(remarks.WEAK)
    return certificates


def _part(signed: Signed) -> str:
    return f"{signed.field}: 0-{signed.end}"


def _said_at(signed: Signed) -> Any:
    """The time in the dictionary, which is under the signature."""
    try:
        return der.pdf_moment(signed.said_at)
    except Malformed:
        return None


def _signed(data: bytes, name: str, value: Mapping[str, Any]) -> Signed:
    ranges = resolve1(value.get("ByteRange"))
    if not isinstance(ranges, list) or len(ranges) != 4 or not all(type(edge) is int for edge in ranges):
        raise BadRange
    start, length, second, rest = ranges
    if start != 0 or length <= 0 or second <= length or rest < 0:
        raise BadRange
    if second + rest > len(data):
        raise BrokenRange
    return Signed(
        field=name,
        form=literal(value.get("SubFilter")),
        ranges=(start, length, second, rest),
        message=data[:length] + data[second : second + rest],
        contents=_hex(data[length:second]),
        certificates=_certificates(value),
        said_at=text(value.get("M")),
    )


def _hex(gap: bytes) -> bytes:
    """The signature in the gap, which must hold nothing else."""
    inner = gap.strip()
    if not inner.startswith(b"<") or not inner.endswith(b">"):
        raise BrokenRange
    try:
        return unhexlify(inner[1:-1])
    except NotHex:
        raise BrokenRange from None


def _certificates(value: Mapping[str, Any]) -> tuple[bytes, ...]:
    found = resolve1(value.get("Cert"))
    entries = [resolve1(entry) for entry in found] if isinstance(found, list) else [found]
    return tuple(entry for entry in entries if isinstance(entry, bytes))


def _left_over(data: bytes) -> list[tuple[bytes, ...]]:
    """Byte ranges of signatures that no field of the present revision names."""
    found = [match.groups() for match in RANGE.finditer(data)]
    return [edges for edges in found if int(edges[1]) < int(edges[2]) <= len(data)]


def _additions(data: bytes, end: int) -> tuple[tuple[str, ...], list[Text]]:
    """What stands after the last byte that a good signature covers, by object number."""
    tail = data[end:]
    if end == 0 or not tail.strip(b"\0\t\n\f\r "):
        return (), []
    objects = dict.fromkeys(f"object {number.decode()}" for number, _ in OBJECT.findall(tail))
    names = tuple(objects)[:MAX_NAMED] or (f"bytes {end}-{len(data)}",)
    return names, [remarks.LATER_UPDATE]
