"""Hostile files of many pages or members, each broken or slow by itself, and tables and headers that claim too much."""

import struct
from collections.abc import Callable, Mapping

from PIL import Image

from bench.hostile.containers import header
from bench.hostile.objects import deflated, one_page, stream
from bench.hostile.pdfs import FONT, WORDS, picture_over_and_over
from bench.hostile.pictures import one_colour
from tests.parsers.ofd_files import content, document_part, parts, zipped
from tests.parsers.pictures import scan, scanned, with_garbled_strips


def slow_members() -> bytes:
    slow = picture_over_and_over()
    return zipped({f"{number}.pdf": slow + b"%%%d" % number for number in range(100)})


def members_to_the_limit() -> bytes:
    return zipped({f"{number}.pdf": b"" for number in range(65_535)})


def multiparts_in_multiparts() -> bytes:
    opened = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(5000))
    return header(b"X: y\n" + opened)


def scan_of_broken_pages() -> bytes:
    data = scan("tiff_lzw", *[scanned(page) for page in range(1, 61)])
    for page in range(2, 61):
        data = with_garbled_strips(data, page)
    return data


def scan_of_sheets_too_large() -> bytes:
    return scan("group4", scanned(1).convert("1"), *[Image.new("1", (9500, 9500))] * 59)


def grid_that_lies() -> bytes:
    """A HEIC whose every box of extents claims 60,000 by 60,000."""
    data = bytearray(one_colour("HEIF", 64)())
    at = data.find(b"ispe")
    while at >= 0:
        data[at + 8 : at + 16] = struct.pack(">II", 60_000, 60_000)
        at = data.find(b"ispe", at + 4)
    return bytes(data)


def code_map_over_and_over() -> bytes:
    """A font whose map to Unicode names every code ten thousand times, each as a long text."""
    ranges = b"100 beginbfrange\n" + b"<0000> <FFFF> <4E004E004E004E00>\n" * 100 + b"endbfrange\n"
    font = b"<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /ToUnicode 6 0 R"
    font += b" /DescendantFonts [7 0 R] >>"
    child = b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A"
    child += b" /CIDSystemInfo << /Registry (A) /Ordering (I) /Supplement 0 >> >>"
    drawn = b"BT /F1 9 Tf 9 9 Td <" + b"00410042" * 5000 + b"> Tj ET"
    return one_page(drawn, b"/Font << /F1 5 0 R >>", {5: font, 6: deflated(ranges * 100), 7: child})


def signature_of_giant_lengths() -> bytes:
    value = (b"30840FFFFFFF" * 2000).ljust(40_000, b"0")
    signed = b"<< /Type /Sig /Filter /A /SubFilter /adbe.pkcs7.detached /ByteRange [0 9 99 9] /Contents <%s> >>" % value
    form = b"/AcroForm << /SigFlags 3 /Fields [9 0 R] >>"
    return one_page(WORDS % (9, 9, b"1"), FONT, {9: b"<< /FT /Sig /T (s) /V %s >>" % signed}, catalog=form)


def pages_that_are_none() -> bytes:
    kids = b" ".join(b"%d 0 R" % number for number in range(5, 205))
    more = {2: b"<< /Type /Pages /Kids [%s] /Count 200 >>" % kids} | dict.fromkeys(range(5, 205), b"<< /Type /Xage >>")
    return one_page(more={**more, 6: stream(b"")})


def ofd_of_broken_pages() -> bytes:
    names = tuple(f"Pages/Page_{number}/Content.xml" for number in range(300))
    members = parts(document=document_part(names))
    broken = content()[:-9] + "<a>" * 100_000
    return zipped(members | {f"Doc_0/{name}": broken for name in names[1:]})


def attribute_of_ten_megabytes() -> bytes:
    return b'<EInvoice a="' + b"x" * 10_000_000 + b'"><Header><EIid>1</EIid></Header></EInvoice>'


SEVERAL: Mapping[str, Callable[[], bytes]] = {
    "a hundred slow files in one archive": slow_members,
    "an archive of 65535 names": members_to_the_limit,
    "multiparts five thousand deep": multiparts_in_multiparts,
    "scan of broken pages": scan_of_broken_pages,
    "scan of sheets too large": scan_of_sheets_too_large,
    "HEIC whose extents lie": grid_that_lies,
    "code map over and over": code_map_over_and_over,
    "signature of giant lengths": signature_of_giant_lengths,
    "two hundred pages that are none": pages_that_are_none,
    "OFD of broken pages": ofd_of_broken_pages,
    "an attribute of ten megabytes": attribute_of_ten_megabytes,
}
