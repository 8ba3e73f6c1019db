"""Migrations make the tables that the rows describe, with their guards, on both databases."""

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from reimburse.app import create_app
from reimburse.demo import company
from reimburse.settings import Settings
from reimburse.store.db import Base, db, now, transaction
from reimburse.store.events import record
from reimburse.store.guards import GUARDED
from reimburse.store.upgrade import upgrade
from tests.databases import server, settings

__all__ = ["server", "settings"]
TRIGGERS = {
    "sqlite": "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT event_object_table FROM information_schema.triggers",
}
ENTITY = "INSERT INTO legal_entities (id, name, tax_id, former_names) VALUES (1, '甲公司', '91990000MA0DEM0011', '[]')"
DEPARTMENT = "INSERT INTO departments (id, name, legal_entity_id, cost_center) VALUES (1, '研发部', 1, 'CC1')"


@pytest.fixture
def migrated(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    with app.app_context():
        upgrade()
        yield app
        db.session.remove()
        db.engine.dispose()


def test_every_table_is_as_its_row_says(migrated: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_what_is_never_changed_is_guarded(migrated: Flask) -> None:
    found = set(db.session.scalars(text(TRIGGERS[db.engine.dialect.name])))
    assert found == set(GUARDED)


def test_a_second_upgrade_keeps_what_is_there(migrated: Flask) -> None:
    with transaction() as session:
        people = company.found(session)
    upgrade()
    assert db.session.execute(text("SELECT count(*) FROM people")).scalar() == len(people)


@pytest.mark.parametrize("statement", ["UPDATE events SET kind = 'x'", "DELETE FROM events"])
def test_history_is_not_rewritten(migrated: Flask, statement: str) -> None:
    with transaction() as session:
        record(session, "claim:1", "submit", None, now(), {})
    with pytest.raises(DatabaseError, match="append-only"):
        db.session.execute(text(statement))
    db.session.rollback()


def test_an_older_database_keeps_its_rows_and_gets_its_guards_back(settings: Settings) -> None:
    app = create_app(settings)
    with app.app_context():
        upgrade("0001")
        with db.engine.begin() as connection:
            connection.execute(text(ENTITY))
            connection.execute(text(DEPARTMENT))
        upgrade()
        assert db.session.execute(
            text("SELECT d.name, e.name FROM departments d JOIN legal_entities e ON e.id = d.legal_entity_id")
        ).all() == [("研发部", "甲公司")]
        assert set(db.session.scalars(text(TRIGGERS[db.engine.dialect.name]))) == set(GUARDED)
        db.session.remove()
        db.engine.dispose()
