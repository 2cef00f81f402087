"""The sentences around the answers: all there, filled by name, in the house's voice."""

from __future__ import annotations

import re

import pytest

from knowledge.texts import sentence, texts


def test_a_sentence_is_filled_by_name() -> None:
    assert sentence("error", code="ab12").count("ab12") == 1
    with pytest.raises(KeyError):
        sentence("error")
    with pytest.raises(KeyError):
        sentence("no_such_sentence")


@pytest.mark.parametrize("key", sorted(texts()))
def test_sentences_are_plain(key: str) -> None:
    said = texts()[key]
    assert said == " ".join(said.split())
    assert not re.search(r"\b(just|user|intent|database|null|error:)\b", said), said
    assert "  " not in said


def test_every_sentence_that_the_code_names_exists() -> None:
    from pathlib import Path

    room = Path(__file__).parents[2]
    named = {
        match
        for folder in ("actions", "bot", "nlu", "knowledge")
        for path in (room / folder).rglob("*.py")
        for match in re.findall(r'\bsentence\(\s*"([a-z_0-9]+)"', path.read_text(encoding="utf-8"))
    }
    assert "error" in named
    assert named <= set(texts())
