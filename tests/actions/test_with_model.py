"""Whole conversations through the real model and store: onboarding, profile, numbers, the week, what was done."""

from __future__ import annotations

import datetime as dt
import itertools
import json

import pytest
import sqlalchemy as sa

from actions.plain import plain
from actions.plan import Plan
from actions.reply import Reply

pytestmark = pytest.mark.model
_people = itertools.count(1)


class Talk:
    """A new person who talks with the engine."""

    def __init__(self, engine) -> None:
        self.engine, self.user = engine, f"e2e:{next(_people)}"
        self.reply: Reply

    async def say(self, text: str) -> str:
        self.reply = await self.engine.turn(self.user, text)
        return plain(self.reply)

    async def press(self, title: str) -> str:
        button = next(b for b in self.reply.buttons if b.title == title)
        payload = self.engine.payload(self.user, button.do, button.arg)
        self.reply = await self.engine.turn(self.user, "", press=self.engine.read_press(self.user, payload))
        return plain(self.reply)

    @property
    def profile(self):
        return dict(self.reply.profile)

    @property
    def plan(self) -> Plan:
        return Plan.from_dict(self.engine.services.store.plan(self.user))


@pytest.fixture
def talk(engine):
    return Talk(engine)


async def test_set_up_in_two_minutes(talk):
    text = await talk.say("set me up")
    assert talk.reply.form == "onboarding" and "skip any" in text
    for said in ("muscle", "4", "20 miles", "34", "82 kilos", "5", "45 min"):
        await talk.say(said)
        assert (talk.reply.decision, talk.reply.ids) == ("conversation", ("update_profile",)), said
    await talk.say("yes")
    text = await talk.say("no")
    assert talk.reply.form is None and "Here is what I know" in text
    assert talk.profile == {
        "goal": "muscle", "lift_days": 4, "weekly_run_km": 32.2, "age": 34, "body_weight": 82, "available_days": 5, "session_minutes": 45,
    }  # fmt: skip


async def test_set_up_with_everything_in_the_way(talk):
    await talk.say("/start")
    assert talk.reply.form == "onboarding"
    assert "because" in await talk.say("why do you need that?")
    await talk.say("both")
    assert talk.profile == {"goal": "balanced"}
    text = await talk.say("how much sleep do I need?")
    assert talk.reply.ids == ("sleep",) and talk.reply.form == "onboarding" and "How many days a week do you lift?" in text
    await talk.say("skip")
    assert talk.reply.ids == ("deny",)
    await talk.say("back")
    await talk.say("three times")
    assert talk.profile["lift_days"] == 3
    await talk.say("continue later")
    assert talk.reply.form is None
    await talk.say("continue")
    assert talk.reply.form == "onboarding"
    await talk.say("0 km, I'm 250 years old")
    assert "age" not in talk.profile
    assert "can't be right" in await talk.say("my age is 250")
    await talk.say("I'm 41 and I weigh 190 kg")
    assert talk.profile["age"] == 41 and "body_weight" not in talk.profile
    await talk.say("my chest hurts when I run")
    assert talk.reply.decision == "safety" and talk.reply.form is None


async def test_set_up_stops_at_any_time(talk):
    await talk.say("set me up")
    await talk.say("stop")
    assert talk.reply.form is None and talk.reply.ids == ("stop",)


async def test_profile_by_words_with_undo(talk):
    for said, field, value in (
        ("I weigh 82 kg", "body_weight", 82),
        ("make that 4 lifting days", "lift_days", 4),
        ("switch me to miles", "units", "imperial"),
        ("actually my weight was wrong, it's 70 kg", "body_weight", 70),
    ):
        await talk.say(said)
        assert talk.reply.ids == ("update_profile",) and talk.profile[field] == value, said
    await talk.press("Undo")
    assert talk.profile["body_weight"] == 82
    text = await talk.say("what do you know about me")
    assert "181 lb" in text and "4 lifting days a week" in text


async def test_export_and_delete(talk, engine):
    await talk.say("I'm 34 and vegan")
    await talk.say("export my data")
    path = engine.services.files.path(talk.reply.attachments[0].key)
    assert "I'm 34 and vegan" in json.dumps(json.loads(path.read_text()), ensure_ascii=False)
    await talk.say("delete my data")
    await talk.say("yes")
    with engine.services.store.engine.connect() as connection:
        for name in sa.inspect(connection).get_table_names():
            for column in {"user_id", "sender_id"} & {c["name"] for c in sa.inspect(connection).get_columns(name)}:
                assert connection.execute(sa.text(f'SELECT count(*) FROM "{name}" WHERE {column} = :u'), {"u": talk.user}).scalar() == 0, name


async def test_settings(talk):
    assert "Region" in await talk.say("/settings")
    await talk.say("set my region to uk")
    assert "999" in await talk.say("my chest hurts when I run")
    await talk.say("turn memory off")
    await talk.say("I'm 34")
    assert talk.profile == {}
    await talk.say("turn memory back on")
    await talk.say("I'm 34")
    assert talk.profile == {"age": 34}


async def test_numbers(talk):
    await talk.say("I'm 34, 80 kg, 180 cm, I run 30 km a week and want to build muscle")
    text = await talk.say("my numbers")
    assert talk.reply.ids == ("my_targets",) and "Protein a day: 130" in text and "Energy" in text
    assert "doi.org" in await talk.say("says who?")
    await talk.say("I'm pregnant")
    text = await talk.say("/targets")
    assert "g a day" not in text and "midwife" in text


async def test_the_week_from_words_to_changes(talk):
    text = await talk.say("plan for 4 days, 45 minutes, hate mornings")
    assert talk.reply.ids == ("weekly_plan",) and talk.profile["available_days"] == 4 and "One question" in text
    assert [a.name for a in talk.reply.attachments] == ["week.png", "week.ics"]
    first = talk.plan
    assert not {"tempo", "intervals", "hills"} & {s.kind for s in first.sessions}
    await talk.say("no")
    assert {"tempo", "intervals", "hills"} & {s.kind for s in talk.plan.sessions}
    screened = talk.plan
    await talk.say("another one")
    assert talk.plan.sessions != screened.sessions
    long_day = next(s.day for s in talk.plan.sessions if s.kind == "long_run")
    await talk.say(f"move the long run to {'Saturday' if long_day == 'sun' else 'Sunday'}")
    assert talk.reply.ids == ("change_plan",)
    assert next(s.day for s in talk.plan.sessions if s.kind == "long_run") == ("sat" if long_day == "sun" else "sun")
    await talk.say("I missed Tuesday")
    assert talk.reply.ids == ("change_plan",)
    await talk.say("only 3 days next week")
    assert len({s.day for s in talk.plan.training}) == 3 and talk.profile["available_days"] == 4
    await talk.say("swap squats, my gym has none")
    assert talk.reply.ids == ("change_plan",)


async def test_what_was_done(talk):
    for said in ("ran 10k today", "lifted legs", "weight 81.2 this morning", "slept 6"):
        assert (await talk.say(said)).startswith("Logged"), said
        assert talk.reply.ids == ("log_training",)
    text = await talk.say("how am I doing?")
    assert "1 run" in text and "1 lift" in text and talk.reply.attachments[0].kind == "image"


async def test_under_13_nothing_is_kept(talk):
    await talk.say("I'm 12")
    assert talk.profile == {}
    await talk.say("I weigh 40 kg")
    assert talk.profile == {}
    assert "g per kg" not in await talk.say("how much protein do I need?")


async def test_a_flag_stays_until_it_is_cleared(talk):
    await talk.say("I'm pregnant")
    assert talk.profile["health_flags"] == ["pregnancy"]
    await talk.say("I'm not pregnant any more")
    assert "health_flags" not in talk.profile


async def test_follow_ups_on_the_last_answer(talk):
    await talk.say("how much protein do I need?")
    text = await talk.say("80")
    assert talk.profile == {"body_weight": 80} and "130" in text
    await talk.say("and if I'm vegan?")
    assert talk.reply.ids == ("protein_target",) and talk.profile == {"body_weight": 80}
    assert "lb" in await talk.say("how much is that in pounds?")
    assert (await talk.say("why?")).startswith("Why")
    assert "doi.org" in await talk.say("says who?")
    await talk.say("what about sleep then?")
    assert talk.reply.ids == ("sleep",)
    await talk.say("my dad is 71, how much protein does he need?")
    assert talk.profile == {"body_weight": 80} and "130" not in plain(talk.reply)


async def test_corrections_and_the_fields_one_by_one(talk):
    await talk.say("I lift 4 times a week")
    await talk.say("make that 3")
    assert talk.profile == {"lift_days": 3}
    await talk.say("I weigh 82 kg")
    await talk.say("forget my weight")
    assert talk.profile == {"lift_days": 3}
    await talk.say("ran 10k today")
    await talk.say("oops it was 12k")
    assert talk.profile["longest_run_km"] == 12
    assert "sense" in await talk.say("zzz")


async def test_follow_ups_in_short_for_others_and_what_to_do(talk):
    whole = await talk.say("will running kill my gains?")
    short = await talk.say("is it bad then?")
    assert talk.reply.ids == ("running_kills_gains",) and len(short) < len(whole) / 2
    assert (await talk.say("so what should i do?")).startswith("What to do")
    await talk.say("is that true for beginners too?")
    assert talk.reply.ids == ("running_kills_gains",) and talk.profile == {}
    await talk.say("how much protein do I need and how many rest days?")
    second = talk.reply.ids[1]
    await talk.say("what about the second one")
    assert talk.reply.ids == (second,)


async def test_who_is_protected_stays_so_however_they_ask(talk):
    await talk.say("I'm 15")
    for said in ("how much protein do I need?", "what if I was 25?", "for an 80kg man?", "and for men?", "what about my dad, he's 45", "in pounds?", "my numbers"):
        text = await talk.say(said)
        assert "g per" not in text and "g a day" not in text, said
    await talk.say("delete my age")
    assert talk.profile == {"age": 15}


async def test_no_week_until_a_doctor_said_so(talk):
    await talk.say("my chest hurts when I run")
    assert "care of yourself" in await talk.say("thanks")
    await talk.say("my doctor hasn't cleared me yet")
    assert "doctor" in await talk.say("make me a plan") and not talk.reply.attachments
    await talk.say("i've been cleared by my doctor")
    assert talk.plan.training


async def test_nothing_contradicts_a_referral_until_it_was_checked(talk):
    await talk.say("did 300 pullups yesterday, arms wont straighten and pee looks like coke")
    for said in ("i drank lots of water its lighter now", "can i do a run tmrw just legs", "im going to run anyway", "what do you mean"):
        text = await talk.say(said)
        assert talk.reply.ids == ("urgent_symptoms",) and "emergency department" in text, said
    assert "within what your doctor allowed" in await talk.say("the doctor said im fine!!")
    assert "within what was allowed" in await talk.say("how hard can i go")
    await talk.say("make me a plan")
    assert not {"long_run", "tempo", "intervals", "hills"} & {s.kind for s in talk.plan.training}


async def test_clearance_told_with_the_question_and_a_joke(talk):
    text = await talk.say("i had chest pains in summer, cardiologist did all tests and says my heart is fine. can i train hard again?")
    assert "Good that it was checked" in text
    await talk.say("yes he cleared me")
    assert "deletes" not in plain(talk.reply)
    await talk.say("my chest hurts when i run")
    assert talk.reply.decision == "safety"
    assert "Glad to hear it" in await talk.say("i was joking")


async def test_a_plan_wished_for_with_facts_is_made_and_a_request_answers_no_question(talk):
    await talk.say("make me a plan i lift 3x and run 2x")
    assert talk.profile == {"lift_days": 3, "run_days": 2} and talk.plan.training
    text = await talk.say("none of these")
    assert "On how many days a week can you train?" in text
    await talk.say("swap the run with the lift on wed")
    assert talk.profile == {"lift_days": 3, "run_days": 2}
    await talk.say("mon tue thu sat sun")
    assert talk.profile["blocked_days"] == ["wed", "fri"] and not talk.plan.on("fri")


async def test_what_was_done_one_after_the_other(talk, engine):
    for text in ("squatted today", "ran 5k in 28:30", "10k 1:02:33 pb!!", "bench 80kg 5x5", "no it was 85", "no run today"):
        await talk.say(text)
    rows = [(e["kind"], e["km"], e["detail"]) for e in engine.services.store.log(talk.user)]
    assert rows == [("lift", None, ""), ("run", 5.0, ""), ("run", 10.0, ""), ("lift", None, "bench 85 kg 5 × 5")]


async def test_a_week_that_was_changed_keeps_it(talk):
    await talk.say("plan for me, 3 lifts and 2 runs")
    await talk.say("move the long run to saturday")
    await talk.press("None of these")
    await talk.say("i got 45 min max")
    long = next(s for s in talk.plan.training if s.kind == "long_run")
    assert (long.day, talk.profile["session_minutes"]) == ("sat", 45) and long.minutes <= 45
    free = next(d for d in ("friday", "thursday", "sunday", "monday") if not talk.plan.on(d[:3]))
    week = talk.plan.sessions
    assert "nothing changes" in await talk.say(f"no time on {free}")
    assert talk.plan.sessions == week


async def test_questions_about_the_week(talk):
    await talk.say("my longest run is 16 km")
    await talk.say("make me a plan")
    await talk.press("None of these")
    week = talk.plan
    for text, words in (
        ("why only 9 km long run", "I counted on 60 minutes"), ("why?", "Heavy legs and demanding runs"), ("what if i miss a run", "costs you nothing"),
        ("what if its still sore", "If it is mild"), ("can you say that shorter", "In short"),
    ):  # fmt: skip
        assert words in await talk.say(text), text
    assert talk.plan == week
    await talk.say("i can do 90 min on weekends")
    assert max(s.minutes for s in talk.plan.training) == 90
    await talk.say("i want to run 15k on Sunday with friends")
    assert next((s.day, s.km) for s in talk.plan.training if s.kind == "long_run") == ("sun", 15.0)


async def test_sick_and_the_week_cancelled(talk):
    await talk.say("make me a plan")
    await talk.say("im sick cancel the week")
    assert not [s for s in talk.plan.training if talk.plan.date(s.day) >= dt.date.today()]
    await talk.press("A gentle next week")
    assert (talk.plan.after or talk.plan).training


async def test_pain_told_is_respected_until_it_is_over(talk):
    await talk.say("my knee hurts when i run")
    assert talk.profile == {"health_flags": ["injury"]}
    assert "physio" in await talk.say("how long will it take")
    assert "Because of your injury" in await talk.say("make me a plan")
    assert "what doesn't hurt" in await talk.say("can i still squat")
    assert "Good to hear" in await talk.say("my knee is fine now")
    assert talk.profile == {}


async def test_an_ok_to_the_week_leaves_the_health_question_open(talk):
    await talk.say("make me a plan")
    assert "still open" in await talk.say("ok cool")
    assert "harder work" in await talk.say("none of these")


async def test_few_words_are_of_the_last_answer(talk):
    await talk.say("is it ok to run after leg day")
    for said in ("so no?", "is that bad?", "should i stop?", "should i go tomorrow", "can you say that shorter"):
        assert "An easy run is fine" in await talk.say(said), said
    await talk.say("how much protein do i need")
    for said, quoted in (("is that enough", "1.6 g"), ("too long", "1.6 g"), ("how much", "1.6 g"), ("what about on rest days", "stays the same")):
        assert quoted in await talk.say(said), said
    await talk.say("will running kill my gains")
    assert "leg strength in men" in await talk.say("and for women?")
    assert "had the baby" not in await talk.say("im not pregnant anymore, had the baby 3 months ago")
    assert talk.profile["health_flags"] == ["pregnancy"]
