"""The only wiring: settings, database, files, sign-in, pages."""

import importlib
from pathlib import Path
from typing import Any

from flask import Flask, request
from flask_migrate import Migrate
from flask_wtf import CSRFProtect

from reimburse.settings import Settings, data_folder
from reimburse.store import rows
from reimburse.store.db import db, reading_only
from reimburse.store.files import Files
from reimburse.web import VIEWS, errors, frame
from reimburse.web.access import login_manager

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def create_app(settings: Settings) -> Flask:
    """The application for these settings; nothing is read from anywhere else."""
    app = Flask("reimburse", template_folder=str(data_folder("templates")), static_folder=None)
    app.config.update(_configuration(settings))
    app.extensions["settings"] = settings
    app.extensions["files"] = Files(settings)
    app.extensions["tables"] = rows.__all__
    db.init_app(app)
    Migrate(app, db, directory=str(Path(__file__).parent / "store" / "migrations"))
    login_manager.init_app(app)
    CSRFProtect(app)
    errors.register(app)
    frame.register(app)
    app.before_request(_note_reading)
    for module in VIEWS:
        app.register_blueprint(importlib.import_module(module).bp)
    return app


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
