"""What the page of an invoice shows of its verification: the result that holds, who gave it, and what was tried."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, literal, null, select, union_all

from reimburse.domain.finding import Text
from reimburse.domain.invoice import InvoiceKey
from reimburse.domain.verification import NotVerifiable
from reimburse.services.access import SEE_ALL
from reimburse.services.invoices import verification_counts
from reimburse.services.invoices.invoices import may_see
from reimburse.services.invoices.verification import latest, may_enter
from reimburse.services.invoices.verification_queries import question_of
from reimburse.services.invoices.verification_service import Service, service
from reimburse.store.db import db, today
from reimburse.store.invoices import InvoiceRow
from reimburse.store.people import PersonRow
from reimburse.store.verifications import VerificationAttemptRow, VerificationRow

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Happened:
    """A result (with ``status``) or a question without one (with ``outcome``).

    ``document_id``: the screenshot, where this person may see it.
    """

    at: datetime
    source: str
    by: str | None
    status: str | None
    outcome: str | None
    said: str
    document_id: int | None


@dataclass(frozen=True, slots=True)
class Asking:
    """What stands between a person and another query. ``proved``: the service has answered before with these keys."""

    name: str
    proved: bool
    asked_today: int
    budget_left: int
    hindrance: Text | None


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything about an invoice's verification; ``asking`` is None where no service is set up."""

    held: Happened | None
    history: list[Happened]
    may_enter: bool
    first_day: date | None
    today: date
    asking: Asking | None


def panel_of(person: PersonRow, invoice: InvoiceRow) -> Panel | None:
    """The panel for this person; None while the invoice has no number."""
    if invoice.key is None or not may_see(person, invoice):
        return None
    history = _history(person, invoice)
    held = latest(db.session(), [invoice.key]).get(invoice.key) if any(one.status for one in history) else None
    asked = service()
    return Panel(
        held=next((one for one in history if one.status), None),
        history=history,
        may_enter=may_enter(person, invoice, held),
        first_day=invoice.issue_date,
        today=today(),
        asking=_asking(asked, invoice) if asked else None,
    )


def is_proved(source: str) -> bool:
    """Whether this service has ever answered with this company's keys."""
    answered = select(VerificationRow.id).where(VerificationRow.source == source).limit(1)
    return db.session.scalar(answered) is not None


def _history(person: PersonRow, invoice: InvoiceRow) -> list[Happened]:
    own = case((VerificationRow.by_id == person.id, VerificationRow.document_id))
    results = (
        select(
            VerificationRow.checked_at.label("at"),
            VerificationRow.source,
            PersonRow.name.label("by"),
            VerificationRow.status,
            null().label("outcome"),
            VerificationRow.said,
            VerificationRow.document_id if person.roles() & SEE_ALL else own.label("document_id"),
            VerificationRow.recorded_at.label("noted_at"),
        )
        .outerjoin(PersonRow, PersonRow.id == VerificationRow.by_id)
        .where(VerificationRow.code == invoice.code, VerificationRow.number == invoice.number)
    )
    attempts = (
        select(
            VerificationAttemptRow.asked_at,
            VerificationAttemptRow.source,
            PersonRow.name,
            null(),
            VerificationAttemptRow.outcome,
            VerificationAttemptRow.said,
            literal(None, VerificationRow.document_id.type),
            VerificationAttemptRow.asked_at,
        )
        .outerjoin(PersonRow, PersonRow.id == VerificationAttemptRow.by_id)
        .where(VerificationAttemptRow.code == invoice.code, VerificationAttemptRow.number == invoice.number)
    )
    both = union_all(results, attempts).subquery()
    rows = db.session.execute(select(both).order_by(both.c.noted_at.desc()).limit(SHOWN))
    return [Happened(*row[:7]) for row in rows]


def _asking(asked: Service, invoice: InvoiceRow) -> Asking:
    counted = verification_counts.counted(db.session(), InvoiceKey(invoice.code, invoice.number or ""), today())
    hindrance = counted.refusal
    try:
        asked.may_ask(question_of(invoice))
    except NotVerifiable as lacking:
        hindrance = lacking.text
    return Asking(asked.name, is_proved(asked.name), counted.of_invoice, counted.budget_left, hindrance)
