"""Long statements are answered, and deep ones refused; neither ends the process."""

from __future__ import annotations

import subprocess
import sys

import pytest
from sqlglot import exp

from pgddb.errors import StatementTooComplex
from pgddb.sql import parse_one
from pgddb.sql.statements import SelectStatement


def condition(sql: str) -> exp.Expr:
    statement = parse_one(f"SELECT 1 WHERE {sql}")
    assert isinstance(statement, SelectStatement)
    found = statement.tree.args["where"].this
    assert isinstance(found, exp.Expr)
    return found


def depth(node: exp.Expr) -> int:
    return 1 + max((depth(part) for part in node.iter_expressions()), default=0)


@pytest.mark.parametrize("word", ["AND", "OR"])
def test_long_rows_of_conditions_are_shallow_and_keep_their_order(word: str) -> None:
    text = f" {word} ".join(f"a = {number}" for number in range(3000))
    tree = condition(text)
    assert depth(tree) < 20
    assert tree.sql(dialect="postgres") == text


def test_mixed_conditions_keep_their_meaning() -> None:
    row = " OR ".join(f"a = {number} AND (b = 1 OR c = 2)" for number in range(100))
    text = " AND ".join(["x", *[f"({row})"], *[f"y{number}" for number in range(100)]])
    assert condition(text).sql(dialect="postgres") == text


@pytest.mark.parametrize("opening", ["SELECT * FROM " + "(" * 100_000, "SELECT " + "ARRAY[" * 100_000])
def test_brackets_of_any_depth_do_not_end_the_process(opening: str) -> None:
    script = (
        "import sys\nfrom pgddb.errors import SqlError\nfrom pgddb.sql import parse_one\n"
        "try:\n    parse_one(sys.stdin.read())\nexcept SqlError as error:\n    print(error.sqlstate)"
    )
    ended = subprocess.run([sys.executable, "-c", script], input=opening, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (0, "54001\n")


def test_brackets_that_nest_too_deeply_are_refused() -> None:
    with pytest.raises(StatementTooComplex):
        parse_one("SELECT * FROM " + "(" * 1001 + "SELECT 1" + ")" * 1001)
