"""How commands find a running server: a file names its process, and each worker answers a request in a file of its own.

All in `run/` of the data directory. A request is a number in `request`, announced by SIGHUP; a worker's answer repeats it.
"""

from __future__ import annotations

import json
import os
import signal
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


class NotRunning(RuntimeError):
    """No server runs on this data directory; the message is one sentence with the remedy."""


@dataclass(frozen=True)
class Server:
    """A running server: its main process, where it listens, how many workers it has."""

    pid: int
    host: str
    port: int
    workers: int


def announce(run_dir: Path, server: Server) -> None:
    """Say that this process serves."""
    run_dir.mkdir(parents=True, exist_ok=True)
    for old in (*run_dir.glob("answer-*.json"), run_dir / "request"):
        old.unlink(missing_ok=True)
    _write(run_dir / "server.json", asdict(server))


def withdraw(run_dir: Path) -> None:
    """The server ends: its file goes, if it is still its own."""
    found = _read(run_dir / "server.json")
    if found.get("pid") == os.getpid():
        (run_dir / "server.json").unlink(missing_ok=True)


def find(run_dir: Path) -> Server:
    """The running server. Raises NotRunning."""
    try:
        server = Server(**_read(run_dir / "server.json"))
        os.kill(server.pid, 0)
        return server
    except (TypeError, ProcessLookupError, PermissionError):
        raise NotRunning(f"No server runs on {run_dir.parent}; start one with `coach run`, or set COACH_DATA_DIR as it has it.") from None


def request(run_dir: Path, server: Server, model: str) -> int:
    """Ask a server to re-read the entries and to use the model of this file name; returns the request's number. Raises NotRunning."""
    number = time.time_ns()
    _write(run_dir / "request", {"number": number, "model": model})
    try:
        os.kill(server.pid, signal.SIGHUP)
    except ProcessLookupError:
        raise NotRunning("The server ended meanwhile; start it again with `coach run`.") from None
    return number


def requested(run_dir: Path) -> tuple[int, str]:
    """The number and the model of the newest request; 0 without one."""
    found = _read(run_dir / "request")
    return int(found.get("number", 0)), Path(str(found.get("model", ""))).name


def answer(run_dir: Path, number: int, result: str, *, error: bool = False) -> None:
    """A worker's answer to a request."""
    _write(run_dir / f"answer-{os.getpid()}.json", {"number": number, "result": result, "error": error})


def answers(run_dir: Path, number: int) -> list[dict[str, Any]]:
    """The answers to a request so far."""
    found = [_read(path) for path in run_dir.glob("answer-*.json")]
    return [a for a in found if a.get("number") == number]


def wait(run_dir: Path, server: Server, number: int, seconds: float = 180.0) -> list[dict[str, Any]]:
    """The answers of all workers, or those that came in time."""
    until = time.monotonic() + seconds
    while True:
        found = answers(run_dir, number)
        if len(found) >= server.workers or time.monotonic() > until:
            return found
        find(run_dir)
        time.sleep(0.1)


def _write(path: Path, content: dict[str, Any]) -> None:
    new = path.with_suffix(f".{os.getpid()}.new")
    new.write_text(json.dumps(content), encoding="utf-8")
    new.replace(path)


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
