"""The whole gate: style, types, import contracts, tests. ``./run test -k words`` runs only those tests."""

import subprocess
import sys
import time
from pathlib import Path

PYTHON = [sys.executable, "-m"]
CHECKS = (
    ("ruff format", [*PYTHON, "ruff", "format", "--check", "-q", "."]),
    ("ruff", [*PYTHON, "ruff", "check", "-q", "."]),
    ("mypy --strict", [*PYTHON, "mypy", "--no-error-summary"]),
    ("import contracts", [str(Path(sys.executable).parent / "lint-imports")]),
)
TESTS = [*PYTHON, "pytest", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]


def main(arguments: list[str]) -> int:
    if arguments:
        return subprocess.call([*PYTHON, "pytest", *arguments])
    failed = [name for name, command in CHECKS if not passes(name, command)]
    if not passes("tests", TESTS):
        failed.append("tests")
    print("gate: all passed" if not failed else f"gate: failed: {', '.join(failed)}", flush=True)
    return 1 if failed else 0


def passes(name: str, command: list[str]) -> bool:
    """Run one check; its own words are shown only when it fails (the tests' always)."""
    started = time.monotonic()
    shown = name == "tests"
    result = subprocess.run(command, capture_output=not shown, text=True)
    if result.returncode and not shown:
        print(result.stdout + result.stderr)
    print(
        f"gate: {name}: {'passed' if not result.returncode else 'FAILED'} in {time.monotonic() - started:.0f} s",
        flush=True,
    )
    return result.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
