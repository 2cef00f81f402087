"""Stock Rasa with its default pipeline on the same entries, served beside ours.

    python benchmarks/stock_rasa.py train DIR      # writes a Rasa project into DIR and trains it there, once
    python benchmarks/stock_rasa.py measure DIR    # serves it and the coach one after the other, with the same messages

Training on all examples for Rasa's default of 100 epochs takes hours on one core. `--examples N --epochs M` trains on fewer: the network that
answers is the same, so what a message costs hardly changes; how well it understands is compared elsewhere (benchmarks/nlu.py).
"""

from __future__ import annotations

import argparse
import itertools
import json
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import common
import yaml

MARKS = (5, 50, 200)
AROUND = 10


def pipeline(epochs: int) -> dict[str, Any]:
    """What Rasa 3.6 takes when a project names no pipeline and no policies."""
    return {
        "recipe": "default.v1", "language": "en", "assistant_id": "stock",
        "pipeline": [
            {"name": "WhitespaceTokenizer"}, {"name": "RegexFeaturizer"}, {"name": "LexicalSyntacticFeaturizer"}, {"name": "CountVectorsFeaturizer"},
            {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
            {"name": "DIETClassifier", "epochs": epochs, "constrain_similarities": True},
            {"name": "EntitySynonymMapper"}, {"name": "ResponseSelector", "epochs": epochs, "constrain_similarities": True},
            {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
        ],
        "policies": [
            {"name": "MemoizationPolicy"}, {"name": "RulePolicy"}, {"name": "UnexpecTEDIntentPolicy", "max_history": 5, "epochs": epochs},
            {"name": "TEDPolicy", "max_history": 5, "epochs": epochs, "constrain_similarities": True},
        ],
    }  # fmt: skip


def write_project(folder: Path, most: int, epochs: int) -> None:
    """The same examples; an intent's answer is a response of Rasa's."""
    from knowledge.load import load
    from nlu import corpus

    knowledge = load()
    examples: dict[str, list[str]] = {}
    for example in corpus.examples(knowledge):
        examples.setdefault(corpus.public_id(example.label), []).append(example.text)
    examples = {label: texts[:most] for label, texts in examples.items()}
    answers = {label: knowledge.entries[label].answer if label in knowledge.entries else f"An answer to {label}." for label in examples}
    parts: dict[str, dict[str, Any]] = {
        "config.yml": pipeline(epochs),
        "domain.yml": {"version": "3.1", "intents": list(examples), "responses": {f"utter_{k}": [{"text": v}] for k, v in answers.items()}},
        "data/rules.yml": {"version": "3.1", "rules": [{"rule": k, "steps": [{"intent": k}, {"action": f"utter_{k}"}]} for k in examples]},
        "data/stories.yml": {
            "version": "3.1",
            "stories": [
                {"story": f"{a} {b}", "steps": [{k: v} for n in (a, b) for k, v in (("intent", n), ("action", f"utter_{n}"))]}
                for a, b in itertools.pairwise(examples)
            ],
        },
        "data/nlu.yml": {
            "version": "3.1",
            "nlu": [{"intent": k, "examples": "".join(f"- {' '.join(t.split()).replace('[', '(').replace(']', ')')}\n" for t in texts)} for k, texts in examples.items()],
        },
        "credentials.yml": {"rest": {}},
        "endpoints.yml": {"tracker_store": {"type": "SQL", "dialect": "sqlite", "db": str(folder / "tracker.db")}},
    }
    for name, content in parts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=1000))


def train(folder: Path, most: int, epochs: int) -> None:
    """Write and train."""
    write_project(folder, most, epochs)
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "rasa", "train", "--fixed-model-name", "stock"], cwd=folder, check=True)
    print(f"trained in {time.perf_counter() - started:.0f} s")


def post(url: str, sender: str, text: str, token: str) -> float:
    """Seconds until the answer."""
    data = json.dumps({"sender": sender, "message": text}).encode()
    request = urllib.request.Request(url + "/webhooks/rest/webhook", data=data, headers={"Content-Type": "application/json", "Authorization": f"Bearer {token}"})
    started = time.perf_counter()
    with urllib.request.urlopen(request, timeout=120) as found:
        json.loads(found.read())  # stock Rasa says nothing to what it is not sure of
    return time.perf_counter() - started


def drive(name: str, url: str, token: str, seconds: float) -> dict[str, object]:
    """One conversation of 200 messages, then eight people at once."""
    times = [post(url, "one", common.QUESTIONS[n % len(common.QUESTIONS)], token) for n in range(MARKS[-1])]
    row: dict[str, object] = {"": name, **{f"ms at {m}": round(1000 * common.percentile(times[max(0, m - AROUND) : m], 0.5), 1) for m in MARKS}}
    until = time.perf_counter() + seconds

    def talk(person: int) -> int:
        count = 0
        while time.perf_counter() < until:
            post(url, f"p{person}-{count // 20}", common.QUESTIONS[(person + count) % len(common.QUESTIONS)], token)
            count += 1
        return count

    with ThreadPoolExecutor(8) as pool:
        row["messages/s"] = round(sum(pool.map(talk, range(8))) / seconds, 1)
    return row


def measure(folder: Path, seconds: float) -> None:
    """Serve stock Rasa, then the coach, both in one process with SQLite."""
    from tests.services import TOKEN, Coach, data_dir_with, free_port, wait_until

    rows: list[dict[str, object]] = []
    (folder / "tracker.db").unlink(missing_ok=True)
    port = free_port()
    command = [sys.executable, "-m", "rasa", "run", "-m", "models/stock.tar.gz", "-p", str(port)]
    command += ["-i", "127.0.0.1", "--credentials", "credentials.yml", "--endpoints", "endpoints.yml"]
    started = time.perf_counter()
    stock = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        try:
            return post(url, "warm", "hello", "") > 0
        except OSError:
            return False

    try:
        wait_until(answers, 300, "stock Rasa")
        ready = round(time.perf_counter() - started, 1)
        rows.append({**drive("stock Rasa", url, "", seconds), "s to ready": ready, "MB": round(common.resident_mb(stock.pid))})
    finally:
        stock.terminate()
        stock.wait(30)
    started = time.perf_counter()
    coach = Coach(data_dir_with(common.current_model(), common.scratch())).wait()
    try:
        coach.say("warm", "hello")
        ready = round(time.perf_counter() - started, 1)
        rows.append({**drive("ours", coach.url, TOKEN, seconds), "s to ready": ready, "MB": round(common.resident_mb(coach.process.pid))})
    finally:
        coach.stop()
    common.machine()
    common.table(rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("train", "measure"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--examples", type=int, default=1000, help="at most so many an intent")
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=20.0)
    options = parser.parse_args()
    common.quiet()
    target = options.folder.resolve()
    if options.what == "train":
        train(target, options.examples, options.epochs)
    else:
        measure(target, options.seconds)
