"""What follows on a safety reply: held, lifted by a professional, gone, taken back, about someone else; and the week after it."""

from __future__ import annotations

import pytest

from actions import aftercare
from actions.phrases import clearance, cleared, gone
from knowledge.texts import texts

SIGNS = {
    "R01": "my chest hurts when i run", "R02": "i fainted on my run", "R03": "got confused in the heat", "R04": "sharp pain in one spot on my shin",
    "R05": "my pee looks like coke", "R17": "i can't put weight on my ankle",
}  # fmt: skip


def after(talk, trigger, profile=None):
    """Someone who was referred for a grave sign a moment ago."""
    person = talk(profile)
    topic = "pain_or_injury" if trigger == "R04" else "urgent_symptoms"
    person.say(SIGNS[trigger], topic, "safety", trigger=trigger)
    return person


def runs(person):
    return {s["kind"] for s in person.plan["sessions"]} - {"rest", "lift_full", "lift_upper", "lift_lower"}


@pytest.mark.parametrize("trigger", SIGNS)
@pytest.mark.parametrize(
    ("said", "ident", "decision", "sure"),
    [
        ("can i run tomorrow", "weekly_plan", "conversation", 0.8),
        ("can i run again tomorrow if i bring more water", "hydration", "answer", 0.99),
        ("can i do a run tmrw just legs", "out_of_scope", "out_of_scope", 0.5),
        ("im going to run anyway", "crisis", "safety", 0.9),
        ("so how far", "show_progress", "conversation", 0.97),
        ("what can i do instead", "help", "conversation", 0.8),
        ("how long does that last", "show_progress", "conversation", 0.57),
        ("its gone now, can i run?", "combine_running_and_lifting", "answer", 0.82),
    ],
)
def test_a_grave_sign_holds_until_it_was_checked(talk, trigger, said, ident, decision, sure):
    person = after(talk, trigger)
    text = person.say(said, ident, decision, confidence=sure)
    assert person.reply.decision == "safety" and len(text) < 260 and "screen:cleared" in person.presses
    assert person.say(said, ident, decision, confidence=sure) != text, "never the same words twice in a row"


@pytest.mark.parametrize("trigger", ["R03", "R05"])
def test_no_answer_contradicts_the_referral(talk, trigger):
    person = after(talk, trigger)
    person.say("i drank lots of water its lighter now", "hydration", "answer", confidence=0.99)
    assert person.reply.decision == "safety"


@pytest.mark.parametrize(
    ("said", "ident", "decision", "words"),
    [
        ("can i walk", "race_day", "out_of_scope", "slow walk"),
        ("should i see a doctor", "out_of_scope", "out_of_scope", "Yes"),
        ("its nothing", "feedback_bad", "conversation", "doctor"),
        ("what should i do", "weekly_plan", "conversation", "doctor"),
        ("what do you mean", "ask_more", "conversation", "doctor"),
    ],
)
def test_few_words_after_a_faint_are_about_it(talk, said, ident, decision, words):
    person = after(talk, "R02")
    assert words in person.say(said, ident, decision, confidence=0.9) and person.reply.decision == "safety"


def test_a_general_answer_says_that_it_is_for_later(talk):
    person = after(talk, "R01")
    text = person.ask("how do intervals and easy runs mix in a week", "weekly_run_mix", confidence=0.99)
    assert person.reply.ids == ("weekly_run_mix",) and text.startswith("This is for later")
    person.ask("how much sleep do i need", "sleep", confidence=0.99)
    assert "for later" not in person.text


def test_a_repeated_sign_gets_one_sentence_and_a_new_one_all_of_it(talk):
    person = after(talk, "R01")
    whole = person.text
    assert len(person.say("my chest hurts", "urgent_symptoms", "safety", trigger="R01")) < len(whole) / 2
    assert "Don't drive" not in person.text and "112" in person.text
    assert "kidneys" in person.say("and my pee is brown", "urgent_symptoms", "safety", trigger="R05")


@pytest.mark.parametrize(
    ("said", "yes"),
    [
        ("my doctor cleared me", True),
        ("the doctor said im fine!!", True),
        ("ok midwife says its fine", True),
        ("physio says its fine, just runners knee, keep going easy", True),
        ("had a c-section 4 months ago, doctor cleared me. want to run 5k again", True),
        ("cardiologist did all tests and says my heart is fine. can i train hard again?", True),
        ("my ecg came back normal", True),
        ("my doctor said i can run, how far should i go?", True),
        ("my doctor hasn't cleared me", False),
        ("when my doctor clears me I'll start", False),
        ("if i get a check up and my doctor said it's fine, can i run?", False),
        ("is my doctor fine with that?", False),
        ("should i see a doctor or is it fine", False),
        ("the doctor said i may have a stress fracture", False),
        ("my doctor says its probably fine", False),
        ("i don't need a doctor im fine", False),
        ("no doctor, im fine", False),
        ("my 5k time was good", False),
    ],
)
def test_who_was_cleared(said, yes):
    assert cleared(said) is yes
    assert not clearance("yes he cleared me") and clearance("yes he cleared me", named=True)


@pytest.mark.parametrize(
    ("said", "yes"),
    [
        ("its gone now, can i run?", True),
        ("its fine now", True),
        ("doesn't hurt any more", True),
        ("he had it this morning again but its gone now", True),
        ("is it ok to run", False),
        ("its still not better", False),
        ("it was gone but it came back", False),
        ("when its gone can i run", False),
    ],
)
def test_what_is_gone(said, yes):
    assert gone(said) is yes


@pytest.mark.parametrize("said", ["yes he cleared me", "my doctor cleared me", "the cardiologist said everything is fine"])
def test_a_doctor_lifts_it_and_the_weeks_after_begin_gently(talk, said):
    person = after(talk, "R01")
    person.say(said, "delete_my_data", confidence=0.6)
    assert "within what your doctor allowed" in person.text and not person.state.get("halted")
    assert person.say("how hard can i go", "out_of_scope", "out_of_scope").startswith("Yes, within what was allowed")
    person.say("make me a plan", "weekly_plan", confidence=0.99)
    assert runs(person) == {"run_walk"}


@pytest.mark.parametrize(
    ("said", "yes"),
    [
        ("i hurt my knee but the physio cleared me, can i squat", True),
        ("the physio cleared me but my knee hurts again", False),
        ("my knee still swells, the physio said it's fine", False),
    ],
)
def test_a_mild_matter_is_cleared_where_nothing_goes_on(talk, said, yes):
    person = talk()
    person.say(said, "pain_or_injury", "safety", trigger="injury")
    assert (person.reply.decision != "safety") is yes


def test_another_sport_is_asked_for_whatever_the_model_took_it_for(talk):
    person = talk()
    person.say("i pulled my hamstring", "pain_or_injury", "safety", trigger="injury")
    assert "often cycling" in person.say("can i cycle", "performance_drugs", "safety", confidence=0.99)


def test_a_physio_clears_no_heart(talk):
    person = after(talk, "R01")
    person.say("my physio cleared me", "out_of_scope", "out_of_scope")
    assert person.reply.decision == "safety" and person.state["halted"]
    person.say("my physio cleared me, make me a plan", "weekly_plan", confidence=0.99)
    assert person.plan is None


def test_clearance_told_with_the_sign_counts_when_it_is_long_past(talk):
    person = talk()
    person.say("i had chest pains in summer, cardiologist did all tests and says my heart is fine. can i train hard again?", "urgent_symptoms", "safety", trigger="R01")
    assert person.reply.decision != "safety" and not person.state.get("halted")
    for said in (
        "i get chest pain when i run but my doctor said its fine",
        "my doctor cleared me last year but now my chest hurts again",
        "i had chest pain this morning, my doctor said in may that my heart is fine",
    ):
        person = talk()
        person.say(said, "urgent_symptoms", "safety", trigger="R01")
        assert person.reply.decision == "safety" and person.state["halted"], said


@pytest.mark.parametrize("said", ["i saw the doctor, all fine", "doctor said no fracture, its fine"])
def test_a_week_that_was_asked_for_is_made_once_it_is_cleared(talk, said):
    person = after(talk, "R04")
    person.say("make me a plan", "weekly_plan", confidence=0.99)
    assert person.plan is None
    person.say(said, "out_of_scope", "out_of_scope")
    assert runs(person) == {"run_walk"} and "harder work" not in person.text


def test_what_is_told_of_a_race_is_kept_and_held(talk):
    person = after(talk, "R04")
    person.say("but the race is on sunday", "update_profile", confidence=0.9)
    assert person.profile["race_date"] == "2026-11-29" and "No running" in person.text


def test_a_misread_undo_brings_nothing_back(talk):
    person = talk()
    person.say("i lost my period", "disordered_eating", "safety", trigger="R06")
    person.say("i got it back", "undo", confidence=0.997)
    assert person.profile["health_flags"] == ["eating"] and person.reply.decision == "safety"


def test_nothing_open_and_a_clearance_is_heard_all_the_same(talk):
    person = talk()
    assert "within what your doctor allowed" in person.say("my doctor cleared me", "out_of_scope", "out_of_scope")


def test_a_mild_matter_passes(talk):
    person = talk({"run_experience": "regular", "longest_run_km": 12})
    person.say("my calf hurts when i run", "pain_or_injury", "safety", trigger="injury")
    assert person.say("its gone now, can i run?", "combine_running_and_lifting", "answer", confidence=0.82).startswith("Good to hear. Start with a short")
    assert "short and easy first" in person.say("can i run tomorrow", "weekly_plan", confidence=0.79)
    person.say("make me a plan", "weekly_plan", confidence=0.99)
    assert runs(person) == {"easy_run"}, "nothing long or hard yet"


def test_a_week_made_after_a_mild_referral_minds_it(talk):
    person = talk({"run_experience": "regular"})
    person.say("my knee is sore", "pain_or_injury", "safety", trigger="injury")
    person.say("make me a plan", "weekly_plan", confidence=0.99)
    assert "Because of your injury" in person.text and "long_run" not in runs(person) and person.profile["health_flags"] == ["injury"]
    person.say("make me a plan", "weekly_plan", confidence=0.99)
    person.say("my knee is sore", "pain_or_injury", "safety", trigger="injury")
    assert "Good to hear" in person.say("its gone now", "out_of_scope", "out_of_scope") and "health_flags" not in person.profile


@pytest.mark.parametrize("topic", ["urgent_symptoms", "pain_or_injury", "medical_condition"])
def test_a_joke_taken_back_is_heard(talk, topic):
    person = talk()
    person.say("my chest hurts when i run", topic, "safety", trigger="R01" if topic == "urgent_symptoms" else "")
    assert "Glad to hear it" in person.say("i was joking", "feedback_bad")
    assert "nothing of it was real" in person.say("what do you mean", "ask_more", confidence=1.0)
    person.say("make me a plan", "weekly_plan", confidence=0.99)
    assert person.plan


def test_after_a_crisis_kindness_and_numbers_stay_and_the_week_waits(talk):
    person = talk()
    person.say("dont see much point in anything lately", "crisis", "safety", trigger="R08")
    assert "112" in person.say("i was joking", "feedback_bad")
    assert "how are you right now" in person.say("so what should i run tomorrow", "weekly_plan", confidence=0.989)
    person.say("make me a plan", "weekly_plan", confidence=0.99)
    assert person.plan is None
    person.state = {**person.state, "care": {**person.state["care"], "on": "2026-11-20"}}
    person.say("make me a plan", "weekly_plan", confidence=0.99)
    assert runs(person) == {"run_walk"}, "days later it goes on, gently"


def test_talk_of_eating_is_kept_when_it_is_played_down_or_taken_back(talk):
    person = talk()
    person.say("i eat about 1100 a day and run 6 days a week", "disordered_eating", "safety")
    assert "talked it over" in person.say("thats just a diet tho", "out_of_scope", "out_of_scope")
    assert "numbers out" in person.say("i was joking its more like 2500", "update_profile")
    assert person.profile["health_flags"] == ["eating"] and "intent:show_profile" in person.presses


def test_someone_else_stays_in_mind(talk):
    person = talk()
    person.say("my husband gets a tight chest when we run hills", "urgent_symptoms", "safety", trigger="R01", about_self=False)
    assert "your husband" in person.say("make me a plan for him", "weekly_plan", confidence=0.99) and person.plan is None
    assert "today" in person.say("he had it this morning again but its gone now", "crisis", "safety", confidence=0.64)
    person.say("make me a plan", "weekly_plan", confidence=0.99)
    assert person.plan, "one's own week is another matter"


def test_ones_own_question_beside_a_pregnancy_in_the_family(talk):
    person = talk()
    ranking = [{"id": i, "confidence": 0.01} for i in ("pregnancy", "protein_target", "medical_condition", "carbs")]
    more = {"trigger": "R10", "about_self": False, "ranking": ranking}
    person.say("my wife is pregnant, we lift together. how much protein do i need? im 35", "pregnancy", "safety", **more)
    assert "nothing for your own training" in person.text and "topic:protein_target" in person.presses and person.profile == {"age": 35}
    person.say("my wife is pregnant, can i let her squat", "pregnancy", "safety", **more)
    assert person.reply.decision == "safety"
    assert "your wife" in person.say("can she run", "teens_running", "clarify")


def test_a_friend_who_hardly_eats(talk):
    person = talk()
    assert "your friend" in person.say("my friend hardly eats and trains twice a day", "disordered_eating", "safety", trigger="R07", about_self=False)
    assert "in private" in person.say("what do i say to her", "small_talk", "out_of_scope")
    assert "Many people say that" in person.say("she says shes fine", "crisis", "safety", confidence=0.94)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("can i train with a cold", "nose or throat"),
        ("what about a fever", "No training with a fever"),
        ("had the flu for 10 days, fever free since saturday", "a few easy days first"),
    ],
)
def test_an_illness_gets_its_own_words(talk, said, words):
    person = talk()
    assert words in person.say(said, "medical_condition", "safety", trigger="R12")


def test_an_illness_beside_a_condition_is_for_the_doctor(talk):
    person = talk()
    assert "health condition" in person.say("i have a cold and i take beta blockers, can i run", "medical_condition", "safety", trigger="R12")


def test_a_fracture_that_is_treated(talk):
    person = talk()
    person.say("told i have a stress fracture in my tibia 3 weeks ago. can i still do upper body", "pain_or_injury", "safety", trigger="R04")
    assert person.text.startswith("Often yes")
    assert "treats you" in person.say("can i bike", "other_cardio", "answer", confidence=0.999)
    assert person.say("when can i run again", "physique_competitor", "clarify", confidence=0.57).startswith("Not before")
    assert "goal" not in person.profile


@pytest.mark.parametrize(
    ("said", "topic", "trigger", "words"),
    [
        ("had a c-section 4 months ago, doctor cleared me. want to run 5k again", "pregnancy", "R10", "pelvic-health"),
        ("acl surgery 5 months ago, physio cleared me to jog", "medical_condition", "R12", "hurts or swells"),
    ],
)
def test_back_after_a_birth_or_an_operation(talk, said, topic, trigger, words):
    person = talk({"run_experience": "regular", "longest_run_km": 12})
    assert words in person.say(said, topic, "safety", trigger=trigger)
    person.say("make me a plan", "weekly_plan", confidence=0.99)
    assert runs(person) == {"run_walk"} and "You're coming back" in person.text


def test_from_60_on_an_unknown_runner_begins_with_walking(talk):
    person, runner = talk({"age": 71}), talk({"age": 71, "run_experience": "regular"})
    for one in (person, runner):
        one.say("make me a plan", "weekly_plan", confidence=0.99)
    assert runs(person) == {"run_walk"} and "run_walk" not in runs(runner)


def test_every_matter_has_its_sentences():
    matters = {*aftercare._BY_TRIGGER.values(), *aftercare._BY_TOPIC.values(), "ill", "treated", "allowed", "passed", "them", "them_mild"}
    matters = {"crisis" if m == "low" else m for m in matters} | {*aftercare._OF_THEM.values()}
    assert {f"after_{m}_{kind}" for m in matters for kind in ("hold", "core")} <= set(texts())
    assert {f"after_{m}_gone" for m in aftercare.HALTING} <= set(texts())
    assert {f"after_passed_{m}_gone" for m in aftercare._MAY_PASS} <= set(texts())


def test_with_memory_off_a_matter_lives_for_the_next_message_only(talk):
    person = talk()
    person.memory = False
    person.say("my knee hurts", "pain_or_injury", "safety", trigger="injury")
    person.ask("how much sleep do i need", "sleep", confidence=0.99)
    person.say("can i run tomorrow", "weekly_plan", confidence=0.79)
    assert person.reply.ids == ("weekly_plan",)


@pytest.mark.parametrize(("confidence", "follows"), [(0.47, True), (0.74, True), (0.76, False)])
def test_a_doubtful_answer_right_after_a_referral_follows_on_it(talk, confidence, follows):
    person = talk()
    person.say("my period has been gone for 4 months and i run 6 days", "disordered_eating", "safety", trigger="R06")
    text = person.say("my friend says thats normal for runners", "strength_dip", "answer", confidence=confidence)
    assert ("not normal. Please get it checked" in text) is follows
    person.ask("how long should I sleep", "sleep")
    person.say("my friend says thats normal for runners", "strength_dip", "answer", confidence=confidence)
    assert person.reply.ids == ("strength_dip",), "once something else was said"
