"""kill -9 under load: a server process is killed at random moments while people write; nothing may be lost.

Used by the tests (three kills a mode) and by benchmarks/telegram_kill.py (fifty).
"""

from __future__ import annotations

import asyncio
import os
import random
import socket
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from telegram_loopback import SECRET, BotApi

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
BACKLOG = 120  # unanswered messages above which people pause
PATIENCE = 60.0  # seconds without any new answer after which the rest counts as lost


@dataclass
class Outcome:
    """What a run of kills came to."""

    mode: str
    kills: int
    sent: int
    lost: list[str]
    twice: list[str]
    twice_unexplained: list[str]
    disordered: int


async def run_kills(mode: str, kills: int, folder: Path, *, rate: float = 40.0, people: int = 20, seed: int = 1) -> Outcome:
    """Write at `rate` messages a second, kill and restart the server `kills` times, wait for the last answers."""
    random.seed(seed)
    api = BotApi()
    await api.start()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {
        **os.environ, "COACH_DATA_DIR": str(folder), "TELEGRAM_BOT_TOKEN": api.token, "TELEGRAM_API_BASE": api.root,
        "PYTHONPATH": f"{ROOT}:{HERE}",
    }  # fmt: skip
    url = f"http://127.0.0.1:{port}/webhooks/telegram/webhook"
    deliveries = None
    if mode == "webhook":
        env |= {"TELEGRAM_WEBHOOK_URL": url, "TELEGRAM_WEBHOOK_SECRET": SECRET}
        deliveries = asyncio.create_task(api.deliver(url, secret=SECRET, workers=1))
    log = (folder / "server.log").open("wb")

    def launch() -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, str(HERE / "telegram_fakes.py"), str(port)], env=env, stdout=log, stderr=log)

    texts: list[str] = []
    excused: set[str] = set()
    running = True

    async def write() -> None:
        while running:
            if len(texts) - len(api.made("sendMessage")) > BACKLOG:  # a slow machine restarts slowly
                await asyncio.sleep(0.1)
                continue
            text = f"m{len(texts)}"
            texts.append(text)
            numbers[api.say(100 + random.randrange(people), text)] = text
            await asyncio.sleep(random.expovariate(rate))

    numbers: dict[int, str] = {}
    server = launch()
    writer = asyncio.create_task(write())
    try:
        for _ in range(kills):
            before = len(api.made("sendMessage"))
            end = time.monotonic() + 2 * PATIENCE
            while len(api.made("sendMessage")) < before + 5 and time.monotonic() < end:
                await asyncio.sleep(0.02)
            await asyncio.sleep(random.uniform(0.0, 1.0))
            server.kill()
            server.wait()
            await _quiet(api)  # what the killed process had written to its sockets still arrives
            answered = {c.params["text"].removeprefix("re: ") for c in api.made("sendMessage")}
            with sqlite3.connect(folder / "coach.db") as database:
                unmarked = {numbers[row[0]] for row in database.execute("SELECT update_id FROM telegram_inbox WHERE answered_at IS NULL")}
            excused |= answered & unmarked
            server = launch()
        running = False
        await writer
        answers, end = 0, time.monotonic() + PATIENCE
        while time.monotonic() < end and {f"re: {t}" for t in texts} - {c.params["text"] for c in api.made("sendMessage")}:
            if len(api.made("sendMessage")) > answers:
                answers, end = len(api.made("sendMessage")), time.monotonic() + PATIENCE
            await asyncio.sleep(0.1)
        await asyncio.sleep(0.5)
    finally:
        server.kill()
        server.wait()
        if deliveries:
            deliveries.cancel()
        log.close()
        await api.stop()
    counts = Counter(c.params["text"].removeprefix("re: ") for c in api.made("sendMessage"))
    twice = [t for t in texts if counts[t] > 1]
    return Outcome(
        mode, kills, len(texts), [t for t in texts if not counts[t]], twice,
        [t for t in twice if t not in excused or counts[t] > 2], _disordered(api),
    )  # fmt: skip


async def _quiet(api: BotApi, seconds: float = 0.25) -> None:
    """Wait until nothing has arrived for a while."""
    count, since = -1, time.monotonic()
    while time.monotonic() - since < seconds:
        if len(api.made("sendMessage")) != count:
            count, since = len(api.made("sendMessage")), time.monotonic()
        await asyncio.sleep(0.02)


def _disordered(api: BotApi) -> int:
    """First answers that came before an earlier question's, by chat."""
    wrong = 0
    newest: dict[int, int] = {}
    seen: set[str] = set()
    for call in api.made("sendMessage"):
        text, chat = call.params["text"], call.params["chat_id"]
        if text in seen:
            continue
        seen.add(text)
        number = int(text.removeprefix("re: m"))
        wrong += number < newest.get(chat, -1)
        newest[chat] = max(number, newest.get(chat, -1))
    return wrong
