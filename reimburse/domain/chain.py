"""What an event's hash covers, and the hash chain that events of one thing form."""

from reimburse.domain.digests import digest

GENESIS = "0" * 64


def event_digest(algorithm: str, previous: str, fields: tuple[str, ...]) -> str:
    """The hash of an event: over the hash before it and all its fields (chain, seq, kind, actor, instant, payload).

    SHA-256 is what every event had before there was a choice; another algorithm is named within.
    """
    named = () if algorithm == "sha256" else (algorithm,)
    return digest(algorithm, "\n".join((*named, previous, *fields)).encode())


def head_bytes(chain: str, seq: int, hash_: str) -> bytes:
    """What a seal's leaf states: that this chain stood here."""
    return f"{chain}\n{seq}\n{hash_}".encode()


def file_bytes(name: str, file_digest: str) -> bytes:
    """What a leaf of a batch or a package states: that the file of this name has this digest."""
    return f"{name}\n{file_digest}".encode()
