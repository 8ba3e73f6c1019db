"""Stored claims judged again under another policy, one by one and in sum."""

import copy
import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from reimburse.domain.finding import Severity
from reimburse.domain.finding_json import answer_to_json
from rules.claim_json import decode, facts_of
from rules.engine import check
from rules.policy import Override, Policy
from rules.simulation import Case, Outcome, Tally, judged_again, simulate
from tests.rules.claims import BASE, BOOK

SHIPPED = BOOK.versions[-1]


def stored(policy: Policy = SHIPPED, **line: Any) -> Case:
    """The base claim as it would be stored after a check under this policy."""
    claim = copy.deepcopy(BASE)
    claim["lines"][0].update(line)
    data = json.dumps(claim)
    claim_file = decode(data.encode())
    answer = check(facts_of(claim_file, policy, claim_file.claim.submitted_on))
    return Case(claim["claim"]["claim_no"], data, json.dumps(answer_to_json(answer)))


def under(case: Case, *overrides: Override, **parameters: Any) -> Outcome:
    policy = replace(SHIPPED, parameters=replace(SHIPPED.parameters, **parameters), override=overrides)
    return judged_again(case, policy)


def test_the_same_policy_says_the_same() -> None:
    outcome = under(stored())
    assert (outcome.kind, outcome.before, outcome.after, outcome.gained, outcome.lost) == (
        "same",
        "pass",
        "pass",
        (),
        (),
    )
    assert outcome.amount == sum(Decimal(line["amount"]) for line in BASE["lines"])
    assert outcome.employee_id == BASE["claim"]["employee"]["id"]


def test_what_would_newly_return_is_told_with_its_rule() -> None:
    late = stored(occurred_on="2025-12-01")
    assert json.loads(late.answer)["verdict"] == "return"
    lenient = under(late, claim_within_months=120)
    assert (lenient.kind, lenient.before, lenient.after) == ("passes", "return", "pass")
    assert lenient.lost == ("R-72 return",)
    relaxed = replace(SHIPPED, parameters=replace(SHIPPED.parameters, claim_within_months=120))
    back = judged_again(stored(relaxed, occurred_on="2025-12-01"), SHIPPED)
    assert (back.kind, back.before, back.after, back.gained) == ("returns", "pass", "return", ("R-72 return",))


@pytest.mark.parametrize(
    ("severity", "kind"),
    [("block", "stricter"), ("return", "same"), ("approval", "passes"), ("warn", "passes"), ("info", "passes")],
)
def test_the_kind_of_a_change_follows_the_verdicts(severity: str, kind: str) -> None:
    late = stored(occurred_on="2025-12-01")
    assert under(late, Override(rule="R-72", severity=Severity(severity))).kind == kind


def test_other_reasons_for_the_same_verdict_are_a_change() -> None:
    late = stored(occurred_on="2025-12-01", category="training")
    told_then = json.loads(late.answer)
    assert len({item["rule"] for item in told_then["findings"] if item["severity"] == "return"}) > 1
    outcome = under(late, claim_within_months=120)
    assert (outcome.kind, outcome.lost) == ("reasons", ("R-72 return",))


@pytest.mark.parametrize(
    ("parameters", "kind", "before", "after"),
    [
        ({"auto_approve_up_to": Decimal(0)}, "same", (), ()),
        ({"auto_approve_up_to": Decimal("100000.00")}, "approvals", (), ("auto",)),
        ({"director_over": Decimal("0.00")}, "approvals", (), ("department_director",)),
        ({"director_over": Decimal("0.00"), "finance_head_over": Decimal("0.01")}, "approvals", (), ("department_director", "finance_head")),
    ],
)  # fmt: skip
def test_other_approvers_by_the_amount_are_a_change(
    parameters: dict[str, Any], kind: str, before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    alone = replace(SHIPPED, parameters=replace(SHIPPED.parameters, auto_approve_up_to=Decimal(0)))
    case = replace_policy(stored(alone), alone)
    outcome = under(case, **{"auto_approve_up_to": Decimal(0), **parameters})
    assert (outcome.kind, outcome.steps_before, outcome.steps_after) == (kind, before, after)


@pytest.mark.parametrize(("amount", "steps"), [("+0", ("auto",)), ("-0.01", ())])
def test_the_limit_itself_is_approved_by_itself(amount: str, steps: tuple[str, ...]) -> None:
    total = sum(Decimal(line["amount"]) for line in BASE["lines"])
    limit = total + Decimal(amount)
    assert under(stored(), auto_approve_up_to=limit, director_over=total).steps_after == steps


@pytest.mark.parametrize(("fx_rate", "amount"), [("7.1", "7526.00"), (None, "1060.00")])
def test_a_foreign_line_counts_in_yuan_or_as_it_stands(fx_rate: str | None, amount: str) -> None:
    assert str(under(stored(currency="USD", fx_rate=fx_rate)).amount) == amount


def replace_policy(case: Case, policy: Policy) -> Case:
    return Case(case.claim_no, case.facts, case.answer, policy)


def test_facts_that_cannot_be_read_are_counted_not_passed_over() -> None:
    assert judged_again(Case("X1", "{}", "{}"), SHIPPED) == Outcome("X1", "unreadable")


def test_the_tally_adds_up_and_survives_json() -> None:
    lenient = replace(SHIPPED, parameters=replace(SHIPPED.parameters, claim_within_months=120))
    cases = [stored(), stored(occurred_on="2025-12-01"), stored(occurred_on="2025-12-01"), Case("X1", "{}", "{}")]
    tally = Tally()
    for outcome in simulate(iter(cases), lenient):
        tally.add(outcome)
    again = msgspec.convert(json.loads(msgspec.json.encode(tally)), Tally)
    amount = sum(Decimal(line["amount"]) for line in BASE["lines"])
    assert again == tally
    assert tally.judged == 4
    assert {kind: item.claims for kind, item in tally.kinds.items()} == {"same": 1, "passes": 2, "unreadable": 1}
    assert tally.sum_of("passes").amount == 2 * amount
    assert (tally.verdicts, tally.lost, tally.gained) == ({"return pass": 2}, {"R-72 return": 2}, {})
    assert tally.people == {BASE["claim"]["employee"]["id"]}
    assert [item.claims for item in tally.departments.values()] == [2]
    assert [item.kind for item in tally.shown] == ["passes", "passes", "unreadable"]
    assert Tally().kinds == {}


def test_only_some_changed_claims_are_kept_of_many() -> None:
    tally = Tally()
    for number in range(200):
        tally.add(Outcome(f"C{number}", "returns", f"E{number}", amount=Decimal(1), before="pass", after="return"))
    assert (len(tally.shown), tally.judged, len(tally.people)) == (40, 200, 200)
    assert tally.sum_of("returns").amount == Decimal(200)
