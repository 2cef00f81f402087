"""Where sessions go in a week: every order that keeps hard work and heavy legs apart, the best first.

A day holds one token: "H" a hard run, "L" the long run, "E" an easy run, "X" a lift with heavy legs, "U" a lift without,
"XE" and "UE" such a lift with an easy run after it, "" nothing. A week repeats, so Sunday comes before Monday.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

Pattern = tuple[str, ...]  # seven tokens, Monday first

DEMANDING = frozenset("HL")
ALL_DAYS = 0b1111111


def too_close(before: str, after: str) -> bool:
    """True when `after` may not follow `before` on the next day (spacing rule F16).

    No demanding run on the day after heavy legs or after another demanding run, no heavy legs two days in a row.
    """
    return (after in DEMANDING and ("X" in before or before in DEMANDING)) or ("X" in after and "X" in before)


def is_valid(pattern: Sequence[str]) -> bool:
    """True when no two neighbouring days of the repeating week are too close, and one day at least is free."""
    return "" in pattern and not any(too_close(pattern[day - 1], pattern[day]) for day in range(7))


@lru_cache(maxsize=4096)
def patterns(tokens: tuple[str, ...], masks: tuple[tuple[str, int], ...], muscle_first: bool = False) -> tuple[Pattern, ...]:
    """All valid weeks of these tokens, best first. `masks` gives each token its possible days as bits (Monday is 1)."""
    possible = dict(masks)
    counts = Counter(tokens)
    if len(tokens) > 6:
        return ()
    found = [p for p in _fill((), counts, 7 - len(tokens), possible) if not too_close(p[6], p[0])]
    return tuple(sorted(found, key=lambda p: (score(p, muscle_first), p)))


def _fill(done: Pattern, left: Counter[str], free: int, possible: dict[str, int]) -> Iterator[Pattern]:
    day = len(done)
    if day == 7:
        yield done
        return
    if free:
        yield from _fill((*done, ""), left, free - 1, possible)
    for token in sorted(left):
        if not left[token] or not possible.get(token, ALL_DAYS) >> day & 1 or (done and too_close(done[-1], token)):
            continue
        left[token] -= 1
        yield from _fill((*done, token), left, free, possible)
        left[token] += 1


def score(pattern: Pattern, muscle_first: bool = False) -> float:
    """How far a valid week is from the best: lower is better. Coaching practice, not measured."""
    cost = 0.0
    used = [day for day in range(7) if pattern[day]]
    gaps = [(b - a) for a, b in zip(used, [*used[1:], used[0] + 7], strict=True)] if used else []
    cost += 0.4 * sum(gap * gap for gap in gaps)  # training days spread over the week
    if len(used) <= 4:
        cost += 1.0 * sum(gap == 1 for gap in gaps)
    cost += 0.02 * sum(used)  # all else equal, earlier in the week
    for day in range(7):
        today, tomorrow, after = pattern[day], pattern[(day + 1) % 7], pattern[(day + 2) % 7]
        if "X" in today:
            cost += 2.0 * (after in DEMANDING)  # 48 hours between heavy legs and demanding runs is better than 24
            cost += 1.5 * ("X" in after)
            cost += 1.0 * ("U" in tomorrow)
        if today in DEMANDING:
            cost += 1.5 * ("X" in tomorrow) + 0.5 * bool(tomorrow)
            cost += 1.0 * (after in DEMANDING)
        if today and today == tomorrow:
            cost += 1.0
        if today == "L":
            cost += 0.0 if day >= 5 else 4.0
            cost += 0.5 * (day == 5)
        if muscle_first and "X" in today:
            cost += 0.3 * bool(pattern[day - 1])
    return cost
