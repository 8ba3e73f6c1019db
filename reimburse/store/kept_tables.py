"""Which stored rows the archive answers for, on which chain each stands, and what of it is about a person."""

from collections.abc import Mapping

from reimburse.domain.batch import BatchState
from reimburse.domain.workflow import EDITABLE, ClaimState
from reimburse.store import kept_dealings
from reimburse.store.advances import AdvanceEntryRow, AdvanceRow, AdvanceStepRow
from reimburse.store.approvals import ApprovalStepRow, LineDecisionRow
from reimburse.store.archive import ArchiveEntryRow, LegalHoldRow
from reimburse.store.balances import BalanceEntryRow
from reimburse.store.batches import BatchClaimRow, BatchRow, ReversalRow
from reimburse.store.claims import AttachmentRow, CheckRow, ClaimInvoiceRow, ClaimRow, ExpenseLineRow, LineInvoiceRow
from reimburse.store.db import Base
from reimburse.store.delegations import DelegationRow
from reimburse.store.documents import DocumentRow, ReadingRow
from reimburse.store.invoices import FieldCorrectionRow, InvoiceRow
from reimburse.store.kept_group import Group, Kept, Owner, key_in, names, steps
from reimburse.store.ledger import LedgerEntryRow, LedgerPostingRow
from reimburse.store.matches import MatchDecisionRow
from reimburse.store.offsets import OffsetRow
from reimburse.store.payouts import PayoutAttemptRow, PayoutClaimRow, PayoutFileRow, PayoutResultRow, PayoutRow
from reimburse.store.policies import PolicyVersionRow
from reimburse.store.prepayments import PrepaymentClearingRow
from reimburse.store.requests import RequestRow, RequestStepRow
from reimburse.store.verifications import VerificationRow

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
    **kept_dealings.OWNERS,
}
"""What chains are named after by id, and where it stands."""
GROUPS = (
    Group(
        "document",
        (Kept(DocumentRow, DocumentRow.id, names("state", "error_code", "error_message", "read_at"), names("name")),),
        "received",
    ),
    Group("document", (Kept(ReadingRow, ReadingRow.document_id, personal=names("data")),), "read"),
    Group(
        "invoice",
        (
            Kept(InvoiceRow, InvoiceRow.id, names("version"), names("data", "seen", "conflicts")),
            Kept(FieldCorrectionRow, FieldCorrectionRow.invoice_id, personal=names("value", "previous")),
        ),
        "composed",
    ),
    Group("verification", (Kept(VerificationRow, VerificationRow.id),), "verified"),
    Group(
        "claim",
        (
            Kept(ClaimRow, ClaimRow.id, names(*CLAIM_OUT), names("purpose", "project"), watch=("invoices",)),
            Kept(
                ExpenseLineRow,
                ExpenseLineRow.claim_id,
                personal=names("description", "details", "basis"),
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
                personal=names("facts", "answer"),
                blank={"facts": "{}", "answer": NO_ANSWER},
            ),
        ),
    ),
    Group(
        "claim",
        (
            steps(ApprovalStepRow, ApprovalStepRow.claim_id),
            Kept(LineDecisionRow, ApprovalStepRow.claim_id, personal=names("reason"), via="step_id"),
        ),
    ),
    Group("claim", (Kept(BalanceEntryRow, BalanceEntryRow.claim_id),)),
    Group("claim", (Kept(BatchClaimRow, BatchClaimRow.claim_id),)),
    Group("claim", (Kept(ArchiveEntryRow, ArchiveEntryRow.claim_id),), "archived"),
    Group("claim", (Kept(OffsetRow, OffsetRow.claim_id, names("reminded_on", "version"), names("note")),)),
    Group("claim", (Kept(PrepaymentClearingRow, ExpenseLineRow.claim_id, personal=names("note"), via="line_id"),)),
    Group(
        "batch",
        (Kept(BatchRow, BatchRow.id, names("version")),),
        live=BatchRow.state.not_in([BatchState.OPEN.value, BatchState.FREEZING.value]),
    ),
    Group("batch", (Kept(ReversalRow, ReversalRow.batch_id, names("version"), names("reason")),)),
    Group(
        "entry",
        (
            Kept(LedgerEntryRow, LedgerEntryRow.id, later=names("payout_id", "advance_id")),
            Kept(LedgerPostingRow, LedgerPostingRow.entry_id, personal=names("person_no", "person", "digest")),
        ),
        "posted",
        live=LedgerEntryRow.state == "posted",
    ),
    Group(
        "payout",
        (
            Kept(PayoutRow, PayoutRow.id, names("version"), names("failure"), later=names("returned_on")),
            Kept(PayoutClaimRow, PayoutClaimRow.payout_id),
            Kept(
                PayoutAttemptRow,
                PayoutAttemptRow.payout_id,
                personal=names("account", "failure"),
                later=names("returned_on", "return_id"),
            ),
        ),
    ),
    Group("payout_file", (Kept(PayoutFileRow, PayoutFileRow.id, names("downloads", "downloaded_at")),)),
    Group("payout_result", (Kept(PayoutResultRow, PayoutResultRow.id, later=names("returned")),)),
    Group(
        "request",
        (Kept(RequestRow, RequestRow.id, names("version"), names("reason", "people")),),
        live=RequestRow.state != "draft",
    ),
    Group("request", (steps(RequestStepRow, RequestStepRow.request_id),)),
    Group(
        "advance",
        (Kept(AdvanceRow, AdvanceRow.id, names("version", "reminded_on"), names("reason", "project")),),
        live=AdvanceRow.state != "draft",
    ),
    Group("advance", (steps(AdvanceStepRow, AdvanceStepRow.advance_id),)),
    Group("advance", (Kept(AdvanceEntryRow, AdvanceEntryRow.advance_id),)),
    Group("match", (Kept(MatchDecisionRow, MatchDecisionRow.id),)),
    Group(
        "policy",
        (Kept(PolicyVersionRow, PolicyVersionRow.id, names("revision", "updated_at")),),
        live=PolicyVersionRow.state == "published",
    ),
    Group("delegation", (Kept(DelegationRow, DelegationRow.id),)),
    Group("hold", (Kept(LegalHoldRow, LegalHoldRow.id, personal=names("reason", "lift_reason")),)),
    *kept_dealings.GROUPS,
)
"""Every group, in the order in which chains are checked."""


def owner_in(chain: str) -> Owner | None:
    """What a chain is named after; None where it is neither an id nor a key of its family."""
    return key_in(chain.partition(":")[0], chain, kept_dealings.KEYS)
