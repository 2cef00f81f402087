"""One line on stderr that says what is going on, with the seconds for anything longer than two."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

QUIET_SECONDS = 2.0
LINE_EVERY = 10.0  # where stderr is no terminal


@contextmanager
def working(what: str) -> Iterator[None]:
    """Say `what` now, count the seconds while it lasts, and say when it is done."""
    done = threading.Event()
    started = time.monotonic()
    terminal = sys.stderr.isatty()
    print(f"{what} ...", end="" if terminal else "\n", file=sys.stderr, flush=True)

    def tick() -> None:
        while not done.wait(0.5 if terminal else LINE_EVERY):
            seconds = time.monotonic() - started
            if seconds > QUIET_SECONDS:
                end = "" if terminal else "\n"
                print(f"{chr(13) if terminal else ''}{what} ... {seconds:.0f} s", end=end, file=sys.stderr, flush=True)

    ticker = threading.Thread(target=tick, daemon=True)
    ticker.start()
    try:
        yield
    finally:
        done.set()
        ticker.join()
        if terminal:
            print(f"\r{what} ... {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
