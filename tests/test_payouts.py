"""From an exported batch to money on accounts: one sum a person, in one file only, settled by the bank's result once."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from parsers.sandbox import Sandbox
from reimburse.domain.workflow import ClaimState
from reimburse.export.layout import load_layouts
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.services.invoices import sandboxed
from reimburse.services.payouts import payout_files, payout_settling
from reimburse.services.payouts.payout_results import import_result
from reimburse.settings import Settings, data_folder, load
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, today, transaction
from reimburse.store.notices import MailRow, NoticeRow
from reimburse.store.payouts import PayoutAttemptRow, PayoutLeftOutRow, PayoutResultRow, PayoutRow
from tests.batch_stories import approved, batch_at, person
from tests.batch_work import work
from tests.builders import Spent, plain_policy

CARD, ADVANCE = {"paid_by": "company_card"}, {"paid_by": "advance"}
HEAD = "业务参考号,收款账号,金额,状态,失败原因,交易日期,流水号"


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(sandboxed.limits(load(tmp_path_factory.mktemp("reader"), {}))) as sandbox:
        yield sandbox


@pytest.fixture(autouse=True)
def _one_reader(app: Flask, settings: Settings, reader: Sandbox) -> None:
    plain_policy(settings)
    app.extensions["sandbox"] = reader


def payouts() -> list[PayoutRow]:
    db.session.expire_all()
    return list(db.session.scalars(select(PayoutRow).order_by(PayoutRow.person_id)))


def ordered(company: dict[str, int], *amounts: str) -> list[PayoutAttemptRow]:
    """Payouts of these sums to lin and wu, in a file for the bank."""
    claims = [
        approved(company, Spent(amount), claimant=who) for who, amount in zip(("lin", "wu"), amounts, strict=False)
    ]
    batch_at(company, "exported", *claims)
    payout_files.make_file(person("sun"), [payout.id for payout in payouts()], "generic")
    return attempts()


def attempts() -> list[PayoutAttemptRow]:
    db.session.expire_all()
    return list(db.session.scalars(select(PayoutAttemptRow).order_by(PayoutAttemptRow.id)))


def imported(*lines: str, head: str = HEAD) -> PayoutResultRow:
    result_id = import_result(person("sun"), "结果.csv", "\n".join([head, *lines]).encode("gb18030"))
    work()
    return db.session.get_one(PayoutResultRow, result_id)


def left_out(result: PayoutResultRow) -> list[tuple[int, str]]:
    rows = select(PayoutLeftOutRow).where(PayoutLeftOutRow.result_id == result.id).order_by(PayoutLeftOutRow.row)
    return [(row.row, row.en) for row in db.session.scalars(rows)]


def state_of(claim: ClaimRow) -> str:
    db.session.expire_all()
    return db.session.get_one(ClaimRow, claim.id).state


def test_one_sum_a_person_for_what_they_paid_themselves(company: dict[str, int]) -> None:
    claims = [
        approved(company, Spent("10.00"), Spent("5.50", fields=CARD)),
        approved(company, Spent("2.00")),
        approved(company, Spent("7.00"), claimant="wu"),
    ]
    batch_at(company, "exported", *claims)
    assert [(row.person_id, row.amount_fen, row.state) for row in payouts()] == [
        (company["lin"], 1200, "due"),
        (company["wu"], 700, "due"),
    ]


def test_what_the_company_paid_is_paid_by_that(company: dict[str, int]) -> None:
    claim, own = approved(company, Spent("10.00", fields=CARD)), approved(company, Spent("1.00"))
    batch_at(company, "exported", claim, own)
    assert (state_of(claim), state_of(own)) == ("paid", "exported")
    assert [row.amount_fen for row in payouts()] == [100]


def test_somebody_who_owes_more_than_they_get_gets_no_payout(company: dict[str, int]) -> None:
    rounding = {"adjustment": "discount"}
    claim = approved(company, Spent("10.00", fields=CARD), Spent("-10.00", (), fields=rounding))
    batch_at(company, "exported", claim)
    assert (payouts(), state_of(claim)) == ([], "paid")


def test_a_payout_is_in_one_file_only(company: dict[str, int]) -> None:
    ordered(company, "10.00")
    (payout,) = payouts()
    with pytest.raises(Stale):
        payout_files.make_file(person("sun"), [payout.id], "generic")


def test_a_repeated_click_makes_one_file(company: dict[str, int]) -> None:
    batch_at(company, "exported", approved(company))
    (payout,) = payouts()
    made = {payout_files.make_file(person("sun"), [payout.id], "generic", "click") for _ in range(3)}
    assert (len(made), len(attempts())) == (1, 1)


def test_the_file_names_account_and_sum_and_counts_its_downloads(company: dict[str, int]) -> None:
    (attempt,) = ordered(company, "10.00")
    for _ in range(2):
        pieces, row, media_type = payout_files.download(person("sun"), f"FK{today():%Y%m}-0001")
    text = b"".join(pieces).decode("utf-8-sig")
    assert attempt.reference in text
    assert "622200000000000001" in text
    assert "10.00" in text
    assert (row.downloads, media_type) == (2, "text/csv")
    with pytest.raises(NotFound):
        payout_files.download(person("lin"), row.file_no)


def test_without_a_confirmed_account_nobody_is_paid(company: dict[str, int]) -> None:
    batch_at(company, "exported", approved(company))
    with transaction():
        person("lin").payout_account = None
    with pytest.raises(Refused, match="no confirmed payout account"):
        payout_files.make_file(person("sun"), [payouts()[0].id], "generic")


def test_a_layout_that_lacks_something_says_whose_account_to_complete(company: dict[str, int]) -> None:
    batch_at(company, "exported", approved(company))
    with pytest.raises(Refused, match=f"payee {person('lin').name}: complete that payout account"):
        payout_files.make_file(person("sun"), [payouts()[0].id], "cmb_csv")


@pytest.mark.parametrize("layout", sorted(load_layouts(data_folder("config") / "payments")))
def test_every_layout_takes_a_payout_or_says_why_not(company: dict[str, int], layout: str) -> None:
    batch_at(company, "exported", approved(company))
    with transaction():
        person("lin").payout_bank, person("lin").payout_branch = "示例银行", "示例银行滨江支行"
    payout_files.make_file(person("sun"), [payouts()[0].id], layout)
    assert payouts()[0].state == "ordered"


def test_the_banks_result_pays_the_claims_and_tells_the_person(company: dict[str, int]) -> None:
    (attempt,) = ordered(company, "10.00")
    result = imported(f"{attempt.reference},6222*******0001,10.00,支付成功,,{today()},N77")
    (payout,) = payouts()
    assert (result.paid, result.failed, left_out(result)) == (1, 0, [])
    assert (payout.state, payout.reference, payout.paid_on) == ("paid", "N77", today())
    assert db.session.scalars(select(ClaimRow.state)).all() == ["paid"]
    mail = db.session.scalars(select(MailRow).where(MailRow.person_id == company["lin"])).one()
    assert "10.00 元" in mail.subject
    assert "费用 1  10.00" in mail.body


HOSTILE = {
    "an unknown reference": ("NO-SUCH,,10.00,成功,,,", "no payment of ours"),
    "no reference": (",,10.00,成功,,,", "names no reference"),
    "a part of the sum": ("{ref},,4.00,成功,,,", "another amount: 4.00 where 10.00"),
    "more than the sum": ("{ref},,10.01,成功,,,", "another amount"),
    "another account": ("{ref},6222999999999999,10.00,成功,,,", "another account"),
    "not final": ("{ref},,10.00,处理中,,,", "no final one"),
    "partly done": ("{ref},,10.00,部分成功,,,", "no final one"),
    "tomorrow": ("{ref},,10.00,成功,,{tomorrow},", "lies in the future"),
    "an amount that is none": ("{ref},,十元,成功,,,", "no amount"),
    "a formula": ("=1+1,,10.00,成功,,,", "no payment of ours"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_lines_that_are_left_out_with_their_reason(company: dict[str, int], name: str) -> None:
    (attempt,) = ordered(company, "10.00")
    line, why = HOSTILE[name]
    result = imported(line.format(ref=attempt.reference, tomorrow=today() + timedelta(days=1)))
    assert [(row, why in said) for row, said in left_out(result)] == [(2, True)]
    assert (result.paid, payouts()[0].state) == (0, "ordered")


def test_the_same_result_again_settles_nothing_more(company: dict[str, int]) -> None:
    (attempt,) = ordered(company, "10.00")
    line = f"{attempt.reference},,10.00,成功,,,"
    imported(line)
    notices = len(db.session.scalars(select(NoticeRow)).all())
    again = imported(line)
    assert (again.paid, left_out(again)) == (0, [(2, "this payment is settled already: paid")])
    assert len(db.session.scalars(select(NoticeRow)).all()) == notices


def test_a_line_twice_counts_once_and_contradictions_count_not_at_all(company: dict[str, int]) -> None:
    one, other = ordered(company, "10.00", "7.00")
    result = imported(
        f"{one.reference},,10.00,成功,,,",
        f"{one.reference},,10.00,成功,,,",
        f"{other.reference},,7.00,成功,,,",
        f"{other.reference},,7.00,失败,账号错误,,",
    )
    assert result.paid == 1
    assert [row for row, _ in left_out(result)] == [3, 4, 5]
    assert [payout.state for payout in payouts()] == ["paid", "ordered"]


def test_a_failed_payment_goes_into_the_next_file_under_another_reference(company: dict[str, int]) -> None:
    (attempt,) = ordered(company, "10.00")
    result = imported(f"{attempt.reference},,10.00,失败,账号户名不符,,")
    (payout,) = payouts()
    assert (result.failed, payout.state, payout.failure) == (1, "failed", "账号户名不符")
    told = db.session.scalars(select(NoticeRow.person_id).where(NoticeRow.kind == "payment_failed")).all()
    assert sorted(told) == sorted([company["lin"], company["sun"], company["zhou"]])
    payout_settling.look(person("sun"), payout.id, "已与本人核对账号")
    payout_files.make_file(person("sun"), [payout.id], "generic")
    first, second = attempts()
    assert first.reference != second.reference
    late = imported(f"{first.reference},,10.00,成功,,,")
    assert (late.paid, payouts()[0].state) == (0, "ordered")
    assert imported(f"{second.reference},,10.00,成功,,,").paid == 1


def test_a_file_that_was_not_sent_is_withdrawn(company: dict[str, int]) -> None:
    ordered(company, "10.00", "7.00")
    payout_files.withdraw_file(person("sun"), f"FK{today():%Y%m}-0001", "选错账户")
    assert {payout.state for payout in payouts()} == {"due"}
    with pytest.raises(Stale):
        payout_files.withdraw_file(person("sun"), f"FK{today():%Y%m}-0001", "再来一次")


def test_a_file_with_a_result_is_not_withdrawn(company: dict[str, int]) -> None:
    one, _ = ordered(company, "10.00", "7.00")
    imported(f"{one.reference},,10.00,成功,,,")
    with pytest.raises(Stale):
        payout_files.withdraw_file(person("sun"), f"FK{today():%Y%m}-0001", "选错账户")


def test_finance_marks_paid_with_a_reference_but_never_for_themselves(company: dict[str, int]) -> None:
    batch_at(company, "exported", approved(company), approved(company, claimant="sun"))
    mine = next(payout for payout in payouts() if payout.person_id == company["sun"])
    other = next(payout for payout in payouts() if payout.person_id == company["lin"])
    with pytest.raises(Refused, match="reference"):
        payout_settling.mark_paid(person("sun"), [other.id], today(), " ")
    with pytest.raises(Refused, match="colleague"):
        payout_settling.mark_paid(person("sun"), [mine.id], today(), "N1")
    with pytest.raises(NotFound):
        payout_settling.mark_paid(person("wu"), [other.id], today(), "N1")
    payout_settling.mark_paid(person("sun"), [other.id], today(), "N1")
    payout_settling.mark_paid(person("zhou"), [mine.id], today(), "N2")
    assert {payout.state for payout in payouts()} == {"paid"}
    assert {claim.state for claim in db.session.scalars(select(ClaimRow))} == {ClaimState.PAID}


@pytest.mark.parametrize("data", [b"", b"\x00\x01", b"%PDF-1.7", "姓名,备注\n林,好\n".encode()])
def test_what_is_no_result_is_refused_in_words(company: dict[str, int], data: bytes) -> None:
    with pytest.raises(Refused):
        import_result(person("sun"), "x.csv", data)
    assert db.session.scalars(select(PayoutResultRow)).all() == []
