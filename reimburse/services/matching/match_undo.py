"""A decision undone: what it bound is free again, and both stay on record."""

from collections.abc import Callable

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from reimburse.domain.finding import Text
from reimburse.services.access import finance_only
from reimburse.services.errors import NotFound, Refused
from reimburse.services.idempotency import DoneBefore, done_before
from reimburse.services.matching.match_decisions import chain_of
from reimburse.services.matching.match_groups import PROPOSED, release, take_apart
from reimburse.services.matching.matching_runs import ask_in, hold
from reimburse.services.statements.payment_rows import resting_state
from reimburse.store.db import now, transaction
from reimburse.store.events import record
from reimburse.store.matches import (
    MatchAliasRow,
    MatchDecisionRow,
    MatchGroupRow,
    MatchNeverRow,
    MatchSplitRow,
    NotTwinRow,
)
from reimburse.store.payments import PaymentRow
from reimburse.store.people import PersonRow

UNDONE = Text("撤销", "It was undone")


def undo(by: PersonRow, decision_id: int) -> DoneBefore | None:
    """Take a decision back. One that is undone already stays so."""
    finance_only(by)
    with transaction() as session:
        hold(session)
        decision = session.get(MatchDecisionRow, decision_id, with_for_update=True, populate_existing=True)
        if decision is None:
            raise NotFound
        if decision.undone_at is not None:
            return done_before(session, UNDONE, decision.undone_by_id, decision.undone_at)
        UNDOING[decision.kind](session, decision)
        for taught in (MatchAliasRow, MatchNeverRow, MatchSplitRow, NotTwinRow):
            session.execute(delete(taught).where(taught.decision_id == decision.id))
        decision.undone_at, decision.undone_by_id = now(), by.id
        for payment_id in decision.said["payments"]:
            said = {"decision": decision.id}
            record(session, chain_of(payment_id), f"match_un{decision.kind}", by.id, now(), said)
        ask_in(session)
    return None


def _propose_again(session: Session, decision: MatchDecisionRow) -> None:
    for group in session.scalars(select(MatchGroupRow).where(MatchGroupRow.decision_id == decision.id)):
        group.state, group.decision_id = PROPOSED, None
        for payment in group.payments:
            payment.state = PROPOSED
    session.flush()


def _take_apart(session: Session, decision: MatchDecisionRow) -> None:
    """What a person drew goes; the engine may propose it again by itself."""
    made = list(session.scalars(select(MatchGroupRow).where(MatchGroupRow.decision_id == decision.id)))
    for group in made:
        group.state, group.decision_id = PROPOSED, None
    session.flush()
    take_apart(session, [group.id for group in made])


def _ask_for_invoice(session: Session, decision: MatchDecisionRow) -> None:
    payment = session.get_one(PaymentRow, decision.said["payments"][0])
    if payment.state == "waived":
        payment.state = resting_state(payment)


def _twin_again(session: Session, decision: MatchDecisionRow) -> None:
    said = decision.said
    follower = session.get_one(PaymentRow, said["follower"])
    if follower.state in {"matched", "waived"}:
        raise Refused("这笔流水已另行处理，请先撤销那一项。", "The row was dealt with since: undo that first.")
    if follower.twin_of_id is None:
        release(session, [follower])
        follower.twin_of_id, follower.twin_why, follower.state = said["lead"], said["why"], "twin"


def _nothing_more(_session: Session, _decision: MatchDecisionRow) -> None:
    """What was taught is forgotten; that is all."""


UNDOING: dict[str, Callable[[Session, MatchDecisionRow], None]] = {
    "confirm": _propose_again,
    "choose": _take_apart,
    "split": _nothing_more,
    "never": _nothing_more,
    "waive": _ask_for_invoice,
    "not_twin": _twin_again,
}
