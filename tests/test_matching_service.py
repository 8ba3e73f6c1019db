"""What is open is matched in the background; people decide, teach, and take back; an import changes none of it."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from reimburse.services.claims.facts import facts_of
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.services.matching import invoice_payments, match_decisions, match_hand, match_undo, matching_runs
from reimburse.services.matching.match_groups import key_of
from reimburse.store.db import db, now, transaction
from reimburse.store.invoices import InvoiceRow
from reimburse.store.matches import MatchAliasRow, MatchDecisionRow, MatchGroupRow, MatchInvoiceRow, MatchPaymentRow
from reimburse.store.outbox import OutboxRow
from reimburse.store.payments import PaymentRow
from tests.builders import make_invoice
from tests.claim_stories import claim_on, good_invoice
from tests.databases import server, settings
from tests.statement_files import NOVEMBER, bring_in, company, match, payments, person, spend

__all__ = ["server", "settings"]
People = dict[str, int]
SELLER = "示例码方软件有限公司"


def bill(holder_id: int, total: str, day: int = 5, seller: str = SELLER, **fields: Any) -> InvoiceRow:
    """An invoice of this seller on this day of November."""
    with transaction():
        row = make_invoice(holder_id, total)
        row.seller_name, row.issue_date = seller, NOVEMBER.replace(day=day)
        for name, value in fields.items():
            setattr(row, name, value)
    return row


def pay(by_id: int, *rows: tuple[int, str, str], account: str = "基本户") -> list[PaymentRow]:
    """Payments out of the company's account: day, payee, amount."""
    bring_in(by_id, company(*(spend(day, payee, amount) for day, payee, amount in rows)), account)
    return payments()


def groups(**wanted: object) -> list[MatchGroupRow]:
    db.session.rollback()
    return list(db.session.scalars(select(MatchGroupRow).filter_by(**wanted).order_by(MatchGroupRow.id)))


def drawn() -> list[tuple[list[int], list[int]]]:
    """The groups as fen of payments and of invoices."""
    return [([row.paid_fen for row in g.payments], [row.total_fen or 0 for row in g.invoices]) for g in groups()]


def test_groups_are_proposed_with_evidence(app: Flask, company: People) -> None:
    bill(company["lin"], "4800.00")
    bill(company["lin"], "63.60", seller="样城快件物流有限公司")
    bill(company["wu"], "80.00", seller="样城快件物流有限公司")
    pay(company["sun"], (7, SELLER, "4800.00"), (9, "样城快件物流有限公司", "143.60"), (9, "税务局", "500.00"))
    match()
    assert drawn() == [([480000], [480000]), ([14360], [6360, 8000])]
    facts = [(told["fact"], told["value"]) for told in groups()[0].evidence]
    assert facts == [("amount_equal", "4800.00"), ("date_gap", "2"), ("payee_same", SELLER)]
    assert [row.state for row in payments()] == ["proposed", "proposed", "open"]
    assert [row.payee for row in db.session.scalars(invoice_payments.lacking_invoice(proposed=False))] == ["税务局"]


def test_a_second_run_changes_nothing(app: Flask, company: People) -> None:
    bill(company["lin"], "4800.00")
    pay(company["sun"], (7, SELLER, "4800.00"))
    match()
    before = [(group.id, group.version) for group in groups()]
    match()
    assert [(group.id, group.version) for group in groups()] == before


def test_what_a_person_asks_for_does_not_wait_for_invoices_to_gather(app: Flask, company: People) -> None:
    pay(company["sun"], (7, SELLER, "4800.00"))
    match()
    with transaction() as session:
        matching_runs.invoice_came(session)
        matching_runs.invoice_came(session)
    assert later() == [False, True]
    matching_runs.run_now()
    assert later() == [False, False]


def later() -> list[bool]:
    """Of every run that was asked for, whether it is for later: the runs of ``match`` leave them standing."""
    db.session.rollback()
    asked = select(OutboxRow.due_at).where(OutboxRow.job == matching_runs.JOB).order_by(OutboxRow.id)
    return [due_at > now() for due_at in db.session.scalars(asked)]


def test_what_is_confirmed_stays_whatever_comes_in(app: Flask, company: People) -> None:
    """A nearer payment of the same amount does not take the invoice over."""
    bill(company["lin"], "4800.00", day=5)
    first, *_ = pay(company["sun"], (12, SELLER, "4800.00"))
    match()
    group = groups()[0]
    match_decisions.confirm(person(company["sun"]), {group.id: group.version})
    pay(company["sun"], (12, SELLER, "4800.00"), (5, SELLER, "4800.00"), account="一般户")
    match()
    assert [(group.state, [row.id for row in group.payments]) for group in groups()] == [("confirmed", [first.id])]
    assert [row.state for row in payments()] == ["open", "matched", "open"]


def test_a_group_dealt_with_meanwhile_is_stale(app: Flask, company: People) -> None:
    bill(company["lin"], "4800.00")
    pay(company["sun"], (7, SELLER, "4800.00"))
    match()
    group = groups()[0]
    match_decisions.confirm(person(company["sun"]), {group.id: group.version})
    with pytest.raises(Stale):
        match_decisions.split(person(company["zhou"]), group.id, group.version)
    with pytest.raises(NotFound):
        match_decisions.confirm(person(company["audit"]), {group.id: group.version})


def test_a_doubtful_group_asks_and_a_person_chooses(app: Flask, company: People) -> None:
    near, far = bill(company["lin"], "100.00", day=6), bill(company["wu"], "100.00", day=8)
    paid = pay(company["sun"], (7, SELLER, "100.00"))[0]
    match()
    group = groups()[0]
    assert (group.is_unique, len(group.alternatives)) == (False, 1)
    group_id = match_hand.choose(person(company["sun"]), [paid.id], [key_of(far)])
    match()
    assert [(row.id, [one.id for one in row.invoices]) for row in groups(state="confirmed")] == [(group_id, [far.id])]
    assert groups(state="proposed") == []
    assert near.number not in {row.number for row in db.session.scalars(select(MatchInvoiceRow))}


def test_a_choice_that_does_not_add_up_is_refused(app: Flask, company: People) -> None:
    invoice = bill(company["lin"], "99.00")
    paid = pay(company["sun"], (7, "陌生商户", "100.00"))[0]
    with pytest.raises(Refused) as refused:
        match_hand.choose(person(company["sun"]), [paid.id], [key_of(invoice)])
    assert "1.00" in refused.value.text.zh
    assert db.session.scalars(select(MatchDecisionRow)).all() == []


def test_a_split_group_is_not_proposed_again_until_undone(app: Flask, company: People) -> None:
    bill(company["lin"], "60.00")
    bill(company["lin"], "40.00")
    pay(company["sun"], (7, SELLER, "100.00"))
    match()
    group = groups()[0]
    match_decisions.split(person(company["sun"]), group.id, group.version)
    match()
    assert groups() == []
    assert [row.state for row in payments()] == ["open"]
    match_undo.undo(person(company["sun"]), db.session.scalars(select(MatchDecisionRow.id)).one())
    match()
    assert drawn() == [([10000], [6000, 4000])]


def test_never_is_never_until_undone(app: Flask, company: People) -> None:
    bill(company["lin"], "100.00")
    pay(company["sun"], (7, SELLER, "100.00"))
    match()
    group = groups()[0]
    match_decisions.never(person(company["sun"]), group.id, group.version)
    match()
    assert groups() == []
    match_undo.undo(person(company["zhou"]), db.session.scalars(select(MatchDecisionRow.id)).one())
    match()
    assert len(groups()) == 1


def test_a_name_is_learned_and_forgotten(app: Flask, company: People) -> None:
    first, second = bill(company["lin"], "100.00"), bill(company["lin"], "250.00")
    rows = pay(company["sun"], (7, "城西便利", "100.00"), (8, "城西便利", "250.00"))
    match()
    assert groups() == []
    match_hand.choose(person(company["sun"]), [rows[0].id], [key_of(first)], learn=True)
    match()
    proposed = groups(state="proposed")
    assert [[row.id for row in group.invoices] for group in proposed] == [[second.id]]
    assert [told.get("why") for told in proposed[0].evidence if told["fact"] == "payee_similar"] == ["alias"]
    match_undo.undo(person(company["sun"]), db.session.scalars(select(MatchDecisionRow.id)).one())
    match()
    assert (groups(), db.session.scalars(select(MatchAliasRow)).all()) == ([], [])


def test_what_came_back_is_a_row_of_the_group(app: Flask, company: People) -> None:
    from tests.statement_files import wallet

    bill(company["lin"], "70.00")
    paid = spend(5, SELLER, "100.00", number="4200009900202611051230000077")
    back = spend(6, SELLER, "-30.00", number="4200009900202611051230000077_1")
    bring_in(company["sun"], wallet(paid, back), "林晓的微信", company["lin"])
    match()
    assert drawn() == [([10000, -3000], [7000])]
    assert groups()[0].evidence[-1] == {"fact": "refunded", "value": "30.00"}


def test_a_card_pays_its_holders_invoice_first(app: Flask, company: People) -> None:
    mine, other = bill(company["lin"], "45.00", day=9), bill(company["wu"], "45.00", day=5)
    bring_in(company["sun"], company_card_file(), "林晓的卡", company["lin"])
    match()
    assert [[row.id for row in group.invoices] for group in groups()] == [[mine.id]]
    assert other.id != mine.id


def company_card_file() -> tuple[str, bytes]:
    from tests.statement_files import card

    return card(spend(5, SELLER, "45.00", method="9904"))


def test_the_database_keeps_a_row_in_one_group(app: Flask, company: People) -> None:
    invoice = bill(company["lin"], "100.00")
    row = pay(company["sun"], (7, SELLER, "100.00"))[0]
    match()
    key = {"code": invoice.code, "number": invoice.number, "invoice_id": invoice.id}
    group_id = groups()[0].id
    for twice in (MatchPaymentRow(payment_id=row.id, group_id=group_id), MatchInvoiceRow(**key, group_id=group_id)):
        with pytest.raises(IntegrityError):
            stored(twice)
    lone_twin = PaymentRow(**{name: getattr(row, name) for name in FACTS}, identity="x", state="twin")
    with pytest.raises(IntegrityError):
        stored(lone_twin)


FACTS = ("account_id", "part_id", "line", "paid_on", "direction", "kind", "amount_fen")


def stored(row: object) -> None:
    with transaction() as session:
        session.add(row)


def test_rules_hear_of_payments(app: Flask, company: People) -> None:
    """Nothing is known of what a person paid until a payment is there; of the company's, once its statements are."""
    invoice = good_invoice(company["lin"], "600.00")
    claim = claim_on(invoice)
    assert "payments" not in facts_of(db.session(), claim, date(2026, 11, 23), 1)
    with transaction():
        claim.lines[0].paid_by = "company_transfer"
        invoice.issue_date = date(2026, 11, 6)
    pay(company["sun"], (5, "税务局", "1.00"), (8, "税务局", "2.00"))
    assert facts_of(db.session(), claim, date(2026, 11, 23), 1)["payments"] == []
    pay(company["sun"], (7, invoice.seller_name or "", "600.00"))
    match()
    fact = {"payee": invoice.seller_name, "amount": "600.00", "paid_on": "2026-11-07"}
    assert facts_of(db.session(), claim, date(2026, 11, 23), 1)["payments"] == [fact]
