"""How people say what needs no model to be understood: skip, back, stop, another one, none of these."""

from __future__ import annotations

import re

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
    r"(?:i )?(?:don'?t|do not|dont) know",
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
_DOCTOR = r"(?:doctor|gp|physician|cardiologist|physio)"
CLEARED = _anywhere(
    rf"\b{_DOCTOR}\b.{{0,40}}\b(?:cleared|ok(?:ay)?(?:ed|'d)?|said (?:yes|it'?s|i can|i'?m)|fine|approved|green light)",
    rf"\bcleared (?:by|from) (?:my|the|a) {_DOCTOR}\b",
    r"\b(?:i'?m|i am|been) (?:medically )?cleared\b",
)
NONE_OF_THEM = re.compile(
    r"^\W*(?:no(?:ne|pe|thing|t? at all)?|nah|n|neither|nil|all (?:good|fine|clear)|i'?m (?:fine|healthy|good|all good)"
    r"|not? (?:any|one|really)?(?: of (?:these|those|them|this|that))?)\b",
    re.IGNORECASE,
)
SOME_OF_THEM = re.compile(
    r"^\W*(?:y|ye[sap]h?|yup|yeah|something|some|one of|a few|the (?:first|second|third|last)|i (?:have|do|take|had|get)|maybe)\b",
    re.IGNORECASE,
)
UNSAID = _anywhere(r"\b(?:skip|rather not|not say|not sure|don'?t know|later|pass)\b")

# --- about the last answer ---------------------------------------------------------------------------------------------------------

ABOUT = re.compile(r"(?:(?:and|so|but|ok|okay|then)[ ,]+)*(?:what|how) about (?P<what>[\w' -]{2,30}?)(?:,? then)?\s*\??", re.IGNORECASE)
_RELATIVE = (
    r"(?:my|our) (?:\w+ )?(?:dad|father|mum|mom|mother|wife|husband|partner|girlfriend|boyfriend|friend|buddy|mate|brother|sister|son|daughter|kids?|cousin"
    r"|client|grand\w+|uncle|aunt|parents?)"
)
RELATIVE = _anywhere(rf"\b{_RELATIVE}\b")
ME = _anywhere(r"\b(?:i|i'm|i've|me|myself)\b")
ABOUT_SOMEONE = re.compile(rf"(?:(?:and|so|but|ok|okay)[ ,]+)*(?:(?:what|how) about|and for|for|and) {_RELATIVE}\W*", re.IGNORECASE)
FOR_SOMEONE_LIKE = re.compile(
    r"(?:(?:and|so|but|ok|okay)[ ,]+)*(?:(?:what|how) about |(?:and |what )?(?:for|as) )(?P<who>(?:a|an) [\w' -]{3,30}?)\s*\??", re.IGNORECASE
)
FOR_ME = re.compile(
    r"^(?:and |so |but |ok(?:ay)?,? )*(?:what about|how about|and|for|what does (?:that|it|this) mean for) (?:for )?(?:me|my case|someone like me)\b"
    r"|\bin my case\b|\bwhat about me\b",
    re.IGNORECASE,
)
IN_UNITS = re.compile(r"\bin (?:(pounds|lbs?|miles|imperial|stone)|(kilos?|kgs?|km|kilomet\w+|metric))\b", re.IGNORECASE)
THAT_WAS_WRONG = re.compile(
    r"\W*(?:no|nope|oops|sorry|wait)?\W*(?:that|this|it)(?:'?s| was| is) (?:wrong|not right|incorrect|a (?:mistake|typo))\W*", re.IGNORECASE
)

# --- about what was done ----------------------------------------------------------------------------------------------------------

DONE = _anywhere(
    r"^\W*(?:i )?(?:just |also )?(?:ran|jogged|lifted|did|done|finished|completed|trained|slept|squatted|benched|deadlifted|weighed|logged|log)\b",
    r"\b(?:today|this morning|yesterday|last night)\b",
)

# The frame of a follow-up that changes one thing: "what if I were vegan", "and at 70 kg?", "if I slept 6 hours".
FRAMED = re.compile(
    r"^(?:(?:and|so|but|ok|okay|then|also)\b|what if\b|(?:what|how) about\b|if\b|suppos\w+|say\b|imagine\b|for (?:a|an|someone|my|people)\b|at \d|with \d|as an?\b"
    r"|does (?:that|it|this)\b|is (?:that|it|this) (?:the same|different)\b|would (?:that|it|this)\b)",
    re.IGNORECASE,
)
