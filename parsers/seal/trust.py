"""Whom to believe: certificates pinned by their fingerprint, and roots that the operator gave."""

import base64
import contextlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from parsers.seal.certificate import Certificate, chain_to, read
from parsers.seal.der import Malformed

SHIPPED_PINS = {
    "de645da2ba40dfda355f763da35dc699b8019e068c69d9bdf6c5dc9c2c083721": "国家税务总局电子印章制作系统",
}
"""SHA-256 of the certificate of the tax administration's seal maker, the same in the seals of several provinces."""
PEM = re.compile(rb"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.DOTALL)


@dataclass(frozen=True, slots=True)
class TrustStore:
    """Fingerprints of trusted certificates, and authorities whose certificates are trusted."""

    pins: frozenset[str] = frozenset()
    roots: tuple[Certificate, ...] = ()

    def is_pinned(self, certificate: Certificate) -> bool:
        """Whether this very certificate is trusted."""
        return certificate.fingerprint in self.pins

    def reaches_root(self, certificate: Certificate, between: Iterable[Certificate], at: datetime) -> bool:
        """Whether the certificate leads to a root by issuers valid at that time."""
        return bool(self.roots) and chain_to(certificate, between, self.roots, at)


SHIPPED = TrustStore(frozenset(SHIPPED_PINS))


def trusting(files: Iterable[bytes], base: TrustStore = SHIPPED) -> TrustStore:
    """The base and the certificates in these files, PEM or DER: authorities become roots, others are pinned.

    ``Malformed`` where a file holds no certificate, so that a slip of the operator's does not pass in silence.
    """
    certificates = [certificate for data in files for certificate in certificates_in(data)]
    roots = tuple(certificate for certificate in certificates if certificate.is_authority)
    pins = frozenset(certificate.fingerprint for certificate in certificates if not certificate.is_authority)
    return TrustStore(base.pins | pins, (*base.roots, *roots))


def trusting_readable(files: Iterable[bytes], base: TrustStore = SHIPPED) -> TrustStore:
    """As ``trusting``, files without a certificate passed over: one of them must not stop all reading."""
    for data in files:
        with contextlib.suppress(Malformed):
            base = trusting([data], base)
    return base


def certificates_in(data: bytes) -> list[Certificate]:
    """All certificates of a PEM file, or the one of a DER file."""
    blocks = PEM.findall(data)
    if not blocks:
        return [read(data)]
    try:
        return [read(base64.b64decode(block)) for block in blocks]
    except ValueError as error:
        raise Malformed(f"PEM: {error}") from None
