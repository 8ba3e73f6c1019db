"""Lines paid by company card against the card's statement: what each says, and why they differ."""

from collections.abc import Callable
from datetime import date
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from reimburse.services.month_end import card_lines
from reimburse.services.month_end.card_lines import Cards, Line, together
from reimburse.settings import Settings
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, now, transaction
from reimburse.store.documents import StoredFileRow
from reimburse.store.matches import MatchDecisionRow, MatchGroupRow, MatchInvoiceRow, MatchPaymentRow
from reimburse.store.payments import PaymentAccountRow, PaymentRow, StatementImportRow, StatementPartRow
from tests.batch_stories import approved, batch_at, person
from tests.builders import Spent, plain_policy

CARD = {"paid_by": "company_card"}
PAID_ON = date(2026, 11, 2)


@pytest.fixture(autouse=True)
def _policy(settings: Settings) -> None:
    plain_policy(settings)


def account(kind: str, *, held: bool = True) -> PaymentAccountRow:
    """A card or wallet in lin's hands, or the company's account, with a statement that was imported."""
    lin = person("lin")
    row = PaymentAccountRow(name=f"{kind} 0001", kind=kind, holder_id=lin.id if held else None, by_id=lin.id, at=now())
    row.legal_entity_id = lin.department.legal_entity_id
    db.session.add(row)
    return row


def part(by_id: int) -> StatementPartRow:
    digest = uuid4().hex * 2
    db.session.add(StoredFileRow(sha256=digest, size=1, media_type="text/csv", stored_at=now()))
    db.session.flush()
    made = StatementImportRow(sha256=digest, file_name="对账单.csv", state="imported", by_id=by_id, at=now())
    row = StatementPartRow(statement_import=made, ordinal=1, profile="icbc_credit", kind="card", rows=1)
    row.reading_sha256, row.out_fen, row.in_fen = digest, 0, 0
    db.session.add(row)
    return row


def paid(
    claim: ClaimRow,
    *fen: int,
    kind: str = "card",
    held: bool = True,
    currency: str = "CNY",
    confirmed: bool = True,
    unique: bool = True,
) -> None:
    """The statement shows these sums for the claim's invoices."""
    with transaction() as session:
        on, where = account(kind, held=held), part(claim.claimant_id)
        said = MatchDecisionRow(kind="confirm", said={}, by_id=person("sun").id, at=now())
        group = MatchGroupRow(is_unique=unique, amount_fen=sum(fen), first_on=PAID_ON, made_at=now())
        session.add_all([said, group])
        session.flush()
        if confirmed:
            group.state, group.decision_id = "confirmed", said.id
        for place, amount in enumerate(fen):
            row = PaymentRow(
                account=on, part=where, line=place, identity=uuid4().hex, paid_on=PAID_ON, amount_fen=amount
            )
            row.direction, row.kind, row.currency, row.holder_id = "out", "payment", currency, claim.claimant_id
            session.add(row)
            session.flush()
            session.add(MatchPaymentRow(payment_id=row.id, group_id=group.id))
        for invoice in claim.invoices:
            session.add(
                MatchInvoiceRow(code=invoice.code, number=invoice.number, invoice_id=invoice.id, group_id=group.id)
            )


def cards(company: dict[str, int], claim: ClaimRow) -> Cards:
    found = card_lines.of_batch(db.session(), batch_at(company, "open", claim))
    assert found is not None
    return found


CASES = {
    "the same sum": ((1000,), {}, 0, []),
    "two payments for one line": ((400, 600), {}, 0, []),
    "a fee on top": ((1005,), {}, 5, ["0.05 yuan more"]),
    "less than claimed": ((900,), {}, -100, ["1.00 yuan more are claimed"]),
    "from a wallet": ((1000,), {"kind": "wallet"}, 0, ["no company card"]),
    "from the holder's own card": ((1000,), {"kind": "own_card"}, 0, ["no company card"]),
    "in dollars": ((150,), {"currency": "USD"}, -850, ["in USD"]),
    "only proposed": ((1000,), {"confirmed": False}, 0, ["not confirmed"]),
}


@pytest.mark.parametrize("name", CASES)
def test_a_line_by_card_against_the_statement(company: dict[str, int], name: str) -> None:
    sums, how, difference, why = CASES[name]
    claim = approved(company, Spent("10.00", fields=CARD))
    paid(claim, *sums, **how)
    (one,) = cards(company, claim).compared
    assert (one.claimed_fen, one.stated_fen, one.difference_fen) == (1000, sum(sums), difference)
    assert [text in reason.en for reason, text in zip(one.reasons, why, strict=True)] == [True] * len(why)


def test_a_line_that_no_statement_shows(company: dict[str, int]) -> None:
    found = cards(company, approved(company, Spent("10.00", fields=CARD), Spent("5.00")))
    assert (found.claimed_fen, found.stated_fen, found.unclaimed) == (1000, 0, (0, 0))
    assert ["import the statement" in reason.en for reason in found.compared[0].reasons] == [True]


def test_what_was_paid_by_card_and_nobody_claims_is_counted(company: dict[str, int]) -> None:
    claim = approved(company, Spent("10.00", fields=CARD))
    paid(claim, 1000)
    with transaction() as session:
        where = part(claim.claimant_id)
        row = PaymentRow(
            account_id=1, part=where, line=9, identity="x", paid_on=PAID_ON, amount_fen=700, kind="payment"
        )
        row.direction, row.holder_id, row.refunded_fen = "out", claim.claimant_id, 100
        session.add(row)
    # The matched row is open too until the engine has run: only what stands in no group counts here.
    with transaction() as session:
        session.get_one(PaymentRow, 1).state = "matched"
    assert cards(company, claim).unclaimed == (1, 600)


def test_without_card_lines_there_is_nothing_to_compare(company: dict[str, int]) -> None:
    assert card_lines.of_batch(db.session(), batch_at(company, "open", approved(company))) is None


@pytest.mark.parametrize(
    ("groups", "sets"),
    [
        ({}, [[1], [2], [3]]),
        ({1: {7}, 2: {7}}, [[1, 2], [3]]),
        ({1: {7}, 2: {8}, 3: {7, 8}}, [[1, 2, 3]]),
        ({1: {7}, 3: {7}}, [[1, 3], [2]]),
    ],
)
def test_lines_that_share_a_match_are_compared_together(groups: dict[int, set[int]], sets: list[list[int]]) -> None:
    lines = [Line(number, "", "C", "lin", 100) for number in (1, 2, 3)]
    assert [[line.id for line in one.lines] for one in together(lines, groups)] == sets


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_batch_page_explains_the_difference(
    company: dict[str, int], sign_in: Callable[[str], FlaskClient], language: str
) -> None:
    claim = approved(company, Spent("10.00", fields=CARD))
    paid(claim, 1005)
    with transaction():
        person("sun").language = language
    batch = batch_at(company, "exported", claim)
    page = sign_in("sun").get(f"/batches/{batch.batch_no}").text
    assert ("对账单多 0.05 元" if language == "zh" else "0.05 yuan more") in page
