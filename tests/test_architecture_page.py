"""docs/architecture.md shows the tree as it is."""

from __future__ import annotations

from tools.draw_architecture import LAYERS, PACKAGE, PAGE, page


def test_the_page_is_the_one_that_the_tool_writes() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_part_has_its_layer() -> None:
    parts = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert parts - {"__init__", "__main__"} == {part for layer in LAYERS for part in layer}
