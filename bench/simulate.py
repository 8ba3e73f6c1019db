"""How fast stored claims are judged under another policy: ``python -m bench.simulate [CLAIMS]``.

Fills a data folder with claims and their checks, a tenth of them first, then all, and runs ``reimburse policy
simulate`` on each in a process of its own: rate, and the most memory that it held. The draft shortens the time to
claim and wants approval where it returned, so that changes of both kinds are counted.
"""

import copy
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from reimburse.app import open_app
from reimburse.domain.finding_json import answer_to_json
from reimburse.services.claims.facts import canonical
from reimburse.settings import data_folder
from reimburse.store.claims import CheckRow, ClaimRow
from reimburse.store.db import db, transaction
from reimburse.store.people import DepartmentRow, LegalEntityRow, PersonRow
from reimburse.store.upgrade import upgrade
from rules.claim_json import decode, facts_of
from rules.engine import check
from rules.policy import load

ROOT = Path(__file__).resolve().parent.parent
BASE = json.loads((ROOT / "tests" / "rules" / "base.json").read_text("utf-8"))
AT, DAY = datetime(2026, 1, 10, tzinfo=UTC), date.fromisoformat(BASE["claim"]["submitted_on"])
PIECE = 1000
DRAFT = """
[[version]]
version = "draft"
effective_from = 2100-01-01
[version.parameters]
claim_within_months = 1
[[version.override]]
rule = "R-01"
severity = "approval"
"""


def kinds() -> list[tuple[str, str, str, int]]:
    """Facts, answer, verdict and fen of the claims: as the base, five weeks old, long past, of a wrong title."""
    policy = load(data_folder("config") / "policy").on(DAY)
    found = []
    for line, buyer in (
        ({}, {}),
        ({"occurred_on": "2026-01-05"}, {}),
        ({"occurred_on": "2025-11-05"}, {}),
        ({}, {"name": "示例"}),
    ):
        claim = copy.deepcopy(BASE)
        claim["lines"][0].update(line)
        claim["invoices"][0]["buyer"].update(buyer)
        answer = check(facts_of(decode(json.dumps(claim).encode()), policy, DAY))
        fen = sum(int(item["amount"].replace(".", "")) for item in claim["lines"])
        found.append((canonical(claim), canonical(answer_to_json(answer)), answer.verdict.value, fen))
    return found


def rows(first: int, last: int) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """A claim and its check for each number; three of ten are not as the base is."""
    of_kind = kinds()
    times = {"submitted_at": AT, "submitted_on": DAY, "created_at": AT, "updated_at": AT}
    owner = {"claimant_id": 1, "department_id": 1, "legal_entity_id": 1, "state": "paid", "round": 1}
    for number in range(first, last):
        facts, answer, verdict, fen = of_kind[number % 10 if number % 10 < 4 else 0]
        facts = facts.replace('"E001"', f'"E{number % 5000:05}"')
        made = {"claim_id": number, "round": 1, "policy_version": "2024.1", "checked_at": AT}
        claim = {"id": number, "claim_no": f"BX-{number:07}", "total_fen": fen, **owner, **times}
        yield claim, {**made, "verdict": verdict, "facts": facts, "answer": answer}


def fill(data: Path, first: int, last: int) -> None:
    app = open_app(data, {})
    with app.app_context():
        if first == 1:
            upgrade()
            with transaction() as session:
                department = DepartmentRow(name="d", legal_entity=LegalEntityRow(name="x", tax_id="91990000MA0DEM0011"))
                session.add(PersonRow(login="x", employee_no="x", name="x", department=department))
        pairs = rows(first, last)
        while piece := [pair for _, pair in zip(range(PIECE), pairs, strict=False)]:
            with transaction() as session:
                session.execute(insert(ClaimRow), [claim for claim, _ in piece])
                session.execute(insert(CheckRow), [made for _, made in piece])
        db.session.remove()
        db.engine.dispose()


def measure(data: Path, draft: Path, count: int) -> None:
    started = time.perf_counter()
    command = [sys.executable, "-m", "reimburse.cli", "policy", "simulate", "--json"]
    place = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.Popen([*command, "--policy", draft, "--data", data], stdout=subprocess.PIPE, cwd=ROOT, env=place)
    last = deque(ran.stdout or (), 1).pop()
    _, status, usage = os.wait4(ran.pid, 0)
    took, said = time.perf_counter() - started, json.loads(last)["summary"]
    busy = usage.ru_utime + usage.ru_stime
    if status or said["judged"] != count:
        sys.exit(f"simulate failed: status {status}, judged {said['judged']} of {count}")
    shown = ", ".join(f"{kind} {item['claims']}" for kind, item in sorted(said["kinds"].items()))
    megabytes = usage.ru_maxrss / 1024
    speed = f"{took:.1f} s ({busy:.1f} s of processor): {count / took:.0f} a second"
    print(f"{count} claims in {speed}, peak {megabytes:.0f} MB ({shown})", flush=True)


def main() -> None:
    total = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory() as folder:
        draft, data = Path(folder) / "draft", Path(folder) / "data"
        shutil.copytree(data_folder("config") / "policy", draft)
        with (draft / "policy.toml").open("a", encoding="utf-8") as file:
            file.write(DRAFT)
        tenth = total // 10
        for first, last in ((1, tenth), (tenth + 1, total)):
            fill(data, first, last + 1)
            measure(data, draft, last)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"(filling took up to {own:.0f} MB)")


if __name__ == "__main__":
    main()
