"""The widget's endpoint: sessions, origins, limits, and what a stranger may try."""

from __future__ import annotations

import http.client
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.web import MAX_BODY, SESSION_DAYS, mint_session, read_session

KEY = b"a key of this test run only"

DAY = 86400


def repr_short(value: Any) -> str:
    return ascii(value)[:20]


def test_a_conversation(coach: Any) -> None:
    first = coach.chat("How much protein do I need?")
    assert first.status == 200
    message = first.json["messages"][0]
    assert message["decision"] == "answer"
    assert message["blocks"][0] == {"kind": "headline", "text": "How to · strong evidence"}
    assert message["text"].startswith("How to · strong evidence\n\n")
    assert {b["title"] for b in message["buttons"]} >= {"Why?", "Evidence"}
    assert any(s.get("doi") for s in message["sources"])
    why = next(b["payload"] for b in message["buttons"] if b["title"] == "Why?")
    second = coach.chat(why, first.json["session"])
    assert second.json["messages"][0]["text"].startswith("Why: How much protein")
    assert first.json["session"].split(".")[0] == second.json["session"].split(".")[0]
    assert len({user for user, _ in coach.engine.heard}) == 1
    assert coach.engine.heard[0][0].startswith("web:")


def test_a_topic_can_be_opened(coach: Any) -> None:
    opened = coach.call("/api/chat", {"topic": "sleep"}).json
    assert opened["question"] == coach.engine.services.coach.knowledge.entries["sleep"].question
    assert opened["messages"][0]["decision"] == "answer"
    assert coach.call("/api/chat", {"topic": "nothing"}).status == 400


def test_pictures_and_files_come_as_messages_of_their_own(coach: Any) -> None:
    messages = coach.chat("picture").json["messages"]
    assert messages[1]["text"] == "Your week as a picture"
    assert coach.call(messages[1]["image"]).headers["Content-Type"] == "image/png"
    session = coach.chat("hi").json["session"]
    export = coach.chat("export my data", session).json["messages"]
    assert json.loads(coach.call(export[1]["attachment"]).body)


@pytest.mark.parametrize(
    "session", ["", "x", "a" * 22 + ".99999." + "b" * 22, 7, [], {"id": 1}, None, "rest:member-17", "web:someone", "\u0000", "9" * 5000], ids=repr_short
)
def test_a_forged_session_starts_a_new_conversation(coach: Any, session: Any) -> None:
    answer = coach.chat("hi", session)
    assert answer.status == 200
    assert read_session(KEY, answer.json["session"])
    assert answer.json["session"] != session


def test_a_foreign_session_reaches_nobody(coach: Any) -> None:
    mine = coach.chat("hi").json["session"]
    session_id = mine.split(".")[0]
    for stolen in (
        mint_session(b"another server's key", session_id),
        mine[:-1] + ("A" if mine[-1] != "A" else "B"),
        session_id,
        f"{session_id}.99999.{mine.split('.')[2]}",
    ):
        assert coach.chat("hi", stolen).json["session"].split(".")[0] != session_id
        assert coach.call("/api/chat", {"session": stolen}, method="DELETE").json["deleted"] is False
    assert len({user for user, _ in coach.engine.heard}) == 5


def test_a_button_of_another_person_does_nothing(coach: Any) -> None:
    asked = coach.chat("delete my data").json
    yes = next(b["payload"] for b in asked["messages"][0]["buttons"] if b["title"].startswith("Yes"))
    other = coach.chat(yes)
    assert "no longer works" in other.json["messages"][0]["text"]


def test_an_old_session_ends_and_a_used_one_is_renewed() -> None:
    token = mint_session(KEY, now=0)
    assert read_session(KEY, token, now=SESSION_DAYS * DAY)
    assert read_session(KEY, token, now=(SESSION_DAYS + 1) * DAY) is None
    renewed = mint_session(KEY, read_session(KEY, token, now=20 * DAY), now=20 * DAY)
    assert read_session(KEY, renewed, now=45 * DAY) == token.split(".")[0]


@given(st.text(max_size=80))
def test_no_text_is_a_session(text: str) -> None:
    assert read_session(KEY, text) is None


@given(st.binary(min_size=1, max_size=40), st.integers(0, 47))
def test_a_changed_character_ends_a_session(noise: bytes, at: int) -> None:
    token = mint_session(KEY)
    at %= len(token)
    changed = token[:at] + chr(33 + noise[0] % 90) + token[at + 1 :]
    assert (read_session(KEY, changed) is None) == (changed != token)


def test_deleting_a_chat_leaves_nothing(coach: Any) -> None:
    session = coach.chat("hi").json["session"]
    user = coach.engine.heard[-1][0]
    assert any(rows for rows in coach.engine.services.store.export(user).values())
    gone = coach.call("/api/chat", {"session": session}, method="DELETE")
    assert gone.json["deleted"] is True
    assert gone.json["messages"][0]["text"]
    assert not any(rows for rows in coach.engine.services.store.export(user).values())


def test_a_failed_deletion_is_not_called_done(coach: Any) -> None:
    session = coach.chat("hi").json["session"]
    coach.engine.fail = True
    gone = coach.call("/api/chat", {"session": session}, method="DELETE")
    assert gone.status == 500
    assert "deleted" not in gone.json


# --- origins


def test_only_listed_origins_may_call(serve: Any) -> None:
    site = serve(allowed_origins=("https://club.example.org",), public_url="https://coach.example.org/bot")
    own = site.url
    for origin in ("https://club.example.org", "https://CLUB.example.org", "https://coach.example.org", own):
        answer = site.chat("hi", Origin=origin)
        assert answer.status == 200, origin
        assert answer.headers["Access-Control-Allow-Origin"] == origin
        assert answer.headers["Vary"] == "Origin"
    for origin in (
        "https://evil.example",
        "http://club.example.org",
        "https://club.example.org.evil.example",
        "https://evil.example/club.example.org",
        "null",
        "",
        "https://xclub.example.org",
    ):
        answer = site.chat("hi", Origin=origin)
        assert answer.status == 403, origin
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "messages" not in answer.json
    assert site.chat("hi").status == 200


def test_preflight(serve: Any) -> None:
    site = serve(allowed_origins=("https://club.example.org",))
    fine = site.call("/api/chat", method="OPTIONS", headers={"Origin": "https://club.example.org", "Access-Control-Request-Method": "POST"})
    assert fine.status == 204
    assert "POST" in fine.headers["Access-Control-Allow-Methods"]
    assert fine.headers["Access-Control-Allow-Headers"] == "content-type"
    refused = site.call("/api/chat", method="OPTIONS", headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"})
    assert refused.status == 403
    assert "Access-Control-Allow-Origin" not in refused.headers


# --- limits


def test_too_many_messages_in_a_session(serve: Any) -> None:
    site = serve(chat_rate=3, allowed_origins=("https://club.example.org",))
    session = site.chat("hi").json["session"]
    for _ in range(3):
        assert site.chat("hi", session).status == 200
    refused = site.chat("hi", session, Origin="https://club.example.org")
    assert refused.status == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 20
    assert refused.headers["Access-Control-Allow-Origin"] == "https://club.example.org"
    assert "wait" in refused.json["error"]
    assert "112" in refused.json["error"]
    assert site.chat("hi").status == 200  # another person at the same address


def test_too_many_messages_from_an_address(serve: Any) -> None:
    site = serve(chat_rate=2)
    got = [site.chat("hi").status for _ in range(9)]
    assert got == [200] * 8 + [429]


def test_a_made_up_address_counts_only_behind_a_trusted_proxy(serve: Any) -> None:
    open_to_all, behind = serve(chat_rate=1), serve(chat_rate=1, proxies=1)
    for n in range(4):
        open_to_all.chat("hi", **{"X-Forwarded-For": f"192.0.2.{n}"})
        behind.chat("hi", **{"X-Forwarded-For": f"192.0.2.{n}"})
    assert open_to_all.chat("hi", **{"X-Forwarded-For": "192.0.2.99"}).status == 429
    assert behind.chat("hi", **{"X-Forwarded-For": "192.0.2.99"}).status == 200
    for _ in range(4):
        last = behind.chat("hi", **{"X-Forwarded-For": "198.51.100.1, 192.0.2.50"})  # the first part is the caller's own claim
    assert last.status == 200
    assert behind.chat("hi", **{"X-Forwarded-For": "198.51.100.2, 192.0.2.50"}).status == 429


# --- bodies


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"7",
        b'"hi"',
        b"{}",
        b'{"message": 7}',
        b'{"message": null}',
        b'{"message": ["a"]}',
        b"\xff\xfe",
        b"[" * 20000,
        b'{"topic": 7}',
        b'{"topic": ["sleep"]}',
        b'{"message": "hi"',
    ],
    ids=repr_short,
)
def test_malformed_bodies_are_refused_in_one_sentence(coach: Any, body: bytes) -> None:
    answer = coach.call("/api/chat", body)
    assert answer.status == 400
    assert set(answer.json) == {"error"}
    assert coach.engine.heard == []


def test_oversized_bodies_are_refused(coach: Any) -> None:
    assert coach.chat("a" * (MAX_BODY + 1)).status == 413
    assert coach.chat("a" * 2_000_000).status == 413
    assert coach.engine.heard == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "\u0000",
        "\ud800",
        "💪" * 500,
        "a" * 20000,
        "<script>alert(1)</script>",
        "{{7*7}}",
        "'; drop table people; --",
        "/restart",
        "topic:sleep~abc.12345678901",
    ],
    ids=repr_short,
)
def test_any_text_gets_an_answer(coach: Any, text: str) -> None:
    answer = coach.chat(text)
    assert answer.status == 200
    assert answer.json["messages"][0]["text"]


def test_failures_show_no_details(coach: Any) -> None:
    coach.engine.fail = True
    answer = coach.chat("hi")
    assert answer.status == 200
    assert "passwd" not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(("method", "path"), [("GET", "/api/chat"), ("PUT", "/api/chat"), ("POST", "/faq"), ("POST", "/api/nothing"), ("GET", "/webhooks/rest/webhook")])
def test_other_methods_and_paths(coach: Any, method: str, path: str) -> None:
    answer = coach.call(path, method=method)
    assert answer.status in (404, 405)
    assert "Traceback" not in answer.text


def test_a_host_header_does_not_open_the_door(coach: Any) -> None:
    """A page whose own name leads here may talk: there are no cookies that it could abuse."""
    connection = http.client.HTTPConnection(coach.url.removeprefix("http://"))
    connection.request("POST", "/api/chat", json.dumps({"message": "hi"}), {"Host": "a.example", "Origin": "https://b.example"})
    assert connection.getresponse().status == 403
    connection.close()
