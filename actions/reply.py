"""A reply as data: what is said, what can be pressed, where it comes from. Channels give it their own form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Button:
    """Something to press. `do` is a command of `actions.conversation`, `arg` its argument."""

    title: str
    do: str
    arg: str = ""
    row: int | None = None  # buttons with the same row stand side by side where a channel can


@dataclass(frozen=True)
class Block:
    """A piece of text. Kinds: headline, text, list (title + items), note (quiet), quote (a source)."""

    kind: str
    text: str = ""
    items: tuple[str, ...] = ()
    link: str = ""


@dataclass(frozen=True)
class Attachment:
    """A picture or file: `key` names it in the store of files, `kind` is image or file."""

    kind: str
    key: str
    name: str
    caption: str = ""


@dataclass(frozen=True)
class SourceLine:
    """One source as shown: a section of an article or a DOI, with its grade."""

    title: str
    grade: str
    section: str = ""
    doi: str = ""

    def as_dict(self) -> dict[str, str]:
        """The contract's form: title, grade, and section or doi."""
        return {"title": self.title, **({"doi": self.doi} if self.doi else {"section": self.section}), "grade": self.grade}


@dataclass(frozen=True)
class Reply:
    """One message to the person, with what a program may want to know about it."""

    blocks: tuple[Block, ...] = ()
    buttons: tuple[Button, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    decision: str = "conversation"
    ids: tuple[str, ...] = ()
    sources: tuple[SourceLine, ...] = ()
    profile_used: tuple[str, ...] = ()
    replaces: bool = False  # a channel that can may edit the message whose button was pressed
    form: str | None = None
    profile: Mapping[str, Any] = field(default_factory=dict)  # the stored profile after this message

    def with_first(self, *blocks: Block) -> Reply:
        """The reply with blocks put in front."""
        return replace(self, blocks=(*blocks, *self.blocks))

    def as_dict(self) -> dict[str, Any]:
        """Plain data, for the way through Rasa."""
        return asdict(self)

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Reply:
        """Read what `as_dict` wrote."""
        return cls(
            blocks=tuple(Block(**{**b, "items": tuple(b["items"])}) for b in raw["blocks"]),
            buttons=tuple(Button(**b) for b in raw["buttons"]),
            attachments=tuple(Attachment(**a) for a in raw["attachments"]),
            decision=raw["decision"],
            ids=tuple(raw["ids"]),
            sources=tuple(SourceLine(**s) for s in raw["sources"]),
            profile_used=tuple(raw["profile_used"]),
            replaces=raw["replaces"],
            form=raw.get("form"),
            profile=raw.get("profile") or {},
        )


def say(*paragraphs: str, **more: Any) -> Reply:
    """A reply of plain paragraphs."""
    return Reply(blocks=tuple(Block("text", p) for p in paragraphs if p), **more)


def no_plan() -> Mapping[str, Any] | None:
    """Nobody's plan."""
    return None


def no_log() -> Sequence[Mapping[str, Any]]:
    """Nobody's training log."""
    return ()


@dataclass(frozen=True)
class Person:
    """Who is speaking, as the store knows them. `state` is the conversation's open ends.

    `plan` and `log` read the stored week and the training log (newest last), which few messages need.
    """

    id: str
    profile: Mapping[str, Any] = field(default_factory=dict)
    state: Mapping[str, Any] = field(default_factory=dict)
    memory: bool = True
    new: bool = True
    plan: Callable[[], Mapping[str, Any] | None] = no_plan
    log: Callable[[], Sequence[Mapping[str, Any]]] = no_log
