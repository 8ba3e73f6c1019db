"""Hostile archives, mails and workbooks: boxes in boxes, members that overlap, directories and headers that lie."""

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping

from tests.parsers.ofd_files import zipped

PDF = b"%PDF-1.7 fictional"
MIB = 1 << 20


def box_in_box() -> bytes:
    data = zipped({"a.pdf": PDF})
    for _ in range(40):
        data = zipped({"inner.zip": data})
    return data


def boxes_to_a_power() -> bytes:
    """Sixteen archives in each of sixteen, five levels deep, each leaf swelling to thirty megabytes."""
    data = zipped({"a": bytes(30 * MIB)})
    for _ in range(5):
        data = zipped({f"{number}.zip": data for number in range(16)})
    return data


def mail_in_mail(depth: int = 60) -> bytes:
    data = b"From: a@example.invalid\nSubject: x\nDate: y\nContent-Type: application/pdf\n\n" + PDF
    for _ in range(depth):
        head = b"From: a@example.invalid\nSubject: x\nDate: y\nMIME-Version: 1.0\nContent-Type: message/rfc822\n\n"
        data = head + data
    return data


def header(lines: bytes, body: bytes = PDF) -> bytes:
    return b"From: a@example.invalid\nSubject: x\nDate: y\nMIME-Version: 1.0\n" + lines + b"\n\n" + body


def mail_of_many_parts() -> bytes:
    part = b"--b\nContent-Type: application/pdf; name=a.pdf\n\n%PDF-1.7\n"
    return header(b"Content-Type: multipart/mixed; boundary=b", part * 300_000 + b"--b--")


def mail_of_many_boundaries() -> bytes:
    return header(b"Content-Type: multipart/mixed; boundary=b", b"--b\n\n" * 3_000_000)


def name_in_many_pieces() -> bytes:
    pieces = b"".join(b"\n filename*%d*=utf-8''%%41;" % number for number in range(60_000))
    return header(b"Content-Type: application/pdf\nContent-Disposition: attachment;" + pieces)


def name_of_a_megabyte() -> bytes:
    words = b"=?utf-8?B?" + base64.b64encode("发票".encode() * 10) + b"?="
    return header(b'Content-Type: application/pdf; name="' + words * 20_000 + b'"')


def comments_in_comments() -> bytes:
    return header(b"Content-Type: application/pdf " + b"(" * 200_000 + b")" * 200_000 + b"; name=a.pdf")


def headers_by_the_million() -> bytes:
    return header(b"X-A: b\n" * 1_000_000 + b"Content-Type: application/pdf")


def member(name: bytes, packed: bytes, size: int, crc: int, at: int) -> tuple[bytes, bytes]:
    """A local header and a directory entry that agree with each other."""
    sizes = struct.pack("<III", crc, len(packed), size)
    local = b"PK\x03\x04" + struct.pack("<HHHHH", 20, 0, 8, 0, 0) + sizes + struct.pack("<HH", len(name), 0) + name
    entry = b"PK\x01\x02" + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 0) + sizes
    return local, entry + struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, at) + name


def directory(entries: list[bytes], at: int) -> bytes:
    whole = b"".join(entries)
    return whole + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, len(entries), len(entries), len(whole), at, 0)


def members_that_overlap() -> bytes:
    """Five hundred names for one and the same packed megabytes."""
    plain = bytes(range(256)) * 4096 * 8
    packer = zlib.compressobj(9, wbits=-15)
    packed = packer.compress(plain) + packer.flush()
    local, _ = member(b"a", packed, len(plain), zlib.crc32(plain), 0)
    body = local + packed
    entries = [
        member(b"a", packed, len(plain), zlib.crc32(plain), 0)[1][:-1] + bytes([n % 250 + 1]) for n in range(250)
    ]
    return body + directory(entries, len(body))


def headers_quoted_as_content() -> bytes:
    """Each member's packed bytes are the next member's header and bytes, as the densest bombs have it."""
    kernel = zlib.compressobj(9, wbits=-15)
    packed = b"".join(kernel.compress(bytes(MIB)) for _ in range(30)) + kernel.flush()
    size, crc = 30 * MIB, zlib.crc32(bytes(30 * MIB))
    body, plain = member(b"z", packed, size, crc, 0)[0] + packed, bytes(30 * MIB)
    held = [(b"z", packed, size, crc, 0)]
    for number in range(200):
        name = b"q%d" % number
        quoted = body[: 30 + len(held[-1][0])]
        inner = b"\0" + struct.pack("<HH", len(quoted), len(quoted) ^ 0xFFFF) + quoted + held[-1][1]
        crc, size = zlib.crc32(plain, zlib.crc32(quoted)) if number == 0 else 0, size + len(quoted)
        local, _ = member(name, inner, size, crc, 0)
        body = local + inner
        held.append((name, inner, size, crc, 0))
    at, entries = 0, []
    for name, inner, size, crc, _ in reversed(held):
        entries.append(member(name, inner, size, crc, at)[1])
        at += 30 + len(name) + 5
    return body + directory(entries, len(body))


def sizes_after_the_data() -> bytes:
    """Data descriptors: the header says nothing, and what follows the data lies."""
    data = bytearray(zipped({"a.bin": b"\0" * 3_000_000, "b.pdf": PDF}))
    data[6] |= 8
    data[14:26] = bytes(12)
    start = data.index(b"PK\x01\x02")
    data[start + 8] |= 8
    return bytes(data)


def zip64_that_lies() -> bytes:
    """A directory entry that says by its 64-bit sizes that there are petabytes, and lies beyond the file."""
    data = bytearray(zipped({"a.pdf": PDF}))
    start = data.index(b"PK\x01\x02")
    name = struct.unpack_from("<H", data, start + 28)[0]
    data[start + 20 : start + 28] = b"\xff" * 8
    data[start + 42 : start + 46] = b"\xff" * 4
    extra = struct.pack("<HHQQQ", 1, 24, 1 << 60, 1 << 60, 1 << 62)
    data[start + 30 : start + 32] = struct.pack("<H", len(extra))
    data[start + 46 + name : start + 46 + name] = extra
    end = data.index(b"PK\x05\x06")
    data[end + 12 : end + 16] = struct.pack("<I", end - start)
    return bytes(data)


def end_that_lies() -> bytes:
    data = bytearray(zipped({"a.pdf": PDF}))
    end = data.index(b"PK\x05\x06")
    far = b"PK\x06\x06" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, 1 << 60, 1 << 60, 1 << 60, 1 << 60)
    locator = b"PK\x06\x07" + struct.pack("<IQI", 0, end, 1)
    data[end + 8 : end + 20] = b"\xff" * 12
    return bytes(data[:end]) + far + locator + bytes(data[end:])


def method(number: int) -> Callable[[], bytes]:
    def make() -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", number) as archive:
            archive.writestr("a.pdf", bytes(31 * MIB))
        return buffer.getvalue()

    return make


def comment_full_of_ends() -> bytes:
    return zipped({"a.pdf": PDF})[:-2] + b"\xff\xff" + b"PK\x05\x06" * 16_000 + b"PKxx"


def workbook(sheet: bytes, **more: bytes) -> bytes:
    """The least that a workbook's reader asks for."""
    office = b"http://schemas.openxmlformats.org/"
    main, links = office + b"spreadsheetml/2006/main", office + b"officeDocument/2006/relationships"
    kind = office + b"package/2006/relationships"
    book = b'<workbook xmlns="%s" xmlns:r="%s"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'
    link = b'<Relationships xmlns="%s"><Relationship Id="r1" Type="%s/%s" Target="%s"/></Relationships>'
    members = {
        "[Content_Types].xml": b'<Types xmlns="%spackage/2006/content-types"/>' % office,
        "_rels/.rels": link % (kind, links, b"officeDocument", b"xl/workbook.xml"),
        "xl/workbook.xml": book % (main, links),
        "xl/_rels/workbook.xml.rels": link % (kind, links, b"worksheet", b"worksheets/a.xml"),
        "xl/worksheets/a.xml": b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (main, sheet),
    }
    return zipped(members | dict(more))


def cells_that_never_close() -> bytes:
    return workbook(b"<c " * 10_000_000)


def cells_far_apart() -> bytes:
    return workbook(b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


def rows_by_the_million() -> bytes:
    return workbook(b"<row><c><v>1</v></c></row>" * 2_000_000)


def strings_over_and_over() -> bytes:
    table = b"<sst><si><t>" + b"x" * 1_000_000 + b"</t></si></sst>"
    return workbook(b'<row><c t="s"><v>0</v></c></row>' * 100_000, **{"xl/sharedStrings.xml": table})


CONTAINERS: Mapping[str, Callable[[], bytes]] = {
    "box in box": box_in_box,
    "boxes to a power": boxes_to_a_power,
    "mail in mail": mail_in_mail,
    "mail of 300000 parts": mail_of_many_parts,
    "mail of three million boundaries": mail_of_many_boundaries,
    "a name in sixty thousand pieces": name_in_many_pieces,
    "a name of a megabyte": name_of_a_megabyte,
    "comments in comments": comments_in_comments,
    "headers by the million": headers_by_the_million,
    "members that overlap": members_that_overlap,
    "headers quoted as content": headers_quoted_as_content,
    "sizes after the data": sizes_after_the_data,
    "zip64 that lies": zip64_that_lies,
    "an end that lies": end_that_lies,
    "packed by bzip2": method(zipfile.ZIP_BZIP2),
    "packed by LZMA": method(zipfile.ZIP_LZMA),
    "a comment full of ends": comment_full_of_ends,
    "cells that never close": cells_that_never_close,
    "cells far apart": cells_far_apart,
    "rows by the million": rows_by_the_million,
    "strings over and over": strings_over_and_over,
}
