"""Starting the server: one process by default; several with PostgreSQL and Redis."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bot.settings import Settings

log = logging.getLogger(__name__)


class StartError(RuntimeError):
    """The server cannot start; the message is one sentence with the remedy."""


def serve(settings: Settings, ensure_model: Callable[[Settings], Path], *, host: str, port: int, workers: int) -> int:
    """Train when needed, load, and serve until stopped. Returns the exit code.

    Raises StartError when the address is taken or several workers lack their database and lock store.
    """
    if workers > 1 and not (settings.redis_url and settings.database_url.startswith("postgresql")):
        raise StartError("--workers above 1 needs COACH_DATABASE_URL (PostgreSQL) and COACH_REDIS_URL; set both or run one worker.")
    _check_port(host, port)
    if settings.public_url is None:
        settings = replace(settings, public_url=f"http://{host}:{port}")
    if settings.telegram_token:
        from bot.channels.telegram import check_token

        check_token(settings)
    model = ensure_model(settings)
    log.info("Loading the model")
    from bot.engine import Engine
    from bot.quiet import hush_rasa
    from bot.server import create_app

    hush_rasa()
    app = create_app(settings, lambda: Engine.load(settings, model))

    @app.after_server_start
    async def _say(_app: object, _loop: object) -> None:
        log.info("Ready at http://%s:%d", host, port)

    app.run(host=host, port=port, workers=workers, access_log=False, debug=False, motd=False)
    return 0


def _check_port(host: str, port: int) -> None:
    import socket

    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise StartError(f"{host}:{port} cannot be used ({error.strerror}); choose another with --port.") from error
