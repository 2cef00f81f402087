"""Pictures and files made for a person: kept for a while under names that cannot be guessed."""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from pathlib import Path

KEEP_SECONDS = 24 * 3600
_KEY = re.compile(r"[0-9a-f]{12}-[0-9a-f]{32}\.[a-z0-9]{1,8}")


class Files:
    """A directory of short-lived files."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def save(self, user_id: str, content: bytes, extension: str) -> str:
        """Keep bytes for a day; returns the key under which they are served."""
        self._directory.mkdir(parents=True, exist_ok=True)
        self.sweep()
        key = f"{_owner(user_id)}-{secrets.token_hex(16)}.{extension}"
        (self._directory / key).write_bytes(content)
        return key

    def path(self, key: str) -> Path | None:
        """The file of a key, or None when there is none (any more)."""
        path = self._directory / key
        return path if _KEY.fullmatch(key) and path.is_file() else None

    def erase(self, user_id: str) -> int:
        """Remove a person's files; returns how many."""
        found = list(self._directory.glob(f"{_owner(user_id)}-*")) if self._directory.is_dir() else []
        for path in found:
            path.unlink(missing_ok=True)
        return len(found)

    def sweep(self) -> None:
        """Remove files older than a day."""
        limit = time.time() - KEEP_SECONDS
        for path in self._directory.iterdir():
            if path.stat().st_mtime < limit:
                path.unlink(missing_ok=True)


def _owner(user_id: str) -> str:
    return hashlib.sha256(user_id.encode()).hexdigest()[:12]
