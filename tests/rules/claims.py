"""A claim that passes every rule, and cases that change it: the ground of all rule tables.

A case's keys: ``claim``, ``line`` and ``invoice`` are merged into the base (its only line, its only invoice);
``lines`` and ``invoices`` give several, each merged into the base's; other lists replace; ``absent`` removes keys of
the top level; ``ran`` says that the rule looked though it found nothing; ``policy`` changes parameters, ``override`` adds overrides, ``as_of`` is the day. ``"null"`` is null.
"""

import copy
import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from reimburse.domain.finding import CheckAnswer
from reimburse.settings import data_folder
from rules.claim_json import decode, facts_of
from rules.engine import check
from rules.facts import Facts
from rules.policy import Override, Policy, load

HERE = Path(__file__).resolve().parent
BOOK = load(data_folder("config") / "policy")
BASE: dict[str, Any] = json.loads((HERE / "base.json").read_text("utf-8"))
OF_CASE = {
    "name",
    "finds",
    "codes",
    "could_not_run",
    "not_applicable",
    "ran",
    "verdict",
    "policy",
    "override",
    "as_of",
    "absent",
    "note",
}


def tables() -> list[tuple[str, str, dict[str, Any]]]:
    """Every case of every table: rule, file, case with the table's own settings below it."""
    found = []
    for path in sorted((HERE / "cases").glob("*.toml")):
        table = tomllib.loads(path.read_text("utf-8"))
        common = {key: value for key, value in table.items() if key not in {"rule", "case"}}
        found += [(table["rule"], path.name, merged(common, case)) for case in table["case"]]
    return found


def merged(below: Any, above: Any) -> Any:
    """Tables are merged, everything else is replaced."""
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return above
    return {**below, **{key: merged(below.get(key), value) for key, value in above.items()}}


def claim_of(case: dict[str, Any]) -> dict[str, Any]:
    """The claim that a case describes."""
    claim = copy.deepcopy(BASE)
    change = plain({key: value for key, value in case.items() if key not in OF_CASE})
    line, invoice = claim["lines"][0], claim["invoices"][0]
    claim["claim"] = merged(claim["claim"], change.pop("claim", {}))
    for one, many, base in (("line", "lines", line), ("invoice", "invoices", invoice)):
        shared = merged(base, change.pop(one, {}))
        claim[many] = [merged(copy.deepcopy(shared), item) for item in change.pop(many, [{}])]
    claim.update(change)
    for key in case.get("absent", ()):
        del claim[key]
    return claim


def plain(value: Any) -> Any:
    """TOML values as JSON has them."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return None if value == "null" else value.isoformat() if isinstance(value, date) else value


def policy_of(case: dict[str, Any], day: date) -> Policy:
    """The shipped policy with the case's changes."""
    policy = BOOK.on(day)
    override = msgspec.convert(case.get("override", []), tuple[Override, ...])
    return msgspec.structs.replace(policy, parameters=policy._with(case.get("policy", {})), override=override)


def facts_for(case: dict[str, Any]) -> Facts:
    """The facts of a case."""
    claim_file = decode(claim_of(case))
    submitted = claim_file.claim.submitted_on
    return facts_of(claim_file, policy_of(case, submitted), case.get("as_of", submitted))


def answer_to(case: dict[str, Any]) -> CheckAnswer:
    """What the engine says of a case."""
    return check(facts_for(case))
