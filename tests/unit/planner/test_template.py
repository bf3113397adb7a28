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
