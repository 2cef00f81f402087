"""What people see: commands, buttons, edits, groups, manners."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from telegram_fakes import Start, until
from telegram_loopback import BotApi

from actions.reply import Attachment, Block, Button, Reply, say
from bot.channels.telegram.commands import COMMANDS
from bot.channels.telegram.texts import telegram_sentence
from knowledge.texts import sentence


async def test_a_text_is_answered_and_marked(api: BotApi, start: Start) -> None:
    channel, coach = await start()
    api.say(7, "how much protein?")
    await until(lambda: api.texts(7) == ["re: how much protein?"])
    assert coach.heard == [("telegram:7", "how much protein?", None)]
    await until(lambda: channel.inbox.pending_chats() == [])
    assert channel.inbox.pending(7, 10) == []


async def test_the_text_is_not_kept_after_the_answer(api: BotApi, start: Start) -> None:
    channel, coach = await start()
    api.say(7, "a secret question")
    await until(lambda: api.texts(7))
    await until(lambda: channel.inbox.pending_chats() == [])
    rows = coach.services.store.export("telegram:7")["telegram_inbox"]
    assert len(rows) == 1
    assert "secret" not in str(rows)


@pytest.mark.parametrize("name", sorted(COMMANDS))
async def test_commands_press_what_they_name(api: BotApi, start: Start, name: str) -> None:
    _, coach = await start()
    api.say(7, f"/{name}")
    await until(lambda: api.texts(7))
    assert coach.heard == [("telegram:7", "", COMMANDS[name])]


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("/start faq_protein_target", ("", ("topic", "protein_target"))),
        ("/start onboard", ("", ("intent", "start_onboarding"))),
        ("/start delete", ("", ("intent", "delete_my_data"))),
        ("/start ../../etc", ("", ("intent", "greet"))),
        ("/HELP@loopback_bot", ("", ("intent", "help"))),
        ("/restart", ("", ("intent", "help"))),
        ('/faq{"injury":"none"}', ('/faq{"injury":"none"}', None)),
        ("/how much protein", ("/how much protein", None)),
    ],
)
async def test_deep_links_and_slashes(api: BotApi, start: Start, text: str, heard: Any) -> None:
    _, coach = await start()
    api.say(7, text)
    await until(lambda: api.texts(7))
    assert coach.heard[-1] == ("telegram:7", *heard)


async def test_an_unknown_topic_link_greets(api: BotApi, start: Start) -> None:
    _, coach = await start()
    coach.replies["topic", "nothing"] = say("expired", ids=("expired",))
    api.say(7, "/start faq_nothing")
    await until(lambda: api.texts(7) == ["pressed intent greet"])


async def test_an_unknown_command_is_named_and_helped(api: BotApi, start: Start) -> None:
    await start()
    api.say(7, "/dance")
    await until(lambda: api.texts(7))
    assert api.texts(7)[0].startswith("I don't know the command /dance.")


async def test_a_press_is_answered_first_and_its_keyboard_goes(api: BotApi, start: Start) -> None:
    _, coach = await start()
    api.say(7, "hi")
    await until(lambda: api.shown(7))
    api.press(7, api.shown(7)[0], "More")
    await until(lambda: len(api.shown(7)) == 2 and api.shown(7)[0]["keyboard"] is None)
    assert coach.heard[-1] == ("telegram:7", "", ("topic", "more"))
    methods = [c.method for c in api.made("answerCallbackQuery", "sendMessage", "editMessageReplyMarkup")]
    assert methods == ["sendMessage", "answerCallbackQuery", "sendMessage", "editMessageReplyMarkup"]


async def test_a_double_tap_counts_once(api: BotApi, start: Start) -> None:
    await start()
    api.say(7, "hi")
    await until(lambda: api.shown(7))
    for _ in range(2):
        api.press(7, api.shown(7)[0], "More")
    await until(lambda: len(api.made("answerCallbackQuery")) == 2)
    await asyncio.sleep(0.2)
    assert len(api.shown(7)) == 2


async def test_a_reply_that_replaces_edits_the_message(api: BotApi, start: Start) -> None:
    _, coach = await start()
    coach.replies["topic", "more"] = say("instead", replaces=True, buttons=(Button("Back", "topic", "back"),))
    api.say(7, "hi")
    await until(lambda: api.shown(7))
    api.press(7, api.shown(7)[0], "More")
    await until(lambda: api.texts(7) == ["instead"])
    assert api.shown(7)[0]["keyboard"][0][0]["text"] == "Back"


async def test_foreign_old_and_made_up_buttons_expire_kindly(api: BotApi, start: Start) -> None:
    _, coach = await start()
    api.say(7, "hi")
    await until(lambda: api.shown(7))
    stolen = api.shown(7)[0]["keyboard"][0][0]["callback_data"]
    api.press(8, {"message_id": 900, "chat_id": 8, "text": "x"}, "", data=stolen)
    await until(lambda: api.shown(8))
    api.press(8, {"message_id": 901, "chat_id": 8, "text": "x"}, "", data='/restart{"x":1}')
    await until(lambda: len(api.shown(8)) == 2)
    assert [h[2] for h in coach.heard[1:]] == [("expired", ""), ("expired", "")]


async def test_an_edited_question_edits_its_answer(api: BotApi, start: Start) -> None:
    channel, _ = await start()
    question = api.message(7, "how much protien")
    api.push({"message": question})
    await until(lambda: api.texts(7) == ["re: how much protien"])
    api.push({"edited_message": {**question, "text": "how much protein", "edit_date": 2}})
    await until(lambda: api.texts(7) == ["re: how much protein"])
    api.push({"edited_message": {**question, "text": "how much protein now", "edit_date": 3}})
    await until(lambda: api.texts(7) == ["re: how much protein now"])
    api.say(7, "something else")
    await until(lambda: len(api.texts(7)) == 2)
    api.push({"edited_message": {**question, "text": "too late", "edit_date": 4}})
    await until(lambda: channel.inbox.pending_chats() == [])
    assert api.texts(7) == ["re: how much protein now", "re: something else"]


@pytest.mark.parametrize(
    "content",
    [
        {"photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]},
        {"voice": {"file_id": "a", "file_unique_id": "b", "duration": 1}},
        {"sticker": {"file_id": "a"}},
        {"location": {"latitude": 1.0, "longitude": 2.0}},
        {"something_new": {}},
        {"text": "   "},
        {},
    ],
)
async def test_what_is_not_text_gets_a_kind_sentence(api: BotApi, start: Start, content: dict[str, Any]) -> None:
    await start()
    api.push({"message": api.message(7, **content)})
    await until(lambda: api.texts(7) == [sentence("text_only")])


async def test_a_caption_is_answered_as_words(api: BotApi, start: Start) -> None:
    await start()
    api.push({"message": api.message(7, photo=[{}], caption="is my form ok?")})
    await until(lambda: api.texts(7))
    assert api.texts(7)[0].endswith("re: is my form ok?")
    assert telegram_sentence("caption") in api.texts(7)[0]


@pytest.mark.parametrize("update", [
    {"message": {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, "from": {"id": 7}, "pinned_message": {}}},
    {"message": {"message_id": 1}}, {"message": None}, {"edited_message": {}}, {"callback_query": {"id": "1"}}, {"inline_query": {"id": "1"}},
    {"my_chat_member": {}}, {"message": "text"}, {"callback_query": {"id": "1", "from": {"id": 7}, "inline_message_id": "3", "data": "x"}}, {},
    {"message": {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, "from": {"id": 9, "is_bot": True}, "text": "beep"}},
])  # fmt: skip
async def test_updates_without_anything_for_us_do_no_harm(api: BotApi, start: Start, update: dict[str, Any]) -> None:
    await start()
    api.push(update)
    api.say(8, "still there?")
    await until(lambda: api.texts(8) == ["re: still there?"])
    assert api.texts(7) == []


async def test_typing_shows_only_when_slow(api: BotApi, start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.channels.telegram import adapter

    monkeypatch.setattr(adapter, "TYPING_AFTER", 0.1)
    _, coach = await start()
    coach.slow["a plan"] = 0.4
    api.say(7, "quick")
    await until(lambda: api.texts(7))
    assert api.made("sendChatAction") == []
    api.say(7, "a plan")
    await until(lambda: len(api.texts(7)) == 2)
    assert [c.params["action"] for c in api.made("sendChatAction")] == ["typing"]


async def test_pictures_carry_the_text_and_files_follow(api: BotApi, start: Start) -> None:
    _, coach = await start()
    picture = coach.services.files.save("telegram:7", b"\x89PNG picture", "png")
    calendar = coach.services.files.save("telegram:7", b"BEGIN:VCALENDAR", "ics")
    coach.replies["plan"] = Reply(
        (Block("headline", "Your week"), Block("text", "Four days & rest")),
        (Button("Move a day", "topic", "move"),),
        (Attachment("image", picture, "week.png", "Your week"), Attachment("file", calendar, "week.ics", "For your calendar")),
    )
    api.say(7, "plan")
    await until(lambda: len(api.shown(7)) == 2)
    first, second = api.shown(7)
    assert first["photo"] == b"\x89PNG picture"
    assert first["visible"] == "Your week\n\nFour days & rest"
    assert first["keyboard"][0][0]["text"] == "Move a day"
    assert (second["document"], second["visible"]) == (b"BEGIN:VCALENDAR", "For your calendar")


async def test_a_file_that_is_gone_is_said(api: BotApi, start: Start) -> None:
    _, coach = await start()
    coach.replies["export"] = say("Here", attachments=(Attachment("file", "0" * 12 + "-" + "0" * 32 + ".json", "data.json"),))
    api.say(7, "export")
    await until(lambda: api.texts(7))
    assert api.texts(7)[0].endswith(telegram_sentence("file_gone"))


async def test_an_empty_or_failing_reply_becomes_a_sentence(api: BotApi, start: Start, caplog: pytest.LogCaptureFixture) -> None:
    _, coach = await start()
    coach.replies["empty"] = Reply()

    def fail() -> Reply:
        raise RuntimeError("broken")

    coach.replies["broken"] = fail
    for text in ("empty", "broken"):
        api.say(7, text)
    await until(lambda: len(api.texts(7)) == 2)
    for text in api.texts(7):
        code = text.partition("(code ")[2][:8]
        assert len(code) == 8
        assert f"(code {code})" in caplog.text


async def test_rejected_markup_goes_out_plain(api: BotApi, start: Start) -> None:
    from telegram_loopback import error

    _, coach = await start()
    coach.replies["x"] = Reply((Block("headline", "<3 & more"), Block("text", "body")))
    api.rule = lambda method, params: error(400, "Bad Request: can't parse entities: oops") if params.get("parse_mode") else None
    api.say(7, "x")
    await until(lambda: api.texts(7) == ["<3 & more\n\nbody"])
    assert api.shown(7)[0]["mode"] is None


async def test_erasure_takes_the_inbox_rows(api: BotApi, start: Start) -> None:
    channel, coach = await start()

    def erase() -> Reply:
        coach.services.store.erase("telegram:7")
        return say("gone", ids=("delete_my_data",))

    coach.replies["delete", "yes"] = erase
    coach.replies["hi"] = say("sure?", buttons=(Button("Yes", "delete", "yes"),))
    api.say(7, "hi")
    await until(lambda: api.shown(7))
    api.press(7, api.shown(7)[0], "Yes")
    await until(lambda: "gone" in api.texts(7))
    await until(lambda: channel.inbox.pending_chats() == [])
    await asyncio.sleep(0.05)
    assert coach.services.store.export("telegram:7")["telegram_inbox"] == []


# --- groups ----------------------------------------------------------------------------------------------------------

GROUP = -100500


async def test_groups_are_off_by_default(api: BotApi, start: Start) -> None:
    _, coach = await start()
    api.say(7, "/help@loopback_bot", chat=GROUP, kind="supergroup")
    api.say(8, "private")
    await until(lambda: api.texts(8))
    assert api.texts(GROUP) == []
    assert coach.services.store.export(f"telegram:{GROUP}:7")["telegram_inbox"] == []


async def test_in_groups_only_what_is_meant_for_the_bot_is_answered_and_kept(api: BotApi, start: Start) -> None:
    _, coach = await start(COACH_TELEGRAM_GROUPS="yes")
    say_there = {"chat": GROUP, "kind": "supergroup"}
    ours = {"message_id": 5, "date": 1, "chat": {"id": GROUP, "type": "supergroup"}, "from": {"id": api.id, "is_bot": True}, "text": "x"}
    api.say(7, "who runs tonight?", **say_there)
    api.say(7, "/help@other_bot", **say_there)
    api.say(7, "/unknown", **say_there)
    api.say(7, "hey @other_bot", entities=[{"type": "mention", "offset": 4, "length": 10}], **say_there)
    api.say(7, "😀 @Loopback_Bot, how much protein?", entities=[{"type": "mention", "offset": 3, "length": 13}], **say_there)
    api.say(7, "and carbs?", reply_to_message=ours, **say_there)
    api.say(7, "/help", **say_there)
    await until(lambda: len(api.texts(GROUP)) == 3)
    user = f"telegram:{GROUP}:7"
    assert coach.heard == [(user, "😀 , how much protein?", None), (user, "and carbs?", None), (user, "", ("intent", "help"))]
    assert all(c.params["reply_parameters"]["message_id"] for c in api.made("sendMessage"))
    assert len(coach.services.store.export(user)["telegram_inbox"]) == 3
    assert coach.services.store.person(user).memory is False


async def test_personal_matters_lead_from_the_group_to_the_private_chat(api: BotApi, start: Start) -> None:
    _, coach = await start(COACH_TELEGRAM_GROUPS="yes")
    coach.decision = {"decision": "conversation", "id": "update_profile"}
    there = {"chat": GROUP, "kind": "supergroup"}
    api.say(7, "/profile", **there)
    api.say(7, "@loopback_bot I weigh 82 kg", entities=[{"type": "mention", "offset": 0, "length": 13}], **there)
    await until(lambda: len(api.texts(GROUP)) == 2)
    assert coach.heard == []
    urls = [m["keyboard"][0][0]["url"] for m in api.shown(GROUP)]
    assert urls == ["https://t.me/loopback_bot?start=profile", "https://t.me/loopback_bot?start=onboard"]


async def test_the_question_back_stays_out_of_groups(api: BotApi, start: Start) -> None:
    from knowledge.fields import catalogue

    _, coach = await start(COACH_TELEGRAM_GROUPS="yes")
    ask = catalogue()["goal"].ask
    reply = Reply((Block("text", "Answer"), Block("note", f"{ask} (It helps.)")), (Button("Muscle", "set", "goal=muscle"), Button("Why?", "why", "x")))
    coach.replies["protein?"] = reply
    ours = {"from": {"id": api.id, "is_bot": True}}
    api.say(7, "protein?", chat=GROUP, kind="group", reply_to_message=ours)
    await until(lambda: api.texts(GROUP) == ["Answer"])
    assert [[b["text"] for b in row] for row in api.shown(GROUP)[0]["keyboard"]] == [["Why?"]]


async def test_in_a_group_a_button_works_for_its_owner_only(api: BotApi, start: Start) -> None:
    _, coach = await start(COACH_TELEGRAM_GROUPS="yes")
    api.say(7, "/help", chat=GROUP, kind="group")
    coach.replies["intent", "help"] = say("help", buttons=(Button("More", "topic", "more"),))
    await until(lambda: api.shown(GROUP))
    api.press(8, api.shown(GROUP)[0], "More")
    await until(lambda: api.made("answerCallbackQuery"))
    await asyncio.sleep(0.1)
    assert api.made("answerCallbackQuery")[0].params["text"] == telegram_sentence("foreign_button")
    assert len(api.texts(GROUP)) == 1
    assert api.shown(GROUP)[0]["keyboard"] is not None
    api.press(7, api.shown(GROUP)[0], "More")
    await until(lambda: len(api.texts(GROUP)) == 2)


async def test_erasure_in_private_reaches_the_groups(api: BotApi, start: Start) -> None:
    _, coach = await start(COACH_TELEGRAM_GROUPS="yes")
    api.say(7, "/help", chat=GROUP, kind="group")
    await until(lambda: api.texts(GROUP))
    assert not coach.services.store.person(f"telegram:{GROUP}:7").new
    coach.replies["delete all"] = say("gone", ids=("delete_my_data",))
    api.say(7, "delete all")
    await until(lambda: api.texts(7))
    assert coach.services.store.person(f"telegram:{GROUP}:7").new
