"""Button payloads: short, signed, for one person, and expiring. Nothing that a user types is ever executed as one."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time

LIFETIME_HOURS = 30 * 24
MAX_BYTES = 64  # Telegram's limit for callback data
_TOKEN = re.compile(r"([a-z_]{1,12}):([A-Za-z0-9_=.,+-]{0,44})~([0-9a-z]{1,5})\.([A-Za-z0-9_-]{11})")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class TokenError(ValueError):
    """A payload that was not minted for this person."""


class TokenExpired(TokenError):
    """A payload that was minted for this person, long ago."""


def mint(key: bytes, user_id: str, do: str, arg: str = "", *, now: float | None = None) -> str:
    """A payload for a button. Raises ValueError when it would exceed MAX_BYTES."""
    hour = _base36(int((time.time() if now is None else now) // 3600))
    token = f"{do}:{arg}~{hour}.{_sign(key, user_id, do, arg, hour)}"
    if len(token.encode()) > MAX_BYTES or not _TOKEN.fullmatch(token):
        raise ValueError(f"button {do}:{arg} does not fit a payload")
    return token


def looks_minted(text: str) -> bool:
    """Whether a text has the form of a payload."""
    return bool(_TOKEN.fullmatch(text))


def read(key: bytes, user_id: str, token: str, *, now: float | None = None) -> tuple[str, str]:
    """The command and argument of a payload.

    Raises TokenError when it was not minted for this person, TokenExpired when it is too old.
    """
    found = _TOKEN.fullmatch(token)
    if not found:
        raise TokenError("not a payload")
    do, arg, hour, signature = found.groups()
    if not hmac.compare_digest(signature, _sign(key, user_id, do, arg, hour)):
        raise TokenError("not minted for this person")
    if (time.time() if now is None else now) / 3600 - int(hour, 36) > LIFETIME_HOURS:
        raise TokenExpired("expired")
    return do, arg


def _sign(key: bytes, user_id: str, do: str, arg: str, hour: str) -> str:
    digest = hmac.new(key, f"{user_id}\0{do}\0{arg}\0{hour}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:8]).decode().rstrip("=")


def _base36(number: int) -> str:
    out = ""
    while number:
        number, digit = divmod(number, 36)
        out = _DIGITS[digit] + out
    return out or "0"
