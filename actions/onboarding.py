"""The set-up: a few questions that make every later answer personal. State lives in `session.state["form"]`. Pure.

The form is a mapping: `name`, `at` (the field asked for, or "consent"), `history` (fields asked, oldest first),
`full` (ask for known fields too), `confirm` (a value waiting for "is that right?"), `aside` and `asides`
(how many messages in a row were about something else).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from actions.phrases import ANOTHER, BACK, BARE_NO, BARE_WHY, HOW_TO_LEAVE, LATER, QUESTION, REDO, RESUME, SKIP, STOP, WHY
from actions.profile_talk import card, child, choice_buttons, field_words, flag_buttons, impossible, read_answer, says_child, store, take_facts, units_of, words_of
from actions.reply import Block, Button, Reply, say
from actions.session import Session
from actions.topics import suggestions
from knowledge.entry import field_text
from knowledge.fields import catalogue, is_protected
from knowledge.texts import sentence

NAME = "onboarding"
CONSENT = "consent"
HEALTH = "health_flags"
# The most useful first. With the agreement before the health question these are nine.
ORDER = ("goal", "lift_days", "weekly_run_km", "age", "body_weight", "available_days", "session_minutes", HEALTH)
PICKS: Mapping[str, tuple[int, ...]] = {
    "lift_days": (0, 1, 2, 3, 4, 5),
    "available_days": (2, 3, 4, 5, 6),
    "session_minutes": (30, 45, 60, 90),
}
# What is meant even where a word of it could be read as an answer ("another one").
OTHER_MATTERS = frozenset(
    ("weekly_plan", "change_plan", "my_targets", "show_profile", "show_progress", "delete_my_data", "export_my_data", "settings", "talk_to_human")
)
ASIDES = 3  # after so many other questions in a row the set-up waits instead of asking again
CONTROLS = 90  # row of the small buttons


# --- opening and leaving ---------------------------------------------------------------------------------------------------


def start(session: Session, *, greeting: str = "", ids: tuple[str, ...] = ("start_onboarding",), redo: bool = False) -> Reply:
    """Open the set-up (or take it up again), say what it asks and keeps, and ask the first question."""
    if not session.remembers:
        buttons = () if session.state.get("child") else (Button("Turn memory on", "memory", "on"),)
        if buttons:
            session.set_open(kind="offer", do="start_onboarding")
        return say(sentence("under_13" if session.state.get("child") else "setup_memory_off"), ids=ids, buttons=buttons)
    later = session.state.pop("later", None)
    redo = redo or bool(REDO.search(session.turn.text)) and session.turn.press is None
    session.set_open()
    if later and not redo:
        session.state["form"] = {**later, "aside": False, "asides": 0}
        return _ask(session, first=(sentence("setup_resume"),), ids=ids, same=True)
    if session.form and not redo:
        return _ask(session, ids=ids, same=True)
    session.state["form"] = {"name": NAME, "at": "", "history": [], "full": redo, "asides": 0}
    if next_field(session) is None:
        session.state.pop("form")
        return summary(session, first=(sentence("setup_complete"),), ids=ids)
    return _ask(session, first=tuple(filter(None, (greeting, sentence("setup_intro")))), ids=ids)


def resumes(session: Session) -> bool:
    """Whether a message takes up a set-up that was put off."""
    return bool(session.state.get("later")) and bool(RESUME.fullmatch(session.turn.text))


def next_field(session: Session) -> str | None:
    """The next question's field, or "consent" before the health question; None when all is asked."""
    form = session.form or {}
    for name in ORDER:
        if name in form["history"] or name in form.get("skipped", ()) or (name in session.stored and not form["full"]):
            continue
        if name == "weekly_run_km" and session.stored.get("run_days") == 0 and not form["full"]:
            continue
        if name == "body_weight" and is_protected(session.profile):
            continue  # no number would be worked out from it
        if name == HEALTH and not session.state.get("consent"):
            if session.state.get("consent") is False and not form["full"] or CONSENT in form["history"]:
                continue
            return CONSENT
        return name
    return None


def _later(session: Session) -> Reply:
    form = session.state.pop("form")
    session.state["later"] = {k: v for k, v in form.items() if k != "confirm"}
    return say(sentence("setup_later"), ids=("stop",), buttons=(Button("Continue the set-up", "form", "resume"),))


def _stop(session: Session) -> Reply:
    session.state.pop("form")
    return say(sentence("setup_stopped"), ids=("stop",), buttons=suggestions(session))


# --- questions -------------------------------------------------------------------------------------------------------------


def _ask(
    session: Session, *, first: tuple[str, ...] = (), ids: tuple[str, ...] = ("update_profile",), same: bool = False
) -> Reply:
    """The next question (or the same one again), `first` in front; at the end the summary."""
    form = dict(session.form or {})
    if not same or not form["at"]:
        at = next_field(session)
        if at is None:
            session.state.pop("form")
            return summary(session, first=first, ids=ids)
        form |= {"at": at, "history": [*form["history"], at]}
        form.pop("confirm", None)
        session.state["form"] = form
    block, buttons = question(session)
    return Reply((*(Block("text", f) for f in first), block), buttons, ids=ids)


def question(session: Session) -> tuple[Block, tuple[Button, ...]]:
    """The open question with its reason in half a sentence, and its buttons."""
    form = session.form or {}
    at = form["at"]
    if waiting := form.get("confirm"):
        shown = field_text(at, waiting, session.units)
        yes_no = (Button("Yes, that's right", "form", "yes", row=0), Button("No", "form", "no", row=0))
        return Block("text", sentence("confirm", value=shown, label=catalogue()[at].label)), yes_no
    if at == CONSENT:
        yes_no = (Button("Yes, ask me", "form", "yes", row=0), Button("No, skip it", "form", "no", row=0))
        return Block("text", sentence("setup_consent")), (*yes_no, *_controls(form, skip=False))
    spec = catalogue()[at]
    known = session.stored.get(at)
    so_far = f" {sentence('setup_so_far', fact=field_words(at, known, session.profile))}" if known and form.get("full") else ""
    words = sentence("setup_question", ask=spec.ask, why=spec.why[0].upper() + spec.why[1:]) + so_far
    buttons: tuple[Button, ...]
    if at == HEALTH:
        flags = session.stored.get(HEALTH) or []
        choices = tuple(b for b in choice_buttons(at, "form") if b.arg.partition("=")[2] not in flags)
        buttons = (*choices, Button("That's all" if flags else "Nothing like that", "form", f"{HEALTH}="))
    elif at in PICKS:
        buttons = tuple(Button(str(n), "form", f"{at}={n}", row=0) for n in PICKS[at])
    else:
        buttons = choice_buttons(at, "form")
    # A quiet block with a question mark: channels then take a typed number for an answer, not for a choice.
    return Block("text" if spec.kind == "choice" else "note", words), (*buttons, *_controls(form))


def _controls(form: Mapping[str, Any], *, skip: bool = True) -> tuple[Button, ...]:
    found = [Button("Skip", "form", "skip", row=CONTROLS)] if skip else []
    found += [Button("Back", "form", "back", row=CONTROLS)] if len(form["history"]) > 1 else []
    return (*found, Button("Later", "form", "later", row=CONTROLS))


def summary(session: Session, *, first: tuple[str, ...] = (), ids: tuple[str, ...] = ("update_profile",)) -> Reply:
    """What is known now, to correct by button or by words, and what to ask next."""
    session.set_open()
    lines = card(session)
    blocks = [*(Block("text", f) for f in first)]
    if not lines:
        blocks.append(Block("text", sentence("setup_empty")))
        return Reply(tuple(blocks), suggestions(session), ids=ids)
    blocks += [Block("list", sentence("setup_summary"), lines), Block("note", sentence("setup_summary_how"))]
    if is_protected(session.profile):
        blocks.append(Block("text", sentence("setup_protected")))
    stored = session.stored
    fixes = [Button(f"Fix: {catalogue()[n].label}", "edit", n, row=10 + i // 2) for i, n in enumerate(n for n in ORDER if n in stored and n != HEALTH)]
    next_up = (Button("Make my plan", "intent", "weekly_plan", row=0), Button("My numbers", "intent", "my_targets", row=0))
    blocks.append(Block("text", sentence("setup_next")))
    return Reply(tuple(blocks), (*next_up, *suggestions(session), *fixes, *flag_buttons(session)), ids=ids)


def asks_why(text: str) -> bool:
    """Whether a message asks for the reason of a question."""
    return bool(WHY.search(text))


def is_question(text: str) -> bool:
    """Whether a message asks something."""
    return bool(QUESTION.search(text))


def leaves(session: Session) -> bool:
    """Whether someone asks how to get out of the open set-up."""
    return bool(session.form) and bool(HOW_TO_LEAVE.fullmatch(session.turn.text))


def skips(text: str) -> bool:
    """Whether a message leaves a question out."""
    return bool(SKIP.fullmatch(text))


def is_other_matter(session: Session) -> bool:
    """Whether a message clearly wants something else, even where a word of it could be read as an answer."""
    parse, text = session.turn.parse, session.turn.text
    if ANOTHER.fullmatch(text):
        return session.state.get("about") is not None
    sure = parse["decision"] == "conversation" and parse["id"] in OTHER_MATTERS and parse["confidence"] >= 0.96
    return sure and len(text.split()) > 1 and not any(c.isdigit() for c in text)


# --- answers ---------------------------------------------------------------------------------------------------------------


def reply(session: Session) -> Reply | None:
    """What a typed message means while the set-up is open; None when it is about something else (see `aside`)."""
    form = session.form
    if not form:
        return None
    text, parse, at = session.turn.text, session.turn.parse, form["at"]
    intent = parse["id"] if parse["decision"] == "conversation" else ""
    was_aside = form.get("aside", False)
    if WHY.search(text) or BARE_WHY.fullmatch(text) and not was_aside:
        return _why(session)
    for pattern, act in ((STOP, _stop), (HOW_TO_LEAVE, _stop), (LATER, _later), (BACK, _back)):
        if pattern.fullmatch(text):
            return act(session)
    if form.get("confirm") is not None and (answer := _on_confirm(session, intent)) is not None:
        return answer
    if at == CONSENT and (answer := _on_consent(session, intent)) is not None:
        return answer
    if SKIP.fullmatch(text) or BARE_NO.fullmatch(text) and at != HEALTH:
        return _skip(session)
    if QUESTION.search(text) and (parse["decision"] in ("answer", "clarify", "out_of_scope") or intent not in ("", "update_profile", "affirm", "deny")):
        return None
    if is_other_matter(session):
        return None
    if (answer := _on_facts(session)) is not None:
        return answer
    if intent == "deny":
        return _skip(session)
    if intent == "stop":
        return _stop(session)
    if intent == "start_onboarding":
        return start(session)
    if intent in ("affirm", "update_profile") or (session.turn.unclear and _short(session)):
        return _ask(session, first=(sentence("setup_unclear"),), ids=(intent,) if intent else ("update_profile",), same=True)
    if parse["decision"] == "answer" and len(text.split()) <= 2 and "?" not in text and not was_aside:
        return _ask(session, first=(sentence("setup_unclear"),), same=True)
    return None


def _short(session: Session) -> bool:
    parse, text = session.turn.parse, session.turn.text
    foreign = parse.get("reason") == "blank" and any(c.isalpha() for c in text) or parse.get("label") == "oos_other_language"
    return not foreign and parse.get("reason") not in ("language", "too_long") and len(text.split()) <= 6 and not QUESTION.search(text)


def _on_confirm(session: Session, intent: str) -> Reply | None:
    form = dict(session.form or {})
    value = form.pop("confirm")
    if intent == "affirm":
        session.state["form"] = form
        store(session, form["at"], value)
        return _ask(session, first=_noted(session, [form["at"]]))
    if intent == "deny" and not session.turn.parse.get("facts"):
        session.state["form"] = form
        return _ask(session, first=(sentence("confirm_again"),), same=True)
    session.state["form"] = form
    return None


def _on_consent(session: Session, intent: str) -> Reply | None:
    if intent == "affirm":
        session.state["consent"] = True
        return _ask(session)
    if intent in ("deny", "stop") or SKIP.fullmatch(session.turn.text):
        session.state["consent"] = False
        return _ask(session, ids=("deny",))
    return None


def _on_facts(session: Session) -> Reply | None:
    """Facts of the message: first for the open question, then whatever else was told."""
    form = dict(session.form or {})
    at = form["at"]
    expecting = at if at in catalogue() else None
    read = read_answer(session, expecting) if expecting else session.turn.parse.get("facts", ())
    facts = [f for f in read if f["scope"] == "stored"]
    if not facts:
        return None
    if says_child(facts):
        child(session)
        return say(ids=("update_profile",))
    session.state["form"] = form = {**form, "aside": False, "asides": 0}
    own = next((f for f in facts if f["field"] == at and not f.get("negated")), None)
    rest = [f for f in facts if f is not own]
    bad = [f for f in rest if f.get("problem")]
    fine = [f for f in rest if not f.get("problem") and not f.get("confirm")]
    before = set(session.changes)
    take_facts(session, fine, quiet=True)
    told = [n for n in session.changes if n not in before]
    for f in bad:
        session.notes.append(impossible(f["field"], f["value"], units_of(session, f)))
    if own is None:
        unsure = next((f for f in rest if f.get("confirm")), None)
        if unsure and unsure["field"] not in session.stored:
            asked = [n for n in form["history"] if n != at]  # the question that waits comes again after this one
            session.state["form"] = {**form, "at": unsure["field"], "history": [*asked, unsure["field"]], "confirm": unsure["value"]}
            return _ask(session, first=_noted(session, told), same=True)
        if not told and not session.notes:
            return None
        # A question whose field was told by another name need not be asked again.
        return _ask(session, first=_noted(session, told), same=at == CONSENT or at not in session.stored)
    if own.get("problem"):
        return _ask(session, first=(*_noted(session, told), impossible(at, own["value"], units_of(session, own))), same=True)
    if own.get("confirm"):
        session.state["form"] = {**form, "confirm": own["value"]}
        return _ask(session, first=_noted(session, told), same=True)
    take_facts(session, [own], quiet=True, asked=at)
    return _ask(session, first=_noted(session, [*told, *([at] if at in session.changes else [])]))


def _noted(session: Session, names: Sequence[str]) -> tuple[str, ...]:
    words = words_of(session, (n for n in names if n not in (HEALTH, "units")))
    return (sentence("noted", facts=", ".join(words)),) if words else ()


def _skip(session: Session) -> Reply:
    form = session.form or {}
    if form["at"] == CONSENT:
        session.state["consent"] = False
    session.state["form"] = {k: v for k, v in form.items() if k != "confirm"} | {"aside": False, "asides": 0}
    known = form["at"] in session.stored
    return _ask(session, first=(sentence("setup_stays" if known else "setup_skipped"),), ids=("deny",))


def _back(session: Session) -> Reply:
    form = dict(session.form or {})
    history = list(form["history"])
    if len(history) < 2:
        return _ask(session, first=(sentence("setup_first"),), same=True)
    history.pop()
    if history[-1] == HEALTH or history[-1] == CONSENT:
        session.state.pop("consent", None)
    form.pop("confirm", None)
    session.state["form"] = form | {"history": history, "at": history[-1]}
    known = session.stored.get(history[-1]) if history[-1] in catalogue() else None
    first = (sentence("setup_so_far", fact=field_words(history[-1], known, session.profile)),) if known is not None else ()
    return _ask(session, first=first, same=True)


def _why(session: Session) -> Reply:
    at = (session.form or {})["at"]
    if at == CONSENT:
        return _ask(session, first=(sentence("setup_why_consent"),), ids=("ask_more",), same=True)
    why = sentence("setup_why", why=catalogue()[at].why)
    return _ask(session, first=(why, sentence("setup_why_health")) if at == HEALTH else (why,), ids=("ask_more",), same=True)


def pressed(session: Session, arg: str) -> Reply:
    """A button of the set-up."""
    if arg in ("resume", "redo"):
        return start(session, redo=arg == "redo")
    form = session.form
    if not form:
        return say(sentence("expired"), ids=("expired",), buttons=(Button("Set me up", "intent", "start_onboarding"),))
    session.state["form"] = form = {**form, "aside": False, "asides": 0}
    name, eq, value = arg.partition("=")
    if eq and name in catalogue():
        if name == HEALTH and value == "":
            return _ask(session)
        if store(session, name, value) and name == HEALTH:
            session.notes.append(sentence("flag_noted_numbers" if is_protected(session.profile) else "flag_noted"))
        if name == HEALTH:
            return _ask(session, first=(sentence("setup_more_health"),), same=form["at"] == HEALTH)
        return _ask(session, first=_noted(session, [name] if name in session.changes else []), same=name != form["at"])
    if arg in ("yes", "no"):
        act = _on_confirm if form.get("confirm") is not None else _on_consent if form["at"] == CONSENT else None
        answer = act(session, "affirm" if arg == "yes" else "deny") if act else None
        return answer or _ask(session, same=True)
    acts = {"skip": _skip, "back": _back, "later": _later, "stop": _stop}
    return acts[arg](session) if arg in acts else _ask(session, same=True)


def aside(session: Session, answer: Reply) -> Reply:
    """An answer to something else, then the set-up's question again."""
    form = session.form
    if not form or session.wants or session.open():
        return answer
    asides = form.get("asides", 0) + 1
    if asides > ASIDES:
        session.state.pop("form")
        session.state["later"] = {**form, "asides": 0, "aside": False}
        return replace(answer, buttons=(*answer.buttons, Button("Continue the set-up", "form", "resume")))
    session.state["form"] = {**form, "aside": True, "asides": asides}
    block, buttons = question(session)
    kept = tuple(b for b in answer.buttons if b.do in ("why", "sources", "undo"))
    below = tuple(replace(b, row=None if b.row is None else b.row + 1) for b in buttons)
    back_to = replace(block, text=sentence("setup_back_to", question=block.text))
    return replace(answer, blocks=(*answer.blocks, back_to), buttons=(*kept, *below))
