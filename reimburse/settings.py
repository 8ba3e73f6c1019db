"""Settings, read once into a frozen value: the shipped defaults, then the data folder's file, then the environment."""

import hashlib
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, get_type_hints

PREFIX = "REIMBURSE_"
LONGEST_SOCKET_PATH = 100
FEWEST_YEARS = 5
"""What the law asks for at least (R-116)."""
ALLOWED = {"retention_years": "a table of years by kind of invoice, each at least 5"}
CHOICES = {"archive_digest": ("sha256", "sm3")}
PLAIN_NAMES = ("DATABASE_URL", "REDIS_URL", "FILES_URL")


class BadSetting(ValueError):
    """A setting that is unknown or of the wrong type; the message names file, key and what is allowed."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting of the service; units stand in the names. ``data`` is the data folder."""

    data: Path
    max_upload_mib: int
    max_files_per_upload: int
    parse_timeout_s: int
    parse_memory_mib: int
    files_per_reader: int
    retry_delays_s: tuple[int, ...]
    job_overdue_s: int
    draft_days: int
    session_hours: int
    sign_in_attempts: int
    sign_in_lock_min: int
    mail_from: str
    smtp_host: str
    smtp_port: int
    smtp_user: str
    smtp_password: str
    smtp_starttls: bool
    database_url: str
    redis_url: str
    files_url: str
    public_url: str
    secret_key: str
    verification_service: str
    verification_api_key: str
    verification_secret_key: str
    verification_url: str
    verification_timeout_s: int
    verification_daily_budget: int
    verification_recheck_days: int
    archive_digest: str
    archive_recheck_days: int
    retention_years: dict[str, int]

    @property
    def database(self) -> str:
        """The SQLAlchemy address of the database."""
        return self.database_url or f"sqlite:///{self.data / 'reimburse.sqlite3'}"

    @property
    def queue(self) -> str:
        """The address of the queue; by default the embedded one's socket."""
        return self.redis_url or f"unix://{self.queue_socket}"

    @property
    def queue_socket(self) -> Path:
        """The embedded queue's socket; a path too long for a socket gets a short one in the temporary folder."""
        plain = self.data / "queue.sock"
        if len(bytes(plain)) <= LONGEST_SOCKET_PATH:
            return plain
        digest = hashlib.sha256(bytes(self.data)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"reimburse-{digest}" / "queue.sock"


def data_folder(name: str) -> Path:
    """The shipped folder ``config`` or ``templates``: the checkout's, or the copy inside the installed package."""
    here = Path(__file__).resolve().parent
    packaged = here / "_data" / name
    return packaged if packaged.is_dir() else here.parent / name


def load(data: Path, environment: Mapping[str, str]) -> Settings:
    """The settings in force; ``BadSetting`` where one is unknown or of the wrong type."""
    values = tomllib.loads((data_folder("config") / "default.toml").read_text("utf-8"))
    own = data / "settings.toml"
    if own.is_file():
        values |= _read(own)
    values |= _from_environment(environment)
    hints = get_type_hints(Settings)
    known = {field.name for field in fields(Settings)} - {"data"}
    for key, value in values.items():
        if key not in known:
            raise BadSetting(f"unknown setting {key!r}; known are: {', '.join(sorted(known))}")
        values[key] = _typed(key, value, hints[key])
        if key in CHOICES and values[key] not in CHOICES[key]:
            raise BadSetting(f"setting {key}: {value!r} is none of {', '.join(CHOICES[key])}")
    return Settings(data=data, **values)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as broken:
        raise BadSetting(f"{path}: {broken}") from None


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {name.lower(): environment[name] for name in PLAIN_NAMES if environment.get(name)}
    for name, text in environment.items():
        if name.startswith(PREFIX) and name != f"{PREFIX}DATA":
            values[name.removeprefix(PREFIX).lower()] = text
    return values


def _years(value: Mapping[str, Any]) -> dict[str, int]:
    years = {str(name).strip(): int(number) for name, number in value.items()}
    if any(number < FEWEST_YEARS for number in years.values()):
        raise ValueError
    return years


def _typed(key: str, value: Any, kind: Any) -> Any:
    try:
        if kind is bool:
            return (
                value
                if isinstance(value, bool)
                else {"true": True, "1": True, "false": False, "0": False}[value.lower()]
            )
        if kind is int:
            return int(value)
        if kind is str:
            return str(value)
        if kind == dict[str, int]:
            return _years(
                value if isinstance(value, dict) else dict(part.split("=") for part in value.split(",") if part)
            )
        return tuple(int(item) for item in (value.split(",") if isinstance(value, str) else value))
    except (ValueError, KeyError, AttributeError, TypeError):
        wanted = ALLOWED.get(key) or getattr(kind, "__name__", "a list of whole numbers")
        raise BadSetting(f"setting {key}: {value!r} is not {wanted}") from None
