"""All rows in one place, so that whoever makes or migrates the database sees every table."""

from reimburse.store import guards, kept
from reimburse.store.advances import AdvanceBalanceRow, AdvanceEntryRow, AdvanceRow, AdvanceStepRow
from reimburse.store.approvals import ApprovalStepRow, LineDecisionRow
from reimburse.store.archive import (
    AdoptionRow,
    ArchiveEntryRow,
    ArchivePackageRow,
    ArchiveRunRow,
    ErasedFileRow,
    ErasureRow,
    FileCheckRow,
    FileRoundRow,
    LegalHoldRow,
    PersonalSaltRow,
    SealLeafRow,
    SealRow,
)
from reimburse.store.balances import BalanceEntryRow, InvoiceBalanceRow, RedPostingRow
from reimburse.store.batches import BatchClaimRow, BatchRow, BatchWorkRow, ReversalRow
from reimburse.store.bills import (
    BillRow,
    GoodsReceiptLineRow,
    GoodsReceiptRow,
    InvoiceTieRow,
    OrderLineRow,
    OrderRow,
    TableImportRow,
)
from reimburse.store.certifications import CertificationChangeRow, CertificationRow
from reimburse.store.chasing import ReminderRow, SupplierAskRow
from reimburse.store.claims import AttachmentRow, CheckRow, ClaimInvoiceRow, ClaimRow, ExpenseLineRow, LineInvoiceRow
from reimburse.store.daily import DailyRunRow
from reimburse.store.delegations import DelegationRow
from reimburse.store.documents import DocumentRow, ReadingRow, StoredFileRow
from reimburse.store.events import EventRow
from reimburse.store.idempotency import IdempotencyKeyRow
from reimburse.store.input_taxes import LineInputTaxRow
from reimburse.store.invoices import FieldCorrectionRow, InvoiceRow
from reimburse.store.ledger import AccountingPeriodRow, LedgerEntryRow, LedgerPostingRow
from reimburse.store.matches import (
    MatchAliasRow,
    MatchDecisionRow,
    MatchGroupRow,
    MatchInvoiceRow,
    MatchNeverRow,
    MatchPaymentRow,
    MatchSplitRow,
    MatchStandingRow,
    NotTwinRow,
)
from reimburse.store.notices import MailRow, NoticeRow
from reimburse.store.offsets import OffsetRow
from reimburse.store.outbox import OutboxRow
from reimburse.store.payments import (
    PaymentAccountRow,
    PaymentRow,
    StatementImportRow,
    StatementPartRow,
    StatementProfileRow,
)
from reimburse.store.payouts import (
    PayoutAccountRow,
    PayoutAttemptRow,
    PayoutClaimRow,
    PayoutFileRow,
    PayoutLeftOutRow,
    PayoutResultRow,
    PayoutRow,
)
from reimburse.store.people import DepartmentRow, LegalEntityRow, PersonRow, RoleGrantRow
from reimburse.store.picture_hashes import PictureBandRow, PictureHashRow
from reimburse.store.policies import PolicySimulationRow, PolicySnapshotRow, PolicyVersionRow
from reimburse.store.prepayments import PrepaymentClearingRow
from reimburse.store.reissues import ReissueRow, ReissueStepRow
from reimburse.store.reports import ReportEntryRow, ReportTotalRow, StaleReportRow
from reimburse.store.requests import RequestRow, RequestStepRow
from reimburse.store.samplings import SampledClaimRow, SamplingRow
from reimburse.store.suppliers import SupplierNoteRow, SupplierRow
from reimburse.store.verifications import VerificationAttemptRow, VerificationCountRow, VerificationRow

__all__ = [
    "AccountingPeriodRow",
    "AdoptionRow",
    "AdvanceBalanceRow",
    "AdvanceEntryRow",
    "AdvanceRow",
    "AdvanceStepRow",
    "ApprovalStepRow",
    "ArchiveEntryRow",
    "ArchivePackageRow",
    "ArchiveRunRow",
    "AttachmentRow",
    "BalanceEntryRow",
    "BatchClaimRow",
    "BatchRow",
    "BatchWorkRow",
    "BillRow",
    "CertificationChangeRow",
    "CertificationRow",
    "CheckRow",
    "ClaimInvoiceRow",
    "ClaimRow",
    "DailyRunRow",
    "DelegationRow",
    "DepartmentRow",
    "DocumentRow",
    "ErasedFileRow",
    "ErasureRow",
    "EventRow",
    "ExpenseLineRow",
    "FieldCorrectionRow",
    "FileCheckRow",
    "FileRoundRow",
    "GoodsReceiptLineRow",
    "GoodsReceiptRow",
    "IdempotencyKeyRow",
    "InvoiceBalanceRow",
    "InvoiceRow",
    "InvoiceTieRow",
    "LedgerEntryRow",
    "LedgerPostingRow",
    "LegalEntityRow",
    "LegalHoldRow",
    "LineDecisionRow",
    "LineInputTaxRow",
    "LineInvoiceRow",
    "MailRow",
    "MatchAliasRow",
    "MatchDecisionRow",
    "MatchGroupRow",
    "MatchInvoiceRow",
    "MatchNeverRow",
    "MatchPaymentRow",
    "MatchSplitRow",
    "MatchStandingRow",
    "NotTwinRow",
    "NoticeRow",
    "OffsetRow",
    "OrderLineRow",
    "OrderRow",
    "OutboxRow",
    "PaymentAccountRow",
    "PaymentRow",
    "PayoutAccountRow",
    "PayoutAttemptRow",
    "PayoutClaimRow",
    "PayoutFileRow",
    "PayoutLeftOutRow",
    "PayoutResultRow",
    "PayoutRow",
    "PersonRow",
    "PersonalSaltRow",
    "PictureBandRow",
    "PictureHashRow",
    "PolicySimulationRow",
    "PolicySnapshotRow",
    "PolicyVersionRow",
    "PrepaymentClearingRow",
    "ReadingRow",
    "RedPostingRow",
    "ReissueRow",
    "ReissueStepRow",
    "ReminderRow",
    "ReportEntryRow",
    "ReportTotalRow",
    "RequestRow",
    "RequestStepRow",
    "ReversalRow",
    "RoleGrantRow",
    "SampledClaimRow",
    "SamplingRow",
    "SealLeafRow",
    "SealRow",
    "StaleReportRow",
    "StatementImportRow",
    "StatementPartRow",
    "StatementProfileRow",
    "StoredFileRow",
    "SupplierAskRow",
    "SupplierNoteRow",
    "SupplierRow",
    "TableImportRow",
    "VerificationAttemptRow",
    "VerificationCountRow",
    "VerificationRow",
    "guards",
    "kept",
]
