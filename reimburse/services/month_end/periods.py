"""Accounting periods: months of a legal entity's books. What comes after one is closed goes into the next open one."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reimburse.domain.workflow import Role
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.store.absent import insert_if_absent
from reimburse.store.db import db, now, today, transaction
from reimburse.store.events import record
from reimburse.store.ledger import AccountingPeriodRow, LedgerEntryRow
from reimburse.store.people import LegalEntityRow, PersonRow

SHOWN = 24


@dataclass(frozen=True, slots=True)
class Period:
    """A month on the page: what stands in it, and what may be done with it."""

    month: str
    state: str
    vouchers: int
    row: AccountingPeriodRow | None
    changed_by: str | None
    may_close: bool
    may_reopen: bool


def month_of(day: date) -> str:
    """The period of a day.

    >>> month_of(date(2026, 11, 30))
    '2026-11'
    """
    return f"{day:%Y-%m}"


def following(month: str) -> str:
    """The next month.

    >>> following("2026-12")
    '2027-01'
    """
    first = date.fromisoformat(f"{month}-01")
    return month_of(date(first.year + first.month // 12, first.month % 12 + 1, 1))


def refuse_far_days(day: date) -> None:
    """Nothing is posted in the future."""
    if day > today():
        raise Refused("过账日期不能在未来。", "The posting day cannot lie in the future.")


def posting_day(session: Session, entity_id: int, day: date) -> tuple[date, AccountingPeriodRow]:
    """The day itself, or the first of the next open period; and that period, held until the transaction ends."""
    month = month_of(day)
    while (period := _held(session, entity_id, month)).state == "closed":
        month = following(month)
    return (day if month == month_of(day) else date.fromisoformat(f"{month}-01")), period


def would_post_on(entity_id: int, day: date) -> date:
    """The day on which something of this day would be posted at present. Nothing is held."""
    closed = select(AccountingPeriodRow.month).where(
        AccountingPeriodRow.legal_entity_id == entity_id, AccountingPeriodRow.state == "closed"
    )
    months, month = set(db.session.scalars(closed)), month_of(day)
    while month in months:
        month = following(month)
    return day if month == month_of(day) else date.fromisoformat(f"{month}-01")


def close(by: PersonRow, entity_id: int, month: str, reason: str) -> None:
    """Close a month: nothing is posted in it any more. Months are closed in their order."""
    _change(by, entity_id, month, reason, "closed")


def reopen(by: PersonRow, entity_id: int, month: str, reason: str) -> None:
    """Open the month that was closed last once more."""
    _change(by, entity_id, month, reason, "open")


def listed(entity_id: int, person: PersonRow) -> list[Period]:
    """The months of an entity's books, the present one first; those that have no row are open."""
    counted = select(LedgerEntryRow.month, func.count()).where(LedgerEntryRow.legal_entity_id == entity_id)
    vouchers = {row[0]: row[1] for row in db.session.execute(counted.group_by(LedgerEntryRow.month))}
    query = select(AccountingPeriodRow, PersonRow.name).where(AccountingPeriodRow.legal_entity_id == entity_id)
    query = query.outerjoin(PersonRow, PersonRow.id == AccountingPeriodRow.changed_by_id)
    rows = {row.month: (row, name) for row, name in db.session.execute(query)}
    last_closed = max((month for month, (row, _) in rows.items() if row.state == "closed"), default="")
    head = Role.FINANCE_HEAD in person.roles()
    months = _months({*rows, *vouchers})
    oldest_open = min((month for month in months if month > last_closed), default="")
    return [
        Period(
            month=month,
            state=rows[month][0].state if month in rows else "open",
            vouchers=vouchers.get(month, 0),
            row=rows[month][0] if month in rows else None,
            changed_by=rows[month][1] if month in rows else None,
            may_close=head and month == oldest_open,
            may_reopen=head and month == last_closed,
        )
        for month in months
    ]


def entities() -> list[LegalEntityRow]:
    """The legal entities that have books, by id."""
    return list(db.session.scalars(select(LegalEntityRow).order_by(LegalEntityRow.id)))


def _months(known: set[str]) -> list[str]:
    """From the present month, or a later one that is known, back to the oldest known, two years at the most."""
    last = max({month_of(today()), *known})
    months = [min({month_of(today()), *known})]
    while months[-1] < last:
        months.append(following(months[-1]))
    return months[::-1][:SHOWN]


def _change(by: PersonRow, entity_id: int, month: str, reason: str, state: str) -> None:
    if Role.FINANCE_HEAD not in by.roles():
        raise NotFound
    if not reason.strip():
        raise Refused("请写明原因。", "Say why.")
    with transaction() as session:
        if session.get(LegalEntityRow, entity_id) is None or not _is_month(month):
            raise NotFound
        period = _held(session, entity_id, month)
        if period.state == state:
            raise Stale
        _refuse_out_of_order(session, entity_id, month, state)
        period.state, period.reason = state, reason.strip()[:500]
        period.changed_by_id, period.changed_at = by.id, now()
        kind = "period_closed" if state == "closed" else "period_reopened"
        record(session, f"period:{entity_id}:{month}", kind, by.id, now(), {"reason": period.reason})


def _refuse_out_of_order(session: Session, entity_id: int, month: str, state: str) -> None:
    if month > month_of(today()):
        raise Refused("未来的期间不能关账。", "A month to come cannot be closed.")
    period = AccountingPeriodRow
    of_entity = select(period.month).where(period.legal_entity_id == entity_id)
    later = session.scalar(of_entity.where(period.month > month, period.state == "closed").limit(1))
    earlier = session.scalar(of_entity.where(period.month < month, period.state == "open").limit(1))
    if state == "closed" and earlier:
        raise Refused(f"请先关闭更早的期间 {earlier}。", f"Close the earlier month {earlier} first.")
    if state == "open" and later:
        raise Refused(f"请先重开更晚的期间 {later}。", f"Reopen the later month {later} first.")


def _is_month(text: str) -> bool:
    try:
        return month_of(date.fromisoformat(f"{text}-01")) == text
    except ValueError:
        return False


def _held(session: Session, entity_id: int, month: str) -> AccountingPeriodRow:
    values = {"legal_entity_id": entity_id, "month": month, "state": "open", "last_voucher_no": 0, "reason": ""}
    insert_if_absent(session, AccountingPeriodRow, {**values, "version": 1})
    key = (entity_id, month)
    return session.get_one(AccountingPeriodRow, key, with_for_update=True, populate_existing=True)
