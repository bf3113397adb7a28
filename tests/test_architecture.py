"""The tree keeps its shape: small files, clear names, a sentence at the head, one broad except."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "pgddb"
MODULES = sorted(PACKAGE.rglob("*.py"))
SOURCES = sorted([*MODULES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").rglob("*.py")])

MAX_LINES = 400
GENERATED = {"pgddb/pgtypes/oid_table.py"}
"""Tables that a script in tools/ writes."""

VAGUE_WORDS = {"base", "common", "core", "data", "helper", "helpers", "info", "manager", "misc", "process", "shared",
               "stuff", "util", "utils"}  # fmt: skip
BROAD_EXCEPT_LIVES_IN = "pgddb/session/failure.py"


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_a_file_has_at_most_400_lines(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= MAX_LINES or relative(path) in GENERATED


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_a_file_name_says_what_is_in_it(path: Path) -> None:
    assert not VAGUE_WORDS & set(path.stem.split("_"))


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_a_file_begins_with_a_sentence(path: Path) -> None:
    docstring = ast.get_docstring(parsed(path))
    assert docstring, "no docstring"
    assert docstring.split("\n\n")[0].rstrip().endswith((".", ":", "?")), "the first paragraph is no sentence"


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_a_class_or_function_has_no_vague_name(path: Path) -> None:
    named = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    names = [node.name.lower().split("_")[-1] for node in ast.walk(parsed(path)) if isinstance(node, named)]
    assert not {"helper", "helpers", "manager", "util", "utils", "misc"} & set(names)


def catches_everything(handler: ast.ExceptHandler) -> bool:
    """Say whether a handler takes Exception or BaseException, or names nothing, and does not raise again."""
    caught = {node.id for node in ast.walk(handler.type) if isinstance(node, ast.Name)} if handler.type else {""}
    raises_again = any(isinstance(node, ast.Raise) for node in handler.body)
    return bool(caught & {"", "Exception", "BaseException"}) and not raises_again


def test_only_the_session_edge_catches_every_exception() -> None:
    found = [
        f"{relative(path)}:{node.lineno}"
        for path in MODULES
        if relative(path) != BROAD_EXCEPT_LIVES_IN
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ExceptHandler) and catches_everything(node)
    ]
    assert found == []
