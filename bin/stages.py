"""bin/stages [--check]: docs/stages.svg and docs/stages.md, written out of the lifecycle tables."""

import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from stages_picture import picture

from portal.core.lifecycle import Deadline, Lifecycle, Step
from portal.orders import progress, words
from portal.orders.lifecycle import CHANGE, ORDER
from portal.sourcing import brief_words, invitation_words
from portal.sourcing.lifecycle import BRIEF, INVITATION

DOCS = Path(__file__).resolve().parents[1] / "docs"
#: table -> its heading, and what its stages are called
TABLES = (
    (ORDER, "An order", words.STAGES),
    (CHANGE, "A change order", {}),
    (BRIEF, "A brief", brief_words.STAGES),
    (INVITATION, "An invitation to quote", invitation_words.FOR_CREATOR),
)
HEAD = """# Every stage, whose turn it is, and what happens by itself

Written by `bin/stages` out of the lifecycle tables; change those, not this page.

![The stages of an order](stages.svg)
"""


def page() -> str:
    """The whole of docs/stages.md."""
    return HEAD + "".join(_section(*table) for table in TABLES)


def _section(table: Lifecycle, title: str, named: dict) -> str:
    turns = table is ORDER
    columns = ["Stage", *(["Whose turn"] if turns else []), "Steps", "Deadline", "Reminders", "When it passes"]
    lines = [f"\n## {title}\n", _row(columns), _row(["---"] * len(columns))]
    for stage in table.stages:
        name = f"**{named[stage][0]}** `{stage}`" if stage in named else f"`{stage}`"
        turn = [", ".join(sorted(progress.turn(stage))) or "–"] if turns else []
        lines.append(_row([name, *turn, _steps(table, stage), *_waits(table, stage)]))
    return "\n".join(lines) + "\n"


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _steps(table: Lifecycle, stage: str) -> str:
    """What may be done at a stage: who, what, and where it leads."""
    lines = []
    for step in table.steps:
        if stage in step.source and step.event != table.steps[0].event:
            leads = f" → `{step.target}`" if step.target not in (None, stage) else ""
            lines.append(f"{_hands(step)}: {step.label} `{step.name}`{leads}")
    return "<br>".join(lines) or "–"


def _hands(step: Step) -> str:
    return ", ".join(sorted(role.value for role in step.by))


def _waits(table: Lifecycle, stage: str) -> tuple[str, str, str]:
    """The deadlines that run at a stage: when each ends, its reminders, and what follows."""
    whens, reminders, ends = [], [], []
    for step, wait in deadlines(table, stage):
        whens.append(_when(step, wait))
        before = ", ".join(map(_days, wait.remind))
        reminders.append(f"{before} before: {', '.join(sorted(wait.tell))} (`{wait.event}`)" if before else "–")
        then = table.by_name[wait.step]
        leads = f" → `{then.target}`" if then.target else ""
        told = f"; told: {', '.join(sorted(then.tell))}" if then.tell else ""
        ends.append(f"{then.said}{leads} (`{then.event}`{told})")
    return "<br>".join(whens) or "–", "<br>".join(reminders) or "–", "<br>".join(ends) or "–"


def deadlines(table: Lifecycle, stage: str) -> Iterator[tuple[Step, Deadline]]:
    """Each deadline that a step into the stage, or at it, lets run."""
    seen = set()
    for step in table.steps:
        here = step.target == stage if step.target else stage in step.source
        if step.deadline and here and step.deadline not in seen:
            seen.add(step.deadline)
            yield step, step.deadline


def _when(step: Step, wait: Deadline) -> str:
    return f"{_days(wait.after)} after “{step.said}”" if wait.after else f"`{wait.field}`"


def _days(span: timedelta) -> str:
    if span.days:
        return "1 day" if span.days == 1 else f"{span.days} days"
    return f"{span.seconds // 3600} hours"


def main() -> int:
    made = {"stages.svg": picture(), "stages.md": page()}
    if "--check" in sys.argv:
        stale = [name for name, text in made.items() if not _is(name, text)]
        if stale:
            print(f"docs/{' and docs/'.join(stale)} no longer say what the lifecycle tables say: run bin/stages")
        return bool(stale)
    for name, text in made.items():
        (DOCS / name).write_text(text)
    return 0


def _is(name: str, text: str) -> bool:
    path = DOCS / name
    return path.is_file() and path.read_text() == text


if __name__ == "__main__":
    sys.exit(main())
