"""No text of a client is answered with an internal error, with the engine's words, or not at all.

Statements are drawn from PostgreSQL's syntax over literals of every type, and from the project's own corpora with
lexemes changed, left out, doubled or swapped. `PGDDB_FUZZ=20000` runs so many examples of each.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pgddb.errors import SqlError
from pgddb.sql.lexer import scan
from tests.fakes.demo_server import ServerProcess
from tests.fakes.wire_fuzzing import DOCUMENTED, FOREIGN_WORDS

EXAMPLES = int(os.environ.get("PGDDB_FUZZ", "120"))
pytestmark = pytest.mark.timeout(0 if "PGDDB_FUZZ" in os.environ else 120)
fuzzed = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="PGDDB_FUZZ" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
STATEMENT_SECONDS = 10

ENGINE_TYPES = re.compile(rb"\b(?:VARCHAR|HUGEINT|BIGINT|BLOB|DOUBLE|TUPLE|STRUCT|TIMESTAMP_\w+)\b|\w+_LITERAL")


def one_of(listed: str) -> st.SearchStrategy[str]:
    """Draw one of the words of a text."""
    return st.sampled_from(listed.split())


TYPES = one_of(
    """int2 int4 int8 numeric numeric(5,2) float4 float8 text varchar(3) char(3) bool bytea date time timetz timestamp
    timestamptz interval uuid json jsonb name oid regclass regtype regproc "char" int4[] text[] numeric[] xml inet money
    bit varbit point int4range tsquery cidr xid tid void record tinyint"""
)
LITERALS = st.one_of(
    one_of(
        """'' '0' '-1' '1.5' 'NaN' '-Infinity' '1e400' '9223372036854775808' 'abc' 'true' '2024-02-30' 'infinity'
        'epoch' '4714-11-24' '24:00:00' 'P1Y2M' '{1,2}' '{{1},{2}}' '[2:3]={1,2}' '{' '{"a":1}' '[1,2' 'null'
        '"\\u0000"' '"\\ud800"' '\\x00ff' '\\xzz' '\\' 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11' 'é€😀'
        E'\\x01' NULL 1 -1 0 1.5 1e308 1e-400 32768 2147483648 9223372036854775808 true ARRAY[1,2]
        ARRAY['a',NULL] ARRAY[]::int[] ARRAY[[1],[2]]
        ROW(1,'a') current_date now() B'101' X'1F' 'pg_class'::regclass 'a'::"char" 'x'::text '1'::name
        '{"a":[1,{"b":null}]}'::jsonb '[1,2]'::json '1d'::interval 'infinity'::date '\\xff'::bytea 'NaN'::float8
        'NaN'::numeric -32768::int2 1::oid"""
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6).map(
        lambda text: "'" + text.replace("'", "''") + "'"
    ),
    st.integers(-(2**70), 2**70).map(str),
)
FUNCTIONS = one_of(
    """abs length upper left substr repeat to_char to_number to_date to_timestamp date_trunc date_part age justify_days
    make_date regexp_replace regexp_matches split_part string_agg array_agg array_to_string unnest cardinality format
    jsonb_set jsonb_path_query jsonb_build_object json_object jsonb_each to_jsonb sum avg min count max stddev round
    trunc power sqrt ln mod gcd chr ascii md5 sha256 encode decode convert_from overlay translate width_bucket lpad
    generate_series percentile_cont row_number lag ntile coalesce pg_typeof quote_ident current_setting set_config
    pg_get_viewdef format_type has_table_privilege obj_description nosuch concat_ws array_position date_bin"""
)
OPERATORS = one_of(
    """+ - * / % ^ || = <> < >= -> ->> #> #>> @> <@ ? ?| #- ~ ~* !~~ & | # << >> && @? @@ AND OR == // <-> LIKE ILIKE
    IS_DISTINCT_FROM SIMILAR_TO IN COLLATE AT_TIME_ZONE OVERLAPS"""
).map(lambda sign: sign.replace("_", " "))
FORMS = st.sampled_from(
    ["{a}::{t}", "CAST({a} AS {t})::{u}", "{f}({a})", "{f}({a}, {b})", "{f}({a}::{t}, {b}, {c})", "{a} {o} {b}",
     "{a}::{t} {o} {b}::{u}", "{a} IN ({b}, {c})", "{a} BETWEEN {b} AND {c}", "CASE WHEN {a} THEN {b} ELSE {c} END",
     "COALESCE({a}, {b})", "GREATEST({a}, {b})", "NULLIF({a}, {b})", "extract(year FROM {a}::{t})", "({a})[{b}]",
     "({a}::{t})[1:{b}]", "{a} = ANY({b})", "{f}({a}) OVER ()", "{f}(DISTINCT {a} ORDER BY {b})", "({a}::{t}).field",
     "ARRAY[{a}, {b}]", "ROW({a}, {b}) = ROW({b}, {c})", "{t} {a}", "({a}) IS TRUE", "substring({a} FROM {b} FOR {c})",
     "trim(both {a} from {b})", "{f}(VARIADIC {a})", "{f}({a}) FILTER (WHERE {b})", "- {a}", "NOT {a}",
     "{f}({a}) WITHIN GROUP (ORDER BY {b})", "(SELECT {a} UNION SELECT {b})", "EXISTS (SELECT {a} WHERE {b})",
     "(SELECT x FROM (VALUES ({a}), ({b})) v(x) ORDER BY x LIMIT 1)", "x FROM {f}({a}, {b}) x"]
)  # fmt: skip

CORPUS = [
    line
    for path in sorted((Path(__file__).parents[1] / "corpora" / "sql").glob("*.sql"))
    for line in path.read_text(encoding="utf-8").splitlines()
    if re.match(r"(?i)select|with|values|table", line)
]


@st.composite
def expressions(draw: st.DrawFn) -> str:
    """Draw a SELECT of one expression."""
    parts = {"t": draw(TYPES), "u": draw(TYPES), "f": draw(FUNCTIONS), "o": draw(OPERATORS)}
    literals = {name: draw(LITERALS) for name in "abc"}
    return "SELECT " + draw(FORMS).format(**parts, **literals)


@st.composite
def mutations(draw: st.DrawFn) -> str:
    """Draw a statement of the corpora with up to three lexemes changed."""
    text = draw(st.sampled_from(CORPUS))
    try:
        lexemes = [text[one.start : one.end] for one in scan(text)]
    except SqlError:
        return text
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(lexemes) - 1))
        change = draw(st.integers(0, 4))
        if change == 0 and len(lexemes) > 1:
            del lexemes[at]
        elif change == 1:
            lexemes.insert(
                at, draw(st.one_of(LITERALS, OPERATORS, st.sampled_from(["(", ")", ",", ".", "::", "[", "]"])))
            )
        elif change == 2:
            lexemes[at] = draw(st.one_of(LITERALS, FUNCTIONS, TYPES))
        else:
            other = draw(st.integers(0, len(lexemes) - 1))
            lexemes[at], lexemes[other] = lexemes[other], lexemes[at]
    return " ".join(lexemes)


@pytest.fixture(scope="module")
def session(demo_server: ServerProcess) -> Iterator[psycopg.Connection]:
    connection = psycopg.connect(demo_server.dsn(), autocommit=True)
    connection.execute(f"SET statement_timeout = '{STATEMENT_SECONDS}s'")
    yield connection
    assert connection.execute("SELECT 7").fetchone() == (7,)
    connection.close()


def wrong(session: psycopg.Connection, text: str) -> str | None:
    """Run a text; say what is wrong with the answer, None if nothing is."""
    answer = session.pgconn.exec_(text.encode())
    if session.pgconn.status != psycopg.pq.ConnStatus.OK:
        return "the session ended"
    sqlstate = (answer.error_field(psycopg.pq.DiagnosticField.SQLSTATE) or b"").decode()
    if not sqlstate:
        return None
    fields = (psycopg.pq.DiagnosticField.MESSAGE_PRIMARY, psycopg.pq.DiagnosticField.MESSAGE_DETAIL)
    said = b"\n".join(answer.error_field(field) or b"" for field in fields)
    if sqlstate == "XX000" or sqlstate not in DOCUMENTED:
        return f"{sqlstate}: {said.decode()}"
    foreign = FOREIGN_WORDS.search(said) or ENGINE_TYPES.search(said)
    return f"engine's words: {said.decode()}" if foreign and foreign[0] not in text.encode() else None


@fuzzed
@given(expressions())
def test_an_expression_of_any_types_is_answered_or_refused(session: psycopg.Connection, text: str) -> None:
    assert wrong(session, text) is None


@fuzzed
@given(mutations())
def test_a_statement_with_changed_lexemes_is_answered_or_refused(session: psycopg.Connection, text: str) -> None:
    assert wrong(session, text) is None


@pytest.mark.parametrize(
    "text",
    [
        "SELECT " + "(" * 3000 + "1" + ")" * 3000,
        "SELECT " + "NOT " * 3000 + "true",
        "SELECT " + "- " * 3000 + "1",
        "SELECT " + "abs(" * 3000 + "1" + ")" * 3000,
        "SELECT " + "CASE WHEN true THEN " * 1000 + "1" + " END" * 1000,
        "SELECT " + "(SELECT " * 500 + "1" + ")" * 500,
        "SELECT " + "ARRAY[" * 1000 + "]" * 1000,
        "SELECT 1" + "::text::int" * 3000,
        "SELECT " + " || ".join(["'x'"] * 5000),
        "SELECT " + " + ".join(["1"] * 5000),
        "SELECT " + " AND ".join(["true"] * 5000),
        "SELECT " + " UNION ALL SELECT ".join(["1"] * 1000),
        "SELECT * FROM " + "(SELECT * FROM " * 300 + "pg_class" + ") x" * 300,
        'SELECT \'{"a":' + '[' * 5000 + "]" * 5000 + "}'::jsonb",
        "SELECT '" + "{" * 5000 + "}" * 5000 + "'::int[]",
        "SELECT 'x' ~ '" + "(" * 2000 + ")" * 2000 + "'",
        "SELECT " + ", ".join(["1"] * 1664),
        "SELECT 1 WHERE 1 IN (" + ", ".join(map(str, range(20_000))) + ")",
        "SELECT '" + "x" * 1_000_000 + "' = 'y'",
    ],
    ids=lambda text: f"{text[:24]}{len(text)}",
)  # fmt: skip
def test_deep_and_long_statements_are_answered_or_too_complex(session: psycopg.Connection, text: str) -> None:
    assert wrong(session, text) is None
