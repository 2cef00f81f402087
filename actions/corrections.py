"""Corrections in passing: "make that 4", "oops, it was 12k", "forget my weight", "what's my name?". Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from actions.phrases import ASKS_ONE, FORGET_LAST, FORGET_ONE, MEANT_AFTER, MEANT_PREFIX, MEANT_STRONG, MEANT_WEAK
from actions.plan_talk import TARGETS, new_plan, offer_update, show_targets
from actions.profile_talk import clear, field_meant, field_words, impossible, take_facts, units_of
from actions.profile_talk import undo as undo_last
from actions.progress import LogEntry, corrected_load, log_line, profile_changes, read_amounts, read_log
from actions.reply import Button, Reply, say
from actions.session import Session
from actions.topics import again
from knowledge.fields import catalogue, is_minor
from knowledge.texts import sentence

_OF_THE_RACE = frozenset(("race_date", "race_distance"))


def reply(session: Session) -> Reply | None:
    """What a message corrects, forgets or asks of the things told; None when it is about something else."""
    text = session.turn.text
    if len(text.split()) > 12:
        return None
    if session.person.state.get("changed") and FORGET_LAST.fullmatch(text):
        return undo_last(session)
    if found := FORGET_ONE.fullmatch(text):
        return _forget(session, field_meant(found["what"]))
    if found := ASKS_ONE.fullmatch(text):
        return _one_fact(session, field_meant(found["what"]))
    strong, weak = MEANT_STRONG.fullmatch(text), MEANT_WEAK.fullmatch(text) or MEANT_AFTER.fullmatch(text)
    busy = session.open() or session.form
    if not session.person.state.get("changed") or busy and not (strong or weak and MEANT_PREFIX.match(text)):
        return None
    meant = strong or weak
    undo: Mapping[str, Any] = session.state.get("undo") or {}
    if undo.get("log") == 1:
        return _log_again(session, undo, meant["rest"] if meant else text, told=meant is not None)
    if meant and undo.get("profile"):
        return _value_again(session, meant["rest"], list(undo["profile"]))
    return None


def _forget(session: Session, name: str | None) -> Reply | None:
    if name is None or name == "health_flags":
        return None
    if name == "age" and is_minor(session.stored):
        return say(sentence("keep_age"), ids=("update_profile",))
    shown = field_words(name, session.stored[name], session.profile) if name in session.stored else ""
    if not clear(session, name, session.stored.get(name)):
        return say(sentence("nothing_of_that"), ids=("update_profile",))
    session.notes.append(sentence("cleared", facts=shown))
    return say(ids=("update_profile",), buttons=offer_update(session))


def _one_fact(session: Session, name: str | None) -> Reply | None:
    if name is None or name not in session.stored:
        return None
    fact = field_words(name, session.stored[name], session.profile)
    return say(sentence("setup_so_far", fact=fact), ids=("show_profile",), buttons=(Button("Change it", "edit", name),))


def _value_again(session: Session, rest: str, names: list[str]) -> Reply | None:
    """Another value for what was told last: of several numbers the one that it is nearest to."""
    undo: Mapping[str, Any] = session.state.get("undo") or {}
    if _OF_THE_RACE & set(names):
        names += [n for n in sorted(_OF_THE_RACE) if n not in names]
    if any(f["scope"] == "stored" for f in session.turn.parse.get("facts", ())):
        return None  # said in full, so it needs no guess
    found: list[tuple[float, Mapping[str, Any]]] = []
    for name in (n for n in names if catalogue()[n].kind not in ("set", "words", "text")):
        facts = [f for f in session.coach.read_facts(rest, session.turn.today, name) if f["field"] == name and f["scope"] == "stored"]
        if facts and not facts[-1].get("negated") and facts[-1]["value"] not in (None, []):
            was, now = session.stored.get(name), facts[-1]["value"]
            away = abs(now - was) / max(abs(was), 1) if isinstance(was, int | float) and isinstance(now, int | float) else 0.5
            found.append((away + (10 if facts[-1].get("problem") else 0), facts[-1]))
    if not found:
        return None
    fact = min(found, key=lambda f: f[0])[1]
    if fact.get("problem"):
        if session.open() or session.form:
            return None
        return say(impossible(fact["field"], fact["value"], units_of(session, fact)), ids=("update_profile",))
    take_facts(session, [fact], asked=fact["field"])
    if not session.changes and session.open().get("kind") != "confirm" and not session.unkept:
        return say(sentence("noted_same", facts=field_words(fact["field"], fact["value"], session.profile)), ids=("update_profile",))
    if undo.get("plan") and fact["field"] in session.changes and not session.form:
        session.set_open()
        return replace(new_plan(session), ids=("update_profile",))
    if session.state.get("about") == TARGETS and not session.open():
        return replace(show_targets(session), ids=("update_profile",))
    topic = str(session.state.get("topic", ""))
    tailored = topic in session.entries and fact["field"] in session.entries[topic].profile and not session.open() and not session.form
    return (again(session, topic) if tailored else None) or say(ids=("update_profile",), buttons=offer_update(session))


def _log_again(session: Session, undo: Mapping[str, Any], rest: str, *, told: bool) -> Reply | None:
    """The last entry of the log with another amount, or with one that was missing."""
    rows = session.person.log()
    if not rows or "?" in rest:
        return None
    old = LogEntry.from_dict(rows[-1])
    if not told and any(e.kind not in (old.kind, "session") for e in read_log(rest, session.turn.today, session.units)):
        return None  # something else that was done
    load = corrected_load(old.detail, rest) if told and old.kind == "lift" else None
    amounts: Mapping[str, Any] = {"detail": load} if load else read_amounts(rest, old.kind, session.units)
    if not amounts or not told and (set(amounts) & {k for k, v in old.as_dict().items() if v is not None} or re.search(r"\b(?:a|per|every) (?:week|day)\b", rest)):
        return None
    new = replace(old, **amounts)
    session.undo_log = 1
    session.changes |= undo.get("profile") or {}
    session.keep_log([new.as_dict()])
    for name, value in profile_changes(new, session.stored).items():
        if not catalogue()[name].needs_confirmation(value):
            session.keep(name, value)
    line = log_line(new, session.profile, session.turn.today)
    return say(sentence("log_corrected", line=line) if told else line, ids=("log_training",), buttons=(Button("How am I doing?", "intent", "show_progress"),))
