"""Sampling audits: a seed draws the same sample again, risk weighs, results and consequences are on record."""

from collections import Counter
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from reimburse.domain.sampling import drawn
from reimburse.domain.workflow import ClaimState
from reimburse.services.approval import sampling_pages, samplings
from reimburse.services.approval.samplings import Noted, Wish
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, transaction
from reimburse.store.events import EventRow
from reimburse.store.notices import NoticeRow
from reimburse.store.people import PersonRow
from reimburse.store.samplings import SampledClaimRow, SamplingRow
from tests.builders import DAY, Spent, make_claim
from tests.clients import signed_in
from tests.query_count import count_queries

WHOLE = Wish(DAY, DAY, 500, "random", "s")


def approved(company: dict[str, int], login: str = "lin", **fields) -> ClaimRow:
    with transaction():
        return make_claim(company[login], Spent("10.00"), state=fields.pop("state", ClaimState.APPROVED), **fields)


def person(company: dict[str, int], login: str) -> PersonRow:
    return db.session.get_one(PersonRow, company[login])


def sampled(sampling_id: int) -> list[SampledClaimRow]:
    db.session.rollback()
    query = select(SampledClaimRow).where(SampledClaimRow.sampling_id == sampling_id)
    return list(db.session.scalars(query.order_by(SampledClaimRow.position)))


def test_a_seed_draws_the_same_sample_in_any_order() -> None:
    people = [(f"BX{number}", 1 + number % 3) for number in range(200)]
    first = drawn(people, 20, "2026-11")
    assert (len(first), len(set(first))) == (20, 20)
    assert drawn(reversed(people), 20, "2026-11") == first
    assert drawn(people, 20, "2026-12") != first


def test_a_larger_sample_contains_the_smaller_one() -> None:
    people = [(f"BX{number}", 1) for number in range(50)]
    assert drawn(people, 20, "s")[:5] == drawn(people, 5, "s")


def test_weight_is_chance() -> None:
    firsts = Counter(drawn([("heavy", 3), ("light", 1)], 1, str(seed))[0] for seed in range(2000))
    assert 0.70 < firsts["heavy"] / 2000 < 0.80


@pytest.mark.parametrize(
    ("claim", "weight"),
    [
        ((99_999, "pass", 1, False), 1),
        ((100_000, "pass", 1, False), 2),
        ((99_999, "warn", 1, True), 4),
        ((99_999, "approval", 1, True), 6),
        ((99_999, "pass", 2, False), 2),
        ((99_999, "pass", 9, False), 4),
        ((2_000_000, "approval", 9, True), 12),
    ],
)
def test_warnings_rounds_and_money_weigh(claim: tuple[int, str, int, bool], weight: int) -> None:
    total, verdict, rounds, flagged = claim
    assert samplings.weight_of(total, verdict, rounds, flagged=flagged) == weight


def test_a_sample_keeps_how_it_was_drawn(company: dict[str, int]) -> None:
    claims = [approved(company) for _ in range(8)]
    sampling_id = samplings.draw(person(company, "audit"), Wish(DAY, DAY, 3, "random", "seed-1"))
    row = db.session.get_one(SamplingRow, sampling_id)
    assert (row.seed, row.population, row.drawn_by_id) == ("seed-1", 8, company["audit"])
    again = drawn([(claim.claim_no, 1) for claim in claims], 3, "seed-1")
    assert [one.claim.claim_no for one in sampled(sampling_id)] == again
    event = db.session.scalars(select(EventRow).where(EventRow.chain == f"sampling:{sampling_id}")).one()
    assert "seed-1" in event.payload


def test_a_seed_is_made_up_where_none_is_given(company: dict[str, int]) -> None:
    approved(company)
    seeds = set()
    for _ in range(2):
        sampling_id = samplings.draw(person(company, "sun"), Wish(DAY, DAY, 1, "risk"))
        seeds.add(db.session.get_one(SamplingRow, sampling_id).seed)
    assert len(seeds) == 2


def test_only_approved_claims_of_the_period_are_drawn(company: dict[str, int]) -> None:
    inside = approved(company)
    for state in (ClaimState.IN_REVIEW, ClaimState.RETURNED, ClaimState.REJECTED, ClaimState.DRAFT):
        approved(company, state=state)
    with transaction():
        approved_before = make_claim(company["lin"], Spent("10.00"), state=ClaimState.PAID)
        approved_before.submitted_on = DAY - timedelta(days=1)
    sampling_id = samplings.draw(person(company, "sun"), WHOLE)
    assert [one.claim_id for one in sampled(sampling_id)] == [inside.id]


@pytest.mark.parametrize(
    "wish",
    [
        Wish(DAY, DAY - timedelta(days=1), 1, "random"),
        Wish(DAY, DAY, 0, "random"),
        Wish(DAY, DAY, 501, "random"),
        Wish(DAY, DAY, 1, "favourite"),
        Wish(date(2020, 1, 1), date(2020, 1, 31), 1, "random"),
    ],
)
def test_a_wish_that_cannot_be_met_is_refused(company: dict[str, int], wish: Wish) -> None:
    approved(company)
    with pytest.raises(Refused):
        samplings.draw(person(company, "sun"), wish)


@pytest.mark.parametrize("login", ["lin", "zhao", "qian", "admin"])
def test_finance_and_auditors_only(company: dict[str, int], login: str) -> None:
    approved(company)
    with pytest.raises(NotFound):
        samplings.draw(person(company, login), WHOLE)


def one_drawn(company: dict[str, int], login: str = "lin") -> tuple[int, ClaimRow]:
    claim = approved(company, login)
    return samplings.draw(person(company, "sun"), WHOLE), claim


def test_a_violation_and_its_consequence_are_on_record_and_told(company: dict[str, int]) -> None:
    sampling_id, claim = one_drawn(company)
    noted = Noted("violation", "发票与业务不符", "budget", 1000)
    samplings.note(person(company, "audit"), sampling_id, claim.claim_no, noted, 1)
    [row] = sampled(sampling_id)
    assert (row.result, row.consequence, row.deduction_fen, row.noted_by_id) == (
        "violation",
        "budget",
        1000,
        company["audit"],
    )
    kinds = db.session.scalars(select(EventRow.kind).where(EventRow.chain == f"claim:{claim.id}"))
    assert "audited" in set(kinds)
    assert "扣减预算" in db.session.scalars(select(NoticeRow.zh).where(NoticeRow.person_id == company["lin"])).one()


def test_nothing_wrong_has_no_consequence(company: dict[str, int]) -> None:
    sampling_id, claim = one_drawn(company)
    noted = Noted("fine", "", "budget", 1000)
    samplings.note(person(company, "audit"), sampling_id, claim.claim_no, noted, 1)
    [row] = sampled(sampling_id)
    assert (row.result, row.consequence, row.deduction_fen) == ("fine", "none", None)
    assert db.session.scalars(select(NoticeRow)).all() == []


@pytest.mark.parametrize(
    "noted",
    [Noted("", ""), Noted("violation", " "), Noted("violation", "错", "budget"), Noted("violation", "错", "jail")],
)
def test_an_incomplete_note_is_refused(company: dict[str, int], noted: Noted) -> None:
    sampling_id, claim = one_drawn(company)
    with pytest.raises(Refused):
        samplings.note(person(company, "audit"), sampling_id, claim.claim_no, noted, 1)


def test_nobody_looks_into_their_own_claim_or_over_anothers_note(company: dict[str, int]) -> None:
    sampling_id, claim = one_drawn(company, "sun")
    with pytest.raises(Refused, match="colleague"):
        samplings.note(person(company, "sun"), sampling_id, claim.claim_no, Noted("fine", ""), 1)
    samplings.note(person(company, "zhou"), sampling_id, claim.claim_no, Noted("fine", ""), 1)
    with pytest.raises(Stale):
        samplings.note(person(company, "audit"), sampling_id, claim.claim_no, Noted("fine", ""), 1)
    with pytest.raises(NotFound):
        samplings.note(person(company, "audit"), sampling_id, "BX2099-1", Noted("fine", ""), 1)


def test_an_auditor_draws_and_notes_on_the_pages(app: Flask, company: dict[str, int]) -> None:
    claim = approved(company)
    client = signed_in(app, "audit")
    form = {"since": DAY.isoformat(), "until": DAY.isoformat(), "size": "5", "method": "risk", "seed": "十一月"}
    page = client.post("/samplings", data=form, follow_redirects=True).text
    assert (claim.claim_no in page, "十一月" in page) == (True, True)
    [row] = db.session.scalars(select(SamplingRow)).all()
    result = {"result": "violation", "consequence": "budget", "deduction": "12.30", "note": "虚报", "version": "1"}
    page = client.post(f"/samplings/{row.id}/claims/{claim.claim_no}", data=result, follow_redirects=True).text
    assert "¥12.30" in page
    wrong = client.post(
        f"/samplings/{row.id}/claims/{claim.claim_no}", data={**result, "deduction": "多"}, follow_redirects=True
    )
    assert "无法识别" in wrong.text


@pytest.mark.parametrize(("login", "status"), [("sun", 200), ("audit", 200), ("lin", 403), ("admin", 403)])
def test_the_pages_open_for_few_in_few_queries(app: Flask, company: dict[str, int], login: str, status: int) -> None:
    for _ in range(5):
        approved(company)
    sampling_id = samplings.draw(person(company, "sun"), WHOLE)
    client = signed_in(app, login)
    for path in ("/samplings", f"/samplings/{sampling_id}"):
        with count_queries() as asked:
            assert client.get(path).status_code == status
        assert len(asked) <= 15, asked


def test_the_list_is_paged_by_key(company: dict[str, int], monkeypatch) -> None:
    approved(company)
    for _ in range(3):
        samplings.draw(person(company, "sun"), WHOLE)
    monkeypatch.setattr(sampling_pages, "PAGE", 2)
    first = sampling_pages.listed()
    rest = sampling_pages.listed(first.before)
    assert ([len(first.entries), len(rest.entries)], rest.before) == ([2, 1], None)
