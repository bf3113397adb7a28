"""Every setting, option and error has its line in the documentation."""

from __future__ import annotations

from pathlib import Path

import pytest

from pgddb import errors
from pgddb.config import Options
from pgddb.errors import FatalError, SqlError
from pgddb.session.settings import SETTINGS
from tools.update_reference_docs import errors_page, settings_page

DOCS = Path(__file__).resolve().parent.parent / "docs"
RAISED = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, SqlError) and kind not in {SqlError, FatalError}
]


@pytest.mark.parametrize("name", [setting.name for setting in SETTINGS.values()])
def test_every_setting_is_documented(name: str) -> None:
    assert f"| `{name}` |" in (DOCS / "settings.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", list(Options.model_fields))
def test_every_option_is_documented(name: str) -> None:
    assert f"| `{name}` |" in (DOCS / "settings.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", RAISED, ids=lambda kind: kind.__name__)
def test_every_error_is_documented(kind: type[SqlError]) -> None:
    assert f"| `{kind.sqlstate}` | {kind.__name__} |" in (DOCS / "errors.md").read_text(encoding="utf-8")
    assert kind.__doc__


def test_the_pages_are_those_that_the_tool_writes() -> None:
    assert (DOCS / "settings.md").read_text(encoding="utf-8") == settings_page()
    assert (DOCS / "errors.md").read_text(encoding="utf-8") == errors_page()
