"""A few processes that live and die together."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import click

STOP_S = 15
RESTART_S = 1.0
PR_SET_PDEATHSIG = 1
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody asked the tree to stop; no handler of errors may take it for one."""


@dataclass(slots=True)
class ProcessTree:
    """Children by name. One that ends by itself is started again; all are stopped together, last started first."""

    environment: dict[str, str]
    log_folder: Path
    commands: dict[str, list[str]] = field(default_factory=dict)
    running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    is_stopping: bool = False

    def start(self, name: str, command: list[str]) -> "subprocess.Popen[bytes]":
        """Start a child; what it prints goes to its log file."""
        self.commands[name] = command
        with (self.log_folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(  # noqa: S603
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self.environment,
                preexec_fn=_ends_with(os.getpid()),  # noqa: PLW1509
                start_new_session=True,
            )
        return self.running[name]

    def watch(self) -> None:
        """Restart what ends until ``Stopped`` is raised by a signal."""
        while True:
            self.go_on()
            time.sleep(RESTART_S)
            for name, process in list(self.running.items()):
                if process.poll() is not None:
                    click.echo(f"{name} ended with {process.returncode}, starting it again", err=True)
                    self.start(name, self.commands[name])

    def go_on(self) -> None:
        """Raise ``Stopped`` where somebody asked to stop: what a signal raises is lost while an object is finalized."""
        if self.is_stopping:
            raise Stopped

    def stop_on_signals(self) -> None:
        """From now on SIGINT, SIGTERM and SIGHUP raise ``Stopped``; a second one while stopping is ignored."""

        def stopped(_number: int, _frame: FrameType | None) -> None:
            for number in SIGNALS:
                signal.signal(number, signal.SIG_IGN)
            self.is_stopping = True
            raise Stopped

        for number in SIGNALS:
            signal.signal(number, stopped)

    def stop(self) -> None:
        """Ask every child to end, the one started first (the queue) last; what does not end in time is ended."""
        until = time.monotonic() + STOP_S
        processes = list(self.running.values())
        for group in (processes[1:], processes[:1]):
            living = [process for process in group if process.poll() is None]
            for process in living:
                process.terminate()
            for process in living:
                _wait(process, until)


def _wait(process: "subprocess.Popen[bytes]", until: float) -> None:
    try:
        process.wait(max(until - time.monotonic(), 0.1))
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _ends_with(parent: int) -> Callable[[], None]:
    """What the child runs before its program: end when the parent is gone, however it went (Linux)."""

    def prepare() -> None:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:
                os._exit(1)

    return prepare
