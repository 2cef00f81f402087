"""What the benchmarks share: a model for the current entries, percentiles, tables, and how fast the machine was."""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # where it is set, each start compiles every library anew: six seconds

QUESTIONS = (
    "how much protein do i need", "does running kill my gains", "can i run the day after leg day", "i am 32 and weigh 82 kg", "should i take creatine",
    "hello", "thanks", "how many days should i lift", "is fasted running good for fat loss", "i sleep 5 hours", "why?", "what should i eat before a long run",
    "is it bad to lift when i'm sore", "who won the world cup", "how do i get faster without losing muscle",
)  # fmt: skip


def quiet() -> None:
    """Third parties' output stays out of the results."""
    from bot.quiet import hush, set_up_logging

    hush()
    set_up_logging(30)


def current_model() -> Path:
    """The model for the entries as they are; trained in a process of its own when there is none (COACH_DATA_DIR, or .coach)."""
    from bot.settings import read_settings
    from bot.training import model_path, train_apart

    if given := os.environ.get("COACH_BENCHMARK_MODEL"):
        return Path(given)
    path = model_path(read_settings())
    if not path.exists():
        print("Training the model first", file=sys.stderr)
        train_apart()
    return path


def scratch() -> Path:
    """A new directory for stores."""
    return Path(tempfile.mkdtemp(prefix="coach-benchmark-"))


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def milliseconds(values: Sequence[float]) -> dict[str, float]:
    """p50, p95 and p99 of times in seconds, in ms."""
    return {f"p{round(share * 100)} ms": round(1000 * percentile(values, share), 1) for share in (0.5, 0.95, 0.99)}


def table(rows: Sequence[dict[str, object]]) -> None:
    """Rows as a Markdown table."""
    names = list(rows[0])
    print("| " + " | ".join(names) + " |\n|" + " --- |" * len(names))
    for row in rows:
        print("| " + " | ".join(str(row.get(name, "")) for name in names) + " |")


def machine() -> None:
    """Say on what this ran, with the time of a fixed piece of Python: what it takes longer than 60 ms, the rest takes longer too."""
    times = []
    for _ in range(5):
        started = time.perf_counter()
        total = 0
        for n in range(1_000_000):
            total += n & 7
        times.append(time.perf_counter() - started)
    load = os.getloadavg()[0]
    told = {"cores": os.cpu_count(), "load": round(load, 1), "python": platform.python_version(), "reference ms": round(1000 * sorted(times)[2])}
    print(f"\n{json.dumps(told)}\n")


def with_started(pid: int) -> list[int]:
    """A process and all that it started."""
    started = [int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()]
    return [pid, *(p for child in started for p in with_started(child))]


def resident_mb(pid: int | None = None) -> float:
    """Resident memory of a process (this one) and of those that it started, MB. What they share counts for each."""
    pages = sum(int(Path(f"/proc/{p}/statm").read_text().split()[1]) for p in with_started(pid or os.getpid()))
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
