"""What the pages of return and reissue show: finance and auditors see all tasks, a holder their own."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import defer, joinedload, lazyload, selectinload

from reimburse.domain.finding import Text
from reimburse.services.access import SEE_ALL, answers_for
from reimburse.services.errors import NotFound
from reimburse.services.returns.offsets import working_days_left
from reimburse.services.returns.reissues import candidates, steps_of
from reimburse.store.db import db, today
from reimburse.store.invoices import InvoiceRow
from reimburse.store.people import LegalEntityRow, PersonRow
from reimburse.store.reissues import ReissueRow, ReissueStepRow
from rules.reissue_plan import Step, next_step

PAGE = 25
STATES = ("open", "done", "dropped")
LOADED = (
    joinedload(ReissueRow.invoice).options(defer(InvoiceRow.data), defer(InvoiceRow.seen), lazyload("*")),
    joinedload(ReissueRow.holder).lazyload(PersonRow.grants),
    selectinload(ReissueRow.steps),
)


@dataclass(frozen=True, slots=True)
class Task:
    """A task with its steps, the one that comes next, and the working days left for it (negative: so many late)."""

    row: ReissueRow
    steps: tuple[Step, ...]
    following: Step | None
    days_left: int | None


@dataclass(frozen=True, slots=True)
class Page:
    """The newest tasks first; ``before`` is where the next page starts."""

    tasks: list[Task]
    before: int | None


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything about one task: what was taken by step, what may take the old invoice's place, words to the seller."""

    task: Task
    taken: dict[str, ReissueStepRow]
    candidates: list[InvoiceRow]
    request: Text
    acts: bool


def listed(person: PersonRow, state: str | None, before: int | None = None) -> Page:
    """The tasks that this person sees, those in this state only."""
    query = _visible(person).options(*LOADED).order_by(ReissueRow.id.desc()).limit(PAGE + 1)
    if state in STATES:
        query = query.where(ReissueRow.state == state)
    if before is not None:
        query = query.where(ReissueRow.id < before)
    rows = list(db.session.scalars(query))
    return Page([_task(row) for row in rows[:PAGE]], rows[PAGE - 1].id if len(rows) > PAGE else None)


def shown(person: PersonRow, reissue_id: int) -> Whole:
    """One task, or ``NotFound``."""
    row = db.session.scalar(_visible(person).options(*LOADED).where(ReissueRow.id == reissue_id))
    if row is None:
        raise NotFound
    acts = row.state == "open" and answers_for(person, row.holder_id)
    offered = candidates(db.session(), row) if acts else []
    return Whole(_task(row), {taken.step: taken for taken in row.steps}, offered, request_text(row), acts)


def of_invoice(invoice: InvoiceRow) -> ReissueRow | None:
    """The newest task about this invoice, as the old one or as the one that took its place."""
    if invoice.number is None:
        return None
    as_old = (ReissueRow.code == invoice.code) & (ReissueRow.number == invoice.number)
    query = select(ReissueRow).where(as_old | (ReissueRow.new_invoice_id == invoice.id), ReissueRow.state != "dropped")
    return db.session.scalars(query.order_by(ReissueRow.id.desc()).limit(1)).first()


def request_text(row: ReissueRow) -> Text:
    """What to send to the seller, with the exact title block of the holder's legal entity."""
    title = row.holder.department.legal_entity
    block = _title_block(title)
    invoice = row.invoice
    zh = (
        f"您好，贵司 {invoice.issue_date} 开具的发票（号码 {row.number}）有误：{row.why}。"
        f"请作废或红冲后按以下开票信息重新开具：\n{block}"
    )
    en = (
        f"The invoice {row.number} that you issued on {invoice.issue_date} is wrong: {row.why}. "
        f"Please void or reverse it and issue a new one with this title:\n{block}"
    )
    return Text(zh, en)


def _title_block(title: LegalEntityRow) -> str:
    lines = (
        ("名称", title.name),
        ("纳税人识别号", title.tax_id),
        ("地址、电话", title.address_phone),
        ("开户行及账号", title.bank_account),
    )
    return "\n".join(f"{label}：{value}" for label, value in lines if value)


def _visible(person: PersonRow) -> Select[ReissueRow]:
    query = select(ReissueRow)
    return query if person.roles() & SEE_ALL else query.where(ReissueRow.holder_id == person.id)


def _task(row: ReissueRow) -> Task:
    steps = steps_of(row)
    following = next_step(steps) if row.state == "open" else None
    return Task(row, steps, following, _left(following.due_on) if following and following.due_on else None)


def _left(due_on: date) -> int:
    return working_days_left(today(), due_on)
