"""The smallest set of changes that would make a claim pass."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product

from reimburse.domain.finding import Finding, Remedy, Severity, Subject
from rules.catalogue import BY_CODE
from rules.facts import Facts

GRAVE = frozenset({Severity.BLOCK, Severity.RETURN, Severity.APPROVAL})
MOST_TRIED = 4096
Key = tuple[str, str, Subject]
Option = tuple[Key, ...]
Ties = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing to do, where, and the rules that it mends."""

    remedy: Remedy
    subject: Subject
    rules: tuple[str, ...]


def ties(facts: Facts) -> dict[str, frozenset[str]]:
    """By line, the invoices that it rests on; an adjustment goes where its expense goes."""
    return {line.id: frozenset(line.invoice_ids) for line in facts.lines if not line.adjustment}


def smallest_changes(findings: Iterable[Finding], tied: Ties | None = None) -> tuple[Change, ...]:
    """The fewest changes that mend every finding that blocks, returns or asks for approval.

    Where all remedies of a finding are needed they are all listed; where one is enough, the choice that makes the
    whole list shortest, between equals the first remedies, which are the most exact. What has to leave the claim
    takes its other findings with it, and, by ``tied``, the lines and invoices that have nothing else to rest on.
    """
    grave = [finding for finding in findings if finding.severity in GRAVE and finding.remedies]
    gone = _leaving({item.subject for item in grave if _takes_out(item)}, tied or {})
    left = [item for item in grave if item.subject not in gone or _takes_out(item)]
    wanted: dict[Key, list[str]] = {}
    remedies: dict[Key, Remedy] = {}
    for finding, option in zip(left, _shortest([_options(item) for item in left]), strict=True):
        known = {_key(finding, remedy): remedy for remedy in finding.remedies}
        for key in option:
            wanted.setdefault(key, []).append(finding.rule)
            remedies.setdefault(key, known[key])
    return tuple(Change(remedies[key], key[2], tuple(dict.fromkeys(rules))) for key, rules in wanted.items())


def _leaving(gone: set[Subject], tied: Ties) -> set[Subject]:
    """What leaves with these: lines whose invoices are all gone, invoices whose lines are."""
    named = {invoice for invoices in tied.values() for invoice in invoices}
    while True:
        lines = {line for line, on in tied.items() if on and all(Subject("invoice", name) in gone for name in on)}
        kept = {name for line, on in tied.items() if Subject("line", line) not in gone for name in on}
        more = {*(Subject("line", line) for line in lines), *(Subject("invoice", name) for name in named - kept)}
        if more <= gone:
            return gone
        gone = gone | more


def _takes_out(finding: Finding) -> bool:
    return all(remedy.action == "remove" for remedy in finding.remedies)


def _key(finding: Finding, remedy: Remedy) -> Key:
    return remedy.action, remedy.what, finding.subject


def _options(finding: Finding) -> tuple[Option, ...]:
    """The sets of changes of which one mends the finding."""
    keys = tuple(_key(finding, remedy) for remedy in finding.remedies)
    if not BY_CODE[finding.rule].any_remedy:
        return (keys,)
    complete = tuple(key for key in keys if key[0] == "edit_invoice")
    options = [complete if key in complete else (key,) for key in keys]
    return tuple(dict.fromkeys(options))


def _shortest(choices: list[tuple[Option, ...]]) -> list[Option]:
    """One option of each finding, so that all together are fewest; findings that share no change are apart."""
    chosen: list[Option] = [options[0] for options in choices]
    for together in _connected(choices):
        tried = list(product(*(choices[index] for index in together))) if _few(choices, together) else []
        best = min(tried, key=_size, default=None)
        for index, option in zip(together, best or (), strict=best is not None):
            chosen[index] = option
    return chosen


def _size(options: Iterable[Option]) -> int:
    """How many changes; the fields completed on one invoice are one."""
    keys = {key for option in options for key in option}
    return len({(action, "" if action == "edit_invoice" else what, subject) for action, what, subject in keys})


def _few(choices: list[tuple[Option, ...]], together: list[int]) -> bool:
    number = 1
    for index in together:
        number *= len(choices[index])
    return number <= MOST_TRIED


def _connected(choices: list[tuple[Option, ...]]) -> list[list[int]]:
    """The findings that share a change, directly or through others, by their places."""
    groups: list[tuple[set[Key], list[int]]] = []
    for index, options in enumerate(choices):
        keys, members = {key for option in options for key in option}, [index]
        apart = []
        for known, others in groups:
            if known & keys:
                keys, members = keys | known, others + members
            else:
                apart.append((known, others))
        groups = [*apart, (keys, members)]
    return [sorted(members) for _, members in groups]
