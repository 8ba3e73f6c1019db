"""Flips each comparison in ``rules/`` and runs every rule table: ``python -m bench.rule_mutants [SAMPLE] [SEED]``.

A mutant that no case notices survives and is listed. Without SAMPLE every comparison is flipped, which takes minutes;
with it a seeded sample is. Each mutant runs in a process of its own with the mutated module put in place on import.
"""

import ast
import importlib.abc
import importlib.util
import json
import random
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
FLIPS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
WORKERS = 2


def comparisons(tree: ast.AST) -> list[ast.Compare]:
    """The comparisons of a module, in the order of its text."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Compare)]
    return sorted(found, key=lambda node: (node.lineno, node.col_offset, len(ast.unparse(node))))


def mutants() -> Iterator[tuple[str, int, int]]:
    """Every mutant: file, comparison, operator within it."""
    for path in sorted((ROOT / "rules").glob("*.py")):
        for index, node in enumerate(comparisons(ast.parse(path.read_text("utf-8")))):
            yield from ((path.stem, index, place) for place in range(len(node.ops)))


def flipped(name: str, index: int, place: int) -> tuple[ast.Module, str]:
    """The module with one operator flipped, and what was flipped."""
    tree = ast.parse((ROOT / "rules" / f"{name}.py").read_text("utf-8"))
    node = comparisons(tree)[index]
    before = ast.unparse(node)
    node.ops[place] = FLIPS[type(node.ops[place])]()
    return ast.fix_missing_locations(tree), f"rules/{name}.py:{node.lineno}: {before}  ->  {ast.unparse(node)}"


class Mutated(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads one module of ``rules`` from a mutated tree."""

    def __init__(self, name: str, tree: ast.Module) -> None:
        self.name, self.code = f"rules.{name}", compile(tree, f"rules/{name}.py", "exec")

    def find_spec(self, fullname: str, *_: object) -> importlib.machinery.ModuleSpec | None:
        """The mutated module, by its name."""
        return importlib.util.spec_from_loader(fullname, self) if fullname == self.name else None

    def exec_module(self, module: ModuleType) -> None:
        """Runs the mutated code."""
        exec(self.code, module.__dict__)


def noticed(name: str, index: int, place: int) -> bool:
    """Whether any case of the tables fails under this mutant; runs in a process of its own."""
    tree, _ = flipped(name, index, place)
    sys.meta_path.insert(0, Mutated(name, tree))
    try:
        import pytest

        from tests.rules import test_tables
        from tests.rules.claims import tables

        for rule, _, case in tables():
            test_tables.test_case(rule, case)
        return pytest.main(["-x", "-q", "--no-header", str(ROOT / "tests" / "rules")]) != 0
    except BaseException:  # noqa: BLE001
        return True


def outcome(mutant: tuple[str, int, int]) -> bool:
    """Runs one mutant; a run that takes too long is noticed too."""
    command = [sys.executable, "-m", "bench.rule_mutants", "--one", json.dumps(mutant)]
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True, timeout=180, check=False).returncode != 0
    except subprocess.TimeoutExpired:
        return True


def main(sample: int | None, seed: int) -> None:
    chosen = list(mutants())
    if sample is not None:
        chosen = sorted(random.Random(seed).sample(chosen, min(sample, len(chosen))))
    with ThreadPoolExecutor(WORKERS) as pool:
        killed = list(pool.map(outcome, chosen))
    for mutant, dead in zip(chosen, killed, strict=True):
        if not dead:
            print(flipped(*mutant)[1])
    print(f"{sum(killed)} of {len(chosen)} mutants killed ({100 * sum(killed) / len(chosen):.1f} %)")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        sys.exit(noticed(*json.loads(sys.argv[2])))
    main(int(sys.argv[1]) if len(sys.argv) > 1 else None, int(sys.argv[2]) if len(sys.argv) > 2 else 1)
