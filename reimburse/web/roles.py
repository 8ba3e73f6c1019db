"""What each role is called."""

from reimburse.domain.finding import Text
from reimburse.domain.workflow import Role

WORDS = {
    Role.CLAIMANT: Text("报销人", "Claimant"),
    Role.SYSTEM: Text("系统", "System"),
    Role.APPROVER: Text("部门审批人", "Approver"),
    Role.DEPARTMENT_DIRECTOR: Text("部门总监", "Department director"),
    Role.FINANCE_REVIEWER: Text("财务审核", "Finance reviewer"),
    Role.FINANCE_HEAD: Text("财务负责人", "Finance head"),
    Role.AUDITOR: Text("审计", "Auditor"),
    Role.ADMIN: Text("管理员", "Administrator"),
}


def role_words(role: str) -> Text:
    """The name of this role in both languages."""
    return WORDS[Role(role)]
