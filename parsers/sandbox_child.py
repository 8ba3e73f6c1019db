"""The process that reads files for the service: it limits itself, answers one request after another, and may die.

Run as ``python -m parsers.sandbox_child``; requests come on standard input, answers go to what was standard output.
"""

import base64
import functools
import gc
import importlib
import io
import json
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

from parsers.document import Document
from parsers.errors import ParseError, TooLarge, Unsafe
from parsers.sandbox_frames import Head, pack, unpack
from reimburse.domain.reading import ErrorCode, Reading
from reimburse.domain.reading_json import reading_to_json

Answer = tuple[Head, Sequence[bytes]]
Handler = Callable[[Document], tuple[Reading, ...]]

CHUNK = 1 << 16
MIB = 1 << 20
COLLECT_AFTER = 2_000
"""New objects before the collector looks at the youngest; one that looks more rarely lets memory grow."""
BROKEN = "读取这个文件时出错。请重新下载后再上传。 / Reading this file failed: download it again and upload that."


def main(settings: str) -> None:
    """Serves until the other side closes the pipe. ``settings`` is JSON: handler and limits."""
    chosen = json.loads(settings)
    answers = _private_output()
    _limit(chosen)
    handler = _handler(chosen["handler"], chosen.get("trusted") or ())
    _settle()
    _send(answers, {"ready": True})
    for head, blobs in iter(lambda: unpack(_some_input), None):
        _grant(chosen)
        _send(answers, *_answered(head, blobs, handler))
        signal.alarm(0)


def _private_output() -> int:
    """Standard output kept for answers alone; what a library prints goes nowhere."""
    answers = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    return answers


def _limit(chosen: Head) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (chosen["open_files"], chosen["open_files"]))
    resource.setrlimit(resource.RLIMIT_AS, (chosen["memory_mib"] * MIB,) * 2)


def _handler(name: str, trusted: Sequence[str] = ()) -> Handler:
    """What reads a document here; the readers' libraries are loaded before the first file comes."""
    for needed in ("parsers.registry", "parsers.page_picture"):
        importlib.import_module(needed)
    module, _, function = name.partition(":")
    handler: Handler = getattr(importlib.import_module(module), function)
    if not trusted:
        return handler
    trust = importlib.import_module("parsers.seal.trust")
    store: object = trust.trusting_readable([base64.b64decode(data) for data in trusted])
    believing: Handler = functools.partial(getattr(importlib.import_module(module), function), trust=store)
    return believing


def _settle() -> None:
    """What is loaded by now stays: the collector need not look through it for each file."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, 10, 5)


def _grant(chosen: Head) -> None:
    """Processor time for one more file; the alarm is for a service that died and left a hung child behind."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + 1 + chosen["cpu_s"]
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
    signal.alarm(int(chosen["wall_s"]) + 2)


def _some_input() -> bytes:
    return os.read(0, CHUNK)


def _send(output: int, head: Head, blobs: Sequence[bytes] = ()) -> None:
    waiting = memoryview(pack(head, blobs))
    while waiting:
        waiting = waiting[os.write(output, waiting) :]


def _answered(head: Head, blobs: Sequence[bytes], handler: Handler) -> Answer:
    document = Document(head["name"], blobs[0])
    try:
        return OPERATIONS[head["op"]](head, document, handler)
    except ParseError as problem:
        return {"error": problem.code.value, "message": str(problem)}, ()
    except MemoryError:
        return {"error": TooLarge.code.value, "message": TooLarge.message, "fault": "memory"}, ()
    except RecursionError:
        return {"error": Unsafe.code.value, "message": Unsafe.message, "fault": "recursion"}, ()
    except Exception as problem:  # noqa: BLE001 - whatever a reader fails with is a verdict about the file.
        return {"error": ErrorCode.DAMAGED.value, "message": BROKEN, "fault": _where(problem)}, ()


def _where(problem: Exception) -> str:
    """The kind of the exception and the line it came from: its text might quote the file."""
    last = traceback.extract_tb(problem.__traceback__)[-1]
    return f"{type(problem).__name__} in {Path(last.filename).name}:{last.lineno}"


def _read(_: Head, document: Document, handler: Handler) -> Answer:
    return {"readings": [reading_to_json(reading) for reading in handler(document)]}, ()


def _open(_: Head, document: Document, __: Handler) -> Answer:
    from parsers.containers import documents_in

    documents = documents_in(document)
    if documents == (document,):
        return {"itself": True}, ()
    head = {"names": [inner.name for inner in documents], "refused": [inner.refused for inner in documents]}
    return {"itself": False, **head}, [inner.data for inner in documents]


def _render(head: Head, document: Document, _: Handler) -> Answer:
    from parsers.page_picture import render

    picture = render(document, head["page"], head["dpi"])
    if picture is None:
        return {"picture": False}, ()
    png = io.BytesIO()
    picture.save(png, "PNG", compress_level=3)
    return {"picture": True}, [png.getvalue()]


def _statement(head: Head, document: Document, _: Handler) -> Answer:
    from parsers.statements.sandboxed import answer_to

    return answer_to(document, head), ()


def _hash(head: Head, document: Document, _: Handler) -> Answer:
    from parsers.page_picture import render
    from parsers.phash import perceptual_hash

    picture = render(document, head["page"], head["dpi"])
    return {"hash": perceptual_hash(picture) if picture else None}, ()


def _sheets(_: Head, document: Document, __: Handler) -> Answer:
    from parsers.tables.sheets import sheets_of

    return {"sheets": [[sheet.name, sheet.rows] for sheet in sheets_of(document)]}, ()


OPERATIONS: dict[str, Callable[[Head, Document, Handler], Answer]] = {
    "read": _read,
    "open": _open,
    "render": _render,
    "hash": _hash,
    "statement": _statement,
    "sheets": _sheets,
}

if __name__ == "__main__":
    main(sys.argv[1])
