"""Payments: one sum a person for what they paid themselves, and what fields of a payment layout may name."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec

from reimburse.domain.ledger import Purpose
from reimburse.domain.money import ZERO
from reimburse.export.chart import PAYERS, converted
from reimburse.export.layout import Layout
from reimburse.export.layout_rows import Group
from reimburse.export.rows import LineRow

ACCOUNT = re.compile(r"([0-9][0-9 -]{6,38}[0-9])\s*$")


@dataclass(frozen=True, slots=True)
class Payee:
    """Where a person is paid. Empty where it is not known."""

    account: str = ""
    account_name: str = ""
    bank: str = ""
    branch: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    """What one person gets from a batch. ``reference`` is unique and comes back in the bank's statement."""

    reference: str
    person_no: str
    person: str
    amount: Decimal
    claims: tuple[str, ...]
    payee: Payee = Payee()


class Payer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An account that is paid from."""

    tax_id: str
    account: str
    name: str
    bank: str = ""


class _Payers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    payer: tuple[Payer, ...] = ()


def load_payers(folder: Path) -> tuple[Payer, ...]:
    """The accounts that ``payers.toml`` states."""
    found: _Payers = converted(folder / PAYERS, _Payers)
    return found.payer


def payer_of(tax_id: str, name: str, bank_account: str | None, payers: Iterable[Payer]) -> Payer:
    """The account of a legal entity: as listed, else the one in its invoice title.

    >>> payer_of("91990000MA0DEM0011", "示例云帆", "示例银行滨江支行 9900000000000000011", ()).account
    '9900000000000000011'
    """
    for payer in payers:
        if payer.tax_id == tax_id:
            return payer
    text = bank_account or ""
    found = ACCOUNT.search(text)
    account = re.sub(r"\D", "", found[1]) if found else ""
    return Payer(tax_id, account, name, text[: found.start()].strip() if found else text.strip())


class Sums:
    """Adds up what each person paid themselves, line by line."""

    def __init__(self) -> None:
        self._amounts: dict[str, Decimal] = {}

    def add(self, line: LineRow) -> None:
        """A line of the batch; only what the employee paid counts."""
        if line.paid_by == Purpose.EMPLOYEE.value:
            self._amounts[line.employee_no] = self._amounts.get(line.employee_no, ZERO) + line.amount

    def owed(self) -> dict[str, Decimal]:
        """One sum for each person who is owed anything, by employee number; a person who owes gets nothing."""
        return {number: amount for number, amount in sorted(self._amounts.items()) if amount > 0}


def payment_group(layout: Layout, payments: Iterable[Payment], payer: Payer, on: date, purpose: str) -> Group:
    """The payments as the rows of a layout."""
    records = tuple(
        {
            "date": on,
            "purpose": purpose,
            "row_1": place,
            "payer_bank": payer.bank,
            "payer_account": payer.account,
            "payer_name": payer.name,
            "reference": payment.reference,
            "person_no": payment.person_no,
            "person": payment.person,
            "amount": payment.amount,
            "claims": " ".join(payment.claims),
            **asdict(payment.payee),
            "account_name": payment.payee.account_name or payment.person,
            "bank_of_payee": _bank_of(payment.payee, layout.own_bank),
        }
        for place, payment in enumerate(payments, start=1)
    )
    return Group("付款", records)


def masked(account: str) -> str:
    """An account as it is shown: its last four digits.

    >>> masked("6222000000000017"), masked("12")
    ('•••• 0017', '••••')
    """
    return f"•••• {account[-4:]}" if len(account) >= 8 else "••••"


def _bank_of(payee: Payee, own_bank: str) -> str:
    """The payee's bank as the paying bank wants it: its own short name, else branch or bank."""
    if own_bank and (own_bank in payee.bank or own_bank in payee.branch):
        return own_bank
    return payee.branch or payee.bank
