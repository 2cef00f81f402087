"""The evaluation: what it counts, how it reports, when it fails."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu import evaluate
from nlu.decide import Decision
from nlu.encoder import Encoder, Reading, Vectors
from nlu.evaluate import OnceEncoder, Scores, below_floors, right, score_questions, with_typos
from nlu.report import reliability, risk_coverage, write_report
from nlu.wordpiece import WordPiece


def test_questions_are_counted() -> None:
    found = {
        "a": Decision("answer", "protein_target", 0.9, (("protein_target", 0.9),), ("protein_target",)),
        "b": Decision("clarify", "carbs", 0.4, (("carbs", 0.4),), offers=("carbs", "protein_target")),
        "c": Decision("answer", "sleep", 0.6, (("sleep", 0.6),), ("sleep",)),
        "d": Decision("out_of_scope", "out_of_scope", 0.5, (("out_of_scope", 0.5),)),
    }
    scores = Scores()
    score_questions(lambda texts: [found[t] for t in texts], [(t, ("protein_target",)) for t in found], scores, "q")
    shown = {k: scores.figures[f"q.{k}"] for k in ("top1", "answered_right", "right_or_button", "lost", "clarified", "answered_wrong")}
    assert shown == {"top1": 0.25, "answered_right": 0.25, "right_or_button": 0.5, "lost": 0.25, "clarified": 0.25, "answered_wrong": 0.25}
    assert [row[0] for row in scores.tables["q.not_answered_right"]] == ["b", "c", "d"]


@pytest.mark.parametrize("decision", ["answer", "conversation"])
def test_a_wish_for_a_plan_is_right_as_topic_and_as_conversation(decision: str) -> None:
    assert right(Decision(decision, "weekly_plan", 0.9), ("weekly_plan",))
    assert not right(Decision(decision, "weekly_plan", 0.9), ("sleep",))


def test_a_missed_floor_and_a_burst_ceiling_are_named() -> None:
    scores = Scores()
    scores.figures = {"safety.caught": 0.5, "lookalikes.alarmed": 0.9, "questions.top1": 0.99}
    missed = below_floors(scores)
    assert len(missed) == 2
    assert "safety.caught is 0.500" in missed[0]
    assert "lookalikes.alarmed is 0.900" in missed[1]


def test_evaluate_fails_under_a_floor_and_reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    class Settings:
        knowledge_dir = None

    class Fixed:
        @classmethod
        def fit(cls, *_: object) -> Fixed:
            return cls()

        def __call__(self, texts: list[str]) -> list[Decision]:
            return [Decision("answer", "sleep", 0.5, (("sleep", 0.5),), ("sleep",)) for _ in texts]

    monkeypatch.setattr(evaluate, "Understanding", Fixed)
    assert evaluate.evaluate(Settings(), tmp_path / "out", quick=True) == 1
    assert "the floor is" in capsys.readouterr().out
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert report["figures"]["safety.caught"] == 0
    assert (tmp_path / "out" / "questions.png").stat().st_size > 1000
    assert "## Confidence on questions" in (tmp_path / "out" / "report.md").read_text()


def test_an_empty_report_is_written(tmp_path: Path) -> None:
    assert write_report(Scores(), tmp_path) == ""


@given(st.text(min_size=3, max_size=40), st.integers(0, 99))
def test_typing_errors_are_small_and_repeatable(text: str, seed: int) -> None:
    assert with_typos(text, seed) == with_typos(text, seed)
    assert abs(len(with_typos(text, seed)) - len(text)) <= 2


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=50))
def test_curves_cover_everything(points: list[tuple[float, bool]]) -> None:
    assert sum(n for _, n, _ in reliability(points)) == len(points)
    coverage, risk = risk_coverage(points)[-1]
    assert coverage == 1
    assert risk == pytest.approx(sum(not good for _, good in points) / len(points))


def test_an_encoder_reads_a_text_once() -> None:
    def reading(size: int) -> Reading:
        return Reading(np.array([float(size)], dtype=np.float32), [size], np.zeros((1, 1), dtype=np.float16))

    class Counting(Encoder):
        def __init__(self) -> None:
            self.tokenizer = WordPiece.load()
            self.read: list[str] = []

        def encode(self, texts: list[str], together: int = 1, weights: Vectors | None = None) -> list[Reading]:
            self.read += texts
            return [reading(len(t)) for t in texts]

        def encode_side_by_side(self, texts: Sequence[str], weights: Vectors | None = None) -> list[Reading]:
            return [reading(-len(t)) for t in texts]

    def sizes(readings: list[Reading]) -> list[float]:
        return [float(r.vector[0]) for r in readings]

    counting = Counting()
    once = OnceEncoder(counting)
    assert sizes(once.encode(["a", "bb", "a"])) == [1, 2, 1]
    assert sizes(once.encode(["bb", "ccc"])) == [2, 3]
    assert sizes(once.encode_side_by_side(["ccc"])) == [3]
    assert counting.read == ["a", "bb", "ccc"]
    assert sizes(once.encode_side_by_side(["ccc", "a"])) == [-3, -1]
