"""Stored claims judged again under another policy: streamed for the shell, in slices by a job for the browser."""

import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from reimburse.domain.workflow import ClaimState
from reimburse.services.errors import NotFound
from reimburse.services.outbox import ask, mark_done
from reimburse.services.policy import policies
from reimburse.services.policy.policy_versions import PUBLISHED, may_approve, may_edit
from reimburse.store.claims import CheckRow, ClaimRow
from reimburse.store.db import db, now, reading, transaction
from reimburse.store.people import PersonRow
from reimburse.store.policies import PolicySimulationRow, PolicyVersionRow
from rules.policy import Policy
from rules.policy_text import policy_of
from rules.simulation import Case, Tally, judged_again

PAGE = 200
SLICE_S = 20
"""Seconds a job works before it hands the rest on, so that other jobs get their turn."""
GIVEN_UP = (ClaimState.DRAFT.value, ClaimState.DELETED.value)


def cases(since: date | None = None, after: int = 0) -> Iterator[tuple[int, Case]]:
    """The last check of each claim submitted since a day, by id, read page by page; nothing else is held."""
    columns = (CheckRow.id, ClaimRow.claim_no, CheckRow.facts, CheckRow.answer, CheckRow.policy_digest)
    query, known = _standing(select(*columns), since), dict[str | None, Policy | None]()
    while True:
        with reading() as session:
            rows = session.execute(query.where(CheckRow.id > after).order_by(CheckRow.id).limit(PAGE)).all()
            for digest in {row.policy_digest for row in rows} - known.keys():
                known[digest] = policies.kept(digest)
        for check_id, claim_no, facts, answer, digest in rows:
            yield check_id, Case(claim_no, facts, answer, known[digest])
        if len(rows) < PAGE:
            return
        after = rows[-1].id


def start(by_id: int, draft_id: int, since: date | None) -> int:
    """Ask for the simulation of a draft as it is now; its id."""
    with transaction() as session:
        row, person = session.get(PolicyVersionRow, draft_id), session.get_one(PersonRow, by_id)
        if row is None or row.state == PUBLISHED or not (may_edit(person) or may_approve(person, row)):
            raise NotFound
        total = session.scalar(_standing(select(func.count(CheckRow.id)), since)) or 0
        made = PolicySimulationRow(
            version_id=row.id, files=row.files, digest=row.digest, since=since, asked_by_id=by_id, asked_at=now()
        )
        made.total = total
        session.add(made)
        session.flush()
        ask(session, "simulate_policy", made.id, 0)
        return made.id


def simulate_policy(simulation_id: int, cursor: int, outbox_id: int | None = None) -> None:
    """Judge the next claims, for some seconds; what is left is another job. A second run changes nothing."""
    with reading() as session:
        row = session.get(PolicySimulationRow, simulation_id)
        work = (tally_of(row), policy_of(row.files), row.since) if row and _waits(row, cursor) else None
    done = _judge(*work, cursor) if work else None
    with transaction() as session:
        row = session.get(PolicySimulationRow, simulation_id, with_for_update=True, populate_existing=True)
        if done and row and _waits(row, cursor):
            _keep(session, row, *done)
        mark_done(session, outbox_id)


def latest(draft_id: int) -> PolicySimulationRow | None:
    """The last simulation that was asked for."""
    query = select(PolicySimulationRow).where(PolicySimulationRow.version_id == draft_id)
    return db.session.scalar(query.order_by(PolicySimulationRow.id.desc()).limit(1))


def tally_of(row: PolicySimulationRow) -> Tally:
    """What the simulation counted so far."""
    return msgspec.convert(row.tally, Tally)


def _waits(row: PolicySimulationRow, cursor: int) -> bool:
    return row.cursor == cursor and row.done_at is None


def _keep(session: Session, row: PolicySimulationRow, tally: Tally, reached: int, finished: bool) -> None:
    row.tally, row.cursor = msgspec.json.decode(msgspec.json.encode(tally, order="sorted")), reached
    if finished:
        row.done_at = now()
    else:
        ask(session, "simulate_policy", row.id, reached)


def _judge(tally: Tally, policy: Policy, since: date | None, cursor: int) -> tuple[Tally, int, bool]:
    """Count claims into the tally until the time is up; with the last check judged, and whether that was all."""
    until = time.monotonic() + SLICE_S
    for check_id, case in cases(since, cursor):
        tally.add(judged_again(case, policy))
        cursor = check_id
        if time.monotonic() > until:
            return tally, cursor, False
    return tally, cursor, True


def _standing(checks: Any, since: date | None) -> Any:
    """Only a claim's last check, unless it was given up, or its facts are those of the claim it was taken out of."""
    later = aliased(CheckRow)
    newer = exists().where(later.claim_id == CheckRow.claim_id, later.round > CheckRow.round)
    checks = checks.join(ClaimRow, ClaimRow.id == CheckRow.claim_id)
    checks = checks.where(~newer, CheckRow.taken_from_id.is_(None), ClaimRow.state.not_in(GIVEN_UP))
    return checks if since is None else checks.where(ClaimRow.submitted_on >= since)
