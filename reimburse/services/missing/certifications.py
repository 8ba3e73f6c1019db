"""Selection for deduction (F-23, R-107): a state for each invoice whose input VAT the tax office wants selected."""

import re
from datetime import date, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from reimburse.domain.bills import CertificationState
from reimburse.domain.finding import Text
from reimburse.domain.invoice import SPECIAL_KINDS, Invoice, InvoiceKey, InvoiceKind
from reimburse.domain.invoice_json import invoice_from_json
from reimburse.domain.money import to_fen
from reimburse.services.access import finance_only
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.services.policy import policies
from reimburse.store.absent import insert_if_absent
from reimburse.store.certifications import CertificationChangeRow, CertificationRow
from reimburse.store.db import now, today, transaction
from reimburse.store.invoices import InvoiceRow
from reimburse.store.people import PersonRow
from rules.deduction import input_tax
from rules.workdays import add_days

SELECTED_KINDS = SPECIAL_KINDS | {
    InvoiceKind.TOLL,
    InvoiceKind.MOTOR_VEHICLE,
    InvoiceKind.RAIL_TICKET,
    InvoiceKind.AIR_ITINERARY,
}
"""Kinds that are selected on the tax office's platform; passenger tickets only where they print their tax."""
PERIOD = re.compile(r"20\d{2}-(0[1-9]|1[0-2])")
WITH_PERIOD = (CertificationState.SELECTED, CertificationState.CERTIFIED)
WORDS = {
    CertificationState.UNSELECTED: Text("未勾选", "not selected"),
    CertificationState.SELECTED: Text("已勾选", "selected"),
    CertificationState.CERTIFIED: Text("已认证", "certified"),
    CertificationState.NOT_DEDUCTIBLE: Text("不抵扣", "not deductible"),
}


def follow(session: Session, invoice: InvoiceRow, before: InvoiceKey | None = None) -> None:
    """Keep the state's row in step with an invoice that was just read or corrected. In the caller's transaction."""
    if before and before != invoice.key:
        _forget(session, before)
    tax_fen = selectable_tax(invoice)
    if invoice.key is None or invoice.issue_date is None:
        return
    row = session.get(CertificationRow, (invoice.code, invoice.number))
    if tax_fen <= 0:
        if row is not None and row.state == CertificationState.UNSELECTED:
            row.tax_fen = 0
        return
    stated = {
        "kind": invoice.kind,
        "seller_name": invoice.seller_name,
        "issue_date": invoice.issue_date,
        "tax_fen": tax_fen,
        "here": True,
    }
    if row is None:
        key = {"code": invoice.code, "number": invoice.number, "at": now(), "state": "unselected", "reason": ""}
        insert_if_absent(session, CertificationRow, {**key, **stated, "version": 1})
        return
    for name, value in stated.items():
        setattr(row, name, value)


def selectable_tax(row: InvoiceRow) -> int:
    """The input VAT in fen of an invoice that is to be selected on the platform; zero where there is none."""
    if row.red_letter or row.issue_date is None or InvoiceKind(row.kind) not in SELECTED_KINDS:
        return 0
    invoice: Invoice = invoice_from_json(row.data)
    if invoice.tax_amount is None:
        return 0
    return to_fen(input_tax(invoice, (), policies.in_force(row.issue_date)).amount)


def set_state(
    person: PersonRow, key: InvoiceKey, state: CertificationState, period: str, reason: str, version: int
) -> None:
    """Finance says where an invoice stands: selected for which tax period, or why it is not deducted."""
    finance_only(person)
    period, reason = period.strip(), reason.strip()[:300]
    if state in WITH_PERIOD and not PERIOD.fullmatch(period):
        raise Refused("请填写税款所属期，如 2026-04。", "Give the tax period, such as 2026-04.")
    if state is CertificationState.NOT_DEDUCTIBLE and not reason:
        raise Refused("请说明不抵扣的原因。", "Say why it is not deducted.")
    with transaction() as session:
        query = select(CertificationRow).filter_by(code=key.code, number=key.number).with_for_update()
        row = session.scalar(query.execution_options(populate_existing=True))
        if row is None:
            raise NotFound
        if row.version != version:
            raise Stale
        if row.state == CertificationState.CERTIFIED and state not in WITH_PERIOD and not reason:
            raise Refused("已认证的发票改状态须说明原因。", "Say why an invoice that was certified changes its state.")
        change(session, row, state, period if state in WITH_PERIOD else None, today(), reason, person.id)


def change(
    session: Session,
    row: CertificationRow,
    state: CertificationState,
    period: str | None,
    on: date,
    reason: str,
    by_id: int,
    import_id: int | None = None,
) -> bool:
    """Move to a state and note it; whether anything changed. In the caller's transaction."""
    if (row.state, row.period) == (state.value, period) and (not reason or reason == row.reason):
        return False
    noted = CertificationChangeRow(
        code=row.code,
        number=row.number,
        before=row.state,
        after=state.value,
        period=period,
        reason=reason,
        import_id=import_id,
        by_id=by_id,
        at=now(),
    )
    row.state, row.period, row.state_on, row.reason = state.value, period, on, reason
    row.by_id, row.at = by_id, now()
    session.add(noted)
    session.flush()
    return True


def last_day(issue_date: date) -> date:
    """Until when an invoice of this day has to be selected (R-107)."""
    return add_days(issue_date, policies.in_force().parameters.certify_within_days)


def overdue_before(on: date) -> date:
    """Invoices issued before this day are past due on that one."""
    return on - timedelta(days=policies.in_force().parameters.certify_within_days)


def _forget(session: Session, key: InvoiceKey) -> None:
    """No invoice of this key is here any more."""
    other = select(InvoiceRow.id).where(InvoiceRow.code == key.code, InvoiceRow.number == key.number)
    row = session.get(CertificationRow, (key.code, key.number))
    if row is not None and not session.scalar(select(exists(other))):
        row.here = False
