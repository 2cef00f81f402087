"""What a life brings that no topic is written for: night shifts, fasting, a lifters' meet, a ruck, first lifts. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from actions.plan_talk import PLAN, change, screen, stored_plan
from actions.reply import Block, Button, Reply, say
from actions.session import Session
from actions.topics import topic_reply
from knowledge.entry import GRADES, VERDICTS
from knowledge.exercises import named
from knowledge.fields import is_protected
from knowledge.formulas import FORMULAS
from knowledge.texts import sentence
from knowledge.units import KG_PER_POUND

VAGUE = ("answer", "clarify", "out_of_scope")  # decisions that words of a circumstance may overrule
NO_FAST = frozenset(("diabetes", "kidney", "pregnancy", "eating", "heart"))  # with these, fasting and training is for a doctor to say

_SHIFTS = re.compile(
    r"\bnight ?shifts?\b|\b(?:on|work|works|working|do|doing|after|before|between) (?:my |the )?nights\b|\bshift ?work(?:er)?\b"
    r"|\b(?:rotating|late|early|long|12|12 ?h(?:our)?) ?shifts?\b|\b(?:after|before|around|between) (?:or (?:after|before) )?(?:the|my|a|each) shifts?\b",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"\b(?:when|before|after|fit|best time|what time|schedule|around|between|how (?:do|can|should|would) i|where do i put)\b|\bwant to (?:run|lift|train)\b",
    re.IGNORECASE,
)
_TRAIN = re.compile(r"\b(?:train\w*|run(?:s|ning)?|lift\w*|gym|work ?outs?|work out|exercise|session\w*|squat\w*|jog\w*|cardio)\b", re.IGNORECASE)
_FASTING = re.compile(
    r"\bramad[ah]+n\b|\bramazan\b|\b(?:iftar|suhoor|suhur|sehri|sahur)\b"
    r"|\bi(?:'?m| am)? fast(?:ing)? (?:all day|during the day|in the day|from (?:dawn|sunrise|morning)|until (?:sunset|dark|evening)|till sunset|for (?:lent|religious))",
    re.IGNORECASE,
)
_LIFTERS_MEET = re.compile(
    r"\b(?:my |the |a )?(?:next |first )?(?:power ?lifting |weight ?lifting |lifting |strongman |strongwoman )(?:meet|comp(?:etition)?|contest)\b"
    r"|(?<!track )(?<!country )(?<!xc )(?<!running )\bmeet (?:is |day |coming |prep|in \d|on |next)",
    re.IGNORECASE,
)
_PLAN_WORD = re.compile(r"\b(?:plan|schedule|program(?:me)?|week|move|change|swap)\b", re.IGNORECASE)
_LIFT = r"(?:squats?|bench(?: press)?|dead ?lifts?|press|ohp|lifts?|lifting|strength|total|numbers|maxes|1rm)"
_COSTS_LIFTS = re.compile(
    rf"\W*(?:(?:and|so|but|ok|okay)[ ,]+)*(?:will|would|does|do|can|could|is|might) (?:it|that|this|they|cardio|running|runs?|the \w+|cycling|biking|rowing)"
    rf" (?:going to |gonna |not )?(?:hurt|kill|ruin|cost|affect|harm|wreck|mess (?:up|with)|tank|lower|drop|reduce)s? (?:me )?(?:my |the )?{_LIFT}"
    r"(?: (?:tho|though|then|much|a lot|or not|too|progress|numbers|gains))*\W*",
    re.IGNORECASE,
)
_FELL = re.compile(
    rf"\bmy {_LIFT}(?: (?:max|1rm|pr|pb))?\b.{{0,25}}?\b(?:from )?(?P<was>\d{{2,3}}(?:[.,]\d)?) ?(?:kgs?|lbs?|pounds)? (?:down )?to (?P<now>\d{{2,3}}(?:[.,]\d)?)\b"
    rf"|\bmy {_LIFT} (?:has |have |is |are )?(?:dropped|dropping|fell|fallen|falling|went down|going down|gone down|went backwards|shrinking)\b",
    re.IGNORECASE,
)
_START = r"\b(?:start|begin|take up|get into|try)(?:ing|ning)? (?:with |to |some |a bit of )*"
_WEIGHTS = r"(?:lift(?:ing)?|weights?|weight ?(?:lifting|training)|strength(?: training)?|the gym|dumb?bells?)\b"
_FIRST_LIFTS = re.compile(
    rf"{_START}{_WEIGHTS}|\bnew to {_WEIGHTS}"
    r"|\bnever (?:touched|lifted|picked up|held|been (?:to|in) (?:a|the) gym|done (?:any )?(?:weights|lifting|strength))\b",
    re.IGNORECASE,
)
_FIRST_RUNS = re.compile(rf"{_START}(?:run|running|jog|jogging)\b|\bnew to (?:running|jogging)\b|\bnever (?:run|ran|jogged)\b", re.IGNORECASE)
_HOW_TO_START = re.compile(r"\b(?:where|how|what|which|tips|advice|start|begin)\b", re.IGNORECASE)
_LOSS = re.compile(
    r"\b(?:los(?:e|ing|t)|dropp(?:ing|ed)|down) (?:about |around |roughly |almost |like |only |~ ?)*(?P<n>\d+(?:[.,]\d+)?|half an?|half|an?)"
    r" ?(?P<unit>kilos?|kgs?|pounds?|lbs?) ?(?:a|per|each|every|/) ?(?:week|wk)\b",
    re.IGNORECASE,
)
_TOO_FAST = re.compile(
    r"\b(?:too (?:fast|much|quick\w*)|ok|okay|normal|safe|healthy|fine|alright|right pace|good pace|bad)\b.*\?|\bis (?:that|this|it) (?:too|ok)\b", re.IGNORECASE
)
_RUCK = re.compile(r"\bruck(?:s|ing|ed)?\b", re.IGNORECASE)
_WITHOUT = re.compile(r"\b(?:without|no|not? any|leave out|instead of|hate|can'?t do)\b", re.IGNORECASE)
_NOTHING_FITS = re.compile(
    r"\W*(?:(?:sorry|ok|okay|and|oh|no)[ ,]+)*(?:none|nothing|neither|not any|no to all)(?: (?:of (?:these|those|them|that|it)|fits?|appl(?:y|ies)|to all))+\W*",
    re.IGNORECASE,
)


def reply(session: Session) -> Reply | None:
    """The answer that a circumstance calls for, whatever the model made of the words; None when they name none."""
    for step in (_nothing_fits, _loss_pace, _meet, _fell, _first_lifts, _fasting, _shifts, _without_a_move):
        if (found := step(session)) is not None:
            return found
    return None


def beside(session: Session, answer: Reply) -> Reply:
    """An answer with what it leaves unsaid: how a ruck fits in, where that was asked too."""
    if not _RUCK.search(session.turn.text) or "other_cardio" in answer.ids or is_protected(session.profile):
        return answer
    at = next((n for n, block in enumerate(answer.blocks) if block.kind == "list"), len(answer.blocks))
    return replace(answer, blocks=(*answer.blocks[:at], Block("text", sentence("rucking")), *answer.blocks[at:]))


def _nothing_fits(session: Session) -> Reply | None:
    """ "None of these" to the health question under a plan, when something else came in between. A bare "no" is of what came last."""
    plan = stored_plan(session)
    waits = session.state.get("about") == PLAN and plan is not None and not plan.screened and not session.state.get("screened") and not session.state.get("halted")
    return screen(session, "none") if waits and not session.open() and _NOTHING_FITS.fullmatch(session.turn.text) else None


def _loss_pace(session: Session) -> Reply | None:
    """ "I lose a kilo a week, is that too fast?": held against the pace that spares muscle at this weight."""
    found = _LOSS.search(session.turn.text)
    if not found or not _TOO_FAST.search(session.turn.text) or session.about_other:
        return None
    band = FORMULAS["loss_week"](session.profile)
    if band is None:
        return topic_reply(session, "fat_or_muscle_loss")
    count = found["n"].lower()
    lost = 0.5 if count.startswith("half") else 1.0 if count in ("a", "an") else float(count.replace(",", "."))
    if found["unit"].lower().startswith(("p", "l")):
        lost *= KG_PER_POUND
    pace = "fast" if lost > 1.05 * band.high else "upper" if lost > 0.9 * band.high else "fine"
    words = sentence(f"loss_{pace}", band=band.text(session.units))
    return say(words, decision="answer", ids=("running_while_cutting",), buttons=_more(session, "running_while_cutting", "fat_or_muscle_loss"))


def _meet(session: Session) -> Reply | None:
    """A contest of lifters is no race, and their programme is not ours to write."""
    text, parse = session.turn.text, session.turn.parse
    told = parse["decision"] == "conversation" and parse["id"] in ("weekly_plan", "update_profile", "help", "change_plan") or parse["decision"] in VAGUE
    if not told or not _LIFTERS_MEET.search(text) or _PLAN_WORD.search(re.sub(r"\bweeks\b", "", text)) or "?" in text:
        return None
    return say(sentence("lifters_meet"), ids=("update_profile",), buttons=_more(session, "cardio_benefits_for_lifters", "other_cardio"))


def costs_lifts(session: Session) -> Reply | None:
    """ "Will it hurt my squat?": asks what cardio costs, tells of no pain, and changes no week."""
    return topic_reply(session, "strength_dip") if _COSTS_LIFTS.fullmatch(session.turn.text) else None


def _fell(session: Session) -> Reply | None:
    text = session.turn.text
    found = _FELL.search(text)
    if not found or session.turn.parse["decision"] == "answer" or found["was"] and float(found["now"].replace(",", ".")) >= float(found["was"].replace(",", ".")):
        return None
    return topic_reply(session, "strength_dip")


def _first_lifts(session: Session) -> Reply | None:
    """How to start lifting, where the model heard only that someone starts."""
    text, parse = session.turn.text, session.turn.parse
    unsure = session.turn.unclear or parse["id"] == "new_to_running"
    if not unsure or not _FIRST_LIFTS.search(text) or _FIRST_RUNS.search(text) or not _HOW_TO_START.search(text):
        return None
    if "lift_experience" not in session.profile:
        session.this_answer["lift_experience"] = "novice"
    return topic_reply(session, "strength_session_design")


def _fasting(session: Session) -> Reply | None:
    text, parse = session.turn.text, session.turn.parse
    if parse["decision"] not in VAGUE or not _FASTING.search(text) or not (_TRAIN.search(text) or parse["id"] == "fasted_running"):
        return None
    careful = is_protected(session.profile) or NO_FAST & set(session.profile.get("health_flags") or ())
    words = sentence("fasting_careful" if careful else "fasting_days")
    found = say(words, decision="answer", ids=("fasted_running",), buttons=() if careful else _more(session, "hydration", "fasted_running"))
    return found if careful else _graded(found)


def _shifts(session: Session) -> Reply | None:
    text, parse = session.turn.text, session.turn.parse
    vague = parse["decision"] in VAGUE or parse["id"] in ("help", "update_profile")
    if not vague or not _SHIFTS.search(text) or not (_TRAIN.search(text) and _WHEN.search(text)):
        return None
    return _graded(say(sentence("shifts"), decision="answer", ids=("session_spacing",), buttons=_more(session, "sleep", "time_constraints")))


def _without_a_move(session: Session) -> Reply | None:
    """ "Make me a plan without squats": the week, and the move out of it."""
    parse = session.turn.parse
    asks = parse["decision"] == "conversation" and parse["id"] == "weekly_plan" and _WITHOUT.search(session.turn.text)
    return change(session) if asks and named(session.turn.text) else None


def _graded(answer: Reply) -> Reply:
    """An answer with how strong its evidence is: no study stands behind these, coaches do it so."""
    return replace(answer, blocks=(Block("headline", f"{VERDICTS['how_to']} \N{MIDDLE DOT} {GRADES['practice']}"), *answer.blocks))


def _more(session: Session, *topics: str) -> tuple[Button, ...]:
    return tuple(Button(session.entries[t].title, "topic", t) for t in topics if t in session.entries)
