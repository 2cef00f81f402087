"""A reply as plain text, and as data on its way through Rasa."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from actions.plain import plain
from actions.reply import Attachment, Block, Button, Reply, SourceLine, say

TEXT = st.text(max_size=20)
KINDS = st.sampled_from(["headline", "text", "list", "note", "quote"])
REPLIES = st.builds(
    Reply,
    blocks=st.lists(st.builds(Block, KINDS, TEXT, st.lists(TEXT, max_size=3).map(tuple), TEXT), max_size=4).map(tuple),
    buttons=st.lists(st.builds(Button, TEXT, TEXT, TEXT, st.none() | st.integers(0, 3)), max_size=3).map(tuple),
    attachments=st.lists(st.builds(Attachment, st.sampled_from(["image", "file"]), TEXT, TEXT, TEXT), max_size=2).map(tuple),
    ids=st.lists(TEXT, max_size=2).map(tuple),
    sources=st.lists(st.builds(SourceLine, TEXT, TEXT, TEXT, TEXT), max_size=2).map(tuple),
    profile_used=st.lists(TEXT, max_size=2).map(tuple),
    form=st.none() | TEXT,
)


def test_blocks_become_paragraphs() -> None:
    reply = Reply((
        Block("headline", "Myth"), Block("text", "No."), Block("list", "What to do", ("Eat", "Rest")), Block("list", "", ("One",)),
        Block("quote", "A finding.", ("Smith 2020",), "https://doi.org/10.1/x"), Block("text", ""), Block("note", "Which?"),
    ))  # fmt: skip
    assert plain(reply) == "Myth\n\nNo.\n\nWhat to do:\n- Eat\n- Rest\n\n- One\n\nA finding.\nSmith 2020\nhttps://doi.org/10.1/x\n\nWhich?"


def test_say_leaves_out_empty_paragraphs() -> None:
    assert plain(say("One.", "", "Two.")) == "One.\n\nTwo."
    assert plain(say()) == ""


@given(REPLIES)
def test_a_reply_survives_the_way_through_rasa(reply: Reply) -> None:
    assert Reply.from_dict(json.loads(json.dumps(reply.as_dict()))) == reply


def test_a_source_shows_its_doi_or_its_section() -> None:
    assert SourceLine("T", "strong", doi="10.1/x", section="s").as_dict() == {"title": "T", "doi": "10.1/x", "grade": "strong"}
    assert SourceLine("T", "practice", section="s").as_dict() == {"title": "T", "section": "s", "grade": "practice"}
