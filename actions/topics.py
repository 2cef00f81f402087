"""Answers to questions: one topic or two, "did you mean", what is outside, and what to ask next. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from actions import guidance
from actions.reply import Block, Button, Reply, say
from actions.session import DOUBTFUL, STATELESS, Session
from knowledge.entry import matches
from knowledge.fields import is_protected
from knowledge.texts import sentence

SEEN = 12  # topics remembered for "next questions"
BUTTON_LENGTH = 60

# What fits whom, best first: (condition on the profile, topic). The last lines fit everyone.
_FITTING: tuple[tuple[Mapping[str, Any], str], ...] = (
    ({"age": {"below": 18}}, "teens_running"),
    ({"health_flags": {"has": "pregnancy"}}, "pregnancy"),
    ({"health_flags": {"has": "injury"}}, "pain_or_injury"),
    ({"run_experience": "new"}, "new_to_running"),
    ({"weekly_run_km": {"below": 1}}, "new_to_running"),
    ({"sleep_hours": {"below": 6.5}}, "sleep"),
    ({"lift_days": {"below": 1}}, "lifting_frequency"),
    ({"session_minutes": {"below": 35}}, "time_constraints"),
    ({"age": {"at_least": 50}}, "ageing_and_muscle"),
    ({"race_distance": ["half", "marathon", "ultra"]}, "marathon_training"),
    ({"goal": "muscle"}, "protein_target"),
    ({"goal": "muscle"}, "session_spacing"),
    ({"goal": "muscle"}, "how_much_running"),
    ({"goal": "endurance"}, "best_lifts_for_runners"),
    ({"goal": "endurance"}, "easy_runs_zone2"),
    ({"goal": "endurance"}, "run_or_lift_first"),
    ({"goal": "balanced"}, "session_spacing"),
    ({"goal": "balanced"}, "interference_effect"),
    ({"goal": "balanced"}, "weekly_run_mix"),
    ({"goal": "fat_loss"}, "fat_or_muscle_loss"),
    ({"goal": "fat_loss"}, "running_while_cutting"),
    ({"goal": "physique"}, "physique_competitor"),
    ({"goal": "physique"}, "running_types_for_muscle"),
    ({"goal": "health"}, "pros_cons_of_muscle"),
    ({"goal": "health"}, "recovery_habits"),
    ({}, "running_kills_gains"),
    ({}, "protein_target"),
    ({}, "how_much_running"),
    ({}, "rest_days"),
)
_UNREADABLE: Mapping[str, str] = {"oos_gibberish": "gibberish", "oos_injections": "commands", "oos_mental_chat": "small_talk"}


def asked_reply(session: Session) -> Reply:
    """The answer to the topic that a typed question was understood as, with what it may have meant instead as its next questions."""
    parse = session.turn.parse
    return topic_reply(session, parse["id"], instead=parse["offers"], doubtful=bool(parse["offers"]) and parse["confidence"] < DOUBTFUL)


def topic_reply(session: Session, topic: str, *, force_ask: bool = False, instead: Sequence[str] = (), doubtful: bool = False) -> Reply:
    """The tailored answer to a topic; leaves its one question back open, unless another one is or the topic is doubtful."""
    entry = session.entries[topic]
    if entry.is_safety:
        return guidance.referral(entry, "", session.region, session.coach.contact)
    asked = [] if force_ask else session.state.get("asked", [])
    busy = doubtful or session.about_other or session.open() or session.form or session.state.get("child")
    ask = None if busy else guidance.question_back(entry, session.profile, asked)
    if ask:
        session.set_open(kind="ask", field=ask, topic=topic)
        session.state["asked"] = [*(a for a in asked if a != ask), ask][-SEEN:]
    newcomer = not session.stored and not session.state.get("seen") and not session.form
    reply = guidance.answer(entry, session.profile, session.coach.knowledge, ask=ask, seen=session.state.get("seen", ()), instead=instead)
    if doubtful and reply.buttons:
        reply = replace(reply, blocks=(*reply.blocks, Block("note", sentence("answer_doubtful"))))
    if topic == "weekly_plan":
        reply = replace(reply, buttons=(Button("Make my plan", "intent", "weekly_plan"), *reply.buttons))
    elif newcomer and session.remembers and session.person.id != STATELESS:
        reply = replace(reply, buttons=(*reply.buttons, Button("Set me up", "intent", "start_onboarding")))
    session.state["topic"] = topic
    saw(session, topic)
    return reply


def topic_text(session: Session, topic: str, units: str) -> str:
    """An answer's text in the given units."""
    reply = guidance.answer(session.entries[topic], {**session.profile, "units": units}, session.coach.knowledge)
    return "\n".join((b.text + "".join(b.items)) for b in reply.blocks)


def two_topics(session: Session, ids: Sequence[str]) -> Reply:
    """Both of two questions, briefly."""
    session.state |= {"topic": ids[0], "two": list(ids[:2])}
    saw(session, *ids[:2])
    first, second = (session.entries[i] for i in ids[:2])
    return guidance.two_answers(first, second, session.profile, session.coach.knowledge)


def stays_the_same(session: Session, topic: str, about: Sequence[str]) -> Reply:
    """The answer to "and if I'm ...?" where that changes nothing, with topics that it does change."""
    reply = topic_reply(session, topic)
    session.this_answer.clear()  # nothing of it was used
    others = [e for e in session.entries.values() if set(about) & set(e.profile) and e.topic != topic and not e.is_safety][:2]
    buttons = tuple(Button(e.question if len(e.question) <= BUTTON_LENGTH else e.title, "topic", e.topic) for e in others)
    session.set_open()
    words = sentence("no_difference" if buttons else "no_difference_alone")
    return replace(reply, blocks=(Block("text", words),), buttons=buttons or reply.buttons)


def again(session: Session, topic: str | None) -> Reply | None:
    """The last topic once more, now tailored."""
    if topic not in session.entries:
        return None
    reply = topic_reply(session, str(topic))
    return replace(reply, decision="conversation", ids=("update_profile",))


def saw(session: Session, *topics: str) -> None:
    """Remember which topics were shown."""
    session.state["seen"] = [*(t for t in session.state.get("seen", []) if t not in topics), *topics][-SEEN:]


def suggestions(session: Session) -> tuple[Button, ...]:
    """Three questions that fit this person, unseen ones first."""
    profile, seen = session.profile, session.state.get("seen", ())
    fitting = [t for test, t in _FITTING if t in session.entries and all(matches(profile.get(f), v) for f, v in test.items())]
    if is_protected(profile):
        fitting = [t for t in fitting if t not in guidance.NOT_OFFERED]
    topics = sorted(dict.fromkeys(fitting), key=lambda t: t in seen)[:3]
    return tuple(Button(session.entries[t].question, "topic", t) for t in topics)


def offer_buttons(session: Session, offers: Sequence[str]) -> list[Button]:
    """The choices of a "did you mean"."""
    shown = [session.entries[o] for o in offers if o in session.entries]
    buttons = [Button(e.question if len(e.question) <= BUTTON_LENGTH else e.title, "topic", e.topic) for e in shown]
    return [*buttons, Button(sentence("clarify_none"), "none")]


def clarify(session: Session, offers: Sequence[str]) -> Reply:
    """Ask which of up to three topics was meant."""
    session.set_open(kind="clarify", offers=list(offers), text=session.turn.text)
    return Reply(
        (Block("text", sentence("clarify")),), tuple(offer_buttons(session, offers)), decision="clarify", ids=tuple(offers[:1])
    )


def none_of_these(session: Session, opened: Mapping[str, Any]) -> Reply:
    """None of the offered topics was meant: noted for the people who write the answers."""
    note_unanswered(session, "none_of_these", opened.get("text", session.turn.text))
    return say(sentence("clarify_gave_up"), decision="conversation", ids=("deny",))


def out_of_scope(session: Session) -> Reply:
    """What the coach doesn't answer, said kindly, with the nearest thing that it does."""
    parse = session.turn.parse
    more: dict[str, Any] = {"decision": "out_of_scope", "ids": ("out_of_scope",)}
    language = sentence("language", emergency=session.region.emergency)
    if parse.get("reason") == "blank":  # a foreign script counts as blank
        return say(language if any(c.isalpha() for c in session.turn.text) else sentence("blank"), **more)
    if parse.get("reason") == "too_long":
        return say(sentence("too_long"), **more)
    if parse.get("reason") == "language" or parse.get("label") == "oos_other_language":
        return say(language, **more)
    note_unanswered(session, "out_of_scope", session.turn.text)
    if key := _UNREADABLE.get(parse.get("label", "")):
        return say(sentence(key), buttons=suggestions(session), **more)
    name, nearest = session.coach.out_of_scope.get(parse.get("label", ""), ("", None))
    if name and nearest and nearest in session.entries:
        entry = session.entries[nearest]
        said = f"{sentence('out_of_scope_named', name=name)} {sentence('out_of_scope_nearest', question=entry.question)}"
        return say(said, buttons=(Button(entry.title, "topic", entry.topic),), **more)
    if name:
        said = f"{sentence('out_of_scope_far', name=name)} {sentence('out_of_scope_nothing')}"
        return say(said, buttons=suggestions(session), **more)
    return say(sentence("out_of_scope"), buttons=suggestions(session), **more)


def note_unanswered(session: Session, reason: str, text: str) -> None:
    """Keep a question without an answer, without identity."""
    parse = session.turn.parse
    session.unanswered = {
        "text": text[:1000], "decision": parse.get("decision", ""), "reason": reason, "ranking": list(parse.get("ranking", ())),
    }  # fmt: skip
