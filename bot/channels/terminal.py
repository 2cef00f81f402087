"""The coach in the terminal: readable text, buttons as numbered choices."""

from __future__ import annotations

import asyncio
import shutil
import sys
import textwrap

from actions.plain import plain
from actions.reply import Reply
from bot.engine import Engine

WIDTH = 88


async def talk(engine: Engine, user_id: str) -> int:
    """Read lines until the end of input; a number presses the button with that number."""
    last = await engine.turn(user_id, "", press=("intent", "greet"))
    while True:
        show(engine, last)
        buttons = [(b.do, b.arg) for b in last.buttons]
        try:
            line = await asyncio.to_thread(input, "\nyou> " if sys.stdin.isatty() else "")
        except EOFError:
            print("" if not sys.stdin.isatty() else "\n")
            return 0
        if line.strip().lower() in ("exit", "quit", "/exit", "/quit"):
            return 0
        chosen = int(line) - 1 if line.strip().isdecimal() else -1
        # A bare number answers the question when one is open ("how many days?"); the choices are numbered from 1.
        if 0 <= chosen < len(buttons) and not _asks_for_number(last):
            last = await engine.turn(user_id, "", press=buttons[chosen])
        else:
            last = await engine.turn(user_id, line)


def _asks_for_number(reply: Reply) -> bool:
    """Whether the reply ends with a question back that a number answers: one without choices of its own."""
    return not any(b.do == "set" for b in reply.buttons) and any(block.kind == "note" and "?" in block.text for block in reply.blocks)


def show(engine: Engine, reply: Reply) -> None:
    """Print a reply, wrapped to the terminal."""
    width = min(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns)
    print()
    for line in plain(reply).split("\n"):
        indent = "  " if line.startswith("- ") else ""
        print(textwrap.fill(line, width, subsequent_indent=indent) if line else "")
    for attachment in reply.attachments:
        path = engine.services.files.path(attachment.key)
        print(f"[{attachment.name}: {path}]")
    if reply.buttons:
        print()
        letters = _asks_for_number(reply)
        for number, button in enumerate(reply.buttons, 1):
            print(f"  {'-' if letters else f'{number})'} {button.title}")
