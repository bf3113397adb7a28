"""Note which values of a session a plan was made of, so that sessions that agree on those share the plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from typing_extensions import override

from pgddb.sql import SessionContext

ContextValues = Mapping[tuple[str, str | None], object]
"""By (field of the context, None) or ("settings", name of the setting)."""

_FIELDS = frozenset(field.name for field in fields(SessionContext))


class _ObservedSettings(Mapping[str, str]):
    """The settings of a session; looking at all of them counts as looking at each."""

    def __init__(self, settings: Mapping[str, str], seen: dict[tuple[str, str | None], object]) -> None:
        self._settings = settings
        self._seen = seen

    @override
    def __getitem__(self, name: str) -> str:
        self._seen["settings", name] = self._settings.get(name)
        return self._settings[name]

    @override
    def __iter__(self) -> Iterator[str]:
        self._seen["settings", None] = dict(self._settings)
        return iter(self._settings)

    @override
    def __len__(self) -> int:
        return len(self._settings)


class ObservedContext(SessionContext):
    """A session's context that notes in `seen` whatever is read of it."""

    seen: dict[tuple[str, str | None], object]

    def __init__(self, context: SessionContext) -> None:
        seen: dict[tuple[str, str | None], object] = {}
        super().__init__(**{name: getattr(context, name) for name in _FIELDS})
        object.__setattr__(self, "settings", _ObservedSettings(context.settings, seen))
        object.__setattr__(self, "seen", seen)

    @override
    def __getattribute__(self, name: str) -> Any:
        value = object.__getattribute__(self, name)
        if name in _FIELDS and name != "settings":
            object.__getattribute__(self, "seen")[name, None] = value
        return value


def values_of(context: SessionContext, like: ContextValues) -> ContextValues:
    """Give the values of this context that another plan was made of."""
    return {place: _value(context, *place) for place in like}


def _value(context: SessionContext, name: str, setting: str | None) -> object:
    if name != "settings":
        return getattr(context, name)
    return dict(context.settings) if setting is None else context.settings.get(setting)
