"""Understanding in a process of its own: while it reads one person's text, the server's own process talks to the others.

One interpreter computes on one processor. Of a message's processor time understanding is about half, and it needs nothing but
the text and the model, so that half can run on a second processor (docs/benchmarks.md). The server asks over a socket pair, one
text at a time. The process ends with the server, however that ends: its standard input is a pipe that nobody else holds.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.metrics import metrics

if TYPE_CHECKING:
    from bot.processor import CoachProcessor

log = logging.getLogger(__name__)

START_SECONDS = 120.0  # for its imports and the model, on a busy machine
ANSWER_SECONDS = 30.0  # for one text; longer, and the process hangs
END_SECONDS = 5.0


class ApartError(RuntimeError):
    """The process could not load its model, failed on a text, or is gone; the message says what happened."""


class Apart:
    """The process that understands texts with one model. Making one returns at once; the first `parse` waits until the model is loaded."""

    def __init__(self, model: Path) -> None:
        self.model = model
        self.encoder_on = False
        self._lock = threading.Lock()
        self._start()

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-m", "bot.apart", str(theirs.fileno()), str(self.model.resolve())]
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, pass_fds=[theirs.fileno()], cwd=Path(__file__).parent.parent, start_new_session=True
            )  # a terminal's Ctrl-C is the server's
        self._connection = Connection(ours.detach())
        self._is_ready = False

    @property
    def pid(self) -> int:
        """Of the process that serves now."""
        return self._process.pid

    def parse(self, text: str) -> dict[str, Any]:
        """What the pipeline makes of a text. A process that died or hangs is replaced, and asked once more.

        Raises ApartError when the model cannot be loaded, when the pipeline fails on this text, or when the new process dies or hangs as well.
        """
        with self._lock:
            try:
                return self._ask(text)
            except (EOFError, OSError) as error:
                metrics().errors.labels("understanding").inc()
                log.error("The process that understands texts is gone (%s); another takes its place", type(error).__name__)
                self._end()
                self._start()
            try:
                return self._ask(text)
            except (EOFError, OSError) as error:
                raise ApartError(f"the process that understands texts died twice over one message ({type(error).__name__})") from error

    def _ask(self, text: str) -> dict[str, Any]:
        if not self._is_ready:
            self.encoder_on = bool(self._receive(START_SECONDS))
            self._is_ready = True
        self._connection.send(text)
        answer: dict[str, Any] = self._receive(ANSWER_SECONDS)
        return answer

    def _receive(self, seconds: float) -> Any:
        if not self._connection.poll(seconds):
            raise TimeoutError
        answer, failed = self._connection.recv()
        if failed:
            raise ApartError(failed)
        return answer

    def _end(self) -> None:
        self._connection.close()
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def close(self) -> None:
        """End the process, after the text that it reads. (A text that still comes starts another.)"""
        with self._lock:
            self._end()


def _end_with_parent() -> None:
    """Standard input ends when the server does, killed or not. Nothing here is worth finishing then."""
    sys.stdin.buffer.read()
    os._exit(0)


def _serve(connection: Connection, processor: CoachProcessor) -> None:
    """Answer texts until the server hangs up."""
    while True:
        try:
            text = connection.recv()
        except (EOFError, OSError):
            return
        try:
            answer: tuple[Any, str] = (processor.parse_text(text), "")
        except Exception as error:
            # The server's log gets it under the message's own code. An error's own words may repeat the text: its type and place do.
            place = error.__traceback__
            while place is not None and place.tb_next is not None:
                place = place.tb_next
            where = f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place is not None else "?"
            answer = (None, f"understanding failed with {type(error).__name__} at {where}")
        connection.send(answer)


def main(descriptor: int, model: Path) -> None:
    """Load the model, say so, and answer texts. Ends with the server."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # for the server, which finishes what is under way
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    connection = Connection(descriptor)
    from bot.engine import ModelError, load_model
    from bot.quiet import hush_rasa
    from nlu.components import encoder_on
    from nlu.safety import warm_up

    hush_rasa()
    try:
        processor = load_model(model)
    except ModelError as error:
        connection.send((None, type(error.__cause__ or error).__name__))
        return
    connection.send((encoder_on(), ""))
    warm_up(0.0)
    _serve(connection, processor)


if __name__ == "__main__":
    from bot.light import start_light
    from bot.quiet import hush, set_up_logging

    hush()
    start_light()
    set_up_logging()
    main(int(sys.argv[1]), Path(sys.argv[2]))
