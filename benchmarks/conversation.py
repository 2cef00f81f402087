"""A conversation of 500 messages: what a message costs early and late, ours and stock Rasa side by side. `python benchmarks/conversation.py`"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable

import common

MARKS = (5, 50, 200, 500)
AROUND = 10  # messages up to a mark whose median stands for it


async def measure(turn: Callable[[str, str], Awaitable[object]], messages: int) -> dict[str, object]:
    """Medians in ms around each mark."""
    times = []
    for n in range(messages):
        started = time.perf_counter()
        await turn("b:long", common.QUESTIONS[n % len(common.QUESTIONS)])
        times.append(time.perf_counter() - started)
    return {f"at {m}": round(1000 * common.percentile(times[max(0, m - AROUND) : m], 0.5), 1) if m <= messages else "" for m in MARKS}


async def main(messages: int, stock_messages: int, postgres: bool) -> None:
    """Measure and print."""
    from benchmarks.stock import StockRasa
    from bot.engine import Engine, build_services
    from bot.quiet import hush_rasa
    from bot.settings import read_settings
    from tests.services import Postgres

    hush_rasa()
    model, rows = common.current_model(), []
    server = Postgres() if postgres else None
    stores = {"memory": "sqlite://", "SQLite": "", **({"PostgreSQL": server.database()} if server else {})}
    for name, url in stores.items():
        settings = read_settings({"COACH_DATA_DIR": str(common.scratch()), "COACH_DATABASE_URL": url})
        engine = Engine.load(settings, model, pool_size=1 if name == "memory" else 5)
        await engine.turn("b:warm", "hello")
        rows.append({"": "ours", "store": name, **await measure(engine.turn, messages)})
        engine.close()
    for name in ("memory", "SQLite"):
        folder = common.scratch()
        stock = StockRasa(build_services(read_settings({"COACH_DATA_DIR": str(folder)})), model, folder / "rasa.db" if name == "SQLite" else None)
        await stock.turn("b:warm", "hello")
        rows.append({"": "stock dialogue, our understanding", "store": name, **await measure(stock.turn, stock_messages)})
    if server:
        server.close()
    common.machine()
    common.table(rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=500)
    parser.add_argument("--stock-messages", type=int, default=200)
    parser.add_argument("--no-postgres", action="store_true")
    options = parser.parse_args()
    common.quiet()
    asyncio.run(main(options.messages, options.stock_messages, not options.no_postgres))
