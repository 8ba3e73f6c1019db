"""Whatever a file makes its reader do, the service gets a reading, and the next file is read."""

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace

import pytest

from parsers.document import Document
from parsers.sandbox import Sandbox
from parsers.sandbox_frames import BadFrame, Unpacker, pack
from parsers.sandbox_process import ChildDidNotStart, Limits
from reimburse.domain.reading import ErrorCode, ReadStatus

HANDLER = "tests.parsers.misbehaving_reader:read"
LIMITS = Limits(wall_s=2.0, cpu_s=1, memory_mib=600, answer_mib=4, readings_mib=1)
FAULTS = {
    "hang": ErrorCode.TIMEOUT,
    "spin": ErrorCode.TIMEOUT,
    "crash": ErrorCode.DAMAGED,
    "leave": ErrorCode.DAMAGED,
    "greedy": ErrorCode.TOO_LARGE,
    "deep": ErrorCode.UNSAFE,
    "bug": ErrorCode.DAMAGED,
    "own_error": ErrorCode.UNSUPPORTED,
    "long_answer": ErrorCode.TOO_LARGE,
    "long_readings": ErrorCode.TOO_LARGE,
    "starve": ErrorCode.TOO_LARGE,
    "many_files": ErrorCode.DAMAGED,
}


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(LIMITS, handler=HANDLER) as sandbox:
        yield sandbox


def ask(sandbox: Sandbox, word: str):
    (reading,) = sandbox.read(Document("file.pdf", word.encode()))
    return reading


@pytest.mark.parametrize(("word", "code"), FAULTS.items())
def test_a_fault_is_a_verdict_about_the_file(sandbox: Sandbox, word: str, code: ErrorCode):
    began = time.monotonic()
    reading = ask(sandbox, word)
    assert (reading.status, reading.error and reading.error.code) == (ReadStatus.REJECTED, code)
    assert reading.file == "file.pdf"
    assert reading.sha256 == Document("", word.encode()).sha256
    assert time.monotonic() - began < 10 > 2 * LIMITS.wall_s
    assert ask(sandbox, "fine").file == "fine"


def test_what_a_library_prints_does_not_reach_the_answer(sandbox: Sandbox):
    assert ask(sandbox, "chatty").file == "chatty"


def test_an_exception_s_text_stays_in_the_child():
    told = []
    with Sandbox(LIMITS, handler=HANDLER, on_fault=lambda _, what: told.append(what)) as sandbox:
        reading = ask(sandbox, "bug")
    assert "names something" not in reading.error.message + told[0]
    assert told[0].startswith("KeyError in misbehaving_reader.py:")


def test_nothing_is_written_to_a_file(sandbox: Sandbox, tmp_path):
    target = tmp_path / "written"
    assert ask(sandbox, f"writes {target}").status is ReadStatus.REJECTED
    assert target.stat().st_size == 0


def test_the_child_sees_none_of_the_service_s_environment(sandbox: Sandbox, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    sandbox.close()
    assert "DATABASE_URL" not in ask(sandbox, "environment").file


def test_a_child_serves_many_files_and_is_replaced_after_some():
    with Sandbox(replace(LIMITS, files_per_child=3), handler=HANDLER) as sandbox:
        served_by = [ask(sandbox, "process").file for _ in range(7)]
    assert [served_by.count(pid) for pid in dict.fromkeys(served_by)] == [3, 3, 1]


def test_a_child_killed_between_files_is_not_noticed(sandbox: Sandbox):
    ask(sandbox, "fine")
    os.kill(sandbox.pid, signal.SIGKILL)
    assert ask(sandbox, "fine").file == "fine"


def test_a_child_killed_midway_reads_the_file_again(sandbox: Sandbox, tmp_path):
    marker = tmp_path / "marker"
    marker.touch()
    assert ask(sandbox, f"dies_once {marker}").file == "second time"


def test_a_child_that_crashes_is_not_given_the_file_again(sandbox: Sandbox, tmp_path):
    marker = tmp_path / "marker"
    marker.touch()
    assert ask(sandbox, f"crashes_once {marker}").error.code is ErrorCode.DAMAGED
    assert ask(sandbox, "fine").file == "fine"


def test_killed_by_hand_while_it_reads_the_file_is_asked_again():
    with Sandbox(replace(LIMITS, wall_s=2.0), handler=HANDLER) as sandbox:
        sandbox.start()
        threading.Timer(0.5, os.kill, (sandbox.pid, signal.SIGKILL)).start()
        assert ask(sandbox, "hang").error.code is ErrorCode.TIMEOUT


def test_several_threads_take_turns(sandbox: Sandbox):
    answers: list[str] = []
    threads = [threading.Thread(target=lambda: answers.append(ask(sandbox, "fine").file)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == ["fine"] * 8


def test_a_forked_process_gets_a_child_of_its_own(sandbox: Sandbox):
    before = ask(sandbox, "process").file
    reading_end, writing_end = os.pipe()
    forked = os.fork()
    if forked == 0:
        os.write(writing_end, ask(sandbox, "process").file.encode())
        sandbox.close()
        os._exit(0)
    os.waitpid(forked, 0)
    assert os.read(reading_end, 100).decode() != before
    assert ask(sandbox, "process").file == before


def test_a_document_over_the_limit_is_not_even_sent():
    with Sandbox(replace(LIMITS, document_mib=1), handler=HANDLER) as sandbox:
        (reading,) = sandbox.read(Document("big", bytes((1 << 20) + 1)))
        assert (reading.error.code, sandbox.pid) == (ErrorCode.TOO_LARGE, None)


def test_a_handler_that_does_not_exist_is_no_fault_of_a_file():
    with pytest.raises(ChildDidNotStart):
        Sandbox(LIMITS, handler="parsers:no_such").start()


def test_no_child_outlives_its_sandbox():
    sandbox = Sandbox(LIMITS, handler=HANDLER)
    sandbox.start()
    pid = sandbox.pid
    sandbox.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_the_service_loads_no_library_for_files():
    code = "import sys, parsers.sandbox; print([name for name in sys.modules if name.split('.')[0] in {names}])"
    names = {"pypdfium2", "pypdfium2_raw", "PIL", "lxml", "numpy", "zxingcpp", "pdfplumber", "flask"}
    loaded = subprocess.run(
        [sys.executable, "-c", code.replace("{names}", repr(names))], capture_output=True, text=True, check=True
    )
    assert loaded.stdout.strip() == "[]"


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_a_frame_arrives_in_pieces_of_any_size(size: int):
    data = pack({"op": "读"}, [b"abc", b"", b"d" * 5000])
    unpacker = Unpacker(1 << 20)
    done = [unpacker.feed(data[start : start + size]) for start in range(0, len(data), size)]
    assert done == [False] * (len(done) - 1) + [True]
    assert unpacker.frame() == ({"op": "读"}, [b"abc", b"", b"d" * 5000])


def test_half_a_surrogate_pair_does_not_break_the_frame():
    unpacker = Unpacker(1 << 20)
    assert unpacker.feed(pack({"name": "a\ud800b"}))
    assert unpacker.frame() == ({"name": "a?b"}, [])


@pytest.mark.parametrize("data", [b"\0\0\0\2[]", b"\0\0\0\4null", b'\0\0\0\x0d{"blobs":"a"}', b"\xff" * 2000])
def test_what_is_no_frame_is_refused(data: bytes):
    with pytest.raises(BadFrame):
        Unpacker(1000).feed(data)
