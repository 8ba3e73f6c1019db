"""Runs every rule over the facts of one claim. Crashes are not caught: a rule that fails must not let a claim pass."""

from dataclasses import dataclass
from functools import lru_cache

from reimburse.domain.finding import CheckAnswer, Coverage, Finding, Severity, Subject, Text, Verdict
from rules.catalogue import RULES
from rules.facts import Facts
from rules.folding import blank, natural
from rules.rule import NOTHING, Hit, Lacks, Rule


@dataclass(slots=True)
class Outcome:
    """What became of one rule in one check."""

    rule: Rule
    ran: bool = False
    why_not: str = ""
    hits: tuple[Hit, ...] = ()
    missing: tuple[str, ...] = ()


PLACES = {rule.code: place for place, rule in enumerate(RULES)}
QUIET = {rule.code: Outcome(rule, ran=True) for rule in RULES}
JUDGED = tuple(rule for rule in RULES if rule.judge)
TOLD = tuple(rule for rule in RULES if not rule.judge and not rule.why)
ELSEWHERE = {rule.code: Outcome(rule, why_not=rule.why) for rule in RULES if not rule.judge and rule.why}


def check(facts: Facts) -> CheckAnswer:
    """Judge one claim: the same facts give the same answer, to the byte."""
    outcomes = {rule.code: judged(rule, facts) for rule in JUDGED}
    outcomes.update({rule.code: _told(rule, outcomes) for rule in TOLD})
    findings = tuple(sorted(_findings(facts, outcomes), key=_order))
    return CheckAnswer(facts.policy.version, verdict(findings), findings, _coverage({**ELSEWHERE, **outcomes}))


def judged(rule: Rule, facts: Facts) -> Outcome:
    """What one rule says of the claim."""
    if rule.applies and (why_not := rule.applies(facts)):
        return Outcome(rule, why_not=why_not)
    missing = tuple([name for name in rule.needs if getattr(facts, name) is None]) if rule.needs else ()
    if missing or rule.judge is None:
        return Outcome(rule, missing=missing)
    said = tuple(rule.judge(facts))
    if not said:
        return QUIET[rule.code]
    hits = tuple(item for item in said if isinstance(item, Hit))
    lacks = tuple(sorted({item.what for item in said if isinstance(item, Lacks)}))
    return Outcome(rule, ran=bool(hits) or not lacks, hits=hits, missing=lacks)


def verdict(findings: tuple[Finding, ...]) -> Verdict:
    """The gravest severity found; ``info`` alone passes."""
    grave = [finding.severity for finding in findings if finding.severity is not Severity.INFO]
    return Verdict(min(grave, key=lambda severity: severity.rank).value) if grave else Verdict.PASS


def _told(rule: Rule, outcomes: dict[str, Outcome]) -> Outcome:
    """A row without a function of its own shares the fate of the rules that report its fact."""
    by = [outcomes[code] for code in rule.told_by]
    ran = any(outcome.ran for outcome in by)
    lacking = {name for outcome in by if outcome.missing for name in outcome.missing}
    if ran and not lacking:
        return QUIET[rule.code]
    why_not = "" if ran or lacking else next(outcome.why_not for outcome in by)
    return Outcome(rule, ran=ran, why_not=why_not, missing=tuple(sorted(lacking)))


def _findings(facts: Facts, outcomes: dict[str, Outcome]) -> list[Finding]:
    told = [outcome for outcome in outcomes.values() if outcome.hits]
    subjects = {outcome.rule.code: {item.subject for item in outcome.hits} for outcome in told}
    borrowed: dict[tuple[str, Subject], list[str]] = {}
    kept: list[tuple[Rule, Hit]] = []
    for outcome in told:
        rule = outcome.rule
        above = [code for code in rule.yields_to if code in subjects]
        for item in outcome.hits:
            stronger = next((code for code in above if item.subject in subjects[code]), None)
            if stronger:
                borrowed.setdefault((stronger, item.subject), []).append(f"{rule.clause} {item.clauses}")
            else:
                kept.append((rule, item))
    return [_finding(facts, rule, item, borrowed.get((rule.code, item.subject))) for rule, item in kept]


def _finding(facts: Facts, rule: Rule, hit: Hit, borrowed: list[str] | None) -> Finding:
    own = hit.severity or rule.severity
    return Finding(
        rule.code,
        rule.title,
        _severity(facts, rule, hit, own) if facts.policy.has_override(rule.code) else own,
        hit.subject,
        Text(hit.zh, hit.en),
        hit.expected,
        NOTHING if blank(hit.found) else hit.found,
        _clauses(rule.clause, hit.clauses, *(borrowed or ())) if hit.clauses or borrowed else rule.clause,
        hit.resolver or rule.resolver,
        hit.remedies,
    )


@lru_cache(maxsize=1024)
def _clauses(*named: str) -> str:
    """Each clause once, in the order in which they are named."""
    return " ".join(dict.fromkeys(" ".join(named).split()))


def _severity(facts: Facts, rule: Rule, hit: Hit, own: Severity) -> Severity:
    return facts.policy.severity_of(rule.code, own, facts.scope, _category(facts, hit.subject))


def _category(facts: Facts, subject: Subject) -> str | None:
    """The category of the line a finding is about, or of the only category an invoice is claimed under."""
    if subject.kind == "line":
        return facts.line_by_id[subject.id].category if subject.id in facts.line_by_id else None
    invoice = facts.by_id.get(subject.id) if subject.kind == "invoice" else None
    names = {line.category for line in facts.lines_of(invoice)} if invoice else set()
    return names.pop() if len(names) == 1 else None


def _order(finding: Finding) -> tuple[object, ...]:
    subject = finding.subject
    return (finding.severity.rank, PLACES[finding.rule], subject.kind, natural(subject.id), finding.message.zh)


def _coverage(outcomes: dict[str, Outcome]) -> Coverage:
    ran: list[str] = []
    not_applicable: list[tuple[str, str]] = []
    could_not_run: list[tuple[str, tuple[str, ...]]] = []
    for rule in RULES:
        outcome = outcomes[rule.code]
        if outcome.ran:
            ran.append(rule.code)
        if outcome.why_not:
            not_applicable.append((rule.code, outcome.why_not))
        if outcome.missing:
            could_not_run.append((rule.code, outcome.missing))
    return Coverage(tuple(ran), tuple(not_applicable), tuple(could_not_run))
