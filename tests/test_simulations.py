"""Stored claims judged again under a draft: what would change, for the shell and for the browser's job."""

import json
import shutil
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace
from sqlalchemy import select

from reimburse.cli import main
from reimburse.domain.finding import Severity
from reimburse.services.claims import claims, replays
from reimburse.services.claims.follow_ups import move_lines
from reimburse.services.errors import NotFound
from reimburse.services.policy import simulations
from reimburse.services.policy.policy_versions import start
from reimburse.settings import Settings, data_folder
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, today, transaction
from reimburse.store.outbox import OutboxRow
from reimburse.store.people import PersonRow
from reimburse.store.policies import PolicySimulationRow
from rules.policy import Override
from rules.simulation import Tally
from tests.claim_stories import attach, claim_on, found, good_invoice, submit
from tests.policy_stories import change, parameters, published, row_of

MILD = '[[version.override]]\nrule = "R-93"\nseverity = "warn"\n'


@pytest.fixture
def returned(company: dict[str, int]) -> ClaimRow:
    """A claim that R-93 returned."""
    return submit(claim_on(good_invoice(company["lin"])))


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """The shipped policy, but R-93 only warns."""
    folder = tmp_path / "draft"
    shutil.copytree(data_folder("config") / "policy", folder)
    with (folder / "policy.toml").open("a", encoding="utf-8") as file:
        file.write(MILD)
    return folder


def simulate(settings: Settings, draft: Path, *more: str) -> Result:
    db.session.rollback()
    words = ["policy", "simulate", "--policy", str(draft), "--data", str(settings.data), *more]
    return CliRunner().invoke(main, words)


def test_the_shell_prints_what_would_change(settings: Settings, returned: ClaimRow, draft: Path) -> None:
    ran = simulate(settings, draft)
    assert ran.exit_code == 0
    lines = ran.output.splitlines()
    assert "  policy.toml override（R-93 的级别）: 规则自带 → 提示" in lines
    [line] = [line for line in lines if line.startswith(returned.claim_no)]
    assert line.split() == [
        returned.claim_no,
        "return",
        "→",
        "warn",
        "100.00",
        "Lin（研发部）",
        "+R-93",
        "warn，-R-93",
        "return",
    ]
    assert "将不再退回" in ran.output
    assert lines[-1] == "共重判 1 张，涉及 1 人。"


def test_the_shell_prints_json_lines(settings: Settings, returned: ClaimRow, draft: Path) -> None:
    changed, last = (json.loads(line) for line in simulate(settings, draft, "--json").output.splitlines())
    assert (changed["claim_no"], changed["kind"], changed["amount"]) == (returned.claim_no, "passes", "100.00")
    assert (changed["gained"], changed["lost"]) == (["R-93 warn"], ["R-93 return"])
    assert last["summary"]["judged"] == 1
    assert last["summary"]["people"] == 1
    assert last["summary"]["kinds"] == {"passes": {"claims": 1, "amount": "100.00"}}


def test_the_same_policy_changes_nothing(settings: Settings, returned: ClaimRow) -> None:
    ran = simulate(settings, data_folder("config") / "policy")
    assert returned.claim_no not in ran.output
    assert ran.output.splitlines()[-1] == "共重判 1 张，涉及 0 人。"


@pytest.mark.parametrize(("days", "judged"), [(0, 1), (1, 0), (-30, 1)])
def test_since_is_the_day_of_submission(
    settings: Settings, returned: ClaimRow, draft: Path, days: int, judged: int
) -> None:
    ran = simulate(settings, draft, "--json", "--since", str(today() + timedelta(days=days)))
    assert json.loads(ran.output.splitlines()[-1])["summary"]["judged"] == judged


def test_a_mistake_in_the_draft_is_named(settings: Settings, returned: ClaimRow, draft: Path) -> None:
    (draft / "caps.toml").write_text("[[caps]]\nper = 3\n", "utf-8")
    ran = simulate(settings, draft)
    assert ran.exit_code == 2
    assert "caps.toml: caps[0]" in ran.stderr
    assert ran.stdout == ""


def test_looking_makes_no_data_folder(tmp_path: Path, draft: Path) -> None:
    missing = tmp_path / "none"
    ran = CliRunner().invoke(main, ["policy", "simulate", "--policy", str(draft), "--data", str(missing)])
    assert ran.exit_code == 2
    assert not missing.exists()


def test_a_folder_without_tables_is_told_how_to_go_on(tmp_path: Path, draft: Path) -> None:
    (tmp_path / "empty").mkdir()
    ran = CliRunner().invoke(main, ["policy", "simulate", "--policy", str(draft), "--data", str(tmp_path / "empty")])
    assert ran.exit_code == 1
    assert "reimburse db upgrade" in ran.output


def numbers() -> list[str]:
    db.session.rollback()
    return [case.claim_no for _, case in simulations.cases()]


def test_only_the_last_round_of_a_claim_counts(returned: ClaimRow) -> None:
    attach(returned)
    submit(returned)
    db.session.rollback()
    [(_, case)] = simulations.cases()
    assert json.loads(case.answer)["verdict"] == "pass"


def test_what_was_given_up_does_not_count(company: dict[str, int], returned: ClaimRow) -> None:
    claims.recall(company["lin"], returned.claim_no)
    assert numbers() == []


def test_a_claim_taken_apart_counts_once(company: dict[str, int]) -> None:
    claim = claim_on(good_invoice(company["lin"], "600.00"), good_invoice(company["lin"], "600.00"))
    attach(claim)
    claim = submit(claim)
    with transaction() as session:
        follow_up = move_lines(session, session.get_one(ClaimRow, claim.id), {claim.lines[1].id}, None)
    assert numbers() == [claim.claim_no]
    [whole], [part] = replays.replay_claim(found(claim.claim_no)), replays.replay_claim(found(follow_up.claim_no))
    assert (whole.identical, whole.taken_from) == (True, None)
    assert (part.identical, part.taken_from) == (True, claim.claim_no)


def test_pages_follow_each_other(company: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    made = [submit(claim_on(good_invoice(company[who]))).claim_no for who in ("lin", "wu", "lin", "wu", "lin")]
    monkeypatch.setattr(simulations, "PAGE", 2)
    assert numbers() == made


def run_slices() -> int:
    """Run every slice that the outbox asks for; how many there were."""
    count = 0
    while True:
        waiting = select(OutboxRow).where(OutboxRow.job == "simulate_policy", OutboxRow.done_at.is_(None))
        row = db.session.scalars(waiting).first()
        if row is None:
            return count
        args, outbox_id = row.args, row.id
        db.session.rollback()
        simulations.simulate_policy(*args, outbox_id=outbox_id)
        count += 1


def simulated(simulation_id: int) -> tuple[PolicySimulationRow, Tally]:
    db.session.rollback()
    row = db.session.get_one(PolicySimulationRow, simulation_id)
    return row, simulations.tally_of(row)


def milder_draft(company: dict[str, int]) -> int:
    draft_id = start(company["zhou"])
    override = (Override(rule="R-93", severity=Severity.WARN),)

    change(company, draft_id, lambda policy: replace(policy, override=override))
    return draft_id


def test_the_job_counts_in_slices_and_adds_up(company: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    for who in ("lin", "wu", "lin"):
        submit(claim_on(good_invoice(company[who])))
    draft_id = milder_draft(company)
    monkeypatch.setattr(simulations, "SLICE_S", -1)
    simulation_id = simulations.start(company["zhou"], draft_id, None)
    assert run_slices() == 4
    row, tally = simulated(simulation_id)
    assert (row.total, tally.judged, row.digest) == (3, 3, row_of(draft_id).digest)
    assert row.done_at is not None
    assert tally.sum_of("passes").claims == 3
    assert tally.sum_of("passes").amount == Decimal("300.00")
    assert (len(tally.people), tally.lost) == (2, {"R-93 return": 3})
    assert simulations.latest(draft_id) is row


def test_a_slice_run_twice_counts_once(company: dict[str, int], returned: ClaimRow) -> None:
    simulation_id = simulations.start(company["zhou"], milder_draft(company), None)
    db.session.rollback()
    for _ in range(2):
        simulations.simulate_policy(simulation_id, 0)
    assert simulated(simulation_id)[1].judged == 1


def test_a_draft_that_is_gone_ends_its_simulation(company: dict[str, int], returned: ClaimRow) -> None:
    simulations.start(company["zhou"], milder_draft(company), None)
    with transaction() as session:
        session.delete(session.scalars(select(PolicySimulationRow)).one())
    assert run_slices() == 1


@pytest.mark.parametrize("who", ["lin", "audit", "admin", "zhao"])
def test_only_finance_simulates(company: dict[str, int], who: str) -> None:
    draft_id = start(company["zhou"])
    with pytest.raises(NotFound):
        simulations.start(company[who], draft_id, None)


def test_a_published_version_is_not_simulated(company: dict[str, int]) -> None:
    draft_id = published(company, parameters(claim_within_months=2))
    with pytest.raises(NotFound):
        simulations.start(company["zhou"], draft_id, None)
    assert db.session.get_one(PersonRow, company["zhou"]).active
