"""Hostile files of every class, read from the command line as anybody would: a verdict in time and within memory.

    python -m bench.hostile [NAME...] [--keep FOLDER]

Each file is made, read by ``reimburse parse FILE --json`` in a process of its own, whose seconds and greatest resident
memory (the reading child's included) are measured, and then put to everything else that the service does with a file.
Exit status 1 where one takes ten seconds or a gigabyte, gives no verdict, or ends the child by a crash or an exception
that nobody foresaw. With NAMEs only the classes whose name holds one of them.
"""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from bench.hostile.containers import CONTAINERS
from bench.hostile.markup import MARKUP
from bench.hostile.packages import PACKAGES
from bench.hostile.pdfs import PDFS
from bench.hostile.pictures import PICTURES
from bench.hostile.several import SEVERAL
from parsers.document import Document
from parsers.errors import ParseError
from parsers.sandbox import Sandbox
from parsers.statements.errors import StatementError
from parsers.statements.sandboxed import read_statement_in
from tests.statements.shipped import PROFILES

MOST_SECONDS = 10.0
MOST_MIB = 1000.0
MOST_BYTES = 128 << 20
"""What the service takes at all."""
LIMITS_REACHED = ("memory", "recursion", "timeout", "too_large")
"""Faults that are verdicts, not findings."""
ACTS: tuple[Callable[[Sandbox, Document], object], ...] = (
    Sandbox.read,
    Sandbox.documents_in,
    Sandbox.picture,
    Sandbox.picture_hash,
    Sandbox.sheets,
    lambda sandbox, document: read_statement_in(sandbox, document, PROFILES),
)
EXITS = frozenset({0, 3})
FAMILIES = {
    "pdf": PDFS,
    "ofd": PACKAGES,
    "xml": MARKUP,
    "picture": PICTURES,
    "container": CONTAINERS,
    "several": SEVERAL,
}
CLASSES = {f"{family}: {name}": make for family, classes in FAMILIES.items() for name, make in classes.items()}


@dataclass(slots=True)
class Measured:
    """What reading one file took and came to."""

    verdicts: list[str]
    seconds: float
    mib: float
    findings: list[str] = field(default_factory=list)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("names", nargs="*")
    options.add_argument("--keep", type=Path, help="a folder to keep the files in")
    options.add_argument("--only-make", type=Path, metavar="FILE", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.only_make:
        chosen.only_make.write_bytes(CLASSES[chosen.names[0]]())
        return
    findings = 0
    print(f"{'class':58} {'MB':>6} {'s':>6} {'MiB':>6} {'others s':>8}  verdict")
    with tempfile.TemporaryDirectory() as scratch:
        folder = chosen.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for name in _chosen(chosen.names):
            file = folder / name.replace(" ", "-").replace(",", "").replace(":", "")
            _made(name, file)
            findings += _tried(name, file)
            if not chosen.keep:
                file.unlink()
    print(f"{findings} findings")
    raise SystemExit(1 if findings else 0)


def _chosen(words: list[str]) -> list[str]:
    return [name for name in CLASSES if not words or any(word in name for word in words)]


def _made(name: str, file: Path) -> None:
    """Makes the file in a process of its own: a process begins with the memory of the one that starts it."""
    subprocess.run([sys.executable, "-m", "bench.hostile", name, "--only-make", str(file)], check=True)


def _tried(name: str, file: Path) -> int:
    measured = read_by_command(file)
    others = _put_to_the_rest(file, measured.findings)
    size = file.stat().st_size / 1e6
    verdict = ", ".join(sorted(set(measured.verdicts)))
    print(f"{name:58} {size:6.1f} {measured.seconds:6.2f} {measured.mib:6.0f} {others:8.2f}  {verdict}", flush=True)
    print(*(f"  FOUND: {finding}" for finding in measured.findings), sep="\n", end="\n" if measured.findings else "")
    return len(measured.findings)


def read_by_command(file: Path) -> Measured:
    """The file read by ``reimburse parse FILE --json``; the memory is that of the largest of its processes."""
    command = [sys.executable, "-m", "reimburse.cli", "parse", str(file), "--json"]
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
        began = time.monotonic()
        process = subprocess.Popen(command, stdout=said, stderr=complained)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        lines, traceback = _text(said).splitlines(), "Traceback" in _text(complained)
    mib = used.ru_maxrss / 1024
    findings = [f"{seconds:.1f} s"] if seconds >= MOST_SECONDS else []
    findings += [f"{mib:.0f} MiB"] if mib >= MOST_MIB else []
    if process.returncode not in EXITS or traceback or not lines:
        findings.append(f"exit status {process.returncode}")
    return Measured([_verdict(json.loads(line)) for line in lines], seconds, mib, findings)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")


def _verdict(reading: dict[str, Any]) -> str:
    return str(reading["error"]["code"] if reading["error"] else reading["status"])


def _put_to_the_rest(file: Path, findings: list[str]) -> float:
    """Everything else that is done with a file; the seconds of the longest, crashes and unforeseen exceptions."""
    longest = 0.0
    document = Document("hostile", file.read_bytes() if file.stat().st_size < MOST_BYTES else b"")
    with Sandbox(on_fault=lambda _, fault: findings.append(fault) if is_unforeseen(fault) else None) as sandbox:
        sandbox.start()
        for act in ACTS:
            began = time.monotonic()
            with contextlib.suppress(ParseError, StatementError):
                act(sandbox, document)
            longest = max(longest, time.monotonic() - began)
    if longest >= MOST_SECONDS:
        findings.append(f"{longest:.1f} s beside reading")
    return longest


def is_unforeseen(fault: str) -> bool:
    """Whether a child's fault is no limit that it reached, but a crash or an exception that nobody foresaw."""
    return not fault.startswith(LIMITS_REACHED) and not fault.endswith(f"exit status {-signal.SIGXCPU}")


if __name__ == "__main__":
    main()
