"""An archive to look into: a claim that went all its way by the services, and what the verification says of it."""

import shutil
from io import BytesIO

import pytest

from reimburse.services.approval import approvals, review
from reimburse.services.approval.review import Decision, Seen, Verb
from reimburse.services.archive import archive_verify
from reimburse.services.invoices import intake
from reimburse.services.invoices.intake import Upload
from reimburse.settings import Settings
from reimburse.store import guards
from reimburse.store.batches import BatchRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, now, transaction
from reimburse.store.ledger import LedgerEntryRow, LedgerPostingRow
from tests.batch_stories import batch_at
from tests.builders import DAY
from tests.claim_stories import attach, claim_on, found, good_invoice, submit


@pytest.fixture(autouse=True)
def shipped_policy(settings: Settings) -> None:
    """Judge by the policy that is shipped, whatever the module's settings bring along."""
    shutil.rmtree(settings.data / "policy", ignore_errors=True)


APPROVE = Decision(Verb.APPROVE)


def approved(company: dict[str, int], total: str = "600.00") -> ClaimRow:
    """A claim of one invoice that was checked and approved by a person."""
    claim = claim_on(good_invoice(company["lin"], total))
    attach(claim)
    claim = submit(claim)
    step = approvals.open_step(db.session(), claim)
    review.decide_whole(company["zhao"], claim.claim_no, Seen(step.id, claim.version), APPROVE)
    return found(claim.claim_no)


def archived(company: dict[str, int], state: str = "exported") -> BatchRow:
    """A batch of such a claim, taken this far; and a file in somebody's wallet that nobody claimed."""
    batch = batch_at(company, state, approved(company))
    _post(batch.id)
    intake.receive(company["wu"], [Upload("草稿.pdf", BytesIO(b"%PDF-1.4 a draft"))])
    return batch


def _post(batch_id: int) -> None:
    """A voucher of the books, posted."""
    with transaction() as session:
        batch = session.get_one(BatchRow, batch_id)
        entry = LedgerEntryRow(legal_entity_id=1, month="2026-11", voucher_no=1, word="记", posted_on=DAY, number=1)
        entry.batch_id, entry.source, entry.made_at = batch.id, batch.batch_no, now()
        for position, side in enumerate(("debit", "credit"), start=1):
            entry.postings.append(
                LedgerPostingRow(position=position, side=side, account="6602", amount_fen=60000, purpose="expense")
            )
        session.add(entry)
        session.flush()
        entry.state = "posted"


def problems() -> list[str]:
    """What the verification finds, in English."""
    db.session.remove()
    return [problem.text.en for problem in archive_verify.problems(lambda _: None)]


def tamper(statement: str) -> int:
    """Change the database as somebody with its password could: guards down, and up again; the rows changed."""
    db.session.remove()
    with db.engine.begin() as connection:
        guards.drop(connection)
        rows = connection.exec_driver_sql(statement).rowcount
        guards.create(connection)
    return rows
