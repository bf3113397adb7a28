"""Choose the function or operator that PostgreSQL chooses for arguments of given types.

Source: https://www.postgresql.org/docs/15/typeconv-func.html, and src/backend/parser/parse_func.c
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from msgspec import Struct

from pgddb.errors import AmbiguousFunction, DatatypeMismatch, UndefinedFunction
from pgddb.sql.types import builtins
from pgddb.sql.types.builtins import Signature
from pgddb.sql.types.coercion import ANY, UNKNOWN, category, coerces, common_type, is_polymorphic, is_preferred
from pgddb.sql.types.families import element_of

HINTS = {
    "function": "No function matches the given name and argument types. You might need to add explicit type casts.",
    "operator": "No operator matches the given name and argument types. You might need to add explicit type casts.",
}
_CHOICE_HINT = "Could not choose a best candidate {kind}. You might need to add explicit type casts."
_ONE_OPERAND_HINT = "No operator matches the given name and argument type. You might need to add an explicit type cast."


class Resolved(Struct, frozen=True):
    """What was chosen: the result's type, and the type that each argument is taken as.

    Attributes:
        whatever: places of arguments that may be of any type, so that the function does not tell it.
        untold: nothing tells what anyelement stands for.
    """

    result: str
    arguments: tuple[str, ...]
    kind: str = "f"
    returns_set: bool = False
    whatever: frozenset[int] = frozenset()
    untold: bool = False


@lru_cache(maxsize=4096)
def resolve_function(name: str, types: tuple[str, ...]) -> Resolved | None:
    """Choose a function; None if PostgreSQL has none of this name that takes so many arguments of any type.

    >>> resolve_function("round", ("integer",)).result, resolve_function("lower", ("unknown",)).arguments
    ('double precision', ('text',))

    Raises:
        UndefinedFunction, AmbiguousFunction: none, or more than one, takes arguments of these types.
        DatatypeMismatch: an untyped literal stands where any type may.
    """
    known = builtins.functions().get(name, ())
    plain_first = sorted(known, key=lambda one: bool(one.variadic))
    by_arguments: dict[tuple[str, ...], Signature] = {}
    for one in plain_first:
        stretched = _stretched(one, len(types))
        if stretched is not None:
            by_arguments.setdefault(stretched.arguments, stretched)
    candidates = list(by_arguments.values())
    chosen = _best(candidates, types)
    if isinstance(chosen, Signature) and (resolved := _settled(chosen, types)) is not None:
        _require_element(resolved)
        return resolved
    shown = f"{name}({', '.join(types)})"
    if chosen == "several":
        raise AmbiguousFunction(f"function {shown} is not unique", hint=_CHOICE_HINT.format(kind="function"))
    raise UndefinedFunction(f"function {shown} does not exist", hint=HINTS["function"])


def _require_element(resolved: Resolved) -> None:
    if resolved.untold:
        raise DatatypeMismatch("could not determine polymorphic type because input has type unknown")


def result_whatever(name: str, count: int) -> str | None:
    """Give the result's type where it is the same for every function of this name and number of arguments."""
    known = builtins.functions().get(name, ())
    results = {one.result for one in known if _stretched(one, count) is not None}
    only = results.pop() if len(results) == 1 else None
    return None if only is None or is_polymorphic(only) else only


@lru_cache(maxsize=4096)
def resolve_operator(sign: str, types: tuple[str, ...]) -> Resolved:
    """Choose an operator for one or two operands.

    >>> resolve_operator("+", ("date", "integer")).result, resolve_operator("=", ("date", "unknown")).arguments
    ('date', ('date', 'date'))

    Raises:
        UndefinedFunction, AmbiguousFunction: none, or more than one, takes operands of these types.
    """
    candidates = [one for one in builtins.operators().get(sign, ()) if len(one.arguments) == len(types)]
    chosen = _same_as_other(candidates, types) or _best(candidates, types)
    if isinstance(chosen, Signature) and (resolved := _settled(chosen, types)) is not None:
        _require_element(resolved)
        return resolved
    shown = f"{types[0]} {sign} {types[1]}" if len(types) == 2 else f"{sign} {types[0]}"
    if chosen == "several":
        raise AmbiguousFunction(f"operator is not unique: {shown}", hint=_CHOICE_HINT.format(kind="operator"))
    raise UndefinedFunction(
        f"operator does not exist: {shown}", hint=HINTS["operator"] if len(types) == 2 else _ONE_OPERAND_HINT
    )


def _same_as_other(candidates: Sequence[Signature], types: Sequence[str]) -> Signature | None:
    """Take an untyped operand as the type of the other one, if such an operator exists."""
    if len(types) != 2 or types.count(UNKNOWN) != 1:
        return None
    known = types[0] if types[1] == UNKNOWN else types[1]
    return next((one for one in candidates if one.arguments == (known, known)), None)


def _stretched(signature: Signature, count: int) -> Signature | None:
    """Give the signature with as many arguments as the call has, None if it cannot have them."""
    declared = signature.arguments
    if signature.variadic and count >= len(declared):
        more = (signature.variadic,) * (count - len(declared) + 1)
        return Signature(signature.name, declared[:-1] + more, signature.result, signature.kind, signature.returns_set)
    if len(declared) - signature.defaults <= count <= len(declared):
        return Signature(signature.name, declared[:count], signature.result, signature.kind, signature.returns_set)
    return None


def _best(candidates: Sequence[Signature], types: Sequence[str]) -> Signature | str | None:
    """Choose among candidates of the right number of arguments; "several" if none is better than the others."""
    for one in candidates:
        if one.arguments == tuple(types):
            return one
    fitting = [one for one in candidates if all(map(coerces, types, one.arguments))]
    fitting = [one for one in fitting if _settled(one, types) is not None]
    if len(fitting) <= 1:
        return fitting[0] if fitting else None
    fitting = _most(fitting, lambda one: sum(a == b for a, b in zip(types, one.arguments, strict=True) if a != UNKNOWN))
    if len(fitting) == 1:
        return fitting[0]
    fitting = _most(fitting, lambda one: sum(map(_is_exact_or_preferred, types, one.arguments)))
    if len(fitting) == 1 or UNKNOWN not in types:
        return fitting[0] if len(fitting) == 1 else "several"
    return _best_for_literals(fitting, types)


def _most(candidates: Sequence[Signature], score: Callable[[Signature], int]) -> list[Signature]:
    scores = [score(one) for one in candidates]
    return [one for one, points in zip(candidates, scores, strict=True) if points == max(scores)]


def _is_exact_or_preferred(given: str, declared: str) -> bool:
    if given == UNKNOWN:
        return False
    return given == declared or (category(given) == category(declared) and is_preferred(declared))


def _best_for_literals(candidates: list[Signature], types: Sequence[str]) -> Signature | str:
    """Choose by what the untyped literals may be: text if anything takes text, else what all take."""
    kept = candidates
    for place in [at for at, name in enumerate(types) if name == UNKNOWN]:
        categories = {category(one.arguments[place]) for one in kept}
        wanted = "S" if "S" in categories else categories.pop() if len(categories) == 1 else None
        if wanted is None:
            kept = []
            break
        kept = [one for one in kept if category(one.arguments[place]) == wanted]
        preferred = [one for one in kept if is_preferred(one.arguments[place])]
        kept = preferred or kept
    if len(kept) == 1:
        return kept[0]
    known = {name for name in types if name != UNKNOWN}
    if len(known) == 1:
        (only,) = known
        same = (only,) * len(types)
        alike = [one for one in candidates if all(map(coerces, same, one.arguments)) and _settled(one, same)]
        if len(alike) == 1:
            return alike[0]
    return "several"


def _settled(chosen: Signature, types: Sequence[str]) -> Resolved | None:
    """Put real types in the place of polymorphic ones; None if the arguments do not agree."""
    declared = chosen.arguments
    if not any(map(is_polymorphic, (*declared, chosen.result))):
        taken = tuple(
            (given if given != UNKNOWN else "text") if wanted == ANY else wanted
            for given, wanted in zip(types, declared, strict=True)
        )
        whatever = frozenset(place for place, wanted in enumerate(declared) if wanted == ANY)
        return Resolved(chosen.result, taken, chosen.kind, chosen.returns_set, whatever)
    element = _element(types, declared)
    if element is None:
        return None
    taken = tuple(
        _substituted(wanted, element) if wanted != ANY else given for given, wanted in zip(types, declared, strict=True)
    )
    result = _substituted(chosen.result, element)
    return Resolved(result, taken, chosen.kind, chosen.returns_set, untold=element == UNKNOWN)


def _element(types: Sequence[str], declared: Sequence[str]) -> str | None:
    """Give the type that anyelement or anycompatible stands for."""
    strict = [(given, wanted) for given, wanted in zip(types, declared, strict=True) if is_polymorphic(wanted)]
    elements = [(element_of(given) or given) if wanted.endswith("array") else given for given, wanted in strict]
    known = [name for name in elements if name != UNKNOWN]
    if not known:
        return "text" if all(wanted.startswith("anycompatible") for _, wanted in strict) else UNKNOWN
    if any(wanted.startswith("anycompatible") for _, wanted in strict):
        return common_type(known)
    return known[0] if len(set(known)) == 1 else None


def _substituted(declared: str, element: str) -> str:
    if not is_polymorphic(declared):
        return declared
    return f"{element}[]" if declared.endswith("array") and "nonarray" not in declared else element
