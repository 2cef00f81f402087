"""The turn while it is worked on: what came in, what the house knows, what will be sent and kept. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from actions.reply import Block, Button, Person, Reply
from knowledge.fields import is_minor, is_protected
from knowledge.load import Knowledge, Region
from knowledge.texts import sentence

STATELESS = "ask"  # the person id of one-off answers: nothing to offer that needs memory
CHILD_AGE = 12  # stands for "under 13" while an answer is made: nothing is stored

DOUBTFUL = 0.75  # an answer less sure than this says that something else may have been meant, and asks nothing back

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

    @property
    def unclear(self) -> bool:
        """Whether the words by themselves say too little: no topic, several, or a doubtful one. Few such words are of what was said before."""
        doubtful = self.parse["decision"] == "answer" and self.parse["confidence"] < DOUBTFUL
        return doubtful or self.parse["decision"] in ("clarify", "out_of_scope")


@dataclass(frozen=True)
class NewFile:
    """A picture or file to make after the turn. `kind` is image or file; `make` returns its bytes."""

    kind: str
    name: str
    make: Callable[[], bytes]
    caption: str = ""


@dataclass(frozen=True)
class Outcome:
    """What to send and what to keep.

    `plan` replaces the stored plan, `undo_plan` brings the one before back; `log` rows are added, `undo_log` removes as
    many of the newest. `wants` is done by the action, with the store: "erase", "export", or "forget" (a child: erase,
    keep nothing from now on, and send the reply).
    """

    reply: Reply
    changes: Mapping[str, Any] = field(default_factory=dict)
    state: Mapping[str, Any] = field(default_factory=dict)
    unanswered: Mapping[str, Any] | None = None
    memory: bool | None = None
    wants: str = ""
    plan: Mapping[str, Any] | None = None
    undo_plan: bool = False
    log: tuple[Mapping[str, Any], ...] = ()
    undo_log: int = 0
    files: tuple[NewFile, ...] = ()


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
        self.unkept = False  # something was said that memory off does not allow to keep
        self.new_plan: dict[str, Any] | None = None
        self.undo_plan = False
        self.log: list[Mapping[str, Any]] = []
        self.undo_log = 0
        self.files: list[NewFile] = []
        self._undo: dict[str, Any] = {}

    @property
    def entries(self) -> Mapping[str, Any]:
        """The knowledge base's entries."""
        return self.coach.knowledge.entries

    @property
    def region(self) -> Region:
        """The person's own region for safety texts, or the house's."""
        return self.coach.knowledge.regions.get(self.state.get("region", ""), self.coach.region)

    @property
    def remembers(self) -> bool:
        """Whether what is said now may be kept."""
        return self.person.memory if self.memory is None else self.memory

    @property
    def profile(self) -> dict[str, Any]:
        """The profile for this answer: stored values, what was said now, and what holds for this answer only.

        Who is protected stays so in answers about other people and in "what if".
        """
        own = self.stored
        if self.state.get("child"):
            own["age"] = CHILD_AGE
        base = {k: v for k, v in own.items() if k == "units"} if self.about_other else own
        units = self.state.get("units")
        merged = {**base, **({"units": units} if units and "units" not in base else {}), **self.this_answer}
        shown = {k: v for k, v in merged.items() if v is not None}
        if is_protected(own) and not is_protected(shown):
            shown |= {"age": own["age"]} if is_minor(own) else {"health_flags": [*own["health_flags"]]}
        return shown

    @property
    def stored(self) -> dict[str, Any]:
        """The profile as it will be stored."""
        return {k: v for k, v in {**self.person.profile, **self.changes}.items() if v is not None}

    @property
    def units(self) -> str:
        """The units in which numbers are shown."""
        return str(self.profile.get("units", "metric"))

    @property
    def form(self) -> dict[str, Any] | None:
        """The open form, or None."""
        return self.state.get("form")

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
        """Change a stored value and remember the old one for undo; with memory off, use it for this answer only."""
        if not self.remembers:
            self.this_answer[field_name] = value
            self.unkept = True
            return
        self._undo.setdefault("profile", {}).setdefault(field_name, self.person.profile.get(field_name))
        self.changes[field_name] = value

    def keep_plan(self, plan: Mapping[str, Any], *, replaces: bool) -> None:
        """Store a plan unless memory is off; `replaces` says that there was one before, which undo brings back."""
        if self.remembers:
            self.new_plan = dict(plan)
            if replaces:
                self._undo["plan"] = True

    def keep_log(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows to the training log unless memory is off."""
        if self.remembers:
            self.log += rows
            self._undo["log"] = self._undo.get("log", 0) + len(rows)
        else:
            self.unkept = True

    @property
    def can_undo(self) -> bool:
        """Whether this turn changed something that undo brings back."""
        return bool(self._undo)

    def outcome(self, reply: Reply) -> Outcome:
        """Close the turn with a reply, its acknowledgements in front, and Undo for what changed."""
        if self.unkept:
            answered = reply.decision == "answer"
            self.notes.append(sentence("not_kept" if answered else "under_13_kept" if self.state.get("child") else "not_kept_only"))
            if not answered and not self.state.get("child") and not any(b.do == "memory" for b in reply.buttons):
                reply = replace(reply, buttons=(*reply.buttons, Button("Turn memory on", "memory", "on")))
        if self.about_other and reply.decision == "answer" and self.this_answer:
            self.notes.append(sentence("for_other_protected" if is_protected(self.stored) or self.state.get("child") else "for_other"))
        self.state.pop("changed", None)
        if self._undo:
            self.state |= {"undo": self._undo, "changed": True}
            silent = self.form or reply.decision == "safety" or self.person.id == STATELESS
            if not silent and not any(b.do == "undo" for b in reply.buttons):
                reply = replace(reply, buttons=(*reply.buttons, Button("Undo", "undo")))
        if self.notes:
            reply = reply.with_first(*(Block("note", n) for n in self.notes))
        reply = replace(reply, form=self.form["name"] if self.form else None)
        return Outcome(
            reply, self.changes, self.state, self.unanswered, self.memory, self.wants, self.new_plan, self.undo_plan,
            tuple(self.log), self.undo_log, tuple(self.files),
        )  # fmt: skip
