"""What tests of batches start from: approved claims, and batches taken as far as a test needs them."""

from sqlalchemy import select

from reimburse.domain.workflow import ClaimState
from reimburse.services.month_end import batch_pages, batches
from reimburse.store.batches import BatchRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, transaction
from reimburse.store.people import PersonRow
from tests.batch_work import work
from tests.builders import Spent, make_claim

STATIONS = ("open", "frozen", "exported", "posted")


def approved(company: dict[str, int], *lines: Spent, claimant: str = "lin", **fields) -> ClaimRow:
    """An approved claim, of ten yuan where no line is given."""
    with transaction():
        return make_claim(company[claimant], *(lines or (Spent("10.00"),)), state=ClaimState.APPROVED, **fields)


def batch_at(company: dict[str, int], state: str, *claims: ClaimRow) -> BatchRow:
    """A batch of these claims, made by sun and frozen by zhou, in this state."""
    batch_no = batches.collect(company["sun"], [claim.claim_no for claim in claims or (approved(company),)])
    steps = {
        "frozen": lambda: batches.freeze(company["zhou"], batch_no, batch_pages.batch_of(batch_no).version),
        "exported": lambda: batches.export(company["sun"], batch_no),
        "posted": lambda: batches.post(company["sun"], batch_no),
    }
    for station in STATIONS[1 : STATIONS.index(state) + 1]:
        steps[station]()
        work()
    db.session.expire_all()
    return batch_pages.batch_of(batch_no)


def person(login: str) -> PersonRow:
    """The person of this login."""
    return db.session.scalars(select(PersonRow).where(PersonRow.login == login)).one()
