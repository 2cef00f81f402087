"""What a server loads before its first message."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_a_rehearsal_loads_what_the_first_week_and_the_first_answer_would() -> None:
    code = (
        "import sys\n"
        "from actions.services import make_coach, rehearse\n"
        "from knowledge.load import load\n"
        "from knowledge import exercises, meals\n"
        "rehearse(make_coach(load(None), region='intl', name='Coach', contact=''))\n"
        "print(*(name in sys.modules for name in ('PIL.ImageFont', 'icalendar', 'spacy', 'matplotlib')))\n"
        "print(meals.table.cache_info().currsize, exercises.exercises.cache_info().currsize)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    assert done.stdout.split() == ["True", "True", "True", "False", "1", "1"]
