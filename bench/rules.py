"""How fast the rules judge: ``python -m bench.rules [CLAIMS]``.

1. A claim of 20 lines and 20 invoices under all rules, as a multiple of building the same facts from JSON: once where
   nothing is wrong, once of many categories with attachments, a registry, supplier files, and something wrong all over.
2. Ten representative rules against the same ten compiled in zen-engine (``bench.decision_engine``).
3. Many stored claims judged in one streaming pass: rate and memory, for two sizes, so that linearity shows.
"""

import copy
import json
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bench.decision_engine import compare
from bench.timing import best
from reimburse.settings import data_folder
from rules.claim_json import decode, facts_of
from rules.engine import JUDGED, check
from rules.facts import Facts
from rules.policy import load

BASE = Path(__file__).resolve().parent.parent / "tests" / "rules" / "base.json"
BOOK = load(data_folder("config") / "policy")
CATEGORIES = (
    "office_supplies",
    "taxi",
    "travel_lodging",
    "travel_meal",
    "entertainment",
    "meeting",
    "consulting",
    "gift",
)
KINDS = ("contract", "lodging_folio", "attendee_list", "acceptance_report")


def large_claim(count: int) -> bytes:
    """The base claim with this many lines and invoices."""
    claim = json.loads(BASE.read_text("utf-8"))
    line, invoice = claim["lines"][0], claim["invoices"][0]
    claim["lines"] = [{**line, "id": f"l{n}", "invoice_ids": [f"i{n}"]} for n in range(count)]
    claim["invoices"] = [{**invoice, "id": f"i{n}", "number": f"26992000000000{n * 7:06d}"} for n in range(count)]
    return json.dumps(claim, ensure_ascii=False).encode()


def mixed_claim(count: int) -> bytes:
    """The same size, of many categories, with evidence, files on the sellers, a registry, and faults here and there."""
    claim = json.loads(large_claim(count))
    for number, (line, invoice) in enumerate(zip(claim["lines"], claim["invoices"], strict=True)):
        line["category"] = CATEGORIES[number % len(CATEGORIES)]
        line["occurred_on"] = "2025-11-05" if number % 9 == 0 else line["occurred_on"]
        line["amount"] = {0: "1061.00", 4: "2000.01"}.get(number % 8, line["amount"])
        invoice["buyer"]["name"] = "示例云帆科学有限公司" if number % 7 == 0 else invoice["buyer"]["name"]
        invoice["issue_date"] = "2025-12-31" if number % 6 == 0 else invoice["issue_date"]
        invoice["seller"]["tax_id"] = f"91990000MA0DEM{number:04d}"
        invoice["verification"] = None if number % 5 == 0 else invoice["verification"]
    claim["attachments"] = [
        {"id": f"a{n}", "kind": KINDS[n % len(KINDS)], "line_id": f"l{n}"} for n in range(count // 2)
    ]
    claim["registry"] = [
        {"number": claim["invoices"][n]["number"] if n == 3 else f"2699{n:016d}", "claim_no": f"BX-2025-{n:04d}"}
        for n in range(count)
    ]
    claim["suppliers"] = [{"tax_id": item["seller"]["tax_id"], "taxpayer": "general"} for item in claim["invoices"]]
    return json.dumps(claim, ensure_ascii=False).encode()


def one_claim(name: str, data: bytes) -> None:
    """Print how long it takes to build the facts and to judge them."""
    claim_file = decode(data)
    day = claim_file.claim.submitted_on
    policy = BOOK.on(day)
    findings = len(check(facts_of(claim_file, policy, day)).findings)
    build = best(lambda: facts_of(decode(data), policy, day))
    both = best(lambda: check(facts_of(decode(data), policy, day)))
    rules = both - build
    print(
        f"{name}, {len(claim_file.lines)} lines, {len(claim_file.invoices)} invoices, {findings} findings: "
        f"facts {build:.0f} us, all {len(JUDGED)} rules {rules:.0f} us, ratio {rules / build:.2f}"
    )


def facts(data: bytes) -> Facts:
    """The facts of a claim given as JSON."""
    claim_file = decode(data)
    day = claim_file.claim.submitted_on
    return facts_of(claim_file, BOOK.on(day), day)


def stored(path: Path, count: int) -> None:
    """Claims as they are stored, one a line: every tenth is late, every seventh names a wrong title."""
    base = json.loads(BASE.read_text("utf-8"))
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            claim = copy.deepcopy(base)
            claim["claim"]["claim_no"] = f"BX-{number:06d}"
            claim["invoices"][0]["number"] = f"2699200000{number:010d}"
            if number % 10 == 0:
                claim["lines"][0]["occurred_on"] = "2025-11-05"
            if number % 7 == 0:
                claim["invoices"][0]["buyer"]["name"] = "示例科技"
            file.write(json.dumps(claim, ensure_ascii=False) + "\n")


def verdicts(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        for text in file:
            claim_file = decode(text)
            day = claim_file.claim.submitted_on
            yield check(facts_of(claim_file, BOOK.on(day), day)).verdict.value


def streaming(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "claims.jsonl"
        stored(path, count)
        started = time.perf_counter()
        found = Counter(verdicts(path))
        took = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    shown = ", ".join(f"{name} {number}" for name, number in sorted(found.items()))
    print(f"{count} claims in {took:.1f} s: {count / took:.0f} a second, peak {peak:.0f} MB ({shown})")


if __name__ == "__main__":
    total = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    one_claim("nothing wrong", large_claim(20))
    one_claim("mixed", mixed_claim(20))
    compare("nothing wrong", facts(large_claim(20)))
    compare("mixed", facts(mixed_claim(20)))
    streaming(total // 10)
    streaming(total)
