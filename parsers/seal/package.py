"""The signatures of an OFD package: from the list in ``OFD.xml`` to the digest of every part."""

import base64
from collections.abc import Iterator

from parsers import safe_xml
from parsers.errors import ParseError
from parsers.ofd.package import ENTRY, Package, names_meant, package_of
from parsers.safe_xml import Element
from parsers.seal import remarks
from parsers.seal.digests import UnknownDigest, digest
from parsers.seal.findings import Checked, main_of, result
from parsers.seal.signed_value import check_value
from parsers.seal.trust import TrustStore
from reimburse.domain.finding import Text
from reimburse.domain.reading import SealResult

SIGNATURE_PART, VALUE_PART, SEAL_PART = "signature.xml", "signedvalue.dat", "seal.esl"
DEFAULT_DIGEST = "MD5"
SELLER_MARK = b":Signature>M"
MAX_SIGNATURES = 50


def judge_package(data: bytes, trust: TrustStore) -> SealResult:
    """The verdict on an OFD file; ``ParseError`` where it cannot be opened."""
    return _Inquiry(package_of(data), trust).verdict()


class _Inquiry:
    """One package under examination."""

    def __init__(self, package: Package, trust: TrustStore) -> None:
        self.package = package
        self.trust = trust
        self.lists: set[str] = set()
        self.own_parts: set[str] = set()
        self.blamed: list[tuple[str, Text]] = []
        self._digests: dict[tuple[str, str], bytes] = {}

    def verdict(self) -> SealResult:
        listed = list(dict.fromkeys(self._listed()))[:MAX_SIGNATURES]
        left_over = [name for name in self._named(SIGNATURE_PART) if name not in listed]
        entries = listed or left_over[:MAX_SIGNATURES]
        if not listed and (left_over or list(self._named(VALUE_PART))) and not self.blamed:
            self.blamed.append((ENTRY, remarks.LIST_REMOVED))
        checked = [self._checked(name, len(entries) > 1) for name in entries]
        if self.blamed and not checked:
            checked = [Checked()]
        for part, why in self.blamed:
            checked[0].blame(part, why)
        if not checked:
            return SealResult(detail=remarks.detail([remarks.UNSIGNED]))
        notes = [remarks.LEFTOVER] if listed and left_over else []
        return result(checked, self._unprotected(checked), [*notes, *self._seller_note()])

    def _listed(self) -> Iterator[str]:
        """Part name of each signature that the package lists; what the lists lack is blamed."""
        for reference in self._list_references():
            name = self.package.resolve(reference, ENTRY)
            if name is None:
                self.blamed.append((reference.lstrip("/"), remarks.LIST_MISSING))
                continue
            self.lists.add(name)
            self.own_parts.add(name)
            yield from self._entries(name)

    def _list_references(self) -> list[str]:
        try:
            root = self.package.xml(ENTRY) if ENTRY in self.package.zip else None
        except ParseError:
            return []
        bodies = safe_xml.children(root, "DocBody") if root is not None else []
        return [
            text for body in bodies for found in safe_xml.children(body, "Signatures") if (text := safe_xml.text(found))
        ]

    def _entries(self, list_name: str) -> Iterator[str]:
        try:
            entries = safe_xml.children(self.package.xml(list_name), "Signature")
        except ParseError:
            entries = []
        if not entries and any(self._named(SIGNATURE_PART)):
            self.blamed.append((list_name, remarks.LIST_REMOVED))
        for entry in entries:
            name = self.package.resolve(entry.get("BaseLoc"), list_name)
            if name:
                yield name
            else:
                self.blamed.append(((entry.get("BaseLoc") or list_name).lstrip("/"), remarks.LIST_MISSING))

    def _named(self, last: str) -> Iterator[str]:
        return (name for name in self.package.zip.names if name.rpartition("/")[2].lower() == last)

    def _checked(self, name: str, one_of_several: bool) -> Checked:
        checked = Checked()
        self.own_parts.add(name)
        try:
            root = self.package.xml(name)
        except ParseError:
            checked.blame(name, remarks.CONTENT)
            return checked
        self._check_references(checked, name, root, one_of_several)
        self._check_value(checked, name, root)
        return checked

    def _check_references(self, checked: Checked, name: str, root: Element, one_of_several: bool) -> None:
        references = safe_xml.child(root, "SignedInfo", "References")
        method = (references.get("CheckMethod") if references is not None else None) or DEFAULT_DIGEST
        covered = set()
        differing = []
        for reference in safe_xml.children(root, "SignedInfo", "References", "Reference"):
            stated = (reference.get("FileRef") or "").strip()
            part = self._referred(stated, name)
            try:
                same = part is not None and self._has_digest(part, method, safe_xml.only_text(reference, "CheckValue"))
            except UnknownDigest:
                checked.doubts.append(remarks.UNKNOWN_METHOD)
                return
            if part and same:
                covered.add(part)
            else:
                differing.append(part or stated.lstrip("/") or name)
        checked.covered = frozenset(covered)
        self._weigh(checked, differing, one_of_several)

    def _weigh(self, checked: Checked, differing: list[str], one_of_several: bool) -> None:
        """A list of signatures that grew by a further one is no alteration."""
        if one_of_several and differing and set(differing) <= self.lists:
            checked.notes.append(remarks.FURTHER)
            return
        for part in differing:
            checked.blame(part, remarks.CONTENT)
        if not checked.altered and not self._covers_a_page(checked.covered):
            checked.doubts.append(remarks.COVERS_NOTHING)

    def _covers_a_page(self, covered: frozenset[str]) -> bool:
        try:
            pages = {name for body in self.package.bodies for _, name in body.pages}
        except ParseError:
            return True
        return bool(pages & covered)

    def _referred(self, stated: str, name: str) -> str | None:
        """The part a reference means, letter by letter: from the root, else beside the signature."""
        if not stated:
            return None
        names = names_meant(stated, name)
        return next((one for one in names if one in self.package.zip), None)

    def _has_digest(self, part: str, method: str, value: str | None) -> bool:
        try:
            stated = base64.b64decode(value or "")
        except ValueError:
            return False
        if (part, method) not in self._digests:
            self._digests[part, method] = digest(method, self.package.zip.read(part))
        return self._digests[part, method] == stated

    def _check_value(self, checked: Checked, name: str, root: Element) -> None:
        stated = safe_xml.only_text(root, "SignedValue")
        part = self._referred(stated or "", name) or self.package.resolve(stated, name)
        if part is None:
            checked.blame((stated or name).lstrip("/"), remarks.LIST_MISSING)
            return
        self.own_parts.add(part)
        value, signed = self.package.zip.read(part), self.package.zip.read(name)
        seal = check_value(checked, value, signed, (part, name), self.trust)
        self._check_seal_part(checked, name, root, seal)

    def _check_seal_part(self, checked: Checked, name: str, root: Element, seal: bytes | None) -> None:
        stated = safe_xml.only_text(root, "SignedInfo", "Seal", "BaseLoc")
        if not stated:
            return
        part = self._referred(stated, name)
        if part is None:
            checked.blame(stated.lstrip("/"), remarks.LIST_MISSING)
        elif seal is not None and self.package.zip.read(part) != seal:
            checked.blame(part, remarks.SEAL_DIFFERS)
        else:
            self.own_parts.add(part)

    def _unprotected(self, checked: list[Checked]) -> list[str]:
        """Parts outside what the main signer's good signatures cover."""
        main = main_of(checked)
        same_signer = [one for one in checked if one.is_good and one.signer == main.signer]
        covered = frozenset().union(*(one.covered for one in same_signer)) | self.own_parts
        if not same_signer:
            covered |= frozenset().union(*(one.covered for one in checked), *(one.altered for one in checked))
        return sorted(name for name in self.package.zip.names if name not in covered)

    def _seller_note(self) -> list[Text]:
        names = (name for name in self.package.zip.names if name.lower().endswith("original_invoice.xml"))
        present = any(SELLER_MARK in self.package.zip.read(name) for name in names)
        return [remarks.SELLER_SIGNATURE] if present else []
