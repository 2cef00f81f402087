"""Log lines that belong together: every line written while a message is answered carries that message's id."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_current: ContextVar[str] = ContextVar("correlation_id", default="")
_GIVEN = re.compile(r"[A-Za-z0-9._:-]{1,64}")


def correlate(given: str | None = None) -> str:
    """Begin a message in this task: take over a well-formed id (a proxy's, an update's) or make one. Returns it."""
    value = given if given and _GIVEN.fullmatch(given) else secrets.token_hex(6)
    _current.set(value)
    return value


def correlation_id() -> str:
    """The id of the message that this task is answering, or nothing."""
    return _current.get()


@contextmanager
def correlated() -> Iterator[str]:
    """A message without an id gets one for as long as this lasts; one that has an id keeps it."""
    if _current.get():
        yield _current.get()
        return
    token = _current.set(secrets.token_hex(6))
    try:
        yield _current.get()
    finally:
        _current.reset(token)


class LineFormatter(logging.Formatter):
    """`time LEVEL logger message key=value ...`, the message's id last."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s", "%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """The line with its id."""
        line = super().formatMessage(record)
        return f"{line} cid={_current.get()}" if _current.get() else line


def field(value: object) -> str:
    """A value as it stands after `key=`: quoted when it holds spaces, quotes or line breaks."""
    text = str(value)
    return text if re.fullmatch(r"[^\s\"=]+", text) else '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def fields(**values: object) -> str:
    """`key=value key=value`."""
    return " ".join(f"{name}={field(value)}" for name, value in values.items())
