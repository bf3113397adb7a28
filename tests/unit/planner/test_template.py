"""A template renders by joining strings."""

from __future__ import annotations

from pgddb.planner.template import EMPTY_FEED, FeedSlot, ParameterSlot, SqlTemplate

TEMPLATE = SqlTemplate(("SELECT ", ParameterSlot(2, "CAST(NULL AS BIGINT)"), " FROM ", FeedSlot("feed_1")))


def test_a_template_puts_literals_and_feeds_in_their_places() -> None:
    assert TEMPLATE.render(["'a'", "7"]) == 'SELECT 7 FROM "feed_1"'


def test_a_feed_may_be_read_from_another_relation() -> None:
    assert TEMPLATE.render(["'a'", "7"], {"feed_1": "other"}) == "SELECT 7 FROM other"


def test_a_stub_needs_neither_feeds_nor_parameters() -> None:
    assert TEMPLATE.render_stub() == f"SELECT CAST(NULL AS BIGINT) FROM {EMPTY_FEED}"


def test_a_template_names_its_feeds() -> None:
    assert TEMPLATE.feeds == ("feed_1",)


def test_an_outline_names_relations_of_decoded_rows() -> None:
    template = SqlTemplate(("SELECT ", ParameterSlot(1, "NULL"), " FROM ", FeedSlot("feed_1", "(SELECT a FROM ", ")")))
    assert template.render(["1"]) == 'SELECT 1 FROM (SELECT a FROM "feed_1")'
    assert template.render_outline(["1"], {"feed_1": "rows_of_it"}) == "SELECT 1 FROM rows_of_it"
    assert template.row_stubs() == {"feed_1": f"(SELECT a FROM {EMPTY_FEED})"}
