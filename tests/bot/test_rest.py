"""The REST channel: closed without its token, honest about bad input, a namespace of its own."""

from __future__ import annotations

from typing import Any

import pytest

from bot.channels import rest

PATH = "/webhooks/rest/webhook"
TOKEN = {"Authorization": "Bearer s3cret", "Content-Type": "application/json"}


@pytest.fixture
def api(serve: Any) -> Any:
    return serve(api_token="s3cret")


def say(api: Any, message: Any, sender: Any = "ann") -> list[dict[str, Any]]:
    answer = api.call(PATH, {"sender": sender, "message": message}, headers=TOKEN)
    assert answer.status == 200, answer.text
    return answer.json  # type: ignore[no-any-return]


def test_without_a_token_set_there_is_no_channel(coach: Any) -> None:
    assert coach.call(PATH, {"sender": "ann", "message": "hi"}, headers=TOKEN).status == 404


@pytest.mark.parametrize("header", [None, "s3cret", "Bearer wrong", "Bearer ", "bearer s3cret", "Bearer s3crét"])
def test_a_wrong_token_is_refused(api: Any, header: str | None) -> None:
    headers = {"Authorization": header.encode().decode("latin-1")} if header else {}
    answer = api.call(PATH, {"sender": "ann", "message": "hi"}, headers=headers)
    assert answer.status == 401
    assert "COACH_API_TOKEN" in answer.json["error"]
    assert api.engine.heard == []


def test_the_token_is_compared_whole() -> None:
    assert rest.authorized("Bearer abc", "abc")
    assert not rest.authorized("Bearer ab", "abc")
    assert not rest.authorized("Bearer ", "")
    assert not rest.authorized("Bearer None", None)


@pytest.mark.parametrize(
    "body",
    [b"", b"not json", b"[]", b'"text"', b'{"sender": "ann"}', b'{"message": "hi"}', b'{"sender": "", "message": "hi"}', b'{"sender": " ", "message": "hi"}',
     b'{"sender": 5, "message": "hi"}', b'{"sender": "ann", "message": ["hi"]}', b'{"sender": "ann", "message": null}', b"\xff\xfe", b"{" * 5000],
)  # fmt: skip
def test_a_bad_body_is_one_clear_sentence(api: Any, body: bytes) -> None:
    answer = api.call(PATH, body, method="POST", headers=TOKEN)
    assert answer.status == 400
    assert "sender" in answer.json["error"]
    assert api.engine.heard == []


def test_a_long_sender_and_a_large_body_are_refused(api: Any) -> None:
    assert api.call(PATH, {"sender": "a" * 151, "message": "hi"}, headers=TOKEN).status == 400
    assert api.call(PATH, {"sender": "ann", "message": "a" * rest.MAX_BODY}, headers=TOKEN).status == 413


def test_an_answer_in_the_webhooks_form(api: Any) -> None:
    items = say(api, "how much protein do I need")
    assert all(item["recipient_id"] == "ann" for item in items)
    assert items[0]["text"].startswith("How to · strong evidence")
    assert "<" not in items[0]["text"]
    assert {"title", "payload"} == set(items[0]["buttons"][0])
    custom = items[-1]["custom"]
    assert (custom["decision"], custom["id"], custom["form"], custom["profile"]) == ("answer", "protein_target", None, {})
    assert {"title", "grade"} < set(custom["sources"][0])


def test_a_button_is_pressed_by_sending_its_payload_and_only_by_its_owner(api: Any) -> None:
    why = next(b["payload"] for b in say(api, "how much protein do I need")[0]["buttons"] if b["title"] == "Why?")
    assert say(api, why)[0]["text"].startswith("Why: How much protein")
    assert "no longer works" in say(api, why, sender="bob")[0]["text"]


def test_a_picture_is_an_address_on_this_server(api: Any) -> None:
    items = say(api, "picture")
    assert "image" in items[1]
    assert "custom" in items[1]
    assert "custom" not in items[0]
    assert api.call(items[1]["image"]).body.startswith(b"\x89PNG")


def test_senders_live_in_a_namespace_of_their_own(api: Any) -> None:
    say(api, "hi", sender="telegram:42")
    assert api.engine.heard[0][0] == "rest:telegram:42"


def test_a_failure_is_a_sentence_with_a_code(api: Any) -> None:
    api.engine.fail = True
    text = say(api, "hi")[0]["text"]
    assert "code" in text
    assert "passwd" not in text
