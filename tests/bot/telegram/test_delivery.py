"""Nothing lost, nothing twice: order, duplicates, faults of Telegram and of the database."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import sqlite3
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from telegram_fakes import Start, settings_for, until
from telegram_loopback import DROP, GARBAGE, HTML_502, LOST, BotApi, Fault, error, retry_after

from actions.reply import say
from actions.store import Store
from bot.channels.telegram.inbox import Inbox, InboxDown, Mark
from bot.channels.telegram.lanes import Lanes
from bot.channels.telegram.setup import check_token
from bot.channels.telegram.updates import Incoming
from bot.serve import StartError


async def test_each_chat_in_order_and_slow_ones_hold_up_nobody(api: BotApi, start: Start) -> None:
    _, coach = await start()
    coach.slow["0-0"] = 1.0
    for number in range(5):
        for user in range(20):
            api.say(100 + user, f"{user}-{number}")
    await until(lambda: sum(len(api.texts(100 + u)) for u in range(1, 20)) == 95)
    assert api.texts(100) == []
    for user in range(1, 20):
        assert api.texts(100 + user) == [f"re: {user}-{n}" for n in range(5)]
    await until(lambda: api.texts(100) == [f"re: 0-{n}" for n in range(5)])


async def test_duplicates_and_late_updates_are_answered_once(api: BotApi, start: Start) -> None:
    channel, coach = await start()
    coach.slow["first"] = 0.3
    await until(lambda: channel._leads)
    updates = [{"update_id": n, "message": api.message(7, t)} for n, t in ((50, "first"), (53, "fourth"), (51, "second"), (52, "third"))]
    channel.take(updates)
    channel.take(updates)
    await until(lambda: len(api.texts(7)) == 4)
    channel._taken.clear()
    channel.take(updates)
    await asyncio.sleep(0.2)
    assert api.texts(7) == ["re: first", "re: second", "re: third", "re: fourth"]


async def test_a_flood_is_bounded_in_memory_and_others_do_not_wait(api: BotApi, start: Start) -> None:
    channel, coach = await start()
    await until(lambda: channel._leads)
    coach.slow = {f"flood {n}": 0.01 for n in range(150)}
    channel.take([{"update_id": n, "message": api.message(7, f"flood {n}")} for n in range(150)])
    assert len(channel._lanes) <= 20
    channel.take([{"update_id": 1000, "message": api.message(8, "me?")}])
    await until(lambda: api.texts(8))
    assert len(api.texts(7)) < 20
    await until(lambda: len(api.texts(7)) == 150)
    assert api.texts(7) == [f"re: flood {n}" for n in range(150)]


@pytest.mark.parametrize("fault", [retry_after(1), error(500, "Internal Server Error"), HTML_502, GARBAGE, DROP, Fault(wait=0.5), Fault(200, b"[]"),
                                   Fault(200, b'{"ok":true}'), Fault(200, b'{"ok":true,"result":7}')], ids=str)  # fmt: skip
async def test_a_fault_while_sending_is_outlived(api: BotApi, start: Start, fault: Fault) -> None:
    await start()
    api.faults["sendMessage"].extend([fault, fault])
    api.say(7, "hi")
    await until(lambda: api.texts(7))
    await asyncio.sleep(0.3)
    assert api.texts(7) == ["re: hi"]


async def test_a_lost_confirmation_does_not_send_twice(api: BotApi, start: Start) -> None:
    channel, _ = await start()
    api.next_message = 400
    api.faults["sendMessage"].append(LOST)
    api.say(7, "hi")
    await until(lambda: api.texts(7) and channel.inbox.pending_chats() == [])
    await asyncio.sleep(0.2)
    assert api.texts(7) == ["re: hi"]
    assert channel.inbox.last_answer(7) == (400, 401)


async def test_a_server_that_edits_what_does_not_exist_is_not_believed(api: BotApi, start: Start) -> None:
    await start()
    api._do_editMessageText = lambda params: {"message_id": params["message_id"], "date": 1, "chat": {"id": 7, "type": "private"}}  # type: ignore[method-assign]
    api.faults["sendMessage"].append(DROP)
    api.say(7, "hi")
    await until(lambda: api.texts(7) == ["re: hi"])


@pytest.mark.parametrize("fault", [retry_after(1), error(500, "x"), HTML_502, GARBAGE, DROP, error(409, "Conflict: terminated by other getUpdates request"),
                                   error(401, "Unauthorized"), Fault(200, b'{"ok":true,"result":{}}')], ids=str)  # fmt: skip
async def test_a_fault_while_polling_is_outlived(api: BotApi, start: Start, fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.channels.telegram import channel

    monkeypatch.setattr(channel, "LONGEST_WAIT", 0.2)
    api.faults["getUpdates"].extend([fault, fault])
    await start()
    api.say(7, "hi")
    await until(lambda: api.texts(7) == ["re: hi"])


async def test_a_second_poller_is_one_plain_line_in_the_log(api: BotApi, start: Start, caplog: pytest.LogCaptureFixture) -> None:
    api.faults["getUpdates"].extend([error(409, "Conflict: terminated by other getUpdates request")] * 2)
    with caplog.at_level(logging.WARNING):
        await start()
        api.say(7, "hi")
        await until(lambda: api.texts(7))
    assert sum("Another program is polling" in r.message for r in caplog.records) == 1


async def test_blocked_people_are_left_alone_until_they_come_back(api: BotApi, start: Start) -> None:
    channel, coach = await start()
    api.faults["sendMessage"].append(error(403, "Forbidden: bot was blocked by the user"))
    for text in ("one", "two"):
        api.say(7, text)
    await until(lambda: channel.inbox.blocked() and channel.inbox.pending_chats() == [])
    await asyncio.sleep(0.1)
    assert len(api.made("sendMessage")) == 1
    member = {"chat": {"id": 7, "type": "private"}, "from": {"id": 7}, "date": 1, "old_chat_member": {"status": "kicked"}}
    api.push({"my_chat_member": {**member, "new_chat_member": {"status": "member"}}})
    api.say(7, "three")
    await until(lambda: api.texts(7) == ["re: three"])
    assert channel.inbox.blocked() == {}
    api.push({"my_chat_member": {**member, "new_chat_member": {"status": "kicked"}}})
    await until(lambda: 7 in channel.inbox.blocked())
    coach.services.store.erase("telegram:7")
    assert channel.inbox.blocked() == {}


async def test_a_group_that_moved_is_followed(api: BotApi, start: Start) -> None:
    await start(COACH_TELEGRAM_GROUPS="yes")
    moved = error(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-100777)
    api.rule = lambda method, params: moved if params.get("chat_id") == -55 else None
    for _ in range(2):
        api.say(7, "/help", chat=-55, kind="group")
    await until(lambda: len(api.texts(-100777)) == 2)
    assert sum(c.params["chat_id"] == -55 for c in api.made("sendMessage")) == 1


@pytest.mark.parametrize("description", ["message is not modified", "query is too old and response timeout expired or query ID is invalid"])
async def test_small_refusals_are_ignored(api: BotApi, start: Start, description: str, caplog: pytest.LogCaptureFixture) -> None:
    channel, _ = await start()
    api.say(7, "hi")
    await until(lambda: api.shown(7))
    for method in ("answerCallbackQuery", "editMessageReplyMarkup", "editMessageText"):
        api.faults[method].append(error(400, f"Bad Request: {description}"))
    api.press(7, api.shown(7)[0], "More")
    await until(lambda: len(api.shown(7)) == 2 and channel.inbox.pending_chats() == [])
    assert not [r for r in caplog.records if r.levelno >= logging.ERROR and r.name.startswith("bot")]


async def test_an_undeliverable_answer_is_given_up_at_once(api: BotApi, start: Start) -> None:
    channel, _ = await start()
    api.rule = lambda method, params: error(400, "Bad Request: chat not found") if params.get("chat_id") == 7 else None
    api.say(7, "hi")
    api.say(8, "hi")
    await until(lambda: api.texts(8) and channel.inbox.pending_chats() == [])
    assert api.texts(7) == []


async def test_a_busy_database_delays_and_loses_nothing(api: BotApi, start: Start, tmp_path: Path) -> None:
    channel, _ = await start()
    await until(lambda: channel._leads)
    lock = sqlite3.connect(tmp_path / "coach.db", isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    for number in range(3):
        api.say(7, str(number))
    await asyncio.sleep(1.0)
    assert api.texts(7) == []
    assert len(api.pending) == 3  # not confirmed before it is stored
    lock.execute("ROLLBACK")
    lock.close()
    await until(lambda: api.texts(7) == ["re: 0", "re: 1", "re: 2"])
    await until(lambda: channel.inbox.pending_chats() == [])


async def test_a_turn_that_failed_with_the_database_is_taken_again(api: BotApi, start: Start) -> None:
    import sqlalchemy as sa

    _, coach = await start()
    failures = iter([1, 1])

    def flaky() -> Any:
        if next(failures, None):
            try:
                with coach.services.store.engine.connect() as connection:
                    connection.execute(sa.text("SELECT nothing FROM nowhere"))
            except sa.exc.SQLAlchemyError:
                return say("something went wrong", ids=("error",))
        return say("fine")

    coach.replies["hi"] = flaky
    api.say(7, "hi")
    await until(lambda: api.texts(7) == ["fine"])


async def test_what_was_not_answered_is_taken_up_at_the_next_start(api: BotApi, start: Start, tmp_path: Path) -> None:
    settings = settings_for(tmp_path, api.root, api.token)
    Store.open(settings.database_url).close()
    inbox = Inbox(settings.database_url)
    items = [Incoming(n, "message", chat_id=7, person=7, text=f"old {n}", message_id=n) for n in range(30)]
    inbox.store(items)
    inbox.mark([Mark(0, 900, 0)])
    inbox.close()
    await start()
    api.say(8, "new")
    await until(lambda: len(api.texts(7)) == 29 and api.texts(8))
    assert api.texts(7) == [f"re: old {n}" for n in range(1, 30)]


async def test_an_update_that_keeps_killing_the_process_gets_an_apology(api: BotApi, start: Start, tmp_path: Path) -> None:
    settings = settings_for(tmp_path, api.root, api.token)
    Store.open(settings.database_url).close()
    inbox = Inbox(settings.database_url)
    inbox.store([Incoming(1, "message", chat_id=7, person=7, text="poison")])
    for _ in range(4):
        inbox.attempt(1)
    inbox.close()
    _, coach = await start()
    await until(lambda: api.texts(7))
    assert coach.heard == []
    assert "(code" in api.texts(7)[0]


def test_the_inbox_forgets_what_was_answered_long_ago(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/a.db"
    Store.open(url).close()
    inbox = Inbox(url)
    inbox.store([Incoming(n, "message", chat_id=7, person=7) for n in range(3)])
    inbox.mark([Mark(0), Mark(1)])
    assert inbox.prune() == 0
    assert inbox.prune(dt.datetime(2100, 1, 1)) == 2
    assert [i.update_id for i in inbox.pending(7, 10)] == [2]
    inbox.close()


def test_the_inbox_says_that_it_is_down(tmp_path: Path) -> None:
    inbox = Inbox(f"sqlite:///{tmp_path}/empty.db")
    with pytest.raises(InboxDown):
        inbox.store([Incoming(1, "message", chat_id=7, person=7)])
    inbox.close()


def test_tables_and_migrations_agree(tmp_path: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from actions.tables import metadata

    store = Store.open(f"sqlite:///{tmp_path}/a.db")
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    store.close()


async def test_lanes_take_turns() -> None:
    order: list[int] = []

    async def handle(item: Incoming) -> None:
        order.append(item.chat_id)
        await asyncio.sleep(0)

    lanes = Lanes(handle, lambda chat, limit: ([], False), slots=1)
    for number in range(4):
        for chat in (1, 2, 3):
            lanes.offer(Incoming(10 * chat + number, "message", chat_id=chat, person=chat))
    await until(lambda: len(order) == 12)
    assert order == [1, 2, 3] * 4
    await lanes.stop(1)


# --- at the start ----------------------------------------------------------------------------------------------------


async def test_a_refused_token_is_one_sentence(api: BotApi, tmp_path: Path) -> None:
    settings = settings_for(tmp_path, api.root, "4242:some-wrong-secret")
    with pytest.raises(StartError) as caught:
        await asyncio.to_thread(check_token, settings)
    assert str(caught.value).startswith("Telegram refuses the token in TELEGRAM_BOT_TOKEN")
    assert "wrong-secret" not in str(caught.value)
    assert caught.value.__suppress_context__


async def test_an_outage_at_the_start_is_no_reason_to_stop(api: BotApi, tmp_path: Path) -> None:
    api.faults["getMe"].append(HTML_502)
    await asyncio.to_thread(check_token, settings_for(tmp_path, api.root, api.token))


async def test_menus_and_descriptions_are_set_once(api: BotApi, start: Start) -> None:
    channel, _ = await start()
    await until(lambda: api.short_description)
    assert [c["command"] for c in api.commands["all_private_chats"]][:3] == ["start", "help", "profile"]
    assert len(api.commands["all_private_chats"]) == 10
    assert [c["command"] for c in api.commands["all_group_chats"]] == ["help", "privacy"]
    assert 0 < len(api.description) <= 512
    assert 0 < len(api.short_description) <= 120
    api.calls.clear()
    from bot.channels.telegram.setup import set_texts

    await set_texts(channel.bot, channel.sender, "Hybrid Coach")
    assert {c.method for c in api.made()} == {"getMyCommands", "getMyDescription", "getMyShortDescription"}


async def test_polling_removes_a_webhook_and_keeps_what_waits(api: BotApi, start: Start) -> None:
    api.webhook["url"] = "https://old.example.org/hook"
    api.say(7, "waiting")
    await start()
    await until(lambda: api.texts(7) == ["re: waiting"])
    assert "drop_pending_updates" not in api.made("deleteWebhook")[0].params or api.made("deleteWebhook")[0].params["drop_pending_updates"] is False


async def test_updates_are_asked_for_by_name(api: BotApi, start: Start) -> None:
    await start()
    await until(lambda: api.made("getUpdates"))
    assert api.made("getUpdates")[0].params["allowed_updates"] == ["message", "edited_message", "callback_query", "my_chat_member"]


async def test_the_token_stays_out_of_logs(api: BotApi, start: Start, caplog: pytest.LogCaptureFixture) -> None:
    api.faults["sendMessage"].extend([DROP, HTML_502, GARBAGE])
    api.faults["getUpdates"].extend([DROP, GARBAGE, error(401, "Unauthorized")])
    with caplog.at_level(logging.INFO):
        _, coach = await start()
        coach.replies["broken"] = lambda: 1 / 0  # type: ignore[assignment]
        for text in ("hi", "broken"):
            api.say(7, text)
        from bot.channels.telegram import channel

        channel.LONGEST_WAIT, before = 0.2, channel.LONGEST_WAIT
        await until(lambda: len(api.texts(7)) == 2, 40)
        channel.LONGEST_WAIT = before
    assert caplog.records
    shown = caplog.text + "".join(str(r.exc_info) for r in caplog.records)
    assert api.token.partition(":")[2] not in shown


def test_log_lines_of_others_are_redacted() -> None:
    from bot.channels.telegram.api import Redact

    redact = Redact("12:the-secret")
    record = logging.LogRecord("x", logging.INFO, "f", 1, "POST %s", ("https://api.telegram.org/bot12:the-secret/getMe",), None)
    assert redact.filter(record)
    assert "the-secret" not in record.getMessage()
    try:
        raise ValueError("bot12:the-secret")
    except ValueError as caught:
        record = logging.LogRecord("x", logging.INFO, "f", 1, "failed", (), (ValueError, caught, caught.__traceback__))
    redact.filter(record)
    assert "the-secret" not in str(record.exc_text)


async def test_memory_of_chats_stays_small(api: BotApi, start: Start) -> None:
    channel, _ = await start()
    for user in range(50):
        api.say(100 + user, "hi")
    await until(lambda: sum(len(api.texts(100 + u)) for u in range(50)) == 50)
    await until(lambda: not channel._lanes._lanes and not channel._marks)
    assert len(channel._lanes) == 0
    counts: dict[str, int] = defaultdict(int)
    for call in api.made():
        counts[call.method] += 1
    assert counts["sendMessage"] == 50
