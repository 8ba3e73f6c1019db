"""The check list of what is left to do: in the editor, on the returned claim, for the reviewer."""

import re

from flask import Flask

from reimburse.domain.finding import Severity, Subject
from reimburse.services.approval import approvals
from reimburse.settings import Settings
from reimburse.store.db import transaction
from tests.builders import Spent, a_finding, add_check, an_answer, make_claim, plain_policy
from tests.claim_stories import attach, claim_on, found, good_invoice, submit
from tests.clients import signed_in

ITEM = re.compile(r'<li class="list-group-item to-do-item">(.*?)</li>', re.DOTALL)


def items(page: str) -> list[str]:
    """The words of each item."""
    return [" ".join(re.sub(r"<[^>]+>", " ", item).split()) for item in ITEM.findall(page)]


def test_the_editor_lists_what_is_left_and_each_leads_to_its_field(app: Flask, company: dict[str, int]) -> None:
    claim = claim_on(good_invoice(company["lin"]))
    line = claim.lines[0]
    page = signed_in(app).get(f"/claims/{claim.claim_no}/edit").text
    assert "完成这 1 项就能通过" in page
    assert [item[:8] for item in items(page)] == ["附上发票查验截图"]
    typed = {"category": "taxi", "fields_for": "software_service", "version": claim.version}
    url = f"/claims/{claim.claim_no}/lines/{line.id}"
    answer = signed_in(app).post(url, data=typed, headers={"HX-Request": "true"}).text
    assert '<div id="to-do" hx-swap-oob="true"' in answer
    assert len(items(answer)) == 4
    assert f"#line-{line.id}-from" in answer


def test_nothing_is_listed_where_nothing_is_left(app: Flask, company: dict[str, int]) -> None:
    claim = claim_on(good_invoice(company["lin"]))
    attach(claim)
    assert items(signed_in(app).get(f"/claims/{claim.claim_no}/edit").text) == []


def test_a_returned_claim_lists_it_in_both_languages(app: Flask, company: dict[str, int]) -> None:
    claim = submit(claim_on(good_invoice(company["lin"])))
    assert claim.state == "returned"
    client = signed_in(app)
    [item] = items(client.get(f"/claims/{claim.claim_no}").text)
    assert "发票" in item
    assert "R-93" in item
    with client.session_transaction() as session:
        session["language"] = "en"
    [item] = items(client.get(f"/claims/{claim.claim_no}").text)
    assert item.endswith("R-93 · The claimant")


def test_a_reviewer_reads_which_approvals_are_wanted(app: Flask, company: dict[str, int], settings: Settings) -> None:
    plain_policy(settings)
    with transaction() as session:
        claim = make_claim(company["lin"], Spent("10.00"))
        subject = Subject("line", str(claim.lines[0].id))
        answer = an_answer(a_finding("R-66", Severity.APPROVAL, subject, "finance_reviewer"))
        add_check(claim, answer)
        approvals.open_steps(session, claim, answer)
        claim_no = claim.claim_no
    [item] = items(signed_in(app, "zhao").get(f"/review/{claim_no}").text)
    assert item.startswith("由finance_reviewer批准 第 1 行")
    assert found(claim_no).state == "in_review"
