"""Lines paid by company card against the card's statement: what each says, and why they differ. Only reads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from reimburse.domain.finding import Text
from reimburse.domain.money import from_fen
from reimburse.services.matching.invoice_payments import LACKING
from reimburse.services.matching.match_groups import CONFIRMED
from reimburse.services.statements.payment_accounts import CARD
from reimburse.store.batches import BatchClaimRow, BatchRow
from reimburse.store.claims import ClaimRow, ExpenseLineRow, LineInvoiceRow
from reimburse.store.invoices import InvoiceRow
from reimburse.store.matches import MatchGroupRow, MatchInvoiceRow, MatchPaymentRow
from reimburse.store.payments import PaymentAccountRow, PaymentRow
from reimburse.store.people import PersonRow

MOST = 500
"""Card lines that are compared on one page."""
ABSENT = Text(
    "卡的对账单中没有找到：请导入对账单，或核对是否误选公务卡",
    "not on a card's statement: import the statement, or see whether the card was chosen by mistake",
)
NOT_CONFIRMED = Text("配对由系统提议，尚未确认", "the match is proposed and not confirmed yet")


@dataclass(frozen=True, slots=True)
class Line:
    """A line paid by card, in fen."""

    id: int
    name: str
    claim_no: str
    holder: str
    fen: int


@dataclass(frozen=True, slots=True)
class Paid:
    """A row of a statement: what went out of which account, and whether a person confirmed what it paid for."""

    id: int
    fen: int
    currency: str
    account: str
    kind: str
    confirmed: bool


@dataclass(slots=True)
class Compared:
    """Lines and the statement's rows that belong together; ``groups`` are the matches that tie them."""

    lines: list[Line] = field(default_factory=list)
    paid: list[Paid] = field(default_factory=list)
    groups: set[int] = field(default_factory=set)

    @property
    def claimed_fen(self) -> int:
        """What is claimed."""
        return sum(line.fen for line in self.lines)

    @property
    def stated_fen(self) -> int:
        """What the statement says."""
        return sum(one.fen for one in self.paid)

    @property
    def difference_fen(self) -> int:
        """The statement less what is claimed."""
        return self.stated_fen - self.claimed_fen

    @property
    def reasons(self) -> list[Text]:
        """Why they differ, or what is still to be looked at; nothing where all agrees."""
        return list(_reasons(self))


@dataclass(frozen=True, slots=True)
class Cards:
    """The card lines of a batch; ``unclaimed``: how many payments by card of these people nobody claims, and fen."""

    compared: Sequence[Compared]
    unclaimed: tuple[int, int]

    @property
    def claimed_fen(self) -> int:
        """The sum of the lines."""
        return sum(one.claimed_fen for one in self.compared)

    @property
    def stated_fen(self) -> int:
        """The sum of the statement's rows."""
        return sum(one.stated_fen for one in self.compared)


def of_batch(session: Session, batch: BatchRow) -> Cards | None:
    """The card lines of a batch against statements; None where it has none."""
    if batch.reversal_of_id:
        return None
    lines, groups, people = _lines(session, batch.id)
    if not lines:
        return None
    every = {group_id for of_line in groups.values() for group_id in of_line}
    compared = together(lines.values(), groups)
    paid = _paid(session, every)
    for one in compared:
        rows = {row.id: row for group_id in one.groups for row in paid.get(group_id, ())}
        one.paid = list(rows.values())
    return Cards(compared, _unclaimed(session, people))


def together(lines: Iterable[Line], groups: dict[int, set[int]]) -> list[Compared]:
    """Lines that share a match, directly or through others, in one comparison; in the order of their first line."""
    made: list[Compared] = []
    for line in lines:
        mine = groups.get(line.id, set())
        touching = [one for one in made if one.groups & mine]
        whole = touching[0] if touching else Compared()
        for other in touching[1:]:
            whole.lines += other.lines
            whole.groups |= other.groups
            made.remove(other)
        whole.lines.append(line)
        whole.groups |= mine
        made += [] if touching else [whole]
    return made


def _lines(session: Session, batch_id: int) -> tuple[dict[int, Line], dict[int, set[int]], set[int]]:
    """The lines, the matches of their invoices by line, and the claimants' ids."""
    matched = and_(MatchInvoiceRow.code == InvoiceRow.code, MatchInvoiceRow.number == InvoiceRow.number)
    line = ExpenseLineRow
    what = (line.id, line.description, line.category, line.amount_fen, ClaimRow.claim_no, PersonRow.id, PersonRow.name)
    query = (
        select(*what, MatchInvoiceRow.group_id)
        .join(ClaimRow, ClaimRow.id == line.claim_id)
        .join(BatchClaimRow, BatchClaimRow.claim_id == ClaimRow.id)
        .join(PersonRow, PersonRow.id == ClaimRow.claimant_id)
        .outerjoin(LineInvoiceRow, LineInvoiceRow.line_id == line.id)
        .outerjoin(InvoiceRow, InvoiceRow.id == LineInvoiceRow.invoice_id)
        .outerjoin(MatchInvoiceRow, matched)
        .where(BatchClaimRow.batch_id == batch_id, line.paid_by == "company_card")
        .order_by(ClaimRow.claim_no, line.position)
        .limit(MOST)
    )
    lines, groups, people = dict[int, Line](), dict[int, set[int]](), set[int]()
    for line_id, words, category, fen, claim_no, person_id, name, group_id in session.execute(query):
        lines[line_id] = Line(line_id, words or category, claim_no, name, fen)
        groups.setdefault(line_id, set()).update({group_id} if group_id else ())
        people.add(person_id)
    return lines, groups, people


def _paid(session: Session, group_ids: Iterable[int]) -> dict[int, list[Paid]]:
    query = (
        select(
            MatchPaymentRow.group_id, MatchGroupRow.state, PaymentRow, PaymentAccountRow.name, PaymentAccountRow.kind
        )
        .join(MatchGroupRow, MatchGroupRow.id == MatchPaymentRow.group_id)
        .join(PaymentRow, PaymentRow.id == MatchPaymentRow.payment_id)
        .join(PaymentAccountRow, PaymentAccountRow.id == PaymentRow.account_id)
        .where(MatchPaymentRow.group_id.in_(group_ids))
        .order_by(PaymentRow.paid_on, PaymentRow.id)
    )
    found: dict[int, list[Paid]] = {}
    for group_id, state, row, name, kind in session.execute(query) if group_ids else ():
        paid = Paid(row.id, row.paid_fen - row.refunded_fen, row.currency, name, kind, state == CONFIRMED)
        found.setdefault(group_id, []).append(paid)
    return found


def _unclaimed(session: Session, people: Iterable[int]) -> tuple[int, int]:
    query = (
        select(func.count(), func.coalesce(func.sum(PaymentRow.amount_fen - PaymentRow.refunded_fen), 0))
        .join(PaymentAccountRow, PaymentAccountRow.id == PaymentRow.account_id)
        .where(PaymentAccountRow.kind == CARD, PaymentRow.holder_id.in_(people), PaymentRow.state.in_(LACKING))
    )
    number, fen = session.execute(query).one()
    return int(number), int(fen)


def _reasons(one: Compared) -> Iterable[Text]:
    if not one.paid:
        yield ABSENT
        return
    for name in sorted({paid.account for paid in one.paid if paid.kind != CARD}):
        yield Text(
            f"付款出自“{name}”，不是公务卡：请核对付款方式",
            f'it was paid from "{name}", no company card: see how it was paid',
        )
    foreign = sorted({paid.currency for paid in one.paid} - {"CNY"})
    if foreign:
        yield Text(f"对账单币种为 {'、'.join(foreign)}", f"the statement is in {', '.join(foreign)}")
    elif one.difference_fen:
        yield _off(one.difference_fen)
    if not all(paid.confirmed for paid in one.paid):
        yield NOT_CONFIRMED


def _off(fen: int) -> Text:
    yuan = f"{from_fen(abs(fen)):,.2f}"
    if fen > 0:
        return Text(
            f"对账单多 {yuan} 元：只报销了一部分，或含手续费",
            f"the statement says {yuan} yuan more: claimed in part only, or with a fee in it",
        )
    return Text(
        f"报销多 {yuan} 元：请核对金额或补全配对的付款",
        f"{yuan} yuan more are claimed than the statement says: check the sum, or match the payment that is missing",
    )
