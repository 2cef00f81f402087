"""`coach knowledge new TOPIC`: a filled-in template, so that a coach starts from an example instead of an empty page."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from knowledge.load import ROOM


class TemplateError(ValueError):
    """The template cannot be written; the message is one sentence with the remedy."""


TEMPLATE = """\
# A new topic. Replace every text by your own, then run `coach knowledge check`.
topic: {topic}
kind: coaching
group: running                # myths_and_mechanisms running combining lifting nutrition recovery benefits
title: {title}                # at most 34 characters: it stands on buttons
question: {title} - what should I know?
verdict: it_depends           # myth mostly_myth it_depends mostly_true true how_to
grade: practice               # strong moderate limited practice
reviewed: {today}
answer: >-
  Answer the question in the first sentence, with the reason. At most 350 characters, in plain words.
why: >-
  Say how it works, in two to four sentences. Name what trials found. Keep each sentence short.
do:
  - One concrete step that a tired person can take today.
caveat: >-
  Say for whom this may not hold.
profile: [goal]               # the profile fields that change the advice
asks: [goal]                  # the one question to ask back when it is unknown
tailored:
  - when: {{goal: [muscle, physique]}}
    say: Because you want muscle first, say what differs for you.
  - when: {{goal: [endurance]}}
    say: Because you want endurance first, say what differs for you.
sources:
  - {{article: A, section: Name the section}}
evidence: []                  # ids from knowledge/evidence.yml
claims: {{carries: [], corrects: []}}
follow_ups: [running_kills_gains, how_much_running]
phrasings:                    # at least 25, as different people would type them
  - write the first way somebody would ask this
"""


def new_entry(topic: str, directory: Path | None) -> Path:
    """Write the template for a topic; returns its path. Raises TemplateError when the name is bad or taken."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,39}", topic):
        raise TemplateError(f"'{topic}' can't be a topic name; use small letters, digits and underscores, like running_shoes.")
    path = (directory or ROOM / "entries") / f"{topic}.yml"
    if path.exists():
        raise TemplateError(f"{path} exists already; edit it, or choose another name.")
    title = topic.replace("_", " ").capitalize()[:34]
    path.write_text(TEMPLATE.format(topic=topic, title=title, today=dt.date.today().isoformat()), encoding="utf-8")
    return path
