"""The tamper drill: an archive made by the services, changed behind its back in a hundred ways; each has to be named.

    python -m bench.tamper [--count 100] [--seed 7]

Every way changes one field, row, byte or file of a fresh copy, which is then verified as ``reimburse archive verify``
does, or, for a package, by the program within it with nothing but Python's standard library. Exit status 1 unless the
untouched archive verifies clean and every change is found and named.
"""

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import select

from bench.tamper_package import PACKAGES
from bench.tamper_ways import FILES, PROOFS, ROWS
from bench.tampering import KEPT, Way, opened
from reimburse.app import create_app
from reimburse.services.archive import archive_package, archive_seals, archive_verify
from reimburse.services.archive.archive_names import name_of
from reimburse.services.archive.archive_package import Scope
from reimburse.services.payouts import advances
from reimburse.settings import load
from reimburse.store.advances import AdvanceRow
from reimburse.store.db import db, reading, today
from reimburse.store.events import EventRow
from reimburse.store.people import PersonRow
from tests.archive_company import furnish
from tests.conftest import make_company

PACKAGE = "package.zip"
PROGRAM = "verify.py"


@dataclass(frozen=True, slots=True)
class Archive:
    """A data folder with its package, and what its chains are called."""

    folder: Path
    names: Mapping[str, str]
    empty: frozenset[str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one tampering."""

    way: str
    wanted: Sequence[str]
    said: Sequence[str]

    @property
    def found(self) -> bool:
        """Whether anything was said at all."""
        return bool(self.said)

    @property
    def named(self) -> bool:
        """Whether one line names it."""
        return any(all(word in line for word in self.wanted) for line in self.said)


def built(folder: Path) -> Archive:
    """An archive with a row of nearly every kind, sealed twice, and the package of a batch."""
    folder.mkdir(parents=True, exist_ok=True)
    with app_on(folder):
        db.create_all()
        batch_no = furnish(make_company())
        archive_seals.seal()
        advance_no = db.session.scalars(select(AdvanceRow.advance_no)).one()
        sun = db.session.scalars(select(PersonRow).where(PersonRow.login == "sun")).one()
        advances.record_return(sun, advance_no, 100, "N9", today())
        archive_seals.seal()
        with reading() as session:
            pieces = archive_package.package(session, Scope(batch_no))
            (folder / PACKAGE).write_bytes(b"".join(pieces))
            (folder / PROGRAM).write_bytes(_program(folder / PACKAGE))
            chains = session.scalars(select(EventRow.chain).distinct())
            names = {chain: name_of(session, chain).en for chain in chains}
            empty = {
                name for name, kept in KEPT.items() if session.execute(select(kept.table).limit(1)).first() is None
            }
    _settle(folder)
    return Archive(folder, names, frozenset(empty))


def _program(package: Path) -> bytes:
    import zipfile

    with zipfile.ZipFile(package) as archive:
        return archive.read(PROGRAM)


def _settle(folder: Path) -> None:
    """One file holds the whole database, so that it can be copied."""
    import sqlite3

    base = sqlite3.connect(folder / "reimburse.sqlite3")
    base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    base.close()


@contextmanager
def app_on(folder: Path) -> Iterator[None]:
    """An app on this data folder."""
    app = create_app(replace(load(folder, {}), secret_key="a key for the drill only, thirty-two characters"))
    with app.app_context():
        yield
        db.session.remove()
        db.engine.dispose()


def tampered(archive: Archive, way: str, deed: Way, drawn: random.Random, place: Path) -> Outcome:
    """Change a copy in this way; what the verification says of it. The copy is taken away again."""
    shutil.copytree(archive.folder, place)
    scene = opened(place, archive.names, drawn)
    wanted = deed(scene)
    scene.base.commit()
    scene.base.close()
    said = of_package(place) if way in PACKAGES else of_archive(place)
    shutil.rmtree(place)
    return Outcome(way, wanted, said)


def of_archive(folder: Path) -> list[str]:
    """What ``reimburse archive verify`` says of a data folder."""
    with app_on(folder):
        return [problem.text.en for problem in archive_verify.problems(lambda _: None)]


def of_package(folder: Path) -> list[str]:
    """What the program of the package says of it, alone in a Python of its own."""
    words = [sys.executable, "-I", "-S", str(folder / PROGRAM), str(folder / PACKAGE)]
    ran = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    return [line for line in ran.stdout.splitlines() if line.startswith("✗")] if ran.returncode else []


def drawn_ways(archive: Archive, count: int, drawn: random.Random) -> list[tuple[str, Way]]:
    """Every proof, file and package, a field of every table, and rows gone or put in as many as are left."""
    here = {way: deed for way, deed in ROWS.items() if way.rpartition(" ")[2] not in archive.empty}
    here = {way: deed for way, deed in here.items() if way.split(" ")[3] not in archive.empty}
    fields = [way for way in here if way.startswith("a field")]
    rows = [way for way in here if way not in fields]
    ways = {**PROOFS, **FILES, **PACKAGES, **here}
    chosen = [*PROOFS, *FILES, *PACKAGES, *drawn.sample(fields, len(fields)), *drawn.sample(rows, len(rows))]
    while len(chosen) < count:
        chosen.append(drawn.choice(sorted(ways)))
    return [(way, ways[way]) for way in chosen[:count]]


def told(outcomes: Sequence[Outcome]) -> None:
    """The table: by kind, how many were tried, found and named."""
    tried, found, named = Counter[str](), Counter[str](), Counter[str]()
    for outcome in outcomes:
        tried[outcome.way] += 1
        found[outcome.way] += outcome.found
        named[outcome.way] += outcome.named
    print(f"{'kind':<44}{'tried':>7}{'found':>7}{'named':>7}")
    for way in tried:
        print(f"{way:<44}{tried[way]:>7}{found[way]:>7}{named[way]:>7}")
    for outcome in outcomes:
        if not outcome.named:
            print(f"✗ {outcome.way}: wanted {list(outcome.wanted)}, said {list(outcome.said)[:3]}")
    print(f"{sum(tried.values())} tampered, {sum(found.values())} found, {sum(named.values())} named")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    drawn = random.Random(given.seed)
    with tempfile.TemporaryDirectory() as folder:
        archive = built(Path(folder) / "archive")
        began, clean = time.perf_counter(), [*of_archive(archive.folder), *of_package(archive.folder)]
        print(f"untouched: {len(clean)} problems, {time.perf_counter() - began:.2f} s")
        place = Path(folder) / "copy"
        ways = drawn_ways(archive, given.count, drawn)
        outcomes = [tampered(archive, way, deed, drawn, place) for way, deed in ways]
    told(outcomes)
    return 0 if not clean and all(outcome.named for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
