"""The sentences around the answers, from `knowledge/texts.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import yaml


@lru_cache(maxsize=1)
def texts() -> Mapping[str, str]:
    """All sentences by key."""
    raw = yaml.safe_load((Path(__file__).parent / "texts.yml").read_text(encoding="utf-8"))
    return {key: " ".join(value.split()) for key, value in raw.items()}


def sentence(key: str, **fill: str) -> str:
    """A sentence with its `{names}` filled. Raises KeyError on an unknown key or a name without value."""
    return texts()[key].format(**fill)
