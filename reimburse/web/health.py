"""For machines: is the process alive, can it work, how is it doing."""

from flask import Blueprint, Response, current_app, jsonify
from flask.typing import ResponseReturnValue
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from reimburse.store.db import db

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def alive() -> ResponseReturnValue:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
def ready() -> ResponseReturnValue:
    """Database and queue answer; 503 where the database does not. The queue may be away: work waits for it."""
    database, queue = _database_answers(), _queue_answers()
    return jsonify({"database": database, "queue": queue}), 200 if database else 503


def _database_answers() -> bool:
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


def _queue_answers() -> bool:
    try:
        return bool(current_app.extensions["queue"].ping())
    except RedisError:
        return False
