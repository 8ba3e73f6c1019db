"""Breaks statements of every layout and reads them: ``python -m bench.statement_fuzz [--seed N] [--files 3000]``.

Files are changed in their bytes and, where they are text, row by row: rows doubled, swapped, cut short, cells blanked
or filled with what no bank writes. A finding is an error without a name, a row that breaks its own terms (an amount
below zero or not in cents, rows of 0.00 that are not neutral, a line told twice), or one that takes over ten seconds.
Exit status 1 on any finding, which is kept in FOLDER; the same seed, the same files.
"""

import argparse
import random
import sys
import time
import traceback
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from parsers.statements import read_statement
from parsers.statements.errors import StatementError
from reimburse.domain.statement import Direction, Statement
from tests.statements.shipped import PROFILES
from tests.statements.test_layouts import CASES, content

ODD = ("", "-", "０", "1e9", "--1", "(1,00", "2026-13-45", "合计", "=1+1", '"', "\t", "NaN", "，", "9" * 40, "20260105")
MOST_SECONDS = 10
CENT = Decimal("0.01")
Change = Callable[[bytes, random.Random], bytes]


def flipped(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randint(1, 12)):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def cut(data: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(data))
    return data[:start] + data[start + rng.randint(1, 400) :]


def rows_moved(data: bytes, rng: random.Random) -> bytes:
    lines = data.split(b"\n")
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines.insert(one, lines[other])
    return b"\n".join(lines)


def cell_changed(data: bytes, rng: random.Random) -> bytes:
    lines = data.split(b"\n")
    at = rng.randrange(len(lines))
    cells = lines[at].split(b",")
    cells[rng.randrange(len(cells))] = rng.choice(ODD).encode("gb18030")
    lines[at] = b",".join(cells)
    return b"\n".join(lines)


CHANGES: tuple[Change, ...] = (flipped, cut, rows_moved, cell_changed, cell_changed, cell_changed)


def problem_of(statements: tuple[Statement, ...]) -> str | None:
    """What no reading may say, or None."""
    for statement in statements:
        for row in statement.rows:
            if row.amount < 0 or row.amount != row.amount.quantize(CENT):
                return f"row {row.row}: amount {row.amount}"
            if not row.amount and row.direction is not Direction.NEUTRAL:
                return f"row {row.row}: nothing, yet {row.direction.value}"
        told = [row.row for row in statement.rows] + [left.row for left in statement.skipped]
        if len(set(told)) < len(told):
            return "a row is told twice"
    return None


def look(data: bytes) -> str | None:
    """What went wrong with this file, or None."""
    start = time.process_time()
    try:
        problem = problem_of(read_statement("a.csv", data, PROFILES))
    except StatementError:
        problem = None
    except Exception:  # noqa: BLE001 - that no such one comes is what is looked for
        problem = traceback.format_exc(limit=-3)
    return problem or ("too long" if time.process_time() - start > MOST_SECONDS else None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--files", type=int, default=3000)
    parser.add_argument("--keep", type=Path, default=Path("statement-findings"))
    given = parser.parse_args()
    rng, seeds, found = random.Random(given.seed), [content(case) for case in CASES.values()], 0
    for number in range(given.files):
        data = rng.choice(seeds)
        for _ in range(rng.randint(1, 4)):
            data = rng.choice(CHANGES)(data, rng) or b"\n"
        if problem := look(data):
            found += 1
            given.keep.mkdir(exist_ok=True)
            (given.keep / f"{given.seed}-{number}").write_bytes(data)
            print(f"{number}: {problem}")
    print(f"{given.files:,} files, seed {given.seed}: {found} findings")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
