"""The time in seals of the first version, in each form that producers put there."""

import pytest

from parsers.seal.package import judge_package
from parsers.seal.times import time_in
from parsers.seal.trust import SHIPPED
from tests.parsers import signing
from tests.parsers.signing import integer, octets, oid, sequence, tlv


def time_stamp(moment: bytes) -> bytes:
    info = sequence(
        integer(1), oid("1.2.3"), sequence(sequence(oid("1.2.4")), octets(b"x")), integer(7), tlv(0x18, moment)
    )
    encapsulated = sequence(oid("1.2.840.113549.1.9.16.1.4"), tlv(0xA0, octets(info)))
    signed = sequence(integer(3), tlv(0x31), encapsulated, tlv(0x31))
    return sequence(oid("1.2.840.113549.1.7.2"), tlv(0xA0, signed))


FORMS = {
    "UTCTime": tlv(0x17, b"260502080000Z"),
    "GeneralizedTime": tlv(0x18, b"20260502080000Z"),
    "digits": b"20260502080000",
    "digits with zone": b"20260502080000Z",
    "short year": b"260502080000Z",
    "written in UTC": b"2026-05-02T08:00:00Z",
    "written in China": b"2026-05-02 16:00:00",
    "written with words": "2026年5月2日16时00分00秒".encode(),
    "slashes and fractions": b"2026/05/02 16:00:00.123",
    "time stamp": time_stamp(b"20260502080000Z"),
}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_states_the_instant(form):
    found = time_in(FORMS[form])
    assert found is not None
    assert found.timestamp() == pytest.approx(1777708800)


@pytest.mark.parametrize(
    "content",
    [b"", b"soon", b"20261332080000", b"2026-13-02 08:00:00", b"\xff\xfe", time_stamp(b"x"), FORMS["time stamp"][:-3]],
)
def test_anything_else_states_none(content):
    assert time_in(content) is None


@pytest.mark.parametrize("form", FORMS)
def test_a_first_version_seal_says_when_it_was_put(form):
    style = signing.Style(version=1, stated_time=FORMS[form])
    found = judge_package(signing.packed(signing.signed_members(style)), SHIPPED)
    assert (found.status.value, found.signed_at) == ("intact", "2026-05-02T08:00:00Z")


def test_a_first_version_seal_without_a_readable_time_is_not_trusted_for_it():
    style = signing.Style(version=1, stated_time=b"soon")
    found = judge_package(signing.packed(signing.signed_members(style)), SHIPPED)
    assert (found.status.value, found.signed_at) == ("intact", None)
    assert "签署时间不明" in found.detail
