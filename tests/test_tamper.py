"""The tamper drill's own archive: nothing is found in it untouched, and each kind of change is found and named."""

import random
import shutil
from pathlib import Path

import pytest

from bench.tamper import Archive, built, of_archive, of_package, tampered
from bench.tamper_package import PACKAGES
from bench.tamper_ways import FILES, PROOFS, ROWS
from bench.tampering import opened

SEED = 20261123
FIELDS = tuple(way for way in ROWS if way.startswith("a field"))
ALONE = ("a whole chain", "the tail of a chain", "a chain and its seals written anew", "the last seal", "a salt gone")
HANDS = ("a row of line_input_taxes gone", "a row put into certifications", "a row of payments gone")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return built(tmp_path_factory.mktemp("tamper") / "archive")


def test_untouched_it_is_as_it_was(archive: Archive) -> None:
    assert of_archive(archive.folder) == []
    assert of_package(archive.folder) == []


def test_the_archive_holds_nearly_every_kind(archive: Archive) -> None:
    assert archive.empty == {"prepayment_clearings", "table_imports"}


def test_a_field_of_every_kept_table(archive: Archive, tmp_path: Path) -> None:
    """All at once; what a spoiled head hides of its parts is spoiled by itself."""
    drawn, wanted = random.Random(SEED), {}
    shutil.copytree(archive.folder, tmp_path / "copy")
    scene = opened(tmp_path / "copy", archive.names, drawn)
    for way in FIELDS:
        if way.rpartition(" ")[2] not in archive.empty:
            wanted[way] = ROWS[way](scene)
    scene.base.commit()
    scene.base.close()
    said = of_archive(tmp_path / "copy")
    assert len(wanted) > 45
    hidden = [way for way, words in wanted.items() if not any(words[0] in line for line in said)]
    assert len(hidden) < 5, hidden
    alone = [tampered(archive, way, ROWS[way], drawn, tmp_path / "alone") for way in hidden]
    assert [outcome.way for outcome in alone if not outcome.named] == []


@pytest.mark.parametrize("way", [*ALONE, *HANDS, "a file's record gone", "another file in its place"])
def test_what_is_done_to_proofs_and_files_is_named(archive: Archive, tmp_path: Path, way: str) -> None:
    deed = {**PROOFS, **FILES, **ROWS}[way]
    outcome = tampered(archive, way, deed, random.Random(SEED), tmp_path / "copy")
    assert outcome.named, (outcome.wanted, outcome.said)


@pytest.mark.parametrize("way", PACKAGES)
def test_what_is_done_to_a_package_is_named_by_its_own_program(archive: Archive, tmp_path: Path, way: str) -> None:
    outcome = tampered(archive, way, PACKAGES[way], random.Random(SEED), tmp_path / "copy")
    assert outcome.named, (outcome.wanted, outcome.said)
