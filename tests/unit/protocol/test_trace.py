"""One line a message, with no secret in it."""

from __future__ import annotations

from typing import Literal

import pytest

from pgddb.protocol.messages.authentication import PasswordMessage
from pgddb.protocol.messages.copy import CopyData
from pgddb.protocol.messages.extended_query import Bind, Describe, Parse, Sync, Target
from pgddb.protocol.messages.notices import Diagnostics, ErrorResponse
from pgddb.protocol.messages.registry import BackendMessage, FrontendMessage
from pgddb.protocol.messages.rows import DataRow, FieldDescription, RowDescription
from pgddb.protocol.messages.simple_query import NotificationResponse, Query
from pgddb.protocol.messages.startup import BackendKeyData, CancelRequest, StartupMessage
from pgddb.protocol.trace import trace_encoded, trace_line


@pytest.mark.parametrize(
    ("sender", "message", "line"),
    [
        ("F", StartupMessage(3, 0, (("user", "ann"),)), 'F\t18\tStartupMessage\t3 0 [["user" "ann"]]'),
        ("F", Query('SELECT "a"\n'), 'F\t16\tQuery\t"SELECT \\"a\\"\\n"'),
        ("F", Parse("", "SELECT $1", (23,)), 'F\t21\tParse\t"" "SELECT $1" [23]'),
        ("F", Describe(Target.PORTAL, ""), 'F\t6\tDescribe\tP ""'),
        ("F", Sync(), "F\t4\tSync"),
        (
            "B",
            RowDescription((FieldDescription("id", 23, 4),)),
            'B\t27\tRowDescription\t[("id" 23 4 -1 0 0 0)]',
        ),
        ("B", DataRow((b"1", None)), "B\t15\tDataRow\t[<1 bytes> NULL]"),
        (
            "B",
            ErrorResponse(Diagnostics("ERROR", "22P02", 'bad "x"', position=3)),
            'B\t38\tErrorResponse\tS "ERROR" C "22P02" M <7 characters> P 3',
        ),
    ],
)
def test_a_message_is_one_line(sender: Literal["F", "B"], message: FrontendMessage | BackendMessage, line: str) -> None:
    assert trace_line(sender, message) == line


@pytest.mark.parametrize(
    "message",
    [
        PasswordMessage(b"secret"),
        Bind("", "", (), (b"secret",), ()),
        DataRow((b"secret",)),
        CopyData(b"secret"),
        BackendKeyData(1, b"secret"),
        CancelRequest(1, b"secret"),
        NotificationResponse(1, "channel", "secret"),
        ErrorResponse(Diagnostics("ERROR", "22P02", "secret", detail="secret", hint="secret", where="secret")),
    ],
)
def test_no_secret_is_shown(message: FrontendMessage | BackendMessage) -> None:
    assert "secret" not in trace_line("B", message)


def test_encoded_rows_are_a_length() -> None:
    assert trace_encoded(b"x" * 7) == "B\t7\tencoded rows"
