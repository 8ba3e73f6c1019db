"""The lines of a draft or returned claim: add, edit, remove, split, merge, and the invoices they rest on.

Every function locks the claim, refuses a stale version, and leaves the sum where it has to stay.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from reimburse.domain.finding import Text
from reimburse.services.claims import prefill
from reimburse.services.claims.claim_access import own_editable
from reimburse.services.claims.claims import put_invoices, touched, wallet
from reimburse.services.errors import NotFound, Refused
from reimburse.store.approvals import LineDecisionRow
from reimburse.store.claims import ClaimRow, ExpenseLineRow
from reimburse.store.db import transaction
from reimburse.store.invoices import InvoiceRow

EDITABLE_FIELDS = frozenset(
    {
        "category",
        "description",
        "amount_fen",
        "quantity",
        "occurred_on",
        "started_on",
        "ended_on",
        "city",
        "adjustment",
        "basis",
        "request_no",
        "paid_by",
        "order_no",
    }
)
MATERIAL_FIELDS = frozenset({"category", "amount_fen", "occurred_on", "started_on", "ended_on"})
SHARED_FIELDS = EDITABLE_FIELDS - {"amount_fen", "quantity"}


def add_line(by_id: int, claim_no: str, version: int | None = None) -> int:
    """An empty line at the end; its id."""
    with transaction() as session:
        claim = own_editable(session, claim_no, by_id, version)
        line = prefill.empty_line()
        claim.lines.append(line)
        touched(session, claim)
        return line.id


def edit_line(by_id: int, claim_no: str, line_id: int, values: Mapping[str, Any], version: int | None = None) -> None:
    """Set fields of a line; ``details`` is merged, where None or "" takes a key away."""
    with transaction() as session:
        claim = own_editable(session, claim_no, by_id, version)
        line = line_of(claim, line_id)
        changed = {name for name in EDITABLE_FIELDS & values.keys() if getattr(line, name) != values[name]}
        for name in changed:
            setattr(line, name, values[name])
        details = {**line.details, **values.get("details", {})}
        line.details = {name: value for name, value in details.items() if value not in (None, "")}
        touched(session, claim, [line_id] if changed & MATERIAL_FIELDS else None)


def remove_line(by_id: int, claim_no: str, line_id: int, version: int | None = None) -> None:
    """Take a line off, with its attachments and the invoices that no other line rests on."""
    with transaction() as session:
        claim = own_editable(session, claim_no, by_id, version)
        line = line_of(claim, line_id)
        _take_off(session, claim, line)
        kept = {invoice.id for other in claim.lines for invoice in other.invoices}
        for invoice in [item for item in line.invoices if item.id not in kept and item in claim.invoices]:
            _take_invoice(claim, invoice)
        put_invoices(claim, [])
        touched(session, claim, [line_id])


def split_line(
    by_id: int, claim_no: str, line_id: int, parts_fen: Sequence[int], version: int | None = None
) -> list[int]:
    """Split a line into parts that add up to its amount to the fen; the ids of all parts, the first being the line."""
    with transaction() as session:
        claim = own_editable(session, claim_no, by_id, version)
        line = line_of(claim, line_id)
        if len(parts_fen) < 2 or sum(parts_fen) != line.amount_fen or 0 in parts_fen:
            raise Refused(
                "拆分的各部分须不为零，合计须等于原金额。", "The parts of a split are not zero and add up to the line."
            )
        line.amount_fen, line.quantity = parts_fen[0], None
        new = [_copy(line, part) for part in parts_fen[1:]]
        at = claim.lines.index(line) + 1
        claim.lines[at:at] = new
        touched(session, claim, [line_id])
        return [line_id, *(part.id for part in new)]


def split_by_items(by_id: int, claim_no: str, line_id: int, version: int | None = None) -> None:
    """Split a line that carries one invoice alone into one line for each category of its items."""
    with transaction() as session:
        claim = own_editable(session, claim_no, by_id, version)
        line = line_of(claim, line_id)
        parts = prefill.lines_for(line.invoices[0]) if len(line.invoices) == 1 else []
        if len(parts) < 2 or sum(part.amount_fen for part in parts) != line.amount_fen:
            raise Refused(
                "发票明细不能自动拆分，请手工填写金额。", "The items do not split by themselves: give the amounts."
            )
        at = claim.lines.index(line)
        _take_off(session, claim, line)
        claim.lines[at:at] = parts
        touched(session, claim, [line_id])


def merge_lines(by_id: int, claim_no: str, line_ids: Sequence[int], version: int | None = None) -> None:
    """Merge lines of one category, on one invoice, into the first: amounts add up, attachments move over.

    Refused where the rules would send the merged line back: one line for two invoices (R-62), two categories (R-56),
    an adjustment hidden in its expense (R-55), two currencies.
    """
    with transaction() as session:
        claim = own_editable(session, claim_no, by_id, version)
        chosen = [line for line in claim.lines if line.id in line_ids]
        if len(chosen) != len(set(line_ids)):
            raise NotFound
        if len(chosen) < 2:
            raise Refused("请至少选择两行再合并。", "Choose two lines at least.")
        _refuse_mixture(chosen)
        for line in chosen[1:]:
            _merge_into(session, claim, chosen[0], line)
        touched(session, claim, line_ids)


def tie_invoice(by_id: int, claim_no: str, line_id: int, invoice_id: int, version: int | None = None) -> None:
    """Put an invoice of the wallet or the claim on a line; an empty field of the line is filled from it."""
    with transaction() as session:
        claim = own_editable(session, claim_no, by_id, version)
        line = line_of(claim, line_id)
        [invoice] = wallet(session, by_id, [invoice_id])
        if invoice in line.invoices:
            return
        if invoice not in claim.invoices:
            claim.invoices.append(invoice)
        line.invoices.append(invoice)
        prefill.fill(line, invoice)
        touched(session, claim, [line_id])


def untie_invoice(by_id: int, claim_no: str, line_id: int, invoice_id: int, version: int | None = None) -> None:
    """Take an invoice off a line; it stays on the claim."""
    with transaction() as session:
        claim = own_editable(session, claim_no, by_id, version)
        line = line_of(claim, line_id)
        line.invoices.remove(_invoice_of(line.invoices, invoice_id))
        touched(session, claim, [line_id])


def add_invoices(by_id: int, claim_no: str, invoice_ids: Sequence[int], version: int | None = None) -> None:
    """Put more invoices of the wallet on the claim, with their pre-filled lines."""
    with transaction() as session:
        claim = own_editable(session, claim_no, by_id, version)
        put_invoices(claim, wallet(session, by_id, invoice_ids))
        touched(session, claim, ())


def remove_invoice(by_id: int, claim_no: str, invoice_id: int, version: int | None = None) -> None:
    """Take an invoice off the claim and its lines; the lines that rested on it alone go too."""
    with transaction() as session:
        claim = own_editable(session, claim_no, by_id, version)
        invoice = _invoice_of(claim.invoices, invoice_id)
        _take_invoice(claim, invoice)
        changed = [line for line in claim.lines if invoice in line.invoices]
        for line in changed:
            line.invoices.remove(invoice)
            if not line.invoices:
                _take_off(session, claim, line)
        put_invoices(claim, [])
        touched(session, claim, [line.id for line in changed])


def line_of(claim: ClaimRow, line_id: int) -> ExpenseLineRow:
    """The line of this claim, or ``NotFound``."""
    for line in claim.lines:
        if line.id == line_id:
            return line
    raise NotFound


def _invoice_of(invoices: Sequence[InvoiceRow], invoice_id: int) -> InvoiceRow:
    for invoice in invoices:
        if invoice.id == invoice_id:
            return invoice
    raise NotFound


def _take_invoice(claim: ClaimRow, invoice: InvoiceRow) -> None:
    """Off the claim, with its attachments."""
    claim.invoices.remove(invoice)
    for attachment in [item for item in claim.attachments if item.invoice_id == invoice.id]:
        claim.attachments.remove(attachment)


def _copy(line: ExpenseLineRow, amount_fen: int) -> ExpenseLineRow:
    fields = {name: getattr(line, name) for name in SHARED_FIELDS | {"currency", "fx_rate", "trip_id"}}
    return ExpenseLineRow(
        amount_fen=amount_fen,
        details=dict(line.details),
        invoices=list(line.invoices),
        position=line.position,
        **fields,
    )


def _refuse_mixture(lines: Sequence[ExpenseLineRow]) -> None:
    invoices = {invoice.id for line in lines for invoice in line.invoices}
    mixed = (
        (len(invoices) > 1, Text("发票不同，须按发票分别列明（R-62）", "they rest on different invoices (R-62)")),
        (len({line.category for line in lines}) > 1, Text("类别不同（R-56）", "their categories differ (R-56)")),
        (
            len({line.adjustment for line in lines}) > 1,
            Text("折扣、附加费须单列（R-55）", "adjustments stand alone (R-55)"),
        ),
        (len({(line.currency, line.fx_rate) for line in lines}) > 1, Text("币种或汇率不同", "their currencies differ")),
    )
    why = [text for differs, text in mixed if differs]
    if why:
        zh, en = "；".join(text.zh for text in why), "; ".join(text.en for text in why)
        raise Refused(f"这些行不能合并：{zh}。", f"These lines cannot be merged: {en}.")


def _merge_into(session: Session, claim: ClaimRow, first: ExpenseLineRow, line: ExpenseLineRow) -> None:
    first.amount_fen += line.amount_fen
    first.quantity = first.quantity + line.quantity if first.quantity and line.quantity else None
    first.details = {**line.details, **first.details}
    if line.description and line.description not in first.description:
        first.description = f"{first.description}；{line.description}".strip("；")[: prefill.DESCRIPTION_LENGTH]
    first.invoices.extend(invoice for invoice in line.invoices if invoice not in first.invoices)
    for attachment in claim.attachments:
        if attachment.line_id == line.id:
            attachment.line_id = first.id
    _take_off(session, claim, line)


def _take_off(session: Session, claim: ClaimRow, line: ExpenseLineRow) -> None:
    for attachment in [item for item in claim.attachments if item.line_id == line.id]:
        claim.attachments.remove(attachment)
    # What was decided on the line stays in the claim's events and checks.
    session.execute(delete(LineDecisionRow).where(LineDecisionRow.line_id == line.id))
    session.flush()
    claim.lines.remove(line)
