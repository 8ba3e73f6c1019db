"""What a check says: findings with their remedies, and what could not be checked."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """How grave a finding is, gravest first."""

    BLOCK = "block"
    RETURN = "return"
    APPROVAL = "approval"
    WARN = "warn"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return RANKS[self]


RANKS = {severity: rank for rank, severity in enumerate(Severity)}


class Verdict(StrEnum):
    """The outcome of a check: the gravest severity found; ``info`` alone passes."""

    BLOCK = "block"
    RETURN = "return"
    APPROVAL = "approval"
    WARN = "warn"
    PASS = "pass"


class Resolver(StrEnum):
    """Who has to act on a finding."""

    EMPLOYEE = "employee"
    SUPPLIER = "supplier"
    APPROVER = "approver"
    FINANCE = "finance"
    SYSTEM = "system"


class Text(NamedTuple):
    """One sentence in both languages."""

    zh: str
    en: str


class Subject(NamedTuple):
    """What a finding is about: ``kind`` is claim, line, invoice or attachment."""

    kind: str
    id: str


class Remedy(NamedTuple):
    """One thing that would mend a finding. ``what`` names the attachment kind, field or role the action takes."""

    action: str
    what: str
    zh: str
    en: str


class Finding(NamedTuple):
    """A rule that hit, with what it expected and found, and what to do."""

    rule: str
    title: Text
    severity: Severity
    subject: Subject
    message: Text
    expected: str
    found: str
    clause: str
    resolver: Resolver
    remedies: tuple[Remedy, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which rules ran, which do not apply and why, which lacked an input. Silence never means pass."""

    ran: tuple[str, ...] = ()
    not_applicable: tuple[tuple[str, str], ...] = ()
    could_not_run: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """The whole answer of one check."""

    policy_version: str
    verdict: Verdict
    findings: tuple[Finding, ...]
    coverage: Coverage
