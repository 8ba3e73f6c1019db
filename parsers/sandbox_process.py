"""One child process for reading files: how it is started, asked and ended."""

import base64
import contextlib
import fcntl
import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from parsers.errors import ParseError, TimedOut, TooLarge
from parsers.sandbox_frames import BadFrame, Head, Unpacker

ROOT = str(Path(__file__).resolve().parent.parent)
ENVIRONMENT = {
    "PYTHONPATH": ROOT,
    "PYTHONDONTWRITEBYTECODE": "1",
    "LANG": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(64 << 20),
}
"""Memory for pictures of pages is kept for the next file: asking the kernel for it anew costs more than using it."""
CHUNK = 1 << 16
PIPE = 1 << 20
START_S = 300.0
"""Importing the readers takes a second or two; on a machine that is starved of processor time it took over sixty."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost, and how long a child lives."""

    wall_s: float = 7.5
    cpu_s: int = 6
    memory_mib: int = 1000
    open_files: int = 64
    document_mib: int = 128
    answer_mib: int = 160
    readings_mib: int = 16
    """Of the answer, where it is readings: the service unfolds them in memory of its own."""
    files_per_child: int = 500


class ChildDidNotStart(RuntimeError):
    """The child process cannot be started: something is wrong with the installation, not with a file."""


class Died(Exception):
    """The child went away before it answered."""


class Child:
    """One child process and its pipes."""

    def __init__(self, handler: str, limits: Limits, trusted: Sequence[bytes] = ()) -> None:
        self.served = 0
        certificates = [base64.b64encode(data).decode() for data in trusted]
        settings = {"handler": handler, "trusted": certificates, **asdict(limits)}
        self.process = subprocess.Popen(  # noqa: S603 - our own program with our own settings.
            [sys.executable, "-m", "parsers.sandbox_child", json.dumps(settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=ENVIRONMENT,
            cwd=ROOT,
            bufsize=0,
        )
        self._input, self._output = _pipe(self.process.stdin), _pipe(self.process.stdout)
        try:
            self.ask(b"", time.monotonic() + START_S, CHUNK)
        except (Died, ParseError) as problem:
            self.end()
            raise ChildDidNotStart(handler) from problem

    def ask(self, request: bytes, deadline: float, most_bytes: int) -> tuple[Head, list[bytes]]:
        """Sends the request and waits for the answer; both may block, so neither is waited for alone."""
        waiting, unpacker = memoryview(request), Unpacker(most_bytes)
        with selectors.DefaultSelector() as selector:
            selector.register(self._output, selectors.EVENT_READ)
            if waiting:
                selector.register(self._input, selectors.EVENT_WRITE)
            while (left := deadline - time.monotonic()) > 0:
                for key, _ in selector.select(left):
                    if key.fd == self._output:
                        if _received(self._output, unpacker):
                            return unpacker.frame()
                        continue
                    waiting = waiting[_sent(self._input, waiting) :]
                    if not waiting:
                        selector.unregister(self._input)
        raise TimedOut

    def end(self) -> int | None:
        """Ends the process at once and says how it ended."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()
        try:
            # A child that is dying of its own fault is let die of it, so that its exit status says why.
            return self.process.wait(0.05)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


def _pipe(stream: IO[bytes] | None) -> int:
    if stream is None:
        raise Died
    os.set_blocking(stream.fileno(), False)
    if resize := getattr(fcntl, "F_SETPIPE_SZ", None):
        with contextlib.suppress(OSError):  # A file that fits wakes the other side once.
            fcntl.fcntl(stream.fileno(), resize, PIPE)
    return stream.fileno()


def _sent(pipe: int, data: memoryview) -> int:
    try:
        return os.write(pipe, data[:PIPE])
    except BlockingIOError:
        return 0
    except OSError:
        raise Died from None


def _received(pipe: int, unpacker: Unpacker) -> bool:
    try:
        data = os.read(pipe, CHUNK)
    except BlockingIOError:
        return False
    except OSError:
        raise Died from None
    if not data:
        raise Died
    try:
        return unpacker.feed(data)
    except BadFrame:
        raise TooLarge from None
