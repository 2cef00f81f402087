"""One message in, one reply out: what a message means for the open question, the profile and the topic. Pure.

`respond` reads a turn and a person and returns an outcome; the Rasa action (`actions.actions`) does the reading and
writing around it. The order is the product's: safety, what is open, what follows on the last answer, then the decision.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from actions import aftercare, circumstances, corrections, cues, follow_ups, guidance, onboarding, plan_talk, profile_talk
from actions.follow_ups import FOLLOW_UP_WORDS
from actions.phrases import (
    ABOUT_SOMEONE,
    DONE_FOR_SURE,
    DOUBTS,
    HOW_ARE_YOU,
    HOW_BARE,
    IN_SHORT,
    LAUGH,
    MAY_I_TRAIN,
    ME,
    MISSED,
    NEW_PLAN,
    NONE,
    NOTHING_ELSE,
    RELATIVE,
    SICK,
    START_OVER,
    THAT_WAS_WRONG,
    cleared,
    healed,
    tells_pain,
)
from actions.profile_talk import ABOUT_OTHER, field_words, picked_number, read_answer, take_facts
from actions.reply import Block, Button, Person, Reply, say
from actions.session import Coach, FactReader, NewFile, Outcome, Session, Turn
from actions.topics import again, asked_reply, clarify, none_of_these, note_unanswered, offer_buttons, out_of_scope, suggestions, topic_reply, two_topics
from knowledge.fields import catalogue
from knowledge.texts import sentence

__all__ = ["Coach", "FactReader", "NewFile", "Outcome", "Session", "Turn", "respond"]

NUMBER_OFF_TRIGGERS = ("R06", "R07", "R14")  # cues after which food and weight figures stay off
CALM_TRIGGERS = ("R01-effort", "R07-food")  # a worry that words settle: nothing is noted, and talk goes on as before
INTRODUCTION = 4  # facts that make a message someone's introduction
GRAVE = frozenset(("urgent_symptoms", "pain_or_injury", "crisis", "disordered_eating"))  # "ok" and "thanks" after these get kinder words

_DELETE_IT = re.compile(r"\W*(?:yes,? )?(?:please )?(?:delete|erase|do it|delete (?:it|it all|everything|all))\W*")
_BARE_NO = re.compile(r"\W*(?:no|nope|nah|no thanks|no thank you|n)\W*", re.IGNORECASE)
_NO_IS_AN_ANSWER = frozenset(("blocked_days", "avoid_foods", "race_distance", "health_flags", "equipment", "diet"))
_PLAN_WORD = re.compile(r"\b(?:plan|schedule|program(?:me)?|my week|weekly)\b", re.IGNORECASE)
_IN_BETWEEN = frozenset(("change_plan", "log_training", "show_profile", "show_progress", "undo"))
_START = re.compile(r"\W*/?start\W*", re.IGNORECASE)


def respond(turn: Turn, person: Person, coach: Coach) -> Outcome:
    """Answer one turn. Never raises for anything that a person can type or press."""
    turn = cues.read_for(turn, person)
    session = Session(turn, person, coach)
    session.state.pop("grave", None)
    if turn.press is not None:
        aside = session.form is not None and turn.press[0] != "form"
        reply = _pressed(session, *turn.press)
        return _closed(session, onboarding.aside(session, reply) if aside else reply)
    if profile_talk.says_child(turn.parse.get("facts", ())):
        profile_talk.child(session)
    for settled in (_healed, aftercare.to_a_doctor):
        if (found := settled(session)) is not None:
            return _closed(session, found)
    if turn.parse["decision"] == "safety" and not _harmless(session):
        return session.outcome(_safety(session))
    asking = session.form is not None
    for step in (
        _after_referral, plan_talk.on_clearance, corrections.reply, _on_open_question, _on_resume, onboarding.reply, circumstances.costs_lifts, follow_ups.reply,
        plan_talk.follow_up,
    ):  # fmt: skip
        if (found := step(session)) is not None:
            return _closed(session, onboarding.aside(session, found) if asking and step in _ASIDES else found)
    if not _facts_are_for_the_moment(session):
        take_facts(session, turn.parse.get("facts", ()))
    reply = _decided(session)
    return _closed(session, onboarding.aside(session, reply) if asking else reply)


def _closed(session: Session, reply: Reply) -> Outcome:
    """The outcome, with Yes and No under a value that waits to be confirmed. A request in between leaves a question open."""
    asked = session.person.state.get("open") or {}
    between = bool(set(reply.ids) & _IN_BETWEEN) or reply.ids == ("update_profile",) and not session.changes and not session.unkept
    if asked.get("kind") == "ask" and asked.get("field") not in session.changes and between and not session.open() and not session.form:
        session.set_open(**asked)
    if session.open().get("kind") == "confirm" and not any(b.do == "confirm" for b in reply.buttons):
        yes, no = Button("Yes, that's right", "confirm", "yes", row=0), Button("No", "confirm", "no", row=0)
        reply = replace(reply, buttons=(yes, no, *reply.buttons))
    return session.outcome(reply)


# --- safety ----------------------------------------------------------------------------------------------------------


def _safety(session: Session) -> Reply:
    parse = session.turn.parse
    if parse.get("trigger") in CALM_TRIGGERS:
        return guidance.referral(session.entries[parse["id"]], parse["trigger"], session.region, session.coach.contact)
    if aftercare.own_question(session) and (offers := _own_topics(session)):
        take_facts(session, [f for f in parse.get("facts", ()) if f["scope"] == "stored" and f["field"] != "health_flags"])
        reply = clarify(session, offers)
        return replace(reply, blocks=(Block("text", sentence("after_them_pregnant")), *reply.blocks))
    asked = (session.form or {}).get("at")
    if session.form:  # taken up again by "continue", if the person wants to
        session.state["later"] = {k: v for k, v in session.form.items() if k != "confirm"}
    for name in ("open", "form", "about", "topic", "two"):  # "should I stop?" is of this now
        session.state.pop(name, None)
    session.state["grave"] = parse["id"]
    facts = [f for f in parse.get("facts", ()) if f["field"] == "health_flags" and f["scope"] == "stored" and not f["negated"]]
    flags = {v for f in facts for v in f["value"]}
    cleared_now = aftercare.clears(session)
    about_self = parse.get("about_self", True) and (bool(parse.get("trigger")) or not ABOUT_OTHER.search(session.turn.text))
    if about_self and (parse.get("trigger") in NUMBER_OFF_TRIGGERS or parse["id"] == "disordered_eating"):
        flags.add("eating")
    if about_self and parse["id"] == "pain_or_injury" and not cleared_now and not ABOUT_OTHER.search(session.turn.text) and tells_pain(session.turn.text):
        flags.add("injury")
    if about_self and session.remembers and not cleared_now and aftercare.matter_of(parse) in aftercare.HALTING:
        session.state["halted"] = True  # no week until a doctor has cleared it
    if flags and session.wants != "forget":
        profile_talk.store(session, "health_flags", sorted(flags))
        session.unkept = False  # a safety reply speaks of nothing else
    _keep_quietly(session)
    if cleared_now:
        return aftercare.cleared(session)
    entry = session.entries[parse["id"]]
    reply = aftercare.instead_of_referral(session, guidance.referral(entry, parse.get("trigger", ""), session.region, session.coach.contact))
    reply = replace(reply, buttons=(*reply.buttons, *plan_talk.offer_update(session)))
    if asked in (onboarding.CONSENT, onboarding.HEALTH) and flags:  # the set-up's last answer
        reply = replace(reply, buttons=(*reply.buttons, Button("What you know about me", "intent", "show_profile")))
    return reply


def _own_topics(session: Session) -> list[str]:
    ids = [r["id"] for r in session.turn.parse.get("ranking", ())]
    return [i for i in ids if i in session.entries and not session.entries[i].is_safety][:3]


def _after_referral(session: Session) -> Reply | None:
    """What follows on a referral, unless the set-up is taken up again, and on an injury that is noted."""
    text = session.turn.text
    if onboarding.resumes(session):
        return None
    if (found := aftercare.reply(session)) is not None:
        return found
    few = len(text.split()) <= follow_ups.FOLLOW_UP_WORDS and session.turn.parse["decision"] in ("out_of_scope", "clarify")
    if few and ME.search(text) and MAY_I_TRAIN.fullmatch(text) and "injury" in (session.stored.get("health_flags") or ()):
        return say(sentence("train_with_injury"), decision="safety", ids=("pain_or_injury",))
    return None


def _keep_quietly(session: Session) -> None:
    """Age and sex told beside a safety matter: they decide what the person is shown later, and the reply speaks of nothing else.

    After a wish for less at a low weight also weight and height, by which "I want to get to 47" is measured.
    """
    fields = ("age", "sex", *(cues.BODY if session.turn.parse.get("trigger") == "R06-low" else ()))
    for fact in session.turn.parse.get("facts", ()):
        if fact["field"] in fields and fact["scope"] == "stored" and not (fact["negated"] or fact.get("problem") or fact.get("confirm")):
            unkept = session.unkept
            profile_talk.store(session, fact["field"], fact["value"])
            session.unkept = unkept


def _healed(session: Session) -> Reply | None:
    """An injury that is noted and over: taken out, though the words name the pain."""
    parse = session.turn.parse
    if parse["decision"] == "safety" and parse["id"] != "pain_or_injury" or "injury" not in (session.stored.get("health_flags") or ()):
        return None
    if not healed(session.turn.text, just_told=session.person.state.get("grave") == "pain_or_injury"):
        return None
    profile_talk.clear(session, "health_flags", ["injury"])
    return say(sentence("healed"), ids=("update_profile",), buttons=plan_talk.offer_update(session))


def _introduces(session: Session) -> bool:
    """Whether a message is someone's introduction: many facts and no question."""
    told = {f["field"] for f in session.turn.parse.get("facts", ()) if f["scope"] == "stored" and not f.get("negated")} - {"health_flags"}
    return len(told) >= INTRODUCTION and not onboarding.is_question(session.turn.text)


def _harmless(session: Session) -> bool:
    """Whether a message that only the topic model took for a safety matter plainly is none.

    A rule's cue (`trigger`) always counts. Without one: the end of a health point ("not pregnant any more"), a doctor's
    clearance, the way out of the set-up, a follow-up on someone else, or a long introduction that the model isn't sure of.
    """
    parse, text, told = session.turn.parse, session.turn.text, session.stored.get("health_flags") or ()
    if parse.get("trigger"):
        return False
    return (
        any(f["field"] == "health_flags" and f["scope"] == "stored" and f["negated"] and set(f["value"]) & set(told) for f in parse.get("facts", ()))
        or bool(session.state.get("halted") or session.state.get("screened") == "some") and cleared(text)
        or onboarding.leaves(session)
        or aftercare.follows(session)
        or (parse["id"] not in ("crisis", "urgent_symptoms") and parse["confidence"] < 0.75 and _introduces(session))
        or (session.state.get("topic") in session.entries and bool(ABOUT_SOMEONE.fullmatch(text)))
    )


# --- what is open ----------------------------------------------------------------------------------------------------


def _intent(session: Session) -> str:
    parse = session.turn.parse
    return str(parse["id"]) if parse["decision"] == "conversation" else ""


def _on_open_question(session: Session) -> Reply | None:
    opened = session.open()
    act = _OPEN.get(opened.get("kind", ""))
    return act(session, opened) if act else None


def _open_delete(session: Session, _opened: Mapping[str, Any]) -> Reply | None:
    session.set_open()
    if _intent(session) == "affirm" or _DELETE_IT.fullmatch(session.turn.text.lower()):
        return profile_talk.delete(session, True)
    if _intent(session) in ("deny", "stop"):
        return profile_talk.delete(session, False)
    return None


def _open_confirm(session: Session, opened: Mapping[str, Any]) -> Reply | None:
    session.set_open()
    if _intent(session) == "affirm":
        return _confirmed(session, opened, True)
    if _intent(session) == "deny" and not session.turn.parse.get("facts"):
        return _confirmed(session, opened, False)
    return None


def _confirmed(session: Session, opened: Mapping[str, Any], yes: bool) -> Reply:
    session.set_open()
    name, value = opened["field"], opened["value"]
    if not yes:
        session.set_open(kind="ask", field=name, topic=opened.get("topic"))
        return say(sentence("confirm_again"), ids=("deny",))
    session.keep(name, value)
    if session.remembers:
        session.notes.append(sentence("confirmed", facts=field_words(name, value, session.profile)))
    return _resume(session, opened.get("topic")) or say(ids=("update_profile",))


def _open_clarify(session: Session, opened: Mapping[str, Any]) -> Reply | None:
    choice = picked_number(session.turn.text, len(opened["offers"]))
    if choice is not None:
        session.set_open()
        return topic_reply(session, opened["offers"][choice])
    if NONE.fullmatch(session.turn.text):
        session.set_open()
        return none_of_these(session, opened)
    if _intent(session) == "affirm":
        return say(sentence("pick_one"), ids=("affirm",), buttons=tuple(offer_buttons(session, opened["offers"])))
    session.set_open()
    if _intent(session) == "deny":
        return none_of_these(session, opened)
    return None


def _open_offer(session: Session, opened: Mapping[str, Any]) -> Reply | None:
    session.set_open()
    if _intent(session) == "affirm":
        if not session.remembers:
            profile_talk.set_memory(session, True)
        return _INTENTS[opened["do"]](session)
    return say(sentence("deny"), ids=("deny",), buttons=suggestions(session)) if _intent(session) == "deny" else None


def _open_ask(session: Session, opened: Mapping[str, Any]) -> Reply | None:
    """The answer to a question back, in any form."""
    name, text, parse = opened["field"], session.turn.text, session.turn.parse
    if onboarding.asks_why(text):
        spec = catalogue()[name]
        return say(f"{sentence('setup_why', why=spec.why)} {spec.ask}", ids=("ask_more",))
    facts = parse.get("facts", ())
    if _intent(session) in ("ask_more", "ask_source") and not facts:
        return None  # the question stays open behind the explanation
    session.set_open()
    asks = onboarding.is_question(text)
    of_the_answer = asks and (DOUBTS.fullmatch(text) or IN_SHORT.fullmatch(text))  # "so no?" is no answer to the question back
    if of_the_answer or onboarding.is_other_matter(session) or opened.get("topic") == plan_talk.PLAN and plan_talk.for_this_week(session):
        return None
    no = _BARE_NO.fullmatch(text) or _intent(session) == "deny" and not facts and not asks
    refuses = onboarding.skips(text) or no and name not in _NO_IS_AN_ANSWER or bool(NONE.fullmatch(text)) and len(text.split()) > 1
    facts = [] if refuses else read_answer(session, name)
    own = [f for f in facts if f["field"] == name and f["scope"] == "stored" and not f.get("negated")]
    if not own and not refuses and any(f["scope"] == "stored" for f in facts):  # something else was told: the question may come again
        session.state["asked"] = [a for a in session.state.get("asked", ()) if a != name]
    if not own or parse["decision"] == "answer" and asks:
        return say(sentence("deny"), ids=("deny",)) if refuses or _intent(session) in ("deny", "stop") and not asks else None
    if profile_talk.says_child(own):
        profile_talk.child(session)
        return say(ids=("update_profile",))
    take_facts(session, facts, asked=name)
    if session.open():
        return say(ids=("update_profile",))
    if own[-1].get("problem"):
        session.set_open(**opened)
        return say(ids=("update_profile",))
    if not session.changes and not session.unkept and name in session.stored:
        session.notes.append(sentence("noted_same", facts=field_words(name, session.stored[name], session.profile)))
    return _resume(session, opened.get("topic")) or say(ids=("update_profile",), buttons=plan_talk.offer_update(session))


def _open_screen(session: Session, _opened: Mapping[str, Any]) -> Reply | None:
    return plan_talk.on_screen(session)


_OPEN: dict[str, Callable[[Session, Mapping[str, Any]], Reply | None]] = {
    "delete": _open_delete,
    "confirm": _open_confirm,
    "clarify": _open_clarify,
    "offer": _open_offer,
    "ask": _open_ask,
    "screen": _open_screen,
}


def _on_resume(session: Session) -> Reply | None:
    return onboarding.start(session) if onboarding.resumes(session) else None


def _resume(session: Session, about: str | None) -> Reply | None:
    """What a question back belonged to, once more: a topic, the numbers, the week."""
    return plan_talk.resume(session, about or "") or again(session, about)


_ASIDES = (corrections.reply, _on_open_question, circumstances.costs_lifts, follow_ups.reply, plan_talk.follow_up)  # after these an open set-up asks its question again


# --- decisions -------------------------------------------------------------------------------------------------------


def _facts_are_for_the_moment(session: Session) -> bool:
    """Facts of a logged session or of one week of the plan don't change the profile here."""
    parse = session.turn.parse
    if session.wants == "forget" or _intent(session) == "log_training" or _is_log(session):
        return True
    return plan_talk.for_this_week(session) and _intent(session) in ("change_plan", "update_profile", "weekly_plan") and not parse.get("trigger")


def _is_log(session: Session) -> bool:
    """Whether a message that the model took for something vague tells what was done."""
    parse, text = session.turn.parse, session.turn.text
    vague = parse["decision"] in ("clarify", "out_of_scope") or _intent(session) == "update_profile" or bool(DONE_FOR_SURE.fullmatch(text))
    return vague and "?" not in text and len(text.split()) <= FOLLOW_UP_WORDS and plan_talk.tells_done(session)


def _decided(session: Session) -> Reply:
    parse = session.turn.parse
    decision = parse["decision"]
    if session.wants == "forget" and decision != "answer":
        return say(ids=("update_profile",))
    if _is_log(session):
        return plan_talk.log_training(session)
    if decision == "safety":  # only a harmless one: see `_harmless`
        return _update(session)
    if THAT_WAS_WRONG.fullmatch(session.turn.text) and session.person.state.get("changed"):
        return profile_talk.undo(session)
    if (found := _plain_words(session)) is not None:
        return found
    if decision == "answer":
        session.state.pop("about", None)
        session.state.pop("two", None)
        ids = [i for i in parse["ids"] if i in session.entries]
        if aftercare.waits(session) and any(session.entries[i].group in guidance.TRAINING for i in ids):
            session.notes.append(sentence("after_check"))
        session.about_other = session.about_other or bool(RELATIVE.search(session.turn.text)) and not ME.search(session.turn.text)
        return circumstances.beside(session, two_topics(session, ids) if len(ids) > 1 else asked_reply(session))
    if decision in ("clarify", "out_of_scope") and session.changes and _introduces(session):
        return _update(session)
    if decision == "clarify":
        return clarify(session, parse["offers"])
    if decision == "out_of_scope":
        return out_of_scope(session)
    if parse["id"] == "update_profile":
        if not session.changes and not session.notes and not parse.get("facts") and onboarding.is_question(session.turn.text):
            offers = [r["id"] for r in parse.get("ranking", ()) if r["id"] in session.entries and not session.entries[r["id"]].is_safety]
            if offers:
                return clarify(session, offers[:3])
        if plan_talk.for_this_week(session):
            return plan_talk.change(session)
        if _PLAN_WORD.search(session.turn.text) and (session.changes or parse.get("facts") and NEW_PLAN.search(session.turn.text)):
            return plan_talk.plan_request(session)
    return _INTENTS.get(parse["id"], _help)(session)


def _plain_words(session: Session) -> Reply | None:
    """What a few plain words mean, whatever the model took them for."""
    text = session.turn.text
    if (found := circumstances.reply(session)) is not None:
        return found
    if session.turn.parse["decision"] != "answer" and (day := plan_talk.day_asked(session)) is not None:
        return day
    if NOTHING_ELSE.fullmatch(text) and _intent(session) != "deny":
        return _simple("deny")(session)
    if HOW_BARE.fullmatch(text) and session.turn.parse["decision"] != "answer":
        return say(sentence("how_of_what"), ids=("help",), buttons=suggestions(session))
    if LAUGH.fullmatch(text):
        return say(sentence("laugh"), ids=("affirm",))
    if HOW_ARE_YOU.fullmatch(text):
        return say(sentence("how_are_you"), ids=("greet",), buttons=suggestions(session))
    if START_OVER.fullmatch(text):
        buttons = (Button("The set-up", "form", "redo"), Button("My week", "plan", "another"), Button("Everything: delete my data", "intent", "delete_my_data"))
        return say(sentence("start_over"), ids=("start_onboarding",), buttons=buttons)
    vague = session.turn.unclear or _intent(session) in ("log_training", "deny", "update_profile", "weekly_plan")
    if vague and "?" not in text and len(text.split()) <= FOLLOW_UP_WORDS and MISSED.search(text) and not session.changes:
        return plan_talk.missed(session)
    if vague and "?" not in text and len(text.split()) <= FOLLOW_UP_WORDS and SICK.search(text):
        aftercare.ill(session)
        return plan_talk.sick(session)
    return None


# --- conversation intents --------------------------------------------------------------------------------------------


def _simple(key: str) -> Callable[[Session], Reply]:
    return lambda session: _after_safety(session, key) or say(sentence(key), ids=(key,))


def _after_safety(session: Session, key: str) -> Reply | None:
    """Kinder words where the last thing said was grave."""
    grave = session.person.state.get("grave")
    if grave not in GRAVE and (not grave or key not in ("ask_more", "ask_source")) or key in ("are_you_a_bot", "privacy", "feedback_good"):
        return None
    words = "after_crisis" if grave in ("crisis", "disordered_eating") else "after_safety"
    care = aftercare.care_of(session)
    if care and care.get("cleared"):
        return None
    if care and care["who"] and words == "after_safety":
        words = "after_safety_them"
    if care:
        words = f"{words}_still" if care["said"] == words else words
        session.state["care"] = {**care, "said": words}
    session.state["grave"] = grave
    return say(sentence(words), ids=(key,))


def _greet(session: Session) -> Reply:
    if name := session.profile.get("name"):
        return say(sentence("greet_known", name=name), ids=("greet",), buttons=suggestions(session))
    if session.stored or session.form or not session.remembers:
        return say(sentence("greet_back"), ids=("greet",), buttons=suggestions(session))
    if session.turn.press is None and _START.fullmatch(session.turn.text):
        return onboarding.start(session, greeting=sentence("greet", coach=session.coach.name), ids=("greet",))
    session.set_open(kind="offer", do="start_onboarding")
    buttons = (Button("Set me up", "intent", "start_onboarding"), *suggestions(session))
    return say(sentence("greet_new", coach=session.coach.name), ids=("greet",), buttons=buttons)


def _help(session: Session) -> Reply:
    return say(sentence("help"), sentence("help_more"), ids=("help",), buttons=suggestions(session))


def _human(session: Session) -> Reply:
    contact = session.coach.contact
    return say(sentence("talk_to_human", contact=contact) if contact else sentence("talk_to_human_none"), ids=("talk_to_human",))


def _last_entry(session: Session) -> Any:
    topic = "weekly_plan" if session.state.get("about") == plan_talk.PLAN else session.state.get("topic", "")
    return session.entries.get(topic)


def _more(session: Session) -> Reply:
    if session.state.get("about") == plan_talk.TARGETS:
        return replace(plan_talk.target_sources(session), ids=("ask_more",))
    if session.state.get("about") == plan_talk.PLAN and (reasons := plan_talk.why_week(session)) is not None:
        return reasons
    if entry := _last_entry(session):
        return guidance.why(entry, session.profile, session.coach.knowledge)
    return _after_safety(session, "ask_more") or say(sentence("nothing_before"), ids=("ask_more",), buttons=suggestions(session))


def _source(session: Session) -> Reply:
    if session.state.get("about") == plan_talk.TARGETS:
        return plan_talk.target_sources(session)
    if entry := _last_entry(session):
        return guidance.evidence(entry, session.profile, session.coach.knowledge)
    return _after_safety(session, "ask_source") or say(sentence("nothing_before"), ids=("ask_source",), buttons=suggestions(session))


def _update(session: Session) -> Reply:
    if session.state.get("about") == plan_talk.TARGETS and set(session.changes) & plan_talk.TARGET_FIELDS and not session.open():
        return replace(plan_talk.show_targets(session), ids=("update_profile",))
    facts = session.turn.parse.get("facts", ())
    if facts and all(f["negated"] for f in facts) and not session.changes and not session.notes and not session.unkept:
        return say(sentence("nothing_of_that"), ids=("update_profile",))
    if plan_talk.reshapes(session):
        return replace(plan_talk.new_plan(session), ids=("update_profile",))
    reply = profile_talk.update(session)
    return replace(reply, buttons=(*reply.buttons, *plan_talk.offer_update(session)))


def _logged(session: Session) -> Reply:
    """What was done; or what was told of the person, where the model took that for something done ("longest run was 14k")."""
    reply = plan_talk.log_training(session)
    return _update(session) if session.changes and not session.log and not reply.blocks else reply


def _bad(session: Session) -> Reply:
    note_unanswered(session, "feedback_bad", session.state.get("last_text") or session.turn.text)
    entry = _last_entry(session)
    near = guidance.next_topics(entry, session.profile, session.coach.knowledge) if entry else []
    buttons = tuple(Button(e.question, "topic", e.topic) for e in near) or suggestions(session)
    return say(sentence("feedback_bad"), ids=("feedback_bad",), buttons=buttons)


_INTENTS: dict[str, Callable[[Session], Reply]] = {
    "greet": _greet,
    "help": _help,
    "talk_to_human": _human,
    "ask_more": _more,
    "ask_source": _source,
    "start_onboarding": onboarding.start,
    "update_profile": _update,
    "show_profile": profile_talk.show,
    "delete_my_data": profile_talk.ask_delete,
    "export_my_data": profile_talk.export,
    "settings": profile_talk.settings,
    "feedback_bad": _bad,
    "undo": profile_talk.undo,
    "my_targets": plan_talk.show_targets,
    "weekly_plan": plan_talk.plan_request,
    "change_plan": plan_talk.change,
    "log_training": _logged,
    "show_progress": plan_talk.show_progress,
    **{key: _simple(key) for key in ("goodbye", "thanks", "are_you_a_bot", "feedback_good", "affirm", "deny", "stop", "privacy")},
}


# --- buttons ---------------------------------------------------------------------------------------------------------


def _pressed(session: Session, do: str, arg: str) -> Reply:
    act = _PRESSES.get(do)
    reply = act(session, arg) if act else None
    return reply or say(sentence("expired"), ids=("expired",))


def _press_topic(session: Session, arg: str) -> Reply | None:
    if arg not in session.entries:
        return None
    session.set_open()
    session.state.pop("about", None)
    return topic_reply(session, arg)


def _press_why(session: Session, arg: str) -> Reply | None:
    return guidance.why(session.entries[arg], session.profile, session.coach.knowledge) if arg in session.entries else None


def _press_sources(session: Session, arg: str) -> Reply | None:
    return guidance.evidence(session.entries[arg], session.profile, session.coach.knowledge) if arg in session.entries else None


def _press_none(session: Session, _arg: str) -> Reply:
    opened = session.open()
    session.set_open()
    return none_of_these(session, opened)


def _press_set(session: Session, arg: str) -> Reply | None:
    name, _, value = arg.partition("=")
    if name not in catalogue():
        return None
    topic = session.open().get("topic")
    session.set_open()
    take_facts(session, [_told(name, value)])
    if not session.changes and not session.notes and not session.unkept and name in session.stored:
        session.notes.append(sentence("noted_same", facts=field_words(name, session.stored[name], session.profile)))
    return _resume(session, topic) or say(ids=("update_profile",), buttons=plan_talk.offer_update(session))


def _press_clear(session: Session, arg: str) -> Reply | None:
    name, _, value = arg.partition("=")
    if name not in catalogue():
        return None
    take_facts(session, [_told(name, value, negated=True)])
    return say(*(() if session.notes else (sentence("expired"),)), ids=("update_profile",))


def _told(name: str, value: str, *, negated: bool = False) -> dict[str, Any]:
    return {"field": name, "value": value, "text": "", "scope": "stored", "negated": negated, "problem": None, "confirm": False}


def _press_confirm(session: Session, arg: str) -> Reply | None:
    opened = session.open()
    return _confirmed(session, opened, arg == "yes") if opened.get("kind") == "confirm" else None


def _press_delete(session: Session, arg: str) -> Reply | None:
    return profile_talk.delete(session, arg == "yes") if arg in ("yes", "no") else None


def _press_memory(session: Session, arg: str) -> Reply | None:
    return profile_talk.set_memory(session, arg == "on") if arg in ("on", "off") else None


def _press_screen(session: Session, arg: str) -> Reply | None:
    return plan_talk.screen(session, arg) if arg in ("none", "some", "cleared") else None


def _press_intent(session: Session, arg: str) -> Reply | None:
    if arg not in _INTENTS:
        return None
    session.set_open()
    return _INTENTS[arg](session)


_PRESSES: dict[str, Callable[[Session, str], Reply | None]] = {
    "topic": _press_topic,
    "why": _press_why,
    "sources": _press_sources,
    "none": _press_none,
    "set": _press_set,
    "clear": _press_clear,
    "confirm": _press_confirm,
    "delete": _press_delete,
    "memory": _press_memory,
    "screen": _press_screen,
    "intent": _press_intent,
    "edit": profile_talk.edit,
    "region": profile_talk.set_region,
    "undo": lambda session, _arg: profile_talk.undo(session),
    "form": onboarding.pressed,
    "plan": plan_talk.pressed,
    "targets": lambda session, _arg: plan_talk.target_sources(session),
}
