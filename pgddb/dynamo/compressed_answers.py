"""Unpack answers that DynamoDB compressed, as it does for those who say that they accept gzip.

The checksum of such an answer is that of its compressed bytes, so it is checked before.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html (x-amz-crc32), and
https://github.com/smithy-lang/smithy-rs/issues/129 (it is computed after the answer is compressed)
"""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Mapping

from pgddb.dynamo.fault_kinds import ChecksumMismatch, check_sum

ACCEPTED = {"accept-encoding": "gzip"}
CHECKSUM = "x-amz-crc32"
LARGE_BYTES = 16 * 1024
"""More than this is unpacked in a thread: it takes 0.3 ms."""


async def unpacked(content: bytes, headers: Mapping[str, str]) -> tuple[bytes, Mapping[str, str]]:
    """Give an answer's plain content, and its headers without a checksum that has been checked.

    Raises:
        ChecksumMismatch: the content is not what was sent.
    """
    if headers.get("content-encoding") != "gzip":
        return content, headers
    check_sum(content, headers)
    try:
        if len(content) < LARGE_BYTES:
            plain = gzip.decompress(content)
        else:
            plain = await asyncio.to_thread(gzip.decompress, content)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ChecksumMismatch(f"an answer is no gzip: {error}") from error
    return plain, {name: value for name, value in headers.items() if name != CHECKSUM}
