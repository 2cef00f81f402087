"""Meal ideas never hold a food that the person excludes, whatever the combination."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.entry import TARGET
from knowledge.meals import (
    DIETS,
    TEXT_LIMIT,
    Meal,
    meals_text,
    pick_meals,
    safe_meals,
    table,
)

# Written by hand, apart from the table's tags: the foods that each avoided word rules out.
DAIRY = {
    "milk",
    "chocolate_milk",
    "yoghurt",
    "cottage_cheese",
    "mozzarella",
    "feta",
    "paneer",
    "whey",
}
FISH = {"salmon", "tuna", "cod", "sardines"}
PORK = {"pork", "ham"}
MEAT = {"chicken", "turkey", "beef", "lamb"} | PORK
WHEAT = {"bread", "wrap", "pita", "bagel", "pasta", "couscous", "seitan", "soy_sauce"}
PEANUTS = {"peanut_butter"}
TREE_NUTS = {"almonds", "walnuts", "cashews"}
SOY = {"tofu", "tempeh", "edamame", "soy_drink", "soy_yoghurt", "soy_sauce"}
LEGUMES = (
    SOY
    | {
        "lentils",
        "chickpeas",
        "black_beans",
        "white_beans",
        "kidney_beans",
        "peas",
        "hummus",
    }
    | PEANUTS
)
FORBIDDEN = {
    "peanuts": PEANUTS,
    "peanut": PEANUTS,
    "penuts": PEANUTS,
    "nuts": PEANUTS | TREE_NUTS,
    "tree nuts": TREE_NUTS,
    "almonds": {"almonds"},
    "lactose": DAIRY,
    "lactose intolerant": DAIRY,
    "dairy": DAIRY,
    "milk": DAIRY,
    "cheese": {"cottage_cheese", "mozzarella", "feta", "paneer"},
    "gluten": WHEAT | {"oats"},
    "coeliac": WHEAT | {"oats"},
    "gluten free": WHEAT | {"oats"},
    "wheat": WHEAT,
    "egg": {"egg"},
    "eggs": {"egg"},
    "fish": FISH,
    "sea food": FISH | {"prawns"},
    "seafood": FISH | {"prawns"},
    "shellfish": {"prawns"},
    "shrimps": {"prawns"},
    "soy": SOY,
    "soya": SOY,
    "sesame": {"hummus"},
    "beans": {"black_beans", "white_beans", "kidney_beans"},
    "legumes": LEGUMES,
    "pork": PORK,
    "no pork": PORK,
    "bacon": PORK,
    "beef": {"beef"},
    "red meat": {"beef", "lamb"} | PORK,
    "red meat and nuts": {"beef", "lamb"} | PORK | PEANUTS | TREE_NUTS,
    "meat": MEAT,
    "poultry": {"chicken", "turkey"},
    "chicken": {"chicken"},
    "halal": PORK | {"soy_sauce"},
    "kosher": PORK | {"prawns"},
    "onion": {"onion"},
    "onions": {"onion"},
    "garlic": {"garlic", "hummus"},
    "mushrooms": {"mushrooms"},
    "tomatoes": {"tomato"},
    "berries": {"berries"},
    "honey": {"honey"},
    "Potatoes": {"potato", "sweet_potato"},
    "mustard": {"curry_spice"},
}
BY_DIET = {
    "vegan": MEAT | FISH | DAIRY | {"prawns", "egg", "honey"},
    "vegetarian": MEAT | FISH | {"prawns"},
    "pescatarian": MEAT,
    "omnivore": set(),
}


def foods(meal: Meal) -> set[str]:
    return {food.id for food in meal.foods}


@settings(max_examples=400, deadline=None)
@given(
    diet=st.sampled_from(DIETS),
    avoid=st.lists(st.sampled_from(sorted(FORBIDDEN)), max_size=5, unique=True),
    goal=st.sampled_from([None, "muscle", "endurance"]),
    units=st.sampled_from(["metric", "imperial"]),
)
def test_no_excluded_food_is_ever_offered(diet: str, avoid: list[str], goal: str | None, units: str) -> None:
    profile = {"diet": diet, "avoid_foods": avoid, "goal": goal, "units": units}
    banned = BY_DIET[diet].union(*(FORBIDDEN[word] for word in avoid))
    for meal in safe_meals(profile):
        assert not foods(meal) & banned, meal.name
        if "kosher" in avoid:
            assert not (foods(meal) & MEAT and foods(meal) & (DAIRY | FISH)), meal.name
    text = meals_text(profile)
    assert len(text) <= TEXT_LIMIT
    assert not TARGET.search(text)
    for meal in pick_meals(profile, count=10):
        assert meal in safe_meals(profile)
    assert len(text.split("; ")) == len(pick_meals(profile)) or not safe_meals(profile)
    assert bool(text) == bool(safe_meals(profile))


@pytest.mark.parametrize("diet", DIETS)
@pytest.mark.parametrize("word", sorted(FORBIDDEN))
def test_each_word_alone_leaves_three_meals_of_different_kinds(diet: str, word: str) -> None:
    picked = pick_meals({"diet": diet, "avoid_foods": [word]})
    assert len({meal.kind for meal in picked}) == 3
    assert not any(foods(meal) & (FORBIDDEN[word] | BY_DIET[diet]) for meal in picked)


@given(st.lists(st.text(max_size=30), max_size=4))
def test_any_words_are_survived_and_the_pick_stays_the_same(words: list[str]) -> None:
    profile = {"diet": "omnivore", "avoid_foods": words}
    assert pick_meals(profile) == pick_meals(profile)
    assert len(meals_text(profile)) <= TEXT_LIMIT


@given(st.sampled_from(sorted(table().foods)))
def test_a_food_named_by_its_own_name_is_left_out(food: str) -> None:
    name = table().foods[food].name
    assert not any(
        food in foods(meal) for meal in safe_meals({"diet": "omnivore", "avoid_foods": [name.lower()]})
    )


@pytest.mark.parametrize(
    "way",
    [
        "fodmap",
        "low fodmap",
        "keto",
        "everything",
        "histamine intolerance",
        "phenylalanine",
    ],
)
def test_nothing_is_offered_for_ways_of_eating_the_table_cannot_vouch_for(
    way: str,
) -> None:
    assert pick_meals({"diet": "omnivore", "avoid_foods": [way]}) == []
    assert meals_text({"diet": "omnivore", "avoid_foods": [way]}) == ""


def test_with_nothing_safe_left_the_text_is_empty() -> None:
    profile = {
        "diet": "vegan",
        "avoid_foods": ["legumes", "grains", "fruit", "potatoes", "nuts"],
    }
    assert safe_meals(profile) == []
    assert meals_text(profile) == ""


def test_an_unknown_diet_gets_only_what_everyone_may_eat() -> None:
    assert {meal.diet for meal in safe_meals({})} == {"vegan"}


def test_words_that_name_no_food_here_exclude_nothing() -> None:
    for word in ("none", "nothing", "brussels sprouts"):
        assert len(safe_meals({"diet": "omnivore", "avoid_foods": [word]})) == len(table().meals)


def test_kosher_keeps_meat_and_dairy_apart_but_allows_each() -> None:
    kosher = safe_meals({"diet": "omnivore", "avoid_foods": ["kosher"]})
    assert any(foods(meal) & {"chicken", "beef"} for meal in kosher)
    assert any(foods(meal) & DAIRY for meal in kosher)


def test_ways_of_eating_get_different_meals() -> None:
    texts = {meals_text({"diet": diet}) for diet in DIETS}
    assert len(texts) == len(DIETS)
    assert any(foods(meal) & FISH | foods(meal) & {"prawns"} for meal in pick_meals({"diet": "pescatarian"}))
    assert any(foods(meal) & MEAT for meal in pick_meals({"diet": "omnivore"}))


def test_portions_follow_the_units() -> None:
    bowl = next(meal for meal in table().meals if meal.name == "lentil curry with rice")
    assert "ml" in bowl.text("metric")
    assert "cup" in bowl.text("imperial")


def test_the_table_is_complete() -> None:
    meals, all_foods = table().meals, table().foods
    assert len(meals) >= 40
    assert len({meal.name for meal in meals}) == len(meals)
    assert set(Counter(meal.kind for meal in meals)) == {
        "breakfast",
        "main",
        "snack",
        "after",
    }
    assert {food for meal in meals for food in foods(meal)} == set(all_foods)
    for food in all_foods.values():
        assert food.diet in DIETS
    for meal in meals:
        assert set(meal.portion) == {"metric", "imperial"}
        assert 3 * max(len(meal.text(units)) for units in meal.portion) + 4 <= TEXT_LIMIT, meal.name
    for kind in ("breakfast", "main", "snack", "after"):
        for diet in DIETS:
            assert any(meal.kind == kind for meal in safe_meals({"diet": diet}))
