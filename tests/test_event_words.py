"""Every kind of event that the code records anywhere has words in both languages."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from reimburse.domain.event_words import EVENTS, event_words
from reimburse.domain.workflow import Action
from reimburse.services.archive.archive_erased import ERASED
from reimburse.services.matching.match_undo import UNDOING
from reimburse.store.events import STATED
from reimburse.store.kept_tables import GROUPS

ROOT = Path(__file__).resolve().parent.parent / "reimburse"
COMPUTED = {
    "services/archive/archive_erasure.py": {ERASED},
    "services/archive/archive_fixity.py": {"file_mended", "file_altered", "file_gone"},
    "services/approval/case_steps.py": {"step_approved", "step_rejected"},
    "services/invoices/corrections.py": {"completed", "proposed", "confirmed", "refused"},
    "services/matching/match_decisions.py": {f"match_{kind}" for kind in UNDOING},
    "services/matching/match_undo.py": {f"match_un{kind}" for kind in UNDOING},
    "services/payouts/payout_accounts.py": {"payout_account_confirmed", "payout_account_refused"},
    "services/claims/workflow.py": {action.value for action in Action},
    "store/kept.py": {STATED, *(group.kind for group in GROUPS)},
}
"""What the kinds may be that are put together where they are recorded; a new such place has to be named here."""


def _modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(ROOT.rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _constants(node: ast.expr) -> set[str] | None:
    """The kinds that an argument may be; None where it is put together."""
    if isinstance(node, ast.IfExp):
        one, other = _constants(node.body), _constants(node.orelse)
        return one | other if one and other else None
    return {node.value} if isinstance(node, ast.Constant) else None


def _records(tree: ast.Module) -> bool:
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "reimburse.store.events"
        and any(name.name == "record" for name in node.names)
        for node in tree.body
    )


def _passing(tree: ast.Module) -> dict[str, int]:
    """Functions that hand a parameter on as the kind: the parameter's place by the function's name."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            names = [argument.arg for argument in node.args.args]
            handed = {ast.unparse(call.args[2]) for call in _calls(node) if _name(call) == "record"}
            for name in handed & {*names}:
                found[node.name] = names.index(name)
    return found


def _of_module(path: str, tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    passing = _passing(tree)
    for call in _calls(tree):
        name = _name(call)
        if name == "record" and len(call.args) > 2 and ast.unparse(call.args[2]) != "kind":
            yield path, call.args[2]
        elif name in passing and not (path == "services/matching/match_decisions.py" and name == "decide"):
            yield path, call.args[passing[name]]


@cache
def recorded() -> dict[str, set[str]]:
    """The kinds by the module that records them; those that are put together as COMPUTED has them."""
    found: dict[str, set[str]] = {}
    for path, tree in _modules():
        if _records(tree):
            for place, node in _of_module(path, tree):
                found.setdefault(place, set()).update(_constants(node) or {f"? {ast.unparse(node)}"})
        for call in _calls(tree):
            if _name(call) == "note" and path == "services/approval/reminders.py":
                found.setdefault(path, set()).update(_constants(call.args[3]) or {"?"})
    return found


def test_a_kind_that_is_put_together_is_known() -> None:
    put_together = {path for path, kinds in recorded().items() if any(kind.startswith("?") for kind in kinds)}
    assert put_together <= COMPUTED.keys()


@pytest.mark.parametrize("path", sorted({*recorded(), *COMPUTED}))
def test_every_kind_of_event_has_words_in_both_languages(path: str) -> None:
    kinds = {kind for kind in recorded().get(path, ()) if not kind.startswith("?")} | COMPUTED.get(path, set())
    assert {kind for kind in kinds if kind not in EVENTS or not (EVENTS[kind].zh and EVENTS[kind].en)} == set()


def test_the_walk_finds_what_is_recorded() -> None:
    kinds = set().union(*recorded().values())
    assert {"received", "hold_set", "offset_opened", "uncollect", "escalated", "password_changed", "added"} <= kinds
    assert len(kinds) > 60
    assert event_words("no such kind").zh == "no such kind"
