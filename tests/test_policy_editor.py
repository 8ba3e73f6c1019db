"""The editor of a draft: every form saves what was typed, and tells what cannot be taken beside its field."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from msgspec.structs import replace

from reimburse.domain.finding import Severity
from reimburse.services.policy import policy_versions
from rules.policy import Override
from tests.policy_stories import change, policy_of, post, row_of, values

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def draft_id(company: dict[str, int]) -> int:
    return policy_versions.start(company["zhou"])


def test_parameters_saved_as_they_are_shown_change_nothing(sign_in: SignIn, draft_id: int) -> None:
    client = sign_in("zhou")
    form: dict[str, Any] = dict(values(client.get(f"/policy/drafts/{draft_id}/parameters").text))
    before = row_of(draft_id).revision
    answer = post(
        client, draft_id, "/parameters", **{**form, "large_spend_evidence": ["contract", "acceptance_report"]}
    )
    assert (answer.status_code, row_of(draft_id).revision) == (302, before)


def test_changed_parameters_are_told_in_the_diff(sign_in: SignIn, draft_id: int) -> None:
    client = sign_in("zhou")
    form: dict[str, Any] = dict(values(client.get(f"/policy/drafts/{draft_id}/parameters").text))
    form |= {"claim_within_months": "2", "print_and_seal": "yes", "tax_id_15_cutoff": "2027-01-01"}
    form["large_spend_evidence"] = ["order"]
    post(client, draft_id, "/parameters", **form)
    found = policy_of(draft_id).parameters
    assert (found.claim_within_months, found.print_and_seal, found.large_spend_evidence) == (2, True, ("order",))
    page = client.get(f"/policy/drafts/{draft_id}").text
    for words in ("报销时限", "parameters.claim_within_months", "合同、验收单", "2027-01-01"):
        assert words in page


def test_every_mistake_stands_beside_its_field(sign_in: SignIn, draft_id: int) -> None:
    client = sign_in("zhou")
    form = values(client.get(f"/policy/drafts/{draft_id}/parameters").text)
    form |= {"claim_within_months": "0", "request_over": "abc", "large_spend_evidence": "receipt", "draft_days": "80"}
    answer = post(client, draft_id, "/parameters", **form)
    assert answer.status_code == 422
    rows = {row.partition('-row"')[0]: row for row in answer.text.split('policy-field" id="')[1:]}
    wrong = {name for name, row in rows.items() if "invalid-feedback" in row}
    assert wrong == {"claim_within_months", "request_over", "large_spend_evidence"}
    assert "policy.toml parameters.claim_within_months：允许 1 至 120 的整数" in rows["claim_within_months"]
    assert 'value="abc"' in rows["request_over"]
    assert 'value="80"' in rows["draft_days"]
    assert policy_of(draft_id).parameters.draft_days == 90


def test_severities_of_the_company(sign_in: SignIn, company: dict[str, int], draft_id: int) -> None:
    client = sign_in("zhou")
    exception = Override(rule="R-01", severity=Severity.INFO, department="研发部")
    change(company, draft_id, lambda policy: replace(policy, override=(exception,)))
    post(client, draft_id, "/severities", **{"severity-X-08": "approval", "severity-R-72": "warn"})
    post(client, draft_id, "/severities", **{"severity-R-72": ""})
    assert policy_of(draft_id).override == (Override(rule="X-08", severity=Severity.APPROVAL), exception)
    page = client.get(f"/policy/drafts/{draft_id}/severities?q=X-08").text
    assert values(page)["severity-X-08"] == "approval"
    assert "R-72" not in page


EXCEPTIONS = [
    (
        {"what": "severity", "rule": "X-08", "severity": "approval", "department": "研发部", "grade": "P7"},
        Override(rule="X-08", severity=Severity.APPROVAL, department="研发部", grade="P7"),
    ),
    (
        {"what": "parameter", "parameter": "request_over", "value": "1,000", "category": "entertainment"},
        Override(parameters={"request_over": "1000.00"}, category="entertainment"),
    ),
    (
        {"what": "parameter", "parameter": "large_spend_evidence", "value": "order、contract", "grade": "P1"},
        Override(parameters={"large_spend_evidence": ["order", "contract"]}, grade="P1"),
    ),
    (
        {"what": "parameter", "parameter": "print_and_seal", "value": "yes", "legal_entity": "甲"},
        Override(parameters={"print_and_seal": True}, legal_entity="甲"),
    ),
]


@pytest.mark.parametrize(("form", "override"), EXCEPTIONS)
def test_an_exception_is_added_and_removed(
    sign_in: SignIn, draft_id: int, form: dict[str, str], override: Override
) -> None:
    client = sign_in("zhou")
    post(client, draft_id, "/exceptions", **form)
    assert policy_of(draft_id).override == (override,)
    post(client, draft_id, "/exceptions/0/remove")
    assert policy_of(draft_id).override == ()


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"what": "severity", "rule": "X-08", "severity": "warn"}, "至少一个适用范围"),
        ({"what": "severity", "rule": "X-99", "severity": "warn", "grade": "P"}, "列出的规则"),
        ({"what": "severity", "rule": "X-08", "severity": "grave", "grade": "P"}, "block, return"),
        ({"what": "parameter", "parameter": "none", "value": "1", "grade": "P"}, "列出的参数"),
        ({"what": "parameter", "parameter": "claim_within_months", "value": "0", "grade": "P"}, "1 至 120 的整数"),
    ],
)
def test_a_wrong_exception_is_told_and_not_added(
    sign_in: SignIn, draft_id: int, form: dict[str, str], says: str
) -> None:
    answer = post(sign_in("zhou"), draft_id, "/exceptions", **form)
    assert answer.status_code == 422
    assert says in answer.text
    assert policy_of(draft_id).override == ()


GIFT = {"zh": "礼品", "en": "Gifts", "account": "6602.33", "account_name": "礼品费", "evidence_rule": "R-59"}


def test_a_category_is_changed(sign_in: SignIn, draft_id: int) -> None:
    form = {**GIFT, "evidence": ["order", "contract"], "special": "yes", "items": "礼品\r\n\r\n伴手礼\r\n礼品"}
    post(sign_in("zhou"), draft_id, "/categories/gift", **form)
    found = policy_of(draft_id).categories["gift"]
    assert (found.account, found.evidence, found.items) == ("6602.33", ("contract", "order"), ("礼品", "伴手礼"))
    assert (found.special, found.travel) == (True, False)


@pytest.mark.parametrize(
    ("wrong", "says"), [({"account": " "}, "categories.gift.account"), ({"evidence_rule": "R-01"}, "R-59")]
)
def test_a_wrong_category_is_told(sign_in: SignIn, draft_id: int, wrong: dict[str, str], says: str) -> None:
    answer = post(sign_in("zhou"), draft_id, "/categories/gift", **{**GIFT, **wrong})
    assert (answer.status_code, says in answer.text) == (422, True)
    assert policy_of(draft_id).categories["gift"].account == "6602.03"


def test_vague_items_one_a_line(sign_in: SignIn, draft_id: int) -> None:
    post(sign_in("zhou"), draft_id, "/items", names="杂物\n", fillers="", list_words="详见清单")
    found = policy_of(draft_id).vague_items
    assert (found.names, found.fillers, found.list_words) == (("杂物",), (), ("详见清单",))


CAP = {
    "cap_place": "",
    "cap_category": "gift",
    "cap_amount": "200",
    "cap_per": "person",
    "cap_tier": "",
    "cap_grades": "",
}


def test_caps_are_ordered_dropped_and_added(sign_in: SignIn, draft_id: int) -> None:
    rows = [
        {**CAP, "cap_place": "2"},
        {**CAP, "cap_place": "1", "cap_amount": "300", "cap_grades": "P7，P8"},
        {**CAP, "cap_category": "", "cap_amount": "9"},
    ]
    form = {name: [row[name] for row in rows] for name in CAP}
    more = {"tier_name": ["first", "", "third"], "cities-0": "北京", "cities-1": "甲", "cities-2": "乙\n丙"}
    post(sign_in("zhou"), draft_id, "/caps", **form, **more)
    found = policy_of(draft_id)
    assert [(cap.category, str(cap.amount), cap.grades) for cap in found.caps] == [
        ("gift", "300.00", ("P7", "P8")),
        ("gift", "200.00", ()),
    ]
    assert found.city_tiers == {"first": ("北京",), "third": ("乙", "丙")}


@pytest.mark.parametrize(
    ("wrong", "key"),
    [({"cap_amount": "x"}, "caps[0].amount"), ({"cap_per": "week"}, "caps[0].per"), ({"cap_category": "none"}, "caps[0].category")],
)  # fmt: skip
def test_a_wrong_cap_is_told_at_its_row(sign_in: SignIn, draft_id: int, wrong: dict[str, str], key: str) -> None:
    answer = post(sign_in("zhou"), draft_id, "/caps", **{**CAP, **wrong})
    assert (answer.status_code, f"caps.toml {key}" in answer.text) == (422, True)
    assert len(policy_of(draft_id).caps) == 4


def test_a_file_is_edited_as_text(sign_in: SignIn, draft_id: int) -> None:
    client = sign_in("zhou")
    post(client, draft_id, "/files/workdays.toml", text="[workdays]\r\nholidays = [2027-01-04]\r\n")
    assert [day.isoformat() for day in policy_of(draft_id).workdays.holidays] == ["2027-01-04"]
    answer = post(client, draft_id, "/files/workdays.toml", text="[workdays]\nholiday = []")
    assert answer.status_code == 422
    for words in ("workdays.toml", "workdays", "unknown field `holiday`", "allowed: holidays, working_days"):
        assert words in answer.text.replace("&#39;", "'")
    assert "holiday = []" in answer.text


def test_an_edit_of_an_older_state_is_refused(sign_in: SignIn, draft_id: int) -> None:
    client = sign_in("zhou")
    revision = row_of(draft_id).revision
    post(client, draft_id, "/items", names="甲")
    assert post(client, draft_id, "/items", names="乙", revision=revision).status_code == 409
    assert policy_of(draft_id).vague_items.names == ("甲",)
