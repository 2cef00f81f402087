"""From the command to ready with a trained model, memory then, and what the imports cost. `python benchmarks/start.py`"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time

import common

IMPORTS = ("tensorflow", "spacy", "sklearn.feature_extraction.text", "onnxruntime", "rasa.core.processor", "bot.server")


def main(starts: int) -> None:
    """Measure and print."""
    from tests.services import Coach, data_dir_with

    model, rows = common.current_model(), []
    for _ in range(starts):
        folder = data_dir_with(model, common.scratch())
        started = time.perf_counter()
        coach = Coach(folder).wait()
        ready = time.perf_counter() - started
        memory = common.resident_mb(coach.process.pid)
        first = time.perf_counter()
        coach.say("start", "how much protein do i need")
        rows.append({"seconds to ready": round(ready, 1), "MB resident": round(memory), "first message ms": round(1000 * (time.perf_counter() - first))})
        assert "Training" not in coach.said(), "a second start trains"
        coach.stop()
    costs = []
    for module in IMPORTS:
        code = f"import time; from bot.quiet import hush; hush(); t = time.process_time(); import {module}; print(time.process_time() - t)"
        said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=common.ROOT).stdout
        costs.append({"import": module, "CPU s": round(float(said.split()[-1]), 1)})
    common.machine()
    common.table(rows)
    print()
    common.table(costs)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=3)
    common.quiet()
    main(parser.parse_args().starts)
