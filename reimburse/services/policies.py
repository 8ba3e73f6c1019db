"""The expense policy in force: the company's own folder, else the shipped one; read again when its files change."""

from datetime import date
from functools import lru_cache
from pathlib import Path

from reimburse.services.accounts import settings
from reimburse.settings import data_folder
from reimburse.store.db import today
from rules.policy import Policy, PolicyBook, load


def in_force(on: date | None = None) -> Policy:
    """The policy version that holds on this day, today by default."""
    return book().on(on or today())


def book() -> PolicyBook:
    """All versions of the policy."""
    folder = policy_folder()
    changed = max((path.stat().st_mtime_ns for path in folder.glob("*.toml")), default=0)
    return _loaded(folder, changed)


def policy_folder() -> Path:
    """``policy`` in the data folder where the company keeps its own, else the shipped one."""
    own = settings().data / "policy"
    return own if own.is_dir() else data_folder("config") / "policy"


@lru_cache(maxsize=8)
def _loaded(folder: Path, _changed: int) -> PolicyBook:
    return load(folder)
