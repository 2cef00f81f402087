"""A quiet terminal: third parties' warnings and debug lines stay out, our own log lines go to stderr."""

from __future__ import annotations

import logging
import os
import sys
import warnings


def hush() -> None:
    """Set what must be set before Rasa, TensorFlow and their friends are imported."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
    os.environ["LOG_LEVEL"] = "ERROR"  # Rasa's; it also decides about its progress bars
    os.environ["TQDM_DISABLE"] = "1"
    # Some libraries put filters of their own in front, so the printing is what has to go.
    warnings.showwarning = lambda *_args, **_kwargs: None
    for name in ("rasa", "rasa_sdk", "matplotlib", "apscheduler", "sanic", "httpx", "httpcore", "tensorflow", "absl", "alembic", "asyncio", "telegram"):
        logging.getLogger(name).setLevel(logging.WARNING if name not in ("rasa", "tensorflow", "absl") else logging.ERROR)


def set_up_logging(level: int = logging.INFO) -> None:
    """Log lines of our rooms to stderr, one line each."""
    from bot.logs import LineFormatter

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)


def hush_rasa() -> None:
    """Quieten what Rasa configures on import (structlog, coloured logs)."""
    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    for name in ("rasa", "rasa.core", "rasa.engine", "rasa.shared", "rasa.nlu"):
        logging.getLogger(name).setLevel(logging.ERROR)
