"""The pages: what they show, what search engines read, what they may load, and that no text becomes markup."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings, SettingsError, read_settings
from bot.site.pages import Page, Site, script_json
from knowledge.entry import GRADES, VERDICTS, Entry, text
from knowledge.load import Knowledge

NASTY = "</script><script>alert('x')</script><img src=x onerror=alert(1)>\"'&{{7*7}}"
VOID = {"meta", "link", "input", "br", "img", "hr"}


def settings(**changed: Any) -> Settings:
    return replace(Settings(Path(".coach"), "sqlite://", public_url="https://coach.example.org"), **changed)


@pytest.fixture(scope="module")
def site(knowledge: Knowledge) -> Site:
    return Site(settings(), knowledge)


class Outline(HTMLParser):
    """Reads a page strictly: every element closed in order; collects what tests ask for."""

    def __init__(self, content: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.data: list[str] = []
        self.feed(content)
        self.close()
        assert self.open == [], f"not closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            self.data.append(data)
        elif self.open and self.open[-1] != "style":
            self.words.append(data)

    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def attribute(self, tag: str, wanted: str, /, **where: str) -> list[str]:
        return [a[wanted] or "" for t, a in self.tags if t == tag and wanted in a and all(a.get(k) == v for k, v in where.items())]

    def linked_data(self) -> dict[str, Any]:
        (found,) = [d for d in self.data if d.strip()]
        loaded: dict[str, Any] = json.loads(found)
        return loaded


def outline(page: Page) -> Outline:
    return Outline(page.body.decode())


def html_pages(site: Site) -> dict[str, Page]:
    return {path: page for path, page in site.pages.items() if page.content_type.startswith("text/html")}


def test_every_entry_has_a_page_with_all_that_it_says(site: Site, knowledge: Knowledge) -> None:
    for topic, entry in knowledge.entries.items():
        page = outline(site.pages[f"/faq/{topic}"])
        shown = page.text()
        if entry.is_safety:
            continue
        assert page.attribute("link", "href", rel="canonical") == [f"https://coach.example.org/faq/{topic}"]
        for part in (entry.question, entry.answer, entry.why, entry.caveat, *entry.do):
            assert " ".join(text(part, {}).split()) in shown, (topic, part)
        assert VERDICTS[entry.verdict or ""] in shown
        assert GRADES[entry.grade or ""].capitalize() in shown
        links = page.attribute("a", "href")
        for key in entry.evidence:
            record = knowledge.evidence[key]
            assert all((f"https://doi.org/{doi}" in links) == record.shown for doi in record.dois), (topic, key)
        for follow in entry.follow_ups:
            assert f"/faq/{follow.topic}" in links
        assert [t for t, _ in page.tags].count("h1") == 1


def test_every_internal_link_leads_somewhere(site: Site) -> None:
    for path, page in html_pages(site).items():
        read = outline(page)
        ids = {a["id"] for _, a in read.tags if "id" in a}
        for link in read.attribute("a", "href"):
            if link.startswith("#"):
                assert link[1:] in ids, (path, link)
            elif link.startswith("/"):
                assert link.partition("#")[0] in site.pages, (path, link)


def test_help_pages_name_the_help_and_have_no_chat(knowledge: Knowledge) -> None:
    site = Site(settings(region="uk"), knowledge)
    for topic in knowledge.safety_topics:
        page = outline(site.pages[f"/faq/{topic}"])
        assert "999" in page.text()
        assert page.attribute("script", "src") == []
        assert "QAPage" not in page.data[0]
        assert not any("data-coach-topic" in a for _, a in page.tags)
    assert "116 123" in outline(site.pages["/faq/crisis"]).text()
    assert f"/faq/{knowledge.safety_topics[0]}" in outline(site.pages["/faq"]).attribute("a", "href")


def test_no_page_shows_an_unfilled_place(site: Site) -> None:
    for path, page in html_pages(site).items():
        shown = outline(page).text()
        assert not re.search(r"\[\[|\]\]|\{[a-z_]+\}|\bNone\b|Undefined", shown), path


# --- what search engines read


def _valid_question(question: dict[str, Any], shown: str) -> None:
    assert question["@type"] == "Question"
    assert question["name"]
    answer = question["acceptedAnswer"]
    assert answer["@type"] == "Answer"
    assert answer["url"].startswith("https://coach.example.org/faq/")
    for sentence in re.split(r"(?<=[.!?])\s", answer["text"])[1:]:
        assert sentence.rstrip(".") in shown, sentence  # search engines ask that the text is on the page


def test_structured_data_of_a_topic(site: Site, knowledge: Knowledge) -> None:
    for topic, entry in knowledge.entries.items():
        page = outline(site.pages[f"/faq/{topic}"])
        data = page.linked_data()
        assert data["@context"] == "https://schema.org"
        if entry.is_safety:
            assert data["@type"] == "WebPage"
            continue
        assert data["@type"] == "QAPage"
        question = data["mainEntity"]
        _valid_question(question, page.text())
        assert question["answerCount"] == 1
        assert question["author"]["name"] == question["acceptedAnswer"]["author"]["name"] == "Hybrid Coach"
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", question["datePublished"])


def test_structured_data_of_the_list(site: Site, knowledge: Knowledge) -> None:
    page = outline(site.pages["/faq"])
    data = page.linked_data()
    assert data["@type"] == "FAQPage"
    assert len(data["mainEntity"]) == sum(not e.is_safety for e in knowledge.entries.values())
    shown = page.text()
    for question in data["mainEntity"]:
        _valid_question(question, shown)


def test_titles_and_descriptions(site: Site) -> None:
    titles = []
    for path, page in html_pages(site).items():
        read = outline(page)
        described = read.attribute("meta", "content", name="description")
        assert len(described) == 1, path
        assert 40 < len(described[0]) <= 161, (path, described)
        assert read.attribute("meta", "content", property="og:url") == [site.absolute(path)]
        assert read.attribute("meta", "content", property="og:title")[0]
        titles.append(re.search("<title>(.*?)</title>", page.body.decode())[1])  # type: ignore[index]
    assert len(set(titles)) == len(titles)


def test_sitemap_and_robots(site: Site, knowledge: Knowledge) -> None:
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    tree = ET.fromstring(site.pages["/sitemap.xml"].body)
    places = {loc.text for loc in tree.iter(f"{space}loc")}
    assert places == {site.absolute(p) for p in html_pages(site)}
    assert "Sitemap: https://coach.example.org/sitemap.xml" in site.pages["/robots.txt"].body.decode()


def test_a_site_below_a_path(knowledge: Knowledge) -> None:
    site = Site(settings(public_url="https://club.example.org/coach"), knowledge)
    page = outline(site.pages["/faq/sleep"])
    assert page.attribute("link", "href", rel="canonical") == ["https://club.example.org/coach/faq/sleep"]
    assert page.attribute("script", "src") == ["/coach/widget.js"]
    assert all(link.startswith(("/coach/", "https://", "#")) for link in page.attribute("a", "href"))


# --- what a page loads


def test_pages_load_nothing_from_elsewhere_and_are_light(site: Site) -> None:
    for path, page in html_pages(site).items():
        read = outline(page)
        loaded = (
            read.attribute("script", "src")
            + read.attribute("img", "src")
            + read.attribute("iframe", "src")
            + [h for t, a in read.tags if t == "link" and a.get("rel") != "canonical" for h in [a["href"] or ""]]
        )
        assert all(src == "/widget.js" or src.startswith("data:") for src in loaded), path
        assert not any("style" in a or any(name.startswith("on") for name in a) for _, a in read.tags), path
        assert len(page.packed) < (25_000 if path == "/faq" else 8_000), (path, len(page.packed))
    assert len((Path(__file__).parents[3] / "bot/site/static/site.css").read_bytes()) < 10_000


def test_the_widget_is_small(site: Site) -> None:
    assert len(site.pages["/widget.js"].packed) < 15_000
    assert b'"{house}"' not in site.pages["/widget.js"].body


def test_the_policy_allows_exactly_our_style(site: Site) -> None:
    style = re.search("<style>(.*?)</style>", site.pages["/faq/sleep"].body.decode(), re.DOTALL)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}';" in site.content_policy
    assert "unsafe" not in site.content_policy


# --- text stays text


def nasty_entry(entry: Entry) -> Entry:
    return replace(
        entry,
        question=NASTY,
        title=NASTY,
        answer=NASTY.replace("{{7*7}}", ""),
        why=NASTY.replace("{{7*7}}", ""),
        do=(NASTY.replace("{{7*7}}", ""),),
        caveat="<b>",
        protected_answer="<i>",
    )


def test_markup_in_entries_and_names_is_shown_not_run(knowledge: Knowledge) -> None:
    entries = {**knowledge.entries, "sleep": nasty_entry(knowledge.entries["sleep"])}
    site = Site(settings(name=NASTY, contact=NASTY), replace(knowledge, entries=entries))
    for path, page in html_pages(site).items():
        body = page.body.decode()
        assert "<script>alert" not in body, path
        assert "<img src=x" not in body, path
        assert [t for t, _ in outline(page).tags].count("script") <= 2
        assert path == "/privacy" or outline(page).linked_data()["@context"] == "https://schema.org"
    assert "&lt;script&gt;alert" in site.pages["/faq/sleep"].body.decode()
    assert "<script>alert" not in site.widget()
    found = site.find(NASTY, {"decision": "out_of_scope", "id": "out_of_scope"})
    assert "<script>alert" not in site.results(found).body.decode()
    assert outline(site.results(found)).attribute("input", "value") == [NASTY]


def test_script_json_cannot_end_a_script() -> None:
    value = {"a": "</script><!--\u2028&"}
    raw = script_json(value)
    assert not set("<>&\u2028") & set(raw)
    assert json.loads(raw) == value


@pytest.mark.parametrize("contact", ["javascript:alert(1)", "data:text/html,x", 'https://x.example/"onclick=1', "call Ann"])
def test_only_web_and_mail_addresses_become_links(knowledge: Knowledge, contact: str) -> None:
    page = outline(Site(settings(contact=contact), knowledge).pages["/privacy"])
    assert contact in page.text()
    assert not [h for h in page.attribute("a", "href") if h.startswith(("javascript", "data", "https://x.example"))]


def test_contact_links(knowledge: Knowledge) -> None:
    assert "mailto:ann@club.example.org" in outline(Site(settings(contact="ann@club.example.org"), knowledge).pages["/privacy"]).attribute("a", "href")
    assert "https://club.example.org/ann" in outline(Site(settings(contact="https://club.example.org/ann"), knowledge).pages["/privacy"]).attribute("a", "href")


def test_telegram_deep_link(knowledge: Knowledge) -> None:
    assert "https://t.me/my_coach_bot?start=faq_sleep" in outline(Site(settings(telegram_name="my_coach_bot"), knowledge).pages["/faq/sleep"]).attribute("a", "href")
    assert read_settings({"COACH_TELEGRAM_NAME": "@my_coach_bot"}).telegram_name == "my_coach_bot"
    with pytest.raises(SettingsError, match="COACH_TELEGRAM_NAME"):
        read_settings({"COACH_TELEGRAM_NAME": "https://t.me/x"})


# --- on the server


def test_headers_and_caching(coach: Any) -> None:
    page = coach.call("/faq/sleep")
    assert page.status == 200
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Referrer-Policy"]
    again = coach.call("/faq/sleep", headers={"If-None-Match": page.headers["ETag"]})
    assert again.status == 304
    assert again.body == b""
    assert coach.call("/faq/carbs", headers={"If-None-Match": page.headers["ETag"]}).status == 200
    packed = coach.call("/faq/sleep", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == page.body
    assert packed.headers["ETag"] != page.headers["ETag"]
    head = coach.call("/faq/sleep", method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert coach.call("/widget.js").headers["Content-Type"].startswith("text/javascript")


def test_addresses_without_a_page(coach: Any) -> None:
    for path in ("/faq/nothing", "/faq/..%2f..%2fetc%2fpasswd", "/faq/%3Cscript%3Ealert(1)%3C/script%3E", "/faq/sleep%00"):
        missing = coach.call(path)
        assert missing.status == 404
        assert "<script>alert" not in missing.text
        assert "noindex" in missing.text or "error" in missing.text


def test_all_pages_answer(coach: Any) -> None:
    for path in ("/", "/faq", "/faq/", "/faq/sleep/", "/privacy", "/widget.js", "/sitemap.xml", "/robots.txt", "/openapi.yml"):
        assert coach.call(path).status == 200, path
    assert f'href="{coach.url}/faq"' in coach.call("/faq").text  # without COACH_PUBLIC_URL: where the server listens
    assert "evil.example" not in coach.call("/faq", headers={"Host": "evil.example"}).text


def test_search(coach: Any) -> None:
    page = Outline(coach.call("/faq?q=how+much+protein+do+i+need").text)
    assert "This answers it" in page.text()
    assert page.attribute("main", "id") == ["main"]
    assert next(h for h in page.attribute("a", "href") if h.startswith("/faq/")) == "/faq/protein_target"
    assert "Did you mean one of these?" in coach.call("/faq?q=protein").text
    assert "There is no page about that" in coach.call("/faq?q=xyzzy").text
    words = coach.call("/faq?q=sleep+muscle").text
    assert "Pages with these words" in words
    assert "/faq/sleep" in words
    assert "noindex" in words
    nasty = coach.call("/faq?q=%3C%2Ftitle%3E%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in nasty.text
    assert coach.call("/faq?q=" + "a" * 5000).status == 200
    assert coach.call("/faq?q=a&q=b").status == 200


def test_a_search_in_need_shows_help_first(serve: Any) -> None:
    site = serve(region="us")
    found = site.call("/faq?q=suicidal").text
    assert found.index("If you are in crisis") < found.index('id="q"')
    assert "988" in found
    assert "911" in found


def test_searches_are_limited(serve: Any) -> None:
    site = serve(chat_rate=2)
    got = [site.call("/faq?q=protein").status for _ in range(5)]
    assert got == [200] * 4 + [429]
    assert site.call("/faq").status == 200
