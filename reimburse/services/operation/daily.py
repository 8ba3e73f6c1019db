"""The work of every day and of every month, asked for once however often it is tried."""

from datetime import date

from reimburse.services.outbox import ask
from reimburse.store.daily import DailyRunRow
from reimburse.store.db import transaction

DAILY = (
    "adopt_archive",
    "seal_archive",
    "check_files",
    "clear_drafts",
    "clear_packages",
    "ask_again_about_reimbursed",
    "remind_offsets",
    "summarise_suppliers",
    "remind_approvers",
    "match_payments",
    "remind_reissues",
    "follow_certifications",
    "chase_invoices",
    "remind_money",
    "post_earlier_payments",
    "report_earlier_claims",
)
MONTHLY = ("remind_monthly",)


def ask_for_daily_work(today: date) -> list[str]:
    """Ask for each job that was not yet asked for today, or this month; their names."""
    with transaction() as session:
        asked = []
        for job, since in (*((job, today) for job in DAILY), *((job, today.replace(day=1)) for job in MONTHLY)):
            run = session.get(DailyRunRow, job)
            if run and run.asked_on >= since:
                continue
            session.merge(DailyRunRow(job=job, asked_on=today))
            ask(session, job)
            asked.append(job)
    return asked
