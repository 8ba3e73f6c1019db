"""``reimburse doctor`` from the shell."""

from pathlib import Path

from click.testing import CliRunner

from reimburse.commands.doctor import doctor
from reimburse.services.archive import archive_runs
from reimburse.services.operation import diagnosis
from reimburse.settings import Settings
from reimburse.store.archive import FileCheckRow
from reimburse.store.db import db, now, transaction
from reimburse.store.files import path_of
from tests.batch_stories import person
from tests.builders import make_document

READ = "从未校验；90 天内复读 1/1 个文件，0 个不符"


def test_an_empty_folder_is_left_empty(tmp_path: Path) -> None:
    answer = CliRunner().invoke(doctor, ["--data", str(tmp_path)])
    assert answer.exit_code == 1
    assert "reimburse up" in answer.output
    assert list(tmp_path.iterdir()) == []


def test_the_doctor_tells_of_the_archive(company: dict[str, int], settings: Settings) -> None:
    with transaction():
        sha256 = make_document(company["lin"], b"an original", "f.pdf").sha256
        db.session.add(FileCheckRow(sha256=sha256, checked_at=now(), state="well"))
    found = {part.name.en: part for part in diagnosis.diagnose()}["Archive"]
    assert (found.well, found.found) == (True, f"{READ} / never verified; 1/1 files read within 90 days, 0 differ")
    with transaction() as session:
        session.get_one(FileCheckRow, sha256).state = "altered"
    archive_runs.ask(person("zhou"))
    (settings.data / "files" / path_of(sha256)).unlink()
    archive_runs.verify_archive(1)
    found = {part.name.en: part for part in diagnosis.diagnose()}["Archive"]
    assert not found.well
    assert found.found.endswith("1 problems; 1/1 files read within 90 days, 1 differ")
