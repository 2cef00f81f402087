"""How people say what needs no model to be understood: skip, back, stop, another one, none of these."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_SOFT = r"(?:\W*(?:ok|okay|well|um|hmm|no|please|pls|thanks|just|can we|can i|can you|let'?s|lets|i'd like to|i want to|you can|i'?ll|we can)\b)*\W*"
_TAIL = r"\W*(?:please|pls|thanks|for now|now|then)?\W*"


def _alone(*ways: str) -> re.Pattern[str]:
    """A message that says one of these and nothing else (but "okay, ..." and "... please")."""
    return re.compile(f"{_SOFT}(?:{'|'.join(ways)}){_TAIL}", re.IGNORECASE)


def _anywhere(*ways: str) -> re.Pattern[str]:
    return re.compile("|".join(ways), re.IGNORECASE)


# --- while questions are asked (fullmatch, WHY and QUESTION: search) ---------------------------------------------------------

WHY = _anywhere(
    r"\bwhy\b.{0,30}\b(?:need|ask|want|matter|know|relevant|important|asking|necessary)",
    r"\bwhat (?:do you need|is|'?s) (?:that|this|it) for\b",
    r"\bwhat for\b",
    r"\bwhat (?:will|would|are) you (?:do|doing|going to do|use|using)\b",
    r"\bwhat do you (?:do|need) (?:with|it|that|this)\b",
    r"\bwhy do you\b",
    r"\bhow (?:is|does) (?:that|this) (?:help|matter|relevant)",
)
BARE_WHY = re.compile(r"\W*(?:but |and )?why(?: that| this| so| not)?\W*", re.IGNORECASE)
BARE_NO = re.compile(r"\W*(?:no|nope|nah|no thanks|no thank you|n)\W*", re.IGNORECASE)
SKIP = _alone(
    r"skip(?: (?:it|this|that|(?:this|that|the) (?:one|question)))?",
    r"pass",
    r"next(?: (?:one|question|please))?",
    r"(?:i(?:'d)? )?(?:would )?(?:rather|prefer) not(?: (?:to )?(?:say|tell|answer))?(?: (?:that|you))?",
    r"i (?:don'?t|do not) (?:want to|wanna) (?:say|tell|answer)(?: (?:that|you|this))?",
    r"none of your business",
    r"(?:that'?s )?(?:private|personal)",
    r"(?:i )?(?:don'?t|do not|dont) know(?: (?:that|it|this|my|the|how|what|exactly)\b.{0,40})?",
    r"dunno|idk|no (?:idea|clue|answer)",
    r"(?:i'?m )?not sure|unsure",
)
BACK = _alone(
    r"(?:go |step )?back(?: (?:one|a step|please|to the (?:last|previous)(?: (?:one|question))?))?",
    r"previous(?: (?:one|question))?",
    r"last question|undo",
)
STOP = _alone(
    r"stop(?: (?:it|this|that|here|asking(?: me)?(?: questions)?|the (?:set-?up|questions|form)))?",
    r"cancel(?: (?:it|this|that|(?:the )?set-?up))?",
    r"quit(?: (?:it|this))?|exit|end|abort",
    r"enough(?: questions)?|no more(?: questions)?|that'?s enough",
    r"never ?mind|forget it|leave it",
)
HOW_TO_LEAVE = _alone(r"how (?:do|can|could) i (?:stop|quit|cancel|exit|leave|end|get out(?: of)?)(?: (?:this|it|here|the (?:set-?up|questions|form)))?\W*")
LATER = _alone(
    r"(?:(?:continue|finish|resume|do|go on with|carry on)?(?: (?:this|it|that|the rest|the set-?up))? ?(?:later(?: on)?|another time|some other time|tomorrow)",
    r"maybe later|not (?:right )?now|pause|later|take a break|i have to go|gotta go)",
)
RESUME = _alone(
    r"(?:continue|resume|carry on|go on|finish|keep going)"
    r"(?: (?:with )?(?:the |my )?(?:set-?up|setting up|questions?|profile|onboarding|it|where we (?:left off|were)))?",
)
REDO = _anywhere(r"\b(?:redo|restart|start over|from scratch|all over|again|anew|new)\b")
QUESTION = _anywhere(
    r"\?",
    r"^\W*(?:(?:and|but|so|ok|okay|hey|wait|quick question)[ ,:]+)*"
    r"(?:how|what|whats|why|when|which|where|who|should|shall|can|could|do|does|did|is|are|will|would|may|tell me|explain)\b",
)

# --- about the week -----------------------------------------------------------------------------------------------------------

NEW_PLAN = _anywhere(r"\b(?:make|create|build|generate|write|design|give|new|fresh|need|want|put together|plan (?:for|me|my)|program(?:me)? for)\b")
REBUILD = _anywhere(r"\b(?:new|redo|rebuild|recalculate|remake|fresh|update)\b")
TODAY = re.compile(r"\b(?:today|to(?P<tomorrow>morrow)|tonight)\b", re.IGNORECASE)
ANOTHER = _alone(
    r"(?:(?:and |have |get |see |give me |show me |how about )*(?:another|a different|different|an other)(?: one| week| plan| version| option)?)",
)
THIS_TIME = _anywhere(
    r"\b(?:this|next|coming) (?:week|weekend|mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b",
    r"\b(?:today|tomorrow|tonight)\b",
)
THIS_WEEK = _anywhere(r"\b(?:this week|today|tonight|tomorrow|yesterday|last night|missed|skipped)\b")
_DOCTOR = (
    r"(?:doctors?|doc|dr|gp|physician|cardiologist|specialist|consultant|surgeon|orthop\w+|neurologist|midwife|midwives|ob-?gyn|gyn\w*|nurse|hospital|clinic"
    r"|physio\w*|(?:heart|sports|team|care) (?:doctor|doc|clinic|team))"
)
NOT_A_PHYSIO = re.compile(r"\b(?:physio\w*|midwi\w+)", re.IGNORECASE)
_SAID = r"(?:sa(?:ys?|id)|told me|confirmed|agree[sd]?|gave|checked|tested|looked|found|went|was|is)"
_ALLOWED = (
    r"(?:cleared|ok(?:ay)?(?:ed|'d)?|yes|fine|good|normal|healthy|safe|harmless|nothing (?:serious|bad|wrong|to worry\w*)|all[- ]clear|(?:full )?clearance|go[- ]ahead"
    r"|green light|thumbs up|approved|i can (?:run|train|lift|go|start|jog|exercise|do|return|carry|squat|keep|continue|work)|allowed|good to go)"
)
CLEARED = _anywhere(
    rf"\b{_DOCTOR}\b.{{0,40}}\b(?:cleared|approved|green light|all[- ]clear|go[- ]ahead|thumbs up|full clearance|ok(?:ay)?ed|signed me off)\b",
    rf"\b{_DOCTOR}(?:\b.{{0,40}}\b{_SAID}\b|'?s\b).{{0,40}}\b{_ALLOWED}\b",
    rf"\bcleared (?:by|from) (?:my|the|a) {_DOCTOR}\b",
    r"\b(?:i'?m|i am|i'?ve been|been|got) (?:medically |fully )?cleared\b",
    r"\b(?:got|have|has|with) (?:the |an? |full )?(?:all[- ]clear|go[- ]ahead|clearance)\b",
    rf"\b(?:saw|seen|been to|went to|visited|back from) (?:the |my |a )?{_DOCTOR}\b.{{0,40}}\b{_ALLOWED}\b",
    r"\b(?:scans?|ecg|ekg|echo|bloods?|blood (?:work|tests?)|stress test|x-?rays?|mri|check-?up)\b.{0,25}\b(?:normal|clear|fine|clean|negative)\b",
)
# After a referral the doctor was named already: "yes he cleared me".
CLEARED_THEN = _anywhere(r"\b(?:he|she|they)(?:'?ve| has| have)? (?:cleared|ok(?:ay)?(?:ed|'d)|approved|signed off)\b", r"\b(?:cleared|signed) me\b")
_NOT_CLEARED = _anywhere(
    r"n't\b|\b(?:dont|didnt|hasnt|havent|isnt|wont|cant|not|never|nobody|no (?:longer|need|doctor)|without|probably|maybe|might|yet|waiting|until|till"
    r"|unless|before|hop(?:e|es|ing)|should|will|want|need|asks?"
    r"|asking|tomorrow|next|see)\b"
)
_ONLY_IF = _anywhere(r"\b(?:if|when|once|unless|until|till|as soon as|suppos\w+)\b")
_ASKS_ON = _anywhere(r"\b(?:so |and |but )?(?:(?:can|could|may|should|shall) (?:i|we)|how (?:much|hard|far|long|soon|many|fast)|what (?:should|can))\b")


def clearance(text: str, *, named: bool = False) -> str:
    """The words with which someone says that a professional has cleared them, or "": not that one has yet to.

    `named` says that a doctor was spoken of before, so that "he cleared me" is enough. A question behind the words is another matter.
    """
    for whole in re.findall(r"[^.!?;\n]+[.!?;]*", text):
        told = _ASKS_ON.split(whole, maxsplit=1)[0]
        asks = whole.rstrip().endswith("?") and told == whole
        for part in (*re.split(r",|\bbut\b", told), told):
            found = CLEARED.search(part) or (CLEARED_THEN.search(part) if named else None)
            if found and not asks and not _NOT_CLEARED.search(part) and not _ONLY_IF.search(told[: told.index(part) + len(part)]):
                return found.group()
    return ""


def cleared(text: str) -> bool:
    """Whether someone says that a doctor has cleared them."""
    return bool(clearance(text))


def gone(text: str) -> bool:
    """Whether someone says that a trouble is over: not that it may be, whether it is, or that it came back since."""
    parts = [part for part in re.split(r"[,.!?;]|\bbut\b", text) if part.strip() and not _ASKS.match(part)]
    over = [at for at, part in enumerate(parts) if GONE.search(part) and not _NOT_GONE.search(part)]
    return bool(over) and not any(_NOT_GONE.search(part) for part in parts[over[-1] + 1 :]) and not re.search(r"\bstill\b", text, re.IGNORECASE)


# The whole message must be the "no": "no time thursday" clears nobody for hard training.
NONE_OF_THEM = re.compile(
    r"\W*(?:no(?:ne|pe|thing|t? at all)?|nah|n|neither|nil|all (?:good|fine|clear)|i'?m (?:fine|healthy|good|all good)|not? (?:any|one|really))"
    r"(?:\W+(?:of|these|those|them|this|that|it|no|none|nothing|thanks|thank you|to|all|any|both|appl(?:y|ies)|fits?|here|for|me|i|know|as far as|at all|really"
    r"|i'?m|am|fine|healthy|good|ok|okay|clear|perfectly|completely|everything'?s?|is|don'?t|do|not|have|haven'?t|had|problems?|issues?|health|chest|pains?|heart"
    r"|conditions?|med(?:s|icines?|ications?)|dizz\w+|faint\w*|injur\w+|luckily|thankfully|so far|never|nope|and|or|my|with|coach|mate))*\W*",
    re.IGNORECASE,
)
SOME_OF_THEM = re.compile(
    r"^\W*(?:y|ye[sap]h?|yup|yeah|something|some|one of|a few|the (?:first|second|third|last)|i (?:have|do|take|had|get)|maybe)\b",
    re.IGNORECASE,
)
# "Yes, looks good" takes the week and says nothing of the health question.
PRAISES = re.compile(
    r"(?=.*\b(?:ok|okay|good|great|cool|nice|fine|perfect|awesome|love|works?|do|it|that|thanks?|thx|ty)\b)"
    r"\W*(?:(?:y|ye[sap]h?|yup|ok(?:ay)?|good|great|cool|nice|fine|perfect|awesome|love|works?|looks?|sounds?|let'?s|will|i'?ll|go|do|try|it|it'?s|that|that'?s|this"
    r"|is|for|to|me|very|really|so|pretty|all|right|alright|thanks?|thank you|thx|ty|cheers|man|mate|bro|coach|plan|week|then|now|start|started|gonna)\b\W*)+",
    re.IGNORECASE,
)
UNSAID = _anywhere(
    r"^(?!.*\?)(?!\W*(?:what|if|can|could|how|should|is|do|i (?:skip|will|want|might))\b)"
    r".*\b(?:skip|rather not|not say|not sure|don'?t know|later|pass)\b"
)

DAY_ASKED = re.compile(
    r"\W*(?:(?:and|so|ok|okay|hey)[ ,]+)*(?:(?:what|how) about|what(?:'?s| is| do i have| do i do| should i do| am i doing)?"
    r"(?: up| on| planned| the plan| next| there)?"
    r"|show me|do i (?:train|run|lift|rest)|am i (?:training|running|lifting|resting))?(?: on| for)? ?(?:my )?"
    r"(?P<day>today|tonight|tomorrow|mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
    r"(?:'?s)?(?: session| workout| run| lift| training| plan)?(?: then| again| look like)?\W*",
    re.IGNORECASE,
)
_WEEKDAY = r"mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
_IF = r"\W*(?:(?:and|but|so|ok|okay|then|hey)\W+)*(?:what if|what happens (?:if|when)|what (?:should|do|can) i do (?:if|when)|and if|but if"
MISS_ASKED = re.compile(
    rf"{_IF}|is it (?:ok|okay|bad|fine|a problem|alright) (?:if|to)|does it matter (?:if|when)|will it (?:hurt|matter) if) (?:i |we )?"
    r"(?:(?:do )?(?:miss|skip)|missed|skipped|(?:can'?t|don'?t|cannot) (?:do|make|manage)) (?:out on )?"
    rf"(?:it|one|(?:leg day|(?:the )?gym|training|today|tomorrow|{_WEEKDAY})|"
    r"(?:a|an|one|my|the|this|that|today'?s|tomorrow'?s|some)(?: (?:single|easy|long|tempo|hard|interval|leg|gym|training|planned))*"
    r"(?: (?:one|runs?|sessions?|lifts?|workouts?|days?|training|gym)))(?: (?:or two|this week|a week|sometimes|once|today|tomorrow|next week|every now and then))*\W*",
    re.IGNORECASE,
)
WHAT_IF_STATE = re.compile(
    rf"{_IF}|if) (?:i'?m|im|i am|i feel|i get|i have|i still feel|i'?ve got|it'?s|its|it is|they'?re|they are|my (?:legs?|arms|chest|body|muscles?)(?: (?:is|are|feel))?)"
    r"(?: (?:still|too|so|very|really|a bit|quite|just|a|the|not))*"
    r" (?:(?P<sick>sick|ill|unwell|flu|cold|fever|covid)|sore|tired|exhausted|achy?|heavy|stiff|knackered|recovered)\b",
    re.IGNORECASE,
)
SHOULD_I_SKIP = re.compile(
    r"\W*(?:(?:and|but|so|ok|okay|then)\W+)*(?:should|shall|do|must) (?:i|we) (?:just |still |have to |need to )*(?:skip|drop|cancel|miss|leave out|take off)\b",
    re.IGNORECASE,
)
SAY_SHORTER = _anywhere(
    r"\b(?:say|tell|put|write|explain|give|show|sum|repeat|phrase)\b.{0,25}\b(?:short(?:er|ly)?|brief(?:ly|er)?|one (?:line|sentence)|simpler)\b(?! (?:week|plan|one))",
    r"\btl;?dr\b",
    r"\bin (?:short|brief|a nutshell|one (?:line|sentence))\b",
    r"\b(?:short(?:er)?|brief) (?:version|answer|summary)\b",
    r"\bsummar(?:y|i[sz]e)\b",
    r"\bsum (?:it|that|this|the week|my week)? ?up\b",
)
WHY_SO = re.compile(
    r"\W*(?:(?:but|and|so|ok|okay)\W+)*(?:why|how come|how so)(?: (?:that|this|so|only that|just that|is that|is it|not|though|exactly))*\W*",
    re.IGNORECASE,
)
WHY_PLANNED = re.compile(
    r"\W*(?:(?:but|and|so|ok|okay)\W+)*(?:why|how come)\b"
    rf"(?=.*\b(?:only|so (?:few|many|short|long|little|much|easy|hard)|just|no|did you|have you|(?:is|are|isn'?t|aren'?t) (?:my|the|there|it|that|this|{_WEEKDAY})"
    r"|(?:do|don'?t|am) i (?:have|only|not|run|lift|running|lifting)|\d+|one|two|three)\b)"
    r"(?=.*\b(?:runs?|lifts?|long|easy|easier|hard|km|k|miles?|min|minutes|days?|rest|week|sessions?|legs?|gym|tempo|intervals|short|few|little|moved?|changed?"
    rf"|{_WEEKDAY})\b)",
    re.IGNORECASE,
)
FILES_ASKED = _anywhere(r"\b(?:calendar|\.?ics|picture|image|printable|printout|pdf)\b")
SESSION_ASKED = re.compile(
    r"\W*(?:(?:and|so|ok|okay|hey)[ ,]+)*(?:when|what|how (?:long|far|hard|fast|many km|many miles)|(?:which|what) (?:day|time))(?:'?s| is| are| do i (?:have|do)| will)?"
    r"(?P<should> should)? (?P<whose>my|the)(?P<next> next)? (?P<what>[\w -]{3,25}?)(?: be| on| again| this week| next week| look like)*\W*",
    re.IGNORECASE,
)
SICK = _anywhere(
    r"\b(?:i'?m|i am|i feel|feeling|i'?ve been|down) (?:really |so |a bit |still |quite )?(?:sick|ill|unwell|under the weather)\b",
    r"\b(?:i have|i'?ve|i got|i'?ve got|caught|have) (?:the |a |got )?(?:bad )?(?:flu|cold|fever|covid|stomach bug)\b",
)
AWAY = _anywhere(r"\b(?:holidays?|vacation|away|travell?ing|on a trip|out of town|on leave)\b")
MISSED = _anywhere(
    r"\b(?:i(?:'ve)? )?(?:missed|skipped|blew off|bailed on|couldn'?t (?:do|make|get to)"
    r"|didn'?t (?:do|go|make|get to|manage|run|lift|train)|haven'?t (?:done|trained|run))\b"
    r".*\b(?:legs?|leg day|runs?|running|lift\w*|gym|sessions?|workouts?|training|today|yesterday|it|week)\b",
    r"\bi (?:didn'?t|did not) (?:run|lift|train|work ?out)\b",
)

# --- corrections ---------------------------------------------------------------------------------------------------------------

# "make that 4", "oops it was 12k", "no, 84": a strong one is meant whatever is open, a weak one only right after the value was told.
MEANT_STRONG = re.compile(
    r"\W*(?:(?:no|nope|oops|sorry|wait|hmm|actually|hang on|ah)\b[ ,.!:]*)*"
    r"(?:make (?:it|that|this)|i meant(?: to say)?|i mean|(?:that |it )?should (?:be|have been|say)|(?:change|set) (?:it|that) to|correction|typo)\b"
    r"[ ,:]*(?P<rest>.{1,40})",
    re.IGNORECASE,
)
MEANT_WEAK = re.compile(
    r"\W*(?:(?:no|nope|oops|sorry|wait|hmm|actually|hang on|ah|rather|more like|not quite|well)\b[ ,.!:]*"
    r"|(?:it|that|this)(?:'?s| is| was)\b ?|(?:i )?(?:moved|changed) (?:it|that) to\b ?)+"
    r"(?P<rest>.{1,40})",
    re.IGNORECASE,
)
# "twice actually", "4, sorry": the value comes first.
MEANT_AFTER = re.compile(r"\W*(?P<rest>[\w .:']{1,25}?)[ ,]+(?:actually|rather|sorry|i mean|i meant)\W*", re.IGNORECASE)
FORGET_LAST = _alone(r"(?:delete|remove|scrap|cancel|erase|drop|take back|forget) (?:that|it|this)(?: (?:one|entry|again))?", r"scratch that|take (?:that|it) back")
FORGET_ONE = re.compile(
    r"\W*(?:please |can you |could you |pls )*(?:remove|delete|forget|erase|clear|unset|drop|take out|don'?t (?:keep|store))"
    r"(?: (?:what(?:ever)?|everything|all|anything)(?: that)? (?:you(?:'ve| have)?|i)(?: know| have| keep| got| sav\w+| stor\w+| not\w+| told you| said)*)?"
    r"(?: about| on)? (?:my|the) (?P<what>[\w' -]{2,30}?)"
    r"(?: from (?:my )?(?:profile|data)| please| again)?\W*",
    re.IGNORECASE,
)
ASKS_ONE = re.compile(
    r"\W*(?:do you (?:know|remember)|what(?:'?s| is| was| did i (?:say|tell you) (?:was|is)?)|tell me)"
    r" (?:my|about my) (?P<what>[\w' -]{2,25}?)(?: again| now| at the moment| on file)?\W*",
    re.IGNORECASE,
)
START_OVER = _alone(r"start (?:over|again|fresh|from scratch)|restart|reset(?: (?:it|everything|all))?|begin again|from the (?:top|beginning|start)")
HOW_ARE_YOU = _alone(
    r"(?:(?:hi|hey|hello)\W+)?(?:how(?:'?s it going| are you(?: doing| today)?| do you do|'?s life| r u| are things)"
    r"|what'?s up|sup|wass?up|how you doing)"
)
MEANT_PREFIX = re.compile(r"\W*(?:no\W+)?(?:oops|sorry|wait|hang on|actually|ah)\b", re.IGNORECASE)
LAUGH = re.compile(r"\W*(?:(?:ha|he|hi){2,}h?|lo+l|lmf?ao|rofl)\W*", re.IGNORECASE)
NOTHING_ELSE = _alone(
    r"(?:no(?:pe)?\W+)?(?:nothing(?: else| more)?|that'?s (?:all|it|everything)|that is all|i'?m (?:good|done|all set)|all good)(?: for (?:now|today))?"
)
NONE = _alone(r"none(?: of (?:these|those|them|the above|that))?|neither(?: of (?:these|those|them))?|not (?:any of )?(?:these|those)|something else|nothing of that")

# --- about the last answer ---------------------------------------------------------------------------------------------------------

ABOUT = re.compile(r"(?:(?:and|so|but|ok|okay|then)[ ,]+)*(?:what|how) about (?P<what>[\w' -]{2,30}?)(?:,? then)?\s*\??", re.IGNORECASE)
_RELATIVE = (
    r"(?:my|our) (?:\w+ )?(?:dad|father|mum|mom|mother|wife|husband|partner|girlfriend|boyfriend|friend|buddy|mate|brother|sister|son|daughter|kids?|cousin"
    r"|client|grand\w+|uncle|aunt|parents?|athlete|coach|colleague|neighbou?r)"
)
RELATIVE = _anywhere(rf"\b{_RELATIVE}\b")
ME = _anywhere(r"\b(?:i|i'm|i've|me|myself)\b")
WHO = re.compile(rf"\b{_RELATIVE}\b", re.IGNORECASE)
ABOUT_SOMEONE = re.compile(rf"(?:(?:and|so|but|ok|okay)[ ,]+)*(?:(?:what|how) about|and for|for|and) {_RELATIVE}\W*", re.IGNORECASE)
FOR_SOMEONE_LIKE = re.compile(
    r"(?:(?:and|so|but|ok|okay)[ ,]+)*(?:(?:what|how) about |(?:and |what )?(?:for|as) )(?P<who>(?:a|an) [\w' -]{3,30}?)\s*\??", re.IGNORECASE
)
# People in general, what that says of them, and the words by which an answer speaks of them.
GROUPS: tuple[tuple[str, Mapping[str, Any], str], ...] = (
    (r"(?:women|woman|females?|girls|ladies)", {"sex": "female"}, r"\b(?:wom[ae]n|females?|m[ae]n|males?)\b"),
    (r"(?:men|man|males?|guys)", {"sex": "male"}, r"\b(?:wom[ae]n|females?|m[ae]n|males?)\b"),
    (
        r"(?:beginners?|newbies?|noobs?|novices?|starters|new (?:runners|lifters))",
        {"run_experience": "new", "lift_experience": "novice"},
        r"\b(?:beginners?|new|untrained|trained)\b",
    ),
    (
        r"(?:advanced|experienced)(?: (?:people|athletes|lifters|runners))?",
        {"run_experience": "experienced", "lift_experience": "advanced"},
        r"\b(?:trained|experienced|advanced)\b",
    ),
    (r"(?:teens?|teenagers|kids|children|minors)", {"age": 15}, r"\b(?:teens?|young|under 18)\b"),
    (
        r"(?:older|old|elderly) (?:people|folks|adults|athletes|runners|lifters)|seniors"
        r"|(?:(?:people|men|women|runners|lifters|adults) )?over (?:50|60|70)|masters(?: athletes)?",
        {"age": 60},
        r"\b(?:older|age|past 50|from (?:50|60|65))\b",
    ),
    (r"vegans", {"diet": "vegan"}, r"\bvegan\b"),
    (r"vegetarians", {"diet": "vegetarian"}, r"\bvegetarian\b"),
)
FOR_GROUP = re.compile(
    r"(?:(?:and|so|but|ok|okay)[ ,]+)*(?:(?:what|how) about|(?:is|does|would) (?:that|it|this) (?:also |really |still )?(?:be )?"
    r"(?:true|the same|apply|hold|work|count|go|different|valid)|same)?(?: ?(?:for|to|with|in|as))? ?(?P<who>[\w' -]{3,30}?)(?:,? (?:too|then|as well|also))?\W*",
    re.IGNORECASE,
)
_LEAD = r"\W*(?:(?:and|so|but|ok|okay|hmm|wait|then)[ ,]+)*"
_NUMBER = r"(?:one|two|three|four|five|once|twice|\d{1,2})(?: days?| times?| runs?| lifts?| sessions?)?"
_JUDGED = r"(?:ok|okay|fine|good|enough|better|best|too (?:much|many|few|little))"
_WAS_IT = r"(?: for me| for you)?(?: then| or not| tho(?:ugh)?| right| really)*"
IN_SHORT = re.compile(
    rf"{_LEAD}(?:(?:is|are|isn't) (?:it|that|this|they) (?:really |so |still |actually |even |all )?(?:that )?(?:bad|good|ok|okay|fine|true|a myth|worth it|harmful"
    r"|necessary|important|wrong|right|a problem|possible|better|worse|safe|dangerous|risky|unhealthy"
    r"|enough|too (?:much|little|many))|(?:for real|seriously)|(?:the )?short (?:answer|version)"
    r"|tl;?dr|in short|bottom line|(?:so )?(?:it'?s|that'?s) (?:a )?(?:yes|no|fine|ok|okay|bad|good)|should i(?: or not)?|can i(?: or not)?"
    r"|so i (?:can|could|may|should|must|can'?t|shouldn'?t)(?: still| just| not| really)*(?: (?:run|lift|train|go|skip it|continue|keep going|do (?:it|that|both)))?"
    rf"|(?:so )?{_NUMBER} (?:is|are) {_JUDGED}|is {_NUMBER} {_JUDGED}|so (?:yes|no|not|never)){_WAS_IT}\W*",
    re.IGNORECASE,
)
YES_OR_NO = re.compile(rf"{_LEAD}(?:so )?(?:a )?(?:yes or (?:a )?no|no or (?:a )?yes){_WAS_IT}\W*", re.IGNORECASE)
SHORTER = _alone(
    r"(?:say|put|explain|tell me|write|make|do|give me|have|get)?(?: (?:it|that|this|me))?(?: (?:a|the|in a|in))?(?: (?:bit|little|lot|much|way|even))*"
    r" ?(?:shorter|briefer|more briefly|briefly|simpler|more simply|in (?:short|brief)|(?:in )?(?:one|a single|1|a|two|fewer|a few) (?:sentences?|lines?|words?)"
    r"|(?:simple|simpler|plain|fewer|less) (?:words|english)|in (?:simple|plain) (?:words|english|terms)"
    r"|short(?:er)? version|quick version|summary|gist)(?: (?:version|answer|one|of (?:it|that|this)))?",
    r"(?:(?:that|this|it)(?:'?s| is| was) )?(?:way |much |a bit |far )?too (?:long|wordy|much (?:text|to read|info(?:rmation)?))",
    r"(?:sum|wrap) (?:it|that|this) up|summari[sz]e(?: (?:it|that|this))?|keep (?:it|that) short|be brief|long story short|cut to the chase|eli ?5",
)
# A question about the last answer that reads like a goodbye, a no or a stop: "should I not then?", "do I have to?".
DOUBTS = re.compile(
    rf"{_LEAD}(?:(?:should|shouldn'?t|shall|would|do|must) i\b"
    r"|is (?:that|it|this|one|two|three|once|twice|\d+)\b(?! (?:all|it|everything|you)\b)|are (?:they|those|these)\b|does (?:that|it|this)\b"
    r"|so i (?:should|can|shouldn'?t|can'?t|cannot|must|mustn'?t)\b)(?!.*\b(?:you|see|doctor|gp|physio\w*|hospital|checked)\b).{0,40}",
    re.IGNORECASE,
)
WHAT_IF = re.compile(rf"{_LEAD}(?:what )?if (?:i|it|that|my|they)\b(?!.*\byou\b).{{1,50}}", re.IGNORECASE)
# A bare question word, and what a sentence holds that answers it.
HOW_BARE = re.compile(
    rf"{_LEAD}(?:for )?(?P<how>how (?:much|many|often|long|far|fast|heavy|soon)|when)"
    r"(?: (?:then|exactly|about|of (?:it|that|this)|should (?:i|it be)|do i need|is (?:it|that|enough)|a day|a week|per (?:day|week)|for me))*\W*",
    re.IGNORECASE,
)
_COUNTED = (
    r"\b(?:one|two|three|four|five|six|half an?) (?:or|to|hours?|minutes|days|weeks|times|sets|reps|meals|portions|lifts|runs|sessions|short|hard|easy|lifting)\b"
    r"|\d\s*(?:%|(?:k?g|km|kcal|ml|l|lbs?|oz|miles?|minutes?|hours?|sets?|reps?|times|days|weeks|\w+ minutes)\b)"
)
HOW_SAID: Mapping[str, str] = {
    "how much": _COUNTED,
    "how many": _COUNTED,
    "how often": r"\b(?:once|twice|times|every)\b|\ba week\b",
    "how long": r"(?:\d|\b(?:one|two|three|four|five|six|eight|ten|few|half an?))\W+(?:(?:or|to) \w+ )?(?:minutes?|hours?|weeks|months?)\b",
    "how far": r"\b(?:km|miles?|distance)\b",
    "how fast": r"\b(?:pace|fast|slow|talk|chat)\b",
    "how heavy": r"\b(?:heavy|weight|reps?|sets?)\b",
    "how soon": r"\b(?:before|after|within|minutes?|hours?)\b",
    "when": r"\b(?:before|after|within|morning|evening|clock|timing)\b",
}
ON_DAYS = re.compile(
    rf"{_LEAD}(?:(?:what|how) about |also |is (?:it|that) the same )?on (?:my |the )?"
    r"(?P<days>rest|off|run|running|lift|lifting|leg|training|workout|hard|easy|race|non[- ]training)[- ]?days?(?: (?:then|too))?\W*",
    re.IGNORECASE,
)
STEPS = re.compile(
    rf"{_LEAD}(?:what (?:should|do|can|would|shall|must) (?:i|we) (?:do|change)|what now|now what|how do i do (?:that|it|this)|what to do"
    r"|what'?s (?:the )?(?:next step|plan)|(?:give me |what are )?(?:the |some )?(?:steps|tips)|what do you (?:suggest|recommend|advise|propose)|any (?:tips|advice)"
    r"|how do i start|where do i start)(?: then| now| about (?:it|that)| instead| first| next)*\W*",
    re.IGNORECASE,
)
_TRAINING = (
    r"(?:runs?|running|jog\w*|lift\w*|train\w*|exercis\w*|gym|squats?|squatting|deadlifts?|deadlifting|bench\w*|rac(?:e|es|ing)|parkrun|work ?outs?|intervals?"
    r"|sprints?|hills?|tempo|marathon|crossfit|hiit|sessions?|leg press|presses|rows|pull-?ups|lunges|go (?:back|on|hard)|start again|continue|carry on|keep going|push)"
)
MAY_I_TRAIN = re.compile(
    rf"{_LEAD}(?:(?:when|how (?:soon|long|much|far|hard|fast|many)|can|could|may|should|shall|is it (?:ok|okay|safe|fine|alright|all right)"
    r"|am i (?:ok|okay|allowed|fine)|(?:is|are) (?:running|runs|lifting|training|exercise)"
    r"|what (?:should|can|could|do|shall) (?:i|we|he|she|they) (?:still )?(?=do|run|train|lift|rac|jog)|(?:what|how) about)\b"
    rf".*?\b(?:{_TRAINING}|ok|okay|safe|allowed)\b.*|how (?:far|much|hard|fast|long) ?(?:can|should|may|do)? ?(?:i|he|she|they)? ?(?:go)?(?: then| now)?\W*)",
    re.IGNORECASE | re.DOTALL,
)
# "I'm going to run anyway": all of the message.
TRAIN_ANYWAY = re.compile(
    rf"{_LEAD}(?:(?:well|no|nah|whatever|fine|sorry|but)[ ,]+)*(?:i|we|he|she|they)(?:'?m|'?ll|'?s|'?re| am| is| are| will)? ?(?:still |just |only |want to |wants to "
    rf"|wanna |going to |gonna |go |planning to |do |for |a |an |the |my |easy |short |have to |might |try to |goes )*{_TRAINING}"
    r"(?: (?:anyway|anyways|tomorrow|tmrw|today|tonight|still|regardless|it|though|then|now|on|on (?:\w+day)|\w+day|easy|slowly|a bit|just|legs|only|this|weekend))*\W*",
    re.IGNORECASE,
)
INSTEAD = _anywhere(
    r"\binstead\b",
    r"\b(?:bik(?:e|ing)|cycl(?:e|ing)|swim\w*|rowing|elliptical|cross[- ]?train\w*|walk(?:ing|s)?|yoga|upper[- ]?body|arms|stretch(?:ing)?|mobility)\b",
    r"\bwhich would you do\b|\bwhat (?:can|may|could) i (?:still )?do\b|\bwhat(?:'?s| is) (?:still )?allowed\b",
)
SEE_A_DOCTOR = _anywhere(r"\b(?:see|seeing|call|visit|need|ask|go to|book)\b.{0,12}\b(?:doctor|doc|gp|physio|midwife|hospital|clinic|er|a&e|ambulance|112|911|999)\b")
TO_A_DOCTOR = re.compile(
    rf"{_LEAD}(?:should|do|must|shall) i (?:really |have to |need to |better )*(?:go |see|call|visit|get|ask|talk)\b.*"
    r"\b(?:doctor|gp|physio\w*|hospital|clinic|a&e|er|someone|specialist|checked|looked at|x-?ray|scan|midwife|ambulance)\b.*",
    re.IGNORECASE,
)
MAY_I = re.compile(rf"{_LEAD}(?:can|could|may|should|shall|is|am|what|which)\b", re.IGNORECASE)
WHAT_ABOUT = re.compile(rf"{_LEAD}(?:what|how) about\b", re.IGNORECASE)
OWN_QUESTION = _anywhere(r"\b(?:can|could|should|may|do|am|will|would) i\b", r"\b(?:how|what|when|which|where) .{0,30}\bi\b")
JOKING = _anywhere(
    r"\bi(?:'?m| am| was| were)? (?:only |just |totally |obviously )?(?:joking|kidding|messing(?: around)?)\b",
    r"\b(?:it was|that was|just|only) (?:just |only )?(?:a joke|joking|kidding)\b",
    r"^\W*(?:jk|kidding|joking|just testing|(?:(?:haha+|lol|lmao|just|only|a|ok)\W+)*joke)\W*$",
    r"\bi (?:was )?(?:only |just )?(?:made (?:it|that) up|testing you)\b",
)
GONE = _anywhere(
    r"\b(?:it|its|it'?s|that|pain|they|he'?s?|she'?s?|hers?|i|i'?m|im|feels?|feeling|all)\b.{0,25}\b(?:gone|went away|better|fine|ok|okay|good|great|normal"
    r"|stopped|passed|eased|lighter|clear(?:er|ed up)?|healed|settled)\b",
    r"\b(?:doesn'?t|does not|don'?t|do not|isn'?t|no longer|stopped) (?:hurt\w*|ach\w+|pain\w*|sore)\b",
    r"\bno (?:more )?pain\b",
    r"\b(?:pain|fever|symptom|flu|cold)[- ]?(?:s )?(?:is |are )?(?:free|gone|over)\b",
)
_NOT_GONE = _anywhere(
    r"\b(?:not|isn'?t|isnt|never|still|again|if|when|until|once|hope|wish|will|would|worse|almost|nearly|bit better|little better|comes? back|came back|came again)\b"
)
UNDO_WORD = _anywhere(r"\b(?:undo|revert|take (?:it|that|this) back|put (?:it|that|this) back)\b")
SAYS_GONE = _anywhere(r"\b(?:gone|hurt\w*|pain\w*|ach\w+|sore|healed|went away|better)\b")
_ASKS = re.compile(rf"{_LEAD}(?:is|are|was|were|am|does|do|did|can|could|would|will|should|may|how|when|what|why|which)\b", re.IGNORECASE)
# A matter that goes on or is new, beside a doctor's word on it.
GOES_ON = _anywhere(
    r"\b(?:still|since then|but|yet|now|right now|this (?:morning|week|evening)|today|yesterday|last night|came back|comes? back|worse|keeps|every time|whenever"
    r"|when(?:ever)? i|each time|swells?|swollen|tonight)\b"
)
LONG_PAST = _anywhere(
    r"\b(?:had|was|were|used to|ago|back in|last (?:year|summer|winter|spring|autumn|fall|month)|in (?:summer|winter|spring|autumn|january|february|march"
    r"|april|may|june|july|august|september|october|november|december|(?:19|20)\d\d))\b"
)
DIAGNOSED = _anywhere(
    r"\b(?:told|diagnosed|confirmed|mri|x-?ray|scan|(?:doctor|doc|gp|physio|clinic|hospital|specialist) (?:says?|said|found|told))\b"
    r".{0,40}\b(?:stress|fractur\w*|reaction)\b",
    r"\b(?:stress|fractur\w*)\b.{0,30}\b(?:diagnosed|confirmed|on (?:the )?(?:mri|x-?ray|scan))\b",
)
ILLNESS = re.compile(
    r"\b(?:(?:a |the |my |bad |head |slight |bit of a |man |stomach )*(?:colds?|flu|fevers?|feverish|influenza|sore throat|sniffles|runny nose|blocked nose"
    r"|cough(?:ing)?|virus|stomach bug|bug|temperature|sinusitis|tonsillitis|covid|corona))\b",
    re.IGNORECASE,
)
FEVER = re.compile(r"\b(?:fever\w*|temperature)\b", re.IGNORECASE)
MEANT_WHEN = re.compile(
    r"\W*(?:i (?:meant?|mean)|for|and|so|what about|maybe)? ?(?:for |on |by )?(?:tonight|today|tomorrow|now|later|this \w+|next \w+|\w+day)\W*", re.IGNORECASE
)
ILL_BEFORE = _anywhere(r"\b(?:had|ago|last week|last month|since|free|over|after|recovered|recovering|back from|gone|got over|getting over|just (?:got|getting) over)\b")
BIRTH = _anywhere(
    r"\b(?:c-?section|caesarean|cesarean|post-?partum|post-?natal|gave birth|giving birth|after birth|had (?:a|my|our) baby"
    r"|new mum|new mom|had (?:twins|a (?:girl|boy)))\b"
)
OPERATION = _anywhere(r"\b(?:surgery|operation|operated|acl|meniscus|hernia|replacement|arthroscop\w+|appendi\w+|op|surgical)\b")
OF_THE_HEART = _anywhere(r"\b(?:heart|cardiac|cardio\w+|stent|bypass|ablation|valve)\b")
ON_THEM = _anywhere(r"\b(?:he|she|they|him|her|them|his|their|he'?s|she'?s|they'?re)\b")
HOW_LONG_TO_HEAL = re.compile(
    rf"{_LEAD}(?:how long (?:will|does|would|might|is|until|till|before) (?:it|this|that)|when will (?:it|this|that))\b"
    r"(?: (?:take|last|going to take|to|heal|heals|go|goes|away|gone|stop|stops|hurting|be|is|get|gets|better|ok|okay|fine|over|recover|normally|usually|then))*\W*",
    re.IGNORECASE,
)
_SPOT = (
    r"(?:(?:my|the|that|this|old|left|right|lower|upper|both) )*(?:knees?|ankles?|hips?|shins?|back|shoulders?|foot|feet|heels?|achilles|hamstrings?|calf|calves|quads?"
    r"|groin|neck|elbows?|wrists?|hands?|arms?|legs?|toes?|glutes?|it ?band|shin splints|tendons?|muscles?|injur(?:y|ies)|pain|it|everything)"
    r"(?: (?:pain|injury|thing|problem|issue))?"
)
_SINCE = (
    r"(?:,? (?:now|again|any ?more|any longer|today|at all|completely|fully|totally|thankfully|luckily|finally"
    r"|for (?:a|\d+|two|three|some) (?:days?|weeks?|months?)))*\W*"
)
# The whole message must say that an injury is over: "my knee is fine now, but my hip hurts" doesn't.
HEALED = re.compile(
    rf"{_LEAD}(?:good news\W+)?(?:"
    rf"{_SPOT}(?:'?s| is| are| has| have| feels?| seems?)?(?: been| all| completely| fully| totally| now| finally)*"
    rf" (?:healed(?: up)?|gone|recovered|cured|pain[- ]?free|over|(?:fine|good|ok|okay|normal)(?= now| again)){_SINCE}"
    rf"|{_SPOT} (?:doesn'?t|does not|don'?t|do not|no longer|stopped|has stopped) hurt(?:s|ing)?(?: me)?{_SINCE}"
    rf"|i(?:'?m| am|'?ve| have)(?: all| now| fully| completely| been)* (?:healed|recovered|pain[- ]?free|injury[- ]?free|no longer (?:injured|in pain)"
    rf"|not (?:injured|in pain) any ?more){_SINCE}"
    rf"|(?:i have )?no (?:more (?:pain|injury)|(?:knee |back |hip )?pain(?= any| now))(?: (?:in|with) {_SPOT})?{_SINCE})",
    re.IGNORECASE,
)
_VAGUE = re.compile(rf"{_LEAD}(?:it|everything)\b(?!.*\b(?:hurt\w*|heal\w*|pain))", re.IGNORECASE)


def healed(text: str, *, just_told: bool) -> bool:
    """Whether a message says that an injury is over; "it's fine now" may be about anything, unless the injury was `just_told`."""
    return bool(HEALED.fullmatch(text)) and (just_told or not _VAGUE.match(text))


_PAINFUL = re.compile(
    r"hurt|pain|ach(?:e|ing)|\bsore|injur|sprain|strain|pulled|\btore|\btorn|tweak|twist|\bbroke|fractur|swoll|swell|limp|splint|itis\b|\b(?:knee|back|hip|shin|ankle|foot|shoulder)s?\b",
    re.IGNORECASE,
)
_SUPPOSED = _anywhere(
    r"\bif (?:my|it|the|a|you|i (?:get|have|feel|hurt|injure|pull|tear|break))\b", r"\bin case\b", r"\bwhat if\b", r"\b(?:scared|afraid|worried|worry|fear)\b",
    r"\b(?:avoid|prevent)\w*", r"\bused to\b", r"^\W*(?:will|would|could|can|does|do|what) (?!i\b)",
)


def tells_pain(text: str) -> bool:
    """Whether a message about pain tells of one's own, now: no "what if", no worry, no question about pain in general, not healed."""
    found = _PAINFUL.search(text)
    supposed = _SUPPOSED.search(text[: found.start()] if found else "")
    own = ME.search(text) or re.search(r"\bmy\b", text, re.IGNORECASE) or not QUESTION.search(text)
    return bool(own) and not supposed and not HEALED.fullmatch(text)


OF_THE_TWO = re.compile(
    rf"{_LEAD}(?:(?:what|how) about|more (?:on|about)|tell me (?:more )?(?:about|on)|about|explain)? ?(?:the )?(?P<which>first|1st|second|2nd|other|last|latter|former)"
    r"(?: one| question| part| topic| answer| thing)?(?: then)?\W*",
    re.IGNORECASE,
)
LOOSE_FOLLOW_UP = re.compile(
    r"\W*(?:and|but|so|what about|how about|is (?:it|that|this)|are (?:they|those)|does (?:it|that|this)|do (?:they|those)|for|with|without|also|even)\b", re.IGNORECASE
)
POINTING = _anywhere(r"\b(?:it|its|it's|that|that's|this|them|they|those|these|then|though|either|instead)\b")
# Words of a follow-up that say nothing of what is asked about.
SAYS_NOTHING = frozenset(
    (
        "a about actually after all also always am an and any anyway are as ask at bad be because been before best better between but by can cannot could "
        "day days did do does doing done each either else enough even ever every far few for from get getting give go going good got great had happen "
        "happens hard has have having help helps her here how if in instead into is it its just keep know less lift lifting like long lot make many matter "
        "matters maybe me mean means more most much must my need never next no not now of off often ok okay on once one only or other our out over part "
        "please really right run running runs safe same say should since so some something still stop such sure take than that the their them then there "
        "these they thing things think this those though time times to too train training try under until up us use useless usual usually very want was "
        "way we week weekly weeks well were what when where which while who why will with without work worth would wrong yes yet you your "
    ).split()
)
FOR_ME = re.compile(
    r"^(?:and |so |but |ok(?:ay)?,? )*(?:what about|how about|and|for|what does (?:that|it|this) mean for) (?:for )?(?:me|my case|someone like me)\b"
    r"|\bin my case\b|\bwhat about me\b",
    re.IGNORECASE,
)
IN_UNITS = re.compile(r"\bin (?:(pounds|lbs?|miles|imperial|stone)|(kilos?|kgs?|km|kilomet\w+|metric|grams?|g))\b", re.IGNORECASE)
THAT_WAS_WRONG = re.compile(r"\W*(?:no|nope|oops|sorry|wait)?\W*(?:that|this|it)(?:'?s| was| is) (?:wrong|not right|incorrect|a (?:mistake|typo))\W*", re.IGNORECASE)

# --- about what was done ----------------------------------------------------------------------------------------------------------

DONE = _anywhere(
    r"^\W*(?:i )?(?:just |also )?(?:ran|jogged|swam|biked|cycled|rode|rowed|walked|hiked|lifted"
    r"|did|done|finished|completed|trained|slept|squatted|benched|deadlifted|weighed|logged|log)\b",
    r"\b(?:today|this morning|yesterday|last night)\b",
)

DONE_FOR_SURE = re.compile(
    r"\W*(?:i |i've |ive )?(?:just |also )?(?:ran|jogged|swam|biked|cycled|rode|rowed|walked|hiked|did|finished|completed)\b[^?]*\d[^?]*", re.IGNORECASE
)

# A distance and its time, with nothing done in words: "10k 1:02:33 pb!!"
RESULT = re.compile(
    r"\W*\d{1,3}(?:[.,]\d+)?\s*(?:k|km|mi|miles?)\b\W*(?:in\W+)?\d{1,2}:\d\d(?::\d\d)?\b(?!.*(?:\?|\b(?:goal|target|aim\w*|want|pace|hop\w+|plan\w*|is|was|per|next|by|under|sub|last|bests?|pbs|prs|times)\b)).*",
    re.IGNORECASE,
)

# The frame of a follow-up that changes one thing: "what if I were vegan", "and at 70 kg?", "if I slept 6 hours".
FRAMED = re.compile(
    r"^(?:(?:and|so|but|ok|okay|then|also)\b|what if\b|(?:what|how) about\b|if\b|suppos\w+|say\b|imagine\b|for (?:a|an|someone|my|people)\b|at \d|with \d|as an?\b"
    r"|does (?:that|it|this)\b|is (?:that|it|this) (?:the same|different)\b|would (?:that|it|this)\b)",
    re.IGNORECASE,
)
