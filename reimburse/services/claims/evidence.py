"""The evidence asked for on each line: what is there, what is missing, from the rules' own check list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reimburse.domain.finding import Text
from reimburse.store.claims import AttachmentRow, ClaimRow, ExpenseLineRow
from rules.evidence import Need
from rules.vocabulary import ATTACHMENTS, word


@dataclass(frozen=True, slots=True)
class Item:
    """One thing on the check list: any of ``kinds`` does, ``row`` is the attachment that does it."""

    kinds: tuple[str, ...]
    row: AttachmentRow | None = None
    invoice_id: str | None = None

    @property
    def words(self) -> Text:
        """The kinds in words."""
        names = [word(ATTACHMENTS, kind) for kind in self.kinds]
        return Text(" 或 ".join(name.zh for name in names), " or ".join(name.en for name in names))


@dataclass(frozen=True, slots=True)
class CheckList:
    """The evidence of one line, or of the claim as a whole."""

    items: tuple[Item, ...]

    @property
    def done(self) -> int:
        """How many are there."""
        return sum(item.row is not None for item in self.items)

    @property
    def percent(self) -> int:
        """How complete it is; 100 where nothing is asked for."""
        return 100 * self.done // len(self.items) if self.items else 100


def line_list(claim: ClaimRow, line: ExpenseLineRow, needs: Sequence[Need]) -> CheckList:
    """What the line and its invoices need, then what is attached to them besides."""
    invoices = {str(invoice.id) for invoice in line.invoices}
    own = [row for row in claim.attachments if row.line_id == line.id or str(row.invoice_id) in invoices]
    subjects = {("line", str(line.id)), *(("invoice", identity) for identity in invoices)}
    asked = [need for need in needs if (need.subject.kind, need.subject.id) in subjects]
    return _list(asked, own, own + _of_whole(claim))


def claim_list(claim: ClaimRow, needs: Sequence[Need]) -> CheckList:
    """What the claim as a whole needs, then what is attached to it besides."""
    asked = [need for need in needs if need.subject.kind == "claim"]
    return _list(asked, _of_whole(claim), claim.attachments)


def total_list(claim: ClaimRow, needs: Sequence[Need]) -> CheckList:
    """Everything that is asked for anywhere on the claim, for its meter."""
    return CheckList(tuple(_item(need, claim.attachments) for need in needs))


def _of_whole(claim: ClaimRow) -> list[AttachmentRow]:
    return [row for row in claim.attachments if row.line_id is None and row.invoice_id is None]


def _list(needs: Iterable[Need], own: Sequence[AttachmentRow], serving: Sequence[AttachmentRow]) -> CheckList:
    asked = [_item(need, serving) for need in needs]
    shown = {item.row.id for item in asked if item.row}
    return CheckList((*asked, *(Item((row.kind,), row) for row in own if row.id not in shown)))


def _item(need: Need, serving: Sequence[AttachmentRow]) -> Item:
    rows = [row for row in serving if row.kind in need.kinds] if need.present else []
    invoice_id = need.subject.id if need.subject.kind == "invoice" else None
    return Item(need.kinds, rows[0] if rows else None, invoice_id)
