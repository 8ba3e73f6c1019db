"""Payout accounts: whoever changes one proposes it, finance looks at it, and only then money goes there."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from reimburse.domain.finding import Text
from reimburse.export.payments import masked
from reimburse.services.access import finance_only
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.services.notices import tell
from reimburse.services.returns.offsets import tell_finance
from reimburse.store.db import db, now, transaction
from reimburse.store.events import record
from reimburse.store.payouts import PayoutAccountRow, PayoutAttemptRow, PayoutRow
from reimburse.store.people import PersonRow

SHORTEST, LONGEST = 8, 34
PAGE = 50


@dataclass(frozen=True, slots=True)
class Account:
    """Where a person wants to be paid; the columns of ``PersonRow``."""

    payout_account: str
    payout_bank: str = ""
    payout_branch: str = ""
    payout_name: str = ""


def account_of(person: PersonRow) -> Account:
    """The account in force."""
    return Account(
        person.payout_account or "", person.payout_bank or "", person.payout_branch or "", person.payout_name or ""
    )


def propose(by: PersonRow, person_id: int, account: Account) -> bool:
    """Propose another account for a person; whether anything changes. An earlier proposal gives way to this one."""
    with transaction() as session:
        return propose_in(session, by, person_id, account)


def propose_in(session: Session, by: PersonRow, person_id: int, account: Account) -> bool:
    """As ``propose``, within the caller's transaction."""
    plain = _plain(account)
    person = session.get_one(PersonRow, person_id, with_for_update={"of": PersonRow})
    if plain == account_of(person):
        return False
    for earlier in session.scalars(_waiting(person_id)):
        earlier.state, earlier.decided_at = "withdrawn", now()
    row = PayoutAccountRow(person_id=person_id, stated=asdict(plain), asked_by_id=by.id, asked_at=now())
    session.add(row)
    session.flush()
    said = {"change": row.id, "account": masked(plain.payout_account)}
    record(session, f"person:{person_id}", "payout_account_proposed", by.id, now(), said)
    text = Text(f"请核对 {person.name} 的新收款账户", f"Please check the new payout account of {person.name}")
    tell_finance(session, text, "/payout-accounts", but=by.id, kind="payout_account")
    if by.id != person_id:
        told = Text(
            "请核对：您的收款账户有一项变更待财务确认", "Please check: a change of your payout account awaits finance"
        )
        tell(session, person, "security", told, "/payout-account", told)
    return True


def decide(by: PersonRow, change_id: int, *, confirm: bool, note: str = "") -> None:
    """Confirm a change, or refuse it. Neither whoever proposed it nor whoever gets the money decides."""
    finance_only(by)
    with transaction() as session:
        row = session.get(PayoutAccountRow, change_id, with_for_update={"of": PayoutAccountRow})
        if row is None:
            raise NotFound
        if row.state != "proposed":
            raise Stale
        if by.id in (row.asked_by_id, row.person_id):
            raise Refused("请由另一位财务核对。", "Another person in finance looks at it.")
        if not confirm and not note.strip():
            raise Refused("请写明原因。", "Say why.")
        row.state, row.decided_by_id, row.decided_at = "confirmed" if confirm else "refused", by.id, now()
        row.note = note.strip()[:300]
        if confirm:
            for name, value in row.stated.items():
                setattr(row.person, name, value or None)
        said = {"change": row.id, "account": masked(row.stated["payout_account"])}
        record(session, f"person:{row.person_id}", f"payout_account_{row.state}", by.id, now(), said)
        _tell(session, row)


def waiting() -> Sequence[PayoutAccountRow]:
    """The changes that finance has to look at, the oldest first."""
    query = select(PayoutAccountRow).where(PayoutAccountRow.state == "proposed").order_by(PayoutAccountRow.id)
    people = (joinedload(PayoutAccountRow.person), joinedload(PayoutAccountRow.asked_by))
    return db.session.scalars(query.options(*(one.lazyload(PersonRow.grants) for one in people)).limit(PAGE)).all()


def proposed_for(person_id: int) -> PayoutAccountRow | None:
    """The change of this person's account that waits."""
    return db.session.scalar(_waiting(person_id))


def first_payments(payouts: Sequence[PayoutRow]) -> set[int]:
    """Of these payouts those whose person was never paid to the account of today: worth a second look."""
    people = {payout.person_id: payout.person for payout in payouts}
    query = (
        select(PayoutRow.person_id, PayoutAttemptRow.account)
        .join(PayoutAttemptRow, PayoutAttemptRow.payout_id == PayoutRow.id)
        .where(PayoutRow.person_id.in_(people), PayoutAttemptRow.state == "paid")
    )
    known = {(person_id, account.get("account")) for person_id, account in db.session.execute(query)}
    return {payout.id for payout in payouts if (payout.person_id, payout.person.payout_account) not in known}


def _waiting(person_id: int) -> Select[PayoutAccountRow]:
    return select(PayoutAccountRow).where(PayoutAccountRow.person_id == person_id, PayoutAccountRow.state == "proposed")


def _plain(account: Account) -> Account:
    digits = account.payout_account.replace(" ", "").replace("-", "")
    if not (SHORTEST <= len(digits) <= LONGEST and digits.isascii() and digits.isalnum()):
        raise Refused(
            f"请填写收款账号，{SHORTEST} 到 {LONGEST} 位数字或字母。",
            f"An account number has {SHORTEST} to {LONGEST} digits or letters.",
        )
    texts = (account.payout_bank, account.payout_branch, account.payout_name)
    return Account(digits, *(text.strip()[:100] for text in texts))


def _tell(session: Session, row: PayoutAccountRow) -> None:
    shown = masked(row.stated["payout_account"])
    text = Text(f"收款账户 {shown} 已确认", f"Payout account {shown} is confirmed")
    if row.state == "refused":
        text = Text(f"请核对收款账户 {shown}：{row.note}", f"Please check payout account {shown}: {row.note}")
    tell(session, row.person, "security", text, "/payout-account", text)
