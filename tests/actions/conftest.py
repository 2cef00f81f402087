"""A conversation without the model: parses are written by hand, facts are read by the real reader."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from actions.conversation import Coach, Outcome, Turn, respond
from actions.plain import plain
from actions.reply import Person, Reply
from actions.services import make_coach
from knowledge.load import load

TODAY = dt.date(2026, 11, 23)  # a Monday


@pytest.fixture(scope="session")
def coach() -> Coach:
    """The coach over the built-in knowledge."""
    return make_coach(load(None), region="intl", name="Hybrid Coach", contact="")


class Talk:
    """One person's conversation, with a store in memory."""

    def __init__(self, coach: Coach, profile: Mapping[str, Any] | None = None) -> None:
        self.coach = coach
        self.profile: dict[str, Any] = dict(profile or {})
        self.state: Mapping[str, Any] = {}
        self.memory = True
        self.plan: Mapping[str, Any] | None = None
        self.previous: Mapping[str, Any] | None = None
        self.log: list[Mapping[str, Any]] = []
        self.last: Outcome
        self.reply: Reply

    @property
    def person(self) -> Person:
        """Who is speaking."""
        return Person("t:1", dict(self.profile), self.state, self.memory, not self.state, lambda: self.plan, lambda: self.log)

    @property
    def text(self) -> str:
        """The last reply as a terminal user reads it."""
        return plain(self.reply)

    @property
    def titles(self) -> list[str]:
        """The titles of the last reply's buttons."""
        return [b.title for b in self.reply.buttons]

    @property
    def presses(self) -> list[str]:
        """The last reply's buttons as do:arg."""
        return [f"{b.do}:{b.arg}" for b in self.reply.buttons]

    @property
    def form(self) -> str | None:
        """The open form's name."""
        return self.reply.form

    @property
    def asked(self) -> str | None:
        """The field that the open form asks for."""
        return (self.state.get("form") or {}).get("at")

    def say(self, text: str, ident: str = "update_profile", decision: str = "conversation", **more: Any) -> str:
        """Send a text that the model takes for `ident`; returns the reply's text."""
        parse = {
            "decision": decision, "id": ident, "ids": [ident], "confidence": 0.95, "ranking": [], "offers": [], "label": ident,
            "trigger": "", "reason": "", "facts": list(self.coach.read_facts(text, TODAY, None)), **more,
        }  # fmt: skip
        return self._keep(respond(Turn(text, parse, TODAY), self.person, self.coach))

    def ask(self, text: str, topic: str, **more: Any) -> str:
        """Ask about a topic."""
        return self.say(text, topic, "answer", **more)

    def press(self, do: str, arg: str = "") -> str:
        """Press a button."""
        return self._keep(respond(Turn("", {"decision": "press", "id": ""}, TODAY, (do, arg)), self.person, self.coach))

    def _keep(self, outcome: Outcome) -> str:
        self.last, self.reply = outcome, outcome.reply
        keeps = self.memory if outcome.memory is None else outcome.memory
        if outcome.wants in ("erase", "forget"):
            self.profile, self.plan, self.previous, self.log = {}, None, None, []
        elif keeps:
            self.profile = {k: v for k, v in {**self.profile, **outcome.changes}.items() if v is not None}
            if outcome.undo_plan:
                self.plan, self.previous = self.previous, self.plan
            elif outcome.plan is not None:
                self.plan, self.previous = outcome.plan, self.plan
            if outcome.undo_log:
                del self.log[-outcome.undo_log :]
            self.log += outcome.log
        self.state, self.memory = {} if outcome.wants == "erase" else outcome.state, keeps
        return self.text


@pytest.fixture
def talk(coach: Coach) -> Callable[..., Talk]:
    """Starts a conversation: `talk()` or `talk({"age": 34})`."""
    return lambda profile=None: Talk(coach, profile)
