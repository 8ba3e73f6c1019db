"""What each role is called."""

from reimburse.domain.finding import Resolver, Text
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


RESOLVERS = {
    Resolver.EMPLOYEE: Text("报销人", "The claimant"),
    Resolver.SUPPLIER: Text("销售方（由报销人联系）", "The seller, through the claimant"),
    Resolver.APPROVER: Text("审批人", "The approvers"),
    Resolver.FINANCE: Text("财务", "Finance"),
    Resolver.SYSTEM: Text("系统", "The system"),
}


def resolver_words(resolver: str) -> Text:
    """Who this resolver is, in both languages."""
    return RESOLVERS[Resolver(resolver)]
