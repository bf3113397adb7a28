"""Write the DuckDB texts of the rewrite corpus anew; review the diff.

Usage: python tools/record_rewrites.py
"""

from __future__ import annotations

from pathlib import Path

from pgddb.errors import SqlError
from pgddb.sql.rewrites.example import rewritten

CORPUS = Path(__file__).parent.parent / "tests" / "corpora" / "rewrites"
ARROW = "--> "


def record(path: Path) -> None:
    """Put its result behind every statement of a file."""
    kept = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith(ARROW)]
    new = [part for line in kept for part in with_result(line)]
    path.write_text("\n".join(new) + "\n", encoding="utf-8")


def with_result(line: str) -> list[str]:
    """Give a line, and its result if it is a statement."""
    return [line] if not line or line.startswith("-- ") else [line, ARROW + outcome(line)]


def outcome(text: str) -> str:
    """Rewrite a statement, or give its error."""
    try:
        return rewritten(text)
    except SqlError as error:
        return f"{error.sqlstate}: {error.message}"


if __name__ == "__main__":
    for corpus_file in sorted(CORPUS.glob("*.sql")):
        record(corpus_file)
