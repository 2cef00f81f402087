"""Rasa's rule policy with its rules sorted by intent: a prediction looks at the few that can apply instead of at all of them."""

from __future__ import annotations

import json
from typing import Any

from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.trackers import DialogueStateTracker


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class IntentRulePolicy(RulePolicy):
    """Predicts what RulePolicy predicts from the same trained rules. A rule that names an intent cannot apply under another one."""

    # Filled when a trained policy is loaded; training itself changes its rules and goes Rasa's way.
    _by_intent: dict[int, dict[str | None, list[str]]] | None = None
    _on_texts = True

    @classmethod
    def load(cls, *args: Any, **kwargs: Any) -> IntentRulePolicy:
        """The trained policy, its rules sorted."""
        policy: IntentRulePolicy = super().load(*args, **kwargs)
        rules = [lookup for lookup in policy.lookup.values() if isinstance(lookup, dict)]
        policy._by_intent = {id(lookup): _sorted(lookup) for lookup in rules}
        policy._on_texts = any('"text"' in key for lookup in rules for key in lookup)
        return policy

    def _get_possible_keys(self, lookup: dict[str, str], states: list[State]) -> set[str]:
        by_intent = (self._by_intent or {}).get(id(lookup))
        if by_intent is not None and states:
            intent = (states[-1].get("user") or {}).get("intent")
            keys = by_intent.get(None, []) + (by_intent.get(intent, []) if intent else [])
            lookup = {key: lookup[key] for key in keys}
        found: set[str] = super()._get_possible_keys(lookup, states)
        return found

    def _find_action_from_rules(
        self, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
    ) -> tuple[str | None, str | None, bool]:
        if use_text_for_last_user_input and not self._on_texts:
            return None, None, False  # no rule is about a text, so none applies
        found: tuple[str | None, str | None, bool] = super()._find_action_from_rules(tracker, domain, use_text_for_last_user_input)
        return found


def _sorted(lookup: dict[str, str]) -> dict[str | None, list[str]]:
    """The rules' keys by the intent of their last state."""
    found: dict[str | None, list[str]] = {}
    for key in lookup:
        states: list[dict[str, Any]] = json.loads(key)
        intent = (states[-1].get("user") or {}).get("intent") if states else None
        found.setdefault(intent, []).append(key)
    return found
