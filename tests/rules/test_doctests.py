"""The examples in the docstrings of ``rules`` hold."""

import doctest
import importlib
import pkgutil

import pytest

import rules

MODULES = sorted(module.name for module in pkgutil.iter_modules(rules.__path__, "rules."))


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
