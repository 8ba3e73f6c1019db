"""What is left to do on a claim: the smallest set of changes that makes it pass, each with its place."""

from collections.abc import Sequence
from dataclasses import dataclass

from reimburse.domain.finding import Finding, Text
from reimburse.services.claims.claim_mail import place_of
from reimburse.store.claims import ClaimRow
from rules.changes import Change, smallest_changes


@dataclass(frozen=True, slots=True)
class ToDo:
    """One change, a finding that it mends, and where on the claim it is done."""

    change: Change
    finding: Finding
    where: Text


def to_do(claim: ClaimRow, findings: Sequence[Finding]) -> tuple[ToDo, ...]:
    """The fewest changes that mend every finding that blocks, returns or asks for approval."""
    tied = {
        str(line.id): frozenset(str(invoice.id) for invoice in line.invoices)
        for line in claim.lines
        if not line.adjustment
    }
    return tuple(_placed(claim, change, findings) for change in smallest_changes(findings, tied))


def _placed(claim: ClaimRow, change: Change, findings: Sequence[Finding]) -> ToDo:
    mended = (item for item in findings if item.rule in change.rules and item.subject == change.subject)
    finding = next(item for item in mended if change.remedy in item.remedies)
    return ToDo(change, finding, place_of(claim, finding))
