import pytest
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options

from parsers.document import Document
from parsers.seal import judge
from parsers.seal.trust import TrustStore, trusting
from reimburse.domain.reading import SealStatus
from tests.parsers.signing_pdf import (
    BARE,
    TEXT,
    bare,
    der_of,
    detached,
    open_lengths,
    plain_pdf,
    rsa_certificate,
    signed,
    updated,
    wrapped,
)

NOBODY = TrustStore()
BROKEN = {SealStatus.ALTERED, SealStatus.UNVERIFIABLE}


def verdict(data, trust=NOBODY):
    return judge(Document("a.pdf", data), trust)


def signer_der():
    return der_of(rsa_certificate())


def root():
    return rsa_certificate("Fictional Root", "Fictional Root", "root", "root", authority=True)


def bare_pdf(*certificates):
    return signed(plain_pdf(BARE, certificates or (signer_der(),)), bare)


FORMS = {
    "detached": lambda: signed(plain_pdf(), detached),
    "detached without attributes": lambda: signed(plain_pdf(), lambda data: detached(data, PKCS7Options.NoAttributes)),
    "detached with an open length": lambda: signed(plain_pdf(), lambda data: open_lengths(detached(data))),
    "CAdES": lambda: signed(plain_pdf("ETSI.CAdES.detached"), detached),
    "bare RSA": bare_pdf,
    "bare RSA with a chain": lambda: bare_pdf(signer_der(), der_of(root())),
}


@pytest.mark.parametrize("name", FORMS)
def test_each_form_is_intact_and_its_signer_named(name):
    found = verdict(FORMS[name]())
    assert (found.status, found.altered_parts, found.unprotected_parts) == (SealStatus.INTACT, (), ())
    assert (found.signer, found.issuer) == ("Fictional Shop", "Fictional Root")
    assert found.signed_at


@pytest.mark.parametrize("name", ["bare RSA", "detached without attributes"])
def test_the_time_in_the_dictionary_counts_where_there_is_no_other(name):
    assert verdict(FORMS[name]()).signed_at == "2026-05-02T08:00:00Z"


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("place", [TEXT, b"/M (D:2026", b"startxref", b"/MediaBox", b"%PDF-1.7"])
def test_a_byte_changed_under_the_signature_is_altered(name, place):
    data = FORMS[name]()
    at = data.index(place) + len(place) - 1
    found = verdict(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    assert found.status in BROKEN
    assert found.status is SealStatus.ALTERED or found.altered_parts == ()


@pytest.mark.parametrize("name", FORMS)
def test_a_changed_total_is_altered(name):
    found = verdict(FORMS[name]().replace(b"159.00", b"959.00"))
    assert found.status is SealStatus.ALTERED
    assert found.altered_parts[0].startswith("FPZYZ")


@pytest.mark.parametrize("name", ["detached", "bare RSA"])
def test_a_changed_signature_is_broken(name):
    data = FORMS[name]()
    start = data.index(b"/Contents <") + len(b"/Contents <")
    used = len(data[start:].split(b">")[0].rstrip(b"0"))
    for at in range(start + used - 200, start + used - 4, 13):
        digit = b"0" if data[at : at + 1] != b"0" else b"1"
        assert verdict(data[:at] + digit + data[at + 1 :]).status in BROKEN, at


@pytest.mark.parametrize(
    "addition", [{4: f"<< /Length {len(TEXT)} >>\nstream\n{TEXT.decode().replace('159', '959')}\nendstream"}]
)
@pytest.mark.parametrize("name", FORMS)
def test_a_later_update_is_named_and_not_protected(name, addition):
    found = verdict(updated(FORMS[name](), addition))
    assert (found.status, found.unprotected_parts) == (SealStatus.INTACT, ("object 4",))


def test_an_addition_without_objects_is_named_by_its_bytes():
    data = FORMS["detached"]()
    found = verdict(data + b"% a comment that nobody signed\n")
    assert found.unprotected_parts == (f"bytes {len(data)}-{len(data) + 31}",)


def test_blanks_at_the_end_are_no_addition():
    assert verdict(FORMS["detached"]() + b"\r\n").unprotected_parts == ()


def test_bytes_put_in_before_the_signature_are_noticed():
    data = FORMS["detached"]()
    assert verdict(data.replace(b"%PDF-1.7\n", b"%PDF-1.7\n%more\n")).status is SealStatus.ALTERED


def test_a_cut_file_is_noticed():
    data = FORMS["detached"]()
    found = verdict(data[:-10])
    assert found.status is SealStatus.ALTERED


def stripped():
    return updated(FORMS["detached"](), {1: "<< /Type /Catalog /Pages 2 0 R >>"})


def emptied():
    return updated(FORMS["detached"](), {5: "<< /Type /Annot /Subtype /Widget /FT /Sig /T (FPZYZ) /Rect [0 0 0 0] >>"})


@pytest.mark.parametrize("make", [stripped, emptied])
def test_a_signature_that_no_field_names_any_more_is_noticed(make):
    found = verdict(make())
    assert (found.status, found.altered_parts) == (SealStatus.ALTERED, ("AcroForm",))


def test_an_empty_field_is_unsigned_and_said_so():
    found = verdict(plain_pdf(value=False))
    assert found.status is SealStatus.UNSIGNED
    assert "the signature field is empty" in found.detail


def test_without_field_or_signature_it_is_unsigned():
    assert verdict(b"%PDF-1.7\n%%EOF").status is SealStatus.UNSIGNED


UNPROVED = {
    "an unknown form": lambda: signed(plain_pdf("GM.sm2seal"), detached),
    "no certificate": lambda: signed(plain_pdf(BARE), bare),
    "no certificate in the message": lambda: signed(plain_pdf(), lambda data: detached(data, PKCS7Options.NoCerts)),
    "no message": lambda: signed(plain_pdf(), wrapped),
    "a range that begins later": lambda: FORMS["detached"]().replace(
        b"/ByteRange [         0", b"/ByteRange [         9"
    ),
    "a range of three": lambda: FORMS["detached"]().replace(b"/ByteRange [         0", b"/ByteRange [          "),
    "out of time": lambda: signed(plain_pdf(), lambda data: detached(data, certificate=rsa_certificate(until=2021))),
}


@pytest.mark.parametrize("name", UNPROVED)
def test_what_cannot_be_checked_is_unverifiable(name):
    found = verdict(UNPROVED[name]())
    assert (found.status, found.altered_parts) == (SealStatus.UNVERIFIABLE, ())
    assert found.detail


@pytest.mark.parametrize("name", ["detached", "bare RSA"])
@pytest.mark.parametrize(
    ("given", "status"),
    [
        (signer_der, SealStatus.TRUSTED),
        (lambda: der_of(root()), SealStatus.TRUSTED),
        (
            lambda: der_of(rsa_certificate("Fictional Root", "Fictional Root", "other", "other", authority=True)),
            SealStatus.INTACT,
        ),
    ],
    ids=["pin", "root", "root of the same name"],
)
def test_trust_comes_only_from_a_pin_or_a_root(name, given, status):
    assert verdict(FORMS[name](), trusting([given()], NOBODY)).status is status


def test_a_changed_file_is_never_trusted():
    data = FORMS["detached"]().replace(b"159.00", b"959.00")
    assert verdict(data, trusting([signer_der()], NOBODY)).status is SealStatus.ALTERED


def test_short_keys_and_sha1_are_called_weak():
    assert "weak" in verdict(bare_pdf()).detail
    assert "weak" not in verdict(FORMS["detached"]()).detail


def test_a_file_cut_anywhere_is_never_intact():
    data = FORMS["detached"]()
    for end in range(0, len(data), 499):
        found = verdict(data[:end])
        assert found is None or found.status not in {SealStatus.INTACT, SealStatus.TRUSTED}, end
