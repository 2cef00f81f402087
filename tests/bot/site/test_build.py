"""The static export: the same pages as files, and nothing of the reader's own files lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import Settings
from bot.site.build import BuildError, build_site, file_name
from knowledge.load import Knowledge

SETTINGS = Settings(Path(".coach"), "sqlite://", public_url="https://club.example.org/coach")


def test_pages_as_files(tmp_path: Path, knowledge: Knowledge) -> None:
    out = tmp_path / "site"
    written = build_site(out, SETTINGS, knowledge)
    assert out / "index.html" in written
    assert out / "faq" / "sleep" / "index.html" in written
    assert len(list((out / "faq").glob("*/index.html"))) == len(knowledge.entries)
    page = (out / "faq" / "sleep" / "index.html").read_text(encoding="utf-8")
    assert '<link rel="canonical" href="https://club.example.org/coach/faq/sleep">' in page
    assert 'http-equiv="Content-Security-Policy"' in page
    assert "widget.js" not in page
    assert "data-coach-topic" not in page
    assert "<form" not in page
    assert not (out / "widget.js").exists()
    assert (out / "404.html").exists()
    assert (out / "sitemap.xml").exists()


def test_with_a_running_coach(tmp_path: Path, knowledge: Knowledge) -> None:
    build_site(tmp_path, SETTINGS, knowledge, coach_url="https://api.example.org/")
    page = (tmp_path / "faq" / "sleep" / "index.html").read_text(encoding="utf-8")
    assert '<script src="/coach/widget.js" defer data-server="https://api.example.org"></script>' in page
    assert "connect-src &#39;self&#39; https://api.example.org" in page
    assert 'action="https://api.example.org/faq"' in (tmp_path / "faq" / "index.html").read_text(encoding="utf-8")
    assert (tmp_path / "widget.js").exists()


def test_a_second_export_removes_what_is_gone_and_only_that(tmp_path: Path, knowledge: Knowledge) -> None:
    build_site(tmp_path, SETTINGS, knowledge, coach_url="https://api.example.org")
    (tmp_path / "CNAME").write_text("club.example.org")
    fewer = Knowledge({t: e for t, e in knowledge.entries.items() if t != "sleep"}, knowledge.evidence, knowledge.regions)
    build_site(tmp_path, SETTINGS, fewer)
    assert not (tmp_path / "faq" / "sleep").exists()
    assert not (tmp_path / "widget.js").exists()
    assert (tmp_path / "faq" / "carbs" / "index.html").exists()
    assert (tmp_path / "CNAME").read_text() == "club.example.org"


def test_two_exports_are_equal(tmp_path: Path, knowledge: Knowledge) -> None:
    first, second = build_site(tmp_path / "a", SETTINGS, knowledge), build_site(tmp_path / "b", SETTINGS, knowledge)
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]


def test_other_peoples_files_are_safe(tmp_path: Path, knowledge: Knowledge) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(BuildError, match="holds other files"):
        build_site(tmp_path, SETTINGS, knowledge)
    with pytest.raises(BuildError, match="is a file"):
        build_site(tmp_path / "thesis.txt", SETTINGS, knowledge)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_marker_cannot_reach_outside(tmp_path: Path, knowledge: Knowledge) -> None:
    (tmp_path / "precious").write_text("mine")
    out = tmp_path / "out"
    out.mkdir()
    (out / ".coach-site").write_text("../precious\n/etc/hostname\n")
    build_site(out, SETTINGS, knowledge)
    assert (tmp_path / "precious").read_text() == "mine"


def test_file_names() -> None:
    assert [file_name(p) for p in ("/", "/faq", "/faq/sleep", "/robots.txt", "/404")] == [
        "index.html",
        "faq/index.html",
        "faq/sleep/index.html",
        "robots.txt",
        "404.html",
    ]
