"""Which stored rows the archive answers for, on which chain each stands, and what of it is about a person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Table
from sqlalchemy.orm import InstrumentedAttribute

from reimburse.domain.batch import BatchState
from reimburse.domain.workflow import EDITABLE, ClaimState
from reimburse.store.advances import AdvanceEntryRow, AdvanceRow, AdvanceStepRow
from reimburse.store.approvals import ApprovalStepRow, LineDecisionRow
from reimburse.store.archive import ArchiveEntryRow, LegalHoldRow
from reimburse.store.balances import BalanceEntryRow
from reimburse.store.batches import BatchClaimRow, BatchRow, ReversalRow
from reimburse.store.claims import AttachmentRow, CheckRow, ClaimInvoiceRow, ClaimRow, ExpenseLineRow, LineInvoiceRow
from reimburse.store.db import Base
from reimburse.store.delegations import DelegationRow
from reimburse.store.documents import DocumentRow, ReadingRow
from reimburse.store.events import STATED
from reimburse.store.invoices import FieldCorrectionRow, InvoiceRow
from reimburse.store.ledger import LedgerEntryRow, LedgerPostingRow
from reimburse.store.matches import MatchDecisionRow
from reimburse.store.offsets import OffsetRow
from reimburse.store.payouts import PayoutAttemptRow, PayoutClaimRow, PayoutFileRow, PayoutResultRow, PayoutRow
from reimburse.store.policies import PolicyVersionRow
from reimburse.store.prepayments import PrepaymentClearingRow
from reimburse.store.requests import RequestRow, RequestStepRow
from reimburse.store.verifications import VerificationRow

Column = InstrumentedAttribute[Any]
UNANSWERED = (
    '{"coverage":{"could_not_run":[],"not_applicable":[],"ran":[]},"findings":[],"policy_version":"","verdict":"pass"}'
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A table whose rows are stated by digest.

    ``owner`` is the column with the id of what they belong to; where it stands in another table, ``via`` names the own
    column that leads there by id. ``out`` are columns that may change without trace; ``personal`` those about people,
    in whole or (JSON) in part; ``blank`` what an erased text column holds instead of nothing. ``counts``: only rows
    where this column holds something. ``watch``: relationships that change the group without a row of it being touched.
    ``later`` are columns that came with a later release: they count where they hold something, so that the digests of
    older rows stay what they were.
    """

    row: type[Base]
    owner: Column
    out: frozenset[str] = frozenset()
    personal: frozenset[str] = frozenset()
    blank: Mapping[str, str] = field(default_factory=dict)
    via: str | None = None
    counts: str | None = None
    watch: tuple[str, ...] = ()
    later: frozenset[str] = frozenset()

    @property
    def table(self) -> Table:
        """The table itself."""
        table = self.row.__table__
        assert isinstance(table, Table)
        return table

    @property
    def name(self) -> str:
        """The table's name."""
        return self.table.name

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the digest covers."""
        return tuple(column.name for column in self.table.columns if column.name not in self.out)


@dataclass(frozen=True, slots=True)
class Group:
    """Tables that are stated together whenever a row of them changes.

    ``family`` is what the chain is named after: ``family:id``. ``kind`` names the event that states them where nothing
    else happened on the chain. ``live``: the owners whose rows count now; the rows of others may change freely.
    ``sticky``: an owner that counted once counts for ever.
    """

    family: str
    tables: tuple[Kept, ...]
    kind: str = STATED
    live: ColumnElement[bool] | None = None
    sticky: bool = True


def _names(*names: str) -> frozenset[str]:
    return frozenset(names)


def _steps(row: type[Base], owner: Column) -> Kept:
    """Steps count once they are decided."""
    return Kept(row, owner, _names("reminded_on", "escalated_at"), _names("reason"), counts="decided_at")


LOOSE = [state.value for state in (*EDITABLE, ClaimState.DELETED)]
"""States in which a claim's lines are the claimant's own business."""
CLAIM_OUT = (
    "state",
    "verdict",
    "open_findings",
    "flagged",
    "updated_at",
    "expires_on",
    "expiry_notice_days",
    "version",
)
NO_ANSWER = (
    '{"coverage":{"could_not_run":[],"not_applicable":[],"ran":[]},"findings":[],"policy_version":"","verdict":"pass"}'
)
OWNERS: Mapping[str, type[Base]] = {
    "document": DocumentRow,
    "invoice": InvoiceRow,
    "verification": VerificationRow,
    "claim": ClaimRow,
    "batch": BatchRow,
    "entry": LedgerEntryRow,
    "payout": PayoutRow,
    "payout_file": PayoutFileRow,
    "payout_result": PayoutResultRow,
    "request": RequestRow,
    "advance": AdvanceRow,
    "match": MatchDecisionRow,
    "policy": PolicyVersionRow,
    "delegation": DelegationRow,
    "hold": LegalHoldRow,
}
"""What chains are named after, and where it stands."""
GROUPS = (
    Group(
        "document",
        (Kept(DocumentRow, DocumentRow.id, _names("state", "error_code", "error_message", "read_at"), _names("name")),),
        "received",
    ),
    Group("document", (Kept(ReadingRow, ReadingRow.document_id, personal=_names("data")),), "read"),
    Group(
        "invoice",
        (
            Kept(InvoiceRow, InvoiceRow.id, _names("version"), _names("data", "seen", "conflicts")),
            Kept(FieldCorrectionRow, FieldCorrectionRow.invoice_id, personal=_names("value", "previous")),
        ),
        "composed",
    ),
    Group("verification", (Kept(VerificationRow, VerificationRow.id),), "verified"),
    Group(
        "claim",
        (
            Kept(ClaimRow, ClaimRow.id, _names(*CLAIM_OUT), _names("purpose", "project"), watch=("invoices",)),
            Kept(
                ExpenseLineRow,
                ExpenseLineRow.claim_id,
                personal=_names("description", "details", "basis"),
                watch=("invoices",),
            ),
            Kept(ClaimInvoiceRow, ClaimInvoiceRow.claim_id),
            Kept(LineInvoiceRow, ExpenseLineRow.claim_id, via="line_id"),
            Kept(AttachmentRow, AttachmentRow.claim_id),
        ),
        live=ClaimRow.state.not_in(LOOSE),
        sticky=False,
    ),
    Group(
        "claim",
        (
            Kept(
                CheckRow,
                CheckRow.claim_id,
                personal=_names("facts", "answer"),
                blank={"facts": "{}", "answer": NO_ANSWER},
            ),
        ),
    ),
    Group(
        "claim",
        (
            _steps(ApprovalStepRow, ApprovalStepRow.claim_id),
            Kept(LineDecisionRow, ApprovalStepRow.claim_id, personal=_names("reason"), via="step_id"),
        ),
    ),
    Group("claim", (Kept(BalanceEntryRow, BalanceEntryRow.claim_id),)),
    Group("claim", (Kept(BatchClaimRow, BatchClaimRow.claim_id),)),
    Group("claim", (Kept(ArchiveEntryRow, ArchiveEntryRow.claim_id),), "archived"),
    Group("claim", (Kept(OffsetRow, OffsetRow.claim_id, _names("reminded_on", "version"), _names("note")),)),
    Group("claim", (Kept(PrepaymentClearingRow, ExpenseLineRow.claim_id, personal=_names("note"), via="line_id"),)),
    Group(
        "batch",
        (Kept(BatchRow, BatchRow.id, _names("version")),),
        live=BatchRow.state.not_in([BatchState.OPEN.value, BatchState.FREEZING.value]),
    ),
    Group("batch", (Kept(ReversalRow, ReversalRow.batch_id, _names("version"), _names("reason")),)),
    Group(
        "entry",
        (
            Kept(LedgerEntryRow, LedgerEntryRow.id, later=_names("payout_id", "advance_id")),
            Kept(LedgerPostingRow, LedgerPostingRow.entry_id, personal=_names("person_no", "person", "digest")),
        ),
        "posted",
        live=LedgerEntryRow.state == "posted",
    ),
    Group(
        "payout",
        (
            Kept(PayoutRow, PayoutRow.id, _names("version"), _names("failure"), later=_names("returned_on")),
            Kept(PayoutClaimRow, PayoutClaimRow.payout_id),
            Kept(
                PayoutAttemptRow,
                PayoutAttemptRow.payout_id,
                personal=_names("account", "failure"),
                later=_names("returned_on", "return_id"),
            ),
        ),
    ),
    Group("payout_file", (Kept(PayoutFileRow, PayoutFileRow.id, _names("downloads", "downloaded_at")),)),
    Group("payout_result", (Kept(PayoutResultRow, PayoutResultRow.id, later=_names("returned")),)),
    Group(
        "request",
        (Kept(RequestRow, RequestRow.id, _names("version"), _names("reason", "people")),),
        live=RequestRow.state != "draft",
    ),
    Group("request", (_steps(RequestStepRow, RequestStepRow.request_id),)),
    Group(
        "advance",
        (Kept(AdvanceRow, AdvanceRow.id, _names("version", "reminded_on"), _names("reason", "project")),),
        live=AdvanceRow.state != "draft",
    ),
    Group("advance", (_steps(AdvanceStepRow, AdvanceStepRow.advance_id),)),
    Group("advance", (Kept(AdvanceEntryRow, AdvanceEntryRow.advance_id),)),
    Group("match", (Kept(MatchDecisionRow, MatchDecisionRow.id),)),
    Group(
        "policy",
        (Kept(PolicyVersionRow, PolicyVersionRow.id, _names("revision", "updated_at")),),
        live=PolicyVersionRow.state == "published",
    ),
    Group("delegation", (Kept(DelegationRow, DelegationRow.id),)),
    Group("hold", (Kept(LegalHoldRow, LegalHoldRow.id, personal=_names("reason", "lift_reason")),)),
)
"""Every group, in the order in which chains are checked."""
