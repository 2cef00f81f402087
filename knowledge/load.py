"""Reads the knowledge base from its files. Every mistake becomes a Problem with file and line, in plain words."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.entry import Entry, FollowUp, Otherwise, Source, Tailored, Variant
from knowledge.files import LOADER, read_yaml

ROOM = Path(__file__).parent

KEYS = {
    "topic", "kind", "group", "title", "question", "verdict", "grade", "reviewed", "answer", "why", "do", "caveat",
    "in_short", "protected", "otherwise", "profile", "asks", "tailored", "sources", "evidence", "claims", "follow_ups", "phrasings", "variants",
}  # fmt: skip
REQUIRED = ("topic", "kind", "group", "title", "question", "reviewed", "answer", "phrasings")


class KnowledgeError(Exception):
    """The knowledge base cannot be used; `problems` says where and why."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("; ".join(map(str, problems[:3])) + ("; ..." if len(problems) > 3 else ""))


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in one file."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(frozen=True)
class Evidence:
    """A primary source. Status V is shown, V2 with "as reported by a secondary source", P and M never."""

    id: str
    citation: str
    design: str
    finding: str
    status: str
    grade: str
    dois: tuple[str, ...] = ()
    caveat: str = ""

    @property
    def shown(self) -> bool:
        """True when readers may see it."""
        return self.status in ("V", "V2")


@dataclass(frozen=True)
class Region:
    """Emergency number and helplines of one region; a helpline is a line of text or None."""

    id: str
    emergency: str
    helplines: Mapping[str, str]


@dataclass(frozen=True)
class Knowledge:
    """Everything that people wrote: entries by topic, evidence by id, regions by id."""

    entries: Mapping[str, Entry]
    evidence: Mapping[str, Evidence]
    regions: Mapping[str, Region]

    @property
    def safety_topics(self) -> list[str]:
        """Ids of the referral topics."""
        return [t for t, e in self.entries.items() if e.is_safety]


class Lines:
    """Line numbers of a YAML document by path, e.g. ("tailored", 2, "say")."""

    def __init__(self, text: str) -> None:
        self._lines: dict[tuple[Any, ...], int] = {}
        node = yaml.compose(text, Loader=LOADER)
        if node is not None:
            self._walk(node, ())

    def _walk(self, node: yaml.Node, path: tuple[Any, ...]) -> None:
        self._lines[path] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                self._walk(value, (*path, key.value))
                self._lines[(*path, key.value)] = key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode):
            for n, item in enumerate(node.value):
                self._walk(item, (*path, n))

    def at(self, *path: Any) -> int:
        """The line of the nearest known ancestor of `path`."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)


def entry_files(extra: str | os.PathLike[str] | None = None) -> Iterator[tuple[Path, bool]]:
    """Every entry file with whether it is built in; a coach's own directory comes after the built-in one."""
    for path in sorted((ROOM / "entries").glob("*.yml")):
        yield path, True
    if extra:
        for path in sorted(Path(extra).glob("*.yml")):
            yield path, False


def _parse(text: str) -> tuple[Any, Lines]:
    """Content and lines of a document. Raises yaml.MarkedYAMLError worded by the Python parser, which is plainer than libyaml."""
    try:
        return yaml.load(text, Loader=LOADER), Lines(text)
    except yaml.MarkedYAMLError:
        return yaml.load(text, Loader=yaml.SafeLoader), Lines(text)


def read_entry(path: Path, builtin: bool = True) -> tuple[Entry | None, Lines | None, list[Problem]]:
    """Parse one entry file. Returns no entry when its shape is wrong; the problems say why."""
    shown = str(path.relative_to(ROOM.parent)) if path.is_relative_to(ROOM.parent) else str(path)
    try:
        raw_text = path.read_text(encoding="utf-8")
        raw, lines = _parse(raw_text)
    except UnicodeDecodeError:
        return None, None, [Problem(shown, 1, "is not saved as UTF-8; save it again with that encoding")]
    except yaml.MarkedYAMLError as error:
        line = (error.problem_mark.line + 1) if error.problem_mark else 1
        return None, None, [Problem(shown, line, f"is not valid YAML ({error.problem}); check indentation, colons and quotes near here")]
    if not isinstance(raw, dict):
        return None, None, [Problem(shown, 1, "must be a mapping like the other entries; start from `coach knowledge new TOPIC`")]
    problems = [Problem(shown, lines.at(key), f"unknown key '{key}'; the keys are {', '.join(sorted(KEYS))}") for key in raw if key not in KEYS]
    problems += [Problem(shown, 1, f"'{key}' is missing") for key in REQUIRED if not raw.get(key)]
    if problems:
        return None, lines, problems
    try:
        return _entry(raw, shown, builtin), lines, []
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        return None, lines, [Problem(shown, 1, f"has a part of the wrong shape ({type(error).__name__}: {error}); compare it with another entry")]


def _texts(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise TypeError(f"a list of texts was expected, not {value!r:.60}")
    return tuple(" ".join(v.split()) for v in value)


def _paragraph(value: Any) -> str:
    if value is not None and not isinstance(value, str):
        raise TypeError(f"a text was expected, not {value!r:.60}")
    return " ".join((value or "").split())


def _entry(raw: Mapping[str, Any], path: str, builtin: bool) -> Entry:
    protected = raw.get("protected") or {}
    sources = raw.get("sources") or []
    return Entry(
        topic=str(raw["topic"]),
        kind=raw["kind"],
        group=raw["group"],
        title=_paragraph(raw["title"]),
        question=_paragraph(raw["question"]),
        verdict=raw.get("verdict"),
        grade=raw.get("grade"),
        reviewed=str(raw["reviewed"]),
        answer=_paragraph(raw["answer"]),
        why=_paragraph(raw.get("why")),
        do=_texts(raw.get("do")),
        caveat=_paragraph(raw.get("caveat")),
        in_short=_paragraph(raw.get("in_short")),
        protected_answer=_paragraph(protected.get("answer")),
        protected_do=_texts(protected.get("do")),
        profile=_texts(raw.get("profile")),
        asks=_texts(raw.get("asks")),
        tailored=tuple(Tailored(dict(t["when"]), _paragraph(t["say"])) for t in raw.get("tailored") or []),
        otherwise=tuple(Otherwise(dict(o["when"]), _paragraph(o["answer"]), _texts(o.get("do"))) for o in raw.get("otherwise") or []),
        sources=tuple(Source(s["article"], s["section"]) for s in sources),
        evidence=_texts(raw.get("evidence")),
        claims={k: _texts(v) for k, v in (raw.get("claims") or {}).items()},
        follow_ups=tuple(
            FollowUp(f) if isinstance(f, str) else FollowUp(f["topic"], dict(f.get("when") or {})) for f in raw.get("follow_ups") or []
        ),
        phrasings=_texts(raw["phrasings"]),
        variants=tuple(
            Variant(v["trigger"], _paragraph(v["answer"]), _texts(v.get("do")), bool(v.get("emergency"))) for v in raw.get("variants") or []
        ),
        path=path,
        builtin=builtin,
    )


@lru_cache(maxsize=1)
def evidence_records() -> Mapping[str, Evidence]:
    """All evidence records by id."""
    raw = read_yaml(ROOM / "evidence.yml")
    return {
        key: Evidence(
            id=key,
            citation=" ".join(r["citation"].split()),
            design=r["design"],
            finding=" ".join(r["finding"].split()),
            status=r["status"],
            grade=r["grade"],
            dois=tuple(r.get("dois") or ()),
            caveat=" ".join((r.get("caveat") or "").split()),
        )
        for key, r in raw.items()
    }


@lru_cache(maxsize=1)
def regions() -> Mapping[str, Region]:
    """All regions by id."""
    raw = read_yaml(ROOM / "regions.yml")
    return {key: Region(key, r["emergency"], r.get("helplines") or {}) for key, r in raw.items()}


def load(extra: str | os.PathLike[str] | None = None) -> Knowledge:
    """Load the whole knowledge base; entries in `extra` are added, the same id replaces.

    Raises KnowledgeError when a file cannot be read (content rules are `check`'s).
    """
    entries: dict[str, Entry] = {}
    problems: list[Problem] = []
    for path, builtin in entry_files(extra):
        entry, _, found = read_entry(path, builtin)
        problems += found
        if entry is not None:
            entries[entry.topic] = entry
    if problems:
        raise KnowledgeError(problems)
    return Knowledge(entries, evidence_records(), regions())
