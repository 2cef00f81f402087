"""Each kind of mistake in an entry is named with its file and line, and a good entry passes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from knowledge.check import check, load_checked, near, normal, probe_values, reading_grade
from knowledge.load import KnowledgeError, Problem
from tests.knowledge.sample import PHRASINGS, entry_text, write_entry

# name -> (text of the good entry, what stands there instead, text on the line that must be named, part of the message)
MISTAKES: Mapping[str, tuple[str, str, str, str]] = {
    "unknown_key": ("verdict:", "veredict:", "veredict:", "unknown key 'veredict'"),
    "no_answer": ("answer: >-\n  Yes, a grown and healthy dog can share easy runs of [[3-5 km]]. Let it set the pace at first.\n", "", "topic:", "'answer' is missing"),
    "bad_verdict": ("verdict: it_depends", "verdict: maybe", "verdict:", "verdict is one of"),
    "bad_grade": ("grade: practice", "grade: certain", "grade:", "grade is one of"),
    "bad_kind": ("kind: coaching", "kind: sales", "kind:", "kind is 'coaching' or 'referral'"),
    "bad_group": ("group: running", "group: dogs", "group:", "group is one of"),
    "long_title": ("title: Running with a dog", "title: Running with a dog on a long lead in winter", "title:", "a button shows at most"),
    "bad_date": ("reviewed: 2026-11-22", "reviewed: last week", "reviewed:", "date of the last review"),
    "long_answer": ("Let it set the pace at first.", "Let it set the pace at first. " * 12, "answer:", "the limit is 350"),
    "hard_words": ("Let it set the pace at first.", "Physiological thermoregulation predominantly necessitates evaporative respiratory mechanisms.", "answer:", "reading grade"),
    "banned_word": ("Start with ten easy minutes on soft ground.\n  - Stop", "Just start.\n  - Stop", "- Just start.", "avoid the word 'Just'"),
    "one_reason": (" Young dogs still grow and need short, soft outings.", "", "why:", "2 to 4 sentences"),
    "no_steps": ("do:\n  - Start with ten easy minutes on soft ground.\n  - Stop when the dog lags behind or pants hard.\n", "do: []\n", "do: []", "1 to 3 steps"),
    "long_step": ("- Stop when the dog lags behind or pants hard.", "- Stop " + "and look " * 20, "- Stop and look", "a step has at most"),
    "no_caveat": ("caveat: >-\n  Not for puppies, short-nosed breeds or sick dogs; ask your vet.\n", "", "topic:", "'caveat' is missing"),
    "no_sources": ("sources:\n  - {article: A, section: How Running Affects the Body}\n", "", "topic:", "every answer shows where it comes from"),
    "no_such_article": ("article: A", "article: Z", "- {article: Z", "article 'Z' is not one of"),
    "no_such_record": ("evidence: []", "evidence: [E999]", "evidence:", "no evidence record 'E999'"),
    "too_strong": ("grade: practice", "grade: strong", "grade:", "needs an evidence record of status V"),
    "no_such_field": ("run_days: {below: 3}", "shoe_size: {below: 3}", "- when: {shoe_size", "no profile field 'shoe_size'"),
    "no_such_value": ("when: {run_days: {below: 3}}", "when: {goal: fame}", "- when: {goal", "not one of"),
    "impossible_value": ("when: {run_days: {below: 3}}", "when: {run_days: 9}", "- when: {run_days: 9", "outside 0 to 7"),
    "bad_test": ("{below: 3}", "{under: 3}", "- when: {run_days: {under", "tested with at_least, below and has"),
    "no_number": ("when: {run_days: {below: 3}}", "when: {goal: {below: 3}}", "- when: {goal", "is no number"),
    "no_such_formula": ("Because you run {run_days} days a week, the", "You need {dog_food}, the", "You need {dog_food}", "no formula or field '{dog_food}'"),
    "typed_number": ("the dog can come along on each of them.", "take 20 grams with you.", "take 20 grams", "use a formula"),
    "long_say": ("the dog can come along on each of them.", "the dog can come along " * 9, "the dog can come along", "at most 190"),
    "formula_in_answer": ("Let it set the pace at first.", "Eat {protein_day}.", "answer:", "belongs in a tailored sentence"),
    "no_protected": ("protected:\n  answer: >-\n    Yes, a grown and healthy dog can share easy runs. Let it set the pace, and keep outings short at first.\n  do:\n    - Start with ten easy minutes on soft ground.\n", "", "answer:", "add 'protected'"),
    "target_for_protected": ("easy runs. Let it set", "easy runs of [[5 km]]. Let it set", "protected:", "may hold no food, weight"),
    "protected_without_steps": ("  do:\n    - Start with ten easy minutes on soft ground.\n", "", "protected:", "its own 'do' steps"),
    "otherwise_without_steps": ("protected:\n", "otherwise:\n  - when: {run_days: 9}\n    answer: Let it rest.\nprotected:\n", "- when: {run_days: 9", "do holds 1 to 3 steps"),
    "otherwise_for_nobody": ("protected:\n", "otherwise:\n  - when: {shoe_size: 9}\n    answer: Let it rest.\n    do: [Walk.]\nprotected:\n", "- when: {shoe_size: 9", "no profile field 'shoe_size'"),
    "bad_macro": ("[[3-5 km]]", "[[3-5 furlongs]]", "answer:", "cannot be converted"),
    "same_advice": ("profile: [run_days]", "profile: [run_days, goal]", "profile:", "'goal' must change the advice"),
    "asks_elsewhere": ("asks: [run_days]", "asks: [goal]", "asks:", "only fields of 'profile'"),
    "no_such_follow_up": ("[how_much_running, rest_days]", "[how_much_running, rest_days, cat_running]", "follow_ups:", "'cat_running' is not another topic"),
    "one_follow_up": ("[how_much_running, rest_days]", "[how_much_running]", "follow_ups:", "at least two follow-ups"),
    "no_such_claim": ("carries: []", "carries: [Z99]", "claims:", "no claim 'Z99'"),
    "few_phrasings": ("".join(f"  - {p!r}\n" for p in PHRASINGS[3:]), "", "phrasings:", "distinct phrasings; at least 25"),
    "swapped_word": (f"- {PHRASINGS[5]!r}", "- how far can a poodle go at an easy pace", "poodle", "one word swapped is no new phrasing"),
    "same_order": (f"- {PHRASINGS[5]!r}", "- running my dog can I take", "- running my dog can", "one word swapped"),
    "borrowed_phrasing": (f"- {PHRASINGS[5]!r}", "- how much protein do I need", "- how much protein do I need", "stands in 'protein_target' too"),
    "not_yaml": ("kind: coaching", "kind: [coaching", "group: running", "is not valid YAML"),
    "wrong_shape": ("evidence: []", "evidence: E01", "topic:", "wrong shape"),
    "misnamed": ("topic: misnamed", "topic: dog_jogging", "topic:", "must be named like its file"),
    "cut_off": ("[how_much_running, rest_days]", "[]", "topic:", "is cut off from the other topics"),
}  # fmt: skip


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Problem]]:
    """One directory with the good entry and one broken copy for each mistake, checked once."""
    directory = tmp_path_factory.mktemp("own")
    write_entry(directory, "a_dog_running")
    for name, (good, bad, _, _) in MISTAKES.items():
        whole = entry_text(name)
        assert good in whole, name
        (directory / f"{name}.yml").write_text(whole.replace(good, bad, 1), encoding="utf-8")
    (directory / "not_text.yml").write_bytes(b"topic: caf\xe9\n")
    (directory / "no_mapping.yml").write_text("- a list\n", encoding="utf-8")
    return directory, check(directory)


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_file_and_line(found: tuple[Path, list[Problem]], name: str) -> None:
    directory, problems = found
    _, _, line_text, message = MISTAKES[name]
    path = directory / f"{name}.yml"
    here = [p for p in problems if p.file == str(path)]
    hits = [p for p in here if message in p.message]
    assert hits, [str(p) for p in here]
    lines = path.read_text(encoding="utf-8").splitlines()
    assert any(line_text in "\n".join(lines[p.line - 1 : p.line + 1]) for p in hits), [str(p) for p in hits]
    assert str(hits[0]).startswith(f"{path}:{hits[0].line}: ")


@pytest.mark.parametrize(("name", "message"), [("not_text", "not saved as UTF-8"), ("no_mapping", "must be a mapping")])
def test_a_file_that_is_no_entry_is_named(found: tuple[Path, list[Problem]], name: str, message: str) -> None:
    assert any(name in p.file and message in p.message for p in found[1])


def test_the_good_entry_and_the_built_in_ones_pass(found: tuple[Path, list[Problem]]) -> None:
    assert [p for p in found[1] if "a_dog_running" in p.file or p.file.startswith("knowledge/")] == []


def test_a_broken_entry_of_the_coachs_own_stops_the_start(found: tuple[Path, list[Problem]]) -> None:
    directory, problems = found
    with pytest.raises(KnowledgeError) as error:
        load_checked(directory)
    assert set(error.value.problems) == {p for p in problems if not p.file.startswith("knowledge/")}


def test_a_good_entry_of_the_coachs_own_is_served_without_touching_the_built_in_ones(tmp_path: Path) -> None:
    write_entry(tmp_path)
    assert "dog_running" in load_checked(tmp_path).entries


def test_problems_are_sorted_by_file_and_line(found: tuple[Path, list[Problem]]) -> None:
    assert found[1] == sorted(found[1])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("how much protein do I need", "How much protein do I need?", True),
        ("how much protein do I need", "how much carbs do I need", True),
        ("how much protein do I need", "how much protein do I really need", True),
        ("do I need protein how much", "how much protein do I need", True),
        ("how much protein do I need", "is 100 g of protein enough", False),
        ("sleep", "rest", False),
        ("too little sleep", "too much sleep", False),
    ],
)
def test_near_duplicates(one: str, other: str, same: bool) -> None:
    assert near(normal(one), normal(other)) is same
    assert near(normal(other), normal(one)) is same


def test_reading_grade_tells_plain_words_from_hard_ones() -> None:
    assert reading_grade("Eat well. Sleep well. Run slow.") < 4
    assert reading_grade("Physiological adaptation necessitates comprehensive nutritional periodisation methodologies.") > 12


def test_probes_are_possible_values() -> None:
    from knowledge.fields import catalogue
    from knowledge.load import load

    for name in {name for entry in load().entries.values() for name in entry.profile}:
        low, high = probe_values(name)
        assert catalogue()[name].canonical(low) != catalogue()[name].canonical(high)
