"""Convert the texts in messages between UTF-8 and an encoding of one byte for a character: client_encoding LATIN1.

Messages are made and read in UTF-8; this changes their bytes at the edge. The values of Bind, DataRow and CopyData are
left as they are: only the session knows which of them are text.
"""

from __future__ import annotations

from pgddb.protocol.buffer import HEADER

_LEADING_TEXTS: dict[int, tuple[int, int]] = {
    ord("Q"): (0, 1),
    ord("P"): (0, 2),
    ord("B"): (0, 2),
    ord("D"): (1, 1),
    ord("C"): (1, 1),
    ord("E"): (0, 1),
    ord("f"): (0, 1),
}
"""Messages of the client: where their strings begin, and how many there are."""

_FIELD_BYTES = 18
"""What follows the name of each column in RowDescription."""

_ROW_DESCRIPTION, _NOTIFICATION = ord("T"), ord("A")
_ALL_TEXT = frozenset(b"ENSC")
"""Messages of the server whose bytes are all text: ErrorResponse, NoticeResponse, ParameterStatus, CommandComplete."""


def received(tag: int, body: bytes, codec: str) -> bytes:
    """Give the body of a client's message with its strings in UTF-8."""
    places = _LEADING_TEXTS.get(tag)
    if places is None or body.isascii():
        return body
    start, count = places
    end = start
    for _ in range(count):
        end = body.find(0, end) + 1
        if end == 0:
            return body  # a string without its end: decoding says so
    return body[:start] + body[start:end].decode(codec, "replace").encode() + body[end:]


def sent(message: bytes, codec: str) -> bytes:
    """Give a server's message with its texts in the client's encoding; a ? for what it does not have."""
    if message.isascii():
        return message
    tag, body = message[0], message[HEADER.size :]
    if tag in _ALL_TEXT:
        body = _encoded(body, codec)
    elif tag == _NOTIFICATION:
        body = body[:4] + _encoded(body[4:], codec)
    elif tag == _ROW_DESCRIPTION:
        body = _row_description(body, codec)
    else:
        return message
    return HEADER.pack(tag, len(body) + 4) + body


def _encoded(text: bytes, codec: str) -> bytes:
    return text.decode().encode(codec, "replace")


def _row_description(body: bytes, codec: str) -> bytes:
    parts, at = [body[:2]], 2
    while at < len(body):
        end = body.index(0, at) + 1
        parts += [_encoded(body[at:end], codec), body[end : end + _FIELD_BYTES]]
        at = end + _FIELD_BYTES
    return b"".join(parts)
