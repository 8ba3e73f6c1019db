"""Coverage-guided fuzzing of one target in this process: atheris keeps what reaches new lines and changes it further.

    python -m bench.guided TARGET [--seconds 60] [--seed N] [--keep FOLDER]

A finding is an exception that is no verdict about the file, or a reading that breaks its terms; each place is kept
once and the search goes on. What ends the process (a crash in a library, more than ``MOST_MIB``, more than
``MOST_SECONDS`` for one file) is kept by libFuzzer in the same folder and ends the run with a status other than 0.
"""

import argparse
import hashlib
import shutil
import sys
import traceback
from collections.abc import Iterable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["parsers"]):
    from bench.guided_targets import LARGEST, TARGETS, Feed, starting_files
    from parsers.errors import ParseError

from bench.mutations import members_of, packed
from bench.soundness import Unsound

MOST_MIB = 1500
MOST_SECONDS = 10
VERDICTS = (ParseError, RecursionError, MemoryError)
"""What the process around the readers answers by itself."""


class Search:
    """One run: what it feeds, and the places that failed so far."""

    def __init__(self, feed: Feed, keep: Path) -> None:
        self.feed = feed
        self.keep = keep
        self.places: set[str] = set()

    def one(self, data: bytes) -> None:
        """One file; whatever is no verdict about it is kept with the place where it was raised."""
        try:
            self.feed(data)
        except VERDICTS:
            return
        except Unsound as problem:
            self._note(str(problem).replace(" ", "-"), data)
        except Exception as problem:  # noqa: BLE001 - this is what is looked for.
            last = traceback.extract_tb(problem.__traceback__)[-1]
            self._note(f"{type(problem).__name__}-{Path(last.filename).name}-{last.lineno}", data)

    def _note(self, place: str, data: bytes) -> None:
        if place not in self.places:
            self.places.add(place)
            (self.keep / f"{place}.bin").write_bytes(data)
            print(f"  FOUND: {place}", file=sys.stderr)


def changed(data: bytes, most: int, number: int) -> bytes:
    """A package with one member changed, packed again; anything else as libFuzzer changes bytes."""
    members = members_of(data)
    if not members:
        return bytes(atheris.Mutate(data, most))
    name, content = members[number % len(members)]
    content = bytes(atheris.Mutate(content, max(len(content) * 2, 64)))
    again = packed([(other, content if other == name else kept) for other, kept in members])
    return again if len(again) <= most else data


def write_seeds(folder: Path, files: Iterable[bytes]) -> None:
    """The files to begin with, each under its digest."""
    shutil.rmtree(folder, ignore_errors=True)  # Signed seeds differ from run to run.
    folder.mkdir(parents=True)
    for data in files:
        if len(data) <= LARGEST:
            (folder / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("target", choices=sorted(TARGETS))
    options.add_argument("--seconds", type=int, default=60)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--keep", type=Path, default=Path("fuzz-findings"))
    chosen = options.parse_args()
    target = TARGETS[chosen.target]
    name = chosen.target.replace(" ", "-")
    samples = chosen.keep / f"corpus-{name}"
    write_seeds(samples, starting_files(target, chosen.seed))
    arguments = [
        sys.argv[0], f"-max_total_time={chosen.seconds}", f"-seed={chosen.seed}", f"-rss_limit_mb={MOST_MIB}",
        f"-timeout={MOST_SECONDS}", f"-max_len={LARGEST}", f"-artifact_prefix={chosen.keep}/{name}-",
        "-verbosity=0", "-print_final_stats=1", str(samples),
    ]  # fmt: skip
    atheris.Setup(arguments, Search(target.feed, chosen.keep).one, custom_mutator=changed)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
