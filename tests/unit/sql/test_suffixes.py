"""What may stand behind an expression depends on its type, as in PostgreSQL."""

from __future__ import annotations

import pytest

from pgddb.errors import SqlError
from pgddb.sql.rewrites.example import rewritten


@pytest.mark.parametrize(
    ("text", "sqlstate", "message"),
    [
        ("SELECT ('a'::text).b", "42809", "column notation .b applied to type text, which is not a composite type"),
        ("SELECT (1).b", "42809", "column notation .b applied to type integer, which is not a composite type"),
        ("SELECT ('{}'::jsonb).b", "42809", "column notation .b applied to type jsonb, which is not a composite type"),
        ("SELECT (1)[1]", "42804", "cannot subscript type integer because it does not support subscripting"),
        ("SELECT ('abc')[1]", "42804", "cannot subscript type unknown because it does not support subscripting"),
        ("SELECT ('a'::text)[1:2]", "42804", "cannot subscript type text because it does not support subscripting"),
        ("SELECT ('a'::name)['x']", "0A000", "a subscript of type name is not supported"),
        ("SELECT (ARRAY[1])['a']", "22P02", 'invalid input syntax for type integer: "a"'),
        ("SELECT (ARRAY[1])[:'a']", "22P02", 'invalid input syntax for type integer: "a"'),
        ("SELECT (ARRAY[1])[now()]", "42804", "array subscript must have type integer"),
        ('SELECT 1 COLLATE "C"', "42804", "collations are not supported by type integer"),
        ('SELECT ARRAY[1] COLLATE "C"', "42804", "collations are not supported by type integer[]"),
        ("SELECT 1 IS TRUE", "42804", "argument of IS TRUE must be type boolean, not type integer"),
        ("SELECT now() IS NOT FALSE", "42804",
         "argument of IS NOT FALSE must be type boolean, not type timestamp with time zone"),
        ("SELECT 1 SIMILAR TO 'a'", "42883", "operator does not exist: integer ~ text"),
        ("SELECT 1 == 1", "42883", "operator does not exist: =="),
        ("SELECT 1 // 1", "42883", "operator does not exist: //"),
        ("SELECT 1::tinyint", "42704", 'type "tinyint" does not exist'),
        ("SELECT CAST(1 AS double)", "42704", 'type "double" does not exist'),
        ("SELECT '1'::hugeint", "42704", 'type "hugeint" does not exist'),
        ("SELECT '1'::string", "42704", 'type "string" does not exist'),
        ("SELECT '1'::blob", "42704", 'type "blob" does not exist'),
        ("SELECT * FROM t TABLESAMPLE reservoir (3)", "42704", "tablesample method reservoir does not exist"),
    ],
)  # fmt: skip
def test_a_suffix_that_does_not_fit_is_refused(text: str, sqlstate: str, message: str) -> None:
    with pytest.raises(SqlError) as refused:
        rewritten(text)
    assert (refused.value.sqlstate, refused.value.message) == (sqlstate, message)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (ARRAY[1])['1']",
        "SELECT ('{\"a\": 1}'::jsonb)['a']",
        "SELECT ('1 2'::int2vector)[0]",
        "SELECT x[1][2], (x).y FROM t",
        'SELECT \'a\' COLLATE "C", NULL COLLATE "C", ARRAY[\'a\'] COLLATE "C"',
        "SELECT 'true' IS TRUE, NULL IS NOT FALSE, x IS TRUE, 1 IS NULL FROM t",
        "SELECT 'a'::name SIMILAR TO 'b', x SIMILAR TO y FROM t",
        "SELECT 1::double precision, 1::float, 1::int4, '1'::char(3), '1'::dec(3, 1), '1'::\"char\"",
    ],
)
def test_a_suffix_that_fits_is_taken(text: str) -> None:
    assert rewritten(text).startswith("SELECT")
