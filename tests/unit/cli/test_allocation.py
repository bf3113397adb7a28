"""Freed memory is kept with glibc, unless the environment says otherwise."""

from __future__ import annotations

import ctypes
import sys

import pytest

from pgddb.cli.allocation import keep_freed_memory

NAMES = ("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "GLIBC_TUNABLES")


@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "gnu_get_libc_version"), reason="there is no glibc"
)
def test_glibc_takes_both_thresholds(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    assert keep_freed_memory()


@pytest.mark.parametrize("name", NAMES)
def test_what_the_environment_says_stands(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "1")
    assert not keep_freed_memory()
