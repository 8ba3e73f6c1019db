"""Signed messages: PKCS#7 / CMS SignedData and its Chinese twin, GB/T 35275."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from parsers.seal import certificate, der
from parsers.seal.certificate import RSA_HASHES, Certificate, expect_method
from parsers.seal.der import Malformed, Node
from parsers.seal.digests import ALGORITHMS, digest

SIGNED_DATA = frozenset({"1.2.840.113549.1.7.2", "1.2.156.10197.6.1.4.2.2"})
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
SIGNING_TIME = "1.2.840.113549.1.9.5"
DATA = frozenset({"1.2.840.113549.1.7.1", "1.2.156.10197.6.1.4.2.1"})
VERSIONS = frozenset({1, 3, 4, 5})
CONTEXT_1 = 0xA1
CONTEXT_OCTETS = 0x80


@dataclass(frozen=True, slots=True)
class SignedMessage:
    """One signer's word on a content, and the certificates that came with it."""

    certificates: tuple[Certificate, ...]
    signer: Certificate | None
    content: bytes | None
    digest_name: str
    attributes: bytes | None
    message_digest: bytes | None
    signed_at: datetime | None
    algorithm: str
    signature: bytes

    def digests_match(self, data: bytes) -> bool:
        """Whether the stated digest is that of the data; without attributes the signature itself is over the data."""
        return self.message_digest is None or digest(self.digest_name, data) == self.message_digest

    def is_signed(self, data: bytes) -> bool:
        """Whether the signer signed: the attributes where there are any, else the data."""
        if self.signer is None:
            return False
        hash_name = RSA_HASHES.get(self.algorithm) or ALGORITHMS.get(self.digest_name)
        return self.signer.signed(self.attributes or data, self.signature, hash_name)


def parse(data: bytes) -> SignedMessage:
    """The message of the one signer; Malformed where it is no SignedData or several signed it."""
    try:
        return _parse(data)
    except (ValueError, IndexError) as error:
        raise Malformed(str(error)) from None


def _parse(data: bytes) -> SignedMessage:
    kind, holder = der.parse(data).parts()
    if kind.oid() not in SIGNED_DATA:
        raise Malformed("no signed data")
    version, digests, encapsulated, *rest, signers = der.parse(holder.expect(der.CONTEXT_0).content).parts()
    found = signers.parts(der.SET)
    if version.integer() not in VERSIONS or len(found) != 1 or len(rest) > 2:
        raise Malformed("signed data")
    message = _message(found[0].parts(), tuple(_certificates(rest)), _content(encapsulated.parts()))
    if message.digest_name not in {algorithm.parts()[0].oid() for algorithm in digests.parts(der.SET)}:
        raise Malformed("digest that was not announced")
    return message


def _content(encapsulated: Sequence[Node]) -> bytes | None:
    if encapsulated[0].oid() not in DATA:
        raise Malformed("content of another kind")
    if len(encapsulated) < 2:
        return None
    return der.parse(encapsulated[1].expect(der.CONTEXT_0).content).octets()


def _certificates(parts: Sequence[Node]) -> list[Certificate]:
    """The certificates; a list of revocations beside them is passed over."""
    if any(part.tag not in {der.CONTEXT_0, CONTEXT_1} for part in parts):
        raise Malformed("signed data")
    return [
        certificate.read(entry.raw)
        for part in parts
        if part.tag == der.CONTEXT_0
        for entry in der.elements(part.content)
        if entry.tag == der.SEQUENCE
    ]


def _message(parts: list[Node], certificates: tuple[Certificate, ...], content: bytes | None) -> SignedMessage:
    version, who, digest_algorithm, *rest = parts
    if version.integer() not in VERSIONS:
        raise Malformed("signer")
    attributes = rest.pop(0) if rest and rest[0].tag == der.CONTEXT_0 else None
    algorithm, signature, *_ = rest
    expect_method(algorithm.parts()[0].oid())
    values = _attribute_values(attributes)
    digested = values.get(MESSAGE_DIGEST)
    if attributes is not None and digested is None:
        raise Malformed("attributes without a digest")
    return SignedMessage(
        certificates=certificates,
        signer=_signer(who, certificates),
        content=content,
        digest_name=digest_algorithm.parts()[0].oid(),
        attributes=bytes([der.SET]) + attributes.raw[1:] if attributes else None,
        message_digest=digested.octets() if digested else None,
        signed_at=values[SIGNING_TIME].time() if SIGNING_TIME in values else None,
        algorithm=algorithm.parts()[0].oid(),
        signature=signature.octets(),
    )


def _attribute_values(attributes: Node | None) -> dict[str, Node]:
    values: dict[str, Node] = {}
    for attribute in der.elements(attributes.content) if attributes else ():
        name, held = attribute.parts()
        found = held.parts(der.SET)
        if name.oid() in values or len(found) != 1:
            raise Malformed("attribute given twice")
        values[name.oid()] = found[0]
    return values


def _signer(who: Node, certificates: Sequence[Certificate]) -> Certificate | None:
    """The certificate that the signer names by issuer and serial number, or by its key identifier where alone."""
    if who.tag != der.SEQUENCE:
        return certificates[0] if who.tag == CONTEXT_OCTETS and len(certificates) == 1 else None
    issuer, serial = who.parts()
    return next(
        (one for one in certificates if one.issuer == issuer.raw and one.serial == serial.integer()),
        None,
    )
