"""Red letters on the balance ledger: what a red-letter invoice reverses cannot be claimed on the blue one any more.

All of it runs in the caller's transaction. What is reserved or booked already cannot be taken back here: it is owed,
and taken when a release or a reversal frees it (the offset task sees to that, X-17).
"""

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from reimburse.domain.invoice import InvoiceKey
from reimburse.store.absent import insert_if_absent
from reimburse.store.balances import InvoiceBalanceRow, RedPostingRow
from reimburse.store.db import now
from reimburse.store.invoices import InvoiceRow


def post(session: Session, red: InvoiceRow) -> bool:
    """Post a red-letter invoice on the blue one that it names; whether this was the first time.

    One that lacks its number, its total or the blue number is posted once a person completes it.
    """
    if not (red.red_letter and red.number and red.red_of_number and red.total_fen):
        return False
    blue, fen = InvoiceKey(red.red_of_code or "", red.red_of_number), abs(red.total_fen)
    posting = {"code": red.code, "number": red.number, "blue_code": blue.code, "blue_number": blue.number}
    balance = session.get(InvoiceBalanceRow, (blue.code, blue.number), with_for_update=True, populate_existing=True)
    if not insert_if_absent(session, RedPostingRow, {**posting, "fen": fen, "at": now()}):
        return False
    if balance:
        _take(session, balance, fen)
    return True


def take_known(session: Session, key: InvoiceKey) -> None:
    """Post the red letters that came before anybody claimed on this key; its row has just been made."""
    query = select(RedPostingRow.fen).where(
        RedPostingRow.blue_code == key.code, RedPostingRow.blue_number == key.number
    )
    for fen in session.scalars(query.order_by(RedPostingRow.at, RedPostingRow.number)).all():
        balance = session.get_one(InvoiceBalanceRow, (key.code, key.number), populate_existing=True)
        _take(session, balance, fen)


def take_owed(session: Session, key: InvoiceKey, freed_fen: int) -> None:
    """Something became free again: what red letters are owed is taken first."""
    if freed_fen <= 0:
        return
    row = InvoiceBalanceRow
    taken = case((row.owed_fen < freed_fen, row.owed_fen), else_=freed_fen)
    owing = update(row).where(row.code == key.code, row.number == key.number, row.owed_fen > 0)
    values = {"face_fen": row.face_fen - taken, "owed_fen": row.owed_fen - taken}
    session.execute(owing.values(values).execution_options(synchronize_session=False))


def _take(session: Session, balance: InvoiceBalanceRow, fen: int) -> None:
    """Take from the face what is free of it; together red letters never take more than the whole invoice."""
    stated = balance.face_fen + balance.red_fen - balance.owed_fen
    fen = min(fen, stated - balance.red_fen)
    free = balance.face_fen - balance.reserved_fen - balance.booked_fen
    taken = min(fen, free)
    balance.face_fen -= taken
    balance.red_fen += fen
    balance.owed_fen += fen - taken
    session.flush()
