"""The work of every day, asked for once a day however often it is tried."""

from datetime import date

from reimburse.services.outbox import ask
from reimburse.store.daily import DailyRunRow
from reimburse.store.db import transaction

DAILY = ("clear_drafts", "ask_again_about_reimbursed", "remind_offsets", "summarise_suppliers", "remind_approvers")


def ask_for_daily_work(today: date) -> list[str]:
    """Ask for each daily job that was not yet asked for today; their names."""
    with transaction() as session:
        asked = []
        for job in DAILY:
            run = session.get(DailyRunRow, job)
            if run and run.asked_on >= today:
                continue
            session.merge(DailyRunRow(job=job, asked_on=today))
            ask(session, job)
            asked.append(job)
    return asked
