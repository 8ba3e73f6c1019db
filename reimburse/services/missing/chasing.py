"""Reminders of missing invoices: by finance, once a day; by the daily job, one digest a person."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, null, select, union_all

from reimburse.domain.finding import Text
from reimburse.services.access import finance_only
from reimburse.services.errors import Refused
from reimburse.services.missing.deadlines import counted_up_to
from reimburse.services.missing.missing import Item, bills, item_of, made, payments
from reimburse.services.notices import tell
from reimburse.services.outbox import mark_done
from reimburse.services.policy import policies
from reimburse.store.absent import insert_if_absent
from reimburse.store.chasing import ReminderRow
from reimburse.store.db import db, now, today, transaction
from reimburse.store.people import PersonRow
from rules.workdays import is_working_day

NAMED = 10


def remind(by: PersonRow, kind: str, identity: int) -> None:
    """Finance reminds whoever has to get the invoice, once a day: a notice, and a mail where there is an address."""
    finance_only(by)
    item = item_of(by, kind, identity)
    if item.person_id is None:
        raise Refused("没有指定取票的人，请直接向供应商要票。", "Nobody in particular gets it: ask the supplier.")
    with transaction() as session:
        values = _reminder(item, by.id)
        if not insert_if_absent(session, ReminderRow, values):
            raise Refused("今天已经提醒过了。", "A reminder went out today already.")
        _tell(session.get_one(PersonRow, item.person_id), [item])


def chase(outbox_id: int | None = None) -> None:
    """The daily job: on working days, whoever's deadline nears gets one digest; not again before some days are over."""
    policy, on = policies.in_force(), today()
    if is_working_day(on, policy.workdays):
        people = select(PersonRow.id).where(PersonRow.active).order_by(PersonRow.id)
        ids = list(db.session.scalars(people.where(PersonRow.id.in_(_owing(on)))))
        db.session.rollback()
        for person_id in ids:
            _chase_one(person_id, on)
    with transaction() as session:
        mark_done(session, outbox_id)


def _owing(on: date) -> Select[*tuple[Any, ...]]:
    near = counted_up_to(on + timedelta(days=policies.in_force().parameters.chase_before_days))
    rows = union_all(payments(), bills()).subquery()
    return select(rows.c.person_id).where(rows.c.counts_from <= near, rows.c.person_id.is_not(None))


def _chase_one(person_id: int, on: date) -> None:
    parameters = policies.in_force().parameters
    near = counted_up_to(on + timedelta(days=parameters.chase_before_days))
    since = on - timedelta(days=parameters.chase_every_days)
    rows = union_all(payments(), bills()).subquery()
    told = select(ReminderRow.id).where(
        ReminderRow.kind == rows.c.kind, ReminderRow.subject_id == rows.c.id, ReminderRow.on_day > since
    )
    query = select(rows, null(), null()).where(
        rows.c.person_id == person_id, rows.c.counts_from <= near, ~told.exists()
    )
    with transaction() as session:
        items = [made(row) for row in session.execute(query.order_by(rows.c.counts_from, rows.c.kind, rows.c.id))]
        fresh = [item for item in items if insert_if_absent(session, ReminderRow, _reminder(item, None))]
        if fresh:
            _tell(session.get_one(PersonRow, person_id), fresh)


def _tell(person: PersonRow, items: list[Item]) -> None:
    total = f"{sum(item.fen for item in items) / 100:,.2f}"
    first = min(item.last_day for item in items)
    text = Text(
        f"请取得 {len(items)} 张发票，共 {total} 元，最早 {first} 到期",
        f"Get {len(items)} missing invoices, {total} yuan in all, the first by {first}",
    )
    lines = [f"{item.party or '—'}  {item.fen / 100:,.2f}  {item.last_day}" for item in items[:NAMED]]
    body = Text("\n".join([text.zh, *lines]), "\n".join([text.en, *lines]))
    tell(db.session(), person, "missing", text, "/missing", body)


def _reminder(item: Item, by_id: int | None) -> dict[str, Any]:
    who = {"person_id": item.person_id, "by_id": by_id, "at": now()}
    return {"kind": item.kind, "subject_id": item.id, "on_day": today(), **who}
