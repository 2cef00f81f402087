"""All settings, in one typed place, read from the environment. A bad value stops the start with one sentence."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import sqlalchemy as sa

from knowledge.load import regions

NO_CONTACT = ""


class SettingsError(ValueError):
    """A setting that cannot be used; the message names the variable and the remedy."""


@dataclass(frozen=True)
class Settings:
    """The environment, checked. See docs/settings.md for each variable."""

    data_dir: Path
    database_url: str
    redis_url: str | None = None
    api_token: str | None = None
    secret_key: str = ""
    allowed_origins: tuple[str, ...] = ()
    public_url: str | None = None
    knowledge_dir: Path | None = None
    name: str = "Hybrid Coach"
    region: str = "intl"
    contact: str = NO_CONTACT
    telegram_token: str | None = None
    telegram_api_base: str = "https://api.telegram.org"
    telegram_webhook_url: str | None = None
    telegram_webhook_secret: str | None = None
    telegram_groups: bool = False
    retention_days: int = 365
    log_text: bool = False
    telegram_name: str | None = None
    chat_rate: int = 30
    proxies: int = 0

    @property
    def models_dir(self) -> Path:
        """Where trained models lie."""
        return self.data_dir / "models"

    @property
    def files_dir(self) -> Path:
        """Where pictures and files for people lie."""
        return self.data_dir / "files"

    @property
    def run_dir(self) -> Path:
        """Where a running server says who it is (bot.control)."""
        return self.data_dir / "run"


def read_settings(env: Mapping[str, str] | None = None) -> Settings:
    """Read and check the environment.

    Raises SettingsError with one sentence that names the variable.
    """
    env = os.environ if env is None else env
    data_dir = Path(_get(env, "COACH_DATA_DIR") or ".coach").expanduser().resolve()
    if data_dir.exists() and not data_dir.is_dir():
        raise SettingsError(f"COACH_DATA_DIR: {data_dir} is a file; name a directory.")
    region = (_get(env, "COACH_REGION") or "intl").lower()
    if region not in regions():
        raise SettingsError(f"COACH_REGION: there is no region '{region}'; choose one of {', '.join(regions())}.")
    knowledge_dir = _get(env, "COACH_KNOWLEDGE_DIR")
    if knowledge_dir and not Path(knowledge_dir).is_dir():
        raise SettingsError(f"COACH_KNOWLEDGE_DIR: {knowledge_dir} is not a directory; create it or unset the variable.")
    webhook, secret = _get(env, "TELEGRAM_WEBHOOK_URL"), _get(env, "TELEGRAM_WEBHOOK_SECRET")
    if webhook:
        _url("TELEGRAM_WEBHOOK_URL", webhook)
        if not secret:
            raise SettingsError("TELEGRAM_WEBHOOK_SECRET is missing; a webhook needs a secret of 1 to 256 letters, digits, _ or -.")
    if secret and not (len(secret) <= 256 and all(c.isascii() and (c.isalnum() or c in "_-") for c in secret)):
        raise SettingsError("TELEGRAM_WEBHOOK_SECRET may hold 1 to 256 letters, digits, _ and - only.")
    token = _get(env, "TELEGRAM_BOT_TOKEN")
    if token and ":" not in token:
        raise SettingsError("TELEGRAM_BOT_TOKEN does not look like a token from BotFather (digits, a colon, letters); copy it again.")
    redis_url = _get(env, "COACH_REDIS_URL")
    if redis_url and urlsplit(redis_url).scheme not in ("redis", "rediss", "unix"):
        raise SettingsError("COACH_REDIS_URL must start with redis://, rediss:// or unix://.")
    _flag(env, "COACH_LIGHT", "yes")  # acted upon before anything is imported (bot.light)
    key = _get(env, "COACH_SECRET_KEY") or ""
    if key and len(key) < 16:
        raise SettingsError("COACH_SECRET_KEY is too short; use at least 16 characters.")
    public = _get(env, "COACH_PUBLIC_URL")
    api_base = _get(env, "TELEGRAM_API_BASE")
    return Settings(
        data_dir=data_dir,
        database_url=_database(env, data_dir),
        redis_url=redis_url,
        api_token=_get(env, "COACH_API_TOKEN"),
        secret_key=key,
        allowed_origins=tuple(_origin(o) for o in (_get(env, "COACH_ALLOWED_ORIGINS") or "").split(",") if o.strip()),
        public_url=_url("COACH_PUBLIC_URL", public).rstrip("/") if public else None,
        knowledge_dir=Path(knowledge_dir) if knowledge_dir else None,
        name=_get(env, "COACH_NAME") or "Hybrid Coach",
        region=region,
        contact=_get(env, "COACH_CONTACT") or NO_CONTACT,
        telegram_token=token,
        telegram_api_base=_url("TELEGRAM_API_BASE", api_base).rstrip("/") if api_base else "https://api.telegram.org",
        telegram_webhook_url=webhook,
        telegram_webhook_secret=secret,
        telegram_groups=_flag(env, "COACH_TELEGRAM_GROUPS"),
        retention_days=_number(env, "COACH_RETENTION_DAYS", 365, 1, 36500),
        log_text=_flag(env, "COACH_LOG_TEXT"),
        telegram_name=_telegram_name(_get(env, "COACH_TELEGRAM_NAME")),
        chat_rate=_number(env, "COACH_CHAT_RATE", 30, 1, 10000),
        proxies=_number(env, "COACH_PROXIES", 0, 0, 10),
    )


def secret_key(settings: Settings) -> bytes:
    """The key that signs sessions and buttons; made at first start and kept in the data directory."""
    if settings.secret_key:
        return settings.secret_key.encode()
    path = settings.data_dir / "secret.key"
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_hex(32).encode())
    return path.read_bytes()


def _get(env: Mapping[str, str], name: str) -> str | None:
    return (env.get(name) or "").strip() or None


def _telegram_name(value: str | None) -> str | None:
    name = (value or "").removeprefix("@")
    if value and not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{3,31}", name):
        raise SettingsError(f"COACH_TELEGRAM_NAME: '{value}' is not a bot's username; write it like my_coach_bot.")
    return name or None


def _flag(env: Mapping[str, str], name: str, default: str = "no") -> bool:
    value = (_get(env, name) or default).lower()
    if value not in ("1", "0", "yes", "no", "true", "false", "on", "off"):
        raise SettingsError(f"{name}: '{value}' is neither yes nor no.")
    return value in ("1", "yes", "true", "on")


def _number(env: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    value = _get(env, name)
    if value is None:
        return default
    if not value.isdecimal() or not low <= int(value) <= high:
        raise SettingsError(f"{name}: '{value}' is not a whole number from {low} to {high}.")
    return int(value)


def _url(name: str, value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise SettingsError(f"{name}: '{value}' is not a web address; write it like https://coach.example.org.")
    return value


def _origin(value: str) -> str:
    parts = urlsplit(value.strip())
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/"):
        raise SettingsError(f"COACH_ALLOWED_ORIGINS: '{value.strip()}' is not an origin; write it like https://club.example.org.")
    return f"{parts.scheme}://{parts.netloc}"


def _database(env: Mapping[str, str], data_dir: Path) -> str:
    value = _get(env, "COACH_DATABASE_URL")
    if value is None:
        return f"sqlite:///{data_dir / 'coach.db'}"
    value = value.replace("postgres://", "postgresql://", 1) if value.startswith("postgres://") else value
    try:
        backend = sa.engine.make_url(value).get_backend_name()
    except (sa.exc.ArgumentError, ValueError):
        backend = ""
    if backend not in ("sqlite", "postgresql"):
        raise SettingsError("COACH_DATABASE_URL must be a SQLAlchemy URL of SQLite or PostgreSQL, like postgresql://user:password@host/coach.")
    return value
