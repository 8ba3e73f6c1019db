"""Readers on files that nobody has seen: files of every family drawn at random, read, and held against what was drawn.

    python -m bench.unseen [--family NAME] [--seed N] [--files 400] [--keep FOLDER]

A field is wrong where it says otherwise than what was drawn; flagged where a conflict or ``missing`` names it. Exit
status 1 where under 99 % of the fields are exact or anything is wrong in silence.
"""

import argparse
import secrets
from collections.abc import Iterator
from pathlib import Path

from bench.unseen.families import FAMILIES
from bench.unseen.judging import Tally, judge

LEAST_EXACT = 0.99


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--family", action="append", choices=list(FAMILIES), help="all of them where none is named")
    options.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000) * 1000)
    options.add_argument("--files", type=int, default=400)
    options.add_argument("--examples", type=int, default=25)
    options.add_argument("--keep", type=Path)
    chosen = options.parse_args()
    tallies = {family: Tally() for family in chosen.family or FAMILIES}
    for family, seed in _drawn(list(tallies), chosen.seed, chosen.files):
        _judge(family, seed, tallies[family], chosen.keep)
    print(f"seed {chosen.seed}, {chosen.files} files")
    for family, tally in tallies.items():
        print(*(*tally.examples, *tally.doubts)[: chosen.examples], sep="\n")
        print(*(f"{count:6} {name}" for name, count in tally.fields.most_common()), sep="\n")
        print(f"{family}: {tally.shown}")
    exact, whole = sum(tally.exact for tally in tallies.values()), sum(tally.whole for tally in tallies.values())
    silent = sum(tally.silent for tally in tallies.values())
    print(f"{whole} fields: {exact / whole:.2%} exact, {silent} wrong in silence")
    raise SystemExit(0 if exact >= LEAST_EXACT * whole and not silent else 1)


def _drawn(families: list[str], seed: int, files: int) -> Iterator[tuple[str, int]]:
    """The families in turn, a seed each."""
    return ((families[number % len(families)], number) for number in range(seed, seed + files))


def _judge(family: str, seed: int, tally: Tally, keep: Path | None) -> None:
    file, before = FAMILIES[family](seed), len(tally.examples)
    judge(file, tally)
    if keep and len(tally.examples) > before:
        keep.mkdir(parents=True, exist_ok=True)
        (keep / file.name).write_bytes(file.data)


if __name__ == "__main__":
    main()
