"""What tests of payments start from: a payout in a bank file, the bank's word on it, and what the accounts hold."""

from sqlalchemy import func, select

from reimburse.services.payouts import payout_files
from reimburse.services.payouts.payout_results import import_result
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db
from reimburse.store.ledger import LedgerEntryRow, LedgerPostingRow
from reimburse.store.payouts import PayoutAttemptRow, PayoutLeftOutRow, PayoutResultRow, PayoutRow
from tests.batch_stories import person
from tests.batch_work import work

HEAD = "业务参考号,收款账号,金额,状态,失败原因,交易日期,流水号"


def payout_of(claim: ClaimRow) -> PayoutRow:
    """The one payout that there is."""
    db.session.expire_all()
    return db.session.scalars(select(PayoutRow).where(PayoutRow.person_id == claim.claimant_id)).one()


def ordered(payout: PayoutRow, by: str = "sun") -> str:
    """Put it into a file for the bank; the reference that the bank will repeat."""
    payout_files.make_file(person(by), [payout.id], "generic")
    last = select(PayoutAttemptRow).where(PayoutAttemptRow.payout_id == payout.id).order_by(PayoutAttemptRow.id.desc())
    return db.session.scalars(last.limit(1)).one().reference


def bank_says(*lines: str, by: str = "sun") -> PayoutResultRow:
    """Import a result of these lines, and settle it."""
    result_id = import_result(person(by), "结果.csv", "\n".join([HEAD, *lines]).encode("gb18030"))
    work()
    db.session.expire_all()
    return db.session.get_one(PayoutResultRow, result_id)


def left_out(result: PayoutResultRow) -> list[str]:
    """Why lines of the result settled nothing."""
    rows = select(PayoutLeftOutRow.en).where(PayoutLeftOutRow.result_id == result.id).order_by(PayoutLeftOutRow.row)
    return list(db.session.scalars(rows))


def state_of(claim: ClaimRow) -> str:
    """The claim's state as it stands in the database."""
    db.session.expire_all()
    return db.session.get_one(ClaimRow, claim.id).state


def holds(purpose: str) -> int:
    """What accounts of this purpose hold in fen: debits less credits, posted."""
    rows = db.session.execute(
        select(LedgerPostingRow.side, func.sum(LedgerPostingRow.amount_fen))
        .join(LedgerEntryRow, LedgerEntryRow.id == LedgerPostingRow.entry_id)
        .where(LedgerEntryRow.state == "posted", LedgerPostingRow.purpose == purpose)
        .group_by(LedgerPostingRow.side)
    )
    sums = {side: int(fen) for side, fen in rows}
    return sums.get("debit", 0) - sums.get("credit", 0)
