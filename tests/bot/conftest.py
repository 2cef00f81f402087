"""The loopback server of the site's tests, for every test of the rooms in `bot`."""

from tests.bot.site.conftest import coach, serve

__all__ = ["coach", "serve"]
