"""The site as files for any static host: `coach site build DIR`."""

from __future__ import annotations

from pathlib import Path

from bot.settings import Settings
from bot.site.pages import Site
from knowledge.load import Knowledge

MARKER = ".coach-site"  # names the files of the last export, so that the next one can remove what is gone


class BuildError(RuntimeError):
    """The export cannot be written; the message is one sentence with the remedy."""


def build_site(out: Path, settings: Settings, knowledge: Knowledge, *, coach_url: str | None = None) -> list[Path]:
    """Write every page under `out` and return the files written.

    `coach_url` is a running coach that the pages' chat and search talk to; without one the pages have neither.
    Files of an earlier export that no longer belong are removed; other files in `out` are left alone.
    Raises BuildError when `out` is not empty and not an earlier export, or cannot be written.
    """
    marker = out / MARKER
    if out.exists() and not out.is_dir():
        raise BuildError(f"{out} is a file; name a directory.")
    if out.is_dir() and any(out.iterdir()) and not marker.is_file():
        raise BuildError(f"{out} holds other files; name an empty directory or an earlier export.")
    site = Site(settings, knowledge, live=False, coach_url=coach_url)
    pages = {**site.pages, "/404": site.missing()}
    if not coach_url:
        pages.pop("/widget.js")
        pages.pop("/openapi.yml")
    try:
        old = set(marker.read_text(encoding="utf-8").splitlines()) if marker.is_file() else set()
        written: list[Path] = []
        for path, page in pages.items():
            target = out / file_name(path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(page.body)
            written.append(target)
        names = {str(p.relative_to(out)) for p in written}
        for name in old - names:
            _remove(out, name)
        marker.write_text("\n".join(sorted(names)) + "\n", encoding="utf-8")
    except OSError as error:
        raise BuildError(f"{out} cannot be written ({error.strerror}); choose another directory.") from error
    return written


def file_name(path: str) -> str:
    """The file of a page: `/faq/sleep` is `faq/sleep/index.html`, which every static host serves at that address."""
    name = path.strip("/")
    if name == "404":
        return "404.html"
    if "." in name:
        return name
    return f"{name}/index.html" if name else "index.html"


def _remove(out: Path, name: str) -> None:
    target = (out / name).resolve()
    if not target.is_relative_to(out.resolve()):
        return
    target.unlink(missing_ok=True)
    if target.parent != out.resolve() and target.parent.is_dir() and not any(target.parent.iterdir()):
        target.parent.rmdir()
