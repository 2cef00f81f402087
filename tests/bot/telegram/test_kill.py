"""kill -9 at random moments under load, in both modes."""

from __future__ import annotations

from pathlib import Path

import pytest
from kill_runs import run_kills


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_three_kills_lose_nothing(tmp_path: Path, mode: str) -> None:
    outcome = await run_kills(mode, 3, tmp_path)
    assert outcome.sent > 50
    assert outcome.lost == []
    assert outcome.twice_unexplained == []
    assert outcome.disordered == 0
