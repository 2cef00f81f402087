"""The person's numbers: right, in their units, with sources; none for the protected; nothing guessed."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.plain import plain
from actions.targets import DISTANCE, FOOD, targets, targets_reply, targets_sources
from knowledge.entry import TARGET
from knowledge.formulas import FORMULAS
from knowledge.load import Knowledge, load

FULL: dict[str, Any] = {
    "body_weight": 80, "height": 180, "age": 34, "weekly_run_km": 25, "goal": "muscle", "longest_run_km": 12, "sex": "male", "run_experience": "regular",
}  # fmt: skip


@lru_cache(maxsize=1)
def knowledge() -> Knowledge:
    return load()


def names(profile: dict[str, Any]) -> list[str]:
    return [item.name for item in targets(profile).items]


def test_a_full_profile_gets_every_number() -> None:
    assert set(names(FULL)) == {*FOOD, *DISTANCE, "sleep_band", "lifting"}
    assert not targets(FULL).missing
    text = plain(targets_reply(FULL, knowledge()))
    # 1.6-2.2 x 80; Mifflin 1,760 x 1.3 + 25 x 80 / 7, give or take 15 %; 12 x 1.1.
    for figure in ("130\N{EN DASH}175 g", "240\N{EN DASH}400 g", "2,190\N{EN DASH}2,960 kcal", "13.2 km", "20\N{EN DASH}40 km", "1.6 kg", "strong evidence"):
        assert figure in text


def test_imperial_says_no_metric_weight_or_distance() -> None:
    text = plain(targets_reply({**FULL, "units": "imperial"}, knowledge()))
    assert " kg" not in text
    assert " km" not in text
    assert "miles" in text
    assert "per lb" in text


@pytest.mark.parametrize("field", ["body_weight", "height", "age", "weekly_run_km", "goal", "longest_run_km"])
def test_what_is_missing_is_named_and_not_guessed(field: str) -> None:
    profile = {k: v for k, v in FULL.items() if k != field}
    found = targets(profile)
    assert found.missing_fields == (field,)
    assert not {i.name for i in found.items} & {n for n, f in FORMULAS.items() if field in f.needs}
    assert found.missing[0] in plain(targets_reply(profile, knowledge()))


def test_nothing_known_still_helps() -> None:
    assert names({}) == ["sleep_band", "lifting"]
    assert len(targets({}).missing) == 6


@pytest.mark.parametrize("gate", [{"age": 15}, {"health_flags": ["pregnancy"]}, {"health_flags": ["kidney"]}, {"health_flags": ["eating"]}])
@pytest.mark.parametrize("units", ["metric", "imperial"])
def test_the_protected_get_no_figure_to_chase(gate: dict[str, Any], units: str) -> None:
    profile = {**FULL, **gate, "units": units}
    reply = targets_reply(profile, knowledge())
    assert not TARGET.search(plain(reply))
    assert targets(profile).reason in plain(reply)
    assert {"sleep_band", "lifting", "rest_days", "fluid_limit"} == set(names(profile))
    assert not targets(profile).missing
    assert reply.profile_used


@pytest.mark.parametrize("flag", ["heart", "diabetes", "other"])
def test_health_points_switch_the_numbers_off(flag: str) -> None:
    profile = {**FULL, "health_flags": [flag]}
    assert not TARGET.search(plain(targets_reply(profile, knowledge())))


def test_an_injury_switches_distance_off() -> None:
    assert not set(names({**FULL, "health_flags": ["injury"]})) & set(DISTANCE)
    assert "protein_day" in names({**FULL, "health_flags": ["injury"]})


def test_new_runners_count_minutes() -> None:
    found = {i.name: i for i in targets({**FULL, "run_experience": "new"}).items}
    assert found["km_band"].amount == ""
    assert "minutes" in found["km_band"].words


def test_sources_are_shown_records_with_links() -> None:
    reply = targets_reply(FULL, knowledge())
    assert len(reply.sources) == len(set(reply.sources)) >= 6
    shown = {r.citation for r in knowledge().evidence.values() if r.shown}
    assert {s.title for s in reply.sources} <= shown
    text = plain(targets_sources(FULL, knowledge()))
    assert "https://doi.org/10.1136/bjsports-2017-097608" in text


@settings(max_examples=200, deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "body_weight": st.floats(30, 250), "height": st.floats(120, 220), "age": st.integers(13, 100), "weekly_run_km": st.floats(0, 250),
            "goal": st.sampled_from(("muscle", "balanced", "endurance", "fat_loss", "physique", "health")), "longest_run_km": st.floats(0, 100),
            "units": st.sampled_from(("metric", "imperial")), "run_experience": st.sampled_from(("new", "regular", "experienced")),
            "energy_balance": st.sampled_from(("deficit", "surplus")), "sex": st.sampled_from(("female", "male", "undisclosed")),
            "health_flags": st.sets(st.sampled_from(("pregnancy", "kidney", "heart", "diabetes", "eating", "injury", "other")), max_size=2).map(sorted),
        },
    )
)  # fmt: skip
def test_any_profile_gets_a_whole_reply(profile: dict[str, Any]) -> None:
    text = plain(targets_reply(profile, knowledge()))
    assert "{" not in text
    assert "  " not in text
    assert "None" not in text
    if profile.get("age", 99) < 18 or set(profile.get("health_flags", ())) - {"injury"}:
        assert not TARGET.search(text)
