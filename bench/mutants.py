"""The comparisons of ``rules/``, each flipped, and put in the place of the code that runs.

A flip inside a function is patched into the function objects that are alive; one that runs while its module is imported
needs a process in which the mutated module is imported instead (``Mutated``).
"""

import ast
import functools
import gc
import importlib.abc
import importlib.util
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import NamedTuple

RULES = Path(__file__).resolve().parent.parent / "rules"
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
Place = tuple[str, int]


class Mutant(NamedTuple):
    """One operator of one comparison of one module; ``within`` and ``flip`` name it whatever its line."""

    module: str
    comparison: int
    operator: int
    line: int
    within: str
    flip: str

    @property
    def name(self) -> tuple[str, str, str]:
        """What the table of survivors calls it."""
        return f"rules/{self.module}.py", self.within, self.flip


def mutants() -> Iterator[Mutant]:
    """Every mutant of every module."""
    for path in sorted(RULES.glob("*.py")):
        for index, node in enumerate(_comparisons(ast.parse(path.read_text("utf-8")))):
            for place in range(len(node.ops)):
                tree, flip = flipped(path.stem, index, place)
                yield Mutant(path.stem, index, place, node.lineno, _around(tree, node.lineno), flip)


def flipped(module: str, index: int, place: int) -> tuple[ast.Module, str]:
    """The module with one operator flipped, and what was flipped."""
    tree = ast.parse((RULES / f"{module}.py").read_text("utf-8"))
    node = _comparisons(tree)[index]
    before = ast.unparse(node)
    node.ops[place] = FLIPS[type(node.ops[place])]()
    return ast.fix_missing_locations(tree), f"{before}  ->  {ast.unparse(node)}"


def patched(mutant: Mutant) -> bool:
    """Put a mutant into the functions that are alive and empty their caches; False where none of them has it."""
    path = str(RULES / f"{mutant.module}.py")
    new = dict(_codes(compile(flipped(*mutant[:3])[0], path, "exec")))
    changed = False
    for item in gc.get_objects():
        if isinstance(item, FunctionType) and item.__code__.co_filename == path:
            code = new.get((item.__code__.co_qualname, item.__code__.co_firstlineno))
            if code is not None and code != item.__code__:
                item.__code__, changed = code, True
        elif isinstance(item, functools._lru_cache_wrapper):
            item.cache_clear()
    return changed


class Mutated(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads one module of ``rules`` from a mutated tree."""

    def __init__(self, mutant: Mutant) -> None:
        self.name = f"rules.{mutant.module}"
        self.code = compile(flipped(*mutant[:3])[0], f"rules/{mutant.module}.py", "exec")

    def find_spec(self, fullname: str, *_: object) -> importlib.machinery.ModuleSpec | None:
        """The mutated module, by its name."""
        return importlib.util.spec_from_loader(fullname, self) if fullname == self.name else None

    def exec_module(self, module: ModuleType) -> None:
        """Runs the mutated code."""
        exec(self.code, module.__dict__)


def _comparisons(tree: ast.AST) -> list[ast.Compare]:
    """The comparisons of a module, in the order of its text."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Compare)]
    return sorted(found, key=lambda node: (node.lineno, node.col_offset, len(ast.unparse(node))))


def _around(tree: ast.Module, line: int) -> str:
    """The innermost function or class that holds a line."""
    holding = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.lineno <= line <= (node.end_lineno or 0)
    ]
    return max(holding, key=lambda node: node.lineno).name if holding else "module"


def _codes(code: CodeType) -> Iterator[tuple[Place, CodeType]]:
    """Every code object within another, by its name and first line."""
    for item in code.co_consts:
        if isinstance(item, CodeType):
            yield (item.co_qualname, item.co_firstlineno), item
            yield from _codes(item)
