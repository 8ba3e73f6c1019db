"""What came to be kept later is taken in as it is found: no false alarm before, and every change shows afterwards."""

from sqlalchemy import select

from reimburse.services.archive import archive_adoption
from reimburse.store.archive import AdoptionRow
from reimburse.store.db import db, transaction
from reimburse.store.events import EventRow
from reimburse.store.upgrade import note_older_rows
from tests.archive_stories import archived, problems, shipped_policy, tamper
from tests.databases import server, settings

__all__ = ["server", "settings", "shipped_policy"]
LATER = ("key", "title")
"""Families that an archive of the release before knows nothing of."""


def older(until: int) -> None:
    """Make the archive one of the release before: its rows are there, and no event states them."""
    for family in LATER:
        assert tamper(f"DELETE FROM events WHERE chain >= '{family}:' AND chain < '{family};'")
    with transaction() as session:
        session.add_all(AdoptionRow(family=f"{family}.2", until_id=until, done_id=0) for family in LATER)


def kinds(family: str) -> set[str]:
    with transaction() as session:
        return set(session.scalars(select(EventRow.kind).where(EventRow.chain.startswith(f"{family}:"))))


def test_older_rows_are_taken_in_and_changes_show_from_then_on(company: dict[str, int]) -> None:
    archived(company)
    older(until=10)
    assert problems() == []
    assert archive_adoption.adopt() >= 2
    assert {family: kinds(family) for family in LATER} == {"key": {"adopted"}, "title": {"adopted"}}
    assert problems() == []
    assert archive_adoption.adopt() == 0
    assert tamper("UPDATE invoice_balances SET face_fen = face_fen + 1")
    assert tamper("UPDATE legal_entities SET name = 'x'")
    found = "\n".join(problems())
    assert "title record 1 of title 1: changed" in found
    assert "face value /" in found


def test_without_waiting_they_would_be_told(company: dict[str, int]) -> None:
    archived(company)
    assert tamper("DELETE FROM events WHERE chain >= 'key:' AND chain < 'key;'")
    assert any("face value of invoice number" in line for line in problems())


def test_an_upgrade_notes_each_family_once(company: dict[str, int]) -> None:
    archived(company)
    db.session.rollback()
    noted = ("key.2", "title.2", "claim", "claim.2")
    with transaction() as session:
        assert session.scalars(select(AdoptionRow.family)).all() == []
    with db.engine.begin() as connection:
        note_older_rows(connection)
        note_older_rows(connection)
    with transaction() as session:
        waiting = {row.family: row.until_id for row in session.scalars(select(AdoptionRow))}
    assert [family for family in noted if not waiting.get(family)] == []
