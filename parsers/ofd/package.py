"""An OFD package (GB/T 33190): parts found by their references, names matched by their local part."""

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from parsers import safe_xml
from parsers.errors import Damaged, Encrypted, ParseError, TooLarge, Unsafe
from parsers.safe_xml import Element
from parsers.safe_zip import SafeZip

ENTRY = "OFD.xml"
ENCRYPTIONS = "encryptions.xml"
"""The part that an OFD with encrypted parts names its keys in (GM/T 0099)."""
MAX_PAGES = 300
MAX_BODIES = 100
LONGEST_KEPT = 200
"""References up to this length are worked out once: programs use the same over and over."""


@lru_cache(maxsize=1)
def package_of(data: bytes) -> "Package":
    """The opened package: reading and judging its signatures look at the same parts. ``close`` lets go of it."""
    return Package(data)


close = package_of.cache_clear


class _Parts(SafeZip):
    """The members by names with slashes: programs on Windows have written backslashes."""

    def _checked(self, infos: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
        members = super()._checked(infos)
        named = {name.replace("\\", "/"): info for name, info in members.items()}
        if len(named) != len(members):
            raise Unsafe
        return named


class Package:
    """The parts of an OFD file and how they refer to each other."""

    def __init__(self, data: bytes) -> None:
        self.zip = _Parts(data)
        self._folded = {name.lower(): name for name in reversed(self.zip.names)}
        self._parsed: dict[str, Element] = {}

    def resolve(self, reference: str | None, base: str) -> str | None:
        """The member a reference means: from the root where it begins with a slash, else from the folder of ``base``.

        Real files also refer from the root without a slash, and with other letter case than the member's.
        """
        if not reference or not reference.strip():
            return None
        names = names_meant(reference, base)
        for name in names:
            if name in self.zip:
                return name
        beside, from_root = names
        return self._folded.get(beside.lower()) or self._folded.get(from_root.lower())

    def xml(self, name: str) -> Element:
        """The root of an XML part, parsed once."""
        if name not in self._parsed:
            self._parsed[name] = safe_xml.parse(self.zip.read(name))
        return self._parsed[name]

    def loose_xml(self, name: str) -> Element:
        """The root of a part that may use prefixes it never declared, as tag files do."""
        try:
            return self.xml(name)
        except Damaged:
            return safe_xml.parse_loosely(self.zip.read(name))

    @cached_property
    def bodies(self) -> tuple["Body", ...]:
        """The documents that ``OFD.xml`` lists."""
        if any(name.lower().rpartition("/")[2] == ENCRYPTIONS for name in self.zip.names):
            raise Encrypted
        if ENTRY not in self.zip:
            raise Damaged
        found = []
        entries = safe_xml.children(self.xml(ENTRY), "DocBody")
        if len(entries) > MAX_BODIES:
            raise TooLarge
        for entry in entries:
            root = self.resolve(safe_xml.only_text(entry, "DocRoot"), ENTRY)
            if root:
                found.append(Body(self, entry, root))
        if not found:
            raise Damaged
        return tuple(found)


@dataclass(frozen=True)
class Body:
    """One document in the package: its entry in ``OFD.xml`` and its ``Document.xml``."""

    package: Package
    entry: Element
    name: str

    @property
    def root(self) -> Element:
        """The root of ``Document.xml``."""
        return self.package.xml(self.name)

    @cached_property
    def pages(self) -> tuple[tuple[str, str], ...]:
        """Identifier and part name of each page, in order; pages whose part is absent are left out."""
        listed = safe_xml.children(self.root, "Pages", "Page")
        if len(listed) > MAX_PAGES:
            raise TooLarge
        named = ((page.get("ID") or "", self._part(page.get("BaseLoc"))) for page in listed)
        return tuple((identifier, name) for identifier, name in named if name)

    @cached_property
    def templates(self) -> dict[str, str]:
        """Part names of the template pages by their identifier."""
        listed = safe_xml.children(self.root, "CommonData", "TemplatePage")
        named = ((page.get("ID") or "", self._part(page.get("BaseLoc"))) for page in listed)
        return {identifier: name for identifier, name in named if name}

    def listed(self, list_name: str, *path: str) -> list[tuple[Element, str]]:
        """Entries of a list part (``Attachments``, ``CustomTags``) with the part each one names by ``FileLoc``."""
        listing = self._part(safe_xml.only_text(self.root, list_name))
        if not listing:
            return []
        entries = safe_xml.children(self._readable(listing), *path)
        named = ((entry, self.package.resolve(safe_xml.only_text(entry, "FileLoc"), listing)) for entry in entries)
        return [(entry, name) for entry, name in named if name]

    def resources(self) -> Iterator[tuple[Element, str]]:
        """The resource parts, the document's own and the shared one, with their names."""
        elements = safe_xml.children(self.root, "CommonData", "DocumentRes")
        elements += safe_xml.children(self.root, "CommonData", "PublicRes")
        names = (self._part(safe_xml.text(element)) for element in elements)
        return ((self._readable(name), name) for name in names if name)

    def _readable(self, name: str) -> Element:
        try:
            return self.package.xml(name)
        except ParseError:
            return self.root.makeelement("absent", {}, {})

    def _part(self, reference: str | None) -> str | None:
        return self.package.resolve(reference, self.name)


def names_meant(reference: str, base: str) -> tuple[str, str]:
    """The members that a reference may mean: beside the part that it stands in, and from the root."""
    return (_often_meant if len(reference) < LONGEST_KEPT else _names_meant)(reference, base)


def _names_meant(reference: str, base: str) -> tuple[str, str]:
    plain = reference.strip().replace("\\", "/")
    beside = posixpath.normpath(posixpath.join("/", posixpath.dirname(base), plain)).lstrip("/")
    return beside, posixpath.normpath("/" + plain).lstrip("/")


_often_meant = lru_cache(maxsize=256)(_names_meant)
