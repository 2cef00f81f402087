"""Load on the Telegram channel: `python benchmarks/telegram_load.py`.

Starts `coach run` with the real model against a Bot API on this machine and lets 100 people write 40 messages a second for
a minute, whatever the answers do (open loop). Measures from the moment an update is handed over to the arrival of the answer's
sendMessage. The load runs on the same processors as the server. Exits with 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict, deque
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "bot" / "telegram")]

import common  # noqa: E402
from telegram_loopback import BotApi  # noqa: E402

WARM_UP = 3.0  # seconds
GOALS = {"p50_ms": 50.0, "p99_ms": 300.0, "lost": 0, "growth_percent": 5.0}


def questions() -> list[str]:
    """What people ask, from the test data."""
    import yaml

    raw = yaml.safe_load((ROOT / "tests" / "data" / "questions.yml").read_text(encoding="utf-8"))
    found: list[str] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("text"), str):
                found.append(value["text"])
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                found.append(inner) if isinstance(inner, str) else walk(inner)

    walk(raw)
    return found or ["how much protein do I need?"]


def real_model() -> Path:
    """The model for the current content, trained when there is none."""
    from bot.quiet import hush, hush_rasa
    from bot.settings import read_settings

    hush()
    from bot.training import model_path, train

    settings = read_settings({"COACH_DATA_DIR": os.environ.get("COACH_TEST_CACHE") or str(ROOT / ".coach" / "test")})
    path = model_path(settings)
    if not path.exists():
        hush_rasa()
        print("Training the model once", file=sys.stderr)
        train(settings)
    return path


def usage(pid: int) -> tuple[float, float]:
    """Resident memory in MiB and processor seconds of a process and of those that it started."""
    stats = [Path(f"/proc/{p}/stat").read_text().rpartition(")")[2].split() for p in common.with_started(pid)]
    return common.resident_mb(pid), sum(int(s[11]) + int(s[12]) for s in stats) / os.sysconf("SC_CLK_TCK")


async def measure(command: list[str], env: dict[str, str], api: BotApi, *, rate: float, people: int, seconds: float, log: Path) -> dict[str, Any]:
    """Run the load against a server that `command` starts."""
    waiting: dict[int, deque[float]] = defaultdict(deque)
    delays: list[float] = []
    answered = 0

    def sent(chat: int, _text: str, at: float) -> None:
        nonlocal answered
        if waiting[chat]:
            answered += 1
            delays.append(1000 * (at - waiting[chat].popleft()))

    api.on_send, api.keep_calls = sent, False
    texts = questions()
    random.seed(7)
    with log.open("wb") as output:
        server = subprocess.Popen(command, env=env, cwd=ROOT, stdout=output, stderr=output)  # noqa: ASYNC220 - before the load
    try:
        end = time.monotonic() + 300
        while not api._polls:
            assert server.poll() is None, f"the server ended; see {log}"
            assert time.monotonic() < end, "the server does not poll"
            await asyncio.sleep(0.1)
        memory: list[tuple[float, float]] = []
        written = 0

        async def write(length: float) -> None:
            nonlocal written
            begin = time.perf_counter()
            for number in range(int(rate * length)):
                await asyncio.sleep(max(0.0, begin + number / rate - time.perf_counter()))
                person = 1000 + random.randrange(people)
                waiting[person].append(time.perf_counter())
                api.say(person, random.choice(texts))
                written += 1

        async def watch() -> None:
            while True:
                memory.append((time.monotonic(), usage(server.pid)[0]))
                await asyncio.sleep(1.0)

        await write(WARM_UP)
        await asyncio.sleep(2.0)
        delays.clear()
        written = answered = 0
        waiting.clear()
        _, busy = usage(server.pid)
        watcher = asyncio.create_task(watch())
        began = time.monotonic()
        await write(seconds)
        lasted = time.monotonic() - began
        _, busy_after = usage(server.pid)
        end = time.monotonic() + 30
        while answered < written and time.monotonic() < end:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        watcher.cancel()
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
    delays.sort()
    half = [m for at, m in memory if at - memory[0][0] > seconds / 2]
    quarter = max(1, len(half) // 3)
    growth = 100 * (statistics.mean(half[-quarter:]) / statistics.mean(half[:quarter]) - 1) if half else 0.0
    return {
        "messages": written, "rate": rate, "people": people, "seconds": round(lasted, 1), "lost": written - answered,
        "p50_ms": round(delays[len(delays) // 2], 1), "p90_ms": round(delays[int(len(delays) * 0.9)], 1),
        "p99_ms": round(delays[int(len(delays) * 0.99)], 1), "max_ms": round(delays[-1], 1),
        "server_cpu_ms_per_message": round(1000 * (busy_after - busy) / written, 1), "memory_mib": round(memory[-1][1], 1),
        "growth_percent": round(growth, 2), "load_average": os.getloadavg()[0],
    }  # fmt: skip


async def main() -> int:
    """Run the benchmark; prints one JSON object."""
    parser = argparse.ArgumentParser(description="Load on the Telegram channel.")
    parser.add_argument("--rate", type=float, default=40.0, help="messages a second")
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--fake", action="store_true", help="the channel alone, without the model")
    options = parser.parse_args()
    api = BotApi()
    await api.start()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        env = {**os.environ, "COACH_DATA_DIR": name, "TELEGRAM_BOT_TOKEN": api.token, "TELEGRAM_API_BASE": api.root, "PYTHONPATH": str(ROOT)}
        for variable in ("TELEGRAM_WEBHOOK_URL", "COACH_DATABASE_URL", "COACH_REDIS_URL"):
            env.pop(variable, None)
        if options.fake:
            command = [sys.executable, str(ROOT / "tests" / "bot" / "telegram" / "telegram_fakes.py"), port]
        else:
            model = real_model()
            (folder / "models").mkdir()
            (folder / "models" / model.name).symlink_to(model)
            command = [sys.executable, "-m", "bot", "run", "--port", port]
        log = ROOT / ".coach" / "telegram_load.log"
        log.parent.mkdir(exist_ok=True)
        result = await measure(command, env, api, rate=options.rate, people=options.people, seconds=options.seconds, log=log)
    await api.stop()
    result["missed"] = [goal for goal, limit in GOALS.items() if result[goal] > limit]
    print(json.dumps(result, indent=1))
    return 1 if result["missed"] or api.violations else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
