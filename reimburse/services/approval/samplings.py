"""Sampling audits (R-64): draw claims by a recorded seed, note what each shows and what comes of it (F-25)."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from reimburse.domain.finding import Text
from reimburse.domain.sampling import drawn
from reimburse.domain.workflow import FINANCE, ClaimState, Role
from reimburse.services.claims.workflow import chain_of
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.services.notices import tell
from reimburse.store.claims import ClaimRow
from reimburse.store.db import now, transaction
from reimburse.store.events import record
from reimburse.store.people import PersonRow
from reimburse.store.samplings import SampledClaimRow, SamplingRow

METHODS = {
    "random": Text("随机", "random"),
    "risk": Text("按风险加权", "weighted by risk"),
}
RESULTS = ("fine", "violation")
CONSEQUENCES = {
    "none": Text("无", "none"),
    "budget": Text("扣减预算", "deducted from the budget"),
    "circular": Text("通报", "circular note"),
}
MOST = 500
AUDITORS = FINANCE | {Role.AUDITOR}
DRAWN_FROM = (
    ClaimState.APPROVED.value,
    ClaimState.BATCHED.value,
    ClaimState.EXPORTED.value,
    ClaimState.PAID.value,
)
HIGH_FEN = (100_000, 500_000, 2_000_000)
"""Each of these sums that a claim reaches adds to its weight."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What to draw: claims submitted from ``since`` to ``until``. Without a seed one is made up."""

    since: date
    until: date
    size: int
    method: str
    seed: str = ""


@dataclass(frozen=True, slots=True)
class Noted:
    """What a claim showed, and what comes of it."""

    result: str
    note: str
    consequence: str = "none"
    deduction_fen: int | None = None


def draw(person: PersonRow, wish: Wish) -> int:
    """Draw a sample and keep it with its seed; its id."""
    _refuse_others(person)
    if wish.since > wish.until or wish.method not in METHODS or not 1 <= wish.size <= MOST:
        raise Refused(
            f"请填写起止日期、抽取方法和 1 至 {MOST} 的数量。", f"Give a period, a method and a size of 1 to {MOST}."
        )
    seed = wish.seed.strip()[:50] or secrets.token_hex(8)
    with transaction() as session:
        weights = dict(_population(session, wish))
        chosen = drawn(weights.items(), wish.size, seed)
        if not chosen:
            raise Refused("这段时间没有已通过的报销单。", "No claim of this period has been approved.")
        sampling = SamplingRow(
            since=wish.since,
            until=wish.until,
            method=wish.method,
            size=wish.size,
            seed=seed,
            population=len(weights),
            drawn_by_id=person.id,
            drawn_at=now(),
        )
        session.add(sampling)
        session.flush()
        _keep(session, sampling, chosen, weights)
        said = {"seed": seed, "method": wish.method, "claims": chosen, "population": len(weights)}
        record(session, f"sampling:{sampling.id}", "drawn", person.id, now(), said)
        return sampling.id


def note(person: PersonRow, sampling_id: int, claim_no: str, noted: Noted, version: int) -> None:
    """Write down what a sampled claim showed; nobody looks into their own claim."""
    _refuse_others(person)
    _refuse_incomplete(noted)
    with transaction() as session:
        query = select(SampledClaimRow).join(ClaimRow).where(SampledClaimRow.sampling_id == sampling_id)
        row = session.scalar(query.where(ClaimRow.claim_no == claim_no).with_for_update(of=SampledClaimRow))
        if row is None:
            raise NotFound
        if row.version != version:
            raise Stale
        if row.claim.claimant_id == person.id:
            raise Refused("自己的报销单请由同事抽查。", "A colleague looks into your own claim.")
        row.result, row.note = noted.result, noted.note.strip()[:2000]
        row.consequence = noted.consequence if noted.result == "violation" else "none"
        row.deduction_fen = noted.deduction_fen if row.consequence == "budget" else None
        row.noted_by_id, row.noted_at = person.id, now()
        said = {"sampling": sampling_id, "result": row.result, "consequence": row.consequence}
        record(session, chain_of(row.claim), "audited", person.id, now(), said)
        if row.result == "violation":
            _tell(session, row)


def weight_of(total_fen: int, verdict: str | None, rounds: int, *, flagged: bool) -> int:
    """How much likelier than a plain claim a claim is drawn by risk: warnings, rounds and money add to it.

    >>> weight_of(5_000, "pass", 1, flagged=False), weight_of(600_000, "approval", 3, flagged=True)
    (1, 10)
    """
    money = sum(total_fen >= limit for limit in HIGH_FEN)
    return 1 + 2 * flagged + {"warn": 1, "approval": 3}.get(verdict or "", 0) + min(rounds - 1, 3) + money


def _population(session: Session, wish: Wish) -> Iterator[tuple[str, int]]:
    """(claim number, weight) of what can be drawn."""
    columns = (ClaimRow.claim_no, ClaimRow.total_fen, ClaimRow.verdict, ClaimRow.round, ClaimRow.flagged)
    query: Select[*tuple[str, int, str | None, int, bool]] = select(*columns).where(
        ClaimRow.state.in_(DRAWN_FROM), ClaimRow.submitted_on.between(wish.since, wish.until)
    )
    for claim_no, total_fen, verdict, rounds, flagged in session.execute(query).yield_per(1000):
        by_risk = weight_of(total_fen, verdict, rounds, flagged=flagged) if wish.method == "risk" else 1
        yield claim_no, by_risk


def _keep(session: Session, sampling: SamplingRow, chosen: list[str], weights: dict[str, int]) -> None:
    rows = session.execute(select(ClaimRow.claim_no, ClaimRow.id).where(ClaimRow.claim_no.in_(chosen)))
    ids = {row.claim_no: row.id for row in rows}
    session.add_all(
        SampledClaimRow(sampling_id=sampling.id, claim_id=ids[name], position=place, weight=weights[name])
        for place, name in enumerate(chosen, start=1)
    )


def _refuse_incomplete(noted: Noted) -> None:
    if noted.result not in RESULTS or noted.consequence not in CONSEQUENCES:
        raise Refused("请选择抽查结果。", "Choose what the claim showed.")
    if noted.result == "violation" and not noted.note.strip():
        raise Refused("请写明违规情况。", "Say what is wrong.")
    if noted.result == "violation" and noted.consequence == "budget" and (noted.deduction_fen or 0) <= 0:
        raise Refused("请填写扣减预算的金额。", "Give the amount that the budget is cut by.")


def _tell(session: Session, row: SampledClaimRow) -> None:
    word = CONSEQUENCES[row.consequence]
    text = Text(
        f"请看抽查结论：报销单 {row.claim.claim_no} 违规，处理：{word.zh}",
        f"Read what a sampling audit found on claim {row.claim.claim_no}: a violation, consequence: {word.en}",
    )
    body = Text(f"{text.zh}。\n{row.note}", f"{text.en}.\n{row.note}")
    tell(session, row.claim.claimant, "audit", text, f"/claims/{row.claim.claim_no}", body)


def _refuse_others(person: PersonRow) -> None:
    if not person.roles() & AUDITORS:
        raise NotFound
