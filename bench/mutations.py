"""Files broken on purpose: hypothesis draws changes to bytes and to the structure of XML, ZIP packages and PDFs."""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence

from hypothesis import strategies as st

NASTY = (
    b"", b"\x00", b"\xff" * 8, b"\xef\xbb\xbf", b"-1", b"0", b"99999999999999999999", b"1e999", b"NaN", b"1.7.3",
    b"%PDF-1.7", b"PK\x03\x04", "２０２６年１３月４５日".encode(), "¥-０.００".encode(), "\ud7ff\ufffe\u202e".encode(),
    b"&lt;&#0;&#x10FFFF;", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"../../etc/passwd", b"]]>", b"<![CDATA[", b"A" * 5000,
)  # fmt: skip
DEEP = 3000
MANY = 400
ELEMENT = re.compile(rb"<([A-Za-z_][\w:.-]*)[^<>]*>[^<>]*</\1>")
TEXT = re.compile(rb">([^<>]+)<")
ATTRIBUTE = re.compile(rb'="([^"<>]*)"')
PDF_NUMBER = re.compile(rb"(?<=[ /\[(])-?\d+(?:\.\d+)?(?=[ \]/)>\r\n])")
PDF_NAME = re.compile(rb"/[A-Za-z][A-Za-z0-9]*")
Mutation = Callable[[bytes, st.DataObject], bytes]


def broken(data: st.DataObject, files: Mapping[str, Sequence[bytes]]) -> bytes:
    """One sample with one to four changes."""
    suffix = data.draw(st.sampled_from(sorted(files)))
    content = data.draw(st.sampled_from(files[suffix]))
    for _ in range(data.draw(st.integers(1, 4))):
        content = data.draw(st.sampled_from(MUTATIONS.get(suffix, ()) + BYTES))(content, data)
    return content


def _place(content: bytes, data: st.DataObject) -> int:
    return data.draw(st.integers(0, len(content)))


def _span(content: bytes, data: st.DataObject) -> tuple[int, int]:
    start = _place(content, data)
    return start, min(len(content), start + data.draw(st.sampled_from((1, 2, 4, 16, 64, 1000, 20_000))))


def flip(content: bytes, data: st.DataObject) -> bytes:
    changed = bytearray(content)
    for _ in range(data.draw(st.integers(1, 8)) if content else 0):
        changed[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    return bytes(changed)


def cut_out(content: bytes, data: st.DataObject) -> bytes:
    start, end = _span(content, data)
    return content[:start] + content[end:]


def cut_off(content: bytes, data: st.DataObject) -> bytes:
    return content[: _place(content, data)]


def double(content: bytes, data: st.DataObject) -> bytes:
    start, end = _span(content, data)
    return content[:end] + content[start:end] * data.draw(st.integers(1, 5)) + content[end:]


def insert(content: bytes, data: st.DataObject) -> bytes:
    at = _place(content, data)
    return content[:at] + data.draw(st.sampled_from(NASTY)) + content[at:]


def overwrite(content: bytes, data: st.DataObject) -> bytes:
    start, end = _span(content, data)
    new = data.draw(st.binary(min_size=1, max_size=16)) * (end - start)
    return content[:start] + new[: end - start] + content[end:]


def _replace_one(
    pattern: re.Pattern[bytes], content: bytes, data: st.DataObject, new: Callable[[bytes], bytes]
) -> bytes:
    found = list(pattern.finditer(content))
    if not found:
        return content
    match = data.draw(st.sampled_from(found))
    group = 1 if pattern in {TEXT, ATTRIBUTE} else 0
    return content[: match.start(group)] + new(match[group]) + content[match.end(group) :]


def change_text(content: bytes, data: st.DataObject) -> bytes:
    return _replace_one(
        data.draw(st.sampled_from((TEXT, ATTRIBUTE))), content, data, lambda _: data.draw(st.sampled_from(NASTY))
    )


def drop_element(content: bytes, data: st.DataObject) -> bytes:
    return _replace_one(ELEMENT, content, data, lambda _: b"")


def repeat_element(content: bytes, data: st.DataObject) -> bytes:
    times = data.draw(st.sampled_from((2, 10, MANY)))
    return _replace_one(ELEMENT, content, data, lambda element: element * times)


def bury_element(content: bytes, data: st.DataObject) -> bytes:
    depth = data.draw(st.sampled_from((5, 300, DEEP)))
    return _replace_one(ELEMENT, content, data, lambda element: b"<a>" * depth + element + b"</a>" * depth)


def members_of(content: bytes) -> list[tuple[str, bytes]]:
    """The members of a package; nothing where it is none or cannot be opened."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [(name, archive.read(name)) for name in archive.namelist()]
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, RuntimeError, EOFError, OverflowError):
        return []


def packed(members: Iterable[tuple[str, bytes]]) -> bytes:
    """The members as a package, whatever their names."""
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")
        for name, data in members:
            archive.writestr(name, data)
    return buffer.getvalue()


def change_member(content: bytes, data: st.DataObject) -> bytes:
    """One member of a package changed, dropped, renamed or doubled."""
    members = members_of(content)
    if not members:
        return content
    at = data.draw(st.integers(0, len(members) - 1))
    name, member = members[at]
    act = data.draw(st.sampled_from(("change", "drop", "rename", "double", "bomb")))
    new = {
        "change": lambda: [(name, data.draw(st.sampled_from(XML + BYTES))(member, data))],
        "drop": list,
        "rename": lambda: [(data.draw(st.sampled_from(("../x", "/OFD.xml", "Doc_0/é.xml", name.upper()))), member)],
        "double": lambda: [(name, member), (name, member[: len(member) // 2])],
        "bomb": lambda: [(name, b"<a>" + b" " * (40 << 20) + b"</a>")],
    }[act]()
    return packed([*members[:at], *new, *members[at + 1 :]])


def change_number(content: bytes, data: st.DataObject) -> bytes:
    numbers = (b"0", b"-1", b"65535", b"2147483648", b"99999999999", b"0.0000001", b"1e30")
    return _replace_one(PDF_NUMBER, content, data, lambda _: data.draw(st.sampled_from(numbers)))


def change_name(content: bytes, data: st.DataObject) -> bytes:
    names = (b"/Pages", b"/Page", b"/Kids", b"/Parent", b"/Font", b"/FlateDecode", b"/JBIG2Decode", b"/Length", b"/A")
    return _replace_one(PDF_NAME, content, data, lambda _: data.draw(st.sampled_from(names)))


BYTES: tuple[Mutation, ...] = (flip, cut_out, cut_off, double, insert, overwrite)
XML: tuple[Mutation, ...] = (change_text, drop_element, repeat_element, bury_element)
PDF: tuple[Mutation, ...] = (change_number, change_name)
MUTATIONS: Mapping[str, tuple[Mutation, ...]] = {
    "xml": XML,
    "pdf": PDF,
    "ofd": (change_member,) * 4,
    "zip": (change_member,) * 4,
}
