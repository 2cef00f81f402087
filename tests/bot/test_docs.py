"""The documents say what is true: every setting, every command, every link."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli import make_parser
from bot.settings import read_settings
from knowledge.claims_table import claims_table
from knowledge.load import load
from knowledge.template import TEMPLATE

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


class Recorder(dict[str, str]):
    """An environment that remembers which variables were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def get(self, key: str, default: str | None = None) -> str | None:  # type: ignore[override]
        self.asked.add(key)
        return default


def named(page: str) -> set[str]:
    return set(re.findall(r"^\| `((?:COACH|TELEGRAM)_[A-Z_]+)`", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE))


def test_settings_md_names_every_variable_that_is_read_and_no_other() -> None:
    environment = Recorder()
    read_settings(environment)
    assert len(environment.asked) > 15
    assert named("docs/settings.md") == environment.asked


def test_other_pages_name_only_variables_that_exist() -> None:
    known = named("docs/settings.md") | {"COACH_TEST_CACHE"}
    for page in PAGES:
        used = set(re.findall(r"\b(?:COACH|TELEGRAM)_[A-Z]+(?:_[A-Z]+)*\b", page.read_text(encoding="utf-8")))
        assert used <= known, page.name


def leaves(parser: argparse.ArgumentParser, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], argparse.ArgumentParser]]:
    """Every command with its words."""
    subs = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    if not subs:
        yield words, parser
    for sub in subs:
        for name, child in sub.choices.items():
            yield from leaves(child, (*words, name))


COMMANDS = list(leaves(make_parser()))


@pytest.mark.parametrize(("words", "parser"), COMMANDS, ids=[" ".join(w) for w, _ in COMMANDS])
def test_commands_md_describes_every_command_with_its_options(words: tuple[str, ...], parser: argparse.ArgumentParser) -> None:
    rows = [r for r in (ROOT / "docs/commands.md").read_text(encoding="utf-8").splitlines() if re.match(rf"\| `coach {' '.join(words)}(?: [A-Z]+)*`", r)]
    assert len(rows) == 1, words
    for action in parser._actions:
        for option in action.option_strings:
            if option.startswith("--") and option != "--help":
                assert f"`{option}" in rows[0], f"{words}: {option}"


def test_commands_md_describes_no_command_that_is_not_there() -> None:
    text = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    described = {re.sub(r" [A-Z]+$", "", row) for row in re.findall(r"^\| `coach ([^`]+)`", text, re.MULTILINE)}
    assert described == {" ".join(words) for words, _ in COMMANDS}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_the_readme_begins_with_one_command_and_an_example() -> None:
    screen = (ROOT / "README.md").read_text(encoding="utf-8")[:1400]
    assert "uv run coach chat" in screen
    assert "pip install uv" in screen
    assert "you> " in screen


def test_the_example_of_the_readme_is_what_the_entries_say() -> None:
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    entries = load().entries
    entry = entries["running_kills_gains"]
    assert entry.headline in readme
    assert entry.answer in readme
    for step in entry.do:
        assert step in readme
    assert entries["protein_target"].headline in readme


def test_the_claims_page_is_the_table_of_the_entries() -> None:
    page = (ROOT / "docs/claims.md").read_text(encoding="utf-8")
    assert page == claims_table(load()), "write it anew: uv run python -m knowledge.claims_table"


def test_the_page_on_topics_explains_every_part_of_the_template() -> None:
    text = (ROOT / "docs/adding-a-topic.md").read_text(encoding="utf-8")
    for key in re.findall(r"^([a-z_]+):", TEMPLATE, re.MULTILINE):
        assert re.search(rf"^{key}:", text, re.MULTILINE), key
