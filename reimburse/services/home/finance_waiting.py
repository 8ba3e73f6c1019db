"""What waits for finance, counted in one query: each count leads to the list that it counts."""

from dataclasses import dataclass

from sqlalchemy import Select, func, literal, select, union_all

from reimburse.domain.batch import BatchState
from reimburse.domain.finding import Text
from reimburse.domain.workflow import FINANCE, ClaimState
from reimburse.store.batches import BatchRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db
from reimburse.store.invoices import FieldCorrectionRow
from reimburse.store.matches import MatchGroupRow
from reimburse.store.offsets import OffsetRow
from reimburse.store.payouts import PayoutRow
from reimburse.store.people import PersonRow


@dataclass(frozen=True, slots=True)
class Pile:
    """Something that waits: how much of it, and the page (endpoint and arguments) where it is dealt with."""

    words: Text
    icon: str
    endpoint: str
    arguments: dict[str, str]
    count: int = 0


PILES: dict[str, tuple[Pile, Select[int]]] = {
    "corrections": (
        Pile(Text("人工更正待确认", "Corrections to confirm"), "eye", "corrections.index", {}),
        select(func.count(FieldCorrectionRow.id)).where(FieldCorrectionRow.state == "proposed"),
    ),
    "approved": (
        Pile(Text("报销单待入批", "Claims to be batched"), "receipt", "batches.index", {}),
        select(func.count(ClaimRow.id)).where(ClaimRow.state == ClaimState.APPROVED.value),
    ),
    "open": (
        Pile(Text("批次待冻结", "Batches to freeze"), "lock-open", "batches.index", {"state": "open"}),
        select(func.count(BatchRow.id)).where(BatchRow.state == BatchState.OPEN.value),
    ),
    "frozen": (
        Pile(Text("批次待导出", "Batches to export"), "lock", "batches.index", {"state": "frozen"}),
        select(func.count(BatchRow.id)).where(BatchRow.state == BatchState.FROZEN.value),
    ),
    "exported": (
        Pile(Text("批次待过账", "Batches to post"), "download", "batches.index", {"state": "exported"}),
        select(func.count(BatchRow.id)).where(BatchRow.state == BatchState.EXPORTED.value),
    ),
    "failed": (
        Pile(Text("付款失败待重付", "Failed payments to repeat"), "alert-circle", "payouts.index", {"state": "failed"}),
        select(func.count(PayoutRow.id)).where(PayoutRow.state == "failed"),
    ),
    "due": (
        Pile(Text("待付款", "Payments to make"), "cash", "payouts.index", {"state": "due"}),
        select(func.count(PayoutRow.id)).where(PayoutRow.state == "due"),
    ),
    "owed_back": (
        Pile(Text("已冲销、待退回的款", "Money to come back"), "rotate", "payouts.index", {"state": "due"}),
        select(func.count(ClaimRow.id)).where(
            ClaimRow.reversal_of_id.is_not(None), ClaimRow.state == ClaimState.EXPORTED.value
        ),
    ),
    "proposed": (
        Pile(Text("对账建议待确认", "Proposed matches"), "arrows-join", "matching.index", {}),
        select(func.count(MatchGroupRow.id)).where(MatchGroupRow.state == "proposed"),
    ),
    "offsets": (
        Pile(Text("冲销待核对", "Offsets to check"), "rotate", "offsets.index", {"state": "submitted"}),
        select(func.count(OffsetRow.id)).where(OffsetRow.state == "submitted"),
    ),
}


def piles_for(person: PersonRow) -> list[Pile]:
    """What waits for this person's roles in finance, empty piles left out; nothing for anybody else."""
    if not person.roles() & FINANCE:
        return []
    counted = [select(literal(name), count.scalar_subquery()) for name, (_, count) in PILES.items()]
    counts = {name: int(count) for name, count in db.session.execute(union_all(*counted))}
    return [
        Pile(pile.words, pile.icon, pile.endpoint, pile.arguments, counts[name])
        for name, (pile, _) in PILES.items()
        if counts[name]
    ]
