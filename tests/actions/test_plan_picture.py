"""The picture of the week: a real PNG of phone width, the same for the same week, drawn without any global state."""

from __future__ import annotations

import datetime as dt
import io
import threading
from typing import Any

import matplotlib.image
import numpy as np
import pytest

from actions.drawing import PAPER, WIDTH
from actions.plan import KINDS, Plan, make_plan
from actions.plan_picture import _COLOURS, family, plan_png

TODAY = dt.date(2026, 6, 8)
PROFILES: list[dict[str, Any]] = [
    {"available_days": 4, "session_minutes": 45},
    {"available_days": 6, "goal": "endurance", "run_experience": "experienced", "longest_run_km": 25, "session_minutes": 200},
    {"available_days": 2, "session_minutes": 90, "run_experience": "new"},
    {"available_days": 0},
    {"age": 15, "available_days": 3, "session_minutes": 10},
]


def pixels(raw: bytes) -> np.ndarray[Any, Any]:
    return matplotlib.image.imread(io.BytesIO(raw), format="png")


@pytest.mark.parametrize("profile", PROFILES)
def test_width_and_background(profile: dict[str, Any]) -> None:
    picture = pixels(plan_png(make_plan(profile, today=TODAY, screened=True), title="Your week"))
    assert picture.shape[1] == WIDTH
    assert 500 < picture.shape[0] < 1500
    paper = np.array([int(PAPER[n : n + 2], 16) / 255 for n in (1, 3, 5)])
    for corner in (picture[0, 0], picture[-1, -1], picture[0, -1], picture[-1, 0]):
        assert np.allclose(corner[:3], paper, atol=0.01)
        assert picture.shape[2] == 3 or corner[3] == 1


def test_each_family_of_kinds_has_its_colour() -> None:
    assert {family(kind) for kind in KINDS} <= set(_COLOURS)
    plan = make_plan(PROFILES[1], today=TODAY, screened=True)
    picture = (pixels(plan_png(plan, title="Your week"))[:, :, :3] * 255).round().astype(int)
    seen = {tuple(row) for row in picture.reshape(-1, 3)}
    for session in plan.training:
        strong = _COLOURS[family(session.kind)][0]
        assert tuple(int(strong[n : n + 2], 16) for n in (1, 3, 5)) in seen


@pytest.mark.parametrize("name", sorted(set(_COLOURS) - {"rest"}))
def test_colours_can_be_read_on_their_card(name: str) -> None:
    def light(colour: str) -> float:
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    strong, soft = (light(c) for c in _COLOURS[name])
    assert (soft + 0.05) / (strong + 0.05) >= 4.5


def test_a_very_long_title_stays_inside() -> None:
    plan = make_plan(PROFILES[0], today=TODAY)
    picture = pixels(plan_png(plan, title="W" * 300))
    assert np.allclose(picture[:, -20:, :3], picture[0, 0, :3], atol=0.01)


def test_drawn_in_several_threads_at_once() -> None:
    plan: Plan = make_plan(PROFILES[1], today=TODAY)
    expected, results = plan_png(plan, title="Your week"), []
    threads = [threading.Thread(target=lambda: results.append(plan_png(plan, title="Your week"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 4
