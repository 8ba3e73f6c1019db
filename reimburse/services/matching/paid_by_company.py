"""Lines that say the employee paid, of invoices that the company paid itself: it would pay twice. Only reads."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from reimburse.domain.expense import PAID_BY
from reimburse.domain.finding import Text
from reimburse.domain.payment import PaymentKind
from reimburse.services.invoices.invoices import ENDED
from reimburse.services.matching.match_groups import CONFIRMED
from reimburse.services.statements.payment_accounts import OF_COMPANY
from reimburse.store.claims import ClaimRow, ExpenseLineRow, LineInvoiceRow
from reimburse.store.invoices import InvoiceRow
from reimburse.store.matches import MatchGroupRow, MatchInvoiceRow, MatchPaymentRow
from reimburse.store.payments import PaymentAccountRow, PaymentRow

BY_EMPLOYEE = ("employee", "advance")
"""``paid_by`` of lines whose money the employee gets, or has."""


@dataclass(frozen=True, slots=True)
class PaidTwice:
    """A line, the end of its invoice's number, and the company's account that paid it; ``card``: in whose hands."""

    claim_id: int
    claim_no: str
    position: int
    paid_by: str
    invoice: str
    group_id: int
    account_id: int
    account: str
    card_of: int | None

    @property
    def words(self) -> Text:
        """What stands against paying it, for whoever looks at the claim."""
        says = PAID_BY[self.paid_by]
        return Text(
            f"第 {self.position} 行写明“{says.zh}”，但发票 …{self.invoice} 已由公司账户“{self.account}”付款，"
            "支付方式应为公司转账或公务卡",
            f'line {self.position} says "{says.en}", but the company paid the invoice …{self.invoice}'
            f' from its account "{self.account}": it should say company transfer or company card',
        )


def on_claims(session: Session, claim_ids: Iterable[int]) -> dict[int, list[PaidTwice]]:
    """By claim, as far as matches are confirmed or beyond doubt."""
    sure = or_(MatchGroupRow.state == CONFIRMED, MatchGroupRow.is_unique)
    return _by(session, and_(ClaimRow.id.in_(sorted(set(claim_ids))), sure), "claim_id")


def in_groups(session: Session, group_ids: Iterable[int]) -> dict[int, list[PaidTwice]]:
    """By match, whatever its state."""
    return _by(session, MatchGroupRow.id.in_(sorted(set(group_ids))), "group_id")


def _by(session: Session, wanted: ColumnElement[bool], name: str) -> dict[int, list[PaidTwice]]:
    line = ExpenseLineRow
    told = (ClaimRow.id, ClaimRow.claim_no, line.position, line.paid_by, InvoiceRow.number)
    account = (MatchGroupRow.id, PaymentAccountRow.id, PaymentAccountRow.name, PaymentAccountRow.holder_id)
    matched = and_(MatchInvoiceRow.code == InvoiceRow.code, MatchInvoiceRow.number == InvoiceRow.number)
    query = (
        select(*told, *account)
        .distinct()
        .select_from(line)
        .join(ClaimRow, ClaimRow.id == line.claim_id)
        .join(LineInvoiceRow, LineInvoiceRow.line_id == line.id)
        .join(InvoiceRow, InvoiceRow.id == LineInvoiceRow.invoice_id)
        .join(MatchInvoiceRow, matched)
        .join(MatchGroupRow, MatchGroupRow.id == MatchInvoiceRow.group_id)
        .join(MatchPaymentRow, MatchPaymentRow.group_id == MatchGroupRow.id)
        .join(PaymentRow, PaymentRow.id == MatchPaymentRow.payment_id)
        .join(PaymentAccountRow, PaymentAccountRow.id == PaymentRow.account_id)
        .where(wanted, OF_COMPANY, line.paid_by.in_(BY_EMPLOYEE), PaymentRow.kind == PaymentKind.PAYMENT.value)
        .where(ClaimRow.state.not_in(ENDED), ClaimRow.reversal_of_id.is_(None))
        .order_by(ClaimRow.claim_no, line.position)
    )
    found: dict[int, list[PaidTwice]] = {}
    for row in session.execute(query):
        one = PaidTwice(*row[:4], (row[4] or "")[-8:], *row[5:])
        found.setdefault(getattr(one, name), []).append(one)
    return found
