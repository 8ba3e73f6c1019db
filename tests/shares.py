"""What one worker of pytest-xdist takes at a time, and what comes first: the longest, so that none is left alone."""

import pytest
from xdist.scheduler import LoadFileScheduling

RUNNING = ("tests/browser/", "tests/test_up.py")
"""Tests on running installations: all are one worker's, one after the other, as two would be in each other's way."""
LONG = (
    "test_crawl.py",
    "test_migrations.py",
    "test_against_brute_force.py",
    "test_batch_property.py",
    "test_demo.py",
    "test_posting.py",
    "test_reversals.py",
    "test_archive_erasure.py",
    "test_money_pages.py",
)


class Shares(LoadFileScheduling):
    """A file is a share, and all the running installations are one."""

    def _split_scope(self, nodeid: str) -> str:
        return RUNNING[0] if nodeid.startswith(RUNNING) else str(super()._split_scope(nodeid))


def longest_first(items: list[pytest.Item]) -> None:
    """The order in which the shares are handed out; within a share nothing changes."""
    items.sort(key=lambda item: _rank(item.nodeid))


def _rank(nodeid: str) -> int:
    if nodeid.startswith(RUNNING):
        return 0
    file = nodeid.partition("::")[0].rpartition("/")[2]
    return 1 + (LONG.index(file) if file in LONG else len(LONG))
