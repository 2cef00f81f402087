"""Button payloads: what was minted reads back; what was not is refused."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot import tokens
from knowledge.fields import catalogue
from knowledge.load import load

KEY = b"a key of the house"
NOW = 1_800_000_000.0
DO = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=12)
ARG = st.text("abcdefghijklmnopqrstuvwxyzABCZ0123456789_=.,+-", max_size=30)
USER = st.text(min_size=1, max_size=40)


@given(USER, DO, ARG)
def test_what_was_minted_reads_back(user: str, do: str, arg: str) -> None:
    token = tokens.mint(KEY, user, do, arg, now=NOW)
    assert len(token.encode()) <= tokens.MAX_BYTES
    assert tokens.looks_minted(token)
    assert tokens.read(KEY, user, token, now=NOW) == (do, arg)


@given(USER, USER, DO, ARG)
def test_another_person_cannot_use_it(user: str, other: str, do: str, arg: str) -> None:
    assume(user != other)
    with pytest.raises(tokens.TokenError):
        tokens.read(KEY, other, tokens.mint(KEY, user, do, arg, now=NOW), now=NOW)


@given(DO, ARG, st.integers(0, 63), st.sampled_from("abzAZ09_=.~:"))
def test_a_changed_character_is_refused(do: str, arg: str, place: int, other: str) -> None:
    token = tokens.mint(KEY, "u", do, arg, now=NOW)
    assume(place < len(token) and token[place] != other)
    changed = token[:place] + other + token[place + 1 :]
    with pytest.raises(tokens.TokenError):
        tokens.read(KEY, "u", changed, now=NOW)


def test_another_houses_key_does_not_open_it() -> None:
    with pytest.raises(tokens.TokenError):
        tokens.read(b"another key", "u", tokens.mint(KEY, "u", "topic", "sleep", now=NOW), now=NOW)


def test_it_expires() -> None:
    token = tokens.mint(KEY, "u", "topic", "sleep", now=NOW)
    last = NOW + (tokens.LIFETIME_HOURS - 1) * 3600
    assert tokens.read(KEY, "u", token, now=last) == ("topic", "sleep")
    with pytest.raises(tokens.TokenExpired):
        tokens.read(KEY, "u", token, now=last + 7200)


@given(st.text(max_size=80))
def test_what_people_type_is_never_a_payload(text: str) -> None:
    with pytest.raises(tokens.TokenError):
        tokens.read(KEY, "u", text, now=NOW)


@pytest.mark.parametrize("text", ["/delete_my_data", "/greet{}", "delete:yes", "topic:sleep~", '{"do": "delete"}', ""])
def test_rasas_own_payloads_are_text(text: str) -> None:
    assert not tokens.looks_minted(text)


def test_what_does_not_fit_is_refused_at_minting() -> None:
    for do, arg in (("topic", "x" * 45), ("Topic", ""), ("topic", "two words"), ("", "")):
        with pytest.raises(ValueError, match="does not fit"):
            tokens.mint(KEY, "u", do, arg)


def test_every_topic_and_choice_fits_a_button() -> None:
    for topic in load().entries:
        for do in ("topic", "why", "sources"):
            tokens.mint(KEY, "telegram:123456789012", do, topic)
    for spec in catalogue().values():
        for value in spec.choices:
            tokens.mint(KEY, "web:1", "set", f"{spec.name}={value}")
