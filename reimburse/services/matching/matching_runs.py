"""The engine in the background: over what is open, its proposals stored; a person's decision is never touched."""

from datetime import datetime, timedelta

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.orm import Session

from reimburse.services.matching.match_groups import PROPOSED, Draft, Key, Members, add, members_of, release, take_apart
from reimburse.services.matching.match_pool import Pool, pool_of
from reimburse.services.matching.match_proposals import Proposals, proposals_for
from reimburse.services.outbox import ask, hasten, mark_done
from reimburse.services.statements.payment_rows import in_chunks
from reimburse.store.absent import insert_if_absent
from reimburse.store.db import now, reading, transaction
from reimburse.store.matches import MatchDecisionRow, MatchGroupRow, MatchInvoiceRow, MatchPaymentRow, MatchStandingRow
from reimburse.store.payments import PaymentRow

JOB = "match_payments"
SOON = timedelta(minutes=2)
"""How long fresh invoices are gathered before a run."""
MOST_TRIES = 3
Seen = tuple[int, int, int]


def ask_in(session: Session, after: timedelta = timedelta()) -> None:
    """Have the engine run, in the caller's transaction; one run that waits is enough, if it does not wait longer."""
    insert_if_absent(session, MatchStandingRow, {"id": 1, "payments": 0, "invoices": 0, "groups": 0, "optimal": False})
    idle = update(MatchStandingRow).where(MatchStandingRow.id == 1, MatchStandingRow.asked_at.is_(None))
    asked = session.execute(idle.values(asked_at=now()).execution_options(synchronize_session=False))
    if asked.rowcount:  # type: ignore[attr-defined]
        ask(session, JOB, after=after)
    else:
        hasten(session, JOB, by=now() + after)


def invoice_came(session: Session) -> None:
    """A new invoice may settle a payment that is open; where there is none, nothing is asked for."""
    some = select(PaymentRow.id).where(PaymentRow.state.in_(("open", PROPOSED))).limit(1)
    if session.scalar(some) is not None:
        ask_in(session, SOON)


def hold(session: Session) -> MatchStandingRow:
    """Lock the standing: runs, decisions and imports change groups one after the other."""
    insert_if_absent(session, MatchStandingRow, {"id": 1, "payments": 0, "invoices": 0, "groups": 0, "optimal": False})
    return session.get_one(MatchStandingRow, 1, with_for_update=True, populate_existing=True)


def run_now() -> None:
    """A person wants a run."""
    with transaction() as session:
        ask_in(session)


def match_payments(outbox_id: int | None = None) -> None:
    """The job: propose groups for everything open. A second run changes nothing."""
    with transaction() as session:
        session.execute(update(MatchStandingRow).values(asked_at=None))
    for last in (*(False,) * (MOST_TRIES - 1), True):
        with reading() as session:
            seen, pool = _decided(session), pool_of(session)
        proposals = proposals_for(pool)
        with transaction() as session:
            standing = hold(session)
            if _decided(session) != seen and not last:
                continue
            _store(session, pool, proposals.drafts)
            _note(standing, pool, proposals, now())
            mark_done(session, outbox_id)
            return


def _decided(session: Session) -> Seen:
    """What changes with every decision of a person, and every import."""
    decisions = select(func.coalesce(func.max(MatchDecisionRow.id), 0), func.count(MatchDecisionRow.undone_at))
    newest, undone = session.execute(decisions).one()
    return newest, undone, session.scalar(select(func.coalesce(func.max(PaymentRow.id), 0))) or 0


def _note(standing: MatchStandingRow, pool: Pool, proposals: Proposals, at: datetime) -> None:
    standing.ran_at, standing.payments, standing.invoices = at, len(pool.payments), len(pool.invoices)
    standing.groups, standing.optimal = len(proposals.drafts), proposals.optimal and not pool.is_full


def _store(session: Session, pool: Pool, drafts: list[Draft]) -> None:
    """Proposals that are as before stay as they are; others go, and new ones come, of rows that are still free."""
    known = _proposed(session, pool)
    wanted = {draft.members: draft for draft in drafts}
    take_apart(session, [group_id for members, group_id in known.items() if members not in wanted])
    for members, group_id in known.items():
        if members in wanted:
            _refresh(session, group_id, wanted[members])
    fresh = [draft for members, draft in wanted.items() if members not in known]
    taken = _taken(session, {key for draft in fresh for key in draft.members.invoices})
    rows = _free_payments(session, {payment for draft in fresh for payment in draft.members.payments})
    for draft in fresh:
        if draft.members.payments <= rows.keys() and not draft.members.invoices & taken:
            add(session, draft, [rows[payment] for payment in sorted(draft.members.payments)])


def _proposed(session: Session, pool: Pool) -> dict[Members, int]:
    """The proposals that stand now and hold a payment of the pool."""
    ids: set[int] = set()
    for chunk in in_chunks(row.id for row in pool.payments):
        inside = select(MatchPaymentRow.group_id).join(MatchGroupRow).where(MatchPaymentRow.payment_id.in_(chunk))
        ids.update(session.scalars(inside.where(MatchGroupRow.state == PROPOSED)))
    return {members: group_id for group_id, members in members_of(session, ids).items()}


def _taken(session: Session, keys: set[Key]) -> set[Key]:
    """Those of the invoices that a decision holds; proposals outside the pool give theirs up."""
    release(session, (), keys)
    held: set[Key] = set()
    for chunk in in_chunks(sorted(keys)):
        key = tuple_(MatchInvoiceRow.code, MatchInvoiceRow.number)
        rows = session.execute(select(MatchInvoiceRow.code, MatchInvoiceRow.number).where(key.in_(chunk)))
        held.update((row.code, row.number) for row in rows)
    return held


def _refresh(session: Session, group_id: int, draft: Draft) -> None:
    group = session.get_one(MatchGroupRow, group_id)
    if (group.is_unique, group.evidence, group.alternatives) != (draft.is_unique, draft.evidence, draft.alternatives):
        group.is_unique, group.evidence, group.alternatives = draft.is_unique, draft.evidence, draft.alternatives


def _free_payments(session: Session, ids: set[int]) -> dict[int, PaymentRow]:
    found: dict[int, PaymentRow] = {}
    for chunk in in_chunks(sorted(ids)):
        free = select(PaymentRow).where(PaymentRow.id.in_(chunk), PaymentRow.state.in_(("open", "refunded")))
        found |= {row.id: row for row in session.scalars(free)}
    return found
