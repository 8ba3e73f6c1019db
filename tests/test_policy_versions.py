"""Versions of the policy that finance makes: two people, never changed, seen at once, and every claim replayed."""

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from msgspec.structs import replace
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from reimburse.app import create_app
from reimburse.domain.finding import Severity
from reimburse.domain.workflow import Role
from reimburse.services.claims import checking, replays
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.services.policy import policies, policy_versions
from reimburse.settings import Settings, data_folder
from reimburse.store.claims import CheckRow
from reimburse.store.db import db, today, transaction
from reimburse.store.events import EventRow
from reimburse.store.notices import NoticeRow
from reimburse.store.people import PersonRow, RoleGrantRow
from reimburse.store.policies import PolicySnapshotRow, PolicyVersionRow
from rules.policy import Override
from rules.policy_files import BadPolicy
from rules.policy_text import policy_of
from tests.claim_stories import attach, claim_on, found, good_invoice, run_checks, submit
from tests.policy_stories import change, parameters, proposed, published, row_of


def kinds() -> list[str]:
    query = select(EventRow.kind).where(EventRow.chain.startswith("policy:")).order_by(EventRow.id)
    return list(db.session.scalars(query))


def test_a_version_is_drafted_published_and_approved_by_two_people(company: dict[str, int]) -> None:
    before = policies.in_force()
    draft_id = published(company, parameters(claim_within_months=2))
    row = row_of(draft_id)
    assert (row.state, row.based_on, row.version) == ("published", before.version, "next")
    assert (row.published_by_id, row.approved_by_id) == (company["zhou"], company["sun"])
    assert policies.in_force().version == "next"
    assert policies.in_force().parameters.claim_within_months == 2
    assert policies.in_force(today() - timedelta(days=1)).version == before.version
    assert policies.in_force().categories == before.categories
    assert kinds() == ["drafted", "proposed", "published"]


def test_everyone_is_told(company: dict[str, int]) -> None:
    with transaction() as session:
        session.get_one(PersonRow, company["wu"]).active = False
    published(company, parameters(claim_within_months=2))
    told = select(NoticeRow.person_id).where(NoticeRow.link == "/policy/versions/next")
    assert set(db.session.scalars(told)) == set(company.values()) - {company["wu"]}
    notice = db.session.scalars(select(NoticeRow).where(NoticeRow.person_id == company["lin"])).one()
    assert notice.zh == f"报销政策 next 自 {today()} 起生效：年度调整"
    assert notice.created_at.tzinfo is not None


def test_the_second_person_is_asked(company: dict[str, int]) -> None:
    draft_id = proposed(company, parameters(claim_within_months=2))
    asked = db.session.scalars(select(NoticeRow)).all()
    assert [(notice.person_id, notice.link) for notice in asked] == [(company["sun"], f"/policy/drafts/{draft_id}")]


@pytest.mark.parametrize(
    ("who", "refusal"), [("zhou", Refused), ("lin", NotFound), ("audit", NotFound), ("admin", NotFound)]
)
def test_nobody_else_approves(company: dict[str, int], who: str, refusal: type[Refused]) -> None:
    draft_id = proposed(company, parameters(claim_within_months=2))
    with pytest.raises(refusal):
        policy_versions.approve(company[who], draft_id, row_of(draft_id).revision)
    assert policies.in_force().version != "next"


def test_whoever_worked_on_it_does_not_approve_it(company: dict[str, int]) -> None:
    with transaction() as session:
        session.add(RoleGrantRow(person_id=company["sun"], role=Role.FINANCE_HEAD))
    draft_id = policy_versions.start(company["sun"])
    revision = row_of(draft_id).revision
    policy_versions.propose(company["zhou"], draft_id, revision, "next", today(), "年度调整")
    with pytest.raises(Refused, match="no part"):
        policy_versions.approve(company["sun"], draft_id, row_of(draft_id).revision)


@pytest.mark.parametrize("who", ["sun", "audit", "lin", "admin"])
def test_only_the_finance_head_drafts(company: dict[str, int], who: str) -> None:
    with pytest.raises(NotFound):
        policy_versions.start(company[who])


def test_a_published_version_cannot_be_edited_or_approved_again(company: dict[str, int]) -> None:
    draft_id = published(company, parameters(claim_within_months=2))
    with pytest.raises(Refused, match="cannot be changed"):
        change(company, draft_id, parameters(claim_within_months=1))
    with pytest.raises(Stale):
        policy_versions.approve(company["sun"], draft_id, row_of(draft_id).revision)
    with pytest.raises(Refused):
        policy_versions.discard(company["zhou"], draft_id)


def test_a_proposed_version_is_locked_until_it_is_sent_back(company: dict[str, int]) -> None:
    draft_id = proposed(company, parameters(claim_within_months=2))
    with pytest.raises(Refused, match="take it back"):
        change(company, draft_id, parameters(claim_within_months=1))
    with pytest.raises(Refused, match="Say why"):
        policy_versions.send_back(company["sun"], draft_id, row_of(draft_id).revision, " ")
    policy_versions.send_back(company["sun"], draft_id, row_of(draft_id).revision, "时限太短")
    row = row_of(draft_id)
    assert (row.state, row.sent_back, row.published_by_id) == ("draft", "时限太短", None)
    told = db.session.scalars(select(NoticeRow.zh).where(NoticeRow.person_id == company["zhou"])).all()
    assert told == ["政策 next 被退回：时限太短"]
    change(company, draft_id, parameters(claim_within_months=3))


def test_its_maker_takes_it_back_without_a_word(company: dict[str, int]) -> None:
    draft_id = proposed(company, parameters(claim_within_months=2))
    policy_versions.send_back(company["zhou"], draft_id, row_of(draft_id).revision, "")
    assert row_of(draft_id).state == "draft"


def test_it_is_never_in_force_before_it_is_approved(company: dict[str, int]) -> None:
    with pytest.raises(Refused, match="is past"):
        proposed(company, parameters(claim_within_months=2), effective_from=today() - timedelta(days=1))
    draft_id = proposed(company, parameters(claim_within_months=2), name="other")
    with transaction() as session:
        session.get_one(PolicyVersionRow, draft_id).effective_from = today() - timedelta(days=1)
    with pytest.raises(Refused, match="is past"):
        policy_versions.approve(company["sun"], draft_id, row_of(draft_id).revision)


@pytest.mark.parametrize("name", ["2024.1", "next", "", "a/b", "x" * 51, "a\nb"])
def test_a_name_is_used_once_and_fits_an_address(company: dict[str, int], name: str) -> None:
    published(company, parameters(claim_within_months=2))
    with pytest.raises(Refused):
        proposed(company, parameters(claim_within_months=1), name=name)


def test_a_reason_is_needed(company: dict[str, int]) -> None:
    draft_id = policy_versions.start(company["zhou"])
    with pytest.raises(Refused, match="Say why"):
        policy_versions.propose(company["zhou"], draft_id, row_of(draft_id).revision, "next", today(), " ")


def test_a_mistake_is_named_and_not_saved(company: dict[str, int]) -> None:
    draft_id = policy_versions.start(company["zhou"])
    row = row_of(draft_id)
    wrong = row.files["policy.toml"].replace("claim_within_months = 3", "claim_within_months = 0")
    with pytest.raises(BadPolicy, match=r"policy\.toml: version\[0\]\.parameters\.claim_within_months.*>= 1"):
        policy_versions.save(company["zhou"], draft_id, row.revision, {"policy.toml": wrong})
    assert policy_of(row_of(draft_id).files).parameters.claim_within_months == 3


def test_two_editors_do_not_overwrite_each_other(company: dict[str, int]) -> None:
    draft_id = policy_versions.start(company["zhou"])
    revision = row_of(draft_id).revision
    change(company, draft_id, parameters(claim_within_months=2))
    with pytest.raises(Stale):
        policy_versions.save(company["zhou"], draft_id, revision, {})


def test_a_discarded_draft_leaves_its_events(company: dict[str, int]) -> None:
    draft_id = policy_versions.start(company["zhou"])
    policy_versions.discard(company["zhou"], draft_id)
    assert db.session.get(PolicyVersionRow, draft_id) is None
    assert kinds() == ["drafted", "discarded"]


@pytest.mark.parametrize("statement", ["UPDATE policy_versions SET reason = 'x'", "DELETE FROM policy_versions"])
def test_the_database_keeps_what_is_published(company: dict[str, int], statement: str) -> None:
    published(company, parameters(claim_within_months=2))
    with pytest.raises(DatabaseError, match="the version is published"):
        db.session.execute(text(statement))


@pytest.mark.parametrize("second", ["zhou", None])
def test_the_database_wants_two_people(company: dict[str, int], second: str | None) -> None:
    row = row_of(proposed(company, parameters(claim_within_months=2)))
    row.state, row.published_at = "published", row.updated_at
    row.published_by_id, row.approved_by_id = company["zhou"], company.get(second or "")
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_another_process_sees_it_at_once(app: Flask, company: dict[str, int], settings: Settings) -> None:
    db.session.rollback()
    other = create_app(settings)
    with other.app_context():
        assert policies.in_force().version == "2024.1"
        db.session.rollback()
    published(company, parameters(claim_within_months=2))
    with other.app_context():
        assert policies.in_force().version == "next"
        db.session.remove()
        db.engine.dispose()


def test_the_folder_and_the_browser_share_one_line_of_versions(company: dict[str, int], own_folder: Path) -> None:
    published(company, parameters(claim_within_months=2), effective_from=today() + timedelta(days=10))
    with (own_folder / "policy.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[[version]]\nversion = "folder"\neffective_from = {today() + timedelta(days=20)}\n')
    on = [policies.in_force(today() + timedelta(days=days)).version for days in (0, 9, 10, 19, 20)]
    assert on == ["2024.1", "2024.1", "next", "next", "folder"]


def test_a_submitted_claim_is_judged_by_the_version_of_its_submission(company: dict[str, int]) -> None:
    claim = claim_on(good_invoice(company["lin"], "600.00"))
    attach(claim)
    checking.submit(claim.claim_no, company["lin"], pledge=True)
    published(company, parameters(auto_approve_up_to=1000))
    run_checks()
    claim = found(claim.claim_no)
    assert (claim.state, claim.checks[0].policy_version) == ("in_review", "2024.1")


def test_a_claim_is_replayed_to_the_byte_after_later_versions(company: dict[str, int], own_folder: Path) -> None:
    """Neither a version published later nor an edit of the files that judged changes what a replay says."""
    claim = submit(claim_on(good_invoice(company["lin"], "600.00")))
    stored = claim.checks[0].answer
    milder = (Override(rule="R-93", severity=Severity.APPROVAL),)
    published(company, lambda policy: replace(policy, override=milder), name="a")
    with (own_folder / "policy.toml").open("a", encoding="utf-8") as file:
        file.write("[[version.override]]\nrule = 'R-93'\nseverity = 'warn'\n")
    assert policies.in_force(today() - timedelta(days=1)).override != ()
    [again] = replays.replay_claim(found(claim.claim_no))
    assert (again.identical, again.again, again.policy_kept) == (True, stored, True)
    second = submit(found(claim.claim_no))
    first, last = replays.replay_claim(second)
    assert (first.identical, last.identical) == (True, True)
    assert (first.check.policy_version, last.check.policy_version) == ("2024.1", "a")
    assert [json.loads(check.again)["verdict"] for check in (first, last)] == ["return", "approval"]


def test_a_replay_tells_what_differs(company: dict[str, int]) -> None:
    claim = submit(claim_on(good_invoice(company["lin"])))
    row = claim.checks[0]
    other = CheckRow(
        claim_id=row.claim_id,
        round=9,
        policy_version=row.policy_version,
        policy_digest=row.policy_digest,
        verdict="pass",
        facts=row.facts,
        answer=row.answer.replace('"R-93"', '"R-72"'),
        checked_at=row.checked_at,
    )
    again = replays.replay(other)
    assert (again.identical, len(again.gone), len(again.new)) == (False, 1, 1)
    assert again.gone[0].startswith("R-72 return ")
    assert again.new[0].startswith("R-93 return ")


def test_an_older_check_is_replayed_by_the_version_of_its_name(company: dict[str, int]) -> None:
    claim = submit(claim_on(good_invoice(company["lin"])))
    row = claim.checks[0]
    older = CheckRow(
        claim_id=row.claim_id, round=9, policy_version=row.policy_version, verdict="return", facts=row.facts
    )
    older.answer = row.answer
    again = replays.replay(older)
    assert (again.identical, again.policy_kept) == (True, False)


def test_facts_that_cannot_be_read_any_more_are_told(company: dict[str, int]) -> None:
    again = replays.replay(CheckRow(claim_id=1, round=1, policy_version="2024.1", facts="{}", answer='{"findings":[]}'))
    assert (again.identical, again.gone) == (False, ())
    assert "claim" in again.new[0]


def test_each_policy_is_kept_once(company: dict[str, int]) -> None:
    claim = submit(claim_on(good_invoice(company["lin"])))
    submit(claim)
    submit(claim_on(good_invoice(company["wu"])))
    [row] = db.session.scalars(select(PolicySnapshotRow))
    assert {check.policy_digest for check in db.session.scalars(select(CheckRow))} == {row.digest}


@pytest.mark.parametrize("statement", ["UPDATE checks SET answer = 'x'", "DELETE FROM policy_snapshots"])
def test_what_was_judged_is_never_rewritten(company: dict[str, int], statement: str) -> None:
    submit(claim_on(good_invoice(company["lin"])))
    with pytest.raises(DatabaseError, match="append-only"):
        db.session.execute(text(statement))


@pytest.fixture
def own_folder(settings: Settings) -> Path:
    folder = settings.data / "policy"
    shutil.copytree(data_folder("config") / "policy", folder)
    return folder
