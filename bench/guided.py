"""Coverage-guided fuzzing of one reader in this process: atheris keeps what reaches new lines and changes it further.

    python -m bench.guided TARGET [--seconds 60] [--seed N] [--keep FOLDER]

A finding is an exception that is no verdict about the file; each place is kept once and the search goes on. What ends
the process (a crash in a library, more than ``MOST_MIB``, more than ``MOST_SECONDS`` for one file) is kept by libFuzzer
in the same folder and ends the run with a status other than 0.
"""

import argparse
import hashlib
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["parsers"]):
    import parsers
    from parsers.containers import documents_in
    from parsers.document import Document
    from parsers.errors import ParseError
    from parsers.page_picture import render
    from parsers.seal import cms, der, ses

from bench.mutations import members_of, packed
from bench.seeds import seeds

MOST_MIB = 1500
MOST_SECONDS = 10
LARGEST = 400_000
VERDICTS = (ParseError, RecursionError, MemoryError)
"""What the process around the readers answers by itself."""


def read(data: bytes) -> None:
    document = Document("fuzzed", data)
    parsers.read(document)
    render(document, 1, 36)


def open_container(data: bytes) -> None:
    documents_in(Document("fuzzed", data))


def parse_signature(data: bytes) -> None:
    for parse in (ses.parse, cms.parse, der.definite):
        try:
            parse(data)
        except der.Malformed:
            continue


TARGETS: dict[str, tuple[Callable[[bytes], None], tuple[str, ...]]] = {
    "pdf": (read, ("pdf",)),
    "ofd": (read, ("ofd",)),
    "xml": (read, ("xml",)),
    "picture": (read, ("small",)),
    "container": (open_container, ("zip", "eml")),
    "signature": (parse_signature, ("dat",)),
}
"""What is fed, and the suffixes of the samples to begin with."""


class Search:
    """One run: what it feeds, and the places that failed so far."""

    def __init__(self, feed: Callable[[bytes], None], keep: Path) -> None:
        self.feed = feed
        self.keep = keep
        self.places: set[str] = set()

    def one(self, data: bytes) -> None:
        """One file; whatever is no verdict about it is kept with the place where it was raised."""
        try:
            self.feed(data)
        except VERDICTS:
            return
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


def write_seeds(folder: Path, suffixes: tuple[str, ...], seed: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for data in (data for suffix in suffixes for data in seeds(seed).get(suffix, ())):
        if len(data) <= LARGEST:
            (folder / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("target", choices=sorted(TARGETS))
    options.add_argument("--seconds", type=int, default=60)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--keep", type=Path, default=Path("fuzz-findings"))
    chosen = options.parse_args()
    feed, suffixes = TARGETS[chosen.target]
    samples = chosen.keep / f"corpus-{chosen.target}"
    write_seeds(samples, suffixes, chosen.seed)
    arguments = [
        sys.argv[0], f"-max_total_time={chosen.seconds}", f"-seed={chosen.seed}", f"-rss_limit_mb={MOST_MIB}",
        f"-timeout={MOST_SECONDS}", f"-max_len={LARGEST}", f"-artifact_prefix={chosen.keep}/{chosen.target}-",
        "-verbosity=0", "-print_final_stats=1", str(samples),
    ]  # fmt: skip
    atheris.Setup(arguments, Search(feed, chosen.keep).one, custom_mutator=changed)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
