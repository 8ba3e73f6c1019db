"""The queue between the outbox and the workers. It may vanish at any moment; nothing rests on it."""

from datetime import timedelta

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy.orm import Session

from reimburse.services import outbox
from reimburse.settings import Settings
from reimburse.store.db import now, transaction
from reimburse.store.outbox import OutboxRow

QUEUE = "reimburse"
WAKE = "reimburse:wake"
ENTRY = "workers.jobs.run"
JOB_TIMEOUT_S = 300


def connect(settings: Settings) -> "Redis":
    """A connection to the queue's server."""
    return Redis.from_url(settings.queue, socket_connect_timeout=2, health_check_interval=30)


def dispatch(connection: "Redis", settings: Settings, limit: int = 100) -> int:
    """Hand every outbox row that is due to the queue; how many were sent.

    The row is marked sent first: if the queue then fails, the row counts as overdue later and is sent again.
    """
    with transaction() as session:
        rows = _take(session, settings, limit)
    queue = Queue(QUEUE, connection=connection, serializer=JSONSerializer)
    for row_id, job, args in rows:
        try:
            queue.enqueue_call(ENTRY, (job, row_id, args), timeout=JOB_TIMEOUT_S, result_ttl=0, failure_ttl=3600)
        except RedisError:
            _take_back(row_id)
            raise
    return len(rows)


def wake(connection: "Redis") -> None:
    """Tell the dispatcher that there is something new; it looks by itself every second anyway."""
    connection.lpush(WAKE, "1")
    connection.ltrim(WAKE, 0, 0)


def wait_for_wake(connection: "Redis", seconds: int = 1) -> None:
    """Sleep until woken, ``seconds`` at the most."""
    connection.blpop([WAKE], timeout=seconds)


def _take(session: Session, settings: Settings, limit: int) -> list[tuple[int, str, list[int | str]]]:
    at = now()
    rows = outbox.due(session, at, timedelta(seconds=settings.job_overdue_s), limit)
    most = len(settings.retry_delays_s) + 2
    for row in rows:
        row.sent_at = at
        row.attempts += 1
        if row.attempts > most:
            # Sent so often and never done: it takes the worker down with it.
            row.failed_at, row.error = at, row.error or "the worker died each time it ran this job"
    return [(row.id, row.job, row.args) for row in rows if row.failed_at is None]


def _take_back(row_id: int) -> None:
    with transaction() as session:
        row = session.get(OutboxRow, row_id)
        if row and row.done_at is None:
            row.sent_at = None
            row.attempts -= 1
