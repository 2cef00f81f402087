"""Files for people: names that cannot be guessed, a day's life, gone with their owner."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from actions.files import KEEP_SECONDS, Files


def test_what_was_saved_is_found_under_its_key_only(tmp_path: Path) -> None:
    files = Files(tmp_path / "files")
    key = files.save("ann", b"week", "png")
    path = files.path(key)
    assert path is not None
    assert path.read_bytes() == b"week"
    assert "ann" not in key
    assert files.path(key[:-5] + ".png") is None
    assert files.save("ann", b"week", "png") != key


@pytest.mark.parametrize("key", ["", ".", "..", "../secret.key", "/etc/passwd", "a/b", "0" * 12 + "-" + "0" * 32 + ".png"])
def test_no_other_file_can_be_named(tmp_path: Path, key: str) -> None:
    (tmp_path / "secret.key").write_text("x")
    assert Files(tmp_path / "files").path(key) is None


def test_an_erasure_takes_all_of_a_persons_files_and_no_others(tmp_path: Path) -> None:
    files = Files(tmp_path)
    mine = [files.save("ann", b"1", "png"), files.save("ann", b"2", "json")]
    other = files.save("bob", b"3", "png")
    assert files.erase("ann") == 2
    assert [files.path(k) for k in mine] == [None, None]
    assert files.path(other) is not None
    assert files.erase("ann") == 0
    assert Files(tmp_path / "none").erase("ann") == 0


def test_old_files_are_swept_at_the_next_save(tmp_path: Path) -> None:
    files = Files(tmp_path)
    old, young = files.save("ann", b"1", "png"), files.save("ann", b"2", "png")
    os.utime(tmp_path / old, (time.time() - KEEP_SECONDS - 60,) * 2)
    files.save("bob", b"3", "png")
    assert files.path(old) is None
    assert files.path(young) is not None
