"""Statements for tests, imported through the services as finance does; the engine run without a queue."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from flask import current_app
from sqlalchemy import select

from reimburse.demo.samples.statements import Spend, card_statement, company_statement, wechat_bill
from reimburse.services.matching import matching_runs
from reimburse.services.statements import statement_imports
from reimburse.services.statements.payment_accounts import AccountChoice
from reimburse.store.db import db
from reimburse.store.payments import PaymentAccountRow, PaymentRow, StatementImportRow
from reimburse.store.people import PersonRow
from tests.wallets import READER

NOVEMBER = date(2026, 11, 1)
CARD = "招商银行信用卡(9904)"


def spend(day: int, payee: str, amount: str, **more: str) -> Spend:
    """A row of this day of November."""
    return Spend(NOVEMBER.replace(day=day), payee, Decimal(amount), **more)


def wallet(*spends: Spend) -> tuple[str, bytes]:
    return "微信支付账单.csv", wechat_bill(spends, "样例")


def card(*spends: Spend) -> tuple[str, bytes]:
    return "招行信用卡.csv", card_statement(spends, NOVEMBER)


def company(*spends: Spend, account: str = "9900000000000000011") -> tuple[str, bytes]:
    return "建行明细.csv", company_statement(spends, account, "示例云帆科技有限公司")


def person(person_id: int) -> PersonRow:
    return db.session.get_one(PersonRow, person_id)


def bring_in(by_id: int, file: tuple[str, bytes], account: str, holder_id: int | None = None) -> StatementImportRow:
    """Preview and import a file whose every part is of the account of this name, new or known."""
    current_app.extensions.setdefault("sandbox", READER)
    by = person(by_id)
    import_id = statement_imports.preview(by, *file)
    row = db.session.get_one(StatementImportRow, import_id)
    known = db.session.scalar(select(PaymentAccountRow.id).where(PaymentAccountRow.name == account))
    holder = person(holder_id).login if holder_id else ""
    choice = AccountChoice(account_id=known) if known else AccountChoice(name=account, holder=holder)
    choices: Mapping[int, AccountChoice] = {part.ordinal: choice for part in row.parts}
    return statement_imports.confirm(by, import_id, choices, row.version)


def payments(**wanted: object) -> list[PaymentRow]:
    db.session.rollback()
    return list(db.session.scalars(select(PaymentRow).filter_by(**wanted).order_by(PaymentRow.paid_on, PaymentRow.id)))


def match() -> None:
    """One run of the engine."""
    db.session.rollback()
    matching_runs.match_payments()
    db.session.rollback()
