"""How the house is laid out: who may touch whom, nothing at import, no left-overs, no machine's paths."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("bot", "nlu", "actions", "knowledge")
# What each room may import of the others at the top of a file; imports inside a function are exceptions with a reason.
MAY_TOUCH = {"knowledge": set(), "nlu": {"knowledge"}, "actions": {"knowledge", "nlu"}, "bot": {"knowledge", "nlu", "actions"}}
SOURCES = [p for room in ROOMS for p in sorted((ROOT / room).rglob("*.py"))]


def ids(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=ids)
def test_a_room_touches_only_the_rooms_below_it(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names] if isinstance(node, ast.Import) else []
        for name in names:
            other = name.partition(".")[0]
            assert other not in ROOMS or other == room or other in MAY_TOUCH[room], f"{room} imports {name}"


def test_knowledge_and_coaching_know_neither_rasa_nor_a_database() -> None:
    pure = [*(ROOT / "knowledge").rglob("*.py"), ROOT / "actions/guidance.py", ROOT / "actions/reply.py", ROOT / "actions/plain.py", ROOT / "actions/conversation.py"]
    for path in pure:
        assert not re.search(r"^\s*(?:from|import) (?:rasa|rasa_sdk|sqlalchemy|sanic|telegram)\b", path.read_text(encoding="utf-8"), re.MULTILINE), path


# Migrations are Alembic's form; the fact readers are named after the field that they read.
DOCUMENTED = [p for p in SOURCES if "migrations" not in p.parts and not p.name.startswith("facts_")]


@pytest.mark.parametrize("path", DOCUMENTED, ids=ids)
def test_public_functions_and_classes_have_docstrings(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree) or not tree.body, "the module has no docstring"
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            inner = [n for n in node.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
        else:
            inner = []
        for part in [*inner, *([node] if node in tree.body else [])]:
            if isinstance(part, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not part.name.startswith("_"):
                assert ast.get_docstring(part), f"{part.name} (line {part.lineno}) has no docstring"


def tracked() -> list[Path]:
    """The files of the repository that hold text."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]


def test_no_left_overs_and_no_paths_of_one_machine() -> None:
    marks = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "NotImplemented" + "Error", r"(?<![\w./-])/(?:work|farm|root)" + "/")))
    for path in tracked():
        if path.suffix in (".py", ".yml", ".md", ".toml", ".js", ".css", ".html") and path.name not in ("vocab.txt", "uv.lock"):
            found = [n for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if marks.search(line)]
            assert not found, f"{path.relative_to(ROOT)}: lines {found}"


def test_no_file_is_too_large_for_the_repository() -> None:
    assert [ids(p) for p in tracked() if p.stat().st_size > 1_500_000] == []


def test_what_stands_at_the_root() -> None:
    papers = ("README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md")
    for name in (*papers, "config.yml", "domain.yml", "endpoints.yml", "pyproject.toml", "uv.lock", "requirements.txt", ".python-version", ".ci/run"):
        assert (ROOT / name).is_file(), name
    assert (ROOT / ".python-version").read_text().strip() == "3.11"
    assert "Apache License" in (ROOT / "LICENSE").read_text()


def test_requirements_are_the_locked_versions() -> None:
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    locked: dict[str, set[str]] = {}
    for package in lock["package"]:
        locked.setdefault(package["name"], set()).add(package.get("version", ""))
    pinned = dict(re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE))
    assert {"rasa", "tensorflow", "spacy", "sqlalchemy", "python-telegram-bot"} <= set(pinned)
    for name, version in pinned.items():
        assert version in locked[name], f"{name}: run the uv export line of CONTRIBUTING.md"
    wanted = {d["name"] for p in lock["package"] if p["name"] == "hybrid-coach" for d in p["dependencies"]}
    assert wanted <= set(pinned)


def test_importing_does_nothing_that_can_be_seen() -> None:
    names = ["bot.cli", "bot.settings", "bot.tokens", "knowledge.load", "knowledge.check", "actions.conversation", "actions.store"]
    code = "import sys, threading; " + "; ".join(f"import {n}" for n in names) + "; print(threading.active_count(), 'tensorflow' in sys.modules)"
    import sys

    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120)
    assert (done.stdout, done.stderr) == ("1 False\n", "")
