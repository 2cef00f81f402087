"""Every page of the site, rendered once from the knowledge base. No server, no clock, no network."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from actions import guidance
from bot.settings import Settings
from knowledge.entry import ARTICLES, GRADES, VERDICTS, Entry, text
from knowledge.fields import catalogue
from knowledge.load import Knowledge, Region
from knowledge.texts import sentence
from nlu.text import MAX_CHARACTERS

ROOM = Path(__file__).parent
DEFAULT_ADDRESS = "http://127.0.0.1:5005"
EXAMPLES = ("running_kills_gains", "protein_target", "how_much_running")  # the first questions offered to a newcomer
GROUPS = {
    "myths_and_mechanisms": "Myths, and how it works",
    "running": "Running",
    "combining": "Running and lifting together",
    "lifting": "Lifting",
    "nutrition": "Food and drink",
    "recovery": "Sleep and recovery",
    "benefits": "What you gain",
    "safety": "Help pages",
}
GRADE_MEANING = {
    "strong": "large reviews of many studies agree",
    "moderate": "several trials or reviews point this way, with open questions left",
    "limited": "few or small studies so far, so it may change",
    "practice": "what coaches find works, with little research behind it yet",
}
_DESCRIPTION_LIMIT = 160
_MAX_WORD_HITS = 5
_SMALL_WORDS = frozenset(
    "a an and are as at be by can do does for from how i if in is it me my not of on or should so that the this to was what when why will with you your".split()
)
_HREF = re.compile(r"https?://[^\s<>\"]+|mailto:[^\s<>\"]+", re.IGNORECASE)


@dataclass(frozen=True)
class Page:
    """What a request gets: the bytes as they are and compressed, with a tag that changes with them."""

    body: bytes
    content_type: str
    etag: str
    packed: bytes

    @classmethod
    def of(cls, content: str, content_type: str) -> Page:
        """A page of a text."""
        body = content.encode()
        return cls(body, content_type, hashlib.sha256(body).hexdigest()[:20], gzip.compress(body, 9, mtime=0))


@dataclass(frozen=True)
class Found:
    """What a search brought: help first, then the fitting topics, then the near ones."""

    query: str
    help: Mapping[str, Any] | None
    fitting: tuple[Entry, ...]
    near: tuple[Entry, ...]


class Site:
    """The pages of one coach.

    `address` is where people reach them (canonical links). `coach_url` is the server that the chat and the search of
    exported pages talk to; pages that the server itself sends leave it empty and are `live`.
    """

    def __init__(self, settings: Settings, knowledge: Knowledge, *, address: str | None = None, live: bool = True, coach_url: str | None = None) -> None:
        self.settings, self.knowledge = settings, knowledge
        self.region: Region = knowledge.regions[settings.region]
        self.address = (address or settings.public_url or DEFAULT_ADDRESS).rstrip("/")
        self.base = urlsplit(self.address).path.rstrip("/")
        self.live, self.coach_url = live, (coach_url or "").rstrip("/")
        self._style = (ROOM / "static" / "site.css").read_text(encoding="utf-8")
        self._jinja = Environment(loader=FileSystemLoader(ROOM / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
        self._jinja.globals.update(
            site=self, settings=settings, region=self.region, grades=GRADES, verdicts=VERDICTS, grade_meaning=GRADE_MEANING,
            style=Markup(self._style), href=_href, chat=bool(live or self.coach_url), search=bool(live or self.coach_url),
        )  # fmt: skip

    # --- addresses

    def url(self, path: str) -> str:
        """A link to a page of this site."""
        return self.base + path

    def absolute(self, path: str) -> str:
        """The canonical address of a page."""
        return self.address + path

    @property
    def search_url(self) -> str:
        """Where the search form goes: to the server, since it needs the model."""
        return f"{self.coach_url}/faq" if self.coach_url else self.url("/faq")

    def telegram(self, topic: str) -> str | None:
        """A link that opens the topic in Telegram, when the bot's name is known."""
        name = self.settings.telegram_name
        return f"https://t.me/{name}?start=faq_{topic}" if name and re.fullmatch(r"[A-Za-z0-9_-]{1,60}", topic) else None

    # --- what the browser may load

    @cached_property
    def content_policy(self) -> str:
        """The Content-Security-Policy of the pages: our one style by its hash, our widget, nothing else."""
        digest = base64.b64encode(hashlib.sha256(self._style.encode()).digest()).decode()
        coach = " {0.scheme}://{0.netloc}".format(urlsplit(self.coach_url)) if self.coach_url else ""
        return (
            f"default-src 'none'; style-src 'sha256-{digest}'; script-src 'self'; connect-src 'self'{coach}; img-src 'self' data:{coach}; "
            f"form-action 'self'{coach}; base-uri 'none'"
        )

    # --- pages

    @cached_property
    def pages(self) -> dict[str, Page]:
        """Every page by its path."""
        pages = {"/": self._home(), "/faq": self._list(), "/privacy": self._privacy(), "/widget.js": Page.of(self.widget(), "text/javascript; charset=utf-8")}
        pages |= {f"/faq/{topic}": self._topic(entry) for topic, entry in self.knowledge.entries.items()}
        pages["/sitemap.xml"] = Page.of(self._sitemap(), "application/xml; charset=utf-8")
        pages["/robots.txt"] = Page.of(self._robots(), "text/plain; charset=utf-8")
        pages["/openapi.yml"] = Page.of((ROOM / "openapi.yml").read_text(encoding="utf-8"), "application/yaml; charset=utf-8")
        return pages

    def missing(self) -> Page:
        """The page for an address that leads nowhere."""
        return self._page("missing.html", path="", title="Page not found", description="", indexed=False, entries=self._examples())

    def results(self, found: Found) -> Page:
        """The page for a search."""
        return self._page(
            "search.html", path="/faq", title="Search", description="", indexed=False, found=found, examples=self._examples(), with_widget=found.help is None
        )

    def widget(self) -> str:
        """The embed script with this coach's name, greeting and first questions in it."""
        house = {
            "name": self.settings.name,
            "greeting": sentence("greet", coach="{coach}"),  # the embedding page may name its coach
            "program": sentence("are_you_a_bot"),
            "privacy": self.url("/privacy"),
            "emergency": self.region.emergency,
            "limit": MAX_CHARACTERS,
            "questions": [{"title": e.question, "topic": e.topic} for e in self._examples()],
        }
        source = (ROOM / "static" / "widget.js").read_text(encoding="utf-8")
        return source.replace('"{house}"', script_json(house), 1)

    def find(self, query: str, parse: Mapping[str, Any]) -> Found:
        """Make results of what the pipeline understood of a search, and of the words in titles and questions."""
        entries = self.knowledge.entries
        decision = parse["decision"]
        if decision == "safety" and parse["id"] in entries:
            entry = entries[parse["id"]]
            return Found(query, self._help(entry, str(parse.get("trigger") or "")), (entry,), ())
        ids: list[str] = []
        if decision == "answer":
            ids = list(parse.get("ids") or [parse["id"]])
        elif decision == "clarify":
            ids = list(parse.get("offers") or [parse["id"]])
        elif parse["id"] in entries:
            ids = [parse["id"]]
        fitting = [entries[i] for i in dict.fromkeys(ids) if i in entries]
        wanted = _words(query)
        scored = [(len(wanted & _words(f"{e.title} {e.question}")), e) for e in entries.values() if e not in fitting]
        near = [e for hits, e in sorted(scored, key=lambda s: -s[0]) if hits]
        return Found(query, None, tuple(fitting), tuple(near[:_MAX_WORD_HITS]))

    def _page(self, template: str, *, path: str, title: str, description: str, indexed: bool = True, data: Mapping[str, Any] | None = None, **more: Any) -> Page:
        content = self._jinja.get_template(template).render(
            path=path,
            title=title,
            description=_shortened(description),
            indexed=indexed,
            data=Markup(script_json(data)) if data else "",
            policy="" if self.live else self.content_policy,
            kind="article" if path.startswith("/faq/") else "website",
            **{"with_widget": True, **more},
        )
        return Page.of(content, "text/html; charset=utf-8")

    def _examples(self) -> list[Entry]:
        entries = self.knowledge.entries
        chosen = [entries[t] for t in EXAMPLES if t in entries]
        return chosen or [e for e in entries.values() if not e.is_safety][:3]

    def _home(self) -> Page:
        organisation = {"@type": "Organization", "name": self.settings.name, "url": self.absolute("/")}
        return self._page(
            "home.html", path="/", title=f"{self.settings.name}: running and lifting, answered with evidence",
            description="Questions about running and lifting together, answered by people, with the strength of the evidence shown.",
            data={"@context": "https://schema.org", "@type": "WebSite", "name": self.settings.name, "url": self.absolute("/"), "publisher": organisation},
            examples=self._examples(), count=len([e for e in self.knowledge.entries.values() if not e.is_safety]),
        )  # fmt: skip

    def _list(self) -> Page:
        by_group: dict[str, list[Entry]] = {key: [] for key in GROUPS}
        for entry in self.knowledge.entries.values():
            by_group.setdefault(entry.group, []).append(entry)
        groups = [(key, GROUPS.get(key, key.replace("_", " ").capitalize()), found) for key, found in by_group.items() if found]
        questions = [self._question(e, short=True) for _, _, found in groups for e in found if not e.is_safety]
        return self._page(
            "faq.html", path="/faq", title="Questions about running and lifting",
            description="Every question the coach answers, with verdict and strength of evidence: running, lifting, food, sleep and recovery.",
            data={"@context": "https://schema.org", "@type": "FAQPage", "url": self.absolute("/faq"), "mainEntity": questions},
            groups=groups, say=_say,
        )  # fmt: skip

    def _topic(self, entry: Entry) -> Page:
        path = f"/faq/{entry.topic}"
        if entry.is_safety:
            help_text = self._help(entry, "")
            return self._page(
                "help.html", path=path, title=entry.title, description=help_text["answer"], entry=entry, help=help_text, evidence=self._evidence(entry),
                with_widget=False,
                data={"@context": "https://schema.org", "@type": "WebPage", "name": entry.title, "url": self.absolute(path), "dateModified": entry.reviewed},
            )  # fmt: skip
        related = list(dict.fromkeys(f.topic for f in entry.follow_ups))
        return self._page(
            "topic.html", path=path, title=entry.question, description=_say(entry.answer), entry=entry, say=_say,
            evidence=self._evidence(entry), articles=_articles(entry),
            related=[self.knowledge.entries[t] for t in related if t in self.knowledge.entries],
            depends_on=[catalogue()[name].label for name in entry.profile if name != "units" and name in catalogue()],
            data={
                "@context": "https://schema.org", "@type": "QAPage", "url": self.absolute(path), "name": entry.question, "dateModified": entry.reviewed,
                "mainEntity": self._question(entry),
            },
        )  # fmt: skip

    def _privacy(self) -> Page:
        return self._page(
            "privacy.html", path="/privacy", title="Privacy", description="What the coach keeps, for how long, and how to see or delete it.", short=sentence("privacy")
        )

    def _question(self, entry: Entry, *, short: bool = False) -> dict[str, Any]:
        """The question with its answer as schema.org names them: the text that the page shows."""
        verdict = f"{VERDICTS[entry.verdict]}. " if entry.verdict in VERDICTS and entry.verdict != "how_to" else ""
        said = verdict + _say(entry.answer)
        if not short:
            said = " ".join(filter(None, (said, _say(entry.why), *(_say(step) for step in entry.do))))
        author = {"@type": "Organization", "name": self.settings.name, "url": self.absolute("/")}
        answer = {"@type": "Answer", "text": said, "url": self.absolute(f"/faq/{entry.topic}")}
        if short:
            return {"@type": "Question", "name": entry.question, "acceptedAnswer": answer}
        return {
            "@type": "Question", "name": entry.question, "text": entry.question, "answerCount": 1, "author": author, "datePublished": entry.reviewed,
            "acceptedAnswer": {**answer, "author": author, "datePublished": entry.reviewed, "upvoteCount": 0},
        }  # fmt: skip

    def _help(self, entry: Entry, trigger: str) -> dict[str, Any]:
        reply = guidance.referral(entry, trigger, self.region, self.settings.contact)
        return {
            "topic": entry.topic,
            "title": entry.title,
            "answer": " ".join(b.text for b in reply.blocks if b.kind != "list"),
            "steps": [item for b in reply.blocks for item in b.items],
        }

    def _evidence(self, entry: Entry) -> list[dict[str, Any]]:
        return [
            {
                "finding": r.finding + (" (as reported by a secondary source)" if r.status == "V2" else ""),
                "citation": r.citation,
                "grade": GRADES[r.grade],
                "dois": r.dois,
                "caveat": r.caveat,
            }
            for r in guidance.shown_evidence(entry, self.knowledge)
        ]

    def _sitemap(self) -> str:
        places: list[tuple[str, str]] = [("/", ""), ("/faq", ""), ("/privacy", "")]
        places += [(f"/faq/{e.topic}", e.reviewed) for e in self.knowledge.entries.values()]
        return self._jinja.get_template("sitemap.xml").render(places=places)

    def _robots(self) -> str:
        closed = "".join(f"Disallow: {self.url(path)}\n" for path in ("/api/", "/files/", "/webhooks/", "/faq?"))
        return f"User-agent: *\n{closed}\nSitemap: {self.absolute('/sitemap.xml')}\n"


def script_json(value: Any) -> str:
    """JSON that is safe inside a script element: no character of it can end the element or start another."""
    raw = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        raw = raw.replace(character, f"\\u{ord(character):04x}")
    return raw


def _say(template: str) -> str:
    return text(template, {}) if template else ""


def _articles(entry: Entry) -> list[str]:
    letters: Iterable[str] = dict.fromkeys(s.article for s in entry.sources)
    return [f"{ARTICLES[letter]}: " + "; ".join(s.section for s in entry.sources if s.article == letter) for letter in letters if letter in ARTICLES]


def _words(query: str) -> set[str]:
    return {w for w in re.findall(r"[a-z0-9]{2,}", query.lower()) if w not in _SMALL_WORDS}


def _shortened(paragraph: str) -> str:
    if len(paragraph) <= _DESCRIPTION_LIMIT:
        return paragraph
    return paragraph[:_DESCRIPTION_LIMIT].rsplit(" ", 1)[0].rstrip(",;:.") + "\N{HORIZONTAL ELLIPSIS}"


def _href(contact: str) -> str:
    """A link for a contact: a web address or an e-mail address; empty for anything else."""
    if _HREF.fullmatch(contact):
        return contact
    return f"mailto:{contact}" if re.fullmatch(r"[^@\s<>\"]+@[^@\s<>\"]+\.[a-zA-Z]{2,}", contact) else ""
