"""How fast the rules judge: ``python -m bench.rules``.

1. One claim of 20 lines and 20 invoices under all rules, as a multiple of building the same facts from JSON.
2. Many stored claims judged in one streaming pass: rate and memory, for two sizes, so that linearity shows.
"""

import copy
import json
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from reimburse.settings import data_folder
from rules.claim_json import decode, facts_of
from rules.engine import check
from rules.policy import load

BASE = Path(__file__).resolve().parent.parent / "tests" / "rules" / "base.json"
BOOK = load(data_folder("config") / "policy")
ROUNDS, REPEATS = 100, 7


def large_claim(count: int) -> bytes:
    """The base claim with this many lines and invoices."""
    claim = json.loads(BASE.read_text("utf-8"))
    line, invoice = claim["lines"][0], claim["invoices"][0]
    claim["lines"] = [{**line, "id": f"l{n}", "invoice_ids": [f"i{n}"]} for n in range(count)]
    claim["invoices"] = [{**invoice, "id": f"i{n}", "number": f"26992000000000{n * 7:06d}"} for n in range(count)]
    return json.dumps(claim, ensure_ascii=False).encode()


def best(work: Callable[[], object]) -> float:
    """The best time of one round in milliseconds."""
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        for _ in range(ROUNDS):
            work()
        times.append((time.perf_counter() - started) / ROUNDS)
    return min(times) * 1000


def one_claim() -> None:
    data = large_claim(20)
    claim_file = decode(data)
    day = claim_file.claim.submitted_on
    policy = BOOK.on(day)
    build = best(lambda: facts_of(decode(data), policy, day))
    both = best(lambda: check(facts_of(decode(data), policy, day)))
    rules = both - build
    print(f"20 lines, 20 invoices: facts {build:.2f} ms, all rules {rules:.2f} ms, ratio {rules / build:.2f}")


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
    one_claim()
    streaming(total // 10)
    streaming(total)
