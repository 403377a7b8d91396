"""The picture of an order's stages: its main way straight down, detours to the right at the row that they lead back
to, and to the left the way out that many stages share. Whatever the table says is drawn; a new stage finds its place.
"""

from collections import defaultdict
from collections.abc import Iterable
from xml.sax.saxutils import escape

from portal.core.actor import Role
from portal.core.lifecycle import Step
from portal.orders import progress, words
from portal.orders.lifecycle import ENDED_STAGES, ORDER, OrderStage

WIDTH, ROW, TOP = 1160, 88, 120
MAIN, SIDE, BUS, LANE = 560, 940, 125, 1122  # x of the two columns, of the way out, of the way back up
HALF, TALL = 96, 22  # half a box's width and height
FONT = "-apple-system, 'Segoe UI', 'PingFang SC', 'Noto Sans CJK SC', sans-serif"
#: whose hand -> (ink, paper)
INKS = {
    "creator": ("#2a3fb0", "#e6eafc"),
    "factory": ("#0d6b4f", "#dcf2e8"),
    "either side": ("#7a4d00", "#fbf0d2"),
    "operator": ("#a3222c", "#fbe3e5"),
    "the portal": ("#50546a", "#eeeeea"),
}
LINE, INK, PAPER = "#8a8fa6", "#1a1c28", "#fcfbf8"


def who(roles: Iterable[Role]) -> str:
    """A key of `INKS`: the people among the roles, or the portal."""
    people = set(roles) & {Role.CREATOR, Role.FACTORY, Role.OPERATOR}
    if len(people) > 1:
        return "either side"
    return next(iter(people)).value if people else "the portal"


DETOURS = [task.stage for task in progress.TASKS if task.detour]
WAY = [stage for stage in OrderStage if stage not in DETOURS and (stage not in ENDED_STAGES or stage == "closed")]
#: (from, to) -> the steps that lead there
MOVES: dict[tuple[OrderStage, OrderStage], list[Step]] = defaultdict(list)
for _step in ORDER.steps:
    for _stage in OrderStage:
        if _stage in _step.source and _step.target not in (None, _stage):
            MOVES[_stage, OrderStage(_step.target)].append(_step)
#: The end that is reached from everywhere, and those that are reached from one stage.
_FROM = {end: [a for a, b in MOVES if b == end] for end in OrderStage if end in ENDED_STAGES and end not in WAY}
SHARED = max(_FROM, key=lambda end: len(_FROM[end]))


def _places() -> dict[OrderStage, tuple[int, int]]:
    """stage -> the middle of its box."""
    rows = {stage: row for row, stage in enumerate(WAY)}
    for stage in DETOURS:
        rows[stage] = next(rows[b] for a, b in MOVES if a == stage and b in WAY)
    for end, sources in _FROM.items():
        rows[end] = len(WAY) - 1 if end == SHARED else rows[sources[0]]
    columns = dict.fromkeys(WAY, MAIN) | {SHARED: BUS}
    return {stage: (columns.get(stage, SIDE), TOP + row * ROW) for stage, row in rows.items()}


AT = _places()


def picture() -> str:
    """The SVG's text."""
    height = TOP + len(WAY) * ROW - 20
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="{FONT}" font-size="13" '
        'role="img" aria-label="The stages of an order and the steps between them">',
        f'<rect width="{WIDTH}" height="{height}" rx="12" fill="{PAPER}"/>',
        f'<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0L8 4L0 8z" fill="{LINE}"/></marker></defs>',
        *_legend(),
        *_way_out(),
        *(piece for (a, b), steps in MOVES.items() if b != SHARED for piece in _arrow(a, b, steps)),
        *(piece for stage in OrderStage for piece in _box(stage)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _legend() -> list[str]:
    words_of = (f"{name} acts" if name != "the portal" else "the portal, by itself" for name in INKS)
    parts = [_text(28, 42, "The stages of an order", size=20, weight=600)]
    x = 28
    for said, (ink, paper) in zip(words_of, INKS.values(), strict=True):
        parts.append(f'<rect x="{x}" y="62" width="18" height="14" rx="4" fill="{paper}" stroke="{ink}"/>')
        parts.append(_text(x + 25, 74, said, ink))
        x += 50 + 7 * len(said)
    return parts


def _text(x: int, y: int, said: str, ink: str = INK, anchor: str = "start", size: int = 13, weight: int = 400) -> str:
    return (
        f'<text x="{x}" y="{y}" fill="{ink}" text-anchor="{anchor}" font-size="{size}" font-weight="{weight}">'
        f"{escape(said)}</text>"
    )


def _said(x: int, y: int, steps: Iterable[Step], anchor: str = "start", more: str = "") -> str:
    """The steps' events on one line, each in the ink of whoever takes it."""
    words_of = [f'<tspan fill="{INKS[who(s.by)][0]}">{escape(s.event.replace("_", " "))}</tspan>' for s in steps]
    joint = f'<tspan fill="{LINE}"> · </tspan>'
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{LINE}">{joint.join(words_of)}{more}</text>'


def _line(*points: tuple[int, int], tip: bool = True) -> str:
    path = "M" + "L".join(f"{x} {y}" for x, y in points)
    end = ' marker-end="url(#tip)"' if tip else ""
    return f'<path d="{path}" fill="none" stroke="{LINE}" stroke-width="1.5" stroke-linejoin="round"{end}/>'


def _box(stage: OrderStage) -> list[str]:
    x, y = AT[stage]
    turn = progress.turn(stage)
    ink, paper = INKS[who(turn)] if turn else INKS["the portal"]
    box = f'<rect x="{x - HALF}" y="{y - TALL}" width="{2 * HALF}" height="{2 * TALL}" rx="8"'
    wait = _wait(stage)
    return [
        f'{box} fill="{paper}" stroke="{ink}" stroke-width="{2 if stage in WAY else 1.2}"/>',
        _text(x, y + (-2 if wait else 5), str(words.STAGES[stage][0]), anchor="middle", size=14, weight=600),
        *([_text(x, y + 15, wait, ink, "middle", 11)] if wait else []),
    ]


def _wait(stage: OrderStage) -> str:
    """The deadline that runs at a stage, in short."""
    for step in ORDER.steps:
        if step.deadline and (step.target == stage if step.target else stage in step.source):
            after, field = step.deadline.after, step.deadline.field or ""
            return f"{after.days} days" if after else field.removesuffix("_at").removesuffix("_end").replace("_", " ")
    return ""


def _way_out() -> list[str]:
    """The end that many stages lead to: one line down the left, a branch from each stage of the main way."""
    (x, bottom), parts, tops = AT[SHARED], [], []
    for stage in OrderStage:
        steps = MOVES.get((stage, SHARED))
        if not steps:
            continue
        sx, sy = AT[stage]
        if sx == MAIN:
            tops.append(sy)
            parts += [_line((sx - HALF, sy), (x, sy), tip=False), _said(x + 10, sy - 6, steps)]
        else:
            below = not any(b in DETOURS and AT[b][1] > sy for b in _next(stage))
            more = f"<tspan>\u00a0→ {words.STAGES[SHARED][0]}</tspan>"
            parts.append(_said(sx, sy + (TALL + 18 if below else -TALL - 9), steps, "middle", more))
    return [*parts, _line((x, min(tops)), (x, bottom - TALL))]


def _next(stage: OrderStage) -> list[OrderStage]:
    return [b for a, b in MOVES if a == stage]


def _arrow(a: OrderStage, b: OrderStage, steps: list[Step]) -> list[str]:
    """One way from stage to stage, and what is said beside it."""
    (ax, ay), (bx, by) = AT[a], AT[b]
    if ax == bx:
        return _in_column(a, b, steps)
    if ax < bx:  # out to a detour or an end
        if ay == by:
            return [_line((ax + HALF, ay - 8), (bx - HALF, ay - 8)), _said((ax + bx) // 2, ay - 14, steps, "middle")]
        return [_line((ax + HALF, ay), (bx, ay), (bx, by - TALL)), _said(ax + HALF + 14, ay - 6, steps)]
    if ay == by:  # back in the same row
        low = 8 if (b, a) in MOVES else 0
        beside = ay + low + 16 if low else ay - 6
        return [_line((ax - HALF, ay + low), (bx + HALF, ay + low)), _said((ax + bx) // 2, beside, steps, "middle")]
    if ay < by:  # back further on
        return [_line((ax, ay + TALL), (ax, by), (bx + HALF, by)), _said(bx + HALF + 30, by - 6, steps)]
    over = by + 10  # back to something before
    return [
        _line((ax + HALF, ay), (LANE, ay), (LANE, over), (bx + HALF, over)),
        _said(LANE - 8, over + 16, steps, "end"),
    ]


def _in_column(a: OrderStage, b: OrderStage, steps: list[Step]) -> list[str]:
    (x, ay), (_x, by) = AT[a], AT[b]
    middle = (ay + by) // 2 + 5
    if x == SIDE:  # there and back, side by side
        down = ay < by
        lane, gap = (x + 24, TALL) if down else (x - 24, -TALL)
        beside = _said(lane + 9, middle, steps) if down else _said(lane - 9, middle, steps, "end")
        return [_line((lane, ay + gap), (lane, by - gap)), beside]
    if by - ay == ROW:
        return [_line((x, ay + TALL), (x, by - TALL)), _said(x - 12, middle, steps, "end")]
    far = x + HALF + (30 if abs(by - ay) == ROW else 150)
    start, end = (ay - 9, by - 9) if ay < by else (ay - 9, by + 9)
    where = middle if abs(by - ay) == ROW else middle + ROW // 4
    return [_line((x + HALF, start), (far, start), (far, end), (x + HALF, end)), _said(far + 9, where, steps)]
