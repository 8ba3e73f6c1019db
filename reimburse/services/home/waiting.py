"""What waits for a person: returned claims, drafts, free invoices, open approval steps, the month so far."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import joinedload

from reimburse.domain.workflow import ClaimState
from reimburse.services.approval import request_pages
from reimburse.services.approval.approvers import waits_for
from reimburse.services.home.finance_waiting import Pile, piles_for
from reimburse.services.invoices.invoices import ENDED
from reimburse.services.policy import policies
from reimburse.services.returns import offset_pages
from reimburse.services.returns.offset_pages import Task
from reimburse.store.approvals import ApprovalStepRow
from reimburse.store.claims import ClaimInvoiceRow, ClaimRow, ExpenseLineRow
from reimburse.store.db import db, today
from reimburse.store.invoices import InvoiceRow
from reimburse.store.people import PersonRow
from rules.workdays import add_months

SHOWN = 5
SOON = timedelta(days=14)
COUNTED = (ClaimState.IN_REVIEW, ClaimState.APPROVED, ClaimState.BATCHED, ClaimState.EXPORTED, ClaimState.PAID)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A free invoice and the last day on which it can be claimed (R-72)."""

    invoice: InvoiceRow
    last_day: date
    days_left: int


@dataclass(frozen=True, slots=True)
class Share:
    """A category's part of the month, in fen, and in percent of the largest."""

    category: str
    amount_fen: int
    percent: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """Everything the home page shows."""

    returned: list[ClaimRow]
    drafts: list[ClaimRow]
    free_invoices: int
    deadlines: list[Deadline]
    offsets: list[Task]
    to_review: list[ApprovalStepRow]
    to_review_count: int
    requests_to_decide: int
    finance: list[Pile]
    month: list[Share]


def waiting_for(person_id: int) -> Waiting:
    """What waits for this person today, for them or for whoever they stand in for."""
    person = db.session.get_one(PersonRow, person_id)
    return Waiting(
        returned=_claims(person_id, ClaimState.RETURNED),
        drafts=_claims(person_id, ClaimState.DRAFT),
        free_invoices=db.session.scalar(select(func.count()).where(*_free(person_id))) or 0,
        deadlines=_deadlines(person_id),
        offsets=offset_pages.owed_by(person_id, SHOWN),
        to_review=_steps(person),
        to_review_count=_count(person),
        requests_to_decide=request_pages.waiting_count(person),
        finance=piles_for(person),
        month=_month(person_id),
    )


def _claims(person_id: int, state: ClaimState) -> list[ClaimRow]:
    query = select(ClaimRow).where(ClaimRow.claimant_id == person_id, ClaimRow.state == state)
    return list(db.session.scalars(query.order_by(ClaimRow.id.desc()).limit(SHOWN)))


def _free(person_id: int) -> tuple[ColumnElement[bool], ...]:
    on_a_claim = exists().where(
        ClaimInvoiceRow.invoice_id == InvoiceRow.id,
        ClaimRow.id == ClaimInvoiceRow.claim_id,
        ClaimRow.state.not_in(ENDED),
    )
    return InvoiceRow.holder_id == person_id, ~on_a_claim


def _deadlines(person_id: int) -> list[Deadline]:
    months = policies.in_force().parameters.claim_within_months
    query = select(InvoiceRow).where(*_free(person_id), InvoiceRow.issue_date.is_not(None))
    oldest = db.session.scalars(query.order_by(InvoiceRow.issue_date).limit(SHOWN))
    dated = [(invoice, add_months(invoice.issue_date, months)) for invoice in oldest if invoice.issue_date]
    return [Deadline(row, day, (day - today()).days) for row, day in dated if day - today() <= SOON]


def _steps(person: PersonRow) -> list[ApprovalStepRow]:
    query = select(ApprovalStepRow).join(ClaimRow, ClaimRow.id == ApprovalStepRow.claim_id).where(waits_for(person))
    query = query.options(joinedload(ApprovalStepRow.claim).joinedload(ClaimRow.claimant))
    return list(db.session.scalars(query.order_by(ApprovalStepRow.id).limit(SHOWN)).unique())


def _count(person: PersonRow) -> int:
    query = select(func.count()).select_from(ApprovalStepRow).join(ClaimRow, ClaimRow.id == ApprovalStepRow.claim_id)
    return db.session.scalar(query.where(waits_for(person))) or 0


def _month(person_id: int) -> list[Share]:
    amount = func.sum(ExpenseLineRow.amount_fen)
    query = (
        select(ExpenseLineRow.category, amount)
        .join(ClaimRow, ClaimRow.id == ExpenseLineRow.claim_id)
        .where(ClaimRow.claimant_id == person_id, ClaimRow.state.in_(COUNTED))
        .where(ClaimRow.submitted_on >= today().replace(day=1))
        .group_by(ExpenseLineRow.category)
        .order_by(amount.desc())
    )
    rows = [(category, int(total)) for category, total in db.session.execute(query)]
    most = max((total for _, total in rows), default=0) or 1
    return [Share(category, total, max(total * 100 // most, 1)) for category, total in rows]
