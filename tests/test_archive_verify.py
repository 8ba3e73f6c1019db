"""The archive tells what was changed behind its back, and names it."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from reimburse.app import create_app
from reimburse.commands.archive import archive
from reimburse.services.archive import archive_seals
from reimburse.settings import load
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db
from reimburse.store.documents import DocumentRow
from reimburse.store.files import path_of
from tests.archive_stories import archived, problems, tamper
from tests.conftest import make_company

CHANGES = {
    "an event's payload": (
        "UPDATE events SET payload = '{}' WHERE chain = 'claim:1' AND seq = 1",
        "event 1 of claim CLAIM: payload or fields changed",
    ),
    "an event's kind": (
        "UPDATE events SET kind = 'pay' WHERE chain = 'claim:1' AND seq = 2",
        "event 2 of claim CLAIM: payload or fields changed",
    ),
    "an event's actor": (
        "UPDATE events SET actor_id = 2 WHERE chain = 'claim:1' AND seq = 1",
        "event 1 of claim CLAIM: payload or fields changed",
    ),
    "an event taken out": (
        "DELETE FROM events WHERE chain = 'claim:1' AND seq = 2",
        "event 2 of claim CLAIM: gone",
    ),
    "the last event taken off": (
        "DELETE FROM events WHERE chain = 'batch:1' AND seq = (SELECT max(seq) FROM events WHERE chain = 'batch:1')",
        "of batch BATCH: gone, though sealed",
    ),
    "a whole chain": ("DELETE FROM events WHERE chain = 'invoice:1'", "no event tells of it"),
    "a reading": ("UPDATE readings SET data = '{}' WHERE id = 1", "reading 1 of file 1: changed"),
    "a reading put in": (
        "INSERT INTO readings (document_id, ordinal, page, status, data) VALUES (1, 9, 1, 'parsed', '{}')",
        "reading 2 of file 1: put in by hand",
    ),
    "a verdict": ("UPDATE checks SET verdict = 'warn'", "verdict 1 of claim CLAIM: changed"),
    "the facts it judged": ("UPDATE checks SET facts = '{}'", "verdict 1 of claim CLAIM: changed"),
    "a decision": ("UPDATE approval_steps SET decided_by_id = 1", "decision 1 of claim CLAIM: changed"),
    "an invoice's seller": ("UPDATE invoices SET seller_name = 'x'", "invoice fields 1 of invoice"),
    "a line's amount": ("UPDATE expense_lines SET amount_fen = 1", "expense line 1 of claim CLAIM: changed"),
    "a line's words": ("UPDATE expense_lines SET description = 'x'", "expense line 1 of claim CLAIM: changed"),
    "an attachment taken off": ("DELETE FROM attachments", "attachment 1 of claim CLAIM: gone"),
    "a claim's state": (
        "UPDATE claims SET state = 'draft'",
        "claim CLAIM: its state is draft, its events say exported",
    ),
    "a claim's verdict": ("UPDATE claims SET verdict = 'warn'", "claim CLAIM: its state is warn, its events say pass"),
    "a posted entry": ("UPDATE ledger_postings SET amount_fen = 1 WHERE position = 1", "posting 1/1 of voucher 记-1"),
    "an entry made a draft": ("UPDATE ledger_entries SET state = 'draft'", "posted entry 1 of voucher 记-1"),
    "a balance entry": ("UPDATE balance_entries SET booked_delta_fen = 1", "balance entry 1 of claim CLAIM: changed"),
    "a balance": ("UPDATE invoice_balances SET booked_fen = 1", "not what its entries add up to"),
    "the control totals": ("UPDATE batches SET control = '{}'", "batch's head 1 of batch BATCH: changed"),
    "a batch thawed": ("UPDATE batches SET state = 'open'", "batch's head 1 of batch BATCH: changed"),
    "a salt": ("UPDATE personal_salts SET salt = 'x' WHERE table_name = 'checks'", "verdict 1 of claim CLAIM: changed"),
    "a seal": ("UPDATE seals SET leaves = 1", "seal 1: changed"),
    "a sealed head": (
        "UPDATE seal_leaves SET hash = hash || 'x' WHERE chain = 'batch:1'",
        "seal 1: the heads under it were changed",
    ),
    "the policy it was judged by": ("UPDATE policy_snapshots SET content = '{}'", "policy 2"),
    "a stored file's size": ("UPDATE stored_files SET size = size + 1", "content changed"),
}


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """The data folder of an archive that was sealed, and the numbers that it is known by."""
    data = tmp_path_factory.mktemp("archive")
    with opened(data):
        batch_no = archived(make_company()).batch_no
        archive_seals.seal()
        return data, {"CLAIM": db.session.scalar(select(ClaimRow.claim_no)), "BATCH": batch_no}


@pytest.fixture
def known(story: tuple[Path, dict[str, str]], tmp_path: Path) -> Iterator[dict[str, str]]:
    """A copy of that archive to spoil."""
    shutil.copytree(story[0], tmp_path / "data")
    with opened(tmp_path / "data"):
        yield {**story[1], "DATA": str(tmp_path / "data")}


@contextmanager
def opened(data: Path, **changed: object) -> Iterator[None]:
    settings = replace(load(data, {}), secret_key="a key for tests only, thirty-two characters", **changed)
    app = create_app(settings)
    with app.app_context():
        if not (data / "reimburse.sqlite3").exists():
            db.create_all()
        yield
        db.session.remove()
        db.engine.dispose()


def test_what_the_services_wrote_is_as_it_was(known: dict[str, str]) -> None:
    assert problems() == []


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_changed_by_hand_is_named(known: dict[str, str], change: str) -> None:
    statement, expected = CHANGES[change]
    assert tamper(statement)
    for word in ("CLAIM", "BATCH"):
        expected = expected.replace(word, known[word])
    found = problems()
    assert any(expected in line for line in found), (expected, found)


@pytest.mark.parametrize("deed", ["gone", "content changed"])
def test_a_file_that_is_not_as_it_was_is_named(known: dict[str, str], deed: str) -> None:
    sha256 = db.session.scalar(select(DocumentRow.sha256).where(DocumentRow.id == 1))
    stored = Path(known["DATA"]) / "files" / path_of(sha256)
    stored.unlink() if deed == "gone" else stored.write_bytes(stored.read_bytes()[:-1] + b"?")
    assert problems() == [f"stored file {sha256} (file 1): {deed}"]


def test_the_command_says_so_and_exits_with_one(known: dict[str, str]) -> None:
    db.session.remove()
    words = ["verify", "--data", known["DATA"]]
    fine = CliRunner().invoke(archive, words)
    assert (fine.exit_code, fine.stdout) == (0, "档案完好。 / The archive is as it was.\n")
    counted = re.findall(r"(chains|events|seals|files) (\d+)", fine.stderr)
    assert all(int(number) > 0 for _, number in counted[-4:]), fine.stderr
    tamper("UPDATE events SET payload = '{}' WHERE chain = 'claim:1' AND seq = 1")
    broken = CliRunner().invoke(archive, words)
    assert broken.exit_code == 1
    assert f"event 1 of claim {known['CLAIM']}: payload or fields changed" in broken.stdout


def test_a_folder_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    assert CliRunner().invoke(archive, ["verify", "--data", str(tmp_path / "none")]).exit_code == 2
    assert not (tmp_path / "none").exists()
