"""What the company has paid is not paid to the employee too: lines that say so are told and kept out of batches."""

from collections.abc import Callable

import pytest
from flask import current_app
from flask.testing import FlaskClient
from sqlalchemy import select

from reimburse.services.errors import Refused, Stale
from reimburse.services.month_end import batch_pages, batches, claim_returns
from reimburse.services.statements import payment_accounts, statement_imports
from reimburse.settings import Settings
from reimburse.store.approvals import LineDecisionRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db
from reimburse.store.notices import NoticeRow
from reimburse.store.payments import PaymentAccountRow
from tests.batch_stories import approved, person
from tests.batch_work import work
from tests.builders import Spent, plain_policy
from tests.statement_files import card, spend
from tests.test_card_lines import paid
from tests.wallets import READER

Company = dict[str, int]
SignIn = Callable[[str], FlaskClient]
SAID = "第 1 行写明“个人垫付”"


@pytest.fixture(autouse=True)
def _policy(settings: Settings) -> None:
    plain_policy(settings)


def claim_of(company: Company, paid_by: str = "employee", **how: object) -> ClaimRow:
    claim = approved(company, Spent("10.00", fields={"paid_by": paid_by}))
    paid(claim, 1000, **how)
    return claim


@pytest.mark.parametrize(
    ("paid_by", "how", "twice"),
    [
        ("employee", {"kind": "bank", "held": False}, True),
        ("advance", {"kind": "bank", "held": False}, True),
        ("employee", {"kind": "card"}, True),
        ("employee", {"kind": "card", "confirmed": False}, True),
        ("employee", {"kind": "card", "confirmed": False, "unique": False}, False),
        ("employee", {"kind": "own_card"}, False),
        ("employee", {"kind": "wallet"}, False),
        ("company_transfer", {"kind": "bank", "held": False}, False),
        ("company_card", {"kind": "card"}, False),
    ],
)
def test_a_claim_of_what_the_company_paid_stays_out_of_batches(
    company: Company, paid_by: str, how: dict[str, object], twice: bool
) -> None:
    claim = claim_of(company, paid_by, **how)
    if twice:
        with pytest.raises(Refused, match="the company paid the invoice"):
            batches.collect(company["sun"], [claim.claim_no])
    else:
        assert batches.collect(company["sun"], [claim.claim_no])


def test_what_is_matched_after_collecting_is_found_before_freezing(company: Company) -> None:
    claim = approved(company)
    batch_no = batches.collect(company["sun"], [claim.claim_no])
    paid(claim, 1000, kind="bank", held=False)
    batches.freeze(company["zhou"], batch_no, batch_pages.batch_of(batch_no).version)
    work()
    shown = batch_pages.shown(batch_no)
    assert (shown.batch.state, SAID in shown.problem.zh) == ("open", True)


def test_a_card_noted_as_the_holders_own_is_no_company_payment(company: Company, sign_in: SignIn) -> None:
    claim = claim_of(company)
    page = sign_in("sun").get("/matching?state=confirmed&month=2026-11").text
    assert (SAID in page, "这是持有人自己的卡" in page) == (True, True)
    account = db.session.scalars(select(PaymentAccountRow)).one()
    told = sign_in("sun").post(f"/statements/accounts/{account.id}/own", follow_redirects=True).text
    assert ("已改为个人卡" in told, SAID in told) == (True, False)
    db.session.expire_all()
    assert batches.collect(company["sun"], [claim.claim_no])


def test_only_a_card_in_somebodys_hands_becomes_their_own(company: Company) -> None:
    claim_of(company, kind="bank", held=False)
    account = db.session.scalars(select(PaymentAccountRow)).one()
    with pytest.raises(Refused):
        payment_accounts.make_own(person("sun"), account.id)


def test_finance_returns_it_with_the_reason(company: Company, sign_in: SignIn) -> None:
    claim = claim_of(company, kind="bank", held=False)
    client = sign_in("sun")
    page = client.get("/batches").text
    button = f'<button class="btn btn-sm" form="return-{claim.id}" data-always>'
    assert (SAID in page, button in page) == (True, True), "the page's script disables other buttons of the list"
    where = f"/batches/waiting/{claim.claim_no}/return"
    assert client.post(where, data={"reason": " "}).status_code == 422
    told = client.post(where, data={"reason": "公司已付，请改支付方式"}, follow_redirects=True).text
    assert f"{claim.claim_no} 已退回申请人" in told
    db.session.expire_all()
    assert (claim.state, claim.open_findings) == ("returned", 1)
    assert db.session.scalars(select(LineDecisionRow.reason)).all() == ["公司已付，请改支付方式"]
    notice = db.session.scalars(select(NoticeRow)).one()
    assert (notice.person_id, notice.link) == (company["lin"], f"/claims/{claim.claim_no}/edit")
    page = sign_in("lin").get(f"/claims/{claim.claim_no}").text
    assert ("公司已付，请改支付方式" in page, "1. Sun" in page or "2. Sun" in page) == (True, True)


def test_what_is_ready_or_ones_own_or_no_longer_waits_is_not_returned(company: Company) -> None:
    ready, own = approved(company), approved(company, Spent("10.00"), claimant="sun")
    with pytest.raises(Refused, match="Nothing hinders"):
        claim_returns.return_claim(company["sun"], ready.claim_no, "x")
    with pytest.raises(Refused, match="their own"):
        claim_returns.return_claim(company["sun"], own.claim_no, "x")
    batches.collect(company["sun"], [ready.claim_no])
    with pytest.raises(Stale):
        claim_returns.return_claim(company["zhou"], ready.claim_no, "x")


@pytest.mark.parametrize(("own", "holder", "kind"), [("1", "lin", "own_card"), ("", "lin", "card"), ("1", "", None)])
def test_whose_card_it_is_is_said_at_the_import(
    company: Company, sign_in: SignIn, own: str, holder: str, kind: str | None
) -> None:
    current_app.extensions["sandbox"] = READER
    import_id = statement_imports.preview(person("sun"), *card(spend(3, "样城书店", "36.00", method="9904")))
    page = sign_in("sun").get(f"/statements/{import_id}").text
    assert "持有人自己的卡，不是公务卡" in page
    form = {"version": "1", "name-0": "卡", "holder-0": holder, "own-0": own}
    answer = sign_in("sun").post(f"/statements/{import_id}/import", data=form)
    assert answer.status_code == (302 if kind else 422)
    assert db.session.scalars(select(PaymentAccountRow.kind)).all() == [kind] * bool(kind)


def test_a_reviewer_is_told(company: Company, sign_in: SignIn) -> None:
    claim = claim_of(company, kind="bank", held=False)
    page = sign_in("zhou").get(f"/review/{claim.claim_no}").text
    assert (SAID in page, "请退回更正支付方式" in page) == (True, True)
