"""Digests by the names that signatures use."""

from cryptography.hazmat.primitives import hashes

SM3_NAMES = frozenset({"1.2.156.10197.1.401", "1.2.156.10197.1.401.1", "sm3"})
KEYED = frozenset({"1.2.156.10197.1.401.2"})
ALGORITHMS: dict[str, type[hashes.HashAlgorithm]] = {
    "md5": hashes.MD5,
    "1.2.840.113549.2.5": hashes.MD5,
    "sha1": hashes.SHA1,
    "1.3.14.3.2.26": hashes.SHA1,
    "sha256": hashes.SHA256,
    "2.16.840.1.101.3.4.2.1": hashes.SHA256,
    "sha384": hashes.SHA384,
    "2.16.840.1.101.3.4.2.2": hashes.SHA384,
    "sha512": hashes.SHA512,
    "2.16.840.1.101.3.4.2.3": hashes.SHA512,
} | dict.fromkeys(SM3_NAMES, hashes.SM3)
WEAK = frozenset({"md5", "1.2.840.113549.2.5", "sha1", "1.3.14.3.2.26"})


class UnknownDigest(ValueError):
    """The name is of no digest that can be computed here."""


def digest(name: str, data: bytes) -> bytes:
    """The digest of the data by an OID or a word such as ``SM3``; ``UnknownDigest`` where it cannot be computed.

    >>> digest("SM3", b"abc").hex()[:16]
    '66c7f0f462eeedd9'
    """
    algorithm = ALGORITHMS.get(plain_name(name))
    if algorithm is None:
        raise UnknownDigest(name)
    running = hashes.Hash(algorithm())
    running.update(data)
    return running.finalize()


def sm3(data: bytes) -> bytes:
    """The SM3 digest (GB/T 32905)."""
    running = hashes.Hash(hashes.SM3())
    running.update(data)
    return running.finalize()


def plain_name(name: str) -> str:
    """The name in lower case, without the hyphens that some write."""
    return name.strip().lower().replace("-", "").replace("_", "")


def is_weak(name: str) -> bool:
    """Whether collisions of this digest can be made."""
    return plain_name(name) in WEAK
