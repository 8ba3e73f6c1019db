"""X.509 certificates: names, validity, keys, and whether one issued another."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from asn1crypto import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from parsers.seal import der, sm2
from parsers.seal.der import Malformed

SM2_CURVE = "1.2.156.10197.1.301"
SM2_WITH_SM3 = "1.2.156.10197.1.501"
EC_KEY = "1.2.840.10045.2.1"
RSA_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "1.2.840.113549.1.1.5": hashes.SHA1,
    "1.2.840.113549.1.1.11": hashes.SHA256,
    "1.2.840.113549.1.1.12": hashes.SHA384,
    "1.2.840.113549.1.1.13": hashes.SHA512,
}
SM2_METHODS = frozenset({SM2_WITH_SM3, "1.2.156.10197.1.301", "1.2.156.10197.1.301.1", EC_KEY})
RSA_METHODS = frozenset({"1.2.840.113549.1.1.1", *RSA_HASHES})
SMALLEST_RSA_BITS = 512
WEAK_RSA_BITS = 2048
MAX_CHAIN = 5


class UnknownKey(ValueError):
    """The key or algorithm is of a kind that cannot be checked here."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate as bytes, with what is asked of it."""

    raw: bytes
    name: str
    issuer_name: str
    subject: bytes
    issuer: bytes
    serial: int
    not_before: datetime
    not_after: datetime
    sm2_point: bytes | None
    rsa_numbers: tuple[int, int] | None
    is_authority: bool
    body: bytes
    algorithm: str
    signature: bytes

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate in hexadecimal: what a pin names."""
        return hashlib.sha256(self.raw).hexdigest()

    @property
    def has_weak_key(self) -> bool:
        """An RSA key shorter than is held safe today."""
        return self.rsa_numbers is not None and self.rsa_numbers[0].bit_length() < WEAK_RSA_BITS

    def is_valid_at(self, instant: datetime) -> bool:
        """Whether the instant lies within the validity."""
        return self.not_before <= instant <= self.not_after

    def signed(self, message: bytes, signature: bytes, hash_name: type[hashes.HashAlgorithm] | None = None) -> bool:
        """Whether this certificate's key made the signature over the message; ``UnknownKey`` for other keys."""
        if self.sm2_point is not None:
            r, s = sm2_numbers(signature)
            return sm2.verify(self.sm2_point, message, r, s)
        if self.rsa_numbers is not None:
            return _rsa_signed(self.rsa_numbers, message, signature, hash_name or hashes.SHA256)
        raise UnknownKey("neither SM2 nor RSA")

    def issued(self, other: "Certificate") -> bool:
        """Whether this is the authority that issued the other: its name, its right to, its signature."""
        if not self.is_authority or other.issuer != self.subject:
            return False
        if other.algorithm != SM2_WITH_SM3 and other.algorithm not in RSA_HASHES:
            return False
        if (other.algorithm == SM2_WITH_SM3) != (self.sm2_point is not None):
            return False
        try:
            return self.signed(other.body, other.signature, RSA_HASHES.get(other.algorithm))
        except (UnknownKey, Malformed):
            return False


@lru_cache(maxsize=256)
def read(data: bytes) -> Certificate:
    """The certificate in these bytes, nothing after it; Malformed where it is none."""
    try:
        return _read(data)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise Malformed(f"certificate: {error}") from None


def chain_to(leaf: Certificate, between: Iterable[Certificate], roots: Iterable[Certificate], at: datetime) -> bool:
    """Whether the leaf leads to one of the roots by issuers that were valid at that time."""
    authorities = (*roots, *between)
    wanted = {root.raw for root in roots}
    current = leaf
    for _ in range(MAX_CHAIN):
        if current.raw in wanted:
            return True
        issuer = next((one for one in authorities if one.is_valid_at(at) and one.issued(current)), None)
        if issuer is None or issuer.raw == current.raw:
            return False
        current = issuer
    return False


def expect_method(name: str) -> None:
    """Malformed where this is no method of signing that is known here: where it stands it may not be signed itself."""
    if name not in SM2_METHODS | RSA_METHODS:
        raise Malformed(f"method {name}")


def sm2_numbers(signature: bytes) -> tuple[int, int]:
    """R and s from DER, or from their 64 raw bytes as some producers write them."""
    if len(signature) == 2 * sm2.WIDTH and not _is_der_pair(signature):
        return int.from_bytes(signature[: sm2.WIDTH], "big"), int.from_bytes(signature[sm2.WIDTH :], "big")
    parts = der.parse(signature).parts()
    if len(parts) != 2:
        raise Malformed("signature")
    return parts[0].integer(), parts[1].integer()


def _is_der_pair(signature: bytes) -> bool:
    try:
        return len(der.parse(signature).parts()) == 2
    except Malformed:
        return False


def _read(data: bytes) -> Certificate:
    raw = der.parse(data).raw
    found = x509.Certificate.load(raw, strict=True)
    body = found["tbs_certificate"]
    key = body["subject_public_key_info"]
    return Certificate(
        raw=raw,
        name=_common_name(found.subject),
        issuer_name=_common_name(found.issuer),
        subject=found.subject.dump(),
        issuer=found.issuer.dump(),
        serial=found.serial_number,
        not_before=body["validity"]["not_before"].native,
        not_after=body["validity"]["not_after"].native,
        sm2_point=_sm2_point(der.parse(key.dump())),
        rsa_numbers=_rsa_numbers(der.parse(key.dump())),
        is_authority=bool(found.basic_constraints_value and found.basic_constraints_value["ca"].native),
        body=body.dump(),
        algorithm=found["signature_algorithm"]["algorithm"].dotted,
        signature=found["signature_value"].native,
    )


def _common_name(name: x509.Name) -> str:
    """The common name, or the whole name where there is none."""
    common = name.native.get("common_name")
    if isinstance(common, list):
        common = common[-1]
    return str(common or name.human_friendly)


def _sm2_point(key: der.Node) -> bytes | None:
    algorithm, bits = key.parts()
    identifiers = [part.oid() for part in algorithm.parts() if part.tag == der.OID]
    return bits.bits() if identifiers == [EC_KEY, SM2_CURVE] else None


def _rsa_numbers(key: der.Node) -> tuple[int, int] | None:
    algorithm, bits = key.parts()
    if algorithm.parts()[0].oid() != "1.2.840.113549.1.1.1":
        return None
    modulus, exponent = der.parse(bits.bits()).parts()
    return modulus.integer(), exponent.integer()


def _rsa_signed(
    numbers: tuple[int, int], message: bytes, signature: bytes, hash_name: type[hashes.HashAlgorithm]
) -> bool:
    modulus, exponent = numbers
    if modulus.bit_length() < SMALLEST_RSA_BITS:
        raise UnknownKey("RSA key too short")
    try:
        key = rsa.RSAPublicNumbers(exponent, modulus).public_key()
        key.verify(signature, message, padding.PKCS1v15(), hash_name())
    except InvalidSignature:
        return False
    except ValueError as error:
        raise UnknownKey(str(error)) from None
    return True
