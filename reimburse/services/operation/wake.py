"""Wake the dispatcher when a transaction that asked for work has committed."""

import structlog
from flask import Flask
from redis.exceptions import RedisError
from sqlalchemy import event
from sqlalchemy.orm import Session

from reimburse.services.operation.queue import connect, wake
from reimburse.services.outbox import ASKED
from reimburse.store.db import db

log = structlog.get_logger()


def wake_after_commit(app: Flask) -> None:
    """From now on each commit with new work wakes the dispatcher. A queue that is away is no error: it looks itself."""
    connection = connect(app.extensions["settings"])

    def committed(session: Session) -> None:
        if not session.info.pop(ASKED, False):
            return
        try:
            wake(connection)
        except RedisError as away:
            log.warning("queue away, the scheduler will find the work", why=str(away))

    event.listen(db.session, "after_commit", committed)
    app.extensions["queue"] = connection
