"""Flips each comparison in ``rules/`` and runs every rule table: ``nice python -m bench.rule_mutants [SAMPLE] [SEED]``.

A mutant that no case notices survives; ``bench/rule_survivors.toml`` gives the reason of each that may. Without SAMPLE
every comparison is flipped, with it a seeded sample is. Each mutant runs in a fork of its own, patched into the living
functions: first the cases of the rules of its module, then all others, then the tests of ``tests/rules``, those that
name the module first. A flip that runs on import has a new process that imports the mutated module. A run that takes
more than ``CPU_SECONDS`` of processor time is noticed too. The exit status is 1 where a survivor has no reason, where a
reason fits no survivor, or where fewer than ``AIM`` are killed.
"""

import importlib
import json
import os
import random
import resource
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from bench.mutants import RULES, Mutant, Mutated, mutants, patched

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests" / "rules"
SURVIVORS = Path(__file__).with_name("rule_survivors.toml")
WORKERS, CPU_SECONDS, AIM = 2, 40, 0.95


def noticed(mutant: Mutant) -> bool:
    """Whether any case or test fails under a mutant that is in place."""
    try:
        return _a_case_fails(mutant.module) or _a_test_fails(mutant.module)
    except BaseException:  # noqa: BLE001
        return True


def _a_case_fails(module: str) -> bool:
    from rules.catalogue import BY_CODE
    from tests.rules import test_tables

    def elsewhere(rule: str) -> bool:
        judge = BY_CODE[rule].judge
        return judge is None or judge.__module__ != f"rules.{module}"

    for rule, _, case in sorted(test_tables.CASES, key=lambda item: elsewhere(item[0])):
        test_tables.test_case(rule, case)
    return False


def _a_test_fails(module: str) -> bool:
    files = [path for path in sorted(TESTS.glob("test_*.py")) if path.name != "test_tables.py"]
    near = [path for path in files if module in path.read_text("utf-8")]
    return _fails(near) or _fails([path for path in files if path not in near])


def _fails(files: Sequence[Path]) -> bool:
    return bool(files) and pytest.main(["-x", f"--confcutdir={TESTS}", *map(str, files)]) != 0


def killed(chosen: Sequence[Mutant]) -> Iterator[tuple[Mutant, bool]]:
    """Each mutant and whether it was noticed, as they end; so many at once as there are workers."""
    running: dict[int, Mutant] = {}
    for mutant in (*chosen, *[None] * WORKERS):
        if running and (mutant is None or len(running) == WORKERS):
            process, status = os.wait()
            yield running.pop(process), status != 0
        if mutant is not None:
            running[_forked(mutant)] = mutant


def _forked(mutant: Mutant) -> int:
    """The process that runs one mutant, silently; it ends with 0 where nothing notices it."""
    process = os.fork()
    if process == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        os._exit(int(noticed(mutant) if patched(mutant) else _noticed_anew(mutant)))
    return process


def _noticed_anew(mutant: Mutant) -> bool:
    command = [sys.executable, "-m", "bench.rule_mutants", "--one", json.dumps(mutant)]
    return subprocess.run(command, cwd=ROOT, check=False).returncode != 0


def one(mutant: Mutant) -> bool:
    """Whether a mutant is noticed in this process, which has not imported the rules yet."""
    sys.meta_path.insert(0, Mutated(mutant))
    return noticed(mutant)


def reasons() -> dict[tuple[str, str, str], str]:
    """Why each known survivor may survive, by its name."""
    table = tomllib.loads(SURVIVORS.read_text("utf-8"))["survivor"]
    return {(item["file"], item["within"], item["flip"]): item["why"] for item in table}


def _load() -> None:
    """Import what the forks need, while nothing is flipped yet: what is loaded can be patched."""
    for path in sorted(RULES.glob("[a-z]*.py")):
        importlib.import_module(f"rules.{path.stem}")
    if _a_case_fails("engine"):
        raise SystemExit("a case fails though nothing is flipped")


def main(sample: int | None, seed: int) -> int:
    """Run the mutants, print the survivors as they show, and say whether all is as the table has it."""
    everything = list(mutants())
    chosen = everything if sample is None else random.Random(seed).sample(everything, min(sample, len(everything)))
    _load()
    print(f"{len(chosen)} mutants", flush=True)
    known, alive = reasons(), []
    for mutant, dead in killed(chosen):
        if not dead:
            alive.append(mutant.name)
            why = known.get(mutant.name, "NO REASON GIVEN")
            print(f"{mutant.name[0]}:{mutant.line} {mutant.within}: {mutant.flip}  ({why})", flush=True)
    asked = {mutant.name for mutant in chosen}
    unfit = [name for name in known if name not in alive and (sample is None or name in asked)]
    for name in unfit:
        print("killed, or gone, though a reason is given:", *name)
    share = 1 - len(alive) / len(chosen)
    print(f"{len(chosen) - len(alive)} of {len(chosen)} mutants killed ({100 * share:.1f} %)")
    return int(bool(unfit) or any(name not in known for name in alive) or share < AIM)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        sys.exit(one(Mutant(*json.loads(sys.argv[2]))))
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else None, int(sys.argv[2]) if len(sys.argv) > 2 else 1))
