"""Each server spills to a directory of its own, and what killed servers left is removed by the next one."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pgddb.engine.spill_directory import LOCK_NAME, PREFIX, SpillDirectory, SpillUnusable

OWNER = """
import sys
from pathlib import Path
from pgddb.engine.spill_directory import SpillDirectory
spill = SpillDirectory(Path(sys.argv[1]))
(spill.path / "duckdb_temp_storage-0.tmp").write_bytes(b"spilled")
(spill.path / "none").mkdir()
print(spill.path, flush=True)
sys.stdin.read()
"""


@contextlib.contextmanager
def owner(within: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Run a process that has spilled; it ends with the context, and leaves everything behind."""
    command = [sys.executable, "-c", OWNER, str(within)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, Path(process.stdout.readline().strip())
        finally:
            process.kill()


def test_what_a_killed_server_left_is_removed_and_what_a_living_one_holds_stays(tmp_path: Path) -> None:
    with owner(tmp_path) as (process, left), owner(tmp_path) as (_, held):
        process.kill()
        process.wait()
        assert (left / "duckdb_temp_storage-0.tmp").exists()
        ours = SpillDirectory(tmp_path)
        assert set(tmp_path.iterdir()) == {held, ours.path}
        assert (held / "duckdb_temp_storage-0.tmp").exists()
        ours.remove()
        assert set(tmp_path.iterdir()) == {held}


def test_two_of_one_process_leave_each_other_alone(tmp_path: Path) -> None:
    first, second = SpillDirectory(tmp_path), SpillDirectory(tmp_path)
    assert set(tmp_path.iterdir()) == {first.path, second.path}
    first.remove()
    SpillDirectory(tmp_path).remove()
    assert set(tmp_path.iterdir()) == {second.path}
    second.remove()
    assert list(tmp_path.iterdir()) == []


def test_only_what_a_server_has_made_is_removed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / LOCK_NAME).touch()
    (elsewhere / "kept").touch()
    (tmp_path / f"{PREFIX}link").symlink_to(elsewhere)
    (tmp_path / f"{PREFIX}file").touch()
    (tmp_path / f"{PREFIX}nobody-s").mkdir()
    links = tmp_path / f"{PREFIX}links"
    links.mkdir()
    (links / LOCK_NAME).symlink_to(elsewhere / LOCK_NAME)
    before = set(tmp_path.rglob("*"))
    SpillDirectory(tmp_path).remove()
    assert set(tmp_path.rglob("*")) == before


def test_a_link_in_an_abandoned_directory_does_not_lead_out_of_it(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").touch()
    with owner(tmp_path) as (process, left):
        (left / "link").symlink_to(elsewhere)
        process.kill()
        process.wait()
    SpillDirectory(tmp_path).remove()
    assert set(tmp_path.rglob("*")) == {elsewhere, elsewhere / "kept"}


def test_a_directory_that_is_removed_under_it_ends_quietly(tmp_path: Path) -> None:
    spill = SpillDirectory(tmp_path / "new" / "parent")
    (spill.path / LOCK_NAME).unlink()
    spill.path.rmdir()
    spill.remove()


def test_a_place_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(
        SpillUnusable, match=r"cannot make a directory to spill to in .*file.*: not a directory"
    ) as refused:
        SpillDirectory(file / "below")
    assert "PGDDB_TEMP_DIR" in refused.value.hint
