"""The tree keeps its shape: small files, clear names, a sentence at the head, one broad except."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "pgddb").rglob("*.py"))
SOURCES = [*MODULES, *sorted((ROOT / "tests").rglob("*.py")), *sorted((ROOT / "bench").rglob("*.py"))]

MAX_LINES = 400
LONG_FOR_A_REASON = {
    "pgddb/errors.py": "one class for each SQLSTATE, read as a list",
    "pgddb/pgtypes/oid_table.py": "written by a script in tools/",
}
VAGUE_FILE_WORDS = {"base", "common", "core", "data", "helper", "helpers", "info", "manager", "misc", "process",
                    "shared", "stuff", "util", "utils"}  # fmt: skip
VAGUE_LAST_WORDS = {"helper", "helpers", "manager", "misc", "util", "utils"}
BROAD_EXCEPT_LIVES_IN = "pgddb/session/failure.py"


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def begins_with_a_sentence(path: Path) -> bool:
    docstring = ast.get_docstring(parsed(path)) or ""
    return docstring.split("\n\n")[0].rstrip().endswith((".", ":", "?"))


def catches_everything(handler: ast.ExceptHandler) -> bool:
    """Say whether a handler takes Exception or BaseException, or names nothing, and does not raise again."""
    caught = {node.id for node in ast.walk(handler.type) if isinstance(node, ast.Name)} if handler.type else {""}
    raises_again = any(isinstance(node, ast.Raise) for node in handler.body)
    return bool(caught & {"", "Exception", "BaseException"}) and not raises_again


def test_a_file_has_at_most_400_lines() -> None:
    lengths = {relative(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {name: length for name, length in lengths.items() if length > MAX_LINES}.keys() <= LONG_FOR_A_REASON.keys()


def test_a_file_name_says_what_is_in_it() -> None:
    assert [relative(path) for path in SOURCES if VAGUE_FILE_WORDS & set(path.stem.split("_"))] == []


def test_a_file_begins_with_a_sentence() -> None:
    assert [relative(path) for path in SOURCES if not begins_with_a_sentence(path)] == []


def test_a_class_or_function_has_no_vague_name() -> None:
    named = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    found = [
        f"{relative(path)}: {node.name}"
        for path in MODULES
        for node in ast.walk(parsed(path))
        if isinstance(node, named) and node.name.lower().split("_")[-1] in VAGUE_LAST_WORDS
    ]
    assert found == []


def test_only_the_session_edge_catches_every_exception() -> None:
    found = [
        f"{relative(path)}:{node.lineno}"
        for path in MODULES
        if relative(path) != BROAD_EXCEPT_LIVES_IN
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ExceptHandler) and catches_everything(node)
    ]
    assert found == []
