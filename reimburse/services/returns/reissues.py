"""Return and reissue as a task that guides (F-19): open it, take its steps, tie the new invoice to the old one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from reimburse.domain.finding import Text
from reimburse.domain.invoice import InvoiceKind
from reimburse.services.access import answers_for
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.services.invoices.invoice_merge import chain_of
from reimburse.services.invoices.invoices import invoice_for
from reimburse.services.notices import tell
from reimburse.services.outbox import mark_done
from reimburse.services.policy import policies
from reimburse.store.certifications import CertificationRow
from reimburse.store.db import CHINA, now, today, transaction
from reimburse.store.documents import DocumentRow
from reimburse.store.events import record
from reimburse.store.invoices import InvoiceRow
from reimburse.store.people import PersonRow
from reimburse.store.reissues import ReissueRow, ReissueStepRow
from rules.reissue_plan import Case, Step, next_step, plan
from rules.workdays import is_working_day

NOT_A_SUCCESSOR = "It cannot take the old one's place: it must be a later blue invoice of the same seller."
PAPER_LACKING = Text(
    "这一步须有凭证：请上传附件，或写明为何没有。", "This step needs its paper: attach it, or say why it is not there."
)
WITHOUT = "无附件 / no paper: "
NEW = "reissue"
"""The last step; it is done by linking the new invoice."""


@dataclass(frozen=True, slots=True)
class Deed:
    """A step as somebody took it: the day, a note such as a slip's or a form's number, a file of their own wallet.

    ``without``: why the paper that the step asks for is not there.
    """

    step: str
    done_on: date
    note: str = ""
    document_id: int | None = None
    without: str = ""

    @property
    def whole_note(self) -> str:
        """The note, and why the paper is not there."""
        without = self.without.strip() and f"{WITHOUT}{self.without.strip()}"
        return "；".join(part for part in (self.note.strip(), without) if part)[:500]


def open_task(person: PersonRow, invoice_id: int, why: str, *, lost: bool = False) -> int:
    """Start to give an invoice back; the task's id, the running one where there is one already."""
    invoice = invoice_for(person, invoice_id)
    if not answers_for(person, invoice.holder_id):
        raise NotFound
    if invoice.key is None or invoice.issue_date is None:
        raise Refused("请先补全发票号码和开票日期。", "Complete the invoice's number and date first.")
    if not why.strip():
        raise Refused("请说明哪里开错了。", "Say what is wrong with it.")
    with transaction() as session:
        running = session.scalar(_of_key(invoice).where(ReissueRow.state == "open"))
        if running:
            return running.id
        row = ReissueRow(
            code=invoice.code,
            number=invoice.number,
            invoice_id=invoice.id,
            holder_id=invoice.holder_id,
            opened_by_id=person.id,
            noticed_at=now(),
            why=why.strip()[:500],
            certified=_certified(session, invoice),
            lost=lost,
        )
        session.add(row)
        session.flush()
        _settle(session, row)
        record(session, chain_of(invoice.id), "return_opened", person.id, now(), {"task": row.id})
        if row.holder_id != person.id:
            _tell_holder(session, row)
        return row.id


def take_step(person: PersonRow, reissue_id: int, deed: Deed, version: int) -> None:
    """Note that a step was taken; a step that is noted already is noted anew."""
    with transaction() as session:
        row = _locked(session, person, reissue_id, version)
        step = next((one for one in steps_of(row) if one.code == deed.step and one.code != NEW), None)
        if step is None:
            raise NotFound
        if deed.done_on > today() or deed.done_on < row.noticed_at.astimezone(CHINA).date():
            raise Refused("日期应在发现之后、今天之前。", "The day lies between the notice and today.")
        if deed.document_id is not None:
            document = session.get(DocumentRow, deed.document_id)
            if document is None or document.owner_id != person.id:
                raise NotFound
        taken = session.get(ReissueStepRow, (row.id, deed.step)) or ReissueStepRow(reissue_id=row.id, step=deed.step)
        taken.document_id = deed.document_id or taken.document_id
        if step.papers and not (taken.document_id or deed.without.strip()):
            raise Refused(*PAPER_LACKING)
        taken.done_on, taken.by_id, taken.at, taken.note = deed.done_on, person.id, now(), deed.whole_note
        session.add(taken)
        session.flush()
        session.expire(row, ["steps"])
        _settle(session, row)
        said = {"task": row.id, "step": deed.step, "done_on": deed.done_on.isoformat()}
        record(session, chain_of(row.invoice_id), "return_step", person.id, now(), said)


def link(person: PersonRow, reissue_id: int, invoice_id: int, version: int) -> None:
    """This invoice takes the old one's place: the old one cannot be claimed any more (R-47), and the task is done."""
    with transaction() as session:
        row = _locked(session, person, reissue_id, version)
        new = next((one for one in candidates(session, row) if one.id == invoice_id), None)
        if new is None:
            raise Refused("这张票不能接替原票：须是同一销售方后来开的蓝字发票。", NOT_A_SUCCESSOR)
        row.new_invoice_id = new.id
        session.add(ReissueStepRow(reissue_id=row.id, step=NEW, done_on=today(), by_id=person.id, at=now()))
        _close(session, row, person, "done")
        for invoice in (row.invoice_id, new.id):
            record(session, chain_of(invoice), "reissued", person.id, now(), {"task": row.id, "new": new.id})


def drop(person: PersonRow, reissue_id: int, why: str, version: int) -> None:
    """The invoice stays as it is after all."""
    if not why.strip():
        raise Refused("请说明为何不再退票。", "Say why it is not given back after all.")
    with transaction() as session:
        row = _locked(session, person, reissue_id, version)
        row.close_note = why.strip()[:500]
        _close(session, row, person, "dropped")
        record(session, chain_of(row.invoice_id), "return_dropped", person.id, now(), {"task": row.id})


def candidates(session: Session, row: ReissueRow) -> list[InvoiceRow]:
    """Invoices of the same holder and seller, of the day of the old one or later, that are not red letters."""
    old = row.invoice
    query = select(InvoiceRow).where(
        InvoiceRow.holder_id == row.holder_id,
        InvoiceRow.seller_tax_id == old.seller_tax_id,
        InvoiceRow.issue_date >= old.issue_date,
        InvoiceRow.red_letter.is_(False),
        InvoiceRow.number.is_not(None),
        (InvoiceRow.number != row.number) | (InvoiceRow.code != row.code),
    )
    return list(session.scalars(query.order_by(InvoiceRow.id.desc()).limit(20))) if old.seller_tax_id else []


def remind(outbox_id: int | None = None) -> None:
    """The daily job: on working days, tell whoever's next step is due tomorrow or late, once a day."""
    with transaction() as session:
        on = today()
        due = select(ReissueRow).where(ReissueRow.state == "open", ReissueRow.next_due_on <= on + timedelta(days=1))
        working = is_working_day(on, policies.in_force().workdays)
        for row in session.scalars(due.order_by(ReissueRow.id)) if working else ():
            if row.reminded_on != on:
                row.reminded_on = on
                _tell_holder(session, row, reminding=True)
        mark_done(session, outbox_id)


def steps_of(row: ReissueRow) -> tuple[Step, ...]:
    """The plan of a task with what is done."""
    noticed, kind = row.noticed_at.astimezone(CHINA), InvoiceKind(row.invoice.kind)
    issued = row.invoice.issue_date or noticed.date()
    done: Mapping[str, date] = {taken.step: taken.done_on for taken in row.steps}
    case = Case(kind, issued, noticed, certified=row.certified, lost=row.lost)
    return plan(case, done, policies.in_force().workdays)


def _settle(session: Session, row: ReissueRow) -> None:
    following = next_step(steps_of(row))
    row.next_due_on = following.due_on if following else None
    session.flush()


def _close(session: Session, row: ReissueRow, person: PersonRow, state: str) -> None:
    row.state, row.next_due_on, row.closed_by_id, row.closed_at = state, None, person.id, now()
    session.flush()


def _tell_holder(session: Session, row: ReissueRow, *, reminding: bool = False) -> None:
    following = next_step(steps_of(row))
    again = ("提醒：", "Reminder: ") if reminding else ("", "")
    step = following.words if following else Text("", "")
    due = f"{row.next_due_on} 前" if row.next_due_on else "", f" by {row.next_due_on}" if row.next_due_on else ""
    text = Text(
        f"{again[0]}请{due[0]}办理退票重开（发票 {row.number}）：{step.zh}",
        f"{again[1]}Invoice {row.number} goes back{due[1]}: {step.en}",
    )
    tell(session, row.holder, "reissue", text, f"/reissues/{row.id}", text)


def _locked(session: Session, person: PersonRow, reissue_id: int, version: int) -> ReissueRow:
    query = select(ReissueRow).where(ReissueRow.id == reissue_id).with_for_update(of=ReissueRow)
    row = session.scalar(query.execution_options(populate_existing=True))
    if row is None or not answers_for(person, row.holder_id):
        raise NotFound
    if row.version != version or row.state != "open":
        raise Stale
    return row


def _of_key(invoice: InvoiceRow) -> Select[ReissueRow]:
    return select(ReissueRow).where(ReissueRow.code == invoice.code, ReissueRow.number == invoice.number)


def _certified(session: Session, invoice: InvoiceRow) -> bool:
    row = session.get(CertificationRow, (invoice.code, invoice.number))
    return row is not None and row.state in ("selected", "certified")
