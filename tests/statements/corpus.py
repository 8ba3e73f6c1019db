"""The statements of the corpus beside the project, with what they hold; tests that need it skip where it is absent."""

import json
from pathlib import Path
from typing import Any

import pytest

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
STATEMENTS = CORPUS / "statements"
ABSENT = "the corpus (../shared/corpus) is not beside this checkout"
needs_corpus = pytest.mark.skipif(not (STATEMENTS / "truth.json").is_file(), reason=ABSENT)


def truth() -> dict[str, dict[str, Any]]:
    path = STATEMENTS / "truth.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
