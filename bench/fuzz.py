"""Breaks the project's own samples and reads them: no crash, no hang, no leak, no error without a name.

    python -m bench.fuzz [--seed N] [--minutes 30] [--keep FOLDER]

Half of the time hypothesis draws changes and the files are read as the service reads them, in a child process; the
other half atheris is guided by what lines of the readers a file reaches (``bench.guided``, one reader after another).
A finding is a file that ends the child, that an unforeseen exception answers, or that takes longer than it may. It is
kept in FOLDER under what went wrong and searched for no further. Exit status 1 on any finding.
"""

import argparse
import secrets
import subprocess
import sys
import time
from pathlib import Path

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st

from bench.guided_targets import TARGETS
from bench.mutations import broken
from bench.reading_time import resident_mib
from bench.seeds import seeds
from bench.soundness import Unsound, expect_sound
from parsers.document import Document
from parsers.errors import ParseError
from parsers.sandbox import Sandbox
from parsers.sandbox_process import Limits

BATCH = 150
PARTS = frozenset({"dat"})
"""Samples that are no file by themselves."""
NAMED = frozenset({"memory", "recursion"})
"""Limits that the child itself holds: verdicts, not findings."""
MOST_GROWTH_MIB = 60
LIMITS = Limits(wall_s=60.0, cpu_s=8, files_per_child=1_000_000)
"""Processor time is what counts, so that a busy machine is not taken for a hang."""


class Finding(Exception):
    """A file that did what no file may do."""


class Hunt:
    """One run: its sandbox, what it found and how large the child was along the way."""

    def __init__(self, keep: Path, first_seed: int) -> None:
        self.keep = keep
        self.files = {suffix: files for suffix, files in seeds(first_seed).items() if suffix not in PARTS}
        self.sandbox = Sandbox(LIMITS, on_fault=self._note)
        self.known: set[str] = set()
        self.fault: str | None = None
        self.read = 0
        self.statuses: dict[str, int] = {}
        self.sizes: list[float] = []

    def _note(self, _: str, fault: str) -> None:
        if fault not in NAMED:
            self.fault = fault

    def try_one(self, content: bytes) -> None:
        """Reads, opens and draws the file; a new fault that shows twice is a Finding: a busy machine is none."""
        document = Document("broken", content)
        if not self._faults(document) or not (fault := self._faults(document)) or fault in self.known:
            return
        (self.keep / f"{_file_name(fault)}.bin").write_bytes(content)
        raise Finding(fault)

    def _faults(self, document: Document) -> str | None:
        self.fault = None
        readings = self.sandbox.read(document)
        try:
            expect_sound(readings)
        except Unsound as problem:
            self.fault = str(problem)
        for reading in readings:
            status = reading.error.code.value if reading.error else reading.status.value
            self.statuses[status] = self.statuses.get(status, 0) + 1
        for act in (self.sandbox.documents_in, self.sandbox.picture):
            try:
                act(document)
            except ParseError:
                continue
        self.read += 1
        return self.fault

    def batch(self, number: int) -> None:
        """One seeded run of hypothesis; its finding, if any, is known from then on."""

        @seed(number)
        @settings(
            max_examples=BATCH,
            deadline=None,
            database=None,
            phases=(Phase.generate, Phase.shrink),
            verbosity=Verbosity.quiet,
            suppress_health_check=list(HealthCheck),
        )
        @given(st.data())
        def run(data: st.DataObject) -> None:
            self.try_one(broken(data, self.files))

        try:
            run()
        except* Finding as found:
            for problem in found.exceptions:
                self.known.add(str(problem))
                print(f"  FOUND: {problem}")
        if self.sandbox.pid:
            self.sizes.append(resident_mib(self.sandbox.pid))


def _file_name(fault: str) -> str:
    return "".join(char if char.isalnum() or char in ".-" else "_" for char in fault)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    options.add_argument("--minutes", type=float, default=30)
    options.add_argument("--keep", type=Path, default=Path("fuzz-findings"))
    chosen = options.parse_args()
    chosen.keep.mkdir(parents=True, exist_ok=True)
    half = chosen.minutes * 30
    hunt = Hunt(chosen.keep, chosen.seed)
    print(f"seed {chosen.seed}, {sum(map(len, hunt.files.values()))} samples, {chosen.minutes:g} minutes")
    end, number = time.monotonic() + half, chosen.seed
    with hunt.sandbox:
        while time.monotonic() < end:
            hunt.batch(number)
            number += 1
    broke = [target for target in TARGETS if not _guided(target, int(half / len(TARGETS)), chosen.seed, chosen.keep)]
    _report(hunt, broke, len(list(chosen.keep.glob("*.bin"))) + len(broke))


def _guided(target: str, seconds: int, first_seed: int, keep: Path) -> bool:
    """One coverage-guided search in a process of its own; False where a file ended it."""
    options = ["--seconds", str(seconds), "--seed", str(first_seed), "--keep", str(keep)]
    ran = subprocess.run(
        [sys.executable, "-m", "bench.guided", target, *options], capture_output=True, text=True, check=False
    )
    said = [line for line in ran.stderr.splitlines() if "FOUND" in line or "stat::" in line]
    figures = dict(line.removeprefix("stat::").split(":") for line in said if line.startswith("stat::"))
    print(
        f"{target}: {figures.get('number_of_executed_units', '?').strip()} files, "
        f"{figures.get('new_units_added', '?').strip()} that reached new lines, "
        f"peak {figures.get('peak_rss_mb', '?').strip()} MiB"
    )
    print(*[line for line in said if "FOUND" in line], sep="\n", end="")
    if ran.returncode:
        print(f"  FOUND: {target} ended with status {ran.returncode}")
    return ran.returncode == 0


def _report(hunt: Hunt, broke: list[str], findings: int) -> None:
    shares = ", ".join(f"{status} {count}" for status, count in sorted(hunt.statuses.items()))
    print(f"{hunt.read} files read in the child: {shares}")
    growth = hunt.sizes[-1] - hunt.sizes[len(hunt.sizes) // 4] if hunt.sizes else 0.0
    print(f"{findings} findings{': ' + ', '.join(broke) if broke else ''}; ", end="")
    print(f"the child grew by {growth:.0f} MiB after the first quarter")
    raise SystemExit(1 if findings or growth > MOST_GROWTH_MIB else 0)


if __name__ == "__main__":
    main()
