"""The outbox: what is asked for is done, whatever happens to the queue or the workers."""

from datetime import timedelta

import fakeredis
import pytest
from flask import Flask
from redis.exceptions import ConnectionError as QueueAway
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import select

from reimburse.domain.finding import Text
from reimburse.services import notices, outbox
from reimburse.services.operation import daily, jobs, queue
from reimburse.settings import Settings
from reimburse.store.db import db, now, today, transaction
from reimburse.store.outbox import OutboxRow
from reimburse.store.people import PersonRow
from workers.jobs import run


def asked(job: str = "send_mail", *args: int) -> int:
    with transaction() as session:
        return outbox.ask(session, job, *args).id


def row(outbox_id: int) -> OutboxRow:
    db.session.expire_all()
    return db.session.get_one(OutboxRow, outbox_id)


def queued(connection: fakeredis.FakeRedis) -> list[list[object]]:
    """The rows in the queue, in order: job, row, arguments."""
    messages = Queue(queue.QUEUE, connection=connection, serializer=JSONSerializer).get_jobs()
    return [row for message in messages for row in message.args[0]]


def later(outbox_id: int, seconds: int) -> None:
    """As if the row had been sent so many seconds ago."""
    with transaction() as session:
        found = session.get_one(OutboxRow, outbox_id)
        found.sent_at = now() - timedelta(seconds=seconds)


def test_what_is_asked_for_is_sent_once(app: Flask, settings: Settings) -> None:
    connection = fakeredis.FakeRedis()
    first = asked("send_mail", 7)
    assert queue.dispatch(connection, settings) == 1
    assert queue.dispatch(connection, settings) == 0
    assert queued(connection) == [["send_mail", first, [7]]]


def test_work_of_a_transaction_that_failed_is_never_sent(app: Flask, settings: Settings) -> None:
    def ask_and_fail() -> None:
        with transaction() as session:
            outbox.ask(session, "send_mail", 7)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask_and_fail()
    assert queue.dispatch(fakeredis.FakeRedis(), settings) == 0


def test_a_queue_that_is_away_loses_nothing(app: Flask, settings: Settings) -> None:
    server = fakeredis.FakeServer()
    server.connected = False
    first = asked("send_mail", 7)
    with pytest.raises(QueueAway):
        queue.dispatch(fakeredis.FakeRedis(server=server), settings)
    assert row(first).sent_at is None
    server.connected = True
    assert queue.dispatch(fakeredis.FakeRedis(server=server), settings) == 1


def test_a_wiped_queue_is_filled_again(app: Flask, settings: Settings) -> None:
    connection = fakeredis.FakeRedis()
    first = asked("send_mail", 7)
    queue.dispatch(connection, settings)
    connection.flushall()
    later(first, settings.job_overdue_s - 5)
    assert queue.dispatch(connection, settings) == 0
    later(first, settings.job_overdue_s + 5)
    assert queue.dispatch(connection, settings) == 1
    assert queued(connection) == [["send_mail", first, [7]]]


def test_what_is_done_is_not_sent_again(app: Flask, settings: Settings) -> None:
    connection = fakeredis.FakeRedis()
    first = asked()
    queue.dispatch(connection, settings)
    with transaction() as session:
        outbox.mark_done(session, first)
    later(first, settings.job_overdue_s + 5)
    assert queue.dispatch(connection, settings) == 0


def test_a_failed_job_is_tried_after_each_delay_and_then_shown(app: Flask, settings: Settings) -> None:
    connection = fakeredis.FakeRedis()
    first = asked()
    for delay in settings.retry_delays_s:
        assert queue.dispatch(connection, settings) == 1
        outbox.note_failure(first, ValueError("broken"), settings.retry_delays_s)
        wait = (row(first).due_at - now()).total_seconds()
        assert delay - 2 < wait <= delay
        with transaction() as session:
            session.get_one(OutboxRow, first).due_at = now()
    assert queue.dispatch(connection, settings) == 1
    outbox.note_failure(first, ValueError("broken"), settings.retry_delays_s)
    assert queue.dispatch(connection, settings) == 0
    assert [(job.state, job.row.error) for job in jobs.unfinished()] == [("failed", "ValueError: broken")]
    outbox.retry(first)
    assert queue.dispatch(connection, settings) == 1


def test_a_job_that_always_kills_its_worker_is_given_up(app: Flask, settings: Settings) -> None:
    connection = fakeredis.FakeRedis()
    first = asked()
    sent = 0
    for _ in range(20):
        sent += queue.dispatch(connection, settings)
        if row(first).failed_at:
            break
        later(first, settings.job_overdue_s + 5)
    assert row(first).failed_at
    assert sent == len(settings.retry_delays_s) + 2


def test_daily_work_is_asked_for_once_a_day(app: Flask) -> None:
    assert daily.ask_for_daily_work(today()) == [*daily.DAILY, *daily.MONTHLY]
    assert daily.ask_for_daily_work(today()) == []
    assert daily.ask_for_daily_work(today() + timedelta(days=1))[: len(daily.DAILY)] == list(daily.DAILY)


def test_the_dispatcher_is_woken_by_a_commit(app: Flask, settings: Settings) -> None:
    connection = fakeredis.FakeRedis()
    queue.wake(connection)
    queue.wake(connection)
    assert connection.llen(queue.WAKE) == 1
    queue.wait_for_wake(connection)
    assert connection.llen(queue.WAKE) == 0


def test_many_rows_go_in_a_few_messages(app: Flask, settings: Settings) -> None:
    connection = fakeredis.FakeRedis()
    rows = [asked("send_mail", number) for number in range(20)]
    assert queue.dispatch(connection, settings) == 20
    assert [row[1] for row in queued(connection)] == rows
    assert Queue(queue.QUEUE, connection=connection, serializer=JSONSerializer).count < 10


def test_a_failing_job_does_not_hold_up_the_others(app: Flask, company: dict[str, int]) -> None:
    with transaction() as session:
        person = session.get_one(PersonRow, company["lin"])
        notices.tell(session, person, "test", Text("标题", "subject"), "/", Text("正文", "body"))
    good = db.session.scalars(select(OutboxRow.id)).one()
    mail = row(good).args[0]
    bad = asked("send_mail", 4711)
    with pytest.raises(ExceptionGroup) as failed:
        run([("send_mail", bad, [4711]), ("send_mail", good, [mail])])
    assert len(failed.value.exceptions) == 1
    assert (row(good).done_at is not None, row(bad).done_at) == (True, None)
    assert "4711" not in str(row(good).error)
    run([("send_mail", good, [mail])])
    assert len(list((app.extensions["settings"].data / "outbox").glob("*.eml"))) == 1
