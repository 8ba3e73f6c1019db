"""Processes that live and die together: a request to stop is never lost."""

import contextlib
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from reimburse.commands.process_tree import SIGNALS, ProcessTree, Stopped


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[ProcessTree]:
    before = {number: signal.getsignal(number) for number in SIGNALS}
    tree = ProcessTree({}, tmp_path)
    tree.stop_on_signals()
    yield tree
    for number, handler in before.items():
        signal.signal(number, handler)


class Finalized:
    """What a signal raises in here is printed and dropped by the interpreter."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGTERM)


def test_a_signal_raises(tree: ProcessTree) -> None:
    with pytest.raises(Stopped):
        signal.raise_signal(signal.SIGINT)


def test_a_handler_of_errors_does_not_take_it(tree: ProcessTree) -> None:
    with pytest.raises(Stopped), contextlib.suppress(Exception):
        signal.raise_signal(signal.SIGHUP)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_signal_lost_in_a_finalizer_stops_it_all_the_same(tree: ProcessTree) -> None:
    doomed = Finalized()
    del doomed
    with pytest.raises(Stopped):
        tree.watch()
