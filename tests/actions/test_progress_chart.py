"""The chart of the last weeks: what it shows to whom, round numbers on its axes, the same picture for the same log."""

from __future__ import annotations

import datetime as dt
import io
import threading
from typing import Any

import matplotlib.image
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.drawing import BLUE, GREEN, OCHRE, VIOLET, WIDTH
from actions.progress import LogEntry
from actions.progress_chart import _legend, _Panel, _sessions, progress_png, weeks

TODAY = dt.date(2026, 6, 10)


def log(weeks_back: int = 4) -> list[LogEntry]:
    """A lift, two runs and a weight in each week."""
    found = []
    for n in range(weeks_back):
        monday = TODAY - dt.timedelta(days=TODAY.weekday() + 7 * n)
        found += [LogEntry((monday + dt.timedelta(d)).isoformat(), kind, km=km, minutes=45) for d, kind, km in ((0, "lift", None), (1, "run", 6.0), (2, "run", 9.0))]
        found.append(LogEntry(monday.isoformat(), "weight", kg=82 - 0.3 * n))
    return found


def drawn(entries: list[LogEntry], profile: dict[str, Any]) -> np.ndarray[Any, Any]:
    """The picture as numbers from 0 to 255, shape (height, WIDTH, 3)."""
    picture = matplotlib.image.imread(io.BytesIO(progress_png(entries, profile, TODAY)), format="png")
    return np.asarray(np.round(255 * picture[:, :, :3]), dtype=np.uint8)


def share(picture: np.ndarray[Any, Any], colour: str) -> float:
    """How much of a picture has exactly a colour."""
    return float(np.all(picture == [int(colour[n : n + 2], 16) for n in (1, 3, 5)], axis=2).mean())


def test_weight_is_drawn_only_where_it_may_be_shown() -> None:
    full, without = drawn(log(), {}), drawn(log(), {"age": 15})
    assert full.shape[1] == without.shape[1] == WIDTH
    assert full.shape[0] > without.shape[0]
    assert share(full, OCHRE) > 0.001
    assert share(without, OCHRE) == 0
    assert drawn([e for e in log() if e.kind != "weight"], {}).shape == drawn([], {}).shape == without.shape


def test_bars_are_as_high_as_what_was_done() -> None:
    picture = drawn(log(), {})
    assert share(picture, BLUE) > 0.01
    assert share(picture, GREEN) == pytest.approx(2 * share(picture, VIOLET), rel=0.05)  # two runs for each lift
    assert share(drawn([], {}), BLUE) == share(drawn([], {}), GREEN) == 0


@given(st.floats(0, 1000), st.floats(1, 1000), st.booleans())
def test_lines_are_few_round_and_within_the_panel(low: float, span: float, whole: bool) -> None:
    panel = _Panel("", low, low + span, whole=whole)
    lines = panel.lines()
    assert len(lines) <= 5
    assert all(low - 1e-6 * span <= value <= low + span + 1e-6 * span for value in lines)
    assert lines == sorted(set(lines))
    if whole:
        assert all(value == int(value) for value in lines)


def test_the_legend_names_what_is_there_and_fits() -> None:
    named = _legend(_sessions(weeks(log(), TODAY, 4)))
    assert [part.name for _, part in named] == ["Runs", "Lifts"]
    assert all(450 < x < WIDTH for x, _ in named)


def test_the_same_log_gives_the_same_picture_in_any_thread() -> None:
    wanted, found = progress_png(log(8), {"units": "imperial"}, TODAY), []
    threads = [threading.Thread(target=lambda: found.append(progress_png(log(8), {"units": "imperial"}, TODAY))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [wanted] * 4
