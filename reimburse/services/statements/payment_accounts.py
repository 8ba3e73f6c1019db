"""The accounts that statements are of: found again by the number they print, or made at the first import."""

from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from reimburse.services.access import finance_only
from reimburse.services.errors import NotFound, Refused
from reimburse.store.db import db, now, transaction
from reimburse.store.events import record
from reimburse.store.payments import PaymentAccountRow, StatementPartRow
from reimburse.store.people import LegalEntityRow, PersonRow

MOST_OFFERED = 200
CARD, OWN_CARD = "card", "own_card"
"""A card's statement is of a company card, in somebody's hands or not, or of the person's very own card."""
KINDS_OF = {CARD: (CARD, OWN_CARD)}
"""The kinds of account that a part of this kind may be of, where they are several."""
OF_COMPANY = or_(PaymentAccountRow.holder_id.is_(None), PaymentAccountRow.kind == CARD)
"""The company's money: an account that nobody holds, or a company card in somebody's hands."""


@dataclass(frozen=True, slots=True)
class AccountChoice:
    """What a person chose for a part of a statement: an account, or a new one of this name.

    ``holder``: number or login of whose card or wallet the new one is; nobody where it is the company's. ``own``: a
    card that is the holder's very own, not the company's.
    """

    account_id: int | None = None
    name: str = ""
    holder: str = ""
    own: bool = False
    legal_entity_id: int | None = None


def offered() -> list[PaymentAccountRow]:
    """The accounts to choose from, by name."""
    query = select(PaymentAccountRow).order_by(PaymentAccountRow.name).limit(MOST_OFFERED)
    return list(db.session.scalars(query))


def known_by_number(session: Session, part: StatementPartRow) -> PaymentAccountRow | None:
    """The account whose number the statement prints; None where it prints none, or several accounts have it."""
    if not part.printed_account:
        return None
    of_number = select(PaymentAccountRow).where(
        PaymentAccountRow.number == part.printed_account, PaymentAccountRow.kind.in_(kinds_of(part.kind))
    )
    found = list(session.scalars(of_number.limit(2)))
    return found[0] if len(found) == 1 else None


def kinds_of(kind: str) -> tuple[str, ...]:
    """The kinds of account that a statement's part of this kind may be of."""
    return KINDS_OF.get(kind, (kind,))


def make_own(by: PersonRow, account_id: int) -> None:
    """A card that was taken for a company card is its holder's very own."""
    finance_only(by)
    with transaction() as session:
        account = session.get(PaymentAccountRow, account_id, with_for_update=True, populate_existing=True)
        if account is None:
            raise NotFound
        if account.kind not in KINDS_OF[CARD] or account.holder_id is None:
            raise Refused("只有写明持有人的卡才可能是个人卡。", "Only a card with a holder can be somebody's own.")
        if account.holder_id == by.id:
            raise Refused("自己的卡由另一位财务处理。", "Somebody else in finance deals with your own card.")
        if account.kind == CARD:
            account.kind = OWN_CARD
            record(session, f"payment_account:{account.id}", "made_own", by.id, now(), {"account": account.id})


def chosen(session: Session, by: PersonRow, part: StatementPartRow, choice: AccountChoice) -> PaymentAccountRow:
    """The account that the choice names, made if it is new, locked until the transaction ends."""
    if choice.account_id:
        locked = select(PaymentAccountRow).where(PaymentAccountRow.id == choice.account_id)
        account = session.scalar(locked.with_for_update(of=PaymentAccountRow).execution_options(populate_existing=True))
        if account is None:
            raise Refused("请选择流水所属的账户。", "Choose the account that the statement is of.")
        _fits(account, part)
        account.number = account.number or part.printed_account or ""
        return account
    return _new(session, by, part, choice)


def _fits(account: PaymentAccountRow, part: StatementPartRow) -> None:
    if account.kind in kinds_of(part.kind):
        return
    raise Refused(
        f"“{account.name}”与这份流水的类型不同，请另选或新建账户。",
        f'"{account.name}" is another kind of account than the statement: choose or make another.',
    )


def _new(session: Session, by: PersonRow, part: StatementPartRow, choice: AccountChoice) -> PaymentAccountRow:
    name = choice.name.strip()[:100]
    if not name:
        raise Refused("请选择账户，或填写新账户的名称。", "Choose an account, or give the new one a name.")
    taken = select(func.count()).select_from(PaymentAccountRow).where(PaymentAccountRow.name == name)
    if session.scalar(taken):
        raise Refused(f"已有名为“{name}”的账户，请直接选择它。", f'There is an account "{name}": choose it.')
    holder = _holder(session, choice.holder.strip())
    own = part.kind == CARD and choice.own
    if own and holder is None:
        raise Refused("个人卡须填写持有人工号。", "Say whose card it is: the holder's number.")
    entity_id = choice.legal_entity_id or (holder or by).department.legal_entity_id
    account = PaymentAccountRow(
        name=name,
        kind=OWN_CARD if own else part.kind,
        number=part.printed_account or "",
        holder_id=holder.id if holder else None,
        legal_entity_id=session.get_one(LegalEntityRow, entity_id).id,
        by_id=by.id,
        at=now(),
    )
    session.add(account)
    session.flush()
    return account


def _holder(session: Session, said: str) -> PersonRow | None:
    """The person of this employee number or login; None where nothing was said."""
    if not said:
        return None
    person = session.scalar(
        select(PersonRow).where(or_(PersonRow.employee_no == said, PersonRow.login == said.lower()))
    )
    if person is None:
        raise Refused(f"没有工号或账号为 {said} 的人员。", f"Nobody has the number or login {said}.")
    return person
