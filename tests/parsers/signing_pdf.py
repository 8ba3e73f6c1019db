"""Signed PDFs of both forms seen on invoices, made by script; messages by another library than the one under test."""

import datetime as dt
import re
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

from tests.parsers.signing import octets, tlv

DETACHED, BARE = "adbe.pkcs7.detached", "adbe.x509.rsa_sha1"
ROOM = 8192
SIGNED_AT = "D:20260502160000+08'00'"
TEXT = b"BT /F1 12 Tf 20 100 Td (total 159.00) Tj ET"


@cache
def rsa_key(name, bits=2048):
    return rsa.generate_private_key(65537, bits)


@cache
def rsa_certificate(
    subject="Fictional Shop", issuer="Fictional Root", key="signer", issuer_key="root", authority=False, until=2040
):
    """A certificate for the key of this name, issued by the key of that name."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(rsa_key(key).public_key())
        .serial_number(len(subject) + 1000 * len(key))
        .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(until, 1, 1, tzinfo=dt.UTC))
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
    )
    return builder.sign(rsa_key(issuer_key), hashes.SHA256())


def _name(common):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def der_of(certificate):
    return certificate.public_bytes(serialization.Encoding.DER)


def detached(data, *options, certificate=None, key="signer"):
    """A PKCS#7 message over the data, without it."""
    builder = pkcs7.PKCS7SignatureBuilder().set_data(data)
    builder = builder.add_signer(certificate or rsa_certificate(), rsa_key(key), hashes.SHA256())
    chosen = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary, *options]
    return builder.sign(serialization.Encoding.DER, chosen)


def bare(data, key="signer"):
    """A PKCS#1 signature with SHA-1, as an OCTET STRING."""
    return octets(rsa_key(key).sign(data, padding.PKCS1v15(), hashes.SHA1()))


def open_lengths(message):
    """The outermost element with its length left open, as some signing software writes it."""
    start = 4 if message[1] == 0x82 else 2
    return message[:1] + b"\x80" + message[start:] + b"\0\0"


def plain_pdf(form=DETACHED, certificates=(), *, value=True, said_at=SIGNED_AT):
    """A one-page PDF with a signature field; the signature's room is still zeros."""
    cert = " ".join(f"<{raw.hex()}>" for raw in certificates)
    entry = f"/Cert [{cert}]" if len(certificates) > 1 else f"/Cert {cert}" if cert else ""
    signature = (
        f"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /{form} /M ({said_at}) {entry} "
        f"/ByteRange [{0:>10} {0:>10} {0:>10} {0:>10}] /Contents <{'0' * 2 * ROOM}> >>"
    )
    return _assembled(
        [
            "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [5 0 R] /SigFlags 3 >> >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R /Annots [5 0 R] >>",
            f"<< /Length {len(TEXT)} >>\nstream\n{TEXT.decode()}\nendstream",
            f"<< /Type /Annot /Subtype /Widget /FT /Sig /T (FPZYZ) /Rect [0 0 0 0] {'/V 6 0 R' if value else ''} >>",
            signature if value else "null",
        ]
    )


def _assembled(objects):
    data = b"%PDF-1.7\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    tail = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(data)}\n%%EOF\n"
    return data + tail.encode()


def signed(data, sign):
    """The file with its byte range filled in and the signature over it put in its room."""
    start = data.index(b"/Contents <") + len(b"/Contents ")
    end = start + 2 * ROOM + 2
    numbers = "".join(f"{number:>10} " for number in (0, start, end, len(data) - end)).rstrip()
    placed = re.sub(rb"/ByteRange \[[^]]*\]", f"/ByteRange [{numbers}]".encode(), data)
    value = sign(placed[:start] + placed[end:])
    return placed[:start] + b"<" + value.hex().encode().ljust(2 * ROOM, b"0") + b">" + placed[end:]


def updated(data, objects):
    """The file with an addition at its end that defines objects anew."""
    before = int(re.findall(rb"startxref\s+(\d+)", data)[-1])
    places, addition = [], b""
    for number, body in objects.items():
        places.append((number, len(data) + len(addition)))
        addition += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{number} 1\n{place:010} 00000 n \n" for number, place in places)
    start = len(data) + len(addition)
    tail = f"xref\n{table}trailer\n<< /Size 20 /Root 1 0 R /Prev {before} >>\nstartxref\n{start}\n%%EOF\n"
    return data + addition + tail.encode()


def wrapped(message):
    """The message inside one more SEQUENCE: no signed data any more."""
    return tlv(0x30, message)
