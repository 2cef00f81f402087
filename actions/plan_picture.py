"""The week as a picture for a narrow phone: one row a day, coloured and labelled by kind, on its own background."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actions.drawing import DETAIL, INK, LINE, PAPER, QUIET, Shapes, fitted, font, png
from actions.plan import DAYS, HARD_RUNS, Plan, Session
from knowledge.plan_texts import said

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

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
    """A PNG, 900 pixels wide. Thread-safe: nothing global is touched. A plan without sessions shows seven rest days."""
    heights = [_ROW + _SECOND * (len(sessions) - 1) if (sessions := plan.on(day)) else _REST for day in DAYS]
    height = _HEAD + sum(heights) + _GAP * len(DAYS) + _FOOT
    tops = [_HEAD + sum(heights[:n]) + _GAP * n for n in range(len(DAYS))]
    shapes = Shapes(height)
    for day, top, tall in zip(DAYS, tops, heights, strict=True):
        if not plan.on(day):
            shapes.box(150, top, 710, tall, PAPER, LINE)
        for session, y, each in _cards(plan, day, top, tall):
            strong, soft = _COLOURS[family(session.kind)]
            shapes.box(150, y, 710, each, soft, soft)
            shapes.box(150, y, 14, each, strong, strong, radius=7)
    image, draw = shapes.done()
    fitted(draw, title, 40, 52, 820, size=42, bold=True)
    draw.text((40, 98), _span(plan), fill=QUIET, font=font(26), anchor="lm")
    for day, top, tall in zip(DAYS, tops, heights, strict=True):
        _words(draw, plan, day, top, tall)
    return png(image)


def _span(plan: Plan) -> str:
    start, end = plan.date("mon"), plan.date("sun")
    span = f"{start.day} {start:%b} \N{EN DASH} {end.day} {end:%b %Y}"
    total = sum(s.minutes for s in plan.training)
    if total:
        span += f"   \N{MIDDLE DOT}   {total // 60} h {total % 60:02d} min" if total >= 60 else f"   \N{MIDDLE DOT}   {total} min"
    return span


def _cards(plan: Plan, day: str, top: float, tall: float) -> list[tuple[Session, float, float]]:
    """The sessions of a day with the top and the height of their cards."""
    sessions = plan.on(day)
    each = tall / max(1, len(sessions))
    gap = 4 if len(sessions) > 1 else 0
    return [(session, top + n * each + (gap if n else 0), each - gap) for n, session in enumerate(sessions)]


def _words(draw: ImageDraw, plan: Plan, day: str, top: float, tall: float) -> None:
    cards = _cards(plan, day, top, tall)
    middle = top + (_ROW if cards else _REST) / 2
    draw.text((40, middle - 14), said(f"days.{day}")[:3], fill=INK if cards else QUIET, font=font(33, bold=True), anchor="lm")
    date = plan.date(day)
    draw.text((40, middle + 20), f"{date.day} {date:%b}", fill=QUIET, font=font(21), anchor="lm")
    if not cards:
        draw.text((186, top + tall / 2), said("kinds.rest.name"), fill=QUIET, font=font(30), anchor="lm")
    for session, y, each in cards:
        middle = y + each / 2
        fitted(draw, session.name, 190, middle - 15, 500, size=33, bold=True)
        if session.effort:
            fitted(draw, session.effort, 190, middle + 22, 520, size=21, colour=DETAIL)
        if session.minutes:
            draw.text((832, middle - 12), f"{session.minutes}", fill=_COLOURS[family(session.kind)][0], font=font(44, bold=True), anchor="rm")
            draw.text((832, middle + 24), "min", fill=DETAIL, font=font(21), anchor="rm")
