"""Groups that a person makes: out of rows that are left, or out of the possibilities of a doubtful group."""

from collections.abc import Sequence

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from reimburse.domain.money import from_fen, money_text
from reimburse.matching.evidence import evidence_of
from reimburse.matching.groups import group_of
from reimburse.matching.links import Links
from reimburse.matching.rows import TOLERANCE_FEN, InvoiceRow, PaymentRow, Terms
from reimburse.services.access import finance_only
from reimburse.services.errors import NotFound, Refused
from reimburse.services.matching.match_decisions import decide, learn_names
from reimburse.services.matching.match_groups import CONFIRMED, Draft, Key, Members, add, release
from reimburse.services.matching.matching_runs import ask_in, hold
from reimburse.store import invoices as invoice_rows
from reimburse.store import payments as payment_rows
from reimburse.store.db import transaction
from reimburse.store.matches import MatchDecisionRow, MatchGroupRow, MatchInvoiceRow
from reimburse.store.people import PersonRow

MOST_ROWS = 100
FREE = ("open", "proposed", "refunded")


def choose(by: PersonRow, payment_ids: Sequence[int], keys: Sequence[Key], *, learn: bool = False) -> int:
    """These payments and invoices belong together, whatever was proposed of them; the id of the group."""
    finance_only(by)
    with transaction() as session:
        hold(session)
        members = Members(frozenset(payment_ids), frozenset(keys))
        group = _make(session, by, members)
        if learn:
            learn_names(session, _decision(session, group), group)
        ask_in(session)
        return group.id


def _make(session: Session, by: PersonRow, members: Members) -> MatchGroupRow:
    payments, invoices = _payments(session, members), _invoices(session, members)
    totals = {_key(row): _total(row) for row in invoices}
    difference = sum(totals.values()) - sum(row.paid_fen for row in payments)
    if abs(difference) > TOLERANCE_FEN:
        _refuse_difference(difference)
    release(session, payments, members.invoices)
    draft = Draft(
        members,
        {_key(row): row.id for row in invoices},
        sum(map(abs, totals.values())),
        abs(difference),
        _evidence(payments, invoices),
    )
    return add(session, draft, payments, decide(session, by, "choose", members).id)


def _payments(session: Session, members: Members) -> list[payment_rows.PaymentRow]:
    if not members.payments or not members.invoices or len(members.payments) + len(members.invoices) > MOST_ROWS:
        raise Refused("请在两边各选至少一行。", "Choose at least one row on each side.")
    row = payment_rows.PaymentRow
    query = select(row).where(row.id.in_(members.payments)).order_by(row.paid_on, row.id).with_for_update(of=row)
    found = list(session.scalars(query.execution_options(populate_existing=True)))
    if len(found) < len(members.payments):
        raise NotFound
    if any(payment.state not in FREE or payment.kind not in {"payment", "refund", "fee"} for payment in found):
        raise Refused("所选流水中有已处理的，请刷新。", "One of the payments has been dealt with: reload.")
    if any(payment.currency != "CNY" for payment in found):
        raise Refused("外币流水不能直接与发票配对。", "A payment in a foreign currency cannot be matched.")
    return found


def _invoices(session: Session, members: Members) -> list[invoice_rows.InvoiceRow]:
    """One invoice of each key."""
    row = invoice_rows.InvoiceRow
    query = select(row).where(tuple_(row.code, row.number).in_(sorted(members.invoices))).order_by(row.id)
    found: dict[Key, invoice_rows.InvoiceRow] = {}
    for invoice in session.scalars(query):
        found.setdefault(_key(invoice), invoice)
    if len(found) < len(members.invoices) or any(row.total_fen is None for row in found.values()):
        raise NotFound
    held = select(MatchInvoiceRow.number).join(MatchGroupRow).where(MatchGroupRow.state == CONFIRMED)
    key = tuple_(MatchInvoiceRow.code, MatchInvoiceRow.number)
    if session.scalars(held.where(key.in_(sorted(members.invoices)))).first():
        raise Refused("所选发票中有已确认的，请刷新。", "One of the invoices is in a confirmed group: reload.")
    return list(found.values())


def _refuse_difference(fen: int) -> None:
    amount = money_text(from_fen(abs(fen)))
    zh = f"发票合计比付款{'多' if fen > 0 else '少'} {amount} 元，不能成组。手续费、退款请作为单独一行一并选入。"
    en = f"The invoices come to {amount} {'more' if fen > 0 else 'less'} than the payments. Choose a fee or refund too."
    raise Refused(zh, en)


def _evidence(
    payments: Sequence[payment_rows.PaymentRow], invoices: Sequence[invoice_rows.InvoiceRow]
) -> list[dict[str, str]]:
    billed = [
        InvoiceRow(str(row.id), row.issue_date, row.seller_name or "", _total(row), row.number or "")
        for row in invoices
        if row.issue_date
    ]
    paid = [
        PaymentRow(str(row.id), row.paid_on, row.payee, row.paid_fen, f"{row.memo} {row.reference or ''}")
        for row in payments
    ]
    if len(billed) < len(invoices):
        return []
    links = Links(billed, paid, Terms())
    group = group_of(links, tuple(range(len(billed))), tuple(range(len(paid))))
    return [{"fact": told.fact.value, "value": told.value} for told in evidence_of(links, group)]


def _decision(session: Session, group: MatchGroupRow) -> MatchDecisionRow:
    return session.get_one(MatchDecisionRow, group.decision_id)


def _key(row: invoice_rows.InvoiceRow) -> Key:
    return row.code, row.number or ""


def _total(row: invoice_rows.InvoiceRow) -> int:
    """The total of an invoice that is read as far; red-letter ones are negative."""
    total = row.total_fen or 0
    return -abs(total) if row.red_letter else total
