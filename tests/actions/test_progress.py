"""The training log: what sentences tell, the line back, the last weeks, and the chart."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.plain import plain
from actions.plan import make_plan
from actions.progress import LogEntry, log_line, log_problem, profile_changes, progress_reply, read_log, weeks
from knowledge.entry import TARGET
from knowledge.load import ROOM

TODAY = dt.date(2026, 6, 10)  # a Wednesday


def told(text: str, units: str = "metric") -> list[dict[str, Any]]:
    return [{k: v for k, v in e.as_dict().items() if v not in (None, "")} for e in read_log(text, TODAY, units)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ran 10k today", {"kind": "run", "km": 10.0}),
        ("me and the dog covered about three miles at lunch", {"kind": "run", "km": 4.83}),
        ("the six by 800 are in the bag", {"kind": "run", "km": 4.8}),
        ("half an hour of kettlebells", {"kind": "lift", "minutes": 30}),
        ("squat 5 by 100 kg", {"kind": "lift", "name": "legs", "detail": "squat 100 kg"}),
        ("this am: 63.7 on the scale", {"kind": "weight", "kg": 63.7}),
        ("about 7 hrs kip last night", {"kind": "sleep", "hours": 7.0}),
        ("lifted legs", {"kind": "lift", "name": "legs"}),
        ("six miler, wet", {"kind": "run", "km": 9.66}),
        ("did week 2 run 3 this morning, 25 minutes", {"kind": "run", "minutes": 25}),
        ("w5r3 done, 20 minutes without stopping", {"kind": "run", "minutes": 20}),
        ("week 3 run 2 done plus 4 km", {"kind": "run", "km": 4.0}),
        ("time trial: 21:47", {"kind": "run", "minutes": 22}),
        ("75.9 today", {"kind": "weight", "kg": 75.9}),
        ("glutes and hammies session, 35 mins", {"kind": "lift", "minutes": 35}),
        ("barre class attended", {"kind": "other"}),
        ("jump rope again today, 10 min", {"kind": "other", "minutes": 10}),
        ("weight 81.2 this morning", {"kind": "weight", "kg": 81.2}),
        ("slept 6", {"kind": "sleep", "hours": 6.0}),
        ("5 miles yesterday in 50 min", {"date": "2026-06-09", "kind": "run", "km": 8.05, "minutes": 50}),
        ("did my long run, 14k", {"kind": "run", "km": 14.0, "name": "long_run"}),
        ("enter my weight: 68,4", {"kind": "weight", "kg": 68.4}),
        ("this morning's weight 165 lb", {"kind": "weight", "kg": 74.8}),
        ("weight is 12 st 4 today", {"kind": "weight", "kg": 78.0}),
        ("slept seven and a half hours", {"kind": "sleep", "hours": 7.5}),
        ("slept 7h30 last night", {"kind": "sleep", "hours": 7.5}),
        ("parkrun 24:31 today", {"kind": "run", "km": 5.0, "minutes": 25}),
        ("ran 1h20 today", {"kind": "run", "minutes": 80}),
        ("8x400m done", {"kind": "run", "km": 3.2}),
        ("I ran 10 miles on sunday", {"date": "2026-06-07", "kind": "run", "km": 16.09}),
        ("benched 80 for 5x5", {"kind": "lift", "name": "upper", "detail": "benched 80 kg 5 × 5"}),
        ("bench 80kg 5x5", {"kind": "lift", "name": "upper", "detail": "bench 80 kg 5 × 5"}),
        ("squats 3x8 at 225 lbs done", {"kind": "lift", "name": "legs", "detail": "squats 225 lb 3 × 8"}),
        ("bench 80x5", {"kind": "lift", "name": "upper", "detail": "bench 80 kg × 5"}),
        ("deadlift 140kg x 3 x 5", {"kind": "lift", "name": "legs", "detail": "deadlift 140 kg 3 × 5"}),
        ("just did 3x10 squats with 60 kilos", {"kind": "lift", "name": "legs", "detail": "squats 60 kg 3 × 10"}),
        ("no run today, walked 30 min", {"kind": "other", "minutes": 30}),
        ("10k steps today", {"kind": "other"}),
        ("walked 12,500 steps", {"kind": "other"}),
        ("10k 1:02:33 pb!!", {"kind": "run", "km": 10.0, "minutes": 63}),
        ("biked 20 km today", {"kind": "other"}),
        ("walked for 40 minutes", {"kind": "other", "minutes": 40}),
        ("rest day today", {"kind": "rest"}),
        ("yoga done, 20 minutes", {"kind": "mobility", "minutes": 20}),
        ("completed tuesday's workout", {"date": "2026-06-09", "kind": "session"}),
        ("ran 5 km two days ago", {"date": "2026-06-08", "kind": "run", "km": 5.0}),
        ("half marathon done!", {"kind": "run", "km": 21.1}),
    ],
)  # fmt: skip
def test_what_sentences_tell(text: str, expected: dict[str, Any]) -> None:
    assert told(text) == [{"date": "2026-06-10", **expected}]


def test_several_things_in_one_sentence() -> None:
    assert [e["kind"] for e in told("ran 10k and lifted today")] == ["run", "lift"]
    assert [e["kind"] for e in told("check in: slept 8, ran 5k, legs sore")] == ["sleep", "run"]


def test_days_told_together_are_kept_apart() -> None:
    assert [(e["date"], e["kind"], e.get("km")) for e in told("ran 3 miles mon, legs tue, 6 miles today")] == [
        ("2026-06-08", "run", 4.83), ("2026-06-09", "lift", None), ("2026-06-10", "run", 9.66),
    ]  # fmt: skip
    assert [(e["date"], e["kind"]) for e in told("biked 20 km on monday and 30 km yesterday")] == [("2026-06-08", "other"), ("2026-06-09", "other")]
    assert [(e["date"], e["km"]) for e in told("5 km wed, 8 km today")] == [("2026-06-03", 5.0), ("2026-06-10", 8.0)]
    assert [(e["date"], e["kind"]) for e in told("legs mon and tue")] == [("2026-06-08", "lift"), ("2026-06-09", "lift")]
    assert [e["date"] for e in told("ran 5k and lifted legs yesterday")] == ["2026-06-09"] * 2
    assert [(e["kind"], e.get("minutes")) for e in told("did 40 min easy and some pushups yesterday")] == [("run", 40), ("lift", None)]
    assert [e.get("detail") for e in told("deadlifted 3x5 at 140 and ran 5k in 25:00")] == ["deadlifted 140 kg 3 × 5", None]
    assert not any(e.get("detail") for e in told("squats then ran 5k in 25"))
    assert told("40 min easy gym session today") == [{"date": "2026-06-10", "kind": "lift", "minutes": 40}]


def test_each_sport_keeps_its_own_amounts() -> None:
    assert [(e["kind"], e.get("km"), e.get("minutes")) for e in told("i ran 5 miles and then lifted for 30 min")] == [("run", 8.05, None), ("lift", None, 30)]
    assert [(e["kind"], e.get("minutes")) for e in told("45 min on the bike + 20 min core")] == [("other", 45), ("lift", 20)]
    assert [(e["kind"], e.get("km")) for e in told("swam 1k, ran 5k")] == [("other", None), ("run", 5.0)]
    assert [e["kind"] for e in told("squats, deadlifts and rows, 45 min")] == ["lift"]
    assert [e.get("detail") for e in told("did chest and back, 5x5 bench at 70 and ran home 4k")] == ["bench 70 kg 5 × 5", None]


def test_numbers_without_a_unit_follow_the_person() -> None:
    assert told("weight 180 today", "imperial")[0]["kg"] == 81.6
    assert told("ran 5 today", "imperial")[0]["km"] == 8.05


@pytest.mark.parametrize(
    "text",
    [
        "should I run 10k today?", "I run 30 km a week", "I didn't run today", "I want to run a marathon", "how much protein do I need", "ran 10k tomorrow",
        "what is my weight", "I usually sleep 6", "hello", "", "I missed my run yesterday", "can I lift legs today?", "how did I sleep",
        "10.5 today", "75.9 today?", "longest run was 14k", "no run today", "no gym yesterday", "my longest run is 14 km",
    ],
)  # fmt: skip
def test_what_was_not_done_is_not_logged(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(("text", "value"), [("weight 820 kg", "820 kg"), ("ran 900 km today", "900 km"), ("slept 20 hours", "20 hours"), ("weight 12", "12")])
def test_impossible_values_get_a_reason(text: str, value: str) -> None:
    assert told(text) == []
    assert value in (log_problem(text, TODAY) or "")


def test_possible_values_have_no_problem() -> None:
    assert log_problem("ran 10k today", TODAY) is None


def sentences() -> list[str]:
    raw = yaml.safe_load((ROOM.parent / "nlu" / "data" / "conversation.yml").read_text(encoding="utf-8"))
    found = next(item["examples"] for item in raw["nlu"] if item["intent"] == "log_training")
    return [line[2:] for line in found.splitlines() if line.startswith("- ")]


def test_most_ways_of_telling_are_understood() -> None:
    understood = [t for t in sentences() if read_log(t, TODAY)]
    assert len(understood) >= 0.9 * len(sentences())


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60) | st.sampled_from(sentences()), st.sampled_from(("metric", "imperial")))
def test_whatever_is_typed(text: str, units: str) -> None:
    for entry in read_log(text, TODAY, units):
        assert LogEntry.from_dict(json.loads(json.dumps(entry.as_dict()))) == entry
        assert entry.day <= TODAY
        assert entry.kg is None or 30 <= entry.kg <= 250
        assert entry.km is None or 0 < entry.km <= 250
        assert entry.hours is None or 0 < entry.hours <= 14
        for profile in ({"units": units}, {"age": 15, "units": units}, {"health_flags": ["eating"]}):
            line = log_line(entry, profile, TODAY)
            assert "{" not in line
            assert len(profile) < 2 or not TARGET.search(line)


@given(st.floats(1, 99), st.sampled_from(("km", "k", "miles")))
def test_distances_come_back(value: float, unit: str) -> None:
    number = round(value, 1)
    (entry,) = read_log(f"ran {number} {unit} today", TODAY)
    assert entry.km == pytest.approx(number * (1.609344 if unit == "miles" else 1), abs=0.011)


def test_the_line_back() -> None:
    assert log_line(LogEntry("2026-06-10", "run", km=10), {}, TODAY) == "Logged: a run, 10 km today."
    assert "6.2 miles" in log_line(LogEntry("2026-06-09", "run", km=10), {"units": "imperial"}, TODAY)
    assert "yesterday" in log_line(LogEntry("2026-06-09", "lift"), {}, TODAY)
    assert "well over" in log_line(LogEntry("2026-06-10", "run", km=12), {"longest_run_km": 10}, TODAY)
    assert "well over" not in log_line(LogEntry("2026-06-10", "run", km=11), {"longest_run_km": 10}, TODAY)
    assert "short night" in log_line(LogEntry("2026-06-10", "sleep", hours=5), {}, TODAY)
    assert "2 June" in log_line(LogEntry("2026-06-02", "lift"), {}, TODAY)


@pytest.mark.parametrize("profile", [{"age": 15}, {"health_flags": ["eating"]}, {"health_flags": ["pregnancy"]}])
def test_weight_and_distance_are_not_echoed_to_the_protected(profile: dict[str, Any]) -> None:
    assert not TARGET.search(log_line(LogEntry("2026-06-10", "weight", kg=60.5), profile, TODAY))
    assert not TARGET.search(log_line(LogEntry("2026-06-10", "run", km=10, minutes=50), profile, TODAY))


def test_what_a_log_tells_about_the_profile() -> None:
    assert profile_changes(LogEntry("2026-06-10", "weight", kg=81.2), {}) == {"body_weight": 81.2}
    assert profile_changes(LogEntry("2026-06-10", "run", km=14), {"longest_run_km": 12}) == {"longest_run_km": 14}
    assert profile_changes(LogEntry("2026-06-10", "run", km=10), {"longest_run_km": 12}) == {}


def log(weeks_back: int = 4, start: float = 82.0, step: float = -0.3) -> list[LogEntry]:
    out = []
    for n in range(weeks_back):
        monday = TODAY - dt.timedelta(days=TODAY.weekday() + 7 * n)
        for shift, kind, km in ((0, "lift", None), (1, "run", 6.0 + n), (2, "run", 10.0 - n)):
            out.append(LogEntry((monday + dt.timedelta(shift)).isoformat(), kind, km=km, minutes=45))
        out.append(LogEntry(monday.isoformat(), "weight", kg=start - step * n))
        out.append(LogEntry(monday.isoformat(), "sleep", hours=7.5))
    return out


def test_the_last_weeks_against_the_plan() -> None:
    profile = {"available_days": 4, "run_days": 2, "lift_days": 2, "longest_run_km": 10, "session_minutes": 60, "run_experience": "regular"}
    plan = make_plan(profile, today=dt.date(2026, 6, 8))
    text = plain(progress_reply(log(), plan, profile, TODAY))
    assert "This week: 2 runs (16 km), 1 lift" in text
    assert "Last week: 2 runs (16 km), 1 lift" in text
    assert "2 of 2 planned runs and 1 of 2 planned lifts" in text
    assert "4 of the last four weeks" in text
    assert "7.5 hours" in text
    assert "82.9" not in text or "Weight: 81.1" in text or "Weight:" in text


def test_counts_by_week() -> None:
    found = weeks(log(2), TODAY, 4)
    assert [(w.runs, w.lifts, w.km) for w in found] == [(0, 0, 0), (0, 0, 0), (2, 1, 16), (2, 1, 16)]


def test_a_finished_session_counts_as_what_was_planned() -> None:
    profile = {"available_days": 4, "run_days": 2, "lift_days": 2}
    plan = make_plan(profile, today=dt.date(2026, 6, 8))
    day = next(s for s in plan.training if s.kind.startswith("lift"))
    entry = LogEntry(plan.date(day.day).isoformat(), "session")
    assert weeks([entry], plan.date("sun"), 1, plan)[0].lifts == 1


def test_no_log_yet() -> None:
    assert "nothing in your log" in plain(progress_reply([], None, {}, TODAY))


def test_losing_weight_is_never_praised_and_fast_loss_is_met_with_care() -> None:
    for step, fast in ((0.3, False), (2.0, True)):
        text = plain(progress_reply(log(start=82.0, step=-step), None, {}, TODAY)).lower()
        assert ("eat more" in text) == fast
        for word in ("great", "well done", "congrat", "good job", "nice", "amazing", "progress on your weight"):
            assert word not in text


@pytest.mark.parametrize("profile", [{"age": 15}, {"health_flags": ["eating"]}, {"health_flags": ["pregnancy"]}, {"health_flags": ["kidney"]}])
def test_the_protected_see_no_weight_and_no_distance(profile: dict[str, Any]) -> None:
    text = plain(progress_reply(log(), None, profile, TODAY))
    assert not TARGET.search(text)
    assert "weight" not in text.lower()
