"""The monthly reminder (F-28): prepayments without an invoice, and invoices whose time for a claim runs out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from reimburse.domain.finding import Text
from reimburse.domain.workflow import FINANCE
from reimburse.services.invoices.invoices import ENDED
from reimburse.services.missing.prepayments import Outstanding, overdue_by_claimant
from reimburse.services.notices import tell
from reimburse.services.outbox import mark_done
from reimburse.services.policy import policies
from reimburse.store.claims import ClaimInvoiceRow, ClaimRow
from reimburse.store.db import CHINA, db, today, transaction
from reimburse.store.invoices import InvoiceRow
from reimburse.store.notices import NoticeRow
from reimburse.store.people import PersonRow, RoleGrantRow
from rules.workdays import add_months

KIND = "monthly"
AHEAD = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Expiring:
    """Unclaimed invoices of one person: how many, and the last day of the oldest (R-72)."""

    count: int
    last_day: date


def remind(outbox_id: int | None = None) -> None:
    """Tell everybody concerned, each once a month, one transaction a person; a second run tells those left out."""
    prepaid, expiring = overdue_by_claimant(db.session()), _expiring(db.session())
    db.session.rollback()
    for person_id in sorted({*prepaid, *expiring}):
        with transaction() as session:
            person = session.get_one(PersonRow, person_id)
            if person.active and not _told(session, person_id):
                _tell(session, person, prepaid.get(person_id, []), expiring.get(person_id))
    with transaction() as session:
        _tell_finance(session, [item for items in prepaid.values() for item in items])
        mark_done(session, outbox_id)


def _expiring(session: Session) -> Mapping[int, Expiring]:
    """By holder: free invoices whose last day for a claim lies in the coming month."""
    months = policies.in_force().parameters.claim_within_months
    first, last = add_months(today(), -months), add_months(today() + AHEAD, -months)
    claimed = (
        select(ClaimInvoiceRow.claim_id)
        .join(ClaimRow, ClaimRow.id == ClaimInvoiceRow.claim_id)
        .where(ClaimInvoiceRow.invoice_id == InvoiceRow.id, ClaimRow.state.not_in(ENDED))
    )
    query = (
        select(InvoiceRow.holder_id, func.count(), func.min(InvoiceRow.issue_date))
        .where(InvoiceRow.issue_date.between(first, last), InvoiceRow.red_letter.is_(False), ~exists(claimed))
        .group_by(InvoiceRow.holder_id)
    )
    rows = [(holder, count, oldest) for holder, count, oldest in session.execute(query) if oldest]
    return {holder: Expiring(count, add_months(oldest, months)) for holder, count, oldest in rows}


def _tell(session: Session, person: PersonRow, prepaid: list[Outstanding], expiring: Expiring | None) -> None:
    todo, said = [], []
    if expiring:
        todo.append(
            Text(f"报销 {expiring.count} 张快到期的发票", f"claim {expiring.count} invoices before they expire")
        )
        said.append(
            Text(
                f"{expiring.count} 张发票下个月内到报销期限，最早 {expiring.last_day}。",
                f"{expiring.count} invoices reach their limit within a month, the first on {expiring.last_day}.",
            )
        )
    if prepaid:
        todo.append(Text(f"为 {len(prepaid)} 笔预付款取票", f"get the invoices of {len(prepaid)} prepayments"))
        said += [_prepaid(item) for item in prepaid]
    text = Text("请" + "，".join(one.zh for one in todo), "Please " + ", ".join(one.en for one in todo))
    body = Text("\n".join([f"{text.zh}。", *(one.zh for one in said)]), "\n".join([text.en, *(one.en for one in said)]))
    tell(session, person, KIND, text, "/prepayments" if prepaid else "/invoices?state=free", body)


def _prepaid(item: Outstanding) -> Text:
    claim_no, amount = item.line.claim.claim_no, f"{item.line.amount_fen / 100:,.2f}"
    return Text(
        f"报销单 {claim_no} 预付 {amount} 元，应在 {item.last_day} 前取得发票。",
        f"Claim {claim_no}: {amount} yuan prepaid, its invoice is due by {item.last_day}.",
    )


def _tell_finance(session: Session, prepaid: list[Outstanding]) -> None:
    late = [item for item in prepaid if item.days_left < 0]
    if not late:
        return
    total = f"{sum(item.line.amount_fen for item in late) / 100:,.2f}"
    text = Text(
        f"请跟进 {len(late)} 笔超期未取票的预付款，共 {total} 元",
        f"Follow up {len(late)} prepayments whose invoices are overdue, {total} yuan in all",
    )
    people = select(PersonRow).join(RoleGrantRow).where(PersonRow.active, RoleGrantRow.role.in_(FINANCE)).distinct()
    for person in session.scalars(people.order_by(PersonRow.id)).all():
        if not _told(session, person.id, f"{KIND}_finance"):
            tell(session, person, f"{KIND}_finance", text, "/prepayments", text)


def _told(session: Session, person_id: int, kind: str = KIND) -> bool:
    month = datetime.combine(today().replace(day=1), time(0), CHINA)
    told = select(NoticeRow.id).where(NoticeRow.person_id == person_id, NoticeRow.kind == kind)
    return session.scalar(told.where(NoticeRow.created_at >= month).limit(1)) is not None
