"""``reimburse doctor`` from the shell."""

from pathlib import Path

from click.testing import CliRunner

from reimburse.commands.doctor import doctor


def test_an_empty_folder_is_left_empty(tmp_path: Path) -> None:
    answer = CliRunner().invoke(doctor, ["--data", str(tmp_path)])
    assert answer.exit_code == 1
    assert "reimburse up" in answer.output
    assert list(tmp_path.iterdir()) == []
