"""kill -9 at random moments under load: `python benchmarks/telegram_kill.py`.

Kills the Telegram channel fifty times in each mode while people write, and checks that every message was answered, and
twice only those whose answer had been sent but not yet marked at a kill. Exits with 1 otherwise.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "bot" / "telegram")]

from kill_runs import run_kills  # noqa: E402


async def main() -> int:
    """Run the kills; prints one JSON object a mode."""
    parser = argparse.ArgumentParser(description="kill -9 at random moments under load.")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--modes", nargs="*", default=["polling", "webhook"], choices=["polling", "webhook"])
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    bad = False
    for mode in options.modes:
        with tempfile.TemporaryDirectory() as folder:
            outcome = await run_kills(mode, options.kills, Path(folder), seed=options.seed)
        bad = bad or bool(outcome.lost or outcome.twice_unexplained or outcome.disordered)
        print(json.dumps({**asdict(outcome), "twice": len(outcome.twice)}))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
