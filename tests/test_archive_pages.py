"""The archive's pages: searched, shown, held, verified, sealed and packed; auditors change nothing."""

import re
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from reimburse.services.archive import archive_packages, archive_runs, archive_seals
from reimburse.services.invoices.intake import files
from reimburse.settings import Settings
from reimburse.store.archive import ArchiveEntryRow, ArchivePackageRow, ArchiveRunRow, LegalHoldRow
from reimburse.store.batches import BatchRow
from reimburse.store.db import db, now, transaction
from reimburse.store.documents import StoredFileRow
from reimburse.store.files import path_of
from reimburse.store.invoices import InvoiceRow
from reimburse.store.outbox import OutboxRow
from tests.archive_stories import archived, shipped_policy, tamper
from tests.query_count import count_queries

__all__ = ["shipped_policy"]
SignIn = Callable[[str], FlaskClient]
PAGES = (
    "/archive",
    "/archive/items/1",
    "/archive/verify",
    "/archive/seals",
    "/archive/packages",
    "/archive/chains/batch:1",
)
MOST_QUERIES = 15


@pytest.fixture
def batch(company: dict[str, int]) -> BatchRow:
    return archived(company)


def text_of(client: FlaskClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.text


def job(name: str) -> int:
    """The id that the newest job of this name was asked for with."""
    row = db.session.scalars(select(OutboxRow).where(OutboxRow.job == name).order_by(OutboxRow.id.desc())).first()
    assert row is not None
    return int(row.args[0])


@pytest.mark.parametrize("login", ["zhou", "audit"])
def test_every_page_stays_within_its_queries_in_both_languages(batch: BatchRow, sign_in: SignIn, login: str) -> None:
    archive_seals.seal()
    client = sign_in(login)
    for path in PAGES:
        with count_queries() as asked:
            page = text_of(client, path)
        assert len(asked) <= MOST_QUERIES, (path, len(asked))
        assert "Text(" not in page, path
    client.post("/language/en")
    english = text_of(client, "/archive/items/1")
    assert "Kept until" in english
    assert "保存" not in re.sub(r"<nav.*?</nav>", "", english, flags=re.DOTALL)


def test_others_find_no_archive(batch: BatchRow, sign_in: SignIn) -> None:
    for login in ("lin", "zhao", "admin"):
        assert {sign_in(login).get(path).status_code for path in PAGES} == {403}, login


def test_the_ledger_is_searched_by_the_form(batch: BatchRow, sign_in: SignIn) -> None:
    client = sign_in("sun")
    number = db.session.scalars(select(InvoiceRow.number).join(ArchiveEntryRow)).one()
    for query in (
        f"number={number}",
        "amount=¥600.00",
        "person=Lin",
        "days=archived&since=2020-01-01",
        "kind=general_digital",
    ):
        page = text_of(client, f"/archive?{query}")
        assert str(number) in page, query
        assert "全部清除" in page, query
    assert "没有符合的档案" in text_of(client, "/archive?amount=599.99")
    wrong = text_of(client, "/archive?amount=viel&since=heute")
    assert "请填写金额" in wrong
    assert "请填写日期" in wrong
    assert str(number) in wrong


def test_an_item_says_how_long_and_why_and_what_holds_it(batch: BatchRow, sign_in: SignIn) -> None:
    client = sign_in("sun")
    page = text_of(client, "/archive/items/1")
    assert f"{now().year + 30}-12-31" in page
    assert "数据库拒绝删除或改动" in page
    assert "归入档案台账" in text_of(client, "/archive/chains/claim:1") or "导出" in page
    assert "Text(" not in page
    client.post("/archive/holds", data={"thing": "claim:1", "reason": "税务检查", "back": "/archive/items/1"})
    again = client.post("/archive/holds", data={"thing": "claim:1", "reason": " "}, follow_redirects=True)
    assert again.status_code == 200
    held = text_of(client, "/archive/items/1")
    assert ("税务检查" in held, "解除前不能删除" in held) == (True, True)
    client.post("/archive/holds/1/lift", data={"reason": "检查结束"})
    assert "检查结束" in text_of(client, "/archive/items/1")
    assert client.get("/archive/items/999").status_code == 404
    assert client.get("/archive/chains/nothing:1").status_code == 404


def test_where_the_paper_lies_is_noted_on_its_chain(batch: BatchRow, sign_in: SignIn) -> None:
    sun, entry = sign_in("sun"), db.session.scalars(select(ArchiveEntryRow)).first()
    assert entry is not None
    path = f"/archive/items/{entry.id}"
    assert "存放地点" not in text_of(sun, path)
    tamper(f"UPDATE archive_entries SET kind = 'general_paper' WHERE id = {entry.id}")
    assert "尚未登记存放地点" in text_of(sun, path)
    for place in ("3 号柜", "4 号柜", "4 号柜", " "):
        sun.post(f"{path}/paper", data={"place": place})
    assert '<span lang="">4 号柜</span>' in text_of(sun, path)
    assert text_of(sun, f"/archive/chains/invoice:{entry.invoice_id}").count("登记纸质原件存放地点") == 2
    assert sign_in("audit").post(f"{path}/paper", data={"place": "5"}).status_code in {403, 404}


def test_a_hold_needs_a_reason_and_the_thing(batch: BatchRow, sign_in: SignIn) -> None:
    client = sign_in("sun")
    refused = client.post("/archive/holds", data={"thing": "batch:1", "reason": " "}, follow_redirects=True)
    assert "请写明原因" in refused.text
    assert client.post("/archive/holds", data={"thing": "batch:77", "reason": "x"}).status_code == 404
    assert db.session.scalars(select(LegalHoldRow)).all() == []


def test_a_verification_is_a_job_and_names_what_it_finds(batch: BatchRow, sign_in: SignIn, settings: Settings) -> None:
    client = sign_in("zhou")
    first = client.post("/archive/verify").headers["Location"]
    assert client.post("/archive/verify").headers["Location"] == first
    assert "正在校验" in text_of(client, first)
    archive_runs.verify_archive(job("verify_archive"))
    assert "档案完好" in text_of(client, first)
    tamper("UPDATE expense_lines SET description = 'x'")
    sha256 = db.session.scalars(select(StoredFileRow.sha256)).first()
    (settings.data / "files" / path_of(str(sha256))).unlink()
    second = client.post("/archive/verify").headers["Location"]
    run_id = job("verify_archive")
    archive_runs.verify_archive(run_id)
    archive_runs.verify_archive(run_id)
    row = db.session.get_one(ArchiveRunRow, run_id)
    page = text_of(client, second)
    assert row.problems == len(row.found) >= 2
    assert all(found["zh"] in page for found in row.found if "'" not in found["zh"])
    assert any("费用明细" in found["zh"] for found in row.found)
    assert row.counted["files"] > 3
    assert f"{row.problems} 处问题" in text_of(client, "/archive/verify")


def test_a_package_is_made_by_a_job_downloaded_and_proves_itself(
    batch: BatchRow, sign_in: SignIn, tmp_path: Path
) -> None:
    client = sign_in("sun")
    client.post("/archive/packages", data={"batch": batch.batch_no})
    client.post("/archive/packages", data={"batch": batch.batch_no})
    assert len(db.session.scalars(select(ArchivePackageRow)).all()) == 1
    assert "正在生成" in text_of(client, "/archive/packages")
    archive_packages.make_package(job("make_package"))
    sent = sign_in("audit").get("/archive/packages/1/download")
    package = tmp_path / "p.zip"
    package.write_bytes(sent.data)
    script = tmp_path / "verify.py"
    script.write_bytes(subprocess.run(["unzip", "-p", package, "verify.py"], capture_output=True, check=True).stdout)
    told = subprocess.run([sys.executable, "-I", script, package], capture_output=True, text=True, check=False)
    assert (told.returncode, "intact" in told.stdout) == (0, True)
    package.write_bytes(sent.data[:3000] + bytes([sent.data[3000] ^ 1]) + sent.data[3001:])
    assert subprocess.run([sys.executable, "-I", script, package], capture_output=True, check=False).returncode == 1


def test_a_package_goes_after_its_days_and_one_of_nothing_is_refused(batch: BatchRow, sign_in: SignIn) -> None:
    client = sign_in("sun")
    empty = client.post("/archive/packages", data={"since": "2020-01-01", "until": "2020-12-31"}, follow_redirects=True)
    assert "没有已冻结的批次" in empty.text
    client.post("/archive/packages", data={"since": f"{now():%Y-01-01}", "until": f"{now() + timedelta(1):%Y-%m-%d}"})
    archive_packages.make_package(job("make_package"))
    row = db.session.scalars(select(ArchivePackageRow)).one()
    sha256 = str(row.sha256)
    assert (archive_packages.clear_packages(), files().has(sha256)) == (0, True)
    with transaction() as session:
        session.get_one(ArchivePackageRow, row.id).done_at = now() - timedelta(days=8)
    assert (archive_packages.clear_packages(), files().has(sha256)) == (1, False)
    assert client.get(f"/archive/packages/{row.id}/download").status_code == 404


def test_the_batch_shows_its_root_and_how_to_verify_it(batch: BatchRow, sign_in: SignIn) -> None:
    root = batch.control["merkle"]["root"]
    page = text_of(sign_in("sun"), f"/batches/{batch.batch_no}")
    assert root in page
    assert f"verify.py archive-{batch.batch_no}.zip" in page
    assert "生成档案包" not in text_of(sign_in("audit"), f"/batches/{batch.batch_no}")
