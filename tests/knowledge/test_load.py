"""Reading the knowledge base: a coach's own entries join and replace, mistakes stop it, lines are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.load import KnowledgeError, Lines, entry_files, evidence_records, load, read_entry, regions
from tests.knowledge.sample import entry_text, write_entry


def test_own_entries_are_added(tmp_path: Path) -> None:
    write_entry(tmp_path)
    knowledge = load(tmp_path)
    assert set(knowledge.entries) == {*load().entries, "dog_running"}
    assert not knowledge.entries["dog_running"].builtin
    assert knowledge.entries["sleep"].builtin


def test_an_own_entry_of_the_same_id_replaces_the_built_in_one(tmp_path: Path) -> None:
    write_entry(tmp_path, "sleep")
    knowledge = load(tmp_path)
    assert knowledge.entries["sleep"].question == "Can I run with my dog?"
    assert len(knowledge.entries) == len(load().entries)


def test_a_broken_own_entry_stops_the_load_with_file_and_line(tmp_path: Path) -> None:
    path = write_entry(tmp_path)
    path.write_text(entry_text().replace("verdict:", "veredict:"), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"dog_running\.yml:6: unknown key 'veredict'") as error:
        load(tmp_path)
    assert error.value.problems[0].line == 6


def test_an_entry_is_read_as_written(tmp_path: Path) -> None:
    entry, _, problems = read_entry(write_entry(tmp_path))
    assert problems == []
    assert entry is not None
    assert (entry.verdict, entry.grade, entry.reviewed) == ("it_depends", "practice", "2026-11-22")
    assert entry.answer.startswith("Yes, a grown and healthy dog can share easy runs of [[3-5 km]]. Let")
    assert entry.tailored[0].when == {"run_days": {"below": 3}}
    assert entry.follow_ups[0].topic == "how_much_running"
    assert len(entry.phrasings) == 27


def test_files_other_than_entries_are_left_alone(tmp_path: Path) -> None:
    write_entry(tmp_path)
    (tmp_path / "notes.txt").write_text("not an entry")
    assert [p.name for p, builtin in entry_files(tmp_path) if not builtin] == ["dog_running.yml"]


def test_lines_of_a_document() -> None:
    lines = Lines("a: 1\nb:\n  - x\n  - c: 2\n    d: 3\n")
    assert (lines.at("a"), lines.at("b"), lines.at("b", 0), lines.at("b", 1, "d")) == (1, 2, 3, 5)
    assert lines.at("b", 7, "nothing") == 2
    assert lines.at("nothing") == 1


def test_evidence_records_are_complete() -> None:
    for record in evidence_records().values():
        assert record.citation, record.id
        assert record.finding, record.id
        assert record.status in ("V", "V2", "P", "M"), record.id


def test_every_region_has_an_emergency_number() -> None:
    for region in regions().values():
        assert region.emergency, region.id
    assert "112" in regions()["intl"].emergency
    assert regions()["intl"].helplines == {}
