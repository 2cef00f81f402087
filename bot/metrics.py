"""What the server tells Prometheus: counts and times, never a person or a text.

With several workers each process writes its numbers to files in PROMETHEUS_MULTIPROC_DIR, and whichever worker is asked
adds them up. The library reads that variable when it is first imported, so `prepare` comes before this module is used.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.005, 0.01, 0.015, 0.025, 0.04, 0.06, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


def prepare(folder: Path) -> None:
    """Let several processes share their numbers through an emptied folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ[VARIABLE] = str(folder)


def forget_process(pid: int) -> None:
    """A worker died: its share of what is going on now no longer counts; its totals stay."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(pid)


class Metrics:
    """The numbers of this process."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        self.registry = CollectorRegistry()
        self.messages = Counter("coach_messages_total", "Messages answered.", ["channel", "decision"], registry=self.registry)
        self.fallbacks = Counter("coach_fallbacks_total", "Messages that got no answer of their own.", ["reason"], registry=self.registry)
        self.errors = Counter("coach_errors_total", "Failures, by where they happened.", ["where"], registry=self.registry)
        self.seconds = Histogram("coach_message_seconds", "From a message to its reply.", ["channel"], buckets=SECONDS, registry=self.registry)
        self.parsing = Histogram("coach_parse_seconds", "Understanding a text.", buckets=SECONDS, registry=self.registry)
        self.waiting = Histogram("coach_lock_wait_seconds", "Waiting for earlier messages of the same person.", buckets=SECONDS, registry=self.registry)
        self.in_flight = Gauge("coach_messages_in_flight", "Messages waiting or being answered.", registry=self.registry, multiprocess_mode="livesum")
        self.reloads = Counter("coach_reloads_total", "Reloads of the knowledge.", ["result"], registry=self.registry)

    @contextmanager
    def timed(self, channel: str) -> Iterator[None]:
        """A message is under way."""
        self.in_flight.inc()
        started = time.perf_counter()
        try:
            yield
        finally:
            self.in_flight.dec()
            self.seconds.labels(channel).observe(time.perf_counter() - started)

    def page(self) -> bytes:
        """The text for Prometheus, of all workers."""
        from prometheus_client import CollectorRegistry, generate_latest
        from prometheus_client.multiprocess import MultiProcessCollector

        if VARIABLE not in os.environ:
            return generate_latest(self.registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)
        return generate_latest(together)


@lru_cache(maxsize=1)
def metrics() -> Metrics:
    """This process's numbers, made at first use."""
    return Metrics()


def channel_of(user_id: str) -> str:
    """The channel in a user id's namespace; anything unknown counts as other, so that no id becomes a label."""
    name = user_id.partition(":")[0]
    return name if name in ("web", "rest", "telegram", "terminal") else "other"
