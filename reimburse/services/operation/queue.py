"""The queue between the outbox and the workers. It may vanish at any moment; nothing rests on it."""

from datetime import timedelta
from itertools import chain

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.services import outbox
from reimburse.settings import Settings
from reimburse.store.db import now, transaction
from reimburse.store.outbox import OutboxRow

QUEUE = "reimburse"
WAKE = "reimburse:wake"
ENTRY = "workers.jobs.run"
BUSY_GROUPS = 8
MOST_IN_GROUP = 8
Work = tuple[str, int, list[int | str]]
"""A job's name, its outbox row, its arguments."""
JOB_TIMEOUT_S = 300
LONG = frozenset({"verify_archive", "make_package"})
"""Jobs that read as much as the archive holds: each is sent alone and may take its time; they tell that they live."""
LONG_TIMEOUT_S = 24 * 3600


def connect(settings: Settings) -> "Redis":
    """A connection to the queue's server."""
    return Redis.from_url(settings.queue, socket_connect_timeout=2, health_check_interval=30)


def dispatch(connection: "Redis", settings: Settings, limit: int = 100) -> int:
    """Hand every outbox row that is due to the queue, a few rows a message; how many were sent.

    The rows are marked sent first: if the queue then fails, they are taken back, or sent again once they are overdue.
    """
    with transaction() as session:
        rows = _take(session, settings, limit)
    queue = Queue(QUEUE, connection=connection, serializer=JSONSerializer)
    groups = _groups(rows)
    for number, group in enumerate(groups):
        try:
            timeout = LONG_TIMEOUT_S if group[0][0] in LONG else JOB_TIMEOUT_S
            queue.enqueue_call(ENTRY, (group,), timeout=timeout, result_ttl=0, failure_ttl=3600)
        except RedisError:
            _take_back([row_id for _, row_id, _ in chain.from_iterable(groups[number:])])
            raise
    return len(rows)


def wake(connection: "Redis") -> None:
    """Tell the dispatcher that there is something new; it looks by itself every second anyway."""
    connection.lpush(WAKE, "1")
    connection.ltrim(WAKE, 0, 0)


def wait_for_wake(connection: "Redis", seconds: int = 1) -> None:
    """Sleep until woken, ``seconds`` at the most."""
    connection.blpop([WAKE], timeout=seconds)


def _take(session: Session, settings: Settings, limit: int) -> list[Work]:
    at = now()
    rows = outbox.due(session, at, timedelta(seconds=settings.job_overdue_s), limit)
    most = len(settings.retry_delays_s) + 2
    for row in rows:
        row.sent_at = at
        row.attempts += 1
        if row.attempts > most:
            # Sent so often and never done: it takes the worker down with it.
            row.failed_at, row.error = at, row.error or "the worker died each time it ran this job"
    return [(row.job, row.id, row.args) for row in rows if row.failed_at is None]


def _take_back(row_ids: list[int]) -> None:
    with transaction() as session:
        for row in session.scalars(select(OutboxRow).where(OutboxRow.id.in_(row_ids), OutboxRow.done_at.is_(None))):
            row.sent_at = None
            row.attempts -= 1


def _groups(rows: list[Work]) -> list[list[Work]]:
    """Rows in the order given, in enough groups to keep every worker busy; long ones alone and behind the others.

    >>> [len(group) for group in _groups([("job", number, []) for number in range(20)])]
    [3, 3, 3, 3, 3, 3, 2]
    >>> [[job for job, _, _ in group] for group in _groups([("make_package", 1, []), ("job", 2, []), ("job", 3, [])])]
    [['job'], ['job'], ['make_package']]
    """
    short = [row for row in rows if row[0] not in LONG]
    size = min(-(-len(short) // BUSY_GROUPS) or 1, MOST_IN_GROUP)
    return [short[at : at + size] for at in range(0, len(short), size)] + [[row] for row in rows if row[0] in LONG]
