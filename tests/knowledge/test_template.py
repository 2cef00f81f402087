"""`coach knowledge new`: a start that can be read, and whose open ends `check` names."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.check import check
from knowledge.load import read_entry
from knowledge.template import TemplateError, new_entry


def test_the_template_is_an_entry_whose_gaps_are_named(tmp_path: Path) -> None:
    path = new_entry("running_shoes", tmp_path)
    assert path == tmp_path / "running_shoes.yml"
    entry, _, shape = read_entry(path, builtin=False)
    assert shape == []
    assert entry is not None
    assert (entry.topic, entry.title) == ("running_shoes", "Running shoes")
    open_ends = [p.message for p in check(tmp_path) if p.file == str(path)]
    assert any("1 distinct phrasings" in m for m in open_ends)
    assert len(open_ends) == 1, open_ends


@pytest.mark.parametrize("topic", ["Running Shoes", "", "x", "../evil", "9lives", "a" * 41, "running-shoes"])
def test_bad_names_are_refused(tmp_path: Path, topic: str) -> None:
    with pytest.raises(TemplateError, match="topic name"):
        new_entry(topic, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    path = new_entry("running_shoes", tmp_path)
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(TemplateError, match="exists already"):
        new_entry("running_shoes", tmp_path)
    assert path.read_text(encoding="utf-8") == "mine"
