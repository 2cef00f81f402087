"""The widget and the pages in a real browser: on a hostile page, by keyboard, offline, on a phone, by the accessibility rules."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import Any

import pytest

pytestmark = pytest.mark.browser

HOSTILE_CSS = """
* { display: inline !important; position: static !important; color: #ff0000 !important; font: 3px/1 fantasy !important; visibility: hidden !important;
    opacity: .1 !important; transform: rotate(180deg) !important; pointer-events: none !important; letter-spacing: 2em !important; text-transform: uppercase !important;
    --paper: red; --ink: red; --brand: red; all: unset; }
html { font-size: 62.5%; } body { zoom: .5; text-align: right; direction: rtl }
button, textarea, aside, section, form { display: none !important; width: 1px !important; }
coach-chat { display: none !important; z-index: -1 !important; left: -9999px !important; width: 9999px !important }
"""
EXPECTED = re.compile("ERR_INTERNET_DISCONNECTED|status of 429")
HOSTILE_JS = """
for (const kind of ["keydown", "keyup", "keypress"]) document.addEventListener(kind, (e) => e.preventDefault());
"""


@dataclass
class Host:
    """Someone's own site, on an origin of its own."""

    url: str
    pages: dict[str, tuple[dict[str, str], str]]


@pytest.fixture
def host() -> Iterator[Host]:
    pages: dict[str, tuple[dict[str, str], str]] = {"/favicon.ico": ({}, "")}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers, content = pages.get(self.path, ({}, ""))
            self.send_response(200 if self.path in pages else 404)
            for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content.encode())

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Host(f"http://127.0.0.1:{server.server_address[1]}", pages)
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture
def site(serve: Any, host: Host) -> Any:
    return serve(allowed_origins=(host.url,), contact="ann@club.example.org", telegram_name="my_coach_bot")


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A fresh page that fails the test on any error in the console."""
    context = browser.new_context(viewport={"width": 1100, "height": 800})
    yield from _page(context)


@pytest.fixture
def phone(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 390, "height": 664}, has_touch=True, is_mobile=True, device_scale_factor=2)
    yield from _page(context)


def _page(context: Any) -> Iterator[Any]:
    page = context.new_page()
    page.set_default_timeout(8000)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" and not EXPECTED.search(message.text) else None)
    yield page
    context.close()
    assert problems == []


def launch(page: Any) -> None:
    page.locator("coach-chat .launch").click()


def say(page: Any, text: str) -> None:
    count = replies(page).count()
    page.locator("coach-chat textarea").fill(text)
    page.keyboard.press("Enter")
    replies(page).nth(count).wait_for()


def replies(page: Any) -> Any:
    return page.locator("coach-chat .it .bubble")


def focused(page: Any) -> str:
    """The text or label of what has the focus inside the widget."""
    found: str = page.evaluate(
        "(() => { const n = document.querySelector('coach-chat').shadowRoot.activeElement; return n ? n.ariaLabel || n.textContent || n.tagName : '' })()"
    )
    return found


def stored(page: Any) -> dict[str, Any]:
    raw = page.evaluate("(() => { const k = Object.keys(localStorage).find(k => k.startsWith('coach-chat')); return k ? localStorage.getItem(k) : null })()")
    kept: dict[str, Any] = json.loads(raw) if raw else {}
    return kept


# --- talking


def test_talking_on_the_demonstration_page(site: Any, page: Any) -> None:
    page.goto(site.url)
    assert page.locator("coach-chat .panel").is_hidden()  # never opens by itself
    launch(page)
    assert focused(page) == "TEXTAREA"
    say(page, "How much protein do I need?")
    answer = replies(page).last.inner_text()
    assert "How to · strong evidence" in answer
    assert "1.6 g per kg" in answer
    page.locator("coach-chat .choices button", has_text="Evidence").click()
    page.locator("coach-chat blockquote a").first.wait_for()
    link = page.locator("coach-chat blockquote a").first
    assert re.match(r"https://doi\.org/10\.", link.get_attribute("href"))
    assert link.get_attribute("rel") == "noopener noreferrer"
    assert page.locator("coach-chat [role=status]").inner_text().startswith("Hybrid Coach: What this rests on")


def test_example_buttons_open_the_widget_on_their_topic(site: Any, page: Any) -> None:
    page.goto(site.url)
    page.locator("[data-coach-topic=protein_target]").click()
    replies(page).nth(1).wait_for()
    assert page.locator("coach-chat .me").inner_text().endswith("How much protein do I need?")
    page.goto(site.url + "/faq/sleep")
    page.get_by_role("button", name="Ask the coach about your case").click()
    replies(page).nth(2).wait_for()
    assert "sleep" in page.locator("coach-chat .me").last.inner_text()


@pytest.mark.parametrize("public_url", [None, "http://0.0.0.0:5005"])  # the second: no public address was set on an open server
def test_pictures_are_shown(serve: Any, page: Any, public_url: str | None) -> None:
    site = serve(public_url=public_url)
    page.goto(site.url)
    launch(page)
    say(page, "picture")
    picture = page.locator("coach-chat img")
    picture.wait_for()
    assert picture.get_attribute("alt") == "Your week as a picture"
    assert picture.evaluate("async (n) => { await n.decode(); return n.naturalWidth }") == 1


def test_text_stays_text(site: Any, page: Any) -> None:
    page.goto(site.url)
    launch(page)
    nasty = "<img src=x onerror=window.bad=1><script>window.bad=1</script>"
    say(page, "echo " + nasty)
    assert nasty in replies(page).last.inner_text()
    assert page.evaluate("window.bad") is None
    assert page.locator("coach-chat blockquote a").count() == 0  # a javascript: link is no link
    assert page.locator("coach-chat .log img, coach-chat .log script").count() == 0


def test_a_conversation_survives_a_reload_and_stays_closed(site: Any, page: Any) -> None:
    page.goto(site.url)
    launch(page)
    say(page, "How much protein do I need?")
    session = stored(page)["session"]
    page.reload()
    assert page.locator("coach-chat .panel").is_hidden()
    launch(page)
    assert "1.6 g per kg" in replies(page).nth(1).inner_text()
    page.locator("coach-chat .choices button", has_text="Why?").click()
    replies(page).nth(2).wait_for()
    assert stored(page)["session"].split(".")[0] == session.split(".")[0]
    assert len({user for user, _ in site.engine.heard}) == 1


def test_deleting_the_chat(site: Any, page: Any) -> None:
    page.goto(site.url)
    launch(page)
    say(page, "hi")
    user = site.engine.heard[0][0]
    page.get_by_role("button", name="Delete this chat").click()
    assert focused(page) == "Delete"
    page.get_by_role("button", name="Keep", exact=True).click()
    assert site.engine.services.store.export(user)["messages"]
    page.get_by_role("button", name="Delete this chat").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.locator("coach-chat .log .note", has_text="deleted").wait_for()
    assert not any(site.engine.services.store.export(user).values())
    assert stored(page) == {}
    assert page.locator("coach-chat .me").count() == 0
    say(page, "hi")
    assert site.engine.heard[-1][0] != user


def test_offline_and_back(site: Any, page: Any) -> None:
    page.goto(site.url)
    launch(page)
    say(page, "hi")
    page.context.set_offline(True)
    page.locator("coach-chat textarea").fill("How much protein do I need?")
    page.keyboard.press("Enter")
    page.locator("coach-chat .failed").wait_for()
    assert "offline" in page.locator("coach-chat .failed").inner_text()
    page.get_by_role("button", name="Try again").click()
    page.locator("coach-chat .failed").wait_for()
    page.context.set_offline(False)  # the browser says that it is online, and the message goes out
    replies(page).nth(2).wait_for()
    assert page.locator("coach-chat .failed").count() == 0
    assert page.locator("coach-chat .me").count() == 2


def test_a_busy_coach_says_so(serve: Any, page: Any) -> None:
    site = serve(chat_rate=1)
    page.goto(site.url)
    launch(page)
    say(page, "hi")
    say(page, "hi")
    page.locator("coach-chat textarea").fill("hi")
    page.keyboard.press("Enter")
    page.locator("coach-chat .failed").wait_for()
    assert "wait" in page.locator("coach-chat .failed").inner_text()


def test_typing_state(site: Any, page: Any) -> None:
    page.goto(site.url)
    launch(page)
    site.engine.slow = 0.6
    page.locator("coach-chat textarea").fill("hi")
    page.keyboard.press("Enter")
    page.locator("coach-chat .dots").wait_for()
    assert page.locator("coach-chat [role=status]").inner_text() == "Hybrid Coach is writing"
    assert page.locator("coach-chat .log").get_attribute("aria-busy") == "true"
    replies(page).nth(1).wait_for()
    assert page.locator("coach-chat .dots").count() == 0


# --- other people's pages


def hostile(site: Any, **attributes: str) -> tuple[dict[str, str], str]:
    policy = (
        f"default-src 'none'; script-src 'self' {site.url}; connect-src {site.url}; img-src {site.url}; style-src 'self'; frame-src 'self'; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )
    data = "".join(f' data-{name}="{value}"' for name, value in attributes.items())
    return (
        {"Content-Security-Policy": policy, "Cross-Origin-Embedder-Policy": "require-corp"},
        f'<!doctype html><html lang="de"><title>Klub</title><link rel="stylesheet" href="/hostile.css"><script src="/hostile.js"></script>'
        f'<h1>Klub</h1><p>Hallo</p><script src="{site.url}/widget.js"{data} defer></script></html>',
    )


def test_a_hostile_page(site: Any, host: Host, page: Any) -> None:
    host.pages["/"] = hostile(site, title="Frag den Coach", coach="Ann", color="#ffe000", position="left")
    host.pages["/hostile.css"] = ({"Content-Type": "text/css"}, HOSTILE_CSS)
    host.pages["/hostile.js"] = ({"Content-Type": "text/javascript"}, HOSTILE_JS)
    page.goto(host.url + "/")
    button = page.locator("coach-chat .launch")
    look = button.evaluate(
        "(n) => { const s = getComputedStyle(n); return [s.fontSize, s.textTransform, s.letterSpacing, s.visibility, s.backgroundColor, s.color, s.direction] }"
    )
    assert look == ["16px", "none", "normal", "visible", "rgb(255, 224, 0)", "rgb(0, 0, 0)", "ltr"]
    box = button.bounding_box()
    assert box["x"] < 40
    assert box["y"] + box["height"] > 740
    assert box["height"] >= 44
    button.click()
    page.keyboard.type("hi", delay=5)  # the page swallows every key it sees
    assert page.locator("coach-chat textarea").input_value() == "hi"
    page.keyboard.press("Enter")
    replies(page).nth(1).wait_for()
    assert "I'm Ann" in replies(page).first.inner_text()
    panel = page.locator("coach-chat .panel").bounding_box()
    assert panel["width"] == 390
    assert panel["y"] >= 0
    say(page, "picture")
    assert page.locator("coach-chat img").evaluate("async (n) => { await n.decode(); return n.naturalWidth }") == 1
    page.keyboard.press("Escape")
    assert page.locator("coach-chat .panel").is_hidden()


def test_in_a_frame_and_without_storage(site: Any, host: Host, page: Any) -> None:
    host.pages["/"] = ({}, '<!doctype html><title>a</title><iframe title="b" sandbox="allow-scripts allow-same-origin" width="380" height="560" src="/inner"></iframe>')
    host.pages["/inner"] = (
        {},
        "<!doctype html><title>b</title><script>Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError') } })</script>"
        f'<script src="{site.url}/widget.js"></script>',
    )
    page.goto(host.url + "/")
    frame = page.frame_locator("iframe")
    frame.locator("coach-chat .launch").click()
    frame.locator("coach-chat textarea").fill("hi")
    frame.locator("coach-chat .send").click()
    frame.locator("coach-chat .bubble").nth(1).wait_for()
    assert frame.locator("coach-chat .panel").bounding_box()["width"] == 380


def test_a_site_that_is_not_allowed(serve: Any, host: Host, browser: Any) -> None:
    site = serve()
    host.pages["/"] = ({}, f'<!doctype html><title>a</title><script src="{site.url}/widget.js"></script><script src="{site.url}/widget.js"></script>')
    page = browser.new_page()
    page.goto(host.url + "/")
    assert page.locator("coach-chat").count() == 1
    launch(page)
    page.locator("coach-chat textarea").fill("hi")
    page.keyboard.press("Enter")
    page.locator("coach-chat .failed").wait_for()
    assert site.engine.heard == []
    page.close()


# --- keyboard, phone, zoom


def test_keyboard_only(site: Any, page: Any) -> None:
    page.goto(site.url + "/faq/sleep")
    for _ in range(60):
        page.keyboard.press("Tab")
        if focused(page) == "Ask the coach":
            break
    else:
        pytest.fail("the chat button cannot be reached by Tab")
    page.keyboard.press("Enter")
    assert focused(page) == "TEXTAREA"
    page.keyboard.type("How much protein do I need?")
    page.keyboard.press("Enter")
    replies(page).nth(1).wait_for()
    page.keyboard.press("Shift+Tab")  # backwards from the text to the newest buttons
    seen = [focused(page)]
    while not seen[-1].startswith("Why?"):
        page.keyboard.press("Shift+Tab")
        seen.append(focused(page))
        assert len(seen) < 12, seen
    page.keyboard.press("Enter")
    replies(page).nth(2).wait_for()
    assert focused(page) == "Why?"  # the focus stays, and the next Tab goes on towards the new answer
    stops = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        stops.add(focused(page))
    assert "" not in stops  # the focus never leaves the open panel
    assert {"Close chat", "Delete this chat", "Send", "TEXTAREA"} <= stops
    page.keyboard.press("Escape")
    assert page.locator("coach-chat .panel").is_hidden()
    assert focused(page) == "Ask the coach"


def test_focus_returns_to_the_button_that_opened(site: Any, page: Any) -> None:
    page.goto(site.url)
    page.get_by_role("button", name="Talk to the coach").focus()
    page.keyboard.press("Enter")
    assert focused(page) == "TEXTAREA"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == "Talk to the coach"


def test_phone(site: Any, phone: Any) -> None:
    phone.goto(site.url + "/faq/sleep")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    launch(phone)
    box = phone.locator("coach-chat .panel").bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 664)
    assert phone.locator("coach-chat .panel").get_attribute("aria-modal") == "true"
    assert focused(phone) == "Close chat"  # not the text field: the keyboard would cover the conversation
    say(phone, "protein")
    for button in phone.locator("coach-chat button:visible").all():
        size = button.bounding_box()
        assert size["height"] >= 44, button.inner_text()
        assert size["width"] >= 44, button.inner_text()
    assert phone.locator("coach-chat .log").evaluate("(n) => n.scrollWidth <= n.clientWidth")


@pytest.mark.parametrize("width", [640, 320])  # 1280 pixels at 200 and 400 per cent
def test_zoom(site: Any, browser: Any, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 400})
    for path in ("/", "/faq", "/faq/protein_target", "/privacy", "/faq/crisis", "/faq?q=protein"):
        page.goto(site.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.goto(site.url)
    launch(page)
    say(page, "How much protein do I need?")
    box = page.locator("coach-chat .panel").bounding_box()
    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["x"] + box["width"] <= width
    assert page.locator("coach-chat .log").bounding_box()["height"] >= 80
    page.close()


def test_reduced_motion(site: Any, browser: Any) -> None:
    page = browser.new_page(reduced_motion="reduce")
    page.goto(site.url)
    launch(page)
    site.engine.slow = 0.5
    page.locator("coach-chat textarea").fill("hi")
    page.keyboard.press("Enter")
    page.locator("coach-chat .dots i").first.wait_for()
    assert page.locator("coach-chat .dots i").first.evaluate("(n) => getComputedStyle(n).animationName") == "none"
    page.close()


def test_without_javascript(site: Any, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url + "/faq")
    page.locator("#q").fill("How much protein do I need?")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="How much protein do I need?").click()
    assert "1.6 g per kg" in page.locator("main").inner_text()
    assert page.get_by_role("button", name="Ask the coach about your case").is_hidden()
    context.close()


def test_printed_pages_leave_the_machinery_out(site: Any, page: Any) -> None:
    page.goto(site.url + "/faq/sleep")
    page.emulate_media(media="print")
    assert page.locator("coach-chat .launch").is_hidden()
    assert page.locator(".ask").is_hidden()
    assert page.locator(".answer").is_visible()


# --- accessibility rules


RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Any) -> list[str]:
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("(rules) => axe.run(document, { runOnly: { type: 'tag', values: rules }, resultTypes: ['violations'] })", RULES)
    return [f"{v['id']}: {v['help']} at {[n['target'] for n in v['nodes']][:3]}" for v in found["violations"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible_pages(site: Any, browser: Any, scheme: str) -> None:
    page = browser.new_page(color_scheme=scheme)
    for path in ("/", "/faq", "/faq/protein_target", "/faq/running_kills_gains", "/faq/crisis", "/privacy", "/faq?q=protein", "/faq?q=suicidal", "/faq/nothing"):
        page.goto(site.url + path)
        assert violations(page) == [], path
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1100, 390])
def test_accessible_widget(site: Any, browser: Any, scheme: str, width: int) -> None:
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 700})
    page.goto(site.url)
    launch(page)
    assert violations(page) == []
    say(page, "How much protein do I need?")
    page.locator("coach-chat .choices button", has_text="Evidence").click()
    replies(page).nth(2).wait_for()
    say(page, "suicidal")
    say(page, "picture")
    page.get_by_role("button", name="Delete this chat").click()
    assert violations(page) == []
    page.get_by_role("button", name="Keep", exact=True).click()
    page.context.set_offline(True)
    page.locator("coach-chat textarea").fill("hi")
    page.keyboard.press("Enter")
    page.locator("coach-chat .failed").wait_for()
    assert violations(page) == []
    page.close()


@pytest.mark.parametrize("color", ["#ffffff", "#000", "#777777", "#e53935", "#ffe000", "not a colour"])
def test_any_colour_is_readable(site: Any, host: Host, browser: Any, color: str) -> None:
    host.pages["/"] = (
        {},
        f'<!doctype html><html lang="en"><title>a</title><main><h1>a</h1></main><script src="{site.url}/widget.js" data-color="{color}"></script></html>',
    )
    page = browser.new_page()
    page.goto(host.url + "/")
    launch(page)
    say(page, "hi")
    assert violations(page) == []
    page.close()
