"""The expense policy in force: the folder's versions, and after them those that finance published in the browser."""

from datetime import date
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.domain.workflow import EDITABLE, ClaimState
from reimburse.services.company.accounts import settings
from reimburse.settings import data_folder
from reimburse.store.absent import insert_if_absent
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, now, today
from reimburse.store.policies import PolicySnapshotRow, PolicyVersionRow
from rules import policy_text
from rules.parameters import Parameters
from rules.policy import Policy, PolicyBook, Scope, load

PUBLISHED = "published"
KEPT = "published policies"
"""Where a session keeps which versions are published, for the transaction it is in."""


def in_force(on: date | None = None) -> Policy:
    """The policy version that holds on this day, today by default."""
    return book().on(on or today())


def of_claim(claim: ClaimRow) -> Policy:
    """The version that judges a claim: the one in force when it was submitted; while it is edited, today's."""
    if ClaimState(claim.state) in EDITABLE:
        return in_force()
    if claim.policy_version:
        try:
            return book().version(claim.policy_version)
        except KeyError:  # Its file is gone; the checks keep what they were judged by.
            pass
    return in_force(claim.submitted_on)


def parameters_of(claim: ClaimRow) -> Parameters:
    """The parameters that hold for a claim: of the version it was submitted under, today's before; with overrides."""
    scope = Scope(claim.legal_entity.name, claim.department.name, claim.claimant.grade or None)
    return of_claim(claim).parameters_for(scope, None)


def book() -> PolicyBook:
    """All versions of the policy. What was published is seen at once, by every process."""
    folder = policy_folder()
    changed = max((path.stat().st_mtime_ns for path in folder.glob("*.toml")), default=0)
    return _loaded(folder, changed, _published(db.session()))


def policy_folder() -> Path:
    """``policy`` in the data folder where the company keeps its own, else the shipped one."""
    own = settings().data / "policy"
    return own if own.is_dir() else data_folder("config") / "policy"


def keep(session: Session, policy: Policy) -> str:
    """Keep the whole policy for ever; its digest. Runs in the caller's transaction."""
    digest, content = policy_text.record(policy)
    if session.get(PolicySnapshotRow, digest) is None:
        values = {"digest": digest, "version": policy.version, "content": content, "stored_at": now()}
        insert_if_absent(session, PolicySnapshotRow, values)
    return digest


def kept(digest: str | None) -> Policy | None:
    """The policy that a check was judged by, as it was then; None for a check made before policies were kept."""
    row = db.session.get(PolicySnapshotRow, digest) if digest else None
    return policy_text.recorded(row.content) if row else None


def forget_published(session: Session) -> None:
    """Look again which versions are published: this transaction just changed it."""
    session.info.pop(KEPT, None)


def _published(session: Session) -> tuple[str, ...]:
    """The digests of the published versions, in the order of publication; asked once a transaction."""
    at = session.get_transaction()
    known: tuple[object, tuple[str, ...]] | None = session.info.get(KEPT)
    if known and at is not None and known[0] is at:
        return known[1]
    query = select(PolicyVersionRow.digest).where(PolicyVersionRow.state == PUBLISHED)
    with session.no_autoflush:
        found = tuple(session.scalars(query.order_by(PolicyVersionRow.published_at, PolicyVersionRow.id)))
    session.info[KEPT] = session.get_transaction(), found
    return found


@lru_cache(maxsize=8)
def _loaded(folder: Path, _changed: int, published: tuple[str, ...]) -> PolicyBook:
    """Digests say all that is in a version, so that the cache never holds an outdated one."""
    query = select(PolicyVersionRow.digest, PolicyVersionRow.files).where(PolicyVersionRow.digest.in_(published))
    with db.session.no_autoflush:
        files = {row.digest: row.files for row in db.session.execute(query)} if published else {}
    made = tuple(policy_text.policy_of(files[digest]) for digest in published)
    return PolicyBook((*load(folder).versions, *made))
