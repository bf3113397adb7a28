"""Tests of pgddb/demo/fast_replies.py."""

from __future__ import annotations

import pytest

from pgddb.demo.fast_replies import _binary_as_base64


def test_binary_is_written_as_base64() -> None:
    assert _binary_as_base64(b"\x00\xff") == "AP8="


def test_anything_else_is_refused() -> None:
    with pytest.raises(TypeError, match="no DynamoDB value: set"):
        _binary_as_base64(set())
