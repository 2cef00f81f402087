"""What operators see: numbers without people in them, log lines that belong together and hold no personal text."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from bot import logs
from bot.engine import Engine
from bot.metrics import Metrics, channel_of, metrics

ROOT = Path(__file__).parent.parent.parent
SECRET = "my kidney stones hurt since the divorce"


def value(page: str, name: str) -> float:
    """A sample's value, 0 without one."""
    found = re.search(rf"^{re.escape(name)} (\S+)$", page, re.MULTILINE)
    return float(found.group(1)) if found else 0.0


def test_the_page_is_prometheus_text(coach: Any) -> None:
    answer = coach.call("/metrics")
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert "# TYPE coach_message_seconds histogram" in answer.text


@pytest.mark.model
async def test_messages_decisions_and_times_are_counted(engine: Engine) -> None:
    before = metrics().page().decode()
    await engine.turn("web:42-secret", "roughly how many grams of protein should I have each day")  # asked nowhere else: a text asked before is not read again
    await engine.turn("web:42-secret", "what is the capital of France")
    after = metrics().page().decode()

    def grew(name: str) -> float:
        return value(after, name) - value(before, name)

    assert grew('coach_messages_total{channel="web",decision="answer"}') == 1
    assert grew('coach_messages_total{channel="web",decision="out_of_scope"}') == 1
    assert grew('coach_message_seconds_count{channel="web"}') == 2
    assert grew("coach_parse_seconds_count") == 2
    assert value(after, "coach_messages_in_flight") == 0
    assert "42-secret" not in after
    assert "France" not in after


@given(st.text(max_size=30))
def test_an_id_never_becomes_a_label(user_id: str) -> None:
    assert channel_of(user_id) in ("web", "rest", "telegram", "terminal", "other")


def test_a_message_in_flight_is_counted_and_let_go_even_when_it_fails() -> None:
    numbers = Metrics()
    with pytest.raises(RuntimeError), numbers.timed("web"):
        assert value(numbers.page().decode(), "coach_messages_in_flight") == 1
        raise RuntimeError
    assert value(numbers.page().decode(), "coach_messages_in_flight") == 0


def test_workers_numbers_are_added_up_and_a_dead_ones_totals_stay(tmp_path: Path) -> None:
    code = (
        "import os\nfrom pathlib import Path\nfrom bot import metrics as m\n"
        f"m.prepare(Path({str(tmp_path / 'numbers')!r}))\n"
        "pids = []\n"
        "for _ in range(2):\n"
        "    pid = os.fork()\n"
        "    if not pid:\n"
        "        m.metrics().messages.labels('web', 'answer').inc()\n        m.metrics().in_flight.inc()\n        os._exit(0)\n"
        "    os.waitpid(pid, 0)\n    pids.append(pid)\n"
        "m.forget_process(pids[0])\nm.forget_process(pids[1])\n"
        "print(m.metrics().page().decode())\n"
    )
    page = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT, env=os.environ).stdout
    assert value(page, 'coach_messages_total{channel="web",decision="answer"}') == 2
    assert value(page, "coach_messages_in_flight") == 0


# --- the log ---------------------------------------------------------------------------------------------------------


@pytest.mark.model
async def test_what_people_write_stays_out_of_the_log(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "bot"), caplog.at_level(logging.DEBUG, "actions"):
        reply = await engine.turn("web:log", SECRET)
    assert "Answered channel=web" in caplog.text
    assert f"decision={reply.decision}" in caplog.text
    assert SECRET not in caplog.text
    assert "kidney" not in caplog.text.replace("id=kidney", "")


@pytest.mark.model
async def test_the_operator_can_ask_for_it(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    told = engine.settings
    engine.settings = replace(told, log_text=True)
    try:
        with caplog.at_level(logging.INFO, "bot"):
            await engine.turn("web:log", SECRET)
    finally:
        engine.settings = told
    assert f'heard="{SECRET}"' in caplog.text


def test_an_error_of_the_database_does_not_tell_what_was_written(tmp_path: Path) -> None:
    from actions.store import Store

    store = Store.open(f"sqlite:///{tmp_path / 'c.db'}")
    with pytest.raises(sa.exc.OperationalError) as error, store.engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO nowhere VALUES (:text)"), {"text": SECRET})
    assert SECRET not in str(error.value)
    store.close()


def test_lines_of_one_message_carry_its_id() -> None:
    formatter = logs.LineFormatter()
    record = logging.LogRecord("bot.engine", logging.INFO, __file__, 1, "Answered", (), None)
    assert "cid=" not in formatter.format(record)
    with logs.correlated() as given:
        assert formatter.format(record).endswith(f"Answered cid={given}")
        with logs.correlated() as inner:
            assert inner == given
    assert "cid=" not in formatter.format(record)


def test_a_requests_id_comes_back_and_a_strange_one_is_replaced(coach: Any) -> None:
    assert coach.call("/health", headers={"X-Request-ID": "edge-7.1"}).headers["X-Request-ID"] == "edge-7.1"
    strange = coach.call("/health", headers={"X-Request-ID": "a b\tc" + "x" * 100}).headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{12}", strange)


@given(st.text(max_size=60))
def test_a_value_is_one_field_on_one_line(text: str) -> None:
    line = logs.fields(heard=text, ms=1)
    assert "\n" not in line
    assert line.endswith(" ms=1")
