import base64
import re
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from parsers.document import Document
from parsers.sandbox import Sandbox
from parsers.seal import judge
from parsers.seal.der import Malformed
from parsers.seal.trust import TrustStore, trusting, trusting_readable
from reimburse.domain.reading import SealStatus
from tests.parsers.ofd_files import entry, ofd_file
from tests.parsers.signing import (
    AUTHORITY_CERT,
    EXPIRED_CERT,
    LIST_PART,
    MAKER_CERT,
    SEAL_PART,
    SIGNATURE_PART,
    SIGNER_CERT,
    STRANGER,
    STRANGER_CERT,
    VALUE_PART,
    Style,
    list_part,
    packed,
    signature_part,
    signed_members,
    value_of,
)
from tests.parsers.signing_pdf import der_of, rsa_certificate, rsa_key
from tests.parsers.told import corpus_document

NOBODY = TrustStore()
BROKEN = {SealStatus.ALTERED, SealStatus.UNVERIFIABLE}
PAGE = "Doc_0/Pages/Page_0/Content.xml"
STYLES = {
    "v1": Style(version=1),
    "v4": Style(version=4),
    "v5": Style(version=5),
    "v4 without the seal part": Style(with_seal_part=False),
    "v4 with raw numbers": Style(raw=True),
    "v4 listing digests": Style(by_digest=True),
    "GB/T 35275 with content": Style(form="content"),
    "GB/T 35275 with content in base64": Style(form="base64"),
    "GB/T 35275 with attributes": Style(form="attributes"),
}


def verdict(members, trust=NOBODY):
    return judge(Document("a.ofd", packed(members)), trust)


def flipped(members, name, at=None):
    data = members[name]
    at = len(data) // 2 if at is None else at
    return members | {name: data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]}


@pytest.mark.parametrize("name", STYLES)
def test_each_form_is_intact_and_its_signer_named(name):
    found = verdict(signed_members(STYLES[name]))
    assert (found.status, found.altered_parts, found.unprotected_parts) == (SealStatus.INTACT, (), ())
    assert (found.signer, found.issuer) == ("示例签章人", "示例根")
    assert found.signed_at == (None if "content" in name else "2026-05-02T08:00:00Z")


@pytest.mark.parametrize("name", STYLES)
def test_each_part_tampered_with_is_named(name):
    members = signed_members(STYLES[name])
    for part in members.keys() - {LIST_PART}:
        found = verdict(flipped(members, part, len(members[part]) - 3))
        assert found.status in BROKEN, part
        assert part in found.altered_parts or found.status is SealStatus.UNVERIFIABLE, part


@pytest.mark.parametrize("name", STYLES)
def test_no_byte_of_the_value_can_be_changed(name):
    """All but the certificate beside a message, which only a root can prove (and then it does)."""
    members = signed_members(STYLES[name])
    value = members[VALUE_PART]
    start = value.index(SIGNER_CERT) if STYLES[name].form != "seal" else len(value)
    trust = trusting([AUTHORITY_CERT], NOBODY)
    for at in range(0, len(value), 23):
        found = verdict(flipped(members, VALUE_PART, at), trust)
        inside = start <= at < start + len(SIGNER_CERT)
        assert found.status in ({SealStatus.INTACT} if inside else set()) | BROKEN, at


@pytest.mark.parametrize("name", STYLES)
def test_each_part_deleted_is_noticed(name):
    members = signed_members(STYLES[name])
    for part in members:
        found = verdict({other: data for other, data in members.items() if other != part})
        assert found is None or found.status is SealStatus.ALTERED, part


class RsaKey:
    """An RSA key that signs as SM2 keys do here."""

    def sign(self, message):
        return rsa_key("signer").sign(message, padding.PKCS1v15(), hashes.SHA256())


RSA_CERT = der_of(rsa_certificate())
RSA_STYLE = Style(
    version=1,
    signer=RsaKey(),
    signer_cert=RSA_CERT,
    maker=RsaKey(),
    maker_cert=RSA_CERT,
    listed=(RSA_CERT,),
    algorithm="1.2.840.113549.1.1.11",
)


def test_a_first_version_seal_with_rsa():
    members = signed_members(RSA_STYLE)
    assert (verdict(members).status, verdict(members).signer) == (SealStatus.INTACT, "Fictional Shop")
    assert verdict(flipped(members, PAGE)).altered_parts == (PAGE,)
    assert verdict(flipped(members, VALUE_PART, len(members[VALUE_PART]) - 3)).altered_parts == (VALUE_PART,)


TAMPERED = {
    "signer not in the seal's list": Style(listed=(MAKER_CERT,)),
    "another's certificate": Style(signer_cert=STRANGER_CERT, listed=(SIGNER_CERT, STRANGER_CERT)),
    "another's key": Style(signer=STRANGER),
    "a seal its maker did not sign": Style(maker=STRANGER),
    "digests of another": Style(by_digest=True, listed=(MAKER_CERT,)),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_a_forged_sealing_is_altered(name):
    found = verdict(signed_members(TAMPERED[name]))
    assert (found.status, found.altered_parts) == (SealStatus.ALTERED, (VALUE_PART,))


UNPROVED = {
    "a bare value": Style(form="bare"),
    "signed before the certificate's time": Style(signed_at="20190101000000Z"),
    "signed after the certificate's time": Style(signer_cert=EXPIRED_CERT, listed=(EXPIRED_CERT,)),
    "signed after the seal's time": Style(valid_to="20250101000000Z"),
    "digest with a key": Style(method="1.2.156.10197.1.401.2"),
    "digest of an unknown name": Style(method="1.2.3"),
}


@pytest.mark.parametrize("name", UNPROVED)
def test_what_cannot_be_checked_is_unverifiable(name):
    found = verdict(signed_members(UNPROVED[name]))
    assert (found.status, found.altered_parts) == (SealStatus.UNVERIFIABLE, ())
    assert found.detail


@pytest.mark.parametrize("method", ["SM3", "sm3", "1.2.156.10197.1.401", "1.2.156.10197.1.401.1"])
def test_the_digest_has_several_names(method):
    assert verdict(signed_members(Style(method=method))).status is SealStatus.INTACT


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ((), SealStatus.INTACT),
        ((SIGNER_CERT,), SealStatus.TRUSTED),
        ((MAKER_CERT,), SealStatus.TRUSTED),
        ((AUTHORITY_CERT,), SealStatus.TRUSTED),
        ((STRANGER_CERT,), SealStatus.INTACT),
    ],
    ids=["nobody", "signer pinned", "maker pinned", "root", "somebody else"],
)
@pytest.mark.parametrize("version", [1, 4, 5])
def test_trust_comes_only_from_a_pin_or_a_root(given, status, version):
    assert verdict(signed_members(Style(version=version)), trusting(given, NOBODY)).status is status


def test_a_file_without_a_certificate_is_an_error_or_passed_over():
    with pytest.raises(Malformed):
        trusting([b"no certificate"], NOBODY)
    store = trusting_readable([b"no certificate", SIGNER_CERT], NOBODY)
    assert verdict(signed_members(), store).status is SealStatus.TRUSTED


def test_pem_files_hold_several_certificates():
    block = "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n"
    pem = "".join(block.format(base64.encodebytes(data).decode()) for data in (AUTHORITY_CERT, SIGNER_CERT))
    store = trusting([b"a comment\n" + pem.encode()], NOBODY)
    assert (len(store.roots), len(store.pins)) == (1, 1)


def test_the_reading_child_believes_what_it_is_given():
    document = Document("a.ofd", packed(signed_members()))
    with Sandbox(trusted=[AUTHORITY_CERT, b"no certificate"]) as sandbox:
        assert sandbox.read(document)[0].seal.status is SealStatus.TRUSTED
    with Sandbox() as sandbox:
        assert sandbox.read(document)[0].seal.status is SealStatus.INTACT


def test_a_root_of_the_same_name_vouches_for_nobody():
    style = Style(signer=STRANGER, signer_cert=STRANGER_CERT, listed=(STRANGER_CERT,))
    assert verdict(signed_members(style), trusting([AUTHORITY_CERT], NOBODY)).status is SealStatus.INTACT


def test_a_pinned_maker_does_not_vouch_for_a_seal_that_was_changed():
    style = Style(maker=STRANGER)
    assert verdict(signed_members(style), trusting([MAKER_CERT], NOBODY)).status is SealStatus.ALTERED


def test_parts_that_no_reference_covers_are_named():
    members = signed_members(uncovered=("OFD.xml", "Doc_0/Tags/CustomTag.xml"))
    found = verdict(flipped(members, "Doc_0/Tags/CustomTag.xml") | {"Doc_0/Extra.xml": b"<a/>"})
    assert found.status is SealStatus.INTACT
    assert found.unprotected_parts == ("Doc_0/Extra.xml", "Doc_0/Tags/CustomTag.xml", "OFD.xml")


def test_a_signature_that_covers_no_page_proves_nothing():
    assert verdict(signed_members(uncovered=(PAGE,))).status is SealStatus.UNVERIFIABLE


def without_entry(members):
    return members | {"OFD.xml": entry().encode()}


STRIPPED = {
    "entry removed, covered": (lambda: without_entry(signed_members()), "OFD.xml"),
    "entry removed, not covered": (lambda: without_entry(signed_members(uncovered=("OFD.xml",))), "OFD.xml"),
    "list emptied": (lambda: signed_members() | {LIST_PART: list_part()}, LIST_PART),
    "list names a part that is missing": (
        lambda: signed_members() | {LIST_PART: list_part("/Doc_0/Signs/None.xml")},
        "Doc_0/Signs/None.xml",
    ),
    "list missing": (lambda: without(signed_members(), LIST_PART), LIST_PART),
    "all parts missing": (
        lambda: without(signed_members(), LIST_PART, SIGNATURE_PART, VALUE_PART, SEAL_PART),
        LIST_PART,
    ),
    "value left alone": (lambda: without(without_entry(signed_members()), LIST_PART, SIGNATURE_PART), "OFD.xml"),
    "seal part of another": (lambda: other_seal(), SEAL_PART),
}


def without(members, *names):
    return {name: data for name, data in members.items() if name not in names}


def other_seal():
    members = signed_members(uncovered=(SEAL_PART,))
    part = members[SIGNATURE_PART].replace(
        b"</ofd:References>", f"</ofd:References><ofd:Seal><ofd:BaseLoc>/{SEAL_PART}</ofd:BaseLoc></ofd:Seal>".encode()
    )
    members |= {SIGNATURE_PART: part, VALUE_PART: value_of(Style(), part)}
    return members | {SEAL_PART: members[SEAL_PART] + b"x"}


@pytest.mark.parametrize("name", STRIPPED)
def test_a_stripped_or_left_over_signature_is_noticed(name):
    make, part = STRIPPED[name]
    found = verdict(make())
    assert found.status is SealStatus.ALTERED
    assert part in found.altered_parts


def test_stripped_of_everything_it_is_unsigned():
    assert judge(ofd_file(), NOBODY).status is SealStatus.UNSIGNED


def second_signature(style, *, covers=()):
    """A further signature by somebody else, over these parts only; the list is written anew."""
    members = signed_members(uncovered=covers)
    folder = "Doc_0/Signs/Sign_1"
    chosen = {name: members[name] for name in (*covers, PAGE)}
    part = signature_part(style, chosen, folder)
    return members | {
        LIST_PART: list_part(f"/{SIGNATURE_PART}", f"/{folder}/Signature.xml"),
        f"{folder}/Signature.xml": part,
        f"{folder}/SignedValue.dat": value_of(style, part),
    }


FORGER = Style(signer=STRANGER, signer_cert=STRANGER_CERT, listed=(STRANGER_CERT,), with_seal_part=False)


def test_a_further_signature_is_no_alteration():
    found = verdict(second_signature(FORGER))
    assert (found.status, found.altered_parts) == (SealStatus.INTACT, ())


def test_anothers_signature_does_not_protect_what_the_first_left_open():
    found = verdict(second_signature(FORGER, covers=("OFD.xml",)), trusting([SIGNER_CERT], NOBODY))
    assert found.status is SealStatus.TRUSTED
    assert found.unprotected_parts == ("OFD.xml",)


def test_a_second_signature_that_cannot_be_checked_takes_nothing_away():
    found = verdict(second_signature(replace(FORGER, form="bare")))
    assert found.status is SealStatus.INTACT
    assert "another signature could not be checked" in found.detail


def list_is_covered(members):
    part = signature_part(Style(), {name: members[name] for name in (PAGE, "OFD.xml", LIST_PART)})
    return members | {SIGNATURE_PART: part, VALUE_PART: value_of(Style(), part)}


def test_a_list_that_grew_is_told_from_one_that_was_changed():
    alone = list_is_covered(without(signed_members(), SEAL_PART))
    assert verdict(alone).status is SealStatus.INTACT
    assert verdict(alone | {LIST_PART: alone[LIST_PART] + b" "}).altered_parts == (LIST_PART,)
    grown = {**list_is_covered(without(signed_members(), SEAL_PART)), **later_parts()}
    assert (verdict(grown).status, verdict(grown).altered_parts) == (SealStatus.INTACT, ())


def later_parts():
    members = second_signature(FORGER)
    return {name: data for name, data in members.items() if "Sign_1" in name or name == LIST_PART}


def test_malformed_signature_parts_are_a_verdict():
    members = signed_members()
    for part in (LIST_PART, SIGNATURE_PART, "OFD.xml"):
        found = verdict(members | {part: b"<cut"})
        assert found.status is SealStatus.ALTERED
        assert part in found.altered_parts


@pytest.mark.parametrize("value", ["", "国", "====", "AAAA"])
def test_a_digest_that_is_none_is_altered(value):
    members = signed_members()
    part = re.sub(rb"<ofd:CheckValue>[^<]*", f"<ofd:CheckValue>{value}".encode(), members[SIGNATURE_PART], count=1)
    assert verdict(members | {SIGNATURE_PART: part}).status is SealStatus.ALTERED


@pytest.mark.parametrize(
    ("name", "status", "signer", "signed_at", "unprotected"),
    [
        ("catering", SealStatus.TRUSTED, "浙江省税务监制章电子证书", "2020-07-23T13:09:07Z", ()),
        (
            "five_pages",
            SealStatus.INTACT,
            "全国统一发票监制章国家税务总局重庆市税务局测试",
            "2020-03-05T03:21:31Z",
            ("TPL_0", "TPL_1"),
        ),
        ("signed_v4", SealStatus.INTACT, "全国统一发票监制章国家税务总局重庆市税务局", "2020-10-10T07:11:20Z", ()),
    ],
)
def test_signed_files_of_the_corpus(name, status, signer, signed_at, unprotected):
    found = judge(corpus_document(f"ofd/general_electronic_2020_{name}.ofd"))
    assert (found.status, found.signer, found.signed_at) == (status, signer, signed_at)
    assert found.unprotected_parts == tuple(f"Doc_0/TPLS/{folder}/Content.xml" for folder in unprotected)


def test_the_platforms_seal_of_the_corpus():
    found = judge(corpus_document("ofd/general_electronic_2022_with_xbrl.ofd"))
    assert (found.status, found.signer, found.unprotected_parts) == (SealStatus.INTACT, "国家税务总局浙江省税务局", ())


@pytest.mark.parametrize(
    "name", ["general_electronic_2020_tax_free_no_pages_folder", "special_digital_2024", "special_digital_pair"]
)
def test_unsigned_files_of_the_corpus(name):
    assert judge(corpus_document(f"ofd/{name}.ofd")).status is SealStatus.UNSIGNED
