"""One message in, one reply out: what a message means for the open question, the profile and the topic. Pure.

`respond` reads a turn and a person and returns an outcome; the Rasa action (`actions.actions`) does the reading and
writing around it. The order is the product's: safety, what is open, what follows on the last answer, then the decision.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from actions import guidance
from actions.reply import Block, Button, Person, Reply, say
from knowledge.entry import field_text
from knowledge.fields import FieldError, catalogue
from knowledge.load import Knowledge, Region
from knowledge.texts import sentence

SEEN = 12  # topics remembered for "next questions"
NUMBER_OFF_TRIGGERS = ("R06", "R07", "R14")  # cues after which food and weight figures stay off
SUGGESTIONS = ("running_kills_gains", "protein_target", "how_much_running")

_UNITS_ASKED = re.compile(r"\bin (?:(pounds|lbs?|miles|imperial|stone)|(kilos?|kgs?|km|kilomet\w+|metric))\b", re.IGNORECASE)
_FOR_ME = re.compile(r"^(?:and |so |but |ok(?:ay)?,? )*(?:what about|how about|and|for|what does (?:that|it|this) mean for) (?:for )?(?:me|my case|someone like me)\b|\bin my case\b|\bwhat about me\b", re.IGNORECASE)
_ABOUT_OTHER = re.compile(
    r"\b(?:my|our|his|her|their|a|an|the) (?:\w+ )?(?:dad|father|mum|mom|mother|wife|husband|partner|girlfriend|boyfriend|gf|bf|friend|buddy|mate|brother|sister"
    r"|son|daughter|kid|child|teen(?:ager)?|cousin|client|athlete|coach|boss|grand\w+|uncle|aunt|neighbou?r|guy|man|woman|person|runner|lifter)s?\b"
    r"|\b(?:he|she|he's|she's|someone|somebody)\b",
    re.IGNORECASE,
)
_ORDINALS = {"1": 0, "first": 0, "one": 0, "2": 1, "second": 1, "two": 1, "3": 2, "third": 2, "three": 2}

FactReader = Callable[[str, dt.date, str | None], Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Coach:
    """What every turn needs to know of the house: knowledge, region, names, and the reader of facts."""

    knowledge: Knowledge
    region: Region
    name: str
    contact: str
    out_of_scope: Mapping[str, tuple[str, str | None]]  # training label -> (human name, nearest topic)
    read_facts: FactReader


@dataclass(frozen=True)
class Turn:
    """A message: typed text with its parse (`nlu.decide.as_dict`), or a pressed button."""

    text: str
    parse: Mapping[str, Any]
    today: dt.date
    press: tuple[str, str] | None = None


@dataclass(frozen=True)
class Outcome:
    """What to send and what to keep."""

    reply: Reply
    changes: Mapping[str, Any] = field(default_factory=dict)
    state: Mapping[str, Any] = field(default_factory=dict)
    unanswered: Mapping[str, Any] | None = None
    memory: bool | None = None
    wants: str = ""  # "erase" or "export": done by the action, with the store


class Session:
    """The turn while it is worked on: the profile as it will be, the changes, the state."""

    def __init__(self, turn: Turn, person: Person, coach: Coach) -> None:
        self.turn, self.person, self.coach = turn, person, coach
        self.state: dict[str, Any] = dict(person.state)
        self.changes: dict[str, Any] = {}
        self.unanswered: dict[str, Any] | None = None
        self.memory: bool | None = None
        self.wants = ""
        self.notes: list[str] = []  # acknowledgements in front of the reply
        self.this_answer: dict[str, Any] = {}  # hypotheticals and facts about others: for this answer only
        self.about_other = False

    @property
    def entries(self) -> Mapping[str, Any]:
        """The knowledge base's entries."""
        return self.coach.knowledge.entries

    @property
    def profile(self) -> dict[str, Any]:
        """The profile for this answer: stored values, what was said now, and what holds for this answer only."""
        base = {} if self.about_other else {**self.person.profile, **self.changes}
        units = self.state.get("units")
        merged = {**base, **({"units": units} if units and "units" not in base else {}), **self.this_answer}
        return {k: v for k, v in merged.items() if v is not None}

    @property
    def stored(self) -> dict[str, Any]:
        """The profile as it will be stored."""
        return {k: v for k, v in {**self.person.profile, **self.changes}.items() if v is not None}

    def open(self) -> Mapping[str, Any]:
        """The open question, or an empty mapping."""
        return self.state.get("open") or {}

    def set_open(self, **what: Any) -> None:
        """Leave a question open (or none)."""
        if what:
            self.state["open"] = what
        else:
            self.state.pop("open", None)

    def keep(self, field_name: str, value: Any) -> None:
        """Change a stored value and remember the old one for undo."""
        undo = self.state.get("undo") if self.changes else None
        self.state["undo"] = {**(undo or {}), field_name: self.person.profile.get(field_name)}
        self.changes[field_name] = value

    def outcome(self, reply: Reply) -> Outcome:
        """Close the turn with a reply, its acknowledgements in front."""
        if self.notes:
            reply = reply.with_first(*(Block("note", n) for n in self.notes))
        form = self.state.get("form")
        reply = replace(reply, form=form["name"] if form else None)
        return Outcome(reply, self.changes, self.state, self.unanswered, self.memory, self.wants)


def respond(turn: Turn, person: Person, coach: Coach) -> Outcome:
    """Answer one turn. Never raises for anything that a person can type or press."""
    session = Session(turn, person, coach)
    if turn.press is not None:
        return session.outcome(_pressed(session, *turn.press))
    if turn.parse["decision"] == "safety":
        return session.outcome(_safety(session))
    for step in (_on_open_question, _on_last_answer):
        if (reply := step(session)) is not None:
            return session.outcome(reply)
    take_facts(session, turn.parse.get("facts", ()))
    return session.outcome(_decided(session))


# --- safety ----------------------------------------------------------------------------------------------------------


def _safety(session: Session) -> Reply:
    parse = session.turn.parse
    for name in ("open", "form"):
        session.state.pop(name, None)
    facts = [f for f in parse.get("facts", ()) if f["field"] == "health_flags" and f["scope"] == "stored" and not f["negated"]]
    flags = {v for f in facts for v in f["value"]}
    if parse.get("trigger") in NUMBER_OFF_TRIGGERS and parse.get("about_self", True):
        flags.add("eating")
    if flags:
        _merge_set(session, "health_flags", sorted(flags))
    entry = session.entries[parse["id"]]
    return guidance.referral(entry, parse.get("trigger", ""), session.coach.region, session.coach.contact)


# --- facts -----------------------------------------------------------------------------------------------------------


def take_facts(session: Session, facts: Sequence[Mapping[str, Any]], *, quiet: bool = False) -> None:
    """Store what the person said of themselves, use the rest for this answer, note what cannot be kept."""
    kept: list[str] = []
    cleared: list[str] = []
    for fact in facts:
        name, value = fact["field"], fact["value"]
        if fact.get("problem"):
            if fact["scope"] == "stored":
                session.notes.append(impossible(name, value, session.profile.get("units", "metric")))
        elif fact["scope"] != "stored":
            session.this_answer[name] = value
            session.about_other = session.about_other or bool(_ABOUT_OTHER.search(session.turn.text))
        elif fact.get("negated"):
            if _clear(session, name, value):
                cleared.append(field_words(name, value, session.profile))
        elif fact.get("confirm") and session.open().get("kind") != "confirm":
            session.set_open(kind="confirm", field=name, value=value, topic=session.state.get("topic"))
            session.notes.append(sentence("confirm", value=field_text(name, value, session.profile.get("units", "metric")), label=catalogue()[name].label))
        elif _store(session, name, value):
            kept.append(field_words(name, session.changes[name], session.profile))
    if not session.person.memory and (kept or cleared):
        session.this_answer |= session.changes
        session.changes = {}
        session.notes.append(sentence("not_kept"))
    elif kept and not quiet:
        session.notes.append(sentence("noted", facts=", ".join(kept)))
    if cleared:
        session.notes.append(sentence("cleared", facts=", ".join(cleared)))


def _store(session: Session, name: str, value: Any) -> bool:
    try:
        value = catalogue()[name].canonical(value)
    except FieldError:
        session.notes.append(impossible(name, value, session.profile.get("units", "metric")))
        return False
    if name in ("health_flags", "avoid_foods"):
        return _merge_set(session, name, value)
    if session.stored.get(name) == value:
        return False
    session.keep(name, value)
    return True


def _merge_set(session: Session, name: str, values: Sequence[str]) -> bool:
    old = list(session.stored.get(name) or [])
    merged = catalogue()[name].canonical([*old, *values])
    if merged == old:
        return False
    session.keep(name, merged)
    return True


def _clear(session: Session, name: str, value: Any) -> bool:
    old = session.stored.get(name)
    if old is None:
        return False
    if isinstance(old, list):
        gone = set(value if isinstance(value, list) else [value])
        left = [v for v in old if v not in gone]
        if left == old:
            return False
        session.keep(name, left or None)
        return True
    if value is not None and old != value:
        return False
    session.keep(name, None)
    return True


def impossible(name: str, value: Any, units: str = "metric") -> str:
    """Why a value cannot be stored, with the range that can."""
    spec = catalogue()[name]
    if spec.kind == "number" and spec.accept and isinstance(value, int | float):
        unit = "" if name in ("body_weight", "height") or spec.unit == "km" else f" {spec.unit}"
        shown, low, high = (field_text(name, v, units) + unit for v in (value, *spec.accept))
        return sentence("impossible_number", value=shown, label=spec.label, low=low, high=high)
    return sentence("impossible", label=spec.label)


def field_words(name: str, value: Any, profile: Mapping[str, Any]) -> str:
    """A fact in half a sentence: "body weight 82 kg"."""
    spec = catalogue()[name]
    shown = field_text(name, value, profile.get("units", "metric"))
    unit = f" {spec.unit}" if spec.unit in ("years", "minutes", "hours") else ""
    return f"{spec.label} {shown[0].lower() + shown[1:] if spec.kind == 'choice' else shown}{unit}"


# --- what is open ----------------------------------------------------------------------------------------------------


def _on_open_question(session: Session) -> Reply | None:
    opened, parse = session.open(), session.turn.parse
    kind = opened.get("kind")
    if not kind:
        return None
    intent = parse["id"] if parse["decision"] == "conversation" else ""
    if kind == "delete":
        session.set_open()
        if intent == "affirm" or re.fullmatch(r"\W*(?:yes,? )?(?:delete|do it|delete it all)\W*", session.turn.text.lower()):
            session.wants = "erase"
            return say(sentence("delete_done_nothing"), ids=("delete_my_data",))
        return say(sentence("delete_kept"), ids=("delete_my_data",)) if intent in ("deny", "stop") else None
    if kind == "confirm":
        session.set_open()
        name, value = opened["field"], opened["value"]
        if intent == "affirm":
            session.keep(name, value)
            session.notes.append(sentence("confirmed", facts=field_words(name, value, session.profile)))
            return _again(session, opened.get("topic")) or say(ids=("update_profile",))
        if intent == "deny" and not parse.get("facts"):
            session.set_open(kind="ask", field=name, topic=opened.get("topic"))
            return say(sentence("confirm_again"), ids=("deny",))
        return None
    if kind == "clarify":
        choice = _ORDINALS.get(re.sub(r"\W|the |one$", "", session.turn.text.lower().strip()) or session.turn.text.strip())
        if choice is not None and choice < len(opened["offers"]):
            session.set_open()
            return topic_reply(session, opened["offers"][choice])
        if intent == "affirm":
            return say(sentence("pick_one"), ids=("affirm",), buttons=tuple(_offer_buttons(session, opened["offers"])))
        session.set_open()
        if intent == "deny":
            return _none_of_these(session, opened)
        return None
    if kind == "ask":
        session.set_open()
        if intent in ("deny", "stop"):
            return say(sentence("deny"), ids=(intent,))
        facts = session.coach.read_facts(session.turn.text, session.turn.today, opened["field"])
        if any(f["field"] == opened["field"] and f["scope"] == "stored" for f in facts) and parse["decision"] != "answer":
            take_facts(session, facts)
            if session.open() or not session.changes:
                if not session.open():
                    session.set_open(**opened)
                return say(ids=("update_profile",)) if session.notes else None
            return _again(session, opened.get("topic")) or say(ids=("update_profile",))
    return None


def _again(session: Session, topic: str | None) -> Reply | None:
    """The last topic once more, now tailored."""
    if topic not in session.entries:
        return None
    reply = topic_reply(session, str(topic))
    return replace(reply, decision="conversation", ids=("update_profile",))


# --- what follows on the last answer ------------------------------------------------------------------------------------


def _on_last_answer(session: Session) -> Reply | None:
    topic, parse, text = session.state.get("topic"), session.turn.parse, session.turn.text
    if topic not in session.entries or len(text.split()) > 12:
        return None
    confident = parse["decision"] == "answer" and parse["id"] != topic and parse["confidence"] >= 0.55
    if (asked := _UNITS_ASKED.search(text)) and not confident:
        session.this_answer["units"] = session.state["units"] = "imperial" if asked[1] else "metric"
        return topic_reply(session, topic)
    if _FOR_ME.search(text) and not confident:
        return topic_reply(session, topic, force_ask=True)
    facts = parse.get("facts", ())
    if facts and not confident and all(f["scope"] != "stored" for f in facts) and not any(f.get("problem") for f in facts):
        take_facts(session, facts)
        return topic_reply(session, topic)
    return None


# --- decisions -------------------------------------------------------------------------------------------------------


def _decided(session: Session) -> Reply:
    parse = session.turn.parse
    decision = parse["decision"]
    if decision == "answer":
        ids = [i for i in parse["ids"] if i in session.entries]
        if len(ids) > 1:
            session.state["topic"] = ids[0]
            _saw(session, *ids)
            return guidance.two_answers(session.entries[ids[0]], session.entries[ids[1]], session.profile, session.coach.knowledge)
        return topic_reply(session, parse["id"])
    if decision == "clarify":
        return _clarify(session, parse["offers"])
    if decision == "out_of_scope":
        return _out_of_scope(session)
    return _INTENTS.get(parse["id"], _help)(session)


def topic_reply(session: Session, topic: str, *, force_ask: bool = False) -> Reply:
    """The tailored answer to a topic; leaves its one question back open."""
    entry = session.entries[topic]
    if entry.is_safety:
        return guidance.referral(entry, "", session.coach.region, session.coach.contact)
    asked = [] if force_ask else session.state.get("asked", [])
    ask = None if session.about_other or session.open() else guidance.question_back(entry, session.profile, asked)
    if ask:
        session.set_open(kind="ask", field=ask, topic=topic)
        session.state["asked"] = [*asked, ask][-SEEN:]
    reply = guidance.answer(entry, session.profile, session.coach.knowledge, ask=ask, seen=session.state.get("seen", ()))
    session.state["topic"] = topic
    _saw(session, topic)
    return reply


def _saw(session: Session, *topics: str) -> None:
    session.state["seen"] = [*(t for t in session.state.get("seen", []) if t not in topics), *topics][-SEEN:]


def _offer_buttons(session: Session, offers: Sequence[str]) -> list[Button]:
    buttons = [Button(session.entries[o].question if len(session.entries[o].question) <= 60 else session.entries[o].title, "topic", o) for o in offers if o in session.entries]
    return [*buttons, Button(sentence("clarify_none"), "none")]


def _clarify(session: Session, offers: Sequence[str]) -> Reply:
    session.set_open(kind="clarify", offers=list(offers), text=session.turn.text)
    return Reply((Block("text", sentence("clarify")),), tuple(_offer_buttons(session, offers)), decision="clarify", ids=tuple(offers[:1]))


def _none_of_these(session: Session, opened: Mapping[str, Any]) -> Reply:
    _note_unanswered(session, "none_of_these", opened.get("text", session.turn.text))
    return say(sentence("clarify_gave_up"), decision="conversation", ids=("deny",))


def _out_of_scope(session: Session) -> Reply:
    parse = session.turn.parse
    more: dict[str, Any] = {"decision": "out_of_scope", "ids": ("out_of_scope",)}
    if parse.get("reason") == "blank":
        return say(sentence("blank"), **more)
    if parse.get("reason") == "too_long":
        return say(sentence("too_long"), **more)
    if parse.get("reason") == "language":
        return say(sentence("language", emergency=session.coach.region.emergency), **more)
    _note_unanswered(session, "out_of_scope", session.turn.text)
    name, nearest = session.coach.out_of_scope.get(parse.get("label", ""), ("", None))
    if name and nearest in session.entries:
        entry = session.entries[nearest]
        return say(f"{sentence('out_of_scope_named', name=name)} {sentence('out_of_scope_nearest', question=entry.question)}", buttons=(Button(entry.title, "topic", entry.topic),), **more)
    if name:
        return say(f"{sentence('out_of_scope_named', name=name)} {sentence('out_of_scope_nothing')}", buttons=suggestions(session), **more)
    return say(sentence("out_of_scope"), buttons=suggestions(session), **more)


def _note_unanswered(session: Session, reason: str, text: str) -> None:
    parse = session.turn.parse
    session.unanswered = {
        "text": text[:1000], "decision": parse.get("decision", ""), "reason": reason, "ranking": list(parse.get("ranking", ())),
    }  # fmt: skip


def suggestions(session: Session) -> tuple[Button, ...]:
    """Three questions to start with, unseen ones first."""
    seen = session.state.get("seen", ())
    known = [t for t in SUGGESTIONS if t in session.entries]
    return tuple(Button(session.entries[t].question, "topic", t) for t in sorted(known, key=lambda t: t in seen))


# --- conversation intents --------------------------------------------------------------------------------------------


def _simple(key: str) -> Callable[[Session], Reply]:
    return lambda session: say(sentence(key), ids=(key,))


def _greet(session: Session) -> Reply:
    if name := session.profile.get("name"):
        return say(sentence("greet_known", name=name), ids=("greet",), buttons=suggestions(session))
    if not session.person.new:
        return say(sentence("greet_back"), ids=("greet",), buttons=suggestions(session))
    return say(sentence("greet", coach=session.coach.name), ids=("greet",), buttons=suggestions(session))


def _help(session: Session) -> Reply:
    return say(sentence("help"), sentence("help_more"), ids=("help",), buttons=suggestions(session))


def _human(session: Session) -> Reply:
    contact = session.coach.contact
    return say(sentence("talk_to_human", contact=contact) if contact else sentence("talk_to_human_none"), ids=("talk_to_human",))


def _last_entry(session: Session) -> Any:
    return session.entries.get(session.state.get("topic", ""))


def _more(session: Session) -> Reply:
    entry = _last_entry(session)
    return guidance.why(entry, session.profile, session.coach.knowledge) if entry else say(sentence("nothing_before"), ids=("ask_more",), buttons=suggestions(session))


def _source(session: Session) -> Reply:
    entry = _last_entry(session)
    return guidance.evidence(entry, session.profile, session.coach.knowledge) if entry else say(sentence("nothing_before"), ids=("ask_source",), buttons=suggestions(session))


def _update(session: Session) -> Reply:
    topic = session.state.get("topic")
    if session.changes or session.notes:
        buttons = (Button("Undo", "undo"),) if session.changes else ()
        if topic in session.entries and set(session.changes) & set(session.entries[topic].profile) and not session.open():
            reply = topic_reply(session, topic)
            return replace(reply, decision="conversation", ids=("update_profile",), buttons=(*reply.buttons, *buttons))
        return say(ids=("update_profile",), buttons=buttons)
    same = [f for f in session.turn.parse.get("facts", ()) if f["scope"] == "stored" and f["field"] in session.stored]
    if same:
        return say(sentence("noted_same", facts=", ".join(field_words(f["field"], session.stored[f["field"]], session.profile) for f in same)), ids=("update_profile",))
    return say(sentence("update_how"), ids=("update_profile",))


def _show_profile(session: Session) -> Reply:
    if not session.stored:
        return say(sentence("profile_empty"), ids=("show_profile",))
    lines = tuple(field_words(name, session.stored[name], session.profile) for name in catalogue() if name in session.stored)
    return Reply((Block("list", sentence("profile"), lines), Block("note", sentence("profile_how"))), ids=("show_profile",))


def _delete(session: Session) -> Reply:
    session.set_open(kind="delete")
    return say(sentence("delete_ask"), ids=("delete_my_data",), buttons=(Button("Yes, delete all", "delete", "yes", row=0), Button("No, keep it", "delete", "no", row=0)))


def _export(session: Session) -> Reply:
    session.wants = "export"
    return say(sentence("export"), ids=("export_my_data",))


def _bad(session: Session) -> Reply:
    _note_unanswered(session, "feedback_bad", session.state.get("last_text") or session.turn.text)
    entry = _last_entry(session)
    near = guidance.next_topics(entry, session.profile, session.coach.knowledge) if entry else []
    buttons = tuple(Button(e.question, "topic", e.topic) for e in near) or suggestions(session)
    return say(sentence("feedback_bad"), ids=("feedback_bad",), buttons=buttons)


def _undo(session: Session) -> Reply:
    old = session.state.pop("undo", None)
    if not old:
        return say(sentence("nothing_to_undo"), ids=("undo",))
    session.changes |= old
    words = ", ".join(field_words(n, v, session.profile) if v is not None else f"{catalogue()[n].label} removed" for n, v in old.items())
    return say(sentence("undone", facts=words), ids=("undo",))


def _plan(session: Session) -> Reply:
    reply = topic_reply(session, "weekly_plan")
    return replace(reply, decision="conversation", ids=("weekly_plan",))


_INTENTS: dict[str, Callable[[Session], Reply]] = {
    "greet": _greet,
    "help": _help,
    "talk_to_human": _human,
    "ask_more": _more,
    "ask_source": _source,
    "update_profile": _update,
    "show_profile": _show_profile,
    "delete_my_data": _delete,
    "export_my_data": _export,
    "feedback_bad": _bad,
    "undo": _undo,
    "weekly_plan": _plan,
    **{key: _simple(key) for key in ("goodbye", "thanks", "are_you_a_bot", "feedback_good", "affirm", "deny", "stop", "privacy")},
}


# --- buttons ---------------------------------------------------------------------------------------------------------


def _pressed(session: Session, do: str, arg: str) -> Reply:
    if do == "topic" and arg in session.entries:
        session.set_open()
        return topic_reply(session, arg)
    if do in ("why", "sources") and arg in session.entries:
        show = guidance.why if do == "why" else guidance.evidence
        return show(session.entries[arg], session.profile, session.coach.knowledge)
    if do == "none":
        opened = session.open()
        session.set_open()
        return _none_of_these(session, opened)
    if do == "set":
        name, _, value = arg.partition("=")
        if name in catalogue():
            topic = session.open().get("topic")
            session.set_open()
            take_facts(session, [{"field": name, "value": value, "scope": "stored", "negated": False, "problem": None, "confirm": False}])
            return _again(session, topic) or say(ids=("update_profile",))
    if do == "delete":
        session.set_open()
        if arg == "yes":
            session.wants = "erase"
            return say(sentence("delete_done_nothing"), ids=("delete_my_data",))
        return say(sentence("delete_kept"), ids=("delete_my_data",))
    if do == "undo":
        return _undo(session)
    if do == "intent" and arg in _INTENTS:
        return _INTENTS[arg](session)
    return say(sentence("expired"), ids=("expired",))
