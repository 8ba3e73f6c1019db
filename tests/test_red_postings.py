"""Red letters on the balance ledger: what is reversed cannot be claimed, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from reimburse.domain.workflow import ClaimState
from reimburse.services.claims import balances
from reimburse.services.claims.balances import InvoiceInUse
from reimburse.services.invoices.invoices import balance_of
from reimburse.services.returns import red_postings
from reimburse.store.balances import InvoiceBalanceRow, RedPostingRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, transaction
from reimburse.store.invoices import InvoiceRow
from tests.builders import Spent, make_claim, make_invoice
from tests.databases import server, settings

__all__ = ["server", "settings"]
BLUE = "26990000000000012345"


def claim(person_id: int, amount: str, state: ClaimState = ClaimState.IN_REVIEW, *, number: str = BLUE) -> ClaimRow:
    with transaction():
        return make_claim(person_id, Spent(amount, invoices=(number,)), state=state)


def red(holder_id: int, fen: int, own: str = "26990000000000099999", **more: Any) -> InvoiceRow:
    with transaction():
        row = make_invoice(holder_id, "0.01", own)
        row.red_letter, row.red_of_code, row.red_of_number, row.total_fen = True, "", BLUE, -fen
        for name, value in more.items():
            setattr(row, name, value)
    return row


def posted(row: InvoiceRow) -> bool:
    with transaction() as session:
        return red_postings.post(session, session.get_one(InvoiceRow, row.id))


def sums() -> tuple[int, int, int, int, int]:
    db.session.rollback()
    row = db.session.get_one(InvoiceBalanceRow, ("", BLUE))
    return row.face_fen, row.reserved_fen, row.booked_fen, row.red_fen, row.owed_fen


def released(row: ClaimRow) -> None:
    with transaction() as session:
        balances.release(session, session.get_one(ClaimRow, row.id))


def test_what_is_free_is_taken_at_once(company: dict[str, int]) -> None:
    released(claim(company["lin"], "100.00"))
    assert posted(red(company["lin"], 10_000))
    assert sums() == (0, 0, 0, 10_000, 0)
    with pytest.raises(InvoiceInUse):
        claim(company["wu"], "100.00")


def test_what_is_held_is_owed_and_taken_when_it_becomes_free(company: dict[str, int]) -> None:
    held = claim(company["lin"], "100.00")
    posted(red(company["lin"], 10_000))
    assert sums() == (10_000, 10_000, 0, 10_000, 10_000)
    with transaction() as session:
        balances.book(session, session.get_one(ClaimRow, held.id))
    assert sums() == (10_000, 0, 10_000, 10_000, 10_000)
    with transaction() as session:
        balances.unbook(session, session.get_one(ClaimRow, held.id))
    assert sums() == (0, 0, 0, 10_000, 0)


def test_the_same_red_letter_in_two_wallets_is_posted_once(company: dict[str, int]) -> None:
    released(claim(company["lin"], "100.00"))
    assert posted(red(company["lin"], 4_000))
    assert not posted(red(company["wu"], 4_000))
    assert sums() == (6_000, 0, 0, 4_000, 0)


def test_partial_red_letters_add_up_and_never_take_more_than_the_whole(company: dict[str, int]) -> None:
    released(claim(company["lin"], "100.00"))
    for number, fen in (("1", 4_000), ("2", 4_000), ("3", 4_000)):
        posted(red(company["lin"], fen, f"2699000000000009999{number}"))
    assert sums() == (0, 0, 0, 10_000, 0)


def test_a_red_letter_that_came_first_waits_for_the_blue_one(company: dict[str, int]) -> None:
    posted(red(company["lin"], 10_000))
    with pytest.raises(InvoiceInUse):
        claim(company["wu"], "100.00")


@pytest.mark.parametrize("lacks", ["number", "total_fen", "red_of_number"])
def test_an_incomplete_red_letter_is_not_posted_yet(company: dict[str, int], lacks: str) -> None:
    row = red(company["lin"], 10_000, **{lacks: None})
    assert not posted(row)
    assert db.session.scalars(select(RedPostingRow)).all() == []


def test_the_page_says_what_was_taken(company: dict[str, int]) -> None:
    held = claim(company["lin"], "100.00")
    posted(red(company["lin"], 10_000))
    balance = balance_of(db.session.get_one(ClaimRow, held.id).invoices[0])
    assert balance is not None
    assert (balance.face_fen, balance.claimed_fen, balance.reversed_fen, balance.owed_fen) == (
        10_000,
        10_000,
        10_000,
        10_000,
    )
    assert balance.left_fen == 0


def test_postings_are_never_changed(company: dict[str, int]) -> None:
    posted(red(company["lin"], 10_000))
    with pytest.raises(DatabaseError, match="append-only"):
        db.session.execute(text("UPDATE red_postings SET fen = 1"))
    db.session.rollback()


def test_a_reservation_and_a_red_letter_at_the_same_moment(app: Flask, company: dict[str, int]) -> None:
    """Whoever is first: the sums stay within the face, and the whole of it is reversed."""
    first = claim(company["lin"], "100.00")
    released(first)
    letter = red(company["lin"], 10_000).id
    again = first.id
    db.session.remove()

    def post() -> None:
        with app.app_context(), transaction() as session:
            red_postings.post(session, session.get_one(InvoiceRow, letter))

    def reserve() -> None:
        with app.app_context():
            try:
                with transaction() as session:
                    balances.reserve(session, session.get_one(ClaimRow, again))
            except InvoiceInUse:
                pass

    with ThreadPoolExecutor(2) as pool:
        for job in [pool.submit(post), pool.submit(reserve)]:
            job.result()
    face, reserved, booked, taken, owed = sums()
    assert reserved + booked <= face
    assert taken == 10_000
    assert (reserved, owed) in ((0, 0), (10_000, 10_000))
