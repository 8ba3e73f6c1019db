"""Slow files in a container do not add up: what is not read in time is named, and all before it is read."""

import time

import pytest

from parsers.document import Document
from parsers.sandbox import Sandbox
from parsers.sandbox_members import TIME_IS_UP, read_members
from parsers.sandbox_process import Limits
from reimburse.domain.reading import ErrorCode

LIMITS = Limits(wall_s=4.0, cpu_s=4, memory_mib=600)


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(LIMITS, handler="tests.parsers.misbehaving_reader:read") as sandbox:
        sandbox.start()
        yield sandbox


def told(sandbox: Sandbox, *words: str) -> list[str | None]:
    documents = [Document(f"a.zip/{number}.pdf", word.encode()) for number, word in enumerate(words)]
    return [said(one) for [one] in read_members(sandbox, documents)]


def said(reading: dict) -> str | None:
    return reading["error"] and reading["error"]["code"]


def test_a_hundred_files_that_hang_take_little_longer_than_one(sandbox: Sandbox):
    began = time.monotonic()
    assert told(sandbox, "fine", *["hang"] * 100) == [None, *["timeout"] * 100]
    assert time.monotonic() - began < 3 * (LIMITS.wall_s + 2)


def test_what_was_not_read_in_time_is_to_be_read_by_itself(sandbox: Sandbox):
    documents = [Document(f"a.zip/{number}.pdf", b"hang") for number in range(9)]
    last = read_members(sandbox, documents)[-1][0]
    assert (last["file"], last["sha256"]) == ("a.zip/8.pdf", documents[-1].sha256)
    assert last["error"] == {"code": "timeout", "message": TIME_IS_UP}


def test_files_behind_one_that_hangs_are_read(sandbox: Sandbox):
    assert told(sandbox, "hang", *["fine"] * 20, "crash", "fine") == ["timeout", *[None] * 20, "damaged", None]


def test_files_that_take_no_longer_than_their_share_are_all_read(sandbox: Sandbox):
    assert told(sandbox, *["naps"] * 9) == [None] * 9


def test_a_file_left_in_its_container_keeps_its_reason(sandbox: Sandbox):
    documents = [*(Document("a.zip/b", b"hang") for _ in range(5)), Document("a.zip/c", b"", ErrorCode.ENCRYPTED)]
    assert said(read_members(sandbox, documents)[-1][0]) == "encrypted"
