"""The files that a command's paths name, and reading them in child processes, some at a time and in order."""

import os
import queue
import stat
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from parsers.document import Document
from parsers.errors import NoInvoice, ParseError, TooLarge, Unsupported
from parsers.sandbox import Sandbox, rejected
from parsers.sandbox_members import read_members
from reimburse.domain.invoice_json import Json
from reimburse.domain.reading_json import reading_to_json

LITTER = frozenset({"Thumbs.db", "desktop.ini"})
MOST_BYTES = 128 * 1024 * 1024
AHEAD = 4
"""Files that are read ahead for each job, while an earlier one holds up the order."""
NOT_READABLE = (
    "无法打开这个文件。它存在吗？有权限读取吗？ / This file cannot be opened: does it exist, and may you read it?"
)


def files_of(paths: Sequence[Path]) -> Iterator[Path]:
    """The files named, and those in folders by name at every depth; hidden files in folders are passed over."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            yield from (Path(folder, name) for name in sorted(names) if not name.startswith(".") and name not in LITTER)


def read_files(files: Sequence[Path], jobs: int) -> Iterator[list[list[Json]]]:
    """For each file in order, the readings of every document in it: one document, or those of a container."""
    with ExitStack() as stack:
        sandboxes: queue.SimpleQueue[Sandbox] = queue.SimpleQueue()
        for _ in range(jobs):
            sandboxes.put(stack.enter_context(Sandbox()))
        pool = ThreadPoolExecutor(jobs)
        stack.callback(pool.shutdown, cancel_futures=True)
        waiting: deque[Future[list[list[Json]]]] = deque()
        for path in files:
            waiting.append(pool.submit(_read_file, path, sandboxes))
            if len(waiting) > AHEAD * jobs:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _read_file(path: Path, sandboxes: "queue.SimpleQueue[Sandbox]") -> list[list[Json]]:
    sandbox = sandboxes.get()
    try:
        return _read_with(sandbox, path)
    finally:
        sandboxes.put(sandbox)


def _read_with(sandbox: Sandbox, path: Path) -> list[list[Json]]:
    name = os.fsencode(path).decode("utf-8", "replace")
    try:
        document = Document(name, _bytes_of(path))
    except ParseError as problem:
        return [[{**reading_to_json(rejected(Document(name, b""), problem)), "sha256": None}]]
    began = time.monotonic()
    try:
        documents = sandbox.documents_in(document)
    except ParseError as problem:
        return [[reading_to_json(rejected(document, problem))]]
    if not documents:
        return [[reading_to_json(rejected(document, NoInvoice()))]]
    if documents == (document,):
        return [sandbox.read_json(document)]
    return read_members(sandbox, documents, time.monotonic() - began)


def _bytes_of(path: Path) -> bytes:
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise Unsupported(NOT_READABLE)
        if about.st_size > MOST_BYTES:
            raise TooLarge
        return path.read_bytes()
    except OSError:
        raise Unsupported(NOT_READABLE) from None
