"""The environment: defaults, every variable, and one clear sentence for each bad value."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, read_settings, secret_key


def test_an_empty_environment_gives_the_documented_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = read_settings({})
    assert settings.data_dir == tmp_path / ".coach"
    assert settings.database_url == f"sqlite:///{tmp_path / '.coach' / 'coach.db'}"
    assert settings.models_dir.parent == settings.data_dir
    assert (settings.name, settings.region, settings.contact) == ("Hybrid Coach", "intl", "")
    assert (settings.api_token, settings.redis_url, settings.telegram_token, settings.knowledge_dir) == (None, None, None, None)
    assert settings.allowed_origins == ()
    assert settings.telegram_api_base == "https://api.telegram.org"
    assert not (tmp_path / ".coach").exists()


def test_values_are_read_and_tidied(tmp_path: Path) -> None:
    settings = read_settings({
        "COACH_DATA_DIR": f" {tmp_path} ", "COACH_DATABASE_URL": "postgres://u:p@db/coach", "COACH_REDIS_URL": "redis://cache:6379/0",
        "COACH_API_TOKEN": " t0ken ", "COACH_SECRET_KEY": "k" * 16, "COACH_ALLOWED_ORIGINS": "https://a.example/, http://b.example:8080 ,",
        "COACH_PUBLIC_URL": "https://coach.example/", "COACH_KNOWLEDGE_DIR": str(tmp_path), "COACH_NAME": "Club", "COACH_REGION": "UK",
        "COACH_CONTACT": "mail@club.example", "TELEGRAM_BOT_TOKEN": "12:ab", "TELEGRAM_API_BASE": "http://127.0.0.1:8081/",
        "TELEGRAM_WEBHOOK_URL": "http://127.0.0.1:5005/webhooks/telegram/webhook", "TELEGRAM_WEBHOOK_SECRET": "s3cret_-",
        "COACH_TELEGRAM_GROUPS": "yes", "COACH_RETENTION_DAYS": "30", "COACH_LOG_TEXT": "ON",
    })  # fmt: skip
    assert settings.data_dir == tmp_path
    assert settings.database_url == "postgresql://u:p@db/coach"
    assert settings.api_token == "t0ken"
    assert settings.allowed_origins == ("https://a.example", "http://b.example:8080")
    assert settings.public_url == "https://coach.example"
    assert settings.region == "uk"
    assert settings.telegram_api_base == "http://127.0.0.1:8081"
    assert (settings.telegram_groups, settings.retention_days, settings.log_text) == (True, 30, True)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("COACH_DATABASE_URL", "mysql://u@h/db"), ("COACH_DATABASE_URL", "not a url"), ("COACH_REDIS_URL", "http://cache"),
        ("COACH_SECRET_KEY", "short"), ("COACH_ALLOWED_ORIGINS", "club.example"), ("COACH_ALLOWED_ORIGINS", "https://club.example/page"),
        ("COACH_PUBLIC_URL", "coach.example"), ("COACH_KNOWLEDGE_DIR", "/no/such/folder"), ("COACH_REGION", "atlantis"),
        ("TELEGRAM_BOT_TOKEN", "abc"), ("TELEGRAM_API_BASE", "telegram"), ("TELEGRAM_WEBHOOK_URL", "example"), ("TELEGRAM_WEBHOOK_SECRET", "a b"),
        ("TELEGRAM_WEBHOOK_SECRET", "x" * 257), ("COACH_TELEGRAM_GROUPS", "maybe"), ("COACH_RETENTION_DAYS", "0"), ("COACH_RETENTION_DAYS", "a year"),
        ("COACH_LOG_TEXT", "2"), ("COACH_CHAT_RATE", "\u00b2"), ("COACH_PROXIES", "-1"), ("COACH_TELEGRAM_NAME", "not a name"),
    ],
)  # fmt: skip
def test_a_bad_value_is_one_sentence_that_names_the_variable(variable: str, value: str) -> None:
    with pytest.raises(SettingsError) as error:
        read_settings({variable: value})
    assert str(error.value).startswith(variable)
    assert str(error.value).endswith(".")
    assert "\n" not in str(error.value)


def test_a_webhook_without_a_secret_is_refused() -> None:
    with pytest.raises(SettingsError, match="TELEGRAM_WEBHOOK_SECRET is missing"):
        read_settings({"TELEGRAM_WEBHOOK_URL": "https://coach.example/webhooks/telegram/webhook"})


def test_a_data_directory_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="COACH_DATA_DIR"):
        read_settings({"COACH_DATA_DIR": str(tmp_path / "file")})


def test_an_error_about_the_database_does_not_tell_its_password() -> None:
    with pytest.raises(SettingsError) as error:
        read_settings({"COACH_DATABASE_URL": "mysql://root:hunter2@db/coach"})
    assert "hunter2" not in str(error.value)


def test_the_key_is_made_once_kept_private_and_can_be_set(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", database_url="sqlite://")
    first = secret_key(settings)
    assert len(first) >= 32
    assert secret_key(settings) == first
    assert stat.S_IMODE((tmp_path / "data" / "secret.key").stat().st_mode) == 0o600
    assert secret_key(Settings(data_dir=tmp_path / "other", database_url="sqlite://")) != first
    assert secret_key(Settings(data_dir=tmp_path / "none", database_url="sqlite://", secret_key="k" * 16)) == b"k" * 16
    assert not (tmp_path / "none").exists()
