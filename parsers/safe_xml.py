"""XML from strangers: no entities, no DTD, no network, bounded in size and depth."""

import re
from collections.abc import Callable

from lxml import etree

from parsers.errors import Damaged, TooLarge, Unsafe
from parsers.xml_encoding import MARK, WIDE_MARKS, as_chinese, as_utf8

Element = etree._Element
Parse = Callable[[bytes], Element]

MAX_XML_BYTES = 16 * 1024 * 1024
DECLARATION = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)")
PROLOG = re.compile(rb"\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)", re.DOTALL)
ROOT = re.compile(rb"\s*<(?:[\w.-]*:)?([\w.-]+)")
SNIFFED = 64 * 1024
PREFIXES = re.compile(rb"(</?)[\w.-]*:(?=[\w.-])")
NAMESPACES = re.compile(rb"""\sxmlns(?::[\w.-]*)?\s*=\s*(?:"[^"]*"|'[^']*')""")
PARSER = etree.XMLParser(
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    dtd_validation=False,
    attribute_defaults=False,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
)


def parse(data: bytes, max_bytes: int = MAX_XML_BYTES) -> Element:
    """The root element, or Unsafe, TooLarge or Damaged."""
    if len(data) > max_bytes:
        raise TooLarge
    data = as_utf8(data)
    if DECLARATION.search(data):
        raise Unsafe
    try:
        return _root(data)
    except Damaged:
        if (chinese := as_chinese(data)) is None:
            raise
        return _root(chinese)


def parse_loosely(data: bytes) -> Element:
    """The root of XML whose prefixes are undeclared or empty (seen in tag files): names only, no namespaces."""
    plain = NAMESPACES.sub(b"", PREFIXES.sub(rb"\1", as_utf8(data)))
    return parse(plain)


def root_name(data: bytes) -> str | None:
    """The root's local name by a look at the beginning, without parsing; None where this is no XML.

    >>> root_name(b'<?xml version="1.0"?><!-- a note --><x:EInvoice xmlns:x="u"/>')
    'EInvoice'
    """
    head = data[:SNIFFED].removeprefix(MARK)
    if wide := WIDE_MARKS.get(head[:2]):
        head = head.decode(wide, "replace").encode("utf-8", "replace")
    at = 0
    while found := PROLOG.match(head, at):
        at = found.end()
    root = ROOT.match(head, at)
    return root[1].decode("ascii", "replace") if root else None


def local(element: Element) -> str:
    """The name without its namespace; empty for comments and instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element, *path: str) -> list[Element]:
    """All elements at this path of local names."""
    first, *others = path
    level = list(element.iterchildren("{*}" + first))
    for name in others:
        level = [child for parent in level for child in parent.iterchildren("{*}" + name)]
    return level


def child(element: Element, *path: str) -> Element | None:
    """The first element at this path of local names."""
    return next(iter(children(element, *path)), None)


def text(element: Element | None) -> str | None:
    """The text inside, blanks at the ends trimmed; None where there is none."""
    if element is None:
        return None
    inside = "".join(map(str, element.itertext())) if len(element) else element.text or ""
    return inside.strip() or None


def only_text(element: Element, *path: str) -> str | None:
    """The one text at this path; None where there is none, or where two differ: a contradiction states nothing."""
    found = children(element, *path)
    if len(found) < 2:
        return text(found[0]) if found else None
    values = {value for one in found if (value := text(one))}
    return values.pop() if len(values) == 1 else None


def _root(data: bytes) -> Element:
    try:
        root = etree.fromstring(data, PARSER)
    except etree.XMLSyntaxError as error:
        raise _verdict(error) from None
    except ValueError:
        raise Damaged from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unsafe
    return root


def _verdict(error: etree.XMLSyntaxError) -> Damaged | Unsafe | TooLarge:
    message = str(error.msg)
    if "depth" in message or "loop" in message or "amplification" in message:
        return Unsafe()
    return TooLarge() if "huge" in message.lower() or "too long" in message else Damaged()
