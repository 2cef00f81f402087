"""Talk about numbers, the week and what was done: targets, plan, changes, log, progress. Pure.

Pictures and calendar files are only described here (`NewFile`); the action makes them.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from actions import aftercare
from actions.phrases import (
    ANOTHER,
    AWAY,
    DAY_ASKED,
    DONE,
    FILES_ASKED,
    MISS_ASKED,
    NEW_PLAN,
    NONE_OF_THEM,
    PRAISES,
    REBUILD,
    RESULT,
    SAY_SHORTER,
    SESSION_ASKED,
    SHOULD_I_SKIP,
    SOME_OF_THEM,
    THIS_TIME,
    THIS_WEEK,
    TODAY,
    UNSAID,
    WHAT_IF_STATE,
    WHY_PLANNED,
    WHY_SO,
)
from actions.plan import HARD_RUNS, PLAN_FIELDS, Plan, day_text, flags, in_one_line, make_plan, plan_reply, short_date
from actions.plan_edit import KINDS, after_screening, edit_plan, fitted
from actions.plan_why import why
from actions.plan_words import session_words
from actions.profile_talk import choice_buttons, take_facts, think_in
from actions.progress import LogEntry, log_line, log_problem, profile_changes, progress_reply, read_log
from actions.reply import Block, Button, Reply, say
from actions.session import STATELESS, NewFile, Session
from actions.targets import targets, targets_reply, targets_sources
from knowledge.fields import catalogue, is_protected
from knowledge.plan_texts import said
from knowledge.texts import sentence

FITS = frozenset(  # what a week can be fitted to without making it anew
    ("blocked_days", "session_minutes", "equipment", "day_part", "run_days", "lift_days", "longest_run_km", "weekly_run_km")
)
TARGETS, PLAN = "@targets", "@plan"  # what a question back belongs to, where a topic would stand
TARGET_FIELDS = frozenset(
    ("body_weight", "height", "age", "sex", "weekly_run_km", "longest_run_km", "goal", "lift_days", "energy_balance", "run_experience", "units")
)
SURE = 0.98  # from this probability on, what the model took a message for is believed
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# One thing to ask under a plan, the most useful first.
PLAN_ASKS = ("available_days", "session_minutes", "goal", "run_experience", "lift_experience", "longest_run_km", "equipment", "time_zone")
ZONES: Mapping[str, str] = {
    "uk": "Europe/London", "ie": "Europe/Dublin", "de": "Europe/Berlin", "at": "Europe/Vienna", "ch": "Europe/Zurich",
    "nl": "Europe/Amsterdam", "fr": "Europe/Paris", "es": "Europe/Madrid", "in": "Asia/Kolkata", "nz": "Pacific/Auckland",
}  # fmt: skip


# --- numbers ---------------------------------------------------------------------------------------------------------------


def show_targets(session: Session) -> Reply:
    """The person's numbers, with one question back for what is missing."""
    reply = targets_reply(session.profile, session.coach.knowledge)
    reply = replace(reply, buttons=tuple(Button(b.title, "targets", "sources") if b.do == "target_sources" else b for b in reply.buttons))
    session.state["about"] = TARGETS
    missing = next((f for f in targets(session.profile).missing_fields if f not in session.state.get("asked", ())), None)
    if missing and not session.open() and not session.form and session.person.id != STATELESS:
        reply = _asking(session, reply, missing, TARGETS, sentence("targets_ask", ask=catalogue()[missing].ask))
    if not session.stored and session.remembers and not session.form and session.person.id != STATELESS:
        reply = replace(reply, buttons=(*reply.buttons, Button("Set me up", "intent", "start_onboarding")))
    return reply


def target_sources(session: Session) -> Reply:
    """What the numbers rest on."""
    return targets_sources(session.profile, session.coach.knowledge)


def _asking(session: Session, reply: Reply, name: str, about: str, words: str) -> Reply:
    session.set_open(kind="ask", field=name, topic=about)
    session.state["asked"] = [*session.state.get("asked", []), name][-12:]
    return replace(reply, blocks=(*reply.blocks, Block("note", words)), buttons=(*choice_buttons(name, "set"), *reply.buttons))


# --- the week ----------------------------------------------------------------------------------------------------------------


def stored_plan(session: Session) -> Plan | None:
    """The person's week, with the one after it where there is one; None when all of it is over."""
    raw = session.person.plan()
    plan = Plan.from_dict(raw) if raw else None
    while plan is not None and plan.is_over(session.turn.today):
        plan = plan.after
    return plan


def week_meant(session: Session, plan: Plan) -> Plan:
    """Of two weeks the one that a message is about: the one shown last, unless a date or "this week" says otherwise."""
    if plan.after is None or session.state.get("about") != PLAN or session.state.get("week") != plan.after.week_start:
        return plan
    near = dt.timedelta(days=1) if re.search(r"\btomorrow\b", session.turn.text, re.IGNORECASE) else dt.timedelta()
    dated = THIS_WEEK.search(session.turn.text) and not plan.is_over(session.turn.today + near)
    return plan if dated else plan.after


def screened(session: Session) -> bool:
    """Whether the health question was answered with "none of these"."""
    return session.state.get("screened") == "none"


def halted(session: Session) -> Reply | None:
    """Why there is no week: a sign that a doctor should look at first was told, and nothing has cleared it since."""
    if (held := aftercare.holds_plan(session)) is not None:
        return held
    if not session.state.get("halted"):
        return None
    if session.turn.press is None and aftercare.is_cleared(session):
        return screen(session, "cleared")
    return say(sentence("plan_halted"), ids=("weekly_plan",), buttons=(Button("A doctor has cleared me", "screen", "cleared"),))


def on_clearance(session: Session) -> Reply | None:
    """ "My doctor has cleared me", where something waits for that."""
    waits = session.state.get("halted") or session.state.get("screened") == "some"
    return screen(session, "cleared") if waits and aftercare.is_cleared(session) else None


def plan_request(session: Session) -> Reply:
    """A plan at once: a new week, or the one there is when nothing about it changed."""
    if session.state.get("child"):
        return say(sentence("under_13"), ids=("weekly_plan",))
    if (stopped := halted(session)) is not None:
        return stopped
    text = session.turn.text if session.turn.press is None else ""
    if text and ANOTHER.fullmatch(text):
        return change(session)
    plan = stored_plan(session)
    if plan is None or set(session.changes) & set(PLAN_FIELDS) or session.this_answer or _too_hard(session, plan):
        return new_plan(session)
    if text and (day := day_asked(session)) is not None:
        return day
    if text and AWAY.search(text) and THIS_TIME.search(text):
        return _away()
    meant = week_meant(session, plan)
    if text and (edited := edit_plan(meant, aftercare.plan_profile(session), text, session.turn.today)) is not None:
        return _changed(session, meant, edited)
    if plan.after and re.search(r"\bnext week\b", text, re.IGNORECASE):
        return _shown(session, plan.after, later=True)
    if NEW_PLAN.search(text):
        return new_plan(session)
    if text and (found := TODAY.search(text)):
        return _one_day(session, plan, session.turn.today + dt.timedelta(days=1 if found["tomorrow"] else 0))
    return _shown(session, plan)


def _too_hard(session: Session, plan: Plan) -> bool:
    """Whether a week from before a health point was told holds what is no longer planned with it."""
    return bool(flags(session.profile)) and any(s.kind in (*HARD_RUNS, "long_run") for s in plan.training)


def _session_asked(session: Session, plan: Plan, asked: re.Match[str]) -> Reply | None:
    """The day of the next session of that kind."""
    if asked["whose"].lower() == "the" and session.state.get("about") != PLAN or asked["should"] and session.state.get("about") != PLAN:
        return None
    kinds = {kind for word in session_words(asked["what"].lower()) for kind in KINDS[word.kind]}
    coming = [s for s in plan.training if s.kind in kinds and plan.date(s.day) >= session.turn.today]
    return _one_day(session, plan, plan.date(coming[0].day)) if coming else None


def day_asked(session: Session) -> Reply | None:
    """ "And tomorrow?", "what's on Friday?", "when is my long run?": that day of the week there is."""
    text = session.turn.text
    found, of_session = DAY_ASKED.fullmatch(text), SESSION_ASKED.fullmatch(text)
    if found is None and of_session is None or (plan := stored_plan(session)) is None:
        return None
    if found is None:
        return _session_asked(session, week_meant(session, plan), of_session) if of_session else None
    word = found["day"].lower()
    if word in ("today", "tonight", "tomorrow"):
        return _one_day(session, plan, session.turn.today + dt.timedelta(days=word == "tomorrow"))
    return _one_day(session, plan, week_meant(session, plan).date(word[:3]))


def new_plan(session: Session, *, first: Sequence[str] = ()) -> Reply:
    """Make a week, keep it, and show it."""
    if (stopped := halted(session)) is not None:
        return stopped
    old = stored_plan(session)
    if old is not None and (kept := _fitted(session, old)) is not None:
        return _changed(session, old, kept)
    raw = session.person.plan()
    last = old or (Plan.from_dict(raw) if raw else None)
    without, long_minutes = (last.without, last.long_minutes) if last else ((), None)
    plan = make_plan(aftercare.plan_profile(session), today=session.turn.today, screened=screened(session), without=without, long_minutes=long_minutes)
    return _kept(session, plan, first=first)


def _fitted(session: Session, old: Plan) -> tuple[Plan, str] | None:
    """The week there is under what was just told (a blocked day, other minutes), where that can be done without a new one."""
    changed = {f for f in session.changes if f in PLAN_FIELDS}
    if not changed or not changed <= FITS or REBUILD.search(session.turn.text) or "easing" in aftercare.plan_profile(session):
        return None
    return fitted(old, session.person.profile, session.profile, session.turn.today)


def _kept(session: Session, plan: Plan, *, first: Sequence[str] = (), asks: bool = True) -> Reply:
    """Keep a week and show it. A later week than the present one stands beside it and doesn't replace it."""
    now = stored_plan(session)
    kept = plan
    if now is not None and now.week_start < plan.week_start:
        starts = said("notes.starts", day=said("days.mon"), date=short_date(plan.date("mon")))
        plan = replace(plan, notes=tuple(n for n in plan.notes if n != starts), after=None)
        first = first if now.after else (*first, said("notes.this_week_stays"))
        kept = replace(now, after=plan)
    elif now is not None and now.after is not None:
        after = _fitted(session, now.after)
        kept = plan = replace(plan, after=after[0] if after else now.after)
    session.keep_plan(kept.as_dict(), replaces=bool(session.person.plan()))
    if not session.remembers:
        session.notes.append(sentence("plan_not_kept"))
    return _shown(session, plan, first=first, asks=asks, later=kept is not plan)


def _shown(session: Session, plan: Plan, *, first: Sequence[str] = (), asks: bool = False, later: bool = False) -> Reply:
    """The week as text, with its picture and calendar, and the health question or else (`asks`) one thing to ask."""
    told_some = session.state.get("screened") == "some"
    if told_some:
        open_note = said("notes.screening_open")
        plan = replace(plan, notes=tuple(n for n in plan.notes if n != open_note))
    reply = plan_reply(plan, aftercare.plan_profile(session))
    asks_health = any(b.do == "screen" for b in reply.buttons)
    if asks_health and (told_some or session.state.get("child") or session.person.id == STATELESS):
        question = said("screening.question")
        blocks = tuple(b for b in reply.blocks if b.text != question)
        reply = replace(reply, blocks=blocks, buttons=tuple(b for b in reply.buttons if b.do != "screen"))
        asks_health = False
    session.state["about"] = PLAN
    session.state.pop("week", None)
    if later:
        session.state["week"] = plan.week_start
        reply = replace(reply, buttons=(*reply.buttons, Button("This week", "plan", "this", row=72)))
    elif plan.after is not None:
        reply = replace(reply, buttons=(*reply.buttons, Button("Next week", "plan", "next", row=72)))
    if not plan.is_empty:
        session.files += plan_files(session, plan)
        if told_some:
            reply = replace(reply, buttons=(*reply.buttons, Button("A doctor has cleared me", "screen", "cleared")))
        reply = replace(reply, buttons=(*reply.buttons, Button("Another week", "plan", "another", row=70)))
    if asks_health:
        session.set_open(kind="screen")
    elif asks and not session.open() and not session.form and not session.state.get("child") and session.person.id != STATELESS:
        missing = next((f for f in PLAN_ASKS if session.profile.get(f) is None and f not in session.state.get("asked", ())), None)
        if missing == "longest_run_km" and is_protected(session.profile):
            missing = None
        if missing:
            reply = _asking(session, reply, missing, PLAN, sentence("plan_ask", ask=catalogue()[missing].ask))
    return reply.with_first(*(Block("text", f) for f in first))


def plan_files(session: Session, plan: Plan) -> list[NewFile]:
    """The picture and the calendar of a week."""
    title = next(iter(plan_reply(plan, aftercare.plan_profile(session)).blocks)).text
    zone = session.profile.get("time_zone") or ZONES.get(session.region.id, "UTC")
    name = f"{session.coach.name}: week plan"
    return [
        NewFile("image", "week.png", lambda: _plan_png(plan, said("plan.picture")), title),
        NewFile("file", "week.ics", lambda: _plan_ics(plan, zone, name), sentence("calendar_caption")),
    ]


def _plan_png(plan: Plan, title: str) -> bytes:
    from actions.plan_picture import plan_png  # few messages need it

    return plan_png(plan, title=title)


def _progress_png(entries: Sequence[LogEntry], profile: Mapping[str, Any], today: dt.date) -> bytes:
    from actions.progress_chart import progress_png

    return progress_png(entries, profile, today)


def _plan_ics(plan: Plan, zone: str, name: str) -> bytes:
    from actions.plan_calendar import plan_ics

    return plan_ics(plan, time_zone=zone, name=name, now=dt.datetime.now(dt.timezone.utc))


def _one_day(session: Session, plan: Plan, date: dt.date) -> Reply:
    day = DAYS[date.weekday()]
    session.state["about"] = PLAN
    if plan.after is not None and date > plan.date("sun"):
        plan = plan.after
    if not plan.date("mon") <= date <= plan.date("sun"):
        first, last = (f"{said(f'days.{d}')} {short_date(plan.date(d))}" for d in ("mon", "sun"))
        words = sentence("plan_not_yet", day=said(f"days.{day}"), first=first, last=last)
        return say(words, ids=("weekly_plan",), buttons=(Button("The whole week", "plan", "show"),))
    blocks = [Block("headline", f"{said(f'days.{day}')}: {day_text(plan, day, session.profile)}")]
    for s in plan.on(day):
        moves = tuple(said("plan.sets", name=lift.name, sets=lift.sets, reps=lift.reps) for lift in s.lifts)
        blocks.append(Block("list", s.name, (*s.steps, *moves)))
    return Reply(tuple(blocks), (Button("The whole week", "plan", "show"),), ids=("weekly_plan",))


def on_screen(session: Session) -> Reply | None:
    """What a message means for the health question under a plan; None when it is about something else."""
    text, parse = session.turn.text, session.turn.parse
    intent = parse["id"] if parse["decision"] == "conversation" else ""
    asked_again = session.open().get("again")
    session.set_open()
    if len(text.split()) > 12 or parse["decision"] == "answer" and "?" in text:
        return None
    if UNSAID.search(text):
        return say(sentence("plan_unscreened"), ids=("deny",))
    if NONE_OF_THEM.fullmatch(text):
        return screen(session, "none")
    fits, praises = SOME_OF_THEM.search(text), PRAISES.fullmatch(text)
    if fits and not praises and intent in ("", "update_profile", "affirm"):
        return screen(session, "some")
    if intent == "affirm" or praises and intent == "feedback_good":  # "ok" takes the week; it says nothing of anyone's health
        if asked_again:
            return say(sentence("plan_unscreened"), ids=("affirm",))
        session.set_open(kind="screen", again=True)
        buttons = (Button(said("screening.none"), "screen", "none", row=0), Button(said("screening.some"), "screen", "some", row=0))
        return say(sentence("plan_screen_open"), ids=("affirm",), buttons=buttons)
    return None


def screen(session: Session, answer: str) -> Reply:
    """The health question's answer: harder work where it fits, or the kind reason and an easy week."""
    session.set_open()
    if answer == "none" and session.state.get("halted"):  # an old button: the sign that was told since counts
        return halted(session) or say(sentence("plan_halted"), ids=("weekly_plan",))
    if answer == "some":
        if session.remembers:
            session.state["screened"] = "some"
        buttons = (Button("A doctor has cleared me", "screen", "cleared"),)
        return say(said("screening.stopped"), ids=("weekly_plan",), buttons=buttons)
    session.state["screened"] = "none"
    if answer == "cleared":
        aftercare.lift(session)
    eased = "easing" in aftercare.plan_profile(session)
    old = stored_plan(session)
    profile, today = aftercare.plan_profile(session), session.turn.today
    plan = after_screening(old, profile, today) if old else make_plan(profile, today=today, screened=True)
    reply = _kept(session, plan, first=(sentence("after_allowed_week") if answer == "cleared" and eased else said("screening.passed"),))
    if not session.remembers:
        session.state.pop("screened")
    return reply


def change(session: Session, text: str = "") -> Reply:
    """A change of the week by words: the plan adapts and says what changed."""
    if (stopped := halted(session)) is not None:
        return stopped
    text = text or session.turn.text
    plan = stored_plan(session)
    if plan is None:
        fresh = make_plan(aftercare.plan_profile(session), today=session.turn.today, screened=screened(session))
        edited = edit_plan(fresh, aftercare.plan_profile(session), text, session.turn.today)
        if edited is None or edited[0] == fresh:
            return new_plan(session, first=(sentence("plan_none"),))
        return _changed(session, fresh, edited)
    if set(session.changes) & set(PLAN_FIELDS):
        return new_plan(session)
    plan = week_meant(session, plan)
    edited = edit_plan(plan, aftercare.plan_profile(session), text, session.turn.today)
    if edited is not None:
        return _changed(session, plan, edited)
    if AWAY.search(text):
        return _away()
    if REBUILD.search(text):
        return new_plan(session)
    return say(sentence("plan_change_how"), ids=("change_plan",), buttons=(Button("Another week", "plan", "another"),))


def _changed(session: Session, plan: Plan, edited: tuple[Plan, str]) -> Reply:
    new, words = edited
    session.state["about"] = PLAN
    if new == plan:
        return say(words, ids=("change_plan",))
    before = plan if session.person.plan() else None
    reply = replace(_kept(session, new, first=(words,), asks=False), ids=("change_plan",))
    if new.after is None and not any(new.date(s.day) >= session.turn.today for s in new.training):
        reply = replace(reply, buttons=(Button("A gentle next week", "plan", "gentle", row=0), *reply.buttons))
    return _what_is_new(session, reply, before) if before else reply


def _away() -> Reply:
    buttons = (Button("Leave it free", "plan", "days=0"), Button("Two short days", "plan", "days=2"), Button("Keep the week", "plan", "show"))
    return say(sentence("plan_away"), ids=("change_plan",), buttons=buttons)


def _what_is_new(session: Session, reply: Reply, before: Plan) -> Reply:
    """The changed week without what the week before it said already; a button shows all of it."""
    known = plan_reply(before, aftercare.plan_profile(session)).blocks
    told = {line for b in known for line in (_sentences(b.text) if b.kind != "list" else ())}
    question = said("screening.question")
    blocks: list[Block] = []
    for at, block in enumerate(reply.blocks):
        if at == 0 or block.kind in ("headline", "list") and block.text == "" or block.kind == "headline":
            blocks.append(block)
        elif block.text == question:
            blocks.append(Block("text", sentence("plan_health_waits")))
        elif block.kind == "list" and block not in known:
            blocks.append(block)
        elif block.kind != "list":
            fresh = [s for s in _sentences(block.text) if s not in told and s not in reply.blocks[0].text]
            blocks += [replace(block, text=" ".join(fresh))] if fresh else []
    return replace(reply, blocks=tuple(blocks), buttons=(*reply.buttons, Button("The whole week", "plan", "show", row=71)))


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?]) ", text)


def sick(session: Session) -> Reply:
    """Rest comes first; a week that is there gets easier, or is cleared."""
    plan = stored_plan(session)
    edited = edit_plan(plan, aftercare.plan_profile(session), session.turn.text, session.turn.today) if plan else None
    return _changed(session, plan, edited) if plan and edited else say(sentence("sick"), ids=("affirm",))


def missed(session: Session) -> Reply:
    """A session that didn't happen: the week adapts, or it is fine as it is."""
    plan = stored_plan(session)
    edited = edit_plan(plan, aftercare.plan_profile(session), session.turn.text, session.turn.today) if plan else None
    if plan and edited:
        return _changed(session, plan, edited)
    buttons = () if plan else (Button("Make my plan", "intent", "weekly_plan"),)
    return say(sentence("missed_fine"), ids=("change_plan" if plan else "log_training",), buttons=buttons)


def for_this_week(session: Session) -> bool:
    """Whether facts of a message are about one week of the plan ("only 3 days next week"), not about the person."""
    return bool(THIS_TIME.search(session.turn.text)) and session.person.plan() is not None


def _asked_about(session: Session) -> Reply | None:
    """A question about the week rather than a wish for it: what if one is missed, why so, the same in short."""
    text, parse = session.turn.text, session.turn.parse
    if MISS_ASKED.fullmatch(text):
        return say(sentence("if_missed"), ids=("weekly_plan",))
    if session.state.get("about") != PLAN or (plan := stored_plan(session)) is None:
        return None
    plan = week_meant(session, plan)
    if SAY_SHORTER.search(text) and not session_words(text.lower()):
        return say(in_one_line(plan), ids=("weekly_plan",), buttons=(Button("The whole week", "plan", "show"),))
    sure = parse["decision"] == "answer" and parse["confidence"] >= SURE
    if (supposed := WHAT_IF_STATE.match(text)) is not None and not sure:
        return say(sentence("if_sick" if supposed["sick"] else "if_sore"), ids=("weekly_plan",))
    if SHOULD_I_SKIP.match(text) and (session_words(text.lower()) or TODAY.search(text)) and not sure:
        return say(sentence("if_skipped"), ids=("weekly_plan",))
    if WHY_SO.fullmatch(text) or WHY_PLANNED.match(text) and (not sure or session_words(text.lower())):
        return why_week(session)
    return None


def why_week(session: Session) -> Reply | None:
    """Why the week, or what a question names of it, is as it is; None without a session in it."""
    if (plan := stored_plan(session)) is None or plan.is_empty:
        return None
    reason = why(week_meant(session, plan), aftercare.plan_profile(session), session.turn.text, session.turn.today)
    return say(reason, ids=("weekly_plan",), buttons=(Button("More on this", "why", "weekly_plan"),))


def follow_up(session: Session) -> Reply | None:
    """A message right after a plan that changes it or asks about it, whatever the model took it for."""
    parse, text = session.turn.parse, session.turn.text
    if (asked := _asked_about(session)) is not None:
        opened = session.person.state.get("open") or {}
        if opened.get("kind") == "screen":  # it waits behind the answer
            session.set_open(**opened)
        return asked
    if session.state.get("about") != PLAN or "?" in text and parse["decision"] == "answer" or len(text.split()) > 20:
        return None
    if ANOTHER.fullmatch(text):
        return change(session, "another one")
    if (day := day_asked(session)) is not None:
        return day
    if FILES_ASKED.search(text) and len(text.split()) <= 8 and (plan := stored_plan(session)):
        return _shown(session, plan)
    sure = parse["decision"] == "answer" and parse["confidence"] >= SURE
    told = any(f["scope"] == "stored" and f["value"] != session.stored.get(f["field"]) for f in parse.get("facts", ()))
    vague = parse["decision"] == "conversation" and parse["confidence"] < SURE
    if sure or parse["decision"] == "conversation" and parse["id"] not in ("change_plan", "weekly_plan", "update_profile") and not vague:
        return None
    if told and not for_this_week(session) or (plan := stored_plan(session)) is None:
        return None
    plan = week_meant(session, plan)
    edited = edit_plan(plan, aftercare.plan_profile(session), text, session.turn.today)
    return None if edited is None else _changed(session, plan, edited)


def pressed(session: Session, arg: str) -> Reply:
    """A button under a plan."""
    session.set_open()
    if arg == "another":
        return change(session, "another one")
    if arg == "new":
        return new_plan(session)
    if arg == "gentle":
        return change(session, "easier next week")
    if arg in ("days=0", "days=2"):
        return change(session, f"only {arg[-1]} days next week")
    plan = stored_plan(session)
    if plan is None:
        return new_plan(session)
    later = plan.after if arg == "next" else None if arg == "this" else week_meant(session, plan)
    return _shown(session, later, later=True) if later is not None and later is not plan else _shown(session, plan)


# --- what was done -----------------------------------------------------------------------------------------------------------


def tells_done(session: Session) -> bool:
    """Whether a message tells of something done that the log can keep."""
    text = session.turn.text
    return bool(DONE.search(text) or RESULT.fullmatch(text)) and bool(_read(session))


def _read(session: Session) -> list[LogEntry]:
    return read_log(session.turn.text, session.turn.today, session.units)


def log_training(session: Session) -> Reply:
    """Keep what was done, with one line back."""
    text, today = session.turn.text, session.turn.today
    entries = _read(session)
    logged = {"body_weight", "longest_run_km", "weekly_run_km", "sleep_hours", "session_minutes"} if entries else set()
    take_facts(session, [f for f in session.turn.parse.get("facts", ()) if f["field"] not in logged])
    if not entries:
        problem = log_problem(text, today, session.units)
        if not problem and reshapes(session):
            return new_plan(session)
        return say(problem or ("" if session.notes else sentence("log_how")), ids=("log_training",), buttons=offer_update(session))
    think_in(session, {"field": "weekly_run_km", "text": text})
    lines = [log_line(entry, session.profile, today) for entry in entries]
    session.keep_log([entry.as_dict() for entry in entries])
    for entry in entries:
        for name, value in profile_changes(entry, session.profile).items():
            if not catalogue()[name].needs_confirmation(value):
                session.keep(name, value)
    return say(*lines, ids=("log_training",), buttons=(Button("How am I doing?", "intent", "show_progress"),))


def show_progress(session: Session) -> Reply:
    """The last weeks against the plan, with a chart."""
    entries = [LogEntry.from_dict(row) for row in session.person.log()]
    raw = session.person.plan()
    profile, today = session.profile, session.turn.today
    reply = progress_reply(entries, stored_plan(session) or (Plan.from_dict(raw) if raw else None), profile, today)
    if len(reply.blocks) > 1:
        session.files.append(NewFile("image", "progress.png", lambda: _progress_png(entries, profile, today), said("progress.chart_title")))
    return reply


def resume(session: Session, about: str) -> Reply | None:
    """Numbers or week once more, after the question back was answered."""
    if about == TARGETS:
        return replace(show_targets(session), ids=("update_profile",))
    if about == PLAN:
        return replace(new_plan(session), ids=("update_profile",))
    return None


def reshapes(session: Session) -> bool:
    """Whether something told right after a plan says how the week must look: the week is made anew at once."""
    shape = {"available_days", "blocked_days", "session_minutes", "day_part", "equipment", "run_days", "lift_days", "longest_run_km", "weekly_run_km"}
    told = shape & set(session.changes)
    ready = session.state.get("about") == PLAN and not session.open() and not session.form and session.remembers
    return bool(told) and ready and stored_plan(session) is not None


def offer_update(session: Session) -> tuple[Button, ...]:
    """A button to make the week anew after a change that shapes it."""
    changed: Mapping[str, Any] = session.changes
    return (Button("Update my plan", "plan", "new"),) if set(changed) & set(PLAN_FIELDS) and session.person.plan() else ()
