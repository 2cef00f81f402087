"""A complete entry of a coach's own, for tests: about running with a dog, which the built-in topics don't cover."""

from __future__ import annotations

from pathlib import Path

PHRASINGS = """\
can I take my dog running
is it ok to jog with a puppy
dog jogging tips
my labrador pulls like mad when we go out together
how far can a beagle go at an easy pace
canicross for beginners
what leash do I need to run hands free
running with my dog slows me down, bad for training?
hot pavement and paws in summer
do short-nosed breeds cope with jogging
will my pet be fine on a ten k loop
the vet said no runs before 18 months, true?
how do i get the pup used to a steady pace
does a dog count as a training partner lol
my collie keeps stopping to sniff
when should the dog drink on a long run
older dog still keen, should he come along
are intervals too much for a spaniel
hip trouble in dogs from road running?
bringing a husky to the trail
harness or collar for canine running
how often per week may she join me
signs that my four-legged friend is done
dog poo bags and pace, serious question
what to feed him after we run
teach a rescue dog to trot beside me
night jog with pup, lights needed
""".splitlines()


def entry_text(topic: str = "dog_running") -> str:
    """The YAML of a good entry."""
    lines = "".join(f"  - {p!r}\n" for p in PHRASINGS)
    return f"""\
topic: {topic}
kind: coaching
group: running
title: Running with a dog
question: Can I run with my dog?
verdict: it_depends
grade: practice
reviewed: 2026-11-22
answer: >-
  Yes, a grown and healthy dog can share easy runs of [[3-5 km]]. Let it set the pace at first.
why: >-
  Dogs cool down by panting, so heat gets to them fast. Young dogs still grow and need short, soft outings.
do:
  - Start with ten easy minutes on soft ground.
  - Stop when the dog lags behind or pants hard.
caveat: >-
  Not for puppies, short-nosed breeds or sick dogs; ask your vet.
protected:
  answer: >-
    Yes, a grown and healthy dog can share easy runs. Let it set the pace, and keep outings short at first.
  do:
    - Start with ten easy minutes on soft ground.
profile: [run_days]
asks: [run_days]
tailored:
  - when: {{run_days: {{below: 3}}}}
    say: Because you run {{run_days}} days a week, the dog can come along on each of them.
  - when: {{run_days: {{at_least: 3}}}}
    say: Because you run {{run_days}} days a week, leave the dog at home on the hard ones.
sources:
  - {{article: A, section: How Running Affects the Body}}
evidence: []
claims: {{carries: [], corrects: []}}
follow_ups: [how_much_running, rest_days]
phrasings:
{lines}"""


def write_entry(directory: Path, topic: str = "dog_running") -> Path:
    """Put the good entry into a directory."""
    path = directory / f"{topic}.yml"
    path.write_text(entry_text(topic), encoding="utf-8")
    return path
