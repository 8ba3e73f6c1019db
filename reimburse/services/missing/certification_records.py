"""The tax office's list against the books: states taken over, and what only one of both knows."""

from collections.abc import Sequence

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from reimburse.domain.bills import Certification, CertificationState
from reimburse.domain.invoice import InvoiceKey
from reimburse.domain.money import from_fen, money_text, to_fen
from reimburse.services.deals.recording import Recorded, Source, chunks
from reimburse.services.missing import certifications
from reimburse.services.missing.certifications import WITH_PERIOD, change
from reimburse.services.outbox import ask, mark_done
from reimburse.store.certifications import CertificationRow
from reimburse.store.daily import DailyRunRow
from reimburse.store.db import now, today, transaction
from reimburse.store.invoices import InvoiceRow

JOB = "follow_certifications"
AT_ONCE = 2000


def record_certifications(session: Session, listed: Sequence[tuple[int, Certification]], source: Source) -> Recorded:
    """Take over the states of a list, each with the number of its row. In the caller's transaction.

    An invoice that is on the list and in nobody's wallet is kept beside the others: somebody has still to hand it in.
    """
    done = Recorded()
    for part in chunks(listed):
        rows = _here(session, [InvoiceKey(one.code, one.number) for _, one in part])
        for number, one in part:
            key = InvoiceKey(one.code, one.number)
            row = rows.get(key)
            if row is not None:
                _take_over(session, row, one, number, source, done)
            elif (row := _unknown(session, one, number, done)) is not None:
                rows[key], stated = row, Recorded()
                _take_over(session, row, one, number, source, stated)
                done.left_out += stated.left_out
    return done


def _take_over(
    session: Session, row: CertificationRow, one: Certification, number: int, source: Source, done: Recorded
) -> None:
    if one.tax is not None and row.here and to_fen(one.tax) != row.tax_fen:
        ours, theirs = money_text(from_fen(row.tax_fen)), money_text(one.tax)
        done.leave_out(number, f"税额不一致：票面 {ours}，清单 {theirs}", f"tax differs: invoice {ours}, list {theirs}")
        return
    if one.state in WITH_PERIOD and one.period is None:
        done.leave_out(number, "没有税款所属期", "no tax period")
        return
    if row.state == CertificationState.CERTIFIED and one.state is CertificationState.SELECTED:
        done.known += 1  # A list made before the certification says nothing new.
        return
    period = one.period if one.state in WITH_PERIOD else None
    on = one.state_on or today()
    changed = change(session, row, one.state, period, on, one.reason, source.by_id, source.import_id)
    done.completed, done.known = done.completed + changed, done.known + (not changed)


def _unknown(session: Session, one: Certification, number: int, done: Recorded) -> CertificationRow | None:
    """A row for an invoice that nobody handed in; None where the list says too little of it."""
    if one.issue_date is None or one.tax is None:
        done.leave_out(
            number,
            f"系统里没有发票 {one.number}，清单也没有开票日期和税额",
            f"invoice {one.number} is not here, and the list states neither its day nor its tax",
        )
        return None
    row = CertificationRow(
        code=one.code,
        number=one.number,
        seller_name=one.seller_name,
        issue_date=one.issue_date,
        tax_fen=to_fen(one.tax),
        here=False,
        state=CertificationState.UNSELECTED.value,
        at=now(),
    )
    session.add(row)
    session.flush()
    done.added += 1
    return row


def _here(session: Session, keys: Sequence[InvoiceKey]) -> dict[InvoiceKey, CertificationRow]:
    pair = tuple_(CertificationRow.code, CertificationRow.number)
    query = select(CertificationRow).where(pair.in_([(key.code, key.number) for key in keys]))
    return {InvoiceKey(row.code, row.number): row for row in session.scalars(query.with_for_update())}


def follow_all(outbox_id: int | None = None) -> None:
    """The daily job: invoices read before there were states get theirs, a few thousand at a time."""
    with transaction() as session:
        run = session.get(DailyRunRow, JOB) or session.merge(DailyRunRow(job=JOB, asked_on=today()))
        after = select(InvoiceRow).where(InvoiceRow.id > (run.up_to or 0)).order_by(InvoiceRow.id)
        rows = list(session.scalars(after.limit(AT_ONCE)))
        for row in rows:
            certifications.follow(session, row)
        if rows:
            run.up_to = rows[-1].id
        if len(rows) == AT_ONCE:
            ask(session, JOB)
        mark_done(session, outbox_id)
