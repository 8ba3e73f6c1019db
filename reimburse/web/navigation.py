"""The left navigation: what each role finds there."""

from dataclasses import dataclass

from flask import current_app, request, url_for

from reimburse.domain.finding import Text
from reimburse.domain.workflow import FINANCE, REVIEWERS, Role
from reimburse.store.people import PersonRow

EVERYONE: frozenset[Role] = frozenset()


@dataclass(frozen=True, slots=True)
class Entry:
    """A link: where it leads, its icon and words, and which roles see it (none named: everyone)."""

    endpoint: str
    icon: str
    words: Text
    roles: frozenset[Role] = EVERYONE

    @property
    def href(self) -> str:
        """The address it leads to."""
        return url_for(self.endpoint)

    @property
    def here(self) -> bool:
        """Whether the page shown belongs to this entry."""
        return (request.endpoint or "").partition(".")[0] == self.endpoint.partition(".")[0]


ENTRIES = (
    Entry("home.show", "home", Text("首页", "Home")),
    Entry("wallet.index", "wallet", Text("票夹", "Invoices")),
    Entry("claims.index", "receipt", Text("报销", "Claims")),
    Entry("requests.index", "calendar", Text("事前申请", "Requests")),
    Entry("review.queue", "checklist", Text("审核", "Review"), REVIEWERS | {Role.AUDITOR}),
    Entry("corrections.index", "eye", Text("人工确认", "Confirmations"), FINANCE),
    Entry("offsets.index", "rotate", Text("冲销任务", "Offsets")),
    Entry("prepayments.index", "cash", Text("预付款", "Prepayments")),
    Entry("batches.index", "report-money", Text("财务批次", "Batches"), FINANCE | {Role.AUDITOR}),
    Entry("samplings.index", "scan", Text("抽查", "Sampling"), FINANCE | {Role.AUDITOR}),
    Entry("suppliers.index", "building", Text("供应商", "Suppliers"), FINANCE | {Role.AUDITOR}),
    Entry("policy.index", "book", Text("政策", "Policy"), FINANCE | {Role.AUDITOR}),
    Entry("titles.index", "copy", Text("开票信息", "Titles")),
    Entry("delegations.index", "users", Text("审批代理", "Delegations"), REVIEWERS | {Role.ADMIN}),
    Entry("people.index", "users", Text("人员", "People"), frozenset({Role.ADMIN, Role.FINANCE_HEAD})),
    Entry("jobs.index", "activity", Text("运行状态", "Jobs"), frozenset({Role.ADMIN})),
    Entry("help.index", "help", Text("帮助", "Help")),
)


def entries_for(person: PersonRow) -> list[Entry]:
    """The entries this person sees, in order."""
    roles = person.roles()
    shown = (entry for entry in ENTRIES if not entry.roles or entry.roles & roles)
    return [entry for entry in shown if entry.endpoint in current_app.view_functions]
