"""Talk about the person: facts kept in passing, the profile to see and correct, settings, export, delete, undo. Pure."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from actions.reply import Block, Button, Reply, say
from actions.session import Session
from actions.topics import topic_reply
from knowledge.entry import field_text
from knowledge.fields import FieldError, catalogue, is_protected
from knowledge.texts import sentence

EDIT_CHOICES = 12  # fields offered as buttons; every field can be changed by words
NEAR_WEIGHT = 0.15  # so much of the weight on file a new one may be away
YOUNGEST, CHILD_FROM = 13, 5  # ages between are children; a smaller number is a slip

ABOUT_OTHER = re.compile(
    r"\b(?:my|our|his|her|their|a|an|the) (?:\w+ )?(?:dad|father|mum|mom|mother|wife|husband|partner|girlfriend|boyfriend"
    r"|gf|bf|friend|buddy|mate|brother|sister|son|daughter|kid|child|teen(?:ager)?|cousin|client|athlete|coach|boss|grand\w+"
    r"|uncle|aunt|neighbou?r|guy|man|woman|person|runner|lifter)s?\b"
    r"|\b(?:he|she|he's|she's|someone|somebody)\b",
    re.IGNORECASE,
)
IF_I = re.compile(r"\b(?:if|imagine|suppose|say|pretend|assuming?) (?:that )?i\b|\bif i'?m\b", re.IGNORECASE)
_IMPERIAL = re.compile(r"\d\s*(?:lbs?|pounds?|stones?|st|miles?|mi|ft|feet|foot)\b|\d\s*'\s*\d|\b(?:pounds|lbs|stone|miles|feet|foot)\b", re.IGNORECASE)
_METRIC = re.compile(r"\d\s*(?:kgs?|kilos?|kilograms?|cm|km|kilomet\w+|k)\b|\b(?:kilos|kilomet\w+)\b", re.IGNORECASE)

_REGIONS: Mapping[str, str] = {
    "uk": r"uk|united kingdom|(?:great )?britain|england|scotland|wales|northern ireland|gb",
    "ie": r"ireland|irish|ie",
    "us": r"us|usa|u\.s\.(?:a\.)?|united states|america|american|states",
    "ca": r"canada|canadian|ca",
    "au": r"australian?|au|oz",
    "nz": r"new zealand|nz",
    "de": r"germany|german|deutschland|de",
    "at": r"austrian?|at",
    "ch": r"switzerland|swiss|ch",
    "nl": r"netherlands|dutch|holland|nl",
    "fr": r"france|french|fr",
    "es": r"spain|spanish|es",
    "in": r"indian?|in",
    "eu": r"eu|europe|european",
    "intl": r"international|intl|elsewhere|other|none|default",
}
_COMMON_WORDS = frozenset(("other", "none", "default", "states"))
_MEMORY = re.compile(r"\bmemory\b|\bremember(?:ing)?\b|\b(?:sav|stor|keep|record)\w*\b", re.IGNORECASE)
_OFF = re.compile(r"\b(?:off|don'?t|do not|stop|disable|no|without|never|not)\b", re.IGNORECASE)
_ON = re.compile(r"\b(?:on|back|enable|allow|start|again)\b", re.IGNORECASE)
_REMIND = re.compile(r"\b(?:remind|notif|ping|weekly (?:summary|check)|tips)", re.IGNORECASE)


# --- facts -------------------------------------------------------------------------------------------------------------


def take_facts(session: Session, facts: Sequence[Mapping[str, Any]], *, quiet: bool = False, asked: str = "") -> None:
    """Store what the person said of themselves, use the rest for this answer, note what cannot be kept.

    Lists grow ("no Saturdays either"), but the answer to a question for the field `asked` replaces its list.
    """
    was_protected, was_minor = is_protected(session.profile), session.profile.get("age", 99) < 18
    kept: list[str] = []
    cleared: list[str] = []
    if session.state.get("child") and any(f["field"] == "age" and f["scope"] == "stored" and not f.get("problem") for f in facts):
        session.state.pop("child")  # the age was a slip
        session.memory = True
    for fact in facts:
        fact = _rather_weight(session, fact)
        name, value = fact["field"], fact["value"]
        if fact.get("problem"):
            if fact["scope"] == "stored":
                session.notes.append(impossible(name, value, units_of(session, fact)))
        elif fact["scope"] != "stored":
            session.this_answer[name] = value
            session.about_other = session.about_other or bool(fact.get("other") and ABOUT_OTHER.search(session.turn.text) and not IF_I.search(session.turn.text))
        elif fact.get("negated"):
            old = session.stored.get(name)
            if clear(session, name, value):
                cleared.append(field_words(name, old if value is None else value, session.profile))
        elif fact.get("confirm") and session.open().get("kind") != "confirm":
            session.set_open(kind="confirm", field=name, value=value, topic=session.state.get("topic"))
            think_in(session, fact)
            shown = field_text(name, value, session.units)
            session.notes.append(sentence("confirm", value=shown, label=catalogue()[name].label))
        else:
            think_in(session, fact)
            if store(session, name, value, adds=name != asked):
                kept.append(name)
    if not session.remembers:
        return
    spoken = words_of(session, (n for n in kept if n not in ("health_flags", "units")))
    if spoken and not quiet:
        session.notes.append(sentence("noted", facts=", ".join(spoken)))
    if "units" in kept:
        session.notes.append(sentence(f"units_{session.units}"))
    if "health_flags" in kept:
        off = is_protected(session.profile) and not was_protected
        session.notes.append(sentence("flag_noted_numbers" if off else "flag_noted"))
    if cleared:
        session.notes.append(sentence("cleared", facts=", ".join(cleared)))
    if "age" in kept and session.profile.get("age", 99) < 18 and not was_minor:
        session.notes.append(sentence("minor_ok"))


def _rather_weight(session: Session, fact: Mapping[str, Any]) -> Mapping[str, Any]:
    """ "I'm 80 now" of someone who weighs 85 kg and is not about that old: the weight, to be confirmed."""
    value, weight, age = fact["value"], session.stored.get("body_weight"), session.stored.get("age")
    if fact["field"] != "age" or fact["scope"] != "stored" or fact.get("problem") or session.form or weight is None or _YEARS.search(session.turn.text):
        return fact
    near = abs(value - weight) <= NEAR_WEIGHT * weight and (age is None or abs(value - age) > 2)
    return {**fact, "field": "body_weight", "confirm": True} if near else fact


def units_of(session: Session, fact: Mapping[str, Any]) -> str:
    """The units in which a fact was said, else the person's."""
    said = str(fact.get("text") or "")
    return "imperial" if _IMPERIAL.search(said) else "metric" if _METRIC.search(said) else session.units


def read_answer(session: Session, expecting: str) -> list[Mapping[str, Any]]:
    """The facts of a message that answers a question about a field.

    What plainly speaks of something else ("6 days" when asked for a distance) is not bent into an answer; a bare number
    picks one of the choices.
    """
    text = session.turn.text.strip()
    spec = catalogue()[expecting]
    picked = picked_number(text, len(spec.choices)) if spec.kind == "choice" else None
    if picked is not None:
        value = list(spec.choices)[picked]
        return [{"field": expecting, "value": value, "text": text, "scope": "stored", "negated": False, "problem": None, "confirm": False}]
    facts = list(session.coach.read_facts(text, session.turn.today, expecting))
    if not facts and spec.kind == "choice" and (spelled := _spelled(text, spec.choices)) != text.lower():
        facts = list(session.coach.read_facts(spelled, session.turn.today, expecting))
    plain = session.turn.parse.get("facts", ())
    own = [f for f in facts if f["field"] == expecting and f["scope"] == "stored"]
    if spec.kind != "number" or any(f["field"] == expecting for f in plain):
        return facts
    family = next((kin for kin in _KIN if expecting in kin), frozenset()) - _OF_ONE_SPORT | {expecting}
    if expecting in ("body_weight", "height") and not _YEARS.search(text):
        family |= {"age"}  # "I'm about 80"
    for other in plain:
        elsewhere = other["scope"] == "stored" and not other.get("problem") and other["field"] not in family
        if elsewhere and any(f["value"] != 0 and _overlap(other, f) for f in own):  # "I don't run" is 0 km and 0 days
            return list(plain)
    return facts


def _spelled(text: str, choices: Mapping[str, str]) -> str:
    """A short message with its slips put right by the words of the choices ("buidl mucle")."""
    known = sorted({w for label in (*choices, *choices.values()) for w in re.findall(r"[a-z]{4,}", label.lower())})
    words = re.findall(r"[a-z]+", text.lower())
    if len(words) > 5:
        return text.lower()
    return " ".join(next(iter(difflib.get_close_matches(w, known, 1, 0.78)), w) if len(w) > 3 else w for w in words)


def picked_number(text: str, count: int) -> int | None:
    """Which of so many choices a message picks ("2", "the second one", "the last"), from 0; None when none."""
    word = re.sub(r"\W+$|^\W*(?:(?:the|number|no\.?|option|choice)\W+)?|\W+(?:one|option|choice)\W*$", "", text.lower().strip())
    at = count - 1 if word == "last" else _PLACES.get(word, int(word) - 1 if re.fullmatch(r"\d", word) else -1)
    return at if 0 <= at < count else None


_PLACES = {
    w: n for n, words in enumerate(("first 1st one", "second 2nd two", "third 3rd three", "fourth 4th four", "fifth 5th five")) for w in words.split()
}
_KIN = (frozenset(("run_days", "lift_days", "available_days", "blocked_days")), frozenset(("weekly_run_km", "longest_run_km")))
_OF_ONE_SPORT = frozenset(("run_days", "lift_days"))  # "I run twice a week" says nothing of lifting, nor of all training days
_YEARS = re.compile(r"\b(?:years?|yrs?|y/?o|old|aged?|turned)\b", re.IGNORECASE)


def _overlap(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return bool(one.get("start", 0) < other.get("end", 0) and other.get("start", 0) < one.get("end", 0))


def think_in(session: Session, fact: Mapping[str, Any]) -> None:
    """Show numbers in the units that the person uses, until they choose."""
    said = str(fact.get("text") or "")
    if "units" in session.stored or fact["field"] not in ("body_weight", "height", "weekly_run_km", "longest_run_km"):
        return
    number = re.fullmatch(r"\D*(\d+(?:[.,]\d+)?)\D*", said)
    taken_for_pounds = fact["field"] == "body_weight" and number and not _METRIC.search(said) and float(number[1].replace(",", ".")) > 1.5 * fact["value"]
    if fact["field"] != "body_weight" and "body_weight" in session.stored and not taken_for_pounds:
        return  # who weighs in kilos keeps them, whatever their height and their runs are told in
    if _IMPERIAL.search(said) or taken_for_pounds:
        session.state["units"] = "imperial"
    elif _METRIC.search(said):
        session.state.pop("units", None)


def store(session: Session, name: str, value: Any, *, adds: bool = True) -> bool:
    """Keep a value in its canonical form; False when nothing changed or it cannot be kept (said in a note).

    With `adds` a list is joined with the stored one; health points are only ever cleared in words of their own.
    """
    try:
        value = catalogue()[name].canonical(value)
    except FieldError:
        session.notes.append(impossible(name, value, session.units))
        return False
    if name == "health_flags" or adds and name in ("avoid_foods", "blocked_days"):
        old = list(session.stored.get(name) or [])
        value = catalogue()[name].canonical([*old, *value])
        if value == old:
            return False
    if session.stored.get(name) == value:
        return False
    session.keep(name, value)
    if name == "race_distance" and value == "none" and "race_date" in session.stored:
        session.keep("race_date", None)
    return True


def clear(session: Session, name: str, value: Any) -> bool:
    """Remove a value, or some of a list's; False when it wasn't there."""
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
    """A fact in half a sentence: "82 kg body weight". Weight stays unsaid for someone who worries about eating."""
    spec = catalogue()[name]
    if name == "body_weight" and "eating" in (profile.get("health_flags") or ()):
        return spec.label
    if (name, value) == ("race_distance", "none"):
        return sentence("fact_no_race")
    shown = field_text(name, value, profile.get("units", "metric"))
    if spec.kind == "choice":
        shown = re.sub(r"\bI\b", "you", shown[0].lower() + shown[1:] if not shown.startswith("I ") else shown)
    elif spec.kind == "date":
        day = dt.date.fromisoformat(str(value))
        shown = f"{day.day} {day:%B %Y}"
    elif spec.kind == "zone":
        shown = shown.replace("_", " ")
    elif name == "health_flags":
        shown = shown[0].lower() + shown[1:]
    return sentence(f"fact_{name}_one" if spec.unit == "days" and value == 1 else f"fact_{name}", value=shown)


def words_of(session: Session, names: Iterable[str]) -> list[str]:
    """The stored facts of these names in words: never what is said of others or only for this answer."""
    stored = session.stored
    return [field_words(n, stored[n], {**stored, "units": session.units}) for n in dict.fromkeys(names) if n in stored]


def says_child(facts: Sequence[Mapping[str, Any]]) -> bool:
    """Whether someone says of themselves that they are under 13."""
    ages = [f["value"] for f in facts if f["field"] == "age" and f["scope"] == "stored" and not _ODD_NUMBER.search(str(f.get("text") or ""))]
    return any(isinstance(age, int | float) and CHILD_FROM <= age < YOUNGEST for age in ages)


_ODD_NUMBER = re.compile(r"\d[.,]\d\d|\de\d", re.IGNORECASE)  # 10,000 is no age of ten


def child(session: Session) -> None:
    """From here on nothing is kept; what was stored goes. The answer itself is a minor's."""
    session.wants = "forget"
    session.memory = False
    session.changes = {}
    session.state = {"child": True}
    session.notes[:] = [sentence("under_13")]


# --- the profile -------------------------------------------------------------------------------------------------------


def update(session: Session) -> Reply:
    """A message that only tells facts: what was kept, and the last answer again where it changes."""
    topic = str(session.state.get("topic", ""))
    if session.changes or session.notes or session.unkept:
        told = set(session.changes) | set(session.this_answer)
        if topic in session.entries and told & set(session.entries[topic].profile) and not session.open() and not session.form:
            reply = topic_reply(session, topic)
            return replace(reply, decision="conversation", ids=("update_profile",))
        return say(ids=("update_profile",))
    stored = session.stored
    same = [f["field"] for f in session.turn.parse.get("facts", ()) if f["scope"] == "stored" and f["field"] in stored]
    if same:
        return say(sentence("noted_same", facts=", ".join(words_of(session, same))), ids=("update_profile",))
    if name := field_named(session.turn.text):
        return edit(session, name)
    return say(sentence("update_how"), ids=("update_profile",), buttons=(Button("Change something", "edit"),))


def field_named(text: str) -> str | None:
    """The field that someone wants to change ("change my goal"), or None."""
    if not _CHANGE.search(text):
        return None
    return next((name for name, pattern in _FIELD_WORDS if re.search(rf"\b(?:{pattern})\b", text, re.IGNORECASE)), None)


def field_meant(words: str) -> str | None:
    """The field that a few words name and nothing else ("body weight"), or None."""
    return next((name for name, pattern in _FIELD_WORDS if name not in _SESSIONS and re.fullmatch(pattern, words.strip(), re.IGNORECASE)), None)


_SESSIONS = frozenset(("longest_run_km", "lift_days", "run_days", "sleep_hours", "protein_habit"))  # as single words these mean other things
_CHANGE = re.compile(r"\b(?:change|edit|update|correct|fix|set|modify|enter|wrong)\b", re.IGNORECASE)
_FIELD_WORDS = (
    ("race_date", r"race dates?|date of (?:my|the) race"), ("race_distance", r"race"), ("longest_run_km", r"longest run|long run"),
    ("lift_experience", r"lifting experience"), ("run_experience", r"running experience|experience"), ("time_zone", r"time ?zone"),
    ("lift_days", r"lift(?:ing)?(?: days)?|gym days"), ("run_days", r"run(?:ning)? days"), ("weekly_run_km", r"mileage|weekly (?:distance|running|km|miles)|distance"),
    ("session_minutes", r"minutes|session length"), ("blocked_days", r"blocked days"), ("available_days", r"training days|days"),
    ("protein_habit", r"protein"), ("sleep_hours", r"sleep"), ("body_weight", r"weight"), ("height", r"height"), ("goal", r"goals?"), ("age", r"age"),
    ("sex", r"sex|gender"), ("diet", r"diet|way of eating"), ("avoid_foods", r"foods?|allerg\w+"), ("equipment", r"equipment|kit"),
    ("units", r"units?"), ("day_part", r"time of day"), ("name", r"name"),
)  # fmt: skip


def card(session: Session) -> tuple[str, ...]:
    """All stored facts, a line each, in the catalogue's order."""
    lines = words_of(session, catalogue())
    return tuple(line[0].upper() + line[1:] for line in lines)


def flag_buttons(session: Session) -> tuple[Button, ...]:
    """A button for each health point, to say that it is over."""
    labels = catalogue()["health_flags"].choices
    return tuple(Button(f"No longer: {labels[f]}", "clear", f"health_flags={f}") for f in session.stored.get("health_flags") or ())


def show(session: Session) -> Reply:
    """The profile, with buttons to change it."""
    setup = Button("Set me up", "intent", "start_onboarding")
    if not session.stored:
        return say(sentence("profile_empty"), ids=("show_profile",), buttons=(setup,) if session.remembers else ())
    blocks = (Block("list", sentence("profile"), card(session)), Block("note", sentence("profile_how")))
    buttons = (
        *flag_buttons(session),
        Button("Change something", "edit", row=80),
        Button("Settings", "intent", "settings", row=80),
        Button("Export", "intent", "export_my_data", row=81),
        Button("Delete all", "intent", "delete_my_data", row=81),
    )
    return Reply(blocks, buttons, ids=("show_profile",))


def edit(session: Session, name: str) -> Reply:
    """Ask for a new value of a field; without a name, which one."""
    if name not in catalogue():
        fields = [*(n for n in catalogue() if n in session.stored), *(n for n in catalogue() if n not in session.stored)]
        labels = [(n, catalogue()[n].label) for n in fields if n != "health_flags" or n in session.stored][:EDIT_CHOICES]
        buttons = tuple(Button(label[0].upper() + label[1:], "edit", n, row=i // 2) for i, (n, label) in enumerate(labels))
        return say(sentence("edit_which"), ids=("update_profile",), buttons=buttons)
    spec = catalogue()[name]
    session.set_open(kind="ask", field=name, topic=None)
    return Reply((Block("note", spec.ask),), choice_buttons(name, "set"), ids=("update_profile",))


def choice_buttons(name: str, do: str) -> tuple[Button, ...]:
    """The choices of a field as buttons, two in a row."""
    spec = catalogue()[name]
    if spec.kind not in ("choice", "set") or name == "blocked_days":
        return ()
    return tuple(Button(label, do, f"{name}={value}", row=i // 2) for i, (value, label) in enumerate(spec.choices.items()))


def ask_delete(session: Session) -> Reply:
    """Deleting is asked about once."""
    session.set_open(kind="delete")
    buttons = (Button("Yes, delete all", "delete", "yes", row=0), Button("No, keep it", "delete", "no", row=0))
    return say(sentence("delete_ask"), ids=("delete_my_data",), buttons=buttons)


def delete(session: Session, yes: bool) -> Reply:
    """The answer to that question."""
    session.set_open()
    if yes:
        session.state.pop("form", None)
        session.wants = "erase"
        return say(sentence("delete_done_nothing"), ids=("delete_my_data",))
    return say(sentence("delete_kept"), ids=("delete_my_data",))


def export(session: Session) -> Reply:
    """Everything stored, as a file made by the action."""
    session.wants = "export"
    return say(sentence("export"), ids=("export_my_data",))


def undo(session: Session) -> Reply:
    """Bring back what the last change replaced: values, the plan, or a log entry."""
    old = session.state.pop("undo", None)
    if not old:
        return say(sentence("nothing_to_undo"), ids=("undo",))
    words = []
    values = old.get("profile") or {}
    if values:
        session.changes |= values
        for name, value in values.items():
            words.append(field_words(name, value, session.profile) if value is not None else f"{catalogue()[name].label} removed")
    if old.get("plan"):
        session.undo_plan = True
        words.append(sentence("undone_plan"))
    if old.get("log"):
        session.undo_log = int(old["log"])
        words.append(sentence("undone_log"))
    return say(sentence("undone", facts=", ".join(words)), ids=("undo",))


# --- settings ----------------------------------------------------------------------------------------------------------


def settings(session: Session) -> Reply:
    """Units, region, time zone, memory: changed by words, or shown with buttons."""
    text = session.turn.text.lower() if session.turn.press is None else ""
    if _REMIND.search(text):
        blocks = (Block("text", sentence("settings_reminders")), Block("list", sentence("settings"), settings_lines(session)))
        return Reply(blocks, settings_buttons(session), ids=("settings",))
    if _MEMORY.search(text) and (_OFF.search(text) or _ON.search(text)):
        return set_memory(session, not _OFF.search(text))
    region = region_named(text)
    if region:
        return set_region(session, region)
    if session.changes or session.notes:
        return say(ids=("settings",))
    return Reply((Block("list", sentence("settings"), settings_lines(session)),), settings_buttons(session), ids=("settings",))


def settings_lines(session: Session) -> tuple[str, ...]:
    """The settings as they are."""
    zone = session.profile.get("time_zone") or sentence("settings_zone_none")
    units = catalogue()["units"].choices[session.units]
    return (
        sentence("settings_units", units=units.lower()),
        sentence("settings_region", region=sentence(f"region_{session.region.id}"), emergency=session.region.emergency),
        sentence("settings_zone", zone=str(zone).replace("_", " ")),
        sentence("settings_memory_on" if session.remembers else "settings_memory_off"),
    )


def settings_buttons(session: Session) -> tuple[Button, ...]:
    """A button for each setting."""
    other = "metric" if session.units == "imperial" else "imperial"
    return (
        Button(catalogue()["units"].choices[other], "set", f"units={other}"),
        Button("Region", "region", row=80),
        Button("Time zone", "edit", "time_zone", row=80),
        Button("Turn memory off" if session.remembers else "Turn memory on", "memory", "off" if session.remembers else "on"),
    )


def region_named(text: str) -> str | None:
    """The region that a text names, or None. Short codes count only as the object of "region" or at the end after "to"."""
    for region, pattern in _REGIONS.items():
        if (found := re.search(rf"(?<![\w'])({pattern})(?!\w)", text)) is None:
            continue
        code = re.escape(found[1])
        plain = rf"(?:region|country)\W+(?:\w+\W+){{0,3}}{code}\b|\b(?:to|the)\W+{code}\s*$|\b(?:to|in|the)\W+the\W+{code}\b|\blive in\W+(?:the\W+)?{code}\b"
        if len(found[1]) > 2 and found[1] not in _COMMON_WORDS or region in ("uk", "eu") or re.search(plain, text):
            return region
    return None


def set_region(session: Session, region: str) -> Reply:
    """Use a region's emergency number and helplines; without a known one, which."""
    if region not in session.coach.knowledge.regions:
        known = list(session.coach.knowledge.regions)
        buttons = tuple(Button(sentence(f"region_{r}"), "region", r, row=i // 2) for i, r in enumerate(known))
        return say(sentence("region_which"), ids=("settings",), buttons=buttons)
    session.state["region"] = region
    name = sentence(f"region_{region}")
    return say(sentence("region_set", region=name, emergency=session.region.emergency), ids=("settings",))


def set_memory(session: Session, on: bool) -> Reply:
    """Switch memory; what is stored stays until it is deleted."""
    if on and session.state.get("child"):
        return say(sentence("under_13"), ids=("settings",))
    session.memory = on
    if on:
        return say(sentence("memory_on"), ids=("settings",))
    session.state.pop("form", None)
    session.state.pop("later", None)
    buttons = (Button("Delete what is stored", "intent", "delete_my_data"), Button("Turn memory on", "memory", "on"))
    return say(sentence("memory_off"), ids=("settings",), buttons=buttons)


