"""Keep one session's settings: SET, SET LOCAL, RESET, and what becomes of them when a transaction ends."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from pgddb.errors import CantChangeRuntimeParameter, InvalidName, InvalidParameterValue, UndefinedObject
from pgddb.session.settings.checks import quote_identifier
from pgddb.session.settings.definition import Setting, SettingContext, SettingType, SettingValue
from pgddb.session.settings.registry import SETTINGS
from pgddb.session.settings.values import parse_value, show_value
from pgddb.sql.characters import IDENTIFIER_START

_CUSTOM_NAME = re.compile(rf"{IDENTIFIER_START}[\w$]*(?:\.{IDENTIFIER_START}[\w$]*)+\Z")
_OWN_PREFIX = "pgddb."
_REFUSALS = {
    SettingContext.INTERNAL: 'parameter "{}" cannot be changed',
    SettingContext.POSTMASTER: 'parameter "{}" cannot be changed without restarting the server',
    SettingContext.SIGHUP: 'parameter "{}" cannot be changed now',
    SettingContext.BACKEND: 'parameter "{}" cannot be set after connection start',
    SettingContext.SUPERUSER_BACKEND: 'parameter "{}" cannot be set after connection start',
}
_FOLLOWS = {
    "transaction_isolation": "default_transaction_isolation",
    "transaction_read_only": "default_transaction_read_only",
    "transaction_deferrable": "default_transaction_deferrable",
}
"""Settings that each transaction starts from another one."""

_KEPT_BY_RESET_ALL = frozenset(_FOLLOWS) | {
    "role",
    "session_authorization",
    "seed",
}
"""As GUC_NO_RESET_ALL in PostgreSQL."""


class SettingSnapshot(Struct, frozen=True):
    """The values at the begin of a transaction or savepoint, to return to on rollback."""

    lasting: Mapping[str, SettingValue]
    local: Mapping[str, SettingValue]
    custom: Mapping[str, Setting]


class SettingRow(Struct, frozen=True):
    """One row of SHOW ALL and pg_settings."""

    setting: Setting
    value: SettingValue
    reset_value: SettingValue
    source: str


class SettingStore:
    """The settings of one session. Maps are replaced, never changed, so a snapshot is two references.

    Attributes:
        changed: called with a setting after its value has changed, whatever the reason.
    """

    def __init__(
        self,
        overrides: Mapping[str, SettingValue] | None = None,
        changed: Callable[[Setting], None] = lambda _: None,
    ) -> None:
        self.changed = changed
        self._boot: dict[str, SettingValue] = {name.lower(): value for name, value in (overrides or {}).items()}
        self._lasting: Mapping[str, SettingValue] = {}
        self._local: Mapping[str, SettingValue] = {}
        self._custom: Mapping[str, Setting] = {}
        self._in_force: dict[str, SettingValue] = {}
        """Values that were asked for, under the names that were asked for; forgotten when any may have changed."""

    def find(self, name: str) -> Setting:
        """Give the setting of this name, in any case.

        Raises:
            UndefinedObject: there is none.
        """
        key = name.lower()
        found = SETTINGS.get(key) or self._custom.get(key)
        if found is None:
            raise UndefinedObject(f'unrecognized configuration parameter "{name}"')
        return found

    def value(self, name: str) -> SettingValue:
        """Give the value in force."""
        found = self._in_force.get(name)
        if found is None:
            found = self._in_force[name] = self._find_value(name)
        return found

    def _find_value(self, name: str) -> SettingValue:
        key = name.lower()
        if key in self._local:
            return self._local[key]
        if key in self._lasting:
            return self._lasting[key]
        return self.default(name)

    def default(self, name: str) -> SettingValue:
        """Give the value that RESET returns to."""
        key = name.lower()
        if key in _FOLLOWS:
            return self.value(_FOLLOWS[key])
        return self._boot[key] if key in self._boot else self.find(name).default

    def show(self, name: str) -> str:
        """Give the value in force as SHOW prints it."""
        return show_value(self.find(name), self.value(name))

    def number(self, name: str) -> float:
        """Give the value of an integer or real setting."""
        value = self.value(name)
        assert not isinstance(value, str)
        return value

    def rows(self) -> Iterator[SettingRow]:
        """Give what SHOW ALL and pg_settings list, by name."""
        for key, setting in sorted({**SETTINGS, **self._custom}.items()):
            if setting.hidden:
                continue
            changed = key in self._local or key in self._lasting
            source = "session" if changed else "client" if key in self._boot else "default"
            yield SettingRow(setting, self.value(key), self.default(key), source)

    def changed_texts(self) -> dict[str, str]:
        """Give the values that are not PostgreSQL's or pgddb's own defaults, by name in lower case."""
        return {key: self.show(key) for key in {*self._boot, *self._lasting, *self._local, *self._custom}}

    def joined(self, name: str, values: Sequence[str]) -> str:
        """Make one text of the values of SET."""
        setting = SETTINGS.get(name.lower())
        if len(values) > 1 and (setting is None or not setting.is_list):
            raise InvalidParameterValue(f"SET {name} takes only one argument")
        if setting is not None and setting.quotes:
            values = [quote_identifier(value) for value in values]
        return ", ".join(values)

    def start_with(self, name: str, text: str) -> None:
        """Take a value from the startup packet: the one that RESET returns to.

        Raises:
            SqlError: no such setting, no such value, or not for clients to set.
        """
        setting = self._settable(name, at_start=True)
        self._boot[setting.name.lower()] = parse_value(setting, text, self.value(name))
        self._in_force.clear()

    def boot(self, name: str, value: SettingValue) -> None:
        """Fix what the server knows of the session: its user, its limits."""
        self._boot[name.lower()] = value
        self._in_force.clear()

    def set(self, name: str, text: str | None, *, local: bool = False) -> None:
        """Carry out SET; `text` None means DEFAULT.

        Raises:
            SqlError: no such setting, no such value, or it cannot be changed.
        """
        setting = self._settable(name)
        value = self.default(setting.name) if text is None else parse_value(setting, text, self.value(name))
        self.assign(setting.name, value, local=local)

    def assign(self, name: str, value: SettingValue, *, local: bool = False) -> None:
        """Put a checked value in force."""
        key = name.lower()
        before = self.value(key)
        if local:
            self._local = {**self._local, key: value}
        else:
            self._lasting = {**self._lasting, key: value}
            self._local = _without(self._local, key)
        self._in_force.clear()
        self._tell(key, before)

    def reset(self, name: str) -> None:
        """Carry out RESET name."""
        self.set(name, None)

    def reset_all(self) -> None:
        """Carry out RESET ALL."""
        before = self._values()
        self._lasting = {key: self._lasting[key] for key in self._lasting if key in _KEPT_BY_RESET_ALL}
        self._local = {key: self._local[key] for key in self._local if key in _KEPT_BY_RESET_ALL}
        self._in_force.clear()
        self._tell_all(before)

    def snapshot(self) -> SettingSnapshot:
        return SettingSnapshot(self._lasting, self._local, self._custom)

    def restore(self, snapshot: SettingSnapshot) -> None:
        """Undo what happened since the snapshot: ROLLBACK, ROLLBACK TO."""
        before = self._values()
        self._lasting, self._local = snapshot.lasting, snapshot.local
        self._in_force.clear()
        self._tell_all(before)

    def end_local(self) -> None:
        """Let go of SET LOCAL: COMMIT."""
        if not self._local:
            return
        before = self._values()
        self._local = {}
        self._in_force.clear()
        self._tell_all(before)

    def _settable(self, name: str, *, at_start: bool = False) -> Setting:
        setting = SETTINGS.get(name.lower()) or self._custom.get(name.lower()) or self._add_custom(name)
        backend = setting.context in {SettingContext.BACKEND, SettingContext.SUPERUSER_BACKEND}
        refusal = None if at_start and backend else _REFUSALS.get(setting.context)
        if refusal is not None:
            raise CantChangeRuntimeParameter(refusal.format(setting.name))
        return setting

    def _add_custom(self, name: str) -> Setting:
        if "." not in name or name.lower().startswith(_OWN_PREFIX):
            raise UndefinedObject(f'unrecognized configuration parameter "{name}"')
        if _CUSTOM_NAME.match(name) is None:
            raise InvalidName(
                f'invalid configuration parameter name "{name}"',
                detail="Custom parameter names must be two or more simple identifiers separated by dots.",
            )
        setting = Setting(name, SettingType.STRING, default="", hidden=False)
        self._custom = {**self._custom, name.lower(): setting}
        return setting

    def _values(self) -> dict[str, SettingValue]:
        return {**self._lasting, **self._local}

    def _tell(self, key: str, before: SettingValue) -> None:
        if self.value(key) != before:
            self.changed(self.find(key))

    def _tell_all(self, before: Mapping[str, SettingValue]) -> None:
        after = self._values()
        for key in {*before, *after}:
            old = before[key] if key in before else self.default(key)
            self._tell(key, old)


def _without(values: Mapping[str, SettingValue], key: str) -> Mapping[str, SettingValue]:
    if key not in values:
        return values
    return {name: value for name, value in values.items() if name != key}
