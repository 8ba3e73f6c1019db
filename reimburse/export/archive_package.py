"""A package that proves itself: files, manifest, root and the program that checks them, as one ZIP, made while sent.

The same members and instant give the same bytes. A file that is not what it was stops the package before a byte of it
is sent.
"""

import ast
import json
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import SpooledTemporaryFile, TemporaryFile
from typing import IO, Any

from reimburse.domain.chain import file_bytes
from reimburse.domain.digests import digest, running
from reimburse.domain.merkle import Root
from reimburse.export.package import AlteredFile
from reimburse.export.plain_zip import Part, directory_entry, ending, local_header, stamp

FORMAT = "reimburse-archive/1"
MANIFEST, ROOT, VERIFIER, README = "manifest.json", "root.txt", "verify.py", "README.txt"
IN_MEMORY = 32 << 20
PIECE = 512 * 1024
HEAD = '''#!/usr/bin/env python3
"""Checks an archive package: python3 verify.py PACKAGE.zip, or the folder it was unpacked into."""

'''
SOURCES = (
    "domain/sm3.py",
    "domain/digests.py",
    "domain/merkle.py",
    "domain/chain.py",
    "domain/canonical.py",
    "domain/personal.py",
    "export/plain_zip.py",
    "export/verifier_contents.py",
    "export/verifier.py",
)
"""What the program is put together from: the product checks with the same lines."""
ABOUT = """报销台档案包 · An archive package of the expense desk

校验 · Verify:   python3 verify.py PACKAGE.zip      (Python 3.11+, 标准库即可 · standard library only)
解压后 · Unpacked: python3 verify.py FOLDER

manifest.json 文件清单及摘要 · every file with its digest
root.txt 清单摘要与默克尔根 · the manifest's digest and the Merkle root
chains.jsonl 事件链及所述记录 · chains of events with the rows that they state       seals.jsonl 封存 · seals
ledger/ 台账，按票种 · the ledger by kind     readings/ 读取结果 · what was read
批次号/ 批次文件与原件（按票种）· batch number/ its files and originals, by kind
"""


@dataclass(frozen=True, slots=True)
class Packed:
    """A file of the package. ``sha256`` is what it must have, None for one made for the package."""

    name: str
    chunks: Callable[[], Iterable[bytes]]
    sha256: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def archive_package(
    head: Mapping[str, Any], members: Iterable[Packed], algorithms: Sequence[str], instant: Sequence[int]
) -> Iterator[bytes]:
    """The ZIP in pieces; ``AlteredFile`` where a stored file is not what it was.

    The first of the algorithms is the package's own; digests of the others stand beside it in the manifest.
    """
    algorithm = algorithms[0]
    writer = _Writer(algorithms, stamp(instant))
    with TemporaryFile() as manifest:
        said = {"format": FORMAT, "algorithm": algorithm, "instant": list(instant), **head}
        manifest.write(json.dumps(said, ensure_ascii=False, sort_keys=True)[:-1].encode() + b', "files": [')
        for number, member in enumerate(members):
            about = yield from writer.member(member)
            line = json.dumps({**about, **member.facts}, ensure_ascii=False, sort_keys=True).encode()
            manifest.write((b",\n" if number else b"\n") + line)
        manifest.write(b"\n]}\n")
        yield from writer.member(Packed(MANIFEST, lambda: _pieces(manifest)))
        yield from writer.member(Packed(ROOT, lambda: [writer.root_text()]))
    yield from writer.directory()


def own_members() -> list[Packed]:
    """What every package brings along: how to check it, and the program that does."""
    return [Packed(README, lambda: [ABOUT.encode()]), Packed(VERIFIER, lambda: [verifier_text().encode()])]


def verifier_text() -> str:
    """The program: the sources one after the other, without what they import of one another."""
    here = Path(__file__).resolve().parent.parent
    texts = [(here / name).read_text("utf-8") for name in SOURCES]
    imported = sorted({line for text in texts for line in _imports(text)})
    return HEAD + "\n".join(imported) + "\n\n" + "\n".join(_body(text) for text in texts)


class _Writer:
    """Writes members one after the other and remembers where each of them stands."""

    def __init__(self, algorithms: Sequence[str], when: int) -> None:
        self._algorithm, self._when = algorithms[0], when
        self._algorithms = sorted({"sha256", *algorithms})
        self._parts: list[Part] = []
        self._root = Root(algorithms[0])
        self._manifest = ""

    def member(self, member: Packed) -> Generator[bytes, None, dict[str, Any]]:
        """The bytes of a member; in the end, what the manifest says about it."""
        with SpooledTemporaryFile(IN_MEMORY) as kept:
            about, crc = _taken(kept, member, self._algorithms)
            part = Part(member.name, about["size"], crc, self._parts[-1].end if self._parts else 0)
            yield local_header(part, self._when)
            yield from _pieces(kept)
        self._parts.append(part)
        self._note(member.name, about[self._algorithm])
        return about

    def _note(self, name: str, found: str) -> None:
        if name == MANIFEST:
            self._manifest = found
        elif name != ROOT:
            self._root.add(file_bytes(name, found))

    def root_text(self) -> bytes:
        """The algorithm, the manifest's digest and the root, and a digest of these lines themselves."""
        said = f"{FORMAT}\nalgorithm {self._algorithm}\nmanifest {self._manifest}\nroot {self._root.value()}\n"
        return f"{said}check {digest(self._algorithm, said.encode())}\n".encode()

    def directory(self) -> Iterator[bytes]:
        """What stands behind the last member."""
        length = 0
        for part in self._parts:
            entry = directory_entry(part, self._when)
            length += len(entry)
            yield entry
        yield ending(self._parts, length)


def _taken(kept: IO[bytes], member: Packed, algorithms: Sequence[str]) -> tuple[dict[str, Any], int]:
    """Read a member to its end: what the manifest says about it, and its CRC-32."""
    takers = {name: running(name) for name in algorithms}
    size, crc = 0, 0
    for piece in member.chunks():
        for taker in takers.values():
            taker.update(piece)
        size, crc = size + len(piece), zlib.crc32(piece, crc)
        kept.write(piece)
    found = {name: taker.hexdigest() for name, taker in takers.items()}
    if member.sha256 not in (None, found["sha256"]):
        raise AlteredFile(f"{member.name}: expected {member.sha256}, found {found['sha256']}")
    return {"name": member.name, "size": size, **found}, crc


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(PIECE):
        yield piece


def _imports(text: str) -> Sequence[str]:
    nodes = [node for node in ast.parse(text).body if isinstance(node, ast.Import | ast.ImportFrom)]
    return [ast.unparse(node) for node in nodes if "reimburse" not in ast.unparse(node)]


def _body(text: str) -> str:
    """The source without its docstring and imports."""
    lines = text.splitlines()
    tree = ast.parse(text).body
    gone = [node for place, node in enumerate(tree) if place == 0 or isinstance(node, ast.Import | ast.ImportFrom)]
    for node in reversed(gone):
        del lines[node.lineno - 1 : node.end_lineno]
    return "\n".join(lines).strip("\n") + "\n\n"
