"""Print the tables of pgddb.protocol.transitions into docs/protocol.md.

Run with --check to fail when the page is not what the tables say.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pgddb.protocol.transitions import IGNORES, RECEIVES, SENDS, Phase

PAGE = Path(__file__).resolve().parent.parent / "docs" / "protocol.md"
BEGIN = "<!-- begin: drawn by tools/draw_transitions.py -->\n"
END = "<!-- end -->\n"
INDENT = "    "


def tables() -> str:
    return f"{_diagram()}\n{_messages_table()}"


def _diagram() -> str:
    """Draw the steps between different phases; those that stay are in the table."""
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f'{INDENT}state "{phase.value}" as {phase.name}' for phase in Phase]
    lines.append(f"{INDENT}[*] --> {Phase.STARTUP.name}")
    for phase in Phase:
        labels: dict[Phase, list[str]] = {}
        for sender, steps in (("F", RECEIVES[phase]), ("B", SENDS[phase])):
            for message, following in steps.items():
                if following is not phase:
                    labels.setdefault(following, []).append(f"{sender} {message.__name__}")
        for following, names in labels.items():
            lines.append(f"{INDENT}{phase.name} --> {following.name}: {', '.join(names)}")
    lines += ["```", ""]
    return "\n".join(lines)


def _messages_table() -> str:
    lines = ["| phase | from | message | next phase |", "|---|---|---|---|"]
    for phase in Phase:
        for sender, steps in (("client", RECEIVES[phase]), ("server", SENDS[phase])):
            by_following: dict[Phase, list[str]] = {}
            for message, following in steps.items():
                by_following.setdefault(following, []).append(message.__name__)
            for following, names in by_following.items():
                lines.append(f"| {phase.value} | {sender} | {', '.join(names)} | {following.value} |")
        if IGNORES[phase]:
            names = sorted(message.__name__ for message in IGNORES[phase])
            lines.append(f"| {phase.value} | client | {', '.join(names)} | dropped |")
    lines.append("")
    return "\n".join(lines)


def redrawn(page: str) -> str:
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{tables()}\n{END}{after}"


def main(arguments: list[str]) -> int:
    page = PAGE.read_text()
    drawn = redrawn(page)
    if "--check" in arguments:
        if drawn != page:
            print(f"{PAGE.name} is not what the tables say: run tools/draw_transitions.py")
        return int(drawn != page)
    PAGE.write_text(drawn)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
