"""A reviewer's reason beside the findings it quotes: what a finding says already is not said again."""

from collections.abc import Iterable, Sequence

from flask import Blueprint

from reimburse.domain.finding import Finding, Text


def register(bp: Blueprint) -> None:
    """Give all templates these words."""
    for word in (said_apart, is_quoted):
        bp.add_app_template_global(word, word.__name__)


def quotation(finding: Finding) -> Text:
    """A finding as a reason that a reviewer picks: what it says, its rule, and how to mend it."""
    fixes = "；".join(remedy.zh for remedy in finding.remedies if remedy.action != "approve")
    fixes_en = "; ".join(remedy.en for remedy in finding.remedies if remedy.action != "approve")
    return Text(
        f"{finding.message.zh}（{finding.rule}，{finding.clause}）{fixes}",
        f"{finding.message.en} ({finding.rule}, {finding.clause}) {fixes_en}".strip(),
    )


def said_apart(reason: str, findings: Iterable[Finding]) -> str:
    """The lines of a reason that quote none of these findings."""
    quoted = {text for finding in findings for text in quotation(finding)}
    return "\n".join(line for line in reason.splitlines() if line.strip() not in quoted)


def is_quoted(finding: Finding, reasons: Sequence[str]) -> bool:
    """Whether one of these reasons quotes the finding."""
    return any(line.strip() in quotation(finding) for reason in reasons for line in reason.splitlines())
