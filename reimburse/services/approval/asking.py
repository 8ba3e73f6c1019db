"""What whoever holds a step is told: that it waits, that it waits long, that it went one level up."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.domain.finding import Text
from reimburse.domain.money import from_fen
from reimburse.domain.workflow import Role
from reimburse.services.approval.approvers import Case, StepRow, standing_in
from reimburse.services.claims import workflow
from reimburse.services.notices import tell
from reimburse.store.advances import AdvanceRow
from reimburse.store.claims import ClaimRow
from reimburse.store.people import PersonRow, RoleGrantRow


def tell_holders(session: Session, case: Case, step: StepRow) -> None:
    """Ask the assignee, and whoever stands in for them; admins where nobody is left to ask."""
    if step.assignee_id is None:
        call_admins(session, case, step)
        return
    what, amount, who = noun(case), _yuan(case), case.claimant.name
    text = Text(f"请审批{what.zh}", f"Please decide {what.en}")
    body = Text(
        f"请审批 {who} 的{what.zh}，金额 {amount} 元。",
        f"Please decide {what.en} of {who}: {amount} yuan.",
    )
    _tell_each(session, case, step, "review", text, body)


def remind_holders(session: Session, case: Case, step: StepRow, days: int) -> None:
    """The step waits for so many working days."""
    what = noun(case)
    text = Text(f"提醒：请审批{what.zh}", f"Reminder: please decide {what.en}")
    body = Text(
        f"请审批 {case.claimant.name} 的{what.zh}，金额 {_yuan(case)} 元，已等待 {days} 个工作日。",
        f"Please decide {what.en} of {case.claimant.name}: {_yuan(case)} yuan, waiting for {days} working days.",
    )
    _tell_each(session, case, step, "reminder", text, body)


def tell_handed_up(session: Session, case: Case, step: StepRow, former_id: int | None, days: int) -> None:
    """The step went one level up: those who hold it now are asked, the one who held it is told."""
    tell_holders(session, case, step)
    former = session.get(PersonRow, former_id) if former_id else None
    if former and former.active:
        what = noun(case)
        text = Text(
            f"无需再审批{what.zh}：超过 {days} 个工作日，已转上一级",
            f"Nothing left to do on {what.en}: after {days} working days it went one level up",
        )
        tell(session, former, "escalation", text, "/review", text)


def call_admins(session: Session, case: Case, step: StepRow, *, late: bool = False) -> None:
    """Nobody may decide the step, or nobody above is left though it waits too long."""
    what = noun(case)
    text = Text(
        f"请指定审批人：{what.zh} 没有可审批的人（角色 {step.role}）。",
        f"Please name an approver: nobody may decide {what.en} (role {step.role}).",
    )
    if late:
        text = Text(
            f"请跟进审批：{what.zh} 逾期未审批，且没有上一级可转。",
            f"Please follow up: {what.en} waits too long and there is no level above.",
        )
    admins = select(RoleGrantRow.person_id).where(RoleGrantRow.role == Role.ADMIN)
    for admin in session.scalars(select(PersonRow).where(PersonRow.id.in_(admins), PersonRow.active)):
        tell(session, admin, "no_approver", text, "/people", text)


def noun(case: Case) -> Text:
    """What it is, with its number."""
    if isinstance(case, ClaimRow):
        return Text(f"报销单 {case.claim_no}", f"claim {case.claim_no}")
    if isinstance(case, AdvanceRow):
        return Text(f"借款 {case.advance_no}", f"advance {case.advance_no}")
    return Text(f"事前申请 {case.request_no}", f"request {case.request_no}")


def chain_of(case: Case) -> str:
    """Its event chain."""
    if isinstance(case, ClaimRow):
        return workflow.chain_of(case)
    return f"advance:{case.id}" if isinstance(case, AdvanceRow) else f"request:{case.id}"


def page_of(case: Case) -> str:
    """The path of the page on which it is decided."""
    if isinstance(case, ClaimRow):
        return f"/review/{case.claim_no}"
    return f"/advances/{case.advance_no}" if isinstance(case, AdvanceRow) else f"/requests/{case.request_no}"


def _tell_each(session: Session, case: Case, step: StepRow, kind: str, text: Text, body: Text) -> None:
    assignee = session.get(PersonRow, step.assignee_id) if step.assignee_id else None
    people = [assignee, *standing_in(session, assignee.id, case.department_id)] if assignee else []
    for person in people:
        if person.id != case.claimant_id:
            tell(session, person, kind, text, page_of(case), body)


def _yuan(case: Case) -> str:
    fen = case.total_fen if isinstance(case, ClaimRow) else case.amount_fen
    return f"{from_fen(fen):,.2f}"
