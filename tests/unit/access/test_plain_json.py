"""Plain JSON becomes typed values, and a value that is written over an old one keeps what JSON cannot say."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pgddb.access.plain_json import lossless_item_json, typed_item_of_json, typed_value_of_json
from pgddb.errors import DataException, InvalidTextRepresentation, NumericValueOutOfRange, ProgramLimitExceeded

SS = {"SS": ["a", "b"]}


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ('"a"', {"S": "a"}),
        ('"\\u0000"', {"S": "\x00"}),
        ("1.50", {"N": "1.5"}),
        ("1e3", {"N": "1000"}),
        ("-0", {"N": "0"}),
        ("-0.0", {"N": "0"}),
        ("0.1", {"N": "0.1"}),
        ("12345678901234567890123456789012345678", {"N": "12345678901234567890123456789012345678"}),
        ("1e125", {"N": "1" + "0" * 125}),
        ("true", {"BOOL": True}),
        ("null", {"NULL": True}),
        ("[]", {"L": []}),
        ('[1, "x", [null]]', {"L": [{"N": "1"}, {"S": "x"}, {"L": [{"NULL": True}]}]}),
        ('{"a": {}}', {"M": {"a": {"M": {}}}}),
        ('{"$binary": "AP8="}', {"B": "AP8="}),
        ('{"$set": ["a", "b"]}', {"SS": ["a", "b"]}),
        ('{"$set": [1, 2.50]}', {"NS": ["1", "2.5"]}),
        ('{"$set": [{"$binary": ""}]}', {"BS": [""]}),
        ('{"$list": ["a"]}', {"L": [{"S": "a"}]}),
        ('{"$string": "AP8="}', {"S": "AP8="}),
        ('{"$map": {"$set": 1}}', {"M": {"$set": {"N": "1"}}}),
        ('{"$set": 1, "b": 2}', {"M": {"$set": {"N": "1"}, "b": {"N": "2"}}}),
        ('{"$other": 1}', {"M": {"$other": {"N": "1"}}}),
    ],
)
def test_json_is_typed(text: str, typed: dict[str, Any]) -> None:
    assert typed_value_of_json(text) == typed


@pytest.mark.parametrize(
    ("text", "old", "typed"),
    [
        ('["a", "b"]', SS, SS),
        ('["b", "a", "c"]', SS, {"SS": ["b", "a", "c"]}),
        ("[1.50, 2]", {"NS": ["1.5", "2"]}, {"NS": ["1.5", "2"]}),
        ('["AP8="]', {"BS": ["AP8="]}, {"BS": ["AP8="]}),
        ('["AP8=", ""]', {"BS": ["AP8="]}, {"BS": ["AP8=", ""]}),
        ('"AP8="', {"B": "AP8="}, {"B": "AP8="}),
        ('"AA=="', {"B": "AP8="}, {"B": "AA=="}),
        ('{"$string": "AA=="}', {"B": "AP8="}, {"S": "AA=="}),
        ('{"$list": ["a"]}', SS, {"L": [{"S": "a"}]}),
        ("1", {"B": "AP8="}, {"N": "1"}),
        ("null", SS, {"NULL": True}),
        ('"x"', {"N": "1"}, {"S": "x"}),
        ("1.50", {"N": "1.500"}, {"N": "1.500"}),
        ('{"$set": ["a"]}', {"M": {"$set": {"L": [{"S": "a"}]}}}, {"M": {"$set": {"L": [{"S": "a"}]}}}),
        ('{"a": ["a", "b"], "n": 1}', {"M": {"a": SS}}, {"M": {"a": SS, "n": {"N": "1"}}}),
        ('[["a", "b"], 1]', {"L": [SS]}, {"L": [SS, {"N": "1"}]}),
        ('["AA=="]', {"L": [{"S": "AP8="}, {"B": "AA=="}]}, {"L": [{"B": "AA=="}]}),
        (
            '["x", "AP8=", "AA=="]',
            {"L": [{"S": "AP8="}, {"B": "AA=="}]},
            {"L": [{"S": "x"}, {"S": "AP8="}, {"B": "AA=="}]},
        ),
        ('["AA==", ["a"]]', {"L": [{"B": "AP8="}, SS]}, {"L": [{"B": "AA=="}, {"SS": ["a"]}]}),
    ],
)
def test_a_value_over_an_old_one_keeps_its_type(text: str, old: dict[str, Any], typed: dict[str, Any]) -> None:
    assert typed_value_of_json(text, old) == typed


@pytest.mark.parametrize(
    ("text", "old", "hint"),
    [
        ('["a", "a"]', SS, "$list"),
        ("[]", SS, "$list"),
        ('["a", 1]', SS, "$list"),
        ("[1]", SS, "$set"),
        ('"not base64"', {"B": "AP8="}, "$string"),
    ],
)
def test_what_cannot_keep_its_type_says_how_to_change_it(text: str, old: dict[str, Any], hint: str) -> None:
    with pytest.raises(DataException) as caught:
        typed_value_of_json(text, old)
    assert caught.value.hint is not None
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        '{"$set": []}',
        '{"$set": ["a", "a"]}',
        '{"$set": [1, 1.0]}',
        '{"$set": [true]}',
        '{"$set": 1}',
        '{"$binary": "AP8"}',
        '{"$binary": 1}',
        '{"$list": {}}',
        '{"$string": 1}',
        '{"$map": []}',
    ],
)
def test_a_tag_that_does_not_fit_is_an_error(text: str) -> None:
    with pytest.raises(DataException):
        typed_value_of_json(text)


@pytest.mark.parametrize("digits", ["1" * 39, "1e126", "1e-131", "1e9999999", "1e-9999999", "9" * 5000])
def test_a_number_that_dynamodb_cannot_hold_is_out_of_range(digits: str) -> None:
    with pytest.raises(NumericValueOutOfRange) as caught:
        typed_item_of_json(f'{{"a": {{"b": [0, {digits}]}}}}')
    assert caught.value.sqlstate == "22003"


def test_an_error_names_the_path() -> None:
    with pytest.raises(NumericValueOutOfRange) as caught:
        typed_item_of_json('{"a": {"b": [0, 1e200]}}')
    assert caught.value.where == "attribute a.b[1]"


@pytest.mark.parametrize("text", ["[1]", '"a"', "1", "null"])
def test_a_document_must_be_an_object(text: str) -> None:
    with pytest.raises(DataException):
        typed_item_of_json(text)


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(InvalidTextRepresentation):
        typed_item_of_json("{a: 1}")


@pytest.mark.parametrize("levels", [600, 100_000])
def test_a_bottomless_document_is_refused(levels: int) -> None:
    with pytest.raises(ProgramLimitExceeded):
        typed_item_of_json('{"a":' * levels + "1" + "}" * levels)


def test_the_lossless_form_reads_back() -> None:
    item: dict[str, Any] = {
        "m": {"M": {"$map": {"M": {"$set": SS}}}},
        "s": SS,
        "n": {"NS": ["1E+2", "-3"]},
        "b": {"B": ""},
    }
    text = lossless_item_json(item)
    assert json.loads(text)["n"] == {"$set": [100, -3]}
    assert typed_item_of_json(text) == item | {"n": {"NS": ["100", "-3"]}}
