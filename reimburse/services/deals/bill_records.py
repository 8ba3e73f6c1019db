"""Bills on record: from a table or a form, settled, voided."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from reimburse.domain.bills import Bill
from reimburse.domain.finding import Text
from reimburse.services.deals.recording import Owners, Recorded, Source, Values, chunks, completed, party_key, values_of
from reimburse.services.deals.voiding import locked
from reimburse.services.errors import Refused
from reimburse.store.absent import insert_all_absent
from reimburse.store.bills import BillRow
from reimburse.store.db import now, transaction
from reimburse.store.events import record
from reimburse.store.people import PersonRow

WORDS = {
    "period_start": Text("账期开始", "from"),
    "period_end": Text("账期结束", "to"),
    "amount_fen": Text("金额", "amount"),
    "settled_on": Text("扣款日期", "settled on"),
    "party_tax_id": Text("税号", "tax id"),
    "order_no": Text("订单号", "order no"),
}
FIXED = ("period_start", "period_end", "amount_fen")
VOID = Text("这张账单已作废", "this bill is void")


def record_bills(session: Session, bills: Sequence[tuple[int, Bill]], source: Source) -> Recorded:
    """Put bills on record, each with the number of its row. In the caller's transaction."""
    done = Recorded()
    owners = Owners(session, [bill.owner for _, bill in bills])
    for part in chunks(bills):
        _record_some(session, part, source, owners, done)
    return done


def _record_some(
    session: Session, bills: Sequence[tuple[int, Bill]], source: Source, owners: Owners, done: Recorded
) -> None:
    fresh: dict[tuple[str, str], tuple[int, Values]] = {}
    here = _here(session, [key_of(bill) for _, bill in bills])
    for number, bill in bills:
        key, problem = key_of(bill), owners.problem(bill.owner)
        stated = _values(bill, owners, source)
        if problem:
            done.leave_out(number, problem.zh, problem.en)
        elif key in here:
            done.meet(number, _met(here[key], stated))
        elif key in fresh:
            at, before = fresh[key]
            if all(before[name] == stated[name] for name in WORDS):
                done.known += 1
            else:
                done.leave_out(number, f"与第 {at} 行重复，内容不同", f"the same bill as row {at}, and different")
        else:
            fresh[key] = number, stated
    added = insert_all_absent(
        session, BillRow, [values for _, values in fresh.values()], (BillRow.party_key, BillRow.bill_no)
    )
    done.put(fresh, added)


def _met(row: BillRow, stated: Values) -> Text | bool:
    said = completed(row, stated, WORDS, fixed=FIXED, void=VOID)
    if not isinstance(said, Text):
        row.counts_from = row.settled_on or row.period_end
    return said


def key_of(bill: Bill) -> tuple[str, str]:
    """What tells one bill from another."""
    return party_key(bill.party), bill.bill_no


def _here(session: Session, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], BillRow]:
    query = select(BillRow).where(tuple_(BillRow.party_key, BillRow.bill_no).in_(keys)).with_for_update(of=BillRow)
    return {(row.party_key, row.bill_no): row for row in session.scalars(query)}


def _values(bill: Bill, owners: Owners, source: Source) -> Values:
    return values_of(bill, owners, source) | {
        "bill_no": bill.bill_no,
        "period_start": bill.period_start,
        "period_end": bill.period_end,
        "settled_on": bill.settled_on,
        "counts_from": bill.counts_from,
    }


def settle(person: PersonRow, bill_id: int, settled_on: date | None, owner: str, version: int) -> None:
    """Say when the provider took its money, and who has to get the invoice."""
    with transaction() as session:
        row = locked(session, BillRow, person, bill_id, version)
        owners = Owners(session, [owner.strip()])
        if problem := owners.problem(owner.strip()):
            raise Refused(problem.zh, problem.en)
        row.settled_on, row.counts_from = settled_on, settled_on or row.period_end
        row.owner_id = owners.id_of(owner.strip())
        said = {"settled_on": settled_on.isoformat() if settled_on else None, "owner_id": row.owner_id}
        record(session, f"bill:{row.id}", "changed", person.id, now(), said)
