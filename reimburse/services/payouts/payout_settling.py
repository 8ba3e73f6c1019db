"""A payout is paid, or it failed: by the bank's result, or by finance with a reference. Whoever gets it is told."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.domain.finding import Text
from reimburse.domain.money import from_fen
from reimburse.domain.workflow import Action, ClaimState, Role
from reimburse.services.access import finance_only
from reimburse.services.claims.workflow import advance
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.services.notices import tell
from reimburse.services.payouts import advance_ledger, advances, money_postings
from reimburse.services.payouts.payouts import chain_of, held_of, own_money
from reimburse.services.returns.offsets import tell_finance
from reimburse.store.advances import AdvanceRow
from reimburse.store.claims import ClaimRow, ExpenseLineRow
from reimburse.store.db import now, today, transaction
from reimburse.store.events import record
from reimburse.store.payouts import PayoutAttemptRow, PayoutClaimRow, PayoutRow
from reimburse.store.people import PersonRow

LOOKED_INTO_WITHIN = timedelta(hours=24)
"""Finance looks into a failed payment within a day (F-38)."""
LISTED = 30
"""Lines that a remittance notice lists."""


def settle_paid(session: Session, payout: PayoutRow, on: date, reference: str, by_id: int) -> None:
    """The money arrived: the claims are paid, the advance is out, the person is told. In the caller's transaction."""
    payout.state, payout.paid_on, payout.reference, payout.failure = "paid", on, reference[:100], ""
    said = {"on": on.isoformat(), "reference": payout.reference}
    record(session, chain_of(payout.id), "payout_paid", by_id, now(), said)
    if payout.advance_id:
        row = session.get_one(AdvanceRow, payout.advance_id, with_for_update={"of": AdvanceRow})
        row.due_on = advances.due_day(row, on)
        advance_ledger.pay_out(session, row, payout.reference, on, by_id)
    claims = claims_in(session, payout)
    for claim in claims:
        if claim.state == ClaimState.EXPORTED.value:
            advance(session, claim, Action.PAY, Role.FINANCE_REVIEWER, by_id, {**said, "payout": payout.id})
    money_postings.paid(session, payout, on)
    _send_remittance(session, payout, claims)


def settle_failed(session: Session, payout: PayoutRow, why: str, by_id: int) -> None:
    """The money did not arrive: it can go into the next file once finance has looked. In the caller's transaction."""
    note_failure(payout, why)
    payout.returned_on = None
    record(session, chain_of(payout.id), "payout_failed", by_id, now(), {"why": payout.failure})
    tell_failure(session, payout, Text("付款失败", "failed"))


def note_failure(payout: PayoutRow, why: str) -> None:
    """It failed, and nobody has looked into it yet."""
    payout.state, payout.failure = "failed", why.strip()[:300] or "—"
    payout.failed_at, payout.looked_at, payout.looked_by_id, payout.look_note = now(), None, None, ""


def tell_failure(session: Session, payout: PayoutRow, how: Text) -> None:
    """Tell the payee to check their account, and finance to look into it (F-38)."""
    yuan = f"{from_fen(payout.amount_fen):,.2f}"
    text = Text(
        f"请核对收款账户：{yuan} 元{how.zh}（{payout.failure}）",
        f"Check your payout account: a payment of {yuan} yuan {how.en} ({payout.failure})",
    )
    body = Text(
        f"{text.zh}。财务将在 24 小时内核查，并重新付款。",
        f"{text.en}. Finance looks into it within 24 hours and pays again.",
    )
    tell(session, payout.person, "payment_failed", text, f"/payouts/{payout.id}", body)
    told = Text(
        f"请在 24 小时内核查{how.zh}：{payout.person.name} {yuan} 元",
        f"Look within 24 hours into a payment that {how.en}: {payout.person.name}, {yuan} yuan",
    )
    tell_finance(session, told, f"/payouts/{payout.id}", but=payout.person_id, kind="payment_failed")


def mark_paid(by: PersonRow, payout_ids: Sequence[int], on: date, reference: str) -> int:
    """Finance has paid these in another way, or has seen the bank's word; how many. Nobody marks their own."""
    refuse_strangers(by)
    if not reference.strip():
        raise Refused("请填写付款凭据号。", "Give the reference of the payment.")
    if on > today():
        raise Refused("付款日期不能在未来。", "The payment cannot lie in the future.")
    with transaction() as session:
        states = ("due", "ordered", "failed")
        for payout in [held_by(session, by, payout_id, states) for payout_id in sorted(set(payout_ids))]:
            _settle_attempt(session, payout, "paid", "", on)
            settle_paid(session, payout, on, reference.strip(), by.id)
    return len(set(payout_ids))


def mark_failed(by: PersonRow, payout_id: int, why: str) -> None:
    """Finance has heard from the bank that it failed."""
    refuse_strangers(by)
    if not why.strip():
        raise Refused("请填写失败原因。", "Say why it failed.")
    with transaction() as session:
        payout = held_by(session, by, payout_id, ("ordered",))
        _settle_attempt(session, payout, "failed", why.strip()[:300], today())
        settle_failed(session, payout, why, by.id)


def look(by: PersonRow, payout_id: int, note: str) -> None:
    """Finance has looked into a failed payment and says what comes of it (F-38)."""
    refuse_strangers(by)
    if not note.strip():
        raise Refused("请写明核查结果。", "Say what you found.")
    with transaction() as session:
        payout = held_by(session, by, payout_id, ("failed",))
        payout.looked_at, payout.looked_by_id, payout.look_note = now(), by.id, note.strip()[:300]
        record(session, chain_of(payout.id), "payout_looked_into", by.id, now(), {"note": payout.look_note})
        text = Text(
            f"付款失败的核查结果：{payout.look_note}", f"What became of your failed payment: {payout.look_note}"
        )
        tell(session, payout.person, "payment_failed", text, f"/payouts/{payout.id}", text)


def report(by: PersonRow, payout_id: int, words: str) -> None:
    """Whoever should have got the money tells finance what they know (F-38)."""
    if not words.strip():
        raise Refused("请写明情况。", "Say what you know.")
    with transaction() as session:
        payout = held_of(session, PayoutRow.id == payout_id)
        if payout is None or payout.person_id != by.id:
            raise NotFound
        record(session, chain_of(payout.id), "payout_reported", by.id, now(), {"words": words.strip()[:300]})
        text = Text(f"{by.name} 反映付款问题：{words.strip()[:100]}", f"{by.name} on a payment: {words.strip()[:100]}")
        tell_finance(session, text, f"/payouts/{payout.id}", but=by.id, kind="payment_failed")


def record_return(by: PersonRow, claim_no: str, reference: str, on: date) -> None:
    """What the employee was paid for a reversed claim has come back: its mirror is settled."""
    refuse_strangers(by)
    if not reference.strip() or on > today():
        raise Refused("请填写收款凭据号和不晚于今天的日期。", "Give the reference and a day that is not in the future.")
    with transaction() as session:
        query = select(ClaimRow).where(ClaimRow.claim_no == claim_no).with_for_update(of=ClaimRow)
        mirror = session.scalar(query.execution_options(populate_existing=True))
        if mirror is None or mirror.reversal_of_id is None:
            raise NotFound
        if mirror.claimant_id == by.id:
            raise own_money()
        if mirror.state != ClaimState.EXPORTED.value:
            raise Stale
        said = {"on": on.isoformat(), "reference": reference.strip()[:100]}
        advance(session, mirror, Action.PAY, Role.FINANCE_REVIEWER, by.id, said)
        money_postings.claim_given_back(session, mirror, on)
        text = Text(f"{claim_no} 的退回款已收到", f"The money of {claim_no} has come back")
        tell(session, mirror.claimant, "reversal", text, f"/claims/{claim_no}")


def _settle_attempt(session: Session, payout: PayoutRow, state: str, failure: str, on: date) -> None:
    mine = select(PayoutAttemptRow).where(PayoutAttemptRow.payout_id == payout.id, PayoutAttemptRow.state == "ordered")
    for attempt in session.scalars(mine):
        attempt.state, attempt.failure, attempt.settled_on = state, failure, on


def held_by(session: Session, by: PersonRow, payout_id: int, states: tuple[str, ...]) -> PayoutRow:
    """The payout in one of these states, held; never one's own."""
    payout = held_of(session, PayoutRow.id == payout_id)
    if payout is None:
        raise NotFound
    if payout.person_id == by.id:
        raise own_money()
    if payout.state not in states:
        raise Stale
    return payout


def refuse_strangers(by: PersonRow) -> None:
    """Only finance deals with payments."""
    finance_only(by)


def claims_in(session: Session, payout: PayoutRow) -> list[ClaimRow]:
    """The claims that a payout is for, held."""
    inside = select(PayoutClaimRow.claim_id).where(PayoutClaimRow.payout_id == payout.id)
    query = select(ClaimRow).where(ClaimRow.id.in_(inside)).order_by(ClaimRow.id)
    return list(session.scalars(query.with_for_update(of=ClaimRow).execution_options(populate_existing=True)))


def _send_remittance(session: Session, payout: PayoutRow, claims: Sequence[ClaimRow]) -> None:
    """The remittance notice: the sum, and the lines it is for."""
    yuan, on = f"{from_fen(payout.amount_fen):,.2f}", payout.paid_on
    text = Text(f"请查收 {yuan} 元，{on} 付出", f"Please check: {yuan} yuan paid to you on {on}")
    lines = _lines(session, payout, claims)
    link = f"/payouts/{payout.id}"
    body = Text(
        "\n".join([f"{text.zh}。", *(one.zh for one in lines)]), "\n".join([f"{text.en}.", *(one.en for one in lines)])
    )
    tell(session, payout.person, "remittance", text, link, body)


def _lines(session: Session, payout: PayoutRow, claims: Sequence[ClaimRow]) -> list[Text]:
    if payout.advance_id:
        row = session.get_one(AdvanceRow, payout.advance_id)
        said = f"{row.advance_no}  {row.reason}  {from_fen(row.amount_fen):,.2f}"
        return [Text(said, said)]
    numbers = {claim.id: claim.claim_no for claim in claims}
    query = select(ExpenseLineRow).where(ExpenseLineRow.claim_id.in_(numbers), ExpenseLineRow.paid_by == "employee")
    rows = session.scalars(query.order_by(ExpenseLineRow.claim_id, ExpenseLineRow.position)).all()
    told = [f"{numbers[line.claim_id]}-{line.position}  {_said(line)}" for line in rows[:LISTED]]
    found = [Text(line, line) for line in told]
    more = len(rows) - LISTED
    return [*found, Text(f"另有 {more} 行，见链接", f"and {more} more lines, see the link")] if more > 0 else found


def _said(line: ExpenseLineRow) -> str:
    return f"{line.description or line.category}  {from_fen(line.amount_fen):,.2f}"
