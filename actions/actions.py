"""The one Rasa action: read the tracker, ask `actions.conversation`, keep what changed, hand over the reply."""

from __future__ import annotations

import datetime as dt
import json
import logging
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import Restarted
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Outcome, Turn, respond
from actions.plain import plain
from actions.reply import Attachment, Person, Reply, say
from actions.services import Services, services
from knowledge.texts import sentence

log = logging.getLogger(__name__)

REPLY_KEY = "coach_reply"


class ActionCoach(Action):
    """Answers every message, whatever its intent: `actions.conversation` decides what it means."""

    def name(self) -> str:
        """The name in rules and domain."""
        return "action_coach"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Answer the latest message; after an erasure, and with memory off, Rasa's own memory of the conversation ends too."""
        latest = tracker.latest_message
        reply, forget = answer(services(), tracker.sender_id, latest.get("text") or "", latest.get("coach") or {}, press_of(latest))
        dispatcher.utter_message(text=plain(reply), json_message={REPLY_KEY: reply.as_dict()})
        return [Restarted()] if forget else []


def press_of(message: dict[str, Any]) -> tuple[str, str] | None:
    """The pressed button that a channel verified, if the message is one."""
    pressed = (message.get("metadata") or {}).get("press")
    return (str(pressed[0]), str(pressed[1])) if pressed else None


def answer(house: Services, user_id: str, text: str, parse: dict[str, Any], press: tuple[str, str] | None) -> tuple[Reply, bool]:
    """Answer one message of a person and keep what it changed.

    Returns the reply and whether Rasa must forget the dialogue: after an erasure, and always while memory is off.
    """
    person = house.store.person(user_id)
    turn = Turn(text, parse or {"decision": "out_of_scope", "id": "out_of_scope", "reason": "blank"}, dt.date.today(), press)
    outcome = respond(turn, person, house.coach)
    if outcome.wants == "erase":
        return _erase(house, user_id), True
    if outcome.wants == "forget":
        _erase(house, user_id)
        person = Person(user_id)
    reply = outcome.reply
    if outcome.wants == "export":
        reply = _export(house, person, reply)
    reply = _with_files(house, user_id, outcome, reply)
    keeps = person.memory if outcome.memory is None else outcome.memory
    house.store.record(
        person,
        changes=outcome.changes,
        state={**outcome.state, "last_text": text[:500]} if keeps else {k: v for k, v in outcome.state.items() if k != "last_text"},
        heard=text or f"[{':'.join(press)}]" if press else text,
        said=plain(reply),
        decision=reply.decision,
        topic=",".join(reply.ids),
        unanswered=outcome.unanswered if keeps else None,
        memory=outcome.memory,
        plan=outcome.plan,
        undo_plan=outcome.undo_plan,
        log=outcome.log,
        undo_log=outcome.undo_log,
    )
    return replace(reply, profile=_after(person, outcome) if keeps else dict(person.profile)), not keeps


def _after(person: Person, outcome: Outcome) -> dict[str, Any]:
    return {k: v for k, v in {**person.profile, **outcome.changes}.items() if v is not None}


def _with_files(house: Services, user_id: str, outcome: Outcome, reply: Reply) -> Reply:
    """The reply with its pictures and files made. One that fails is left out and logged: the text says it all."""
    made: list[Attachment] = []
    for file in outcome.files:
        try:
            key = house.files.save(user_id, file.make(), file.name.rpartition(".")[2])
        except Exception:
            log.exception("%s could not be made", file.name)
            continue
        made.append(Attachment(file.kind, key, file.name, file.caption))
    return replace(reply, attachments=(*reply.attachments, *made))


def _erase(house: Services, user_id: str) -> Reply:
    rows = sum(house.store.erase(user_id).values())
    house.files.erase(user_id)
    shown = f"{rows} record{'s' if rows != 1 else ''}"
    return say(sentence("delete_done", rows=shown) if rows else sentence("delete_done_nothing"), ids=("delete_my_data",))


def _export(house: Services, person: Person, reply: Reply) -> Reply:
    if person.new:
        return say(sentence("export_nothing"), ids=("export_my_data",))
    content = json.dumps(house.store.export(person.id), indent=2, ensure_ascii=False, default=str).encode()
    key = house.files.save(person.id, content, "json")
    return replace(reply, attachments=(Attachment("file", key, "my-coach-data.json"),))
