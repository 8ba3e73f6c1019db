"""A package proves itself: with the product, and with nothing but the program in it and Python's standard library."""

import ast
import json
import random
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from reimburse.commands.archive import archive
from reimburse.export.archive_package import Packed, verifier_text
from reimburse.export.archive_package import archive_package as archive_zip
from reimburse.export.verifier import problems
from reimburse.services.archive import archive_package, archive_seals
from reimburse.services.archive.archive_package import Scope
from reimburse.services.errors import Refused
from reimburse.store.db import db, today
from tests.archive_stories import archived
from tests.conftest import make_company
from tests.test_archive_verify import opened

HEADERS = 30


@pytest.fixture(scope="module", params=["sha256", "sm3"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A package of a batch that was sealed."""
    with opened(tmp_path_factory.mktemp("archive"), archive_digest=request.param):
        batch_no = archived(make_company()).batch_no
        archive_seals.seal()
        scope = Scope(batch_no)
        data = b"".join(archive_package.package(db.session(), scope))
        assert data == b"".join(archive_package.package(db.session(), scope))
        with pytest.raises(Refused):
            archive_package.batches_in(db.session(), Scope("PC-none"))
        period = Scope(None, today(), today())
        assert [batch.batch_no for batch in archive_package.batches_in(db.session(), period)] == [batch_no]
        return data


@pytest.fixture
def package(made: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "package.zip"
    path.write_bytes(made)
    return path


def names_of(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def run(program: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """The program alone: isolated, without site packages, far from this project."""
    return subprocess.run(
        [sys.executable, "-I", "-S", str(program), *words],
        capture_output=True,
        text=True,
        cwd=program.parent,
        check=False,
    )


def test_it_holds_what_a_batch_is_made_of(package: Path) -> None:
    assert list(problems(package)) == []
    names = names_of(package)
    kinds = {name.split("/")[2] for name in names if "/originals/" in name}
    assert kinds == {"general_digital"}
    for part in ("ledger/general_digital.csv", "verify.py", "README.txt", "chains.jsonl", "seals.jsonl", "root.txt"):
        assert part in names
    assert sum(name.startswith("readings/") for name in names) == 1
    assert sum("/attachments/" in name for name in names) == 1


def test_the_program_in_it_needs_nothing_else(package: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(package) as archive:
        archive.extractall(tmp_path / "unpacked")
    program = tmp_path / "unpacked" / "verify.py"
    assert program.read_text("utf-8") == verifier_text()
    for words in ([str(package)], [str(tmp_path / "unpacked")], []):
        ran = run(program, *words)
        assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout
        assert "intact" in ran.stdout
    (tmp_path / "unpacked" / "README.txt").write_text("x")
    ran = run(program)
    assert (ran.returncode, ran.stdout.splitlines()[0]) == (1, "✗ README.txt: changed")
    assert run(program, "nowhere.zip").returncode == 2


def spans(path: Path) -> dict[str, tuple[int, int]]:
    """Where the bytes of each member stand."""
    with zipfile.ZipFile(path) as archive:
        found = archive.infolist()
    return {
        info.filename: (start := info.header_offset + HEADERS + len(info.filename.encode()), start + info.file_size)
        for info in found
    }


def spoiled(path: Path, at: int) -> list[str]:
    """What is said of the package with one byte of it changed; it is mended again."""
    data = bytearray(path.read_bytes())
    data[at] ^= 1 << (at % 8)
    broken = path.with_name("broken.zip")
    broken.write_bytes(data)
    return list(problems(broken))


def test_one_byte_of_any_member_names_the_file(package: Path) -> None:
    drawn = random.Random(7)
    for name, (start, end) in spans(package).items():
        found = spoiled(package, drawn.randrange(start, end))
        assert found, name
        assert all(line.startswith(f"{name}: ") for line in found), (name, found)


def test_one_byte_between_the_members_names_the_one_it_belongs_to(package: Path) -> None:
    inside = spans(package)
    header_of = {
        at: name for name, (start, _) in inside.items() for at in range(start - HEADERS - len(name.encode()), start)
    }
    drawn = random.Random(8)
    for at in drawn.sample(sorted(header_of), 60):
        found = spoiled(package, at)
        assert len(found) == 1, (at, found)
        assert found[0].startswith(f"{header_of[at]}: "), (header_of[at], found)


def test_one_byte_of_the_directory_is_found(package: Path) -> None:
    length, last = package.stat().st_size, max(end for _, end in spans(package).values())
    for at in random.Random(9).sample(range(last, length), 40):
        assert len(spoiled(package, at)) == 1, at


def test_added_removed_and_cut_off(package: Path) -> None:
    with zipfile.ZipFile(package, "a") as archive:
        archive.writestr("evil.txt", "x")
    assert list(problems(package)) == ["evil.txt: added"]
    names = names_of(package)
    smaller = package.with_name("smaller.zip")
    with zipfile.ZipFile(package) as source, zipfile.ZipFile(smaller, "w") as target:
        for name in names:
            if name not in ("evil.txt", "README.txt"):
                target.writestr(name, source.read(name))
    assert list(problems(smaller)) == ["README.txt: missing"]
    cut = package.with_name("cut.zip")
    cut.write_bytes(package.read_bytes()[: len(package.read_bytes()) // 2])
    assert list(problems(cut)) != []
    longer = package.with_name("longer.zip")
    longer.write_bytes(package.read_bytes() + b"\0")
    assert list(problems(longer)) != []


@pytest.mark.parametrize("data", [b"", b"PK", b"no zip at all" * 100])
def test_what_is_no_package_is_told(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(data)
    assert len(list(problems(path))) == 1


def test_an_ordinary_zip_is_told(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", "{}")
        archive.writestr("root.txt", "x")
    assert list(problems(path)) == ["root.txt: changed"]


FORGERIES = {
    "an original": ("/originals/", b"%PDF", b"%FDP", "no recorded file has this digest"),
    "an attachment": ("/attachments/", b"verification", b"verificatiom", "no recorded file has this digest"),
    "a table": ("lines.csv", b"60", b"90", "not the file that batch"),
    "a reading": ("readings/", b'"parsed"', b'"parsex"', "not the reading that its event states"),
    "an event": ("chains.jsonl", b'"kind":"approve"', b'"kind":"reject"', "chains.jsonl: event"),
    "a row": ("chains.jsonl", b'\\"amount_fen\\":60000', b'\\"amount_fen\\":90000', "is not what its event states"),
    "a seal": ("seals.jsonl", b'\\"leaves\\":', b'\\"leaves\\":1', "seals.jsonl: seal 1 is not what its hash says"),
    "a proof": ("chains.jsonl", b'"path":["', b'"path":["R', "chains.jsonl: line"),
}


@pytest.mark.parametrize("what", FORGERIES)
def test_a_package_written_anew_around_a_forgery_is_told(package: Path, what: str) -> None:
    place, old, new, says = FORGERIES[what]
    with zipfile.ZipFile(package) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        files = {member["name"]: archive.read(member["name"]) for member in manifest["files"]}
    name = next(name for name in files if place in name)
    assert old in files[name]
    files[name] = files[name].replace(old, new, 1)
    own = ("name", "size", "sha256", "sm3")
    members = [
        Packed(
            member["name"],
            lambda member=member: [files[member["name"]]],
            None,
            {key: value for key, value in member.items() if key not in own},
        )
        for member in manifest["files"]
    ]
    head = {key: manifest[key] for key in ("scope", "batches")}
    package.write_bytes(b"".join(archive_zip(head, members, [manifest["algorithm"]], manifest["instant"])))
    found = list(problems(package))
    assert any(says in line for line in found), found


def test_the_command_checks_a_package_without_a_database(package: Path, tmp_path: Path) -> None:
    fine = CliRunner().invoke(archive, ["verify", str(package)])
    assert (fine.exit_code, "完好" in fine.stdout) == (0, True)
    data = bytearray(package.read_bytes())
    data[spans(package)["README.txt"][0]] ^= 1
    package.write_bytes(data)
    broken = CliRunner().invoke(archive, ["verify", str(package)])
    assert (broken.exit_code, "README.txt" in broken.stdout) == (1, True)
    assert CliRunner().invoke(archive, ["verify", str(tmp_path / "none.zip")]).exit_code == 2
    for other in (b"%PDF-1.7 an invoice", bytes(data[:3000])):
        package.write_bytes(other)
        cut = CliRunner().invoke(archive, ["verify", str(package)])
        assert (cut.exit_code, "cut short" in cut.output) == (1, True)


def test_one_byte_anywhere_is_found_and_the_file_named(package: Path) -> None:
    drawn, inside = random.Random(10), spans(package)
    for at in drawn.sample(range(package.stat().st_size), 150):
        found = spoiled(package, at)
        name = next((name for name, (start, end) in inside.items() if start <= at < end), "")
        assert found, at
        assert all(line.startswith(f"{name}: ") for line in found) or not name, (at, name, found)


def test_the_program_imports_nothing_but_the_standard_library() -> None:
    tree = ast.parse(verifier_text())
    named = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    named |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in named} <= sys.stdlib_module_names
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert called & {"__import__", "exec", "eval", "compile"} == set()
