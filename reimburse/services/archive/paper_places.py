"""Where the paper of an archived invoice lies (R-119): noted on the invoice's chain, the last note counts."""

import json

from sqlalchemy import select

from reimburse.services.access import finance_only
from reimburse.services.errors import NotFound, Refused
from reimburse.store.archive import ArchiveEntryRow
from reimburse.store.db import db, now, transaction
from reimburse.store.events import EventRow, record
from reimburse.store.people import PersonRow

LONGEST = 200


def note_place(by: PersonRow, entry_id: int, place: str) -> None:
    """Note that the paper lies here now: a box, a shelf, a file number."""
    finance_only(by)
    if not (words := place.strip()[:LONGEST]):
        raise Refused("请填写存放地点。", "Say where the paper lies.")
    with transaction() as session:
        entry = session.get(ArchiveEntryRow, entry_id)
        if entry is None:
            raise NotFound
        if words != place_of(entry.invoice_id):
            record(session, f"invoice:{entry.invoice_id}", "paper_placed", by.id, now(), {"place": words})


def place_of(invoice_id: int) -> str | None:
    """Where the paper of this invoice lies, as far as anybody noted."""
    of_it = select(EventRow.payload).where(EventRow.chain == f"invoice:{invoice_id}", EventRow.kind == "paper_placed")
    payload = db.session.scalar(of_it.order_by(EventRow.seq.desc()).limit(1))
    return str(json.loads(payload)["place"]) if payload else None
