"""What people were told of an erased claim is gone, in the product and by mail; the rest stays, and all verifies."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from reimburse.domain.finding import Text
from reimburse.services.archive import archive_erasure, archive_ledger, archive_seals
from reimburse.services.archive.erased_words import GONE
from reimburse.services.notices import tell
from reimburse.services.operation.mails import send_mail
from reimburse.settings import Settings
from reimburse.store.archive import ErasureRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, transaction
from reimburse.store.invoices import InvoiceRow
from reimburse.store.notices import MailRow, NoticeRow
from tests.archive_stories import archived, problems, shipped_policy
from tests.batch_stories import person
from tests.builders import Spent, make_claim
from tests.databases import server, settings

__all__ = ["server", "settings", "shipped_policy"]


@pytest.fixture(autouse=True)
def _long_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_ledger, "today", lambda: date(1990, 1, 2))


def told(text: str, link: str = "/") -> int:
    """A notice and a mail to zhao of these words; the notice's id."""
    with transaction() as session:
        words = Text(text, text)
        tell(session, person("zhao"), "claim", words, link, words)
        session.flush()
        return session.scalars(select(NoticeRow.id).order_by(NoticeRow.id.desc())).first() or 0


def mails() -> list[MailRow]:
    return list(db.session.scalars(select(MailRow).order_by(MailRow.id)))


def test_notices_mails_and_written_mails_go(company: dict[str, int], settings: Settings) -> None:
    archived(company)
    claim = db.session.scalars(select(ClaimRow)).one()
    number, invoice = claim.claim_no, db.session.scalars(select(InvoiceRow)).one()
    with transaction():
        other = make_claim(company["wu"], Spent("1.00"), claim_no=f"{number}-2").claim_no
    gone = [
        told(f"请审批 Lin 的报销单 {number}"),
        told("发票被作废", f"/invoices/{invoice.id}"),
        told(f"{invoice.number}"),
    ]
    stays = [
        told(f"报销单 {other} 已通过"),
        told(f"付款含 {number}、{other}"),
        told("每月提醒", f"/invoices/{invoice.id}9"),
    ]
    for mail in mails()[:-1]:
        send_mail(mail.id)
    archive_seals.seal()
    before = problems()
    erasure_id = archive_erasure.erase(person("zhou"), number, "保存期满")
    archive_erasure.remove_erased(erasure_id)
    assert {db.session.get_one(NoticeRow, one).zh for one in gone} == {GONE.zh}
    assert GONE.zh not in {db.session.get_one(NoticeRow, one).zh for one in stays}
    everything = [f"{row.zh} {row.en}" for row in db.session.scalars(select(NoticeRow))]
    everything += [f"{row.subject} {row.body}" for row in mails()]
    assert [text for text in everything if number in text and other not in text] == []
    written = [path.read_bytes().decode() for path in (Path(settings.data) / "outbox").glob("*.eml")]
    assert (len(written) >= 2, [text for text in written if "Lin" in text]) == (True, [])
    counted = db.session.get_one(ErasureRow, erasure_id).counted
    assert (counted["notices"] >= len(gone), counted["mails"] >= len(gone)) == (True, True)
    assert problems() == before


def test_a_mail_that_waits_is_not_sent_any_more(company: dict[str, int], settings: Settings) -> None:
    archived(company)
    number = db.session.scalars(select(ClaimRow.claim_no)).one()
    told(f"请审批 Lin 的报销单 {number}")
    archive_erasure.erase(person("zhou"), number, "保存期满")
    last = mails()[-1]
    assert (last.subject, last.sent_at is None) == (GONE.zh, False)
    send_mail(last.id)
    assert not (Path(settings.data) / "outbox" / f"{last.id:08}.eml").exists()


def test_what_names_two_claims_goes_with_the_last(company: dict[str, int]) -> None:
    archived(company)
    number = db.session.scalars(select(ClaimRow.claim_no)).one()
    with transaction() as session:
        other = make_claim(company["wu"], Spent("1.00"), claim_no="BX2026-000099")
        notice = told(f"付款含 {number}、{other.claim_no}")
        session.add(ErasureRow(claim_id=other.id, by_id=company["zhou"], at=other.created_at, reason="x", counted={}))
    archive_erasure.erase(person("zhou"), number, "保存期满")
    db.session.expire_all()
    assert db.session.get_one(NoticeRow, notice).zh == GONE.zh
