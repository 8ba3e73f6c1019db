"""The house itself: what is imported where, what is in the wheel, which settings are refused."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from reimburse.cli import COMMANDS, main
from reimburse.settings import BadSetting, load

ROOT = Path(__file__).parent.parent
FRAMEWORKS = ("flask", "sqlalchemy", "marshmallow", "rq", "redis", "werkzeug", "gunicorn")


@pytest.mark.parametrize(
    "package", ["parsers", "parsers.registry", "rules.engine", "rules.catalogue", "reimburse.domain.invoice"]
)
def test_the_pure_core_loads_no_framework(package: str) -> None:
    code = f"import sys, {package}; print([name for name in {FRAMEWORKS!r} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built and unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        archive.extractall(folder / "installed")
    return folder / "installed"


@pytest.mark.parametrize("words", [["rules", "--json"], ["--help"], ["db", "upgrade"]])
def test_the_wheel_runs_from_an_empty_folder(wheel: Path, tmp_path: Path, words: list[str]) -> None:
    environment = {"PYTHONPATH": str(wheel), "PATH": "/usr/bin:/bin", "PYTHONSAFEPATH": "1"}
    command = [sys.executable, "-m", "reimburse.cli", *words]
    ran = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout


def test_the_wheel_shows_a_page(wheel: Path, tmp_path: Path) -> None:
    code = (
        "from pathlib import Path; from reimburse.app import open_app; from reimburse.store.upgrade import upgrade;"
        "app = open_app(Path('data'), {});\n"
        "with app.app_context(): upgrade()\n"
        "print(app.test_client().get('/setup').status_code)"
    )
    environment = {"PYTHONPATH": str(wheel), "PATH": "/usr/bin:/bin", "PYTHONSAFEPATH": "1"}
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.stdout.strip() == "200", ran.stderr


def test_every_command_of_the_table_loads() -> None:
    from click import Context

    context = Context(main)
    assert all(main.get_command(context, name) for name in COMMANDS)


@pytest.mark.parametrize(
    ("own", "environment", "says"),
    [
        ("max_upload_mb = 5", {}, "max_upload_mb"),
        ("max_upload_mib = 'many'", {}, "max_upload_mib"),
        ("max_upload_mib = ", {}, "settings.toml"),
        ("", {"REIMBURSE_SMTP_STARTTLS": "perhaps"}, "smtp_starttls"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, own: str, environment: dict[str, str], says: str) -> None:
    (tmp_path / "settings.toml").write_text(own, encoding="utf-8")
    with pytest.raises(BadSetting, match=says):
        load(tmp_path, environment)


def test_the_environment_outranks_the_file(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("max_upload_mib = 5\nretry_delays_s = [1, 2]", encoding="utf-8")
    found = load(tmp_path, {"REIMBURSE_MAX_UPLOAD_MIB": "7", "DATABASE_URL": "postgresql://x/y"})
    assert (found.max_upload_mib, found.retry_delays_s, found.database) == (7, (1, 2), "postgresql://x/y")


def test_a_long_data_path_still_has_a_socket(tmp_path: Path) -> None:
    deep = load(tmp_path / ("d" * 120), {})
    assert len(str(deep.queue_socket)) < 100
    assert load(tmp_path, {}).queue_socket.parent == tmp_path
