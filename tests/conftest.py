"""Shared fixtures: settings over a temporary directory, and the real trained model (trained once, then cached by content)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.quiet import hush

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # the servers that tests start would compile every library anew, six seconds each
hush()
# hush() silences third parties for users; in tests our own warnings are errors again.
import warnings  # noqa: E402

warnings.resetwarnings()

from sanic import Sanic  # noqa: E402

from bot.settings import Settings, read_settings  # noqa: E402
from tests.services import Postgres, Redis  # noqa: E402

# Sanic rewrites its protocol's methods when a server starts; in test mode it keeps the originals, so that a second server can start too.
Sanic.test_mode = True


@pytest.fixture(scope="session")
def model_cache() -> Path:
    """Where trained models are kept between test runs (COACH_TEST_CACHE, or .coach/test in the project)."""
    path = Path(os.environ.get("COACH_TEST_CACHE") or Path(__file__).parent.parent / ".coach" / "test")
    path.mkdir(parents=True, exist_ok=True)
    return path


@pytest.fixture(scope="session")
def model(model_cache: Path) -> Path:
    """The model for the current content."""
    from bot.quiet import hush_rasa
    from bot.training import model_path, train

    hush_rasa()
    settings = read_settings({"COACH_DATA_DIR": str(model_cache)})
    path = model_path(settings)
    return path if path.exists() else train(settings)


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings over a fresh data directory."""
    return read_settings({"COACH_DATA_DIR": str(tmp_path_factory.mktemp("data"))})


@pytest.fixture(scope="session")
def engine(settings: Settings, model: Path) -> Iterator[object]:
    """The real engine over the real trained model and a fresh SQLite store."""
    from bot.engine import Engine
    from bot.quiet import hush_rasa

    loaded = Engine.load(replace(settings, public_url="http://coach.test"), model)
    hush_rasa()
    yield loaded
    loaded.close()




@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL server."""
    server = Postgres()
    yield server
    server.close()


@pytest.fixture
def postgres_url(postgres: Postgres) -> str:
    """A new database on it."""
    return postgres.database()


@pytest.fixture
def redis() -> Iterator[Redis]:
    """A real Redis server, empty."""
    server = Redis()
    yield server
    server.stop()
