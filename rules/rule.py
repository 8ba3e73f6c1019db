"""What a rule is: a code people can quote, and a function from facts to hits."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from reimburse.domain.finding import Remedy, Resolver, Severity, Subject, Text
from rules.facts import Facts, InvoiceFacts, LineFacts

NOTHING = "none"


class Hit(NamedTuple):
    """A fact that a rule does not accept. ``clauses`` are those of other rules that the same fact falls under."""

    subject: Subject
    zh: str
    en: str
    expected: str
    found: str = NOTHING
    remedies: tuple[Remedy, ...] = ()
    severity: Severity | None = None
    resolver: Resolver | None = None
    clauses: str = ""


class Lacks(NamedTuple):
    """An input that a rule needed and did not have: ``payments``, ``invoices.qr_readable``."""

    what: str


Judge = Callable[[Facts], Iterator[Hit | Lacks]]
Applies = Callable[[Facts], str | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the catalogue.

    ``needs`` are lists without which the rule cannot run; ``applies`` says why it does not apply, or None; a hit is
    dropped where a rule of ``yields_to`` hit the same subject (one fact, one finding), which then quotes this clause
    too. A row without ``judge`` is told by the rules of ``told_by``, or carried by a feature (``why``).
    """

    code: str
    severity: Severity
    title: Text
    clause: str
    resolver: Resolver = Resolver.EMPLOYEE
    judge: Judge | None = None
    needs: tuple[str, ...] = ()
    applies: Applies | None = None
    uses: tuple[str, ...] = ()
    any_remedy: bool = False
    yields_to: tuple[str, ...] = ()
    told_by: tuple[str, ...] = ()
    why: str = ""

    @property
    def order(self) -> tuple[str, int]:
        """R-2 before R-10, R before X."""
        return self.code[0], int(self.code[2:])


def rule(
    code: str,
    severity: Severity,
    zh: str,
    en: str,
    *,
    clause: str,
    resolver: Resolver = Resolver.EMPLOYEE,
    needs: tuple[str, ...] = (),
    applies: Applies | None = None,
    uses: tuple[str, ...] = (),
    any_remedy: bool = False,
    yields_to: tuple[str, ...] = (),
) -> Callable[[Judge], Rule]:
    """Make a rule of a function; with ``any_remedy`` one of its remedies is enough, else all are needed.

    Fields to complete count as one: an invoice is completed, or issued again.
    """

    def made(judge: Judge) -> Rule:
        title = Text(zh, en)
        return Rule(code, severity, title, clause, resolver, judge, needs, applies, uses, any_remedy, yields_to)

    return made


def told(code: str, severity: Severity, zh: str, en: str, *, clause: str, by: tuple[str, ...]) -> Rule:
    """A row whose fact other rules report, quoting its clause."""
    return Rule(code, severity, Text(zh, en), clause, told_by=by)


def elsewhere(
    code: str, severity: Severity, zh: str, en: str, *, clause: str, why: str, uses: tuple[str, ...] = ()
) -> Rule:
    """A row that no single claim can break; ``why`` says what carries it."""
    return Rule(code, severity, Text(zh, en), clause, why=why, uses=uses)


def of_line(line: LineFacts) -> Subject:
    """The line as a finding's subject."""
    return Subject("line", line.id)


def of_invoice(invoice: InvoiceFacts) -> Subject:
    """The invoice as a finding's subject."""
    return Subject("invoice", invoice.id)


def of_claim(facts: Facts) -> Subject:
    """The claim as a finding's subject."""
    return Subject("claim", facts.claim.claim_no)


def where(test: Callable[[Facts], object], why: str) -> Applies:
    """Applies where the test holds, else ``why`` says why not."""
    return lambda facts: None if test(facts) else why
