"""Items are decoded exactly, or the query fails with the value that does not fit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import duckdb
import pytest

from pgddb.access.table import Carrier
from pgddb.planner import read_misfit
from pgddb.planner.decoded import Form
from pgddb.planner.read_sql import _CARRIERS, _FORMS, pointer_to


def item(**attributes: Any) -> dict[str, Any]:
    return {"UserId": {"S": "k"}, "n": {"N": "0"}, **attributes}


def test_every_carrier_and_form_has_a_writer() -> None:
    assert (set(_CARRIERS), set(_FORMS)) == (set(Carrier), set(Form))


def test_pointers_escape_what_json_pointers_mean_otherwise() -> None:
    assert pointer_to(("a~b/c", 0, "d"), "S") == "/a~0b~1c/L/0/M/d/S"


def test_every_carrier_decodes(run: Any) -> None:
    (row, empty) = run("SELECT price, big, ok, bin, tags, nums, addr, mixed FROM users ORDER BY n").rows
    big = "123456789012345678901234567890123456789012345"
    addr = '{"z": [7], "no": null, "city": "Berlin"}'
    assert row == ("1.5", big, True, b"\x00\x01", ["x", "y"], ["1", "2.5"], addr, "5")
    assert empty == (None, None, None, None, None, None, None, "t")


@pytest.mark.parametrize("number", ["0", "-1", "9223372036854775807", "-9223372036854775808", "999999999999999999"])
def test_integers_that_fit_are_exact(run: Any, number: str) -> None:
    assert run("SELECT n FROM users", items=[item(n={"N": number})]).rows == [(int(number),)]


@pytest.mark.parametrize("number", ["1.5", "9223372036854775808", "1E+3", "0.1"])
def test_numbers_that_are_no_integers_are_misfits_and_not_rounded(run: Any, number: str) -> None:
    with pytest.raises(duckdb.Error) as caught:
        run("SELECT n FROM users", items=[item(n={"N": number})])
    found = read_misfit(str(caught.value))
    assert found is not None
    assert (found.table, found.column, found.value) == ("Users", "n", f'{{"N":"{number}"}}')


def test_a_number_with_more_digits_than_its_column_is_a_misfit_in_an_expression(run: Any) -> None:
    with pytest.raises(duckdb.Error, match=r'pgddb.misfit\|public\|Users\|price\|\{"N":"1.234"\}'):
        run("SELECT price + 1 FROM users", items=[item(price={"N": "1.234"})])


def test_plain_numbers_leave_with_their_own_digits(run: Any) -> None:
    assert run("SELECT price FROM users", items=[item(price={"N": "1.234"})]).rows == [("1.234",)]


def test_plain_numbers_are_sorted_as_numbers(run: Any) -> None:
    items = [item(price={"N": number}, big={"N": number}) for number in ("10", "9", "-1")]
    assert run("SELECT price FROM users ORDER BY price", items=items).rows == [("-1",), ("9",), ("10",)]
    assert run("SELECT big FROM users ORDER BY 1", items=items).rows == [("-1",), ("9",), ("10",)]


def test_numbers_of_any_size_are_exact_or_loud_in_expressions(run: Any) -> None:
    assert run("SELECT big + 1 FROM users", items=[item(big={"N": "1.5"})]).rows == [(Decimal("2.5"),)]
    with pytest.raises(duckdb.Error, match=r"pgddb\.error\|22003\|"):
        run("SELECT big + 1 FROM users")


def test_ordinary_numbers_of_any_size_are_doubled_and_summed(run: Any) -> None:
    items = [item(big={"N": "123456.12345678901234"}), item(big={"N": "1000000"})]
    (row,) = run("SELECT sum(big), sum(big * 2) FROM users", items=items).rows
    assert row == (Decimal("1123456.12345678901234"), Decimal("2246912.24691357802468"))


@pytest.mark.parametrize("number", ["0.1234567890123456", "1" + 30 * "0", "1e-30", "1.00000000000000000001"])
def test_what_is_declared_a_float_is_one_whatever_its_digits(run: Any, number: str) -> None:
    found = run("SELECT ratio, ratio + 1, sum(ratio) FROM users GROUP BY 1", items=[item(ratio={"N": number})])
    assert found.rows == [(float(number), float(number) + 1, float(number))]


@pytest.mark.parametrize("name", ["Name", "price", "ok", "bin", "tags", "nums", "mixed"])
def test_a_value_of_another_type_is_a_misfit(run: Any, name: str) -> None:
    with pytest.raises(duckdb.Error) as caught:
        run(f'SELECT "{name}" FROM users', items=[item(**{name: {"L": [{"S": "x"}]}})])
    found = read_misfit(str(caught.value))
    assert found is not None
    assert (found.column, found.value) == (name, '{"L":[{"S":"x"}]}')


def test_a_dense_column_is_checked_too(run: Any) -> None:
    with pytest.raises(duckdb.Error, match=r'Users\|Name\|\{"N":"1"\}'):
        run("SELECT name FROM users", items=[item(Name={"S": "x"}), item(Name={"N": "1"})])


def test_a_misfit_in_a_column_that_is_not_used_does_no_harm(run: Any) -> None:
    assert run("SELECT n FROM users", items=[item(Name={"N": "1"})]).rows == [(0,)]


def test_null_and_absence_are_null_in_every_column(run: Any) -> None:
    names = '"UserId", "Name", price, big, ok, bin, tags, nums, addr, mixed'
    nulls = {name: {"NULL": True} for name in ("Name", "price", "big", "ok", "bin", "tags", "nums", "addr", "mixed")}
    rows = run(f"SELECT {names} FROM users", items=[item(), item(**nulls)]).rows
    assert rows == [("k", *[None] * 9)] * 2


def test_declared_types_are_cast_and_what_they_do_not_take_is_a_misfit(run: Any) -> None:
    good = [{"id": {"S": "1"}, "day": {"S": "2024-02-29"}}]
    assert str(run("SELECT day FROM cases", items=good).rows[0][0]) == "2024-02-29"
    with pytest.raises(duckdb.Error, match=r"pgddb\.misfit\|public\|cases\|day\|"):
        run("SELECT day FROM cases", items=[{"id": {"S": "1"}, "day": {"S": "2023-02-29"}}])


def test_a_date_before_christ_is_none_after(run: Any) -> None:
    items = [{"id": {"S": "1"}, "day": {"S": "0044-03-15 BC"}}]
    assert run("SELECT day < date '0044-03-16 BC' FROM cases", items=items).rows == [(True,)]


def test_the_key_as_json_quotes_its_texts(run: Any) -> None:
    items = [{"id": {"S": 'a"b'}}]
    assert run("SELECT oid FROM cases", items=items).rows == [('{"id": "a\\"b"}',)]


def test_a_statement_that_only_counts_decodes_nothing(run: Any) -> None:
    answer = run("SELECT count(*) FROM users")
    assert answer.rows == [(2,)]
    assert "json" not in answer.plan.sql.render()
    assert (answer.plan.reads[0].columns, answer.plan.reads[0].projection) == ((), ())


def test_a_sample_that_had_the_column_everywhere_is_looked_at_late(plan: Any) -> None:
    assert "END AS m" in plan("SELECT name FROM users").sql.render()
    assert "END AS m" not in plan("SELECT ok FROM users").sql.render()


ODD = ("12345678901234567890123456789012345678", "0.12345678901234567890123456789", "-5.5", f"1{'0' * 100}", "7")


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("big = 7", [4]),
        ("big = '7.00'", [4]),
        ("7 < big", [0, 3]),
        ("big > 0.12345678901234567890123456788", [0, 1, 3, 4]),
        ("big > 0.12345678901234567890123456789", [0, 3, 4]),
        ("big = 12345678901234567890123456789012345678", [0]),
        ("big <> -5.5", [0, 1, 3, 4]),
        ("big BETWEEN -6 AND 7", [1, 2, 4]),
        ("big NOT BETWEEN -5 AND 7", [0, 2, 3]),
        ("big IN (7, -5.5, 1e100)", [2, 3, 4]),
        ("big NOT IN (7, -5.5)", [0, 1, 3]),
        ("NOT big > 0", [2]),
        ("big IS DISTINCT FROM 7", [0, 1, 2, 3]),
        ("big = NULL", []),
        ("CASE WHEN big < -5.4 THEN true ELSE big = 1e100 END", [2, 3]),
    ],
)
def test_numbers_of_any_size_are_compared_with_constants_exactly(run: Any, condition: str, found: list[int]) -> None:
    items = [item(n={"N": str(place)}, big={"N": number}) for place, number in enumerate(ODD)]
    assert run(f"SELECT n FROM users WHERE {condition}", items=items).rows == [(place,) for place in found]


@pytest.mark.parametrize(
    ("value", "found"),
    [(Decimal(7), [0, 3]), (Decimal("1e100"), []), (Decimal("-5.50"), [0, 1, 3, 4]), (Decimal("1e-40"), [0, 1, 3, 4])],
)
def test_numbers_of_any_size_are_compared_with_parameters_exactly(run: Any, value: Decimal, found: list[int]) -> None:
    items = [item(n={"N": str(place)}, big={"N": number}) for place, number in enumerate(ODD)]
    assert run("SELECT n FROM users WHERE big > $1", value, items=items).rows == [(place,) for place in found]


def test_a_group_of_compared_numbers_is_found_by_its_own_value(run: Any) -> None:
    items = [item(n={"N": str(place)}, big={"N": str(place % 2)}) for place in range(5)]
    asked = "SELECT big, count(*) FROM users WHERE big < 5 GROUP BY big HAVING big > 0"
    assert run(asked, items=items).rows == [(Decimal(1), 2)]
