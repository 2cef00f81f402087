"""Rate limits behind one small interface: in this process, or shared by several through Redis."""

from __future__ import annotations

import ipaddress
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

log = logging.getLogger(__name__)

MAX_KEYS = 50_000  # keys kept in process before the spent ones are dropped


@dataclass(frozen=True)
class Limit:
    """At most `count` calls in any `seconds`, all of which may come at once."""

    count: int
    seconds: float = 60.0

    @property
    def spacing(self) -> float:
        """Seconds by which each call moves the next full allowance."""
        return self.seconds / self.count


class Limiter(Protocol):
    """Counts calls by key."""

    async def take(self, key: str, limit: Limit) -> float:
        """Count one call. Returns 0.0 when it is allowed, else the seconds to wait (the call is not counted then)."""

    async def close(self) -> None:
        """Give back what the limiter holds."""


class LocalLimiter:
    """Limits within one process.

    One number a key: the moment at which its allowance is whole again (the generic cell rate algorithm).
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._whole_at: dict[str, float] = {}

    async def take(self, key: str, limit: Limit) -> float:
        """Count one call."""
        now = self._clock()
        whole = max(now, self._whole_at.get(key, now))
        wait = whole + limit.spacing - limit.seconds - now
        if wait > 1e-9:
            return wait
        if len(self._whole_at) >= MAX_KEYS and key not in self._whole_at:
            self._drop(now)
        self._whole_at[key] = whole + limit.spacing
        return 0.0

    async def close(self) -> None:
        """Nothing is held."""

    def _drop(self, now: float) -> None:
        self._whole_at = {k: v for k, v in self._whole_at.items() if v > now}
        for key in list(self._whole_at)[: max(0, len(self._whole_at) - MAX_KEYS // 2)]:
            del self._whole_at[key]


# The same algorithm as in LocalLimiter, in one step on Redis's own clock. Times in microseconds.
_SCRIPT = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local spacing, period = tonumber(ARGV[1]), tonumber(ARGV[2])
local whole = math.max(now, tonumber(redis.call('GET', KEYS[1]) or now))
local wait = whole + spacing - period - now
if wait > 0 then return wait end
redis.call('SET', KEYS[1], string.format('%.0f', whole + spacing), 'PX', math.ceil((whole + spacing - now) / 1000))
return 0
"""


class RedisLimiter:
    """Limits shared by all workers. While Redis cannot be reached, each worker counts for itself."""

    def __init__(self, client: Any, prefix: str = "coach:limit:") -> None:
        self._client, self._prefix = client, prefix
        self._script = client.register_script(_SCRIPT)
        self._local = LocalLimiter()
        self._warned = False

    @classmethod
    def connect(cls, url: str) -> RedisLimiter:
        """A limiter on the Redis at `url`; connects at the first call."""
        from redis import asyncio as redis

        return cls(redis.Redis.from_url(url, socket_timeout=1.0, socket_connect_timeout=1.0))

    async def take(self, key: str, limit: Limit) -> float:
        """Count one call."""
        from redis.exceptions import RedisError

        try:
            wait = await self._script(keys=[self._prefix + key], args=[round(limit.spacing * 1e6), round(limit.seconds * 1e6)])
        except (RedisError, OSError) as error:
            if not self._warned:
                log.warning("Redis does not answer (%s); rate limits count per worker until it does.", type(error).__name__)
            self._warned = True
            return await self._local.take(key, limit)
        self._warned = False
        return float(wait) / 1e6

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()


def make_limiter(redis_url: str | None) -> Limiter:
    """The limiter that the settings ask for."""
    return RedisLimiter.connect(redis_url) if redis_url else LocalLimiter()


def address_key(address: str) -> str:
    """The part of an address that one household holds: the IPv4 address, or the /64 network of an IPv6 one."""
    try:
        ip = ipaddress.ip_address(address.strip("[]"))
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)
