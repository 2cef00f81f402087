"""The sentences that only Telegram needs, from `knowledge/texts_telegram.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import knowledge.texts
from knowledge.files import read_yaml


@lru_cache(maxsize=1)
def _texts() -> Mapping[str, str]:
    path = Path(knowledge.texts.__file__).parent / "texts_telegram.yml"
    raw = read_yaml(path)
    return {key: " ".join(value.split()) for key, value in raw.items()}


def telegram_sentence(key: str, **fill: str) -> str:
    """A sentence with its `{names}` filled. Raises KeyError on an unknown key or a name without value."""
    return _texts()[key].format(**fill)
