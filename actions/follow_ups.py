"""What follows on the last answer: in other units, for someone else, in short, what to do, one of two. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from actions import guidance, plan_talk
from actions.phrases import (
    ABOUT,
    ABOUT_SOMEONE,
    DOUBTS,
    FOR_GROUP,
    FOR_ME,
    FOR_SOMEONE_LIKE,
    FRAMED,
    GROUPS,
    HOW_BARE,
    HOW_SAID,
    IN_SHORT,
    IN_UNITS,
    LOOSE_FOLLOW_UP,
    OF_THE_TWO,
    ON_DAYS,
    POINTING,
    SAYS_NOTHING,
    SHORTER,
    STEPS,
    WHAT_IF,
    YES_OR_NO,
)
from actions.profile_talk import take_facts
from actions.reply import Button, Reply, say
from actions.session import Session
from actions.topics import note_unanswered, stays_the_same, topic_reply, topic_text
from knowledge.texts import sentence

UNSURE = 0.9  # below it, few words that point back are of the last answer rather than of another topic
SHORT = 8  # words of such a follow-up
SURE = 0.98  # from this probability on, an answer's topic wins over what could also follow on the last one
FOLLOW_UP_WORDS = 12
# What the model takes a doubt for ("should I not then?" for a no): a question about the last answer all the same.
DISMISSALS = frozenset(("deny", "stop", "goodbye", "affirm", "thanks", "feedback_good", "feedback_bad", "update_profile", "settings", "weekly_plan"))


def reply(session: Session) -> Reply | None:
    """What a message means for the last answer; None when it stands for itself."""
    topic, parse, text = session.state.get("topic"), session.turn.parse, session.turn.text
    numbers = session.state.get("about") == plan_talk.TARGETS
    if topic not in session.entries and not numbers or len(text.split()) > FOLLOW_UP_WORDS:
        return None
    if not numbers and not session.state.get("about") and (days := _on_days(session, str(topic))) is not None:
        return days
    sure = parse["decision"] == "answer" and parse["id"] != topic and parse["confidence"] >= SURE
    if sure:
        return None
    if units := IN_UNITS.search(text):
        return _in_units(session, "imperial" if units[1] else "metric", None if numbers else str(topic))
    if numbers and (found := ABOUT.fullmatch(text.strip())):
        return _about(session, found["what"].lower())
    if topic not in session.entries or session.state.get("about"):
        return None
    return _on_topic(session, str(topic))


def _on_topic(session: Session, topic: str) -> Reply | None:
    parse, text = session.turn.parse, session.turn.text
    if FOR_ME.search(text):
        return topic_reply(session, topic, force_ask=True)
    if (found := _asked_again(session, topic)) is not None:
        return found
    facts = parse.get("facts", ())
    loose = len(text.split()) <= SHORT and bool(LOOSE_FOLLOW_UP.match(text) or POINTING.search(text))
    if parse["decision"] != "conversation" and len(text.split()) > 4 and not FRAMED.search(text) and not loose:
        return None  # a question of its own that happens to name a fact
    if someone := FOR_SOMEONE_LIKE.fullmatch(text.strip()):
        who = f"what if I were {someone['who']}"
        facts = facts or [f for f in session.coach.read_facts(who, session.turn.today, None) if f["scope"] != "stored"]
    if not facts and ABOUT_SOMEONE.fullmatch(text):
        session.about_other = True
        return topic_reply(session, topic)
    if facts and all(f["scope"] != "stored" for f in facts) and not any(f.get("problem") for f in facts):
        take_facts(session, facts)
        return _for_these(session, topic, [f["field"] for f in facts])
    if about := ABOUT.fullmatch(text.strip()):
        return _about(session, about["what"].lower()) or _said_of(session, topic) or _unknown(session, topic)
    return (_said_of(session, topic) or _unknown(session, topic)) if loose else None


def _said_of(session: Session, topic: str) -> Reply | None:
    """ "How about for my legs?": what the last answer says of the word, where the message by itself is about nothing sure."""
    parse, text = session.turn.parse, session.turn.text
    unsure = parse["decision"] == "answer" and parse["confidence"] < UNSURE or parse["decision"] == "clarify"
    if not unsure and (parse["decision"] != "out_of_scope" or parse.get("label") in session.coach.out_of_scope):
        return None
    if any(f["scope"] == "stored" for f in parse.get("facts", ())):
        return None  # it tells something to keep
    asked = [word for word in re.findall(r"[a-z]+", text.lower().replace("'", "")) if len(word) > 2 and word not in SAYS_NOTHING]
    return guidance.said_of(session.entries[topic], session.profile, session.coach.knowledge, asked) if asked else None


def _on_days(session: Session, topic: str) -> Reply | None:
    """ "What about on rest days?" after an answer on food: what it says of such days, though the words alone would be about those days."""
    entry, found = session.entries[topic], ON_DAYS.fullmatch(session.turn.text)
    if found is None or session.turn.parse["id"] == topic or entry.group != "nutrition":
        return None
    kind = {"off": "rest", "lifting": "lift", "running": "run", "workout": "training"}.get(found["days"].lower(), found["days"].lower())
    return guidance.quoted(entry, session.profile, session.coach.knowledge, rf"\b{kind}\w*[- ]days?\b") or _no_answer(session, topic)


def _asked_again(session: Session, topic: str) -> Reply | None:
    """The same answer in another light: for a group of people, one of the two, in short, what to do, one figure of it."""
    text, parse, entry = session.turn.text, session.turn.parse, session.entries[topic]
    if (group := _group(text)) is not None:
        told, words = group
        session.about_other = True
        session.this_answer |= told
        return _for_these(session, topic, list(told), words)
    two = session.state.get("two", ())
    if len(two) == 2 and topic == two[0] and (found := OF_THE_TWO.fullmatch(text)):
        return topic_reply(session, two[0 if found["which"].lower() in ("first", "1st", "former") else 1])
    if (how := HOW_BARE.fullmatch(text)) and not (parse["decision"] == "answer" and parse["id"] == topic):
        said = guidance.quoted(entry, session.profile, session.coach.knowledge, HOW_SAID[how["how"].lower()], background=False)
        return said or _no_answer(session, topic)
    if parse["decision"] == "answer" and parse["id"] != topic:
        return None
    if YES_OR_NO.fullmatch(text):
        return guidance.in_short(entry, session.profile, session.coach.knowledge, as_asked=True)
    if IN_SHORT.fullmatch(text) or SHORTER.fullmatch(text):
        return guidance.in_short(entry, session.profile, session.coach.knowledge)
    if STEPS.fullmatch(text):
        return guidance.steps(entry, session.profile, session.coach.knowledge)
    dismissed = parse["decision"] == "conversation" and parse["id"] in DISMISSALS and not parse.get("facts")
    if dismissed and DOUBTS.fullmatch(text):
        return guidance.in_short(entry, session.profile, session.coach.knowledge)
    return _no_answer(session, topic) if dismissed and WHAT_IF.fullmatch(text) else None


def _group(text: str) -> tuple[Mapping[str, Any], str] | None:
    found = FOR_GROUP.fullmatch(text.strip())
    return next(((told, words) for named, told, words in GROUPS if re.fullmatch(named, found["who"], re.IGNORECASE)), None) if found else None


def _for_these(session: Session, topic: str, told: list[str], words: str = "") -> Reply:
    """The answer for other facts; where they change none of its tailoring, what it says in `words` of such people, or that it stays the same."""
    entry = session.entries[topic]
    if set(told) & {*entry.profile, "units"} or session.about_other and not session.this_answer:
        return topic_reply(session, topic)
    if words and (found := guidance.quoted(entry, session.profile, session.coach.knowledge, words, sentence("rest_holds"))) is not None:
        session.this_answer.clear()
        return found
    return stays_the_same(session, topic, told)


def _in_units(session: Session, units: str, topic: str | None) -> Reply:
    """The numbers or the last answer in other units; where an answer has none, that they are used from here."""
    if topic is not None and topic_text(session, topic, "metric") == topic_text(session, topic, "imperial"):
        session.state["units"] = units
        return say(sentence("no_units"), sentence(f"units_{units}"), ids=("update_profile",))
    session.this_answer["units"] = session.state["units"] = units
    return topic_reply(session, topic) if topic is not None else plan_talk.show_targets(session)


def _about(session: Session, what: str) -> Reply | None:
    """ "What about protein then?": the best topic that is named so, where the model wasn't sure of any."""
    parse = session.turn.parse
    if parse["decision"] == "answer" or parse["decision"] == "out_of_scope" and parse.get("label") in session.coach.out_of_scope:
        return None
    words = set(re.findall(r"[a-z]+", what)) - {"the", "a", "my", "and", "of", "for", "more", "some"}
    ids = [*parse.get("offers", ()), *(r["id"] for r in parse.get("ranking", ()))]
    for topic in ids:
        entry = session.entries.get(topic)
        if entry and not entry.is_safety and words & set(re.findall(r"[a-z]+", f"{topic} {entry.title}".lower().replace("_", " "))):
            session.state.pop("about", None)
            return topic_reply(session, topic)
    return None


def _unknown(session: Session, topic: str) -> Reply | None:
    """A follow-up that no answer fits: said so, with what is nearest."""
    parse = session.turn.parse
    if parse["decision"] != "out_of_scope" or parse.get("reason") not in ("", "unsure", None) or parse.get("label") in session.coach.out_of_scope:
        return None
    return _no_answer(session, topic)


def _no_answer(session: Session, topic: str) -> Reply:
    note_unanswered(session, "follow_up", session.turn.text)
    near = guidance.next_topics(session.entries[topic], session.profile, session.coach.knowledge)
    buttons = (Button("Why?", "why", topic, row=0), Button("Evidence", "sources", topic, row=0), *(Button(e.question, "topic", e.topic) for e in near))
    return say(sentence("follow_unknown"), decision="out_of_scope", ids=("out_of_scope",), buttons=buttons)
