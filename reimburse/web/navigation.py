"""The left navigation: what each role finds there."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

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


@dataclass(frozen=True, slots=True)
class Group:
    """Entries that belong together, under one heading that folds; ``folded`` until one of them is shown."""

    words: Text
    entries: tuple[Entry, ...]
    folded: bool = False

    @property
    def open(self) -> bool:
        """Whether its entries are in sight."""
        return not self.folded or any(entry.here for entry in self.entries)


GROUPS = (
    Group(Text("", ""), (Entry("home.show", "home", Text("首页", "Home")),)),
    Group(
        Text("我的报销", "My expenses"),
        (
            Entry("wallet.index", "wallet", Text("票夹", "Invoices")),
            Entry("claims.index", "receipt", Text("报销", "Claims")),
            Entry("requests.index", "calendar", Text("事前申请", "Requests")),
            Entry("offsets.index", "rotate", Text("冲销任务", "Offsets")),
            Entry("reissues.index", "refresh", Text("退票重开", "Reissues")),
            Entry("advances.index", "wallet", Text("借款", "Advances")),
            Entry("prepayments.index", "cash", Text("预付款", "Prepayments")),
            Entry("missing.index", "search", Text("缺票", "Missing invoices")),
        ),
    ),
    Group(
        Text("审核", "Review"),
        (
            Entry("review.queue", "checklist", Text("待审核", "To review"), REVIEWERS | {Role.AUDITOR}),
            Entry("corrections.index", "eye", Text("人工确认", "Confirmations"), FINANCE),
            Entry("samplings.index", "scan", Text("抽查", "Sampling"), FINANCE | {Role.AUDITOR}),
        ),
    ),
    Group(
        Text("财务", "Finance"),
        (
            Entry("batches.index", "report-money", Text("财务批次", "Batches"), FINANCE | {Role.AUDITOR}),
            Entry("statements.index", "cloud-upload", Text("流水导入", "Statements"), FINANCE | {Role.AUDITOR}),
            Entry("matching.index", "arrows-join", Text("对账", "Matching"), FINANCE | {Role.AUDITOR}),
            Entry("payouts.index", "cash", Text("付款", "Payments out"), FINANCE | {Role.AUDITOR}),
            Entry("periods.index", "calendar", Text("会计期间", "Periods"), FINANCE | {Role.AUDITOR}),
            Entry("reports.index", "activity", Text("报表", "Reports"), REVIEWERS | {Role.AUDITOR}),
            Entry("bills.index", "file-invoice", Text("账单与订单", "Bills and orders"), FINANCE | {Role.AUDITOR}),
            Entry("suppliers.index", "building", Text("供应商", "Suppliers"), FINANCE | {Role.AUDITOR}),
        ),
    ),
    Group(
        Text("档案", "Archive"),
        (
            Entry("archive.index", "archive", Text("台账", "Ledger"), FINANCE | {Role.AUDITOR}),
            Entry("archive_proofs.verify", "shield-check", Text("校验与档案包", "Proofs"), FINANCE | {Role.AUDITOR}),
        ),
    ),
    Group(
        Text("设置", "Settings"),
        (
            Entry("policy.index", "book", Text("政策", "Policy"), FINANCE | {Role.AUDITOR}),
            Entry("titles.index", "copy", Text("开票信息", "Titles")),
            Entry("delegations.index", "users", Text("审批代理", "Delegations"), REVIEWERS | {Role.ADMIN}),
            Entry("people.index", "users", Text("人员", "People"), frozenset({Role.ADMIN, Role.FINANCE_HEAD})),
            Entry("jobs.index", "activity", Text("运行状态", "Jobs"), frozenset({Role.ADMIN})),
        ),
        folded=True,
    ),
    Group(Text("", ""), (Entry("help.index", "help", Text("帮助", "Help")),)),
)


def groups_for(person: PersonRow) -> list[Group]:
    """What this person sees, in order; a group with nothing in it for them is left out."""
    roles = person.roles()
    shown = (replace(group, entries=tuple(_seen(group, roles))) for group in GROUPS)
    return [group for group in shown if group.entries]


def _seen(group: Group, roles: frozenset[Role]) -> Iterator[Entry]:
    for entry in group.entries:
        if (not entry.roles or entry.roles & roles) and entry.endpoint in current_app.view_functions:
            yield entry
