"""Verification (查验): what is asked about an invoice, and what the tax office's platform or a service answers."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from reimburse.domain.finding import Text
from reimburse.domain.invoice import InvoiceKind


class VerificationStatus(StrEnum):
    """What the platform says of an invoice."""

    NORMAL = "normal"
    VOIDED = "voided"
    RED_LETTERED = "red_lettered"
    OUT_OF_CONTROL = "out_of_control"
    NOT_FOUND = "not_found"


TAKEN_BACK = frozenset({VerificationStatus.VOIDED, VerificationStatus.RED_LETTERED})
"""The seller took the invoice back: a claim that was reimbursed on it has to be offset."""
TROUBLE = frozenset({VerificationStatus.NOT_FOUND, VerificationStatus.OUT_OF_CONTROL})
"""The seller did not report the invoice, or the tax office lost control of it."""


class Outcome(StrEnum):
    """What became of one question to a service."""

    ANSWERED = "answered"
    MISMATCH = "mismatch"
    BAD_INPUT = "bad_input"
    LATER = "later"
    TOMORROW = "tomorrow"
    NEVER = "never"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Question:
    """What the platform wants to know about an invoice. ``check_code`` in full; amounts in yuan."""

    kind: InvoiceKind
    number: str
    issue_date: date
    code: str = ""
    check_code: str = ""
    amount_excl_tax: Decimal | None = None
    total_incl_tax: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service said. ``status`` is set where the outcome is ``answered``; ``raw`` is the reply to the byte.

    ``reached``: the question got as far as the tax office, so it counts against the day's five.
    """

    outcome: Outcome
    said: Text
    status: VerificationStatus | None = None
    raw: bytes = b""
    reached: bool = True


class NotVerifiable(ValueError):
    """A service cannot be asked about this invoice: why, and what is missing."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(zh, en)
