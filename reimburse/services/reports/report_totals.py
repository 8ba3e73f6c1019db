"""Keep the reports' sums: a claim that moved is taken off as it was and added as it is, in one transaction."""

from sqlalchemy import delete, select
from sqlalchemy.orm import selectinload

from reimburse.services.outbox import mark_done
from reimburse.services.reports.report_entries import Amounts, Figures, figures_of
from reimburse.store.claims import ClaimRow, ExpenseLineRow
from reimburse.store.db import transaction
from reimburse.store.reports import ReportEntryRow, StaleReportRow, add_to_totals


def report_claim(claim_id: int, outbox_id: int | None = None) -> None:
    """Bring the sums to what the claim adds now; a second run changes nothing."""
    with transaction() as session:
        # The mark goes first: a move that happens meanwhile makes a new one, and asks again.
        session.execute(delete(StaleReportRow).where(StaleReportRow.claim_id == claim_id))
        loaded = selectinload(ClaimRow.lines).selectinload(ExpenseLineRow.invoices)
        claim = session.scalars(select(ClaimRow).where(ClaimRow.id == claim_id).options(loaded).with_for_update()).one()
        before = list(session.scalars(select(ReportEntryRow).where(ReportEntryRow.claim_id == claim_id)))
        after = _rows(claim, figures_of(session, claim))
        add_to_totals(session, _difference(before, after))
        session.execute(delete(ReportEntryRow).where(ReportEntryRow.claim_id == claim_id))
        for entry in before:
            session.expunge(entry)
        session.add_all(after)
        mark_done(session, outbox_id)


def _rows(claim: ClaimRow, figures: Figures) -> list[ReportEntryRow]:
    return [
        ReportEntryRow(
            claim_id=claim.id,
            dimension=dimension,
            value=value,
            month=claim.submitted_on.replace(day=1),
            department_id=claim.department_id,
            number=amounts.number,
            fen=amounts.fen,
            minutes=amounts.minutes,
        )
        for (dimension, value), amounts in figures.items()
        if claim.submitted_on
    ]


def _difference(before: list[ReportEntryRow], after: list[ReportEntryRow]) -> list[dict[str, object]]:
    sums: dict[tuple[object, ...], Amounts] = {}
    for sign, rows in ((-1, before), (1, after)):
        for row in rows:
            amounts = sums.setdefault((row.dimension, row.month, row.department_id, row.value), Amounts())
            amounts.number += sign * row.number
            amounts.fen += sign * row.fen
            amounts.minutes += sign * row.minutes
    names = ("dimension", "month", "department_id", "value")
    return [
        {
            **dict(zip(names, key, strict=True)),
            "number": amounts.number,
            "fen": amounts.fen,
            "minutes": amounts.minutes,
        }
        for key, amounts in sums.items()
        if amounts != Amounts()
    ]
