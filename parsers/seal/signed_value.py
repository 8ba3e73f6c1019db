"""``SignedValue.dat``: a seal signature, a signed message, or a bare value."""

import base64

from parsers.seal import cms, remarks, ses
from parsers.seal.certificate import UnknownKey
from parsers.seal.cms import SignedMessage
from parsers.seal.der import Malformed
from parsers.seal.digests import UnknownDigest, sm3
from parsers.seal.findings import Checked
from parsers.seal.ses import Sealing
from parsers.seal.trust import TrustStore

Names = tuple[str, str]
"""The part of the value and the part that it signs, for blame."""


def check_value(checked: Checked, value: bytes, signed: bytes, names: Names, trust: TrustStore) -> bytes | None:
    """Check the value over the bytes of ``Signature.xml``; the seal's own bytes where there is one."""
    try:
        sealing = ses.parse(value)
    except Malformed:
        _check_message(checked, value, signed, names, trust)
        return None
    _check_sealing(checked, sealing, signed, names, trust)
    return sealing.seal.raw


def _check_sealing(checked: Checked, sealing: Sealing, signed: bytes, names: Names, trust: TrustStore) -> None:
    value_part, signed_part = names
    seal = sealing.seal
    checked.signer, checked.signed_at = sealing.signer, sealing.sealed_at
    checked.notes.append(remarks.sealed_by(seal.name))
    try:
        holds = sealing.is_signed()
    except (UnknownKey, Malformed):
        checked.doubts.append(remarks.UNKNOWN_METHOD)
        return
    if not holds:
        checked.blame(value_part, remarks.BAD_SIGNATURE)
    if not sealing.covers(signed):
        checked.blame(signed_part, remarks.CONTENT)
    if not seal.is_made_by_its_maker():
        checked.blame(value_part, remarks.BAD_SEAL)
    if not seal.lists(sealing.signer):
        checked.blame(value_part, remarks.NOT_LISTED)
    at = sealing.sealed_at
    checked.judge_time(within_seal=at is None or seal.valid_from <= at <= seal.valid_to)
    checked.judge_origin(trust, (), seal.maker)


def _check_message(checked: Checked, value: bytes, signed: bytes, names: Names, trust: TrustStore) -> None:
    try:
        message = cms.parse(value)
    except Malformed:
        checked.doubts.append(remarks.UNREADABLE)
        return
    if message.signer is None:
        checked.doubts.append(remarks.NO_CERTIFICATE)
        return
    checked.signer, checked.signed_at = message.signer, message.signed_at
    try:
        _weigh_message(checked, message, signed, names)
    except (UnknownKey, UnknownDigest, Malformed):
        checked.doubts.append(remarks.UNKNOWN_METHOD)
        return
    checked.judge_time()
    checked.judge_origin(trust, message.certificates)


def _weigh_message(checked: Checked, message: SignedMessage, signed: bytes, names: Names) -> None:
    """With content, that is the digest of ``Signature.xml``, plain or in base64, and the signature is over it."""
    value_part, signed_part = names
    data = signed
    if message.content is not None:
        data = message.content
        if _plain(data) not in {sm3(signed), signed}:
            checked.blame(signed_part, remarks.CONTENT)
    if not message.digests_match(signed if message.attributes else data):
        checked.blame(signed_part, remarks.CONTENT)
    if not message.is_signed(data):
        checked.blame(value_part, remarks.BAD_SIGNATURE)


def _plain(content: bytes) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except ValueError:
        return content
