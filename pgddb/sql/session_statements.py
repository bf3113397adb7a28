"""Read the statements about settings and notifications."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlglot import exp

from pgddb.errors import FeatureNotSupported, InvalidParameterValue, SqlSyntaxError
from pgddb.sql import transaction_statements
from pgddb.sql.lexer import Kind, Lexeme
from pgddb.sql.options import ExplainOptions
from pgddb.sql.parse import parse_tree
from pgddb.sql.reader import Reader
from pgddb.sql.statements import (
    Discard,
    Listen,
    LockTable,
    Notify,
    ResetSetting,
    SetSetting,
    ShowSetting,
    Statement,
    Unlisten,
)

# Settings


def _set(reader: Reader) -> Statement:
    if reader.accept("TRANSACTION"):
        return transaction_statements.set_transaction(reader)
    if reader.word(0) == "SESSION" and reader.word(1) == "CHARACTERISTICS":
        reader.expect("SESSION", "CHARACTERISTICS", "AS", "TRANSACTION")
        return transaction_statements.set_characteristics(reader)
    if reader.accept("CONSTRAINTS"):
        raise FeatureNotSupported("SET CONSTRAINTS is not supported")
    local = session = False
    if reader.word() in ("LOCAL", "SESSION") and not _assignment_follows(reader) and reader.word(1) != "AUTHORIZATION":
        local = reader.accept("LOCAL")
        session = not local and reader.accept("SESSION")
    setting = _special_setting(reader) or _plain_setting(reader)
    return replace(setting, local=local, session=session)


def _assignment_follows(reader: Reader) -> bool:
    return reader.word(1) == "TO" or reader.is_sign("=", 1) or reader.is_sign(".", 1)


def _special_setting(reader: Reader) -> SetSetting | None:
    """Read the forms of SET that SQL spells without "="."""
    start = reader.current
    position = None if start is None else start.start + 1
    if _assignment_follows(reader):
        return None
    if reader.accept("TIME", "ZONE"):
        return SetSetting(reader.text, "timezone", _zone(reader), position=position)
    if reader.accept("SESSION", "AUTHORIZATION"):
        return SetSetting(reader.text, "session_authorization", _default_or_value(reader), position=position)
    for word, name in (("NAMES", "client_encoding"), ("ROLE", "role"), ("SCHEMA", "search_path")):
        if reader.accept(word):
            return SetSetting(reader.text, name, _default_or_value(reader), position=position)
    if reader.accept("XML", "OPTION"):
        return SetSetting(reader.text, "xmloption", (reader.name(),), position=position)
    if reader.word() == "CATALOG" and reader.word(1) != "TO":
        raise FeatureNotSupported("current database cannot be changed", position=position)
    return None


def _default_or_value(reader: Reader) -> tuple[str, ...] | None:
    if reader.current is None or reader.accept("DEFAULT"):
        return None
    return (reader.string(),) if reader.is_kind(Kind.STRING) else (reader.name(),)


def _zone(reader: Reader) -> tuple[str, ...] | None:
    if reader.accept_any("LOCAL", "DEFAULT"):
        return None
    if reader.accept("INTERVAL"):
        offset = reader.string()
        if reader.accept("HOUR"):
            reader.expect("TO", "MINUTE")
        return (f"<{offset}>{_opposite(offset)}",)
    number = _number(reader)
    if number is not None:
        return (number,)
    return (reader.string(),) if reader.is_kind(Kind.STRING) else (reader.name(),)


def _opposite(offset: str) -> str:
    """Give the offset with the sign that POSIX wants, where west is positive."""
    bare = offset.lstrip("+-")
    return bare if offset.startswith("-") else f"-{bare}"


def _number(reader: Reader) -> str | None:
    sign = ""
    if reader.is_sign("-") or reader.is_sign("+"):
        sign = reader.take().value.replace("+", "")
        if not reader.is_kind(Kind.NUMBER):
            raise reader.error()
    return sign + reader.take().value if reader.is_kind(Kind.NUMBER) else None


def setting_name(reader: Reader) -> str:
    """Read a setting's name, which may have dots."""
    name = reader.name()
    while reader.accept_sign("."):
        name += "." + reader.name()
    return name


def _plain_setting(reader: Reader) -> SetSetting:
    start = reader.current
    position = None if start is None else start.start + 1
    name = setting_name(reader).lower()
    if not reader.accept("TO"):
        reader.expect_sign("=")
    if reader.accept("DEFAULT"):
        return SetSetting(reader.text, name, None, position=position)
    values = [_value(reader)]
    while reader.accept_sign(","):
        values.append(_value(reader))
    return SetSetting(reader.text, name, tuple(values), position=position)


def _value(reader: Reader) -> str:
    number = _number(reader)
    if number is not None:
        return number
    if reader.is_kind(Kind.STRING):
        return reader.string()
    if reader.is_kind(Kind.WORD) or reader.is_kind(Kind.QUOTED):
        return reader.name()
    raise reader.error()


def _show(reader: Reader) -> ShowSetting:
    return ShowSetting(reader.text, _named_setting(reader) or "all")


def _reset(reader: Reader) -> ResetSetting:
    return ResetSetting(reader.text, _named_setting(reader))


def _named_setting(reader: Reader) -> str | None:
    """Read the name after SHOW or RESET; None is ALL."""
    if reader.accept("ALL"):
        return None
    if reader.accept("TIME", "ZONE"):
        return "timezone"
    if reader.accept("TRANSACTION", "ISOLATION", "LEVEL"):
        return "transaction_isolation"
    if reader.accept("SESSION", "AUTHORIZATION"):
        return "session_authorization"
    return setting_name(reader).lower()


def _discard(reader: Reader) -> Discard:
    what = reader.accept_any("ALL", "PLANS", "SEQUENCES", "TEMP", "TEMPORARY")
    if not what:
        raise reader.error()
    return Discard(reader.text, "temp" if what == "TEMPORARY" else what.lower())


# Notifications


def _listen(reader: Reader) -> Listen:
    return Listen(reader.text, reader.name())


def _unlisten(reader: Reader) -> Unlisten:
    return Unlisten(reader.text, None if reader.accept_sign("*") else reader.name())


def _notify(reader: Reader) -> Notify:
    channel = reader.name()
    return Notify(reader.text, channel, reader.string() if reader.accept_sign(",") else "")


# Pieces that other statements share


def lock_table(reader: Reader) -> LockTable:
    """Read what follows LOCK."""
    reader.accept("TABLE")
    tables: list[exp.Table] = []
    while True:
        reader.accept("ONLY")
        parts = [_identifier(reader)]
        while reader.accept_sign("."):
            parts.append(_identifier(reader))
        reader.accept_sign("*")
        db = parts[-2] if len(parts) > 1 else None
        tables.append(exp.Table(this=parts[-1], db=db))
        if not reader.accept_sign(","):
            break
    mode = "ACCESS EXCLUSIVE"
    if reader.accept("IN"):
        words = []
        while reader.word() and reader.word() != "MODE":
            words.append(reader.take().word)
        mode = " ".join(words)
        if mode not in _LOCK_MODES:
            raise reader.error()
        reader.expect("MODE")
    return LockTable(reader.text, tuple(tables), mode, nowait=reader.accept("NOWAIT"))


_LOCK_MODES = frozenset(
    [
        "ACCESS SHARE",
        "ROW SHARE",
        "ROW EXCLUSIVE",
        "SHARE UPDATE EXCLUSIVE",
        "SHARE",
        "SHARE ROW EXCLUSIVE",
        "EXCLUSIVE",
        "ACCESS EXCLUSIVE",
    ]
)


def _identifier(reader: Reader) -> exp.Identifier:
    quoted = reader.is_kind(Kind.QUOTED)
    return exp.to_identifier(reader.name(), quoted=quoted)


def type_names(reader: Reader, inside: Sequence[Lexeme]) -> tuple[str, ...]:
    """Cut a list of type names at its commas, each as it was written."""
    parts = split_at_commas(inside)
    if any(not part for part in parts):
        raise reader.error()
    return tuple(reader.source[part[0].start : part[-1].end] for part in parts)


def split_at_commas(lexemes: Sequence[Lexeme]) -> list[list[Lexeme]]:
    """Cut lexemes at the commas that stand in no bracket."""
    parts: list[list[Lexeme]] = [[]]
    depth = 0
    for lexeme in lexemes:
        if lexeme.kind is Kind.PUNCTUATION:
            depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(lexeme.value, 0)
            if lexeme.value == "," and depth == 0:
                parts.append([])
                continue
        parts[-1].append(lexeme)
    return parts


def expressions(reader: Reader, inside: Sequence[Lexeme]) -> tuple[exp.Expr, ...]:
    """Parse a list of expressions."""
    select = Lexeme(Kind.WORD, "SELECT", inside[0].start, inside[0].start)
    tree = parse_tree(reader.source, [select, *inside])
    if not isinstance(tree, exp.Select) or set(_present(tree)) != {"expressions"}:
        raise reader.error()
    return tuple(tree.expressions)


def _present(tree: exp.Expr) -> list[str]:
    return [name for name, value in tree.args.items() if value]


def explain_options(reader: Reader) -> ExplainOptions:
    """Read what stands between EXPLAIN and its statement."""
    if reader.is_sign("(") and reader.word(1) not in ("SELECT", "WITH", "VALUES", "TABLE", ""):
        options = ExplainOptions()
        for part in split_at_commas(reader.in_parentheses()):
            options = _explain_option(reader, options, part)
        if options.wal and not options.analyze:
            raise InvalidParameterValue("EXPLAIN option WAL requires ANALYZE")
        if options.timing and not options.analyze:
            raise InvalidParameterValue("EXPLAIN option TIMING requires ANALYZE")
        return options
    analyze = reader.accept_any("ANALYZE", "ANALYSE") != ""
    return ExplainOptions(analyze=analyze, verbose=reader.accept("VERBOSE"))


def _explain_option(reader: Reader, options: ExplainOptions, part: list[Lexeme]) -> ExplainOptions:
    if not part:
        raise reader.error()
    name = part[0].value.lower()
    name = "analyze" if name == "analyse" else name
    value = part[1].value.lower() if len(part) > 1 else None
    position = part[0].start + 1
    if name == "format":
        if value not in ("text", "xml", "json", "yaml"):
            raise InvalidParameterValue(f'unrecognized value for EXPLAIN option "format": "{value}"', position=position)
        return replace(options, format=value)
    if name not in ("analyze", "verbose", "costs", "settings", "buffers", "wal", "timing", "summary"):
        raise SqlSyntaxError(f'unrecognized EXPLAIN option "{part[0].value.lower()}"', position=position)
    return replace(options, **{name: boolean_option(name, value)})  # type: ignore[arg-type]  # names of bool fields


def boolean_option(name: str, value: str | None) -> bool:
    """Read the value of an option as defGetBoolean does."""
    if value in (None, "true", "on", "1"):
        return True
    if value in ("false", "off", "0"):
        return False
    raise SqlSyntaxError(f"{name} requires a Boolean value")


READERS: dict[str, Callable[[Reader], Statement]] = {
    **transaction_statements.READERS,
    "SET": _set,
    "SHOW": _show,
    "RESET": _reset,
    "DISCARD": _discard,
    "LISTEN": _listen,
    "UNLISTEN": _unlisten,
    "NOTIFY": _notify,
}
"""What reads a statement behind its first word."""
