"""Whether approved claims can go into a batch: every line tied to its invoices, every invoice reserved."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from reimburse.domain.finding import Text
from reimburse.domain.invoice import InvoiceKey
from reimburse.domain.workflow import ClaimState
from reimburse.export.chart import Chart
from reimburse.services.matching import paid_by_company
from reimburse.services.matching.paid_by_company import PaidTwice
from reimburse.services.month_end import export_layouts
from reimburse.services.policy import policies
from reimburse.store.balances import BalanceEntryRow
from reimburse.store.claims import AttachmentRow, ClaimRow, ExpenseLineRow
from reimburse.store.invoices import InvoiceRow
from reimburse.store.people import PersonRow
from rules.policy import Category

LOADED = (
    selectinload(ClaimRow.lines).selectinload(ExpenseLineRow.invoices),
    joinedload(ClaimRow.claimant).lazyload(PersonRow.grants),
    joinedload(ClaimRow.department),
)
WITH_FILES = (
    *LOADED,
    selectinload(ClaimRow.attachments).joinedload(AttachmentRow.document),
    selectinload(ClaimRow.invoices).selectinload(InvoiceRow.readings),
)
PREPAYMENT = "prepayment"
"""The category whose invoice comes after the money (R-75)."""
DIFFERENCES = {
    "discount": Text("折扣调整", "discount"),
    "rounding": Text("尾差调整", "rounding"),
    "surcharge": Text("附加费", "surcharge"),
    PREPAYMENT: Text("预付款，发票后补", "prepaid, its invoice comes later"),
}
ROUNDED = Text("明细与发票之差，在容差内", "lines and invoices differ, within the tolerance")
RELEASED = Text("已冲销，发票已释放", "reversed: its invoices are free again")
Taken = dict[InvoiceKey, int]


@dataclass(frozen=True, slots=True)
class Readiness:
    """A claim, what it takes of its invoices in fen, and why it cannot go into a batch (nothing: it can)."""

    claim: ClaimRow
    taken_fen: int
    hindrances: tuple[Text, ...]

    @property
    def ready(self) -> bool:
        """Whether it can go into a batch."""
        return not self.hindrances

    @property
    def difference_fen(self) -> int:
        """What the lines claim above what is taken of the invoices."""
        return self.claim.total_fen - self.taken_fen

    @property
    def explained(self) -> tuple[tuple[Text, int], ...]:
        """What the difference comes from, with its fen; the parts always add up to it."""
        return explained(self.claim, self.difference_fen)


def explained(claim: ClaimRow, difference_fen: int) -> tuple[tuple[Text, int], ...]:
    """Why a claim's lines and what it takes of invoices differ: by adjustment, prepayment, and what is left of it."""
    if claim.reversal_of_id:
        return ((Text("冲销，不占用发票", "a reversal takes no invoice"), difference_fen),) if difference_fen else ()
    if claim.state == ClaimState.REVERSED:
        return ((RELEASED, difference_fen),) if difference_fen else ()
    parts: dict[str, int] = {}
    for line in claim.lines:
        if not line.invoices and (line.adjustment or line.category == PREPAYMENT):
            reason = line.adjustment or PREPAYMENT
            parts[reason] = parts.get(reason, 0) + line.amount_fen
    rest = difference_fen - sum(parts.values())
    found = [(DIFFERENCES.get(reason, Text(reason, reason)), fen) for reason, fen in parts.items()]
    return tuple(item for item in (*found, (ROUNDED, rest)) if item[1])


def readiness_of(session: Session, claims: Sequence[ClaimRow]) -> list[Readiness]:
    """Each claim's readiness, in two queries whatever their number."""
    ids = [claim.id for claim in claims]
    taken, chart, twice = taken_of(session, ids), export_layouts.chart(), paid_by_company.on_claims(session, ids)
    return [_readiness(claim, taken.get(claim.id, {}), chart, twice.get(claim.id, ())) for claim in claims]


def taken_of(session: Session, claim_ids: Sequence[int]) -> dict[int, Taken]:
    """What each claim has reserved or booked, in fen by invoice key; keys it no longer stands on are left out."""
    entry = BalanceEntryRow
    held = func.sum(entry.reserved_delta_fen + entry.booked_delta_fen)
    query = select(entry.claim_id, entry.code, entry.number, held).where(entry.claim_id.in_(claim_ids))
    rows = session.execute(query.group_by(entry.claim_id, entry.code, entry.number).having(held > 0)).all()
    taken: dict[int, Taken] = {}
    for claim_id, code, number, fen in rows:
        taken.setdefault(claim_id, {})[InvoiceKey(code, number)] = int(fen)
    return taken


def category_of(claim: ClaimRow, name: str) -> Category | None:
    """The category by the policy that judged the claim; one that it does not know, by the policy in force."""
    return policies.of_claim(claim).categories.get(name) or policies.in_force().categories.get(name)


def _readiness(claim: ClaimRow, taken: Taken, chart: Chart, twice: Iterable[PaidTwice]) -> Readiness:
    hindrances: list[Text] = []
    if not claim.reversal_of_id:
        hindrances = [*_hindrances(claim, taken), *_without_account(claim, chart), *(one.words for one in twice)]
    return Readiness(claim, sum(taken.values()), tuple(hindrances))


def _without_account(claim: ClaimRow, chart: Chart) -> Iterator[Text]:
    """Lines that no account of the ledger takes."""
    for line in claim.lines:
        if line.adjustment not in chart.adjustments and category_of(claim, line.category) is None:
            yield Text(
                f"第 {line.position} 行的类别“{line.category}”没有会计科目，请在政策的费用类别中加上它和科目并发布",
                f'the category "{line.category}" of line {line.position} has no account: add it with its account to the'
                " categories of the policy and publish that",
            )


def _hindrances(claim: ClaimRow, taken: Taken) -> list[Text]:
    found = [
        Text(f"第 {line.position} 行没有发票", f"line {line.position} has no invoice")
        for line in claim.lines
        if not line.invoices and line.adjustment is None and line.category != PREPAYMENT
    ]
    if not claim.lines:
        found.append(Text("没有明细", "it has no lines"))
    tied = {invoice.id: invoice for line in claim.lines for invoice in line.invoices}
    for invoice in tied.values():
        if invoice.key is None or invoice.total_fen is None:
            found.append(Text("有发票缺号码或金额", "an invoice lacks its number or total"))
        elif invoice.total_fen and invoice.key not in taken:
            found.append(Text(f"发票 {invoice.key} 未占用余额", f"invoice {invoice.key} is not reserved"))
    return found
