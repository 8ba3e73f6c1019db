"""Writers of different chains do not wait for each other; writers of one chain take turns and it never forks."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as drawn
from hypothesis import strategies as st
from sqlalchemy import func, select

from reimburse.services.archive.archive_chains import problems_of, told_by
from reimburse.store.db import db, now, reading, transaction
from reimburse.store.events import EventRow, record
from tests.archive_stories import problems
from tests.databases import server, settings

__all__ = ["server", "settings"]
PATIENCE_S = 30
WRITERS = 3
Work = Sequence[Sequence[int]]


def appended(app: Flask, chains: Sequence[int], start: threading.Barrier) -> int:
    """Append an event to each of these chains in turn, each in a transaction of its own; how many."""
    with app.app_context():
        start.wait(PATIENCE_S)
        for chain in chains:
            with transaction() as session:
                record(session, f"sampling:{chain}", "drawn", None, now(), {"by": threading.get_ident()})
        db.session.remove()
    return len(chains)


def at_once(app: Flask, work: Work) -> int:
    """Let every writer go at the same moment; how many events they appended."""
    start = threading.Barrier(len(work))
    with ThreadPoolExecutor(len(work)) as pool:
        return sum(future.result(PATIENCE_S) for future in [pool.submit(appended, app, one, start) for one in work])


def lengths() -> dict[str, int]:
    with reading() as session:
        counted = select(EventRow.chain, func.count()).group_by(EventRow.chain)
        return {row[0]: row[1] for row in session.execute(counted)}


@drawn(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(work=st.lists(st.lists(st.integers(1, 3), min_size=1, max_size=5), min_size=WRITERS, max_size=WRITERS))
def test_chains_never_fork_however_many_write(app: Flask, work: Work) -> None:
    before = sum(lengths().values())
    assert at_once(app, work) == sum(map(len, work))
    found = lengths()
    assert sum(found.values()) == before + sum(map(len, work))
    with reading() as session:
        told = told_by(session, list(found), lambda _: None)
    assert {one.chain: one.seq for one in told} == found
    assert list(problems_of(told)) == []


def test_everybody_on_one_chain_takes_turns(app: Flask) -> None:
    assert at_once(app, [[1] * 10] * 4) == 40
    assert lengths() == {"sampling:1": 40}
    assert problems() == []


def test_a_writer_of_another_chain_does_not_wait(app: Flask) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    with transaction() as session:
        record(session, "sampling:1", "drawn", None, now(), {})
        assert at_once(app, [[2, 3], [4, 2]]) == 4
    assert lengths() == {"sampling:1": 1, "sampling:2": 2, "sampling:3": 1, "sampling:4": 1}


def test_the_second_writer_of_a_chain_goes_on_when_the_first_is_done(app: Flask) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    start = threading.Barrier(1)
    with ThreadPoolExecutor(1) as pool:
        with transaction() as session:
            record(session, "sampling:1", "drawn", None, now(), {})
            second = pool.submit(appended, app, [1], start)
            with pytest.raises(TimeoutError):
                second.result(0.5)
        assert second.result(PATIENCE_S) == 1
    assert lengths() == {"sampling:1": 2}
    assert problems() == []
