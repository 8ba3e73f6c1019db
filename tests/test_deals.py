"""An invoice with its payment, order and receipts: what the three flows say of it."""

from decimal import Decimal

import pytest
from flask import Flask

from reimburse.matching.three_flows import Aspect, Flow, Verdict
from reimburse.services.deals import deals, ties
from reimburse.services.deals.deals import Deal
from reimburse.store.bills import GoodsReceiptRow, OrderRow
from reimburse.store.db import db, transaction
from reimburse.store.invoices import InvoiceRow
from tests.builders import Spent, make_claim
from tests.deal_stories import SUPPLIER, a_receipt, an_invoice, an_order
from tests.statement_files import bring_in, match, person, spend
from tests.statement_files import company as statement

People = dict[str, int]


def paid(by_id: int, *rows: tuple[str, str]) -> None:
    bring_in(by_id, statement(*(spend(7, payee, amount) for payee, amount in rows)), "基本户")
    match()


def ordered(company: People, *invoices: InvoiceRow) -> None:
    order = db.session.query(OrderRow).one()
    for invoice in invoices:
        ties.tie_order(person(company["sun"]), order.id, invoice.number or "")


def deal(invoice: InvoiceRow) -> Deal:
    db.session.rollback()
    found = deals.deal_of(invoice)
    assert found is not None
    return found


def said(found: Deal) -> dict[str, bool | None]:
    return {f"{point.flow}.{point.aspect}": point.agrees for point in found.flows.points} if found.flows else {}


def test_an_invoice_with_nothing_beside_it(app: Flask, company: People) -> None:
    found = deal(an_invoice(company["lin"], "1130.00"))
    assert (found.payments, found.orders, found.receipts, found.bills, found.flows) == ([], [], [], [], None)


def test_three_flows_that_agree(app: Flask, company: People) -> None:
    invoice = an_invoice(company["lin"], "1130.00")
    an_order(company["sun"])
    a_receipt(company["sun"], "RK-1", 螺丝="10")
    a_receipt(company["sun"], "RK-2", 螺母="5")
    ordered(company, invoice)
    paid(company["sun"], (SUPPLIER, "1130.00"))
    found = deal(invoice)
    assert [(row.ref, row.fen) for row in found.receipts] == [("PO-1", 56500), ("PO-1", 56500)]
    assert (found.flows and found.flows.verdict, found.confirmed) == (Verdict.AGREE, False)


def test_goods_that_arrived_in_part_differ_and_it_says_which(app: Flask, company: People) -> None:
    invoice = an_invoice(company["lin"], "1130.00")
    an_order(company["sun"])
    a_receipt(company["sun"], "RK-1", 螺丝="10")
    ordered(company, invoice)
    found = deal(invoice)
    assert said(found) == {"payment.presence": None, "goods.party": True, "goods.amount": False}
    point = next(point for point in found.flows.points if point.agrees is False) if found.flows else None
    assert point is not None
    assert (point.flow, point.aspect) == (Flow.GOODS, Aspect.AMOUNT)
    assert point.text.zh == "收货或验收 565.00，发票 1,130.00，少 565.00"


def test_invoices_on_one_order_are_summed_whoever_holds_them(app: Flask, company: People) -> None:
    """One comes by a claim's line, one by a person's tie; the same key in two wallets counts once."""
    tied = an_invoice(company["lin"], "565.00")
    an_invoice(company["wu"], "565.00", number=tied.number)
    with transaction():
        claim = make_claim(company["wu"], Spent("565.00", fields={"order_no": "PO-1"}))
        claim.invoices[0].seller_name = SUPPLIER
    an_order(company["sun"])
    a_receipt(company["sun"])
    ordered(company, tied)
    assert said(deal(tied))["goods.amount"] is True
    assert said(deal(claim.invoices[0]))["goods.amount"] is True


def test_a_receipt_on_an_order_that_is_not_on_record(app: Flask, company: People) -> None:
    with transaction():
        claim = make_claim(company["wu"], Spent("565.00", fields={"order_no": "PO-77"}))
        claim.invoices[0].seller_name = SUPPLIER
    a_receipt(company["sun"], order_no="PO-77")
    found = deal(claim.invoices[0])
    assert (found.orders, found.unknown_orders) == ([], ["PO-77"])
    assert said(found) == {"payment.presence": None, "goods.party": True, "goods.amount": None}


@pytest.mark.parametrize("state", ["deleted", "rejected", "reversed"])
def test_a_claim_that_ended_names_no_order(app: Flask, company: People, state: str) -> None:
    with transaction():
        claim = make_claim(company["wu"], Spent("565.00", fields={"order_no": "PO-1"}))
    an_order(company["sun"])
    with transaction():
        claim.state = state
    assert deal(claim.invoices[0]).orders == []


def test_paid_together_with_another_invoice(app: Flask, company: People) -> None:
    one, other = an_invoice(company["lin"], "400.00"), an_invoice(company["lin"], "600.00")
    paid(company["sun"], (SUPPLIER, "1000.00"))
    found = deal(one)
    assert [row.ref for row in found.paid_together] == [other.number]
    assert said(found) == {"payment.party": True, "payment.amount": True, "goods.presence": None}


def test_what_was_accepted_outweighs_what_was_received(app: Flask, company: People) -> None:
    invoice = an_invoice(company["lin"], "1130.00")
    an_order(company["sun"])
    a_receipt(company["sun"], "RK-1")
    a_receipt(company["sun"], "YS-1")
    with transaction() as session:
        accepted = session.query(GoodsReceiptRow).filter_by(receipt_no="YS-1").one()
        accepted.kind, accepted.amount_fen = "acceptance", int(Decimal("1130.00") * 100)
    ordered(company, invoice)
    assert said(deal(invoice))["goods.amount"] is True
