"""Which invoices belong to a bill or an order: proposed by the engine, decided by a person, undone by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session, defer

from reimburse.domain.finding import Text
from reimburse.matching import rows as matched
from reimburse.matching.engine import match
from reimburse.matching.evidence import in_words
from reimburse.services.access import answers_for
from reimburse.services.errors import NotFound, Refused
from reimburse.services.invoices.invoices import may_see
from reimburse.store.bills import BillRow, InvoiceTieRow, OrderRow
from reimburse.store.db import db, now, transaction
from reimburse.store.events import record
from reimburse.store.invoices import InvoiceRow
from reimburse.store.people import PersonRow

TIED, NEVER = "tied", "never"
WINDOW = timedelta(days=90)
MOST_CANDIDATES = 2000
HEAVY = (defer(InvoiceRow.data), defer(InvoiceRow.seen))


@dataclass(frozen=True, slots=True)
class Proposal:
    """Invoices that a bill seems to be about, and why."""

    invoices: list[InvoiceRow]
    evidence: list[Text]
    unique: bool


def tie_bill(person: PersonRow, bill_id: int, *numbers: str) -> None:
    """These invoices are what the bill was waiting for: all of them, or, where one cannot be found, none."""
    if not numbers:
        raise Refused("请填写发票号码。", "Give the invoice's number.")
    with transaction() as session:
        bill = _bill(session, person, bill_id)
        for number in dict.fromkeys(numbers):
            invoice = _invoice(session, person, number)
            _decide(session, person, invoice, TIED, bill_id=bill.id)
            record(session, f"bill:{bill.id}", "invoice_tied", person.id, now(), _named(invoice))
        _look_again(session, bill)


def tie_order(person: PersonRow, order_id: int, number: str) -> None:
    """An invoice was issued on this order."""
    with transaction() as session:
        order = session.get(OrderRow, order_id)
        if order is None or order.state == "void" or not answers_for(person, order.owner_id):
            raise NotFound
        invoice = _invoice(session, person, number)
        _decide(session, person, invoice, TIED, order_id=order.id)
        record(session, f"order:{order.id}", "invoice_tied", person.id, now(), _named(invoice))


def never(person: PersonRow, bill_id: int, number: str) -> None:
    """This invoice is of something else: do not propose it for this bill again."""
    with transaction() as session:
        bill = _bill(session, person, bill_id)
        invoice = _invoice(session, person, number)
        _decide(session, person, invoice, NEVER, bill_id=bill.id)
        _look_again(session, bill)
        record(session, f"bill:{bill.id}", "invoice_refused", person.id, now(), _named(invoice))


def undo(person: PersonRow, tie_id: int) -> None:
    """Take a decision back: the invoice may be proposed again."""
    with transaction() as session:
        row = session.get(InvoiceTieRow, tie_id)
        if row is None or not answers_for(person, row.by_id):
            raise NotFound
        chain = f"bill:{row.bill_id}" if row.bill_id else f"order:{row.order_id}"
        record(session, chain, "tie_undone", person.id, now(), {"code": row.code, "number": row.number})
        bill = session.get(BillRow, row.bill_id, with_for_update=True) if row.bill_id else None
        session.delete(row)
        session.flush()
        if bill:
            _look_again(session, bill)


def proposals(bills: Sequence[BillRow]) -> dict[int, Proposal]:
    """For bills without an invoice: those that the engine finds for them, by bill id; two queries."""
    waiting = [bill for bill in bills if bill.state == "open"]
    invoices = {str(row.id): row for row in _candidates(waiting)} if waiting else {}
    apart = _apart([bill.id for bill in waiting], invoices) if invoices else frozenset()
    answer = match(
        [
            matched.InvoiceRow(identity, row.issue_date, row.seller_name or "", row.total_fen, row.number or "")
            for identity, row in invoices.items()
            if row.issue_date and row.total_fen
        ],
        [
            matched.PaymentRow(
                str(bill.id), bill.counts_from, bill.party, bill.amount_fen, f"{bill.bill_no} {bill.memo}"
            )
            for bill in waiting
        ],
        matched.Terms(never=apart),
    )
    return {
        int(found.payments[0]): Proposal(
            [invoices[identity] for identity in found.invoices],
            [Text(*in_words(evidence)) for evidence in found.evidence],
            found.unique,
        )
        for found in answer.groups
        if len(found.payments) == 1
    }


def _candidates(bills: Sequence[BillRow]) -> Sequence[InvoiceRow]:
    """Invoices of these bills' parties that no bill has yet, by the index on name or tax id and day."""
    either = or_(
        *(
            and_(
                or_(InvoiceRow.seller_name == bill.party, InvoiceRow.seller_tax_id == (bill.party_tax_id or "-")),
                InvoiceRow.issue_date.between(bill.counts_from - WINDOW, bill.counts_from + WINDOW),
            )
            for bill in bills
        )
    )
    tied = select(InvoiceTieRow.id).where(
        InvoiceTieRow.code == InvoiceRow.code,
        InvoiceTieRow.number == InvoiceRow.number,
        InvoiceTieRow.bill_id.is_not(None),
        InvoiceTieRow.state == TIED,
    )
    query = select(InvoiceRow).where(either, InvoiceRow.number.is_not(None), ~exists(tied)).options(*HEAVY)
    rows = db.session.scalars(query.order_by(InvoiceRow.id).limit(MOST_CANDIDATES))
    first: dict[tuple[str, str | None], InvoiceRow] = {}
    for row in rows:
        first.setdefault((row.code, row.number), row)
    return list(first.values())


def _apart(bill_ids: Sequence[int], invoices: dict[str, InvoiceRow]) -> frozenset[tuple[str, str]]:
    ids = {(row.code, row.number): identity for identity, row in invoices.items()}
    query = select(InvoiceTieRow).where(InvoiceTieRow.bill_id.in_(bill_ids), InvoiceTieRow.state == NEVER)
    found = ((ids.get((row.code, row.number)), str(row.bill_id)) for row in db.session.scalars(query))
    return frozenset((invoice, bill) for invoice, bill in found if invoice)


def _bill(session: Session, person: PersonRow, bill_id: int) -> BillRow:
    query = select(BillRow).where(BillRow.id == bill_id, BillRow.state != "void").with_for_update(of=BillRow)
    bill = session.scalar(query.execution_options(populate_existing=True))
    if bill is None or not answers_for(person, bill.owner_id):
        raise NotFound
    return bill


def _invoice(session: Session, person: PersonRow, number: str) -> InvoiceRow:
    """The invoice of this number that the person may see; of several codes none."""
    held = session.scalars(select(InvoiceRow).where(InvoiceRow.number == number.strip()).order_by(InvoiceRow.id))
    found = {row.code: row for row in held if may_see(person, row)}
    if len(found) != 1:
        raise Refused(
            f"没有（或有多张）号码为 {number.strip()[:30]} 的发票。",
            f"There is none, or more than one, invoice of number {number.strip()[:30]}.",
        )
    return next(iter(found.values()))


def _decide(
    session: Session,
    person: PersonRow,
    invoice: InvoiceRow,
    state: str,
    bill_id: int | None = None,
    order_id: int | None = None,
) -> None:
    same = select(InvoiceTieRow).filter_by(bill_id=bill_id, order_id=order_id, code=invoice.code, number=invoice.number)
    row = session.scalar(same) or InvoiceTieRow(
        bill_id=bill_id, order_id=order_id, code=invoice.code, number=invoice.number or "", amount_fen=0
    )
    row.state, row.amount_fen, row.by_id, row.at = state, invoice.total_fen or 0, person.id, now()
    session.add(row)
    session.flush()


def _look_again(session: Session, bill: BillRow) -> None:
    """A bill waits until what is tied to it adds up to it, to the cent."""
    tied = select(func.sum(InvoiceTieRow.amount_fen)).where(
        InvoiceTieRow.bill_id == bill.id, InvoiceTieRow.state == TIED
    )
    lacking = bill.amount_fen - int(session.scalar(tied) or 0)
    enough = lacking <= 1 if bill.amount_fen > 0 else lacking >= -1
    bill.state = TIED if enough else "open"


def _named(invoice: InvoiceRow) -> dict[str, str]:
    return {"code": invoice.code, "number": invoice.number or ""}
