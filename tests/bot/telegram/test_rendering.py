"""Telegram HTML: balanced, escaped, within the limits, as few messages as possible."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram_loopback import utf16, visible

from actions.reply import Block, Button, Reply, say
from bot import render_telegram as render

ODD = ["<b>", "</b>", "&amp;", "a" * 5000, "😀" * 3000, "word " * 2000, "שלום <3 عالم", "\n\n" * 9, ""]
TEXTS = st.text(st.characters(codec=None), max_size=300) | st.sampled_from(ODD)
BLOCKS = st.builds(
    Block,
    kind=st.sampled_from(["headline", "text", "list", "note", "quote", "other"]),
    text=TEXTS,
    items=st.lists(TEXTS, max_size=4).map(tuple),
    link=st.sampled_from(["", 'https://doi.org/10.1/x?a=1&b="2"', "javascript:alert(1)", "nonsense"]),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(BLOCKS, max_size=6), st.sampled_from([render.TEXT_LIMIT, render.CAPTION_LIMIT, 40]))
def test_messages_are_balanced_and_within_the_limit(blocks: list[Block], limit: int) -> None:
    for message in render.messages(Reply(tuple(blocks)), limit):
        shown = visible(message)
        assert 0 < utf16(shown) <= limit
        assert shown.strip()
        message.encode()
        assert render.plain_text(message) == shown


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=400).filter(str.strip))
def test_every_word_arrives_as_it_was(text: str) -> None:
    (message,) = render.messages(say(text))
    assert visible(message).split() == text.replace("\r\n", "\n").split()


@pytest.mark.parametrize("name", ["<3", "Tom & Co", '"quoted"', "o'neill", "😀👩‍👩‍👧", "שלום", "</b><a href='x'>y</a>"])
def test_names_arrive_as_typed(name: str) -> None:
    (message,) = render.messages(Reply((Block("headline", f"Hi {name}"), Block("list", name, (name,)), Block("quote", name, (name,), "https://x.org"))))
    assert visible(message).count(name) == 5


def test_an_answer_at_the_limit_is_one_message_and_one_above_is_split_at_a_paragraph() -> None:
    half = "a" * 2047
    assert len(render.messages(say(half, half))) == 1
    assert [visible(m) for m in render.messages(say(half, half + "b"))] == [half, half + "b"]
    assert len(render.messages(say("x" * 4096))) == 1
    long = "\n\n".join(["word " * 300] * 6)
    parts = render.messages(say(long))
    assert len(parts) == 3
    assert all(len(visible(p)) <= 4096 and visible(p).startswith("word") for p in parts)
    assert len(render.messages(say("😀" * 2049))) == 2


def test_an_answer_reads_well() -> None:
    reply = Reply(
        (
            Block("headline", "Myth · strong evidence"),
            Block("text", "Running doesn't eat your muscle."),
            Block("list", "What to do", ("Lift twice a week.", "Eat enough.")),
            Block("note", "What's your goal?"),
            Block("quote", "A finding.", ("Smith 2021 · strong",), "https://doi.org/10.1000/1"),
        )
    )
    assert render.messages(reply) == [
        "<b>Myth · strong evidence</b>\n\n"
        "Running doesn't eat your muscle.\n\n"
        "<b>What to do</b>\n• Lift twice a week.\n• Eat enough.\n\n"
        "<i>What's your goal?</i>\n\n"
        "<blockquote expandable>A finding.\n<i>Smith 2021 · strong</i>\n"
        '<a href="https://doi.org/10.1000/1">doi.org/10.1000/1</a></blockquote>'
    ]


def test_keyboards_put_short_buttons_side_by_side() -> None:
    buttons = (
        Button("Why?", "why", "a", row=0), Button("Evidence", "sources", "a", row=0), Button("Will running kill my gains?", "topic", "b"),
        Button("Muscle", "set", "x"), Button("Balanced", "set", "y"), Button("Endurance", "set", "z"), Button("Left out", "too_long"), Button(" ", "x"),
    )  # fmt: skip
    made = render.keyboard(buttons, lambda b: None if b.do == "too_long" else f"{b.do}:{b.arg}")
    assert made is not None
    assert [[b.text for b in row] for row in made.inline_keyboard] == [
        ["Why?", "Evidence"], ["Will running kill my gains?"], ["Muscle", "Balanced"], ["Endurance"],
    ]  # fmt: skip
    assert render.keyboard((), lambda b: "x") is None


def test_a_caption_is_shortened() -> None:
    assert utf16(visible(render.caption("long & wide " * 200))) <= render.CAPTION_LIMIT
