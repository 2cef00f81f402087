"""The lock per conversation: order, exclusion, no message lost or doubled, whatever happens to Redis or to a worker."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.locks import LocalLockStore, RedisLockStore, make_locks
from tests.services import Redis

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
async def pair(redis: Redis) -> AsyncIterator[tuple[RedisLockStore, RedisLockStore]]:
    """Two workers' locks on one Redis."""
    first, second = RedisLockStore.connect(redis.url), RedisLockStore.connect(redis.url)
    yield first, second
    await first.close()
    await second.close()


def test_the_settings_choose_the_kind() -> None:
    assert isinstance(make_locks(None), LocalLockStore)
    assert isinstance(make_locks("redis://127.0.0.1:1/0"), RedisLockStore)


async def test_waiters_of_two_workers_keep_their_order(pair: tuple[RedisLockStore, RedisLockStore]) -> None:
    order: list[int] = []

    async def one(n: int) -> None:
        async with pair[n % 2].lock("u"):
            order.append(n)
            await asyncio.sleep(0.02)

    tasks = []
    for n in range(12):
        tasks.append(asyncio.create_task(one(n)))
        await asyncio.sleep(0.01)
    started = time.monotonic()
    await asyncio.wait_for(asyncio.gather(*tasks), 10)
    assert order == list(range(12))
    assert time.monotonic() - started < 2, "waiters are woken, not left to poll"


async def test_messages_that_come_at_once_in_one_worker_keep_their_order(pair: tuple[RedisLockStore, RedisLockStore]) -> None:
    order: list[int] = []

    async def one(n: int) -> None:
        async with pair[0].lock("u"):
            order.append(n)

    await asyncio.wait_for(asyncio.gather(*(one(n) for n in range(50))), 10)
    assert order == list(range(50))


async def test_under_contention_nothing_is_lost_doubled_or_at_once(pair: tuple[RedisLockStore, RedisLockStore]) -> None:
    inside: dict[str, int] = {}
    done: list[tuple[str, int]] = []

    async def one(user: str, n: int) -> None:
        async with pair[n % 2].lock(user):
            inside[user] = inside.get(user, 0) + 1
            assert inside[user] == 1, "two messages of one person at the same time"
            await asyncio.sleep(0.001)
            inside[user] -= 1
            done.append((user, n))

    await asyncio.wait_for(asyncio.gather(*(one(f"u{n % 5}", n) for n in range(300))), 60)
    assert sorted(n for _, n in done) == list(range(300))


async def test_other_people_do_not_wait(pair: tuple[RedisLockStore, RedisLockStore]) -> None:
    async with pair[0].lock("a"):
        async with asyncio.timeout(1):
            async with pair[1].lock("b"):
                pass


async def test_a_waiter_that_gives_up_holds_nobody_up(pair: tuple[RedisLockStore, RedisLockStore]) -> None:
    async with pair[0].lock("u"):
        waiter = asyncio.create_task(_enter(pair[1], "u"))
        await asyncio.sleep(0.1)
        waiter.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiter
    await asyncio.wait_for(_enter(pair[1], "u"), 2)


async def test_a_failing_message_gives_its_lock_back(pair: tuple[RedisLockStore, RedisLockStore]) -> None:
    with pytest.raises(ValueError, match="boom"):
        async with pair[0].lock("u"):
            raise ValueError("boom")
    await asyncio.wait_for(_enter(pair[1], "u"), 1)


async def _enter(locks: RedisLockStore, user: str) -> None:
    async with locks.lock(user):
        pass


async def test_a_killed_workers_lock_ends_with_its_lease(redis: Redis) -> None:
    code = (
        "import asyncio, sys\nfrom bot.locks import RedisLockStore\nfrom redis import asyncio as r\n"
        "async def main():\n"
        f"    locks = RedisLockStore(r.Redis.from_url('{redis.url}', decode_responses=True), lease=1.5)\n"
        "    async with locks.lock('u'):\n        print('held', flush=True)\n        await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    worker = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT)
    assert worker.stdout is not None
    assert await asyncio.to_thread(worker.stdout.readline) == b"held\n"
    locks = RedisLockStore.connect(redis.url)
    try:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(_enter(locks, "u"), 1.0)  # alive: it keeps its lock beyond one renewal
        worker.kill()
        worker.wait()
        await asyncio.wait_for(_enter(locks, "u"), 5)
    finally:
        worker.kill()
        worker.wait()
        await locks.close()


async def test_redis_gone_and_back(redis: Redis, pair: tuple[RedisLockStore, RedisLockStore]) -> None:
    first, second = pair
    order: list[int] = []

    async def one(n: int) -> None:
        async with first.lock("u"):
            order.append(n)
            await asyncio.sleep(0.05)

    async with first.lock("u"):
        waiting = [asyncio.create_task(one(n)) for n in range(3)]
        await asyncio.sleep(0.2)
        redis.stop()
        await asyncio.sleep(1.0)
        assert order == []  # the holder still holds
    await asyncio.wait_for(asyncio.gather(*waiting), 20)
    assert sorted(order) == [0, 1, 2]
    await asyncio.wait_for(asyncio.gather(*(one(n) for n in (3, 4))), 5)
    assert order[3:] == [3, 4]
    assert not first.reachable
    await asyncio.to_thread(redis.start)
    async with asyncio.timeout(10):
        while not first.reachable:
            await asyncio.sleep(0.05)
    async with first.lock("u"):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(_enter(second, "u"), 0.7)  # shared again
    await asyncio.wait_for(_enter(second, "u"), 5)
