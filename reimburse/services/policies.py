"""The expense policy in force: the company's own folder, else the shipped one; read again when its files change."""

from datetime import date
from functools import lru_cache
from pathlib import Path

from reimburse.services.accounts import settings
from reimburse.settings import data_folder
from reimburse.store.claims import ClaimRow
from reimburse.store.db import today
from rules.parameters import Parameters
from rules.policy import Policy, PolicyBook, Scope, load


def in_force(on: date | None = None) -> Policy:
    """The policy version that holds on this day, today by default."""
    return book().on(on or today())


def parameters_of(claim: ClaimRow) -> Parameters:
    """The parameters that hold for a claim: on the day it was submitted, today before that; with overrides."""
    scope = Scope(claim.legal_entity.name, claim.department.name, claim.claimant.grade or None)
    return in_force(claim.submitted_on).parameters_for(scope, None)


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
