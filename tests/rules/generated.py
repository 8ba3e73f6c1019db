"""What is generated of the rules and their tables: ``python -m tests.rules.generated`` writes it, a test keeps it true.

The rule table of the README; and ``rules/examples.json``, what each rule says of the first case of its table that it
hits, which its help page shows as the example, with the remedies as the fix.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any

from reimburse.commands.rules import tests_counted
from reimburse.domain.finding_json import finding_to_json
from rules.table import markdown
from tests.rules.claims import BOOK, answer_to, tables

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES, README = ROOT / "rules" / "examples.json", ROOT / "README.md"
MARKS = "<!-- rules -->\n", "<!-- /rules -->"


def examples() -> dict[str, Any]:
    """By code: what was found, what was expected, the sentence and the remedies, in both languages."""
    found: dict[str, Any] = {}
    for code, _, case in tables():
        if code not in found and case.get("finds"):
            hit = next(finding for finding in answer_to(case).findings if finding.rule == code)
            said = finding_to_json(hit)
            found[code] = {name: said[name] for name in ("message", "expected", "found", "remedies")}
    return found


def examples_text() -> str:
    """What ``rules/examples.json`` holds."""
    return json.dumps(examples(), ensure_ascii=False, indent=1) + "\n"


def readme_text() -> str:
    """The README with the rule table between its marks."""
    head, _, rest = README.read_text("utf-8").partition(MARKS[0])
    return (
        f"{head}{MARKS[0]}{markdown(BOOK.on(date.max), tests_counted() or {})}{MARKS[1]}{rest.partition(MARKS[1])[2]}"
    )


if __name__ == "__main__":
    EXAMPLES.write_text(examples_text(), "utf-8")
    README.write_text(readme_text(), "utf-8")
