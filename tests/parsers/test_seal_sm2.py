"""SM2 and SM3 against the standard's own vectors and against another implementation."""

import gmssl_pyx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.seal import certificate, der, sm2
from parsers.seal.der import Malformed
from parsers.seal.digests import UnknownDigest, digest, sm3
from tests.parsers.signing import AUTHORITY_CERT, SIGNER_CERT, STRANGER_CERT, Key, integer, oid, sequence, tlv, utc_time

POINT = bytes.fromhex(
    "0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
R = 0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3
S = 0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA
MESSAGE = b"message digest"


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
        (b"", "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b"),
    ],
)
def test_sm3(data, value):
    assert sm3(data).hex() == value


def test_identity_digest():
    assert (
        sm2.identity_digest(sm2.affine(POINT))
        .hex()
        .upper()
        .startswith("B2E14C5C79C6DF5B85F4FE7ED8DB7A262B9DA7E07CCB0EA9F4747B8CCDA8A4F3")
    )


@pytest.mark.parametrize(
    ("point", "message", "r", "s", "identity", "holds"),
    [
        (POINT, MESSAGE, R, S, sm2.DEFAULT_ID, True),
        (POINT, b"message digesT", R, S, sm2.DEFAULT_ID, False),
        (POINT, MESSAGE, R, S, b"", False),
        (POINT, MESSAGE, R, S, b"ALICE123@YAHOO.COM", False),
        (POINT, MESSAGE, R ^ 1, S, sm2.DEFAULT_ID, False),
        (POINT, MESSAGE, R, S ^ 1, sm2.DEFAULT_ID, False),
        (POINT, MESSAGE, 0, S, sm2.DEFAULT_ID, False),
        (POINT, MESSAGE, R, 0, sm2.DEFAULT_ID, False),
        (POINT, MESSAGE, R + sm2.N, S, sm2.DEFAULT_ID, False),
        (POINT, MESSAGE, R, sm2.N - R, sm2.DEFAULT_ID, False),
        (POINT[:-1] + b"\x14", MESSAGE, R, S, sm2.DEFAULT_ID, False),
        (b"\x02" + POINT[1:], MESSAGE, R, S, sm2.DEFAULT_ID, False),
        (b"", MESSAGE, R, S, sm2.DEFAULT_ID, False),
    ],
    ids=[
        "right",
        "message",
        "no id",
        "other id",
        "r",
        "s",
        "r 0",
        "s 0",
        "r large",
        "t 0",
        "off curve",
        "compressed",
        "empty",
    ],
)
def test_the_standards_signature_and_what_must_fail(point, message, r, s, identity, holds):
    assert sm2.verify(point, message, r, s, identity) is holds


@settings(max_examples=15, deadline=None)
@given(st.binary(max_size=200), st.text(max_size=20))
def test_the_other_implementation_accepts_our_signatures(message, seed):
    key = Key(seed)
    assert gmssl_pyx.sm2_verify(key.point[1:], message, key.sign(message))


def test_a_key_seen_before_is_judged_as_one_seen_first():
    """Doubling and the kept multiples of the key are two ways to one sum."""
    key = Key("seen twice")
    r, s = key.pair(b"m")
    for _ in range(3):
        assert sm2.verify(key.point, b"m", r, s)
        assert not sm2.verify(key.point, b"n", r, s)
        assert not sm2.verify(key.point, b"m", s, r)


@pytest.mark.parametrize("factor", [1, 2, 31, 32, 2**255, sm2.N - 1], ids=str)
def test_multiples_of_the_base_point_are_on_the_curve_and_add_up(factor):
    x, y = sm2.multiple_of_base(factor)
    assert (y * y - (x * x * x + sm2.A * x + sm2.B)) % sm2.P == 0
    assert sm2.multiple_of_base(sm2.N - factor) == (x, sm2.P - y)


def test_the_base_point_itself_may_be_a_key():
    """The sum then adds a point to itself on the way."""
    point = b"\x04" + sm2.GX.to_bytes(32, "big") + sm2.GY.to_bytes(32, "big")
    e = int.from_bytes(sm3(sm2.identity_digest(sm2.BASE) + b"m"), "big")
    x, _ = sm2.multiple_of_base(7)
    r = (e + x) % sm2.N
    s = pow(2, -1, sm2.N) * (7 - r) % sm2.N
    assert [sm2.verify(point, b"m", r, s) for _ in range(3)] == [True] * 3


@settings(max_examples=15, deadline=None)
@given(st.binary(max_size=200))
def test_we_accept_the_other_implementations_signatures(message):
    public, private = gmssl_pyx.sm2_key_generate()
    r, s = certificate.sm2_numbers(gmssl_pyx.sm2_sign(private, public, message))
    assert sm2.verify(b"\x04" + public, message, r, s)
    assert not sm2.verify(b"\x04" + public, message + b"x", r, s)


@given(st.binary(max_size=2000))
@settings(max_examples=50)
def test_sm3_as_the_other_implementation(data):
    assert sm3(data) == gmssl_pyx.sm3_hash(data)


def test_raw_and_der_numbers():
    key = Key("a")
    assert certificate.sm2_numbers(key.sign(b"m")) == certificate.sm2_numbers(key.sign_raw(b"m")) == key.pair(b"m")


@pytest.mark.parametrize(
    "data", [b"", b"\x30\x00", sequence(integer(1)), sequence(integer(1), integer(2), integer(3)), b"\x00" * 63]
)
def test_numbers_of_another_shape(data):
    with pytest.raises(Malformed):
        certificate.sm2_numbers(data)


def test_who_issued_whom():
    root, leaf, stranger = (certificate.read(data) for data in (AUTHORITY_CERT, SIGNER_CERT, STRANGER_CERT))
    assert root.issued(leaf)
    assert root.issued(root)
    assert not root.issued(stranger)
    assert not leaf.issued(stranger)


@pytest.mark.parametrize("data", [b"", b"\x30\x00", SIGNER_CERT[:-1], SIGNER_CERT + b"\0", sequence(SIGNER_CERT)])
def test_a_broken_certificate_is_malformed(data):
    with pytest.raises(Malformed):
        certificate.read(data)


@pytest.mark.parametrize(
    "data",
    [
        b"\x30",
        b"\x30\x80\x00\x00",
        b"\x30\x05\x02\x01\x01",
        b"\x30\x81\x03\x02\x01\x01",
        b"\x30\x82\x00\x03\x02\x01\x01",
        b"\x1f\x81\x01\x00",
        b"\x30\x03\x02\x01\x01\x00\x00",
    ],
    ids=["cut", "open length", "short", "long form", "leading zero", "long tag", "trailing"],
)
def test_der_is_read_strictly(data):
    with pytest.raises(Malformed):
        der.parse(data)


@pytest.mark.parametrize("data", [b"\x02\x00", b"\x02\x02\x00\x01"])
def test_integers_are_in_their_shortest_form(data):
    with pytest.raises(Malformed):
        der.parse(data).integer()


@given(st.binary(max_size=300))
@settings(max_examples=200)
def test_any_bytes_parse_or_are_malformed(data):
    try:
        assert der.parse(data).raw == data
    except Malformed as error:
        assert str(error)  # noqa: PT017


def test_open_lengths_are_spelt_out():
    inner = b"\x24\x80" + tlv(4, b"ab") + tlv(4, b"c") + b"\0\0"
    assert der.definite(b"\x30\x80" + integer(5) + inner + b"\0\0" + b"padding") == sequence(integer(5), tlv(4, b"abc"))


@pytest.mark.parametrize("data", [b"\x30\x80" * 50 + b"\0\0" * 50, b"\x30\x80\x02\x01\x01", b"\x30"])
def test_open_lengths_end(data):
    with pytest.raises(Malformed):
        der.definite(data)


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (tlv(0x18, b"20260502080000Z"), "2026-05-02T08:00:00+00:00"),
        (tlv(0x18, b"20260502080000.763Z"), "2026-05-02T08:00:00.763000+00:00"),
        (utc_time("20260502080000Z"), "2026-05-02T08:00:00+00:00"),
        (tlv(0x17, b"991231235959Z"), "1999-12-31T23:59:59+00:00"),
    ],
)
def test_times(node, text):
    assert der.parse(node).time().isoformat() == text


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("D:20190326142030+08'00'", "2019-03-26T14:20:30+08:00"),
        ("D:20190326142030Z", "2019-03-26T14:20:30+00:00"),
        ("D:20190326142030Z00'00'", "2019-03-26T14:20:30+00:00"),
        ("D:20190326142030+08", "2019-03-26T14:20:30+08:00"),
        ("20190326142030", "2019-03-26T14:20:30+08:00"),
    ],
)
def test_times_in_pdf(text, moment):
    assert der.pdf_moment(text).isoformat() == moment


def test_object_identifiers():
    assert der.parse(oid("1.2.156.10197.1.501")).oid() == "1.2.156.10197.1.501"
    assert der.parse(oid("2.5.4.3")).oid() == "2.5.4.3"


@pytest.mark.parametrize("name", ["1.2.156.10197.1.401.2", "", "crc32"])
def test_unknown_digests(name):
    with pytest.raises(UnknownDigest):
        digest(name, b"")


@pytest.mark.parametrize(
    ("name", "size"), [("MD5", 16), ("SHA-1", 20), ("sha256", 32), ("SM3", 32), ("1.3.14.3.2.26", 20)]
)
def test_digests_by_their_names(name, size):
    assert len(digest(name, b"x")) == size
