"""A reader for the sandbox that does what the file's first word says."""

import ctypes
import os
import sys
import time
from pathlib import Path

from parsers.document import Document
from parsers.errors import ParseError
from reimburse.domain.reading import Reading, ReadStatus


def read(document: Document) -> tuple[Reading, ...]:
    word, _, rest = document.data.decode().partition(" ")
    status = ACTS[word](rest)
    return (Reading(str(status or word), document.sha256, None, ReadStatus.NOT_AN_INVOICE),)


def fine(_: str) -> None:
    pass


def naps(_: str) -> None:
    time.sleep(0.4)


def hang(_: str) -> None:
    time.sleep(3600)


def spin(_: str) -> None:
    while True:
        pass


def crash(_: str) -> None:
    ctypes.string_at(0)


def starve(_: str) -> None:
    os.abort()


def long_readings(_: str) -> str:
    return "x" * (2 << 20)


def crashes_once(path: str) -> str:
    marker = Path(path)
    if marker.exists():
        marker.unlink()
        ctypes.string_at(0)
    return "second time"


def leave(_: str) -> None:
    os._exit(0)


def greedy(_: str) -> None:
    kept = []
    while True:
        kept.append(bytes(64 << 20))


def deep(_: str) -> None:
    deep("")


def bug(_: str) -> None:
    raise KeyError("names something from the file")


def own_error(_: str) -> None:
    raise ParseError("in words")


def chatty(_: str) -> None:
    os.write(1, b"noise" * 1000)
    print("noise", file=sys.__stdout__, flush=True)


def long_answer(_: str) -> str:
    return "x" * (3 << 20)


def many_files(_: str) -> None:
    opened = []
    while True:
        opened.append(os.open(os.devnull, os.O_RDONLY))


def writes(path: str) -> None:
    with Path(path).open("wb") as file:
        file.write(b"x" * 4096)


def environment(_: str) -> str:
    return ",".join(sorted(os.environ))


def process(_: str) -> str:
    return str(os.getpid())


def dies_once(path: str) -> str:
    marker = Path(path)
    if marker.exists():
        marker.unlink()
        os.kill(os.getpid(), 9)
    return "second time"


ACTS = {function.__name__: function for function in (
    fine, hang, spin, crash, leave, greedy, deep, bug, own_error, chatty, long_answer, many_files, writes, environment,
    process, dies_once, crashes_once, starve, long_readings, naps,
)}  # fmt: skip
