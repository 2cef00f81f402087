"""What the program sets at Telegram when it starts: menus, descriptions, the webhook. What is set already is left alone."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from telegram import BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats, BotCommandScopeDefault
from telegram.constants import BotDescriptionLimit
from telegram.error import BadRequest, Forbidden, InvalidToken, TelegramError

from bot.channels.telegram.api import MISSHAPEN, CoachBot, describe, make_bot
from bot.channels.telegram.commands import GROUP_MENU, menu
from bot.channels.telegram.sender import Sender, Undeliverable
from bot.channels.telegram.texts import telegram_sentence
from bot.channels.telegram.updates import ALLOWED
from bot.serve import StartError
from bot.settings import Settings

log = logging.getLogger(__name__)

WEBHOOK_CONNECTIONS = 40
CHECK_SECONDS = 10.0


def check_token(settings: Settings) -> None:
    """Ask Telegram once whether the token is good, before the server starts.

    Raises StartError when it is refused. An outage is no reason not to start.
    """
    if settings.telegram_token:
        asyncio.run(_check_token(settings.telegram_token, settings.telegram_api_base))


async def _check_token(token: str, root: str) -> None:
    bot = make_bot(token, root)
    await bot.open()
    try:
        await asyncio.wait_for(bot.get_me(), CHECK_SECONDS)
    except InvalidToken:
        raise StartError("Telegram refuses the token in TELEGRAM_BOT_TOKEN; copy it again from BotFather.") from None
    except (TelegramError, TimeoutError, *MISSHAPEN) as error:
        log.warning("Telegram does not answer yet (%s); the server starts and keeps trying.", describe(error))
    finally:
        await bot.close_connections()


async def set_texts(bot: CoachBot, sender: Sender, name: str) -> None:
    """Set the menus for each scope and the descriptions, where they differ. Never raises."""
    description = telegram_sentence("description")[: int(BotDescriptionLimit.MAX_DESCRIPTION_LENGTH)]
    short = telegram_sentence("short_description", coach=name)[: int(BotDescriptionLimit.MAX_SHORT_DESCRIPTION_LENGTH)]

    async def commands() -> None:
        for scope, wanted in (
            (BotCommandScopeDefault(), menu()),
            (BotCommandScopeAllPrivateChats(), menu()),
            (BotCommandScopeAllGroupChats(), menu(GROUP_MENU)),
        ):
            found = await sender.persist(lambda scope=scope: bot.get_my_commands(scope=scope))  # type: ignore[misc]
            if [(c.command, c.description) for c in found] != [(c.command, c.description) for c in wanted]:
                await sender.persist(lambda wanted=wanted, scope=scope: bot.set_my_commands(wanted, scope=scope))  # type: ignore[misc]

    async def descriptions() -> None:
        if (await sender.persist(bot.get_my_description)).description != description:
            await sender.persist(lambda: bot.set_my_description(description))
        if (await sender.persist(bot.get_my_short_description)).short_description != short:
            await sender.persist(lambda: bot.set_my_short_description(short))

    for what, work in (("menus", commands), ("descriptions", descriptions)):
        await _reported(what, work)


async def _reported(what: str, work: Callable[[], Awaitable[None]]) -> None:
    try:
        await work()
    except (BadRequest, Forbidden, Undeliverable) as error:
        log.warning("Telegram did not take the %s (%s).", what, describe(error))


async def set_webhook(bot: CoachBot, sender: Sender, url: str, secret: str) -> None:
    """Set the webhook, unless Telegram's own record shows that it is. Never raises."""

    async def work() -> None:
        info = await sender.persist(bot.get_webhook_info)
        same = info.url == url and set(info.allowed_updates or ()) == set(ALLOWED)
        refused = "401" in (info.last_error_message or "")  # our own answer to an old secret, which the record doesn't show
        if same and not refused:
            return
        await sender.persist(lambda: bot.set_webhook(url, secret_token=secret, allowed_updates=list(ALLOWED), max_connections=WEBHOOK_CONNECTIONS))
        log.info("The webhook is set.")

    await _reported("webhook", work)


async def remove_webhook(bot: CoachBot, sender: Sender) -> None:
    """For polling: remove a webhook that is set; updates that wait stay. Never raises."""

    async def work() -> None:
        if (await sender.persist(bot.get_webhook_info)).url:
            await sender.persist(lambda: bot.delete_webhook(drop_pending_updates=False))
            log.info("A webhook was set; it is removed, since TELEGRAM_WEBHOOK_URL is not.")

    await _reported("removal of the webhook", work)
