"""Electronic seal signatures: SES v1 (GM/T 0031-2014), v4 (GB/T 38540-2020) and v5 (GM/T 0031-2025)."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from parsers.seal import certificate, der
from parsers.seal.certificate import RSA_HASHES, Certificate, UnknownKey, expect_method
from parsers.seal.der import Malformed, Node
from parsers.seal.digests import UnknownDigest, digest
from parsers.seal.times import time_in

V1, V4, V5 = 1, 4, 5
LIST_OF_DIGESTS = 2
IDENTIFIER = "ES"


@dataclass(frozen=True, slots=True)
class Seal:
    """The seal itself: what its maker signed, and for whom."""

    raw: bytes
    version: int
    name: str
    signed: bytes
    maker: Certificate
    maker_method: str
    maker_signature: bytes
    listed: tuple[bytes, ...]
    digests: tuple[tuple[str, bytes], ...]
    valid_from: datetime
    valid_to: datetime
    picture: bytes

    def lists(self, signer: Certificate) -> bool:
        """Whether the signer may use this seal: its certificate, or a digest of it, is in the seal's list."""
        if signer.raw in self.listed:
            return True
        return any(_same_digest(name, value, signer.raw) for name, value in self.digests)

    def is_made_by_its_maker(self) -> bool:
        """Whether the maker's signature over the seal holds."""
        return _is_made(self.maker, self.signed, self.maker_signature, self.maker_method)


@dataclass(frozen=True, slots=True)
class Sealing:
    """A seal put to a document: the signed bytes, the signer, the digest of the list of references."""

    seal: Seal
    signed: bytes
    signer: Certificate
    method: str
    signature: bytes
    content_digest: bytes
    sealed_at: datetime | None
    property_info: str

    def is_signed(self) -> bool:
        """Whether the signer's signature holds; ``UnknownKey`` for a key that cannot be used here."""
        return self.signer.signed(self.signed, self.signature, RSA_HASHES.get(self.method))

    def covers(self, data: bytes) -> bool:
        """Whether the digest under the signature is of these bytes: SM3, or with RSA one of the SHA family."""
        names = ("SM3",) if self.signer.sm2_point else ("SM3", "SHA1", "SHA256")
        return any(digest(name, data) == self.content_digest for name in names)


def parse(data: bytes) -> Sealing:
    """The sealing in a ``SignedValue.dat``; Malformed where it is none of the three versions."""
    try:
        return _parse(data)
    except (ValueError, IndexError) as error:
        raise Malformed(str(error)) from None


def _parse(data: bytes) -> Sealing:
    outer = der.parse(data).parts()
    if len(outer) == 2:
        return _first(outer)
    if len(outer) in {4, 5}:
        return _later(outer)
    raise Malformed("no seal signature")


def _first(outer: list[Node]) -> Sealing:
    signed, signature = outer
    parts = signed.parts()
    if len(parts) != 7:
        raise Malformed("fields to sign")
    version, seal, time, content, info, signer, method = parts
    if version.integer() != V1:
        raise Malformed("version")
    expect_method(method.oid())
    return Sealing(
        _seal(seal),
        signed.raw,
        certificate.read(signer.octets()),
        method.oid(),
        signature.bits(),
        content.bits(),
        time_in(time.bits()),
        info.text(),
    )


def _later(outer: list[Node]) -> Sealing:
    signed, signer, method, signature = outer[:4]
    if len(outer) == 5:
        outer[4].expect(der.CONTEXT_0)
    expect_method(method.oid())
    parts = signed.parts()
    if len(parts) not in {5, 6}:
        raise Malformed("fields to sign")
    version, seal, time, content, info = parts[:5]
    if version.integer() not in {V4, V5}:
        raise Malformed("version")
    return Sealing(
        _seal(seal),
        signed.raw,
        certificate.read(signer.octets()),
        method.oid(),
        signature.bits(),
        content.bits(),
        time_in(time.bits()) if time.tag == der.BIT_STRING else time.time(),
        info.text(),
    )


@lru_cache(maxsize=64)
def _seal(node: Node) -> Seal:
    parts = node.parts()
    header = _header(parts[0])
    return _first_seal(node, parts) if header == V1 else _later_seal(node, parts, header)


def _header(info: Node) -> int:
    identifier, version, _ = info.parts()[0].parts()
    if identifier.text() != IDENTIFIER or version.integer() not in {V1, V4, V5}:
        raise Malformed("seal header")
    return version.integer()


def _first_seal(node: Node, parts: list[Node]) -> Seal:
    info, signing = parts
    maker, algorithm, signature = signing.parts()
    properties = info.parts()[2].parts()
    _, name, listed, _, valid_from, valid_to = properties
    body = info.raw + maker.raw + algorithm.raw
    return Seal(
        raw=node.raw,
        version=V1,
        name=name.text(),
        signed=_sequence(body),
        maker=certificate.read(maker.octets()),
        maker_method=algorithm.oid(),
        maker_signature=signature.bits(),
        listed=tuple(entry.octets() for entry in listed.parts()),
        digests=(),
        valid_from=valid_from.time(),
        valid_to=valid_to.time(),
        picture=_picture(info),
    )


def _later_seal(node: Node, parts: list[Node], version: int) -> Seal:
    info, maker, method, signature = parts[:4]
    expect_method(method.oid())
    properties = info.parts()[2].parts()
    _, name, kind, listed, _, valid_from, valid_to = properties
    by_digest = kind.integer() == LIST_OF_DIGESTS
    return Seal(
        raw=node.raw,
        version=version,
        name=name.text(),
        signed=info.raw,
        maker=certificate.read(maker.octets()),
        maker_method=method.oid(),
        maker_signature=signature.bits(),
        listed=() if by_digest else tuple(entry.octets() for entry in listed.parts()),
        digests=tuple(_named_digest(entry) for entry in listed.parts()) if by_digest else (),
        valid_from=valid_from.time(),
        valid_to=valid_to.time(),
        picture=_picture(info),
    )


def _picture(info: Node) -> bytes:
    _, data, _, _ = info.parts()[3].parts()
    return data.octets()


@lru_cache(maxsize=64)
def _is_made(maker: Certificate, signed: bytes, signature: bytes, method: str) -> bool:
    """One seal is on many documents: its own signature need be checked but once."""
    try:
        return maker.signed(signed, signature, RSA_HASHES.get(method))
    except (UnknownKey, Malformed):
        return False


def _named_digest(entry: Node) -> tuple[str, bytes]:
    name, value = entry.parts()
    return name.text(), value.octets()


def _same_digest(name: str, value: bytes, data: bytes) -> bool:
    try:
        return digest(name, data) == value
    except UnknownDigest:
        return False


def _sequence(body: bytes) -> bytes:
    """The body as a DER SEQUENCE."""
    return bytes([der.SEQUENCE]) + der.length(len(body)) + body
