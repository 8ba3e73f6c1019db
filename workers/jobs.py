"""The jobs: ids in, one service call each, safe to run twice.

Each marks its outbox row done in the transaction of its effect. What a job raises is noted on that row and raised
again; when it is tried next is the row's business, not the queue's.
"""

from collections.abc import Callable

from flask import current_app

from reimburse.services import checking, claim_drafts, mails, outbox, reading
from reimburse.store.db import db

JOBS: dict[str, Callable[..., object]] = {
    "check_claim": checking.check_claim,
    "clear_drafts": claim_drafts.clear_drafts,
    "read_document": reading.read_document,
    "send_mail": mails.send_mail,
}


def run(job: str, outbox_id: int, args: list[int | str]) -> None:
    """Run one outbox row's job within the worker's app."""
    try:
        JOBS[job](*args, outbox_id=outbox_id)
    except Exception as failure:
        outbox.note_failure(outbox_id, failure, current_app.extensions["settings"].retry_delays_s)
        raise
    finally:
        db.session.remove()
