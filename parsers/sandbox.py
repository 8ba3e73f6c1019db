"""Reading hostile files in a child process: whatever it does, the service gets an answer and goes on.

A warm child serves many files, one at a time, and is replaced after ``files_per_child`` of them or after any fault. It
is started as a new program, never forked, sees none of the service's environment and gets bytes through a pipe. Its
limits: processor time, wall time, address space, open files, no file written, and the size of its answer.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from parsers.document import Document
from parsers.errors import Damaged, Encrypted, NoInvoice, ParseError, TimedOut, TooLarge, Unsafe, Unsupported
from parsers.sandbox_frames import Head, pack
from parsers.sandbox_process import Child, Died, Limits
from parsers.tables.sheet import Sheet
from reimburse.domain.invoice_json import Json
from reimburse.domain.reading import ErrorCode, ReadError, Reading, ReadStatus
from reimburse.domain.reading_json import reading_from_json, reading_to_json

MIB = 1 << 20
NO_CONTAINERS = (b"%PDF-", b"<", b"\xef\xbb\xbf<", b"\xff\xd8\xff", b"\x89PNG", b"RIFF", b"II*\x00", b"MM\x00*")
"""Beginnings of files that hold no files, told apart without asking the child."""
KILLED = frozenset({-signal.SIGKILL, -signal.SIGTERM})
"""How a child ends that somebody else ended: its file may be read again."""
CRASHED = (
    "这个文件使读取程序崩溃，已拒绝。请换一份文件。 / This file crashed the reader and was refused: try another file."
)
PROBLEMS = {
    problem.code: problem for problem in (Damaged, Encrypted, NoInvoice, TimedOut, TooLarge, Unsafe, Unsupported)
}
LIMITS_MET: dict[int | None, tuple[str, type[ParseError]]] = {
    -signal.SIGXCPU: ("timeout", TimedOut),
    -signal.SIGABRT: ("memory", TooLarge),
}
"""How a child ends at its limits: libraries in C++ abort where they get no more memory."""


class Sandbox:
    """A child process for reading; safe to use from several threads, which then wait for each other.

    ``handler`` names, as ``module:function``, what reads a document in the child. ``on_fault`` is told the file's
    sha256 and what went wrong whenever a child is replaced because of a file. ``trusted`` are certificate files, PEM or
    DER, whose signatures are believed beside the shipped ones (``parsers.seal.trust``).
    """

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        handler: str = "parsers:read",
        on_fault: Callable[[str, str], None] | None = None,
        trusted: Sequence[bytes] = (),
    ) -> None:
        self.limits = limits or Limits()
        self._handler = handler
        self._on_fault = on_fault
        self._trusted = tuple(trusted)
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._owner = os.getpid()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The process id of the child that is running now."""
        return self._child.process.pid if self._child else None

    def start(self) -> None:
        """Starts the child now, so that the first file need not wait for it."""
        with self._lock:
            self._running()

    def close(self) -> None:
        """Ends the child; a later call starts another."""
        with self._lock:
            self._replace()

    def read(self, document: Document) -> tuple[Reading, ...]:
        """Every reading of the file, at least one; never an exception about the file."""
        return tuple(reading_from_json(item) for item in self.read_json(document))

    def read_json(self, document: Document, within_s: float | None = None) -> list[Json]:
        """The readings in their JSON form (CONTRACTS: ``parse --json``), for those who pass them on as they are.

        ``within_s`` leaves the file less time than the limits do.
        """
        if document.refused:
            problem = PROBLEMS.get(document.refused, ParseError)()
            return [{**reading_to_json(rejected(document, problem)), "sha256": None, "elapsed_ms": 0.0}]
        began = time.monotonic()
        try:
            head, _ = self._ask({"op": "read"}, document, within_s)
            readings: list[Json] = head["readings"]
        except ParseError as problem:
            readings = [reading_to_json(rejected(document, problem))]
        elapsed_ms = round((time.monotonic() - began) * 1000, 1)
        return [{**reading, "elapsed_ms": elapsed_ms} for reading in readings]

    def documents_in(self, document: Document) -> tuple[Document, ...]:
        """The documents in a container, or the document itself; ``ParseError`` where it cannot be opened."""
        if document.data.startswith(NO_CONTAINERS):
            return (document,)
        head, blobs = self._ask({"op": "open"}, document)
        if head["itself"]:
            return (document,)
        refused = [code and ErrorCode(code) for code in head["refused"]]
        return tuple(map(Document, head["names"], blobs, refused))

    def statement_json(self, document: Document, request: Head) -> Head:
        """A statement in its JSON form, or why the file gives none (``parsers.statements.sandboxed``)."""
        head, _ = self._ask({**request, "op": "statement"}, document)
        return head

    def picture(self, document: Document, page: int = 1, dpi: int = 144) -> bytes | None:
        """A page as PNG, or None where the file has no pages to show; ``ParseError`` where it cannot be drawn."""
        _, blobs = self._ask({"op": "render", "page": page, "dpi": dpi}, document)
        return blobs[0] if blobs else None

    def picture_hash(self, document: Document, page: int = 1, dpi: int = 72) -> str | None:
        """A page's perceptual hash (``parsers.phash``), or None where there is no page to look at."""
        head, _ = self._ask({"op": "hash", "page": page, "dpi": dpi}, document)
        hashed: str | None = head["hash"]
        return hashed

    def sheets(self, document: Document) -> tuple[Sheet, ...]:
        """The sheets of a CSV or XLSX file as text; ``ParseError`` where it is no table."""
        head, _ = self._ask({"op": "sheets"}, document)
        return tuple(Sheet(name, tuple(map(tuple, rows))) for name, rows in head["sheets"])

    def _ask(self, head: Head, document: Document, within_s: float | None = None) -> tuple[Head, list[bytes]]:
        if len(document.data) > self.limits.document_mib * MIB:
            raise TooLarge
        with self._lock:
            most = self.limits.readings_mib if head["op"] == "read" else self.limits.answer_mib
            request = pack({**head, "name": document.name}, [document.data])
            wall_s = min(self.limits.wall_s, within_s or self.limits.wall_s)
            answer, blobs = self._answer(request, document, most * MIB, wall_s)
        if "error" in answer:
            if fault := answer.get("fault"):
                self._report(document, fault)
            raise _problem(answer["error"], answer["message"])
        return answer, blobs

    def _answer(self, request: bytes, document: Document, most_bytes: int, left: float) -> tuple[Head, list[bytes]]:
        """The child's answer. A child that was killed is replaced and asked once more; one that crashed is not."""
        for _ in range(2):
            child = self._running()
            began = time.monotonic()
            try:
                answer = child.ask(request, began + left, most_bytes)
            except ParseError as over:
                self._report(document, f"{over.code.value}, exit status {self._replace()}")
                raise
            except Died:
                code = self._replace()
                what, problem = LIMITS_MET.get(code, ("died", None))
                self._report(document, f"{what}, exit status {code}")
                if problem:
                    raise problem from None
                if code not in KILLED:
                    break
                left -= time.monotonic() - began
            else:
                child.served += 1
                if "fault" in answer[0] or child.served >= self.limits.files_per_child:
                    self._replace()
                return answer
        raise Damaged(CRASHED)

    def _report(self, document: Document, what: str) -> None:
        if self._on_fault:
            self._on_fault(document.sha256, what)

    def _running(self) -> Child:
        if self._owner != os.getpid():
            # After a fork the child belongs to the other process: let go of it without ending it.
            self._child, self._owner = None, os.getpid()
        if self._child is None:
            self._child = Child(self._handler, self.limits, self._trusted)
        return self._child

    def _replace(self) -> int | None:
        child, self._child = self._child, None
        return child.end() if child and self._owner == os.getpid() else None


def rejected(document: Document, problem: ParseError) -> Reading:
    """The reading of a file that could not be read."""
    status = ReadStatus.NOT_AN_INVOICE if problem.code is ErrorCode.NO_INVOICE else ReadStatus.REJECTED
    return Reading(document.name, document.sha256, None, status, error=ReadError(problem.code, str(problem)))


def _problem(code: str, message: str) -> ParseError:
    return PROBLEMS.get(ErrorCode(code), ParseError)(message)
