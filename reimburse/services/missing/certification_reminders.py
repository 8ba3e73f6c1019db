"""Input VAT that is past due and not selected on the tax office's platform: finance hears of it (F-23, R-107)."""

from sqlalchemy.orm import Session

from reimburse.domain.finding import Text
from reimburse.domain.money import from_fen
from reimburse.services.missing.certification_pages import OVERDUE, sums
from reimburse.services.returns.offsets import tell_finance
from reimburse.store.daily import DailyRunRow
from reimburse.store.db import today

JOB = "remind_certifications"
AGAIN_AFTER = 7
"""Days between two notices as long as something is past due."""


def remind_of_certifications(session: Session) -> None:
    """Tell finance how much is past due, once a week. In the caller's transaction."""
    count, fen = sums().overdue
    run = session.get(DailyRunRow, JOB)
    if not count or (run and (today() - run.asked_on).days < AGAIN_AFTER):
        return
    session.merge(DailyRunRow(job=JOB, asked_on=today()))
    yuan = f"{from_fen(fen):,.2f}"
    text = Text(
        f"请勾选 {count} 张超期未认证的发票，进项税共 {yuan} 元",
        f"Select {count} invoices past due for deduction, {yuan} yuan of input VAT in all",
    )
    tell_finance(session, text, f"/deductions?state={OVERDUE}", kind="certification")
