"""A whole installation on a folder of its own: the process tree as an operator starts it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from urllib import parse, request
from urllib.error import HTTPError

ROOT = Path(__file__).parent.parent
START_S = 90


@dataclass
class Installation:
    """A running installation: its address, its data, its supervisor."""

    address: str
    data: Path
    process: "subprocess.Popen[str]"

    def children(self) -> list[tuple[int, str]]:
        """The tree's children: process id and command line."""
        return _children(self.process.pid)

    def cpu_seconds(self) -> dict[str, float]:
        """Processor time used so far by the whole tree, by what its processes run."""
        used: dict[str, float] = {}
        waiting = [self.process.pid]
        while waiting:
            number = waiting.pop()
            waiting += [child for child, _ in _children(number)]
            name = _part_of(_words(Path(f"/proc/{number}")))
            used[name] = used.get(name, 0.0) + _cpu_seconds(number)
        return used

    def running(self, words: str) -> list[int]:
        """Ids of the children whose command line holds these words."""
        return [number for number, line in self.children() if words in line]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(data: Path, *options: str, port: int | None = None, **settings: str) -> "subprocess.Popen[str]":
    command = [
        sys.executable,
        "-m",
        "reimburse.cli",
        "up",
        "--data",
        str(data),
        "--port",
        str(port or free_port()),
        *options,
    ]
    environment = {**os.environ, **{f"REIMBURSE_{name.upper()}": value for name, value in settings.items()}}
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@contextmanager
def installation(data: Path, *options: str, **settings: str) -> Iterator[Installation]:
    """An installation that is stopped at the end, as by Ctrl-C."""
    port = free_port()
    process = start(data, *options, port=port, **settings)
    found = Installation(f"http://127.0.0.1:{port}", data, process)
    try:
        wait_until(lambda: answers(found.address) or process.poll() is not None, START_S)
        assert process.poll() is None, process.stdout and process.stdout.read()
        yield found
    finally:
        stop(process)


def stop(process: "subprocess.Popen[str]") -> int:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        return process.wait(30)
    finally:
        if process.poll() is None:
            process.kill()
        if process.stdout:
            process.stdout.close()


def answers(address: str) -> bool:
    try:
        with request.urlopen(f"{address}/healthz", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def wait_until(condition: Callable[[], object], seconds: float) -> bool:
    """Whether the condition came true in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.1)
    return False


class Browser:
    """A person's session over plain HTTP: cookies, CSRF token, forms and files."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._token = ""
        cookies = request.HTTPCookieProcessor(CookieJar())
        self._opener = request.build_opener(cookies)
        self._plain = request.build_opener(cookies, _StayHere())

    def get(self, path: str) -> str:
        with self._opener.open(self.address + path, timeout=30) as answer:
            return answer.read().decode()

    def post(self, path: str, fields: Mapping[str, str | list[str]]) -> str:
        body = parse.urlencode({"csrf_token": self.token(), **fields}, doseq=True).encode()
        with self._opener.open(request.Request(self.address + path, body), timeout=30) as answer:
            return answer.read().decode()

    def send(self, path: str, fields: Mapping[str, str | list[str]]) -> str:
        """Post a form without opening the page it leads to; the address of that page."""
        body = parse.urlencode({"csrf_token": self.token(), **fields}, doseq=True).encode()
        try:
            self._plain.open(request.Request(self.address + path, body), timeout=30).close()
        except HTTPError as answer:
            with answer:
                if answer.code not in (302, 303):
                    raise
                return str(answer.headers["Location"])
        return path

    def sign_in(self, login: str, password: str) -> None:
        self.post("/sign-in", {"login": login, "password": password})
        self._token = ""

    def upload(self, path: str, files: dict[str, bytes]) -> str:
        boundary = "a-boundary-of-the-tests"
        parts = [_part(boundary, 'name="csrf_token"', self.token().encode())]
        parts += [_part(boundary, f'name="files"; filename="{name}"', data) for name, data in files.items()]
        body = b"".join([*parts, f"--{boundary}--\r\n".encode()])
        headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "X-Requested-With": "XMLHttpRequest",
        }
        with self._opener.open(request.Request(self.address + path, body, headers), timeout=60) as answer:
            return answer.read().decode()

    def token(self) -> str:
        """The session's CSRF token, asked for once and again after signing in."""
        if not self._token:
            self._token = self.get("/sign-in").partition('name="csrf-token" content="')[2].partition('"')[0]
        return self._token


class _StayHere(request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def _part(boundary: str, disposition: str, data: bytes) -> bytes:
    return f"--{boundary}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n".encode() + data + b"\r\n"


def _children(parent: int) -> list[tuple[int, str]]:
    entries = [entry for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [(int(entry.name), _words(entry)) for entry in entries if _parent(entry) == parent]


def _cpu_seconds(number: int) -> float:
    try:
        fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _part_of(words: str) -> str:
    parts = {
        "sandbox_child": "reading children",
        "workers.run": "workers",
        "workers.schedule": "scheduler",
        "gunicorn": "web",
        "valkey-server": "queue",
    }
    return next((part for mark, part in parts.items() if mark in words), "supervisor")


def _words(entry: Path) -> str:
    try:
        return (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def _parent(entry: Path) -> int:
    try:
        return int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return 0
