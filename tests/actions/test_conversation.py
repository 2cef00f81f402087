"""What a message means: safety, open questions, follow-ups on the last answer, decisions, buttons."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.conversation import Turn, respond
from actions.reply import Person

TODAY = dt.date(2026, 11, 23)
PARSE = {"decision": "out_of_scope", "id": "out_of_scope", "ids": [], "confidence": 0.2, "ranking": [], "offers": [], "label": "", "facts": []}


def test_a_first_answer_asks_one_thing_back_and_its_answer_tailors_it(talk):
    person = talk()
    text = person.ask("will running kill my gains?", "running_kills_gains")
    assert text.count("How many days a week do you lift?") == 1
    text = person.say("4", "out_of_scope", "out_of_scope")
    assert person.profile == {"lift_days": 4} and "4 lifting days" in text


@pytest.mark.parametrize("said", ["80", "80 kg", "eighty kilos", "I weigh 80", "about 176 lbs"])
def test_the_question_back_is_understood_in_any_form(talk, said):
    person = talk({"goal": "muscle"})
    while "What do you weigh?" not in person.ask("how much protein do I need?", "protein_target"):
        pass
    person.say(said, "out_of_scope", "out_of_scope")
    assert round(person.profile["body_weight"]) == 80 and "130" in person.text


def test_the_same_thing_is_never_asked_twice(talk):
    person = talk()
    asked = []
    for _ in range(6):
        person.ask("will running kill my gains?", "running_kills_gains")
        asked += [b.text for b in person.reply.blocks if b.kind == "note" and "?" in b.text]
    assert asked and len(asked) == len(set(asked))


def test_a_question_back_can_be_refused_and_explained(talk):
    person = talk()
    person.ask("will running kill my gains?", "running_kills_gains")
    assert "lifting is what keeps muscle" in person.say("why do you need that?", "ask_more")
    assert person.state["open"]["field"] == "lift_days"
    person.say("I'd rather not say", "deny")
    assert person.reply.ids == ("deny",) and person.profile == {}


def test_another_question_instead_of_an_answer_is_answered(talk):
    person = talk()
    person.ask("will running kill my gains?", "running_kills_gains")
    person.ask("is 4 days of lifting enough?", "lifting_frequency")
    assert person.reply.ids == ("lifting_frequency",) and person.profile == {}


# --- follow-ups ----------------------------------------------------------------------------------------------------------


def protein(talk, profile=None):
    person = talk(profile or {"body_weight": 80, "goal": "muscle", "lift_days": 3})
    person.ask("how much protein do I need?", "protein_target")
    return person


def test_why_and_says_who(talk):
    person = protein(talk)
    assert person.say("why?", "ask_more").startswith("Why")
    assert "doi.org" in person.say("says who?", "ask_source")


def test_and_if_i_were(talk):
    person = protein(talk)
    text = person.say("and if I'm vegan?", "update_profile")
    assert person.reply.ids == ("protein_target",) and "diet" in person.reply.profile_used and "diet" not in person.profile
    assert text != protein(talk).text


def test_and_if_where_it_changes_nothing_says_so_and_shows_what_it_does_change(talk):
    person = talk()
    person.ask("will running kill my gains?", "running_kills_gains")
    assert "doesn't change" in person.say("and if I'm vegan?", "update_profile")
    assert person.reply.ids == ("running_kills_gains",) and any(p.startswith("topic:") for p in person.presses)


def test_what_about_me_asks_what_is_missing(talk):
    person = talk({"goal": "muscle"})
    person.ask("will running kill my gains?", "running_kills_gains")
    person.say("skip", "deny")
    assert "?" in person.say("what about me?", "start_onboarding").splitlines()[-1]


def test_in_pounds(talk):
    person = talk({"body_weight": 80})
    person.ask("how much running is too much?", "how_much_running")
    assert "miles" not in person.text
    assert "miles" in person.say("how much is that in miles?", "update_profile")
    assert person.profile == {"body_weight": 80}


def test_in_pounds_where_nothing_can_be_converted(talk):
    person = talk()
    person.ask("will running kill my gains?", "running_kills_gains")
    assert "no weight or distance" in person.say("how much is that in pounds?", "update_profile")


def test_what_about_another_topic(talk):
    person = talk()
    person.ask("will running kill my gains?", "running_kills_gains")
    ranking = [{"id": "update_profile", "confidence": 0.3}, {"id": "protein_target", "confidence": 0.2}]
    person.say("what about protein then?", "update_profile", ranking=ranking)
    assert person.reply.ids == ("protein_target",)


def test_facts_about_others_hold_for_one_answer_only(talk):
    person = talk({"age": 30, "body_weight": 80})
    person.ask("my dad is 71, how much protein does he need?", "protein_target")
    assert "130" not in person.text and person.profile == {"age": 30, "body_weight": 80}
    person.ask("and how much do I need?", "protein_target")
    assert "130" in person.text


def test_a_question_that_the_model_took_for_a_profile_change_is_clarified(talk):
    person = talk()
    ranking = [{"id": "update_profile", "confidence": 0.3}, {"id": "carbs", "confidence": 0.2}, {"id": "fats", "confidence": 0.1}]
    person.say("what should I eat on long days?", "update_profile", ranking=ranking)
    assert person.reply.decision == "clarify" and "topic:carbs" in person.presses


def test_someone_else_in_a_few_words(talk):
    person = talk({"goal": "muscle", "lift_days": 4})
    person.ask("will running kill my gains?", "running_kills_gains")
    with_me = person.text
    person.say("what about my wife?", "disordered_eating", "safety")
    assert person.reply.ids == ("running_kills_gains",) and person.text != with_me


def test_a_question_about_a_child_asks_nothing_of_me(talk):
    person = talk()
    text = person.ask("my daughter runs 5k, is that ok?", "teens_running")
    assert "How old are you" not in text


def test_for_someone_like(talk):
    person = talk()
    person.ask("is it ok to run after leg day?", "running_after_leg_day")
    person.say("and for a vegan?", "out_of_scope", "out_of_scope")
    assert person.reply.ids == ("running_after_leg_day",) and person.profile == {}


def test_that_was_wrong_undoes_what_was_noted_right_before(talk):
    person = talk({"body_weight": 80})
    person.say("I weigh 81 kg")
    person.say("no that was wrong", "deny")
    assert person.profile == {"body_weight": 80}
    person.ask("how much sleep do I need?", "sleep")
    person.say("that's wrong", "feedback_bad")
    assert person.reply.ids == ("feedback_bad",)


# --- decisions -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("said", "topic"), [("1", "carbs"), ("the second one", "fats"), ("3", "sleep")])
def test_a_choice_by_number(talk, said, topic):
    person = talk()
    person.say("fuel", "carbs", "clarify", offers=["carbs", "fats", "sleep"])
    person.say(said, "out_of_scope", "out_of_scope")
    assert person.reply.ids == (topic,)


def test_none_of_these_is_noted_without_identity(talk):
    person = talk()
    person.say("fuel", "carbs", "clarify", offers=["carbs", "fats"])
    person.press("none")
    assert person.last.unanswered["text"] == "fuel" and person.last.unanswered["reason"] == "none_of_these"


def test_two_questions_get_two_answers(talk):
    person = talk()
    person.say("how much sleep and how many carbs?", "sleep", "answer", ids=["sleep", "carbs"])
    assert person.reply.ids == ("sleep", "carbs")


def test_hello_offers_to_get_to_know_newcomers_and_yes_starts_it(talk):
    person = talk()
    assert "get to know you" in person.say("hi", "greet")
    person.say("sure", "affirm")
    assert person.form == "onboarding"


def test_hello_greets_by_name(talk):
    assert "Sam" in talk({"name": "Sam"}).say("hi", "greet")


def test_an_ended_pregnancy_is_no_emergency(talk):
    person = talk({"health_flags": ["pregnancy"]})
    person.say("I'm not pregnant any more", "pregnancy", "safety")
    assert person.reply.decision == "conversation" and "health_flags" not in person.profile


def test_a_safety_cue_stays_one_whatever_ends(talk):
    person = talk({"health_flags": ["pregnancy"]})
    person.say("I'm not pregnant any more and my chest hurts", "urgent_symptoms", "safety", trigger="R01")
    assert person.reply.decision == "safety"


def test_safety_replies_have_no_buttons_of_ours(talk):
    person = talk()
    person.say("I'm pregnant", "pregnancy", "safety", trigger="R10")
    assert person.titles == [] and person.profile == {"health_flags": ["pregnancy"]}


def test_suggestions_fit_the_person(talk):
    person = talk({"goal": "endurance"})
    person.say("help", "help")
    endurance = person.presses
    person = talk({"age": 15})
    person.say("help", "help")
    assert endurance != person.presses and "topic:protein_target" not in person.presses and "topic:teens_running" in person.presses


def test_one_off_answers_offer_nothing_that_needs_memory(coach):
    facts = list(coach.read_facts("I weigh 80 kg", TODAY, None))
    for ident, decision in (("running_kills_gains", "answer"), ("weekly_plan", "conversation"), ("my_targets", "conversation")):
        parse = {**PARSE, "decision": decision, "id": ident, "ids": [ident], "facts": facts}
        reply = respond(Turn("I weigh 80 kg", parse, TODAY), Person("ask"), coach).reply
        assert not {"undo", "screen"} & {b.do for b in reply.buttons} and "Set me up" not in [b.title for b in reply.buttons]


# --- anything at all -----------------------------------------------------------------------------------------------------

PRESSES = [
    ("topic", "sleep"), ("topic", "nothing"), ("why", "sleep"), ("sources", "x"), ("none", ""), ("set", "goal=muscle"), ("set", "goal=x"),
    ("set", "x"), ("clear", "goal=muscle"), ("clear", "x"), ("confirm", "yes"), ("delete", "no"), ("memory", "off"), ("memory", "on"), ("memory", ""),
    ("screen", "none"), ("screen", "some"), ("screen", ""), ("intent", "weekly_plan"), ("intent", "x"), ("edit", ""), ("edit", "goal"),
    ("region", "uk"), ("region", "x"), ("undo", ""), ("form", "goal=muscle"), ("form", "yes"), ("form", "back"), ("form", "skip"), ("form", "later"),
    ("form", "resume"), ("form", "x"), ("form", "lift_days=99"), ("plan", "another"), ("plan", ""), ("targets", "sources"), ("x", "y"), ("expired", ""),
]  # fmt: skip
SAID = [
    ("set me up", "start_onboarding"), ("4", "out_of_scope"), ("no", "deny"), ("yes", "affirm"), ("back", "undo"), ("82 kg", "update_profile"),
    ("190 kg", "update_profile"), ("820 kg", "update_profile"), ("I'm 16", "update_profile"), ("I'm 12", "update_profile"), ("make me a plan", "weekly_plan"),
    ("another one", "change_plan"), ("my numbers", "my_targets"), ("ran 10k today", "log_training"), ("how am I doing", "show_progress"),
    ("settings", "settings"), ("delete my data", "delete_my_data"), ("stop", "stop"), ("continue later", "stop"), ("continue", "ask_more"),
    ("undo", "undo"), ("why?", "ask_more"), ("", "out_of_scope"), ("muscle", "update_profile"), ("only 3 days next week", "change_plan"),
]  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(st.sampled_from(PRESSES), st.sampled_from(SAID).map(lambda s: ("say", s))), min_size=1, max_size=12))
def test_no_order_of_messages_and_presses_breaks_it(talk, steps):
    person = talk()
    for do, what in steps:
        if do == "say":
            text, ident = what
            person.say(text, ident, "out_of_scope" if ident == "out_of_scope" else "conversation", reason="blank" if not text else "")
        else:
            person.press(do, what)
        assert person.text.strip()
        assert all(len(b.do) <= 12 and len(b.do) + len(b.arg) <= 46 for b in person.reply.buttons)


# --- what else may have been meant ------------------------------------------------------------------------------------------


def test_an_answer_that_may_be_the_wrong_one_offers_what_else_was_meant(talk):
    person = talk()
    text = person.ask("legs heavy all week", "rest_days", confidence=0.6, offers=["sleep", "carbs"])
    assert person.reply.ids == ("rest_days",) and "If you meant something else" in text
    assert [p for p in person.presses if p.startswith("topic:")] == ["topic:sleep", "topic:carbs"]
    assert not person.state.get("open"), "nothing is asked back about a topic that may be the wrong one"
    person.press("topic", "sleep")
    assert person.reply.ids == ("sleep",)


def test_a_rather_sure_answer_asks_back_and_a_sure_one_keeps_its_own_next_questions(talk):
    person, other = talk(), talk()
    person.ask("kill my gains?", "running_kills_gains", confidence=0.85, offers=["sleep"])
    assert "topic:sleep" in person.presses and person.state["open"]["kind"] == "ask" and "If you meant" not in person.text
    other.ask("kill my gains?", "running_kills_gains", confidence=0.99)
    assert "topic:sleep" not in other.presses and any(p.startswith("topic:") for p in other.presses)


def test_a_protected_person_is_not_offered_what_they_are_spared(talk):
    person = talk({"health_flags": ["eating"]})
    person.ask("is it the food", "rest_days", confidence=0.6, offers=["running_while_cutting", "sleep"])
    assert "topic:running_while_cutting" not in person.presses and "topic:sleep" in person.presses


@pytest.mark.parametrize("topic", ["pain_or_injury", "urgent_symptoms", "medical_condition", "pregnancy"])
@pytest.mark.parametrize("text", ["when can I run again", "ok but can i still lift upper body?", "is it ok to run", "how soon can i go back to training"])
def test_whether_one_may_train_after_a_referral_is_for_those_who_treat_it(talk, topic, text):
    person = talk()
    person.say("it began last week", topic, "safety")
    person.say(text, "running_mindset", "answer", confidence=0.7)
    assert person.reply.decision == "safety"
    assert person.reply.ids == (topic,)
    person.say(text, "running_mindset", "clarify", confidence=0.4, offers=["running_mindset"])
    assert person.reply.ids == (topic,), "asked again, said again"
    person.ask("how long should I sleep", "sleep")
    person.say(text, "running_mindset", "answer", confidence=0.7)
    held = topic == "urgent_symptoms"
    assert person.reply.ids == ((topic,) if held else ("running_mindset",)), "once something else was said, a mild matter is over; a grave one waits for a doctor"


def test_a_clear_question_after_a_referral_is_answered(talk):
    person = talk()
    person.say("my knee hurts", "pain_or_injury", "safety")
    person.say("can I run after leg day?", "running_after_leg_day", "answer", confidence=0.99)
    assert person.reply.ids == ("running_after_leg_day",)


# --- pain and injuries -----------------------------------------------------------------------------------------------------


def hurt(talk, text="my knee hurts when I run", profile=None):
    person = talk(profile)
    person.say(text, "pain_or_injury", "safety", trigger="injury")
    return person


@pytest.mark.parametrize("said", ["my knee hurts when I run", "shin splints again", "can I squat with knee pain", "is it normal that my hip hurts after long runs?"])
def test_pain_told_is_kept_and_the_week_respects_it(talk, said):
    person = hurt(talk, said)
    assert person.profile["health_flags"] == ["injury"]
    assert "Because of your injury" in person.say("make me a plan", "weekly_plan")
    assert "can't judge that from here" in person.say("can i still squat", "out_of_scope", "out_of_scope")


@pytest.mark.parametrize(
    "said",
    [
        "my husband's knee hurts when he runs", "what if I get shin splints", "I'm scared my knee will hurt again", "what is runner's knee?",
        "should I run if my knee hurts", "does my knee hurt from running or from squats, in general?", "my knee doesn't hurt any more",
    ],
)  # fmt: skip
def test_pain_of_others_feared_or_over_is_not_kept(talk, said):
    assert "health_flags" not in hurt(talk, said).profile


def test_a_week_made_before_the_pain_gets_easy_when_it_is_shown(talk):
    person = talk({"run_experience": "experienced", "longest_run_km": 15, "available_days": 5, "goal": "endurance"})
    person.say("make me a plan", "weekly_plan")
    person.press("screen", "none")
    person.say("my knee hurts when I run", "pain_or_injury", "safety", trigger="injury")
    assert "plan:new" in person.presses
    assert "Because of your injury" in person.say("show my plan", "weekly_plan") and "Long run" not in person.text
    kept = person.plan
    person.say("show my plan", "weekly_plan")
    assert person.plan == kept


@pytest.mark.parametrize(
    "said",
    ["my knee is fine now", "the pain is gone", "my knee doesn't hurt anymore", "I'm injury free now", "no more pain in my knee", "it's all healed", "my injury has healed"],
)
def test_an_injury_that_is_over_is_taken_out(talk, said):
    person = hurt(talk)
    person.say(said, "pain_or_injury", "safety", trigger="injury")
    assert "health_flags" not in person.profile and "Good to hear" in person.text
    person.press("undo")
    assert person.profile["health_flags"] == ["injury"]


@pytest.mark.parametrize("said", ["my knee is fine now but my hip hurts", "is the pain gone after a week?", "when the pain is gone I'll run", "my knee is not fine now"])
def test_an_injury_that_is_not_over_stays(talk, said):
    person = hurt(talk)
    person.say(said, "pain_or_injury", "safety")
    assert person.profile["health_flags"] == ["injury"]


def test_what_is_fine_may_be_anything_later_on(talk):
    person = hurt(talk)
    person.ask("how much protein do I need?", "protein_target")
    person.say("it's fine now", "affirm")
    assert person.profile["health_flags"] == ["injury"]
    person.say("it doesn't hurt anymore", "pain_or_injury", "safety", trigger="injury")
    assert "health_flags" not in person.profile


def test_another_sign_is_never_taken_for_a_healed_injury(talk):
    person = hurt(talk)
    person.say("the pain is gone", "urgent_symptoms", "safety", trigger="R01")
    assert person.profile["health_flags"] == ["injury"] and person.reply.decision == "safety"


def test_how_long_an_injury_takes(talk):
    person = hurt(talk)
    assert "physio" in person.ask("how long will it take?", "realistic_results", confidence=0.99)
    person.ask("how much protein do I need?", "protein_target")
    assert person.ask("how long will it take?", "realistic_results", confidence=0.99) and person.reply.ids == ("realistic_results",)


@pytest.mark.parametrize("said", ["had the baby 3 months ago", "I'm not pregnant anymore, had the baby 3 months ago", "I had our baby in August"])
def test_a_birth_is_kept(talk, said):
    person = talk({"health_flags": ["pregnancy"]})
    person.say("I'm not pregnant anymore", "update_profile")
    assert "health_flags" not in person.profile
    person.say(said, "pregnancy", "safety", trigger="R10")
    assert person.profile["health_flags"] == ["pregnancy"]


def test_what_was_never_stored_cannot_be_taken_out(talk):
    person = talk()
    assert "nothing stored" in person.say("I'm not pregnant anymore", "update_profile")


@pytest.mark.parametrize("said", ["should I see a doctor", "do I need to get it checked?", "should i go to the hospital"])
def test_whether_to_see_a_doctor_is_always_a_yes(talk, said):
    person = hurt(talk)
    assert person.say(said, "medical_condition", "safety", trigger="R12").startswith("Yes")
    assert person.say(said, "out_of_scope", "out_of_scope").startswith("Yes")
    person.say("my chest hurts when I run", "urgent_symptoms", "safety", trigger="R01")
    assert "112" in person.say(said, "medical_condition", "safety", trigger="R12") and person.text.startswith("Yes")
    assert not person.say(said, "crisis", "safety", trigger="R15").startswith("Yes")


def test_why_after_a_plan_is_about_that_week(talk):
    person = talk({"available_days": 3, "lift_days": 3, "run_days": 3})
    person.say("make me a plan", "weekly_plan")
    text = person.say("why?", "ask_more")
    assert "I spread your sessions out" in text and "article" not in text
