"""The corpus of real layouts beside the project; tests that need it skip where it is absent."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from parsers import read
from parsers.document import Document
from reimburse.domain.reading import Reading

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
ABSENT = "the corpus (../shared/corpus) is not beside this checkout"
needs_corpus = pytest.mark.skipif(not (CORPUS / "truth.jsonl").is_file(), reason=ABSENT)


@cache
def truth() -> dict[str, dict[str, Any]]:
    path = CORPUS / "truth.jsonl"
    if not path.is_file():
        return {}
    return {item["file"]: item for item in map(json.loads, path.read_text(encoding="utf-8").splitlines())}


def document(name: str) -> Document:
    return Document(name, (CORPUS / name).read_bytes())


@cache
def readings(name: str) -> tuple[Reading, ...]:
    return read(document(name))
