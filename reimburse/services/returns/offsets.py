"""Offset tasks: a reimbursed invoice was refunded, voided or red-lettered, and the claim has to be offset in time.

The clock is R-63's: the day of the notice does not count, the third working day after it is the last in time.
"""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.domain.finding import Text
from reimburse.domain.invoice import InvoiceKey
from reimburse.domain.invoice_json import Json
from reimburse.domain.workflow import FINANCE, ClaimState
from reimburse.services.claims import balances
from reimburse.services.claims.workflow import chain_of
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.services.notices import tell
from reimburse.services.outbox import mark_done
from reimburse.services.policy import policies
from reimburse.store.claims import ClaimRow
from reimburse.store.db import now, today, transaction
from reimburse.store.events import record
from reimburse.store.invoices import InvoiceRow
from reimburse.store.offsets import OffsetRow
from reimburse.store.people import PersonRow, RoleGrantRow
from rules.workdays import add_working_days, is_working_day

REFUND = "refund"
REASONS = {
    REFUND: Text("已退款", "refunded"),
    "voided": Text("已作废", "voided"),
    "red_lettered": Text("已红冲", "red-lettered"),
}


def open_for(
    session: Session, key: InvoiceKey, reason: str, noticed_on: date, by_id: int | None = None
) -> list[OffsetRow]:
    """Open the task on every claim that was reimbursed on this key and has none yet. In the caller's transaction."""
    booked = [claim_id for claim_id, held in balances.holders_of(session, key).items() if held.booked_fen]
    known = set(
        session.scalars(
            select(OffsetRow.claim_id).where(
                OffsetRow.claim_id.in_(booked), OffsetRow.code == key.code, OffsetRow.number == key.number
            )
        )
    )
    fresh = [session.get_one(ClaimRow, claim_id) for claim_id in sorted(booked) if claim_id not in known]
    standing = [(claim, invoice) for claim in fresh for invoice in claim.invoices if invoice.key == key]
    return [_open(session, claim, invoice, reason, noticed_on, by_id) for claim, invoice in standing]


def register_refund(person: PersonRow, number: str, refunded_on: date, note: str = "") -> list[OffsetRow]:
    """A person got money back on a reimbursed invoice of theirs, or finance heard of it."""
    if refunded_on > today():
        raise Refused("退款日期不能在未来。", "The refund cannot lie in the future.")
    with transaction() as session:
        mine = select(InvoiceRow).where(InvoiceRow.number == number.strip())
        if not person.roles() & FINANCE:
            mine = mine.where(InvoiceRow.holder_id == person.id)
        keys = {row.key: row for row in session.scalars(mine.order_by(InvoiceRow.id)) if row.key}
        rows = [row for key in keys for row in open_for(session, key, REFUND, refunded_on, person.id)]
        for row in rows:
            row.note = note.strip()[:2000]
        if not rows:
            raise Refused(
                "没有用这张发票已报销、且尚未登记冲销的报销单。请核对发票号码。",
                "No reimbursed claim on this invoice waits for an offset: check the number.",
            )
        return rows


def hand_in(person: PersonRow, offset_id: int, claim_no: str, note: str, version: int) -> None:
    """The claimant has offset it: the number of the claim that does so, or a note of how. This stops the clock."""
    with transaction() as session:
        row = _locked(session, offset_id, version)
        if row.claimant_id != person.id or row.state != "open":
            raise NotFound
        row.offset_claim_no = _own_claim(session, person.id, claim_no.strip(), row)
        row.note = _noted(row, note)
        if not row.offset_claim_no and not note.strip():
            raise Refused(
                "请填写冲销单号，或说明如何退回款项。", "Give the offsetting claim, or say how it was paid back."
            )
        row.state, row.submitted_on = "submitted", today()
        row.violation = row.violation or row.submitted_on > row.due_on
        _note_event(session, row, "offset_handed_in", person.id)
        text = Text(f"请核对 {row.claimant.name} 的冲销 {row.number}", f"Check the offset of {row.number}")
        tell_finance(session, text, f"/offsets/{row.id}", but=person.id)


def close(person: PersonRow, offset_id: int, note: str, version: int) -> None:
    """Finance has looked: the money is back, or why there is nothing to offset."""
    with transaction() as session:
        row = _locked(session, offset_id, version)
        if not person.roles() & FINANCE or row.state == "closed":
            raise NotFound
        if row.claimant_id == person.id:
            raise Refused("自己的冲销请由另一位财务结案。", "A colleague in finance closes your own offset.")
        if row.state == "open" and not note.strip():
            raise Refused("请说明为何无须员工提交即可结案。", "Say why it is closed though nothing was handed in.")
        row.violation = row.violation or (row.submitted_on or today()) > row.due_on
        row.state, row.closed_by_id, row.closed_at, row.note = "closed", person.id, now(), _noted(row, note)
        _note_event(session, row, "offset_closed", person.id)


def close_by_reversal(session: Session, claim: ClaimRow, mirror_no: str, by_id: int | None) -> None:
    """The claim was reversed: what it owed on its invoices is offset by that. In the caller's transaction."""
    owed = select(OffsetRow).where(OffsetRow.claim_id == claim.id, OffsetRow.state != "closed")
    for row in session.scalars(owed.order_by(OffsetRow.id).with_for_update(of=OffsetRow)):
        row.violation = row.violation or (row.submitted_on or today()) > row.due_on
        row.state, row.closed_by_id, row.closed_at, row.offset_claim_no = "closed", by_id, now(), mirror_no
        _note_event(session, row, "offset_closed", by_id)


def remind(outbox_id: int | None = None) -> None:
    """The daily job: on working days, tell whoever's last day is near or gone; late ones are violations on record."""
    with transaction() as session:
        on, moved = today(), policies.in_force().workdays
        near = add_working_days(on, 1, moved)
        due = select(OffsetRow).where(OffsetRow.state == "open", OffsetRow.due_on <= near)
        for row in session.scalars(due.order_by(OffsetRow.id)) if is_working_day(on, moved) else ():
            row.violation = row.violation or on > row.due_on
            if row.reminded_on != on:
                row.reminded_on = on
                _tell_claimant(session, row, reminding=True)
        mark_done(session, outbox_id)


def fact_of(row: OffsetRow) -> Json:
    """An entry of the contract's ``refunds``."""
    return {
        "invoice_id": str(row.invoice_id),
        "refunded_on": row.noticed_on.isoformat(),
        "offset_submitted_on": row.submitted_on.isoformat() if row.submitted_on else None,
    }


def working_days_left(on: date, due_on: date) -> int:
    """Working days from ``on`` to the last day in time, which counts; negative: so many too late."""
    moved = policies.in_force().workdays
    first, last, sign = (on, due_on, 1) if on <= due_on else (due_on, on, -1)
    days = (date.fromordinal(day) for day in range(first.toordinal() + 1, last.toordinal() + 1))
    return sign * sum(is_working_day(day, moved) for day in days)


def tell_finance(session: Session, text: Text, link: str, but: int | None = None, kind: str = "offset") -> None:
    """A notice to everyone in finance."""
    people = select(PersonRow).join(RoleGrantRow).where(PersonRow.active, RoleGrantRow.role.in_(FINANCE)).distinct()
    for person in session.scalars(people.order_by(PersonRow.id)):
        if person.id != but:
            tell(session, person, kind, text, link)


def _open(
    session: Session, claim: ClaimRow, invoice: InvoiceRow, reason: str, noticed_on: date, by_id: int | None
) -> OffsetRow:
    key = InvoiceKey(invoice.code, invoice.number or "")
    days = policies.parameters_of(claim).offset_within_working_days
    row = OffsetRow(
        claim_id=claim.id,
        claimant_id=claim.claimant_id,
        invoice_id=invoice.id,
        code=key.code,
        number=key.number,
        reason=reason,
        amount_fen=balances.held_by(session, claim.id)[key].booked_fen,
        noticed_on=noticed_on,
        due_on=add_working_days(noticed_on, days, policies.in_force().workdays),
        opened_at=now(),
        opened_by_id=by_id,
    )
    session.add(row)
    session.flush()
    _note_event(session, row, "offset_opened", by_id)
    _tell_claimant(session, row)
    word = REASONS[reason]
    text = Text(
        f"请跟进冲销：{claim.claim_no} 的发票 {key} {word.zh}",
        f"Follow up: invoice {key} of {claim.claim_no} is {word.en}",
    )
    tell_finance(session, text, f"/offsets/{row.id}", but=claim.claimant_id)
    return row


def _tell_claimant(session: Session, row: OffsetRow, *, reminding: bool = False) -> None:
    word, again = REASONS[row.reason], ("提醒：", "Reminder: ") if reminding else ("", "")
    text = Text(
        f"{again[0]}请在 {row.due_on} 前冲销报销单 {row.claim.claim_no}：发票 {row.number} {word.zh}",
        f"{again[1]}Offset claim {row.claim.claim_no} by {row.due_on}: invoice {row.number} is {word.en}",
    )
    tell(session, row.claimant, "offset", text, f"/offsets/{row.id}", text)


def _locked(session: Session, offset_id: int, version: int) -> OffsetRow:
    query = select(OffsetRow).where(OffsetRow.id == offset_id).with_for_update(of=OffsetRow)
    row = session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFound
    if row.version != version:
        raise Stale
    return row


def _own_claim(session: Session, person_id: int, claim_no: str, row: OffsetRow) -> str | None:
    if not claim_no:
        return None
    own = select(ClaimRow).where(ClaimRow.claim_no == claim_no, ClaimRow.claimant_id == person_id)
    claim = session.scalar(own)
    if claim is None or claim.id == row.claim_id or claim.state == ClaimState.DELETED.value:
        raise Refused(f"您没有可用于冲销的报销单 {claim_no}。", f"You have no claim {claim_no} that could offset this.")
    return claim_no


def _noted(row: OffsetRow, note: str) -> str:
    return "\n".join(part for part in (row.note, note.strip()[:2000]) if part)


def _note_event(session: Session, row: OffsetRow, kind: str, by_id: int | None) -> None:
    said = {"offset": row.id, "reason": row.reason, "due_on": row.due_on.isoformat(), "violation": bool(row.violation)}
    record(session, chain_of(row.claim), kind, by_id, now(), said)
