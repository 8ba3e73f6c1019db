"""The scheduler process: hands outbox rows to the queue, sends lost ones again, asks for the daily work."""

import os
import signal
import sys
import time
from datetime import date
from pathlib import Path
from types import FrameType

import structlog
from flask import Flask
from redis import Redis
from redis.exceptions import RedisError

from reimburse.app import open_app
from reimburse.services.operation import daily
from reimburse.services.operation.queue import dispatch, wait_for_wake
from reimburse.store.db import db, today

log = structlog.get_logger()
GATHER_S = 0.05
"""How long new work is gathered before it is sent together."""


def main() -> None:
    """Run until told to stop."""
    app = open_app(Path(os.environ.get("REIMBURSE_DATA", "data")), os.environ)
    asked_on: date | None = None
    with app.app_context():
        while True:
            if asked_on != today():
                asked_on = today()
                daily.ask_for_daily_work(asked_on)
            step(app, app.extensions["queue"])


def step(app: Flask, connection: "Redis") -> None:
    """Send what is due, then sleep until woken. A queue that is away is waited for."""
    try:
        while dispatch(connection, app.extensions["settings"]):
            pass
        wait_for_wake(connection)
        time.sleep(GATHER_S)
    except RedisError as away:
        log.warning("queue away, waiting", why=str(away))
        time.sleep(1)
    finally:
        db.session.remove()


def _stop(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    main()
