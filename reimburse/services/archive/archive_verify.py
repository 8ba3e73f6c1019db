"""The whole archive, checked: every chain and seal, every stored row and file. In constant memory, nothing written."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from reimburse.services.archive import (
    archive_chains,
    archive_checks,
    archive_copies,
    archive_erased,
    archive_files,
    archive_rows,
)
from reimburse.services.archive.archive_names import Problem
from reimburse.services.invoices.intake import files
from reimburse.store.archive import SealRow
from reimburse.store.db import db, reading

Progress = Callable[[Counter[str]], None]
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, ArithmeticError, StatementError)
"""What reading a field raises that holds what no such field can hold."""


def problems(progress: Progress) -> Iterator[Problem]:
    """Everything in the archive that is not as it was; ``progress`` is told how much was looked at so far."""
    counted: Counter[str] = Counter()

    def count(kind: str) -> None:
        counted[kind] += 1
        progress(counted)

    yield from _chains(count)
    yield from _whole(count)
    yield from _seals(count)
    yield from _balances(count)
    yield from _files(count)
    yield from _unlisted(count)


def _chains(count: archive_checks.Count) -> Iterator[Problem]:
    after = ""
    while True:
        with _snapshot() as session:
            names = archive_chains.names_after(session, after)
        if not names:
            return
        try:
            found = _of_chains(names, count)
        except UNREADABLE:
            found = [problem for name in names for problem in _of_chain(name)]
        yield from found
        after = names[-1]
        for _ in names:
            count("chains")


def _of_chains(names: Sequence[str], count: archive_checks.Count) -> list[Problem]:
    with _snapshot() as session:
        chains = archive_chains.told_by(session, names, count)
        return [*archive_chains.problems_of(chains), *archive_rows.changed_rows(session, chains)]


def _of_chain(name: str) -> list[Problem]:
    """One chain by itself: what cannot be read spoils no other."""
    try:
        return _of_chains([name], lambda _: None)
    except UNREADABLE:
        with _snapshot() as session:
            return [archive_chains.unreadable(session, name)]


def _whole(count: archive_checks.Count) -> Iterator[Problem]:
    with _snapshot() as session:
        found = [
            *archive_rows.unchained(session),
            *archive_checks.altered_policies(session, count),
            *archive_checks.lost_policies(session),
            *archive_checks.wrong_advances(session),
            *archive_checks.altered_roots(session, count),
            *archive_erased.erased_problems(session, count),
        ]
    yield from found


def _seals(count: archive_checks.Count) -> Iterator[Problem]:
    before: SealRow | None = None
    while True:
        with _snapshot() as session:
            before, found = archive_checks.seals_after(session, before, count)
            session.expunge_all()
        yield from found
        if before is None:
            break
    with _snapshot() as session:
        found = list(archive_copies.wrong_copies(session, files()))
    yield from found


def _balances(count: archive_checks.Count) -> Iterator[Problem]:
    after: tuple[str, str] | None = None
    while True:
        with _snapshot() as session:
            after, found = archive_checks.wrong_balances(session, after, count)
        yield from found
        if after is None:
            return


def _files(count: archive_checks.Count) -> Iterator[Problem]:
    after, store = "", files()
    while True:
        with _snapshot() as session:
            rows = [(row.sha256, row.size) for row in archive_files.files_after(session, after)]
            erased = archive_erased.erased_files(session, [sha256 for sha256, _ in rows])
        if not rows:
            return
        for sha256, size in rows:
            count("files")
            state = archive_files.state_of(store, sha256, size)
            if state != "well" and not (state == "gone" and sha256 in erased):
                with _snapshot() as session:
                    found = archive_files.of_file(session, sha256, state)
                yield found
        after = rows[-1][0]


def _unlisted(count: archive_checks.Count) -> Iterator[Problem]:
    store = files()
    with _snapshot() as session:
        named = list(archive_files.unlisted(session))
    for one in named:
        count("files")
        found = archive_files.of_unlisted(store, one)
        if found is not None:
            yield found


@contextmanager
def _snapshot() -> Iterator[Session]:
    """A transaction in which all that is read belongs together."""
    with reading() as session:
        if db.engine.dialect.name == "postgresql":
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield session
        session.expunge_all()
