"""The pipeline's own Rasa components: spaCy, intent ranking, profile facts, safety cues, and the decision.

Each wraps a pure module of this room. What they find travels on the Rasa message under the keys below.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
from typing import Any

import spacy
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.nlu.utils.spacy_utils import SpacyModel, SpacyNLP
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu import decide as decisions
from nlu.corpus import OUT_OF_SCOPE_PREFIX
from nlu.encoder import Encoder, EncoderUnavailable
from nlu.facts import Fact, read_facts
from nlu.intents import IntentModel, KernelSettings
from nlu.safety import SafetyCue, detect
from nlu.spacy_pipeline import build_nlp
from nlu.text import MAX_CHARACTERS, clauses, words

log = logging.getLogger(__name__)

PARTS = "coach_parts"
FACTS = "coach_facts"
CUES = "coach_cues"
DECISION = "coach"
MAX_CLAUSES = 6
SUMMED = ("safety", "out_of_scope")  # kinds whose summed scores a part carries, in its order

Component = DefaultV1Recipe.ComponentType


@DefaultV1Recipe.register([Component.MODEL_LOADER, Component.MESSAGE_FEATURIZER], is_trainable=False, model_from="CoachSpacy")
class CoachSpacy(SpacyNLP):
    """Rasa's spaCy provider over our own pipeline, built in code instead of read from a model directory."""

    @staticmethod
    def load_model(spacy_model_name: str) -> SpacyModel:
        """Build the pipeline."""
        return SpacyModel(model=build_nlp(), model_name="coach")

    @staticmethod
    def ensure_proper_language_model(nlp: spacy.language.Language | None) -> None:
        """Nothing to check: the pipeline has no path because it is built in code."""

    def process_training_data(self, training_data: TrainingData, model: SpacyModel) -> TrainingData:
        """Training needs no spaCy documents."""
        return training_data

    def process(self, messages: list[Message], model: SpacyModel) -> list[Message]:
        """Attach the spaCy document of each text, its case kept."""
        for message in messages:
            message.set("spacy_doc", model.model(message.get(TEXT) or ""))
        return messages


@DefaultV1Recipe.register(Component.INTENT_CLASSIFIER, is_trainable=True)
class IntentRanker(GraphComponent, IntentClassifier):
    """Ranks the intents of a message and of its clauses with the kernel model (`nlu.intents`)."""

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, model: IntentModel | None = None, groups: tuple[tuple[str, ...], ...] = ()
    ) -> None:
        self._config, self._storage, self._resource, self.model, self.groups = config, storage, resource, model, groups

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The settings of `nlu.intents.KernelSettings`."""
        return vars(KernelSettings()).copy()

    @staticmethod
    def required_packages() -> list[str]:
        """Packages that must be importable."""
        return ["sklearn", "onnxruntime"]

    @classmethod
    def create(cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext) -> IntentRanker:
        """An untrained component."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on all intent examples and store the model."""
        examples = [e for e in training_data.intent_examples if e.get(TEXT)]
        known = {k: v for k, v in self._config.items() if k in KernelSettings.__dataclass_fields__}
        model = IntentModel.fit([e.get(TEXT) for e in examples], [e.get(INTENT) for e in examples], load_encoder(threads=2), KernelSettings(**known))
        with self._storage.write_to(self._resource) as folder:
            model.save(folder)
            kinds = {e.get(INTENT): (e.get("metadata") or {}).get("kind") for e in examples}
            (folder / "groups.json").write_text(json.dumps([sorted(label for label, kind in kinds.items() if kind == group) for group in SUMMED]))
        return self._resource

    @classmethod
    def load(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext, **kwargs: Any
    ) -> IntentRanker:
        """Read the trained model; without the encoder the sparse side serves alone."""
        with model_storage.read_from(resource) as folder:
            model = IntentModel.load(folder, load_encoder())
            groups = tuple(tuple(group) for group in json.loads((folder / "groups.json").read_text()))
        return cls(config, model_storage, resource, model, groups)

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the ranked intents of the whole text and of each clause."""
        assert self.model is not None
        for message in messages:
            text = (message.get(TEXT) or "")[:MAX_CHARACTERS]
            parts: list[decisions.Part] = []
            if words(text):
                found = clauses(text)[:MAX_CLAUSES]
                texts = [text, *found] if len(found) > 1 else [text]
                ranked = self.model.rank_and_sum(texts, self.groups)
                parts = [decisions.Part(t, tuple(r), *sums) for t, (r, sums) in zip(texts, ranked, strict=True)]
            message.set(PARTS, parts)
        return messages


_encoder_state = {"on": False}


def encoder_on() -> bool:
    """Whether the encoder was there when it was last loaded."""
    return _encoder_state["on"]


def load_encoder(threads: int = 1) -> Encoder | None:
    """The sentence encoder, or None with a logged error when it cannot be loaded."""
    try:
        encoder = Encoder.load(threads=threads)
        _encoder_state["on"] = True
        return encoder
    except (EncoderUnavailable, OSError, RuntimeError) as error:
        _encoder_state["on"] = False
        log.error("The sentence encoder is off, spelling-based matching serves alone: %s", error)
        return None


@DefaultV1Recipe.register(Component.ENTITY_EXTRACTOR, is_trainable=False, model_from="CoachSpacy")
class ProfileFacts(GraphComponent, EntityExtractorMixin):
    """Reads profile facts from the spaCy document (`nlu.facts`)."""

    @classmethod
    def create(cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext) -> ProfileFacts:
        """A component without state."""
        return cls()

    def process(self, messages: list[Message], model: SpacyModel) -> list[Message]:
        """Set the facts and, as Rasa entities, those that the person said of themselves."""
        for message in messages:
            doc = message.get("spacy_doc") or model.model(message.get(TEXT) or "")
            facts: list[Fact] = read_facts(doc, today=dt.date.today())
            message.set(FACTS, facts)
            entities = [
                {"entity": f.field, "value": f.value, "unit": f.unit, "text": f.text, "start": f.start, "end": f.end, "extractor": "ProfileFacts"}
                for f in facts
                if f.scope == "stored" and f.problem is None and not f.negated
            ]
            message.set(ENTITIES, entities, add_to_output=True)
        return messages


@DefaultV1Recipe.register(Component.MESSAGE_FEATURIZER, is_trainable=False, model_from="CoachSpacy")
class SafetyCues(GraphComponent):
    """Looks for safety cues, independent of the intents (`nlu.safety`)."""

    @classmethod
    def create(cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext) -> SafetyCues:
        """A component without state."""
        return cls()

    def process_training_data(self, training_data: TrainingData, model: SpacyModel) -> TrainingData:
        """Training needs no cues."""
        return training_data

    def process(self, messages: list[Message], model: SpacyModel) -> list[Message]:
        """Set the cues, strongest first. The whole text is read, however long."""
        for message in messages:
            message.set(CUES, detect(message.get(TEXT) or ""))
        return messages


@DefaultV1Recipe.register(Component.INTENT_CLASSIFIER, is_trainable=True)
class DecisionMaker(GraphComponent, IntentClassifier):
    """Turns ranking, facts and cues into one decision (`nlu.decide`) and the message's final intent."""

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource, kinds: dict[str, str] | None = None) -> None:
        self._config, self._storage, self._resource = config, storage, resource
        self._kinds = kinds or {}
        known = {k: v for k, v in config.items() if k in decisions.Thresholds.__dataclass_fields__}
        self._thresholds = decisions.Thresholds(**known)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The operating points of `nlu.decide.Thresholds`."""
        return vars(decisions.Thresholds()).copy()

    @classmethod
    def create(cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext) -> DecisionMaker:
        """An untrained component."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Remember the kind of each intent, as the importer noted it on the examples."""
        kinds = {e.get(INTENT): (e.get("metadata") or {}).get("kind", "conversation") for e in training_data.intent_examples}
        with self._storage.write_to(self._resource) as folder:
            (folder / "kinds.json").write_text(json.dumps(kinds))
        return self._resource

    @classmethod
    def load(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext, **kwargs: Any
    ) -> DecisionMaker:
        """Read the kinds."""
        with model_storage.read_from(resource) as folder:
            kinds = json.loads((folder / "kinds.json").read_text())
        return cls(config, model_storage, resource, kinds)

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the decision, the intent and its confidence."""
        for message in messages:
            text: str = message.get(TEXT) or ""
            parts: list[decisions.Part] = message.get(PARTS) or []
            cues: list[SafetyCue] = message.get(CUES) or []
            facts: list[Fact] = message.get(FACTS) or []
            decision = decisions.decide(text, parts[0] if parts else None, parts[1:], facts, cues, self._kinds, self._thresholds)
            intent = {"name": rasa_intent(decision), "confidence": decision.confidence}
            message.set(INTENT, intent, add_to_output=True)
            message.set(DECISION, decisions.as_dict(decision), add_to_output=True)
        return messages


def rasa_intent(decision: decisions.Decision) -> str:
    """The Rasa intent under which the dialogue continues."""
    if decision.decision == "clarify":
        return "clarify"
    return decision.id


def is_out_of_scope(label: str) -> bool:
    """Whether a training label is one of the out-of-scope classes."""
    return label.startswith(OUT_OF_SCOPE_PREFIX)
