"""The week as a calendar file (.ics) in the person's time zone, for Apple, Google and Outlook."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from actions.plan import DAYS, Plan, Session
from knowledge.plan_texts import said

START_TIMES = {"morning": dt.time(7), "midday": dt.time(12), "evening": dt.time(18), "any": dt.time(18)}


def plan_ics(plan: Plan, *, time_zone: str, name: str, now: dt.datetime) -> bytes:
    """An iCalendar file with one event a session (a race is an all-day event, rest is none).

    `time_zone` is an IANA name, `name` the calendar's name, `now` an aware time for the stamps. Events keep their identity
    (UID) by week, day and place in the day, so that importing a changed week updates them. Raises ValueError on a naive
    `now`, zoneinfo.ZoneInfoNotFoundError on an unknown zone.
    """
    from icalendar import Calendar, Event

    if now.tzinfo is None:
        raise ValueError("now needs a time zone")
    zone = ZoneInfo(time_zone)
    calendar = Calendar()
    calendar.add("prodid", "-//Hybrid Coach//Weekly plan//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", time_zone)
    stamp = now.astimezone(dt.UTC).replace(microsecond=0)
    for day in DAYS:
        begin = dt.datetime.combine(plan.date(day), START_TIMES.get(plan.day_part, START_TIMES["any"]), zone)
        for order, session in enumerate(plan.on(day)):
            event = Event()
            event.add("uid", f"{plan.week_start}-{day}-{order}@hybrid-coach")
            event.add("dtstamp", stamp)
            event.add("sequence", int(stamp.timestamp()) // 60 % 2**31)  # grows with each export: the newer one wins
            event.add("summary", session.name)
            event.add("description", _description(session))
            if session.kind == "race":
                event.add("dtstart", plan.date(day))
                event.add("dtend", plan.date(day) + dt.timedelta(days=1))
                event.add("transp", "TRANSPARENT")
            else:
                event.add("dtstart", begin)
                begin += dt.timedelta(minutes=session.minutes)
                event.add("dtend", begin)
            calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _description(session: Session) -> str:
    lines = [*session.steps]
    lines += [said("plan.sets", name=lift.name, sets=lift.sets, reps=lift.reps) + f". {lift.cue}" for lift in session.lifts]
    if session.effort:
        lines.append(said("plan.effort", effort=f"{session.effort[0].lower()}{session.effort[1:]}"))
    return "\n".join(lines)
