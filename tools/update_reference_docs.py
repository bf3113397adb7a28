"""Write docs/settings.md and docs/errors.md from the registry of settings, the options and the error classes."""

from __future__ import annotations

from pathlib import Path

from pgddb import errors
from pgddb.config import Options
from pgddb.errors import FatalError, SqlError
from pgddb.session.settings import SETTINGS, Setting, SettingContext
from pgddb.session.settings.values import show_value

DOCS = Path(__file__).resolve().parent.parent / "docs"

SETTINGS_PAGE = """\
# Settings

Options say how a server runs and are read once, when it starts. Settings belong to a session and are SQL:
`SET`, `SHOW`, `RESET`. The tables of this page are written by `tools/update_reference_docs.py`.

## Options of the server

Each is a flag (`--max-connections 50`), an environment variable (`PGDDB_MAX_CONNECTIONS=50`) or a line of the
TOML file that `--config` names (`max_connections = 50`). A flag goes before the environment, and that before the file.
A name that is not known is an error in the file, and a warning in the log for the environment. Options that
`pgddb serve --help` does not list are for the environment and the file.

| option | default | meaning |
|---|---|---|
{options}

## Settings of pgddb

| setting | default | meaning |
|---|---|---|
{own}

## Settings of PostgreSQL

They are read, checked and shown as PostgreSQL 15 does, with its units and its errors, and roll back with their
transaction. Values that would change answers and are not carried out are refused (0A000), never taken in silence: those
marked *only*. Settings that tune what pgddb has not (`enable_seqscan`, `random_page_cost`) have no effect. Those marked
*fixed* cannot be changed by a session.

{tables}
"""


ERRORS_PAGE = """\
# Errors

Every failure reaches the client as PostgreSQL reports it: severity, SQLSTATE, message, and where they help detail, hint
and position. These are all that pgddb raises; after a fatal one the connection ends. The table is written by
`tools/update_reference_docs.py`.

| SQLSTATE | condition | when |
|---|---|---|
{rows}
"""


def main() -> None:
    (DOCS / "settings.md").write_text(settings_page(), encoding="utf-8")
    (DOCS / "errors.md").write_text(errors_page(), encoding="utf-8")


def errors_page() -> str:
    found = {
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, SqlError) and kind not in {SqlError, FatalError}
    }
    return ERRORS_PAGE.format(rows="\n".join(error_row(kind) for kind in sorted(found, key=_by_sqlstate)))


def _by_sqlstate(kind: type[SqlError]) -> tuple[str, str]:
    return kind.sqlstate, kind.__name__


def error_row(kind: type[SqlError]) -> str:
    fatal = " Fatal." if issubclass(kind, FatalError) else ""
    return f"| `{kind.sqlstate}` | {kind.__name__} | {(kind.__doc__ or '').strip().splitlines()[0]}{fatal} |"


def settings_page() -> str:
    groups: dict[str, list[Setting]] = {}
    for setting in SETTINGS.values():
        if not setting.name.startswith("pgddb."):
            groups.setdefault(setting.category, []).append(setting)
    tables = "\n\n".join(
        f"### {category}\n\n| setting | default | meaning |\n|---|---|---|\n" + "\n".join(map(setting_row, settings))
        for category, settings in sorted(groups.items())
    )
    own = [setting_row(setting) for setting in SETTINGS.values() if setting.name.startswith("pgddb.")]
    options = [
        f"| `{name}` | {'' if field.default is None else f'`{str(field.default).lower()}`'} | {field.description} |"
        for name, field in Options.model_fields.items()
    ]
    return SETTINGS_PAGE.format(options="\n".join(options), own="\n".join(own), tables=tables)


def setting_row(setting: Setting) -> str:
    default = show_value(setting, setting.default).replace("|", "\\|")
    meaning = setting.description or "As in PostgreSQL."
    if setting.only:
        meaning += " *only* " + ", ".join(f"`{show_value(setting, value)}`" for value in setting.only)
    if setting.context not in {SettingContext.USER, SettingContext.SUPERUSER}:
        meaning += " *fixed*"
    return f"| `{setting.name}` | {f'`{default}`' if default else ''} | {meaning.replace('|', chr(92) + '|')} |"


if __name__ == "__main__":
    main()
