"""The balance ledger: an invoice is claimed once, over everyone, whatever happens at the same moment."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from reimburse.domain.workflow import ClaimState
from reimburse.services.claims import balances, checking
from reimburse.services.claims.balances import InvoiceInUse, NotReservable
from reimburse.settings import Settings
from reimburse.store.balances import BalanceEntryRow, InvoiceBalanceRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, transaction
from reimburse.store.invoices import InvoiceRow
from tests.builders import Spent, make_claim, make_invoice
from tests.databases import server, settings

__all__ = ["server", "settings"]

NUMBER = "26990000000000000001"
DRAFT = ClaimState.DRAFT


def draft(claimant_id: int, amount: str = "100.00", number: str = NUMBER) -> ClaimRow:
    with transaction():
        return make_claim(claimant_id, Spent(amount, (number,)), state=DRAFT)


def balance() -> tuple[int, int, int]:
    db.session.rollback()
    row = db.session.scalars(select(InvoiceBalanceRow)).one()
    return row.face_fen, row.reserved_fen, row.booked_fen


def allow_parts(settings: Settings) -> None:
    with (settings.data / "policy" / "policy.toml").open("a") as policy:
        policy.write("[version.parameters]\nallow_partial_claims = true\n")


STEPS: list[tuple[str, tuple[int, int]]] = [
    ("reserve", (10000, 0)),
    ("reserve", (10000, 0)),
    ("book", (0, 10000)),
    ("release", (0, 10000)),
    ("book", (0, 10000)),
    ("unbook", (0, 0)),
    ("reserve", (10000, 0)),
    ("release", (0, 0)),
]


def test_money_moves_from_reserved_to_booked_and_back_each_step_twice_the_same(company: dict[str, int]) -> None:
    claim = draft(company["lin"])
    for step, (reserved, booked) in STEPS:
        with transaction() as session:
            getattr(balances, step)(session, claim)
        assert balance() == (10000, reserved, booked), step


def test_a_changed_line_changes_what_is_reserved(company: dict[str, int]) -> None:
    claim = draft(company["lin"])
    for amount, reserved in ((10000, 10000), (6000, 6000), (0, 0), (10001, 10000)):
        with transaction() as session:
            claim.lines[0].amount_fen = amount
            balances.reserve(session, claim)
        assert balance()[1] == reserved


def test_a_colleagues_invoice_is_refused_without_telling_whose(company: dict[str, int]) -> None:
    first, second = draft(company["lin"]), draft(company["wu"])
    with transaction() as session:
        balances.reserve(session, first)
    with pytest.raises(InvoiceInUse) as refused, transaction() as session:
        balances.reserve(session, second)
    assert NUMBER in refused.value.text.zh
    assert "同事" in refused.value.text.zh
    assert first.claim_no not in refused.value.text.zh + refused.value.text.en
    assert balance() == (10000, 10000, 0)


def test_even_a_line_of_zero_keeps_others_off(company: dict[str, int]) -> None:
    first, second = draft(company["lin"]), draft(company["wu"])
    with transaction() as session:
        first.lines[0].amount_fen = 0
        balances.reserve(session, first)
    with pytest.raises(InvoiceInUse), transaction() as session:
        balances.reserve(session, second)


def test_ones_own_other_claim_is_named(company: dict[str, int]) -> None:
    first = draft(company["lin"])
    with transaction() as session:
        balances.reserve(session, first)
        invoice = first.invoices[0]
        second = make_claim(company["lin"], Spent("1.00"), state=DRAFT)
        second.invoices.append(invoice)
        second.lines[0].invoices = [invoice]
    with pytest.raises(InvoiceInUse, match=first.claim_no), transaction() as session:
        balances.reserve(session, second)


def test_parts_are_claimed_up_to_the_face_value_where_the_policy_allows(
    company: dict[str, int], settings: Settings
) -> None:
    allow_parts(settings)
    claims = [draft(company["lin"]), draft(company["wu"]), draft(company["zhao"])]
    for claim, part in zip(claims, (6000, 4000, 1), strict=True):
        with transaction():
            claim.lines[0].amount_fen = part
    for claim in claims[:2]:
        with transaction() as session:
            balances.reserve(session, claim)
    with pytest.raises(InvoiceInUse, match=r"0\.00"), transaction() as session:
        balances.reserve(session, claims[2])
    assert balance() == (10000, 10000, 0)


def test_the_database_itself_refuses_more_than_the_face_value(company: dict[str, int]) -> None:
    claim = draft(company["lin"])
    with transaction() as session:
        balances.reserve(session, claim)
    for change in ({"reserved_fen": 10001}, {"booked_fen": 1}, {"reserved_fen": -1}):
        with pytest.raises(IntegrityError), transaction() as session:
            session.execute(update(InvoiceBalanceRow).values(**change))


def test_entries_are_never_changed(company: dict[str, int]) -> None:
    claim = draft(company["lin"])
    with transaction() as session:
        balances.reserve(session, claim)
    with pytest.raises(DatabaseError, match="append-only"), transaction() as session:
        session.execute(update(BalanceEntryRow).values(reserved_delta_fen=1))


def test_a_red_letter_is_claimed_once_too(company: dict[str, int]) -> None:
    claim = draft(company["lin"], "-100.00")
    with transaction() as session:
        balances.reserve(session, claim)
    assert balance() == (10000, 10000, 0)


def test_a_line_on_two_invoices_is_shared_by_their_totals(company: dict[str, int]) -> None:
    with transaction():
        claim = make_claim(company["lin"], Spent("100.00"), state=DRAFT)
        small, large = (make_invoice(company["lin"], total) for total in ("33.33", "66.68"))
        claim.invoices = [small, large]
        claim.lines[0].invoices = [small, large]
    assert balances.taken_by_invoice(claim) == {small.id: 3333, large.id: 6667}


def test_an_invoice_without_number_cannot_be_reserved(company: dict[str, int]) -> None:
    claim = draft(company["lin"])
    with transaction() as session:
        session.get_one(InvoiceRow, claim.invoices[0].id).number = None
    with pytest.raises(NotReservable, match="complete it"), transaction() as session:
        balances.reserve(session, claim)


def race(app: Flask, *tries: Callable[[], object]) -> list[InvoiceInUse]:
    """Run these at the same moment, each on a connection of its own; who was refused."""
    refused: list[InvoiceInUse] = []
    start = threading.Barrier(len(tries))

    def run(job: Callable[[], object]) -> None:
        with app.app_context():
            start.wait(timeout=10)
            try:
                job()
            except InvoiceInUse as refusal:
                refused.append(refusal)

    db.session.rollback()
    threads = [threading.Thread(target=run, args=(job,)) for job in tries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return refused


@pytest.mark.parametrize("parts", [False, True])
def test_of_two_who_submit_at_the_same_moment_one_is_told(
    app: Flask, company: dict[str, int], settings: Settings, parts: bool
) -> None:
    if parts:
        allow_parts(settings)
    people = {draft(company[login]).claim_no: company[login] for login in ("lin", "wu")}
    tries = [lambda no=no, by=by: checking.submit(no, by, pledge=True) for no, by in people.items()]
    refused = race(app, *tries)
    assert len(refused) == 1
    assert balance() == (10000, 10000, 0)
    states = sorted(db.session.scalars(select(ClaimRow.state)))
    assert states == ["checking", "draft"]
