"""Write the tables of docs/architecture.md from the tree: what each package is for, and what it imports."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "pgddb"
PAGE = ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- drawn from the tree -->", "<!-- end of what is drawn -->"
LAYERS = (
    ("cli",),
    ("demo",),
    ("config",),
    ("server",),
    ("session",),
    ("execution",),
    ("planner", "dynamo", "engine", "catalog"),
    ("sql", "access"),
    ("pgtypes", "protocol", "authentication"),
    ("errors",),
)
"""As in the import contract of pyproject.toml, from the top down."""


def first_sentence(path: Path) -> str:
    """Return the first line of a module's docstring."""
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").splitlines()[0]


def imported_parts(part: str) -> list[str]:
    """Return the other parts of pgddb that a package or module imports, in the order of the layers."""
    folder = PACKAGE / part
    files = sorted(folder.rglob("*.py")) if folder.is_dir() else [PACKAGE / f"{part}.py"]
    found: set[str] = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module] if node.module != "pgddb" else [f"pgddb.{alias.name}" for alias in node.names]
                found |= {name.split(".")[1] for name in names if name.startswith("pgddb.")}
    return [name for layer in LAYERS for name in layer if name in found - {part}]


def drawn() -> str:
    """Return the tables as they follow from the tree."""
    lines = ["| part | what it is for | imports |", "|---|---|---|"]
    for layer in LAYERS:
        for part in layer:
            file = PACKAGE / part / "__init__.py" if (PACKAGE / part).is_dir() else PACKAGE / f"{part}.py"
            lines.append(f"| `{part}` | {first_sentence(file)} | {', '.join(imported_parts(part)) or '-'} |")
    lines += ["", "Packages inside packages:", ""]
    for file in sorted(PACKAGE.glob("*/*/__init__.py")):
        name = file.parent.relative_to(PACKAGE).as_posix()
        lines.append(f"- `{name}`: {first_sentence(file)}")
    return "\n".join(lines)


def page() -> str:
    """Return the whole page with the drawn part renewed."""
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n\n{drawn()}\n\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
