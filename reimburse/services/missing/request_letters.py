"""A ready request to a supplier for an invoice, with the exact title block (F-13), electronic or on paper (F-32)."""

from dataclasses import dataclass

from sqlalchemy import select

from reimburse.domain.money import from_fen
from reimburse.services.company.titles import as_text
from reimburse.services.missing.deadlines import expected_on
from reimburse.services.missing.missing import BILL, Item
from reimburse.store.bills import BillRow
from reimburse.store.db import db, today
from reimburse.store.payments import PaymentAccountRow, PaymentRow
from reimburse.store.people import LegalEntityRow


@dataclass(frozen=True, slots=True)
class Letter:
    """The text to send, in Chinese as suppliers expect, and the title it asks for."""

    title: LegalEntityRow
    subject: str
    body: str


def letter_of(item: Item, *, special: bool, paper: bool) -> Letter:
    """The request for one payment's or bill's invoice."""
    title = title_of(item)
    kind = "增值税专用发票" if special else "增值税普通发票"
    form = f"{'纸质' if paper else '电子'}{kind}"
    what = f"账单 {item.ref}" if item.kind == BILL else f"{item.counts_from} 的付款"
    settled = "" if item.settled else "（扣款完成后开具即可）"
    lines = (
        f"{item.party or '您好'}：",
        "",
        (
            f"我司有一笔{what}尚未收到发票，金额 {from_fen(item.fen):,} 元。"
            f"请开具{form}{settled}，开票信息如下，请逐字照填："
        ),
        "",
        as_text(title),
        "",
        PAPER if paper else "电子发票请直接回复本邮件（OFD、PDF、XML 均可）。",
        f"烦请在 {expected_on(today())} 前开出，如有困难请告知。谢谢！",
    )
    return Letter(title, f"请开具发票：{what} {from_fen(item.fen):,} 元", "\n".join(lines))


def title_of(item: Item) -> LegalEntityRow:
    """The title that the invoice is to carry."""
    return db.session.scalars(select(LegalEntityRow).where(LegalEntityRow.id == _entity(item))).one()


PAPER = "加盖公章的《开票信息表》随信附上。纸质发票请用 EMS 或顺丰寄至上述地址并告知单号，或通知我司自取。"


def _entity(item: Item) -> int:
    if item.kind == BILL:
        query = select(BillRow.legal_entity_id).where(BillRow.id == item.id)
    else:
        account = select(PaymentAccountRow.legal_entity_id).join(
            PaymentRow, PaymentRow.account_id == PaymentAccountRow.id
        )
        query = account.where(PaymentRow.id == item.id)
    return db.session.scalars(query).one()
