"""A test authority and signers that make signed OFDs of each form, byte for byte the same each time.

Keys come from seeds and signatures from derived nonces: fit for tests and for nothing else.
"""

import base64
from dataclasses import dataclass
from functools import lru_cache

from parsers.seal import sm2
from parsers.seal.digests import sm3
from parsers.seal.sm2 import N
from tests.parsers.ofd_files import entry, parts, zipped

SM2_WITH_SM3 = "1.2.156.10197.1.501"
SM3_OID = "1.2.156.10197.1.401"
LIST_PART = "Doc_0/Signs/Signatures.xml"
SIGNATURE_PART = "Doc_0/Signs/Sign_0/Signature.xml"
VALUE_PART = "Doc_0/Signs/Sign_0/SignedValue.dat"
SEAL_PART = "Doc_0/Signs/Sign_0/Seal.esl"
OFD_NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'
SEAL_NAME = "示例专用章"
SIGNED_AT = "20260502080000Z"


def tlv(tag: int, *content: bytes) -> bytes:
    body = b"".join(content)
    size = len(body)
    head = (
        bytes([size])
        if size < 128
        else bytes([0x80 | (size.bit_length() + 7) // 8]) + size.to_bytes((size.bit_length() + 7) // 8, "big")
    )
    return bytes([tag]) + head + body


def sequence(*content: bytes) -> bytes:
    return tlv(0x30, *content)


def integer(value: int) -> bytes:
    return tlv(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def oid(dotted: str) -> bytes:
    numbers = [int(number) for number in dotted.split(".")]
    body = b"".join(_base_128(number) for number in (40 * numbers[0] + numbers[1], *numbers[2:]))
    return tlv(6, body)


def octets(data: bytes) -> bytes:
    return tlv(4, data)


def bits(data: bytes) -> bytes:
    return tlv(3, b"\0", data)


def utf8(text: str) -> bytes:
    return tlv(0x0C, text.encode())


def ia5(text: str) -> bytes:
    return tlv(0x16, text.encode())


def time(text: str) -> bytes:
    return tlv(0x18, text.encode())


def utc_time(text: str) -> bytes:
    return tlv(0x17, text[2:].encode())


def _base_128(number: int) -> bytes:
    groups = [number & 0x7F]
    while number := number >> 7:
        groups.append(0x80 | number & 0x7F)
    return bytes(reversed(groups))


@dataclass(frozen=True)
class Key:
    """An SM2 key made from a seed."""

    seed: str

    @property
    def secret(self) -> int:
        return int.from_bytes(sm3(self.seed.encode()), "big") % (N - 2) + 1

    @property
    def point(self) -> bytes:
        return _point(self.secret)

    def pair(self, message: bytes) -> tuple[int, int]:
        """r and s over the message with the default identity."""
        secret = self.secret
        e = int.from_bytes(sm3(sm2.identity_digest(sm2.affine(self.point)) + message), "big")
        k = int.from_bytes(sm3(b"k" + secret.to_bytes(32, "big") + message), "big") % (N - 1) + 1
        r = (e + sm2.multiple_of_base(k)[0]) % N
        return r, pow(1 + secret, -1, N) * (k - r * secret) % N

    def sign(self, message: bytes) -> bytes:
        r, s = self.pair(message)
        return sequence(integer(r), integer(s))

    def sign_raw(self, message: bytes) -> bytes:
        return b"".join(number.to_bytes(32, "big") for number in self.pair(message))


@lru_cache
def _point(secret: int) -> bytes:
    x, y = sm2.multiple_of_base(secret)
    return b"\x04" + x.to_bytes(32, "big") + y.to_bytes(32, "big")


def name(common: str) -> bytes:
    return sequence(tlv(0x31, sequence(oid("2.5.4.3"), utf8(common))))


def certificate(
    subject, issuer, key, issuer_key, *, authority=False, serial=1, start="20200101000000Z", end="20400101000000Z"
):
    """A certificate of this key, signed by the issuer's."""
    algorithm = sequence(oid(SM2_WITH_SM3))
    public = sequence(sequence(oid("1.2.840.10045.2.1"), oid("1.2.156.10197.1.301")), bits(key.point))
    constraints = sequence(oid("2.5.29.19"), tlv(1, b"\xff"), octets(sequence(tlv(1, b"\xff") if authority else b"")))
    body = sequence(
        tlv(0xA0, integer(2)),
        integer(serial),
        algorithm,
        name(issuer),
        sequence(time(start), time(end)),
        name(subject),
        public,
        tlv(0xA3, sequence(constraints)),
    )
    return sequence(body, algorithm, bits(issuer_key.sign(body)))


AUTHORITY, MAKER, SIGNER, STRANGER = Key("authority"), Key("maker"), Key("signer"), Key("stranger")
AUTHORITY_CERT = certificate("示例根", "示例根", AUTHORITY, AUTHORITY, authority=True)
MAKER_CERT = certificate("示例制章者", "示例根", MAKER, AUTHORITY, serial=2)
SIGNER_CERT = certificate("示例签章人", "示例根", SIGNER, AUTHORITY, serial=3)
STRANGER_CERT = certificate("示例签章人", "示例根", STRANGER, STRANGER, serial=4)
EXPIRED_CERT = certificate("示例签章人", "示例根", SIGNER, AUTHORITY, serial=5, end="20250101000000Z")


@dataclass(frozen=True)
class Style:
    """How a package is sealed; every departure from what is right is named."""

    version: int = 4
    signer: Key = SIGNER
    signer_cert: bytes = SIGNER_CERT
    maker: Key = MAKER
    maker_cert: bytes = MAKER_CERT
    listed: tuple[bytes, ...] = (SIGNER_CERT,)
    by_digest: bool = False
    with_seal_part: bool = True
    raw: bool = False
    signed_at: str = SIGNED_AT
    stated_time: bytes = b""
    valid_to: str = "20390101000000Z"
    form: str = "seal"
    method: str = SM3_OID
    algorithm: str = SM2_WITH_SM3


def seal(style: Style) -> bytes:
    """The seal as its maker signed it."""
    kind = () if style.version == 1 else (integer(2 if style.by_digest else 1),)
    when = utc_time if style.version == 1 else time
    info = sequence(
        sequence(ia5("ES"), integer(style.version), ia5("TEST")),
        ia5("99000000000001"),
        sequence(
            integer(3),
            utf8(SEAL_NAME),
            *kind,
            _list(style),
            when("20200101000000Z"),
            when("20200101000000Z"),
            when(style.valid_to),
        ),
        sequence(ia5("png"), octets(b"\x89PNG"), integer(30), integer(20)),
    )
    algorithm = oid(style.algorithm)
    if style.version == 1:
        signed = sequence(info, octets(style.maker_cert), algorithm)
        return sequence(info, sequence(octets(style.maker_cert), algorithm, bits(style.maker.sign(signed))))
    return sequence(info, octets(style.maker_cert), algorithm, bits(style.maker.sign(info)))


def _list(style: Style) -> bytes:
    if style.by_digest:
        return sequence(*(sequence(tlv(0x13, SM3_OID.encode()), octets(sm3(cert))) for cert in style.listed))
    return sequence(*(octets(cert) for cert in style.listed))


def sealing(style: Style, signed_part: bytes) -> bytes:
    """``SignedValue.dat`` of a seal over ``Signature.xml``."""
    algorithm = oid(style.algorithm)
    sign = style.signer.sign_raw if style.raw else style.signer.sign
    head = (integer(style.version), seal(style))
    tail = (bits(sm3(signed_part)), ia5(f"/{SIGNATURE_PART}"))
    if style.version == 1:
        stated = bits(style.stated_time or utc_time(style.signed_at))
        body = sequence(*head, stated, *tail, octets(style.signer_cert), algorithm)
        return sequence(body, bits(sign(body)))
    body = sequence(*head, time(style.signed_at), *tail)
    return sequence(body, octets(style.signer_cert), algorithm, bits(sign(body)))


def message(style: Style, signed_part: bytes) -> bytes:
    """``SignedValue.dat`` of a GB/T 35275 message: ``content``, ``base64`` or ``attributes``."""
    digest = sm3(signed_part)
    content = {"content": digest, "base64": base64.b64encode(digest)}.get(style.form)
    attributes = b"".join(
        [
            sequence(oid("1.2.840.113549.1.9.5"), tlv(0x31, time(style.signed_at))),
            sequence(oid("1.2.840.113549.1.9.4"), tlv(0x31, octets(digest))),
        ]
    )
    signed = content if content is not None else tlv(0x31, attributes)
    inner = sequence(oid("1.2.156.10197.6.1.4.2.1"), *([tlv(0xA0, octets(content))] if content is not None else []))
    signer = sequence(
        integer(1),
        sequence(name("示例根"), integer(3)),
        sequence(oid(SM3_OID)),
        *([tlv(0xA0, attributes)] if content is None else []),
        sequence(oid("1.2.156.10197.1.301.1")),
        octets(style.signer.sign(signed)),
    )
    data = sequence(
        integer(1), tlv(0x31, sequence(oid(SM3_OID))), inner, tlv(0xA0, style.signer_cert), tlv(0x31, signer)
    )
    return sequence(oid("1.2.156.10197.6.1.4.2.2"), tlv(0xA0, data))


def value_of(style: Style, signed_part: bytes) -> bytes:
    """``SignedValue.dat`` in the style's form."""
    if style.form == "seal":
        return sealing(style, signed_part)
    return style.signer.sign(signed_part) if style.form == "bare" else message(style, signed_part)


def signature_part(style: Style, covered: dict[str, bytes], folder: str = "Doc_0/Signs/Sign_0") -> bytes:
    """``Signature.xml`` with the digest of every covered part."""
    references = "".join(
        f'<ofd:Reference FileRef="/{name}"><ofd:CheckValue>{base64.b64encode(sm3(data)).decode()}</ofd:CheckValue></ofd:Reference>'
        for name, data in covered.items()
    )
    esl = (
        f"<ofd:Seal><ofd:BaseLoc>/{folder}/Seal.esl</ofd:BaseLoc></ofd:Seal>" if f"{folder}/Seal.esl" in covered else ""
    )
    return (
        f"<ofd:Signature {OFD_NS}><ofd:SignedInfo><ofd:SignatureMethod>{SM2_WITH_SM3}</ofd:SignatureMethod>"
        f'<ofd:References CheckMethod="{style.method}">{references}</ofd:References>{esl}</ofd:SignedInfo>'
        f"<ofd:SignedValue>/{folder}/SignedValue.dat</ofd:SignedValue></ofd:Signature>"
    ).encode()


def list_part(*locations: str) -> bytes:
    """``Signatures.xml``."""
    listed = "".join(
        f'<ofd:Signature ID="{number}" BaseLoc="{location}"/>' for number, location in enumerate(locations, 1)
    )
    return f"<ofd:Signatures {OFD_NS}><ofd:MaxSignId>1</ofd:MaxSignId>{listed}</ofd:Signatures>".encode()


def signed_members(style: Style = Style(), *, uncovered: tuple[str, ...] = ()) -> dict[str, bytes]:
    """The members of a signed invoice."""
    members = {name: data.encode() for name, data in parts(entry=entry(signatures=f"/{LIST_PART}")).items()}
    if style.with_seal_part and style.form == "seal":
        members[SEAL_PART] = seal(style)
    signed = signature_part(style, {name: data for name, data in members.items() if name not in uncovered})
    return members | {
        LIST_PART: list_part(f"/{SIGNATURE_PART}"),
        SIGNATURE_PART: signed,
        VALUE_PART: value_of(style, signed),
    }


def packed(members: dict[str, bytes]) -> bytes:
    """The members as a file."""
    return zipped(members)
