"""One message in process, on one core: understanding alone, and the whole message with its action. `python benchmarks/message.py`"""

from __future__ import annotations

import argparse
import asyncio
import os
import time

import common


async def main(rounds: int) -> None:
    """Measure and print."""
    from actions.plain import plain
    from bot.engine import Engine
    from bot.quiet import hush_rasa
    from bot.settings import read_settings

    hush_rasa()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    model, rows = common.current_model(), []
    for name, url in (("memory", "sqlite://"), ("SQLite", None)):
        folder = common.scratch()
        settings = read_settings({"COACH_DATA_DIR": str(folder), **({"COACH_DATABASE_URL": url} if url else {})})
        engine = Engine.load(settings, model, pool_size=1 if url else 5)
        for text in common.QUESTIONS:
            assert plain(await engine.turn("b:warm", text))
        for heard in (False, True):
            parse, whole, parse_cpu, whole_cpu = [], [], [], []
            for n in range(rounds):
                for text in common.QUESTIONS:
                    other = text if heard else f"{text} {name} {n}"
                    wall, cpu = time.perf_counter(), time.process_time()
                    await engine.parse(other)
                    parse.append(time.perf_counter() - wall)
                    parse_cpu.append(time.process_time() - cpu)
                    other = text if heard else f"{text} {n} {name}"
                    wall, cpu = time.perf_counter(), time.process_time()
                    await engine.turn(f"b:{n % 7}", other)
                    whole.append(time.perf_counter() - wall)
                    whole_cpu.append(time.process_time() - cpu)
            kind = "asked before" if heard else "new"
            if not url:
                rows.append({"what": "understanding", "text": kind, "store": "", **common.milliseconds(parse), "CPU p50 ms": common.milliseconds(parse_cpu)["p50 ms"]})
            rows.append({"what": "whole message", "text": kind, "store": name, **common.milliseconds(whole), "CPU p50 ms": common.milliseconds(whole_cpu)["p50 ms"]})
        engine.close()
    common.machine()
    common.table(rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    common.quiet()
    asyncio.run(main(parser.parse_args().rounds))
