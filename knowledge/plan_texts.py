"""The sentences of targets, plans and progress, from `knowledge/plan_texts.yml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from knowledge.files import read_yaml


def _flat(raw: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    for key, value in raw.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{name}.")
        else:
            yield name, tuple(" ".join(str(line).split()) for line in (value if isinstance(value, list) else [value]))


@lru_cache(maxsize=1)
def plan_texts() -> Mapping[str, tuple[str, ...]]:
    """All texts by dotted key; a single sentence is a tuple of one."""
    raw = read_yaml(Path(__file__).parent / "plan_texts.yml")
    return dict(_flat(raw))


def said(key: str, **fill: object) -> str:
    """A sentence with its `{names}` filled. Raises KeyError on an unknown key or a name without value."""
    return " ".join(plan_texts()[key]).format(**fill)


def lines(key: str, **fill: object) -> tuple[str, ...]:
    """The sentences of a list, filled. Raises KeyError on an unknown key or a name without value."""
    return tuple(line.format(**fill) for line in plan_texts()[key])
