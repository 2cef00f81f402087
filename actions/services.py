"""What the Rasa action works with: the store, the coach and the files. Installed by the server, or built once from the environment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from actions.conversation import Coach, Turn, respond
from actions.files import Files
from actions.reply import Person
from actions.store import Store
from knowledge.load import Knowledge, regions


@dataclass(frozen=True)
class Services:
    """One process's store, coach and files."""

    store: Store
    coach: Coach
    files: Files


_installed: list[Services] = []


def install(services: Services) -> None:
    """Use these services from now on."""
    _installed[:] = [services]


def services() -> Services:
    """The installed services; for `rasa run actions`, built from the environment at the first message.

    Raises SettingsError or StoreError when the environment does not allow it.
    """
    if not _installed:
        from bot.engine import build_services  # the standalone action server has no engine of its own
        from bot.settings import read_settings

        install(build_services(read_settings()))
    return _installed[0]


def make_coach(knowledge: Knowledge, *, region: str, name: str, contact: str) -> Coach:
    """The coach over a knowledge base."""
    from nlu.corpus import out_of_scope_classes

    return Coach(
        knowledge=knowledge,
        region=regions()[region],
        name=name,
        contact=contact,
        out_of_scope={c.label: (c.name, c.nearest) for c in out_of_scope_classes().values()},
        read_facts=read_expected,
    )


def rehearse(coach: Coach) -> None:
    """Make a week, meals and an answered question for nobody: what is loaded at first use would stop everybody's messages for a second."""
    nobody, today = Person("rehearsal", {"body_weight": 70, "lift_days": 3, "run_days": 3}), dt.date.today()
    for do, arg in (("plan", "another"), ("topic", "meal_ideas")):
        for file in respond(Turn("", {"decision": "press", "id": ""}, today, (do, arg)), nobody, coach).files:
            file.make()
    coach.read_facts("about 70 kg", today, "body_weight")


def read_expected(text: str, today: dt.date, expecting: str | None) -> Sequence[dict[str, Any]]:
    """The facts of a text that answers a question about the field `expecting`."""
    from nlu.facts import read_facts

    return [vars(f).copy() for f in read_facts(_nlp()(text), today=today, expecting=expecting)]


@lru_cache(maxsize=1)
def _nlp() -> Any:
    from nlu.spacy_pipeline import build_nlp

    return build_nlp()
