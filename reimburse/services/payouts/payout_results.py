"""The bank's result, imported: what it settles, and what is left out with the reason. Nothing is settled twice."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from time import monotonic

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from parsers.document import Document
from parsers.errors import ParseError
from parsers.payout_results import Outcome, ResultLine, read_results
from parsers.tables.rows import Broken
from reimburse.domain.finding import Text
from reimburse.domain.money import from_fen, to_fen
from reimburse.services.access import finance_only
from reimburse.services.errors import Refused
from reimburse.services.invoices import sandboxed
from reimburse.services.invoices.media_types import media_type
from reimburse.services.month_end.batch_work import SLICE_S
from reimburse.services.outbox import ask, mark_done
from reimburse.services.payouts.payout_returns import settle_returned
from reimburse.services.payouts.payout_settling import settle_failed, settle_paid
from reimburse.services.payouts.payouts import held_of
from reimburse.store.absent import insert_if_absent
from reimburse.store.db import now, reading, today, transaction
from reimburse.store.documents import StoredFileRow
from reimburse.store.files import Files
from reimburse.store.payouts import PayoutAttemptRow, PayoutLeftOutRow, PayoutResultRow, PayoutRow
from reimburse.store.people import PersonRow

SETTLED = {
    "paid": Text("已付", "paid"),
    "failed": Text("失败", "failed"),
    "returned": Text("已退汇", "came back from the bank"),
    "withdrawn": Text("已作废", "withdrawn"),
}
GIVEN_BACK = frozenset({Outcome.PAID, Outcome.RETURNED})
REPEATED = Text(
    "同一参考号在文件中重复，只算一次，无需处理",
    "the reference stands in the file already: counted once, nothing to do",
)
CONTRADICTED = Text(
    "同一参考号的几行互相矛盾，请向银行核实后在付款页手工标记",
    "lines of one reference contradict each other: ask the bank, then mark the payment on its page",
)
UNNAMED = Text(
    "没有业务参考号，请在“付款中”找到这笔款项并手工标记",
    "it names no reference: find the payment under With the bank and mark it there",
)
UNKNOWN = Text(
    "参考号不是本系统发出的付款，请核对是否导错文件",
    "no payment of ours has this reference: see whether this is the right file",
)
SAID_OTHERWISE = Text(
    "这笔款项已记为已付，银行又报失败；若钱已退回，请在付款页登记退汇",
    "it counts as paid and the bank says it failed: if the money came back, record that on the payment's page",
)


def import_result(by: PersonRow, name: str, data: bytes) -> int:
    """Take a result file of the bank; the id of the import. Its lines are settled in the background.

    A line counts only where its reference, amount and account are those of a payment that waits for its result; the
    same file again settles nothing more.
    """
    finance_only(by)
    document = Document(name, data)
    lines, broken = _read(document)
    with transaction() as session:
        result = PayoutResultRow(name=name[:200], sha256=document.sha256, by_id=by.id, at=now(), lines=len(lines))
        session.add(result)
        _keep(session, document)
        session.flush()
        session.add_all(PayoutLeftOutRow(result_id=result.id, row=one.row, **_both(one.why)) for one in broken)
        ask(session, "settle_payouts", result.id)
        return result.id


def settle_payouts(result_id: int, outbox_id: int | None = None) -> None:
    """The job. Each line in a transaction of its own; a second run goes on where the first one ended."""
    with reading() as session:
        row = session.get_one(PayoutResultRow, result_id)
        document, began = Document(row.name, _files().get(row.sha256)), monotonic()
    lines, _ = _read(document)
    twice = _repeated(lines)
    while True:
        with transaction() as session:
            result = session.get_one(PayoutResultRow, result_id, with_for_update=True, populate_existing=True)
            if result.done >= len(lines):
                result.finished_at = result.finished_at or now()
                mark_done(session, outbox_id)
                return
            _take(session, lines[result.done], result, twice)
            if monotonic() - began > SLICE_S:
                ask(session, "settle_payouts", result_id)
                mark_done(session, outbox_id)
                return


def _take(session: Session, line: ResultLine, result: PayoutResultRow, twice: Mapping[int, Text]) -> None:
    result.done += 1
    why = twice.get(line.row) or _settled(session, line, result)
    if why:
        said = {"reference": line.reference[:200], "amount_fen": to_fen(line.amount), **_both(why)}
        session.add(PayoutLeftOutRow(result_id=result.id, row=line.row, **said))


def _both(why: Text) -> dict[str, str]:
    return {"zh": why.zh[:500], "en": why.en[:500]}


def _read(document: Document) -> tuple[tuple[ResultLine, ...], tuple[Broken, ...]]:
    try:
        return read_results(sandboxed.sheets(document))
    except ParseError as problem:
        zh, _, en = str(problem).partition(" / ")
        raise Refused(zh, en or zh) from None


def _repeated(lines: Sequence[ResultLine]) -> dict[int, Text]:
    """Lines that say the same thing again, and all of those that contradict each other, by row."""
    said: dict[str, list[ResultLine]] = {}
    for line in lines:
        if line.reference:
            said.setdefault(line.reference, []).append(line)
    found: dict[int, Text] = {}
    for same in said.values():
        kinds = Counter((line.outcome, line.amount) for line in same)
        if len(kinds) > 1 and not _came_back(kinds):
            found |= {line.row: CONTRADICTED for line in same}
        else:
            found |= {line.row: REPEATED for place, line in enumerate(same) if _said_before(same[:place], line)}
    return found


def _came_back(kinds: Iterable[tuple[Outcome, Decimal]]) -> bool:
    """Whether a payment is stated once as paid and once as given back, to the cent: that is no contradiction."""
    return {outcome for outcome, _ in kinds} == GIVEN_BACK and len({amount for _, amount in kinds}) == 1


def _said_before(earlier: Sequence[ResultLine], line: ResultLine) -> bool:
    return any((one.outcome, one.amount) == (line.outcome, line.amount) for one in earlier)


def _settled(session: Session, line: ResultLine, result: PayoutResultRow) -> Text | None:
    """Settle what the line is about; why not, where it is left out."""
    if not line.reference:
        return UNNAMED
    attempt = session.scalar(select(PayoutAttemptRow).where(PayoutAttemptRow.reference == line.reference))
    payout = held_of(session, PayoutRow.id == attempt.payout_id) if attempt else None
    if attempt is None or payout is None:
        return UNKNOWN
    session.refresh(attempt)
    if line.outcome is Outcome.RETURNED and attempt.state == payout.state == "paid":
        return _returned(session, line, attempt, payout, result)
    if why := _why_not(line, attempt, payout, result.by_id):
        return why
    on = line.on or today()
    through = line.outcome is Outcome.PAID
    attempt.state, attempt.settled_on, attempt.result_id = "paid" if through else "failed", on, result.id
    attempt.failure = "" if through else (line.why or line.status)[:300]
    if through:
        result.paid += 1
        settle_paid(session, payout, on, line.bank_reference or line.reference, result.by_id)
    else:
        result.failed += 1
        settle_failed(session, payout, line.why or line.status, result.by_id)
    return None


def _returned(
    session: Session, line: ResultLine, attempt: PayoutAttemptRow, payout: PayoutRow, result: PayoutResultRow
) -> Text | None:
    """The bank gave back what it paid before; why that does not count, where it does not."""
    if why := _differs(line, attempt):
        return why
    on = line.on or today()
    if attempt.settled_on and on < attempt.settled_on:
        return Text(
            f"退汇日期早于付款日 {attempt.settled_on}，请向银行核实",
            f"it came back before it was paid on {attempt.settled_on}: ask the bank",
        )
    try:
        settle_returned(session, payout, line.why or line.status, on, result.by_id, result)
    except Refused as refused:
        return refused.text
    result.returned += 1
    return None


def _why_not(line: ResultLine, attempt: PayoutAttemptRow, payout: PayoutRow, by_id: int) -> Text | None:
    if line.outcome is Outcome.OTHER:
        return Text(
            f"状态“{line.status}”不是最终结果，请在银行办结后再导入",
            f'the status "{line.status}" is no final one: import it again once the bank is done',
        )
    if attempt.state != "ordered" or payout.state != "ordered":
        if line.outcome is Outcome.FAILED and attempt.state == "paid":
            return SAID_OTHERWISE
        known = SETTLED.get(attempt.state) or SETTLED.get(payout.state) or Text(payout.state, payout.state)
        return Text(f"这笔付款已有结果：{known.zh}", f"this payment is settled already: {known.en}")
    if payout.person_id == by_id and line.outcome is Outcome.PAID and not line.bank_reference:
        return Text(
            "本人的款项须有银行流水号，请由另一位财务导入",
            "one's own money needs the bank's own reference: a colleague imports it",
        )
    return _differs(line, attempt)


def _differs(line: ResultLine, attempt: PayoutAttemptRow) -> Text | None:
    asked = from_fen(attempt.amount_fen)
    if line.amount != asked:
        return Text(
            f"金额不符：应付 {asked:,.2f}，结果 {line.amount:,.2f}；请向银行核实，全额办结后再手工标记",
            f"another amount: {line.amount:,.2f} where {asked:,.2f} was ordered: ask the bank,"
            " and mark it once all of it is through",
        )
    if line.account and not _same_account(line.account, attempt.account.get("account", "")):
        return Text(
            "收款账号不符，请向银行核实钱付给了谁", "another account than was ordered: ask the bank who got the money"
        )
    if line.on and line.on > today():
        return Text("日期在未来，请核对文件", "its day lies in the future: see whether the file is right")
    return None


def _same_account(said: str, ordered: str) -> bool:
    """Banks mask accounts in their results: what is shown of one has to fit."""
    plain, whole = said.replace(" ", "").replace("-", ""), ordered.replace(" ", "").replace("-", "")
    if len(plain) == len(whole):
        return all(shown == real or shown in "*xX•" for shown, real in zip(plain, whole, strict=True))
    return "*" in plain and whole.startswith(plain.partition("*")[0]) and whole.endswith(plain.rpartition("*")[2])


def _keep(session: Session, document: Document) -> None:
    _files().put(document.data)
    kept = {"sha256": document.sha256, "size": len(document.data), "media_type": media_type(document.data)}
    insert_if_absent(session, StoredFileRow, {**kept, "stored_at": now()})


def _files() -> Files:
    found: Files = current_app.extensions["files"]
    return found
