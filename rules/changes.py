"""The smallest set of changes that would make a claim pass."""

from dataclasses import dataclass

from reimburse.domain.finding import CheckAnswer, Finding, Remedy, Severity, Subject
from rules.catalogue import BY_CODE


@dataclass(frozen=True, slots=True)
class Change:
    """One thing to do, where, and the rules that it mends."""

    remedy: Remedy
    subject: Subject
    rules: tuple[str, ...]


GRAVE = frozenset({Severity.BLOCK, Severity.RETURN, Severity.APPROVAL})


def smallest_changes(answer: CheckAnswer) -> tuple[Change, ...]:
    """The fewest changes that mend every finding that blocks, returns or asks for approval.

    Where all remedies of a finding are needed they are all listed; where one is enough, one that is needed anyway is
    preferred, then the first, which is the most exact. A change that mends several findings is listed once.
    """
    changes: dict[tuple[str, str, Subject], list[str]] = {}
    remedies: dict[tuple[str, str, Subject], Remedy] = {}
    grave = [finding for finding in answer.findings if finding.severity in GRAVE and finding.remedies]
    for finding in sorted(grave, key=lambda finding: BY_CODE[finding.rule].any_remedy):
        for remedy in _chosen(finding, changes):
            key = (remedy.action, remedy.what, finding.subject)
            changes.setdefault(key, []).append(finding.rule)
            remedies.setdefault(key, remedy)
    return tuple(Change(remedies[key], key[2], tuple(dict.fromkeys(rules))) for key, rules in changes.items())


def _chosen(finding: Finding, changes: dict[tuple[str, str, Subject], list[str]]) -> tuple[Remedy, ...]:
    if not BY_CODE[finding.rule].any_remedy:
        return finding.remedies
    planned = [item for item in finding.remedies if (item.action, item.what, finding.subject) in changes]
    return tuple(planned[:1]) or finding.remedies[:1]
