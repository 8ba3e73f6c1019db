"""Judge stored claims again under another policy, one at a time: what each would get, and the sum of it all."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import msgspec

from reimburse.domain.finding import CheckAnswer, Severity, Verdict
from reimburse.domain.money import ZERO, cents
from rules.claim_json import BadClaim, decode, facts_of
from rules.engine import check
from rules.facts import Facts
from rules.policy import Policy

RETURNS = frozenset({Verdict.BLOCK, Verdict.RETURN})
ORDER = tuple(Verdict)
MOST_SHOWN = 40
Kind = Literal["returns", "passes", "stricter", "milder", "reasons", "approvals", "same", "unreadable"]
BY_ITSELF, DIRECTOR, HEAD = "auto", "department_director", "finance_head"


@dataclass(frozen=True, slots=True)
class Case:
    """A stored check: its facts and its answer as JSON text, and the policy that judged where that is known."""

    claim_no: str
    facts: str
    answer: str
    policy: Policy | None = None


class Outcome(msgspec.Struct, frozen=True):
    """A claim before and after. ``gained`` and ``lost`` are findings as ``R-72 return``; amounts in yuan.

    ``kind``: newly returned, newly passing, otherwise stricter or milder, the same verdict for other reasons, the
    same findings but other approvers by its amount, the same, or not judged because its facts cannot be read.
    ``steps_before`` and ``steps_after`` are ``auto`` or the roles that the claim's amount asks for.
    """

    claim_no: str
    kind: Kind
    employee_id: str = ""
    employee: str = ""
    department: str = ""
    amount: Decimal = ZERO
    before: str = ""
    after: str = ""
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    steps_before: tuple[str, ...] = ()
    steps_after: tuple[str, ...] = ()


class Sum(msgspec.Struct):
    """How many claims, and their yuan."""

    claims: int = 0
    amount: Decimal = ZERO

    def add(self, amount: Decimal) -> None:
        """One more claim."""
        self.claims += 1
        self.amount += amount


class Tally(msgspec.Struct):
    """The sum of a simulation, as JSON too. ``people`` and ``departments`` are those of claims that change."""

    judged: int = 0
    kinds: dict[str, Sum] = {}
    verdicts: dict[str, int] = {}
    gained: dict[str, int] = {}
    lost: dict[str, int] = {}
    departments: dict[str, Sum] = {}
    people: set[str] = set()
    shown: list[Outcome] = []

    def add(self, outcome: Outcome) -> None:
        """Count one claim."""
        self.judged += 1
        of_kind = self.kinds.setdefault(outcome.kind, Sum())
        of_kind.add(outcome.amount)
        if outcome.kind == "same":
            return
        if of_kind.claims <= MOST_SHOWN:
            self.shown.append(outcome)
        if outcome.kind == "unreadable":
            return
        move = f"{outcome.before} {outcome.after}"
        self.verdicts[move] = self.verdicts.get(move, 0) + 1
        for counts, findings in ((self.gained, outcome.gained), (self.lost, outcome.lost)):
            for finding in findings:
                counts[finding] = counts.get(finding, 0) + 1
        self.departments.setdefault(outcome.department, Sum()).add(outcome.amount)
        self.people.add(outcome.employee_id)

    def sum_of(self, kind: str) -> Sum:
        """The claims of one kind."""
        return self.kinds.get(kind, Sum())


def simulate(cases: Iterable[Case], policy: Policy) -> Iterator[Outcome]:
    """Each claim judged again, as it comes; nothing is kept."""
    return (judged_again(case, policy) for case in cases)


def judged_again(case: Case, policy: Policy) -> Outcome:
    """What the policy says of the facts, against what was said then; the day is that of the submission."""
    try:
        claim_file = decode(case.facts.encode())
    except BadClaim:
        return Outcome(case.claim_no, "unreadable")
    facts = facts_of(claim_file, policy, claim_file.claim.submitted_on)
    before, after = ANSWERS.decode(case.answer), check(facts)
    old, new = _said_then(before), _says_now(after)
    employee, amount = facts.claim.employee, _yuan(facts)
    steps_after = _steps(facts, policy, amount, after.verdict)
    steps_before = _steps(facts, case.policy, amount, Verdict(before.verdict)) if case.policy else steps_after
    return Outcome(
        claim_no=case.claim_no,
        kind=_kind(Verdict(before.verdict), after.verdict, old == new, steps_before == steps_after),
        employee_id=employee.id,
        employee=employee.name or "",
        department=employee.department or "",
        amount=amount,
        before=before.verdict,
        after=after.verdict.value,
        gained=_codes(new - old),
        lost=_codes(old - new),
        steps_before=steps_before,
        steps_after=steps_after,
    )


class _StoredFinding(msgspec.Struct):
    rule: str
    severity: str
    subject: dict[str, str]


class _StoredAnswer(msgspec.Struct):
    verdict: str
    findings: tuple[_StoredFinding, ...]


ANSWERS = msgspec.json.Decoder(_StoredAnswer)
Said = Counter[tuple[str, str, str]]


def _said_then(answer: _StoredAnswer) -> Said:
    return Counter((item.rule, item.severity, "".join(item.subject.values())) for item in answer.findings)


def _says_now(answer: CheckAnswer) -> Said:
    return Counter((item.rule, item.severity.value, item.subject.id) for item in answer.findings)


def _codes(said: Said) -> tuple[str, ...]:
    ordered = sorted(said, key=lambda item: (Severity(item[1]).rank, item[0]))
    return tuple(dict.fromkeys(f"{rule} {severity}" for rule, severity, _ in ordered))


def _kind(before: Verdict, after: Verdict, same_findings: bool, same_steps: bool) -> Kind:
    if before is after:
        return ("same" if same_steps else "approvals") if same_findings else "reasons"
    if (before in RETURNS) != (after in RETURNS):
        return "returns" if after in RETURNS else "passes"
    return "stricter" if ORDER.index(after) < ORDER.index(before) else "milder"


def _steps(facts: Facts, policy: Policy, amount: Decimal, verdict: Verdict) -> tuple[str, ...]:
    """Who approves it by its amount; nobody where it comes back."""
    if verdict in RETURNS:
        return ()
    limits = policy.parameters_for(facts.scope, None)
    roles = ((DIRECTOR, limits.director_over), (HEAD, limits.finance_head_over))
    by_itself = (BY_ITSELF,) if verdict is Verdict.PASS and amount <= limits.auto_approve_up_to else ()
    return (*by_itself, *(role for role, limit in roles if amount > limit))


def _yuan(facts: Facts) -> Decimal:
    """What the claim asks for; a foreign line without a rate as it stands."""
    return sum((cents(line.yuan if line.yuan is not None else line.amount) for line in facts.lines), ZERO)
