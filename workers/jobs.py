"""The jobs: ids in, one service call each, safe to run twice.

Each marks its outbox row done in the transaction of its effect. What a job raises is noted on that row and raised
again; when it is tried next is the row's business, not the queue's.
"""

from collections.abc import Callable

from flask import current_app

from reimburse.services import outbox
from reimburse.services.approval import reminders
from reimburse.services.archive import (
    archive_adoption,
    archive_erasure,
    archive_fixity,
    archive_packages,
    archive_runs,
    archive_seals,
)
from reimburse.services.claims import checking, claim_drafts
from reimburse.services.invoices import reading, verification_queries
from reimburse.services.matching import matching_runs
from reimburse.services.missing import certification_records, chasing, monthly_reminders
from reimburse.services.month_end import batch_jobs
from reimburse.services.operation import mails
from reimburse.services.payouts import money_backfill, money_reminders, payout_results
from reimburse.services.policy import simulations
from reimburse.services.reports import report_backfill, report_totals
from reimburse.services.returns import offsets, reissues
from reimburse.services.suppliers import supplier_figures
from reimburse.store.db import db

JOBS: dict[str, Callable[..., object]] = {
    "adopt_archive": archive_adoption.adopt,
    "seal_archive": archive_seals.seal_by_job,
    "check_files": archive_fixity.check_files,
    "clear_packages": archive_packages.clear_packages,
    "make_package": archive_packages.make_package,
    "verify_archive": archive_runs.verify_archive,
    "ask_again_about_reimbursed": verification_queries.ask_again_about_reimbursed,
    "chase_invoices": chasing.chase,
    "check_claim": checking.check_claim,
    "clear_drafts": claim_drafts.clear_drafts,
    "follow_certifications": certification_records.follow_all,
    "match_payments": matching_runs.match_payments,
    "post_earlier_payments": money_backfill.post_earlier_payments,
    "read_document": reading.read_document,
    "remove_erased": archive_erasure.remove_erased,
    "remind_approvers": reminders.remind_approvers,
    "remind_reissues": reissues.remind,
    "remind_money": money_reminders.remind_money,
    "remind_monthly": monthly_reminders.remind,
    "remind_offsets": offsets.remind,
    "report_claim": report_totals.report_claim,
    "report_earlier_claims": report_backfill.report_earlier_claims,
    "send_mail": mails.send_mail,
    "settle_payouts": payout_results.settle_payouts,
    "simulate_policy": simulations.simulate_policy,
    "summarise_supplier": supplier_figures.summarise_supplier,
    "summarise_suppliers": supplier_figures.summarise_suppliers,
    "verify_invoice": verification_queries.verify_invoice,
    "work_on_batch": batch_jobs.work_on_batch,
}


def run(group: list[tuple[str, int, list[int | str]]]) -> None:
    """Run the jobs of a few outbox rows within the worker's app; one that fails does not hold up the others."""
    failures = [failure for job, outbox_id, args in group if (failure := _failure_of(job, outbox_id, args))]
    if failures:
        raise ExceptionGroup("jobs failed", failures)


def _failure_of(job: str, outbox_id: int, args: list[int | str]) -> Exception | None:
    try:
        JOBS[job](*args, outbox_id=outbox_id)
    except Exception as failure:  # noqa: BLE001
        # Noted on the row, shown on the Jobs page, and raised again for the queue once the group is through.
        outbox.note_failure(outbox_id, failure, current_app.extensions["settings"].retry_delays_s)
        return failure
    else:
        return None
    finally:
        db.session.remove()
