"""The week as a picture for a narrow phone: one row a day, coloured and labelled by kind, on its own background."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from actions.plan import DAYS, HARD_RUNS, Plan, Session
from knowledge.plan_texts import said

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH = 900  # pixels
_UNIT = 200  # pixels an inch
PAPER, INK, QUIET, LINE = "#F7F4EE", "#22252B", "#6B6F78", "#E3DED3"
# Colour of the bar and of the card by family of kinds; every card carries its name too, so colour is never alone.
_COLOURS = {
    "easy": ("#176E63", "#DDF1EE"),
    "long": ("#2762A6", "#DFEAF7"),
    "hard": ("#AE3C19", "#FBE5DC"),
    "lift": ("#6A4C93", "#EAE3F4"),
    "race": ("#8A6300", "#FBF0CF"),
    "calm": ("#5E6F4D", "#E8EDE1"),
    "rest": ("#C9C4B8", "#F7F4EE"),
}
_ROW, _REST, _SECOND, _HEAD, _FOOT, _GAP = 100, 72, 96, 132, 36, 12


def family(kind: str) -> str:
    """The colour family of a kind of session."""
    if kind in HARD_RUNS:
        return "hard"
    if kind.startswith("lift"):
        return "lift"
    return {"easy_run": "easy", "run_walk": "easy", "long_run": "long", "race": "race", "mobility": "calm"}.get(kind, "rest")


def plan_png(plan: Plan, *, title: str) -> bytes:
    """A PNG, 900 pixels wide. Thread-safe: no global figure is touched. A plan without sessions shows seven rest days."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    heights = [_ROW + _SECOND * (len(sessions) - 1) if (sessions := plan.on(day)) else _REST for day in DAYS]
    height = _HEAD + sum(heights) + _GAP * len(DAYS) + _FOOT
    figure = Figure(figsize=(WIDTH / _UNIT, height / _UNIT), dpi=_UNIT, facecolor=PAPER)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(height, 0)
    axes.axis("off")
    _fitted(axes, title, 40, 52, 820, size=15, weight="bold")
    start, end = plan.date("mon"), plan.date("sun")
    span = f"{start.day} {start:%b} \N{EN DASH} {end.day} {end:%b %Y}"
    total = sum(s.minutes for s in plan.training)
    if total:
        span += f"   \N{MIDDLE DOT}   {total // 60} h {total % 60:02d} min" if total >= 60 else f"   \N{MIDDLE DOT}   {total} min"
    axes.text(40, 98, span, fontsize=9.5, color=QUIET, va="center")
    top = float(_HEAD)
    for day, tall in zip(DAYS, heights, strict=True):
        _row(axes, plan, day, top, tall)
        top += tall + _GAP
    out = io.BytesIO()
    figure.savefig(out, format="png", facecolor=PAPER)
    return out.getvalue()


def _row(axes: Axes, plan: Plan, day: str, top: float, tall: float) -> None:
    sessions = plan.on(day)
    middle = top + (_ROW if sessions else _REST) / 2
    axes.text(40, middle - 14, said(f"days.{day}")[:3], fontsize=12, fontweight="bold", color=INK if sessions else QUIET, va="center")
    date = plan.date(day)
    axes.text(40, middle + 20, f"{date.day} {date:%b}", fontsize=7.5, color=QUIET, va="center")
    if not sessions:
        _box(axes, 150, top, 710, tall, PAPER, LINE)
        axes.text(186, top + tall / 2, said("kinds.rest.name"), fontsize=11, color=QUIET, va="center")
        return
    each = tall / len(sessions)
    for n, session in enumerate(sessions):
        y = top + n * each + (4 if n else 0)
        _card(axes, session, y, each - (4 if n or len(sessions) > 1 else 0))


def _card(axes: Axes, session: Session, top: float, tall: float) -> None:
    strong, soft = _COLOURS[family(session.kind)]
    _box(axes, 150, top, 710, tall, soft, soft)
    _box(axes, 150, top, 14, tall, strong, strong, radius=7)
    middle = top + tall / 2
    _fitted(axes, session.name, 190, middle - 15, 500, size=12, weight="bold")
    if session.effort:
        _fitted(axes, session.effort, 190, middle + 22, 520, size=7.6, colour="#454952")
    if session.minutes:
        axes.text(832, middle - 12, f"{session.minutes}", fontsize=16, fontweight="bold", color=strong, va="center", ha="right")
        axes.text(832, middle + 24, "min", fontsize=7.5, color="#454952", va="center", ha="right")


def _box(axes: Axes, x: float, y: float, width: float, height: float, colour: str, edge: str, radius: float = 16) -> None:
    from matplotlib.patches import FancyBboxPatch

    axes.add_patch(
        FancyBboxPatch((x, y), width, height, boxstyle=f"round,pad=0,rounding_size={radius}", facecolor=colour, edgecolor=edge, linewidth=1)
    )


def _fitted(axes: Axes, text: str, x: float, y: float, width: float, *, size: float, weight: str = "normal", colour: str = INK) -> None:
    """Text that shrinks to its width, and is cut with an ellipsis when it would get too small to read."""
    figure: Any = axes.figure
    drawn = axes.text(x, y, text, fontsize=size, fontweight=weight, color=colour, va="center")

    def wide() -> float:
        return float(drawn.get_window_extent(figure.canvas.get_renderer()).width)

    if wide() > width:
        drawn.set_fontsize(max(size * 0.8, size * width / wide()))
    while wide() > width and len(text) > 1:
        text = text[:-1].rstrip()
        drawn.set_text(f"{text}\N{HORIZONTAL ELLIPSIS}")
