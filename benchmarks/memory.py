"""Resident memory over 20,000 messages of many people, in one process. `python benchmarks/memory.py`"""

from __future__ import annotations

import argparse
import asyncio
import gc

import common


async def main(messages: int, people: int) -> None:
    """Measure and print."""
    from bot.engine import Engine
    from bot.quiet import hush_rasa
    from bot.settings import read_settings

    hush_rasa()
    engine = Engine.load(read_settings({"COACH_DATA_DIR": str(common.scratch())}), common.current_model())
    rows, step = [], max(1, messages // 10)
    for n in range(messages):
        text = common.QUESTIONS[n % len(common.QUESTIONS)]
        await engine.turn(f"b:{n % people}", f"{text} {n}" if n % 3 == 0 else text)
        if n + 1 in (min(500, step), *range(step, messages + 1, step)):
            gc.collect()
            rows.append({"messages": n + 1, "MB resident": round(common.resident_mb())})
    engine.close()
    common.machine()
    common.table(rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--people", type=int, default=2_000)
    options = parser.parse_args()
    common.quiet()
    asyncio.run(main(options.messages, options.people))
