"""Give each server a directory of its own to spill to, and remove those that killed servers have left behind.

A server holds a lock on a file in its directory. The system lets go of it when the process ends, however it ends, so a
directory whose lock can be had belongs to nobody.
"""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import shutil
import stat
import tempfile
from pathlib import Path

log = logging.getLogger(__name__)

PREFIX = "pgddb-spill-"
LOCK_NAME = "owner.lock"

_TAKEN = frozenset([errno.EACCES, errno.EAGAIN])


class SpillUnusable(Exception):
    """There is no place to spill to; `hint` says what the user can do about it."""

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class SpillDirectory:
    """A new directory; `remove()` ends it."""

    def __init__(self, parent: Path | None = None) -> None:
        """Make it, in the system's directory for temporary files unless `parent` is given, which is made if need be.

        Raises:
            SpillUnusable: there can be none.
        """
        try:
            within = Path(tempfile.gettempdir()) if parent is None else parent
            within.mkdir(parents=True, exist_ok=True)
            self.path, self._lock = _make(within)
        except OSError as error:
            place = "" if error.filename is None else f" in {error.filename}"
            raise SpillUnusable(
                f"cannot make a directory to spill to{place}: {(error.strerror or str(error)).lower()}",
                hint="Let PGDDB_TEMP_DIR, or temp_dir in the file, name a directory that can be written to.",
            ) from error
        _remove_abandoned(within)

    def remove(self) -> None:
        """Remove it and what is in it; what cannot be removed is left to the next server."""
        _remove(self.path)
        os.close(self._lock)


def _make(within: Path) -> tuple[Path, int]:
    """Make a directory and lock its file; a server that starts now may take it for abandoned until it is locked."""
    while True:
        path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=within))
        lock = os.open(path / LOCK_NAME, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        if _lock(lock) is not False and (path / LOCK_NAME).exists():
            return path, lock
        os.close(lock)


def _remove_abandoned(within: Path) -> None:
    for path in within.glob(f"{PREFIX}*"):
        try:
            lock = _open_if_ours(path)
        except OSError:
            continue  # no such file in it, as it is being made or removed, or none of our business
        try:
            if _lock(lock):
                log.info("spill directory of a server that was killed is removed", extra={"directory": str(path)})
                _remove(path)
        finally:
            os.close(lock)


def _open_if_ours(path: Path) -> int:
    """Open the lock of a directory that this user has made.

    Raises:
        OSError: there is none, or it is somebody else's.
    """
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise NotADirectoryError(errno.ENOTDIR, "not a directory of ours", str(path))
    return os.open(path / LOCK_NAME, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)


def _lock(file: int) -> bool | None:
    """Take the lock, which stays until the file is closed; None where the file system has no locks."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return False if error.errno in _TAKEN else None
    return True


def _remove(path: Path) -> None:
    """Remove a directory, its lock last: a removal that is cut short is taken up by the next server."""
    try:
        for entry in path.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            elif entry.name != LOCK_NAME:
                entry.unlink()
        (path / LOCK_NAME).unlink()
        path.rmdir()
    except FileNotFoundError:
        log.debug("spill directory is gone already", extra={"directory": str(path)})
    except OSError as error:
        log.warning("spill directory cannot be removed", extra={"directory": str(path), "reason": error.strerror})
