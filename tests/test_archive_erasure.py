"""Personal data of an archived claim is erased when its days are over, and not before; the archive still verifies."""

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from reimburse.commands.archive import archive
from reimburse.services.archive import (
    archive_erasure,
    archive_fixity,
    archive_holds,
    archive_ledger,
    archive_package,
    archive_seals,
)
from reimburse.services.archive.archive_package import Scope
from reimburse.services.errors import NotFound, Refused
from reimburse.services.invoices.intake import files
from reimburse.store.archive import ErasedFileRow, ErasureRow, PersonalSaltRow
from reimburse.store.claims import CheckRow, ClaimRow, ExpenseLineRow
from reimburse.store.db import db, reading
from reimburse.store.documents import DocumentRow, ReadingRow
from reimburse.store.events import EventRow
from tests.archive_stories import archived, problems, shipped_policy, tamper
from tests.batch_stories import person
from tests.databases import server, settings
from tests.refusals import refusal

__all__ = ["server", "settings", "shipped_policy"]


@pytest.fixture
def long_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is archived now was archived so long ago that its days are over."""
    monkeypatch.setattr(archive_ledger, "today", lambda: date(1990, 1, 2))


def number() -> str:
    return str(db.session.scalars(select(ClaimRow.claim_no)).one())


def test_personal_data_goes_and_the_chains_still_verify(company: dict[str, int], long_ago: None) -> None:
    archived(company)
    claim_no = number()
    archive_seals.seal()
    said = [row.data for row in db.session.scalars(select(ReadingRow))]
    names = set(db.session.scalars(select(DocumentRow.name).where(DocumentRow.id < 3)))
    assert problems() == []
    erasure_id = archive_erasure.erase(person("zhou"), claim_no, "保存期满")
    assert archive_erasure.erase(person("zhou"), claim_no, "again") == erasure_id
    assert archive_erasure.remove_erased(erasure_id) > 1
    assert problems() == []
    claim = db.session.scalars(select(ClaimRow)).one()
    assert (claim.purpose, db.session.scalars(select(CheckRow.facts)).all()) == ("", ["{}"])
    assert {line.description for line in db.session.scalars(select(ExpenseLineRow))} == {""}
    assert names & set(db.session.scalars(select(DocumentRow.name))) == set()
    assert [row.data for row in db.session.scalars(select(ReadingRow))] != said
    erased = db.session.scalars(select(ErasedFileRow.sha256)).all()
    assert [files().has(sha256) for sha256 in erased] == [False] * len(erased)
    assert {
        salt.salt for salt in db.session.scalars(select(PersonalSaltRow).where(PersonalSaltRow.erased_at.is_not(None)))
    } == {None}
    chains = set(db.session.scalars(select(EventRow.chain).where(EventRow.kind == "erased")))
    assert {f"claim:{claim.id}", "document:1", "document:2"} <= chains
    row = db.session.get_one(ErasureRow, erasure_id)
    assert (row.reason, row.counted["claims"], row.counted["files"]) == ("保存期满", 1, len(erased))


def test_what_must_be_kept_or_is_held_is_not_erased(company: dict[str, int]) -> None:
    batch_id = archived(company).id
    claim_no = number()
    with pytest.raises(Refused, match="has to be kept until"):
        archive_erasure.erase(person("zhou"), claim_no, "x")
    tamper("UPDATE personal_salts SET chain = 'invoice:1' WHERE table_name = 'readings'")
    for chain in ("claim:1", "invoice:1", "document:1"):
        by_hand = f"UPDATE personal_salts SET salt = NULL, erased_at = '2026-11-23' WHERE chain = '{chain}'"
        assert "the chain rests on it" in refusal(by_hand), chain
    tamper("UPDATE personal_salts SET chain = 'document:1' WHERE table_name = 'readings'")
    assert problems() == []
    tamper("UPDATE archive_entries SET retain_until = '2020-12-31'")
    hold_id = archive_holds.hold(person("zhou"), "batch", batch_id, "税务检查")
    with pytest.raises(Refused, match="legal hold"):
        archive_erasure.erase(person("zhou"), claim_no, "x")
    archive_holds.lift(person("zhou"), hold_id, "done")
    for login in ("sun", "audit", "admin", "lin"):
        with pytest.raises(NotFound):
            archive_erasure.erase(person(login), claim_no, "x")
    with pytest.raises(Refused, match="Say why"):
        archive_erasure.erase(person("zhou"), claim_no, " ")
    with pytest.raises(NotFound):
        archive_erasure.erase(person("zhou"), "BX0000-000000", "x")
    assert db.session.scalars(select(ErasureRow)).all() == []


def test_a_claim_that_was_never_exported_is_not_erased(company: dict[str, int]) -> None:
    archived(company, "frozen")
    with pytest.raises(Refused, match="is not archived"):
        archive_erasure.erase(person("zhou"), number(), "x")


def test_an_erasure_nobody_asked_for_is_named(company: dict[str, int], long_ago: None) -> None:
    archived(company)
    erased_by_hand = (
        "UPDATE personal_salts SET erased_at = '2026-11-23 00:00:00', salt = NULL WHERE table_name = 'claims'"
    )
    assert tamper(erased_by_hand) == 1
    found = "\n".join(problems())
    assert "blanked, but no event tells of an erasure" in found
    document = db.session.scalars(select(DocumentRow)).first()
    assert document is not None
    sha256, chain = document.sha256, f"document:{document.id}"
    tamper("INSERT INTO erasures (claim_id, by_id, at, reason, counted) VALUES (1, 1, '2026-11-23', 'x', '{}')")
    tamper(f"INSERT INTO erased_files (sha256, erasure_id, chain) VALUES ('{sha256}', 1, '{chain}')")
    files().remove(sha256)
    assert sha256[:12] in "\n".join(problems())


def test_what_comes_back_by_hand_is_named(company: dict[str, int], long_ago: None) -> None:
    archived(company)
    claim_no = number()
    archive_erasure.erase(person("zhou"), claim_no, "保存期满")
    assert "append-only" in refusal("UPDATE checks SET verdict = 'block'")
    assert "stays on record" in refusal("DELETE FROM erasures")
    assert problems() == []
    tamper("UPDATE claims SET purpose = 'somebody'")
    assert any("claim's head" in line for line in problems())


def test_what_another_claim_needs_stays(company: dict[str, int], long_ago: None) -> None:
    archived(company)
    claim_no, columns = number(), [column.name for column in ClaimRow.__table__.columns]
    values = [{"id": "99", "claim_no": "'BX2026-000099'"}.get(name, name) for name in columns]
    tamper(f"INSERT INTO claims ({', '.join(columns)}) SELECT {', '.join(values)} FROM claims")
    tamper("INSERT INTO claim_invoices (claim_id, invoice_id) SELECT 99, invoice_id FROM claim_invoices")
    archive_erasure.erase(person("zhou"), claim_no, "保存期满")
    document = db.session.get_one(DocumentRow, 1)
    chains = set(db.session.scalars(select(EventRow.chain).where(EventRow.kind == "erased")))
    assert (bool(document.name), "claim:1" in chains, "document:1" in chains) == (True, True, False)


def test_the_nightly_reading_and_packages_know_of_it(company: dict[str, int], long_ago: None) -> None:
    scope = Scope(archived(company).batch_no)
    claim_no = number()
    erasure_id = archive_erasure.erase(person("zhou"), claim_no, "保存期满")
    archive_erasure.remove_erased(erasure_id)
    archive_fixity.check_files()
    assert archive_fixity.bad_files(db.session()) == []
    with pytest.raises(FileNotFoundError), reading() as session:
        b"".join(archive_package.package(session, scope))


def test_the_command_erases_and_the_verification_says_so(company: dict[str, int], long_ago: None) -> None:
    archived(company)
    claim_no, data = number(), str(db.session.get_bind().url.database)
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the command opens a folder: shown on SQLite")
    db.session.remove()
    run, folder = CliRunner().invoke, str(Path(data).parent)
    early = run(archive, ["erase", claim_no, "--by", "sun", "--reason", "x", "--data", folder])
    assert (early.exit_code, "找不到" in early.output) == (1, True)
    done = run(archive, ["erase", claim_no, "--by", "zhou", "--reason", "保存期满", "--data", folder])
    assert (done.exit_code, "personal data erased" in done.output) == (0, True), done.output
    verified = run(archive, ["verify", "--data", folder])
    assert (verified.exit_code, f"{claim_no}: 个人信息已依法删除" in verified.output) == (0, True), verified.output
