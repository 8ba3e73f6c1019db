"""Publishing, its guards, replays and simulations, on SQLite and on PostgreSQL."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from reimburse.services.claims import replays
from reimburse.services.policy import policies, simulations
from reimburse.services.policy.policy_versions import start
from reimburse.store.db import db
from reimburse.store.notices import NoticeRow
from tests.claim_stories import claim_on, found, good_invoice, submit
from tests.databases import server, settings  # noqa: F401
from tests.policy_stories import change, parameters, published


def test_a_version_is_published_and_a_claim_replayed(company: dict[str, int]) -> None:
    claim = submit(claim_on(good_invoice(company["lin"])))
    published(company, parameters(claim_within_months=2))
    assert policies.in_force().version == "next"
    told = select(func.count()).where(NoticeRow.link == "/policy/versions/next")
    assert db.session.scalar(told) == len(company)
    second = submit(found(claim.claim_no))
    rounds = replays.replay_claim(second)
    assert [(item.identical, item.check.policy_version) for item in rounds] == [(True, "t"), (True, "next")]


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE policy_versions SET reason = 'x'", "the version is published"),
        ("DELETE FROM policy_versions", "the version is published"),
        ("UPDATE checks SET answer = 'x'", "append-only"),
        ("DELETE FROM policy_snapshots", "append-only"),
    ],
)
def test_the_database_keeps_what_was_published_and_judged(company: dict[str, int], statement: str, says: str) -> None:
    submit(claim_on(good_invoice(company["lin"])))
    published(company, parameters(claim_within_months=2))
    with pytest.raises(DatabaseError, match=says):
        db.session.execute(text(statement))


def test_a_draft_is_simulated(company: dict[str, int]) -> None:
    for who in ("lin", "wu"):
        submit(claim_on(good_invoice(company[who])))
    draft_id = start(company["zhou"])
    change(company, draft_id, parameters(personal_titles_allowed=False))
    simulation_id = simulations.start(company["zhou"], draft_id, None)
    simulations.simulate_policy(simulation_id, 0)
    db.session.rollback()
    row = simulations.latest(draft_id)
    assert row is not None
    assert (row.done_at is not None, row.total, simulations.tally_of(row).judged) == (True, 2, 2)
