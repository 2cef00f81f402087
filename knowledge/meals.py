"""Meal ideas that fit a person: never a food that their way of eating, allergies or customs exclude.

The table (`meals.yml`) lists every ingredient of every meal. When in doubt a meal is left out: a word that someone
avoids counts against every food whose name, other names or tags contain it.
"""

from __future__ import annotations

import difflib
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from knowledge.fields import Profile
from knowledge.files import read_yaml

TEXT_LIMIT = 190
DIETS = (
    "vegan",
    "vegetarian",
    "pescatarian",
    "omnivore",
)  # each also eats all that stands before it
KINDS = ("main", "breakfast", "snack", "after")
# Words around an avoided food that name none.
_FILLER = frozenset({
    "a", "all", "allergic", "allergy", "am", "and", "any", "anything", "avoid", "can't", "cannot", "cant",
    "don't", "dont", "eat", "eating", "food", "foods", "for", "free", "fresh", "from", "has", "have", "i",
    "im", "in", "intolerance", "intolerant", "is", "it", "me", "my", "no", "non", "not", "of", "or",
    "product", "products", "raw", "strictly", "style", "the", "to", "with", "without",
})  # fmt: skip


@dataclass(frozen=True)
class Food:
    """An ingredient. `diet` is the strictest way of eating that it fits; `tags` are allergens and customs."""

    id: str
    name: str
    diet: str
    tags: frozenset[str]
    words: tuple[str, ...]

    @cached_property
    def described(self) -> str:
        """Every word by which this food may be meant, lower case."""
        return " | ".join((self.id.replace("_", " "), self.name, *self.words, *sorted(self.tags))).lower()


@dataclass(frozen=True)
class Meal:
    """A meal idea. `portion` is in household measures, by units ("metric" or "imperial"); no grams, no calories."""

    name: str
    kind: str
    foods: tuple[Food, ...]
    portion: Mapping[str, str]

    @cached_property
    def tags(self) -> frozenset[str]:
        """The tags of all its foods."""
        return frozenset(tag for food in self.foods for tag in food.tags)

    @cached_property
    def diet(self) -> str:
        """The strictest way of eating that every food of it fits."""
        return max((food.diet for food in self.foods), key=DIETS.index)

    @cached_property
    def described(self) -> str:
        """Every word by which the meal or one of its foods may be meant, lower case."""
        return " | ".join((self.name.lower(), *(food.described for food in self.foods)))

    def text(self, units: str = "metric") -> str:
        """The idea with its portion: "lentil curry with rice (500 ml bowl)"."""
        return f"{self.name} ({self.portion[units]})"


@dataclass(frozen=True)
class Table:
    """What `meals.yml` holds."""

    foods: Mapping[str, Food]
    meals: tuple[Meal, ...]
    aliases: Mapping[str, tuple[str, ...]]
    unsupported: frozenset[str]

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every single word the table knows, to recognise misspelt ones."""
        known = " ".join([*(meal.described for meal in self.meals), *self.aliases, *self.unsupported])
        return frozenset(re.findall(r"[a-z]{4,}", known))


@lru_cache(maxsize=1)
def table() -> Table:
    """The meal table, read once. Raises KeyError when a meal names a food that is not in it."""
    raw = read_yaml(Path(__file__).parent / "meals.yml")
    foods = {
        key: Food(key, f["name"], f["diet"], frozenset(f["tags"]), tuple(f["words"]))
        for key, f in raw["foods"].items()
    }
    meals = tuple(
        Meal(m["name"], m["kind"], tuple(foods[key] for key in m["foods"]), m["portion"])
        for m in raw["meals"]
    )
    aliases = {word: tuple(terms) for word, terms in raw["aliases"].items()}
    return Table(foods, meals, aliases, frozenset(raw["unsupported"]))


def _forms(word: str) -> list[str]:
    """A word and its possible singulars."""
    forms = [word]
    for ending, single in (("ies", "y"), ("es", ""), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            forms.append(word[: -len(ending)] + single)
    return forms


def _terms(avoided: str) -> set[str] | None:
    """The pieces of text that rule a meal out for one avoided word or phrase; None when we cannot vouch for any meal."""
    known = table()
    words = [w for w in re.findall(r"[^\W_]+(?:'[^\W_]+)?", avoided.lower()) if w not in _FILLER]
    terms: set[str] = set()
    while words:
        pair = _forms(" ".join(words[:2])) if len(words) > 1 else []
        if any(form in known.aliases or form in known.unsupported for form in pair):
            forms, words = pair, words[2:]
        else:
            forms, words = _forms(words[0]), words[1:]
            if not _is_known(forms):  # perhaps misspelt: better one food too many left out
                close = difflib.get_close_matches(forms[0], known.vocabulary, n=3, cutoff=0.8)
                forms = [form for word in close for form in _forms(word)]
            terms.update(forms)
        if any(form in known.unsupported for form in forms):
            return None
        terms.update(term for form in forms for term in known.aliases.get(form, ()))
    return terms


def _is_known(forms: Iterable[str]) -> bool:
    known = table()
    return any(
        form in known.aliases
        or form in known.unsupported
        or any(form in meal.described for meal in known.meals)
        for form in forms
    )


def _breaks_kosher(meal: Meal) -> bool:
    return "meat" in meal.tags and bool(meal.tags & {"dairy", "fish"})


def safe_meals(profile: Profile) -> list[Meal]:
    """Every meal that the profile's `diet` and `avoid_foods` allow, in table order.

    An unknown diet is read as vegan, which everyone may eat. Empty when nothing is surely safe.
    """
    level = DIETS.index(profile.get("diet") or "vegan")
    avoided = [str(word) for word in profile.get("avoid_foods") or ()]
    terms: set[str] = set()
    for word in avoided:
        found = _terms(word)
        if found is None:
            return []
        terms |= found
    kosher = bool(terms & {"non_kosher"})
    return [
        meal
        for meal in table().meals
        if DIETS.index(meal.diet) <= level
        and not any(term in meal.described for term in terms)
        and not (kosher and _breaks_kosher(meal))
    ]


def pick_meals(profile: Profile, count: int = 3) -> list[Meal]:
    """Up to `count` safe meals, of different kinds first; always the same for the same profile.

    Main meals that make use of the person's way of eating (fish for pescatarians, ...) come before others.
    """
    diet = profile.get("diet") or "vegan"
    goal = profile.get("goal") or ""
    turn = zlib.crc32("|".join([diet, goal, *sorted(map(str, profile.get("avoid_foods") or ()))]).encode())
    safe = safe_meals(profile)
    shelves: list[list[Meal]] = []
    for kind in KINDS:
        shelf = [meal for meal in safe if meal.kind == kind]
        typical = [meal for meal in shelf if kind == "main" and meal.diet == diet]
        others = [meal for meal in shelf if meal not in typical]
        shelves.append(_turned(typical, turn) + _turned(others, turn))
    picked: list[Meal] = []
    for row in range(max(map(len, shelves))):
        picked += [shelf[row] for shelf in shelves if row < len(shelf)]
    return picked[: max(count, 0)]


def _turned(meals: list[Meal], by: int) -> list[Meal]:
    start = by % len(meals) if meals else 0
    return meals[start:] + meals[:start]


def meals_text(profile: Profile) -> str:
    """Three safe meal ideas with portions in one line of at most 190 characters; empty when there are none."""
    units = profile.get("units") or "metric"
    text = ""
    for meal in pick_meals(profile):
        longer = "; ".join(filter(None, (text, meal.text(units))))
        if len(longer) <= TEXT_LIMIT:
            text = longer
    return text
