"""Tampering with a package: a byte of any member or between members, a member added, taken out or exchanged."""

import random
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bench.tampering import Scene, Way, flipped

Members = dict[str, bytes]
HEADER = 30
PACKAGE = "package.zip"


def spans(path: Path) -> dict[str, tuple[int, int]]:
    """Where the bytes of each member stand in a package."""
    with zipfile.ZipFile(path) as archive:
        return {
            info.filename: (start := info.header_offset + HEADER + len(info.filename.encode()), start + info.file_size)
            for info in archive.infolist()
        }


def a_byte(scene: Scene) -> Sequence[str]:
    """One bit of a member."""
    path = scene.folder / PACKAGE
    data, inside = path.read_bytes(), spans(path)
    name = scene.drawn.choice(sorted(inside))
    start, end = inside[name]
    path.write_bytes(data[:start] + flipped(data[start:end], scene.drawn) + data[end:])
    return [f"✗ {name}: "]


def of_member(name: str) -> Way:
    """One bit of this member."""

    def deed(scene: Scene) -> Sequence[str]:
        path = scene.folder / PACKAGE
        data, (start, end) = path.read_bytes(), spans(path)[name]
        path.write_bytes(data[:start] + flipped(data[start:end], scene.drawn) + data[end:])
        return [f"✗ {name}: "]

    return deed


def a_header(scene: Scene) -> Sequence[str]:
    """One bit of what stands before a member."""
    path = scene.folder / PACKAGE
    data, inside = path.read_bytes(), spans(path)
    name = scene.drawn.choice(sorted(inside))
    end = inside[name][0]
    start = end - HEADER - len(name.encode())
    path.write_bytes(data[:start] + flipped(data[start:end], scene.drawn) + data[end:])
    return [f"✗ {name}: "]


def the_directory(scene: Scene) -> Sequence[str]:
    """One bit of the directory at the end."""
    path = scene.folder / PACKAGE
    data, start = path.read_bytes(), max(end for _, end in spans(path).values())
    path.write_bytes(data[:start] + flipped(data[start:], scene.drawn))
    return ["✗ "]


def packed_anew(how: Callable[[Members, random.Random], str]) -> Way:
    """The ZIP packed anew by an ordinary program, its members not as they were."""

    def deed(scene: Scene) -> Sequence[str]:
        path = scene.folder / PACKAGE
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        name = how(members, scene.drawn)
        with zipfile.ZipFile(path, "w") as archive:
            for member, data in members.items():
                archive.writestr(member, data)
        return [f"✗ {name}: "]

    return deed


def _added(members: Members, _drawn: random.Random) -> str:
    members["extra.txt"] = b"x"
    return "extra.txt"


def _removed(members: Members, drawn: random.Random) -> str:
    name = drawn.choice(sorted(members))
    del members[name]
    return name


def _exchanged(members: Members, drawn: random.Random) -> str:
    one, two = drawn.sample(sorted(name for name in members if name not in ("manifest.json", "root.txt")), 2)
    members[one], members[two] = members[two], members[one]
    return one


PACKAGES: Mapping[str, Way] = {
    "a byte of a package's member": a_byte,
    **{f"a byte of a package's {name}": of_member(name) for name in ("manifest.json", "root.txt", "verify.py")},
    "a byte before a package's member": a_header,
    "a byte of a package's directory": the_directory,
    "a member put into a package": packed_anew(_added),
    "a member taken out of a package": packed_anew(_removed),
    "two members of a package exchanged": packed_anew(_exchanged),
}
