"""The calendar file: read back with the same library, and checked line by line where programs are picky."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from actions.plan import Plan, make_plan
from actions.plan_calendar import plan_ics

NOW = dt.datetime(2026, 10, 21, 12, 30, tzinfo=dt.UTC)
PROFILE = {"available_days": 4, "session_minutes": 60, "run_days": 3, "lift_days": 3, "day_part": "evening"}


def week(**more: object) -> Plan:
    return make_plan({**PROFILE, **more}, today=NOW.date())


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Sydney", "Asia/Kolkata", "UTC"])
def test_events_stand_in_the_persons_zone(zone: str) -> None:
    # The week of 26 October 2026 lies around the end of summer time in Europe and before it in New York.
    plan = week()
    calendar = Calendar.from_ical(plan_ics(plan, time_zone=zone, name="Alex", now=NOW))
    events = calendar.walk("VEVENT")
    assert len(events) == len(plan.training)
    for event in events:
        start, end = event["dtstart"].dt, event["dtend"].dt
        day = plan.on(("mon", "tue", "wed", "thu", "fri", "sat", "sun")[start.weekday()])
        assert start.utcoffset() == start.replace(tzinfo=ZoneInfo(zone)).utcoffset()
        assert (start.hour == 18 and start.minute == 0) or len(day) == 2
        assert (end - start).total_seconds() / 60 in [s.minutes for s in day]
    if zone != "UTC":
        assert [str(z["tzid"]) for z in calendar.walk("VTIMEZONE")] == [zone]


def test_clock_time_stays_across_the_change_of_the_clocks() -> None:
    text = plan_ics(week(), time_zone="Europe/Berlin", name="Alex", now=NOW).decode()
    assert "DTSTART;TZID=Europe/Berlin:20261026T180000" in text or "DTSTART;TZID=Europe/Berlin:20261027T180000" in text
    assert "TZOFFSETTO:+0100" in text


def test_what_programs_insist_on() -> None:
    raw = plan_ics(week(), time_zone="Europe/Berlin", name="Alex", now=NOW)
    lines = raw.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert raw.endswith(b"END:VCALENDAR\r\n")
    assert {b"VERSION:2.0", b"METHOD:PUBLISH", b"DTSTAMP:20261021T123000Z"} <= set(lines)
    assert any(line.startswith(b"PRODID:") for line in lines)
    assert all(len(line) <= 75 for line in lines)


def test_two_sessions_of_a_day_follow_each_other() -> None:
    plan = week(session_minutes=90, available_days=3)
    events = Calendar.from_ical(plan_ics(plan, time_zone="Europe/Berlin", name="Alex", now=NOW)).walk("VEVENT")
    by_day: dict[dt.date, list[tuple[dt.datetime, dt.datetime]]] = {}
    for event in events:
        by_day.setdefault(event["dtstart"].dt.date(), []).append((event["dtstart"].dt, event["dtend"].dt))
    pairs = [v for v in by_day.values() if len(v) == 2]
    assert pairs
    assert all(sorted(v)[0][1] == sorted(v)[1][0] for v in pairs)


def test_identity_is_stable_and_unique() -> None:
    def uids(now: dt.datetime) -> list[str]:
        return [str(e["uid"]) for e in Calendar.from_ical(plan_ics(week(), time_zone="UTC", name="A", now=now)).walk("VEVENT")]

    assert uids(NOW) == uids(NOW + dt.timedelta(hours=5))
    assert len(set(uids(NOW))) == len(uids(NOW))


@pytest.mark.parametrize(("part", "hour"), [("morning", 7), ("midday", 12), ("evening", 18), ("any", 18)])
def test_time_of_day(part: str, hour: int) -> None:
    events = Calendar.from_ical(plan_ics(week(day_part=part, available_days=6), time_zone="UTC", name="A", now=NOW)).walk("VEVENT")
    assert {e["dtstart"].dt.hour for e in events} == {hour}


def test_race_is_an_all_day_event() -> None:
    plan = week(race_distance="10k", race_date="2026-11-01", goal="endurance")
    events = Calendar.from_ical(plan_ics(plan, time_zone="UTC", name="A", now=NOW)).walk("VEVENT")
    assert [e["dtstart"].dt for e in events if str(e["summary"]) == "Race day"] == [dt.date(2026, 11, 1)]


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        plan_ics(week(), time_zone="UTC", name="A", now=NOW.replace(tzinfo=None))
