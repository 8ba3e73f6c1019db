"""A stored claim as the claim JSON that the rules judge (CONTRACTS: ``check``); lists that are not known are absent."""

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from reimburse.domain.invoice_json import Json, plain_number
from reimburse.domain.money import from_fen, money_text
from reimburse.domain.reading import FileFormat
from reimburse.services.approval import requests
from reimburse.services.claims import risk_facts
from reimburse.services.deals import deal_facts
from reimburse.services.payouts import advances
from reimburse.store.approvals import ApprovalStepRow
from reimburse.store.balances import BalanceEntryRow, InvoiceBalanceRow
from reimburse.store.claims import ClaimRow, ExpenseLineRow
from reimburse.store.db import CHINA
from reimburse.store.documents import DocumentRow, ReadingRow
from reimburse.store.invoices import InvoiceRow
from reimburse.store.people import LegalEntityRow, PersonRow

DETAILS = ("from", "to", "reason", "guests", "guest_count", "attendees")
LOADED = (
    selectinload(ClaimRow.lines).joinedload(ExpenseLineRow.invoices),
    selectinload(ClaimRow.invoices),
    selectinload(ClaimRow.attachments),
    joinedload(ClaimRow.claimant).lazyload(PersonRow.grants),
    joinedload(ClaimRow.department),
    joinedload(ClaimRow.legal_entity),
)


def facts_of(session: Session, claim: ClaimRow, on: date, round_no: int) -> Json:
    """All that is known about the claim for its check of this round on this day."""
    known = risk_facts.of_invoices(session, claim)
    entities = advances.by_entity(session, claim.claimant_id)
    return {
        "claim": _head(claim, on, round_no),
        "lines": [_line(line) for line in claim.lines],
        "invoices": [{**_invoice(row, known[row.id].reading), **known[row.id].said} for row in claim.invoices],
        "attachments": [_attachment(row.id, row.kind, row.line_id, row.invoice_id) for row in claim.attachments],
        "approvals": _approvals(session, claim, round_no),
        "requests": requests.facts_for(session, claim),
        "advances": advances.facts_of(one for out in entities.values() for one in out),
        "registry": _registry(session, claim),
        **risk_facts.of_claim(session, claim),
        **deal_facts.of_claim(session, claim),
        "bills": risk_facts.bills_of(claim, known),
        **risk_facts.payments_of(claim, known),
        "titles": [_title(row) for row in entities],
    }


def canonical(data: Json) -> str:
    """The JSON text that is stored; the same facts give the same bytes."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _head(claim: ClaimRow, on: date, round_no: int) -> Json:
    return {
        "claim_no": claim.claim_no,
        "submitted_on": on.isoformat(),
        "employee": {
            "id": claim.claimant.employee_no,
            "name": claim.claimant.name,
            "department": claim.department.name,
            "grade": claim.claimant.grade or None,
        },
        "purpose": claim.purpose,
        "no_duplicate_pledge": claim.no_duplicate_pledge,
        "resubmission": round_no > 1 and claim.verdict is not None,
        "legal_entity": claim.legal_entity.name,
        "cost_center": claim.cost_center or None,
        "project": claim.project or None,
    }


def _line(line: ExpenseLineRow) -> Json:
    return {
        "id": str(line.id),
        "category": line.category,
        "description": line.description,
        "amount": money_text(from_fen(line.amount_fen)),
        "quantity": _plain(line.quantity),
        "occurred_on": _day(line.occurred_on),
        "started_on": _day(line.started_on),
        "ended_on": _day(line.ended_on),
        "city": line.city or None,
        "invoice_ids": [str(invoice.id) for invoice in line.invoices],
        "adjustment": line.adjustment or None,
        "basis": line.basis or None,
        "details": {name: line.details.get(name) for name in DETAILS if line.details.get(name) is not None},
        "request_no": line.request_no or None,
        "paid_by": line.paid_by,
        "currency": line.currency,
        "fx_rate": _plain(line.fx_rate),
        "order_no": line.order_no or None,
        "trip_id": line.trip_id or None,
    }


def _invoice(row: InvoiceRow, reading: ReadingRow | None) -> Json:
    read: dict[str, Any] = reading.data if reading else {}
    witnesses = [seen.get("source") for places in row.seen.values() for seen in places]
    return {
        **row.data,
        "id": str(row.id),
        "format": read.get("format") or (_format(reading.document) if reading else None),
        "conflicts": row.conflicts,
        "seal": read.get("seal"),
        "qr_readable": True if "qr" in witnesses else None,
        "stamp_legible": None,
        "document": read.get("document"),
        "verification": None,
    }


def _format(document: DocumentRow) -> str | None:
    media_type = document.stored.media_type
    if media_type.startswith("image/"):
        return FileFormat.IMAGE.value
    names = [name.value for name in FileFormat if media_type.endswith(name.value)]
    return names[0] if names else None


def _attachment(identity: int, kind: str, line_id: int | None, invoice_id: int | None) -> Json:
    return {"id": str(identity), "kind": kind, "line_id": _text(line_id), "invoice_id": _text(invoice_id)}


def _approvals(session: Session, claim: ClaimRow, round_no: int) -> list[Json]:
    """What was approved in this very round: whoever approved an earlier one approved other lines."""
    if round_no > claim.round:
        return []
    principal = aliased(PersonRow)
    steps = (
        select(ApprovalStepRow.role, PersonRow.employee_no, ApprovalStepRow.decided_at, principal.employee_no)
        .join(PersonRow, PersonRow.id == ApprovalStepRow.decided_by_id)
        .outerjoin(principal, principal.id == ApprovalStepRow.on_behalf_of_id)
        .where(ApprovalStepRow.claim_id == claim.id, ApprovalStepRow.round == round_no)
        .where(ApprovalStepRow.state == "approved")
        .order_by(ApprovalStepRow.id)
    )
    rows = session.execute(steps).all()
    return [
        {"role": role, "by": by, "on": _china_day(at), "on_behalf_of": principal_no}
        for role, by, at, principal_no in rows
    ]


def _registry(session: Session, claim: ClaimRow) -> list[Json]:
    """What other claims of anyone hold of this claim's invoices. The rules mask what the claimant may not see.

    ``follow_up``: a claim that came of the same one; together they claim the invoice once.
    """
    root = claim.follow_up_of_id or claim.id
    keys = [(invoice.code, invoice.number) for invoice in claim.invoices if invoice.number]
    held = func.sum(BalanceEntryRow.reserved_delta_fen + BalanceEntryRow.booked_delta_fen)
    columns = (BalanceEntryRow.code, BalanceEntryRow.number, ClaimRow.claim_no, PersonRow.employee_no)
    origin = func.coalesce(ClaimRow.follow_up_of_id, ClaimRow.id)
    face = select(InvoiceBalanceRow.face_fen).where(
        InvoiceBalanceRow.code == BalanceEntryRow.code, InvoiceBalanceRow.number == BalanceEntryRow.number
    )
    query = (
        select(*columns, origin, held, face.scalar_subquery())
        .join(ClaimRow, ClaimRow.id == BalanceEntryRow.claim_id)
        .join(PersonRow, PersonRow.id == ClaimRow.claimant_id)
        .where(tuple_(BalanceEntryRow.code, BalanceEntryRow.number).in_(keys), ClaimRow.id != claim.id)
        .group_by(*columns, origin)
        .having(held > 0)
        .order_by(*columns[:3])
    )
    rows = session.execute(query).all() if keys else ()
    return [
        _entry(code, number, claim_no, employee_id, of == root, fen, face_fen)
        for code, number, claim_no, employee_id, of, fen, face_fen in rows
    ]


def _entry(
    code: str, number: str, claim_no: str, employee_id: str, follow_up: bool, held_fen: int, face_fen: int
) -> Json:
    return {
        "code": code or None,
        "number": number,
        "claim_no": claim_no,
        "employee_id": employee_id,
        "claimed_amount": money_text(from_fen(int(held_fen))),
        "total_incl_tax": money_text(from_fen(face_fen)),
        "follow_up": follow_up,
    }


def _title(row: LegalEntityRow) -> Json:
    return {
        "name": row.name,
        "tax_id": row.tax_id,
        "address_phone": row.address_phone,
        "bank_account": row.bank_account,
        "valid_from": _day(row.valid_from),
        "valid_to": _day(row.valid_to),
        "former_names": row.former_names,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _china_day(at: datetime | None) -> str | None:
    return at.astimezone(CHINA).date().isoformat() if at else None


def _text(identity: int | None) -> str | None:
    return None if identity is None else str(identity)


def _plain(number: Decimal | None) -> str | None:
    return None if number is None else plain_number(number.normalize())
