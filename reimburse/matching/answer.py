"""What a match answers, and its JSON form (interfaces, section ``match``)."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from reimburse.domain.money import from_fen, money_text


class Fact(Enum):
    """Kinds of evidence."""

    AMOUNT_EQUAL = "amount_equal"
    DATE_GAP = "date_gap"
    PAYEE_SAME = "payee_same"
    PAYEE_SIMILAR = "payee_similar"
    NUMBER_IN_MEMO = "number_in_memo"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One fact that a person can check: the sum, the most days apart, the names, the number."""

    fact: Fact
    value: str


@dataclass(frozen=True, slots=True)
class Match:
    """Invoices and payments, by id, that settle each other.

    Attributes:
        unique: every equally good answer has this group, and that is proved.
        clear: the same among the groups that a person would think of, where not all could be looked at.

    """

    invoices: tuple[str, ...]
    payments: tuple[str, ...]
    amount_fen: int
    difference_fen: int
    evidence: tuple[Evidence, ...]
    unique: bool
    clear: bool


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a checker adds up again: absolute matched invoice amounts, groups, and whether no answer is better."""

    matched_fen: int
    groups: int
    optimal: bool


@dataclass(frozen=True, slots=True)
class Matching:
    """The groups in the order of their invoices, and the ids left on each side in the order given."""

    groups: tuple[Match, ...]
    unmatched_invoices: tuple[str, ...]
    unmatched_payments: tuple[str, ...]
    certificate: Certificate


def matching_to_json(matching: Matching) -> dict[str, Any]:
    """The answer as a JSON object."""
    certificate = matching.certificate
    return {
        "groups": [_match_to_json(match) for match in matching.groups],
        "unmatched_invoices": list(matching.unmatched_invoices),
        "unmatched_payments": list(matching.unmatched_payments),
        "certificate": {
            "matched_amount": money_text(from_fen(certificate.matched_fen)),
            "groups": certificate.groups,
            "optimal": certificate.optimal,
        },
    }


def _match_to_json(match: Match) -> dict[str, Any]:
    return {
        "invoices": list(match.invoices),
        "payments": list(match.payments),
        "difference": money_text(from_fen(match.difference_fen)),
        "evidence": [{"fact": evidence.fact.value, "value": evidence.value} for evidence in match.evidence],
        "unique": match.unique,
    }
