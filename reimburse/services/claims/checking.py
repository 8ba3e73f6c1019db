"""Judge a claim: live while it is edited, and in the background once it is submitted."""

import json
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.domain.finding import CheckAnswer, Severity, Text, Verdict
from reimburse.domain.finding_json import answer_from_json, answer_to_json
from reimburse.domain.invoice_json import Json
from reimburse.domain.workflow import Action, ClaimState, Role
from reimburse.services.approval import approvals
from reimburse.services.claims import balances, claim_mail
from reimburse.services.claims.claim_access import own_editable
from reimburse.services.claims.facts import LOADED, canonical, facts_of
from reimburse.services.claims.workflow import advance
from reimburse.services.errors import Refused
from reimburse.services.idempotency import DoneBefore, remember, repeated
from reimburse.services.outbox import ask, mark_done
from reimburse.services.payouts import advance_ledger
from reimburse.services.policy import policies
from reimburse.store.claims import CheckRow, ClaimRow
from reimburse.store.db import db, now, today, transaction
from rules import claim_json, engine
from rules.evidence import Need, required_attachments
from rules.policy import Policy

RETURNS = frozenset({Verdict.BLOCK, Verdict.RETURN})
SUBMITTED = Text("提交", "It was submitted")


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the rules say of a claim, and the documents they ask for."""

    answer: CheckAnswer
    needs: tuple[Need, ...]


def judge(facts: Json, on: date, policy: Policy | None = None) -> Assessment:
    """The rules' answer to a claim on this day, under the policy in force then unless another one is given."""
    claim_file = claim_json.decode(canonical(facts).encode())
    known = claim_json.facts_of(claim_file, policy or policies.in_force(on), on)
    return Assessment(engine.check(known), required_attachments(known))


def assess(claim: ClaimRow) -> Assessment:
    """What a check would say if the claim were submitted today, with the pledge that submitting asks for."""
    on = today()
    facts = facts_of(db.session(), claim, on, claim.round + 1)
    facts["claim"]["no_duplicate_pledge"] = True
    return judge(facts, on)


def preview(claim: ClaimRow) -> CheckAnswer:
    """The answer that a check would give if the claim were submitted today. Writes nothing."""
    return assess(claim).answer


def submit(
    claim_no: str, by_id: int, *, pledge: bool, key: str | None = None, version: int | None = None
) -> DoneBefore | None:
    """Submit a draft or returned claim: its invoices are reserved, a job judges it.

    ``pledge`` is the promise that nothing on it was claimed before. Refused where a rule blocks submission or where
    another claim holds one of the invoices. The same idempotency key submits once.
    """
    if not pledge:
        raise Refused(
            "请先勾选“承诺未重复报销”，再提交。", "Tick the pledge that nothing was claimed before, then submit."
        )
    with transaction() as session:
        if before := repeated(session, by_id, key, SUBMITTED):
            return before
        claim = own_editable(session, claim_no, by_id, version)
        _refuse_unfinished(claim)
        claim.no_duplicate_pledge = True
        claim.submitted_at, claim.submitted_on = now(), today()
        claim.policy_version = policies.in_force(claim.submitted_on).version
        balances.reserve(session, claim)
        advance_ledger.reserve(session, claim)
        _refuse_blocked(preview(claim))
        claim.round += 1
        claim.expires_on = None
        advance(session, claim, Action.SUBMIT, Role.CLAIMANT, by_id, {"round": claim.round})
        ask(session, "check_claim", claim.id, claim.round)
        remember(session, by_id, key, claim_no)
    return None


def unfinished(claim: ClaimRow) -> Text | None:
    """What is still to be filled in before the claim can be submitted: its purpose, and an amount on every line.

    A line of nothing claims nothing: no rule would ask for its invoice, and the claim could approve itself.
    """
    if not claim.purpose.strip():
        return Text("请填写报销事由。", "Fill in the purpose of the claim.")
    empty = [str(line.position) for line in claim.lines if not line.amount_fen]
    if claim.lines and not empty:
        return None
    numbers = empty[:5] or ["1"]
    return Text(
        f"第 {'、'.join(numbers)} 行没有金额，请填写或移除。",
        f"Line {', '.join(numbers)} has no amount: fill it in or remove it.",
    )


def _refuse_unfinished(claim: ClaimRow) -> None:
    if lacking := unfinished(claim):
        raise Refused(*lacking)


def check_claim(claim_id: int, round_no: int, outbox_id: int | None = None) -> None:
    """Judge one round of a submitted claim and move it on. Run again for the same round, it does nothing."""
    with transaction() as session:
        query = select(ClaimRow).where(ClaimRow.id == claim_id).options(*LOADED)
        claim = session.scalars(query.with_for_update(of=ClaimRow).execution_options(populate_existing=True)).one()
        if claim.state == ClaimState.CHECKING.value and claim.round == round_no:
            _conclude(session, claim, _checked(session, claim))
        mark_done(session, outbox_id)


def last_answer(claim: ClaimRow) -> CheckAnswer | None:
    """What the latest stored check of the claim said."""
    query = select(CheckRow).where(CheckRow.claim_id == claim.id).order_by(CheckRow.round.desc()).limit(1)
    row = db.session.scalar(query)
    return answer_of(row) if row else None


def answer_of(row: CheckRow) -> CheckAnswer:
    """The answer that a stored check holds."""
    return answer_from_json(json.loads(row.answer))


def to_fix(answer: CheckAnswer) -> int:
    """How many findings stand between the claim and the approver."""
    return sum(finding.severity in (Severity.BLOCK, Severity.RETURN) for finding in answer.findings)


def _refuse_blocked(answer: CheckAnswer) -> None:
    for finding in answer.findings:
        if finding.severity is Severity.BLOCK:
            raise Refused(
                f"不能提交：{finding.message.zh}（{finding.clause}）",
                f"It cannot be submitted: {finding.message.en} ({finding.clause})",
            )


def _checked(session: Session, claim: ClaimRow) -> CheckAnswer:
    on = claim.submitted_on or today()
    facts = facts_of(session, claim, on, claim.round)
    policy = policies.of_claim(claim)
    answer = judge(facts, on, policy).answer
    session.add(
        CheckRow(
            claim_id=claim.id,
            round=claim.round,
            policy_version=answer.policy_version,
            policy_digest=policies.keep(session, policy),
            verdict=answer.verdict.value,
            facts=canonical(facts),
            answer=canonical(answer_to_json(answer)),
            checked_at=now(),
        )
    )
    return answer


def _conclude(session: Session, claim: ClaimRow, answer: CheckAnswer) -> None:
    claim.verdict = answer.verdict.value
    claim.flagged = answer.verdict is not Verdict.PASS
    said = {"round": claim.round, "verdict": answer.verdict.value, "rules": [f.rule for f in answer.findings]}
    if answer.verdict in RETURNS:
        claim.open_findings = to_fix(answer)
        advance(session, claim, Action.RETURN, Role.SYSTEM, None, said)
        claim_mail.tell_returned(session, claim, answer)
        return
    claim.open_findings = sum(finding.severity is not Severity.INFO for finding in answer.findings)
    if _passes_by_itself(session, claim, answer):
        advance(session, claim, Action.APPROVE_AUTOMATICALLY, Role.SYSTEM, None, said)
        claim_mail.tell_approved(session, claim)
        return
    advance(session, claim, Action.PASS_CHECK, Role.SYSTEM, None, said)
    approvals.open_steps(session, claim, answer)


def _passes_by_itself(session: Session, claim: ClaimRow, answer: CheckAnswer) -> bool:
    """Small and clean; but what a reviewer once sent back goes to a reviewer again."""
    limit = policies.parameters_of(claim).auto_approve_up_to
    small = answer.verdict is Verdict.PASS and approvals.family_total(session, claim) <= limit
    return small and not approvals.was_reviewed(session, claim)
