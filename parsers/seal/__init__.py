"""Seals and signatures: what they prove about a file, and what not (formats/SEALS).

``intact`` says that nothing changed since somebody with this certificate signed; ``trusted`` that the somebody is on
the list of pinned certificates or leads to a root the operator gave.
"""

from parsers import ofd, safe_xml
from parsers.document import Document
from parsers.errors import ParseError
from parsers.seal import remarks
from parsers.seal.package import judge_package
from parsers.seal.pdf import judge_pdf
from parsers.seal.trust import SHIPPED, TrustStore
from reimburse.domain.reading import SealResult, SealStatus

PDF_MARK = b"%PDF-"
PDF_HEAD = 1024
IMAGE_MARKS = (b"\xff\xd8\xff", b"\x89PNG", b"RIFF", b"II*\0", b"MM\0*", b"GIF8", b"BM")
HEIF_BRAND = slice(4, 8)


def judge(document: Document, trust: TrustStore = SHIPPED) -> SealResult | None:
    """What the signatures in the file prove; None where the file is of no form that can be opened."""
    data = document.data
    try:
        if ofd.recognises(document):
            return judge_package(data, trust)
        if PDF_MARK in data[:PDF_HEAD]:
            return judge_pdf(data, trust)
        if safe_xml.root_name(data):
            return _judge_xml(data)
    except ParseError:
        return None
    return SealResult(detail=remarks.detail([remarks.PICTURE])) if _is_picture(data) else None


def _judge_xml(data: bytes) -> SealResult:
    """A bureau's signature can be seen but not checked: neither certificate nor canonical form is in the file."""
    value = safe_xml.only_text(safe_xml.parse(data), "TaxBureauSignature", "SignatureValue")
    if value:
        return SealResult(SealStatus.UNVERIFIABLE, detail=remarks.detail([remarks.XML_SIGNATURE]))
    return SealResult(detail=remarks.detail([remarks.UNSIGNED]))


def _is_picture(data: bytes) -> bool:
    return data.startswith(IMAGE_MARKS) or data[HEIF_BRAND] == b"ftyp"
