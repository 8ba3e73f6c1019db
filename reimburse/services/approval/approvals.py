"""The approval steps of a claim: computed from policy and findings, stored, decided one after the other."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, object_session

from reimburse.domain.finding import CheckAnswer, Finding, Resolver, Severity, Text
from reimburse.domain.money import from_fen, money_text
from reimburse.domain.workflow import REVIEWERS, ClaimState, Role
from reimburse.services.approval.approvers import Approvers, Case, StepRow
from reimburse.services.approval.asking import tell_holders
from reimburse.services.policy import policies
from reimburse.store.approvals import ApprovalStepRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import now
from reimburse.store.people import PersonRow
from rules.parameters import Parameters

ORDER = (Role.APPROVER, Role.DEPARTMENT_DIRECTOR, Role.FINANCE_REVIEWER, Role.FINANCE_HEAD)
OVER = {ClaimState.REJECTED.value, ClaimState.DELETED.value, ClaimState.REVERSED.value}


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step to come. ``why`` are reason codes (``reason_text``); ``person`` None where nobody may decide it."""

    role: Role
    why: tuple[str, ...]
    rules: frozenset[str]
    person: PersonRow | None


def planned_steps(claim: ClaimRow, answer: CheckAnswer) -> list[PlannedStep]:
    """The steps this claim has to pass, in order; the people are those who would be asked now.

    Two roles that one rule asks for are two people; otherwise one person decides once, on the highest of their levels.
    """
    session = object_session(claim)
    if session is None:
        raise ValueError("the claim is not stored")
    return plan_of(session, claim, _wanted(session, claim, answer))


def plan_of(session: Session, case: Case, wanted: Mapping[Role, list[str]]) -> list[PlannedStep]:
    """The steps for these roles, each with its reasons, and the people who would be asked now."""
    approvers, plan = Approvers(session, case), list[PlannedStep]()
    for role, why in sorted(wanted.items(), key=lambda want: ORDER.index(want[0])):
        plan = _with_step(plan, approvers, role, why)
    return plan


def wanted_by_amount(total: Decimal, limits: Parameters) -> dict[Role, list[str]]:
    """The department's approver, and the levels that this many yuan take it over (strictly)."""
    wanted: dict[Role, list[str]] = {Role.APPROVER: ["department"]}
    for role, limit in (
        (Role.DEPARTMENT_DIRECTOR, limits.director_over),
        (Role.FINANCE_HEAD, limits.finance_head_over),
    ):
        if total > limit:
            wanted[role] = [f"over:{money_text(limit)}"]
    return wanted


def open_steps(session: Session, claim: ClaimRow, answer: CheckAnswer) -> None:
    """Store the steps of the claim's round and open the first. A second call changes nothing."""
    if steps_of(session, claim):
        return
    for position, step in enumerate(planned_steps(claim, answer), start=1):
        assignee_id = step.person.id if step.person else None
        row = ApprovalStepRow(claim=claim, round=claim.round, position=position, role=step.role.value)
        row.why, row.assignee_id = ", ".join(step.why), assignee_id
        session.add(row)
    open_next(session, claim)


def open_next(session: Session, claim: ClaimRow) -> ApprovalStepRow | None:
    """Open the next step and tell whoever holds it; None where all steps are decided."""
    session.flush()
    step = next((step for step in steps_of(session, claim) if step.state == "waiting"), None)
    if step is None:
        return None
    step.state, step.opened_at = "open", now()
    session.flush()
    tell_holders(session, claim, step)
    return step


def drop_steps(session: Session, claim: ClaimRow) -> None:
    """Close what is still waiting or open in this round: the claim was returned, rejected or recalled."""
    for step in steps_of(session, claim):
        if step.state in ("waiting", "open"):
            step.state = "dropped"
    session.flush()


def steps_of(session: Session, claim: ClaimRow) -> list[ApprovalStepRow]:
    """The steps of the claim's present round, in order."""
    rows = select(ApprovalStepRow).where(ApprovalStepRow.claim_id == claim.id, ApprovalStepRow.round == claim.round)
    return list(session.scalars(rows.order_by(ApprovalStepRow.position)))


def open_step(session: Session, claim: ClaimRow) -> ApprovalStepRow | None:
    """The step that is open now."""
    return next((step for step in steps_of(session, claim) if step.state == "open"), None)


def was_reviewed(session: Session, claim: ClaimRow) -> bool:
    """Whether somebody decided on this claim in any round, or on the one that it was taken out of."""
    decided = select(ApprovalStepRow.id).where(
        ApprovalStepRow.claim_id == claim.id, ApprovalStepRow.decided_by_id.is_not(None)
    )
    return claim.follow_up_of_id is not None or session.scalar(decided.limit(1)) is not None


def rules_of(step: StepRow) -> frozenset[str]:
    """The rules that asked for this step. Two steps of one rule need two people."""
    return _rules(step.why.split(", "))


REASONS = {
    "department": Text("部门审批人", "the department's approver"),
    "batch": Text("入批前核对", "looked at before its batch"),
    "late": Text("逾期未审批，转上一级", "not decided in time, went one level up"),
    "acting": Text("原审批人正代理申请人，改由他人审批", "its approver acts for the claimant: somebody else decides"),
    "up": Text("下一级空缺或为申请人本人，上移一级", "moved up: the level below is vacant or the claimant's own"),
}


def reason_text(code: str) -> Text:
    """Why a step is there, in words.

    >>> reason_text("over:5000.00").en
    'total over 5,000.00'
    """
    kind, _, value = code.partition(":")
    if kind == "over":
        return Text(f"金额超过 {Decimal(value):,.2f}", f"total over {Decimal(value):,.2f}")
    if kind in REASONS:
        return REASONS[kind]
    return Text(f"规则 {code} 要求", f"rule {code} asks for it")


def family_total(session: Session, claim: ClaimRow) -> Decimal:
    """Yuan of the claim and its follow-ups together, so that taking a claim apart avoids no threshold."""
    root = claim.follow_up_of_id or claim.id
    others = select(func.coalesce(func.sum(ClaimRow.total_fen), 0)).where(
        or_(ClaimRow.id == root, ClaimRow.follow_up_of_id == root),
        ClaimRow.id != claim.id,
        ClaimRow.state.not_in(OVER),
    )
    return from_fen(claim.total_fen + int(session.scalar(others) or 0))


def _wanted(session: Session, claim: ClaimRow, answer: CheckAnswer) -> dict[Role, list[str]]:
    wanted = wanted_by_amount(family_total(session, claim), policies.parameters_of(claim))
    for finding in answer.findings:
        for role in _asked_for(finding):
            reasons = wanted.setdefault(role, [])
            reasons += [] if finding.rule in reasons else [finding.rule]
    return wanted


def _asked_for(finding: Finding) -> list[Role]:
    if finding.severity is not Severity.APPROVAL:
        return []
    named = [remedy.what for remedy in finding.remedies if remedy.action == "approve"]
    roles = [Role(what) for what in named if what in REVIEWERS]
    return roles or [Role.FINANCE_REVIEWER if finding.resolver is Resolver.FINANCE else Role.APPROVER]


def _with_step(plan: list[PlannedStep], approvers: Approvers, role: Role, why: list[str]) -> list[PlannedStep]:
    rules = _rules(why)
    taken = {step.person.id for step in plan if step.person and step.rules & rules}
    level, person = approvers.free(role, taken)
    reasons = (*why, *([f"up:{role.value}"] if level is not role else []))
    same = next((step for step in plan if _one_step(step, level, person) and not step.rules & rules), None)
    if same is None:
        return [*plan, PlannedStep(level, reasons, rules, person)]
    merged = replace(same, role=_higher(same.role, level), why=_once(*same.why, *reasons), rules=same.rules | rules)
    return [*(step for step in plan if step is not same), merged]


def _rules(codes: Iterable[str]) -> frozenset[str]:
    return frozenset(code for code in codes if ":" not in code and code != "department")


def _one_step(step: PlannedStep, level: Role, person: PersonRow | None) -> bool:
    return step.person is person and (person is not None or step.role is level)


def _higher(one: Role, other: Role) -> Role:
    return max(one, other, key=ORDER.index)


def _once(*codes: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))
