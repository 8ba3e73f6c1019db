"""An empty database with every table and guard: made once in a process, then copied for each test."""

import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Dialect, Engine, event

from reimburse.app import create_app
from reimburse.settings import Settings, load
from reimburse.store.db import db


def lay_out(settings: Settings) -> None:
    """Put the tables where these settings look for them, if that is a file: copied before anything opens it."""
    if not settings.database_url:
        settings.data.mkdir(parents=True, exist_ok=True)
        Path(settings.database.removeprefix("sqlite:///")).write_bytes(_tables())


def keep_templates(app: Flask) -> None:
    """Templates are compiled once for all the apps of a process."""
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(_compiled().name)


@cache
def _tables() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(load(Path(folder), {}), secret_key="a key for tests only, thirty-two characters")
        app = create_app(settings)
        with app.app_context():
            db.create_all()
            db.session.remove()
            db.engine.dispose()
        return Path(settings.database.removeprefix("sqlite:///")).read_bytes()


@cache
def _compiled() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="templates-")


def hurry(engine: Engine) -> None:
    """What was compiled for one test serves the next, and no test waits for the disk. SQLite only."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF"))
    engine.dialect, engine._compiled_cache = _compiler(engine)


_FIRST: list[Engine] = []


def _compiler(engine: Engine) -> tuple[Dialect, Any]:
    """The dialect of the first engine, which has seen a connection, and the statements compiled for it."""
    if not _FIRST:
        engine.connect().close()
        _FIRST.append(engine)
    return _FIRST[0].dialect, _FIRST[0]._compiled_cache
