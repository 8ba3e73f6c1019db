"""An empty database with every table and guard: made once in a process, then copied for each test."""

import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

from flask import Flask
from jinja2 import FileSystemBytecodeCache

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
