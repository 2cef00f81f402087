"""The benchmark on public sets runs on a made-up folder of their form, and its figures are what they say."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import nlu as bench

ROOT = Path(__file__).parent.parent.parent
TOPICS = {
    "REFUND": ["i want my money back", "how do i get a refund", "refund please", "when is my refund coming", "return the money for my order", "refund not received"],
    "DELIVERY": ["where is my parcel", "when will my order arrive", "my delivery is late", "track my package", "is my order shipped", "delivery date please"],
    "OFFERS": ["any discount today", "do you have a coupon", "is there a sale", "current offers please", "promo code for new customers", "discount on two items"],
}
TOPICAL = [("can you give my money back", "REFUND"), ("has my package left yet", "DELIVERY"), ("got any coupons for me", "OFFERS"), ("parcel is late again", "DELIVERY")]
ELSEWHERE = ["what is the capital of peru", "sing me a song about whales", "who painted the ceiling"]


def write_csv(path: Path, columns: tuple[str, str], rows: list[tuple[str, str]]) -> None:
    """A data set's file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([columns, *rows])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Public sets in small."""
    train = [(text, topic) for topic, texts in TOPICS.items() for text in texts]
    write_csv(tmp_path / "hint3" / "curekart_train.csv", ("sentence", "label"), train)
    write_csv(tmp_path / "hint3" / "curekart_test.csv", ("sentence", "label"), [*TOPICAL, *((t, bench.OFF_TOPIC) for t in ELSEWHERE)])
    write_csv(tmp_path / "banking77" / "train.csv", ("text", "category"), train)
    write_csv(tmp_path / "banking77" / "test.csv", ("text", "category"), TOPICAL)
    (tmp_path / "clinc150").mkdir()
    parts = {"train": train, "val": TOPICAL, "test": TOPICAL, "oos_train": [("how tall is the moon", "oos")], "oos_val": [], "oos_test": [(t, "oos") for t in ELSEWHERE]}
    (tmp_path / "clinc150" / "data_small.json").write_text(json.dumps(parts))
    return tmp_path


def test_it_runs_from_the_command_line_on_a_folder_of_that_form(folder: Path) -> None:
    done = subprocess.run([sys.executable, "benchmarks/nlu.py", str(folder)], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    ours = next(line for line in lines if "this project" in line)
    assert "100.0 (100.0-100.0)" in ours and "1.000 (1.000-1.000)" in ours, ours
    rasa = next(line for line in lines if "Rasa (DIET)" in line)
    assert "84.1" in rasa and "0.801" in rasa
    assert "sofmattress" not in done.stdout, "a set that is not there was reported"
    assert sum("BANKING77" in line for line in lines) == 2
    assert sum("CLINC150 small" in line for line in lines) == 3
    assert any(line.startswith("| HINT3 curekart | 3 |") for line in lines)


def test_a_folder_without_sets_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(tmp_path) == 2
    assert "holds none" in capsys.readouterr().err


def test_a_wrong_answer_and_a_missed_off_topic_question_count(folder: Path) -> None:
    rows = [*TOPICAL[:3], ("refund please", "DELIVERY"), *((t, bench.OFF_TOPIC) for t in ELSEWHERE), ("any discount today", bench.OFF_TOPIC)]
    write_csv(folder / "hint3" / "curekart_test.csv", ("sentence", "label"), rows)
    encoder = bench.Encoder.load()
    platforms, thresholds = bench.hint3(folder / "hint3", encoder)
    assert str(platforms[0]["curekart accuracy, %"]).startswith("75.0 (")
    assert float(str(platforms[0]["curekart off-topic AUROC"]).split()[0]) < 1
    assert not any(str(row["off-topic rejected, %"]).startswith("100.0") for row in thresholds)


def test_intervals_hold_the_share_and_narrow_with_more_rows() -> None:
    few, many = ([float(s) for s in bench.percent([1, 1, 1, 0] * n).replace("(", "").replace(")", "").replace("-", " ").split()] for n in (10, 1000))
    for mid, low, high in (few, many):
        assert mid == 75.0 and low < 75 < high
    assert many[2] - many[1] < (few[2] - few[1]) / 3


def test_thresholds_come_from_the_rows_they_are_chosen_on() -> None:
    chosen_on = np.linspace(0, 1, 101)
    topical, gate = np.array([True, True, False, False]), np.array([0.02, 0.9, 0.01, 0.5])
    three, ten = bench.off_topic_rows("x", chosen_on, topical, gate)
    assert three["in scope lost, %"].startswith("50.0") and three["off-topic rejected, %"].startswith("50.0")  # type: ignore[attr-defined]
    assert ten["threshold chosen to lose, %"] == "10"
