"""Reading profile facts from free text: a list of varied messages, bare answers, scopes, and properties."""

from __future__ import annotations

import datetime
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from nlu.facts import ACCEPT, Fact, read_facts
from nlu.spacy_pipeline import build_nlp

TODAY = datetime.date(2026, 11, 2)  # a Monday
NLP: Language = build_nlp()


def read(text: str, expecting: str | None = None) -> list[Fact]:
    return read_facts(NLP(text), today=TODAY, expecting=expecting)


def stored(text: str, expecting: str | None = None) -> dict[str, object]:
    """What the message would change in the profile."""
    return {
        f.field: f.value
        for f in read(text, expecting)
        if f.scope == "stored" and not f.negated and not f.problem
    }


# text | field=value; ... (lists with commas, nothing behind the bar: nothing to store)
EXAMPLES = """
I'm 82 kg and vegan, how much protein? | body_weight=82; diet=vegan
im 82 kilos | body_weight=82
82kg here | body_weight=82
171 lbs | body_weight=77.6
i weigh 171 poundz | body_weight=77.6
12 stone 4 | body_weight=78
12st4 | body_weight=78
I'm 12st 4lb | body_weight=78
eleven and a half stone | body_weight=73
i weigh 64,5 | body_weight=64.5
64,5kg | body_weight=64.5
weigh eighty kilos | body_weight=80
i weigh one seventy five pounds | body_weight=79.4
my weight is 70 | body_weight=70
bw 75 | body_weight=75
I weigh 180 | body_weight=81.6
i weigh 95 and want to get to 85 kg | body_weight=95
actually my weight was wrong, it's 70 | body_weight=70
my weight is not 80, it's 70 | body_weight=70
i weigh 80 no wait 78 kg | body_weight=78
weight 81.2 this morning | body_weight=81.2
I was 95 kg, now I'm 82 kg | body_weight=82
weighed in at 82 kilo today | body_weight=82
82 kilogramm | body_weight=82
how much protein do i need at 82 kg | body_weight=82
how much protein do i need im 82kg | body_weight=82
im 75kg how much protein should i eat | body_weight=75
my body weight is about 68.5 kilos | body_weight=68.5
i'm 80 kg and squat 120 kg | body_weight=80
male 35 82kg 178cm | sex=male; age=35; body_weight=82; height=178
34f 62kg | age=34; sex=female; body_weight=62
41 f | age=41; sex=female
M, 27, 5'10, 165lbs | sex=male; age=27; height=177.8; body_weight=74.8
I'm 5'10" and 170 pounds | height=177.8; body_weight=77.1
5’10 | height=177.8
5 ft 10 | height=177.8
five foot ten | height=177.8
i'm 6 foot 2 | height=188
six foot | height=182.9
I'm 178 cm tall | height=178
178cm | height=178
1.78 m | height=178
1m78 | height=178
1,65m tall | height=165
height 172 | height=172
my height is 5 7 | height=170.2
70 inches tall | height=177.8
turned 41 last week | age=41
just turned 41 | age=41
I'm 41yo | age=41
41 y/o guy | age=41; sex=male
52 year old guy here | age=52; sex=male
i am 52 years old | age=52
I'm 35 and I lift 3 times a week | age=35; lift_days=3
born in 1990 | age=36
I was born in 1984 | age=42
born 3 may 1990 | age=36
in my 50s |
i'm forty-one | age=41
age 29, male | age=29; sex=male
as a 45 year old woman, how much protein should I eat | age=45; sex=female
I'm a 33-year-old woman | age=33; sex=female
i'm a guy, 24 | sex=male; age=24
im a woman and vegetarian | sex=female; diet=vegetarian
female, 60 kg | sex=female; body_weight=60
call me Sam | name=Sam
my name is Jo Smith | name=Jo Smith
my name's ana | name=Ana
you can call me Big Mike | name=Big Mike
Hi, I'm Sam | name=Sam
I'm Tired |
call me crazy but i run every day | run_days=7
i'm vegan | diet=vegan
vegan btw | diet=vegan
vegan | diet=vegan
been vegetarian for 10 years | diet=vegetarian
I'm veggie and lactose intolerant | diet=vegetarian; avoid_foods=lactose
went plant based last month, what protein is good | diet=vegan
i eat everything | diet=omnivore
pescatarian here | diet=pescatarian
I don't eat meat but I eat fish | diet=pescatarian
i dont eat meat | diet=vegetarian
as a vegan how do i get enough protein | diet=vegan
i'm a vegan runner | diet=vegan
switch me to miles | units=imperial
use pounds please | units=imperial
metric please | units=metric
can you show me everything in kg | units=metric
change units to imperial | units=imperial
how much is that in pounds? |
I want to build muscle | goal=muscle
my goal is to lose fat | goal=fat_loss
trying to lose weight | goal=fat_loss
i'd like to run faster | goal=endurance
goal: muscle | goal=muscle
I want to get bigger and run faster | goal=balanced
i want both equally | goal=balanced
i'm prepping for a bikini contest, that's my goal | goal=physique
my goal is to step on stage | goal=physique
I just want to be healthy and live longer | goal=health
change my goal to fat loss | goal=fat_loss
i'm bulking | goal=muscle; energy_balance=surplus
I'm cutting right now, how much protein? | goal=fat_loss; energy_balance=deficit
i'm in a calorie deficit | energy_balance=deficit
I'm eating at maintenance | energy_balance=maintenance
currently in a small surplus | energy_balance=surplus
marathon first, that's my priority | goal=endurance
how do I build muscle |
how can i lose fat |
will running make me lose muscle |
can I build muscle while running |
I'm cutting back on alcohol |
i've been running for 3 months | run_experience=new
been running for 2 years | run_experience=regular
I've been running 10 years | run_experience=experienced
I'm new to running | run_experience=new
beginner runner here | run_experience=new
just started running | run_experience=new
i've been lifting for a year and a half | lift_experience=intermediate
been lifting 5 yrs | lift_experience=advanced
I've never lifted weights | lift_experience=novice
i'm a novice lifter | lift_experience=novice
started lifting 2 months ago | lift_experience=novice
i've been running and lifting for 5 years | run_experience=experienced; lift_experience=advanced
started running in 2019 | run_experience=experienced
experienced runner, new to lifting | run_experience=experienced; lift_experience=novice
2 years of lifting | lift_experience=advanced
how long have people been running for 3 hours |
I run 25 miles a week | weekly_run_km=40.2
30k a week | weekly_run_km=30
i do 40 km/wk | weekly_run_km=40
35 mpw | weekly_run_km=56.3
i run 30-40 km per week | weekly_run_km=35
my weekly mileage is 20 miles | weekly_run_km=32.2
twenty miles a week | weekly_run_km=32.2
i run 40k a week, is that too much | weekly_run_km=40
I cycle 100k a week |
30k steps a week |
longest run was 12k | longest_run_km=12
my long run is 10 miles | longest_run_km=16.1
longest run this month was 18 km | longest_run_km=18
my longest run is a half marathon | longest_run_km=21.1
long run is 90 minutes |
i run 3x a week | run_days=3
I run three times a week and lift twice a week | run_days=3; lift_days=2
lift mon wed fri | lift_days=3
i lift on tuesdays and thursdays | lift_days=2
make that 4 lifting days | lift_days=4
I can train 5 days | available_days=5
i can train 5 days a week | available_days=5
3 days for both | available_days=3
plan for 4 days, 45 minutes, hate mornings | available_days=4; session_minutes=45; day_part=evening
i have 4 days a week | available_days=4
gym 4x a week | lift_days=4
3 runs and 2 lifts a week | run_days=3; lift_days=2
I go to the gym twice a week | lift_days=2; equipment=gym
run every day | run_days=7
i work out 4-5 days a week | available_days=4
running 4 days per week | run_days=4
can't do Tuesdays | blocked_days=tue
no weekends | blocked_days=sat,sun
not on mon or fri | blocked_days=mon,fri
i can't train on wednesdays or sundays | blocked_days=wed,sun
change lift to 3 | lift_days=3
set my running to 2 days | run_days=2
put run at 5 km |
make me a plan: run 3, lift 2 | run_days=3; lift_days=2
plan for me pls, run 4 lift 2, 75kg | run_days=4; lift_days=2; body_weight=75
i run 3 and lift 4 | run_days=3; lift_days=4
lift 3x and run 2x | lift_days=3; run_days=2
run 5 km, lift 2 plates |
I run 40 km a week over 4 runs and lift twice | weekly_run_km=40; run_days=4; lift_days=2
run and lift three times a week | available_days=3
been lifting 5 years 4 days a week | lift_experience=advanced; lift_days=4
i want to run 3 times a week but cant |
i'd love to lift 4 times a week but only manage it in summer |
i run 3 times a week but don't lift | run_days=3; lift_days=0
i run a half in april and want to lose fat | race_distance=half; goal=fat_loss
i run a 10k in 50 minutes |
im a guy 29, 85kg | sex=male; age=29; body_weight=85
barbell at home | equipment=gym
only free mon wed fri | available_days=3; blocked_days=tue,thu,sat,sun
tue thu sat | available_days=3; blocked_days=mon,wed,fri,sun
mon, wed & fri please | available_days=3; blocked_days=tue,thu,sat,sun
actually mon wed fri | available_days=3; blocked_days=tue,thu,sat,sun
i have 30 minutes on tuesday |
legs on tue thu |
mon wed fri? |
I'm only available on weekends | available_days=2; blocked_days=mon,tue,wed,thu,fri
Tuesdays are out | blocked_days=tue
any day except sunday | blocked_days=sun
weekdays only | available_days=5; blocked_days=sat,sun
sore since monday |
i missed tuesday |
move the long run to sunday |
i hate mornings | day_part=evening
only mornings | day_part=morning
i train after work | day_part=evening
I run in the mornings | day_part=morning
i'm not a morning person | day_part=evening
lunch breaks only | day_part=midday
evenings are best | day_part=evening
i feel tired in the morning |
I have 45 minutes per session | session_minutes=45
half an hour to train | session_minutes=30
i only have an hour and a half per session | session_minutes=90
45min sessions | session_minutes=45
sessions of 1h30 | session_minutes=90
i've got 30 mins a day to train | session_minutes=30
an hour per workout | session_minutes=60
glutes and hammies session, 35 mins |
should i eat within 30 minutes |
rest 3 minutes between sets |
i eat protein with every meal | protein_habit=high
barely any protein | protein_habit=low
I hardly eat protein | protein_habit=low
i eat 120 g protein a day | protein_habit=some
I'm 80 kg and eat 150g of protein a day | body_weight=80; protein_habit=high
i weigh 90 kg and get 80 g of protein | body_weight=90; protein_habit=low
i don't eat much protein | protein_habit=low
is 120 g protein enough |
i sleep 6 hours | sleep_hours=6
sleep 6 | sleep_hours=6
I get about 6.5 hours of sleep | sleep_hours=6.5
get about 6 and a half hours a night | sleep_hours=6.5
i sleep from 11 to 6 | sleep_hours=7
sleep 7-8h | sleep_hours=7.5
i usually sleep seven hours | sleep_hours=7
slept 5 last night |
i slept 6 |
should i sleep 8 hours |
i need 9 hours of sleep |
training for a half | race_distance=half
I'm training for a marathon | race_distance=marathon
signed up for a 10k | race_distance=10k
doing a 10k race in spring | race_distance=10k
marathon in October | race_distance=marathon
marathon on 12 April 2027 | race_distance=marathon; race_date=2027-04-12
my half is on may 3rd | race_distance=half; race_date=2027-05-03
race in 10 weeks | race_date=2027-01-11
my race is in ten weeks | race_date=2027-01-11
my marathon is in 3 months | race_distance=marathon; race_date=2027-02-02
half marathon in 8 weeks, how do i train | race_distance=half; race_date=2026-12-28
my race is 2027-06-01 | race_date=2027-06-01
my race is on the 3rd of may | race_date=2027-05-03
i've signed up for an ultra | race_distance=ultra
I have a 5k on december 6 | race_distance=5k; race_date=2026-12-06
no race planned | race_distance=none
will a marathon cost muscle? |
should I do a 10k |
ran 10k today |
5k in 25 min |
my 5k time is 25 min |
allergic to peanuts | avoid_foods=peanuts
I'm allergic to peanuts and shellfish | avoid_foods=peanuts,shellfish
no dairy | avoid_foods=dairy
no dairy or eggs please | avoid_foods=dairy,eggs
lactose intolerant | avoid_foods=lactose
halal | avoid_foods=halal
i keep kosher | avoid_foods=kosher
I don't eat fish | avoid_foods=fish
i can't stand mushrooms | avoid_foods=mushrooms
I hate tofu | avoid_foods=tofu
nut allergy | avoid_foods=nuts
i'm gluten free | avoid_foods=gluten
i have coeliac disease | avoid_foods=gluten
should I avoid dairy |
i don't eat before running |
time zone is Europe/Berlin | time_zone=Europe/Berlin
I'm in Berlin | time_zone=Europe/Berlin
i live in new york | time_zone=America/New_York
i'm on UK time | time_zone=Europe/London
based in Melbourne | time_zone=Australia/Melbourne
set my time zone to PST | time_zone=America/Los_Angeles
i'm in pain |
i only have dumbbells at home | equipment=dumbbells
no gym, home dumbbells | equipment=dumbbells
no gym | equipment=bodyweight
bodyweight only | equipment=bodyweight
I train at the gym | equipment=gym
i have a gym membership | equipment=gym
I'm pregnant | health_flags=pregnancy
20 weeks pregnant, can i lift | health_flags=pregnancy
im 22 weeks, can i deadlift | health_flags=pregnancy
4 months pp and running again | health_flags=pregnancy
i'm expecting in march | health_flags=pregnancy
i'm expecting to run a pb |
i'm 12 weeks into my plan, can i add a day |
i'm 8 weeks out |
type 1 on a pump, how do i lift | health_flags=diabetes
im on insulin, can i run | health_flags=diabetes
my mum is on insulin |
i have one kidney | health_flags=kidney
I'm a type 1 diabetic | health_flags=diabetes
i have type 2 diabetes and a heart condition | health_flags=diabetes,heart
i had an eating disorder | health_flags=eating
torn meniscus | health_flags=injury
I've got a torn meniscus | health_flags=injury
tore my acl in march | health_flags=injury
i have asthma | health_flags=other
my diabetes makes it hard | health_flags=diabetes
no health issues | health_flags=
does running cause knee injury |
i'm scared of getting injured |
is lifting safe for diabetics |
my dad is 71 |
my wife weighs 60 |
my wife is 60 kg and vegan |
he's vegan |
client of mine is 45 |
my mum has diabetes |
I coach a 45 year old woman |
my friend runs 40k a week |
my son is 15 and lifts 3 times a week |
she's pregnant |
my wife and I are vegan | diet=vegan
my girlfriend is vegan but i eat everything | diet=omnivore
my dad is 71, i'm 41 | age=41
my brother weighs 90 kg and I weigh 70 kg | body_weight=70
how much protein for a 70 kg guy |
what should a 60 year old woman lift |
my coach says i'm too light at 60 kg | body_weight=60
feel like I'm 90 |
explain it like I'm 12 |
I could eat a horse |
i feel 80 years old |
what if I were vegan |
say I weighed 100 kg |
if I run 40k a week, will i lose muscle |
and if I'm vegan? |
what about at 70 kg? |
for someone who's 65? |
suppose i was 60 years old |
when i'm 60 will i still lift |
imagine i sleep 4 hours |
a friend of mine is vegan and 80 kg |
athletes sleep 9 hours |
kipchoge runs 200 km a week |
my trainer says run 4 days a week |
i weighed 70 before covid |
as someone who is 61, should i run less | age=61
ive dropped to 77kg | body_weight=77
not managing my diabetes well | health_flags=diabetes
I'm 82, no 83 kg | body_weight=83
72kg/175cm/30yo | body_weight=72; height=175; age=30
could do 5 days max | available_days=5
mornings are impossible | day_part=evening
I run 5k 3 times a week | run_days=3
i've lifted on and off for 10 years | lift_experience=advanced
get fit and healthy is the aim | goal=health
breastfeeding at the moment | health_flags=pregnancy
is 82 kg heavy |
should I lift 4 days a week? |
how about 3 times a week? |
can I run 5 days a week |
is 3x a week enough |
is it ok to run every day |
are vegan athletes weaker |
best vegan protein sources |
is 45 minutes enough for a session |
does being vegan hurt gains |
used to weigh 95 |
when I was 20 i ran a lot |
i used to be vegan |
I was 100 kg last year |
last year i ran 50k a week |
squat 100 kg |
i squat 100 kg |
3x10 |
5x5 at 80 kg |
bench 2 plates |
deadlift 140 kg for 5 |
i lost 5 kg |
I want to weigh 75 kg |
gained 3 kilos in 2 months |
ran 3 times this week |
150 g of protein |
100 g chicken |
running is killing me |
thanks |
how do i start |
it's 30 degrees outside |
the gym is closed today |
I did 3 sets of 10 |
i can't do pull ups |
i ran 20 km with 10 kg on my back |
set my weight to 82 kg | body_weight=82
can you change my age to 42 | age=42
update my sleep to 7 hours | sleep_hours=7
could you set lifting days to 3 | lift_days=3
hey im 28 male 180cm 85 kilos | age=28; sex=male; height=180; body_weight=85
wanna gain muscle, train 4x a week | goal=muscle; available_days=4
39F, 5'4, 140lb | age=39; sex=female; height=162.6; body_weight=63.5
140lb, vegetarian, running 20 miles a week | body_weight=63.5; diet=vegetarian; weekly_run_km=32.2
i'm 82 kg now but my goal weight is 75 kg | body_weight=82
since i'm 52 should i lift heavier | age=52
if it helps, i'm 82 kg | body_weight=82
"""


def parse(line: str) -> tuple[str, dict[str, object]]:
    text, _, right = line.rpartition("|")
    facts: dict[str, object] = {}
    for pair in filter(None, (p.strip() for p in right.split(";"))):
        field, value = pair.split("=")
        if field in ("avoid_foods", "blocked_days", "health_flags"):
            facts[field] = [v for v in value.split(",") if v]
        elif re.fullmatch(r"\d+(\.\d+)?", value) and field != "name":
            facts[field] = float(value)
        else:
            facts[field] = value
    return text.strip(), facts


CASES = [parse(line) for line in EXAMPLES.strip().splitlines()]


def test_there_are_enough_examples() -> None:
    assert len(CASES) >= 250 and len({text for text, _ in CASES}) == len(CASES)


@pytest.mark.parametrize(("text", "facts"), CASES, ids=[c[0] for c in CASES])
def test_example(text: str, facts: dict[str, object]) -> None:
    assert stored(text) == facts


ANSWERS = """
body_weight | 80 | 80
body_weight | 80 kg | 80
body_weight | about 80 i think | 80
body_weight | eighty | 80
body_weight | 175 | 79.4
body_weight | 12 stone | 76.2
body_weight | not 80, 70 | 70
body_weight | i'm 80 | 80
height | 5 10 | 177.8
height | 178 | 178
height | 1.78 | 178
height | 1m78 | 178
height | 5'10 | 177.8
age | 41 | 41
age | forty one | 41
run_days | five | 5
run_days | two or three | 2
run_days | none | 0
lift_days | 3x | 3
lift_days | mon wed fri | 3
available_days | 4 days | 4
available_days | every day | 7
weekly_run_km | 20 miles | 32.2
weekly_run_km | 30 | 30
weekly_run_km | none | 0
longest_run_km | 12k | 12
longest_run_km | half marathon | 21.1
session_minutes | 45 | 45
session_minutes | an hour | 60
session_minutes | half an hour | 30
session_minutes | 1h30 | 90
sleep_hours | 6 | 6
sleep_hours | 7-8 | 7.5
sleep_hours | like six and a half | 6.5
diet | vegan | vegan
diet | i eat everything | omnivore
diet | none | omnivore
sex | f | female
sex | male | male
sex | prefer not to say | undisclosed
available_days | tue thu sat | 3
available_days | saturday | -
available_days | just saturday | 1
run_days | sundays | 1
available_days | any day but friday | 6
available_days | every day except sunday | 6
lift_days | every day | 7
available_days | swap the run with the lift on wed | -
lift_days | i dont lift on fridays | -
lift_days | i dont lift | 0
available_days | change lift to 3 | -
weekly_run_km | dont run | 0
weekly_run_km | my age is 25 | -
body_weight | im 180 tall | -
weekly_run_km | one more run please | -
goal | running | endurance
goal | one more run please | -
goal | for how long | -
goal | and what then | -
goal | i dont lift on fridays | -
goal | move the run to friday | -
goal | cut | fat_loss
goal | both the same | balanced
goal | just muscle | muscle
goal | lose some fat | fat_loss
goal | run faster | endurance
goal | health mostly | health
units | kg | metric
units | pounds and miles | imperial
energy_balance | not sure | unsure
energy_balance | cutting | deficit
energy_balance | about the same | maintenance
lift_experience | a year and a half | intermediate
lift_experience | never | novice
run_experience | 5 years | experienced
run_experience | beginner | new
protein_habit | every meal | high
protein_habit | not really | low
day_part | evenings | evening
day_part | whenever | any
day_part | before work | morning
race_distance | half marathon | half
race_distance | no | none
race_date | may 3rd | 2027-05-03
race_date | in 10 weeks | 2027-01-11
race_date | 12/04/2027 | 2027-04-12
time_zone | Berlin | Europe/Berlin
time_zone | UK time | Europe/London
time_zone | America/Chicago | America/Chicago
name | sam | Sam
name | I'm Jo | Jo
equipment | dumbbells | dumbbells
equipment | nothing | bodyweight
avoid_foods | no | []
avoid_foods | nope, nothing | []
avoid_foods | peanuts and shellfish | peanuts,shellfish
health_flags | no | []
health_flags | none | []
health_flags | type 1 diabetes | diabetes
health_flags | bad knee | injury
blocked_days | no | []
blocked_days | tuesdays and sundays | tue,sun
blocked_days | weekends | sat,sun
body_weight | why do you need that? | -
body_weight | skip | -
body_weight | how much protein do i need | -
age | my dad is 71 | -
name | skip | -
sleep_hours | what if i sleep 5 | -
run_days | can i run and lift on the same day | -
"""


@pytest.mark.parametrize("line", ANSWERS.strip().splitlines())
def test_bare_answer(line: str) -> None:
    field, text, value = (part.strip() for part in line.split(" | "))
    got = stored(text, field).get(field, "-")
    if isinstance(got, list):
        assert ",".join(got) == value.strip("[]")
    elif isinstance(got, (int, float)):
        assert str(got) == value
    else:
        assert got == value


@pytest.mark.parametrize(
    ("text", "expecting", "asks"),
    [
        ("how much protein do i need im 72", None, True),
        ("im 72 years old", None, False),
        ("im 72", "age", False),
        ("im 72, 65 kg", None, False),
        ("im 41", None, False),
        ("2-3", "weekly_run_km", True),
        ("3 km", "weekly_run_km", False),
        ("20", "weekly_run_km", False),
        ("183", "weekly_run_km", True),
        ("barbell at home", None, True),
        ("i train at the gym", None, False),
    ],
)
def test_what_may_be_something_else_is_asked_about(text: str, expecting: str | None, asks: bool) -> None:
    assert any(f.confirm for f in read(text, expecting)) == asks


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("and if I'm vegan?", "diet", "vegan"),
        ("what about at 70 kg?", "body_weight", 70),
        ("for someone who's 65?", "age", 65),
        ("my dad is 71", "age", 71),
        ("how much protein for a 70 kg guy", "body_weight", 70),
        ("what if I were vegan", "diet", "vegan"),
        ("if I run 40k a week", "weekly_run_km", 40),
        ("say I weighed 100 kg", "body_weight", 100),
        ("should I lift 4 days a week?", "lift_days", 4),
        ("he's vegan", "diet", "vegan"),
        ("my wife weighs 60", "body_weight", 60),
        ("only 3 days next week", "available_days", 3),
    ],
)
def test_counts_for_this_answer_only(text: str, field: str, value: object) -> None:
    assert [(f.value, f.scope) for f in read(text) if f.field == field] == [(value, "this_answer")]


@pytest.mark.parametrize(
    "text",
    [
        "been training twice a day for a while",
        "i lift 2x per day",
        "whats better for blood sugar, lifting or running first",
        "my 5k is killing my vibe",
        "my 10k is getting slower",
        "my 5k is 25 min",
        "my shin hurts after running",
        "write me that week, and i can still do the long run on sundays",
        "powerlifter here, meet is in 10 weeks",
        "i have a weightlifting competition on 3 march",
        "how much protein for my 60 kg girlfriend",
    ],
)
def test_nothing_of_it_is_told(text: str) -> None:
    assert stored(text) == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("track meet in 3 weeks", {"race_date": "2026-11-23"}),
        ("my marathon is in may", {"race_distance": "marathon"}),
        ("my 10k is 6 weeks away", {"race_distance": "10k", "race_date": "2026-12-14"}),
        ("my half is on 3 may", {"race_distance": "half", "race_date": "2027-05-03"}),
        ("running first please", {"goal": "endurance"}),
        ("im after more muscle", {"goal": "muscle"}),
        ("i lift twice a week", {"lift_days": 2}),
        ("i run on sundays", {"run_days": 1}),
    ],
)
def test_what_sounds_alike_is_told(text: str, told: dict[str, object]) -> None:
    assert stored(text) == told


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("when can i run again", "goal"),
        ("should i lift or run more", "goal"),
        ("my shin hurts after running", "goal"),
        ("i used to run 45k a week and squat 140", "run_experience"),
        ("had 4 months off", "run_experience"),
        ("can i still do the long run sunday", "available_days"),
        ("write me that week can i still do the long run sunday", "available_days"),
        ("my meet is in 10 weeks, powerlifting", "race_date"),
    ],
)
def test_a_question_or_the_past_answers_nothing(text: str, field: str) -> None:
    assert stored(text, field) == {}


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("I'm 41, long run with my buddy who is 28. would you move the squats?", []),
        ("my buddy who is 28 runs 60k a week, can i do that?", []),
        ("my wife is pregnant, we lift together. can i run on leg days? im 35", []),
        ("my dad is 70, can he build muscle?", [70]),
        ("I'm 41, my wife is 38. how much protein should she eat?", [38]),
        ("I'm 41, my son is 15. how far can I let him run?", [15]),
        ("my wife is 38 and weighs 60 kg, how much protein?", [38, 60]),
        ("how much protein for my 60 kg girlfriend", [60]),
    ],
)
def test_others_count_where_the_question_is_about_them(text: str, others: list[object]) -> None:
    assert [f.value for f in read(text) if f.other] == others


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("I'm not vegan any more", "diet", "vegan"),
        ("i'm no longer vegetarian", "diet", "vegetarian"),
        ("I don't have diabetes any more", "health_flags", ["diabetes"]),
        ("i'm not pregnant", "health_flags", ["pregnancy"]),
        ("I'm not allergic to peanuts any more", "avoid_foods", ["peanuts"]),
        ("Tuesdays are fine now", "blocked_days", ["tue"]),
        ("no diabetes or heart problems", "health_flags", ["diabetes", "heart"]),
        ("remove peanuts from my list", "avoid_foods", ["peanuts"]),
        ("my injury has healed", "health_flags", ["injury"]),
    ],
)
def test_values_to_clear(text: str, field: str, value: object) -> None:
    assert [(f.field, f.value, f.negated) for f in read(text)] == [(field, value, True)]


@pytest.mark.parametrize(
    ("text", "expecting", "field", "value"),
    [
        ("I weigh 820 kg", None, "body_weight", 820),
        ("820 kg", "body_weight", "body_weight", 820),
        ("age 250", None, "age", 250),
        ("250", "age", "age", 250),
        ("i'm 11 years old", None, "age", 11),
        ("i sleep 20 hours", None, "sleep_hours", 20),
        ("I'm 300 cm tall", None, "height", 300),
        ("i run 900 km a week", None, "weekly_run_km", 900),
    ],
)
def test_impossible_values_say_so(text: str, expecting: str | None, field: str, value: object) -> None:
    assert [(f.field, f.value, f.problem) for f in read(text, expecting)] == [(field, value, "impossible")]


@pytest.mark.parametrize(
    ("text", "confirm"),
    [
        ("i weigh 38 kg", True),
        ("i weigh 190 kg", True),
        ("i weigh 80 kg", False),
        ("i'm 143 cm tall", True),
        ("i'm 212cm", True),
    ],
)
def test_unusual_values_ask_for_confirmation(text: str, confirm: bool) -> None:
    assert [f.confirm for f in read(text)] == [confirm]


def test_span_is_of_the_original_text() -> None:
    text = "Hello — I’m eighty-two kilos, 5’10” and VEGAN"
    spans = {f.field: text[f.start : f.end] for f in read(text)}
    assert spans == {"body_weight": "eighty-two kilos", "height": "5’10”", "diet": "VEGAN"}
    assert all(f.text == text[f.start : f.end] for f in read(text))


def test_tokenizer_keeps_quantities_whole() -> None:
    for word in ("45min", "10k", "5'10", "82kg", "3x", "12st4", "8-9h", "64,5", "1m78"):
        assert [t.text for t in NLP(f"so {word} then")] == ["so", word, "then"]


# --- properties --------------------------------------------------------------------------------


def value_of(text: str, field: str) -> float:
    values = [f.value for f in read(text) if f.field == field]
    assert len(values) == 1, text
    assert isinstance(values[0], (int, float))
    return values[0]


@given(
    st.integers(400, 1790),
    st.sampled_from(["{} kg", "{}kg", "{} kilos", "{} kgs", "{} Kilograms"]),
    st.booleans(),
)
def test_kilograms(tenths: int, form: str, comma: bool) -> None:
    typed = f"{tenths / 10:g}".replace(".", "," if comma else ".")
    assert value_of("i weigh " + form.format(typed), "body_weight") == pytest.approx(tenths / 10, abs=0.051)


@given(st.integers(70, 540), st.sampled_from(["{} lbs", "{}lb", "{} pounds", "{} Pounds"]))
def test_pounds(pounds: int, form: str) -> None:
    assert value_of("i'm " + form.format(pounds), "body_weight") == pytest.approx(
        pounds * 0.45359237, abs=0.051
    )


@given(
    st.integers(5, 38),
    st.integers(0, 13),
    st.sampled_from(["{} stone {}", "{}st {}lb", "{}st{}", "{} stone and {} lbs", "{} st {} pounds"]),
)
def test_stones(stone: int, pounds: int, form: str) -> None:
    kg = (14 * stone + pounds) * 0.45359237
    assert value_of("i weigh " + form.format(stone, pounds), "body_weight") == pytest.approx(kg, abs=0.051)


@given(
    st.integers(4, 7),
    st.integers(0, 11),
    st.sampled_from(
        ["{}'{}", "{}'{}\"", "{} ft {}", "{}ft{}", "{} foot {}", "{} feet {} inches", "{}’{}”", "{}ft {}in"]
    ),
)
def test_feet_and_inches(feet: int, inches: int, form: str) -> None:
    assert value_of("i'm " + form.format(feet, inches), "height") == pytest.approx(
        (12 * feet + inches) * 2.54, abs=0.051
    )


@given(st.integers(120, 220), st.sampled_from(["{} cm", "{}cm", "{} cm tall", "{} centimetres"]))
def test_centimetres(cm: int, form: str) -> None:
    assert value_of("i'm " + form.format(cm), "height") == cm
    assert value_of(f"my height is {cm / 100:.2f} m", "height") == cm


@given(
    st.integers(1, 150),
    st.sampled_from(["{} miles a week", "{} mi per week", "{}mpw", "{} miles/week", "{} miles weekly"]),
)
def test_miles_a_week(miles: int, form: str) -> None:
    assert value_of("i run " + form.format(miles), "weekly_run_km") == pytest.approx(
        miles * 1.609344, abs=0.051
    )


@given(
    st.integers(1, 250),
    st.sampled_from(["{} km a week", "{}k per week", "{}km/wk", "{} kilometers every week"]),
)
def test_kilometres_a_week(km: int, form: str) -> None:
    assert value_of("i run " + form.format(km), "weekly_run_km") == km


WORDS = sorted(
    {w for text, _ in CASES for w in text.split()}
    | {
        "no",
        "if",
        "what",
        "?",
        "!",
        ",",
        "-",
        "/",
        "'",
        '"',
        "½",
        "\n",
        "…",
        "82",
        "5'10",
        "kg",
        "my",
        "dad",
        "İ",
        "ß",
        "🙂",
        "１２",
        "١٢",
    }
)


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(st.text(max_size=120), st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join)),
    st.sampled_from(
        [
            None,
            *ACCEPT,
            "name",
            "diet",
            "goal",
            "race_date",
            "time_zone",
            "blocked_days",
            "avoid_foods",
            "health_flags",
            "equipment",
        ]
    ),
)
def test_any_text_is_read_without_error(text: str, expecting: str | None) -> None:
    for f in read(text, expecting):
        assert 0 <= f.start < f.end <= len(text)
        assert f.text == text[f.start : f.end]
        assert f.scope in ("stored", "this_answer")
        if isinstance(f.value, (int, float)) and f.problem is None:
            low, high = ACCEPT[f.field]
            assert low <= f.value <= high


@pytest.mark.parametrize(
    "piece",
    [
        "a ",
        "1",
        "1 ",
        "9,",
        "my ",
        "i'm a ",
        "no ",
        "mon ",
        "12-",
        "i run 3 ",
        "allergic to a, ",
        "(",
        "weight weight ",
        "one hundred ",
    ],
)
def test_long_texts_stay_fast(piece: str) -> None:
    text = piece * (4000 // len(piece))
    doc = NLP(text)
    assert min(_reading(doc) for _ in range(3)) < 1.0  # 0.1 s and less; of three, one is without a collection of the whole suite's memory


def _reading(doc: Doc) -> float:
    """Seconds of this thread's processor time."""
    start = time.thread_time()
    read_facts(doc, today=TODAY)
    return time.thread_time() - start


def test_speed() -> None:
    docs = [NLP(text) for text, _ in CASES]
    best = min(_seconds(docs) for _ in range(3))
    assert best / len(docs) < 0.003  # 1.5 ms on an idle core; room for a busy one
    assert min(_building() for _ in range(3)) < 0.5


def _building() -> float:
    start = time.thread_time()
    build_nlp()
    return time.thread_time() - start


def _seconds(docs: list) -> float:  # type: ignore[type-arg]
    start = time.thread_time()
    for doc in docs:
        read_facts(doc, today=TODAY)
    return time.thread_time() - start


@pytest.mark.parametrize("field", ["lift_days", "run_days", "weekly_run_km", "race_distance", "protein_habit", "equipment", "lift_experience", "diet"])
@pytest.mark.parametrize("text", ["no time for two sessions a day", "no idea what that means", "no way, later"])
def test_no_before_something_else_is_no_answer(text: str, field: str) -> None:
    assert field not in stored(text, field)


def test_a_bare_no_still_answers() -> None:
    assert stored("no", "lift_days") == {"lift_days": 0}
    assert stored("no more than 3", "lift_days") == {"lift_days": 3}
