"""Brings the knowledge base into Rasa: intents, examples and one rule per intent, so that a new topic is one new file."""

from __future__ import annotations

import hashlib
import os
from functools import cached_property
from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from knowledge.fields import catalogue
from knowledge.load import Knowledge, load
from nlu import corpus

ACTION = "action_coach"
DECIDED = ("clarify", "press", corpus.OUT_OF_SCOPE)  # intents without examples: decided by the pipeline, pressed as buttons


class Phrasing(Message):
    """A training example, which nobody changes once it is made.

    Rasa copies its examples in depth and hashes them through JSON each time that it joins two sources: a fifth of training with 20,000 of them.
    """

    @cached_property
    def _hash(self) -> str:
        held = "\0".join((self.data[TEXT], self.data[INTENT], self.data["metadata"]["kind"]))
        return hashlib.md5(held.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()

    def fingerprint(self) -> str:
        """A hash of the text, its intent and its kind."""
        return self._hash

    def __deepcopy__(self, memo: dict[int, Any]) -> Phrasing:
        return self


class KnowledgeImporter(RasaFileImporter):
    """Rasa's file importer plus everything that follows from the knowledge base.

    Raises KnowledgeError when an entry cannot be read.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._knowledge: Knowledge | None = None
        self._domain: Domain | None = None

    @property
    def knowledge(self) -> Knowledge:
        """The entries, with the coach's own (COACH_KNOWLEDGE_DIR)."""
        if self._knowledge is None:
            self._knowledge = load(os.environ.get("COACH_KNOWLEDGE_DIR") or None)
        return self._knowledge

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """Every example of `nlu.corpus`, each with the kind of decision that its intent leads to."""
        kinds = corpus.kinds(self.knowledge)
        return TrainingData(
            [Phrasing({TEXT: e.text, INTENT: e.label, "metadata": {"kind": kinds[e.label]}}) for e in corpus.examples(self.knowledge)]
        )

    def get_domain(self) -> Domain:
        """The domain file plus the generated intents and the profile fields as entities."""
        if self._domain is None:
            intents: list[dict[str, Any]] = [{name: {"use_entities": []}} for name in self._intents()]
            generated = Domain.from_dict({"intents": intents, "entities": list(catalogue()), "actions": [ACTION]})
            self._domain = super().get_domain().merge(generated)
        return self._domain

    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        """One rule per intent: the one action answers."""
        reader = YAMLStoryReader(self.get_domain())
        rules = [{"rule": f"answer {name}", "steps": [{"intent": name}, {"action": ACTION}]} for name in self._intents()]
        steps = reader.read_from_parsed_yaml({"version": "3.1", "rules": rules})
        return StoryGraph(steps).merge(super().get_stories(exclusion_percentage))

    def _intents(self) -> list[str]:
        labels = set(corpus.kinds(self.knowledge))
        return sorted(labels | {corpus.public_id(label) for label in labels} | set(DECIDED))
