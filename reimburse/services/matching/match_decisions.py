"""What people decide about groups: kept, learned from, recorded, and undone only by people."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.matching.answer import Fact
from reimburse.matching.names import is_blank, likeness
from reimburse.services.access import finance_only
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.services.matching.match_groups import CONFIRMED, PROPOSED, Key, Members, members_of, take_apart
from reimburse.services.matching.match_terms import ALIAS, name_key
from reimburse.services.matching.matching_runs import ask_in, hold
from reimburse.services.statements.payment_rows import resting_state
from reimburse.store.absent import insert_if_absent
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

MOST_AT_ONCE = 200


def confirm(by: PersonRow, groups: Mapping[int, int], *, learn: bool = False) -> int:
    """These proposed groups, by id with the version looked at, are right; how many. ``learn`` the payees' names."""
    finance_only(by)
    if len(groups) > MOST_AT_ONCE:
        raise Refused(f"一次最多确认 {MOST_AT_ONCE} 组。", f"{MOST_AT_ONCE} groups at a time at the most.")
    with transaction() as session:
        hold(session)
        for group_id, version in sorted(groups.items()):
            group = proposed(session, group_id, version)
            decision = decide(session, by, "confirm", members_of(session, [group_id])[group_id])
            group.state, group.decision_id = CONFIRMED, decision.id
            for payment in group.payments:
                payment.state = "matched"
            if learn:
                learn_names(session, decision, group)
        ask_in(session)
        return len(groups)


def split(by: PersonRow, group_id: int, version: int) -> None:
    """The group is wrong as it stands: its rows are free again, and it is not proposed like this any more."""
    finance_only(by)
    with transaction() as session:
        hold(session)
        proposed(session, group_id, version)
        members = members_of(session, [group_id])[group_id]
        decision = decide(session, by, "split", members)
        take_apart(session, [group_id])
        forbid(session, decision, members)
        ask_in(session)


def never(by: PersonRow, group_id: int, version: int) -> None:
    """None of these payments belongs to any of these invoices, now or later."""
    finance_only(by)
    with transaction() as session:
        hold(session)
        proposed(session, group_id, version)
        members = members_of(session, [group_id])[group_id]
        decision = decide(session, by, "never", members)
        take_apart(session, [group_id])
        declare_apart(session, decision, [(payment, key) for payment in members.payments for key in members.invoices])
        ask_in(session)


def waive(by: PersonRow, payment_id: int, reason: str) -> None:
    """A payment that needs no invoice, such as wages or a tax, and why."""
    finance_only(by)
    if not reason.strip():
        raise Refused("请说明为何不需要发票。", "Say why it needs no invoice.")
    with transaction() as session:
        hold(session)
        payment = session.get(PaymentRow, payment_id, with_for_update=True, populate_existing=True)
        if payment is None:
            raise NotFound
        if payment.state != "open":
            raise Refused("这笔付款已在某一组中，请先拆开。", "The payment stands in a group: take that apart first.")
        decide(session, by, "waive", Members(frozenset({payment.id}), frozenset()), {"reason": reason.strip()[:300]})
        payment.state = "waived"


def not_twin(by: PersonRow, payment_id: int) -> None:
    """Two rows that were taken for one purchase are two: both count."""
    finance_only(by)
    with transaction() as session:
        hold(session)
        follower = session.get(PaymentRow, payment_id, with_for_update=True, populate_existing=True)
        if follower is None or follower.twin_of_id is None:
            raise Stale
        lead_id, why = follower.twin_of_id, follower.twin_why
        rows = Members(frozenset({follower.id, lead_id}), frozenset())
        decision = decide(session, by, "not_twin", rows, {"follower": follower.id, "lead": lead_id, "why": why})
        separate(session, decision, follower)
        ask_in(session)


def proposed(session: Session, group_id: int, version: int) -> MatchGroupRow:
    """The proposed group, locked, as it was looked at."""
    query = select(MatchGroupRow).where(MatchGroupRow.id == group_id).with_for_update(of=MatchGroupRow)
    group = session.scalar(query.execution_options(populate_existing=True))
    if group is None or group.version != version or group.state != PROPOSED:
        raise Stale("这一组刚被重新对账或处理过，请刷新。", "This group was matched anew or dealt with: reload.")
    return group


def decide(
    session: Session, by: PersonRow, kind: str, members: Members, more: Mapping[str, Any] | None = None
) -> MatchDecisionRow:
    """The decision on record, with an event on the chain of each payment."""
    said = members.said() | dict(more or {})
    decision = MatchDecisionRow(kind=kind, said=said, by_id=by.id, at=now())
    session.add(decision)
    session.flush()
    for payment_id in sorted(members.payments):
        record(session, chain_of(payment_id), f"match_{kind}", by.id, now(), {**said, "decision": decision.id})
    return decision


def chain_of(payment_id: int) -> str:
    """The event chain of a payment."""
    return f"payment:{payment_id}"


def forbid(session: Session, decision: MatchDecisionRow, members: Members) -> None:
    """This very group is not proposed again."""
    said = members.said()
    values = {"digest": members.digest, "payment_id": said["payments"][0], "decision_id": decision.id}
    insert_if_absent(session, MatchSplitRow, {**values, "payments": said["payments"], "invoices": said["invoices"]})


def declare_apart(session: Session, decision: MatchDecisionRow, pairs: Iterable[tuple[int, Key]]) -> None:
    """These payments and invoices never stand in one group."""
    for payment_id, (code, number) in sorted(pairs):
        values = {"payment_id": payment_id, "code": code, "number": number, "decision_id": decision.id}
        insert_if_absent(session, MatchNeverRow, values)


def separate(session: Session, decision: MatchDecisionRow, follower: PaymentRow) -> None:
    """The follower counts by itself again, and is not taken for the other's twin."""
    lead = session.get_one(PaymentRow, follower.twin_of_id)
    wallet, card = (lead, follower) if lead.account.kind == "wallet" else (follower, lead)
    follower.twin_of_id, follower.twin_why = None, None
    follower.state = resting_state(follower)
    pair = {"wallet_payment_id": wallet.id, "card_payment_id": card.id, "decision_id": decision.id}
    insert_if_absent(session, NotTwinRow, pair)


def learn_names(session: Session, decision: MatchDecisionRow, group: MatchGroupRow) -> None:
    """Each payee of the group is the seller, though the names do not say so; of several sellers nothing is learned."""
    sellers = {invoice.seller_name for invoice in group.invoices if invoice.seller_name}
    if len(sellers) != 1:
        return
    seller = sellers.pop()
    for payee in sorted({payment.payee for payment in group.payments}):
        if not is_blank(payee) and likeness(payee, seller) is None:
            values = {"payee_key": name_key(payee), "seller_key": name_key(seller), "payee": payee, "seller": seller}
            insert_if_absent(session, MatchAliasRow, {**values, "decision_id": decision.id})
            told = {"fact": Fact.PAYEE_SIMILAR.value, "value": f"{payee} ~ {seller}", "why": ALIAS}
            group.evidence = [*group.evidence, told]
