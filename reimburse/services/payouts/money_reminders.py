"""The daily look at money: advances near their limit (R-75), failed payments (F-38), input VAT past due (R-107)."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from reimburse.domain.finding import Text
from reimburse.domain.money import from_fen
from reimburse.services.missing.certification_reminders import remind_of_certifications
from reimburse.services.notices import tell
from reimburse.services.outbox import mark_done
from reimburse.services.payouts.advance_ledger import OPEN, left_of
from reimburse.services.payouts.payout_settling import LOOKED_INTO_WITHIN
from reimburse.services.policy import policies
from reimburse.services.returns.offsets import tell_finance
from reimburse.store.advances import AdvanceBalanceRow, AdvanceRow
from reimburse.store.db import now, today, transaction
from reimburse.store.payouts import PayoutRow
from reimburse.store.people import PersonRow
from rules.workdays import is_working_day

AHEAD = timedelta(days=3)
AGAIN_AFTER = timedelta(days=7)


def remind_money(outbox_id: int | None = None) -> None:
    """The daily job, on working days: each advance is reminded of once a week. A second run on a day adds nothing."""
    with transaction() as session:
        if is_working_day(today(), policies.in_force().workdays):
            remind_of_advances(session)
            _remind_of_failures(session)
            remind_of_certifications(session)
        mark_done(session, outbox_id)


def remind_of_advances(session: Session) -> None:
    """Tell whoever holds one, and on Mondays finance. In the caller's transaction."""
    due = (
        select(AdvanceRow, AdvanceBalanceRow)
        .join(AdvanceBalanceRow, AdvanceBalanceRow.advance_id == AdvanceRow.id)
        .where(AdvanceRow.state == OPEN, AdvanceRow.due_on <= today() + AHEAD)
        .options(joinedload(AdvanceRow.claimant).lazyload(PersonRow.grants))
        .order_by(AdvanceRow.id)
    )
    late: list[int] = []
    for row, balance in session.execute(due).all():
        fen = left_of(balance) + balance.reserved_fen
        late += [fen] if row.due_on < today() else []
        if row.reminded_on is None or row.reminded_on + AGAIN_AFTER <= today():
            row.reminded_on = today()
            _tell(session, row, fen)
    if late and today().isoweekday() == 1:
        yuan = f"{from_fen(sum(late)):,.2f}"
        text = Text(
            f"请跟进 {len(late)} 笔逾期借款，共 {yuan} 元",
            f"Follow up {len(late)} overdue advances, {yuan} yuan in all",
        )
        tell_finance(session, text, "/advances?of=all&state=overdue", kind="advance")


def _tell(session: Session, row: AdvanceRow, fen: int) -> None:
    yuan = f"{from_fen(fen):,.2f}"
    text = Text(
        f"请在 {row.due_on} 前结清借款 {row.advance_no}：还有 {yuan} 元",
        f"Settle advance {row.advance_no} by {row.due_on}: {yuan} yuan are still out",
    )
    if row.due_on < today():
        text = Text(
            f"请结清逾期借款 {row.advance_no}：{row.due_on} 到期，还有 {yuan} 元",
            f"Settle the overdue advance {row.advance_no}: it was due on {row.due_on}, {yuan} yuan are still out",
        )
    tell(session, row.claimant, "advance", text, f"/advances/{row.advance_no}", text)


def _remind_of_failures(session: Session) -> None:
    waits = select(PayoutRow).where(PayoutRow.state == "failed", PayoutRow.looked_at.is_(None))
    late = session.scalars(waits.where(PayoutRow.failed_at < now() - LOOKED_INTO_WITHIN).order_by(PayoutRow.id)).all()
    if late:
        text = Text(
            f"请核查 {len(late)} 笔超过 24 小时的付款失败",
            f"Look into {len(late)} failed payments, over 24 hours old",
        )
        tell_finance(session, text, "/payouts?state=failed", kind="payment_failed")
