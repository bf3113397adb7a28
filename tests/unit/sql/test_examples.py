"""The examples in the docstrings of the package are true."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import pgddb.sql

MODULES = sorted(module.name for module in pkgutil.walk_packages(pgddb.sql.__path__, "pgddb.sql."))


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_are_true(name: str) -> None:
    results = doctest.testmod(importlib.import_module(name))
    assert results.failed == 0
