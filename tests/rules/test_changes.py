"""The smallest set of changes: short, and enough. What a program can do of it is done, and the claim judged again."""

import copy
import itertools
import json
from typing import Any

import pytest

from reimburse.domain.finding import CheckAnswer, Finding, Resolver, Severity, Subject, Text
from rules.catalogue import BY_CODE
from rules.changes import GRAVE, Change, smallest_changes, ties
from rules.claim_json import decode, facts_of
from rules.engine import check
from rules.remedies import attach, do
from tests.rules.claims import claim_of, facts_for, policy_of, tables

ASSET = {"line": {"category": "fixed_asset", "amount": "1000.00"}, "claim": {"no_duplicate_pledge": False}}
USED = [{"number": "26992000000000000001", "claim_no": "BX-2025-0900", "employee_id": "e2"}]
EXEMPT = [{"item_name": "*农产品*大米", "amount_excl_tax": "1000.00", "treatment": "exempt", "tax_amount": "60.00"}]


def changes(case: dict[str, Any]) -> list[tuple[str, str, str, tuple[str, ...]]]:
    facts = facts_for(case)
    found = smallest_changes(check(facts).findings, ties(facts))
    return [(item.remedy.action, item.remedy.what, item.subject.id, item.rules) for item in found]


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ({}, []),
        ({"payments": []}, []),
        (ASSET, [
            ("pledge", "no_duplicate_pledge", "BX-2026-0001", ("R-94",)),
            ("edit_line", "amount", "i1", ("R-60",)),
            ("attach", "contract", "l1", ("R-89",)),
            ("attach", "stock_in_receipt", "l1", ("R-89",)),
            ("attach", "acceptance_report", "l1", ("R-89",)),
        ]),
        ({"line": {"category": "consulting"}}, [
            ("attach", "contract", "l1", ("R-59",)),
            ("attach", "deliverable_confirmation", "l1", ("R-92",)),
        ]),
        # Two fields are completed on one page: that is no more than one reissue.
        ({"invoice": {"seller": {"name": "null", "tax_id": "null"}}}, [
            ("edit_invoice", "seller.name", "i1", ("R-124",)),
            ("edit_invoice", "seller.tax_id", "i1", ("R-124",)),
        ]),
        ({"invoice": {"buyer": {"tax_id": "null"}}}, [("edit_invoice", "buyer.tax_id", "i1", ("R-09",))]),
        # A wrong kind has to be issued again, and the new one states its remark.
        ({"line": {"category": "freight"}, "invoice": {"kind": "special_digital", "lines": EXEMPT}}, [
            ("reissue", "kind", "i1", ("R-25",)),
            ("edit_invoice", "tax_amount", "i1", ("R-33",)),
            ("reissue", "remark", "i1", ("R-35",)),
        ]),
        # What has to go takes its other findings, and its line, with it.
        ({"registry": USED, "line": {"category": "gift"}, "invoice": {"qr_readable": False}}, [
            ("remove", "invoice", "i1", ("X-03",)),
        ]),
        ({"claim": {"submitted_on": "2026-07-10"}, "invoice": {"qr_readable": False}}, [("remove", "line", "l1", ("R-72",))]),
        # A second line on the late line's invoice keeps the invoice, and its finding, in the claim.
        ({"claim": {"submitted_on": "2026-06-06"}, "invoice": {"qr_readable": False},
          "lines": [{"amount": "60.00"}, {"id": "l2", "amount": "1000.00", "occurred_on": "2026-03-06", "category": "software_service", "started_on": "2026-03-06", "ended_on": "2026-03-06"}]}, [
            ("remove", "line", "l1", ("R-72",)),
            ("upload", "clear_picture", "i1", ("R-84",)),
        ]),
    ],
)  # fmt: skip
def test_the_smallest_set(case: dict[str, Any], expected: list[tuple[str, str, str, tuple[str, ...]]]) -> None:
    assert changes(case) == expected


def done(claim: dict[str, Any], change: Change, number: int) -> bool:
    """Do one change to the claim; False where only people can."""
    action, what, subject = change.remedy.action, change.remedy.what, change.subject
    if action == "attach":
        place = {} if subject.kind == "claim" else {f"{subject.kind}_id": subject.id}
        claim["attachments"] = [*claim.get("attachments", []), {"id": f"new{number}", "kind": what, **place}]
    elif action == "approve":
        claim["approvals"] = [*claim.get("approvals", []), {"role": what, "by": f"approver {number}"}]
    elif action == "pledge":
        claim["claim"]["no_duplicate_pledge"] = True
    elif (action, what) == ("remove", "invoice"):
        claim["invoices"] = [item for item in claim["invoices"] if item["id"] != subject.id]
        claim["lines"] = [line for line in claim["lines"] if line["invoice_ids"] != [subject.id]]
    elif (action, what) == ("remove", "line"):
        claim["lines"] = [line for line in claim["lines"] if line["id"] != subject.id]
        named = {name for line in claim["lines"] if not line["adjustment"] for name in line["invoice_ids"]}
        claim["invoices"] = [item for item in claim["invoices"] if item["id"] in named]
        claim["lines"] = [line for line in claim["lines"] if set(line["invoice_ids"]) <= named]
    elif action == "verify":
        (invoice,) = [item for item in claim["invoices"] if item["id"] == subject.id]
        invoice["verification"] = {"status": "normal"}
    else:
        return False
    return True


def judged(case: dict[str, Any], claim: dict[str, Any]) -> tuple[CheckAnswer, tuple[Change, ...]]:
    claim_file = decode(json.dumps(claim).encode())
    day = claim_file.claim.submitted_on
    facts = facts_of(claim_file, policy_of(case, day), case.get("as_of", day))
    answer = check(facts)
    return answer, smallest_changes(answer.findings, ties(facts))


CASES = [(f"{rule}: {case['name']}", case) for rule, _, case in tables()]


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in CASES])
def test_doing_what_a_program_can_makes_the_claim_pass(case: dict[str, Any]) -> None:
    claim = copy.deepcopy(claim_of(case))
    answer, wanted = judged(case, claim)
    if not all(done(claim, change, number) for number, change in enumerate(wanted)):
        return
    after, _ = judged(case, claim)
    assert [(item.rule, item.severity.value) for item in after.findings if item.severity in GRAVE] == [], wanted
    assert bool(wanted) is any(item.severity in GRAVE for item in answer.findings)


def test_none_of_fewer_mends_all() -> None:
    """Against brute force: of every choice of remedies, none is shorter."""
    for _, case in CASES:
        facts = facts_for(case)
        answer = check(facts)
        grave = [item for item in answer.findings if item.severity in GRAVE]
        if len(grave) < 2 or any(remedy.action == "remove" for item in grave for remedy in item.remedies):
            continue
        wanted = smallest_changes(answer.findings, ties(facts))
        assert len({merged((item.remedy.action, item.remedy.what, item.subject)) for item in wanted}) == min(
            sizes(grave)
        )


@pytest.mark.parametrize(("count", "least"), [(12, 1), (13, 13)])
def test_beyond_4096_choices_each_finding_keeps_its_first_remedy(count: int, least: int) -> None:
    """Each of them is mended by a paper of its own, or by one that mends them all."""
    common, said = attach("sealed_statement"), Text("超出", "above")
    findings = [
        Finding("R-60", said, Severity.RETURN, Subject("invoice", "i1"), said, "1", "2", "B-5.4", Resolver.EMPLOYEE, (do("ask", f"paper {number}", "问", "ask"), common))
        for number in range(count)
    ]  # fmt: skip
    assert len(smallest_changes(findings)) == least


def sizes(grave: list[Any]) -> list[int]:
    """How many changes each choice asks for: all remedies of a finding, or one, completed fields counting together."""
    options: list[list[set[tuple[Any, ...]]]] = []
    for finding in grave:
        keys = [(item.action, item.what, finding.subject) for item in finding.remedies]
        complete = {key for key in keys if key[0] == "edit_invoice"}
        one = [{key} for key in keys if key not in complete] + [complete] * bool(complete)
        options.append(one if BY_CODE[finding.rule].any_remedy else [set(keys)])
    return [len({merged(key) for key in set().union(*choice)}) for choice in itertools.product(*options)]


def merged(key: tuple[Any, ...]) -> tuple[Any, ...]:
    """The fields completed on one invoice are one change."""
    return (key[0], key[2]) if key[0] == "edit_invoice" else key


def test_a_warning_asks_for_no_change() -> None:
    answer = check(facts_for({"payments": []}))
    assert {finding.severity for finding in answer.findings} == {Severity.WARN}
