"""The evaluation report: Markdown with tables and two pictures, and JSON for comparing two runs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nlu.evaluate import Scores

BINS = 10
HEADS = {
    "confusions": ("times", "asked", "understood as"),
    "not_answered_right": ("text", "asked", "decision", "id", "confidence"),
    "topics": ("topic", "questions", "precision", "recall"),
}


def write_report(scores: Scores, out: Path) -> str:
    """Write report.md, report.json and the pictures; returns the figures as text."""
    (out / "report.json").write_text(json.dumps({"figures": scores.figures, "tables": scores.tables}, indent=1, default=str), encoding="utf-8")
    lines = ["# What the understanding gets right", "", "| figure | share |", "| --- | --- |"]
    lines += [f"| {name} | {value:.3f} |" for name, value in scores.figures.items()]
    for name, points in scores.points.items():
        if points:
            picture = out / f"{name}.png"
            unanswered = [scores.figures.get(f"{name}.{kind}", 0.0) for kind in ("clarified", "lost", "alarmed")]
            draw(points, name, picture, 1 - sum(unanswered))
            lines += ["", f"## Confidence on {name}", "", f"![reliability and risk-coverage]({picture.name})", ""]
            lines += ["| confidence | answers | right |", "| --- | --- | --- |"]
            lines += [f"| {low:.1f}-{low + 1 / BINS:.1f} | {n} | {share:.2f} |" for low, n, share in reliability(points)]
    for name, rows in scores.tables.items():
        lines += ["", f"## {name}", "", *table(name, rows)]
    (out / "report.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return "\n".join(f"{name}\t{value:.3f}" for name, value in scores.figures.items())


def table(name: str, rows: Sequence[Sequence[Any]]) -> list[str]:
    """Rows as a Markdown table."""
    if not rows:
        return ["None."]
    heads = HEADS.get(name.rsplit(".", 1)[-1]) or tuple(f"{n + 1}" for n in range(len(rows[0])))
    cells = [[str(c).replace("|", "/").replace("\n", " ") for c in row] for row in rows]
    return ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads), *("| " + " | ".join(row) + " |" for row in cells)]


def reliability(points: Sequence[tuple[float, bool]]) -> list[tuple[float, int, float]]:
    """(lower edge, number, share right) per confidence bin that holds any."""
    out = []
    for b in range(BINS):
        inside = [good for confidence, good in points if b / BINS <= confidence < (b + 1) / BINS or (b == BINS - 1 and confidence >= 1)]
        if inside:
            out.append((b / BINS, len(inside), sum(inside) / len(inside)))
    return out


def risk_coverage(points: Sequence[tuple[float, bool]]) -> list[tuple[float, float]]:
    """(share answered, share wrong among them) as the threshold falls."""
    out, wrong = [], 0
    for n, (_, good) in enumerate(sorted(points, key=lambda p: -p[0]), 1):
        wrong += not good
        out.append((n / len(points), wrong / n))
    return out


def draw(points: Sequence[tuple[float, bool]], name: str, path: Path, answered: float) -> None:
    """The reliability curve and the risk-coverage curve side by side; the share that is `answered` is marked on the latter."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 4), layout="constrained")
    FigureCanvasAgg(figure)
    left, right = figure.add_subplot(1, 2, 1), figure.add_subplot(1, 2, 2)
    bins = reliability(points)
    left.plot([0, 1], [0, 1], color="0.7", linestyle="--")
    left.plot([low + 0.5 / BINS for low, _, _ in bins], [share for _, _, share in bins], marker="o")
    left.set(xlabel="confidence", ylabel="share right", title=f"{name}: reliability", xlim=(0, 1), ylim=(0, 1))
    curve = risk_coverage(points)
    right.plot([c for c, _ in curve], [r for _, r in curve])
    at = min(curve, key=lambda point: abs(point[0] - answered))
    right.plot(*at, marker="o", color="tab:red")
    right.annotate("operating point", at, xytext=(-8, 10), textcoords="offset points", ha="right")
    right.set(xlabel="share answered", ylabel="share wrong", title="risk and coverage", xlim=(0, 1), ylim=(0, None))
    figure.savefig(path, dpi=110)
