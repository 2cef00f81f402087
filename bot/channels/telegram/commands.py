"""The commands, what each presses, and the menus that Telegram shows."""

from __future__ import annotations

import re
from collections.abc import Mapping

from telegram import BotCommand

from bot.channels.telegram.texts import telegram_sentence

Press = tuple[str, str]

COMMANDS: Mapping[str, Press] = {
    "start": ("intent", "greet"),
    "help": ("intent", "help"),
    "profile": ("intent", "show_profile"),
    "plan": ("intent", "weekly_plan"),
    "targets": ("intent", "my_targets"),
    "settings": ("intent", "settings"),
    "privacy": ("intent", "privacy"),
    "export": ("intent", "export_my_data"),
    "delete": ("intent", "delete_my_data"),
    "cancel": ("intent", "stop"),
}
GROUP_MENU = ("help", "privacy")  # the rest is personal
PERSONAL = frozenset(COMMANDS) - {"start", "help", "privacy", "cancel"}
PERSONAL_INTENTS = frozenset({"start_onboarding", "update_profile", "show_profile", "delete_my_data", "export_my_data", "my_targets", "weekly_plan", "settings"})
_TOPIC_LINK = re.compile(r"faq_([a-z0-9_]{1,60})")


def menu(names: tuple[str, ...] | None = None) -> list[BotCommand]:
    """The command list for a scope."""
    return [BotCommand(name, telegram_sentence(f"command_{name}")) for name in (names or tuple(COMMANDS))]


def deep_link(argument: str) -> Press | None:
    """What `/start <argument>` leads to: `faq_<topic>`, `onboard`, or a command's name; None for anything else."""
    argument = argument.strip().lower()
    if found := _TOPIC_LINK.fullmatch(argument):
        return ("topic", found[1])
    if argument == "onboard":
        return ("intent", "start_onboarding")
    return COMMANDS.get(argument)


def private_argument(press: Press) -> str:
    """The `/start` argument with which a personal matter goes on in the private chat."""
    return next((name for name, command in COMMANDS.items() if command == press), "onboard")
