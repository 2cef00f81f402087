"""The last weeks as a picture: running and sessions a week, and weight where it may be shown."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from actions.drawing import BLUE, GREEN, GREY, INK, LINE, OCHRE, PAPER, QUIET, VIOLET, Shapes, fitted, font, png
from actions.progress import SHOWN_WEEKS, LogEntry, Week, shows_distance, shows_weight, weeks
from knowledge.fields import Profile
from knowledge.plan_texts import said
from knowledge.units import KG_PER_POUND, KM_PER_MILE

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

CHART_WEEKS = 8
_LEFT, _RIGHT, _TOP, _HEAD, _PLOT, _NAMES = 92, 868, 108, 62, 224, 64
_PANEL = _HEAD + _PLOT + _NAMES
_FILLED = 0.62  # of a week's column by its bar
_MOST_GAPS = 4  # between the lines of a panel
_STEPS = (1, 2, 5)


@dataclass(frozen=True)
class _Part:
    """A colour of the bars: its name in the legend and a height for each week."""

    name: str
    colour: str
    values: Sequence[float]


@dataclass(frozen=True)
class _Panel:
    """A part of the picture, from `low` to `high`: stacked bars, or a line of (weeks since the first, value)."""

    title: str
    low: float
    high: float
    bars: Sequence[_Part] = ()
    line: Sequence[tuple[float, float]] = ()
    whole: bool = False  # only whole numbers on the axis

    def lines(self) -> list[float]:
        """The values at which a line is drawn: round ones, at most five."""
        span = self.high - self.low
        step = next(s * 10.0**e for e in range(-1, 5) for s in _STEPS if span / (s * 10.0**e) <= _MOST_GAPS and (not self.whole or e >= 0))
        first = math.ceil(self.low / step - 1e-9)
        return [n * step for n in range(first, math.floor(self.high / step + 1e-9) + 1)]


def progress_png(entries: Sequence[LogEntry], profile: Profile, today: dt.date) -> bytes:
    """A PNG, 900 pixels wide. Thread-safe: nothing global is touched."""
    past = [e for e in entries if e.day <= today]
    oldest = min((e.day for e in past), default=today)
    count = min(CHART_WEEKS, max(SHOWN_WEEKS, math.ceil(((today - oldest).days + 7) / 7)))
    last = weeks(past, today, count)
    panels = [_running(last, profile), _sessions(last)]
    if (weight := _weight(past, profile, last[0].monday)) is not None:
        panels.append(weight)
    shapes = Shapes(_TOP + _PANEL * len(panels))
    for n, panel in enumerate(panels):
        _shapes(shapes, panel, _TOP + n * _PANEL, count)
    image, draw = shapes.done()
    fitted(draw, said("progress.chart_title"), 40, 56, 820, size=42, bold=True)
    for n, panel in enumerate(panels):
        _words(draw, panel, _TOP + n * _PANEL, [f"{w.monday.day} {w.monday:%b}" for w in last])
    return png(image)


def _running(last: Sequence[Week], profile: Profile) -> _Panel:
    if shows_distance(profile):
        scale, unit = (1 / KM_PER_MILE, "miles") if profile.get("units") == "imperial" else (1.0, "km")
        heights, title = [w.km * scale for w in last], f"{said('progress.chart_distance')} ({unit})"
    else:
        heights, title = [float(w.minutes) for w in last], f"{said('progress.chart_minutes')} (min)"
    return _Panel(title, 0, max(1.2 * max(heights), 1), (_Part("", BLUE, heights),))


def _sessions(last: Sequence[Week]) -> _Panel:
    parts = (
        _Part(said("progress.chart_runs"), GREEN, [w.runs for w in last]),
        _Part(said("progress.chart_lifts"), VIOLET, [w.lifts for w in last]),
        _Part(said("progress.chart_others"), GREY, [w.others for w in last]),
    )
    most = max(sum(values) for values in zip(*(p.values for p in parts), strict=True))
    return _Panel(said("progress.chart_sessions"), 0, max(1.2 * most, 1), tuple(p for p in parts if any(p.values)), whole=True)


def _weight(past: Sequence[LogEntry], profile: Profile, start: dt.date) -> _Panel | None:
    weighed = sorted((e.day, e.kg) for e in past if e.kind == "weight" and e.kg is not None and e.day >= start)
    if len(weighed) < 2 or not shows_weight(profile):
        return None
    factor, unit = (1 / KG_PER_POUND, "lb") if profile.get("units") == "imperial" else (1.0, "kg")
    masses = [kg * factor for _, kg in weighed]
    middle, half = (max(masses) + min(masses)) / 2, max(2.0 * factor, (max(masses) - min(masses)) * 0.75)
    spots = [((day - start).days - 3) / 7 for day, _ in weighed]
    # A wide frame, so that ordinary swings look like what they are.
    return _Panel(f"{said('progress.chart_weight')} ({unit})", middle - half, middle + half, line=tuple(zip(spots, masses, strict=True)))


def _column(spot: float, count: int) -> float:
    """The middle of a week's column."""
    return _LEFT + (spot + 0.5) * (_RIGHT - _LEFT) / count


def _y(panel: _Panel, value: float, top: float) -> float:
    return top + _HEAD + _PLOT * (panel.high - value) / (panel.high - panel.low)


def _shapes(shapes: Shapes, panel: _Panel, top: float, count: int) -> None:
    for value in panel.lines():
        shapes.bar(_LEFT, _y(panel, value, top) - 1, _RIGHT - _LEFT, 2, LINE)
    width = _FILLED * (_RIGHT - _LEFT) / count
    bottoms = [0.0] * count
    for part in panel.bars:
        for spot, value in enumerate(part.values):
            if value:
                high, low = _y(panel, bottoms[spot] + value, top), _y(panel, bottoms[spot], top)
                shapes.bar(_column(spot, count) - width / 2, high, width, low - high, part.colour)
                if bottoms[spot]:
                    shapes.bar(_column(spot, count) - width / 2, low - 1, width, 2, PAPER)
                bottoms[spot] += value
    if panel.line:
        shapes.line([(_column(spot, count), _y(panel, value, top)) for spot, value in panel.line], OCHRE, 4, dots=6)
    for x, part in _legend(panel):
        shapes.bar(x, top + 18, 20, 20, part.colour)


def _legend(panel: _Panel) -> list[tuple[float, _Part]]:
    """The named parts with where each begins, the last one ending at the right edge."""
    x, found = float(_RIGHT), []
    for part in reversed([p for p in panel.bars if p.name]):
        x -= 30 + font(21).getlength(part.name)
        found.append((x, part))
        x -= 26
    return found[::-1]


def _words(draw: ImageDraw, panel: _Panel, top: float, names: Sequence[str]) -> None:
    fitted(draw, panel.title, 40, top + 28, 480, size=27, bold=True)
    for x, part in _legend(panel):
        draw.text((x + 30, top + 28), part.name, fill=INK, font=font(21), anchor="lm")
    for value in panel.lines():
        draw.text((_LEFT - 12, _y(panel, value, top)), f"{value:.10g}", fill=QUIET, font=font(20), anchor="rm")
    for spot, name in enumerate(names):
        draw.text((_column(spot, len(names)), top + _HEAD + _PLOT + 24), name, fill=QUIET, font=font(20), anchor="mm")
    if len(panel.bars) == 1 and not panel.bars[0].name:
        for spot, value in enumerate(panel.bars[0].values):
            if value:
                draw.text((_column(spot, len(names)), _y(panel, value, top) - 16), f"{value:.0f}", fill=INK, font=font(21), anchor="mm")
