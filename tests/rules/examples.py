"""What each rule says of the first case of its table that it hits: ``python -m tests.rules.examples > rules/examples.json``.

The rule's help page shows it as the example, with its remedies as the fix.
"""

import json
import sys
from typing import Any

from reimburse.domain.finding_json import finding_to_json
from tests.rules.claims import answer_to, tables


def examples() -> dict[str, Any]:
    """By code: what was found, what was expected, the sentence and the remedies, in both languages."""
    found: dict[str, Any] = {}
    for code, _, case in tables():
        if code not in found and case.get("finds"):
            hit = next(finding for finding in answer_to(case).findings if finding.rule == code)
            said = finding_to_json(hit)
            found[code] = {name: said[name] for name in ("message", "expected", "found", "remedies")}
    return found


def text() -> str:
    """The file's text."""
    return json.dumps(examples(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
