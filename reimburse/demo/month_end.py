"""Last month's books of the demo: a posted batch, what was paid and what failed, and an advance that is out."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import select

from reimburse.services.month_end import batches
from reimburse.services.month_end.batch_pages import batch_of
from reimburse.services.payouts import advances, payout_files, payout_settling
from reimburse.store.advances import AdvanceRow
from reimburse.store.batches import BatchRow
from reimburse.store.db import db, today
from reimburse.store.payouts import PayoutRow
from reimburse.store.people import PersonRow

SEED = 20_261_031
AGO = timedelta(days=20)
WALLETS = {
    "wu": frozenset({"courier.pdf", "verification.png"}),
    "zhao": frozenset({"stationery.pdf", "verification.png"}),
}
PURPOSES = {"wu": "上月快递费", "zhao": "上月办公文具"}
FAILED = "收款账号与户名不符"


def seed(people: Mapping[str, int], claim_nos: Sequence[str], work: Callable[[], None]) -> None:
    """Play month end with these approved claims through the services that the pages use; once."""
    if not db.session.scalar(select(AdvanceRow.id).limit(1)):
        _lend(_person(people["lin"]), _person(people["zhao"]), _person(people["sun"]))
    if db.session.scalar(select(BatchRow.id).limit(1)):
        return
    batch_no = batches.collect(people["sun"], claim_nos)
    batches.freeze(people["zhou"], batch_no, batch_of(batch_no).version)
    work()
    batches.export(people["sun"], batch_no)
    work()
    batches.post(people["sun"], batch_no)
    work()
    _pay(_person(people["sun"]), batch_no)
    work()


def _pay(sun: PersonRow, batch_no: str) -> None:
    """The bank paid one of them and sent the other back."""
    owed = select(PayoutRow).where(PayoutRow.batch_id == batch_of(batch_no).id).order_by(PayoutRow.id)
    ids = [row.id for row in db.session.scalars(owed)]
    payout_files.make_file(sun, ids, "generic")
    first, *others = ids
    payout_settling.mark_paid(sun, others, today(), "N2026110600017")
    payout_settling.mark_failed(sun, first, FAILED)


def _lend(lin: PersonRow, zhao: PersonRow, sun: PersonRow) -> None:
    asked = advances.Asked(200_000, today(), "样城客户现场出差备用金", lin.department.cost_center)
    advance_no = advances.create(lin, asked, submit=True)
    row = db.session.scalars(select(AdvanceRow).where(AdvanceRow.advance_no == advance_no)).one()
    advances.decide(zhao, advance_no, row.steps[0].id, approve=True)
    payout = db.session.scalars(select(PayoutRow).where(PayoutRow.advance_id == row.id)).one()
    payout_settling.mark_paid(sun, [payout.id], today(), "N2026111200004")


def _person(person_id: int) -> PersonRow:
    return db.session.get_one(PersonRow, person_id)
