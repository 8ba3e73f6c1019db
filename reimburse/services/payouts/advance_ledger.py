"""The ledger of advances: paid out, reserved and offset by claims, returned. In the caller's transaction.

Every movement is an entry first; the sums follow, and the database refuses sums that the entries do not add up to.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from reimburse.domain.money import from_fen
from reimburse.services.errors import Refused
from reimburse.store.absent import insert_if_absent
from reimburse.store.advances import AdvanceBalanceRow, AdvanceEntryRow, AdvanceRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import now, today

BY_ADVANCE = "advance"
"""``paid_by`` of lines that are offset against an advance."""
OPEN = "paid"
"""The state of an advance that went out and is not settled yet."""
APPROVED = "approved"
"""The state of one that is to be paid out."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a claim holds of one advance, in fen."""

    reserved_fen: int = 0
    offset_fen: int = 0


@dataclass(frozen=True, slots=True)
class Move:
    """A movement in fen; ``reference`` is the bank's where money moved."""

    kind: str
    paid_fen: int = 0
    reserved_fen: int = 0
    offset_fen: int = 0
    returned_fen: int = 0
    claim_id: int | None = None
    by_id: int | None = None
    reference: str = ""
    on: date | None = None


def left_of(balance: AdvanceBalanceRow) -> int:
    """What neither a claim takes nor came back."""
    return balance.paid_fen - balance.reserved_fen - balance.offset_fen - balance.returned_fen


def wanted_by(claim: ClaimRow) -> int:
    """What the claim's lines take of advances."""
    return sum(line.amount_fen for line in claim.lines if line.paid_by == BY_ADVANCE)


def reserve(session: Session, claim: ClaimRow) -> None:
    """Bring what the claim takes of its claimant's advances to what its lines say, the oldest advance first.

    ``Refused`` where they do not have that much. Safe to repeat.
    """
    wanted, held = wanted_by(claim), held_by(session, claim.id)
    if wanted <= 0 and not held:
        return
    if wanted < 0:
        raise Refused("借款冲抵的明细合计不能小于零。", "Lines against an advance add up to zero or more.")
    rest = wanted
    for balance in _locked(session, _open_advances(session, claim) + sorted(held)):
        mine = held.get(balance.advance_id, Held()).reserved_fen
        take = min(rest, left_of(balance) + mine)
        rest -= take
        if take != mine:
            kind = "reserve" if take > mine else "release"
            post(session, balance.advance_id, Move(kind, reserved_fen=take - mine, claim_id=claim.id))
    if rest:
        raise Refused(
            f"借款余额不足：本单冲抵 {from_fen(wanted):,.2f} 元，可冲抵 {from_fen(wanted - rest):,.2f} 元。",
            f"Your advances cover {from_fen(wanted - rest):,.2f} yuan of the {from_fen(wanted):,.2f} set against them.",
        )


def release(session: Session, claim: ClaimRow) -> None:
    """Give back what the claim has reserved (recall, rejection, deletion)."""
    held = held_by(session, claim.id)
    for balance in _locked(session, sorted(held)):
        fen = held[balance.advance_id].reserved_fen
        if fen:
            post(session, balance.advance_id, Move("release", reserved_fen=-fen, claim_id=claim.id))


def offset(session: Session, claim: ClaimRow, by_id: int | None) -> None:
    """Turn what the claim has reserved into offset (export); an advance with nothing left is settled."""
    held = held_by(session, claim.id)
    for balance in _locked(session, sorted(held)):
        fen = held[balance.advance_id].reserved_fen
        if fen:
            post(session, balance.advance_id, Move("offset", 0, -fen, fen, 0, claim.id, by_id))


def undo_offset(session: Session, claim: ClaimRow, by_id: int | None) -> None:
    """The claim is reversed: what it offset is owed again."""
    held = held_by(session, claim.id)
    for balance in _locked(session, sorted(held)):
        fen = held[balance.advance_id].offset_fen
        if fen:
            post(session, balance.advance_id, Move("undo_offset", offset_fen=-fen, claim_id=claim.id, by_id=by_id))


def hand_over(session: Session, source: ClaimRow, target: ClaimRow) -> None:
    """Give the follow-up ``target`` what its lines take of what ``source`` has reserved; no sum changes."""
    rest, held = wanted_by(target), held_by(session, source.id)
    for balance in _locked(session, sorted(held)):
        take = min(rest, held[balance.advance_id].reserved_fen)
        rest -= take
        if take:
            post(session, balance.advance_id, Move("release", reserved_fen=-take, claim_id=source.id))
            post(session, balance.advance_id, Move("reserve", reserved_fen=take, claim_id=target.id))


def pay_out(session: Session, advance: AdvanceRow, reference: str, on: date, by_id: int | None) -> None:
    """The money went out."""
    values = {"paid_fen": 0, "reserved_fen": 0, "offset_fen": 0, "returned_fen": 0}
    insert_if_absent(session, AdvanceBalanceRow, {"advance_id": advance.id, **values})
    _locked(session, [advance.id])
    move = Move("pay_out", paid_fen=advance.amount_fen, by_id=by_id, reference=reference, on=on)
    advance.state, advance.paid_on = OPEN, on
    post(session, advance.id, move)


def take_back(session: Session, advance: AdvanceRow, reference: str, on: date, by_id: int) -> None:
    """The bank gave the payment back: the advance is to be paid out anew. ``Refused`` where it was used already."""
    (balance,) = _locked(session, [advance.id])
    used = balance.reserved_fen + balance.offset_fen + balance.returned_fen
    if used:
        raise Refused(
            f"借款 {advance.advance_no} 已被占用、冲抵或退回 {from_fen(used):,.2f} 元，请先撤回或冲销相关报销单。",
            f"{from_fen(used):,.2f} yuan of advance {advance.advance_no} are set against claims or came back:"
            " recall or reverse these claims first.",
        )
    advance.state, advance.paid_on = APPROVED, None
    move = Move("bank_return", paid_fen=-balance.paid_fen, by_id=by_id, reference=reference, on=on)
    post(session, advance.id, move)


def give_back(session: Session, advance: AdvanceRow, fen: int, reference: str, on: date, by_id: int) -> None:
    """Some of the money came back; ``Refused`` where more than is left."""
    (balance,) = _locked(session, [advance.id])
    if not 0 < fen <= left_of(balance):
        raise Refused(
            f"退回金额须大于零且不超过余额 {from_fen(left_of(balance)):,.2f} 元。",
            f"What comes back is above zero and at most the {from_fen(left_of(balance)):,.2f} yuan that are left.",
        )
    post(session, advance.id, Move("return", 0, 0, 0, fen, None, by_id, reference, on))


def held_by(session: Session, claim_id: int) -> dict[int, Held]:
    """What this claim holds, by advance id."""
    entry = AdvanceEntryRow
    sums = func.sum(entry.reserved_delta_fen), func.sum(entry.offset_delta_fen)
    rows = session.execute(select(entry.advance_id, *sums).where(entry.claim_id == claim_id).group_by(entry.advance_id))
    held = {advance_id: Held(int(reserved), int(offset_fen)) for advance_id, reserved, offset_fen in rows}
    return {advance_id: sums for advance_id, sums in held.items() if sums != Held()}


def post(session: Session, advance_id: int, move: Move) -> None:
    """Write an entry and the sums that follow from it; the advance is settled, or open again, by what is left."""
    deltas = {
        "paid": move.paid_fen,
        "reserved": move.reserved_fen,
        "offset": move.offset_fen,
        "returned": move.returned_fen,
    }
    said = {"kind": move.kind, "claim_id": move.claim_id, "by_id": move.by_id, "reference": move.reference}
    when = {"happened_on": move.on or today(), "at": now()}
    changed = {f"{name}_delta_fen": fen for name, fen in deltas.items()}
    session.execute(insert(AdvanceEntryRow).values(advance_id=advance_id, **said, **when, **changed))
    balance = AdvanceBalanceRow
    sums = {f"{name}_fen": getattr(balance, f"{name}_fen") + fen for name, fen in deltas.items()}
    session.execute(
        update(balance)
        .where(balance.advance_id == advance_id)
        .values(**sums)
        .execution_options(synchronize_session=False)
    )
    _settle(session, advance_id)


def _settle(session: Session, advance_id: int) -> None:
    session.flush()
    advance = session.get_one(AdvanceRow, advance_id, populate_existing=True)
    balance = session.get_one(AdvanceBalanceRow, advance_id, populate_existing=True)
    over = balance.paid_fen > 0 and balance.offset_fen + balance.returned_fen == balance.paid_fen
    if over and advance.state == OPEN:
        advance.state, advance.settled_at = "settled", now()
    elif not over and advance.state == "settled":
        advance.state, advance.settled_at = OPEN, None
    session.flush()


def _open_advances(session: Session, claim: ClaimRow) -> list[int]:
    mine = select(AdvanceRow.id).where(
        AdvanceRow.claimant_id == claim.claimant_id,
        AdvanceRow.legal_entity_id == claim.legal_entity_id,
        AdvanceRow.state == OPEN,
    )
    return list(session.scalars(mine.order_by(AdvanceRow.id)))


def _locked(session: Session, advance_ids: Iterable[int]) -> list[AdvanceBalanceRow]:
    """The balances; their advances are held in ascending order until the transaction ends."""
    ids = sorted(set(advance_ids))
    session.execute(select(AdvanceRow.id).where(AdvanceRow.id.in_(ids)).order_by(AdvanceRow.id).with_for_update())
    query = (
        select(AdvanceBalanceRow).where(AdvanceBalanceRow.advance_id.in_(ids)).order_by(AdvanceBalanceRow.advance_id)
    )
    return list(session.scalars(query.execution_options(populate_existing=True)))
