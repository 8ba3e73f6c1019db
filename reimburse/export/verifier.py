"""Checks an archive package to the last byte, and names what is not as it was. Only the standard library is needed."""

import json
import mmap
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from reimburse.domain.chain import file_bytes
from reimburse.domain.digests import digest, running
from reimburse.domain.merkle import Root
from reimburse.export.plain_zip import LOCAL, Part, directory_entry, ending, local_header, stamp
from reimburse.export.verifier_contents import (
    CHAINS,
    SEALS,
    wrong_batches,
    wrong_chains,
    wrong_originals,
    wrong_reading,
    wrong_seals,
)

MANIFEST, ROOT_TEXT = "manifest.json", "root.txt"
HEADER = 30
PIECE = 1 << 20


class Broken(Exception):
    """The package cannot be read far enough to say more."""


def problems(path: Path) -> Iterator[str]:
    """Everything in the package that is not as it was written; each line begins with the name of the file."""
    try:
        yield from _checked(Folder(path) if path.is_dir() else Zip(path))
    except Broken as broken:
        yield str(broken)
    except (KeyError, ValueError, TypeError, AttributeError):
        yield f"{path.name}: no archive package, or one that cannot be read"


def _checked(source: "Folder | Zip") -> Iterator[str]:
    root = _root_of(source)
    text = b"".join(source.pieces(MANIFEST))
    if digest(root["algorithm"], text) != root["manifest"]:
        raise Broken(f"{MANIFEST}: changed")
    manifest = json.loads(text)
    found = list(source.wrong_bytes(manifest, {MANIFEST: text, ROOT_TEXT: root["text"]}))
    yield from found
    wrong = list(_wrong_members(source, manifest, root))
    yield from wrong
    if not found and not wrong:
        yield from _wrong_contents(source, manifest)


def _root_of(source: "Folder | Zip") -> dict[str, Any]:
    text = b"".join(source.pieces(ROOT_TEXT))
    try:
        lines = text.decode("ascii").split("\n")
        said = dict(line.split(" ") for line in lines[1:5])
        head = "\n".join(lines[:4]) + "\n"
        fine = said["check"] == digest(said["algorithm"], head.encode()) and lines[5:] == [""]
    except (ValueError, KeyError):
        fine = False
    if not fine:
        raise Broken(f"{ROOT_TEXT}: changed")
    return {**said, "text": text}


def _wrong_members(source: "Folder | Zip", manifest: Mapping[str, Any], stated: Mapping[str, Any]) -> Iterator[str]:
    """Files that are missing, changed or too many; and whether all of them lead to the root."""
    wanted = {member["name"]: member for member in manifest["files"]}
    for name in source.names():
        if name not in wanted and name not in (MANIFEST, ROOT_TEXT):
            yield f"{name}: added"
    root, algorithm, fine = Root(manifest["algorithm"]), manifest["algorithm"], True
    for name, member in wanted.items():
        problem = _wrong_member(source, member)
        if problem:
            fine = False
            yield f"{name}: {problem}"
        root.add(file_bytes(name, member[algorithm]))
    if fine and root.value() != stated["root"]:
        yield f"{ROOT_TEXT}: the files lead to another root"


def _wrong_member(source: "Folder | Zip", member: Mapping[str, Any]) -> str:
    takers = {name: running(name) for name in ("sha256", "sm3") if name in member}
    size = 0
    try:
        for piece in source.pieces(member["name"]):
            size += len(piece)
            for taker in takers.values():
                taker.update(piece)
    except Broken:
        return "missing"
    same = all(taker.hexdigest() == member[name] for name, taker in takers.items())
    return "" if same and size == member["size"] else "changed"


def _wrong_contents(source: "Folder | Zip", manifest: Mapping[str, Any]) -> Iterator[str]:
    seals: dict[int, Any] = {}
    told: dict[str, Any] = {}
    yield from wrong_seals(lines_of(source.pieces(SEALS)), seals)
    yield from wrong_chains(lines_of(source.pieces(CHAINS)), seals, told)
    yield from wrong_batches(manifest, told)
    yield from wrong_originals(manifest, told)
    for member in manifest["files"]:
        if "reading" in member:
            wrong = wrong_reading(b"".join(source.pieces(member["name"])), member["reading"], told)
            yield from [f"{member['name']}: {wrong}"] if wrong else []


class Folder:
    """An unpacked package."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def names(self) -> list[str]:
        """The files in the folder."""
        return sorted(found.relative_to(self._path).as_posix() for found in self._path.rglob("*") if found.is_file())

    def pieces(self, name: str) -> Iterator[bytes]:
        """The bytes of a file."""
        try:
            with (self._path / name).open("rb") as file:
                yield from iter(lambda: file.read(PIECE), b"")
        except OSError:
            raise Broken(f"{name}: missing") from None

    def wrong_bytes(self, _manifest: Mapping[str, Any], _last: Mapping[str, bytes]) -> Iterator[str]:
        """Nothing stands between the files of a folder."""
        return iter(())


class Zip:
    """A package as it was sent: its bytes are known, so its members are read from where they have to stand."""

    def __init__(self, path: Path) -> None:
        self._name = path.name
        with path.open("rb") as file:
            try:
                self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError:
                raise Broken(f"{path.name}: empty") from None
        listed = _listed(path)
        self._names = [name for name, _, _ in listed]
        self._places = {name: (self._behind(offset), size) for name, offset, size in listed}
        for name in (MANIFEST, ROOT_TEXT):
            self._places[name] = self._last(name) or self._places.get(name) or (0, -1)

    def names(self) -> list[str]:
        """The members that the directory names."""
        return self._names

    def pieces(self, name: str) -> Iterator[bytes]:
        """The bytes of a member."""
        start, size = self._places.get(name, (0, -1))
        if size < 0 or start + size > len(self._bytes):
            raise Broken(f"{name}: missing")
        for at in range(start, start + size, PIECE):
            yield self._bytes[at : min(at + PIECE, start + size)]

    def wrong_bytes(self, manifest: Mapping[str, Any], last: Mapping[str, bytes]) -> Iterator[str]:
        """Bytes around the members that are not as they were written; of those within them digests tell."""
        when, parts = stamp(manifest["instant"]), self._expected(manifest, last)
        entries = [directory_entry(part, when) for part in parts]
        directory = sum(map(len, entries))
        end = ending(parts, directory)
        length = parts[-1].end + directory + len(end)
        if len(self._bytes) != length:
            if {part.name for part in parts} == set(self._names):
                yield f"{self._name}: {len(self._bytes) - length:+} bytes around its files"
            return
        self._names = [part.name for part in parts]
        at = parts[-1].end
        for part, entry in zip(parts, entries, strict=True):
            self._places[part.name] = (part.end - part.size, part.size)
            yield from self._wrong_around(part, at, len(entry), when)
            at += len(entry)
        if self._bytes[at:] != end:
            yield f"{self._name}: the end of its directory changed"

    def _wrong_around(self, part: Part, at: int, length: int, when: int) -> Iterator[str]:
        crc = 0
        for piece in self.pieces(part.name):
            crc = zlib.crc32(piece, crc)
        real = Part(part.name, part.size, crc, part.offset)
        header = self._bytes[part.offset : part.end - part.size] == local_header(real, when)
        entry = self._bytes[at : at + length] == directory_entry(real, when)
        if header != entry:
            yield f"{part.name}: {'its entry in the directory' if header else 'the header before it'} changed"

    def _expected(self, manifest: Mapping[str, Any], last: Mapping[str, bytes]) -> list[Part]:
        sizes = {member["name"]: member["size"] for member in manifest["files"]}
        parts: list[Part] = []
        for name, size in (sizes | {name: len(text) for name, text in last.items()}).items():
            parts.append(Part(name, size, 0, parts[-1].end if parts else 0))
        return parts

    def _last(self, name: str) -> tuple[int, int] | None:
        """The last member of this name, by the header before it: the directory may be damaged."""
        at = self._bytes.rfind(name.encode())
        while at >= HEADER and self._bytes[at - HEADER : at - HEADER + 4] != LOCAL:
            at = self._bytes.rfind(name.encode(), 0, at)
        if at < HEADER:
            return None
        return self._behind(at - HEADER), int.from_bytes(self._bytes[at - 12 : at - 8], "little")

    def _behind(self, offset: int) -> int:
        """Where the bytes of a member start whose header is here."""
        lengths = self._bytes[offset + 26 : offset + HEADER]
        return offset + HEADER + int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little")


def lines_of(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a text that comes in pieces."""
    rest = b""
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        yield from lines
    if rest:
        yield rest


def main(words: Sequence[str]) -> int:
    """Check the package that is named, or the folder that this program stands in."""
    path = Path(words[0]) if words else Path(__file__).resolve().parent
    if not path.exists():
        sys.stderr.write(f"{path}: there is no such file or folder\n")
        return 2
    number = 0
    for number, problem in enumerate(problems(path), start=1):  # noqa: B007
        sys.stdout.write(f"✗ {problem}\n")
    sys.stdout.write(f"{number} problems\n" if number else "✓ 完好 intact: every byte, chain, seal and root\n")
    own = digest("sha256", Path(__file__).read_bytes())
    sys.stdout.write(f"  verify.py itself: sha256 {own}\n")
    return 1 if number else 0


def _listed(path: Path) -> list[tuple[str, int, int]]:
    """Name, place and size of each member, as the directory has them; nothing where it cannot be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            return [(info.filename, info.header_offset, info.compress_size) for info in archive.infolist()]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return []


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
