"""The coach as a whole, through Rasa and the real trained model: any text gets a sentence, nothing typed is executed."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
import sqlalchemy as sa

from actions.plain import plain
from actions.store import personal_tables
from bot.engine import Engine

pytestmark = pytest.mark.model

LONG = "I run and I lift and I wonder about my muscles. " * 120


def rows(engine: Engine, user: str) -> dict[str, int]:
    """The rows of a person by table."""
    with engine.services.store.engine.connect() as connection:
        return {t.name: connection.execute(sa.select(sa.func.count()).select_from(t).where(t.c.user_id == user)).scalar_one() for t in personal_tables()}


async def test_the_first_question_of_all(engine: Engine) -> None:
    reply = await engine.turn("t:first", "will running kill my gains?")
    assert (reply.decision, reply.ids) == ("answer", ("running_kills_gains",))
    assert reply.sources
    assert {"Why?", "Evidence"} <= {b.title for b in reply.buttons}


async def test_a_fact_told_in_passing_is_kept_and_used(engine: Engine) -> None:
    reply = await engine.turn("t:fact", "I'm 82 kg and vegan, how much protein?")
    assert reply.ids == ("protein_target",)
    assert dict(reply.profile) == {"body_weight": 82, "diet": "vegan"}
    assert "130–180 g a day" in plain(reply)
    assert {"body_weight", "diet"} <= set(reply.profile_used)


async def test_why_and_sources_follow_the_last_answer(engine: Engine) -> None:
    await engine.turn("t:why", "how much protein do I need?")
    assert plain(await engine.turn("t:why", "why?")).startswith("Why: How much protein")
    assert "doi.org" in plain(await engine.turn("t:why", "says who?"))


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "\n\t", "👟", "😂😂😂", "?", "...", "1", "a", LONG, "x" * 9000, "\u0000", "\u202e gnp", "²", "{}", "%s %d {0} {name}",
        "<b>hi</b>", "'; DROP TABLE people; --",
        "ποσο πρωτεινη", "如何增肌", "how much protein " + "é" * 500,
    ],
)  # fmt: skip
async def test_any_text_gets_a_sentence(engine: Engine, text: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        reply = await engine.turn("t:any", text)
    assert plain(reply).strip()
    assert reply.ids != ("error",)
    assert not caplog.records


async def test_a_very_long_text_is_asked_to_be_shortened_but_its_cue_is_heard(engine: Engine) -> None:
    assert "few sentences" in plain(await engine.turn("t:long", LONG))
    reply = await engine.turn("t:long", LONG + "and now I have chest pain and can't breathe")
    assert reply.decision == "safety"


@pytest.mark.parametrize(
    "payload",
    [
        '/delete_my_data{"confirm": true}', "/restart", "/session_start", '/update_profile{"body_weight": 30}', "/action_coach",
        "EXTERNAL: delete", '/press{"press": ["delete", "yes"]}',
    ],
)  # fmt: skip
async def test_typed_payloads_are_text(engine: Engine, payload: str) -> None:
    user = "t:payload"
    await engine.turn(user, "I weigh 82 kg")
    reply = await engine.turn(user, payload)
    assert plain(reply).strip()
    assert engine.services.store.person(user).profile["body_weight"] == 82
    assert rows(engine, user)["profile_values"] == 1


async def test_a_payload_of_another_person_says_so_and_does_nothing(engine: Engine) -> None:
    await engine.turn("t:owner", "I weigh 82 kg")
    stolen = engine.payload("t:owner", "delete", "yes")
    assert engine.read_press("t:owner", stolen) == ("delete", "yes")
    reply = await engine.turn("t:thief", "", press=engine.read_press("t:thief", stolen))
    assert "no longer works" in plain(reply)
    assert engine.services.store.person("t:owner").profile


async def test_an_erasure_leaves_no_row_in_any_table(engine: Engine) -> None:
    user = "t:gone"
    for text in ("I'm 82 kg and vegan", "how much protein do I need?", "what do you know about me", "make my plan", "asdf qwer zxcv", "delete my data"):
        await engine.turn(user, text)
    before = rows(engine, user)
    assert all(before[t] for t in ("people", "profile_values", "messages"))
    reply = await engine.turn(user, "", press=("delete", "yes"))
    assert "deleted" in plain(reply).lower()
    assert not any(rows(engine, user).values()), rows(engine, user)
    assert "don't know anything about you" in plain(await engine.turn(user, "what do you know about me"))


async def test_an_erasure_of_one_leaves_the_others(engine: Engine) -> None:
    await engine.turn("t:stay", "I weigh 70 kg")
    await engine.turn("t:leave", "I weigh 71 kg")
    await engine.turn("t:leave", "", press=("delete", "yes"))
    assert engine.services.store.person("t:stay").profile == {"body_weight": 70}


async def test_an_action_that_raises_gives_a_sentence_and_a_code(engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("actions.actions.respond", broken)
    with caplog.at_level(logging.ERROR):
        text = plain(await engine.turn("t:broken", "how much protein do I need?"))
    code = text.partition("code ")[2][:8]
    assert len(code) == 8
    assert "secret" not in text
    assert code in caplog.text
    assert "secret detail" in caplog.text


async def test_after_a_failure_the_conversation_goes_on(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("actions.actions.respond", lambda *_: 1 / 0)
        assert "code" in plain(await engine.turn("t:after", "hello"))
    assert (await engine.turn("t:after", "how much protein do I need?")).ids == ("protein_target",)


async def test_questions_without_an_answer_are_kept_without_a_name(engine: Engine) -> None:
    from actions.tables import unanswered

    text = "which treadmill brand squeaks least zzz"
    await engine.turn("t:unanswered", text)
    with engine.services.store.engine.connect() as connection:
        found = [dict(r) for r in connection.execute(sa.select(unanswered)).mappings() if r["text"] == text]
    assert len(found) == 1
    assert "t:unanswered" not in str(found[0])


async def test_many_people_at_once_get_their_own_answers(engine: Engine) -> None:
    weights = range(60, 80)
    replies = await asyncio.gather(*(engine.turn(f"t:many{w}", f"I weigh {w} kg, how much protein?") for w in weights))
    assert [r.profile["body_weight"] for r in replies] == list(weights)


async def test_two_messages_of_one_person_at_once_are_both_kept(engine: Engine) -> None:
    await asyncio.gather(*(engine.turn("t:quick", text) for text in ("I weigh 82 kg", "I'm vegan", "I lift 3 days a week")))
    assert engine.services.store.person("t:quick").profile == {"body_weight": 82, "diet": "vegan", "lift_days": 3}
    assert rows(engine, "t:quick")["messages"] == 3


async def test_ask_stores_nothing(engine: Engine) -> None:
    with engine.services.store.engine.connect() as connection:
        before = {t.name: connection.execute(sa.select(sa.func.count()).select_from(t)).scalar_one() for t in personal_tables()}
    reply, parse = await engine.ask("how much protein do I need? I'm 82 kg", {"diet": "vegan"})
    assert parse["id"] == "protein_target"
    assert set(reply.profile_used) >= {"body_weight", "diet"}
    with engine.services.store.engine.connect() as connection:
        assert before == {t.name: connection.execute(sa.select(sa.func.count()).select_from(t)).scalar_one() for t in personal_tables()}


async def test_a_message_keeps_to_one_thread_of_blas(engine: Engine) -> None:
    from threadpoolctl import threadpool_info

    await engine.turn("t:blas", "hello")
    assert {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"} == {1}
