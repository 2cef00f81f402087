"""The safety detector: every rule's own examples, neutral company, odd input, and the audit table."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.entry import text
from knowledge.load import load, regions
from nlu.safety import KNOWN, TOPICS, SafetyRules, _keys, audit_table, benign_frame, detect, edits

ROOT = Path(__file__).resolve().parents[2]
RULES = SafetyRules.load()
ENTRIES = load().entries
DATA = ROOT / "nlu" / "data"
LOOKALIKES = yaml.safe_load((DATA / "safety_lookalikes.yml").read_text(encoding="utf-8"))
MORE = yaml.safe_load((DATA / "safety_more.yml").read_text(encoding="utf-8"))
CATCHES = [(rule.id, example) for rule in RULES.rules for example in rule.catches]
SPARES = [(rule.id, example) for rule in RULES.rules for example in rule.spares]

# One plain cue a topic, for the tests that dress it up.
CUES = {
    "crisis": "i want to kill myself",
    "urgent_symptoms": "i get chest pain when i run",
    "disordered_eating": "i make myself throw up after dinner",
    "pregnancy": "i am 20 weeks pregnant",
    "medical_condition": "i have kidney disease",
    "performance_drugs": "should i take steroids",
    "pain_or_injury": "my knee hurts when i run",
}
BEFORE = ["Hi coach, love the plan!", "Hello.", "Quick question:", "ok so", "I ran 10k today and it was great.", "no rush, but", "Not sure who to ask."]
AFTER = ["Also how much protein?", "thanks!", "And what should I eat after a run?", "", "haha sorry for the long text.", "No worries if you don't know."]


def found(message: str) -> list[str]:
    return [cue.rule for cue in detect(message)]


def test_every_rule_has_examples() -> None:
    assert [r.id for r in RULES.rules if len(r.catches) < 2 or not r.spares] == []
    assert len({r.id for r in RULES.rules}) == len(RULES.rules)


@pytest.mark.parametrize(("rule", "message"), CATCHES)
def test_rule_catches(rule: str, message: str) -> None:
    assert rule in found(message)


@pytest.mark.parametrize(("rule", "message"), SPARES)
def test_rule_spares(rule: str, message: str) -> None:
    assert rule not in found(message)


def test_phrasings_of_the_referrals_are_caught() -> None:
    for topic in TOPICS:
        phrasings = ENTRIES[topic].phrasings
        missed = [p for p in phrasings if topic not in {c.topic for c in detect(p)}]
        assert len(missed) <= 0.05 * len(phrasings), missed


def test_lookalikes_seldom_raise_an_alarm() -> None:
    alarmed = [x["text"] for x in LOOKALIKES if detect(x["text"])]
    assert len(LOOKALIKES) >= 200
    assert len(alarmed) <= 0.05 * len(LOOKALIKES), alarmed  # they were chosen for alarming words; the rest is doubted by the intent model


@pytest.mark.parametrize("topic", [*TOPICS])
def test_more_wordings_are_caught_by_rules_alone(topic: str) -> None:
    missed = [phrase for phrase in MORE[topic] if not detect(phrase)]
    assert len(missed) <= 0.12 * len(MORE[topic]), missed  # said in passing or in plain words: these wait for the intent model, which has learned them


def test_ordinary_messages_raise_no_alarm() -> None:
    assert [m for m in MORE["benign"] if detect(m)] == []


def test_questions_out_of_scope_raise_no_alarm() -> None:
    classes = yaml.safe_load((DATA / "out_of_scope.yml").read_text(encoding="utf-8"))["classes"]
    asked = [question for group in classes.values() for question in group["examples"]]
    alarmed = [question for question in asked if detect(question)]
    assert len(alarmed) <= 0.005 * len(asked), alarmed


def test_small_talk_raises_no_alarm() -> None:
    blocks = yaml.safe_load((DATA / "conversation.yml").read_text(encoding="utf-8"))["nlu"]
    said = [re.sub(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})", r"\1", line[2:]) for b in blocks for line in b["examples"].splitlines()]
    alarmed = [line for line in said if detect(line)]
    assert len(alarmed) <= 0.005 * len(said), alarmed


def test_coaching_questions_raise_no_alarm() -> None:
    asked = [p for name, entry in ENTRIES.items() if name not in TOPICS for p in entry.phrasings]
    alarmed = [p for p in asked if detect(p)]
    assert len(alarmed) <= 0.005 * len(asked), alarmed


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("after", AFTER)
def test_company_hides_no_cue(topic: str, before: str, after: str) -> None:
    cues = detect(f"{before} {CUES[topic]}. {after}")
    assert [c.topic for c in cues][:1] == [topic]


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_survived(message: str) -> None:
    for cue in detect(message):
        assert cue.topic in TOPICS


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(CUES)), st.data())
def test_case_blanks_and_punctuation_change_nothing(topic: str, data: st.DataObject) -> None:
    message = CUES[topic]
    if data.draw(st.booleans()):
        message = message.upper()
    message = data.draw(st.sampled_from(["", "  ", "\n", "... "])) + message.replace(" ", data.draw(st.sampled_from([" ", "  ", "\t"])))
    assert detect(message + data.draw(st.sampled_from(["", "!!!", "???", " :(", ".", " \U0001f62d"])))[0].topic == topic


@pytest.mark.parametrize(
    ("message", "topic"),
    [
        ("chset pian on every run", "urgent_symptoms"),
        ("i feel suicidle", "crisis"),
        ("im pregant", "pregnancy"),
        ("was anorexc as a teen", "disordered_eating"),
        ("are steriods ok", "performance_drugs"),
        ("im diabtic", "medical_condition"),
        ("my hamstirng hurts so bad", "pain_or_injury"),
        ("i wanna dieeee", "crisis"),
        ("my chest hurtssss", "urgent_symptoms"),
    ],
)
def test_misspelt_cues_are_caught(message: str, topic: str) -> None:
    assert [c.topic for c in detect(message)][:1] == [topic]


@pytest.mark.parametrize(
    "message",
    ["no chest pain", "I've never used steroids", "i'm not pregnant", "no injuries and no heart problems", "I don't have diabetes", "without any knee pain"],
)
def test_denied_cues_are_none(message: str) -> None:
    assert detect(message) == []


@pytest.mark.parametrize(
    ("message", "topic"),
    [
        ("not gonna lie, my chest hurts", "urgent_symptoms"),
        ("i don't know why my chest hurts", "urgent_symptoms"),
        ("no idea why but i fainted", "urgent_symptoms"),
        ("not sure if i'm pregnant", "pregnancy"),
        ("never told anyone but i purge", "disordered_eating"),
        ("no chest pain but i passed out", "urgent_symptoms"),
        ("can't stop thinking about suicide", "crisis"),
    ],
)
def test_negations_of_something_else_hide_nothing(message: str, topic: str) -> None:
    assert [c.topic for c in detect(message)][:1] == [topic]


@pytest.mark.parametrize(
    "message",
    [
        "no chest pain", "no pain, swelling or numbness, can I run more", "i'm not pregnant", "never had a heart problem",
        "i don't take steroids", "no allergies no conditions no pills, fit as ever", "was pregnant ten years ago",
        "i had my tonsils out 20 years ago", "used to take a lot of pills of vitamin c",
        "my grandma had heart disease, anyway how do I start running", "diabetes runs in my family so is running good",
        "my doctor is happy with my blood work", "blood pressure is perfect, how many runs", "would kill me if i missed the race",
        "i'd kill for a pizza", "dying to start lifting", "that is suicide for gains", "crushed my 10k", "baby steps with running",
        "blacked out my calendar for the marathon", "high pressure job, how do I fit 3 runs", "a shot of espresso before lifting",
        "memorial day murph", "how do i wake up with abs", "swollen pump after arms",
    ],
)  # fmt: skip
def test_harmless_frames_are_seen(message: str) -> None:
    assert benign_frame(message)


@pytest.mark.parametrize(
    "message",
    [
        "no chest pain but I fainted", "no pain but my vision goes odd", "my grandma had heart disease and now my chest is odd",
        "i'm not pregnant but my chest feels odd", "i don't want to die, i want to sleep forever", "crushed my 10k and feel dead and alone",
        "dying to know if anyone would notice i'm dead", "i deserve to die for this", "was pregnant ten years ago and still leak",
        "i had an eating disorder years ago", "heart attack years ago", "my doctor is not happy with my blood work",
        "blood pressure is perfect but i get dizzy", "i would kill for a pizza and my pulse does weird things",
        "can't lift my arm without pain", "i can't breathe", "two people in my family died of their heart",
        "what is zone 2", "how do I bulk",
    ],
)  # fmt: skip
def test_no_frame_hides_a_cue(message: str) -> None:
    assert not benign_frame(message)


def test_no_frame_holds_a_known_cue_even_without_the_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SafetyRules, "detect", lambda self, text: [])
    framed = [phrase for topic in TOPICS for phrase in MORE[topic] if RULES.benign_frame(phrase)]
    assert len(framed) <= 0.005 * sum(len(MORE[topic]) for topic in TOPICS), framed


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_frames_survive_any_text(message: str) -> None:
    assert not (benign_frame(message) and detect(message))


@pytest.mark.parametrize(
    ("message", "caught"),
    [
        ("had shin splints in 2015, never since", False),
        ("tore my hamstring in college, totally fine today", False),
        ("physio signed me off after my knee injury, all good now", False),
        ("had shin splints in 2015 and they are back", True),
        ("tore my hamstring in college, totally fine for years but it hurts when i sprint", True),
        ("my physio has not cleared me after the knee injury", True),
        ("i fainted on the treadmill, all good now", True),
        ("had a c section and my doctor cleared me, all good now", True),
    ],
)
def test_a_healed_injury_is_over_until_it_returns(message: str, caught: bool) -> None:
    assert bool(detect(message)) is caught


@pytest.mark.parametrize(
    ("message", "caught"),
    [
        ("my dog is pregnant", False), ("my wife and her dog went out, she is pregnant", True),
        ("my phone died", False), ("my phone died and i want to die too", True),
        ("i'm a midwife on nights", False), ("i'm seeing a midwife", True),
        ("i work in a hospital", False), ("i was in hospital last week", True),
        ("binged a whole season", False), ("binged a whole cake", True),
        ("dizzy from all the protein advice", False), ("dizzy from running", True),
        ("passed out at 9 pm", False), ("passed out at 9 km", True),
        ("purged my playlist", False), ("purged after dinner", True),
        ("laxative effect of coffee", False), ("took a laxative", True),
        ("how many kms a week", False), ("kms tonight", True),
        ("muscle contractions", False), ("contractions at 30 weeks", True),
        ("labour intensive job", False), ("run after labour", True),
        ("beetroot makes my pee pink", False), ("my pee is pink", True),
        ("squeeze the chest at the top of a fly", False), ("something squeezing my chest", True),
        ("don't know where to start", False), ("he doesn't know where he is after the race", True),
        ("don't see the point of stretching", False), ("don't see the point any more", True),
    ],
)  # fmt: skip
def test_the_sense_of_a_word_decides(message: str, caught: bool) -> None:
    assert bool(detect(message)) is caught


def test_the_index_of_patterns_loses_none() -> None:
    words = [phrase for topic in TOPICS for phrase in MORE[topic][::25]] + [x["text"] for x in LOOKALIKES[::60]]
    for phrase in words:
        whole = RULES.normalise(phrase)
        keys = _keys(whole)
        for index, patterns in ((RULES._index, [p for _, p in RULES._flat]), (RULES._idiom_index, [p for p, _ in RULES._idioms])):
            there = {n for n, p in enumerate(patterns) if p.regex.search(whole)}
            assert there <= set(index.candidates(keys)), phrase
            assert all(patterns[n].within(whole, keys) for n in there), phrase


def test_the_gravest_comes_first() -> None:
    assert detect("my knee hurts and i want to die")[0].topic == "crisis"
    assert detect("i'm diabetic and i get chest pain")[0].topic == "urgent_symptoms"
    assert detect("my periods stopped and my shin hurts")[0].topic == "disordered_eating"
    assert detect("i'm pregnant and my back hurts")[0].topic == "pregnancy"
    assert detect("i'm pregnant and bleeding")[0].emergency


def test_others_are_told_from_the_writer() -> None:
    assert not detect("my wife is pregnant")[0].about_self
    assert not detect("a client of mine takes steroids, he runs too")[0].about_self
    assert detect("i am pregnant")[0].about_self


@pytest.mark.parametrize(
    ("message", "caught"),
    [
        ("lose 8 kg in 4 weeks", True),
        ("lose 3 kg in 4 weeks", False),
        ("lose 20 lbs in a month", True),
        ("lose 20 pounds in 6 months", False),
        ("i eat 600 calories a day", True),
        ("i eat 2,600 calories a day", False),
        ("on a 48 hour fast", True),
        ("after a 14 hour fast", False),
    ],
)
def test_amounts_decide(message: str, caught: bool) -> None:
    assert bool(detect(message)) is caught


@pytest.mark.parametrize(
    ("message", "trigger"),
    [
        # bleeding and the pelvic floor
        ("pregnant 30 weeks, blood when i wiped after the gym", "R10-blood"), ("spotting after squats, 9 weeks", "R10-blood"),
        ("20 weeks pregnant, bleeding heavily", "R10-now"), ("pregnant. my gums bleed a lot when i run", "R10"),
        ("pregnant, who is spotting me on bench", "R10"), ("i pee a little when i do double unders", "R10-floor"),
        ("heaviness in my pelvis after running", "R10-floor"), ("my camelbak leaks when i run", ""), ("how do i pee during a marathon", ""),
        ("blood in my underwear after a long run", "R18"), ("bit of blood on my shins from deadlifts today", ""), ("nipples bleeding after the run", ""),
        ("a bit of blood sugar today", ""), ("coughed up a bit of blood after intervals", "R02"),
        # low sugar
        ("type 1 on a pump, shaky and sweaty after my lift", "R12-sugar"), ("type 1 diabetic. my sugar is 2.9 halfway through my run", "R12-sugar"),
        ("my cgm says 58 mg/dl now, finish the run?", "R12-sugar"), ("glucose 3.1 mid run", "R12-sugar"), ("lactate 3.5 mmol at tempo", ""),
        ("glucose gel after 3.5 km", ""), ("blood glucose 5.4 before a run good?", ""), ("type 1, how do i avoid going low on long runs", "R12"),
        ("not diabetic, but shaky after intervals", ""), ("i'm diabetic and my legs are shaky after squats", "R12"),
        # asthma
        ("i have asthma and wheeze on hard intervals", "R12-asthma"), ("asthmatic, wheezing in the cold", "R12-asthma"),
        ("asthma, wheezing at rest since this morning", "R02"), ("inhaler isn't working and i'm wheezing", "R02"),
        ("i have asthma and can't breathe when i run", "R02"), ("i wheeze on easy runs, do i have asthma?", "R02"), ("asthmatic, can i do hiit", "R12"),
        # a pounding heart
        ("my heart was pounding at the end of the last interval", "R01-effort"), ("my heart was pounding after the last rep and i felt dizzy", "R02"),
        ("heart pounding after intervals and it won't slow down", "R01"), ("pregnant and heart pounding after intervals", "R10"),
        # food to burn
        ("how many burpees to work off a donut", "R07-food"), ("how far do i have to run to burn off the pizza i ate", "R07"),
        ("2000 cals at 90 kg, can i run more instead of eating less", ""), ("i run instead of eating", "R07"),
        # what cannot take weight
        ("i sprained my ankle last week, can hardly walk", "R17"), ("can barely walk, my knee is huge", "R17"), ("sprained ankle, walking is fine", "injury"),
        ("can barely walk after leg day", ""),
        # jokes and distress
        ("if coach gives us more hill sprints i'm gonna kill myself lol", ""), ("gonna kill myself lol if there are more hills tomorrow", ""),
        ("i'm gonna kill myself lol", "R08"), ("if i lose my job again i'm gonna kill myself haha", "R08"),
        ("if there are more hills tomorrow i'm going to kill myself", "R08"), ("honestly idk why i bother anymore", "R08-ask"),
        ("what's the point of anything", "R08-ask"), ("why do i bother stretching", ""), ("what's the point of easy runs", ""),
        ("idk why i bother anymore. not just training. everything", "R08"),
    ],
)  # fmt: skip
def test_the_trigger_picks_the_words(message: str, trigger: str) -> None:
    assert [c.trigger for c in detect(message) if not c.hint][:1] == [trigger] * bool(trigger)


def test_what_is_known_must_be_something_that_is_told() -> None:
    raw = yaml.safe_load((ROOT / "nlu" / "safety_rules.yml").read_text(encoding="utf-8"))
    assert {k for r in raw["rules"] for k in r.get("known", ())} == KNOWN
    raw["rules"][0]["known"] = ["astrology"]
    with pytest.raises(ValueError, match=r"suicide_words.*astrology"):
        SafetyRules(raw)


def test_a_harmless_frame_holds_for_a_pizza() -> None:
    assert benign_frame("i could murder a pizza, how many calories after a long run")
    assert not benign_frame("i could murder my coach and end it all")


@pytest.mark.parametrize(
    ("one", "other", "close"),
    [("pregant", "pregnant", True), ("steriod", "steroid", True), ("clean", "clan", True), ("running", "ruining", True), ("chest", "cheese", False)],
)
def test_edit_distance_of_one(one: str, other: str, close: bool) -> None:
    assert edits(one, other, 1) is close


def test_a_bad_rule_is_named() -> None:
    raw = yaml.safe_load((ROOT / "nlu" / "safety_rules.yml").read_text(encoding="utf-8"))
    raw["rules"][0]["topic"] = "nonsense"
    with pytest.raises(ValueError, match=r"suicide_words.*nonsense"):
        SafetyRules(raw)


def test_every_trigger_of_a_rule_has_its_words() -> None:
    for rule in RULES.rules:
        assert rule.trigger in {v.trigger for v in ENTRIES[rule.topic].variants}, rule.id
        assert rule.emergency == next(v.emergency for v in ENTRIES[rule.topic].variants if v.trigger == rule.trigger), rule.id


def test_referrals_are_short_and_hold_no_target() -> None:
    from knowledge.entry import TARGET

    places = {"{emergency}": "112 or your local emergency number"}
    for region in regions().values():
        for kind, words in region.helplines.items():
            if len(words) > len(places.get(f"{{helpline_{kind}}}", "")):
                places[f"{{helpline_{kind}}}"] = words
    for topic in TOPICS:
        entry = ENTRIES[topic]
        for answer in (entry.answer, *(v.answer for v in entry.variants)):
            for name, words in places.items():
                answer = answer.replace(name, words)
            assert "{" not in answer, topic
            assert len(answer) <= 350, topic
            assert not TARGET.search(text(answer, {})), topic


def test_emergencies_name_the_number() -> None:
    for topic in TOPICS:
        for variant in ENTRIES[topic].variants:
            if variant.emergency:
                assert "{emergency}" in variant.answer, variant.trigger


def test_regions_are_dated_and_sourced() -> None:
    raw = yaml.safe_load((ROOT / "knowledge" / "regions.yml").read_text(encoding="utf-8"))
    assert raw["intl"]["helplines"] == {}
    for name, region in raw.items():
        assert isinstance(region["emergency"], str), name
        assert all(region[key] for key in ("emergency", "checked", "source")), name
        assert set(region["helplines"]) <= {"crisis", "eating"}, name


def test_audit_page_is_up_to_date() -> None:
    page = (ROOT / "docs" / "safety.md").read_text(encoding="utf-8")
    assert audit_table() in page, "run: python -m nlu.safety"


def test_every_pattern_of_the_file_compiles() -> None:
    rules = SafetyRules.load()
    for rule in rules.rules:
        for pattern in (*rule.patterns, *rule.unless, *rule.near, *rule.anywhere, *rule.given):
            assert pattern.regex.pattern == pattern.source


def test_warmed_up_every_pattern_is_compiled() -> None:
    fresh = SafetyRules(yaml.safe_load((ROOT / "nlu" / "safety_rules.yml").read_text(encoding="utf-8")))
    held = [p for r in fresh.rules for p in (*r.patterns, *r.unless, *r.near, *r.anywhere, *r.given)]
    assert not any("regex" in vars(p) for p in held), "none at the start, which would take seconds"
    fresh.warm_up(pause=0)
    assert all("regex" in vars(p) for p in held)
