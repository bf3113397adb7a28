"""Rewrites give the DuckDB texts of the corpus.

`python tools/record_rewrites.py` writes the texts anew: review the diff.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from pgddb.errors import SqlError
from pgddb.sql.rewrites.example import rewritten

CORPUS = Path(__file__).parent.parent.parent / "corpora" / "rewrites"
ARROW = "--> "


def pairs(path: Path) -> list[tuple[str, str]]:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("-- ")]
    return [(text, result.removeprefix(ARROW)) for text, result in zip(lines[::2], lines[1::2], strict=True)]


CASES = [(path.stem, text, result) for path in sorted(CORPUS.glob("*.sql")) for text, result in pairs(path)]


def outcome(text: str) -> str:
    try:
        return rewritten(text)
    except SqlError as error:
        return f"{error.sqlstate}: {error.message}"


@pytest.mark.parametrize(("text", "result"), [case[1:] for case in CASES], ids=[f"{c[0]}: {c[1][:50]}" for c in CASES])
def test_a_statement_is_rewritten_as_the_corpus_says(text: str, result: str) -> None:
    assert outcome(text) == result
