"""Starting the server: one process by default; several with PostgreSQL and Redis, under a parent that replaces what dies."""

from __future__ import annotations

import logging
import os
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot import control, metrics
from bot.apart import Apart
from bot.settings import Settings

log = logging.getLogger(__name__)

POOL_SIZE = 5  # connections of one worker's store
TELEGRAM_CONNECTIONS = 4  # of one worker's Telegram channel: its inbox and its lease
SPARE_CONNECTIONS = 3  # left for `coach` commands and an operator's psql
GRACE_SECONDS = 20.0  # for what is under way when the server stops
BACKLOG = 512
CPU_QUOTA = Path("/sys/fs/cgroup/cpu.max")  # Linux: "quota period" in microseconds
QUICK_DEATH = 10.0  # a worker that dies sooner than this many seconds after its start waits before it is replaced


class StartError(RuntimeError):
    """The server cannot start; the message is one sentence with the remedy."""


def serve(settings: Settings, ensure_model: Callable[[Settings], Path], *, host: str, port: int, workers: int) -> int:
    """Train when needed, load, and serve until stopped. Returns the exit code.

    Raises StartError when the address is taken, another server uses the data directory, or several workers lack their
    database, lock store or connections.
    """
    if workers > 1 and not (settings.redis_url and settings.database_url.startswith("postgresql")):
        raise StartError("--workers above 1 needs COACH_DATABASE_URL (PostgreSQL) and COACH_REDIS_URL; set both or run one worker.")
    listening = _listen(host, port)
    with listening:
        if settings.public_url is None:
            settings = replace(settings, public_url=f"http://{host}:{port}")
        if settings.telegram_token:
            from bot.channels.telegram import check_token

            check_token(settings)
        pool_size = pool_for(settings, workers)
        if settings.redis_url:
            _check_redis(settings.redis_url)
        model = ensure_model(settings)
        if workers > 1:
            metrics.prepare(settings.run_dir / "metrics")
        log.info("Loading the model")
        # Started before this process begins its own imports, which take as long.
        apart = Apart(model) if workers == 1 and processors() > 1 else None
        # Imported once, before workers are forked: their memory holds Rasa's code once, and they start in a moment.
        from bot import engine, server  # noqa: F401
        from bot.quiet import hush_rasa

        hush_rasa()
        control.announce(settings.run_dir, control.Server(os.getpid(), host, port, workers))
        try:
            if workers == 1:
                _serve_here(settings, model, listening, pool_size, apart)
                return 0
            return Supervisor(workers, lambda: _serve_here(settings, model, listening, pool_size), settings.run_dir).run()
        finally:
            control.withdraw(settings.run_dir)


def processors() -> int:
    """How many processors this process may use: those it is bound to, or a container's share of them when that is less."""
    bound = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = CPU_QUOTA.read_text().split()
        return max(1, min(bound, int(quota) // int(period)))
    except (OSError, ValueError):  # no container, or "max": no limit
        return bound


def _serve_here(settings: Settings, model: Path, listening: socket.socket, pool_size: int, apart: Apart | None = None) -> None:
    """Serve in this process until SIGTERM or SIGINT, with texts understood by `apart` if it is given, and by another like it after a reload."""
    from bot.engine import Engine
    from bot.server import create_app
    from nlu.safety import warm_up

    def load() -> Engine:
        _, reloaded = control.requested(settings.run_dir)  # a worker that takes a dead one's place starts with what was reloaded since
        newest = settings.models_dir / reloaded
        first = newest if reloaded and newest.exists() else model
        return Engine.load(settings, first, pool_size=pool_size, apart=process_for if apart else None)

    def process_for(wanted: Path) -> Apart:
        nonlocal apart
        started, apart = apart, None
        return started if started is not None and started.model == wanted else Apart(wanted)

    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until the server can hear requests
    app = create_app(settings, load)
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = GRACE_SECONDS - 5
    host, port = listening.getsockname()[:2]

    @app.after_server_start
    async def _say(_app: object, _loop: object) -> None:
        if not app.ctx.engine.processor.apart:
            warm_up()
        log.info("Ready at http://%s:%d", f"[{host}]" if ":" in host else host, port)

    app.run(sock=listening, backlog=BACKLOG, workers=1, access_log=False, debug=False, motd=False)


class Supervisor:
    """The parent of several workers: starts them, replaces one that dies, passes SIGTERM, SIGINT and SIGHUP on."""

    def __init__(self, workers: int, work: Callable[[], None], run_dir: Path) -> None:
        self._wanted, self._work, self._run_dir = workers, work, run_dir
        self._request = 0
        self._started: dict[int, float] = {}
        self._stopping = False

    def run(self) -> int:
        """Until a signal stops it and the last worker is gone. Returns the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        signal.signal(signal.SIGHUP, self._hang_up)
        for _ in range(self._wanted):
            self._start()
        while self._started:
            self._reap()
            time.sleep(0.05)
        return 0

    def _start(self) -> None:
        pid = os.fork()
        if pid:
            self._started[pid] = time.monotonic()
            return
        code = 1
        try:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            self._work()
            code = 0
        except BaseException:
            log.exception("A worker ended")
        finally:
            logging.shutdown()
            os._exit(code)

    def _reap(self) -> None:
        for pid, since in list(self._started.items()):
            done, status = os.waitpid(pid, os.WNOHANG)
            if not done:
                continue
            del self._started[pid]
            metrics.forget_process(pid)
            if self._stopping:
                continue
            log.error("Worker %d ended (status %d); another takes its place", pid, status)
            if time.monotonic() - since < QUICK_DEATH:
                time.sleep(1.0)
            if not self._stopping:
                self._start()

    def _stop(self, number: int, _frame: Any) -> None:
        if not self._stopping:
            log.info("Stopping; what is under way is finished first")
        self._stopping = True
        for pid in self._started:
            os.kill(pid, signal.SIGTERM)
        signal.signal(signal.SIGALRM, self._kill)
        signal.setitimer(signal.ITIMER_REAL, GRACE_SECONDS)

    def _kill(self, _number: int, _frame: Any) -> None:
        for pid in self._started:
            os.kill(pid, signal.SIGKILL)

    def _hang_up(self, number: int, frame: Any) -> None:
        """A request of `coach reload` goes to the workers; without one it is the terminal that was closed."""
        newest, _ = control.requested(self._run_dir)
        if newest == self._request:
            self._stop(number, frame)
            return
        self._request = newest
        for pid in self._started:
            os.kill(pid, signal.SIGHUP)


def pool_for(settings: Settings, workers: int) -> int:
    """Connections for each worker's store, so that all workers together stay under the database's limit.

    Raises StartError when even two each are too many, or when the database cannot be asked.
    """
    if not settings.database_url.startswith("postgresql"):
        return POOL_SIZE
    engine = sa.create_engine(settings.database_url, future=True, poolclass=sa.pool.NullPool, connect_args={"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            limit = int(connection.execute(sa.text("SHOW max_connections")).scalar_one())
            reserved = int(connection.execute(sa.text("SHOW superuser_reserved_connections")).scalar_one())
    except sa.exc.SQLAlchemyError as error:
        shown = engine.url.render_as_string(hide_password=True)
        raise StartError(f"The database at {shown} cannot be used ({type(error).__name__}); check COACH_DATABASE_URL and that the server runs.") from error
    free = limit - reserved - SPARE_CONNECTIONS
    channel = TELEGRAM_CONNECTIONS if settings.telegram_token else 0
    size = min(POOL_SIZE, free // workers - channel)
    if size < 2:
        raise StartError(
            f"PostgreSQL allows {limit} connections, too few for {workers} workers ({2 + channel} each at least); "
            "raise max_connections or run fewer workers."
        )
    return size


def _check_redis(url: str) -> None:
    import redis

    client = redis.Redis.from_url(url, socket_timeout=3.0, socket_connect_timeout=3.0)
    try:
        client.ping()
    except (redis.RedisError, OSError) as error:
        raise StartError(f"Redis at COACH_REDIS_URL does not answer ({type(error).__name__}); start it or correct the variable.") from error
    finally:
        client.close()


def _listen(host: str, port: int) -> socket.socket:
    """The socket, shared by all workers: what a dying one has not accepted yet, another accepts. It listens when a worker is ready."""
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise StartError(f"{host}:{port} cannot be used ({error.strerror}); choose another with --port.") from error
    listening.set_inheritable(True)
    return listening
