"""Export PostgreSQL's functions as macros of DuckDB's schema pgcat, and as functions that the engine registers.

An error that the client shall see is raised in a macro as
`error('pgddb.error|<sqlstate>|<message>')`, in a function as a SqlError.
"""

from __future__ import annotations

from pgddb.sql.functions import (
    arrays,
    attributes,
    bit_strings,
    byte_strings,
    casts,
    dates,
    exact_numbers,
    json,
    json_arrays,
    json_paths,
    jsonb,
    jsonb_order,
    moments,
    network,
    number_templates,
    numbers,
    ordered_sets,
    ranges,
    regular_expressions,
    strings,
    styled_texts,
    system,
    template_input,
    templates,
    text_formats,
    text_numbers,
    zones,
)
from pgddb.sql.functions.scalar import ScalarFunction

__all__ = ["ScalarFunction", "engine_settings", "macro_statements", "scalar_functions"]


def macro_statements() -> tuple[str, ...]:
    """Give the statements that make the schema pgcat, in their order, run after the scalar functions are registered."""
    families = (
        strings.MACROS,
        byte_strings.MACROS,
        numbers.MACROS,
        ranges.MACROS,
        arrays.MACROS,
        casts.MACROS,
        dates.MACROS,
        ordered_sets.MACROS,
        json.MACROS,
        attributes.MACROS,
        json_paths.MACROS,
        system.MACROS,
    )
    return ("CREATE SCHEMA IF NOT EXISTS pgcat", *(statement for family in families for statement in family))


def scalar_functions() -> tuple[ScalarFunction, ...]:
    """Give the functions that the engine registers in DuckDB before the macros."""
    families = (
        jsonb.FUNCTIONS,
        jsonb_order.FUNCTIONS,
        json_paths.FUNCTIONS,
        json_arrays.FUNCTIONS,
        regular_expressions.FUNCTIONS,
        text_formats.FUNCTIONS,
        byte_strings.FUNCTIONS,
        bit_strings.FUNCTIONS,
        templates.FUNCTIONS,
        template_input.FUNCTIONS,
        number_templates.FUNCTIONS,
        exact_numbers.FUNCTIONS,
        text_numbers.FUNCTIONS,
        numbers.FUNCTIONS,
        moments.FUNCTIONS,
        network.FUNCTIONS,
        casts.FUNCTIONS,
        styled_texts.FUNCTIONS,
        zones.FUNCTIONS,
    )
    return tuple(function for family in families for function in family)


def engine_settings() -> dict[str, str]:
    """Give the settings that make DuckDB's operators PostgreSQL's, to be applied after the macros are made.

    Values are literals of SET.
    """
    return {
        "integer_division": "true",
        "default_null_order": "'NULLS_LAST_ON_ASC_FIRST_ON_DESC'",
        "ieee_floating_point_ops": "false",
        "preserve_identifier_case": "'lowercase'",
        "search_path": "'main,pgcat'",
    }
