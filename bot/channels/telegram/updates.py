"""Telegram's updates as the coach needs them. Read by hand: any part may be missing, and what is not for us is not kept."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")  # what is asked of Telegram; `read` handles exactly these

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]+))?(?=\s|$)")
# Fields of messages that report something instead of saying something: somebody joined, a title changed, a message was pinned.
_SERVICE = frozenset(
    "new_chat_members left_chat_member new_chat_title new_chat_photo delete_chat_photo group_chat_created supergroup_chat_created channel_chat_created "
    "message_auto_delete_timer_changed migrate_to_chat_id migrate_from_chat_id pinned_message successful_payment refunded_payment users_shared "
    "user_shared chat_shared gift unique_gift gift_upgrade_sent connected_website write_access_allowed passport_data proximity_alert_triggered "
    "boost_added chat_background_set checklist_tasks_done checklist_tasks_added direct_message_price_changed paid_message_price_changed "
    "forum_topic_created forum_topic_edited forum_topic_closed forum_topic_reopened general_forum_topic_hidden general_forum_topic_unhidden "
    "giveaway giveaway_created giveaway_winners giveaway_completed suggested_post_approved suggested_post_approval_failed suggested_post_declined "
    "suggested_post_paid suggested_post_refunded video_chat_scheduled video_chat_started video_chat_ended video_chat_participants_invited "
    "web_app_data chat_owner_left chat_owner_changed managed_bot_created poll_option_added poll_option_deleted".split()
)


@dataclass(frozen=True)
class Me:
    """The bot's own account."""

    id: int
    username: str


@dataclass(frozen=True)
class Incoming:
    """One update that concerns the coach."""

    update_id: int
    kind: str  # message, edited, press, member
    chat_id: int
    person: int
    private: bool = True
    text: str = ""
    content: bool = False  # there is something other than text
    message_id: int | None = None
    thread_id: int | None = None
    callback_id: str = ""
    data: str = ""
    pressed_text: bool = False  # the message with the pressed button is a text that can be edited
    status: str = ""  # of our membership, for `member`
    attempts: int = 0  # how often it was begun after a restart
    resumed: bool = False

    @property
    def user_id(self) -> str:
        """The person in the coach's store: one identity in private, one more for each group."""
        return f"telegram:{self.person}" if self.private else f"telegram:{self.chat_id}:{self.person}"

    def command(self) -> tuple[str, str] | None:
        """The command and its argument, when the text begins with one."""
        found = _COMMAND.match(self.text)
        return (found[1].lower(), self.text[found.end() :].strip()) if found else None

    def to_json(self) -> str:
        """What the inbox keeps until the update is answered."""
        default = {"update_id", "attempts", "resumed"}
        return json.dumps({k: v for k, v in asdict(self).items() if k not in default and v not in ("", None, False)} | {"private": self.private})

    @classmethod
    def from_json(cls, update_id: int, attempts: int, payload: str) -> Incoming:
        """Read what `to_json` wrote."""
        return cls(update_id=update_id, **json.loads(payload), attempts=attempts, resumed=True)


def update_id_of(raw: Any) -> int | None:
    """The update's number, or None when this is no update."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) and abs(number) < 2**63 else None


def needs_name(raw: Mapping[str, Any]) -> bool:
    """Whether the bot's own name must be known to read this update: anything in a group."""
    message = raw.get("message") or raw.get("edited_message") or {}
    return isinstance(message, dict) and _chat_type(message) != "private"


def read(raw: Mapping[str, Any], me: Me, *, groups: bool) -> Incoming | None:
    """The update, or None when it is not for the coach: unknown kinds, other bots, service messages, talk among group members."""
    update_id = update_id_of(raw)
    if update_id is None:
        return None
    try:
        if isinstance(press := raw.get("callback_query"), dict):
            found = _press(update_id, press)
        elif isinstance(member := raw.get("my_chat_member"), dict):
            found = _member(update_id, member)
        elif isinstance(message := raw.get("message"), dict):
            found = _message(update_id, "message", message)
        elif isinstance(message := raw.get("edited_message"), dict):
            found = _message(update_id, "edited", message)
        else:
            return None
    except (KeyError, TypeError, ValueError, AttributeError):
        return None  # a shape that Telegram does not document
    if found is None or found.private or found.kind == "member":
        return found
    if not groups:
        return None
    return found if found.kind == "press" else _addressed(found, raw.get("message") or {}, me)


def _chat_type(message: Mapping[str, Any]) -> str:
    chat = message.get("chat")
    return str(chat.get("type", "private")) if isinstance(chat, dict) else ""


def _press(update_id: int, press: Mapping[str, Any]) -> Incoming | None:
    message = press.get("message") or {}
    if "chat" not in message:  # a button under an inline message: we make none
        return None
    return Incoming(
        update_id=update_id,
        kind="press",
        chat_id=int(message["chat"]["id"]),
        person=int(press["from"]["id"]),
        private=_chat_type(message) == "private",
        callback_id=str(press["id"]),
        data=str(press.get("data") or ""),
        message_id=_int(message.get("message_id")),
        thread_id=_thread(message),
        pressed_text="text" in message,
    )


def _member(update_id: int, member: Mapping[str, Any]) -> Incoming:
    return Incoming(
        update_id=update_id,
        kind="member",
        chat_id=int(member["chat"]["id"]),
        person=int((member.get("from") or {}).get("id") or member["chat"]["id"]),
        private=_chat_type(member) == "private",
        status=str(member["new_chat_member"]["status"]),
    )


def _message(update_id: int, kind: str, message: Mapping[str, Any]) -> Incoming | None:
    sender = message.get("from") or {}
    if sender.get("is_bot") or _chat_type(message) == "channel":
        return None
    private = _chat_type(message) == "private"
    person = sender.get("id") or (message["chat"]["id"] if private else None)
    if person is None:  # an anonymous admin or a channel speaking in a group
        return None
    text = message.get("text")
    if text is None and not _SERVICE.isdisjoint(message):
        return None
    return Incoming(
        update_id=update_id,
        kind=kind,
        chat_id=int(message["chat"]["id"]),
        person=int(person),
        private=private,
        text=str(text if text is not None else message.get("caption") or ""),
        content=text is None,
        message_id=_int(message.get("message_id")),
        thread_id=_thread(message),
    )


def _addressed(item: Incoming, message: Mapping[str, Any], me: Me) -> Incoming | None:
    """A group message, freed of our name; None unless it is a command, a mention or a reply to us."""
    if item.kind == "edited":
        return None
    from bot.channels.telegram.commands import COMMANDS

    if found := _COMMAND.match(item.text):
        to, known = (found[2] or "").lower(), found[1].lower() in COMMANDS
        return item if to == me.username.lower() or (not to and known) else None
    encoded = item.text.encode("utf-16-le")  # entity offsets count UTF-16 units
    for entity in message.get("entities") or message.get("caption_entities") or ():
        start, end = 2 * int(entity["offset"]), 2 * (int(entity["offset"]) + int(entity["length"]))
        name = encoded[start:end].decode("utf-16-le", "ignore")
        if entity.get("type") == "text_mention" and (entity.get("user") or {}).get("id") == me.id:
            return replace(item, text=_without(encoded, start, end))
        if entity.get("type") == "mention" and me.username and name.lower() == f"@{me.username}".lower():
            return replace(item, text=_without(encoded, start, end))
    answered = message.get("reply_to_message") or {}
    if (answered.get("from") or {}).get("id") == me.id and "forum_topic_created" not in answered:
        return item
    return None


def _without(encoded: bytes, start: int, end: int) -> str:
    return " ".join((encoded[:start] + encoded[end:]).decode("utf-16-le", "ignore").split()).lstrip(" ,:;-")


def _thread(message: Mapping[str, Any]) -> int | None:
    return _int(message.get("message_thread_id")) if message.get("is_topic_message") else None


def _int(value: Any) -> int | None:
    return value if isinstance(value, int) else None
