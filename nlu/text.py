"""Text before the model: what was typed, cleaned; what cannot be a question; spelling; the parts of a message."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

MAX_CHARACTERS = 4000  # a longer text is asked to be shortened; safety still reads all of it
AFFIRM_EMOJI = set("👍👌")
THANKS_EMOJI = set("🙏")
GOOD_EMOJI = set("👏❤")
_VARIATION = re.compile("[\ufe0e\ufe0f\u200d\U0001f3fb-\U0001f3ff]")
_WORD = re.compile(r"[a-z0-9']+")
_SLANG = {
    "u": "you", "ur": "your", "r": "are", "pls": "please", "plz": "please", "thx": "thanks", "ty": "thank you", "bc": "because", "cuz": "because",
    "coz": "because", "w": "with", "w/": "with", "w/o": "without", "b4": "before", "gonna": "going to", "wanna": "want to", "gotta": "got to",
    "dont": "don't", "doesnt": "doesn't", "cant": "can't", "wont": "won't", "im": "i'm", "ive": "i've", "whats": "what's", "isnt": "isn't",
    "shud": "should", "wat": "what", "wht": "what", "abt": "about", "tho": "though", "rn": "right now", "ppl": "people", "ya": "you",
    "hw": "how", "mch": "much", "n": "and", "2day": "today", "luv": "love", "bf": "before", "yrs": "years", "wk": "week", "wks": "weeks",
    "wkly": "weekly", "sesh": "session", "bodyfat": "body fat", "mins": "minutes", "hrs": "hours", "dunno": "don't know", "kinda": "kind of",
}  # fmt: skip
JARGON = frozenset(
    "doms hyrox z2 zone2 pr prs pb pbs 5k 10k hiit liss amrap emom rpe rir rm 1rm vo2 vo2max mtor ampk epoc bmr tdee bmi macros bulking "
    "hypertrophy deload deloading hybrid parkrun strava garmin trx rdl rdls deadlift deadlifts ohp glute glutes quads hammies hams lats "
    "delts traps bicep biceps tricep triceps calfs soleus tempo fartlek intervals fasted cardio creatine whey casein bcaa bcaas sarms "
    "ostarine rad140 tren anavar clen trt dnp reds amenorrhea amenorrhoea ozempic wegovy glycogen cortisol testosterone mitochondria "
    "capillaries electrolytes overtraining undereating underfueling underfuelling plyos plyometrics kettlebell kettlebells".split()
)
# Frequent little words of other languages that are not English words.
_FOREIGN = frozenset(
    "el los las una uno por para con sin pero como cuando donde porque puedo debo hacer correr musculo cuanto cuanta quiero tengo estoy hola perder "
    "der die das und ist nicht ich mein kann wie viel soll laufen muskeln beim für mit auch wenn oder eine einen habe zu gibt verliere sehr "
    "le les des une est dois combien est-ce je mon mes pour avec dans puis peux courir perdre du ai suis vous quoi pas que qui "
    "o os um uma não nao eu meu quanto devo posso fazer músculo você voce para com sem isso tem mais treino perco corrida "
    "il gli della delle sono posso devo quanto quanta muscoli perdo correre che di non per come ho anche fare "
    "de het een niet ik mijn hoeveel moet spieren hardlopen kan wat voor met ook ben heb veel zijn verlies "
    "jest nie czy mam moje jak ile ja się biegania biegać mięśnie na do że dużo jestem mogę powinienem "
    "och jag inte hur mycket kan att det är på löpning träning bør hvor mye kan jeg ikke og er muskler løpe "
    "kas bir ve için ne mi mı kadar çok koşu yapmalıyım nasıl ben kaç "
    "kya mai main mujhe hai hain kitna kitni karna chahiye mera mere nahi kaise daudna bhai ke liye aur "
    "ako ang mga ba ko po hindi kung paano saya bisa apa tidak berapa untuk lari otot".split()
) - frozenset("die do no a an on in is was main per come as so do met as den er also van pro de le la men her kas bar hat on to al of at por me te".split())
_ENGLISH = frozenset(
    "the and is are do does i my me how what why when should can will would if to of for in on with without much many after before run running lift lifting "
    "muscle gains protein it that this a an be am not you your or but just day days week have has need want get more too good bad".split()
)
_QUESTION = re.compile(
    r"^(?:(?:and|but|so|also|ok|okay|plus|then|oh|hey|hi|well)[ ,]+)*(?:how|hows|how's|what|whats|what's|why|when|which|where|who|should|shall|can|could|do"
    r"|does|did|is|are|am|will|would|may|might|has|have to|any|tell me|explain|help me|need|show)\b"
)
_ASKING = (
    r"(?:hows?|how's|whats?|what's|why|when|which|where|should|shall|can|could|do(?! (?:a|an|lots?|more|less|it|them|this|that|some|only|just|not)\b)|does"
    r"|is it|is there|is that|are|will|would|any)\b"
)
_CLAUSE = re.compile(
    rf"(?<=[.?!;\n])\s+|\n+|\s+(?:&|\+)\s+|\s+(?=(?:and|but|also|plus|oh and|so)\s+(?:also\s+|then\s+)?(?:{_ASKING}|tell me|give me|make me|show me|is\b))"
    rf"|,\s+(?=(?:so\s+|but\s+|and\s+|then\s+|also\s+)?{_ASKING})|(?<=\bthings):\s+",
    re.IGNORECASE,
)

_NUMBER = r"(?:\d+(?:[.,:]\d+)?|(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|forty|fifty|sixty|ninety|half an?)\b)"
_AMOUNT = re.compile(
    rf"\b{_NUMBER}[ -]?(?:k|kms?|mi|miles?|milers?|mins?|minutes?|hrs?|hours?|sets?|reps?|rounds?|laps)\b|\b\d+ ?x ?\d+\b"
    r"|\bweek \w+,? (?:run|day|session) \w+\b|\bw\d+ ?[rd]\d+\b",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\b(?:did|done|ran|jogged|lifted|squatted|benched|deadlifted|trained|finished|completed|managed|smashed|knocked|ticked|got (?:in|through|round|out)|went"
    r"|walked|cycled|biked|swam|rowed|hiked|put down|log|another|just|today|yesterday|this (?:morning|afternoon|evening|lunch\w*)|tonight|last night"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
    re.IGNORECASE,
)
_DID_SOMETHING = re.compile(r"\W*(?:i )?did (?=\d|an? |week|w\d|another|only|just|half|some|my (?:first|long|easy|last)|the (?:first|long|easy|last))", re.IGNORECASE)


def clean(text: str) -> str:
    """The text as a channel sees something typed: no control characters, plain quotes, no leading slash."""
    text = unicodedata.normalize("NFKC", text.replace("\N{LEFT SINGLE QUOTATION MARK}", "'").replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
    text = "".join(c if c in "\n\t" or unicodedata.category(c)[0] != "C" or c == "\u200d" else " " for c in text)
    return text.strip().lstrip("/").strip()


def emoji_only(text: str) -> bool:
    """True for a text of emoji or symbols with neither letter nor digit."""
    return bool(text.strip()) and not any(c.isalnum() for c in text)


def emoji_intent(text: str) -> str | None:
    """The intent that emoji alone express, or None (out of scope)."""
    symbols = set(_VARIATION.sub("", text.replace(" ", "")))
    for known, intent in ((AFFIRM_EMOJI, "affirm"), (THANKS_EMOJI, "thanks"), (GOOD_EMOJI, "feedback_good")):
        if symbols and symbols <= known:
            return intent
    return None


_DONE_TODAY = re.compile(
    r"\W*(?:i |we |i've )?(?:just |already |finally )?(?:ran|jogged|lifted|squatted|benched|deadlifted|trained|cycled|biked|swam|rowed"
    r"|(?:did|hit|done|finished) (?:my |the |some |a )?(?:legs?|leg day|(?:upper|lower)(?: body)?|push|pull|(?:push|pull) day|weights|(?:long |easy )?run|intervals"
    r"|tempo|gym|session|workout)|went (?:for an? |to the )?(?:easy |long )?(?:run|running|gym|jog|lifting))(?: \w+){0,3}"
    r" (?:today|yesterday|this (?:morning|afternoon|evening)|last night|tonight|earlier)\W*",
    re.IGNORECASE,
)


def words(text: str) -> list[str]:
    """Lower-case words and numbers of a text."""
    return _WORD.findall(text.lower())


def foreign(text: str) -> bool:
    """Whether a text is in another language than English: another script, or foreign function words outweigh English ones."""
    letters = [c for c in text if c.isalpha()]
    if not letters:
        return False
    if sum(ord(c) > 0x24F for c in letters) > len(letters) * 0.4:
        return True
    tokens = re.findall(r"[^\W\d_]+(?:['-][^\W\d_]+)*", text.lower())
    if len(tokens) < 3:
        return False
    other, english = sum(t in _FOREIGN for t in tokens), sum(t in _ENGLISH for t in tokens)
    marked = sum(any(ord(c) > 0x7F for c in t) for t in tokens)
    return (other + marked >= 2 and other + marked > english) or (other >= 2 and other / len(tokens) >= 0.4 and english <= 1)


def is_question(segment: str) -> bool:
    """Whether a clause asks something."""
    return "?" in segment or bool(_QUESTION.match(segment.lower().strip()))


def tells_session(text: str) -> bool:
    """Whether a text reads as a session that was done: an amount of training and that it is over, or two amounts, and nothing asked; or
    little more than what was done and when ("squatted today")."""
    if _DONE_TODAY.fullmatch(text) and "?" not in text:
        return True
    told = _DID_SOMETHING.sub("", text, count=1)
    if is_question(told) or any(is_question(clause) for clause in clauses(told)):
        return False
    amounts = len(_AMOUNT.findall(text))
    return amounts > 1 or amounts == 1 and bool(_DONE.search(text))


def clauses(text: str) -> list[str]:
    """The sentences and coordinated questions of a message, in order."""
    return [part.strip(" ,;-") for part in _CLAUSE.split(text) if part and part.strip(" ,;.-?!")]


class Speller:
    """Repairs words that nobody wrote in training: the most frequent known neighbour at one edit.

    Words of fewer than four letters, words of the encoder's vocabulary and jargon are left alone.
    """

    def __init__(self, frequencies: dict[str, int], known: Iterable[str] = ()) -> None:
        self.frequencies = frequencies
        self._known = frozenset(known) | JARGON | frozenset(frequencies)
        self._deletes: dict[str, list[str]] = {}
        for word in frequencies:
            if len(word) >= 4:
                for key in {word, *_deletions(word)}:
                    self._deletes.setdefault(key, []).append(word)

    @classmethod
    def from_texts(cls, texts: Iterable[str], known: Iterable[str] = ()) -> Speller:
        """Learn the vocabulary (words seen at least twice, or once when the encoder knows them) from texts."""
        known = frozenset(known)
        counts = Counter(w for t in texts for w in words(t) if w.isalpha())
        return cls({w: n for w, n in counts.items() if n >= 2 or w in known or w in JARGON}, known)

    def repair(self, text: str) -> str:
        """The text with slang spelled out and misspelt words repaired, lower case."""
        return re.sub(r"[a-z0-9'/]+", lambda m: self._word(m[0]), text.lower())

    def _word(self, word: str) -> str:
        if word in _SLANG:
            return _SLANG[word]
        bare = word.strip("'")
        if len(bare) < 4 or not bare.isalpha() or bare in self._known:
            return word
        squeezed = re.sub(r"(.)\1{2,}", r"\1\1", bare)
        for candidate in (squeezed, re.sub(r"(.)\1+", r"\1", squeezed)):
            if candidate != bare and candidate in self._known:
                return candidate
        found = {w for key in {bare, *_deletions(bare)} for w in self._deletes.get(key, ())}
        near = [w for w in found if _one_edit(bare, w)]
        return max(near, key=lambda w: (self.frequencies[w], w)) if near else word


def _deletions(word: str) -> set[str]:
    return {word[:i] + word[i + 1 :] for i in range(len(word))}


def _one_edit(one: str, other: str) -> bool:
    """At most one insertion, deletion, substitution or swap of neighbours apart."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    a, b = one[start:], other[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[2:] == b[2:] and a[:2] == b[1::-1])
