"""Messages a second over HTTP at one and two workers, with PostgreSQL and Redis. `python benchmarks/throughput.py`"""

from __future__ import annotations

import argparse
import time
from concurrent.futures import ThreadPoolExecutor

import common


def load(coach: object, senders: int, seconds: float) -> tuple[int, list[float]]:
    """Messages answered in that time by so many people who each wait for their answer, and the times."""
    from tests.services import Coach

    assert isinstance(coach, Coach)
    until = time.perf_counter() + seconds

    def talk(person: int) -> list[float]:
        times = []
        while time.perf_counter() < until:
            started = time.perf_counter()
            coach.say(f"load-{person}-{len(times) // 10}", common.QUESTIONS[(person + len(times)) % len(common.QUESTIONS)])
            times.append(time.perf_counter() - started)
        return times

    with ThreadPoolExecutor(senders) as pool:
        found = [t for times in pool.map(talk, range(senders)) for t in times]
    return len(found), found


def main(seconds: float, senders: int) -> None:
    """Measure and print."""
    from tests.services import Coach, Postgres, Redis, data_dir_with

    model, rows = common.current_model(), []
    postgres, redis = Postgres(), Redis()
    try:
        for workers in (1, 2):
            folder = data_dir_with(model, common.scratch())
            coach = Coach(folder, workers=workers, COACH_DATABASE_URL=postgres.database(), COACH_REDIS_URL=redis.url).wait()
            try:
                load(coach, senders, 3.0)
                count, times = load(coach, senders, seconds)
                pids = coach.workers() if workers > 1 else [coach.process.pid]
                memory = round(sum(common.resident_mb(pid) for pid in pids) / len(pids))
                rows.append({"workers": workers, "people at once": senders, "messages/s": round(count / seconds, 1), **common.milliseconds(times), "MB each": memory})
            finally:
                coach.stop()
    finally:
        redis.stop()
        postgres.close()
    common.machine()
    common.table(rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--people", type=int, default=8)
    options = parser.parse_args()
    common.quiet()
    main(options.seconds, options.people)
