"""The only wiring: settings, database, files, sign-in, pages."""

import importlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask, request
from flask_migrate import Migrate
from flask_wtf import CSRFProtect

from reimburse.services.archive.retention import refuse_unknown_kinds
from reimburse.services.operation.wake import wake_after_commit
from reimburse.settings import Settings, data_folder, load
from reimburse.store import rows
from reimburse.store.db import db, reading_only
from reimburse.store.files import Files
from reimburse.web import VIEWS, address, errors, frame
from reimburse.web.access import login_manager

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def open_app(data: Path, environment: Mapping[str, str]) -> Flask:
    """The application of this data folder; makes the folder and its secret key where they are missing."""
    data = data.resolve()
    data.mkdir(parents=True, exist_ok=True)
    settings = load(data, environment)
    return create_app(settings if settings.secret_key else replace(settings, secret_key=_own_key(data / "secret_key")))


def create_app(settings: Settings) -> Flask:
    """The application for these settings; nothing is read from anywhere else."""
    refuse_unknown_kinds(settings)
    app = Flask("reimburse", template_folder=str(data_folder("templates")), static_folder=None)
    app.config.update(_configuration(settings))
    app.extensions["settings"] = settings
    app.extensions["files"] = Files(settings)
    app.extensions["tables"] = rows.__all__
    db.init_app(app)
    Migrate(app, db, directory=str(Path(__file__).parent / "store" / "migrations"))
    login_manager.init_app(app)
    CSRFProtect(app)
    address.register(app)
    errors.register(app)
    frame.register(app)
    app.before_request(_note_reading)
    wake_after_commit(app)
    for module in VIEWS:
        app.register_blueprint(importlib.import_module(module).bp)
    return app


def _own_key(path: Path) -> str:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32))
    return path.read_text("ascii")


def _configuration(settings: Settings) -> dict[str, Any]:
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database,
        "MAX_CONTENT_LENGTH": settings.max_upload_mib * 1024 * 1024 * settings.max_files_per_upload,
        "PERMANENT_SESSION_LIFETIME": settings.session_hours * 3600,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.public_url.startswith("https://"),
        "WTF_CSRF_TIME_LIMIT": None,
    }


def _note_reading() -> None:
    reading_only.set(request.method in SAFE_METHODS)
