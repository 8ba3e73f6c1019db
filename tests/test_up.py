"""``reimburse up`` as an operator meets it: it starts, says what is wrong in one line, and loses nothing."""

import os
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from reimburse.demo.company import PASSWORD
from reimburse.demo.samples import samples
from reimburse.store.db import today
from tests.running import Browser, Installation, free_port, installation, start, stop, wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/stat").is_file(), reason="needs /proc to look at processes"),
]
OVERDUE_S = "3"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("desk"), job_overdue_s=OVERDUE_S) as running:
        yield running


def states(desk: Installation) -> dict[str, int]:
    with sqlite3.connect(f"file:{desk.data}/reimburse.sqlite3?mode=ro", uri=True) as connection:
        return dict(connection.execute("SELECT state, count(*) FROM documents GROUP BY state"))


def refusal(process: "subprocess.Popen[str]") -> str:
    """What it said when it refused to start."""
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    return str(said)


def upload(desk: Installation, seed: int) -> int:
    """Thirty fresh invoices of every format; how many files."""
    made = [sample for sample in samples(today(), seed) if sample.invoice][:30]
    browser = Browser(desk.address)
    browser.sign_in("lin", PASSWORD)
    browser.upload("/invoices/upload", {sample.name: sample.data for sample in made})
    return len(made)


def all_read(desk: Installation, expected: int) -> bool:
    return wait_until(lambda: states(desk) == {"read": expected}, 60)


def test_the_demo_is_there_and_signs_in(desk: Installation) -> None:
    browser = Browser(desk.address)
    browser.sign_in("lin", PASSWORD)
    assert "林晓" in browser.get("/")


def test_a_second_instance_on_the_same_data_says_so(desk: Installation) -> None:
    second = start(desk.data)
    assert "Another instance is running" in refusal(second)


def test_a_busy_port_says_so(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = start(tmp_path / "data", port=taken.getsockname()[1])
        lines = refusal(process).strip().splitlines()
    assert len(lines) == 1
    assert "--port" in lines[0]


def test_an_unusable_data_folder_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    process = start(tmp_path / "file")
    assert "--data" in refusal(process)


def test_a_wrong_setting_names_itself(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("max_upload_mb = 5\n")
    process = start(tmp_path)
    assert "max_upload_mb" in refusal(process)


def test_workers_killed_in_the_middle_of_reading_lose_nothing(desk: Installation) -> None:
    before = sum(states(desk).values())
    more = upload(desk, seed=71)
    for _ in range(2):
        for worker in desk.running("workers.run"):
            os.kill(worker, signal.SIGKILL)
        time.sleep(1)
    assert all_read(desk, before + more), states(desk)


def test_a_wiped_queue_loses_nothing(desk: Installation) -> None:
    before = sum(states(desk).values())
    more = upload(desk, seed=72)
    queue = Redis.from_url(f"unix://{desk.data}/queue.sock")
    for _ in range(5):
        queue.flushall()
        time.sleep(0.1)
    assert all_read(desk, before + more), states(desk)


def test_a_killed_queue_loses_nothing(desk: Installation) -> None:
    before = sum(states(desk).values())
    more = upload(desk, seed=73)
    for server in desk.running("valkey-server"):
        os.kill(server, signal.SIGKILL)
    assert all_read(desk, before + more), states(desk)


def test_a_second_start_keeps_the_data_and_an_end_leaves_no_process(tmp_path: Path) -> None:
    with installation(tmp_path, "--no-demo") as first:
        assert "公司" in Browser(first.address).get("/setup")
        children = [number for number, _ in first.children()]
    assert len(children) >= 5
    assert [number for number in children if Path(f"/proc/{number}").exists()] == []
    key = (tmp_path / "secret_key").read_text()
    with installation(tmp_path, "--no-demo"):
        assert (tmp_path / "secret_key").read_text() == key


def test_children_end_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    process = start(tmp_path, "--no-demo", port=free_port())
    found = Installation("", tmp_path, process)
    assert wait_until(lambda: len(found.children()) >= 5, 60)
    children = [number for number, _ in found.children()]
    process.kill()
    assert wait_until(lambda: not [number for number in children if Path(f"/proc/{number}").exists()], 20)
    stop(process)
