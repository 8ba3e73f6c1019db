"""What is archived is kept: the ledger, retention, legal holds, the nightly reading of files; on both databases."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from reimburse.services.archive import archive_fixity, archive_holds
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.settings import BadSetting, Settings, load
from reimburse.store.archive import ArchiveEntryRow, FileCheckRow, FileRoundRow, LegalHoldRow
from reimburse.store.db import db, today, transaction
from reimburse.store.documents import StoredFileRow
from reimburse.store.events import EventRow
from reimburse.store.files import path_of
from reimburse.store.notices import NoticeRow
from reimburse.store.people import PersonRow
from tests.archive_stories import archived, problems, shipped_policy, tamper
from tests.builders import make_document
from tests.databases import server, settings
from tests.refusals import refusal

__all__ = ["server", "settings", "shipped_policy"]


def person(login: str) -> PersonRow:
    return db.session.scalars(select(PersonRow).where(PersonRow.login == login)).one()


KEPT = "the archive keeps it until its day"
DELETIONS = {
    "the invoice": ("DELETE FROM invoices WHERE id = 1", KEPT),
    "its reading": ("DELETE FROM readings WHERE invoice_id = 1", KEPT),
    "its file": ("DELETE FROM documents WHERE id = 1", KEPT),
    "an attachment's file": ("DELETE FROM documents WHERE id = 2", KEPT),
    "another file in its place": (
        (
            "UPDATE documents SET sha256 = (SELECT max(f.sha256) FROM stored_files f WHERE f.sha256 <> documents.sha256)"
            " WHERE id = 1"
        ),
        KEPT,
    ),
    "its entry in the ledger": ("DELETE FROM archive_entries", KEPT),
    "a shorter time": ("UPDATE archive_entries SET retain_until = '2026-12-31'", KEPT),
    "an export": ("DELETE FROM stored_files WHERE media_type = 'text/csv'", "a stored file stays as it is"),
    "another digest": ("UPDATE stored_files SET size = 1", "a stored file stays as it is"),
}


def test_nothing_that_is_archived_is_deleted_before_its_day(company: dict[str, int]) -> None:
    archived(company)
    entry = db.session.scalars(select(ArchiveEntryRow)).one()
    assert (entry.kind, entry.retain_until) == ("general_digital", date(today().year + 30, 12, 31))
    said = {name: refusal(statement) for name, (statement, _) in DELETIONS.items()}
    assert {name: words for name, words in said.items() if DELETIONS[name][1] not in words} == {}
    assert refusal("DELETE FROM documents WHERE id = 3") == ""
    tamper("UPDATE archive_entries SET retain_until = '2020-12-31'")
    assert refusal("DELETE FROM archive_entries") == ""


def test_a_hold_outlasts_the_day_and_is_lifted_with_a_reason(company: dict[str, int]) -> None:
    batch_id = archived(company).id
    tamper("UPDATE archive_entries SET retain_until = '2020-12-31'")
    hold_id = archive_holds.hold(person("zhou"), "batch", batch_id, "税务检查")
    assert archive_holds.hold(person("sun"), "batch", batch_id, "again") == hold_id
    assert KEPT in refusal("DELETE FROM archive_entries")
    assert "a hold is lifted" in refusal("UPDATE legal_holds SET reason = 'x'")
    assert "a hold is lifted" in refusal("DELETE FROM legal_holds")
    with pytest.raises(Refused, match="Say why"):
        archive_holds.lift(person("zhou"), hold_id, " ")
    archive_holds.lift(person("zhou"), hold_id, "检查结束")
    with pytest.raises(Stale):
        archive_holds.lift(person("zhou"), hold_id, "again")
    assert refusal("DELETE FROM archive_entries") == ""
    chain = select(EventRow.kind).where(EventRow.chain == f"hold:{hold_id}").order_by(EventRow.seq)
    assert db.session.scalars(chain).all() == ["hold_set", "hold_lifted"]
    assert not any("hold" in line for line in problems())


def test_an_auditor_holds_nothing(company: dict[str, int]) -> None:
    archived(company)
    with pytest.raises(NotFound):
        archive_holds.hold(person("audit"), "claim", 1, "x")
    assert db.session.scalars(select(LegalHoldRow)).all() == []


def test_every_file_is_read_again_in_time(app: Flask, company: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction():
        for number in range(40):
            make_document(company["lin"], f"file {number}".encode(), "f.pdf")
    start, counts = today(), []
    for night in range(90):
        monkeypatch.setattr(archive_fixity, "today", lambda night=night: start + timedelta(days=night))
        counts.append(archive_fixity.check_files())
        assert archive_fixity.check_files() == 0
    assert (sum(counts[:85]), max(counts) < 10) == (40, True)
    assert [row.finished_on is not None for row in db.session.scalars(select(FileRoundRow))] == [True, False]


@pytest.mark.parametrize("deed", ["altered", "gone"])
def test_a_file_that_is_not_as_it_was_raises_an_alarm_once(
    app: Flask, settings: Settings, company: dict[str, int], deed: str
) -> None:
    app.extensions["settings"] = replace(settings, archive_recheck_days=1)
    with transaction():
        sha256 = make_document(company["lin"], b"an original", "f.pdf").sha256
    place: Path = settings.data / "files" / path_of(sha256)
    place.unlink() if deed == "gone" else place.write_bytes(b"another one")
    assert archive_fixity.check_files() == 1
    told = select(NoticeRow.person_id).where(NoticeRow.kind == "archive_alarm").order_by(NoticeRow.person_id)
    assert db.session.scalars(told).all() == sorted([company["zhou"], company["admin"]])
    assert [(row.sha256, row.state) for row in archive_fixity.bad_files(db.session())] == [(sha256, deed)]
    place.write_bytes(b"an original")
    tamper("UPDATE file_rounds SET finished_on = '2020-01-01', started_on = '2020-01-01'")
    assert archive_fixity.check_files() == 1
    assert archive_fixity.bad_files(db.session()) == []
    kinds = select(EventRow.kind).where(EventRow.chain == archive_fixity.CHAIN).order_by(EventRow.seq)
    assert db.session.scalars(kinds).all() == [f"file_{deed}", "file_mended"]


def test_a_job_that_comes_twice_reads_nothing_twice(company: dict[str, int]) -> None:
    assert archive_fixity.check_files() == 0
    assert db.session.scalars(select(FileCheckRow)).all() == []
    assert db.session.scalars(select(StoredFileRow)).all() == []


@pytest.mark.parametrize(
    ("own", "says"),
    [
        ("retention_years = {toll = 4}", "at least 5"),
        ("retention_years = 7", "at least 5"),
        ("archive_digest = 'md5'", "none of sha256, sm3"),
    ],
)
def test_a_retention_or_digest_that_the_law_does_not_allow_is_refused(tmp_path: Path, own: str, says: str) -> None:
    (tmp_path / "settings.toml").write_text(own, encoding="utf-8")
    with pytest.raises(BadSetting, match=says):
        load(tmp_path, {})


def test_retention_is_set_by_kind(tmp_path: Path) -> None:
    assert load(tmp_path, {"REIMBURSE_RETENTION_YEARS": "toll=10,rail_ticket=6"}).retention_years == {
        "toll": 10,
        "rail_ticket": 6,
    }
