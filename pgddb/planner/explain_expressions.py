"""Say the engine's expressions in PostgreSQL's words, or not at all.

The engine prints expressions for people: names unquoted, references by number, functions of its own. What cannot be
read with certainty is left out; a word that the user did not write and PostgreSQL does not know is never shown.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import sqlglot
from msgspec import Struct
from sqlglot import exp
from sqlglot.errors import SqlglotError

PREFIX = "pgddb_outline_"
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*\Z")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_NUMBERED = re.compile(r"#(\d+)\Z")
_KNOWN_KINDS = (exp.Connector, exp.Cast, exp.Case, exp.If, exp.Coalesce, exp.Count, exp.Sum, exp.Avg, exp.Min, exp.Max)
_INTERNAL = re.compile(r"__|\bSUBQUERY\b|\berror\(|pgddb_(?!outline_)")


class ShownColumn(Struct, frozen=True):
    """A column that a read gives to the engine: how EXPLAIN shows it, with its table where there are several.

    Attributes:
        internal: how the engine calls it, empty for as the name.
    """

    name: str
    alias: str = ""
    internal: str = ""

    @property
    def tree(self) -> exp.Column:
        table = _identifier(self.alias) if self.alias else None
        if self.name.startswith("->"):  # an attribute inside the item
            return exp.Column(this=exp.to_identifier(f"document{self.name}", quoted=False), table=table)
        return exp.Column(this=_identifier(self.name), table=table)

    @property
    def text(self) -> str:
        return self.tree.sql(dialect="postgres")


def _identifier(name: str) -> exp.Identifier:
    return exp.to_identifier(name, quoted=not _PLAIN.match(name))


def shown_column(internal: str, known: Collection[str], alias: str) -> ShownColumn:
    """Give a column under the name that the user knows; one that is read in two forms has a number the second time.

    >>> shown_column("Total_2", {"Total"}, "o").text
    'o."Total"'
    """
    base, _, number = internal.rpartition("_")
    renamed = internal not in known and base in known and number.isdigit()
    return ShownColumn(base, alias, internal) if renamed else ShownColumn(internal, alias)


def outline_name(feed: str) -> str:
    """Name the relation that stands for the rows of a feed."""
    return f"{PREFIX}{feed}"


def outline_column(feed: str, place: int) -> str:
    """Name a column of it, unlike any other of the statement."""
    return f"{PREFIX}{feed}_{place}"


def outline_relation(feed: str, names: Sequence[str]) -> str:
    """Write the relation with the names that the statement uses."""
    columns = (f'"{outline_column(feed, place)}" AS {_quoted(name)}' for place, name in enumerate(names))
    return f'(SELECT {", ".join(columns)} FROM "{outline_name(feed)}")'  # noqa: S608 - quoted names only


def _started(call: exp.Anonymous) -> exp.Like | None:
    """Give the LIKE that the engine turned into a call of its own."""
    if str(call.this).lower() != "prefix" or len(call.expressions) != 2:
        return None
    value, start = call.expressions
    if not start.is_string or any(letter in start.name for letter in "%_\\"):
        return None
    return exp.Like(this=value.copy(), expression=exp.Literal.string(f"{start.name}%"))


_NOT_NULL = re.compile(r'NOT ((?:"[^"]*"|\w+)(?:\.(?:"[^"]*"|\w+))?) IS NULL')


def _written(tree: exp.Expr) -> str:
    """Write a tree as PostgreSQL prints expressions."""
    return _NOT_NULL.sub(r"\1 IS NOT NULL", tree.sql(dialect="postgres", normalize_functions="lower"))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def written_names(tree: exp.Expr) -> frozenset[str]:
    """Give the names in the user's own text, as the engine prints them: unquoted ones in lower case."""
    return frozenset(
        node.name if node.args.get("quoted") else node.name.lower() for node in tree.find_all(exp.Identifier)
    )


def called_functions(tree: exp.Expr) -> frozenset[str]:
    """Give the functions that the user's own text calls, in lower case."""
    names = set()
    for node in tree.find_all(exp.Func):
        names.add(str(node.this).lower() if isinstance(node, exp.Anonymous) else node.sql_name().lower())
    return frozenset(names)


@dataclass(frozen=True, slots=True)
class ExpressionTexts:
    """What reads expressions of one statement.

    Attributes:
        columns: by the name of the outline's column.
        functions, names: those that the user wrote.
    """

    columns: Mapping[str, ShownColumn]
    functions: frozenset[str]
    names: frozenset[str] = frozenset()
    _by_name: dict[str, list[ShownColumn]] = field(init=False, repr=False, compare=False, default_factory=dict)
    _odd_names: dict[str, str] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for column in self.columns.values():
            named = self._by_name.setdefault(column.internal or column.name, [])
            if column not in named:
                named.append(column)
        odd = sorted((name for name in self._by_name if not _WORD.match(name)), key=len, reverse=True)
        self._odd_names.update((name, f"{PREFIX}odd_{place}_") for place, name in enumerate(odd))

    def condition(self, text: str, inputs: Sequence[str] = ()) -> str | None:
        """Say a condition; `inputs` are what #0, #1 ... of it stand for."""
        tree = self._tree(self._numbered(text, inputs))
        return None if tree is None else _written(tree)

    def join_condition(self, text: str, outer: frozenset[str], inner: frozenset[str]) -> str | None:
        """Say a condition between two inputs, each known by the aliases of its tables: its own on either side."""
        tree = self._tree(text)
        if tree is None:
            return None
        if isinstance(tree, exp.Binary):
            for side, aliases in ((tree.left, outer), (tree.right, inner)):
                for column in list(side.find_all(exp.Column)):
                    named = [one for one in self._by_name.get(column.name, ()) if one.alias in aliases]
                    if not column.table and len(named) == 1 and named[0].alias:
                        column.set("table", _identifier(named[0].alias))
        return _written(tree)

    def parts(self, text: str) -> list[tuple[str, str]] | None:
        """Say the parts of a condition that AND joins, each also without the names of tables."""
        tree = self._tree(text)
        if tree is None:
            return None
        found = []
        for part in tree.unnest().flatten() if isinstance(tree.unnest(), exp.And) else [tree]:
            bare = part.unnest().copy()
            for column in bare.find_all(exp.Column):
                column.set("table", None)
            found.append((_written(part.unnest()), _written(bare)))
        return found

    def keys(self, texts: Iterable[str], inputs: Sequence[str] = ()) -> tuple[str, ...] | None:
        """Say the keys of a sort or a group, all or none."""
        found = []
        for text in texts:
            bare, _, direction = text.rpartition(" ")
            known = direction in {"ASC", "DESC"}
            key = self.condition(bare if known else text, inputs)
            if key is None:
                return None
            found.append(f"{key} DESC" if direction == "DESC" else key)
        return tuple(found)

    @staticmethod
    def _numbered(text: str, inputs: Sequence[str]) -> str:
        number = _NUMBERED.match(text.strip())
        if number is None or int(number[1]) >= len(inputs):
            return text
        return inputs[int(number[1])]

    def _tree(self, text: str) -> exp.Expr | None:
        if "#" in text or _INTERNAL.search(text):
            return None
        for name, stand_in in self._odd_names.items():
            text = text.replace(name, stand_in)
        try:
            tree = sqlglot.parse_one(text, read="duckdb")
        except SqlglotError:
            return None
        if not isinstance(tree, exp.Condition) or isinstance(tree, (exp.Alias, exp.Query)):
            return None
        shown = tree.transform(self._shown)
        return None if any(node.meta.get("unknown") for node in shown.walk()) else shown

    def _shown(self, node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column):
            column = self._column(node.name)
            if column is not None and not node.table:
                return column.tree
            node.meta["unknown"] = True
        elif isinstance(node, exp.Anonymous):
            if str(node.this).lower() == "count_star":
                return exp.Count(this=exp.Star())
            started = _started(node)
            if started is not None:
                return started.transform(self._shown)
            node.meta["unknown"] = str(node.this).lower() not in self.functions
        elif isinstance(node, exp.Func) and not isinstance(node, _KNOWN_KINDS):
            node.meta["unknown"] = node.sql_name().lower() not in self.functions
        return node

    def _column(self, name: str) -> ShownColumn | None:
        own = self.columns.get(name)
        if own is not None:
            return own
        for odd, stand_in in self._odd_names.items():
            if stand_in == name:
                name = odd
        named = self._by_name.get(name, [])
        if len(named) == 1:
            return named[0]
        if named:
            return ShownColumn(named[0].name)
        return ShownColumn(name) if name in self.names else None
