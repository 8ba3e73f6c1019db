"""DER as found: strict tags and lengths, and each element's own bytes, because signatures are over bytes as found."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

SEQUENCE, SET = 0x30, 0x31
INTEGER, BIT_STRING, OCTETS, OID = 0x02, 0x03, 0x04, 0x06
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18
CONTEXT_0 = 0xA0
TEXTS = {0x0C: "utf-8", 0x13: "ascii", 0x14: "latin-1", 0x16: "ascii", 0x1E: "utf-16-be"}
TIME_FORMS = ("%Y%m%d%H%M%S", "%Y%m%d%H%M%S.%f", "%Y%m%d%H%M")
PDF_TIME = re.compile(r"(?:D:)?(\d{14})(Z|[+-]\d\d(?:'?\d\d)?'?)?(?:00'?00'?)?")
LONG_FORM = 0x80
MAX_LENGTH_BYTES = 4
MAX_DEPTH = 30
CONSTRUCTED = 0x20


class Malformed(ValueError):
    """The bytes are not the DER that was asked for."""


@dataclass(frozen=True, slots=True)
class Node:
    """One element: its tag, what is inside, and all its bytes."""

    tag: int
    content: bytes
    raw: bytes

    def expect(self, tag: int) -> "Node":
        """Itself, or Malformed where it is of another tag."""
        if self.tag != tag:
            raise Malformed(f"tag {self.tag:#x} in place of {tag:#x}")
        return self

    def parts(self, tag: int = SEQUENCE) -> list["Node"]:
        """The elements inside."""
        return elements(self.expect(tag).content)

    def integer(self) -> int:
        """The value of an INTEGER."""
        content = self.expect(INTEGER).content
        if not content or (len(content) > 1 and content[0] == 0 and content[1] < LONG_FORM):
            raise Malformed("integer")
        return int.from_bytes(content, "big", signed=True)

    def octets(self) -> bytes:
        """The value of an OCTET STRING."""
        return self.expect(OCTETS).content

    def bits(self) -> bytes:
        """The value of a BIT STRING of whole bytes."""
        content = self.expect(BIT_STRING).content
        if content[:1] != b"\0":
            raise Malformed("bit string with unused bits")
        return content[1:]

    def text(self) -> str:
        """The value of a character string."""
        if self.tag not in TEXTS:
            raise Malformed(f"tag {self.tag:#x} is no text")
        try:
            return self.content.decode(TEXTS[self.tag])
        except UnicodeDecodeError:
            raise Malformed("text") from None

    def oid(self) -> str:
        """The value of an OBJECT IDENTIFIER in dots."""
        content = self.expect(OID).content
        if not content or content[-1] >= LONG_FORM:
            raise Malformed("object identifier")
        numbers, value = [], 0
        for byte in content:
            value = value << 7 | byte & 0x7F
            if byte < LONG_FORM:
                numbers.append(value)
                value = 0
        first = min(numbers[0] // 40, 2)
        return ".".join(str(number) for number in (first, numbers[0] - 40 * first, *numbers[1:]))

    def time(self) -> datetime:
        """The value of a UTCTime or GeneralizedTime, aware."""
        if self.tag not in {UTC_TIME, GENERALIZED_TIME}:
            raise Malformed(f"tag {self.tag:#x} is no time")
        text = self.content.decode("ascii", "replace")
        if self.tag == UTC_TIME:
            text = ("20" if text[:2] < "50" else "19") + text
        return moment(text)


def parse(data: bytes) -> Node:
    """The one element that the bytes are; Malformed where anything follows it."""
    found = elements(data)
    if len(found) != 1:
        raise Malformed(f"{len(found)} elements in place of one")
    return found[0]


def elements(data: bytes) -> list[Node]:
    """All elements in a row."""
    found = []
    at = 0
    while at < len(data):
        node = _element(data, at)
        found.append(node)
        at += len(node.raw)
    return found


def moment(text: str) -> datetime:
    """A time as written in a signature, which is in UTC.

    >>> moment("20200723130907Z").isoformat()
    '2020-07-23T13:09:07+00:00'
    """
    plain = text.strip().removesuffix("Z")
    for form in TIME_FORMS:
        try:
            return datetime.strptime(plain, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise Malformed("time")


def pdf_moment(text: str) -> datetime:
    """A time as PDF writes it; without a zone it is taken as China Standard Time.

    >>> pdf_moment("D:20190326142030+08'00'").isoformat()
    '2019-03-26T14:20:30+08:00'
    """
    found = PDF_TIME.fullmatch(text.strip())
    if not found:
        raise Malformed("time")
    zone = (found[2] or "+0800").replace("'", "").ljust(5, "0") if found[2] != "Z" else "+0000"
    try:
        return datetime.strptime(found[1] + zone, "%Y%m%d%H%M%S%z")
    except ValueError:
        raise Malformed("time") from None


def length(count: int) -> bytes:
    """A length in its shortest form.

    >>> length(5).hex(), length(200).hex(), length(500).hex()
    ('05', '81c8', '8201f4')
    """
    if count < LONG_FORM:
        return bytes([count])
    size = (count.bit_length() + 7) // 8
    return bytes([LONG_FORM | size]) + count.to_bytes(size, "big")


def definite(data: bytes) -> bytes:
    """The first element of BER as DER lengths: signing software may leave lengths open until an end mark."""
    return _definite(data, 0, 0)[0]


def _definite(data: bytes, at: int, depth: int) -> tuple[bytes, int]:
    """The element at a place with its length spelt out, and the place after it."""
    if depth > MAX_DEPTH or at + 2 > len(data):
        raise Malformed("nested too deep, or cut off")
    if data[at + 1] != LONG_FORM or not data[at] & CONSTRUCTED:
        node = _element(data, at)
        return node.raw, at + len(node.raw)
    tag, pieces, at = data[at], [], at + 2
    while data[at : at + 2] != b"\0\0":
        piece, at = _definite(data, at, depth + 1)
        pieces.append(piece)
    if tag == OCTETS | CONSTRUCTED:
        tag, pieces = OCTETS, [parse(piece).octets() for piece in pieces]
    body = b"".join(pieces)
    return bytes([tag]) + length(len(body)) + body, at + 2


def _element(data: bytes, at: int) -> Node:
    if at + 2 > len(data) or data[at] & 0x1F == 0x1F:
        raise Malformed("cut off, or a tag of many bytes")
    size, start = data[at + 1], at + 2
    if size >= LONG_FORM:
        count = size - LONG_FORM
        if not 1 <= count <= MAX_LENGTH_BYTES or start + count > len(data):
            raise Malformed("length")
        size = int.from_bytes(data[start : start + count], "big")
        if size < LONG_FORM or data[start] == 0:
            raise Malformed("length not in its shortest form")
        start += count
    if start + size > len(data):
        raise Malformed("cut off")
    return Node(data[at], data[start : start + size], data[at : start + size])
