"""Questions to the verification service: asked by people, after reading, and again by the scheduler."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from reimburse.domain.invoice import InvoiceKey, InvoiceKind
from reimburse.domain.verification import Answer, NotVerifiable, Outcome, Question, VerificationStatus
from reimburse.domain.workflow import ClaimState
from reimburse.services.company.accounts import settings
from reimburse.services.errors import Refused
from reimburse.services.invoices import intake
from reimburse.services.invoices.intake import Stored
from reimburse.services.invoices.invoices import invoice_for
from reimburse.services.invoices.verification import Result, record_result
from reimburse.services.invoices.verification_counts import counted, give_back, take
from reimburse.services.invoices.verification_service import Service, service
from reimburse.services.outbox import ask, mark_done
from reimburse.services.policy import policies
from reimburse.store.claims import ClaimInvoiceRow, ClaimRow
from reimburse.store.db import CHINA, db, now, today, transaction
from reimburse.store.invoices import InvoiceRow
from reimburse.store.outbox import OutboxRow
from reimburse.store.people import PersonRow
from reimburse.store.verifications import VerificationAttemptRow, VerificationRow

JOB = "verify_invoice"
MOST_TRIES = 6
"""Questions about an invoice that the scheduler repeats by itself in a week; people may ask on."""
LATER = timedelta(hours=1)
RECHECK_CLAIMS_OF = timedelta(days=180)


class UsedUp(Refused):
    """The day's queries are used up: of this invoice, or of all."""


def ask_now(person: PersonRow, invoice_id: int) -> None:
    """Have an invoice verified on a person's wish; what stands against it is told at once."""
    invoice = invoice_for(person, invoice_id)
    asked = service()
    if asked is None or invoice.key is None:
        raise Refused("没有配置查验接口。", "No verification service is set up.")
    try:
        asked.may_ask(question_of(invoice))
    except NotVerifiable as lacking:
        raise Refused(f"{lacking.text.zh}。", f"{lacking.text.en}.") from None
    refusal = counted(db.session(), invoice.key, today()).refusal
    if refusal:
        raise UsedUp(refusal.zh, refusal.en)
    with transaction() as session:
        ask(session, JOB, invoice_id, person.id)


def ask_first(session: Session, invoice: InvoiceRow) -> None:
    """An invoice was read: have it verified, where there is a service and it was never asked about this key."""
    asked = service()
    if asked is None or invoice.key is None or _known(session, invoice.key):
        return
    try:
        asked.may_ask(question_of(invoice))
    except NotVerifiable:
        return
    ask(session, JOB, invoice.id, 0)


def verify_invoice(invoice_id: int, by_id: int = 0, outbox_id: int | None = None) -> None:
    """Ask the service about one invoice and record what it says. A result newer than the request makes it needless."""
    asked = service()
    with transaction() as session:
        invoice = session.get(InvoiceRow, invoice_id)
        question = _question(session, asked, invoice, outbox_id)
        if asked is None or invoice is None or question is None:
            mark_done(session, outbox_id)
            return
        refusal = take(session, InvoiceKey(invoice.code, question.number), today())
        if refusal:
            ask(session, JOB, invoice_id, by_id, after=_tomorrow() - now())
            mark_done(session, outbox_id)
            return
    answer = asked.ask(question)
    stored = replace(intake.store("answer.json", answer.raw), media_type="application/json") if answer.raw else None
    with transaction() as session:
        invoice = session.get(InvoiceRow, invoice_id)
        if invoice and invoice.key:
            _note(session, invoice, asked.name, answer, stored, by_id)
        mark_done(session, outbox_id)


def ask_again_about_reimbursed(outbox_id: int | None = None) -> None:
    """The daily job: invoices reimbursed in the last half year are looked at again now and then (X-17).

    It takes at most half of the day's budget.
    """
    with transaction() as session:
        if service():
            for invoice_id in session.scalars(_due_again()):
                ask(session, JOB, invoice_id, 0)
        mark_done(session, outbox_id)


def question_of(invoice: InvoiceRow) -> Question:
    """What is asked about this invoice; ``NotVerifiable`` where number or date are unknown."""
    if not invoice.number or invoice.issue_date is None:
        raise NotVerifiable("查验还缺：发票号码或开票日期", "To be verified it lacks its number or date")
    data = invoice.data
    return Question(
        InvoiceKind(invoice.kind),
        invoice.number,
        invoice.issue_date,
        invoice.code,
        data.get("check_code") or "",
        _amount(data.get("amount_excl_tax")),
        _amount(data.get("total_incl_tax")),
    )


def _question(
    session: Session, asked: Service | None, invoice: InvoiceRow | None, outbox_id: int | None
) -> Question | None:
    """The question, if it can and still needs to be asked."""
    if asked is None or invoice is None or invoice.key is None:
        return None
    row = session.get(OutboxRow, outbox_id) if outbox_id else None
    if row and _answered_since(session, invoice.key, row.created_at):
        return None
    try:
        question = question_of(invoice)
        asked.may_ask(question)
    except NotVerifiable:
        return None
    return question


def _note(
    session: Session, invoice: InvoiceRow, source: str, answer: Answer, stored: Stored | None, by_id: int
) -> None:
    key, said = InvoiceKey(invoice.code, invoice.number or ""), f"{answer.said.zh} / {answer.said.en}"[:300]
    sha256 = stored.sha256 if stored else None
    if stored:
        intake.note_file(session, stored)
    if not answer.reached:
        give_back(session, key, today())
    if answer.status:
        result = Result(answer.status, now(), source, by_id or None, answer_sha256=sha256, said=said)
        record_result(session, invoice, result)
    else:
        attempt = VerificationAttemptRow(
            code=key.code, number=key.number, asked_at=now(), source=source, by_id=by_id or None, said=said
        )
        attempt.outcome, attempt.answer_sha256 = answer.outcome.value, sha256
        session.add(attempt)
        session.flush()
    _repeat(session, invoice, key, answer)


def _repeat(session: Session, invoice: InvoiceRow, key: InvoiceKey, answer: Answer) -> None:
    """Ask once more where time may mend it: after 24 hours what was not found, tomorrow what may not be asked today."""
    waits = {
        Outcome.LATER: LATER,
        Outcome.TOMORROW: _tomorrow() - now(),
        Outcome.ANSWERED: timedelta(hours=policies.in_force().parameters.requery_after_hours),
    }
    known = answer.outcome is Outcome.ANSWERED and answer.status is not VerificationStatus.NOT_FOUND
    if answer.outcome in waits and not known and _tries(session, key) < MOST_TRIES:
        ask(session, JOB, invoice.id, 0, after=waits[answer.outcome])


def _tries(session: Session, key: InvoiceKey) -> int:
    """What was asked about this key in the last week without a status that stands."""
    week = now() - timedelta(days=7)
    attempts = select(VerificationAttemptRow.id).where(
        VerificationAttemptRow.code == key.code, VerificationAttemptRow.number == key.number
    )
    results = select(VerificationRow.id).where(VerificationRow.code == key.code, VerificationRow.number == key.number)
    tried = session.scalars(attempts.where(VerificationAttemptRow.asked_at > week)).all()
    return len(tried) + len(session.scalars(results.where(VerificationRow.recorded_at > week)).all())


def _known(session: Session, key: InvoiceKey) -> bool:
    rows = (VerificationRow.id, VerificationRow), (VerificationAttemptRow.id, VerificationAttemptRow)
    return any(
        session.scalar(select(column).where(row.code == key.code, row.number == key.number).limit(1)) is not None
        for column, row in rows
    )


def _answered_since(session: Session, key: InvoiceKey, at: datetime) -> bool:
    result = select(VerificationRow.id).where(VerificationRow.code == key.code, VerificationRow.number == key.number)
    attempt = select(VerificationAttemptRow.id).where(
        VerificationAttemptRow.code == key.code, VerificationAttemptRow.number == key.number
    )
    newer = (result.where(VerificationRow.recorded_at > at), attempt.where(VerificationAttemptRow.asked_at > at))
    return any(session.scalar(query.limit(1)) is not None for query in newer)


def _due_again() -> Select[Any]:
    """Invoices of claims exported in the last half year whose key was not looked at for so many days."""
    since = now() - timedelta(days=settings().verification_recheck_days)
    looked_at = select(VerificationRow.id).where(
        VerificationRow.code == InvoiceRow.code,
        VerificationRow.number == InvoiceRow.number,
        VerificationRow.recorded_at > since,
    )
    reimbursed = (ClaimState.EXPORTED.value, ClaimState.PAID.value)
    return (
        select(InvoiceRow.id)
        .join(ClaimInvoiceRow, ClaimInvoiceRow.invoice_id == InvoiceRow.id)
        .join(ClaimRow, ClaimRow.id == ClaimInvoiceRow.claim_id)
        .where(ClaimRow.state.in_(reimbursed), ClaimRow.submitted_on >= today() - RECHECK_CLAIMS_OF)
        .where(InvoiceRow.number.is_not(None), ~exists(looked_at))
        .order_by(InvoiceRow.id)
        .limit(settings().verification_daily_budget // 2)
    )


def _tomorrow() -> datetime:
    return datetime.combine(today() + timedelta(days=1), time(0, 10), CHINA)


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
