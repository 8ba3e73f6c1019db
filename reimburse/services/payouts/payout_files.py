"""Files for the bank: what is due, or has failed, in the layout that the bank takes. What is in one is in no other."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from tempfile import TemporaryFile
from uuid import uuid4

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.domain.money import from_fen
from reimburse.domain.workflow import FINANCE
from reimburse.export.layout_rows import DoesNotFit
from reimburse.export.payments import Payee, Payment, payer_of, payment_group
from reimburse.export.render import render
from reimburse.services.access import finance_only
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.services.idempotency import remember, result_of
from reimburse.services.month_end.export_layouts import payers, payment_layouts
from reimburse.services.payouts.payouts import WAITING, chain_of, own_money
from reimburse.store.absent import insert_if_absent
from reimburse.store.advances import AdvanceRow
from reimburse.store.batches import BatchRow, ReversalRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import now, today, transaction
from reimburse.store.documents import StoredFileRow
from reimburse.store.events import record
from reimburse.store.files import Files
from reimburse.store.payouts import PayoutAttemptRow, PayoutClaimRow, PayoutFileRow, PayoutRow
from reimburse.store.people import LegalEntityRow, PersonRow

PURPOSE = "费用报销"


def make_file(by: PersonRow, payout_ids: Sequence[int], layout_name: str, key: str | None = None) -> str:
    """Put these payouts of one legal entity into a file for the bank; its number. The same key makes one file only.

    Each line has a reference of its own that the bank repeats in its result; a retry has another one.
    """
    if not by.roles() & FINANCE or layout_name not in payment_layouts():
        raise NotFound
    with transaction() as session:
        before = result_of(session, by.id, key)
        if before:
            return before
        payouts = _taken(session, payout_ids, by.id)
        row = _opened(session, payouts, layout_name, by.id)
        payments = [_payment(session, payout, row.file_no) for payout in payouts]
        _write(session, row, payments)
        for payout, payment in zip(payouts, payments, strict=True):
            _order(session, row, payout, payment, by.id)
        remember(session, by.id, key, row.file_no)
        return row.file_no


def withdraw_file(by: PersonRow, file_no: str, reason: str) -> None:
    """The file was not sent after all: what is in it is due again."""
    finance_only(by)
    if not reason.strip():
        raise Refused("请写明原因。", "Say why.")
    with transaction() as session:
        row = session.scalar(select(PayoutFileRow).where(PayoutFileRow.file_no == file_no).with_for_update())
        if row is None:
            raise NotFound
        attempts = session.scalars(select(PayoutAttemptRow).where(PayoutAttemptRow.file_id == row.id)).all()
        if row.withdrawn_at or any(attempt.state != "ordered" for attempt in attempts):
            raise Stale("文件已有付款结果，不能作废。", "The file has results already and cannot be withdrawn.")
        row.withdrawn_at = now()
        for attempt in attempts:
            attempt.state, attempt.failure = "withdrawn", reason.strip()[:300]
            payout = session.get_one(PayoutRow, attempt.payout_id, with_for_update={"of": PayoutRow})
            payout.state = "failed" if payout.failed_at else "due"
            said = {"file": file_no, "reason": reason.strip()[:300]}
            record(session, chain_of(payout.id), "payout_withdrawn", by.id, now(), said)


def download(by: PersonRow, file_no: str) -> tuple[Iterator[bytes], PayoutFileRow, str]:
    """The file's bytes, itself and its media type; who took it away, and how often, is kept."""
    finance_only(by)
    with transaction() as session:
        row = session.scalar(select(PayoutFileRow).where(PayoutFileRow.file_no == file_no).with_for_update())
        if row is None or row.withdrawn_at:
            raise NotFound
        row.downloads, row.downloaded_at = row.downloads + 1, now()
        said = {"file": file_no, "time": row.downloads}
        record(session, f"payout_file:{row.id}", "payout_file_taken", by.id, now(), said)
        media_type = session.get_one(StoredFileRow, row.sha256).media_type
    return _files().pieces(row.sha256), row, media_type


def _opened(session: Session, payouts: Sequence[PayoutRow], layout_name: str, by_id: int) -> PayoutFileRow:
    row = PayoutFileRow(file_no=uuid4().hex[:30], layout=layout_name, sha256="", name="")
    row.legal_entity_id, row.made_by_id, row.made_at = payouts[0].legal_entity_id, by_id, now()
    row.lines, row.total_fen = len(payouts), sum(payout.amount_fen for payout in payouts)
    session.add(row)
    session.flush()
    row.file_no = f"FK{today():%Y%m}-{row.id:04}"
    return row


def _taken(session: Session, payout_ids: Sequence[int], by_id: int) -> list[PayoutRow]:
    ids = sorted(set(payout_ids))
    query = select(PayoutRow).where(PayoutRow.id.in_(ids)).order_by(PayoutRow.id).with_for_update(of=PayoutRow)
    payouts = list(session.scalars(query.execution_options(populate_existing=True)))
    if not payouts or len(payouts) < len(ids):
        raise NotFound("请先选择要付的款项。", "Choose what is to be paid first.")
    if len({payout.legal_entity_id for payout in payouts}) > 1:
        raise Refused("一个付款文件只付同一法人的款项。", "A file pays for one legal entity.")
    for payout in payouts:
        _refuse_unfit(session, payout, by_id)
    return payouts


def _refuse_unfit(session: Session, payout: PayoutRow, by_id: int) -> None:
    name = payout.person.name
    if payout.person_id == by_id:
        raise own_money()
    if payout.state not in WAITING:
        raise Stale(f"{name} 的款项已在付款文件中或已付。", f"What {name} gets is in a file already, or paid.")
    if not payout.person.payout_account:
        raise Refused(f"{name} 没有已确认的收款账户。", f"{name} has no confirmed payout account.")
    if payout.batch_id is None:
        return
    session.get_one(BatchRow, payout.batch_id, with_for_update={"read": True})
    asked = select(ReversalRow.id).where(ReversalRow.batch_id == payout.batch_id, ReversalRow.state == "confirmed")
    if session.scalar(asked.limit(1)):
        raise Refused("该批次正在冲销，请稍候。", "The batch is being reversed: wait a moment.")


def _payment(session: Session, payout: PayoutRow, file_no: str) -> Payment:
    payout.attempts += 1
    person = payout.person
    return Payment(
        reference=f"{file_no.replace('-', '')}-{payout.id}-{payout.attempts}",
        person_no=person.employee_no,
        person=person.name,
        amount=from_fen(payout.amount_fen),
        claims=_covered(session, payout),
        payee=Payee(
            person.payout_account or "", person.payout_name or "", person.payout_bank or "", person.payout_branch or ""
        ),
    )


def _covered(session: Session, payout: PayoutRow) -> tuple[str, ...]:
    if payout.advance_id:
        return (session.get_one(AdvanceRow, payout.advance_id).advance_no,)
    numbers = select(ClaimRow.claim_no).join(PayoutClaimRow, PayoutClaimRow.claim_id == ClaimRow.id)
    return tuple(session.scalars(numbers.where(PayoutClaimRow.payout_id == payout.id).order_by(ClaimRow.claim_no)))


def _write(session: Session, row: PayoutFileRow, payments: list[Payment]) -> None:
    layout, entity = payment_layouts()[row.layout], session.get_one(LegalEntityRow, row.legal_entity_id)
    payer = payer_of(entity.tax_id, entity.name, entity.bank_account, payers())
    group = payment_group(layout, payments, payer, today(), PURPOSE)
    with TemporaryFile() as file:
        try:
            render(layout, lambda: [group], file, row.made_at)
        except DoesNotFit as unfit:
            raise _unfit(unfit, payments) from None
        row.sha256, size = _files().put_file(file)
    row.name = f"{row.file_no}.{layout.ending}"
    kept = {"sha256": row.sha256, "size": size, "media_type": layout.media_type, "stored_at": now()}
    insert_if_absent(session, StoredFileRow, kept)


def _unfit(unfit: DoesNotFit, payments: list[Payment]) -> Refused:
    """Why the layout does not take it, whose payment that is, and what to do."""
    person = payments[unfit.misfits[0].row - 1].person
    return Refused(
        f"{unfit.text.zh}（收款人 {person}：请补全其收款账户，或换一种文件格式）",
        f"{unfit.text.en} (payee {person}: complete that payout account, or choose another layout)",
    )


def _order(session: Session, row: PayoutFileRow, payout: PayoutRow, payment: Payment, by_id: int) -> None:
    payout.state = "ordered"
    attempt = PayoutAttemptRow(payout_id=payout.id, file_id=row.id, reference=payment.reference)
    attempt.amount_fen, attempt.account = payout.amount_fen, asdict(payment.payee)
    session.add(attempt)
    said = {"file": row.file_no, "sha256": row.sha256, "reference": payment.reference, "fen": payout.amount_fen}
    record(session, chain_of(payout.id), "payout_ordered", by_id, now(), said)


def _files() -> Files:
    found: Files = current_app.extensions["files"]
    return found
