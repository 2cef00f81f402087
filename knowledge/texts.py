"""The sentences around the answers, from `knowledge/texts.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from knowledge.files import read_yaml


@lru_cache(maxsize=1)
def texts() -> Mapping[str, str]:
    """All sentences by key."""
    raw = read_yaml(Path(__file__).parent / "texts.yml")
    return {key: " ".join(value.split()) for key, value in raw.items()}


def sentence(key: str, **fill: str) -> str:
    """A sentence with its `{names}` filled. Raises KeyError on an unknown key or a name without value."""
    return texts()[key].format(**fill)
