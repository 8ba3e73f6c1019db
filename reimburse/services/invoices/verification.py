"""Results of verification: entered by hand with the screenshot, or given by a service. The newest of a key holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from reimburse.domain.finding import Text
from reimburse.domain.invoice import InvoiceKey
from reimburse.domain.verification import TAKEN_BACK, VerificationStatus
from reimburse.domain.workflow import FINANCE
from reimburse.services.errors import Refused
from reimburse.services.invoices import intake
from reimburse.services.invoices.intake import Upload
from reimburse.services.invoices.invoice_merge import chain_of
from reimburse.services.invoices.invoices import invoice_for
from reimburse.services.notices import tell
from reimburse.services.returns import offsets
from reimburse.services.suppliers import suppliers
from reimburse.store.db import CHINA, now, today, transaction
from reimburse.store.events import record
from reimburse.store.invoices import InvoiceRow
from reimburse.store.people import PersonRow
from reimburse.store.verifications import VerificationRow

MANUAL = "manual"
STATUSES = {
    VerificationStatus.NORMAL: Text("正常", "normal"),
    VerificationStatus.VOIDED: Text("作废", "voided"),
    VerificationStatus.RED_LETTERED: Text("红冲", "red-lettered"),
    VerificationStatus.OUT_OF_CONTROL: Text("失控", "out of control"),
    VerificationStatus.NOT_FOUND: Text("查无此票", "not found"),
}


@dataclass(frozen=True, slots=True)
class Result:
    """What is to be recorded; the fields are those of ``VerificationRow``."""

    status: VerificationStatus
    checked_at: datetime
    source: str
    by_id: int | None = None
    document_id: int | None = None
    answer_sha256: str | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a person read on the platform, and the screenshot that shows it."""

    status: str
    checked_on: date
    note: str
    screenshot: Upload | None


def latest(session: Session, keys: Iterable[InvoiceKey]) -> dict[InvoiceKey, VerificationRow]:
    """The result that holds for each of these keys, as far as there is one."""
    pairs = [(key.code, key.number) for key in keys]
    if not pairs:
        return {}
    newest = (
        select(func.max(VerificationRow.id))
        .where(tuple_(VerificationRow.code, VerificationRow.number).in_(pairs))
        .group_by(VerificationRow.code, VerificationRow.number)
    )
    rows = session.scalars(select(VerificationRow).where(VerificationRow.id.in_(newest)))
    return {key_of(row): row for row in rows}


def key_of(row: VerificationRow) -> InvoiceKey:
    """The invoice key of a result."""
    return InvoiceKey(row.code, row.number)


def may_enter(person: PersonRow, invoice: InvoiceRow, held: VerificationRow | None) -> bool:
    """Finance always; the holder as long as nobody else has a result on record."""
    if invoice.key is None:
        return False
    if person.roles() & FINANCE and invoice.holder_id != person.id:
        return True
    return invoice.holder_id == person.id and (held is None or held.by_id == person.id)


def enter(person: PersonRow, invoice_id: int, entry: Entry) -> None:
    """Record what the person read on the platform; the screenshot goes with it."""
    invoice = invoice_for(person, invoice_id)
    status, checked_at = _status(entry.status), _checked_at(invoice, entry.checked_on)
    document_id = _stored(person, entry.screenshot)
    with transaction() as session:
        invoice = session.get_one(InvoiceRow, invoice_id)
        key = invoice.key
        if key is None or not may_enter(person, invoice, latest(session, [key]).get(key)):
            raise Refused(
                "这张发票的查验结果已由财务或接口登记，请联系财务更改。",
                "Finance or a service has recorded a result of this invoice: ask finance to change it.",
            )
        result = Result(status, checked_at, MANUAL, person.id, document_id, said=entry.note.strip()[:300])
        record_result(session, invoice, result)


def record_result(session: Session, invoice: InvoiceRow, result: Result) -> VerificationRow:
    """Write the result down and do what follows from it. Runs in the caller's transaction."""
    row = VerificationRow(
        code=invoice.code,
        number=invoice.number or "",
        seller_tax_id=invoice.seller_tax_id,
        status=result.status.value,
        checked_at=result.checked_at,
        recorded_at=now(),
        source=result.source,
        by_id=result.by_id,
        document_id=result.document_id,
        answer_sha256=result.answer_sha256,
        said=result.said,
    )
    session.add(row)
    session.flush()
    said = {"status": row.status, "source": row.source, "verification": row.id}
    record(session, chain_of(invoice.id), "verified", result.by_id, now(), said)
    if result.status is not VerificationStatus.NORMAL:
        _follow_up(session, invoice, result)
    return row


def _follow_up(session: Session, invoice: InvoiceRow, result: Result) -> None:
    suppliers.ask_for_figures(session, invoice.seller_tax_id)
    if result.status in TAKEN_BACK and invoice.key:
        day = result.checked_at.astimezone(CHINA).date()
        offsets.open_for(session, invoice.key, result.status.value, day, result.by_id)
    _tell_holders(session, invoice, result)


def _tell_holders(session: Session, invoice: InvoiceRow, result: Result) -> None:
    word = STATUSES[result.status]
    same = select(InvoiceRow).where(InvoiceRow.code == invoice.code, InvoiceRow.number == invoice.number)
    for row in session.scalars(same.order_by(InvoiceRow.id)):
        if row.holder_id == result.by_id:
            continue
        text = Text(
            f"请处理发票 {row.key}：查验状态为“{word.zh}”，不能报销",
            f"See to invoice {row.key}: its verified status is {word.en}, it cannot be claimed",
        )
        tell(session, session.get_one(PersonRow, row.holder_id), "verification", text, f"/invoices/{row.id}", text)


def _status(text: str) -> VerificationStatus:
    try:
        return VerificationStatus(text)
    except ValueError:
        raise Refused("请选择查验状态。", "Choose the status that the platform shows.") from None


def _checked_at(invoice: InvoiceRow, day: date) -> datetime:
    """Now for a check of today, else noon of that day in China."""
    if day > today() or (invoice.issue_date and day < invoice.issue_date):
        raise Refused("查验日期应在开票日期和今天之间。", "The day of the check lies between the issue date and today.")
    return now() if day == today() else datetime.combine(day, time(12), CHINA)


def _stored(person: PersonRow, screenshot: Upload | None) -> int:
    if screenshot is None:
        raise Refused("请附上查验平台的截图。", "Add the screenshot of the platform's page.")
    receipt = intake.receive(person.id, [screenshot])[0]
    if receipt.document_id is None:
        why = receipt.refusal or Text("截图没有存下。", "The screenshot was not stored.")
        raise Refused(why.zh, why.en)
    return receipt.document_id
