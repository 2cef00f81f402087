"""Training: one model file per content, made once, replaced in one step."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from bot.settings import Settings
from knowledge.check import load_checked
from nlu.corpus import fingerprint

ROOT = Path(__file__).parent.parent
KEPT_MODELS = 3
MEMORY_GB = 3.5  # that training holds at its peak: one number for each pair of examples (docs/benchmarks.md)


class TrainingError(RuntimeError):
    """Training failed; the message is one sentence with the remedy."""


def model_path(settings: Settings) -> Path:
    """Where the model for the current content lies or will lie. Raises KnowledgeError when an entry cannot be used."""
    return settings.models_dir / f"coach-{fingerprint(load_checked(settings.knowledge_dir))}.tar.gz"


def train_apart() -> None:
    """Train in a process of its own, with this one's environment: its memory goes when it ends, and a server goes on meanwhile.

    Raises TrainingError; the process has said why on stderr.
    """
    done = subprocess.run([sys.executable, "-m", "bot", "train"], stdout=subprocess.DEVNULL, check=False)
    if done.returncode == -signal.SIGKILL:
        raise TrainingError(f"The system stopped the training, most likely for lack of memory; it needs {MEMORY_GB} GB free.")
    if done.returncode != 0:
        raise TrainingError("Training failed; see the lines above.")


def train(settings: Settings) -> Path:
    """Train a model for the current content and put it in place.

    Raises KnowledgeError or TrainingError; the previous model is untouched then.
    """
    from rasa.model_training import train as rasa_train

    target = model_path(settings)
    settings.models_dir.mkdir(parents=True, exist_ok=True)
    if settings.knowledge_dir:
        os.environ["COACH_KNOWLEDGE_DIR"] = str(settings.knowledge_dir)
    with tempfile.TemporaryDirectory(dir=settings.models_dir) as folder:
        result = rasa_train(
            domain=str(ROOT / "domain.yml"), config=str(ROOT / "config.yml"), training_files=[], output=folder,
            fixed_model_name="coach", force_training=True,
        )  # fmt: skip
        if result.code != 0 or not result.model:
            raise TrainingError(f"Training ended with code {result.code}; run `coach knowledge check` and try again.")
        shutil.move(result.model, target)
    old = sorted(settings.models_dir.glob("coach-*.tar.gz"), key=lambda p: p.stat().st_mtime, reverse=True)
    for path in old[KEPT_MODELS:]:
        path.unlink(missing_ok=True)
    return target
