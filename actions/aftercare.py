"""What follows on a safety reply: until a professional has cleared it, nothing in the talk contradicts the referral. Pure.

The open matter lies in the person's state as `care`: which referral it was, about whom, since when, and what was said last. A grave one
holds until it is cleared; a mild one for the days in which the talk is still about it, or until it is gone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from actions import guidance
from actions.phrases import (
    BIRTH,
    DIAGNOSED,
    DOUBTS,
    FEVER,
    GOES_ON,
    HOW_LONG_TO_HEAL,
    ILL_BEFORE,
    ILLNESS,
    IN_SHORT,
    INSTEAD,
    JOKING,
    LONG_PAST,
    MAY_I,
    MAY_I_TRAIN,
    ME,
    MEANT_WHEN,
    NOT_A_PHYSIO,
    OF_THE_HEART,
    ON_THEM,
    OPERATION,
    OWN_QUESTION,
    POINTING,
    SAYS_GONE,
    SEE_A_DOCTOR,
    STEPS,
    TO_A_DOCTOR,
    TRAIN_ANYWAY,
    UNDO_WORD,
    WHAT_ABOUT,
    WHO,
    clearance,
    gone,
)
from actions.profile_talk import clear, take_facts
from actions.reply import Block, Button, Reply, say
from actions.session import Session
from knowledge.texts import texts
from nlu.safety import detect

# The matter of a referral, by its trigger or else its topic. The sentences after_<matter>_<kind> speak of it.
_BY_TRIGGER: Mapping[str, str] = {
    "R01": "chest", "R02": "faint", "R03": "heat", "R05": "muscle", "R17": "limb", "R04": "bone", "R04-day": "bone", "R10-now": "maternity",
    "R10-blood": "maternity", "R10-floor": "floor", "R12-sugar": "sugar", "R08-ask": "low",
    "R06": "energy", "R14": "rapid", "R16": "worn",
}  # fmt: skip
_BY_TOPIC: Mapping[str, str] = {
    "urgent_symptoms": "faint", "pain_or_injury": "pain", "medical_condition": "condition", "pregnancy": "pregnancy",
    "disordered_eating": "eating", "crisis": "crisis", "performance_drugs": "drugs",
}  # fmt: skip
HALTING = frozenset(("chest", "faint", "heat", "muscle", "limb", "bone", "maternity"))  # no week and no training until a doctor has cleared it
_DOCTORS_ONLY = frozenset(("chest", "faint", "heat", "muscle"))  # no physio can clear these
_CLEARABLE = frozenset(("urgent_symptoms", "pain_or_injury", "medical_condition", "pregnancy"))
_MAY_PASS = frozenset(("pain", "ill"))  # what may be over without anyone having looked at it
_FLAG: Mapping[str, str] = {  # the health point that a week made meanwhile minds
    "pain": "injury", "condition": "other", "worn": "other", "sugar": "diabetes", "floor": "pregnancy", "pregnancy": "pregnancy",
    "energy": "eating", "eating": "eating",
}  # fmt: skip
_OF_THEM: Mapping[str, str] = {"disordered_eating": "them_eating", "crisis": "them_crisis"}
_AGAINST: Mapping[str, frozenset[str]] = {  # answers that would contradict the referral
    "muscle": frozenset(("hydration", "recovery_habits", "post_workout_fuel")),
    "heat": frozenset(("hydration",)),
}
_DAYS = {"crisis": 1, "sugar": 0, "floor": 28, "other": 3}  # how long a matter stays open in the talk
_MILD_DAYS = 2
_BACK_DAYS, _SLOW_DAYS = 56, 14  # how long the week stays gentle after a clearance or an illness
_LONG, _SHORT, _FEW = 25, 12, 8  # words of a message that can follow on a referral
_SURE = 0.98  # from this probability on, a question of its own is believed
_AGE = 60
_WEAK = frozenset(  # intents that few words after a referral are mistaken for
    "show_progress feedback_bad feedback_good help ask_more delete_my_data update_profile log_training export_my_data settings".split()
)


def matter_of(parse: Mapping[str, Any]) -> str:
    """Which matter a safety decision is about."""
    return _BY_TRIGGER.get(parse.get("trigger", "")) or _BY_TOPIC.get(str(parse["id"]), "condition")


def opened(session: Session, matter: str, topic: str, *, other: bool) -> None:
    """Remember a referral. A milder one leaves a grave one of before in place."""
    care = care_of(session)
    if care and care["matter"] in HALTING and not care.get("cleared") and matter not in HALTING and not care["who"]:
        return
    text = session.turn.text
    found = WHO.search(text) if other else None
    who = "" if not other else "your " + found.group().split(maxsplit=1)[1].lower() if found else "them"
    back = _back(text)
    session.state["care"] = {
        "matter": matter, "topic": topic, "who": who, "on": session.turn.today.isoformat(), "back": back, "said": matter, "once": not session.remembers,
    }  # fmt: skip


def _back(text: str) -> str:
    """What someone comes back from, where that sets how the first weeks look."""
    return "birth" if BIRTH.search(text) else "operation" if OPERATION.search(text) and not OF_THE_HEART.search(text) else ""


def care_of(session: Session) -> dict[str, Any] | None:
    """The open matter, or None when there is none or it lies too long back."""
    care = session.state.get("care")
    if not care or care["once"] and session.person.state.get("grave") != care["topic"]:
        return None
    days = (session.turn.today - dt.date.fromisoformat(care["on"])).days
    lasting = care["matter"] in HALTING and not care["who"] and not care.get("cleared")
    limit = _DAYS["other"] if care["who"] else _DAYS.get(care["matter"], _MILD_DAYS)
    return dict(care) if lasting or days <= limit else None


# --- in place of a referral --------------------------------------------------------------------------------------------------


def clears(session: Session) -> bool:
    """Whether a message that reads as a safety matter says that a professional cleared it, with nothing new or going on beside that."""
    parse, text = session.turn.parse, session.turn.text
    care, matter = care_of(session), matter_of(parse)
    if parse["id"] not in _CLEARABLE or not _clearance(text, matter, named=care is not None and care["topic"] == parse["id"]):
        return False
    told = " ".join(part for part in text.replace("!", ".").replace("?", "?.").split(".") if "?" not in part) or text
    if matter not in HALTING and not clearance(told.split(" but ")[0]):
        told = told.replace(" but ", " ")  # "I hurt my knee but the physio cleared me"
    if GOES_ON.search(told) or care is not None and care["matter"] in _DOCTORS_ONLY and parse["id"] == "pain_or_injury":
        return False
    return matter not in HALTING or bool(LONG_PAST.search(told)) or care is not None and care["matter"] == matter


def is_cleared(session: Session) -> bool:
    """Whether a message says that someone who may has cleared what is open."""
    care = care_of(session)
    return bool(_clearance(session.turn.text, care["matter"] if care else "", named=False))


def _clearance(text: str, matter: str, *, named: bool) -> str:
    found = clearance(text, named=named)
    return "" if matter in _DOCTORS_ONLY and NOT_A_PHYSIO.search(found) else found


def instead_of_referral(session: Session, referral: Reply) -> Reply:
    """The referral, or what fits better: a sentence where it was said a moment ago, the words for an illness or a treated bone."""
    parse, text = session.turn.parse, session.turn.text
    before = care_of(session)
    matter, other = matter_of(parse), _of_someone(session)
    if matter == "condition" and ILLNESS.search(text) and not other and not detect(ILLNESS.sub(" ", text)):
        matter = "ill"
    if matter == "bone" and DIAGNOSED.search(text):
        matter = "treated"
    direct = before is not None and not before.get("cleared") and session.person.state.get("grave") == parse["id"]
    if before is not None and direct and (before["matter"] == matter or not parse.get("trigger") and matter != "ill" and len(text.split()) <= _SHORT):
        kind = "gone" if gone(text) else "hold" if MAY_I_TRAIN.fullmatch(text) else "core"
        return _speak(session, before, _of_illness(text) if matter == "ill" else kind)
    opened(session, matter, str(parse["id"]), other=other)
    care = session.state["care"]
    if matter == "ill":
        ease(session, "slow", _SLOW_DAYS)
        return _speak(session, care, _of_illness(text))
    if matter == "treated" and care["matter"] == "treated":
        return _speak(session, care, "instead" if INSTEAD.search(text) else "hold")
    if parse["id"] == "crisis" and not other:
        ease(session, "slow", _SLOW_DAYS)
    return _speak(session, care, "first") if care["who"] and parse["id"] == "disordered_eating" else referral


def ill(session: Session) -> None:
    """Remember an illness that was told."""
    opened(session, "ill", "medical_condition", other=False)
    session.state["grave"] = "medical_condition"
    ease(session, "slow", _SLOW_DAYS)


def _of_illness(text: str) -> str:
    return "over" if ILL_BEFORE.search(text) else "fever" if FEVER.search(text) else "first"


def _of_someone(session: Session) -> bool:
    """Whether a safety matter is someone else's: the person of the cue, and nobody saying "I have"."""
    return not session.turn.parse.get("about_self", True) or bool(WHO.search(session.turn.text)) and not ME.search(session.turn.text)


def own_question(session: Session) -> bool:
    """Whether someone asks for their own training beside telling that someone else is pregnant."""
    parse, text = session.turn.parse, session.turn.text
    return parse.get("trigger") == "R10" and not parse.get("about_self", True) and bool(OWN_QUESTION.search(text)) and not ON_THEM.search(text)


# --- what follows ------------------------------------------------------------------------------------------------------------


def follows(session: Session) -> bool:
    """Whether a message in which only the topic model saw an alarm plainly follows on the matter that is open."""
    care, text = care_of(session), session.turn.text
    if care is None or session.turn.parse.get("trigger") or len(text.split()) > _SHORT:
        return False
    if JOKING.search(text) or TRAIN_ANYWAY.fullmatch(text) or MEANT_WHEN.fullmatch(text) or _clearance(text, care["matter"], named=True):
        return True
    asks = MAY_I_TRAIN.fullmatch(text) or INSTEAD.search(text) and MAY_I.match(text)
    if asks and session.turn.parse["id"] in ("pregnancy", "medical_condition", "pain_or_injury", "performance_drugs"):
        return True
    return bool(care["who"]) and not ME.search(text) and bool(ON_THEM.search(text))


def reply(session: Session) -> Reply | None:
    """The answer to a message that follows on a referral; None when it is about something else, or no matter is open."""
    care, text = care_of(session), session.turn.text
    if session.person.state.get("grave") == "joke" and session.turn.parse["id"] == "ask_more":
        return say(texts()["after_joke_why"], ids=("ask_more",))
    if care is None:
        session.state.pop("care", None)
        return _cleared_of_old(session)
    if len(text.split()) > _LONG:
        return None
    if JOKING.search(text):
        return _joke(session, care)
    if care["topic"] in _CLEARABLE and _clearance(text, care["matter"], named=True):
        return None if care.get("planned") else cleared(session)  # a week that waits for this is made
    direct = session.person.state.get("grave") == care["topic"]
    kind = _kind(session, care, direct)
    if not kind or care["who"] and kind != "core" and not _on_them(session, care):
        return None
    if kind == "gone" and care["matter"] in _MAY_PASS and not care["who"]:
        return _passed(session, care)
    if direct and kind == "hold":
        take_facts(session, _race(session))
    return _speak(session, care, kind)


def to_a_doctor(session: Session) -> Reply | None:
    """ "Should I go to the hospital?" right after a referral: yes, though the word alone would be about a condition."""
    care, parse = care_of(session), session.turn.parse
    direct = care is not None and care["topic"] in _CLEARABLE and session.person.state.get("grave") == care["topic"]
    if care is None or not direct or parse["decision"] == "safety" and parse["id"] != "medical_condition" or not TO_A_DOCTOR.fullmatch(session.turn.text):
        return None
    session.state |= {"care": {**care, "said": "see_a_doctor"}, "grave": care["topic"]}
    return say(_filled(session, "see_a_doctor", care), decision="safety", ids=(care["topic"],))


def _kind(session: Session, care: Mapping[str, Any], direct: bool) -> str:
    """What a message is to the matter: gone, hold (training is asked for or announced), instead, core (anything else about it), or ""."""
    parse, text = session.turn.parse, session.turn.text
    sure = parse["decision"] == "answer" and parse["confidence"] >= _SURE
    grave = care["matter"] in HALTING and not care.get("cleared")
    if gone(text) and (direct or SAYS_GONE.search(text) and not sure):
        return "gone"
    if direct and (STEPS.fullmatch(text) and "instead" not in text.lower() or grave and _race(session)):
        return "hold" if _race(session) else "core"
    if direct and (DOUBTS.fullmatch(text) or IN_SHORT.fullmatch(text)):  # "so no?" is of this, not of the answer before
        return "core"
    if direct and care["matter"] == "pain" and not care["who"] and HOW_LONG_TO_HEAL.fullmatch(text):
        return "how_long"
    if parse["decision"] == "answer" and parse["id"] in _AGAINST.get(care["matter"], ()) and not care.get("cleared"):
        return "gone" if gone(text) else "hold" if MAY_I_TRAIN.fullmatch(text) else "core"
    asks = bool(MAY_I_TRAIN.fullmatch(text) or TRAIN_ANYWAY.fullmatch(text))
    if SEE_A_DOCTOR.search(text) and MAY_I.match(text) and not sure:
        return "core"
    other = INSTEAD.search(text)
    asks = asks or bool(other and MAY_I.match(text))
    if (other or asks and WHAT_ABOUT.match(text)) and (direct or grave and asks and not sure) and (asks or len(text.split()) <= _FEW):
        return "instead"
    if asks and parse["decision"] == "answer":
        held = not sure or bool(ME.search(text)) if grave else direct and not sure
    else:  # a plan that is clearly wished for is the plan's matter
        held = asks and not (parse["id"] in ("weekly_plan", "change_plan", "log_training", "my_targets") and parse["confidence"] >= _SURE)
    return "hold" if held else "core" if direct and _weak(session, care) else ""


def _race(session: Session) -> list[Any]:
    """What is told of a race."""
    return [f for f in session.turn.parse.get("facts", ()) if f["field"] in ("race_date", "race_distance") and f["scope"] == "stored" and not f["negated"]]


def _weak(session: Session, care: Mapping[str, Any]) -> bool:
    """Whether a message by itself is about nothing that the coach knows, so that it can only follow on what was said."""
    parse, text = session.turn.parse, session.turn.text
    if len(text.split()) > _SHORT or any(f["scope"] == "stored" and f["field"] != "goal" for f in parse.get("facts", ())):
        return False
    if parse["decision"] == "conversation":
        misread = parse["id"] == "undo" and not UNDO_WORD.search(text)  # "I got it back" had brought a health point back
        return parse["id"] == "ask_more" or misread or parse["id"] in _WEAK and parse["confidence"] < _SURE
    if parse["decision"] == "out_of_scope":
        named = parse.get("label") in session.coach.out_of_scope
        return parse.get("reason") in ("", "unsure", None) and (not named or bool(POINTING.search(text)) or bool(care["who"] and ON_THEM.search(text)))
    return session.turn.unclear or parse["decision"] == "safety"


def _on_them(session: Session, care: Mapping[str, Any]) -> bool:
    """Whether a message is about the one whom the referral was for, not about the person who writes."""
    text = session.turn.text
    return bool(ON_THEM.search(text) or WHO.search(text)) or not ME.search(text)


def _speak(session: Session, care: Mapping[str, Any], kind: str) -> Reply:
    """The sentence on a matter, never the same twice in a row."""
    matter, known = care["matter"], texts()
    if care["who"]:
        group = _OF_THEM.get(care["topic"], "them" if matter in HALTING else "them_mild")
    else:
        group = care.get("cleared") or ("crisis" if matter == "low" else matter)
    first = f"after_{group}_{kind}"
    then = ("hold", "core") if kind == "instead" and first not in known else ("core", "hold")
    keys = [key for key in dict.fromkeys((first, *(f"after_{group}_{k}" for k in then))) if key in known]
    key = next((k for k in keys if k != care["said"]), keys[0])
    session.state["care"] = {**care, "said": key}
    session.state["grave"] = care["topic"]
    buttons = (Button("A doctor has cleared me", "screen", "cleared"),) if matter in HALTING and not care["who"] and not care.get("cleared") else ()
    words = (Block("text", _filled(session, key, care)),)
    if care.get("cleared"):
        return Reply(words, buttons, ids=("affirm",))
    return Reply(words, buttons, decision="safety", ids=(care["topic"],))


def _filled(session: Session, key: str, care: Mapping[str, Any]) -> str:
    region = session.region
    fill = {"emergency": region.emergency, "who": care["who"], "Who": care["who"].capitalize(), **{f"helpline_{k}": v for k, v in region.helplines.items()}}
    return guidance.region_text(texts()[key], fill)


def waits(session: Session) -> bool:
    """Whether the person's own training waits for a doctor."""
    care = care_of(session)
    return care is not None and care["matter"] in HALTING and not care["who"] and not care.get("cleared")


def lift(session: Session, care: Mapping[str, Any] | None = None) -> None:
    """Nothing of the matter holds any longer; the weeks after a clearance begin gently."""
    care = care or care_of(session)
    for name in ("care", "halted"):
        session.state.pop(name, None)
    if care and not care["who"]:
        run_walk = bool(care["back"]) or care["matter"] in ("bone", "treated", "limb", "maternity")
        ease(session, "back" if run_walk else "slow", _BACK_DAYS if run_walk else _SLOW_DAYS)


def _joke(session: Session, care: Mapping[str, Any]) -> Reply:
    """A joke taken back is heard. After a crisis the numbers stay, and after talk of eating so does what was noted."""
    if care["topic"] in ("crisis", "disordered_eating"):
        return replace(
            _speak(session, care, "joke"),
            buttons=() if care["topic"] == "crisis" else (Button("What you know about me", "intent", "show_profile"),),
        )
    for name in ("care", "halted"):
        session.state.pop(name, None)
    session.state["grave"] = "joke"
    return say(_filled(session, "after_joke_halting" if care["matter"] in HALTING else "after_joke", care), ids=("affirm",))


def _passed(session: Session, care: Mapping[str, Any]) -> Reply:
    """A mild matter that is gone: gently back."""
    ease(session, "slow", _SLOW_DAYS)
    take_facts(session, [f for f in session.turn.parse.get("facts", ()) if f["field"] == "health_flags" and f["negated"]])
    if care["matter"] == "pain" and "injury" in (session.stored.get("health_flags") or ()):
        clear(session, "health_flags", ["injury"])
    return _speak(session, {**care, "cleared": "passed", "said": ""}, f"{care['matter']}_gone")


def cleared(session: Session) -> Reply:
    """A professional has cleared it: training goes on within what was allowed, and starts gently."""
    care = care_of(session) or {"matter": matter_of(session.turn.parse), "topic": session.turn.parse["id"], "who": "", "back": "", "said": "", "once": False}
    text = session.turn.text
    back = _back(text) or care["back"]
    bones = care["matter"] in ("limb", "bone", "treated")
    kind = back or ("pain" if bones else "") or {"urgent_symptoms": "urgent", "pain_or_injury": "pain", "pregnancy": "pregnancy"}.get(care["topic"], "condition")
    if care["who"]:
        session.state.pop("care", None)
        return say(_filled(session, "after_them_cleared", care), ids=("affirm",))
    lift(session, {**care, "back": back})
    session.state["care"] = {**care, "on": session.turn.today.isoformat(), "back": back, "cleared": "allowed", "once": not session.remembers}
    spoken = _speak(session, session.state["care"], f"{kind}_cleared")
    return replace(spoken, buttons=(Button("Make my plan", "intent", "weekly_plan"),))


def _cleared_of_old(session: Session) -> Reply | None:
    """ "My doctor cleared me", where nothing is open that waits for it and the model made nothing of it."""
    parse, text = session.turn.parse, session.turn.text
    waits = session.state.get("halted") or session.state.get("screened") == "some" or session.open() or session.form
    if waits or parse["decision"] == "answer" or len(text.split()) > _SHORT or not clearance(text):
        return None
    return say(texts()["after_allowed_condition_cleared"], ids=("affirm",), buttons=(Button("Make my plan", "intent", "weekly_plan"),))


# --- what it means for the week ----------------------------------------------------------------------------------------------


def ease(session: Session, how: str, days: int) -> None:
    """Keep the week gentle for a while: "slow" has nothing long or hard, "back" mixes running with walking too."""
    if session.remembers:
        session.state["easing"] = {"how": how, "until": (session.turn.today + dt.timedelta(days=days)).isoformat()}


def plan_profile(session: Session) -> dict[str, Any]:
    """The profile that a week is made for: with the health point of an open matter, and with how gently to begin."""
    profile, care = session.profile, care_of(session)
    if care and not care["who"] and not care.get("cleared") and (flag := _FLAG.get(care["matter"])):
        profile["health_flags"] = sorted({*(profile.get("health_flags") or ()), flag})
    unknown = profile.get("run_experience") is None and not profile.get("weekly_run_km") and profile.get("longest_run_km") is None
    easing = session.state.get("easing")
    if session.about_other:
        return profile
    if easing and session.turn.today.isoformat() <= easing["until"]:
        return profile | {"easing": "back" if unknown else easing["how"]}
    return profile | {"easing": "unknown"} if unknown and profile.get("age", 0) >= _AGE else profile


def holds_plan(session: Session) -> Reply | None:
    """Why there is no week now: the matter of someone whom it is for, or of a crisis, comes first."""
    care = care_of(session)
    if care is None or session.turn.press is not None and care["topic"] != "crisis":
        return None
    if care["who"]:
        wants = (care["matter"] in HALTING or care["topic"] in _OF_THEM) and bool(ON_THEM.search(session.turn.text) or WHO.search(session.turn.text))
        return _speak(session, care, "plan") if wants else None
    if care["topic"] == "crisis":
        return _speak(session, care, "hold")
    if care["matter"] not in HALTING or care.get("cleared") or not session.state.get("halted"):
        return None
    if care["said"] == "plan_halted" and session.turn.press is None:
        return _speak(session, care, "hold")
    session.state |= {"care": {**care, "said": "plan_halted", "planned": True}, "grave": care["topic"]}
    return None  # the plan says itself that it waits
