"""Reserve, release, book and unbook what a claim takes from its invoices.

All of it runs in the caller's transaction, on the locked balance row of each invoice key, keys in ascending order.
A key's sums are absolute: a red-letter invoice of -100.00 has a face of 100.00 that can be taken once.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from reimburse.domain.invoice import InvoiceKey
from reimburse.domain.money import from_fen, share
from reimburse.services.errors import Refused
from reimburse.services.policy import policies
from reimburse.services.returns import red_postings
from reimburse.store.absent import insert_if_absent
from reimburse.store.balances import BalanceEntryRow, InvoiceBalanceRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import now
from reimburse.store.invoices import InvoiceRow
from reimburse.store.reissues import ReissueRow


class InvoiceInUse(Refused):
    """The invoice already stands on another claim, or is used up."""


class NotReservable(Refused):
    """The invoice has no number or no total yet."""


@dataclass(frozen=True, slots=True)
class Held:
    """What one claim holds of one invoice key, in fen. ``stands`` also where the sum is zero."""

    reserved_fen: int = 0
    booked_fen: int = 0
    stands: bool = False


def reserve(session: Session, claim: ClaimRow) -> None:
    """Bring the claim's reservations to what its lines take now; ``InvoiceInUse`` where another claim was faster.

    Safe to repeat: a resubmitted claim keeps what it held and adds or gives back the difference.
    """
    wanted = _wanted(claim)
    for key in sorted(set(wanted) | set(held_by(session, claim.id))):
        face_fen, take_fen = wanted.get(key, (0, 0))
        balance = _locked(session, key, face_fen)
        holders = holders_of(session, key)
        mine = holders.pop(claim.id, Held())
        if key not in wanted:
            _post(session, claim, key, "release", -mine.reserved_fen)
            continue
        _refuse_if_reissued(session, key)
        _refuse_if_taken(session, claim, key, holders)
        _keep_face(session, balance, face_fen, alone=not any(held.stands for held in holders.values()))
        delta = take_fen - mine.reserved_fen
        if balance.reserved_fen + balance.booked_fen + delta > balance.face_fen:
            raise _used_up(key, balance)
        if delta or not mine.stands:
            _post(session, claim, key, "reserve", delta)


def release(session: Session, claim: ClaimRow) -> None:
    """Give back all that the claim has reserved (recall, rejection, deletion)."""
    for key, held in sorted(held_by(session, claim.id).items()):
        if held.stands and not held.booked_fen:
            _locked(session, key, 0)
            _post(session, claim, key, "release", -held.reserved_fen)


def book(session: Session, claim: ClaimRow) -> None:
    """Turn what the claim has reserved into booked (export)."""
    for key, held in sorted(held_by(session, claim.id).items()):
        if held.reserved_fen:
            _locked(session, key, 0)
            _post(session, claim, key, "book", -held.reserved_fen, held.reserved_fen)


def unbook(session: Session, claim: ClaimRow) -> None:
    """Free what the claim has booked (reversal)."""
    for key, held in sorted(held_by(session, claim.id).items()):
        if held.booked_fen:
            _locked(session, key, 0)
            _post(session, claim, key, "unbook", 0, -held.booked_fen)


def book_later(session: Session, claim: ClaimRow, invoice: InvoiceRow, take_fen: int) -> None:
    """Book an invoice that came after its claim was reimbursed: nobody else can claim on it any more."""
    key, face_fen = _reservable(invoice)
    balance = _locked(session, key, face_fen)
    holders = holders_of(session, key)
    mine = holders.pop(claim.id, Held())
    _refuse_if_taken(session, claim, key, holders)
    _keep_face(session, balance, face_fen, alone=not (mine.stands or any(held.stands for held in holders.values())))
    take_fen = min(abs(take_fen), face_fen)
    if balance.reserved_fen + balance.booked_fen + take_fen > balance.face_fen:
        raise _used_up(key, balance)
    _post(session, claim, key, "reserve", take_fen)
    _post(session, claim, key, "book", -take_fen, take_fen)


def hand_over(session: Session, source: ClaimRow, target: ClaimRow) -> None:
    """Give the follow-up ``target`` what ``source`` holds beyond what its own lines still take; no sum changes."""
    keeps = _wanted(source)
    for key in sorted(_wanted(target)):
        held = held_by(session, source.id).get(key, Held())
        _locked(session, key, 0)
        kept = min(held.reserved_fen, keeps[key][1]) if key in keeps else 0
        _post(session, source, key, "reserve" if key in keeps else "release", kept - held.reserved_fen)
        _post(session, target, key, "reserve", held.reserved_fen - kept)


def taken_by_invoice(claim: ClaimRow) -> dict[int, int]:
    """Fen that the lines take of each invoice of the claim, by invoice id.

    A line on several invoices is shared among them in proportion to their totals.
    """
    taken = {invoice.id: 0 for invoice in claim.invoices}
    for line in claim.lines:
        weights = [abs(invoice.total_fen or 0) for invoice in line.invoices]
        for invoice, part in zip(line.invoices, share(line.amount_fen, weights) if weights else [], strict=True):
            taken[invoice.id] = taken.get(invoice.id, 0) + part
    return taken


def held_by(session: Session, claim_id: int) -> dict[InvoiceKey, Held]:
    """What this claim holds, by invoice key."""
    entries = session.scalars(
        select(BalanceEntryRow).where(BalanceEntryRow.claim_id == claim_id).order_by(BalanceEntryRow.id)
    )
    held: dict[InvoiceKey, Held] = {}
    for entry in entries:
        key = InvoiceKey(entry.code, entry.number)
        held[key] = _after(held.get(key, Held()), entry)
    return held


def holders_of(session: Session, key: InvoiceKey) -> dict[int, Held]:
    """What each claim holds of this invoice key, by claim id, over everyone and all years."""
    entries = session.scalars(
        select(BalanceEntryRow)
        .where(BalanceEntryRow.code == key.code, BalanceEntryRow.number == key.number)
        .order_by(BalanceEntryRow.id)
    )
    holders: dict[int, Held] = {}
    for entry in entries:
        holders[entry.claim_id] = _after(holders.get(entry.claim_id, Held()), entry)
    return holders


def _after(held: Held, entry: BalanceEntryRow) -> Held:
    return Held(
        held.reserved_fen + entry.reserved_delta_fen,
        held.booked_fen + entry.booked_delta_fen,
        entry.kind in ("reserve", "book"),
    )


def _wanted(claim: ClaimRow) -> dict[InvoiceKey, tuple[int, int]]:
    """(face, to reserve) by key; the ledger posts at most the face value, a cent of tolerance is for the rules."""
    taken = taken_by_invoice(claim)
    wanted: dict[InvoiceKey, tuple[int, int]] = {}
    for invoice in claim.invoices:
        key, face_fen = _reservable(invoice)
        _, before = wanted.get(key, (0, 0))
        wanted[key] = (face_fen, min(face_fen, before + abs(taken[invoice.id])))
    return wanted


def _reservable(invoice: InvoiceRow) -> tuple[InvoiceKey, int]:
    if invoice.key is None or invoice.total_fen is None:
        raise NotReservable(
            f"发票（{invoice.seller_name or '销售方未知'}）还缺号码或金额，请先在发票页补全，再提交。",
            f"The invoice of {invoice.seller_name or 'an unknown seller'} lacks its number or total: "
            "complete it on its page, then submit.",
        )
    return invoice.key, abs(invoice.total_fen)


def _locked(session: Session, key: InvoiceKey, face_fen: int) -> InvoiceBalanceRow:
    values = {"code": key.code, "number": key.number, "face_fen": face_fen, "reserved_fen": 0, "booked_fen": 0}
    if insert_if_absent(session, InvoiceBalanceRow, values):
        red_postings.take_known(session, key)
    return session.get_one(InvoiceBalanceRow, (key.code, key.number), with_for_update=True, populate_existing=True)


def _keep_face(session: Session, balance: InvoiceBalanceRow, face_fen: int, *, alone: bool) -> None:
    # A reading can be corrected while nobody else rests on its old total.
    left = max(face_fen - balance.red_fen + balance.owed_fen, 0)
    if alone and balance.face_fen != left and balance.booked_fen == 0:
        balance.face_fen = max(left, balance.reserved_fen)
        session.flush()


def _refuse_if_taken(session: Session, claim: ClaimRow, key: InvoiceKey, holders: Mapping[int, Held]) -> None:
    others = [claim_id for claim_id, held in holders.items() if held.stands]
    if not others or policies.parameters_of(claim).allow_partial_claims:
        return
    rows = session.scalars(select(ClaimRow).where(ClaimRow.id.in_(others)).order_by(ClaimRow.id))
    strangers = [other for other in rows if not related(claim, other)]
    if strangers:
        raise _in_use(claim, key, strangers[0])


def _refuse_if_reissued(session: Session, key: InvoiceKey) -> None:
    reissued = select(ReissueRow.id).where(ReissueRow.code == key.code, ReissueRow.number == key.number)
    if session.scalar(reissued.where(ReissueRow.state == "done").limit(1)):
        raise InvoiceInUse(
            f"发票 {key} 已退回销售方并重开，请改用重开的新票（R-47）。",
            f"Invoice {key} went back to the seller and was reissued: use the new one (R-47).",
        )


def related(claim: ClaimRow, other: ClaimRow) -> bool:
    """Whether both come of one claim, as follow-ups or as itself: together they claim the invoice once."""
    return (other.follow_up_of_id or other.id) == (claim.follow_up_of_id or claim.id)


def _in_use(claim: ClaimRow, key: InvoiceKey, other: ClaimRow) -> InvoiceInUse:
    if other.claimant_id == claim.claimant_id:
        zh, en = f"您的报销单 {other.claim_no}", f"your claim {other.claim_no}"
    else:
        zh, en = "另一位同事的报销单（单号不公开）", "a colleague's claim (its number is not shown)"
    return InvoiceInUse(
        f"发票 {key} 已在{zh}上，不能重复报销。请把它从本单移除后再提交；如有疑问请联系财务。",
        f"Invoice {key} already stands on {en} and cannot be claimed twice. "
        "Remove it from this claim and submit again; ask finance if in doubt.",
    )


def _used_up(key: InvoiceKey, balance: InvoiceBalanceRow) -> InvoiceInUse:
    left = from_fen(balance.face_fen - balance.reserved_fen - balance.booked_fen)
    return InvoiceInUse(
        f"发票 {key} 可报余额只剩 {left:,.2f} 元，本单超出。请改小金额或移除该发票。",
        f"Only {left:,.2f} yuan of invoice {key} are left, this claim takes more: lower the amount or remove it.",
    )


def _post(
    session: Session, claim: ClaimRow, key: InvoiceKey, kind: str, reserved_delta: int, booked_delta: int = 0
) -> None:
    session.execute(
        update(InvoiceBalanceRow)
        .where(InvoiceBalanceRow.code == key.code, InvoiceBalanceRow.number == key.number)
        .values(
            reserved_fen=InvoiceBalanceRow.reserved_fen + reserved_delta,
            booked_fen=InvoiceBalanceRow.booked_fen + booked_delta,
        )
        .execution_options(synchronize_session=False)
    )
    red_postings.take_owed(session, key, -(reserved_delta + booked_delta))
    entry = {"code": key.code, "number": key.number, "claim_id": claim.id, "kind": kind, "at": now()}
    deltas = {"reserved_delta_fen": reserved_delta, "booked_delta_fen": booked_delta}
    session.execute(insert(BalanceEntryRow).values(**entry, **deltas))
