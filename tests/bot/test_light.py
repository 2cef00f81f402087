"""Starting without TensorFlow: the same answers, and only where nothing can need it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.light import CONFIG, can_be_light
from tests.services import ROOT, data_dir_with

TEXTS = ["how much protein do i need", "I'm 82 kg and vegan", "chest pain when i run", "who won the world cup", "hello", "👟", "", "is fasted running ok and how long should i sleep?"]


def test_our_configuration_can_be_light() -> None:
    assert can_be_light(CONFIG)


@pytest.mark.parametrize("line", ["  - name: DIETClassifier", "  - name: RulePolicy", "  - name: rasa.nlu.classifiers.diet_classifier.DIETClassifier", '  - name: "TEDPolicy"'])
def test_a_component_that_is_not_ours_brings_the_real_library(tmp_path: Path, line: str) -> None:
    config = tmp_path / "config.yml"
    config.write_text(CONFIG.read_text() + line + "\n")
    assert not can_be_light(config)
    assert not can_be_light(tmp_path / "missing.yml")


def python(code: str, **env: str) -> str:
    """What a fresh interpreter prints."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT, env={**os.environ, **env}).stdout


def test_importing_the_package_changes_nothing() -> None:
    assert python("import sys, bot.light; print([f for f in sys.meta_path if 'light' in type(f).__module__])") == "[]\n"


def test_the_switch_and_a_loaded_library_keep_the_real_one() -> None:
    assert python("from bot.light import start_light; print(start_light())", COACH_LIGHT="no") == "False\n"
    assert python("import sys; sys.modules['tensorflow'] = sys; from bot.light import start_light; print(start_light())") == "False\n"
    assert python("from bot.light import start_light; print(start_light()); import tensorflow as tf; print(tf.keras.layers.Layer.__name__)") == "True\nLayer\n"


@pytest.mark.model
def test_the_output_is_equal_with_and_without(model: Path, tmp_path: Path) -> None:
    data_dir_with(model, tmp_path)
    lines = "".join(json.dumps({"text": t}) + "\n" for t in TEXTS)
    said = {}
    for light in ("yes", "no"):
        env = {**os.environ, "COACH_DATA_DIR": str(tmp_path), "COACH_LIGHT": light}
        done = subprocess.run([sys.executable, "-m", "bot", "parse"], input=lines, capture_output=True, text=True, cwd=ROOT, env=env, check=True)
        said[light] = done.stdout
    assert said["yes"] == said["no"]
    assert len(said["yes"].splitlines()) == len(TEXTS)
