"""The examples in the docstrings of the statements' modules run."""

import doctest
import importlib

import pytest

MODULES = ("column_names", "delimited", "natures", "preamble", "sheets", "values", "workbook")


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    found = doctest.testmod(importlib.import_module(f"parsers.statements.{name}"))
    assert found.attempted > 0
    assert found.failed == 0
