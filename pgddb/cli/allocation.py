"""Keep freed memory for the next batch of rows instead of handing it back to the system."""

from __future__ import annotations

import ctypes
import os
import sys

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Parameters of mallopt; source: malloc.h of glibc."""

KEPT_BYTES = 128 * 1024 * 1024
"""Free bytes at the end of a heap before it shrinks."""

OWN_MAPPING_BYTES = 32 * 1024 * 1024
"""Size from which a block is mapped, and given back, by itself; the largest that glibc takes."""

_CHOSEN_BY_USER = ("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "GLIBC_TUNABLES")


def keep_freed_memory() -> bool:
    """Tell glibc's malloc to keep what is freed; False where there is another malloc, or the environment says how.

    Batches are some MB large and short-lived. By default each is mapped and unmapped, and the kernel clears its pages
    again for the next one: a quarter of the CPU of `SELECT document`. Arrow keeps its own pool: without it some
    30 MB less are kept, and rows take a tenth more CPU.
    """
    if sys.platform != "linux" or any(name in os.environ for name in _CHOSEN_BY_USER):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:  # musl
        return False
    taken = [mallopt(_MMAP_THRESHOLD, OWN_MAPPING_BYTES), mallopt(_TRIM_THRESHOLD, KEPT_BYTES)]
    return all(taken)
