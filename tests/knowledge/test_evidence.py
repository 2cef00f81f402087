"""The evidence records and the articles' claims: complete, valid, and used the way their status allows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge import claims_table as table
from knowledge.check import known_claims
from knowledge.entry import ARTICLES, GRADES
from knowledge.load import ROOM, Evidence, Knowledge, evidence_records, load

DOI = re.compile(r"10\.\d{4,9}/\S+")
RAW: Mapping[str, Any] = yaml.safe_load((ROOM / "evidence.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load()


def used_evidence(knowledge: Knowledge) -> list[tuple[str, str]]:
    return [(topic, record) for topic, entry in knowledge.entries.items() for record in entry.evidence]


def test_every_record_loads() -> None:
    assert set(evidence_records()) == set(RAW)
    assert len(RAW) >= 79 + 17
    for key, raw in RAW.items():
        assert set(raw) <= {"citation", "dois", "design", "finding", "status", "grade", "caveat"}, key


@pytest.mark.parametrize("record", evidence_records().values(), ids=lambda r: r.id)
def test_a_record_is_valid(record: Evidence) -> None:
    assert re.fullmatch(r"E\d\d[bv]?|SAF_[A-Z]\d\d", record.id)
    assert record.status in ("V", "V2", "P", "M")
    assert record.grade in GRADES
    assert record.citation and record.design and record.finding
    assert all(DOI.fullmatch(doi) and not doi.endswith((".", ",", ";", ")")) for doi in record.dois), record.dois
    assert record.shown == (record.status in ("V", "V2"))


@pytest.mark.parametrize("text", ["11.1000/x", "10.1/x", "10.1000 /x", "https://doi.org/10.1000/x", "10.1000/"])
def test_the_doi_pattern_rejects(text: str) -> None:
    assert not DOI.fullmatch(text)


def test_what_was_not_read_is_never_strong_or_shown() -> None:
    for record in evidence_records().values():
        if record.status != "V":
            assert record.grade in ("limited", "practice"), record.id
        if record.status in ("P", "M"):
            assert not record.shown
            assert not record.dois or record.status == "P", record.id


@pytest.mark.parametrize("figure", ["0.09:0.35", "352 runners", "350-500", "28 studies / 1,954", "-0.81"])
def test_known_false_or_unread_figures_stay_out(figure: str) -> None:
    assert figure not in (ROOM / "evidence.yml").read_text(encoding="utf-8")


def test_fat_free_mass_is_named_where_the_figure_is_per_fat_free_mass() -> None:
    records = evidence_records()
    assert "fat-free mass" in records["E11"].finding
    assert "fat-free mass" in records["E70b"].finding


def test_entries_name_only_records_that_may_be_shown(knowledge: Knowledge) -> None:
    records = evidence_records()
    assert used_evidence(knowledge)
    for topic, record in used_evidence(knowledge):
        assert record in records, f"{topic} names {record}, which is not in evidence.yml"
        assert records[record].shown, f"{topic} names {record}, which may not be shown"


def test_every_claim_is_complete() -> None:
    claims = known_claims()
    expected = [f"A{n:02}" for n in range(1, 48)] + [f"B{n:02}" for n in range(1, 24)] + [f"C{n:02}" for n in range(1, 64)]
    assert list(claims) == expected
    for key, raw in claims.items():
        assert set(raw) <= {"article", "section", "claim", "verdict", "left_out"}, key
        assert raw["article"] == key[0] and raw["article"] in ARTICLES
        assert raw["section"] and raw["claim"].endswith(".")
        assert raw["verdict"] in table.VERDICT_WORDS, key


def test_entries_name_only_known_claims(knowledge: Knowledge) -> None:
    for role in ("carries", "corrects"):
        assert set(table.homes(knowledge, role)) <= set(known_claims())


def test_a_contradicted_claim_is_not_carried(knowledge: Knowledge) -> None:
    carried = table.homes(knowledge, "carries")
    for key, raw in known_claims().items():
        assert not (raw["verdict"] == "C" and key in carried), f"{key} is contradicted, yet {carried.get(key)} carry it"
    assert "C38" not in {*carried, *table.homes(knowledge, "corrects")}


def test_every_claim_has_a_home(knowledge: Knowledge) -> None:
    assert table.homeless(knowledge) == []


def test_a_claim_without_a_home_is_noticed() -> None:
    empty = Knowledge({}, {}, {})
    assert "A01" in table.homeless(empty)
    assert "C38" not in table.homeless(empty)


def test_the_page_is_up_to_date(knowledge: Knowledge) -> None:
    assert table.PAGE.read_text(encoding="utf-8") == table.claims_table(knowledge), "run `python -m knowledge.claims_table`"


def test_the_page_shows_every_claim_once(knowledge: Knowledge, tmp_path: Path) -> None:
    table.write(tmp_path / "docs" / "claims.md")
    rows = [line for line in (tmp_path / "docs" / "claims.md").read_text(encoding="utf-8").splitlines() if re.match(r"\| [ABC]\d\d ", line)]
    assert [row[2:5] for row in rows] == list(known_claims())
    assert all(row.replace("\\|", "").count("|") == 6 for row in rows)
