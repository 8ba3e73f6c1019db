"""Legal holds: what is held is neither deleted nor erased, whatever its age, until somebody lifts the hold."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from reimburse.services.access import finance_only
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.store.archive import LegalHoldRow
from reimburse.store.batches import BatchRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, now, transaction
from reimburse.store.events import record
from reimburse.store.invoices import InvoiceRow
from reimburse.store.people import PersonRow

THINGS: dict[str, tuple[InstrumentedAttribute[int | None], type[InvoiceRow | ClaimRow | BatchRow]]] = {
    "invoice": (LegalHoldRow.invoice_id, InvoiceRow),
    "claim": (LegalHoldRow.claim_id, ClaimRow),
    "batch": (LegalHoldRow.batch_id, BatchRow),
}


@dataclass(frozen=True, slots=True)
class Held:
    """A hold as it is shown: who set it and why, and who lifted it."""

    row: LegalHoldRow
    set_by: str
    lifted_by: str | None


def hold(by: PersonRow, thing: str, thing_id: int, reason: str) -> int:
    """Hold an invoice, a claim or a batch; the id of the hold. Asked for again while it is held, it is that hold."""
    finance_only(by)
    column, kind = THINGS[thing]
    with transaction() as session:
        # The thing is locked so that two who ask at once set one hold.
        if session.get(kind, thing_id, with_for_update={"of": kind}, populate_existing=True) is None:
            raise NotFound
        there = session.scalar(select(LegalHoldRow.id).where(column == thing_id, LegalHoldRow.lifted_at.is_(None)))
        if there:
            return there
        row = LegalHoldRow(**{column.key: thing_id}, reason=_worded(reason), set_by_id=by.id, set_at=now())
        session.add(row)
        session.flush()
        record(session, f"hold:{row.id}", "hold_set", by.id, now(), {"of": f"{thing}:{thing_id}"})
        return row.id


def lift(by: PersonRow, hold_id: int, reason: str) -> None:
    """End a hold; what it held follows its retention again."""
    finance_only(by)
    with transaction() as session:
        row = session.get(LegalHoldRow, hold_id, with_for_update=True, populate_existing=True)
        if row is None:
            raise NotFound
        if row.lifted_at is not None:
            raise Stale
        row.lifted_by_id, row.lifted_at, row.lift_reason = by.id, now(), _worded(reason)
        record(session, f"hold:{row.id}", "hold_lifted", by.id, now(), {})


def holds_on(invoice_id: int, claims: Collection[int], batches: Collection[int]) -> list[Held]:
    """The holds on an invoice, on the claims it stands on, and on their batches; the newest first."""
    session = db.session()
    wanted = or_(
        LegalHoldRow.invoice_id == invoice_id,
        LegalHoldRow.claim_id.in_(claims),
        LegalHoldRow.batch_id.in_(batches),
    )
    rows = session.scalars(select(LegalHoldRow).where(wanted).order_by(LegalHoldRow.id.desc())).all()
    names = _names(session, {person_id for row in rows for person_id in (row.set_by_id, row.lifted_by_id or 0)})
    return [Held(row, names[row.set_by_id], names.get(row.lifted_by_id or 0)) for row in rows]


def _names(session: Session, ids: Collection[int]) -> dict[int, str]:
    found = session.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(ids))) if ids else ()
    return {row[0]: row[1] for row in found}


def _worded(reason: str) -> str:
    if not reason.strip():
        raise Refused("请写明原因。", "Say why.")
    return reason.strip()[:500]
