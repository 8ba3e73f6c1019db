"""The review queue and the review page: who sees what, in what order, with how many queries."""

import pytest
from flask import Flask

from reimburse.domain.finding import Severity, Subject
from reimburse.services.approval import approvals, review_pages
from reimburse.settings import Settings
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, transaction
from reimburse.store.people import PersonRow
from tests.builders import Spent, a_finding, add_check, an_answer, make_claim, plain_policy
from tests.clients import signed_in
from tests.query_count import count_queries

MOST_QUERIES = 15


@pytest.fixture(autouse=True)
def _policy(settings: Settings) -> None:
    plain_policy(settings)


def in_review(company: dict[str, int], claimant: str = "lin", *lines: Spent, flags: int = 0) -> ClaimRow:
    with transaction() as session:
        claim = make_claim(company[claimant], *(lines or (Spent("10.00"),)))
        subject = Subject("line", str(claim.lines[0].id))
        answer = an_answer(*(a_finding(f"R-4{number}", Severity.WARN, subject) for number in range(flags)))
        add_check(claim, answer)
        approvals.open_steps(session, claim, answer)
    return claim


def numbers(page: review_pages.Queue) -> list[str]:
    return [entry.claim.claim_no for entry in page.entries]


def test_flagged_claims_come_first_then_the_oldest(company: dict[str, int]) -> None:
    old, flagged, new = (in_review(company, flags=flags) for flags in (0, 1, 0))
    zhao = db.session.get(PersonRow, company["zhao"])
    assert numbers(review_pages.queue(zhao)) == [claim.claim_no for claim in (flagged, old, new)]
    assert numbers(review_pages.queue(zhao, flagged=False)) == [old.claim_no, new.claim_no]
    assert review_pages.next_for(zhao) == flagged.claim_no


def test_the_queue_is_paged_by_key_and_misses_nobody(company: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(review_pages, "PAGE", 2)
    made = {in_review(company, flags=number % 2).claim_no for number in range(5)}
    zhao, shown, after = db.session.get(PersonRow, company["zhao"]), [], None
    while True:
        page = review_pages.queue(zhao, after=after)
        shown += numbers(page)
        after = page.after
        if after is None:
            break
    assert (len(shown), set(shown)) == (5, made)


@pytest.mark.parametrize(
    ("login", "status", "listed"),
    [("zhao", 200, 1), ("qian", 200, 0), ("sun", 200, 0), ("audit", 200, 1), ("lin", 403, 0), ("admin", 403, 0)],
)
def test_each_sees_their_own_queue(app: Flask, company: dict[str, int], login: str, status: int, listed: int) -> None:
    claim = in_review(company)
    answer = signed_in(app, login).get("/review")
    assert (answer.status_code, answer.text.count(f">{claim.claim_no}<")) == (status, listed)


def test_finance_may_look_at_everyone_but_an_approver_may_not(app: Flask, company: dict[str, int]) -> None:
    claim = in_review(company)
    assert claim.claim_no in signed_in(app, "sun").get("/review?scope=all").text
    assert claim.claim_no not in signed_in(app, "qian").get("/review?scope=all").text


@pytest.mark.parametrize(
    ("login", "status"),
    [("zhao", 200), ("sun", 200), ("zhou", 200), ("audit", 200), ("qian", 404), ("lin", 403), ("admin", 403)],
)
def test_who_may_open_a_claim_for_review(app: Flask, company: dict[str, int], login: str, status: int) -> None:
    claim = in_review(company)
    assert signed_in(app, login).get(f"/review/{claim.claim_no}").status_code == status


def test_a_claimant_with_a_role_finds_no_review_of_their_own(app: Flask, company: dict[str, int]) -> None:
    claim = in_review(company, "zhao")
    assert signed_in(app, "zhao").get(f"/review/{claim.claim_no}").status_code == 404


def test_only_the_holder_of_the_step_is_offered_a_decision(app: Flask, company: dict[str, int]) -> None:
    claim = in_review(company)
    assert 'name="whole"' in signed_in(app, "zhao").get(f"/review/{claim.claim_no}").text
    assert 'name="whole"' not in signed_in(app, "audit").get(f"/review/{claim.claim_no}").text


def test_an_auditor_decides_nothing(app: Flask, company: dict[str, int]) -> None:
    claim = in_review(company)
    step = approvals.open_step(db.session, claim)
    data = {"step": step.id, "version": claim.version, "whole": "approved"}
    assert signed_in(app, "audit").post(f"/review/{claim.claim_no}", data=data).status_code == 403
    assert signed_in(app, "sun").post(f"/review/{claim.claim_no}", data=data).status_code == 404


def test_after_a_decision_the_next_claim_opens(app: Flask, company: dict[str, int]) -> None:
    first, second = in_review(company), in_review(company)
    client = signed_in(app, "zhao")
    for claim, leads_to in ((first, f"/review/{second.claim_no}"), (second, "/review")):
        step = approvals.open_step(db.session, claim)
        data = {"step": step.id, "version": claim.version, "whole": "approved"}
        assert client.post(f"/review/{claim.claim_no}", data=data).headers["Location"] == leads_to


def test_line_decisions_come_from_the_form_with_the_common_reason_where_a_line_has_none(
    app: Flask, company: dict[str, int]
) -> None:
    claim = in_review(company, "lin", Spent("1.00"), Spent("2.00"), Spent("4.00"))
    one, two, three = (line.id for line in claim.lines)
    data = {"step": approvals.open_step(db.session, claim).id, "version": claim.version, "reason": "缺合同"}
    data |= {
        f"line-{one}": "approved",
        f"line-{two}": "returned",
        f"line-{three}": "returned",
        f"reason-{three}": "缺清单",
    }
    assert signed_in(app, "zhao").post(f"/review/{claim.claim_no}", data=data).status_code == 302
    db.session.expire_all()
    follow_up = db.session.get(ClaimRow, claim.id + 1)
    decided = review_pages.decisions_on(follow_up)
    assert {line_id: row.reason for line_id, row in decided.items()} == {two: "缺合同", three: "缺清单"}


def test_a_stale_form_is_a_conflict(app: Flask, company: dict[str, int]) -> None:
    claim = in_review(company)
    data = {"step": approvals.open_step(db.session, claim).id, "version": claim.version - 1, "whole": "approved"}
    assert signed_in(app, "zhao").post(f"/review/{claim.claim_no}", data=data).status_code == 409


@pytest.mark.parametrize("value", ["", "nonsense", "X|1", "X|a|b"])
def test_a_broken_form_is_refused(app: Flask, company: dict[str, int], value: str) -> None:
    assert signed_in(app, "zhao").post("/review/approve", data={"claim": value}).status_code == 404


def test_bulk_approval_by_form(app: Flask, company: dict[str, int]) -> None:
    claims = [in_review(company), in_review(company), in_review(company, flags=1)]
    chosen = [f"{claim.claim_no}|{approvals.open_step(db.session, claim).id}|{claim.version}" for claim in claims]
    page = signed_in(app, "zhao").post("/review/approve", data={"claim": chosen}, follow_redirects=True).text
    db.session.expire_all()
    assert [claim.state for claim in claims] == ["approved", "approved", "in_review"]
    assert f"{claims[2].claim_no}: " in page


@pytest.mark.parametrize("path", ["/review", "/review/{}"])
def test_pages_need_few_queries_whatever_the_number_of_rows(app: Flask, company: dict[str, int], path: str) -> None:
    claims = [in_review(company, "lin", *(Spent("1.00") for _ in range(6)), flags=2) for _ in range(6)]
    client, path = signed_in(app, "zhao"), path.format(claims[0].claim_no)
    db.session.remove()
    with count_queries() as statements:
        assert client.get(path).status_code == 200
    assert len(statements) <= MOST_QUERIES, "\n\n".join(statements)


@pytest.mark.parametrize("path", ["/claims/{}", "/claims/{}/edit"])
def test_the_claimant_reads_the_reasons_on_the_follow_up(app: Flask, company: dict[str, int], path: str) -> None:
    claim = in_review(company, "lin", Spent("1.00"), Spent("2.00"))
    one, two = (line.id for line in claim.lines)
    data = {"step": approvals.open_step(db.session, claim).id, "version": claim.version}
    data |= {f"line-{one}": "approved", f"line-{two}": "returned", f"reason-{two}": "缺少住宿清单"}
    signed_in(app, "zhao").post(f"/review/{claim.claim_no}", data=data)
    page = signed_in(app, "lin").get(path.format(f"{claim.claim_no}-2"))
    assert (page.status_code, "缺少住宿清单" in page.text) == (200, True)
