"""An element tree as the bytes of an XML file."""

from xml.etree.ElementTree import Element, tostring


def xml_bytes(root: Element, declaration: str = '<?xml version="1.0" encoding="UTF-8"?>') -> bytes:
    """The tree in UTF-8 after the declaration given."""
    text: str = tostring(root, "unicode")
    return f"{declaration}\n{text}".encode()
