"""An empty database with every table and guard: made once in a process, then copied for each test."""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import URL, Dialect, Engine, create_engine, event, make_url, text
from werkzeug.routing import Rule

from reimburse.app import create_app
from reimburse.settings import Settings, load
from reimburse.store.db import db


def lay_out(settings: Settings) -> None:
    """Put the tables where these settings look for them: copied before anything opens it."""
    if settings.database_url:
        _copy(settings.database_url)
        return
    settings.data.mkdir(parents=True, exist_ok=True)
    Path(settings.database.removeprefix("sqlite:///")).write_bytes(_tables())


def _copy(address: str) -> None:
    """The database of this address, as a copy of the server's laid out one."""
    mine = make_url(address)
    _made_once(mine.set(database="postgres").render_as_string(hide_password=False))
    _at(mine, f'CREATE DATABASE "{mine.database}" TEMPLATE laid_out')


@cache
def _made_once(server: str) -> None:
    _at(make_url(server), "CREATE DATABASE laid_out")
    _create(make_url(server).set(database="laid_out").render_as_string(hide_password=False))


def _at(server: URL, *statements: str) -> None:
    engine = create_engine(server.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def played_once(app: Flask, story: Callable[[], dict[str, str]]) -> dict[str, str]:
    """What the story tells, with its data in the app's folder: played for the first test, copied for the others."""
    settings: Settings = app.extensions["settings"]
    if story not in _PLAYED:
        told = story()
        _let_go()
        _PLAYED[story] = (tempfile.TemporaryDirectory(prefix="story-"), told)
        shutil.copytree(settings.data, _PLAYED[story][0].name, dirs_exist_ok=True)
    folder, told = _PLAYED[story]
    _let_go()
    shutil.copytree(folder.name, settings.data, dirs_exist_ok=True)
    return dict(told)


def _let_go() -> None:
    """No connection holds the database's file, and all that was written stands in it."""
    db.session.remove()
    db.engine.dispose()


_PLAYED: "dict[Callable[[], dict[str, str]], tuple[tempfile.TemporaryDirectory[str], dict[str, str]]]" = {}


def keep_templates(app: Flask) -> None:
    """Templates are compiled once for all the apps of a process."""
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(_compiled().name)


class KeptRule(Rule):
    """An address whose builders, which depend on nothing but its words, are compiled once for all apps."""

    def _compile_builder(self, append_unknown: bool = True) -> Any:
        known = (self.rule, self.subdomain, self.host, repr(self.defaults), self.merge_slashes, append_unknown)
        if known not in _BUILDERS:
            _BUILDERS[known] = super()._compile_builder(append_unknown)
        return _BUILDERS[known]


_BUILDERS: dict[tuple[object, ...], Any] = {}
Flask.url_rule_class = KeptRule


@cache
def _tables() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "laid_out.sqlite3"
        _create(f"sqlite:///{path}")
        return path.read_bytes()


def _create(address: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        plain = replace(load(Path(folder), {}), secret_key="a key for tests only, thirty-two characters")
        with create_app(replace(plain, database_url=address)).app_context():
            db.create_all()
            db.session.remove()
            db.engine.dispose()


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
